// Threads that need the digest of one section at once: they share the records,
// and all get what one alone would.
//
// Run under TSan by .ci/run.  Records are many enough for several parts of an
// OrderedCheck, and a bad one may be in any of them.

#include <elf.h>
#include <gtest/gtest.h>

#include <barrier>
#include <cstdint>
#include <string>
#include <thread>
#include <vector>

#include "reloc/lazy_digest.h"
#include "reloc/reloc_table.h"
#include "support/reloc_fixture.h"

namespace dwreloc::internal {
namespace {

constexpr int kThreads = 4;
constexpr uint32_t kRecords = 240000;  // of 24 bytes: six parts
constexpr uint64_t kStride = 12;

// One record each kStride bytes, one address in four.  `odd`: the number of one
// that cannot stay where it is, or kRecords.
void Write(RelocFixture& f, uint32_t odd) {
  for (uint32_t i = 0; i < kRecords; ++i) {
    const uint64_t offset = i * kStride;
    f.a.Zeros(kStride);
    if (i == odd) {
      f.elf.Reloc(f.info, {.offset = offset, .type = R_X86_64_NONE});
    } else if (i % 4 == 0) {
      f.elf.Reloc(f.info, {offset, R_X86_64_64, f.text, i});
    } else {
      f.elf.Reloc(f.info, {offset, R_X86_64_32, f.str, i});
    }
  }
}

class DigestTest : public testing::TestWithParam<uint32_t> {};

TEST_P(DigestTest, ThreadsThatMeetGetWhatOneAloneGets) {
  const uint32_t odd = GetParam();
  RelocFixture f;
  Write(f, odd);
  OpenedFile& opened = f.Open();
  for (int round = 0; round < 5; ++round) {
    const LazyDigest digest(opened.context(), f.info);
    std::barrier start(kThreads);
    std::vector<const RelocTable*> tables(kThreads);
    std::vector<std::thread> threads;
    for (const RelocTable*& table : tables) {
      threads.emplace_back([&start, &digest, &table] {
        start.arrive_and_wait();
        table = digest.Get();
      });
    }
    for (std::thread& thread : threads) thread.join();
    for (const RelocTable* table : tables) ASSERT_EQ(table, tables[0]);
    const RelocTable& table = *tables[0];
    EXPECT_EQ(table.has_columns(), odd < kRecords);
    EXPECT_EQ(table.record_count(), kRecords);
    EXPECT_TRUE(table.was_sorted());
    EXPECT_EQ(table.static_count(),
              kRecords / 4 * 3 - (odd < kRecords && odd % 4 != 0 ? 1 : 0));
    // From behind, so that no hint helps.
    for (uint32_t i = kRecords; i-- > 0;) {
      RelocHint hint;
      const int width = i % 4 == 0 ? 8 : 4;
      const RelocValue value = table.Lookup(i * kStride, width, 7, hint);
      if (i == odd) {
        ASSERT_FALSE(value.has_record);
      } else {
        ASSERT_EQ(value.kind,
                  width == 8 ? RelocKind::kSection : RelocKind::kConstant);
        ASSERT_EQ(value.value, i);
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(OddRecord, DigestTest,
                         testing::Values(kRecords, 0u, 1u, 44000u,
                                         kRecords - 1),
                         [](const auto& test) {
                           return test.param == kRecords
                                      ? std::string("None")
                                      : std::to_string(test.param);
                         });

}  // namespace
}  // namespace dwreloc::internal
