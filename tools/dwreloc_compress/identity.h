// identity.h - what a tree says, as a number that is the same in every file.
//
// The classes of a file (classes.h) are numbered as they come; the identity of
// a class is computed from what its trees say, and from the identities of what
// they refer to. Trees of two files that say the same have one identity, and
// others have two, but for a collision of hashes: whoever acts on identities
// compares first (supplement.h).
//
// Circles: classes that refer to each other in a strongly connected component
// (Tarjan 1972) are told apart by what is around them, ever further, until each
// differs from all others of the component; then the component as a whole is a
// part of the identity of each. The classes of one file are the coarsest ones,
// so the same component of another file has the same classes, and comes to the
// same numbers.
//
// Tested by tests/compress/identity_test.cc.
#ifndef DWRELOC_TOOLS_DWRELOC_COMPRESS_IDENTITY_H_
#define DWRELOC_TOOLS_DWRELOC_COMPRESS_IDENTITY_H_

#include <compare>
#include <cstdint>
#include <vector>

#include "dwreloc_compress/classes.h"
#include "dwreloc_compress/graph.h"

namespace dwreloc_tools::compress {

struct Identity {
  std::uint64_t high = 0;
  std::uint64_t low = 0;
  friend auto operator<=>(const Identity&, const Identity&) = default;
};

struct Identities {
  // By class. All zero: what it says is not for another file, because of
  // itself or of what it refers to.
  std::vector<Identity> of;
  std::vector<std::uint32_t> first_tree;  // by class

  bool IsShareable(std::uint32_t number) const {
    return of[number] != Identity{};
  }
};

Identities FindIdentities(const Graph& graph, const Classes& classes);

}  // namespace dwreloc_tools::compress

#endif  // DWRELOC_TOOLS_DWRELOC_COMPRESS_IDENTITY_H_
