// Where the offsets of a unit point: the section, and the offset in it (DWARF 5
// 7.5.5: lineptr, loclist, rnglist and similar classes, and strings).
//
// A number counts in the unit's section of that kind: the primary one, or in a
// package the unit's part of it.  If a file has several sections of one name,
// the symbol of the record says which one is meant, and it is kept with the
// offset.  Bases are read by the thousand, so the reason why one is unavailable
// is worked out only when it is needed.
// Tested by tests/unit/module/second_sections_test.cc.

#ifndef LIBDWRELOC_DWARF_TREE_PLACES_H_
#define LIBDWRELOC_DWARF_TREE_PLACES_H_

#include <cstdint>
#include <initializer_list>
#include <string_view>

#include "base/status.h"
#include "dwarf/tree/form.h"
#include "dwarf/tree/unit.h"
#include "read/offsets.h"
#include "reloc/reloc_value.h"

namespace dwreloc::internal {

// An offset of the unit, as a place in a section of that kind.
absl::StatusOr<SectionPlace> PlaceIn(const Unit& unit, const RelocValue& offset,
                                     SectionId id);
// The same for an attribute; an error names the attribute and its datum.
absl::StatusOr<SectionPlace> PlaceOf(const Attribute& attribute, SectionId id);

// The same offset as it is kept: not moved to the unit's part of a package, and
// without a value if there is no place, for which PlaceOf gives the error.
template <typename Kind>
Kind OffsetOf(const Attribute& attribute, SectionId id) {
  if (IsNumber(attribute)) [[likely]]
    return {.value = attribute.value};
  const DwarfSections& sections = attribute.unit->sections();
  if (sections.NameOf(attribute.section).id != id) return {};
  return {.value = attribute.value, .section = attribute.section};
}

// Why the offset that the unit's root DIE has under one of those names has no
// value; `what` needs it: "address index 3".
absl::Status NoOffset(const Unit& unit, std::initializer_list<uint16_t> names,
                      SectionId id, std::string_view what);

}  // namespace dwreloc::internal

#endif  // LIBDWRELOC_DWARF_TREE_PLACES_H_
