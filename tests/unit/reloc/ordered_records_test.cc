// Tests of reloc/ordered_records: records that stay where they are give what
// the same records in columns give, and one that is unlike the others takes all
// of them to columns.

#include "reloc/ordered_records.h"

#include <elf.h>

#include <filesystem>
#include <memory>
#include <random>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "gtest/gtest.h"
#include "read/reloc_cursor.h"
#include "reloc/lazy_digest.h"
#include "support/reloc_fixture.h"
#include "support/temp_directory.h"

namespace dwreloc::internal {
namespace {

constexpr uint32_t kBlock = OrderedRecords::kBlock;

// The same records twice.  In one file another follows that changes nothing but
// is of another type, so that they are in columns.
struct Twins {
  RelocFixture ordered;
  RelocFixture columns;

  template <typename Write>
  explicit Twins(const Write& write) {
    for (RelocFixture* f : {&ordered, &columns}) write(*f);
    columns.elf.Reloc(columns.info, {.offset = 0, .type = R_X86_64_NONE});
  }
};

void Compare(Twins& twins, bool stays, int stride = 1) {
  const RelocTable& one = twins.ordered.Table();
  const RelocTable& other = twins.columns.Table();
  ASSERT_EQ(one.has_columns(), !stays);
  ASSERT_TRUE(other.has_columns());
  EXPECT_EQ(one.static_count(), other.static_count());
  EXPECT_EQ(one.was_sorted(), other.was_sorted());
  EXPECT_EQ(one.has_odd_widths(), other.has_odd_widths());
  EXPECT_EQ(one.diagnostics().size(), other.diagnostics().size());
  std::mt19937 random(1);
  const uint64_t size = twins.ordered.Open().View(4).bytes.size();
  RelocHint hint;
  for (uint64_t i = 0; i < size + 9; i += static_cast<uint64_t>(stride)) {
    for (const uint64_t offset : {i, random() % (size + 9)}) {
      SCOPED_TRACE(testing::Message()
                   << offset << " from " << hint.at4 << " of " << size);
      const RelocHint before = hint;
      for (const int width : {1, 2, 4, 8}) {
        RelocHint fresh;
        RelocHint fresh_too;
        const std::string expected =
            Show(other.Lookup(offset, width, 7, fresh_too));
        ASSERT_EQ(Show(one.Lookup(offset, width, 7, hint)), expected);
        ASSERT_EQ(Show(one.Lookup(offset, width, 7, fresh)), expected);
        hint = before;
        ASSERT_EQ(one.SurelyNone(offset, width, hint.at4, hint),
                  other.SurelyNone(offset, width, fresh_too.at4, fresh_too));
      }
      RelocHint fresh;
      uint64_t number = 0;
      uint64_t number_too = 0;
      ASSERT_EQ(one.FindStatic4(offset, hint.at4, &number),
                other.FindStatic4(offset, fresh.at4, &number_too));
      ASSERT_EQ(number, number_too);
      RelocValue value;
      RelocValue value_too;
      ASSERT_EQ(one.Find8(offset, hint.at4, hint, &value),
                other.Find8(offset, fresh.at4, fresh, &value_too));
      ASSERT_EQ(Show(value), Show(value_too));
      ASSERT_EQ(Show(one.At(offset, hint)), Show(other.At(offset, fresh)));
    }
  }
}

// Appends a datum and its record.  f.elf has the records in this order.
void Add(RelocFixture& f, int width, uint32_t type, uint32_t symbol,
         int64_t addend) {
  f.elf.Reloc(f.info, {f.a.offset(), type, symbol, addend});
  f.a.Zeros(static_cast<uint64_t>(width));
}

// `count` records as compilers write them, with data between some of them.
void Write(RelocFixture& f, uint32_t count, uint32_t seed) {
  std::mt19937 random(seed);
  const uint32_t addresses[] = {f.text, f.function, f.undefined, f.common};
  for (uint32_t i = 0; i < count; ++i) {
    if (random() % 2 == 0) f.a.Zeros(random() % 12);
    if (random() % 4 == 0) {
      Add(f, 8, R_X86_64_64, addresses[random() % 4],
          static_cast<int32_t>(random()));
    } else {
      Add(f, 4, R_X86_64_32, f.str, random());
    }
  }
}

TEST(OrderedRecordsTest, GiveWhatColumnsGive) {
  for (const uint32_t count : {1u, 2u, kBlock - 1, kBlock, kBlock + 1,
                               2 * kBlock, 2 * kBlock + 1, 5 * kBlock, 400u}) {
    for (uint32_t seed = 1; seed <= 3; ++seed) {
      SCOPED_TRACE(testing::Message() << count << " records, seed " << seed);
      Twins twins([&](RelocFixture& f) {
        Write(f, count, seed);
        f.a.Zeros(seed);
      });
      Compare(twins, true);
    }
  }
}

TEST(OrderedRecordsTest, OfOneTypeOnly) {
  Twins numbers([](RelocFixture& f) {
    for (int i = 0; i < 40; ++i) Add(f, 4, R_X86_64_32, f.str, i);
  });
  Compare(numbers, true);
  Twins addresses([](RelocFixture& f) {
    for (int i = 0; i < 40; ++i) Add(f, 8, R_X86_64_64, f.text, i);
  });
  Compare(addresses, true);
}

// Where nothing is read but the offset of every eighth record.
TEST(OrderedRecordsTest, CostAFractionOfAByteEach) {
  RelocFixture f;
  constexpr uint32_t kCount = 1600;
  Write(f, kCount, 1);
  EXPECT_LE(f.Table().memory(), sizeof(RelocTable) + kCount / kBlock * 6 + 8);
}

// One record of many that is unlike the others.
struct Odd {
  const char* name;
  void (*write)(RelocFixture&);
};

const Odd kOdd[] = {
    {"another type",
     [](RelocFixture& f) { Add(f, 4, R_X86_64_32S, f.str, 1); }},
    {"a thread's",
     [](RelocFixture& f) { Add(f, 8, R_X86_64_DTPOFF64, f.tls, 1); }},
    {"unknown type", [](RelocFixture& f) { Add(f, 4, 0x7777, f.str, 1); }},
    {"a symbol with a value",
     [](RelocFixture& f) { Add(f, 4, R_X86_64_32, f.string, 1); }},
    {"an address of 4 bytes",
     [](RelocFixture& f) { Add(f, 4, R_X86_64_32, f.text, 1); }},
    {"a number of 8 bytes",
     [](RelocFixture& f) { Add(f, 8, R_X86_64_64, f.str, 1); }},
    {"no symbol", [](RelocFixture& f) { Add(f, 8, R_X86_64_64, 0, 1); }},
    {"no such symbol",
     [](RelocFixture& f) { Add(f, 8, R_X86_64_64, 99999, 1); }},
    {"all bits", [](RelocFixture& f) { Add(f, 4, UINT32_MAX, UINT32_MAX, 0); }},
    {"no bits", [](RelocFixture& f) { Add(f, 4, 0, 0, 0); }},
    {"a negative number",
     [](RelocFixture& f) { Add(f, 4, R_X86_64_32, f.str, -1); }},
    {"a large number",
     [](RelocFixture& f) { Add(f, 4, R_X86_64_32, f.str, int64_t{1} << 32); }},
    {"a repetition",
     [](RelocFixture& f) {
       const uint64_t at = f.a.offset();
       Add(f, 4, R_X86_64_32, f.str, 1);
       f.elf.Reloc(f.info, {at, R_X86_64_32, f.str, 1});
     }},
    {"an overlap",
     [](RelocFixture& f) {
       const uint64_t at = f.a.offset();
       Add(f, 8, R_X86_64_64, f.text, 1);
       f.elf.Reloc(f.info, {at + 4, R_X86_64_32, f.str, 1});
     }},
    {"one out of order",
     [](RelocFixture& f) {
       const uint64_t at = f.a.offset();
       f.a.Zeros(4);
       Add(f, 4, R_X86_64_32, f.str, 1);
       f.elf.Reloc(f.info, {at, R_X86_64_32, f.str, 2});
     }},
    {"one beyond the end",
     [](RelocFixture& f) {
       f.elf.Reloc(f.info, {uint64_t{1} << 20, R_X86_64_32, f.str, 2});
     }},
    {"one beyond 4 GiB",
     [](RelocFixture& f) {
       f.elf.Reloc(f.info, {uint64_t{1} << 33, R_X86_64_32, f.str, 2});
     }},
    {"one at the end of all places",
     [](RelocFixture& f) {
       f.elf.Reloc(f.info, {UINT64_MAX - 3, R_X86_64_32, f.str, 2});
     }},
};

// It is found wherever it is, though nobody asks for it.
TEST(OrderedRecordsTest, OneThatIsUnlikeTheOthersTakesAllToColumns) {
  for (const Odd& odd : kOdd) {
    for (const uint32_t before : {0u, 1u, kBlock - 1, kBlock, 3 * kBlock + 5}) {
      for (const uint32_t after : {0u, 1u, 2 * kBlock}) {
        SCOPED_TRACE(testing::Message()
                     << odd.name << ", " << before << " records before it, "
                     << after << " after it");
        Twins twins([&](RelocFixture& f) {
          Write(f, before, 1);
          odd.write(f);
          Write(f, after, 2);
        });
        const bool is_alone = before == 0 && after == 0;
        if (is_alone && std::string_view(odd.name) == "another type") {
          Compare(twins, true);
        } else {
          Compare(twins, false, 3);
        }
      }
    }
  }
}

// More than are checked at once.
TEST(OrderedRecordsTest, OneBeyondAMillionBytesOfOthers) {
  constexpr uint32_t kCount = 60000;
  for (const bool has_odd : {false, true}) {
    Twins twins([&](RelocFixture& f) {
      Write(f, kCount, 1);
      if (has_odd) Add(f, 4, R_X86_64_32, f.str, -1);
    });
    Compare(twins, !has_odd, 1009);
  }
}

// Of a file that was opened by its path, many records are checked as copies, 64
// KiB after 64 KiB: one that is not in order is found wherever it is, and also
// if the file cannot be opened again.
TEST(OrderedRecordsTest, OutOfOrderInAFileOpenedByItsPath) {
  constexpr uint32_t kCount = 50000;
  constexpr uint32_t kPiece = 65472 / OrderedRecords::kSize;
  constexpr uint32_t kPart = 1048512 / OrderedRecords::kSize;
  for (const uint32_t odd : {kCount, 1u, kPiece - 1, kPiece, kPiece + 1,
                             kPart - 1, kPart, kPart + 1, kCount - 1}) {
    RelocFixture f;
    for (uint32_t i = 0; i < kCount; ++i) {
      const uint64_t before = i == odd ? 12 : 0;
      f.elf.Reloc(f.info, {16 + 8 * i - before, R_X86_64_32, f.str, i});
    }
    f.a.Zeros(16 + 8 * kCount);
    f.elf.Fill(f.info, f.a);
    const TempDirectory directory;
    const std::string path = directory.Write("many.o", f.elf.Build());
    for (const bool is_there : {true, false}) {
      SCOPED_TRACE(testing::Message() << odd << ' ' << is_there);
      const std::unique_ptr<ElfFile> file =
          ElfFile::OpenPath(path.c_str()).value();
      if (!is_there) std::filesystem::remove(path);
      EXPECT_EQ(file->Reopen().get() != kNoFd, is_there);
      const SymbolTable symbols(*file);
      const RelocSections sections(*file);
      const RelocContext context{*file, symbols, sections, FindMachine(*file)};
      const LazyDigest digest(context, f.info);
      EXPECT_EQ(digest.Get()->has_columns(), odd != kCount);
      EXPECT_EQ(digest.Get()->record_count(), kCount);
      RelocHint hint;
      for (const uint32_t i : {0u, kPiece + 2, kPart + 2, kCount - 2}) {
        EXPECT_EQ(digest.Get()->Lookup(16 + 8 * i, 4, 7, hint).value, i);
      }
    }
  }
}

TEST(OrderedRecordsTest, ManyThreadsReadThem) {
  RelocFixture f;
  Write(f, 4000, 1);
  const SectionView view = f.Open().View(f.info);
  const auto sum_of_all = [&view] {
    RelocCursor cursor(view);
    uint64_t sum = 0;
    while (cursor.remaining() >= 8) {
      RelocCursor wide = cursor;
      sum = sum * 31 + wide.Value(8).value;
      RelocValue other;
      sum += cursor.SectionOffset(4, &other);
    }
    return sum;
  };
  constexpr size_t kThreads = 4;
  uint64_t sums[kThreads];
  std::vector<std::thread> threads;
  for (uint64_t& sum : sums) threads.emplace_back([&] { sum = sum_of_all(); });
  for (std::thread& thread : threads) thread.join();
  for (const uint64_t sum : sums) EXPECT_EQ(sum, sum_of_all());
}

}  // namespace
}  // namespace dwreloc::internal
