#include "support/line_rows.h"

#include <dwreloc/dwarf.h>

#include <algorithm>
#include <cstdint>

namespace dwreloc::internal {
namespace {

uint32_t Register(uint64_t value) {
  return static_cast<uint32_t>(std::min<uint64_t>(value, UINT32_MAX));
}

class Machine {
 public:
  explicit Machine(const Dwreloc_Line_Info& info) : info_(info) { Reset(); }

  // True if the instruction made a row.
  bool Run(const Dwreloc_Line_Instruction& instruction, Dwreloc_Line* row) {
    const bool has_row = Change(instruction);
    if (!has_row) return false;
    *row = state_;
    row->offset = instruction.offset;
    if (state_.end_sequence != 0) Reset();
    state_.basic_block = state_.prologue_end = state_.epilogue_begin = 0;
    state_.discriminator = 0;
    return true;
  }

 private:
  void Reset() {
    state_ = {};
    state_.file = state_.line = 1;
    state_.is_stmt = info_.default_is_stmt;
    state_.address.section = DWRELOC_NO_SECTION;
    state_.address.symbol = DWRELOC_NO_SYMBOL;
  }

  void AddBytes(uint64_t bytes) {
    Dwreloc_Relocatable& address = state_.address;
    address.value += bytes;
    if (info_.address_size >= 8) return;
    const int unused = 64 - 8 * info_.address_size;
    const uint64_t shifted = address.value << unused;
    address.value =
        address.kind == DWRELOC_CONSTANT
            ? shifted >> unused
            : static_cast<uint64_t>(static_cast<int64_t>(shifted) >> unused);
  }
  void AddOperations(uint64_t count) {
    const uint64_t per_instruction =
        std::max<uint64_t>(info_.maximum_operations_per_instruction, 1);
    const uint64_t sum = per_instruction == 1 ? count : count + state_.op_index;
    AddBytes(sum / per_instruction * info_.minimum_instruction_length);
    state_.op_index = static_cast<uint8_t>(sum % per_instruction);
  }

  bool Change(const Dwreloc_Line_Instruction& instruction) {
    const Dwreloc_Relocatable& operand = instruction.operands[0].value;
    if (instruction.opcode_class == DWRELOC_LINE_SPECIAL) {
      AddOperations(instruction.operation_advance);
      state_.line += static_cast<uint32_t>(instruction.line_advance);
      return true;
    }
    if (instruction.opcode_class == DWRELOC_LINE_EXTENDED) {
      switch (instruction.opcode) {
        case DW_LNE_end_sequence:
          state_.end_sequence = 1;
          return true;
        case DW_LNE_set_address:
          state_.address = operand;
          state_.op_index = 0;
          return false;
        case DW_LNE_set_discriminator:
          state_.discriminator = Register(operand.value);
          return false;
        default:
          return false;
      }
    }
    return Standard(instruction, operand);
  }

  bool Standard(const Dwreloc_Line_Instruction& instruction,
                const Dwreloc_Relocatable& operand) {
    const bool is_number = operand.kind == DWRELOC_CONSTANT;
    switch (instruction.opcode) {
      case DW_LNS_copy:
        return true;
      case DW_LNS_advance_pc:
        if (is_number) AddOperations(operand.value);
        if (!is_number) state_.address.kind = DWRELOC_BAD;
        return false;
      case DW_LNS_advance_line:
        state_.line += static_cast<uint32_t>(operand.value);
        return false;
      case DW_LNS_set_file:
        state_.file = Register(operand.value);
        return false;
      case DW_LNS_set_column:
        state_.column = Register(operand.value);
        return false;
      case DW_LNS_negate_stmt:
        state_.is_stmt = state_.is_stmt == 0 ? 1 : 0;
        return false;
      case DW_LNS_set_basic_block:
        state_.basic_block = 1;
        return false;
      case DW_LNS_const_add_pc:
        AddOperations(instruction.operation_advance);
        return false;
      case DW_LNS_fixed_advance_pc:
        if (is_number) AddBytes(operand.value);
        if (!is_number) state_.address.kind = DWRELOC_BAD;
        state_.op_index = 0;
        return false;
      case DW_LNS_set_prologue_end:
        state_.prologue_end = 1;
        return false;
      case DW_LNS_set_epilogue_begin:
        state_.epilogue_begin = 1;
        return false;
      case DW_LNS_set_isa:
        state_.isa = Register(operand.value);
        return false;
      default:
        return false;
    }
  }

