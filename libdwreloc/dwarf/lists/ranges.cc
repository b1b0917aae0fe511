#include "dwarf/lists/ranges.h"

#include "dwarf/tree/list_place.h"

namespace dwreloc::internal {

absl::StatusOr<RangeList> RangeList::Of(const Attribute& attribute) {
  const Unit& unit = *attribute.unit;
  if (attribute.attribute_class != AttributeClass::kRnglist) {
    return MakeError(ErrorCode::kWrongForm, unit.section(), attribute.offset,
                     "the attribute is not a range list");
  }
  DWRELOC_ASSIGN_OR_RETURN(const ListPlace place, ListPlaceOf(attribute));
  return RangeList(unit, place);
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
