// compare_lookup.h - lookup tables: .debug_aranges, .debug_pubnames and their
// like, .debug_names (DWARF 5 6.1).
//
// Each says that an address or a name leads to a unit or DIE.  Those correspond
// that say the same, or are meant to, which is told elsewhere; order, sets and
// hash tables do not count.
// Tested by tests/diff/same_test.py and tests/diff/changes_test.py.
#ifndef DWRELOC_TOOLS_DWRELOC_DIFF_COMPARE_LOOKUP_H_
#define DWRELOC_TOOLS_DWRELOC_DIFF_COMPARE_LOOKUP_H_

#include <cstdint>
#include <vector>

#include "dwreloc_diff/compare_units.h"
#include "dwreloc_diff/context.h"
#include "dwreloc_diff/graph.h"

namespace dwreloc_tools {

void CompareLookup(Context& context, const Graph& graph,
                   const std::vector<std::uint32_t>& classes,
                   const Partners& partners);

}  // namespace dwreloc_tools

#endif  // DWRELOC_TOOLS_DWRELOC_DIFF_COMPARE_LOOKUP_H_
