// options.h - what the user requested: selectors, filters, how values and
// output look, files.
//
// selectors.inc names the selectors, one table in options.cc the other options;
// --help prints both.  Options are
// spelt --name or --name=value, anywhere on the line; "--" ends them.  Tested
// by tests/cli/usage_test.py.
#ifndef DWRELOC_TOOLS_DWRELOC_DUMP_OPTIONS_H_
#define DWRELOC_TOOLS_DWRELOC_DUMP_OPTIONS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "common/color.h"
#include "common/placement.h"
#include "selectors.h"

namespace dwreloc_tools {

enum ExitStatus {
  kExitOk = 0,
  kExitBadInput = 1,  // or a number that is not available
  kExitUsage = 2,
};

enum class Format { kText, kJson };
enum class Addresses { kDefault, kSymbolic, kNumeric, kBoth };

// Bytes [begin, end) of a section.
struct OffsetRange {
  std::uint64_t begin;
  std::uint64_t end;
  bool Contains(std::uint64_t offset) const {
    return offset >= begin && offset < end;
  }
};

struct Options : PlacementOptions {
  Selection selectors;

  std::optional<std::uint64_t> unit;
  std::optional<std::uint64_t> die;
  std::optional<std::string> name;
  std::optional<std::string> section;
  std::optional<OffsetRange> offset;

  bool instructions = false;
  bool raw = false;
  bool explain = false;
  // What relocating one record takes on the device that the user has in mind.
  std::optional<std::uint64_t> record_ns;

  bool dwo = false;

  Addresses addresses = Addresses::kDefault;

  Format format = Format::kText;
  Color color = Color::kAuto;
  int jobs = 1;  // threads; at least 1
  // Bytes of memory that a file that cannot be mapped may take.
  std::uint64_t max_input = std::uint64_t{4} << 30;

  bool help = false;
  bool version = false;

  std::vector<std::string> files;

  bool json() const { return format == Format::kJson; }
  bool placed() const {
    return offline || !places.empty() || !place_from.empty() ||
           !symbols_from.empty();
  }
};

// Returns nothing and sets *error if the command line is wrong.
std::optional<Options> ParseOptions(int argc, const char* const* argv,
                                    std::string* error);

// The text of --help.
std::string HelpText();

}  // namespace dwreloc_tools

#endif  // DWRELOC_TOOLS_DWRELOC_DUMP_OPTIONS_H_
