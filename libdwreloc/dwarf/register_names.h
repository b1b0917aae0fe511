// The registers of a machine by the numbers that DWARF has for them.  Each
// machine's ABI gives the numbers: System V psABI (x86-64 figure 3.36, i386
// table 2.14), AADWARF64 and AADWARF32 of Arm, the psABIs of RISC-V and
// LoongArch, the ELF ABI supplements of s390x, MIPS, PowerPC and SPARC; of the
// Motorola 68000 gcc.  They are spelt as GNU readelf does.
//
// A number that compilers use for different registers has no name: 8 to 15 of
// MIPS are $8 to $15, for o32 and n64 name them differently, 93 to 100 of i386
// are masks to gcc and readelf, and bases of segments to the ABI; of PowerPC's
// vector registers those numbers have names that are vector registers to all;
// of the 68000, gcc and LLVM agree on integer registers only.
//
// Tested by tests/unit/dwarf/register_names_test.cc, and against readelf and
// llvm-dwarfdump by tests/api/register_names_test.py.

#ifndef LIBDWRELOC_DWARF_REGISTER_NAMES_H_
#define LIBDWRELOC_DWARF_REGISTER_NAMES_H_

#include <cstdint>

namespace dwreloc::internal {

// "rsp": number 7 of EM_X86_64; nullptr if it is not known.
const char* RegisterName(uint16_t e_machine, uint64_t number);

}  // namespace dwreloc::internal

#endif  // LIBDWRELOC_DWARF_REGISTER_NAMES_H_
