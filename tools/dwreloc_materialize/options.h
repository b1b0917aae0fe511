// options.h - what the user wants of dwreloc-materialize.
//
// Tested by tests/cli/materialize_test.py.
#ifndef DWRELOC_TOOLS_DWRELOC_MATERIALIZE_OPTIONS_H_
#define DWRELOC_TOOLS_DWRELOC_MATERIALIZE_OPTIONS_H_

#include <cstdint>
#include <dwreloc/dwreloc.hpp>
#include <optional>
#include <string>

#include "common/placement.h"

namespace dwreloc_tools {

struct Options : PlacementOptions {
  Dwreloc_Materialize mode = DWRELOC_MATERIALIZE_FULL;
  std::uint32_t flags = 0;
  std::string file;
  std::string output;  // "-": standard output
  bool help = false;
  bool version = false;
};

// Nothing, and *error says why, if the command line is wrong.
std::optional<Options> ParseOptions(int argc, const char* const* argv,
                                    std::string* error);
std::string HelpText();

}  // namespace dwreloc_tools

#endif  // DWRELOC_TOOLS_DWRELOC_MATERIALIZE_OPTIONS_H_
