// Abbreviation tables (.debug_abbrev; DWARF 5 7.5.3).
//
// One table is parsed as a whole on first use and kept.  Codes are 1, 2, 3...
// in practice: then a code is an index; otherwise it is searched for.
// Invariant: every declaration in a table was read completely; parsing stops
// at the first that was not, and the table remembers why.
// Tested by tests/unit/dwarf/abbrev_test.cc.

#ifndef LIBDWRELOC_DWARF_ABBREV_H_
#define LIBDWRELOC_DWARF_ABBREV_H_

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "base/status.h"
#include "read/offsets.h"
#include "read/reloc_cursor.h"

namespace dwreloc::internal {

// One attribute of a declaration.
struct AttributeSpec {
  int64_t implicit_const = 0;  // DW_FORM_implicit_const
  uint16_t name = 0;
  uint16_t form = 0;
  // The AttributeClass that the two give since DWARF 4 (form.h).
  uint8_t attribute_class = 0;
};

// One declaration.
struct Abbrev {
  uint64_t code = 0;
  uint64_t offset = 0;  // in .debug_abbrev
  uint32_t first = 0;   // its attributes in the table's pool
  uint32_t count = 0;
  uint16_t tag = 0;
  bool has_children = false;
};

// Immutable once parsed, hence thread-safe.
class AbbrevTable {
 public:
  static absl::StatusOr<std::unique_ptr<const AbbrevTable>> Parse(
      const SectionView& section, DebugAbbrevOffset offset);

  // The declaration, or nullptr.
  const Abbrev* Find(uint64_t code) const {
    if (code - 1 < dense_count_) [[likely]]
      return &abbrevs_[code - 1];
    return FindSparse(code);
  }
  std::span<const AttributeSpec> attributes(const Abbrev& abbrev) const {
    return std::span(specs_).subspan(abbrev.first, abbrev.count);
  }
  const std::vector<Abbrev>& abbrevs() const { return abbrevs_; }
  // Bytes in the section.
  uint64_t size() const { return size_; }
  // Why the table ends early; OK if it does not.
  const absl::Status& status() const { return status_; }

 private:
  const Abbrev* FindSparse(uint64_t code) const;

  std::vector<Abbrev> abbrevs_;  // by code
  std::vector<AttributeSpec> specs_;
  uint64_t dense_count_ = 0;  // abbrevs_[i].code == i + 1 for i < this
  uint64_t size_ = 0;
  absl::Status status_;
};

}  // namespace dwreloc::internal

#endif  // LIBDWRELOC_DWARF_ABBREV_H_
