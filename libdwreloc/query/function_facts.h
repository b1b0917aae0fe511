// What the DIE of a function says of it: its name, and for an inlined one where
// the call was (DW_AT_call_file, DW_AT_call_line, DW_AT_call_column; DWARF 5
// 3.3.8.2).
//
// Read in one go, to be kept: functions that are asked for once are asked for
// again, for every place in them and for all that was inlined into them.
// Tested by tests/unit/query/call_chain_test.cc.

#ifndef LIBDWRELOC_QUERY_FUNCTION_FACTS_H_
#define LIBDWRELOC_QUERY_FUNCTION_FACTS_H_

#include <cstdint>

#include "base/status.h"
#include "dwarf/tree/die.h"
#include "dwarf/tree/unit.h"
#include "query/function_name.h"

namespace dwreloc::internal {

// 0 where the DIE says nothing.
struct CallSite {
  bool has_file = false;
  uint64_t file = 0;
  uint64_t line = 0;
  uint64_t column = 0;
  uint64_t discriminator = 0;
  absl::Status status;  // why something is missing
};

// Borrows the unit.
struct FunctionFacts {
  absl::StatusOr<Die> die;  // without it, all else is unknown
  FunctionName name;
  CallSite call;  // of an inlined function
};

// Those of the DIE at `offset` of the unit's section.
FunctionFacts FunctionFactsAt(const Unit& unit, uint64_t offset);

}  // namespace dwreloc::internal

#endif  // LIBDWRELOC_QUERY_FUNCTION_FACTS_H_
