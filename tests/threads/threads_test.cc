// Many threads on one file: whatever is made on first use is made once, and
// every thread reads what a single one does.
//
// Run under TSan by .ci/run.  All threads start at a barrier, on a fresh
// module, so that they meet in each Lazy.

#include <dwreloc/dwreloc.h>
#include <gtest/gtest.h>

#include <atomic>
#include <barrier>
#include <chrono>
#include <cstdlib>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "support/full_read.h"

namespace dwreloc::internal {
namespace {

constexpr int kThreads = 8;

std::string DataPath(const std::string& name) {
  const char* directory = std::getenv("DWRELOC_TEST_DATA");
  return std::string(directory == nullptr ? "tests/data" : directory) + "/" +
         name;
}

struct Close {
  void operator()(Dwreloc_Module* module) const { dwreloc_close(module); }
};
using ModulePtr = std::unique_ptr<Dwreloc_Module, Close>;

ModulePtr Open(const std::string& name) {
  Dwreloc_Module* module = nullptr;
  EXPECT_EQ(dwreloc_open(DataPath(name).c_str(), &module), 0);
  return ModulePtr(module);
}

// Runs body(number) on all threads at once.
void Together(const std::function<void(int)>& body, int threads = kThreads) {
  std::barrier start(threads);
  std::vector<std::thread> all;
  for (int i = 0; i < threads; ++i) {
    all.emplace_back([&start, &body, i] {
      start.arrive_and_wait();
      body(i);
    });
  }
  for (std::thread& thread : all) thread.join();
}

// Everything of each of the objects, by all threads.
class ThreadsTest : public testing::TestWithParam<const char*> {};

TEST_P(ThreadsTest, FullReadsOfAFreshModuleAreAlike) {
  const ModulePtr alone = Open(GetParam());
  ASSERT_EQ(dwreloc_place_offline(alone.get(), 0x10000, nullptr), 0);
  const FullRead expected = ReadEverything(alone.get());
  EXPECT_EQ(expected.failure_count, 0u);
  Dwreloc_Stats expected_stats;
  ASSERT_EQ(dwreloc_stats(alone.get(), &expected_stats), 0);

  const ModulePtr module = Open(GetParam());
  ASSERT_EQ(dwreloc_place_offline(module.get(), 0x10000, nullptr), 0);
  std::vector<FullRead> reads(kThreads);
  Together([&](int i) {
    reads[static_cast<size_t>(i)] = ReadEverything(module.get());
  });
  for (const FullRead& read : reads) {
    EXPECT_EQ(read.totals, expected.totals)
        << DescribeLoss(read.totals, expected.totals);
    EXPECT_EQ(read.hash, expected.hash);
    EXPECT_TRUE(read.complaints.empty()) << read.complaints[0];
  }
  // Made once, not once per thread.
  Dwreloc_Stats stats;
  ASSERT_EQ(dwreloc_stats(module.get(), &stats), 0);
  EXPECT_EQ(stats.sections_digested, expected_stats.sections_digested);
  EXPECT_EQ(stats.records_digested, expected_stats.records_digested);
  EXPECT_EQ(stats.sections_decompressed, expected_stats.sections_decompressed);
  EXPECT_EQ(stats.decompressed_bytes, expected_stats.decompressed_bytes);
}

// Whatever is asked first of an open module makes what answers it.
TEST_P(ThreadsTest, FirstQuestionsOfAFreshModule) {
  const ModulePtr alone = Open(GetParam());
  Dwreloc_File_Info expected;
  ASSERT_EQ(dwreloc_file_info(alone.get(), &expected), 0);
  for (int round = 0; round < 20; ++round) {
    const ModulePtr module = Open(GetParam());
    std::atomic<int> failures = 0;
    Together([&](int i) {
      Dwreloc_File_Info info = {};
      Dwreloc_Section section;
      const Dwreloc_Unit* unit = nullptr;
      uint32_t found = 0;
      switch (i % 5) {
        case 0:
          failures += dwreloc_file_info(module.get(), &info) != 0 ||
                      info.symbol_count != expected.symbol_count;
          return;
        case 1:
          failures +=
              dwreloc_symbol_count(module.get()) != expected.symbol_count;
          return;
        case 2:
          failures += dwreloc_section(module.get(), 1, &section) != 0;
          return;
        case 3:
          failures +=
              dwreloc_find_section(module.get(), ".debug_info", 0, &found) != 1;
          return;
        default:
          failures += dwreloc_units_next(module.get(), &unit) != 1;
          return;
      }
    });
    EXPECT_EQ(failures, 0);
  }
}

// Half of the threads find the tree while the others are in the lines.
TEST_P(ThreadsTest, PartsOfAFreshModuleInAnyOrder) {
  const ModulePtr module = Open(GetParam());
  std::atomic<uint64_t> dies = 0;
  std::atomic<uint64_t> rows = 0;
  std::atomic<uint64_t> records = 0;
  std::atomic<int> failures = 0;
  const auto ok = [&failures](int result) {
    if (result < 0) ++failures;
    return result;
  };
  Together([&](int i) {
    const Dwreloc_Unit* unit = nullptr;
    switch (i % 4) {
      case 0:
        while (ok(dwreloc_units_next(module.get(), &unit)) == 1) {
          Dwreloc_Walk walk;
          Dwreloc_Die die;
          if (ok(dwreloc_walk_begin(unit, &walk)) != 1) continue;
          while (ok(dwreloc_walk_next(&walk, &die, nullptr, nullptr, 0,
                                      nullptr)) == 1) {
            ++dies;
          }
        }
        return;
      case 1:
        while (ok(dwreloc_units_next(module.get(), &unit)) == 1) {
          const Dwreloc_Line_Table* table;
          Dwreloc_Rows reader;
          Dwreloc_Line line;
          Dwreloc_Line_File file;
          if (ok(dwreloc_line_table(unit, &table)) != 1) continue;
          // A number beyond the table runs the program once for all.
          (void)dwreloc_line_file(table, 99'999, &file);
          if (ok(dwreloc_rows_begin(table, &reader)) != 1) continue;
          while (ok(dwreloc_rows_next(&reader, &line)) == 1) ++rows;
        }
        return;
      case 2:
        ok(dwreloc_owners(
            module.get(), DWRELOC_NO_SECTION,
            [](void* user, const Dwreloc_Record*, const Dwreloc_Owner*) {
              ++*static_cast<std::atomic<uint64_t>*>(user);
              return 0;
            },
            &records));
        return;
      default:
        // Counters while the counted is made.
        for (int n = 0; n < 100; ++n) {
          Dwreloc_Stats stats;
          Dwreloc_Section section;
          ok(dwreloc_stats(module.get(), &stats));
          ok(dwreloc_section(module.get(), 1, &section));
        }
        ok(dwreloc_digest_all(module.get()));
        return;
    }
  });
  EXPECT_EQ(failures, 0);
  EXPECT_GT(dies, 0u);
  EXPECT_GT(rows, 0u);
  EXPECT_GT(records, 0u);
  // Two threads each.
  EXPECT_EQ(dies % 2, 0u);
  EXPECT_EQ(rows % 2, 0u);
  EXPECT_EQ(records % 2, 0u);
}

INSTANTIATE_TEST_SUITE_P(Objects, ThreadsTest,
                         testing::Values("module/meter.ko", "tiny/tiny4.o",
                                         "tiny/tiny5z.o", "tiny/tiny4g.o",
                                         "tiny/tiny5n.o", "tiny/tiny32.o",
                                         "tiny/tinyc.o"),
                         [](const auto& object) {
                           std::string name = object.param;
                           for (char& c : name) {
                             if (c == '.' || c == '/') c = '_';
                           }
                           return name;
                         });

// A caller's callbacks, which count and dawdle, so that others must wait.
struct Oracle {
  std::mutex mutex;
  std::map<uint32_t, int> sections;
  std::map<uint32_t, int> symbols;

  static int Section(void* user, const Dwreloc_Module*,
                     const Dwreloc_Section* section, uint64_t* address) {
    Oracle* self = static_cast<Oracle*>(user);
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
    *address = 0x10000 * uint64_t{section->index};
    const std::lock_guard lock(self->mutex);
    ++self->sections[section->index];
    return DWRELOC_PLACED;
  }
  static int Symbol(void* user, const Dwreloc_Module*,
                    const Dwreloc_Symbol* symbol, uint64_t* address) {
    Oracle* self = static_cast<Oracle*>(user);
    *address = 0x1000 * uint64_t{symbol->index};
    const std::lock_guard lock(self->mutex);
    ++self->symbols[symbol->index];
    return symbol->index % 2 == 0 ? DWRELOC_PLACED : DWRELOC_ABSENT;
  }
  Dwreloc_Callbacks callbacks() {
    Dwreloc_Callbacks result = {};
    result.size = sizeof(result);
    result.user = this;
    result.section_address = &Section;
    result.symbol_address = &Symbol;
    return result;
  }
};

TEST(ResolverThreadsTest, EachQuestionIsAskedOnceForAllThreads) {
  const ModulePtr alone = Open("module/meter.ko");
  Oracle alone_oracle;
  const Dwreloc_Callbacks alone_callbacks = alone_oracle.callbacks();
  ASSERT_EQ(dwreloc_set_callbacks(alone.get(), &alone_callbacks), 0);
  const FullRead expected = ReadEverything(alone.get(), {.owners = false});

  const ModulePtr module = Open("module/meter.ko");
  Oracle oracle;
  const Dwreloc_Callbacks callbacks = oracle.callbacks();
  ASSERT_EQ(dwreloc_set_callbacks(module.get(), &callbacks), 0);
  std::vector<FullRead> reads(kThreads);
  Together([&](int i) {
    reads[static_cast<size_t>(i)] =
        ReadEverything(module.get(), {.owners = false});
  });
  for (const FullRead& read : reads) {
    EXPECT_EQ(read.totals, expected.totals);
    EXPECT_EQ(read.hash, expected.hash);
  }
  EXPECT_GT(oracle.sections.size(), 5u);
  for (const auto& [section, count] : oracle.sections) {
    EXPECT_EQ(count, 1) << "section " << section;
  }
  EXPECT_GT(oracle.symbols.size(), 0u);
  for (const auto& [symbol, count] : oracle.symbols) {
    EXPECT_EQ(count, 1) << "symbol " << symbol;
  }
  EXPECT_EQ(oracle.sections, alone_oracle.sections);
  EXPECT_EQ(oracle.symbols, alone_oracle.symbols);
  Dwreloc_Stats stats;
  ASSERT_EQ(dwreloc_stats(module.get(), &stats), 0);
  EXPECT_EQ(stats.sections_asked, oracle.sections.size());
  EXPECT_EQ(stats.symbols_asked, oracle.symbols.size());
}

// The last failure belongs to a thread.
TEST(ErrorThreadsTest, EachThreadSeesItsOwn) {
  const ModulePtr module = Open("module/meter.ko");
  std::atomic<int> wrong = 0;
  Together([&](int i) {
    for (int n = 0; n < 500; ++n) {
      Dwreloc_Section section;
      Dwreloc_Module* none = nullptr;
      const std::string path = "/nonexistent/" + std::to_string(i);
      int code;
      if (i % 2 == 0) {
        code = dwreloc_open(path.c_str(), &none);
      } else {
        code = dwreloc_section(module.get(), 10'000, &section);
      }
      Dwreloc_Error error;
      const std::string wanted = i % 2 == 0 ? path + ":" : "no section";
      if (dwreloc_error(&error) != code ||
          std::string(error.text).find(wanted) == std::string::npos) {
        ++wrong;
      }
    }
  });
  EXPECT_EQ(wrong, 0);
}

// Modules of their own, on threads of their own: nothing is shared.
TEST(ModulesThreadsTest, OpenAndCloseManyAtOnce) {
  std::atomic<uint64_t> hashes[2] = {0, 0};
  std::atomic<int> wrong = 0;
  Together([&](int i) {
    const char* const names[] = {"tiny/tiny5.o", "tiny/tiny32.o"};
    for (int n = 0; n < 20; ++n) {
      const ModulePtr module = Open(names[i % 2]);
      if (dwreloc_place_offline(module.get(), 0, nullptr) != 0) ++wrong;
      const uint64_t hash = ReadEverything(module.get()).hash;
      uint64_t before = 0;
      if (!hashes[i % 2].compare_exchange_strong(before, hash) &&
          before != hash) {
        ++wrong;
      }
    }
  });
  EXPECT_EQ(wrong, 0);
}

}  // namespace
}  // namespace dwreloc::internal
