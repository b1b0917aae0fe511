// compare_units.h - the DIE trees of both files, unit by unit.
//
// Units correspond in their order, type units by their signature.
// A unit says what its own trees and those of the partial units that it imports
// say; their order does not count, nor how often a tree is there that says the
// same and has no address.
// Tested by tests/diff/same_test.py and tests/diff/changes_test.py.
#ifndef DWRELOC_TOOLS_DWRELOC_DIFF_COMPARE_UNITS_H_
#define DWRELOC_TOOLS_DWRELOC_DIFF_COMPARE_UNITS_H_

#include <cstdint>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "dwreloc_diff/context.h"
#include "dwreloc_diff/graph.h"

namespace dwreloc_tools {

// A unit of each file.
using UnitPair = std::pair<std::uint32_t, std::uint32_t>;

// The class of the second file that one of the first is meant to be.
using Partners = std::unordered_map<std::uint32_t, std::uint32_t>;

// Which units correspond, which their trees say from then on (Tree::label).
// Those that have none are told.
std::vector<UnitPair> PairUnits(Context& context, Graph& graph);

// Returns the trees that are meant to be the same and are not.
Partners CompareUnits(Context& context, const Graph& graph,
                      const std::vector<std::uint32_t>& classes,
                      const std::vector<UnitPair>& pairs);

// DW_AT_name of a unit.
std::string UnitName(const GraphUnit& unit);

}  // namespace dwreloc_tools

#endif  // DWRELOC_TOOLS_DWRELOC_DIFF_COMPARE_UNITS_H_
