// merge.cc - see merge.h.
#include "dwreloc_compress/multifile/merge.h"

#include <algorithm>
#include <map>
#include <stdexcept>
#include <utility>

#include "dwreloc_compress/hash.h"
#include "dwreloc_compress/multifile/table_file.h"

namespace dwreloc_tools::compress {
namespace {

constexpr std::string_view kPartKind = "dwrmerge";

struct FoundEntry {
  Identity identity;
  KeyMember member;
  std::uint32_t entry;
};

// Where a range begins; the one after the last has no beginning.
std::uint64_t BeginOf(std::uint32_t range, std::uint32_t count) {
  const std::uint64_t width = UINT64_MAX / count + (count > 1 ? 1 : 0);
  return range * width;
}

// The items of a sorted table whose hashes are in a range.
template <typename T, typename Hash>
std::span<const T> InRange(std::span<const T> items, std::uint32_t range,
                           std::uint32_t count, const Hash& hash) {
  const auto first =
      std::ranges::lower_bound(items, BeginOf(range, count), {}, hash);
  const auto last = range + 1 == count
                        ? items.end()
                        : std::ranges::lower_bound(
                              items, BeginOf(range + 1, count), {}, hash);
  return {first, last};
}

// Calls visit(run) for each run of two items or more of different spools that
// have one key.
template <typename T, typename Key, typename Visit>
void VisitRuns(const std::vector<T>& items, const Key& key,
               const Visit& visit) {
  for (std::size_t i = 0, next; i < items.size(); i = next) {
    next = i + 1;
    while (next < items.size() && key(items[next]) == key(items[i])) ++next;
    if (next - i > 1) visit(std::span(items).subspan(i, next - i));
  }
}

class Merger {
 public:
  Part Run(std::span<const std::string> paths, std::uint32_t range,
           std::uint32_t count);

 private:
  void Read(std::uint32_t number, const Spool& spool, std::uint32_t range,
            std::uint32_t count);
  void MergeEntries();
  void MergeValues();
  std::uint32_t KeyNumber(std::vector<KeyMember> key);

