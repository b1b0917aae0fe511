// What forms and operations find in the supplementary file: DW_FORM_strp_sup,
// DW_FORM_ref_sup4 and _sup8 (DWARF 5 7.5.5), DW_FORM_GNU_strp_alt and
// DW_FORM_GNU_ref_alt (dwz), and the macro operations that refer to it.
//
// The file is opened when something in it is first read.  An error that it
// causes is one of the datum that refers to it, and names the file: its own
// sections have other numbers.
// Tested by tests/unit/module/supplementary_file_test.cc.

#ifndef LIBDWRELOC_DWARF_TREE_SUPPLEMENTARY_H_
#define LIBDWRELOC_DWARF_TREE_SUPPLEMENTARY_H_

#include <cstdint>
#include <string_view>

#include "base/status.h"
#include "dwarf/sections.h"
#include "dwarf/tree/die.h"
#include "read/offsets.h"

namespace dwreloc::internal {

// The string at `offset` of the .debug_str of the file that `sections` refer
// to; `datum` is what refers to it.
absl::StatusOr<std::string_view> SupplementaryString(
    const DwarfSections& sections, uint64_t offset, SectionPlace datum);

// The DIE at `offset` of its .debug_info, which is one of that file.
absl::StatusOr<Die> SupplementaryDie(const DwarfSections& sections,
                                     uint64_t offset, SectionPlace datum);

}  // namespace dwreloc::internal

#endif  // LIBDWRELOC_DWARF_TREE_SUPPLEMENTARY_H_
