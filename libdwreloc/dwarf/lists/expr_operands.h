// The operands of an operation as stored, with the place of their bytes (DWARF
// 5 7.7.1).
//
// ExpressionReader decodes operations by the million and keeps values only;
// where their bytes are is worked out here, once more, from an operation that
// was read.  op_table says what the operands are, this how they are stored and
// what they count.
// Tested by tests/unit/dwarf/expr_test.cc.

#ifndef LIBDWRELOC_DWARF_LISTS_EXPR_OPERANDS_H_
#define LIBDWRELOC_DWARF_LISTS_EXPR_OPERANDS_H_

#include "dwarf/lists/expr.h"
#include "read/encoding.h"
#include "read/raw_operand.h"
#include "read/reloc_cursor.h"

namespace dwreloc::internal {

struct OperationOperands {
  // Two numbers, and a block.
  static constexpr int kMax = 3;

  RawOperand operands[kMax];
  int count = 0;
};

// The operands of an operation that was read from the view, in the order of
// Operation: number, number2, block.  DW_OP_GNU_encoded_addr has its pointer
// first, which is stored last.
OperationOperands OperandsOf(const SectionView& view, Encoding encoding,
                             const Operation& operation);

}  // namespace dwreloc::internal

#endif  // LIBDWRELOC_DWARF_LISTS_EXPR_OPERANDS_H_
