// The DIE at a place of a file, whichever unit it is in.
// Tested by tests/api/c_api_test.c.

#ifndef LIBDWRELOC_DWARF_TREE_DIE_AT_H_
#define LIBDWRELOC_DWARF_TREE_DIE_AT_H_

#include "base/status.h"
#include "dwarf/tree/debug_info.h"
#include "dwarf/tree/die.h"
#include "read/offsets.h"

namespace dwreloc::internal {

absl::StatusOr<Die> DieAt(const DebugInfo& info, SectionPlace place);

}  // namespace dwreloc::internal

#endif  // LIBDWRELOC_DWARF_TREE_DIE_AT_H_
