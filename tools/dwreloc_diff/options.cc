// options.cc - see options.h.
#include "dwreloc_diff/options.h"

#include <cstdint>

#include "common/arguments.h"
#include "common/text.h"

namespace dwreloc_tools {

std::optional<Options> ParseOptions(int argc, const char* const* argv,
                                    std::string* error) {
  Options options;
  const Option known[] = {
      {"--limit", "",
       [&](const std::string& value) -> std::string {
         std::uint64_t limit = 0;
         if (!ParseNumber(value, &limit)) return "--limit=NUMBER";
         options.limit = static_cast<std::size_t>(limit);
         return "";
       }},
      {"--format", "",
       [&](const std::string& value) -> std::string {
         options.json = value == "json";
         return options.json || value == "text" ? "" : "--format=text or json";
       }},
      {"--json", "", &options.json},
      {"--quiet", "-q", &options.quiet},
      {"--help", "-h", &options.help},
      {"--version", "", &options.version},
  };
  *error = ParseArguments(argc, argv, known, &options.files);
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
