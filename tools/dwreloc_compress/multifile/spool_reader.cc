// spool_reader.cc - reads what spool.cc has written; it may be damaged.
#include <dwreloc/dwarf.h>

#include <algorithm>
#include <stdexcept>

#include "dwreloc_compress/multifile/spool.h"
#include "dwreloc_compress/multifile/table_file.h"

namespace dwreloc_tools::compress {
namespace {

[[noreturn]] void Damaged() { throw std::runtime_error("it is damaged"); }

bool IsInside(std::uint64_t begin, std::uint64_t length, std::uint64_t size) {
  return begin <= size && length <= size - begin;
}

bool IsGood(const UnitSort& sort) {
  return sort.version >= 2 && sort.version <= 5 &&
         (sort.offset_size == 4 || sort.offset_size == 8) &&
         (sort.address_size == 2 || sort.address_size == 4 ||
          sort.address_size == 8);
}

class TreeReader {
 public:
  TreeReader(const Spool& spool, std::span<const Shape> shapes,
             const SpoolEntry& entry, SpooledTree* tree)
      : spool_(spool),
        shapes_(shapes),
        entry_(entry),
        bytes_(spool.trees.subspan(entry.begin, entry.length)),
        tree_(tree) {}

  void Read();

 private:
  std::uint64_t Number();
  std::uint32_t Below(std::uint64_t limit) {
    const std::uint64_t number = Number();
    if (number >= limit) Damaged();
    return static_cast<std::uint32_t>(number);
  }
  void ReadValue(Kind kind);
  void ReadReference();
  void Put(std::uint32_t word) { tree_->words.push_back(word); }

