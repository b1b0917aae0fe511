#include "dwarf/ranges.h"

namespace dwreloc::internal {

absl::StatusOr<RangeList> RangeList::Of(const Attribute& attribute) {
  const Unit& unit = *attribute.unit;
  if (attribute.attribute_class != AttributeClass::kRnglist) {
    return MakeError(ErrorCode::kWrongForm, unit.section(), attribute.offset,
                     "the attribute is not a range list");
  }
  const bool is_old = unit.encoding().version < 5;
  const SectionId section =
      is_old ? SectionId::kDebugRanges : SectionId::kDebugRnglists;
  DWRELOC_ASSIGN_OR_RETURN(
      const uint64_t offset,
      ListOffset(attribute, section, unit.bases().rnglists.value));
  RangeList list;
  DWRELOC_RETURN_IF_ERROR(list.Begin(unit, section, offset, false));
  return list;
}

}  // namespace dwreloc::internal
