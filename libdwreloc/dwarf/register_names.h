// The registers of a machine by the numbers that DWARF has for them.  Each
// machine's ABI gives the numbers: System V psABI (x86-64 figure 3.36, i386
// table 2.14), AADWARF64 and AADWARF32 of Arm, the psABIs of RISC-V and
// LoongArch, the ELF ABI supplements of s390x, MIPS and 64-bit PowerPC.
//
// A number that compilers use for different registers has no name: 8 to 15 of
// MIPS are $8 to $15, for o32 and n64 name them differently, 93 to 100 of i386
// are masks to gcc, and of PowerPC's vector registers those numbers have names
// that are vector registers to all.
// Tested by tests/unit/dwarf/register_names_test.cc.

#ifndef LIBDWRELOC_DWARF_REGISTER_NAMES_H_
#define LIBDWRELOC_DWARF_REGISTER_NAMES_H_

#include <cstdint>

namespace dwreloc::internal {

// "rsp": number 7 of EM_X86_64; nullptr if it is not known.
const char* RegisterName(uint16_t e_machine, uint64_t number);

}  // namespace dwreloc::internal

#endif  // LIBDWRELOC_DWARF_REGISTER_NAMES_H_
