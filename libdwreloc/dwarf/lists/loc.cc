#include "dwarf/lists/loc.h"

#include "dwarf/tree/list_place.h"

namespace dwreloc::internal {

absl::StatusOr<LocationList> LocationList::Of(const Attribute& attribute) {
  const Unit& unit = *attribute.unit;
  if (attribute.attribute_class != AttributeClass::kLoclist) {
    return MakeError(ErrorCode::kWrongForm, unit.section(), attribute.offset,
                     "the attribute is not a location list");
  }
  DWRELOC_ASSIGN_OR_RETURN(const ListPlace place, ListPlaceOf(attribute));
  return LocationList(unit, place);
}

}  // namespace dwreloc::internal
