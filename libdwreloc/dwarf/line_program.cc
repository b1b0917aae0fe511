#include "dwarf/line_program.h"

#include "dwarf/constants.h"

namespace dwreloc::internal {
namespace {

// Registers hold what the standard calls unsigned integers; 32 bits are more
// than any producer uses, and what does not fit is marked, not truncated.
uint32_t Register(uint64_t value) {
  return value <= UINT32_MAX ? static_cast<uint32_t>(value) : UINT32_MAX;
}

}  // namespace

LineProgram::LineProgram(const LineTable& table)
    : table_(&table),
      header_(&table.header()),
      cursor_(table.view(), table.header().program, table.header().end) {
  Reset();
}

void LineProgram::Reset() {
  state_ = LineRow();
  state_.is_stmt = header_->default_is_stmt;
  state_.address.width = header_->encoding.address_size;
}

void LineProgram::Fail(ErrorCode code, const char* text) {
  if (error_ == ErrorCode::kOk) {
    error_ = code;
    error_text_ = text;
  }
}

absl::Status LineProgram::status() const {
  if (!cursor_.ok()) return cursor_.status();
  if (error_ == ErrorCode::kOk) return absl::OkStatus();
  return MakeError(error_, cursor_.section(), opcode_offset_, error_text_);
}

void LineProgram::AddToAddress(uint64_t delta) {
  RelocValue& address = state_.address;
  address.value += delta;
  address.has_record = false;
  // Addresses wrap at their size; offsets from a symbol keep their sign.
  const int size = header_->encoding.address_size;
  address.value = address.is_constant()
                      ? ZeroExtend(address.value, size)
                      : static_cast<uint64_t>(SignExtend(address.value, size));
}

// DWARF 5 6.2.5.1.
void LineProgram::Advance(uint64_t operation_advance) {
  const uint64_t length = header_->minimum_instruction_length;
  const uint64_t operations = header_->maximum_operations_per_instruction;
  if (operations <= 1) [[likely]] {
    AddToAddress(length * operation_advance);
    return;
  }
  const uint64_t sum = state_.op_index + operation_advance;
  AddToAddress(length * (sum / operations));
  state_.op_index = static_cast<uint8_t>(sum % operations);
}

void LineProgram::Special(uint8_t adjusted_opcode) {
  Advance(adjusted_opcode / header_->line_range);
  state_.line += static_cast<uint32_t>(header_->line_base +
                                       adjusted_opcode % header_->line_range);
}

void LineProgram::Emit(LineRow* row) {
  *row = state_;
  row->offset = opcode_offset_;
  state_.discriminator = 0;
  state_.basic_block = false;
  state_.prologue_end = false;
  state_.epilogue_begin = false;
}

bool LineProgram::Next(LineRow* row) {
  while (error_ == ErrorCode::kOk && !cursor_.at_end()) {
    opcode_offset_ = cursor_.offset();
    const uint8_t opcode = cursor_.U8();
    if (opcode >= header_->opcode_base) {
      if (header_->line_range == 0) {
        Fail(ErrorCode::kBadDwarf, "special opcode, but line_range is 0");
        return false;
      }
      Special(opcode - header_->opcode_base);
      Emit(row);
      return true;
    }
    const bool is_row = opcode == 0 ? Extended(row) : Standard(opcode, row);
    if (!cursor_.ok()) {
      error_ = ErrorCode::kTruncated;
      return false;
    }
    if (is_row) return true;
  }
  return false;
}

bool LineProgram::Standard(uint8_t opcode, LineRow* row) {
  switch (opcode) {
    case DW_LNS_copy:
      Emit(row);
      return true;
    case DW_LNS_advance_pc:
      Advance(cursor_.Uleb());
      break;
    case DW_LNS_advance_line:
      state_.line += static_cast<uint32_t>(cursor_.Sleb());
      break;
    case DW_LNS_set_file:
      state_.file = Register(cursor_.Uleb());
      break;
    case DW_LNS_set_column:
      state_.column = Register(cursor_.Uleb());
      break;
    case DW_LNS_negate_stmt:
      state_.is_stmt = !state_.is_stmt;
      break;
    case DW_LNS_set_basic_block:
      state_.basic_block = true;
      break;
    case DW_LNS_const_add_pc:
      if (header_->line_range == 0) {
        Fail(ErrorCode::kBadDwarf, "DW_LNS_const_add_pc, but line_range is 0");
        break;
      }
      Advance((255 - header_->opcode_base) / header_->line_range);
      break;
    case DW_LNS_fixed_advance_pc: {
      const RelocValue delta = cursor_.Small(2);
      if (delta.is_constant()) {
        AddToAddress(delta.value);
      } else {
        state_.address = RelocValue::Bad(
            delta.is_bad() ? delta.error : ErrorCode::kTwoRelocatable,
            delta.is_bad() ? delta.detail : 0, delta.symbol);
      }
      state_.op_index = 0;
      break;
    }
    case DW_LNS_set_prologue_end:
      state_.prologue_end = true;
      break;
    case DW_LNS_set_epilogue_begin:
      state_.epilogue_begin = true;
      break;
    case DW_LNS_set_isa:
      state_.isa = Register(cursor_.Uleb());
      break;
    default:
      // An opcode of a later standard: its length says what to skip.
      for (uint8_t i = header_->standard_opcode_lengths[opcode - 1u]; i > 0;
           --i) {
        cursor_.SkipLeb();
      }
      break;
  }
  return false;
}

bool LineProgram::Extended(LineRow* row) {
  const uint64_t length = cursor_.Uleb();
  if (!cursor_.ok()) return false;
  if (length == 0) {
    Fail(ErrorCode::kBadDwarf, "extended opcode of length 0");
    return false;
  }
  if (length > cursor_.remaining()) {
    cursor_.Fail(ReadError::kTruncated);
    return false;
  }
  const uint64_t end = cursor_.offset() + length;
  const uint8_t opcode = cursor_.U8();
  bool is_row = false;
  switch (opcode) {
    case DW_LNE_end_sequence:
      state_.end_sequence = true;
      Emit(row);
      Reset();
      is_row = true;
      break;
    case DW_LNE_set_address: {
      const uint64_t width = length - 1;
      if (width != 2 && width != 4 && width != 8) {
        Fail(ErrorCode::kBadDwarf,
             "DW_LNE_set_address with an operand of odd size");
        return false;
      }
      state_.address = cursor_.Value(static_cast<int>(width));
      state_.op_index = 0;
      break;
    }
    case DW_LNE_define_file: {
      LineFile file;
      file.name = cursor_.String();
      file.directory = cursor_.Uleb();
      file.mtime = cursor_.Uleb();
      file.length = cursor_.Uleb();
      if (defined_files_ != nullptr && cursor_.ok()) {
        defined_files_->push_back(file);
      }
      break;
    }
    case DW_LNE_set_discriminator:
      state_.discriminator = Register(cursor_.Uleb());
      break;
    default:
      break;
  }
  if (!cursor_.ok()) return false;
  if (cursor_.offset() > end) {
    Fail(ErrorCode::kBadDwarf, "extended opcode is longer than it says");
    return false;
  }
  cursor_.Seek(end);
  return is_row;
}

}  // namespace dwreloc::internal
