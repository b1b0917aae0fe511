#include "dwarf/lists/pc.h"

#include <iterator>

#include "dwarf/constants.h"
#include "dwarf/lists/ranges.h"
#include "dwarf/tree/value.h"

namespace dwreloc::internal {

absl::StatusOr<std::optional<PcRange>> LowHighPc(const Die& die) {
  constexpr uint16_t kNames[] = {DW_AT_low_pc, DW_AT_high_pc};
  std::optional<Attribute> found[std::size(kNames)];
  DWRELOC_RETURN_IF_ERROR(FindAttributes(die, kNames, found));
  const auto& [low, high] = found;
  if (!low.has_value() || !high.has_value()) return std::nullopt;
  PcRange range;
  DWRELOC_ASSIGN_OR_RETURN(range.begin, AttributeValue(*low));
  DWRELOC_ASSIGN_OR_RETURN(range.end, AttributeValue(*high));
  range.begin_unit = &ValueUnit(*low);
  range.end_unit = &ValueUnit(*high);
  // DWARF 5 2.17.2: a value of class constant is the length.
  if (high->attribute_class == AttributeClass::kConstant) {
    if (range.end.is_constant()) range.end_unit = range.begin_unit;
    range.end = AddRelocatable(range.begin, range.end,
                               die.unit->encoding().address_size);
  }
  return range;
}

absl::StatusOr<bool> HasPc(const Die& die, const RelocValue& pc) {
  DWRELOC_ASSIGN_OR_RETURN(const std::optional<PcRange> pair, LowHighPc(die));
  if (pair.has_value()) return IsInRange(pc, pair->begin, pair->end);
  DWRELOC_ASSIGN_OR_RETURN(const std::optional<Attribute> ranges,
                           FindAttribute(die, DW_AT_ranges));
  if (!ranges.has_value()) return false;
  DWRELOC_ASSIGN_OR_RETURN(RangeList list, RangeList::Of(*ranges));
  ListBounds bounds;
  while (list.NextBounded(&bounds)) {
    if (IsInRange(pc, bounds.begin, bounds.end)) return true;
  }
  DWRELOC_RETURN_IF_ERROR(list.status());
  return false;
}

}  // namespace dwreloc::internal
