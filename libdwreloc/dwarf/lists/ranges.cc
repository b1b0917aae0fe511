#include "dwarf/lists/ranges.h"

#include "dwarf/tree/list_place.h"

namespace dwreloc::internal {

absl::StatusOr<RangeList> RangeList::Of(const Attribute& attribute) {
  DWRELOC_ASSIGN_OR_RETURN(const ListPlace place, RangeListPlace(attribute));
  return RangeList(*attribute.unit, place);
}

absl::StatusOr<RangeList> RangeList::At(const Unit& unit,
                                        DebugListOffset offset) {
  DWRELOC_ASSIGN_OR_RETURN(const ListPlace place, RangeListPlace(unit, offset));
  return RangeList(unit, place);
}

absl::StatusOr<RangeList> RangeList::OfIndex(const Unit& unit, uint64_t index) {
  DWRELOC_ASSIGN_OR_RETURN(const ListPlace place, RangeListPlace(unit, index));
  return RangeList(unit, place);
}

}  // namespace dwreloc::internal
