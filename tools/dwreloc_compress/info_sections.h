// info_sections.h - the sections that hold units: .debug_info of the file, and
// those of type units, .debug_types or in section groups.
//
// All of them are one range of offsets to the graph, one behind the other, the
// first one being .debug_info that is in no group: what says where a unit or a
// DIE is means that one.
//
// Tested by tests/compress/type_units_test.cc and
// tests/fixtures/compressed_test.py.
#ifndef DWRELOC_TOOLS_DWRELOC_COMPRESS_INFO_SECTIONS_H_
#define DWRELOC_TOOLS_DWRELOC_COMPRESS_INFO_SECTIONS_H_

#include <cstdint>
#include <dwreloc/dwreloc.hpp>
#include <string_view>
#include <vector>

namespace dwreloc_tools::compress {

struct InfoSection {
  std::uint32_t index = 0;
  std::uint32_t base = 0;  // of its offsets in the graph
  std::uint32_t size = 0;

  // Is it an offset in the graph of a byte of this section?
  bool Has(std::uint64_t offset) const {
    return offset >= base && offset - base < size;
  }
};

// .debug_info or .debug_types?
bool HoldsUnits(std::string_view name);

// Is what leads there to be set anew? Other sections keep their layout.
bool IsLaidOutAnew(std::string_view name);

// Throws std::runtime_error if they are too large, or the first one is not
// there.
std::vector<InfoSection> FindInfoSections(const dwreloc::File& file);

}  // namespace dwreloc_tools::compress

#endif  // DWRELOC_TOOLS_DWRELOC_COMPRESS_INFO_SECTIONS_H_
