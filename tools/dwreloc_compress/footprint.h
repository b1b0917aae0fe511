// footprint.h - what takes how many bytes in a file, before and after: its
// sections, and in .debug_info units and kinds of entries.
//
// Tested by tests/cli/report_test.py.
#ifndef DWRELOC_TOOLS_DWRELOC_COMPRESS_FOOTPRINT_H_
#define DWRELOC_TOOLS_DWRELOC_COMPRESS_FOOTPRINT_H_

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "dwreloc_compress/layout.h"

namespace dwreloc_tools::compress {

// Bytes.
struct SizeChange {
  std::uint64_t before = 0;
  std::uint64_t after = 0;

  void Add(const SizeChange& other) {
    before += other.before;
    after += other.after;
  }
};

struct UnitFootprint {
  std::string name{};                             // DW_AT_name, or what it is
  SizeChange size;                                // with its header
  std::map<std::uint16_t, SizeChange> entries{};  // by DW_TAG_*
};

struct Footprint {
  std::map<std::string, SizeChange> sections{};
  std::vector<UnitFootprint> units{};  // those that are new are one
};

// Of the sections of units, which were that large together.
std::vector<UnitFootprint> FootprintOf(const Graph& graph, const Plan& plan,
                                       const Layout& layout,
                                       std::uint64_t size_before);

}  // namespace dwreloc_tools::compress

#endif  // DWRELOC_TOOLS_DWRELOC_COMPRESS_FOOTPRINT_H_
