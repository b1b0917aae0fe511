// Location and value expressions, decoded to operations (DWARF 5 2.5, 7.7.1;
// GNU extensions).
//
// Nothing is evaluated.  What the operands of each operation are, is a row of
// op_table.  Operands that may have a relocation are RelocValues:
// the address of DW_OP_addr, the constants that hold TLS offsets and addresses,
// the DIE that DW_OP_call_ref and implicit_pointer name.
// Tested by tests/unit/dwarf/expr_test.cc.

#ifndef LIBDWRELOC_DWARF_LISTS_EXPR_H_
#define LIBDWRELOC_DWARF_LISTS_EXPR_H_

#include <cstdint>

#include "base/status.h"
#include "dwarf/lists/op_table.h"
#include "dwarf/tree/unit.h"
#include "read/reloc_cursor.h"
#include "reloc/reloc_value.h"

namespace dwreloc::internal {

// One operation.
struct Operation {
  uint8_t atom = 0;  // DW_OP_*
  // For DW_OP_LLVM_user: DW_OP_LLVM_*, whose operands follow.
  uint64_t sub_operation = 0;
  uint8_t operand_count = 0;
  bool is_relocatable = false;  // value is its first operand
  bool is_index = false;        // number is an index into .debug_addr
  uint8_t is_signed = 0;        // bit 0: number, bit 1: number2
  uint64_t offset = 0;          // from the expression's start
  uint64_t size = 0;
  uint64_t operand_offset = 0;  // of the first operand, in the section
  RelocValue value;
  uint64_t number = 0;
  uint64_t number2 = 0;
  uint64_t block_offset = 0;  // in the section
  uint64_t block_size = 0;
  bool has_block = false;
};

// Reads operations in order.  Borrows the unit.  Not to be shared between
// threads.
class ExpressionReader {
 public:
  // The expression at [offset, offset + size) of a section, clamped to the
  // section.
  ExpressionReader(const Unit& unit, const SectionView& view, uint64_t offset,
                   uint64_t size)
      : ExpressionReader(unit.sections(), unit.encoding(), view, offset, size) {
  }
  // For an expression that belongs to no unit.
  ExpressionReader(const DwarfSections& sections, Encoding encoding,
                   const SectionView& view, uint64_t offset, uint64_t size)
      : sections_(&sections),
        encoding_(encoding),
        start_(offset),
        cursor_(view, offset,
                Fits(offset, size, view.bytes.size()) ? offset + size
                                                      : view.bytes.size()) {}

  void set_observer(RelocObserver* observer) { cursor_.set_observer(observer); }

  // The section offset of the next operation.
  uint64_t offset() const { return cursor_.offset(); }

  // Reads the next operation.  Returns false at the end or on an error; see
  // status().
  bool Next(Operation* operation);
  bool ok() const { return cursor_.ok() && !is_unknown_; }
  absl::Status status() const;

  // Calls visit(operation) for each of the rest.
  template <typename Visit>
  absl::Status ForEach(Visit&& visit) {
    Operation operation;
    while (Next(&operation)) visit(operation);
    return ok() ? absl::OkStatus() : status();
  }

 private:
  void ReadOperands(OpRow row, Operation* operation);
  void ReadFirst(OpOperand operand, Operation* operation);
  void ReadSecond(OpOperand operand, Operation* operation);
  void ReadBlock(Operation* operation);
  void Relocatable(Operation* operation, int width, bool is_signed = false);
  void ReadLlvmOperation(Operation* operation);
  void ReadEncodedAddress(Operation* operation);
  void ReadAArch64Operand(Operation* operation);
  // Of the last operand.
  void Unknown() { is_unknown_ = cursor_.ok(); }

  const DwarfSections* sections_;
  Encoding encoding_;
  uint64_t start_;
  RelocCursor cursor_;
  bool is_unknown_ = false;
  uint64_t last_offset_ = 0;
  uint8_t last_atom_ = 0;
  uint64_t last_sub_operation_ = 0;
};

// Returns true if the operation's block is itself an expression (DWARF 5
// 2.5.1.7).
bool HoldsExpression(uint8_t atom);

// The first operand as symbol + addend: `value`, or for an index the entry in
// .debug_addr, which requires a unit.
absl::StatusOr<RelocValue> OperandValue(const Unit* unit,
                                        const Operation& operation);

}  // namespace dwreloc::internal

#endif  // LIBDWRELOC_DWARF_LISTS_EXPR_H_
