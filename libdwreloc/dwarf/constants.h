// The constants of the DWARF standards and their names (DWARF 5 7.5 to 7.25).
//
// Values and names come from one table, constants.inc, which is also the source
// of the header for users, include/dwreloc/dwarf.h.  A value without a name
// stays a plain number: enumerations are open.
// Tested by tests/unit/dwarf/constants_test.cc.

#ifndef LIBDWRELOC_DWARF_CONSTANTS_H_
#define LIBDWRELOC_DWARF_CONSTANTS_H_

#include <cstdint>

namespace dwreloc::internal {

#define X(name, value) inline constexpr uint16_t name = value;
#define ALIAS X
#define DW_ALL_TABLES
#include "dwarf/constants.inc"
#undef DW_ALL_TABLES
#undef ALIAS
#undef X

// Each returns the constant's name, or nullptr.
const char* TagName(uint64_t value);
const char* AttributeName(uint64_t value);
const char* FormName(uint64_t value);
const char* OpName(uint64_t value);
const char* UnitTypeName(uint64_t value);
const char* RangeEntryName(uint64_t value);
const char* LocationEntryName(uint64_t value);
const char* StandardOpcodeName(uint64_t value);  // DW_LNS_*
const char* ExtendedOpcodeName(uint64_t value);  // DW_LNE_*
const char* IndexAttributeName(uint64_t value);  // DW_IDX_*
const char* MacroName(uint64_t value);           // DW_MACRO_*
const char* MacroGnuName(uint64_t value);        // DW_MACRO_GNU_*
const char* MacinfoName(uint64_t value);         // DW_MACINFO_*
const char* SectName(uint64_t value);            // DW_SECT_*
const char* SectGnuName(uint64_t value);  // the same in indexes of version 2
// An operation that follows DW_OP_LLVM_user.
const char* LlvmOpName(uint64_t value);
// Vendors share the numbers from 0x1c on: their meaning depends on the machine.
// nullptr: it has no meaning there.
const char* CfaName(uint64_t value, uint16_t e_machine);
// The name of a constant that is the value of an attribute with a fixed set of
// values, e.g.  DW_AT_language: DW_LANG_C99.
const char* ConstantName(uint16_t attribute, uint64_t value);

}  // namespace dwreloc::internal

#endif  // LIBDWRELOC_DWARF_CONSTANTS_H_
