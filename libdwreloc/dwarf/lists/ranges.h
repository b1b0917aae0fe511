// Range lists: .debug_rnglists (DWARF 5 7.25) and .debug_ranges (DWARF 4
// 2.17.3), by the unit's version.
//
// Tested by tests/unit/dwarf/ranges_test.cc.

#ifndef LIBDWRELOC_DWARF_LISTS_RANGES_H_
#define LIBDWRELOC_DWARF_LISTS_RANGES_H_

#include "base/status.h"
#include "dwarf/lists/list.h"
#include "dwarf/tree/form.h"

namespace dwreloc::internal {

// See ListReader.
class RangeList : public ListReader {
 public:
  // The list that an attribute of class rnglist refers to.
  static absl::StatusOr<RangeList> Of(const Attribute& attribute);
  // A list in the unit's own file, by its offset, or by its index (DWARF 5
  // 7.28).
  static absl::StatusOr<RangeList> At(const Unit& unit, DebugListOffset offset);
  static absl::StatusOr<RangeList> OfIndex(const Unit& unit, uint64_t index);

 private:
  using ListReader::ListReader;
};

}  // namespace dwreloc::internal

#endif  // LIBDWRELOC_DWARF_LISTS_RANGES_H_
