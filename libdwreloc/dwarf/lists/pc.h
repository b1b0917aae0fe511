// The addresses of a DIE's code: DW_AT_low_pc and DW_AT_high_pc, or
// DW_AT_ranges (DWARF 5 2.17).
// Tested by tests/unit/module/module_test.cc.

#ifndef LIBDWRELOC_DWARF_LISTS_PC_H_
#define LIBDWRELOC_DWARF_LISTS_PC_H_

#include <optional>

#include "base/status.h"
#include "dwarf/tree/die.h"
#include "dwarf/tree/unit.h"
#include "reloc/reloc_value.h"

namespace dwreloc::internal {

// A half-open interval of addresses.
struct PcRange {
  RelocValue begin;
  RelocValue end;
  // The units in whose files begin and end count, if they are symbolic.
  const Unit* begin_unit = nullptr;
  const Unit* end_unit = nullptr;
};

// DW_AT_low_pc and DW_AT_high_pc of a DIE, if it has both.
absl::StatusOr<std::optional<PcRange>> LowHighPc(const Die& die);
// Returns true if the DIE's pair or range list contains pc.
absl::StatusOr<bool> HasPc(const Die& die, const RelocValue& pc);

}  // namespace dwreloc::internal

#endif  // LIBDWRELOC_DWARF_LISTS_PC_H_
