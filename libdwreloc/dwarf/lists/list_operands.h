// The operands of a list entry as stored, with the place of their bytes, and
// the extent of a list (DWARF 5 7.25, 7.29; DWARF 4 2.6.2, 2.17.3).
//
// ListReader reads entries by the million and keeps their values only; where
// their bytes are is worked out here, once more, from an entry that was read.
// Tested by tests/unit/dwarf/list_operands_test.cc.

#ifndef LIBDWRELOC_DWARF_LISTS_LIST_OPERANDS_H_
#define LIBDWRELOC_DWARF_LISTS_LIST_OPERANDS_H_

#include <cstdint>

#include "base/status.h"
#include "dwarf/lists/list.h"
#include "read/raw_operand.h"

namespace dwreloc::internal {

struct ListOperands {
  // Two, and the length of an expression.
  static constexpr int kMax = 3;

  RawOperand operands[kMax];
  int count = 0;
};

// The operands of an entry of the list.  Before DWARF 5 those of the pair: a
// new base is all ones and the base, the end two zeros.
ListOperands OperandsOf(const ListReader& list, const ListEntry& entry);

// Where the list ends: after its last entry.  Reads all of it.
absl::StatusOr<uint64_t> EndOf(ListReader list);

}  // namespace dwreloc::internal

#endif  // LIBDWRELOC_DWARF_LISTS_LIST_OPERANDS_H_
