// options.h - what the user wants of dwreloc-diff.
//
// Tested by tests/diff/status_test.py.
#ifndef DWRELOC_TOOLS_DWRELOC_DIFF_OPTIONS_H_
#define DWRELOC_TOOLS_DWRELOC_DIFF_OPTIONS_H_

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace dwreloc_tools {

struct Options {
  std::vector<std::string> files;  // two
  std::size_t limit = 20;
  bool json = false;
  bool quiet = false;
  bool help = false;
  bool version = false;
};

// Nothing, and *error says why, if the command line is wrong.
std::optional<Options> ParseOptions(int argc, const char* const* argv,
                                    std::string* error);
std::string HelpText();

}  // namespace dwreloc_tools

#endif  // DWRELOC_TOOLS_DWRELOC_DIFF_OPTIONS_H_
