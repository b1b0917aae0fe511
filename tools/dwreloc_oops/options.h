// options.h - the command line of dwreloc-oops.
//
// Tested by tests/cli/oops_test.py.
#ifndef DWRELOC_TOOLS_DWRELOC_OOPS_OPTIONS_H_
#define DWRELOC_TOOLS_DWRELOC_OOPS_OPTIONS_H_

#include <optional>
#include <string>
#include <vector>

#include "common/color.h"

namespace dwreloc_tools {

struct Options {
  std::vector<std::string> module_directories;
  std::vector<std::string> debug_directories;
  std::string vmlinux;

  bool source = false;
  bool json = false;
  Color color = Color::kAuto;
  bool help = false;
  bool version = false;

  std::vector<std::string> files;  // none: standard input
};

// Returns nothing and sets *error if the command line is wrong.
std::optional<Options> ParseOptions(int argc, const char* const* argv,
                                    std::string* error);

// The text of --help.
std::string HelpText();

}  // namespace dwreloc_tools

#endif  // DWRELOC_TOOLS_DWRELOC_OOPS_OPTIONS_H_
