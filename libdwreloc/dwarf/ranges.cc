#include "dwarf/ranges.h"

#include "dwarf/addr.h"

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
  // GNU DebugFission: before version 5 the ranges stay with the skeleton.
  const bool is_elsewhere = is_old && unit.is_split();
  if (is_elsewhere && &unit.address_unit() == &unit) {
    return MakeError(ErrorCode::kNoSkeleton, unit.section(), attribute.offset,
                     "the range list of a split unit needs its skeleton");
  }
  const Unit& home = is_elsewhere ? unit.address_unit() : unit;
  const uint64_t origin =
      is_elsewhere ? home.bases().gnu_ranges.value_or(0) : unit.Origin(section);
  DWRELOC_ASSIGN_OR_RETURN(
      const uint64_t offset,
      ListOffset(attribute, section, unit.bases().rnglists.value, origin));
  RangeList list;
  const absl::Status begun = list.Begin(unit, home, section, offset, false);
  if (!begun.ok()) return is_elsewhere ? InSkeleton(unit, home, begun) : begun;
  return list;
}

absl::StatusOr<RangeList> RangeList::At(const Unit& unit, uint64_t offset) {
  const SectionId section = unit.encoding().version < 5
                                ? SectionId::kDebugRanges
                                : SectionId::kDebugRnglists;
  RangeList list;
  DWRELOC_RETURN_IF_ERROR(list.Begin(unit, unit, section, offset, false));
  return list;
}

}  // namespace dwreloc::internal
