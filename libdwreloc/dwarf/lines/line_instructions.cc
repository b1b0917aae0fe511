#include "dwarf/lines/line_instructions.h"

#include "dwarf/constants.h"

namespace dwreloc::internal {

LineInstructionReader::LineInstructionReader(const LineTable& table)
    : table_(&table),
      header_(&table.header()),
      cursor_(table.view(), table.header().program, table.header().end) {
  cursor_.set_field("DW_LNE_set_address");
}

void LineInstructionReader::Fail(const char* text) {
  if (error_text_ == nullptr) error_text_ = text;
}

absl::Status LineInstructionReader::status() const {
  if (!cursor_.ok()) return cursor_.status();
  if (error_text_ == nullptr) return absl::OkStatus();
  return MakeError(ErrorCode::kBadDwarf, cursor_.section(), last_offset_,
                   error_text_);
}

// An operand that begins where the cursor is; Finish ends it there.
RawOperand* LineInstructionReader::Add(LineInstruction* instruction,
                                       OperandEncoding encoding) {
  RawOperand* operand = &instruction->operands[instruction->operand_count++];
  *operand = RawOperand();
  operand->offset = cursor_.offset();
  operand->encoding = encoding;
  return operand;
}

void LineInstructionReader::Finish(RawOperand* operand) {
  operand->size = cursor_.offset() - operand->offset;
}

void LineInstructionReader::AddUleb(LineInstruction* instruction) {
  RawOperand* operand = Add(instruction, OperandEncoding::kUleb);
  operand->value = RelocValue::Constant(cursor_.Uleb());
  Finish(operand);
}

bool LineInstructionReader::Next(LineInstruction* instruction) {
  if (!ok() || cursor_.at_end()) return false;
  // Operands are set when there is one.
  instruction->opcode_class = LineOpcodeClass::kStandard;
  instruction->operand_count = 0;
  instruction->operation_advance = 0;
  instruction->line_advance = 0;
  last_offset_ = cursor_.offset();
  instruction->offset = last_offset_;
  instruction->opcode = cursor_.U8();
  if (instruction->opcode >= header_->opcode_base) {
    ReadSpecial(instruction);
  } else if (instruction->opcode == 0) {
    ReadExtended(instruction);
  } else {
    ReadStandard(instruction);
  }
  instruction->end = cursor_.offset();
  return ok();
}

// DWARF 5 6.2.5.1.
void LineInstructionReader::ReadSpecial(LineInstruction* instruction) {
  instruction->opcode_class = LineOpcodeClass::kSpecial;
  if (header_->line_range == 0) {
    Fail("special opcode, but line_range is 0");
    return;
  }
  const int adjusted = instruction->opcode - header_->opcode_base;
  instruction->operation_advance =
      static_cast<uint64_t>(adjusted / header_->line_range);
  instruction->line_advance =
      header_->line_base + adjusted % header_->line_range;
}

// Known opcodes have the operands of the standard, whatever the header's
// standard_opcode_lengths say.
void LineInstructionReader::ReadStandard(LineInstruction* instruction) {
  switch (instruction->opcode) {
    case DW_LNS_copy:
    case DW_LNS_negate_stmt:
    case DW_LNS_set_basic_block:
    case DW_LNS_set_prologue_end:
    case DW_LNS_set_epilogue_begin:
      break;
    case DW_LNS_advance_pc: {
      RawOperand* operand = Add(instruction, OperandEncoding::kUleb);
      operand->value = cursor_.UlebValue();
      Finish(operand);
      break;
    }
    case DW_LNS_advance_line: {
      RawOperand* operand = Add(instruction, OperandEncoding::kSleb);
      operand->value =
          RelocValue::Constant(static_cast<uint64_t>(cursor_.Sleb()));
      Finish(operand);
      break;
    }
    case DW_LNS_set_file:
    case DW_LNS_set_column:
    case DW_LNS_set_isa:
      AddUleb(instruction);
      break;
    case DW_LNS_const_add_pc:
      if (header_->line_range == 0) {
        Fail("DW_LNS_const_add_pc, but line_range is 0");
        break;
      }
      instruction->operation_advance =
          (255u - header_->opcode_base) / header_->line_range;
      break;
    case DW_LNS_fixed_advance_pc: {
      RawOperand* operand = Add(instruction, OperandEncoding::kUnsigned);
      operand->value = cursor_.Small(2);
      Finish(operand);
      break;
    }
    default:
      ReadUnknownStandard(instruction);
      break;
  }
}

// An opcode of a later standard: its length is the number of its operands.
void LineInstructionReader::ReadUnknownStandard(LineInstruction* instruction) {
  const uint8_t count =
      header_->standard_opcode_lengths[instruction->opcode - 1u];
  for (uint8_t i = 0; i < count && cursor_.ok(); ++i) {
    if (i >= LineInstruction::kMaxOperands) {
      cursor_.SkipLeb();
      continue;
    }
    RawOperand* operand = Add(instruction, OperandEncoding::kUleb);
    Cursor number = cursor_;
    cursor_.SkipLeb();
    Finish(operand);
    operand->value = RelocValue::Constant(number.Uleb());
    // One of more than 64 bits can be skipped, but has no value.
    if (!number.ok()) operand->encoding = OperandEncoding::kBytes;
  }
  instruction->operand_count = count;
}

void LineInstructionReader::ReadExtended(LineInstruction* instruction) {
  instruction->opcode_class = LineOpcodeClass::kExtended;
  const uint64_t length = cursor_.Uleb();
  if (!cursor_.ok()) return;
  if (length == 0) {
    Fail("extended opcode of length 0");
    return;
  }
  if (length > cursor_.remaining()) {
    cursor_.Fail(ReadError::kTruncated);
    return;
  }
  const uint64_t end = cursor_.offset() + length;
  instruction->opcode = cursor_.U8();
  ReadExtendedOperands(instruction, length - 1);
  if (!ok()) return;
  if (cursor_.offset() > end) {
    Fail("extended opcode is longer than it says");
    return;
  }
  cursor_.Seek(end);
}

// `size` bytes follow the opcode.
void LineInstructionReader::ReadExtendedOperands(LineInstruction* instruction,
                                                 uint64_t size) {
  switch (instruction->opcode) {
    case DW_LNE_end_sequence:
      break;
    case DW_LNE_set_address: {
      if (size != 2 && size != 4 && size != 8) {
        Fail("DW_LNE_set_address with an operand of odd size");
        return;
      }
      RawOperand* operand = Add(instruction, OperandEncoding::kUnsigned);
      operand->role = OperandRole::kAddress;
      operand->value = cursor_.Value(static_cast<int>(size));
      Finish(operand);
      break;
    }
    case DW_LNE_define_file:
      ReadDefinedFile(instruction);
      break;
    case DW_LNE_set_discriminator:
      AddUleb(instruction);
      break;
    default: {
      RawOperand* operand = Add(instruction, OperandEncoding::kBytes);
      cursor_.Skip(size);
      Finish(operand);
      break;
    }
  }
}

// A path, directory, time and length.
void LineInstructionReader::ReadDefinedFile(LineInstruction* instruction) {
  RawOperand* path = Add(instruction, OperandEncoding::kString);
  cursor_.String();
  Finish(path);
  for (int i = 0; i < 3; ++i) AddUleb(instruction);
}

}  // namespace dwreloc::internal
