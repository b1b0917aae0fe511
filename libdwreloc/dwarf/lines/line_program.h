// The line number program: opcodes to rows (DWARF 5 6.2.2, 6.2.5).
//
// Rows are made one at a time and not kept.  The address register is a
// RelocValue: DW_LNE_set_address sets what it is relative to, and the advances
// add to it.
// Tested by tests/unit/dwarf/line_program_test.cc.

#ifndef LIBDWRELOC_DWARF_LINES_LINE_PROGRAM_H_
#define LIBDWRELOC_DWARF_LINES_LINE_PROGRAM_H_

#include <cstdint>

#include "base/status.h"
#include "dwarf/lines/line.h"
#include "reloc/reloc_value.h"

namespace dwreloc::internal {

// One row of the matrix, with the standard's names.  Preceded by the module's
// address, this is Dwreloc_Line.
struct LineRow {
  RelocValue address;
  uint64_t offset = 0;  // of the opcode that made it
  uint32_t file = 1;
  uint32_t line = 1;
  uint32_t column = 0;
  uint32_t discriminator = 0;
  uint32_t isa = 0;
  uint8_t op_index = 0;
  bool is_stmt = false;
  bool basic_block = false;
  bool end_sequence = false;
  bool prologue_end = false;
  bool epilogue_begin = false;
  uint8_t reserved[2] = {};
};

// Borrows the table.  Not to be shared between threads.
class LineProgram {
 public:
  explicit LineProgram(const LineTable& table);
  // Continues after a row of the same table, which does not end its sequence.
  LineProgram(const LineTable& table, const LineRow& row);

  void set_observer(RelocObserver* observer) { cursor_.set_observer(observer); }

  // Reads the next row.  Returns false at the end or on an error; see status().
  bool Next(LineRow* row) { return NextRows(row, sizeof(*row), 1) == 1; }
  // Reads at most `capacity` rows, one every `stride` bytes, so that they may
  // be parts of larger structures.  Returns their number: fewer at the end or
  // on an error.
  size_t NextRows(void* rows, size_t stride, size_t capacity);
  bool ok() const { return error_ == ErrorCode::kOk && cursor_.ok(); }
  absl::Status status() const;

  const LineTable& table() const { return *table_; }

 private:
  size_t NextRowsFast(uint8_t* rows, size_t stride, size_t capacity);
  // Returns true if the opcode made a row.
  bool ReadOpcode(LineRow* row);
  void Reset();
  void Advance(uint64_t operation_advance);
  void AddToAddress(uint64_t delta);
  void LoseAddress(const RelocValue& advance);
  void Special(uint8_t adjusted_opcode);
  bool Extended(LineRow* row);
  bool Standard(uint8_t opcode, LineRow* row);
  void Emit(LineRow* row);
  // Resets the registers that apply to one row only.
  void EndRow();
  void Fail(ErrorCode code, const char* text);

  const LineTable* table_;
  const LineHeader* header_;
  RelocCursor cursor_;
  LineRow state_;
  uint32_t line_range_inverse_ = 0;  // 2^16 / line_range, rounded up
  bool is_simple_ = false;  // no header field that NextRowsFast cannot handle
  uint64_t opcode_offset_ = 0;
  ErrorCode error_ = ErrorCode::kOk;
  const char* error_text_ = "";
};

}  // namespace dwreloc::internal

#endif  // LIBDWRELOC_DWARF_LINES_LINE_PROGRAM_H_
