#include "dwarf/lists/op_table.h"

#include "dwarf/constants.h"

namespace dwreloc::internal {
namespace {

using Is = OpOperand;

// DWARF 5 table 7.9.
constexpr CodeRow<OpRow> kRows[] = {
    {DW_OP_addr, {Is::kAddress}},
    {DW_OP_deref, {Is::kNone}},
    {DW_OP_const1u, {Is::kValue1}},
    {DW_OP_const1s, {Is::kValue1s}},
    {DW_OP_const2u, {Is::kValue2}},
    {DW_OP_const2s, {Is::kValue2s}},
    {DW_OP_const4u, {Is::kValue4}},
    {DW_OP_const4s, {Is::kValue4s}},
    {DW_OP_const8u, {Is::kValue8}},
    {DW_OP_const8s, {Is::kValue8s}},
    {DW_OP_constu, {Is::kUleb}},
    {DW_OP_consts, {Is::kSleb}},
    {DW_OP_dup, {Is::kNone}},
    {DW_OP_drop, {Is::kNone}},
    {DW_OP_over, {Is::kNone}},
    {DW_OP_pick, {Is::kByte}},
    {DW_OP_swap, {Is::kNone}},
    {DW_OP_rot, {Is::kNone}},
    {DW_OP_xderef, {Is::kNone}},
    {DW_OP_abs, {Is::kNone}},
    {DW_OP_and, {Is::kNone}},
    {DW_OP_div, {Is::kNone}},
    {DW_OP_minus, {Is::kNone}},
    {DW_OP_mod, {Is::kNone}},
    {DW_OP_mul, {Is::kNone}},
    {DW_OP_neg, {Is::kNone}},
    {DW_OP_not, {Is::kNone}},
    {DW_OP_or, {Is::kNone}},
    {DW_OP_plus, {Is::kNone}},
    {DW_OP_plus_uconst, {Is::kUleb}},
    {DW_OP_shl, {Is::kNone}},
    {DW_OP_shr, {Is::kNone}},
    {DW_OP_shra, {Is::kNone}},
    {DW_OP_xor, {Is::kNone}},
    {DW_OP_bra, {Is::kDistance}},
    {DW_OP_eq, {Is::kNone}},
    {DW_OP_ge, {Is::kNone}},
    {DW_OP_gt, {Is::kNone}},
    {DW_OP_le, {Is::kNone}},
    {DW_OP_lt, {Is::kNone}},
    {DW_OP_ne, {Is::kNone}},
    {DW_OP_skip, {Is::kDistance}},
    {DW_OP_lit0, DW_OP_lit31, {Is::kNone}},
    {DW_OP_reg0, DW_OP_reg31, {Is::kNone}},
    {DW_OP_breg0, DW_OP_breg31, {Is::kSleb}},
    {DW_OP_regx, {Is::kUleb}},
    {DW_OP_fbreg, {Is::kSleb}},
    {DW_OP_bregx, {Is::kUleb, Is::kSleb}},
    {DW_OP_piece, {Is::kUleb}},
    {DW_OP_deref_size, {Is::kByte}},
    {DW_OP_xderef_size, {Is::kByte}},
    {DW_OP_nop, {Is::kNone}},
    {DW_OP_push_object_address, {Is::kNone}},
    {DW_OP_call2, {Is::kUnitDie2}},
    {DW_OP_call4, {Is::kUnitDie4}},
    {DW_OP_call_ref, {Is::kInfoDie}},
    {DW_OP_form_tls_address, {Is::kNone}},
    {DW_OP_call_frame_cfa, {Is::kNone}},
    {DW_OP_bit_piece, {Is::kUleb, Is::kUleb}},
    {DW_OP_implicit_value, {Is::kUleb, Is::kNone, OpBlock::kBytes}},
    {DW_OP_stack_value, {Is::kNone}},
    {DW_OP_implicit_pointer, {Is::kInfoDie, Is::kSleb}},
    {DW_OP_addrx, {Is::kAddressIndex}},
    {DW_OP_constx, {Is::kAddressIndex}},
    {DW_OP_entry_value, {Is::kUleb, Is::kNone, OpBlock::kExpression}},
    {DW_OP_const_type, {Is::kType, Is::kByte, OpBlock::kBytes}},
    {DW_OP_regval_type, {Is::kUleb, Is::kType}},
    {DW_OP_deref_type, {Is::kByte, Is::kType}},
    {DW_OP_xderef_type, {Is::kByte, Is::kType}},
    {DW_OP_convert, {Is::kType}},
    {DW_OP_reinterpret, {Is::kType}},
    {DW_OP_GNU_push_tls_address, {Is::kNone}},
    {DW_OP_LLVM_user, {Is::kLlvmOperation}},
    {DW_OP_AARCH64_operation, {Is::kUleb, Is::kAArch64Operand}},
    {DW_OP_WASM_location, {Is::kUleb, Is::kWasm}},
    {DW_OP_GNU_uninit, {Is::kNone}},
    {DW_OP_GNU_encoded_addr, {Is::kEncodedAddress}},
    {DW_OP_GNU_implicit_pointer, {Is::kInfoDie, Is::kSleb}},
    {DW_OP_GNU_entry_value, {Is::kUleb, Is::kNone, OpBlock::kExpression}},
    {DW_OP_GNU_const_type, {Is::kType, Is::kByte, OpBlock::kBytes}},
    {DW_OP_GNU_regval_type, {Is::kUleb, Is::kType}},
    {DW_OP_GNU_deref_type, {Is::kByte, Is::kType}},
    {DW_OP_GNU_convert, {Is::kType}},
    {DW_OP_GNU_reinterpret, {Is::kType}},
    {DW_OP_GNU_parameter_ref, {Is::kUnitDie4}},
    {DW_OP_GNU_addr_index, {Is::kAddressIndex}},
    {DW_OP_GNU_const_index, {Is::kAddressIndex}},
    {DW_OP_GNU_variable_value, {Is::kInfoDie}},
};

constexpr CodeRow<OpRow> kLlvmRows[] = {
    {DW_OP_LLVM_nop, {Is::kNone}},
    {DW_OP_LLVM_form_aspace_address, {Is::kNone}},
    {DW_OP_LLVM_push_lane, {Is::kNone}},
    {DW_OP_LLVM_offset, {Is::kNone}},
    {DW_OP_LLVM_offset_uconst, {Is::kUleb}},
    {DW_OP_LLVM_bit_offset, {Is::kNone}},
    {DW_OP_LLVM_call_frame_entry_reg, {Is::kUleb}},
    {DW_OP_LLVM_undefined, {Is::kNone}},
    {DW_OP_LLVM_aspace_bregx, {Is::kUleb, Is::kSleb}},
    {DW_OP_LLVM_piece_end, {Is::kNone}},
    {DW_OP_LLVM_extend, {Is::kUleb, Is::kUleb}},
    {DW_OP_LLVM_select_bit_piece, {Is::kUleb, Is::kUleb}},
};

}  // namespace

constexpr CodeIndex<OpRow> kOps(kRows);
constexpr CodeIndex<OpRow> kLlvmOps(kLlvmRows);

// Every operation has a row.  The other names (ALIAS) are bounds of ranges,
// second names, and operations that are not read.
#define ALIAS(name, value)
#define X(name, value) static_assert(kOps.Has(value), #name " has no row");
#define DW_OP_TABLE
#include "dwarf/constants.inc"
#undef DW_OP_TABLE
#undef X
#define X(name, value) static_assert(kLlvmOps.Has(value), #name " has no row");
#define DW_OP_LLVM_TABLE
#include "dwarf/constants.inc"
#undef DW_OP_LLVM_TABLE
#undef X
#undef ALIAS

}  // namespace dwreloc::internal
