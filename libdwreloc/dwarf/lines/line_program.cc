#include "dwarf/lines/line_program.h"

#include "dwarf/constants.h"

namespace dwreloc::internal {
namespace {

// The standard calls the registers unsigned integers; 32 bits are more than any
// producer uses, and a value that does not fit is marked, not truncated.
uint32_t Register(uint64_t value) {
  return value <= UINT32_MAX ? static_cast<uint32_t>(value) : UINT32_MAX;
}

// Reads the rest of a DW_LNE_set_discriminator after its first byte.  Returns
// false if it is another extended opcode, or cannot be read here; `at` is then
// anywhere in it.
bool ReadDiscriminator(RelocCursor::Registers<kNativeOrder>& at,
                       uint64_t* discriminator) {
  uint64_t length;
  uint64_t opcode;
  if (!at.ReadUleb(&length) || !at.Read<uint8_t>(&opcode) ||
      opcode != DW_LNE_set_discriminator) {
    return false;
  }
  const uint64_t operand = at.offset();
  return at.ReadUleb(discriminator) && at.offset() - operand == length - 1;
}

}  // namespace

LineProgram::LineProgram(const LineTable& table)
    : table_(&table),
      header_(&table.header()),
      cursor_(table.view(), table.header().program, table.header().end) {
  const uint32_t range = header_->line_range;
  if (range != 0) line_range_inverse_ = (0xffff + range) / range;
  // 8-byte addresses wrap by themselves.
  is_simple_ = range != 0 && header_->maximum_operations_per_instruction <= 1 &&
               header_->encoding.address_size == 8 && !cursor_.has_odd_widths();
  cursor_.set_field("DW_LNE_set_address");
  Reset();
}

// A row is the state before it resets what applies to it alone.  The opcodes
// that make rows, but for DW_LNE_end_sequence, are single bytes.
LineProgram::LineProgram(const LineTable& table, const LineRow& row)
    : LineProgram(table) {
  cursor_.Seek(row.offset + 1);
  state_ = row;
  EndRow();
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

// An advance that is not a number: the address is now unknown.
void LineProgram::LoseAddress(const RelocValue& advance) {
  state_.address = RelocValue::Bad(
      advance.is_bad() ? advance.error : ErrorCode::kTwoRelocatable,
      advance.is_bad() ? advance.detail : 0, advance.symbol);
}

// DWARF 5 6.2.5.1.  The division by multiplication is exact: both numbers are
// below 256.
void LineProgram::Special(uint8_t adjusted_opcode) {
  const uint32_t range = header_->line_range;
  const uint32_t advance = (adjusted_opcode * line_range_inverse_) >> 16;
  Advance(advance);
  state_.line += static_cast<uint32_t>(header_->line_base) +
                 (adjusted_opcode - advance * range);
}

void LineProgram::Emit(LineRow* row) {
  *row = state_;
  row->offset = opcode_offset_;
  EndRow();
}

void LineProgram::EndRow() {
  state_.discriminator = 0;
  state_.basic_block = false;
  state_.prologue_end = false;
  state_.epilogue_begin = false;
}

// Most of a program is special opcodes, standard ones with operands of one or
// two bytes, and discriminators; these are read here, with the state they
// change in registers, asked for in the order of their number in kernel
// modules. Stops before an opcode that requires ReadOpcode, and at the end.
size_t LineProgram::NextRowsFast(uint8_t* rows, size_t stride,
                                 size_t capacity) {
  // Only LEB128 and single bytes are read, which have no byte order.
  RelocCursor::Registers<kNativeOrder> at = cursor_.ToRegisters<kNativeOrder>();
  const uint32_t opcode_base = header_->opcode_base;
  const uint32_t line_base = static_cast<uint32_t>(int32_t{header_->line_base});
  const uint32_t line_range = header_->line_range;
  const uint32_t inverse = line_range_inverse_;
  const uint64_t length = header_->minimum_instruction_length;
  uint64_t address = state_.address.value;
  uint32_t line = state_.line;
  uint32_t column = state_.column;
  uint32_t file = state_.file;
  bool is_stmt = state_.is_stmt;
  bool has_record = state_.address.has_record;
  // Does the state hold anything for the next row alone?
  bool has_more = true;
  size_t count = 0;
  uint64_t start = at.offset();
  while (count < capacity) {
    start = at.offset();
    uint64_t opcode;
    uint64_t operand;
    if (!at.Read<uint8_t>(&opcode)) break;
    if (opcode >= opcode_base) {
      const uint32_t adjusted = static_cast<uint32_t>(opcode) - opcode_base;
      const uint32_t advance = (adjusted * inverse) >> 16;
      address += length * advance;
      line += line_base + (adjusted - advance * line_range);
      has_record = false;
    } else if (opcode != DW_LNS_copy) {
      if (opcode == DW_LNS_set_column && at.ReadUleb(&operand)) {
        column = static_cast<uint32_t>(operand);
      } else if (opcode == DW_LNS_negate_stmt) {
        is_stmt = !is_stmt;
      } else if (opcode == DW_LNS_advance_line && at.ReadSleb(&operand)) {
        line += static_cast<uint32_t>(operand);
      } else if (opcode == 0 && ReadDiscriminator(at, &operand)) {
        state_.discriminator = static_cast<uint32_t>(operand);
        has_more = true;
      } else if (opcode == DW_LNS_set_file && at.ReadUleb(&operand)) {
        file = static_cast<uint32_t>(operand);
      } else if (opcode == DW_LNS_const_add_pc) {
        address += length * (((255 - opcode_base) * inverse) >> 16);
        has_record = false;
      } else if (opcode == DW_LNS_advance_pc && at.ReadUleb(&operand)) {
        address += length * operand;
        has_record = false;
      } else {
        break;
      }
      continue;
    }
    at.Prefetch();
    LineRow* row = reinterpret_cast<LineRow*>(rows);
    *row = state_;
    row->offset = start;
    row->address.value = address;
    row->address.has_record = has_record;
    row->line = line;
    row->column = column;
    row->file = file;
    row->is_stmt = is_stmt;
    if (has_more) EndRow();
    has_more = false;
    rows += stride;
    ++count;
    start = at.offset();
  }
  state_.address.value = address;
  state_.address.has_record = has_record;
  state_.line = line;
  state_.column = column;
  state_.file = file;
  state_.is_stmt = is_stmt;
  cursor_.FromRegisters(at, start);
  return count;
}

size_t LineProgram::NextRows(void* rows, size_t stride, size_t capacity) {
  uint8_t* const begin = static_cast<uint8_t*>(rows);
  size_t count = 0;
  while (count < capacity && error_ == ErrorCode::kOk && !cursor_.at_end()) {
    uint8_t* next = begin + count * stride;
    if (is_simple_) {
      const size_t more = NextRowsFast(next, stride, capacity - count);
      count += more;
      if (more > 0) continue;
      if (cursor_.at_end()) break;
    }
    if (ReadOpcode(reinterpret_cast<LineRow*>(next))) ++count;
  }
  return count;
}

bool LineProgram::ReadOpcode(LineRow* row) {
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
  return is_row;
}

bool LineProgram::Standard(uint8_t opcode, LineRow* row) {
  switch (opcode) {
    case DW_LNS_copy:
      Emit(row);
      return true;
    case DW_LNS_advance_pc: {
      const RelocValue advance = cursor_.UlebValue();
      if (advance.is_constant()) {
        Advance(advance.value);
      } else {
        LoseAddress(advance);
      }
      break;
    }
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
      Advance((255u - header_->opcode_base) / header_->line_range);
      break;
    case DW_LNS_fixed_advance_pc: {
      const RelocValue delta = cursor_.Small(2);
      if (delta.is_constant()) {
        AddToAddress(delta.value);
      } else {
        LoseAddress(delta);
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
      // An opcode of a later standard: its length says how much to skip.
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
    case DW_LNE_define_file:
      // Which file is of no concern to rows: see LineTable::FindFile.
      cursor_.String();
      for (int i = 0; i < 3; ++i) cursor_.Uleb();
      break;
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
