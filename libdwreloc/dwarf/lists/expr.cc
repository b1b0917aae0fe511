#include "dwarf/lists/expr.h"

#include <elf.h>

#include "absl/strings/str_cat.h"
#include "dwarf/constants.h"
#include "dwarf/tree/addr.h"
#include "dwarf/tree/eh_pointer.h"

namespace dwreloc::internal {

bool ExpressionReader::Next(Operation* operation) {
  if (!ok() || cursor_.at_end()) return false;
  *operation = Operation();
  const uint64_t at = cursor_.offset();
  operation->offset = at - start_;
  operation->atom = cursor_.U8();
  if (cursor_.observer() != nullptr) [[unlikely]]
    cursor_.set_field(OpName(operation->atom));
  operation->operand_offset = cursor_.offset();
  last_offset_ = at;
  last_atom_ = operation->atom;
  ReadOperands(OpRowOf(operation->atom), operation);
  last_sub_operation_ = operation->sub_operation;
  operation->size = cursor_.offset() - at;
  return ok();
}

absl::Status ExpressionReader::status() const {
  if (!cursor_.ok()) return cursor_.status();
  if (!is_unknown_) return absl::OkStatus();
  std::string text =
      absl::StrCat("unknown operation 0x", absl::Hex(last_atom_));
  if (last_sub_operation_ != 0) {
    absl::StrAppend(&text, " 0x", absl::Hex(last_sub_operation_));
  }
  return MakeError(ErrorCode::kUnsupported, cursor_.section(), last_offset_,
                   text);
}

void ExpressionReader::Relocatable(Operation* operation, int width,
                                   bool is_signed) {
  operation->operand_count = 1;
  operation->value = width < 4 ? cursor_.Small(width) : cursor_.Value(width);
  // Those of 1 and 2 bytes are normally plain numbers.
  operation->is_relocatable = width >= 4 || operation->value.has_record;
  if (is_signed && operation->value.is_constant()) {
    operation->is_signed = 1;
    operation->value.value =
        static_cast<uint64_t>(SignExtend(operation->value.value, width));
  }
  operation->number = operation->value.value;
}

// After the numbers, the last of which is its size.
void ExpressionReader::ReadBlock(Operation* operation) {
  operation->has_block = true;
  operation->block_size =
      operation->operand_count == 1 ? operation->number : operation->number2;
  operation->block_offset = cursor_.offset();
  cursor_.Skip(operation->block_size);
}

// Each operation has its own operands, so an unknown one cannot be skipped.
void ExpressionReader::ReadLlvmOperation(Operation* operation) {
  operation->sub_operation = cursor_.Uleb();
  operation->operand_offset = cursor_.offset();
  ReadOperands(kLlvmOps.Find(operation->sub_operation), operation);
}

// The encoding of a pointer (DW_EH_PE_*), and the pointer, which is the first
// operand here.
void ExpressionReader::ReadEncodedAddress(Operation* operation) {
  const uint8_t encoding = cursor_.U8();
  operation->operand_count = 2;
  operation->number2 = encoding;
  if (!cursor_.ok()) return;
  if (!IsKnownPointerEncoding(encoding)) {
    is_unknown_ = true;
    return;
  }
  operation->operand_offset = cursor_.offset();
  operation->is_relocatable = true;
  operation->value = ReadPointer(
      {.sections = *sections_, .address_size = encoding_.address_size}, cursor_,
      encoding);
  operation->number = operation->value.value;
}

// Only operation 0 is defined, and has an operand of its own (aadwarf64).
void ExpressionReader::ReadAArch64Operand(Operation* operation) {
  if (sections_->file().e_machine() != EM_AARCH64 ||
      (operation->number & 0x7f) != 0) {
    return Unknown();
  }
  operation->operand_count = 2;
  operation->number2 = cursor_.Uleb();
}

inline void ExpressionReader::ReadFirst(OpOperand operand,
                                        Operation* operation) {
  operation->operand_count = 1;
  switch (operand) {
    case OpOperand::kAddress:
      return Relocatable(operation, encoding_.address_size);
    case OpOperand::kInfoDie:
      return Relocatable(operation, encoding_.ref_addr_size());
    case OpOperand::kValue1:
      return Relocatable(operation, 1);
    case OpOperand::kValue1s:
      return Relocatable(operation, 1, true);
    case OpOperand::kValue2:
      return Relocatable(operation, 2);
    case OpOperand::kValue2s:
      return Relocatable(operation, 2, true);
    case OpOperand::kValue4:
      return Relocatable(operation, 4);
    case OpOperand::kValue4s:
      return Relocatable(operation, 4, true);
    case OpOperand::kValue8:
      return Relocatable(operation, 8);
    case OpOperand::kValue8s:
      return Relocatable(operation, 8, true);
    case OpOperand::kByte:
      operation->number = cursor_.U8();
      return;
    case OpOperand::kUnitDie2:
      operation->number = cursor_.U16();
      return;
    case OpOperand::kUnitDie4:
      operation->number = cursor_.U32();
      return;
    case OpOperand::kDistance:
      operation->is_signed = 1;
      operation->number =
          static_cast<uint64_t>(static_cast<int16_t>(cursor_.U16()));
      return;
    case OpOperand::kAddressIndex:
      operation->is_index = true;
      [[fallthrough]];
    case OpOperand::kUleb:
    case OpOperand::kType:
      operation->number = cursor_.Uleb();
      return;
    case OpOperand::kSleb:
      operation->is_signed = 1;
      operation->number = static_cast<uint64_t>(cursor_.Sleb());
      return;
    case OpOperand::kLlvmOperation:
      operation->operand_count = 0;
      return ReadLlvmOperation(operation);
    case OpOperand::kEncodedAddress:
      return ReadEncodedAddress(operation);
    default:
      operation->operand_count = 0;
      return Unknown();
  }
}

inline void ExpressionReader::ReadSecond(OpOperand operand,
                                         Operation* operation) {
  if (operand == OpOperand::kAArch64Operand)
    return ReadAArch64Operand(operation);
  operation->operand_count = 2;
  switch (operand) {
    case OpOperand::kSleb:
      operation->is_signed |= 2;
      operation->number2 = static_cast<uint64_t>(cursor_.Sleb());
      return;
    case OpOperand::kByte:
      operation->number2 = cursor_.U8();
      return;
    // A kind, and an index of 4 bytes for globals (kind 3).
    case OpOperand::kWasm:
      operation->number2 =
          operation->number == 3 ? cursor_.U32() : cursor_.Uleb();
      if (operation->number > 4) Unknown();
      return;
    default:
      operation->number2 = cursor_.Uleb();
      return;
  }
}

void ExpressionReader::ReadOperands(OpRow row, Operation* operation) {
  if (row.first == OpOperand::kNone) return;
  ReadFirst(row.first, operation);
  if (row.second != OpOperand::kNone) ReadSecond(row.second, operation);
  if (row.block != OpBlock::kNone) ReadBlock(operation);
}

bool HoldsExpression(uint8_t atom) {
  return OpRowOf(atom).block == OpBlock::kExpression;
}

absl::StatusOr<RelocValue> OperandValue(const Unit* unit,
                                        const Operation& operation) {
  if (operation.is_index) {
    if (unit != nullptr) return AddressAt(*unit, operation.number);
    return MakeError(ErrorCode::kBadDwarf,
                     "address index in an expression that has no unit");
  }
  if (operation.is_relocatable) {
    RelocValue value = operation.value;
    // In packages, references count from the unit's part of .debug_info.
    if (unit != nullptr && value.is_constant() &&
        OpRowOf(operation.atom).first == OpOperand::kInfoDie) {
      value.value = unit->Locate(SectionId::kDebugInfo, value.value);
      const absl::StatusOr<SectionView>& info =
          unit->View(SectionId::kDebugInfo);
      if (info.ok()) value.section = info->index;
    }
    return value;
  }
  return MakeError(ErrorCode::kWrongForm,
                   "the operation has no relocatable operand");
}

}  // namespace dwreloc::internal
