// shapes.h - the shapes of DIEs, each of which is there once.
//
// Tested by tests/compress/graph_test.cc and tests/fixtures/compressed_test.py.
#ifndef DWRELOC_TOOLS_DWRELOC_COMPRESS_SHAPES_H_
#define DWRELOC_TOOLS_DWRELOC_COMPRESS_SHAPES_H_

#include <cstdint>
#include <unordered_map>
#include <vector>

#include "dwreloc_compress/graph.h"

namespace dwreloc_tools::compress {

// The same in every file.
std::uint64_t HashOf(const Shape& shape);

class ShapeTable {
 public:
  // Adds to these, the first of which is none.
  explicit ShapeTable(std::vector<Shape>& shapes) : shapes_(shapes) {
    shapes.emplace_back();
  }

  // The number of a shape. DIEs of one abbreviation code mostly have one.
  std::uint32_t Find(std::uint32_t code, const Shape& shape);

 private:
  std::uint32_t Find(const Shape& shape);

  std::vector<Shape>& shapes_;
  std::unordered_map<std::uint64_t, std::vector<std::uint32_t>> by_hash_;
  std::vector<std::uint32_t> of_code_;  // that it had last
};

// Does it say what a namespace is called, where it is opened, and nothing else?
bool IsNamespace(const Shape& shape);

}  // namespace dwreloc_tools::compress

#endif  // DWRELOC_TOOLS_DWRELOC_COMPRESS_SHAPES_H_
