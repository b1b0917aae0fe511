// A workload as a benchmark: the time of one item, items and bytes per second.
//
//   int main(int argc, char** argv) {
//     Register("lines", "row", [] { return ReadLines(65536); });
//     return Main(argc, argv);
//   }
//
// prints lines ... s/row=12.3n.  The input is built when its benchmark runs and
// freed before the next one's is built.

#ifndef BENCH_LAYERS_MEASURE_H_
#define BENCH_LAYERS_MEASURE_H_

#include <benchmark/benchmark.h>

#include <cstdint>
#include <cstdlib>
#include <functional>
#include <string>
#include <utility>

#include "workloads/workload.h"

namespace dwreloc_bench {

using dwreloc::internal::Done;
using dwreloc::internal::Work;

// The library calls a benchmark several times, to find out how often to repeat
// it: the input of the last one is kept.
inline Work& Kept(const std::string& name, const std::function<Work()>& make) {
  static std::string kept_name;
  static Work kept;
  if (kept_name != name) {
    kept = nullptr;
    kept = make();
    kept_name = name;
  }
  return kept;
}

inline void Measure(benchmark::State& state, const char* item, Work& work) {
  // What is done once and kept is not measured.
  Done done = work();
  for (auto _ : state) {
    done = work();
    benchmark::DoNotOptimize(done.sum);
  }
  using benchmark::Counter;
  state.SetItemsProcessed(state.iterations() *
                          static_cast<int64_t>(done.items));
  if (done.bytes != 0) {
    state.SetBytesProcessed(state.iterations() *
                            static_cast<int64_t>(done.bytes));
  }
  state.counters[std::string("s/") + item] =
      Counter(static_cast<double>(done.items),
              Counter::kIsIterationInvariantRate | Counter::kInvert);
}

// `item` must outlive the program's run: a literal.
inline void Register(const std::string& name, const char* item,
                     std::function<Work()> make) {
  benchmark::RegisterBenchmark(
      name.c_str(),
      [name, item, make = std::move(make)](benchmark::State& state) {
        Measure(state, item, Kept(name, make));
      });
}

inline int Main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
  return 0;
}

}  // namespace dwreloc_bench

#endif  // BENCH_LAYERS_MEASURE_H_
