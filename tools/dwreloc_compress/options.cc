// options.cc - see options.h.
#include "dwreloc_compress/options.h"

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <set>
#include <string_view>
#include <system_error>
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

// "2/8": the third range of eight.
std::string ParseRange(const std::string& text, Options* options) {
  constexpr std::uint32_t kMost = 65536;
  const char* const end = text.data() + text.size();
  const auto [slash, error] = std::from_chars(text.data(), end, options->range);
  const bool has_count = error == std::errc() && slash != end && *slash == '/';
  const auto [last, count_error] =
      std::from_chars(has_count ? slash + 1 : end, end, options->range_count);
  if (!has_count || count_error != std::errc() || last != end ||
      options->range >= options->range_count || options->range_count > kMost)
    return "I/N, I less than N";
  options->phase = Phase::kMerge;
  return "";
}

std::string ParsePlan(const std::string& value, Options* options) {
  options->phase = Phase::kPlan;
  options->plan = value == "make" ? PlanFormat::kMake : PlanFormat::kNinja;
  return value == "make" || value == "ninja" ? "" : "ninja or make";
}

std::string ParseCount(const std::string& text, std::uint32_t* count) {
  constexpr std::uint32_t kMost = 65536;
  const char* const end = text.data() + text.size();
  const auto [at, error] = std::from_chars(text.data(), end, *count);
  return error != std::errc() || at != end || *count == 0 || *count > kMost
             ? "a number from 1 to 65536"
             : "";
}

std::string PlanContradiction(const Options& options) {
  if (options.multifile.empty() || options.output_directory.empty())
    return "--plan needs --multifile and --output-dir";
  if (options.in_place || !options.common.empty())
    return "--plan has no --in-place and no --common";
  return "";
}

std::string PhaseContradiction(const Options& options) {
  if (options.in_place) return "a phase has no --in-place";
  if (!options.multifile.empty() || !options.common.empty())
    return "--multifile and --common are no phases";
  if (options.phase != Phase::kIndex && options.output.empty())
    return "--merge and --join need -o";
  return "";
}

std::filesystem::path Canonical(const std::string& path) {
  std::error_code ignored;
  return std::filesystem::weakly_canonical(std::filesystem::absolute(path),
                                           ignored);
}

// No output may take the place of another one, or of what is still to be read.
std::string PathContradiction(const Options& options) {
  namespace fs = std::filesystem;
  std::set<fs::path> names;
  std::set<fs::path> taken;
  for (const std::string& file : options.files) {
    taken.insert(Canonical(file));
    if (options.output_directory.empty()) continue;
    const fs::path name = fs::path(file).filename();
    if (!names.insert(name).second)
      return "two files of the name " + name.string() + " for one directory";
    const fs::path output = Canonical(InOutputDirectory(options, file));
    // A build file would say that they are made of themselves.
    if (options.phase == Phase::kPlan && taken.contains(output))
      return "a plan cannot write " + output.string() + " in its place";
    taken.insert(output);
  }
  if (options.output != "-" && !options.output.empty())
    taken.insert(Canonical(options.output));
  for (const std::string* path : {&options.multifile, &options.report})
    if (!path->empty() && !taken.insert(Canonical(*path)).second)
      return *path + " would be written twice, or is read";
  if (!options.common.empty() && taken.contains(Canonical(options.common)))
    return options.common + " would be written, and is read";
  return "";
}

std::string DietContradiction(const Options& options) {
  const bool has_common = !options.multifile.empty() || !options.common.empty();
  if (options.diets.has_no_partial_units &&
      (has_common || options.phase != Phase::kCompress))
    return "a common file has partial units";
  if (options.verify &&
      (options.diets.has_no_partial_units || options.diets.joins_declarations))
    return "--verify is not for what changes what is said";
  if (options.linkable && (has_common || options.phase != Phase::kCompress))
    return "--linkable is for files without a common one";
  if (options.linkable && options.diets.has_address_table)
    return "--linkable has no --address-table";
  return "";
}

// What one option alone does not show to be wrong.
std::string Contradiction(const Options& options) {
  if (options.help || options.version) return "";
  if (options.files.empty()) return "no FILE given";
  if (!options.multifile.empty() && !options.common.empty())
    return "one of --multifile and --common at a time";
  if (options.forms == SupplementForms::kDwarf5 && options.multifile.empty() &&
      options.phase == Phase::kCompress)
    return "--dwarf-5 is for --multifile and --join";
  std::string diet = DietContradiction(options);
  if (!diet.empty()) return diet;
  if (options.phase == Phase::kPlan) {
    std::string wrong = PlanContradiction(options);
    if (!wrong.empty()) return wrong;
  } else if (options.phase != Phase::kCompress) {
    std::string wrong = PhaseContradiction(options);
    if (!wrong.empty()) return wrong;
    if (options.phase != Phase::kIndex) return "";
  }
  // That of a plan is the plan.
  const bool has_output =
      !options.output.empty() && options.phase != Phase::kPlan;
  const int outputs = (has_output ? 1 : 0) +
                      (options.output_directory.empty() ? 0 : 1) +
                      (options.in_place ? 1 : 0);
  if (outputs == 0) return "no output given (-o, --output-dir or --in-place)";
  if (outputs > 1) return "one of -o, --output-dir and --in-place at a time";
  if (options.output == "-" && has_output &&
      (!options.multifile.empty() || options.phase != Phase::kCompress ||
       options.stats))
    return "standard output takes one file alone";
  if (options.report == "-") return "--report needs a file";
  if (options.files.size() > 1 && has_output)
    return "several files need --output-dir or --in-place";
  return PathContradiction(options);
}

}  // namespace

