// compare_macros.h - the macros of units, operation by operation (DWARF 5 6.3).
//
// Macro units that are imported stand where they are imported; files are paths.
// Tested by tests/diff/same_test.py and tests/diff/changes_test.py.
#ifndef DWRELOC_TOOLS_DWRELOC_DIFF_COMPARE_MACROS_H_
#define DWRELOC_TOOLS_DWRELOC_DIFF_COMPARE_MACROS_H_

#include <vector>

#include "dwreloc_diff/compare_units.h"
#include "dwreloc_diff/context.h"
#include "dwreloc_diff/graph.h"

namespace dwreloc_tools {

void CompareMacros(Context& context, const Graph& graph,
                   const std::vector<UnitPair>& pairs);

}  // namespace dwreloc_tools

#endif  // DWRELOC_TOOLS_DWRELOC_DIFF_COMPARE_MACROS_H_
