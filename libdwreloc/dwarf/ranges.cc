#include "dwarf/ranges.h"

#include "dwarf/addr.h"
#include "dwarf/constants.h"

namespace dwreloc::internal {
namespace {

SectionId SectionFor(const Unit& unit) {
  return unit.encoding().version < 5 ? SectionId::kDebugRanges
                                     : SectionId::kDebugRnglists;
}

// Do the lists of a split unit stay with its skeleton?  Before version 5 (GNU
// DebugFission) they do; gcc 8 to 10 leave them there in version 5, too.
bool IsInSkeleton(const Unit& unit, uint16_t form) {
  if (!unit.is_split()) return false;
  if (unit.encoding().version < 5) return true;
  return form == DW_FORM_rnglistx &&
         unit.sections().Find(SectionId::kDebugRnglists, unit.family()) ==
             kNoSection;
}

DebugListOffset TableOf(const Unit& unit) {
  const DebugRngListsBase base = unit.bases().rnglists;
  return {.value = base.value, .section = base.section};
}

// Of the lists in the unit's own file.
ListHome HomeOf(const Unit& unit) {
  const SectionId section = SectionFor(unit);
  return {.unit = &unit,
          .section = section,
          .base = TableOf(unit),
          .base_name = DW_AT_rnglists_base,
          .origin = {.value = unit.Origin(section)}};
}

// Of the lists that the split units of this one have here.
ListHome SkeletonHome(const Unit& skeleton) {
  ListHome home = HomeOf(skeleton);
  const DebugRngListsBase origin =
      skeleton.bases().gnu_ranges.value_or(DebugRngListsBase{.value = 0});
  home.origin = {.value = origin.value, .section = origin.section};
  return home;
}

}  // namespace

absl::StatusOr<RangeList> RangeList::Of(const Attribute& attribute) {
  const Unit& unit = *attribute.unit;
  if (attribute.attribute_class != AttributeClass::kRnglist) {
    return MakeError(ErrorCode::kWrongForm, unit.section(), attribute.offset,
                     "the attribute is not a range list");
  }
  if (!IsInSkeleton(unit, attribute.form)) {
    const ListHome home = HomeOf(unit);
    return At(unit, home, ListOffset(attribute, home));
  }
  const Unit& skeleton = unit.address_unit();
  if (&skeleton == &unit) {
    return MakeError(ErrorCode::kNoSkeleton, unit.section(), attribute.offset,
                     "the range list of a split unit needs its skeleton");
  }
  const ListHome home = SkeletonHome(skeleton);
  DWRELOC_ASSIGN_OR_RETURN(const DebugListOffset place,
                           ListOffset(attribute, home));
  absl::StatusOr<RangeList> list = At(unit, home, place);
  if (!list.ok()) return InSkeleton(unit, skeleton, list.status());
  return list;
}

absl::StatusOr<RangeList> RangeList::At(
    const Unit& unit, const ListHome& home,
    const absl::StatusOr<DebugListOffset>& place) {
  if (!place.ok()) return place.status();
  RangeList list;
  DWRELOC_RETURN_IF_ERROR(
      list.Begin(unit, *home.unit, home.section, *place, false));
  return list;
}

absl::StatusOr<RangeList> RangeList::At(const Unit& unit,
                                        DebugListOffset place) {
  return At(unit, HomeOf(unit), place);
}

absl::StatusOr<RangeList> RangeList::OfIndex(const Unit& unit, uint64_t index) {
  const ListHome home = HomeOf(unit);
  return At(unit, home, ListOffsetAt(home, index));
}

}  // namespace dwreloc::internal