  std::vector<FoundEntry> entries_;
  std::vector<SharedValue> values_;
  std::map<std::vector<KeyMember>, std::uint32_t> keys_;
  Part part_;
};

void Merger::Read(std::uint32_t number, const Spool& spool, std::uint32_t range,
                  std::uint32_t count) {
  const auto high = [](const SpoolEntry& entry) { return entry.identity.high; };
  for (const SpoolEntry& entry : InRange(spool.entries, range, count, high))
    entries_.push_back(
        {.identity = entry.identity,
         .member = {.spool = number, .set = entry.set},
         .entry = static_cast<std::uint32_t>(&entry - spool.entries.data())});
  for (const SpoolValue& value :
       InRange(spool.values, range, count, &SpoolValue::hash))
    values_.push_back(
        {.hash = value.hash, .spool = number, .string = value.string});
}

std::uint32_t Merger::KeyNumber(std::vector<KeyMember> key) {
  const auto [found, is_new] = keys_.try_emplace(
      std::move(key), static_cast<std::uint32_t>(part_.keys.size()));
  if (is_new) {
    part_.keys.push_back(
        {.begin = static_cast<std::uint32_t>(part_.members.size()),
         .length = static_cast<std::uint32_t>(found->first.size())});
    part_.members.insert(part_.members.end(), found->first.begin(),
                         found->first.end());
  }
  return found->second;
}

void Merger::MergeEntries() {
  std::ranges::sort(entries_, {}, [](const FoundEntry& entry) {
    return std::pair(entry.identity, entry.member);
  });
  VisitRuns(
      entries_, [](const FoundEntry& entry) { return entry.identity; },
      [&](std::span<const FoundEntry> run) {
        if (run.front().member.spool == run.back().member.spool) return;
        std::vector<KeyMember> key;
        for (const FoundEntry& entry : run) key.push_back(entry.member);
        part_.entries.push_back({.identity = run[0].identity,
                                 .spool = run[0].member.spool,
                                 .entry = run[0].entry,
                                 .key = KeyNumber(std::move(key))});
      });
}

void Merger::MergeValues() {
  std::ranges::sort(values_, {}, [](const SharedValue& value) {
    return std::pair(value.hash, value.spool);
  });
  VisitRuns(
      values_, [](const SharedValue& value) { return value.hash; },
      [&](std::span<const SharedValue> run) {
        // Two strings of one spool with one hash are not shared by that.
        if (run.front().spool != run.back().spool)
          part_.values.push_back(run[0]);
      });
}

Part Merger::Run(std::span<const std::string> paths, std::uint32_t range,
                 std::uint32_t count) {
  for (std::uint32_t i = 0; i < paths.size(); ++i) {
    const MappedFile file(paths[i]);
    Read(i, OpenSpool(file.bytes()), range, count);
  }
  MergeEntries();
  MergeValues();
  return std::move(part_);
}

}  // namespace

std::vector<std::string> OrderSpools(std::vector<std::string> paths,
                                     Identity* all) {
  std::vector<std::pair<Identity, std::string>> spools;
  SpoolHeader first;
  for (std::string& path : paths) {
    try {
      const MappedFile file(path);
      const SpoolHeader header = ReadSpoolHeader(file.bytes());
      if (spools.empty()) first = header;
      if (header.machine != first.machine ||
          header.elf_class != first.elf_class ||
          header.big_endian != first.big_endian)
        throw std::runtime_error("it is for another machine than the others");
      spools.emplace_back(header.self, std::move(path));
    } catch (const std::runtime_error& error) {
      throw std::runtime_error(path + ": " + error.what());
    }
  }
  std::ranges::sort(spools);
  *all = {};
  for (std::size_t i = 0; i < spools.size(); ++i) {
    const Identity& self = spools[i].first;
    paths[i] = std::move(spools[i].second);
    *all = {.high = Combine(all->high, self.high),
            .low = Combine(all->low, self.low)};
  }
  return paths;
}

Part MergeSpools(std::span<const std::string> paths, const Identity& all,
                 std::uint32_t range, std::uint32_t count) {
  Part part = Merger().Run(paths, range, count);
  part.spools = all;
  part.range = range;
  part.range_count = count;
  return part;
}

bool IsPart(std::span<const std::uint8_t> bytes) {
  return bytes.size() >= kPartKind.size() &&
         std::ranges::equal(bytes.first(kPartKind.size()), kPartKind);
}

std::vector<std::uint8_t> StorePart(const Part& part) {
  TableWriter writer(kPartKind);
  const std::uint32_t range[] = {part.range, part.range_count};
  writer.Put(std::span<const Identity>(&part.spools, 1));
  writer.Put(std::span<const std::uint32_t>(range));
  writer.Put(part.entries);
  writer.Put(part.keys);
  writer.Put(part.members);
  writer.Put(part.values);
  return writer.Finish();
}

Part LoadPart(std::span<const std::uint8_t> bytes) {
  TableReader reader(bytes, kPartKind);
  const auto load = [&](auto* table) {
    using T = typename std::remove_pointer_t<decltype(table)>::value_type;
    const std::span<const T> stored = reader.Next<T>();
    table->assign(stored.begin(), stored.end());
  };
  Part part;
  const std::span<const Identity> spools = reader.Next<Identity>();
  const std::span<const std::uint32_t> range = reader.Next<std::uint32_t>();
  if (spools.size() != 1 || range.size() != 2)
    throw std::runtime_error("it is damaged");
  part.spools = spools[0];
  part.range = range[0];
  part.range_count = range[1];
  load(&part.entries);
  load(&part.keys);
  load(&part.members);
  load(&part.values);
  const auto is_good = [&](const TableRange& key) {
    return key.begin <= part.members.size() &&
           key.length <= part.members.size() - key.begin;
  };
  if (!std::ranges::all_of(part.keys, is_good) ||
      !std::ranges::all_of(part.entries, [&](const SharedEntry& entry) {
        return entry.key < part.keys.size();
      }))
    throw std::runtime_error("it is damaged");
  return part;
}

}  // namespace dwreloc_tools::compress
