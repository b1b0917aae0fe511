// options.cc - see options.h.
#include "dwreloc_compress/options.h"

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <set>
#include <string_view>
#include <thread>

#include "common/arguments.h"

namespace dwreloc_tools::compress {
namespace {

std::string ParseJobs(const std::string& text, unsigned* jobs) {
  constexpr unsigned kMost = 1024;
  const char* const end = text.data() + text.size();
  const auto [at, error] = std::from_chars(text.data(), end, *jobs);
  if (error != std::errc() || at != end || *jobs > kMost)
    return "a number up to 1024";
  if (*jobs == 0) *jobs = std::max(1u, std::thread::hardware_concurrency());
  return "";
}

std::string ParseFormat(const std::string& value, bool* json) {
  *json = value == "json";
  return *json || value == "text" ? "" : "text or json";
}

std::string ParseSections(const std::string& value, SectionPacking* sections) {
  *sections = value == "zlib"   ? SectionPacking::kZlib
              : value == "zstd" ? SectionPacking::kZstd
                                : SectionPacking::kPlain;
  return *sections != SectionPacking::kPlain || value == "none"
             ? ""
             : "none, zlib or zstd";
}

// What one option alone does not show to be wrong.
std::string Contradiction(const Options& options) {
  if (options.help || options.version) return "";
  if (options.files.empty()) return "no FILE given";
  const int outputs = (options.output.empty() ? 0 : 1) +
                      (options.output_directory.empty() ? 0 : 1) +
                      (options.in_place ? 1 : 0);
  if (outputs == 0) return "no output given (-o, --output-dir or --in-place)";
  if (outputs > 1) return "one of -o, --output-dir and --in-place at a time";
  if (options.files.size() > 1 && !options.output.empty())
    return "several files need --output-dir or --in-place";
  std::set<std::filesystem::path> names;
  for (const std::string& file : options.files) {
    const std::filesystem::path name = std::filesystem::path(file).filename();
    if (!options.output_directory.empty() && !names.insert(name).second)
      return "two files of the name " + name.string() + " for one directory";
  }
  return "";
}

}  // namespace

std::optional<Options> ParseOptions(int argc, const char* const* argv,
                                    std::string* error) {
  Options options;
  const Option known[] = {
      {"--output", "-o", StoreIn(&options.output)},
      {"--output-dir", "", StoreIn(&options.output_directory)},
      {"--in-place", "", &options.in_place},
      {"--compress-debug-sections", "",
       [&](const std::string& value) {
         return ParseSections(value, &options.sections);
       }},
      {"--jobs", "-j",
       [&](const std::string& value) {
         return ParseJobs(value, &options.jobs);
       }},
      {"--verify", "", &options.verify},
      {"--stats", "", &options.stats},
      {"--format", "",
       [&](const std::string& value) {
         return ParseFormat(value, &options.json);
       }},
      {"--quiet", "-q", &options.quiet},
      {"--help", "-h", &options.help},
      {"--version", "", &options.version},
  };
  *error = ParseArguments(argc, argv, known, &options.files);
  if (error->empty()) *error = Contradiction(options);
  if (!error->empty()) return std::nullopt;
  return options;
}

std::string HelpText() {
  return "Usage: dwreloc-compress [OPTION]... FILE -o OUT\n"
         "       dwreloc-compress [OPTION]... FILE... --output-dir=DIR\n"
         "       dwreloc-compress [OPTION]... FILE... --in-place\n"
         "\n"
         "Makes the debugging information of ELF files smaller: what\n"
         "several units say is there once, and offsets that no loader changes\n"
         "need no relocation records. What is not understood is left as it\n"
         "is.\n"
         "\n"
         "  -o OUT, --output=OUT  where the one file goes; - is standard "
         "output\n"
         "  --output-dir=DIR      where files go, by their names\n"
         "  --in-place            each file takes the place of what was read\n"
         "  --compress-debug-sections=none|zlib|zstd\n"
         "                        compress sections of debugging information\n"
         "  -j N, --jobs=N        so many files at once; 0: as many as there "
         "are\n"
         "                        processors\n"
         "  --verify              read each file again and compare what it "
         "says\n"
         "                        (dwreloc-diff); if it differs, leave it as "
         "it "
         "is\n"
         "  --stats               show sizes by section, and what was saved\n"
         "  --format=text|json    how to show them\n"
         "  -q, --quiet           no progress, no reasons\n"
         "  --help, --version\n"
         "\n"
         "Exit status: 0; 1 if a file was left as it is because something was\n"
         "not understood, or could not be read or written; 2 for wrong "
         "usage.\n";
}

}  // namespace dwreloc_tools::compress
