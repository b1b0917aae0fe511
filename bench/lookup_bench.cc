// One relocated datum from a warm digest, by its attribute: in the order of
// the file, and at random places.

#include <benchmark/benchmark.h>

#include <algorithm>
#include <random>

#include "bench_module.h"

namespace dwreloc_bench {
namespace {

void Lookup(benchmark::State& state, bool is_random) {
  const ModulePtr module = Open();
  std::vector<Dwreloc_Attribute> attributes =
      Collect(module.get(), [](const Dwreloc_Attribute& attribute) {
        return (attribute.flags & DWRELOC_ATTR_HAS_RECORD) != 0;
      });
  if (is_random) {
    std::mt19937_64 random(1);  // the same order in every run
    std::shuffle(attributes.begin(), attributes.end(), random);
  }
  size_t next = 0;
  for (auto _ : state) {
    Dwreloc_Relocatable value;
    dwreloc_form_relocatable(&attributes[next], &value);
    benchmark::DoNotOptimize(value);
    if (++next == attributes.size()) next = 0;
  }
  state.SetItemsProcessed(state.iterations());
}

void BM_LookupInOrder(benchmark::State& state) { Lookup(state, false); }
BENCHMARK(BM_LookupInOrder);

void BM_LookupAtRandom(benchmark::State& state) { Lookup(state, true); }
BENCHMARK(BM_LookupAtRandom);

}  // namespace
}  // namespace dwreloc_bench

BENCHMARK_MAIN();
