#include "dwarf/lists/expr.h"

#include <elf.h>

#include "absl/strings/str_cat.h"
#include "dwarf/constants.h"
#include "dwarf/tree/addr.h"
#include "dwarf/tree/eh_pointer.h"

namespace dwreloc::internal {
namespace {

// Returns true if the operand is the offset of a DIE in .debug_info.
bool IsReference(uint8_t atom) {
  return atom == DW_OP_call_ref || atom == DW_OP_implicit_pointer ||
         atom == DW_OP_GNU_implicit_pointer || atom == DW_OP_GNU_variable_value;
}

}  // namespace

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
  ReadOperands(operation);
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

void ExpressionReader::Block(Operation* operation, uint64_t size) {
  operation->has_block = true;
  operation->block_size = size;
  operation->block_offset = cursor_.offset();
  cursor_.Skip(size);
}

// Each operation has its own operands, so an unknown one cannot be skipped.
void ExpressionReader::ReadLlvmOperands(Operation* operation) {
  operation->sub_operation = cursor_.Uleb();
  operation->operand_offset = cursor_.offset();
  switch (operation->sub_operation) {
    case DW_OP_LLVM_nop:
    case DW_OP_LLVM_form_aspace_address:
    case DW_OP_LLVM_push_lane:
    case DW_OP_LLVM_offset:
    case DW_OP_LLVM_bit_offset:
    case DW_OP_LLVM_undefined:
    case DW_OP_LLVM_piece_end:
      return;
    case DW_OP_LLVM_offset_uconst:
    case DW_OP_LLVM_call_frame_entry_reg:
      operation->operand_count = 1;
      operation->number = cursor_.Uleb();
      return;
    case DW_OP_LLVM_aspace_bregx:
      operation->operand_count = 2;
      operation->is_signed = 2;
      operation->number = cursor_.Uleb();
      operation->number2 = static_cast<uint64_t>(cursor_.Sleb());
      return;
    case DW_OP_LLVM_extend:
    case DW_OP_LLVM_select_bit_piece:
      operation->operand_count = 2;
      operation->number = cursor_.Uleb();
      operation->number2 = cursor_.Uleb();
      return;
    default:
      is_unknown_ = cursor_.ok();
      return;
  }
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

void ExpressionReader::ReadOperands(Operation* operation) {
  const auto one = [operation](uint64_t number) {
    operation->operand_count = 1;
    operation->number = number;
  };
  const auto one_signed = [operation](int64_t number) {
    operation->operand_count = 1;
    operation->is_signed = 1;
    operation->number = static_cast<uint64_t>(number);
  };
  const auto second = [operation](uint64_t number) {
    operation->operand_count = 2;
    operation->number2 = number;
  };
  const auto second_signed = [operation](int64_t number) {
    operation->operand_count = 2;
    operation->is_signed |= 2;
    operation->number2 = static_cast<uint64_t>(number);
  };
  const uint8_t atom = operation->atom;
  switch (atom) {
    case DW_OP_addr:
      Relocatable(operation, encoding_.address_size);
      return;
    case DW_OP_const4u:
      Relocatable(operation, 4);
      return;
    case DW_OP_const4s:
      Relocatable(operation, 4, true);
      return;
    case DW_OP_const8u:
      Relocatable(operation, 8);
      return;
    case DW_OP_const8s:
      Relocatable(operation, 8, true);
      return;
    case DW_OP_call_ref:
    case DW_OP_GNU_variable_value:
      Relocatable(operation, encoding_.ref_addr_size());
      return;
    case DW_OP_implicit_pointer:
    case DW_OP_GNU_implicit_pointer:
      Relocatable(operation, encoding_.ref_addr_size());
      second_signed(cursor_.Sleb());
      return;
    case DW_OP_const1u:
      Relocatable(operation, 1);
      return;
    case DW_OP_const1s:
      Relocatable(operation, 1, true);
      return;
    case DW_OP_const2u:
      Relocatable(operation, 2);
      return;
    case DW_OP_const2s:
      Relocatable(operation, 2, true);
      return;
    case DW_OP_LLVM_user:
      ReadLlvmOperands(operation);
      return;
    case DW_OP_GNU_encoded_addr:
      ReadEncodedAddress(operation);
      return;
    // A kind, and an index of 4 bytes for globals (kind 3).
    case DW_OP_WASM_location:
      one(cursor_.Uleb());
      second(operation->number == 3 ? cursor_.U32() : cursor_.Uleb());
      is_unknown_ = cursor_.ok() && operation->number > 4;
      return;
    // Only operation 0 is defined, and has an operand of its own (aadwarf64).
    case DW_OP_AARCH64_operation:
      one(cursor_.Uleb());
      is_unknown_ =
          cursor_.ok() && (sections_->file().e_machine() != EM_AARCH64 ||
                           (operation->number & 0x7f) != 0);
      if (!is_unknown_) second(cursor_.Uleb());
      return;
    case DW_OP_pick:
    case DW_OP_deref_size:
    case DW_OP_xderef_size:
      one(cursor_.U8());
      return;
    case DW_OP_call2:
      one(cursor_.U16());
      return;
    case DW_OP_skip:
    case DW_OP_bra:
      one_signed(static_cast<int16_t>(cursor_.U16()));
      return;
    case DW_OP_call4:
    case DW_OP_GNU_parameter_ref:
      one(cursor_.U32());
      return;
    case DW_OP_addrx:
    case DW_OP_constx:
    case DW_OP_GNU_addr_index:
    case DW_OP_GNU_const_index:
      operation->is_index = true;
      one(cursor_.Uleb());
      return;
    case DW_OP_constu:
    case DW_OP_plus_uconst:
    case DW_OP_regx:
    case DW_OP_piece:
    case DW_OP_convert:
    case DW_OP_GNU_convert:
    case DW_OP_reinterpret:
    case DW_OP_GNU_reinterpret:
      one(cursor_.Uleb());
      return;
    case DW_OP_consts:
    case DW_OP_fbreg:
      one_signed(cursor_.Sleb());
      return;
    case DW_OP_bregx:
      one(cursor_.Uleb());
      second_signed(cursor_.Sleb());
      return;
    case DW_OP_bit_piece:
    case DW_OP_regval_type:
    case DW_OP_GNU_regval_type:
      one(cursor_.Uleb());
      second(cursor_.Uleb());
      return;
    case DW_OP_deref_type:
    case DW_OP_GNU_deref_type:
    case DW_OP_xderef_type:
      one(cursor_.U8());
      second(cursor_.Uleb());
      return;
    case DW_OP_implicit_value:
    case DW_OP_entry_value:
    case DW_OP_GNU_entry_value:
      one(cursor_.Uleb());
      Block(operation, operation->number);
      return;
    case DW_OP_const_type:
    case DW_OP_GNU_const_type:
      one(cursor_.Uleb());
      second(cursor_.U8());
      Block(operation, operation->number2);
      return;
    case DW_OP_deref:
    case DW_OP_dup:
    case DW_OP_drop:
    case DW_OP_over:
    case DW_OP_swap:
    case DW_OP_rot:
    case DW_OP_xderef:
    case DW_OP_abs:
    case DW_OP_and:
    case DW_OP_div:
    case DW_OP_minus:
    case DW_OP_mod:
    case DW_OP_mul:
    case DW_OP_neg:
    case DW_OP_not:
    case DW_OP_or:
    case DW_OP_plus:
    case DW_OP_shl:
    case DW_OP_shr:
    case DW_OP_shra:
    case DW_OP_xor:
    case DW_OP_eq:
    case DW_OP_ge:
    case DW_OP_gt:
    case DW_OP_le:
    case DW_OP_lt:
    case DW_OP_ne:
    case DW_OP_nop:
    case DW_OP_push_object_address:
    case DW_OP_form_tls_address:
    case DW_OP_call_frame_cfa:
    case DW_OP_stack_value:
    case DW_OP_GNU_push_tls_address:
    case DW_OP_GNU_uninit:
      return;
    default:
      break;
  }
  if (atom >= DW_OP_breg0 && atom <= DW_OP_breg31) {
    one_signed(cursor_.Sleb());
  } else if (!(atom >= DW_OP_lit0 && atom <= DW_OP_reg31)) {
    is_unknown_ = true;
  }
}

bool HoldsExpression(uint8_t atom) {
  return atom == DW_OP_entry_value || atom == DW_OP_GNU_entry_value;
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
    if (unit != nullptr && value.is_constant() && IsReference(operation.atom)) {
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
