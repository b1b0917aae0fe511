// options.cc - see options.h.
#include "dwreloc_compress/options.h"

#include <charconv>
#include <filesystem>
#include <set>
#include <string_view>
#include <thread>

namespace dwreloc_tools::compress {
namespace {

// Takes an option without a value; false if it is none.
bool ApplyFlag(Options& options, std::string_view name) {
  if (name == "--in-place") {
    options.in_place = true;
  } else if (name == "--stats") {
    options.stats = true;
  } else if (name == "--verify") {
    options.verify = true;
  } else if (name == "--quiet" || name == "-q") {
    options.quiet = true;
  } else if (name == "--help" || name == "-h") {
    options.help = true;
  } else if (name == "--version") {
    options.version = true;
  } else {
    return false;
  }
  return true;
}

bool ParseJobs(std::string_view text, unsigned* jobs) {
  constexpr unsigned kMost = 1024;
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), *jobs);
  if (error != std::errc() || end != text.data() + text.size() || *jobs > kMost)
    return false;
  if (*jobs == 0) *jobs = std::max(1u, std::thread::hardware_concurrency());
  return true;
}

bool ApplyFormat(Options& options, std::string_view value) {
  options.json = value == "json";
  return options.json || value == "text";
}

bool ApplySections(Options& options, std::string_view value) {
  if (value == "zlib") {
    options.sections = SectionPacking::kZlib;
  } else if (value == "zstd") {
    options.sections = SectionPacking::kZstd;
  } else {
    options.sections = SectionPacking::kPlain;
    return value == "none";
  }
  return true;
}

// Returns an empty string or the error.
std::string ApplyValue(Options& options, const std::string& name,
                       const std::string& value) {
  bool is_right = true;
  if (name == "--output") {
    options.output = value;
  } else if (name == "--output-dir") {
    options.output_directory = value;
  } else if (name == "--jobs") {
    is_right = ParseJobs(value, &options.jobs);
  } else if (name == "--format") {
    is_right = ApplyFormat(options, value);
  } else if (name == "--compress-debug-sections") {
    is_right = ApplySections(options, value);
  } else {
    return "unknown option '" + name + "'";
  }
  if (value.empty()) return "option '" + name + "' needs a value";
  return is_right ? "" : "option '" + name + "': wrong value '" + value + "'";
}

std::string Apply(Options& options, const std::string& argument) {
  if (ApplyFlag(options, argument)) return "";
  const std::size_t equals = argument.find('=');
  const std::string name = argument.substr(0, equals);
  Options ignored;
  if (ApplyFlag(ignored, name)) return "option '" + name + "' takes no value";
  return ApplyValue(
      options, name,
      equals == std::string::npos ? "" : argument.substr(equals + 1));
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
  bool only_files = false;
  for (int i = 1; i < argc && error->empty(); ++i) {
    const std::string argument = argv[i];
    if (only_files || argument.size() < 2 || argument[0] != '-') {
      options.files.push_back(argument);
    } else if (argument == "--") {
      only_files = true;
    } else if (argument.starts_with("-o") || argument.starts_with("-j")) {
      const std::string name = argument[1] == 'o' ? "--output" : "--jobs";
      if (argument.size() > 2) {
        *error = ApplyValue(options, name, argument.substr(2));
      } else if (++i == argc) {
        *error = "option '" + argument + "' needs a value";
      } else {
        *error = ApplyValue(options, name, argv[i]);
      }
    } else {
      *error = Apply(options, argument);
    }
  }
  if (error->empty()) *error = Contradiction(options);
  if (!error->empty()) return std::nullopt;
  return options;
}

std::string HelpText() {
  return "Usage: dwreloc-compress [OPTION]... FILE -o OUT\n"
         "       dwreloc-compress [OPTION]... FILE... --output-dir=DIR\n"
         "       dwreloc-compress [OPTION]... FILE... --in-place\n"
         "\n"
         "Makes the debugging information of unlinked ELF files smaller: what\n"
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
