// Unit::detours: one more reading of a unit, for a walk that has met a DIE it
// cannot read (see dwarf/tree/detours.h).

#include <optional>
#include <utility>
#include <vector>

#include "dwarf/constants.h"
#include "dwarf/tree/detours.h"
#include "dwarf/tree/die.h"
#include "dwarf/tree/form.h"
#include "dwarf/tree/unit.h"

namespace dwreloc::internal {
namespace {

// The siblings of the DIEs that enclose the current one; 0: it names none.
using Siblings = std::vector<uint64_t>;

// Reads the values of a DIE that begins at `die`.  Returns false if one cannot
// be read.  Sets *sibling to the place DW_AT_sibling points at.
bool ReadValues(const Unit& unit, const Abbrev& abbrev, uint64_t die,
                RelocCursor& cursor, uint64_t* sibling) {
  *sibling = 0;
  for (const AttributeSpec& spec : abbrev.attributes()) {
    Attribute attribute;
    if (!DecodeAttribute(cursor, spec, unit.encoding(), &attribute)) {
      return false;
    }
    if (attribute.name != DW_AT_sibling) continue;
    const std::optional<uint64_t> target = SiblingOffset(unit, attribute);
    if (target.has_value() && *target > die) *sibling = *target;
  }
  return true;
}

// The detour from a DIE with that sibling.  Updates `open` to the state at the
// detour's end.
std::optional<Detour> DetourOf(uint64_t die, uint64_t sibling, Siblings& open) {
  Detour detour = {.from = die, .to = sibling};
  while (detour.to <= die) {
    if (open.empty()) return std::nullopt;
    detour.to = open.back();
    ++detour.up;
    open.pop_back();
  }
  return detour;
}

Detours DetoursOf(const Unit& unit) {
  std::vector<Detour> detours;
  const absl::StatusOr<const AbbrevTable*>& abbrevs = unit.abbrevs();
  if (!abbrevs.ok()) return Detours();
  Siblings open;
  RelocCursor cursor = unit.CursorAt(unit.first_die());
  while (!cursor.at_end()) {
    const uint64_t offset = cursor.offset();
    const uint64_t code = cursor.Uleb();
    if (code == 0 && cursor.ok()) {
      if (!open.empty()) open.pop_back();
      continue;
    }
    const Abbrev* abbrev = cursor.ok() ? (*abbrevs)->Find(code) : nullptr;
    uint64_t sibling = 0;
    if (abbrev != nullptr &&
        ReadValues(unit, *abbrev, offset, cursor, &sibling)) {
      if (abbrev->has_children) open.push_back(sibling);
      continue;
    }
    const std::optional<Detour> detour = DetourOf(offset, sibling, open);
    if (!detour.has_value()) break;
    detours.push_back(*detour);
    cursor = unit.CursorAt(detour->to);
  }
  return Detours(std::move(detours));
}

}  // namespace

const Detours& Unit::detours() const {
  return detours_.Get([this] { return DetoursOf(*this); });
}

}  // namespace dwreloc::internal
