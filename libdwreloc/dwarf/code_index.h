// The rows of a table by the number of a DWARF constant: a form, an operation,
// a call frame instruction.
//
// Numbers below 256 lead to a copy of their row at once; the few beyond, all of
// vendors, are in a short list.  Indexes are made at compile time, where a
// number that has two rows is an error.
// Tested by tests/unit/dwarf/code_index_test.cc.

#ifndef LIBDWRELOC_DWARF_CODE_INDEX_H_
#define LIBDWRELOC_DWARF_CODE_INDEX_H_

#include <array>
#include <cstddef>
#include <cstdint>

namespace dwreloc::internal {

// The row of one number, or of all from `first` to `last`.
template <typename Row>
struct CodeRow {
  constexpr CodeRow(uint16_t code, Row the_row)
      : first(code), last(code), row(the_row) {}
  constexpr CodeRow(uint16_t from, uint16_t to, Row the_row)
      : first(from), last(to), row(the_row) {}

  uint16_t first;
  uint16_t last;
  Row row;
};

// Not defined and not constexpr, so an index that calls one does not compile.
void TwoRowsOfOneCode();
void TooManyCodesOfVendors();

// A number without a row has Row().  May be shared between threads.
template <typename Row>
class CodeIndex {
 public:
  template <size_t kCount>
  constexpr explicit CodeIndex(const CodeRow<Row> (&rows)[kCount]) {
    for (const CodeRow<Row>& row : rows) {
      for (uint32_t code = row.first; code <= row.last; ++code) {
        Add(code, row.row);
      }
    }
  }

  constexpr const Row& Find(uint64_t code) const {
    return rows_[PlaceOf(code)];
  }
  constexpr bool Has(uint64_t code) const { return !(Find(code) == Row()); }

 private:
  static constexpr size_t kDirect = 256;
  static constexpr size_t kMaxOfVendors = 8;
  static constexpr size_t kEmpty = kDirect + kMaxOfVendors;

  constexpr void Add(uint32_t code, const Row& row) {
    if (Has(code)) TwoRowsOfOneCode();
    if (code < kDirect) {
      rows_[code] = row;
      return;
    }
    if (of_vendors_ == kMaxOfVendors) TooManyCodesOfVendors();
    rows_[kDirect + of_vendors_] = row;
    vendor_codes_[of_vendors_++] = code;
  }

  // A place, not a row, so that a caller loads only what it needs of the row.
  // Nothing is called: callers have their state in registers.
  constexpr size_t PlaceOf(uint64_t code) const {
    if (code < kDirect) [[likely]]
      return code;
    size_t i = 0;
    while (i < of_vendors_ && vendor_codes_[i] != code) ++i;
    return i < of_vendors_ ? kDirect + i : kEmpty;
  }

  std::array<Row, kEmpty + 1> rows_{};
  std::array<uint32_t, kMaxOfVendors> vendor_codes_{};
  size_t of_vendors_ = 0;
};

}  // namespace dwreloc::internal

#endif  // LIBDWRELOC_DWARF_CODE_INDEX_H_
