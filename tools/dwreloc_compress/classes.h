// classes.h - which trees say the same.
//
// Partition refinement (Paige and Tarjan 1987) over the graph of trees: those
// whose words are alike begin as one class, and a class is divided while its
// members refer to trees of different classes. Where no class can be divided
// any more, the members of one say the same, however they refer to each other
// in circles. Trees were put together by hashes; every class is then proved
// word by word.
//
// Tested by tests/compress/classes_test.cc and
// tests/fixtures/compressed_test.py.
#ifndef DWRELOC_TOOLS_DWRELOC_COMPRESS_CLASSES_H_
#define DWRELOC_TOOLS_DWRELOC_COMPRESS_CLASSES_H_

#include <cstdint>
#include <span>
#include <vector>

#include "dwreloc_compress/graph.h"

namespace dwreloc_tools::compress {

struct Classes {
  // By tree; a pinned tree is alone in its class. Numbers are in the order of
  // the first trees.
  std::vector<std::uint32_t> of;
  std::uint32_t count = 0;
};

// The trees of each class, ascending.
class ClassMembers {
 public:
  explicit ClassMembers(const Classes& classes);

  std::span<const std::uint32_t> Of(std::uint32_t number) const {
    return std::span(trees_).subspan(first_[number],
                                     first_[number + 1] - first_[number]);
  }

 private:
  std::vector<std::uint32_t> trees_;
  std::vector<std::uint32_t> first_;  // by class, and the end
};

// Throws std::runtime_error if hashes collide time and again.
Classes FindClasses(const Graph& graph);

}  // namespace dwreloc_tools::compress

#endif  // DWRELOC_TOOLS_DWRELOC_COMPRESS_CLASSES_H_
