// common_graph.h - the units of the common file as a graph and a plan, so that
// it is written as any other file.
//
// Tested by tests/compress/multifile_test.cc.
#ifndef DWRELOC_TOOLS_DWRELOC_COMPRESS_MULTIFILE_COMMON_GRAPH_H_
#define DWRELOC_TOOLS_DWRELOC_COMPRESS_MULTIFILE_COMMON_GRAPH_H_

#include <cstdint>
#include <span>
#include <vector>

#include "dwreloc_compress/graph.h"
#include "dwreloc_compress/multifile/common_choice.h"
#include "dwreloc_compress/plan.h"

namespace dwreloc_tools::compress {

// The graph refers to the bytes of the spools, and to `paths`.
struct CommonGraph {
  Graph graph;
  Plan plan;
  std::vector<std::uint8_t> lines{};    // .debug_line
  std::vector<std::uint32_t> values{};  // strings that files share
};

CommonGraph MakeCommonGraph(std::span<const OpenedSpool> spools,
                            std::span<const Part> parts,
                            const SharedEntries& shared,
                            std::span<const CommonUnit> units,
                            const SourcePaths& paths,
                            const NumberWriter& numbers);

}  // namespace dwreloc_tools::compress

#endif  // DWRELOC_TOOLS_DWRELOC_COMPRESS_MULTIFILE_COMMON_GRAPH_H_
