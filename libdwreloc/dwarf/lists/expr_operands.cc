#include "dwarf/lists/expr_operands.h"

#include "dwarf/constants.h"

namespace dwreloc::internal {
namespace {

// How a number is stored, and what it counts.
struct Kind {
  OperandEncoding encoding = OperandEncoding::kNone;
  uint8_t size = 0;  // bytes; 0 of LEB128
  OperandRole role = OperandRole::kNumber;
};

constexpr Kind Unsigned(uint8_t size, OperandRole role = OperandRole::kNumber) {
  return {OperandEncoding::kUnsigned, size, role};
}
constexpr Kind Signed(uint8_t size, OperandRole role = OperandRole::kNumber) {
  return {OperandEncoding::kSigned, size, role};
}

constexpr Kind kNone;
constexpr Kind kUleb = {OperandEncoding::kUleb};
constexpr Kind kSleb = {OperandEncoding::kSleb};
constexpr Kind kIndex = {OperandEncoding::kUleb, 0, OperandRole::kAddressIndex};
// A base type of the unit.
constexpr Kind kType = {OperandEncoding::kUleb, 0, OperandRole::kUnitDie};
constexpr Kind kDistance = Signed(2, OperandRole::kDistance);

struct Kinds {
  Kind first = kNone;
  Kind second = kNone;
};

Kinds KindsOfLlvm(uint64_t sub_operation) {
  switch (sub_operation) {
    case DW_OP_LLVM_offset_uconst:
    case DW_OP_LLVM_call_frame_entry_reg:
      return {kUleb};
    case DW_OP_LLVM_aspace_bregx:
      return {kUleb, kSleb};
    case DW_OP_LLVM_extend:
    case DW_OP_LLVM_select_bit_piece:
      return {kUleb, kUleb};
    default:
      return {};
  }
}

// DW_EH_PE_*: the low bits are the format, of which bit 3 says that it is
// signed.
Kind KindOfPointer(uint64_t encoding, uint64_t size) {
  constexpr uint64_t kFormat = 7;
  constexpr uint64_t kSigned = 8;
  const bool is_leb = (encoding & kFormat) == DW_EH_PE_uleb128;
  const bool is_signed = (encoding & kSigned) != 0;
  if (is_leb) {
    return {is_signed ? OperandEncoding::kSleb : OperandEncoding::kUleb, 0,
            OperandRole::kAddress};
  }
  const auto width = static_cast<uint8_t>(size);
  return is_signed ? Signed(width, OperandRole::kAddress)
                   : Unsigned(width, OperandRole::kAddress);
}

Kinds KindsOf(Encoding encoding, const Operation& operation) {
  const auto ref_addr = Unsigned(static_cast<uint8_t>(encoding.ref_addr_size()),
                                 OperandRole::kInfoDie);
  const uint8_t atom = operation.atom;
  switch (atom) {
    case DW_OP_addr:
      return {Unsigned(encoding.address_size, OperandRole::kAddress)};
    case DW_OP_const1u:
    case DW_OP_pick:
    case DW_OP_deref_size:
    case DW_OP_xderef_size:
      return {Unsigned(1)};
    case DW_OP_const1s:
      return {Signed(1)};
    case DW_OP_const2u:
      return {Unsigned(2)};
    case DW_OP_const2s:
      return {Signed(2)};
    case DW_OP_const4u:
      return {Unsigned(4)};
    case DW_OP_const4s:
      return {Signed(4)};
    case DW_OP_const8u:
      return {Unsigned(8)};
    case DW_OP_const8s:
      return {Signed(8)};
    case DW_OP_call_ref:
    case DW_OP_GNU_variable_value:
      return {ref_addr};
    case DW_OP_implicit_pointer:
    case DW_OP_GNU_implicit_pointer:
      return {ref_addr, kSleb};
    case DW_OP_call2:
      return {Unsigned(2, OperandRole::kUnitDie)};
    case DW_OP_call4:
    case DW_OP_GNU_parameter_ref:
      return {Unsigned(4, OperandRole::kUnitDie)};
    case DW_OP_skip:
    case DW_OP_bra:
      return {kDistance};
    case DW_OP_addrx:
    case DW_OP_constx:
    case DW_OP_GNU_addr_index:
    case DW_OP_GNU_const_index:
      return {kIndex};
    case DW_OP_constu:
    case DW_OP_plus_uconst:
    case DW_OP_regx:
    case DW_OP_piece:
    case DW_OP_implicit_value:
    case DW_OP_entry_value:
    case DW_OP_GNU_entry_value:
      return {kUleb};
    case DW_OP_convert:
    case DW_OP_GNU_convert:
    case DW_OP_reinterpret:
    case DW_OP_GNU_reinterpret:
      return {kType};
    case DW_OP_consts:
    case DW_OP_fbreg:
      return {kSleb};
    case DW_OP_bregx:
      return {kUleb, kSleb};
    case DW_OP_bit_piece:
    case DW_OP_AARCH64_operation:
      return {kUleb, kUleb};
    case DW_OP_regval_type:
    case DW_OP_GNU_regval_type:
      return {kUleb, kType};
    case DW_OP_deref_type:
    case DW_OP_GNU_deref_type:
    case DW_OP_xderef_type:
      return {Unsigned(1), kType};
    case DW_OP_const_type:
    case DW_OP_GNU_const_type:
      return {kType, Unsigned(1)};
    case DW_OP_WASM_location:
      return {kUleb, operation.number == 3 ? Unsigned(4) : kUleb};
    case DW_OP_LLVM_user:
      return KindsOfLlvm(operation.sub_operation);
    default:
      return {atom >= DW_OP_breg0 && atom <= DW_OP_breg31 ? kSleb : kNone};
  }
}

// An operand that begins at `offset` of the view.
RawOperand OperandAt(const SectionView& view, uint64_t offset, const Kind& kind,
                     const RelocValue& value) {
  Cursor cursor(view.bytes, view.order, view.index, offset);
  if (kind.size == 0) {
    cursor.SkipLeb();
  } else {
    cursor.Skip(kind.size);
  }
  return {.value = value,
          .offset = offset,
          .size = cursor.offset() - offset,
          .encoding = kind.encoding,
          .role = kind.role};
}

// The pointer, which alignment may precede, and its encoding.
OperationOperands EncodedAddress(const SectionView& view, Encoding encoding,
                                 const Operation& operation) {
  constexpr uint64_t kBase = 0x70;  // what the pointer counts from
  const uint64_t encoding_at = operation.operand_offset - 1;
  const uint64_t end = encoding_at - 1 + operation.size;
  const uint64_t at = (operation.number2 & kBase) == DW_EH_PE_aligned
                          ? end - encoding.address_size
                          : operation.operand_offset;
  OperationOperands found;
  found.operands[0] = OperandAt(
      view, at, KindOfPointer(operation.number2, end - at), operation.value);
  found.operands[1] = OperandAt(view, encoding_at, Unsigned(1),
                                RelocValue::Constant(operation.number2));
  found.count = 2;
  return found;
}

}  // namespace

OperationOperands OperandsOf(const SectionView& view, Encoding encoding,
                             const Operation& operation) {
  if (operation.atom == DW_OP_GNU_encoded_addr) {
    return EncodedAddress(view, encoding, operation);
  }
  OperationOperands found;
  const Kinds kinds = KindsOf(encoding, operation);
  uint64_t at = operation.operand_offset;
  const auto add = [&](const Kind& kind, const RelocValue& value) {
    if (kind.encoding == OperandEncoding::kNone) return;
    RawOperand& operand = found.operands[found.count++];
    operand = OperandAt(view, at, kind, value);
    at += operand.size;
  };
  const bool has_value = operation.is_relocatable || operation.value.has_record;
  add(kinds.first,
      has_value ? operation.value : RelocValue::Constant(operation.number));
  add(kinds.second, RelocValue::Constant(operation.number2));
  if (operation.has_block) {
    found.operands[found.count++] = {.offset = operation.block_offset,
                                     .size = operation.block_size,
                                     .encoding = OperandEncoding::kBytes};
  }
  return found;
}

}  // namespace dwreloc::internal
