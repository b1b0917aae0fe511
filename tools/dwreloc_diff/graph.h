// graph.h - all DIEs of both files, as trees that lead to one another.
//
// A tree is what a compressor moves as a whole: a DIE right below a unit with
// all that is in it.  A namespace is a tree without children, which are trees
// of their own inside of it, since members of one namespace may be moved apart.
// What a DIE says by itself is a number (see interner.h); what it leads to are
// edges: a tree, and a DIE's number in it.  Nodes, edges and trees of both
// files are in one array each, in the order of the files. Tested by
// tests/diff/same_test.py.
#ifndef DWRELOC_TOOLS_DWRELOC_DIFF_GRAPH_H_
#define DWRELOC_TOOLS_DWRELOC_DIFF_GRAPH_H_

#include <dwreloc/dwreloc.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "dwreloc_diff/context.h"
#include "dwreloc_diff/interner.h"

namespace dwreloc_tools {

inline constexpr std::uint32_t kNone = UINT32_MAX;

// A DIE.
struct Node {
  std::uint64_t offset;   // in the section of its unit
  std::uint32_t content;  // Graph::contents
  std::uint32_t depth;    // 0: the root of its tree
};

// Where something leads.
struct Edge {
  std::uint32_t tree;  // kNone: to no DIE
  std::uint32_t node;  // number of the DIE in the tree
};

struct Tree {
  std::uint32_t first_node;
  std::uint32_t first_edge;
  std::uint32_t parent;  // tree of the namespace that it is in, or kNone
  std::uint32_t unit;
  // Of the DIE of a unit that stands for itself: which pair of units it is in.
  // 0 for all other trees.
  std::uint32_t label;
  bool has_place;  // an address or list: it cannot be another one of a file
  bool is_import;  // DW_TAG_imported_unit of a partial unit
};

struct GraphUnit {
  const Dwreloc_Unit* unit;
  const Dwreloc_Module* module;
  std::uint32_t section;
  std::uint64_t offset;
  std::uint64_t end;
  std::uint64_t signature;    // of the type, or dwo_id
  std::uint64_t type_offset;  // of the DIE of the type in the section
  std::uint32_t first_tree;   // that of the unit DIE alone
  int side;
  bool is_partial;  // DW_TAG_partial_unit, or in a supplementary file
  bool is_type;
  std::vector<std::uint32_t> imports;  // partial units
};

// Ranges of indexes in the arrays.
struct Span {
  std::uint32_t begin;
  std::uint32_t end;
};

struct Graph {
  Interner contents;
  std::vector<std::uint32_t> edge_counts;  // of each content
  std::vector<Node> nodes;
  std::vector<Edge> edges;
  std::vector<Tree> trees;       // with one behind the last
  std::vector<GraphUnit> units;  // with one behind the last
  // Units of each file that stand for themselves, in their order.
  std::array<std::vector<std::uint32_t>, 2> own_units;

  Span NodesOf(std::uint32_t tree) const {
    return {trees[tree].first_node, trees[tree + 1].first_node};
  }
  Span EdgesOf(std::uint32_t tree) const {
    return {trees[tree].first_edge, trees[tree + 1].first_edge};
  }
  Span TreesOf(std::uint32_t unit) const {
    return {units[unit].first_tree, units[unit + 1].first_tree};
  }
  // The unit of a file that has a byte, or kNone.
  std::uint32_t FindUnit(int side, const Dwreloc_Module* module,
                         std::uint32_t section, std::uint64_t offset) const;
  // The DIE at an offset of a unit; of tree kNone if none begins there.
  Edge FindDie(std::uint32_t unit, std::uint64_t offset) const;

  // Units in the order of where they are, for FindUnit.
  std::array<std::vector<std::uint32_t>, 2> by_place;
};

// Reads all DIEs of both files.  What cannot be read is told.
void ReadGraph(Context& context, Graph& graph);

}  // namespace dwreloc_tools

#endif  // DWRELOC_TOOLS_DWRELOC_DIFF_GRAPH_H_
