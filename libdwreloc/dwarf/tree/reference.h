// References: the DIE that an attribute of class reference leads to (DWARF 5
// 7.5.5.2).
//
// They lead to the same unit, to another one of the file, including those of
// another .debug_info (COMDAT groups, which a record names), to the type of a
// type unit, or into a supplementary file.
// Tested by tests/api/c_api_test.c and
// tests/unit/module/supplementary_file_test.cc.

#ifndef LIBDWRELOC_DWARF_TREE_REFERENCE_H_
#define LIBDWRELOC_DWARF_TREE_REFERENCE_H_

#include "base/status.h"
#include "dwarf/tree/die.h"
#include "dwarf/tree/form.h"
#include "dwarf/tree/unit.h"
#include "read/offsets.h"

namespace dwreloc::internal {

// The place of the DIE; whether there is one is not checked.  kNotFound if it
// is in a supplementary file, of which this file has no place.
absl::StatusOr<SectionPlace> ReferencePlace(const Attribute& attribute);

// The DIE itself, in a supplementary file, too.
absl::StatusOr<Die> FollowReference(const Attribute& attribute);

}  // namespace dwreloc::internal

#endif  // LIBDWRELOC_DWARF_TREE_REFERENCE_H_
