// plan.h - which unit holds which tree.
//
// Of trees that say the same, one is enough where all their units can see it:
// trees that the same set of units has go to a partial unit, which each of the
// units imports, if that makes the file smaller. A partial unit imports another
// one in place of all units that import both.
//
// Namespaces stay where they are. A partial unit opens those that its members
// are in again, each one once.
//
// Tested by tests/compress/layout_test.cc and
// tests/fixtures/compressed_test.py.
#ifndef DWRELOC_TOOLS_DWRELOC_COMPRESS_PLAN_H_
#define DWRELOC_TOOLS_DWRELOC_COMPRESS_PLAN_H_

#include <cstdint>
#include <vector>

#include "dwreloc_compress/classes.h"
#include "dwreloc_compress/graph.h"
#include "dwreloc_compress/namespaces.h"

namespace dwreloc_tools::compress {

// A unit to be written.
struct PlannedUnit {
  std::uint32_t source = 0;  // the unit whose header and line table it has
  bool is_new = false;       // a partial unit that was not there
  // In order; the first one is its DIE. Members of a namespace follow it, and
  // kEndOfNamespace follows them.
  std::vector<std::uint32_t> trees{};
};

struct Plan {
  std::vector<PlannedUnit> units{};  // those that were there, then the new ones
  // By tree: the one that is written in its place.
  std::vector<std::uint32_t> home{};
  // By tree that is written: its unit.
  std::vector<std::uint32_t> unit_of{};
};

// Adds the DIEs of new units, and of imports, to the graph.
Plan MakePlan(const Classes& classes, Graph& graph);

}  // namespace dwreloc_tools::compress

#endif  // DWRELOC_TOOLS_DWRELOC_COMPRESS_PLAN_H_
