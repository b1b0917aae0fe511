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

// `first`: the number before it.
Kind KindOf(OpOperand operand, Encoding encoding, uint64_t first = 0) {
  constexpr Kind kUleb = {OperandEncoding::kUleb};
  switch (operand) {
    case OpOperand::kAddress:
      return Unsigned(encoding.address_size, OperandRole::kAddress);
    case OpOperand::kInfoDie:
      return Unsigned(static_cast<uint8_t>(encoding.ref_addr_size()),
                      OperandRole::kInfoDie);
    case OpOperand::kValue1:
    case OpOperand::kByte:
      return Unsigned(1);
    case OpOperand::kValue1s:
      return Signed(1);
    case OpOperand::kValue2:
      return Unsigned(2);
    case OpOperand::kValue2s:
      return Signed(2);
    case OpOperand::kValue4:
      return Unsigned(4);
    case OpOperand::kValue4s:
      return Signed(4);
    case OpOperand::kValue8:
      return Unsigned(8);
    case OpOperand::kValue8s:
      return Signed(8);
    case OpOperand::kUnitDie2:
      return Unsigned(2, OperandRole::kUnitDie);
    case OpOperand::kUnitDie4:
      return Unsigned(4, OperandRole::kUnitDie);
    case OpOperand::kDistance:
      return Signed(2, OperandRole::kDistance);
    case OpOperand::kUleb:
    case OpOperand::kAArch64Operand:
      return kUleb;
    case OpOperand::kSleb:
      return {OperandEncoding::kSleb};
    case OpOperand::kType:
      return {OperandEncoding::kUleb, 0, OperandRole::kUnitDie};
    case OpOperand::kAddressIndex:
      return {OperandEncoding::kUleb, 0, OperandRole::kAddressIndex};
    case OpOperand::kWasm:
      return first == 3 ? Unsigned(4) : kUleb;
    // The last two have operands of their own: see OperandsOf.
    case OpOperand::kUnknown:
    case OpOperand::kNone:
    case OpOperand::kLlvmOperation:
    case OpOperand::kEncodedAddress:
      break;
  }
  return {};
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
  OpRow row = OpRowOf(operation.atom);
  if (row.first == OpOperand::kEncodedAddress) {
    return EncodedAddress(view, encoding, operation);
  }
  if (row.first == OpOperand::kLlvmOperation) {
    row = kLlvmOps.Find(operation.sub_operation);
  }
  OperationOperands found;
  uint64_t at = operation.operand_offset;
  const auto add = [&](const Kind& kind, const RelocValue& value) {
    if (kind.encoding == OperandEncoding::kNone) return;
    RawOperand& operand = found.operands[found.count++];
    operand = OperandAt(view, at, kind, value);
    at += operand.size;
  };
  const bool has_value = operation.is_relocatable || operation.value.has_record;
  add(KindOf(row.first, encoding),
      has_value ? operation.value : RelocValue::Constant(operation.number));
  add(KindOf(row.second, encoding, operation.number),
      RelocValue::Constant(operation.number2));
  if (operation.has_block) {
    found.operands[found.count++] = {.offset = operation.block_offset,
                                     .size = operation.block_size,
                                     .encoding = OperandEncoding::kBytes};
  }
  return found;
}

}  // namespace dwreloc::internal