  const Dwreloc_Line_Info& info_;
  Dwreloc_Line state_ = {};
};

bool AreEqual(const Dwreloc_Relocatable& a, const Dwreloc_Relocatable& b) {
  // Which of several reasons makes an address bad is not compared.
  if (a.kind == DWRELOC_BAD || b.kind == DWRELOC_BAD) return a.kind == b.kind;
  return a.kind == b.kind && a.value == b.value && a.section == b.section &&
         a.symbol == b.symbol;
}

bool AreEqual(const Dwreloc_Line& a, const Dwreloc_Line& b) {
  return AreEqual(a.address, b.address) && a.offset == b.offset &&
         a.file == b.file && a.line == b.line && a.column == b.column &&
         a.discriminator == b.discriminator && a.isa == b.isa &&
         a.op_index == b.op_index && a.is_stmt == b.is_stmt &&
         a.basic_block == b.basic_block && a.end_sequence == b.end_sequence &&
         a.prologue_end == b.prologue_end &&
         a.epilogue_begin == b.epilogue_begin;
}

// The operands of an instruction follow one another, within its bytes.
bool AreOperandsInside(const Dwreloc_Line_Instruction& instruction) {
  uint64_t at = instruction.offset + 1;
  for (int i = 0; i < std::min<int>(instruction.operand_count, 4); ++i) {
    const Dwreloc_Operand& operand = instruction.operands[i];
    if (operand.encoding == DWRELOC_OPERAND_NONE || operand.offset < at) {
      return false;
    }
    at = operand.offset + operand.size;
  }
  return at <= instruction.offset + instruction.size;
}

std::string LastError() {
  Dwreloc_Error error;
  dwreloc_error(&error);
  return error.text;
}

}  // namespace

std::string CompareLineInstructions(const Dwreloc_Line_Table* table) {
  Dwreloc_Line_Info info;
  Dwreloc_Line_Instructions instructions;
  Dwreloc_Rows rows;
  if (dwreloc_line_info(table, &info) < 0 ||
      dwreloc_line_instructions_begin(table, &instructions) < 0 ||
      dwreloc_rows_begin(table, &rows) < 0) {
    return "";  // without memory
  }
  Machine machine(info);
  Dwreloc_Line_Instruction instruction;
  Dwreloc_Line made, row;
  uint64_t end = info.program_offset;
  int result;
  while ((result = dwreloc_line_instructions_next(&instructions,
                                                  &instruction)) > 0) {
    const std::string where =
        " of the line instruction at " + std::to_string(instruction.offset);
    if (instruction.offset != end) return "the place" + where;
    end = instruction.offset + instruction.size;
    if (!AreOperandsInside(instruction)) return "an operand's place" + where;
    if (!machine.Run(instruction, &made)) continue;
    if (dwreloc_rows_next(&rows, &row) != 1) return "no row" + where;
    if (!AreEqual(made, row)) return "another row" + where;
  }
  const std::string error = result < 0 ? LastError() : "";
  const int rows_result = dwreloc_rows_next(&rows, &row);
  if (result == DWRELOC_E_NO_MEMORY || rows_result == DWRELOC_E_NO_MEMORY) {
    return "";
  }
  if (rows_result != result || (result < 0 && LastError() != error)) {
    return "line instructions and rows end differently: " + error;
  }
  if (result == 0 && end != info.end) return "where line instructions end";
  return "";
}

}  // namespace dwreloc::internal
