// strip_ladder.cc - see strip_ladder.h.
#include "strip_ladder.h"

#include <elf.h>

#include <algorithm>
#include <functional>
#include <string>

namespace dwreloc_tools {
namespace {

constexpr const char* kSectionNames = ".shstrtab";

// A string table that keeps each name once, and none that ends another one.
class NameTable {
 public:
  void Add(std::string_view name) {
    if (!name.empty()) names_.emplace_back(name.rbegin(), name.rend());
  }
  std::uint64_t size() {
    std::sort(names_.begin(), names_.end());
    std::uint64_t bytes = 1;
    for (std::size_t i = 0; i < names_.size(); ++i) {
      const bool is_tail =
          i + 1 < names_.size() && names_[i + 1].starts_with(names_[i]);
      if (!is_tail) bytes += names_[i].size() + 1;
    }
    return bytes;
  }

 private:
  std::vector<std::string> names_;  // backwards
};

std::uint64_t Aligned(std::uint64_t offset, std::uint64_t alignment) {
  return alignment <= 1 || offset > UINT64_MAX - alignment
             ? offset
             : (offset + alignment - 1) / alignment * alignment;
}

// One file that something is removed from.
class Stripper {
 public:
  explicit Stripper(const Footprint& footprint)
      : footprint_(footprint), stays_(footprint.file().sections().size(), 1) {}

  void Remove(ByteClass byte_class) {
    for (std::uint32_t i = 0; i < stays_.size(); ++i)
      if (footprint_.ClassOf(i) == byte_class) stays_[i] = 0;
    has_file_symbols_ = false;
  }
  // Symbols that no record and no other file asks for.
  void RemoveUnneededSymbols() { only_needed_ = true; }
  std::uint64_t Size();

 private:
  void FindNeededSymbols();
  void CountMembers();
  bool Keeps(const dwreloc::Symbol& symbol) const;
  std::uint64_t SizeOf(const dwreloc::Section& section);
  std::uint64_t GroupSize(const dwreloc::Section& group) const;

  const Footprint& footprint_;
  std::vector<char> stays_;             // by section
  std::vector<std::uint64_t> members_;  // that stay, by group
  bool has_file_symbols_ = true;
  bool only_needed_ = false;
  std::vector<char> needed_;  // by symbol, if only_needed_
  std::uint64_t symbols_ = 1;
  NameTable symbol_names_;
  NameTable section_names_;
};

void Stripper::FindNeededSymbols() {
  needed_.assign(footprint_.file().symbols().size(), 0);
  for (const dwreloc::Section& section : footprint_.file().sections()) {
    if (stays_[section.index()] == 0 || section.reloc_count() == 0) continue;
    for (const dwreloc::Record& record :
         footprint_.file().records(section.index()))
      if (record.symbol() < needed_.size()) needed_[record.symbol()] = 1;
  }
}

bool Stripper::Keeps(const dwreloc::Symbol& symbol) const {
  const auto section = symbol.section();
  if (section && *section < stays_.size() && stays_[*section] == 0)
    return false;
  if (symbol.type() == STT_FILE) return has_file_symbols_;
  return !only_needed_ || needed_[symbol.index()] != 0 ||
         symbol.binding() != STB_LOCAL;
}

void Stripper::CountMembers() {
  members_.assign(stays_.size(), 0);
  for (const dwreloc::Section& section : footprint_.file().sections()) {
    const std::uint32_t group = section.raw().group;
    if (group < members_.size() && stays_[section.index()] != 0)
      ++members_[group];
  }
}

std::uint64_t Stripper::GroupSize(const dwreloc::Section& group) const {
  const std::uint64_t members = members_[group.index()];
  return members == 0 ? 0 : 4 * (members + 1);
}

std::uint64_t Stripper::SizeOf(const dwreloc::Section& section) {
  switch (section.type()) {
    case SHT_NOBITS:
      return 0;
    case SHT_SYMTAB:
      return symbols_ * footprint_.symbol_size();
    case SHT_SYMTAB_SHNDX:
      return symbols_ * 4;
    case SHT_GROUP:
      return GroupSize(section);
    case SHT_STRTAB:
      // Not that of the dynamic linker.
      if ((section.flags() & SHF_ALLOC) != 0) return section.file_size();
      return section.name() == kSectionNames ? section_names_.size()
                                             : symbol_names_.size();
    default:
      return section.file_size();
  }
}

std::uint64_t Stripper::Size() {
  const dwreloc::Sections sections = footprint_.file().sections();
  if (only_needed_) FindNeededSymbols();
  CountMembers();
  for (const dwreloc::Symbol& symbol : footprint_.file().symbols()) {
    if (symbol.index() == 0 || !Keeps(symbol)) continue;
    ++symbols_;
    if (symbol.type() != STT_SECTION) symbol_names_.Add(symbol.name());
  }
  // clang keeps both kinds of names in one table.
  const bool is_one = !footprint_.file().FindSection(kSectionNames);
  NameTable& section_names = is_one ? symbol_names_ : section_names_;
  std::uint64_t count = 0;
  for (const dwreloc::Section& section : sections) {
    char& stays = stays_[section.index()];
    if (section.type() == SHT_GROUP && GroupSize(section) == 0) stays = 0;
    if (stays == 0) continue;
    ++count;
    section_names.Add(section.name());
  }
  std::uint64_t end = footprint_.header_size();
  for (const dwreloc::Section& section : sections) {
    if (stays_[section.index()] == 0 || section.type() == SHT_NULL) continue;
    const std::uint64_t size = SizeOf(section);
    if (section.type() == SHT_NOBITS) continue;
    end = Aligned(end, section.raw().alignment) + size;
  }
  return Aligned(end, footprint_.address_size()) +
         count * footprint_.section_header_size();
}

// What is left of the relocation sections of debug sections without `applied`
// records.
std::uint64_t WithoutRecords(const Footprint& footprint,
                             std::uint64_t applied) {
  const RecordCount& records = footprint.debug_records();
  if (records.all == 0) return footprint.info().size;
  const std::uint64_t size = footprint.of(ByteClass::kDebugRelocs).bytes;
  return footprint.info().size - size +
         size / records.all * (records.all - applied);
}

}  // namespace

std::vector<LadderStep> StripLadder(const Footprint& footprint) {
  const auto without = [&](std::initializer_list<ByteClass> classes,
                           bool only_needed) {
    Stripper stripper(footprint);
    for (const ByteClass byte_class : classes) stripper.Remove(byte_class);
    if (only_needed) stripper.RemoveUnneededSymbols();
    return stripper.Size();
  };
  using enum ByteClass;
  const std::uint64_t folded = footprint.debug_records().folded;
  const std::uint64_t all = footprint.debug_records().all;
  return {
      {"whole", "as it is", footprint.info().size},
      {"static_relocations", "without records among debug sections",
       WithoutRecords(footprint, folded)},
      {"debug_relocations", "without any records of debug sections",
       WithoutRecords(footprint, all)},
      {"no_debug", "without debug sections (strip -g)",
       without({kDebug, kDebugRelocs}, false)},
      {"no_btf", "and without BTF",
       without({kDebug, kDebugRelocs, kBtf, kBtfRelocs}, false)},
      {"loader", "what a loader needs",
       without({kDebug, kDebugRelocs, kBtf, kBtfRelocs, kOther}, true)},
      {"image", "bytes that are loaded, placed by somebody else",
       footprint.of(kCode).bytes + footprint.of(kRodata).bytes +
           footprint.of(kData).bytes},
  };
}

}  // namespace dwreloc_tools