  const Spool& spool_;
  const std::span<const Shape> shapes_;
  const SpoolEntry& entry_;
  const std::span<const std::uint8_t> bytes_;
  SpooledTree* const tree_;
  std::size_t at_ = 0;
};

std::uint64_t TreeReader::Number() {
  std::uint64_t number = 0;
  for (unsigned shift = 0; shift < 35; shift += 7) {
    if (at_ >= bytes_.size()) Damaged();
    const std::uint8_t byte = bytes_[at_++];
    number |= std::uint64_t{byte & 0x7fu} << shift;
    if ((byte & 0x80) == 0) return number;
  }
  Damaged();
}

void TreeReader::ReadReference() {
  const std::uint64_t number = Number();
  SpooledTree::Reference reference = {
      .entry = kNone, .ordinal = static_cast<std::uint32_t>(number / 2)};
  const bool is_inner = number % 2 != 0;
  if (!is_inner) reference.entry = Below(spool_.entries.size());
  const SpoolEntry& target =
      is_inner ? entry_ : spool_.entries[reference.entry];
  if (number / 2 >= target.dies) Damaged();
  Put(static_cast<std::uint32_t>(tree_->references.size()));
  tree_->references.push_back(reference);
}

void TreeReader::ReadValue(Kind kind) {
  switch (kind) {
    case Kind::kReference:
      return ReadReference();
    case Kind::kString:
      return Put(Below(spool_.strings.size()));
    case Kind::kFile:
      return Put(Below(spool_.strings.size() + 1));
    case Kind::kBlob: {
      const std::uint64_t size = Number();
      if (size > bytes_.size() - at_) Damaged();
      Put(static_cast<std::uint32_t>(tree_->blobs.size()));
      tree_->blobs.push_back(
          {reinterpret_cast<const char*>(bytes_.data()) + at_,
           static_cast<std::size_t>(size)});
      at_ += static_cast<std::size_t>(size);
      return;
    }
    default:
      for (unsigned i = 0; i < WordsOf(kind); ++i)
        Put(Below(std::uint64_t{UINT32_MAX} + 1));
  }
}

// A DIE, and the ends of children that fit.
void TreeReader::Read() {
  tree_->words.clear();
  tree_->references.clear();
  tree_->blobs.clear();
  std::uint32_t dies = 0;
  std::uint32_t open = 0;
  while (at_ < bytes_.size()) {
    if (dies > 0 && open == 0) Damaged();
    const std::uint32_t shape = Below(shapes_.size());
    Put(shape);
    if (shape == kEndOfChildren) {
      if (open == 0) Damaged();
      --open;
      continue;
    }
    ++dies;
    if (shapes_[shape].has_children) ++open;
    for (const ShapeAttribute& attribute : shapes_[shape].attributes)
      ReadValue(attribute.kind);
  }
  if (dies != entry_.dies || open != 0) Damaged();
}

}  // namespace

std::string_view Spool::StringAt(std::uint32_t number) const {
  const TableRange& range = strings[number];
  return {characters.data() + range.begin, range.length};
}

std::span<const std::uint32_t> Spool::UnitsOf(std::uint32_t set) const {
  return units.subspan(sets[set].begin, sets[set].length);
}

SpoolHeader ReadSpoolHeader(std::span<const std::uint8_t> bytes) {
  const std::span<const SpoolHeader> headers =
      TableReader(bytes, kSpoolKind).Next<SpoolHeader>();
  if (headers.size() != 1) Damaged();
  return headers[0];
}

Spool OpenSpool(std::span<const std::uint8_t> bytes) {
  Spool spool;
  spool.header = ReadSpoolHeader(bytes);
  TableReader reader(bytes, kSpoolKind);
  reader.Next<SpoolHeader>();
  spool.entries = reader.Next<SpoolEntry>();
  spool.sets = reader.Next<TableRange>();
  spool.units = reader.Next<std::uint32_t>();
  spool.strings = reader.Next<TableRange>();
  spool.characters = reader.Next<char>();
  spool.values = reader.Next<SpoolValue>();
  spool.namespaces = reader.Next<SpoolNamespace>();
  spool.shapes = reader.Next<std::uint32_t>();
  spool.trees = reader.Next<std::uint8_t>();
  for (const SpoolEntry& entry : spool.entries)
    if (!IsInside(entry.begin, entry.length, spool.trees.size()) ||
        entry.set >= spool.sets.size() ||
        entry.space > spool.namespaces.size() || !IsGood(entry.sort))
      Damaged();
  for (std::size_t i = 0; i < spool.namespaces.size(); ++i)
    if (spool.namespaces[i].parent > i ||
        spool.namespaces[i].name >= spool.strings.size())
      Damaged();
  for (const TableRange& set : spool.sets)
    if (!IsInside(set.begin, set.length, spool.units.size())) Damaged();
  for (const std::uint32_t unit : spool.units)
    if (unit >= spool.header.unit_count) Damaged();
  for (const TableRange& string : spool.strings)
    if (!IsInside(string.begin, string.length, spool.characters.size()))
      Damaged();
  for (const SpoolValue& value : spool.values)
    if (value.string >= spool.strings.size()) Damaged();
  if (spool.header.comp_dir != kNone &&
      spool.header.comp_dir >= spool.strings.size())
    Damaged();
  if (!std::ranges::is_sorted(spool.entries, {}, &SpoolEntry::identity) ||
      !std::ranges::is_sorted(spool.values, {}, &SpoolValue::hash))
    Damaged();
  return spool;
}

std::vector<Shape> ReadShapes(const Spool& spool) {
  std::vector<Shape> shapes(1);
  const std::span<const std::uint32_t> words = spool.shapes;
  for (std::size_t at = 0; at < words.size();) {
    if (words.size() - at < 3 || words[at + 2] > (words.size() - at - 3) / 2)
      Damaged();
    Shape& shape = shapes.emplace_back();
    shape.tag = static_cast<std::uint16_t>(words[at]);
    shape.has_children = words[at + 1] != 0;
    const std::uint32_t count = words[at + 2];
    at += 3;
    unsigned word_count = 0;
    for (std::uint32_t i = 0; i < count; ++i, at += 2) {
      // Fields and expressions are of one file.
      constexpr auto kLast = static_cast<std::uint32_t>(Kind::kBlob);
      if (words[at + 1] > kLast) Damaged();
      const auto kind = static_cast<Kind>(words[at + 1]);
      shape.attributes.push_back(
          {.name = static_cast<std::uint16_t>(words[at]),
           .form = static_cast<std::uint16_t>(words[at] >> 16),
           .kind = kind});
      word_count += WordsOf(kind);
    }
    if (word_count > UINT16_MAX) Damaged();
    shape.word_count = static_cast<std::uint16_t>(word_count);
  }
  return shapes;
}

void ReadTree(const Spool& spool, std::span<const Shape> shapes,
              const SpoolEntry& entry, SpooledTree* tree) {
  TreeReader(spool, shapes, entry, tree).Read();
}

}  // namespace dwreloc_tools::compress
