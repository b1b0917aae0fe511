// Instructions of line programs: forwards.
// Tested by tests/api.

#include <algorithm>

#include "capi/arguments.h"
#include "capi/operands.h"
#include "capi/zero.h"
#include "dwarf/lines/line_instructions.h"

using namespace dwreloc::internal;  // NOLINT: the C API is global

int dwreloc_line_instructions_begin(
    const Dwreloc_Line_Table* table,
    Dwreloc_Line_Instructions* instructions) try {
  DWRELOC_NOT_NULL(table, instructions);
  Emplace(instructions, LineInstructionReader(Unwrap(table)));
  return 1;
} catch (...) {
  return FailCaught();
}

int dwreloc_line_instructions_next(Dwreloc_Line_Instructions* instructions,
                                   Dwreloc_Line_Instruction* instruction) try {
  DWRELOC_NOT_NULL(instructions, instruction);
  LineInstructionReader* reader = In<LineInstructionReader>(instructions);
  DWRELOC_BEGUN(reader, instructions);
  SetZero(instruction);
  const LineTable& table = reader->table();
  const Module& module = ModuleOf(table.sections());
  LineInstruction next;
  if (!reader->Next(&next)) {
    return reader->ok() ? 0 : Fail(module, reader->status());
  }
  instruction->offset = next.offset;
  instruction->size = next.end - next.offset;
  instruction->bytes = table.view().bytes.data() + next.offset;
  instruction->opcode_class = static_cast<uint8_t>(next.opcode_class);
  instruction->opcode = next.opcode;
  instruction->operand_count = next.operand_count;
  instruction->operation_advance = next.operation_advance;
  instruction->line_advance = next.line_advance;
  const int given =
      std::min<int>(next.operand_count, LineInstruction::kMaxOperands);
  for (int i = 0; i < given; ++i) {
    instruction->operands[i] = Wrap(module, next.operands[i]);
  }
  return 1;
} catch (...) {
  return FailCaught();
}
