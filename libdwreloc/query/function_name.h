// What a function is called.  The DIE that has its code may leave that to
// another one: DW_AT_abstract_origin leads to the abstract instance (DWARF 5
// 3.3.8), DW_AT_specification to the declaration (2.13.2).
// Tested by tests/unit/query/function_name_test.cc.

#ifndef LIBDWRELOC_QUERY_FUNCTION_NAME_H_
#define LIBDWRELOC_QUERY_FUNCTION_NAME_H_

#include <string_view>

#include "base/status.h"
#include "dwarf/tree/die.h"

namespace dwreloc::internal {

// Borrowed from the file, and end with a NUL.  No data(): there is none.
struct FunctionName {
  std::string_view name;          // DW_AT_name
  std::string_view linkage_name;  // DW_AT_linkage_name
  absl::Status status;            // why one is missing
};

FunctionName FunctionNameOf(const Die& die);

}  // namespace dwreloc::internal

#endif  // LIBDWRELOC_QUERY_FUNCTION_NAME_H_
