#include "dwarf/lists/loc.h"

#include "dwarf/tree/list_place.h"

namespace dwreloc::internal {

absl::StatusOr<LocationList> LocationList::Of(const Attribute& attribute) {
  DWRELOC_ASSIGN_OR_RETURN(const ListPlace place, LocationListPlace(attribute));
  return LocationList(*attribute.unit, place);
}

}  // namespace dwreloc::internal
