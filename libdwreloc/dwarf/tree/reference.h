// References: the DIE that an attribute of class reference leads to (DWARF 5
// 7.5.5.2).
//
// They lead to the same unit, to another one of the file, including those of
// another .debug_info (COMDAT groups, which a record names), or to the type of
// a type unit.
// Tested by tests/api/c_api_test.c.

#ifndef LIBDWRELOC_DWARF_TREE_REFERENCE_H_
#define LIBDWRELOC_DWARF_TREE_REFERENCE_H_

#include "base/status.h"
#include "dwarf/tree/debug_info.h"
#include "dwarf/tree/die.h"
#include "dwarf/tree/form.h"
#include "dwarf/tree/unit.h"
#include "read/offsets.h"

namespace dwreloc::internal {

// The place of the DIE; whether there is one is not checked.
absl::StatusOr<SectionPlace> ReferencePlace(const Attribute& attribute);

// The DIE at a place, in any unit.
absl::StatusOr<Die> DieAt(const DebugInfo& info, SectionPlace place);

}  // namespace dwreloc::internal

#endif  // LIBDWRELOC_DWARF_TREE_REFERENCE_H_
