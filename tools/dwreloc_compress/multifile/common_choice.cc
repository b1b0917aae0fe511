// common_choice.cc - see common_choice.h.
#include "dwreloc_compress/multifile/common_choice.h"

#include <algorithm>
#include <functional>
#include <map>
#include <stdexcept>
#include <utility>

namespace dwreloc_tools::compress {
namespace {

// About how many bytes a unit takes, and an import of it.
constexpr std::uint64_t kUnitSize = 24;
constexpr std::uint64_t kImportSize = 6;

constexpr const char* kDamaged = "a part is damaged";

// Entries that the same units of all files have.
struct Group {
  std::vector<std::uint32_t> entries{};  // shared
  std::uint64_t size = 0;
  std::uint64_t spool_count = 0;
  UnitSet units{};
};

class Chooser {
 public:
  Chooser(std::span<const OpenedSpool> spools, std::span<const Part> parts,
          const SharedEntries& shared, const SourcePaths& paths)
      : spools_(spools), parts_(parts), shared_(shared), paths_(paths) {}

  std::vector<CommonUnit> Run();

 private:
  void MakeGroups();
  UnitSet UnitsOf(const std::vector<KeyMember>& key) const;
  void FindReferences();
  bool ReadReferences(std::uint32_t number);
  void BarReferrers();
  void Choose();
  const SpoolEntry& EntryOf(std::uint32_t number) const {
    return spools_[shared_[number].spool].spool.entries[shared_[number].entry];
  }
  std::span<const std::uint32_t> ReferencesOf(std::uint32_t number) const {
    return std::span(references_)
        .subspan(first_reference_[number],
                 first_reference_[number + 1] - first_reference_[number]);
  }

