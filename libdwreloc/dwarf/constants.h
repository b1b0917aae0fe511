// The constants of the DWARF standards and their names (DWARF 5 7.5 to 7.25).
//
// Values and names come from one table, constants.inc.  A value without a name
// stays a plain number: enumerations are open.
// Tested by tests/unit/dwarf/constants_test.cc.

#ifndef LIBDWRELOC_DWARF_CONSTANTS_H_
#define LIBDWRELOC_DWARF_CONSTANTS_H_

#include <cstdint>

namespace dwreloc::internal {

#define X(name, value) inline constexpr uint16_t name = value;
#define DW_TAG_TABLE
#define DW_AT_TABLE
#define DW_FORM_TABLE
#define DW_OP_TABLE
#define DW_CFA_TABLE
#define DW_CFA_SPARC_TABLE
#define DW_CFA_AARCH64_TABLE
#define DW_OP_LLVM_TABLE
#define DW_EH_PE_TABLE
#define DW_UT_TABLE
#define DW_LNS_TABLE
#define DW_LNE_TABLE
#define DW_LNCT_TABLE
#define DW_RLE_TABLE
#define DW_LLE_TABLE
#define DW_IDX_TABLE
#define DW_ATE_TABLE
#define DW_DS_TABLE
#define DW_END_TABLE
#define DW_ACCESS_TABLE
#define DW_VIS_TABLE
#define DW_VIRTUALITY_TABLE
#define DW_LANG_TABLE
#define DW_ID_TABLE
#define DW_CC_TABLE
#define DW_INL_TABLE
#define DW_ORD_TABLE
#define DW_DSC_TABLE
#define DW_DEFAULTED_TABLE
#define DW_MACRO_TABLE
#define DW_MACRO_GNU_TABLE
#define DW_MACINFO_TABLE
#define DW_SECT_TABLE
#define DW_SECT_GNU_TABLE
#include "dwarf/constants.inc"
#undef DW_TAG_TABLE
#undef DW_AT_TABLE
#undef DW_FORM_TABLE
#undef DW_OP_TABLE
#undef DW_CFA_TABLE
#undef DW_CFA_SPARC_TABLE
#undef DW_CFA_AARCH64_TABLE
#undef DW_OP_LLVM_TABLE
#undef DW_EH_PE_TABLE
#undef DW_UT_TABLE
#undef DW_LNS_TABLE
#undef DW_LNE_TABLE
#undef DW_LNCT_TABLE
#undef DW_RLE_TABLE
#undef DW_LLE_TABLE
#undef DW_IDX_TABLE
#undef DW_ATE_TABLE
#undef DW_DS_TABLE
#undef DW_END_TABLE
#undef DW_ACCESS_TABLE
#undef DW_VIS_TABLE
#undef DW_VIRTUALITY_TABLE
#undef DW_LANG_TABLE
#undef DW_ID_TABLE
#undef DW_CC_TABLE
#undef DW_INL_TABLE
#undef DW_ORD_TABLE
#undef DW_DSC_TABLE
#undef DW_DEFAULTED_TABLE
#undef DW_MACRO_TABLE
#undef DW_MACRO_GNU_TABLE
#undef DW_MACINFO_TABLE
#undef DW_SECT_TABLE
#undef DW_SECT_GNU_TABLE
#undef X

// The names, or nullptr.
const char* TagName(uint64_t value);
const char* AttributeName(uint64_t value);
const char* FormName(uint64_t value);
const char* OpName(uint64_t value);
const char* UnitTypeName(uint64_t value);
const char* RangeEntryName(uint64_t value);
const char* LocationEntryName(uint64_t value);
const char* IndexAttributeName(uint64_t value);  // DW_IDX_*
const char* MacroName(uint64_t value);           // DW_MACRO_*
const char* MacroGnuName(uint64_t value);        // DW_MACRO_GNU_*
const char* MacinfoName(uint64_t value);         // DW_MACINFO_*
const char* SectName(uint64_t value);            // DW_SECT_*
const char* SectGnuName(uint64_t value);  // the same in indexes of version 2
// An operation that follows DW_OP_LLVM_user.
const char* LlvmOpName(uint64_t value);
// Vendors share the numbers from 0x1c on: what one means is up to the machine.
// No name: it means nothing there.
const char* CfaName(uint64_t value, uint16_t e_machine);
// The name of a constant that is the value of an attribute with a fixed set
// of them, e.g. DW_AT_language: DW_LANG_C99.
const char* ConstantName(uint16_t attribute, uint64_t value);

}  // namespace dwreloc::internal

#endif  // LIBDWRELOC_DWARF_CONSTANTS_H_
