#include "dwarf/frames/cfa_table.h"

#include <elf.h>

namespace dwreloc::internal {
namespace {

using Does = CfaEffect;
using Has = CfaOperands;

constexpr uint8_t kLowBits = 0x3f;

// DWARF 5 table 7.29, and what is the same on all machines that have it.
constexpr CodeRow<CfaRow> kRows[] = {
    {DW_CFA_advance_loc, DW_CFA_advance_loc | kLowBits, {Has::kAdvance}},
    {DW_CFA_offset, DW_CFA_offset | kLowBits, {Has::kLowOffset, Does::kOffset}},
    {DW_CFA_restore, DW_CFA_restore | kLowBits, {Has::kLow, Does::kRestore}},
    {DW_CFA_nop, {Has::kNone}},
    {DW_CFA_set_loc, {Has::kLocation}},
    {DW_CFA_advance_loc1, {Has::kAdvance1}},
    {DW_CFA_advance_loc2, {Has::kAdvance2}},
    {DW_CFA_advance_loc4, {Has::kAdvance4}},
    {DW_CFA_offset_extended, {Has::kNumberOffset, Does::kOffset}},
    {DW_CFA_restore_extended, {Has::kNumber, Does::kRestore}},
    {DW_CFA_undefined, {Has::kNumber, Does::kUndefined}},
    {DW_CFA_same_value, {Has::kNumber, Does::kSameValue}},
    {DW_CFA_register, {Has::kNumberNumber, Does::kRegister}},
    {DW_CFA_remember_state, {Has::kNone, Does::kRememberState}},
    {DW_CFA_restore_state, {Has::kNone, Does::kRestoreState}},
    {DW_CFA_def_cfa, {Has::kNumberNumber, Does::kDefCfa}},
    {DW_CFA_def_cfa_register, {Has::kNumber, Does::kDefCfaRegister}},
    {DW_CFA_def_cfa_offset, {Has::kNumber, Does::kDefCfaOffset}},
    {DW_CFA_def_cfa_expression, {Has::kExpression, Does::kDefCfaExpression}},
    {DW_CFA_expression, {Has::kNumberExpression, Does::kExpression}},
    {DW_CFA_offset_extended_sf, {Has::kNumberOffsets, Does::kOffset}},
    {DW_CFA_def_cfa_sf, {Has::kNumberOffsets, Does::kDefCfa}},
    {DW_CFA_def_cfa_offset_sf, {Has::kOffsets, Does::kDefCfaOffset}},
    {DW_CFA_val_offset, {Has::kNumberOffset, Does::kValOffset}},
    {DW_CFA_val_offset_sf, {Has::kNumberOffsets, Does::kValOffset}},
    {DW_CFA_val_expression, {Has::kNumberExpression, Does::kValExpression}},
    {DW_CFA_MIPS_advance_loc8, {Has::kAdvance8}},
    {DW_CFA_GNU_args_size, {Has::kNumber, Does::kArgsSize}},
    {DW_CFA_GNU_negative_offset_extended,
     {Has::kNumberOffsetNegated, Does::kOffset}},
    {DW_CFA_LLVM_def_aspace_cfa,
     {Has::kNumberNumberNumber, Does::kDefCfaInSpace}},
    {DW_CFA_LLVM_def_aspace_cfa_sf,
     {Has::kNumberOffsetsNumber, Does::kDefCfaInSpace}},
};

constexpr CodeRow<CfaRow> kSparcRows[] = {
    {DW_CFA_GNU_window_save, {Has::kNone, Does::kSaveWindow}},
};

constexpr CodeRow<CfaRow> kAArch64Rows[] = {
    {DW_CFA_AARCH64_set_ra_state, {Has::kNumberAdvances, Does::kSetRaState}},
    {DW_CFA_AARCH64_negate_ra_state_with_pc,
     {Has::kNone, Does::kNegateRaStateWithPc}},
    {DW_CFA_AARCH64_negate_ra_state, {Has::kNone, Does::kNegateRaState}},
};

constexpr CodeIndex<CfaRow> kSparcCfas(kSparcRows);
constexpr CodeIndex<CfaRow> kAArch64Cfas(kAArch64Rows);

}  // namespace

constexpr CodeIndex<CfaRow> kCfas(kRows);

CfaRow CfaRowOfVendor(uint8_t opcode, uint16_t e_machine) {
  if (CfaName(opcode, e_machine) == nullptr) return {};
  if (kCfas.Has(opcode)) return kCfas.Find(opcode);
  return e_machine == EM_AARCH64 ? kAArch64Cfas.Find(opcode)
                                 : kSparcCfas.Find(opcode);
}

// Every instruction has a row.  The other names (ALIAS) are bounds of ranges,
// second names, and instructions that are not read.
#define ALIAS(name, value)
#define X(name, value) static_assert(kCfas.Has(value), #name " has no row");
#define DW_CFA_TABLE
#include "dwarf/constants.inc"
#undef DW_CFA_TABLE
#undef X
#define X(name, value) \
  static_assert(kSparcCfas.Has(value), #name " has no row");
#define DW_CFA_SPARC_TABLE
#include "dwarf/constants.inc"
#undef DW_CFA_SPARC_TABLE
#undef X
#define X(name, value) \
  static_assert(kAArch64Cfas.Has(value), #name " has no row");
#define DW_CFA_AARCH64_TABLE
#include "dwarf/constants.inc"
#undef DW_CFA_AARCH64_TABLE
#undef X
#undef ALIAS

}  // namespace dwreloc::internal
