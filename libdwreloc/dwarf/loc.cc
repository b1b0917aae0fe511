#include "dwarf/loc.h"

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
  DWRELOC_ASSIGN_OR_RETURN(
      const uint64_t offset,
      ListOffset(attribute, section, unit.bases().loclists.value,
                 unit.Origin(section)));
  LocationList list;
  DWRELOC_RETURN_IF_ERROR(list.Begin(unit, unit, section, offset, true));
  return list;
}

}  // namespace dwreloc::internal
