// namespaces.h - trees that were not in the file, and namespaces around trees.
//
// A namespace DIE stays in its unit, empty if need be: it says where that unit
// opens the namespace. A new unit opens those that it needs by name.
//
// Tested by tests/compress/namespaces_test.cc and
// tests/fixtures/compressed_test.py.
#ifndef DWRELOC_TOOLS_DWRELOC_COMPRESS_NAMESPACES_H_
#define DWRELOC_TOOLS_DWRELOC_COMPRESS_NAMESPACES_H_

#include <cstdint>
#include <span>
#include <vector>

#include "dwreloc_compress/classes.h"
#include "dwreloc_compress/graph.h"

namespace dwreloc_tools::compress {

// In the trees of a unit: here end the members of a namespace.
constexpr std::uint32_t kEndOfNamespace = kNone;

// Adds a tree of one DIE to those of a unit that was there; returns its number.
std::uint32_t AddTree(Graph& graph, std::uint32_t unit, const Shape& shape,
                      std::span<const std::uint32_t> values);

// Gives a new unit namespaces of its own: those that its trees are in, and
// those that they refer to. `trees`: its own, to which namespaces are added;
// `source`: the unit that it is like.
void OpenNamespaces(Graph& graph, const Classes& classes, std::uint32_t source,
                    std::vector<std::uint32_t>& trees);

// Puts the members of namespaces behind these, all in the order in which they
// are. The first tree is the DIE of the unit.
void NestTrees(const Graph& graph, std::vector<std::uint32_t>& trees);

}  // namespace dwreloc_tools::compress

#endif  // DWRELOC_TOOLS_DWRELOC_COMPRESS_NAMESPACES_H_
