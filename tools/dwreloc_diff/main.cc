// main.cc - dwreloc-diff: do two ELF files say the same, and where not?
//
// The comparison itself is in compare.h, for other programs.
#include <dwreloc/dwreloc.hpp>
#include <string>

#include "common/output.h"
#include "common/program.h"
#include "dwreloc_diff/compare.h"
#include "dwreloc_diff/options.h"
#include "dwreloc_diff/print.h"

namespace dwreloc_tools {
namespace {

constexpr const char* kProgram = "dwreloc-diff";
// As diff(1) has them; 1 is no error here.
constexpr int kSame = 0;
constexpr int kDifferent = 1;
constexpr int kTrouble = 2;

int Run(const Options& options, Output& out) {
  const dwreloc::File a(options.files[0]);
  const dwreloc::File b(options.files[1]);
  const Comparison comparison = Compare(a, b, {.limit = options.limit});
  PrintComparison(options, comparison, out);
  out.Flush();
  if (comparison.trouble_count != 0) return kTrouble;
  return comparison.difference_count != 0 ? kDifferent : kSame;
}

int Main(int argc, const char* const* argv) {
  return RunProgram(kProgram, argc, argv, &ParseOptions, &HelpText, &Run,
                    kTrouble);
}

}  // namespace
}  // namespace dwreloc_tools

int main(int argc, char** argv) { return dwreloc_tools::Main(argc, argv); }
