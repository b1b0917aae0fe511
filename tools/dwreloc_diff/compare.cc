// compare.cc - see compare.h: one part of the files after the other.
#include "dwreloc_diff/compare.h"

#include "dwreloc_diff/classes.h"
#include "dwreloc_diff/compare_frames.h"
#include "dwreloc_diff/compare_lines.h"
#include "dwreloc_diff/compare_lookup.h"
#include "dwreloc_diff/compare_macros.h"
#include "dwreloc_diff/compare_sections.h"
#include "dwreloc_diff/compare_units.h"
#include "dwreloc_diff/context.h"
#include "dwreloc_diff/graph.h"

namespace dwreloc_tools {

Comparison Compare(const dwreloc::FileView& a, const dwreloc::FileView& b,
                   const CompareOptions& options) {
  Findings findings(a, b, options.limit);
  Context context(findings);
  Graph graph;
  ReadGraph(context, graph);
  const std::vector<UnitPair> pairs = PairUnits(context, graph);
  const std::vector<std::uint32_t> classes = FindClasses(graph);
  const Partners partners = CompareUnits(context, graph, classes, pairs);
  CompareLines(context, graph, pairs);
  CompareMacros(context, graph, pairs);
  CompareFrames(context);
  CompareLookup(context, graph, classes, partners);
  CompareSections(context);
  Comparison& result = findings.result();
  result.units = pairs.size();
  for (const GraphUnit& unit : graph.units) {
    if (unit.side != 0) break;
    result.dies = graph.trees[(&unit + 1)->first_tree].first_node;
  }
  return std::move(result);
}

}  // namespace dwreloc_tools
