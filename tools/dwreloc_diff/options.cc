// options.cc - see options.h.
#include "dwreloc_diff/options.h"

#include <cstdint>
#include <string_view>

#include "common/text.h"

namespace dwreloc_tools {
namespace {

// Returns an empty string or the error.
std::string Apply(Options& options, const std::string& argument) {
  const std::size_t equals = argument.find('=');
  const std::string name = argument.substr(0, equals);
  const bool has_value = equals != std::string::npos;
  const std::string value = has_value ? argument.substr(equals + 1) : "";
  if (name == "--limit") {
    std::uint64_t limit = 0;
    if (!ParseNumber(value, &limit))
      return "option '" + argument + "': expected --limit=NUMBER";
    options.limit = static_cast<std::size_t>(limit);
    return "";
  }
  if (name == "--format") {
    if (value != "json" && value != "text")
      return "option '" + argument + "': expected --format=text or json";
    options.json = value == "json";
    return "";
  }
  bool* flag = nullptr;
  if (name == "--json") flag = &options.json;
  if (name == "--quiet" || name == "-q") flag = &options.quiet;
  if (name == "--help" || name == "-h") flag = &options.help;
  if (name == "--version") flag = &options.version;
  if (flag == nullptr) return "unknown option '" + name + "'";
  if (has_value) return "option '" + name + "' takes no value";
  *flag = true;
  return "";
}

}  // namespace

std::optional<Options> ParseOptions(int argc, const char* const* argv,
                                    std::string* error) {
  Options options;
  bool only_files = false;
  for (int i = 1; i < argc && error->empty(); ++i) {
    const std::string argument = argv[i];
    if (only_files || argument.size() < 2 || argument[0] != '-')
      options.files.push_back(argument);
    else if (argument == "--")
      only_files = true;
    else
      *error = Apply(options, argument);
  }
  if (error->empty() && !options.help && !options.version &&
      options.files.size() != 2)
    *error = "two files are compared";
  if (!error->empty()) return std::nullopt;
  return options;
}

std::string HelpText() {
  return "Usage: dwreloc-diff [OPTION]... A B\n"
         "\n"
         "Do two ELF files say the same, and where not?  Compares what their\n"
         "debugging information means, however it is stored, and all else\n"
         "as it is.\n"
         "\n"
         "  --limit=N      tell the first N differences (20); 0: only count\n"
         "  --format=json  one JSON object per line; --json is the same\n"
         "  -q, --quiet    print nothing\n"
         "  --help, --version\n"
         "\n"
         "Exit status: 0 if they say the same, 1 if not, 2 for trouble: a\n"
         "part that cannot be read, or wrong usage.\n";
}

}  // namespace dwreloc_tools
