// strip_ladder.h - how large a file would be without some of it, step by step.
//
// Sections that stay are laid out as in the file, at their alignment; symbols,
// names and headers of what goes, go too.  strip and llvm-strip differ by a few
// symbols that one of them keeps.  Tested by tests/cli/footprint_test.py.
#ifndef DWRELOC_TOOLS_DWRELOC_DUMP_STRIP_LADDER_H_
#define DWRELOC_TOOLS_DWRELOC_DUMP_STRIP_LADDER_H_

#include <cstdint>
#include <string_view>
#include <vector>

#include "footprint.h"

namespace dwreloc_tools {

struct LadderStep {
  std::string_view key;   // in JSON
  std::string_view text;  // in the table
  std::uint64_t bytes;
};

// From the whole file down to what is in memory.
std::vector<LadderStep> StripLadder(const Footprint& footprint);

}  // namespace dwreloc_tools

#endif  // DWRELOC_TOOLS_DWRELOC_DUMP_STRIP_LADDER_H_
