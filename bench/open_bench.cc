// What opening costs, and what the first use adds: the pass over the section
// headers, and the digest.

#include <benchmark/benchmark.h>

#include "bench_module.h"

namespace dwreloc_bench {
namespace {

void BM_Open(benchmark::State& state) {
  for (auto _ : state) {
    const ModulePtr module = Open();
    benchmark::DoNotOptimize(module.get());
  }
}
BENCHMARK(BM_Open);

// The first question to a module that digests all; opening is not timed.
void BM_Digest(benchmark::State& state) {
  uint64_t records = 0;
  uint64_t bytes = 0;
  for (auto _ : state) {
    state.PauseTiming();
    ModulePtr module = Open();
    state.ResumeTiming();
    Check(dwreloc_digest_all(module.get()), "digest");
    state.PauseTiming();
    Dwreloc_Stats stats;
    Check(dwreloc_stats(module.get(), &stats), "stats");
    records = stats.records_digested;
    bytes = stats.digest_bytes;
    module.reset();
    state.ResumeTiming();
  }
  state.SetItemsProcessed(state.iterations() * static_cast<int64_t>(records));
  state.counters["records"] = static_cast<double>(records);
  state.counters["bytes/record"] =
      static_cast<double>(bytes) / static_cast<double>(records);
}
BENCHMARK(BM_Digest);

}  // namespace
}  // namespace dwreloc_bench

BENCHMARK_MAIN();
