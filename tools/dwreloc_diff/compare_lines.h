// compare_lines.h - line tables (DWARF 5 6.2) row by row, and their files.
//
// File numbers are paths.  Directories and files count as sets: their numbers
// and order say nothing.  Tables that no unit refers to are compared as well,
// in their order. Tested by tests/diff/same_test.py and
// tests/diff/changes_test.py.
#ifndef DWRELOC_TOOLS_DWRELOC_DIFF_COMPARE_LINES_H_
#define DWRELOC_TOOLS_DWRELOC_DIFF_COMPARE_LINES_H_

#include <vector>

#include "dwreloc_diff/compare_units.h"
#include "dwreloc_diff/context.h"
#include "dwreloc_diff/graph.h"

namespace dwreloc_tools {

void CompareLines(Context& context, const Graph& graph,
                  const std::vector<UnitPair>& pairs);

}  // namespace dwreloc_tools

#endif  // DWRELOC_TOOLS_DWRELOC_DIFF_COMPARE_LINES_H_