std::string InOutputDirectory(const Options& options, const std::string& file) {
  return (std::filesystem::path(options.output_directory) /
          std::filesystem::path(file).filename())
      .string();
}

std::optional<Options> ParseOptions(int argc, const char* const* argv,
                                    std::string* error) {
  Options options;
  bool index = false;
  bool join = false;
  bool dwarf5 = false;
  const Option known[] = {
      {"--multifile", "-m", StoreIn(&options.multifile)},
      {"--multifile-name", "-M", StoreIn(&options.multifile_name)},
      {"--common", "", StoreIn(&options.common)},
      {"--dwarf-5", "-5", &dwarf5},
      {"--index", "", &index},
      {"--merge", "",
       [&](const std::string& value) { return ParseRange(value, &options); }},
      {"--join", "", &join},
      {"--plan", "",
       [&](const std::string& value) { return ParsePlan(value, &options); }},
      {"--work-dir", "", StoreIn(&options.work_directory)},
      {"--launcher", "", StoreIn(&options.launcher)},
      {"--ranges", "",
       [&](const std::string& value) {
         return ParseCount(value, &options.ranges);
       }},
      {"--batch", "",
       [&](const std::string& value) {
         return ParseCount(value, &options.batch);
       }},
      {"--lenient", "", &options.lenient},
      {"--join-declarations", "", &options.diets.joins_declarations},
      {"--no-partial-units", "", &options.diets.has_no_partial_units},
      {"--address-table", "", &options.diets.has_address_table},
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
      {"--linkable", "", &options.linkable},
      {"--verify", "", &options.verify},
      {"--stats", "", &options.stats},
      {"--report", "", StoreIn(&options.report)},
      {"--format", "",
       [&](const std::string& value) {
         return ParseFormat(value, &options.json);
       }},
      {"--quiet", "-q", &options.quiet},
      {"--help", "-h", &options.help},
      {"--version", "", &options.version},
  };
  *error = ParseArguments(argc, argv, known, &options.files);
  if (dwarf5) options.forms = SupplementForms::kDwarf5;
  if ((index ? 1 : 0) + (join ? 1 : 0) +
              (options.phase == Phase::kMerge ? 1 : 0) >
          1 &&
      error->empty())
    *error = "one phase at a time";
  if (index) options.phase = Phase::kIndex;
  if (join) options.phase = Phase::kJoin;
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
         "  --linkable            for objects that are still to be linked "
         "with\n"
         "                        others: keep the records that this takes\n"
         "  -j N, --jobs=N        so many files at once; 0: as many as there "
         "are\n"
         "                        processors\n"
         "  -m FILE, --multifile=FILE\n"
         "                        write what several files have in common to "
         "FILE,\n"
         "                        which they refer to\n"
         "  -M NAME, --multifile-name=NAME\n"
         "                        what they call it; else where it is from "
         "the\n"
         "                        output directory\n"
         "  -5, --dwarf-5         refer to it as DWARF 5 has it (.debug_sup), "
         "not as\n"
         "                        GNU does (.gnu_debugaltlink)\n"
         "  --common=FILE         refer to this common file, which is there\n"
         "  --join-declarations   a declared type is the one that is defined, "
         "if all\n"
         "                        definitions of the name are the same\n"
         "  --no-partial-units    what several units have is in one of them, "
         "for\n"
         "                        readers that do not import\n"
         "  --address-table       each address is there once, in .debug_addr: "
         "less\n"
         "                        relocation records (DWARF 5, unlinked "
         "files)\n"
         "  --verify              read each file again and compare what it "
         "says\n"
         "                        (dwreloc-diff); if it differs, leave it as "
         "it "
         "is\n"
         "  --stats               show sizes by section, and what was saved\n"
         "  --report=FILE.html    write a page that shows what takes how many "
         "bytes\n"
         "  --format=text|json    how to show them\n"
         "  -q, --quiet           no progress, no reasons\n"
         "  --help, --version\n"
         "\n"
         "The phases of --multifile, for many machines (see --common for the "
         "last):\n"
         "  --index FILE -o SPOOL        what a file has to share\n"
         "  --merge=I/N SPOOL... -o PART what they have in common, of range I "
         "of N\n"
         "  --join SPOOL... PART... -o COMMON\n"
         "                               the common file\n"
         "  --plan=ninja|make     write a build file that runs them, to -o or "
         "standard\n"
         "                        output; with --multifile and --output-dir\n"
         "  --work-dir=DIR        where spools and parts go; else COMMON.work\n"
         "  --launcher=COMMAND    what each command of the plan begins with\n"
         "  --ranges=N            how many merges; each takes memory for its "
         "range (4)\n"
         "  --batch=N             files that one command rewrites (16)\n"
         "  --lenient             a file that is left as it is is no failure\n"
         "\n"
         "Exit status: 0; 1 if a file was left as it is because something was\n"
         "not understood, or could not be read or written; 2 for wrong "
         "usage.\n";
}

}  // namespace dwreloc_tools::compress
