// describe.h - DIEs and attributes for people.
//
// Tested by tests/diff/changes_test.py.
#ifndef DWRELOC_TOOLS_DWRELOC_DIFF_DESCRIBE_H_
#define DWRELOC_TOOLS_DWRELOC_DIFF_DESCRIBE_H_

#include <dwreloc/dwreloc.h>

#include <cstdint>
#include <string>

#include "dwreloc_diff/graph.h"

namespace dwreloc_tools {

// "DW_TAG_member x".
std::string DieText(const Dwreloc_Die& die);
// "DW_AT_type".
std::string AttributeName(std::uint16_t name);
// What an attribute says: "int" with its quotes, .text+0x10, a path.  Long
// lists are cut.
std::string AttributeText(const Dwreloc_Die& die,
                          const Dwreloc_Attribute& attribute);

// The DIE of a node; false if it cannot be read any more.
bool NodeDie(const Graph& graph, std::uint32_t tree, std::uint32_t node,
             Dwreloc_Die* die);
// All DIEs from below the unit to that one: "DW_TAG_structure_type point,
// DW_TAG_member x".  "" for the DIE of a unit.
std::string NodePath(const Graph& graph, std::uint32_t tree,
                     std::uint32_t node);

}  // namespace dwreloc_tools

#endif  // DWRELOC_TOOLS_DWRELOC_DIFF_DESCRIBE_H_
