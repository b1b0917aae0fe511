// Call frame instructions, decoded (DW_CFA_*; DWARF 5 6.4.2, 7.24).
//
// Nothing is executed: see dwarf/frames/cfi_rows.  What the operands of each
// instruction are, is a row of cfa_table.  Operands are given as the
// standard defines them: multiplied by the CIE's alignment factors.  What moves
// the location is a RelocValue, because assemblers for machines that relax code
// leave the distance between two labels, even that of DW_CFA_advance_loc, to
// the linker.
// Tested by tests/unit/dwarf/cfi_instructions_test.cc.

#ifndef LIBDWRELOC_DWARF_FRAMES_CFI_INSTRUCTIONS_H_
#define LIBDWRELOC_DWARF_FRAMES_CFI_INSTRUCTIONS_H_

#include <cstdint>

#include "base/status.h"
#include "dwarf/frames/cfa_table.h"
#include "dwarf/frames/cfi.h"
#include "read/reloc_cursor.h"
#include "reloc/reloc_value.h"

namespace dwreloc::internal {

struct CfaInstruction {
  uint8_t opcode = 0;  // DW_CFA_*, without the operand in its low bits
  uint8_t operand_count = 0;
  uint8_t is_signed = 0;        // bit i: operands[i]
  bool moves_location = false;  // `location` is its operand
  bool has_expression = false;  // it is the last operand
  CfaEffect effect = CfaEffect::kNothing;
  uint64_t offset = 0;  // in the section
  uint64_t size = 0;
  RelocValue location;  // DW_CFA_set_loc: the new location; else the advance
  uint64_t operands[3] = {};
  uint64_t expression_offset = 0;  // in the section
  uint64_t expression_size = 0;
};

// Reads the instructions of a CIE or an FDE in order.  Borrows the sections.
// Not to be shared between threads.
class CfaInstructionReader {
 public:
  CfaInstructionReader() = default;
  // The instructions at [begin, end) of a section, of an entry that uses `cie`.
  CfaInstructionReader(const DwarfSections& sections, const SectionView& view,
                       const Cie& cie, uint64_t begin, uint64_t end);

  void set_observer(RelocObserver* observer) { cursor_.set_observer(observer); }
  // The section offset of the next instruction.
  uint64_t offset() const { return cursor_.offset(); }
  // Its opcode, or DW_CFA_nop at the end.
  uint8_t PeekOpcode() const;

  // Reads the next instruction.  Returns false at the end or on an error; see
  // status().
  bool Next(CfaInstruction* instruction);
  bool ok() const { return cursor_.ok() && !is_unknown_; }
  absl::Status status() const;

 private:
  void ReadInstruction(CfaInstruction* instruction);
  void ReadOperands(CfaOperands operands, uint64_t low_bits,
                    CfaInstruction* instruction);
  void ReadExpression(CfaInstruction* instruction);
  RelocValue Factored(RelocValue delta) const;
  uint64_t FactoredOffset(uint64_t offset) const {
    return offset * static_cast<uint64_t>(data_alignment_factor_);
  }

  const DwarfSections* sections_ = nullptr;
  RelocCursor cursor_;
  uint64_t code_alignment_factor_ = 1;
  int64_t data_alignment_factor_ = 1;
  uint8_t address_size_ = 8;
  uint8_t location_encoding_ = 0;
  uint16_t e_machine_ = 0;
  bool is_unknown_ = false;
  uint8_t last_opcode_ = 0;
  uint64_t last_offset_ = 0;
};

}  // namespace dwreloc::internal

#endif  // LIBDWRELOC_DWARF_FRAMES_CFI_INSTRUCTIONS_H_
