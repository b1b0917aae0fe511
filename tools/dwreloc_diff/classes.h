// classes.h - which trees say the same.
//
// Two trees correspond if their DIEs say the same one by one, are nested alike,
// lead to the same DIEs of trees that correspond, and are in namespaces that
// do. Where types lead to one another in circles this asks for itself; it is
// then taken to hold as long as nothing speaks against it (the coarsest such
// partition, which is the greatest fixpoint).
//
// It is found by partition refinement with hashes: all trees that correspond
// have the same hash in every round.  Then it is proved: each tree is compared
// with one of its class, DIE by DIE and edge by edge, so that equal hashes of
// trees that differ are an error here and never a wrong answer.
// Tested by tests/diff/same_test.py.
#ifndef DWRELOC_TOOLS_DWRELOC_DIFF_CLASSES_H_
#define DWRELOC_TOOLS_DWRELOC_DIFF_CLASSES_H_

#include <cstdint>
#include <vector>

#include "dwreloc_diff/graph.h"

namespace dwreloc_tools {

// The class of each tree, counted from 0.  Throws std::runtime_error if hashes
// collide again and again.
std::vector<std::uint32_t> FindClasses(const Graph& graph);

}  // namespace dwreloc_tools

#endif  // DWRELOC_TOOLS_DWRELOC_DIFF_CLASSES_H_
