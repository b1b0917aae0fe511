// Abbreviation tables (.debug_abbrev; DWARF 5 7.5.3).
//
// One table is parsed as a whole on first use and kept.  How a form is read
// depends on the unit's encoding too, so a table belongs to one encoding: units
// of another that share the bytes have a table of their own.  Codes are 1,
// 2, 3... in practice: then a code is an index; otherwise it is searched for.
// Invariant: every declaration in a table was read completely and can be used;
// one that cannot is left out, parsing stops at the first that was not, and the
// table remembers why.
// Tested by tests/unit/dwarf/abbrev_test.cc.

#ifndef LIBDWRELOC_DWARF_TREE_ABBREV_H_
#define LIBDWRELOC_DWARF_TREE_ABBREV_H_

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "base/status.h"
#include "dwarf/tree/form.h"
#include "read/encoding.h"
#include "read/offsets.h"
#include "read/reloc_cursor.h"

namespace dwreloc::internal {

// One declaration.
struct Abbrev {
  uint64_t code = 0;
  uint64_t offset = 0;                   // in .debug_abbrev
  const AttributeSpec* specs = nullptr;  // in the table's pool
  uint32_t count = 0;
  uint32_t fixed_size = 0;  // bytes of all values, or kVariableSize
  // What a Die repeats, in its order (die.h).
  uint32_t die_code = 0;  // the low bits of `code`
  uint16_t tag = 0;
  bool has_children = false;
  uint8_t reserved = 0;

  static constexpr uint32_t kVariableSize = UINT32_MAX;

  std::span<const AttributeSpec> attributes() const { return {specs, count}; }
};

// Immutable once parsed, hence thread-safe.
class AbbrevTable {
 public:
  static absl::StatusOr<std::unique_ptr<const AbbrevTable>> Parse(
      const SectionView& section, DebugAbbrevOffset offset, Encoding encoding) {
    return Parse(section, offset, encoding, kAllCodes);
  }
  // A table of one declaration alone, and empty if there is none of that code.
  static absl::StatusOr<std::unique_ptr<const AbbrevTable>> ParseOne(
      const SectionView& section, DebugAbbrevOffset offset, Encoding encoding,
      uint64_t code) {
    return Parse(section, offset, encoding, code);
  }

  // The declaration, or nullptr.
  const Abbrev* Find(uint64_t code) const {
    const Abbrev* dense = FindDense(code);
    return dense != nullptr ? dense : FindSparse(code);
  }
  // The same, of the first codes alone: 1, 2, 3...
  const Abbrev* FindDense(uint64_t code) const {
    return code - 1 < dense_count_ ? &Dense(code) : nullptr;
  }
  // REQUIRES: 1 <= code <= dense_count().
  const Abbrev& Dense(uint64_t code) const { return abbrevs_[code - 1]; }
  // The declarations of the codes from 1 to dense_count().
  const Abbrev* dense() const { return abbrevs_.data(); }
  // The last code that FindDense finds, or 0.
  uint64_t dense_count() const { return dense_count_; }
  const std::vector<Abbrev>& abbrevs() const { return abbrevs_; }  // by code
  // Bytes read in the section.
  uint64_t size() const { return size_; }
  // Why the table lacks declarations; OK if it does not.
  const absl::Status& status() const { return status_; }

 private:
  static constexpr uint64_t kAllCodes = 0;  // no declaration has it
  static absl::StatusOr<std::unique_ptr<const AbbrevTable>> Parse(
      const SectionView& section, DebugAbbrevOffset offset, Encoding encoding,
      uint64_t only);
  const Abbrev* FindSparse(uint64_t code) const;
  // To be called once, when all declarations have been read.
  void Index();

  std::vector<Abbrev> abbrevs_;  // by code
  std::vector<AttributeSpec> specs_;
  uint64_t dense_count_ = 0;  // abbrevs_[i].code == i + 1 for i < this
  uint64_t size_ = 0;
  absl::Status status_;
};

}  // namespace dwreloc::internal

#endif  // LIBDWRELOC_DWARF_TREE_ABBREV_H_
