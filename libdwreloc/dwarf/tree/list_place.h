// The place of range and location lists: what an attribute of class rnglist or
// loclist refers to (DWARF 5 2.6.2, 2.17.3, 7.28, 7.29).
//
// The list itself is not read.  Index forms use the offset table that the
// unit's base names; range lists of split units may be in the file of their
// skeleton.
// Tested by tests/unit/dwarf/ranges_test.cc and loc_test.cc.

#ifndef LIBDWRELOC_DWARF_TREE_LIST_PLACE_H_
#define LIBDWRELOC_DWARF_TREE_LIST_PLACE_H_

#include <cstdint>

#include "base/status.h"
#include "dwarf/tree/form.h"
#include "dwarf/tree/unit.h"
#include "read/offsets.h"
#include "read/reloc_cursor.h"

namespace dwreloc::internal {

// The first byte of a list.  Borrows the unit and its sections.
struct ListPlace {
  // The unit whose file it is: the skeleton, for some range lists of split
  // units.
  const Unit* home = nullptr;
  const SectionView* view = nullptr;
  uint64_t offset = 0;  // in the section
  bool is_location_list = false;
};

// The place of an attribute's list.  REQUIRES: its class is rnglist or loclist.
absl::StatusOr<ListPlace> ListPlaceOf(const Attribute& attribute);
// The same for an attribute of any class; kWrongForm if it is not rnglist, and
// not loclist, respectively.
absl::StatusOr<ListPlace> RangeListPlace(const Attribute& attribute);
absl::StatusOr<ListPlace> LocationListPlace(const Attribute& attribute);
// The place of a range list in the unit's own file, by its offset, or by its
// index in the offset table (DWARF 5 7.28).
absl::StatusOr<ListPlace> RangeListPlace(const Unit& unit,
                                         DebugListOffset offset);
absl::StatusOr<ListPlace> RangeListPlace(const Unit& unit, uint64_t index);

}  // namespace dwreloc::internal

#endif  // LIBDWRELOC_DWARF_TREE_LIST_PLACE_H_
