// spool.cc - see spool.h.
#include "dwreloc_compress/multifile/spool.h"

#include <algorithm>
#include <map>
#include <stdexcept>
#include <tuple>
#include <utility>

#include "dwreloc_compress/hash.h"
#include "dwreloc_compress/leb128.h"
#include "dwreloc_compress/multifile/table_file.h"
#include "dwreloc_compress/plan.h"
#include "dwreloc_compress/string_table.h"

namespace dwreloc_tools::compress {
namespace {

class SpoolMaker {
 public:
  SpoolMaker(const Graph& graph, const Classes& classes,
             const Identities& identities)
      : graph_(graph),
        classes_(classes),
        identities_(identities),
        members_(classes) {}

  std::vector<std::uint8_t> Make(const dwreloc::FileInfo& info);

 private:
  void NumberEntries();
  std::uint32_t SetNumber(const UnitSet& units);
  std::uint32_t ShapeNumber(std::uint32_t shape);
  void PutTree(std::uint32_t number, SpoolEntry* entry);
  void PutValue(const ShapeAttribute& attribute, std::uint32_t tree,
                std::uint32_t at);
  void Put(std::uint64_t value) { AppendUleb(trees_, value); }
  void PutValues();
  std::uint32_t SpaceNumber(std::uint32_t tree);

