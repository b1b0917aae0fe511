#include "dwarf/loc.h"

namespace dwreloc::internal {

absl::StatusOr<LocationList> LocationList::Of(const Attribute& attribute) {
  const Unit& unit = *attribute.unit;
  if (attribute.attribute_class != AttributeClass::kLoclist) {
    return MakeError(ErrorCode::kWrongForm, unit.section(), attribute.offset,
                     "the attribute is not a location list");
  }
  const bool is_old = unit.encoding().version < 5;
  if (is_old && unit.family() == Family::kDwo) {
    return MakeError(ErrorCode::kUnsupported, unit.section(), attribute.offset,
                     "GNU split location lists (.debug_loc.dwo) are not "
                     "supported");
  }
  const SectionId section =
      is_old ? SectionId::kDebugLoc : SectionId::kDebugLoclists;
  DWRELOC_ASSIGN_OR_RETURN(
      const uint64_t offset,
      ListOffset(attribute, section, unit.bases().loclists.value));
  LocationList list;
  DWRELOC_RETURN_IF_ERROR(list.Begin(unit, section, offset, true));
  return list;
}

}  // namespace dwreloc::internal
