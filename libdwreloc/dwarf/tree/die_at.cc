#include "dwarf/tree/die_at.h"

#include <optional>

namespace dwreloc::internal {

absl::StatusOr<Die> DieAt(const DebugInfo& info, SectionPlace place) {
  const Unit* unit = info.FindUnit(place);
  if (unit == nullptr) {
    return MakeError(ErrorCode::kNotFound, place.section, place.offset,
                     "no unit there");
  }
  DWRELOC_ASSIGN_OR_RETURN(const std::optional<Die> die,
                           ReadDie(*unit, place.offset));
  if (!die.has_value()) {
    return MakeError(ErrorCode::kNotFound, place.section, place.offset,
                     "a null entry, not a DIE");
  }
  return *die;
}

}  // namespace dwreloc::internal
