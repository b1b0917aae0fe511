#include "dwarf/lists/any_list.h"

#include "dwarf/constants.h"
#include "dwarf/lists/loc.h"

namespace dwreloc::internal {

absl::StatusOr<AnyList> AnyList::OfLocations(const Attribute& attribute) {
  if (attribute.attribute_class == AttributeClass::kExprloc) {
    AnyList list;
    list.single_ = attribute;
    return list;
  }
  DWRELOC_ASSIGN_OR_RETURN(const LocationList list,
                           LocationList::Of(attribute));
  return AnyList(list);
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

bool AnyList::NextBounded(ListEntry* entry, RelocValue* begin, RelocValue* end,
                          bool* is_default) {
  if (!is_single()) {
    return reader_.NextBounded(entry, begin, end, is_default);
  }
  *begin = {};
  *end = {};
  *is_default = true;
  return NextEntry(entry);
}

}  // namespace dwreloc::internal
