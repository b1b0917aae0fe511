// Which debug section a number counts in.
//
// A number that is an offset does not tell its section by itself: the
// attribute's class does, or the symbol of the record that supplied it.
// Tested by tests/unit/dwarf/number_section_test.cc.

#ifndef LIBDWRELOC_DWARF_TREE_NUMBER_SECTION_H_
#define LIBDWRELOC_DWARF_TREE_NUMBER_SECTION_H_

#include <cstdint>

#include "dwarf/tree/form.h"
#include "reloc/evaluate.h"
#include "reloc/howto.h"
#include "reloc/reloc_sections.h"

namespace dwreloc::internal {

// The section of the unit's file in which the number of an attribute of class
// string, reference, list or pointer is an offset; kNoSection if it is not an
// offset but an index, a constant, or counted from the unit.
uint32_t NumberSection(const Attribute& attribute);

// The section in which the number that a record makes from its symbol is an
// offset; kNoSection if there is no such symbol, or the number is something
// other than the symbol's place.
uint32_t NumberSection(const RelocContext& context, const RawReloc& record,
                       const Howto& howto);

}  // namespace dwreloc::internal

#endif  // LIBDWRELOC_DWARF_TREE_NUMBER_SECTION_H_
