// program_classes.h - what a program must be given by whoever loads it, as the
// records of its code and data tell.
//
// Records tell what is referred to, not whether it is read or written, and
// nothing of what the compiler has settled: a call within a section has no
// record.  Tested by tests/cli/footprint_test.py.
#ifndef DWRELOC_TOOLS_DWRELOC_DUMP_PROGRAM_CLASSES_H_
#define DWRELOC_TOOLS_DWRELOC_DUMP_PROGRAM_CLASSES_H_

#include <cstdint>
#include <string_view>
#include <vector>

#include "footprint.h"

namespace dwreloc_tools {

struct ProgramClass {
  std::string_view key;   // in JSON
  std::string_view text;  // in the table
  std::uint64_t records = 0;
  std::uint64_t symbols = 0;  // different ones
};

// All of them, in one order; those that no record implies have none.
std::vector<ProgramClass> ProgramClasses(const Footprint& footprint);

}  // namespace dwreloc_tools

#endif  // DWRELOC_TOOLS_DWRELOC_DUMP_PROGRAM_CLASSES_H_
