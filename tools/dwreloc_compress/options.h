// options.h - what the user wants of dwreloc-compress.
//
// Tested by tests/cli/compress_test.py.
#ifndef DWRELOC_TOOLS_DWRELOC_COMPRESS_OPTIONS_H_
#define DWRELOC_TOOLS_DWRELOC_COMPRESS_OPTIONS_H_

#include <optional>
#include <string>
#include <vector>

#include "dwreloc_compress/pack.h"

namespace dwreloc_tools::compress {

struct Options {
  std::vector<std::string> files;
  std::string output;            // of one file; "-": standard output
  std::string output_directory;  // of several
  bool in_place = false;
  bool stats = false;
  bool json = false;
  bool quiet = false;
  bool verify = false;
  SectionPacking sections = SectionPacking::kPlain;
  unsigned jobs = 1;
  bool help = false;
  bool version = false;
};

// Nothing, and *error says why, if the command line is wrong.
std::optional<Options> ParseOptions(int argc, const char* const* argv,
                                    std::string* error);
std::string HelpText();

}  // namespace dwreloc_tools::compress

#endif  // DWRELOC_TOOLS_DWRELOC_COMPRESS_OPTIONS_H_
