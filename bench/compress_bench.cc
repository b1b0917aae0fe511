// What dwreloc-compress takes, in bytes of the file per second: all of it, and
// the comparison of what it says with what it said (--verify).
//
// Opening the file is part of it, as it is for a user; writing is not.

#include <benchmark/benchmark.h>

#include <cstdio>
#include <cstdlib>
#include <dwreloc/dwreloc.hpp>

#include "bench_module.h"
#include "dwreloc_compress/compress.h"
#include "dwreloc_diff/compare.h"

namespace dwreloc_bench {
namespace {

using dwreloc_tools::compress::Compress;
using dwreloc_tools::compress::Compressed;
using dwreloc_tools::compress::SectionPacking;

Compressed CompressOrExit(dwreloc::File& file) {
  Compressed result = Compress(file, SectionPacking::kPlain);
  if (!result.image.empty()) return result;
  std::fprintf(stderr, "%s: %s\n", Path(), result.why.c_str());
  std::exit(1);
}

void BM_Compress(benchmark::State& state) {
  std::size_t after = 0;
  for (auto _ : state) {
    dwreloc::File file(Path());
    after = CompressOrExit(file).image.size();
  }
  const std::size_t before = dwreloc::File(Path()).bytes().size();
  state.SetBytesProcessed(static_cast<int64_t>(before) * state.iterations());
  state.counters["left"] =
      static_cast<double>(after) / static_cast<double>(before);
}
BENCHMARK(BM_Compress)->Unit(benchmark::kMillisecond);

void BM_Verify(benchmark::State& state) {
  dwreloc::File file(Path());
  const Compressed smaller = CompressOrExit(file);
  const dwreloc::File copy = dwreloc::File::FromMemory(smaller.image);
  for (auto _ : state) {
    if (!dwreloc_tools::Compare(file, copy, {.limit = 1}).is_same()) {
      state.SkipWithError("it says something else");
      break;
    }
  }
  state.SetBytesProcessed(static_cast<int64_t>(file.bytes().size()) *
                          state.iterations());
}
BENCHMARK(BM_Verify)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace dwreloc_bench

BENCHMARK_MAIN();
