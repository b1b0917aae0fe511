// Name indexes: .debug_names (DWARF 5 6.1.1.4, 7.19).
//
// A header and the abbreviations are parsed when the file's indexes are first
// used; units, names and entries (names_entries) are decoded from the bytes on
// demand.  Names are found through the hash table if there is one.
// Invariant: all arrays of an index, by the counts of its header, lie inside
// the index, the index inside the section.
// Tested by tests/unit/dwarf/names_test.cc.

#ifndef LIBDWRELOC_DWARF_LOOKUP_NAMES_H_
#define LIBDWRELOC_DWARF_LOOKUP_NAMES_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "base/lazy.h"
#include "base/status.h"
#include "dwarf/sections.h"
#include "dwarf/tree/abbrev.h"
#include "read/encoding.h"
#include "read/offsets.h"
#include "reloc/reloc_value.h"

namespace dwreloc::internal {

// A header, with the standard's names, and where its arrays begin.
struct NameIndexHeader {
  uint64_t offset = 0;
  uint64_t end = 0;
  Encoding encoding;
  uint32_t comp_unit_count = 0;
  uint32_t local_type_unit_count = 0;
  uint32_t foreign_type_unit_count = 0;
  uint32_t bucket_count = 0;  // 0: no hash table
  uint32_t name_count = 0;
  uint32_t abbrev_table_size = 0;
  std::string_view augmentation_string;  // as stored, without its NULs

  uint64_t comp_units = 0;
  uint64_t local_type_units = 0;
  uint64_t foreign_type_units = 0;
  uint64_t buckets = 0;
  uint64_t hashes = 0;
  uint64_t string_offsets = 0;
  uint64_t entry_offsets = 0;
  uint64_t abbrevs = 0;
  uint64_t entry_pool = 0;
};

// The three lists of units.
enum class NameUnitKind : uint8_t {
  kCompile = 0,
  kLocalType = 1,
  kForeignType = 2,
  kNone = 3,  // for an entry that names no unit
};

// A unit of a list.
struct NameUnit {
  NameUnitKind kind = NameUnitKind::kNone;
  RelocValue offset;       // relocated; a value that is not a constant names no
                           // unit
  SectionPlace place;      // of the unit; there may be none there
  uint64_t signature = 0;  // foreign type units
};

// A name of the table.
struct IndexedName {
  uint32_t number = 0;  // counts from 1
  uint32_t hash = 0;    // 0 if there is no hash table
  RelocValue string_offset;
  uint64_t entries = 0;  // offset of the first entry
};

// The case-insensitive hash of a name (DWARF 5 7.33); none if computing it
// requires more than ASCII.
std::optional<uint32_t> NameHash(std::string_view name);

// One index.  Owned by DebugNames.  Immutable, hence thread-safe.
class NameIndex {
 public:
  // Sets *end to where the next index may begin, 0 if unknown.
  static absl::StatusOr<std::unique_ptr<const NameIndex>> Parse(
      const DwarfSections& sections, const SectionView& view, uint64_t offset,
      uint64_t* end);

  const NameIndexHeader& header() const { return header_; }
  const DwarfSections& sections() const { return *sections_; }
  const SectionView& view() const { return *view_; }
  uint32_t unit_count(NameUnitKind kind) const;

  // REQUIRES: number < unit_count(kind).
  NameUnit UnitAt(NameUnitKind kind, uint32_t number,
                  RelocObserver* observer = nullptr) const;
  // REQUIRES: number is 1 to name_count.
  IndexedName NameAt(uint32_t number, RelocObserver* observer = nullptr) const;
  absl::StatusOr<std::string_view> String(const IndexedName& name) const;
  // Finds the name that equals `string`.  Names that cannot be read are
  // ignored.
  absl::StatusOr<std::optional<IndexedName>> Find(
      std::string_view string) const;

  // Returns the declaration, or nullptr.
  const Abbrev* FindAbbrev(uint64_t code) const;

 private:
  absl::Status ParseHeader(uint64_t offset, uint64_t* end);
  absl::Status ParseAbbrevs();
  // A number of an array; it has no record.
  uint64_t Number(uint64_t array, uint64_t index, int width) const;
  bool IsNamed(const IndexedName& name, std::string_view string) const;

  const DwarfSections* sections_ = nullptr;
  const SectionView* view_ = nullptr;
  Family family_ = Family::kPlain;
  NameIndexHeader header_;
  std::vector<Abbrev> abbrevs_;  // by code
  std::vector<AttributeSpec> specs_;
};

// All indexes of a file.  Thread-safe.
class DebugNames {
 public:
  explicit DebugNames(const DwarfSections& sections) : sections_(sections) {}

  using Indexes = std::vector<std::unique_ptr<const NameIndex>>;

  // Ordered by section, then by offset.
  const Indexes& indexes() const { return list().indexes; }
  // The errors of those that could not be read, at most one thousand.
  const std::vector<absl::Status>& errors() const { return list().errors; }

 private:
  struct List {
    Indexes indexes;
    std::vector<absl::Status> errors;
  };
  const List& list() const;

  const DwarfSections& sections_;
  Lazy<std::unique_ptr<List>> list_;
};

}  // namespace dwreloc::internal

#endif  // LIBDWRELOC_DWARF_LOOKUP_NAMES_H_
