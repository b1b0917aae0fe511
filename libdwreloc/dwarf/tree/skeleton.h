// A split unit and its skeleton in another file (DWARF 5 7.3.2; GNU
// DebugFission).
// Tested by tests/unit/module/split_files_test.cc.

#ifndef LIBDWRELOC_DWARF_TREE_SKELETON_H_
#define LIBDWRELOC_DWARF_TREE_SKELETON_H_

#include "base/status.h"
#include "dwarf/tree/unit.h"

namespace dwreloc::internal {

// A failure in the skeleton's file, reported as a failure of a unit in another
// one, whose sections have other numbers.
absl::Status InSkeleton(const Unit& unit, const Unit& skeleton,
                        const absl::Status& status);

}  // namespace dwreloc::internal

#endif  // LIBDWRELOC_DWARF_TREE_SKELETON_H_
