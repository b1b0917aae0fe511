// The string of an attribute, in any form (DWARF 5 7.5.5 "string", 7.26:
// .debug_str, .debug_line_str, .debug_str_offsets).
//
// Nothing is copied: a string is a view of the file that ends with a NUL.
// Tested by tests/unit/dwarf/strings_test.cc.

#ifndef LIBDWRELOC_DWARF_TREE_STRINGS_H_
#define LIBDWRELOC_DWARF_TREE_STRINGS_H_

#include <cstdint>
#include <string_view>

#include "base/bytes.h"
#include "base/status.h"
#include "dwarf/constants.h"
#include "dwarf/tree/form.h"
#include "dwarf/tree/unit.h"
#include "read/offsets.h"

namespace dwreloc::internal {

absl::StatusOr<std::string_view> StringOf(const Attribute& attribute);

// The common cases of StringOf without the cost of a status and a length: a
// DW_FORM_string, which decoding has found to end, and a DW_FORM_strp whose
// section has been read before.  Otherwise nullptr.
inline const char* PeekString(const Attribute& attribute) {
  if (!IsNumber(attribute)) return nullptr;
  if (attribute.form == DW_FORM_strp) [[likely]] {
    const Unit& unit = *attribute.unit;
    return unit.sections().PeekString(SectionId::kDebugStr, unit.family(),
                                      attribute.value);
  }
  if (attribute.form == DW_FORM_string) {
    const Bytes bytes = attribute.unit->view().bytes;
    if (!Fits(attribute.offset, attribute.data, bytes.size())) return nullptr;
    return reinterpret_cast<const char*>(bytes.data()) + attribute.offset;
  }
  return nullptr;
}

// The string of index `index` of the unit (DWARF 5 7.26).
absl::StatusOr<std::string_view> StringAt(const Unit& unit, uint64_t index);

// The string of an attribute of the unit's root DIE; no data() if it has none,
// or none that can be read.
std::string_view RootString(const Unit& unit, uint16_t name);

// The section and offset of the string; kNotFound if it is in a supplementary
// file, of which this file has no place.
absl::StatusOr<SectionPlace> StringPlaceOf(const Attribute& attribute);

}  // namespace dwreloc::internal

#endif  // LIBDWRELOC_DWARF_TREE_STRINGS_H_
