#include "dwarf/lists/loc_views.h"

#include "dwarf/constants.h"
#include "dwarf/lists/loc.h"
#include "dwarf/tree/places.h"

namespace dwreloc::internal {
namespace {

bool IsBounded(ListShape shape) {
  switch (shape) {
    case ListShape::kStartxEndx:
    case ListShape::kStartxLength:
    case ListShape::kOffsetPair:
    case ListShape::kStartEnd:
    case ListShape::kStartLength:
      return true;
    default:
      return false;
  }
}

// Before DWARF 4 offsets are written as constants.
bool IsOffset(const Attribute& attribute) {
  return attribute.attribute_class == AttributeClass::kSecoffset ||
         (attribute.attribute_class == AttributeClass::kConstant &&
          attribute.unit->encoding().version < 4);
}

// The number of bounded entries of the DIE's DW_AT_location.
absl::StatusOr<uint64_t> CountBounded(const Die& die) {
  DWRELOC_ASSIGN_OR_RETURN(const std::optional<Attribute> location,
                           FindAttribute(die, DW_AT_location));
  if (!location.has_value()) {
    return MakeError(ErrorCode::kBadDwarf, die.unit->section(), die.offset,
                     "DW_AT_GNU_locviews, but no DW_AT_location");
  }
  absl::StatusOr<LocationList> list = LocationList::Of(*location);
  if (!list.ok()) return list.status();
  uint64_t count = 0;
  ListEntry entry;
  while (list->NextEntry(&entry)) count += IsBounded(entry.shape) ? 1 : 0;
  if (!list->ok()) return list->status();
  return count;
}

}  // namespace

absl::StatusOr<std::optional<LocationViews>> LocationViews::Of(const Die& die) {
  DWRELOC_ASSIGN_OR_RETURN(const std::optional<Attribute> attribute,
                           FindAttribute(die, DW_AT_GNU_locviews));
  if (!attribute.has_value()) return std::nullopt;
  const Unit& unit = *die.unit;
  const SectionId id = unit.encoding().version < 5 ? SectionId::kDebugLoc
                                                   : SectionId::kDebugLoclists;
  if (!IsOffset(*attribute)) {
    return MakeError(ErrorCode::kWrongForm, unit.section(), attribute->offset,
                     "DW_AT_GNU_locviews is not an offset");
  }
  DWRELOC_ASSIGN_OR_RETURN(const SectionPlace place, PlaceOf(*attribute, id));
  const absl::StatusOr<SectionView>& view = unit.View(id, place.section);
  if (!view.ok()) return view.status();
  DWRELOC_ASSIGN_OR_RETURN(const uint64_t count, CountBounded(die));
  LocationViews views;
  views.cursor_ = RelocCursor(*view, place.offset);
  views.start_ = place.offset;
  views.left_ = count;
  return views;
}

RawOperand LocationViews::ReadView() {
  RawOperand operand;
  operand.offset = cursor_.offset();
  operand.encoding = OperandEncoding::kUleb;
  operand.value = cursor_.UlebValue();
  operand.size = cursor_.offset() - operand.offset;
  return operand;
}

absl::StatusOr<uint64_t> EndOf(LocationViews views) {
  ViewPair pair;
  while (views.Next(&pair)) {
  }
  if (!views.ok()) return views.status();
  return views.next_offset();
}

bool LocationViews::Next(ViewPair* pair) {
  if (left_ == 0 || !ok()) return false;
  pair->begin = ReadView();
  pair->end = ReadView();
  --left_;
  return ok();
}

}  // namespace dwreloc::internal
