// Compresses a file as dwreloc-compress does, and compares what comes out with
// it as dwreloc-diff does: no difference, and nothing that cannot be read but
// could be before.
//
// Input: an ELF file, or sections of a built one: .debug_info, .debug_abbrev,
// .debug_str, .debug_line, .debug_loclists, .debug_frame, .debug_rnglists.

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <dwreloc/dwreloc.hpp>
#include <string>

#include "dwreloc_compress/compress.h"
#include "dwreloc_diff/compare.h"
#include "fuzz_file.h"

namespace dwreloc_tools::compress {
namespace {

void CompressAndCompare(dwreloc::File& file, const Diets& diets) {
  const Compressed compressed = Compress(file, {.diets = diets});
  if (compressed.image.empty())
    return dwreloc::internal::Check(!compressed.why.empty());
  const dwreloc::File written =
      dwreloc::File::FromMemory(compressed.image, "b");
  const Comparison comparison =
      Compare(file, written, {.limit = std::size_t{1} << 16});
  std::uint64_t troubles[2] = {};
  for (const Trouble& trouble : comparison.troubles) ++troubles[trouble.file];
  if (comparison.difference_count == 0 && troubles[1] <= troubles[0]) return;
  for (const Difference& difference : comparison.differences)
    std::fprintf(stderr, "%s: %s: %s: %s, %s\n", difference.section.c_str(),
                 difference.path.c_str(), difference.what.c_str(),
                 difference.a.value_or("nothing").c_str(),
                 difference.b.value_or("nothing").c_str());
  for (const Trouble& trouble : comparison.troubles)
    std::fprintf(stderr, "%s\n", trouble.text.c_str());
  dwreloc::internal::Check(false);
}

}  // namespace
}  // namespace dwreloc_tools::compress

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const dwreloc::internal::FuzzFile built(
      data, size,
      {".debug_info", ".debug_abbrev", ".debug_str", ".debug_line",
       ".debug_loclists", ".debug_frame", ".debug_rnglists"});
  if (!built.ok()) return 0;
  try {
    dwreloc::File file = dwreloc::File::FromMemory(built.image(), "a");
    dwreloc_tools::compress::CompressAndCompare(file, {});
    dwreloc_tools::compress::CompressAndCompare(file,
                                                {.has_address_table = true});
  } catch (const dwreloc::Error&) {
    // It does not open.
  }
  return 0;
}
