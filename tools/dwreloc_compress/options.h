// options.h - what the user wants of dwreloc-compress.
//
// Tested by tests/cli/compress_test.py.
#ifndef DWRELOC_TOOLS_DWRELOC_COMPRESS_OPTIONS_H_
#define DWRELOC_TOOLS_DWRELOC_COMPRESS_OPTIONS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "dwreloc_compress/diets.h"
#include "dwreloc_compress/multifile/join.h"
#include "dwreloc_compress/pack.h"

namespace dwreloc_tools::compress {

inline constexpr const char* kProgram = "dwreloc-compress";

// What a run does: all, or one phase of many files that share a common one.
enum class Phase : std::uint8_t { kCompress, kIndex, kMerge, kJoin, kPlan };

// Who runs the phases.
enum class PlanFormat : std::uint8_t { kNinja, kMake };

struct Options {
  Phase phase = Phase::kCompress;
  std::vector<std::string> files;
  std::string output;            // of one file; "-": standard output
  std::string output_directory;  // of several
  bool in_place = false;
  std::string multifile;       // the common file to be made
  std::string common;          // the one that is there
  std::string multifile_name;  // how others refer to it; "": by its path
  SupplementForms forms = SupplementForms::kGnu;
  std::uint32_t range = 0;  // of kMerge, and how many there are
  std::uint32_t range_count = 1;
  PlanFormat plan = PlanFormat::kNinja;
  std::string work_directory;  // of kPlan: for spools and parts
  std::string launcher;        // of kPlan: in front of each command
  std::uint32_t ranges = 4;    // of kPlan
  std::uint32_t batch = 16;    // of kPlan: files that one command rewrites
  bool lenient = false;        // a file that stays as it is is no failure
  bool stats = false;
  std::string report;  // a page for people
  bool json = false;
  bool quiet = false;
  bool verify = false;
  Diets diets;
  bool linkable = false;
  SectionPacking sections = SectionPacking::kPlain;
  unsigned jobs = 1;
  bool help = false;
  bool version = false;
};

// The place of a file in the directory of outputs.
std::string InOutputDirectory(const Options& options, const std::string& file);

// Nothing, and *error says why, if the command line is wrong.
std::optional<Options> ParseOptions(int argc, const char* const* argv,
                                    std::string* error);
std::string HelpText();

}  // namespace dwreloc_tools::compress

#endif  // DWRELOC_TOOLS_DWRELOC_COMPRESS_OPTIONS_H_