  const std::span<const OpenedSpool> spools_;
  const std::span<const Part> parts_;
  const SharedEntries& shared_;
  const SourcePaths& paths_;
  std::vector<Group> groups_;
  std::vector<std::uint32_t> references_;       // shared
  std::vector<std::uint32_t> first_reference_;  // by shared, and the end
  std::vector<bool> is_barred_;                 // by shared
  std::vector<bool> is_chosen_;
  SpooledTree tree_;
};

UnitSet Chooser::UnitsOf(const std::vector<KeyMember>& key) const {
  UnitSet units;
  std::uint32_t spool = 0;
  std::uint32_t base = 0;  // units of the spools before it
  for (const KeyMember& member : key) {
    if (member.spool >= spools_.size() || member.spool < spool)
      throw std::runtime_error(kDamaged);
    for (; spool < member.spool; ++spool)
      base += spools_[spool].spool.header.unit_count;
    if (member.set >= spools_[spool].spool.sets.size())
      throw std::runtime_error(kDamaged);
    for (const std::uint32_t unit : spools_[spool].spool.UnitsOf(member.set))
      units.push_back(base + unit);
  }
  return units;
}

// Parts number their keys each for itself.
void Chooser::MakeGroups() {
  std::map<std::vector<KeyMember>, std::uint32_t> keys;
  std::vector<UnitSet> units;  // by key
  std::map<std::pair<std::uint32_t, UnitSort>, std::uint32_t> known;
  std::uint32_t number = 0;
  for (const Part& part : parts_) {
    std::vector<std::map<std::vector<KeyMember>, std::uint32_t>::iterator> own;
    for (const TableRange& range : part.keys) {
      const auto first = part.members.begin() + range.begin;
      const auto [found, is_new] =
          keys.try_emplace(std::vector(first, first + range.length),
                           static_cast<std::uint32_t>(units.size()));
      if (is_new) units.push_back(UnitsOf(found->first));
      own.push_back(found);
    }
    for (const SharedEntry& entry : part.entries) {
      const auto& [key, key_number] = *own[entry.key];
      const auto [found, is_new] =
          known.try_emplace({key_number, EntryOf(number).sort},
                            static_cast<std::uint32_t>(groups_.size()));
      if (is_new)
        groups_.push_back(
            {.spool_count = key.size(), .units = units[key_number]});
      Group& group = groups_[found->second];
      group.entries.push_back(number);
      group.size += EntryOf(number).size;
      ++number;
    }
  }
}

// Returns whether the entry can be there at all.
bool Chooser::ReadReferences(std::uint32_t number) {
  const OpenedSpool& opened = spools_[shared_[number].spool];
  ReadTree(opened.spool, opened.shapes, EntryOf(number), &tree_);
  for (std::size_t at = 0; at < tree_.words.size();) {
    const Shape& shape = opened.shapes[tree_.words[at++]];
    for (const ShapeAttribute& attribute : shape.attributes) {
      const std::uint32_t word = tree_.words[at];
      at += WordsOf(attribute.kind);
      if (attribute.kind == Kind::kFile && word != 0 &&
          !paths_.Split(opened.spool.StringAt(word - 1)))
        return false;
    }
  }
  for (const SpooledTree::Reference& reference : tree_.references) {
    if (reference.entry == kNone) continue;
    const std::uint32_t target =
        shared_.Find(opened.spool.entries[reference.entry].identity);
    if (target == SharedEntries::kAbsent) return false;
    references_.push_back(target);
  }
  return true;
}

void Chooser::FindReferences() {
  is_barred_.resize(shared_.size());
  for (std::uint32_t number = 0; number < shared_.size(); ++number) {
    first_reference_.push_back(static_cast<std::uint32_t>(references_.size()));
    is_barred_[number] = !ReadReferences(number);
  }
  first_reference_.push_back(static_cast<std::uint32_t>(references_.size()));
}

// What refers to something that is not there cannot be there.
void Chooser::BarReferrers() {
  for (bool has_changed = true; has_changed;) {
    has_changed = false;
    for (std::uint32_t number = 0; number < shared_.size(); ++number) {
      if (is_barred_[number]) continue;
      is_barred_[number] = std::ranges::any_of(
          ReferencesOf(number),
          [&](std::uint32_t target) { return is_barred_[target]; });
      has_changed |= is_barred_[number];
    }
  }
}

void Chooser::Choose() {
  is_chosen_.resize(shared_.size());
  std::vector<std::uint32_t> todo;
  const auto choose = [&](std::uint32_t number) {
    if (is_chosen_[number] || is_barred_[number]) return;
    is_chosen_[number] = true;
    todo.push_back(number);
  };
  for (const Group& group : groups_)
    if ((group.spool_count - 1) * group.size >
        kUnitSize + group.spool_count * kImportSize)
      for (const std::uint32_t number : group.entries) choose(number);
  while (!todo.empty()) {
    const std::uint32_t number = todo.back();
    todo.pop_back();
    for (const std::uint32_t target : ReferencesOf(number)) choose(target);
  }
}

std::vector<CommonUnit> Chooser::Run() {
  MakeGroups();
  FindReferences();
  BarReferrers();
  Choose();
  // In the order of the spools, where what belongs together stands together.
  const auto place = [&](std::uint32_t number) {
    return std::pair(shared_[number].spool, EntryOf(number).begin);
  };
  for (Group& group : groups_) {
    std::erase_if(group.entries,
                  [&](std::uint32_t number) { return !is_chosen_[number]; });
    std::ranges::sort(group.entries, {}, place);
  }
  std::erase_if(groups_,
                [](const Group& group) { return group.entries.empty(); });
  std::ranges::sort(
      groups_, {}, [&](const Group& group) { return place(group.entries[0]); });
  std::uint32_t unit_count = 0;
  for (const OpenedSpool& opened : spools_)
    unit_count += opened.spool.header.unit_count;
  std::vector<UnitSet> sets;
  std::vector<CommonUnit> units;
  for (Group& group : groups_) {
    sets.push_back(std::move(group.units));
    CommonUnit& unit = units.emplace_back();
    unit.sort = EntryOf(group.entries[0]).sort;
    for (const std::uint32_t number : group.entries)
      unit.trees.push_back(
          {.spool = shared_[number].spool, .entry = shared_[number].entry});
  }
  const std::vector<Importers> importers = NestImports(sets, unit_count);
  for (std::uint32_t i = 0; i < units.size(); ++i)
    for (const std::uint32_t importer : importers[i].sets)
      units[importer].imports.push_back(i);
  return units;
}

}  // namespace

SharedEntries::SharedEntries(std::span<const Part> parts) {
  for (const Part& part : parts)
    entries_.insert(entries_.end(), part.entries.begin(), part.entries.end());
  // Each once.
  if (std::ranges::adjacent_find(entries_, std::greater_equal<Identity>(),
                                 &SharedEntry::identity) != entries_.end())
    throw std::runtime_error("parts are damaged, or not in their order");
}

std::uint32_t SharedEntries::Find(const Identity& identity) const {
  const auto found =
      std::ranges::lower_bound(entries_, identity, {}, &SharedEntry::identity);
  if (found == entries_.end() || found->identity != identity) return kAbsent;
  return static_cast<std::uint32_t>(found - entries_.begin());
}

std::vector<CommonUnit> ChooseCommon(std::span<const OpenedSpool> spools,
                                     std::span<const Part> parts,
                                     const SharedEntries& shared,
                                     const SourcePaths& paths) {
  for (std::uint32_t i = 0; i < shared.size(); ++i) {
    const SharedEntry& entry = shared[i];
    if (entry.spool >= spools.size()) throw std::runtime_error(kDamaged);
    const Spool& spool = spools[entry.spool].spool;
    if (entry.entry >= spool.entries.size() ||
        spool.entries[entry.entry].identity != entry.identity)
      throw std::runtime_error(kDamaged);
  }
  return Chooser(spools, parts, shared, paths).Run();
}

}  // namespace dwreloc_tools::compress
