#include "dwarf/loc.h"

#include "dwarf/constants.h"

namespace dwreloc::internal {

absl::StatusOr<LocationList> LocationList::Of(const Attribute& attribute) {
  const Unit& unit = *attribute.unit;
  if (attribute.attribute_class != AttributeClass::kLoclist) {
    return MakeError(ErrorCode::kWrongForm, unit.section(), attribute.offset,
                     "the attribute is not a location list");
  }
  const bool is_old = unit.encoding().version < 5;
  const SectionId section =
      is_old ? SectionId::kDebugLoc : SectionId::kDebugLoclists;
  const DebugLocListsBase base = unit.bases().loclists;
  DWRELOC_ASSIGN_OR_RETURN(
      const DebugListOffset place,
      ListOffset(attribute,
                 {.unit = &unit,
                  .section = section,
                  .base = {.value = base.value, .section = base.section},
                  .base_name = DW_AT_loclists_base,
                  .origin = {.value = unit.Origin(section)}}));
  LocationList list;
  DWRELOC_RETURN_IF_ERROR(list.Begin(unit, unit, section, place, true));
  return list;
}

}  // namespace dwreloc::internal
