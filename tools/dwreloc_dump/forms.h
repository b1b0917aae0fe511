// forms.h - predicates on forms of attributes (DWARF 5 7.5.6; GNU's and LLVM's
// as gcc, binutils and LLVM define them).
// Tested by tests/cli/info_test.py and tests/cli/json_test.py.
#ifndef DWRELOC_TOOLS_DWRELOC_DUMP_FORMS_H_
#define DWRELOC_TOOLS_DWRELOC_DUMP_FORMS_H_

#include <dwreloc/dwarf.h>

#include <cstdint>

namespace dwreloc_tools {

// Returns true if the value is an index into .debug_str_offsets, .debug_addr,
// or the offsets before the lists.
constexpr bool IsIndexForm(std::uint16_t form) {
  return form == DW_FORM_strx || form == DW_FORM_addrx ||
         form == DW_FORM_loclistx || form == DW_FORM_rnglistx ||
         (form >= DW_FORM_strx1 && form <= DW_FORM_addrx4) ||
         form == DW_FORM_GNU_addr_index || form == DW_FORM_GNU_str_index ||
         form == DW_FORM_LLVM_addrx_offset;
}

// Returns true if the value is an offset in a supplementary (dwz) file.
constexpr bool IsSupplementaryForm(std::uint16_t form) {
  return form == DW_FORM_ref_sup4 || form == DW_FORM_ref_sup8 ||
         form == DW_FORM_strp_sup || form == DW_FORM_GNU_ref_alt ||
         form == DW_FORM_GNU_strp_alt;
}

// Returns true for a reference that counts from the start of its unit.
constexpr bool IsUnitReference(std::uint16_t form) {
  return form >= DW_FORM_ref1 && form <= DW_FORM_ref_udata;
}

}  // namespace dwreloc_tools

#endif  // DWRELOC_TOOLS_DWRELOC_DUMP_FORMS_H_
