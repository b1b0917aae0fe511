// layout.h - where each DIE will be.
//
// A reference inside of a unit takes as many bytes as the offset it holds, on
// which the offsets depend. All begin with one byte and grow until they fit;
// none shrinks, so this ends.
//
// Tested by tests/compress/layout_test.cc and
// tests/fixtures/compressed_test.py.
#ifndef DWRELOC_TOOLS_DWRELOC_COMPRESS_LAYOUT_H_
#define DWRELOC_TOOLS_DWRELOC_COMPRESS_LAYOUT_H_

#include <cstdint>
#include <vector>

#include "dwreloc_compress/forms.h"

namespace dwreloc_tools::compress {

struct UnitPlace {
  std::uint32_t offset = 0;  // of its header, in its section
  std::uint32_t header_size = 0;
  std::uint32_t end = 0;
};

// A reference inside of a unit.
struct InnerReference {
  std::uint32_t value = 0;  // from the unit's header
  std::uint8_t size = 1;    // of the ULEB128 number
};

struct Layout {
  std::vector<UnitPlace> units{};              // as planned
  std::vector<std::uint32_t> offset_of_die{};  // in its section, or kNone
  std::vector<InnerReference> references{};    // in the order of the file
  std::vector<std::uint32_t> sizes{};          // by section of the graph
};

// Throws std::runtime_error if the section would be too large.
Layout LayOut(const Graph& graph, const Plan& plan, const Forms& forms);

// Bytes of a value, but for references inside of a unit. `at`: its first word.
std::uint32_t SizeOf(const Graph& graph, const GraphUnit& unit,
                     const ShapeAttribute& attribute, std::uint16_t form,
                     std::uint32_t at);

}  // namespace dwreloc_tools::compress

#endif  // DWRELOC_TOOLS_DWRELOC_COMPRESS_LAYOUT_H_
