#include "dwarf/lists/any_list.h"

#include "dwarf/constants.h"
#include "dwarf/tree/list_place.h"

namespace dwreloc::internal {

absl::StatusOr<AnyList> AnyList::OfLocations(const Attribute& attribute) {
  if (attribute.attribute_class == AttributeClass::kExprloc) {
    return AnyList(attribute);
  }
  DWRELOC_ASSIGN_OR_RETURN(const ListPlace place, LocationListPlace(attribute));
  return AnyList(*attribute.unit, place);
}

absl::StatusOr<AnyList> AnyList::OfRanges(const Attribute& attribute) {
  DWRELOC_ASSIGN_OR_RETURN(const ListPlace place, RangeListPlace(attribute));
  return AnyList(*attribute.unit, place);
}

bool AnyList::NextEntry(ListEntry* entry) {
  if (!is_single()) return reader_.NextEntry(entry);
  *entry = {};
  if (is_done_) return false;
  is_done_ = true;
  entry->shape = ListShape::kDefaultLocation;
  entry->kind = DW_LLE_default_location;
  entry->offset = single_.offset;
  entry->size = single_.data + single_.value - single_.offset;
  entry->expression_offset = single_.data;
  entry->expression_size = single_.value;
  return true;
}

}  // namespace dwreloc::internal
