// Mode bits: the low bit of a code address that tells the instruction set of
// the code rather than its location.
//
// ARM's Thumb (AAELF32 5.5.3: T of (S + A) | T), microMIPS and MIPS16, and
// SHmedia of SH-5 have one.  The linker sets it in each address that it
// computes from the symbol of a function or label in such code, and in none
// that it computes from a section symbol.  Some ARM relocation types produce an
// address without it (Howto::without_mode).
// Tested by tests/unit/elf/code_mode_test.cc.

#ifndef LIBDWRELOC_ELF_CODE_MODE_H_
#define LIBDWRELOC_ELF_CODE_MODE_H_

#include <cstdint>

#include "elf/symbol.h"

namespace dwreloc::internal {

// How a machine's linker adds the bit.
enum class ModeRule : uint8_t {
  kNone,
  kArm,   // (S + A) | 1, where S excludes the bit that st_value has
  kMips,  // (S | 1) + A
  kShmedia,
};

ModeRule FindModeRule(uint16_t e_machine);

// Returns true if the symbol names code in the mode that the bit stands for.
bool HasMode(ModeRule rule, const Symbol& symbol);

// A symbol's offset in its section plus an addend, with the bit kept apart.
struct CodeAddress {
  uint64_t offset = 0;
  uint32_t mode = 0;  // to be added to the address: 0 or 1
};
// REQUIRES: rule != kNone and HasMode(rule, symbol).
CodeAddress AddToCode(ModeRule rule, const Symbol& symbol, uint64_t addend);
// The same for a record that asks for the address alone: S + A.
CodeAddress AddToAddress(ModeRule rule, const Symbol& symbol, uint64_t addend);

}  // namespace dwreloc::internal

#endif  // LIBDWRELOC_ELF_CODE_MODE_H_
