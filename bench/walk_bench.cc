// Whole-file reading: every DIE and attribute, every line row, every range
// and location, from a warm module.

#include <benchmark/benchmark.h>

#include "bench_module.h"

namespace dwreloc_bench {
namespace {

// What a reader does with attributes: takes numbers, touches strings.
void BM_Walk(benchmark::State& state) {
  const ModulePtr module = Open();
  std::vector<Dwreloc_Attribute> attributes(1024);
  uint64_t dies = 0;
  uint64_t total = 0;
  for (auto _ : state) {
    const Dwreloc_Unit* unit = nullptr;
    uint64_t sum = 0;
    dies = 0;
    total = 0;
    while (dwreloc_units_next(module.get(), &unit) == 1) {
      Dwreloc_Walk walk;
      Check(dwreloc_walk_begin(unit, &walk), "walk");
      Dwreloc_Die die;
      size_t count = 0;
      while (dwreloc_walk_next(&walk, &die, nullptr, attributes.data(),
                               attributes.size(), &count) == 1) {
        ++dies;
        total += count;
        for (size_t i = 0; i < count; ++i) sum += attributes[i].value;
      }
    }
    benchmark::DoNotOptimize(sum);
  }
  state.SetItemsProcessed(state.iterations() * static_cast<int64_t>(total));
  state.counters["dies"] = static_cast<double>(dies);
  state.counters["attributes"] = static_cast<double>(total);
}
BENCHMARK(BM_Walk)->Unit(benchmark::kMillisecond);

void BM_Strings(benchmark::State& state) {
  const ModulePtr module = Open();
  const std::vector<Dwreloc_Attribute> attributes =
      Collect(module.get(), [](const Dwreloc_Attribute& attribute) {
        return attribute.attribute_class == DWRELOC_CLASS_STRING;
      });
  size_t next = 0;
  for (auto _ : state) {
    const char* string = nullptr;
    dwreloc_formstring(&attributes[next], &string, nullptr);
    benchmark::DoNotOptimize(*string);
    if (++next == attributes.size()) next = 0;
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(BM_Strings);

void BM_Lines(benchmark::State& state) {
  const ModulePtr module = Open();
  uint64_t rows = 0;
  std::vector<Dwreloc_Line> lines(256);
  for (auto _ : state) {
    rows = 0;
    const Dwreloc_Unit* unit = nullptr;
    while (dwreloc_units_next(module.get(), &unit) == 1) {
      const Dwreloc_Line_Table* table = nullptr;
      if (dwreloc_line_table(unit, &table) != 1) continue;
      Dwreloc_Rows cursor;
      Check(dwreloc_rows_begin(table, &cursor), "rows");
      size_t count = 0;
      while (dwreloc_rows_next_many(&cursor, lines.data(), lines.size(),
                                    &count) == 1) {
        rows += count;
        benchmark::DoNotOptimize(lines.data());
      }
    }
  }
  state.SetItemsProcessed(state.iterations() * static_cast<int64_t>(rows));
  state.counters["rows"] = static_cast<double>(rows);
}
BENCHMARK(BM_Lines)->Unit(benchmark::kMillisecond);

// Every entry of the lists that these attributes refer to.
void BM_Locations(benchmark::State& state) {
  const ModulePtr module = Open();
  const std::vector<Dwreloc_Attribute> attributes =
      Collect(module.get(), [](const Dwreloc_Attribute& attribute) {
        return attribute.attribute_class == DWRELOC_CLASS_LOCLIST;
      });
  uint64_t entries = 0;
  for (auto _ : state) {
    entries = 0;
    for (const Dwreloc_Attribute& attribute : attributes) {
      Dwreloc_List list;
      if (dwreloc_locations_begin(&attribute, &list) != 1) continue;
      Dwreloc_Relocatable begin;
      Dwreloc_Relocatable end;
      Dwreloc_Expression expression;
      while (dwreloc_locations_next(&list, &begin, &end, &expression) > 0) {
        ++entries;
      }
    }
  }
  state.SetItemsProcessed(state.iterations() * static_cast<int64_t>(entries));
  state.counters["entries"] = static_cast<double>(entries);
}
BENCHMARK(BM_Locations)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace dwreloc_bench

BENCHMARK_MAIN();
