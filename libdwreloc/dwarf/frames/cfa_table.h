// Call frame instructions, one row each: what their operands are, and what they
// do (DWARF 5 6.4.2, 7.24; instructions of GNU, LLVM, MIPS, SPARC and AArch64).
//
// cfi_instructions reads by these rows, cfi_rows executes by them.  The first
// byte leads to its row, with or without an operand in its low bits.  Vendors
// share numbers, so theirs depend on the machine.  Every instruction with a
// name in constants.inc has a row; cfa_table.cc does not compile otherwise.
// Tested by tests/unit/dwarf/cfi_instructions_test.cc.

#ifndef LIBDWRELOC_DWARF_FRAMES_CFA_TABLE_H_
#define LIBDWRELOC_DWARF_FRAMES_CFA_TABLE_H_

#include <cstdint>

#include "dwarf/code_index.h"
#include "dwarf/constants.h"

namespace dwreloc::internal {

// The operands after the first byte.  An offset is multiplied by
// data_alignment_factor, an advance by code_alignment_factor; numbers are
// registers, sizes and address spaces.
enum class CfaOperands : uint8_t {
  kUnknown,  // of an instruction that nobody knows
  kNone,
  // What moves the location.
  kAdvance,   // in the low bits
  kAdvance1,  // of 1 byte
  kAdvance2,
  kAdvance4,
  kAdvance8,
  kLocation,  // a pointer of the CIE's encoding
  // The low bits are a number.
  kLow,
  kLowOffset,
  // Numbers and offsets, all LEB128; `s`: the stored one is signed.
  kNumber,
  kNumberNumber,
  kNumberNumberNumber,
  kNumberOffset,
  kNumberOffsetNegated,
  kNumberOffsets,
  kNumberOffsetsNumber,
  kOffsets,
  kNumberAdvances,
  // An expression, with its size in front.
  kExpression,
  kNumberExpression,
};

// What an instruction does to the row.
enum class CfaEffect : uint8_t {
  kNothing,  // or it only moves the location
  kDefCfa,
  kDefCfaInSpace,
  kDefCfaRegister,
  kDefCfaOffset,
  kDefCfaExpression,
  kUndefined,  // and the others that are the rule of a register
  kSameValue,
  kOffset,
  kValOffset,
  kRegister,
  kExpression,
  kValExpression,
  kRestore,
  kRememberState,
  kRestoreState,
  kArgsSize,
  kSaveWindow,
  kNegateRaState,
  kNegateRaStateWithPc,
  kSetRaState,
};

struct CfaRow {
  CfaOperands operands = CfaOperands::kUnknown;
  CfaEffect effect = CfaEffect::kNothing;

  friend constexpr bool operator==(const CfaRow&, const CfaRow&) = default;
};
static_assert(sizeof(CfaRow) == 2);

extern const CodeIndex<CfaRow> kCfas;

// One of a vendor, from DW_CFA_lo_user on.
CfaRow CfaRowOfVendor(uint8_t opcode, uint16_t e_machine);

// The row of an instruction, by its first byte; CfaOperands::kUnknown if there
// is none on that machine.
inline CfaRow CfaRowOf(uint8_t byte, uint16_t e_machine) {
  if (byte >= DW_CFA_lo_user && byte <= DW_CFA_hi_user) [[unlikely]]
    return CfaRowOfVendor(byte, e_machine);
  return kCfas.Find(byte);
}

}  // namespace dwreloc::internal

#endif  // LIBDWRELOC_DWARF_FRAMES_CFA_TABLE_H_
