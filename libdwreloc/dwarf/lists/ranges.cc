#include "dwarf/lists/ranges.h"

#include "dwarf/tree/list_place.h"

namespace dwreloc::internal {

absl::StatusOr<ListPlace> RangeList::PlaceOf(const Attribute& attribute) {
  if (attribute.attribute_class != AttributeClass::kRnglist) {
    return MakeError(ErrorCode::kWrongForm, attribute.unit->section(),
                     attribute.offset, "the attribute is not a range list");
  }
  return ListPlaceOf(attribute);
}

absl::StatusOr<RangeList> RangeList::Of(const Attribute& attribute) {
  DWRELOC_ASSIGN_OR_RETURN(const ListPlace place, PlaceOf(attribute));
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
