// The operations of expressions, one row each: what their operands are (DWARF 5
// 2.5, 7.7.1; operations of GNU, LLVM, Arm and WebAssembly).
//
// expr reads by these rows, expr_operands says where the operands are by the
// same ones.  Every operation with a name in constants.inc has a row;
// op_table.cc does not compile otherwise.
// Tested by tests/unit/dwarf/expr_test.cc.

#ifndef LIBDWRELOC_DWARF_LISTS_OP_TABLE_H_
#define LIBDWRELOC_DWARF_LISTS_OP_TABLE_H_

#include <cstdint>

#include "dwarf/code_index.h"

namespace dwreloc::internal {

// What an operand is, and how it is stored.
enum class OpOperand : uint8_t {
  kUnknown,  // of an operation that nobody knows
  kNone,
  // Numbers that may have a relocation; `s`: signed.
  kAddress,  // of Encoding::address_size
  kInfoDie,  // an offset in .debug_info, of Encoding::ref_addr_size()
  kValue1,
  kValue1s,
  kValue2,
  kValue2s,
  kValue4,
  kValue4s,
  kValue8,
  kValue8s,
  // Numbers that never have one.
  kByte,
  kUnitDie2,  // the offset of a DIE in the unit, of 2 bytes
  kUnitDie4,
  kDistance,  // bytes up to another operation, signed, of 2 bytes
  kUleb,
  kSleb,
  kType,          // ULEB128: the offset of a base type in the unit
  kAddressIndex,  // ULEB128: an entry of .debug_addr
  // More than a number.
  kLlvmOperation,   // an operation of a table of its own, and its operands
  kEncodedAddress,  // DW_EH_PE_*, and a pointer of that encoding
  kWasm,            // after the kind of a location: its index
  kAArch64Operand,  // after the number of an operation: its operand
};

// A block after the numbers, as long as the last of them says.
enum class OpBlock : uint8_t { kNone, kBytes, kExpression };

struct alignas(4) OpRow {
  OpOperand first = OpOperand::kUnknown;
  OpOperand second = OpOperand::kNone;
  OpBlock block = OpBlock::kNone;

  friend constexpr bool operator==(const OpRow&, const OpRow&) = default;
};
static_assert(sizeof(OpRow) == 4);

extern const CodeIndex<OpRow> kOps;      // DW_OP_*
extern const CodeIndex<OpRow> kLlvmOps;  // DW_OP_LLVM_*, by sub-operation

// The row of an operation; OpOperand::kUnknown if there is none.
inline OpRow OpRowOf(uint8_t atom) { return kOps.Find(atom); }

}  // namespace dwreloc::internal

#endif  // LIBDWRELOC_DWARF_LISTS_OP_TABLE_H_
