// options.h - the command line of dwreloc-addr2line, which is that of binutils'
// addr2line and --json.
//
// Tested by tests/cli/addr2line_test.py.
#ifndef DWRELOC_TOOLS_DWRELOC_ADDR2LINE_OPTIONS_H_
#define DWRELOC_TOOLS_DWRELOC_ADDR2LINE_OPTIONS_H_

#include <optional>
#include <string>
#include <vector>

namespace dwreloc_tools {

struct Options {
  std::string file = "a.out";
  std::string section;  // empty: addresses are of the file

  bool functions = false;
  bool inlines = false;
  bool demangle = false;
  bool pretty = false;
  bool addresses = false;
  bool basenames = false;
  bool json = false;
  bool help = false;
  bool version = false;

  std::vector<std::string> places;  // none: they come from standard input
};

// Returns nothing and sets *error if the command line is wrong.
std::optional<Options> ParseOptions(int argc, const char* const* argv,
                                    std::string* error);

// The text of --help.
std::string HelpText();

}  // namespace dwreloc_tools

#endif  // DWRELOC_TOOLS_DWRELOC_ADDR2LINE_OPTIONS_H_