  const Graph& graph_;
  const Classes& classes_;
  const Identities& identities_;
  const ClassMembers members_;
  std::vector<SpoolEntry> entries_;      // by entry number
  std::vector<std::uint32_t> class_of_;  // by entry number
  std::vector<std::uint32_t> entry_of_;  // by class
  std::vector<TableRange> sets_;
  std::vector<std::uint32_t> units_;
  std::map<UnitSet, std::uint32_t> known_sets_;
  std::vector<SpoolNamespace> namespaces_;
  // By what it is called, and the one around it.
  std::map<std::tuple<std::uint32_t, std::uint32_t, bool>, std::uint32_t>
      known_spaces_;
  Interner strings_;
  std::vector<SpoolValue> values_;
  std::vector<std::uint32_t> string_of_;  // by Graph::strings
  std::vector<std::uint32_t> shapes_;
  std::uint32_t shape_count_ = 0;
  std::vector<std::uint32_t> shape_of_;  // by Graph::shapes; 0: not known
  std::vector<std::uint8_t> trees_;
};

void SpoolMaker::NumberEntries() {
  entry_of_.assign(classes_.count, kNone);
  for (std::uint32_t number = 0; number < classes_.count; ++number)
    if (identities_.IsShareable(number)) class_of_.push_back(number);
  std::ranges::sort(class_of_, {}, [&](std::uint32_t number) {
    return identities_.of[number];
  });
  for (std::uint32_t entry = 0; entry < class_of_.size(); ++entry)
    entry_of_[class_of_[entry]] = entry;
  entries_.resize(class_of_.size());
}

std::uint32_t SpoolMaker::SetNumber(const UnitSet& units) {
  const auto [found, is_new] =
      known_sets_.try_emplace(units, static_cast<std::uint32_t>(sets_.size()));
  if (is_new) {
    sets_.push_back({.begin = static_cast<std::uint32_t>(units_.size()),
                     .length = static_cast<std::uint32_t>(units.size())});
    units_.insert(units_.end(), units.begin(), units.end());
  }
  return found->second;
}

std::uint32_t SpoolMaker::ShapeNumber(std::uint32_t shape) {
  if (shape >= shape_of_.size()) shape_of_.resize(graph_.shapes.size());
  if (shape_of_[shape] == 0) {
    const Shape& added = graph_.shapes[shape];
    shapes_.push_back(added.tag);
    shapes_.push_back(added.has_children ? 1 : 0);
    shapes_.push_back(static_cast<std::uint32_t>(added.attributes.size()));
    for (const ShapeAttribute& attribute : added.attributes) {
      shapes_.push_back(attribute.name | std::uint32_t{attribute.form} << 16);
      shapes_.push_back(static_cast<std::uint32_t>(attribute.kind));
    }
    shape_of_[shape] = ++shape_count_;
  }
  return shape_of_[shape];
}

// `tree`: a namespace, or kNone. Returns its number and one, or 0.
std::uint32_t SpoolMaker::SpaceNumber(std::uint32_t tree) {
  if (tree == kNone) return 0;
  const std::uint32_t parent = SpaceNumber(graph_.trees[tree].parent);
  const NamespaceIdentity identity = graph_.IdentityOf(tree);
  const std::uint32_t name = strings_.Add(graph_.strings[identity.name]);
  const auto [found, is_new] =
      known_spaces_.try_emplace({name, parent, identity.is_inline}, 0);
  if (is_new) {
    namespaces_.push_back({.name = name,
                           .parent = parent,
                           .is_inline = identity.is_inline ? 1u : 0u});
    found->second = static_cast<std::uint32_t>(namespaces_.size());
  }
  return found->second;
}

void SpoolMaker::PutValue(const ShapeAttribute& attribute, std::uint32_t tree,
                          std::uint32_t at) {
  const std::uint32_t word = graph_.words[at];
  switch (attribute.kind) {
    case Kind::kReference: {
      const std::uint32_t target = graph_.die_trees[word];
      const bool is_inner = target == tree;
      const std::uint32_t ordinal = word - graph_.trees[target].die;
      Put(ordinal * std::uint64_t{2} + (is_inner ? 1 : 0));
      if (!is_inner) Put(entry_of_[classes_.of[target]]);
      return;
    }
    case Kind::kString:
      if (string_of_[word] == kNone)
        string_of_[word] = strings_.Add(graph_.strings[word]);
      return Put(string_of_[word]);
    case Kind::kBlob: {
      const std::string_view blob = graph_.blobs[word];
      Put(blob.size());
      trees_.insert(trees_.end(), blob.begin(), blob.end());
      return;
    }
    case Kind::kFile: {
      const std::uint32_t path = graph_.PathOf(graph_.trees[tree].unit, word);
      return Put(path == Graph::kNoFile
                     ? 0
                     : strings_.Add(graph_.paths[path]) + std::uint64_t{1});
    }
    default:
      for (unsigned i = 0; i < WordsOf(attribute.kind); ++i)
        Put(graph_.words[at + i]);
  }
}

void SpoolMaker::PutTree(std::uint32_t number, SpoolEntry* entry) {
  const std::uint32_t tree = identities_.first_tree[number];
  const GraphUnit& unit = graph_.units[graph_.trees[tree].unit];
  *entry = {.identity = identities_.of[number],
            .sort = {.language = unit.language,
                     .version = unit.info.version,
                     .address_size = unit.info.address_size,
                     .offset_size = unit.info.offset_size},
            .set = SetNumber(UnitsThatMayShare(graph_, members_.Of(number))),
            .size = static_cast<std::uint32_t>(RoughSize(graph_, tree)),
            .begin = static_cast<std::uint32_t>(trees_.size()),
            .dies = graph_.DieCount(tree),
            .space = SpaceNumber(graph_.trees[tree].parent)};
  const std::uint32_t end = graph_.trees[tree + 1].word;
  for (std::uint32_t at = graph_.trees[tree].word; at < end;) {
    const std::uint32_t shape = graph_.words[at++];
    if (shape == kEndOfChildren) {
      Put(kEndOfChildren);
      continue;
    }
    Put(ShapeNumber(shape));
    for (const ShapeAttribute& attribute : graph_.shapes[shape].attributes) {
      PutValue(attribute, tree, at);
      at += WordsOf(attribute.kind);
    }
  }
  entry->length = static_cast<std::uint32_t>(trees_.size()) - entry->begin;
}

// Values of trees that are not shareable may be those of other files, too.
void SpoolMaker::PutValues() {
  std::vector<bool> is_known(graph_.strings.size(), false);
  for (std::uint32_t at = 0; at < graph_.words.size();) {
    const std::uint32_t shape = graph_.words[at++];
    if (shape == kEndOfChildren) continue;
    for (const ShapeAttribute& attribute : graph_.shapes[shape].attributes) {
      const std::uint32_t word = graph_.words[at];
      at += WordsOf(attribute.kind);
      if (attribute.kind != Kind::kString || is_known[word]) continue;
      is_known[word] = true;
      const std::string_view string = graph_.strings[word];
      if (string.size() > kShortString)
        values_.push_back(
            {.hash = HashOf(string), .string = strings_.Add(string)});
    }
  }
  std::ranges::stable_sort(values_, {}, &SpoolValue::hash);
}

std::uint32_t Size32(std::size_t size) {
  if (size > UINT32_MAX) throw std::runtime_error("there is too much of it");
  return static_cast<std::uint32_t>(size);
}

std::vector<std::uint8_t> SpoolMaker::Make(const dwreloc::FileInfo& info) {
  NumberEntries();
  string_of_.assign(graph_.strings.size(), kNone);
  // In the order of the file, so that those that stood together still do.
  for (std::uint32_t number = 0; number < classes_.count; ++number)
    if (entry_of_[number] != kNone)
      PutTree(number, &entries_[entry_of_[number]]);
  PutValues();
  SpoolHeader header = {
      .self = {},
      .unit_count = static_cast<std::uint32_t>(graph_.units.size()),
      .comp_dir = kNone,
      .machine = info.e_machine,
      .elf_class = info.elf_class,
      .big_endian = info.big_endian};
  for (const GraphUnit& unit : graph_.units)
    if (header.comp_dir == kNone && unit.comp_dir != kNone)
      header.comp_dir = strings_.Add(graph_.strings[unit.comp_dir]);
  for (const SpoolEntry& entry : entries_) {
    header.self.low = Combine(header.self.low, entry.identity.low);
    header.self.high = Combine(header.self.high, entry.identity.high);
  }
  for (const SpoolValue& value : values_)
    header.self.low = Combine(header.self.low, value.hash);
  std::vector<TableRange> strings;
  std::vector<char> characters;
  for (std::uint32_t i = 0; i < strings_.size(); ++i) {
    const std::string_view string = strings_[i];
    strings.push_back(
        {.begin = Size32(characters.size()), .length = Size32(string.size())});
    characters.insert(characters.end(), string.begin(), string.end());
  }
  Size32(trees_.size());
  TableWriter writer(kSpoolKind);
  writer.Put(std::span<const SpoolHeader>(&header, 1));
  writer.Put(entries_);
  writer.Put(sets_);
  writer.Put(units_);
  writer.Put(strings);
  writer.Put(characters);
  writer.Put(values_);
  writer.Put(namespaces_);
  writer.Put(shapes_);
  writer.Put(trees_);
  return writer.Finish();
}

}  // namespace

std::vector<std::uint8_t> MakeSpool(const dwreloc::File& file,
                                    const Graph& graph, const Classes& classes,
                                    const Identities& identities) {
  return SpoolMaker(graph, classes, identities).Make(file.info());
}

}  // namespace dwreloc_tools::compress
