// The instructions of a line number program as stored (DWARF 5 6.2.5).
//
// LineProgram makes rows of the same bytes and keeps nothing else; this reader
// gives each instruction with the place of its operands, for programs that copy
// line programs or show them.  Both accept the same programs and end with the
// same error.
// Tested by tests/unit/dwarf/line_instructions_test.cc; that the instructions
// make the rows of LineProgram, by tests/support/line_rows.h wherever a file is
// read in full.

#ifndef LIBDWRELOC_DWARF_LINES_LINE_INSTRUCTIONS_H_
#define LIBDWRELOC_DWARF_LINES_LINE_INSTRUCTIONS_H_

#include <cstdint>

#include "base/status.h"
#include "dwarf/lines/line.h"
#include "read/raw_operand.h"
#include "read/reloc_cursor.h"

namespace dwreloc::internal {

enum class LineOpcodeClass : uint8_t { kStandard, kExtended, kSpecial };

struct LineInstruction {
  // DW_LNE_define_file has the most.  Unknown standard opcodes may have more:
  // LEB128 numbers, of which the first ones are given.
  static constexpr int kMaxOperands = 4;

  uint64_t offset = 0;
  uint64_t end = 0;
  LineOpcodeClass opcode_class = LineOpcodeClass::kStandard;
  // DW_LNS_* or DW_LNE_*; of a special opcode the byte as stored.
  uint8_t opcode = 0;
  uint8_t operand_count = 0;  // may be more than kMaxOperands
  // By how much a special opcode and DW_LNS_const_add_pc advance, which the
  // header says.
  uint64_t operation_advance = 0;
  int64_t line_advance = 0;
  RawOperand operands[kMaxOperands];  // those beyond operand_count mean nothing
};

// Borrows the table.  Not to be shared between threads.
class LineInstructionReader {
 public:
  explicit LineInstructionReader(const LineTable& table);

  void set_observer(RelocObserver* observer) { cursor_.set_observer(observer); }

  // Reads the next instruction.  Returns false at the end or on an error; see
  // status().
  bool Next(LineInstruction* instruction);
  bool ok() const { return error_text_ == nullptr && cursor_.ok(); }
  absl::Status status() const;

  const LineTable& table() const { return *table_; }

 private:
  void ReadSpecial(LineInstruction* instruction);
  void ReadStandard(LineInstruction* instruction);
  void ReadUnknownStandard(LineInstruction* instruction);
  void ReadExtended(LineInstruction* instruction);
  void ReadExtendedOperands(LineInstruction* instruction, uint64_t size);
  void ReadDefinedFile(LineInstruction* instruction);
  RawOperand* Add(LineInstruction* instruction, OperandEncoding encoding);
  void Finish(RawOperand* operand);
  void AddUleb(LineInstruction* instruction);
  void Fail(const char* text);

  const LineTable* table_;
  const LineHeader* header_;
  RelocCursor cursor_;
  uint64_t last_offset_ = 0;
  const char* error_text_ = nullptr;
};

}  // namespace dwreloc::internal

#endif  // LIBDWRELOC_DWARF_LINES_LINE_INSTRUCTIONS_H_
