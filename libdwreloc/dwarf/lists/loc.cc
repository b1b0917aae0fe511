#include "dwarf/lists/loc.h"

#include "dwarf/tree/list_place.h"

namespace dwreloc::internal {

absl::StatusOr<ListPlace> LocationList::PlaceOf(const Attribute& attribute) {
  if (attribute.attribute_class != AttributeClass::kLoclist) {
    return MakeError(ErrorCode::kWrongForm, attribute.unit->section(),
                     attribute.offset, "the attribute is not a location list");
  }
  return ListPlaceOf(attribute);
}

absl::StatusOr<LocationList> LocationList::Of(const Attribute& attribute) {
  DWRELOC_ASSIGN_OR_RETURN(const ListPlace place, PlaceOf(attribute));
  return LocationList(*attribute.unit, place);
}

}  // namespace dwreloc::internal
