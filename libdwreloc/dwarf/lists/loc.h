// Location lists: .debug_loclists (DWARF 5 7.29) and .debug_loc (DWARF 4
// 2.6.2), by the unit's version.
//
// Tested by tests/unit/dwarf/loc_test.cc.

#ifndef LIBDWRELOC_DWARF_LISTS_LOC_H_
#define LIBDWRELOC_DWARF_LISTS_LOC_H_

#include "base/status.h"
#include "dwarf/lists/list.h"
#include "dwarf/tree/form.h"

namespace dwreloc::internal {

// See ListReader.
class LocationList : public ListReader {
 public:
  // The list that an attribute of class loclist refers to.
  static absl::StatusOr<LocationList> Of(const Attribute& attribute);

 private:
  using ListReader::ListReader;
};

}  // namespace dwreloc::internal

#endif  // LIBDWRELOC_DWARF_LISTS_LOC_H_
