// Tests of reloc/column: sorting, and lookups from any hint.

#include "reloc/column.h"

#include <algorithm>
#include <cstdint>
#include <random>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace dwreloc::internal {
namespace {

struct Datum {
  static constexpr uint64_t kWidth = 4;
  uint32_t offset;
  uint32_t value;
};

void Fill(const std::vector<uint32_t>& offsets, Column<Datum>& column) {
  column.Reserve(offsets.size());
  for (uint32_t i = 0; i < offsets.size(); ++i) column.Add({offsets[i], i});
}

// `count` ascending offsets, at least 4 apart.
std::vector<uint32_t> Offsets(uint32_t count, uint32_t most_apart,
                              uint32_t seed) {
  std::mt19937 random(seed);
  std::vector<uint32_t> offsets;
  uint32_t offset = 0;
  for (uint32_t i = 0; i < count; ++i) {
    offset += 4 + static_cast<uint32_t>(random() % most_apart);
    offsets.push_back(offset);
  }
  return offsets;
}

TEST(ColumnTest, SortsStably) {
  std::mt19937 random(1);
  // Few enough for a plain sort, and many; offsets that differ in all of their
  // bits, or in few.
  for (const uint32_t count : {0u, 1u, 2u, 255u, 256u, 5000u}) {
    for (const uint32_t mask : {0xffffffffu, 0xffu, 0x7ff00000u}) {
      std::vector<Datum> expected;
      Column<Datum> column;
      column.Reserve(count);
      for (uint32_t i = 0; i < count; ++i) {
        const Datum datum = {static_cast<uint32_t>(random()) & mask, i};
        expected.push_back(datum);
        column.Add(datum);
      }
      std::stable_sort(
          expected.begin(), expected.end(),
          [](const Datum& a, const Datum& b) { return a.offset < b.offset; });
      column.Sort();
      for (uint32_t i = 0; i < count; ++i) {
        ASSERT_EQ(column[i].offset, expected[i].offset) << i;
        ASSERT_EQ(column[i].value, expected[i].value) << i;
      }
    }
  }
}

TEST(ColumnTest, EmptyHasNothing) {
  Column<Datum> column;
  column.Reserve(0);
  column.Finish(100);
  uint32_t hint = 0;
  EXPECT_EQ(column.count(), 0u);
  EXPECT_EQ(column.Find(0, hint), nullptr);
  EXPECT_EQ(column.Find(kNoRecordOffset, hint), nullptr);
  EXPECT_TRUE(column.IsFree(0, 8, hint));
}

TEST(ColumnTest, TheEndIsNoRecord) {
  Column<Datum> column;
  Fill({8}, column);
  column.Finish(12);
  uint32_t hint = 0;
  EXPECT_EQ(column.Find(kNoRecordOffset, hint), nullptr);
  EXPECT_EQ(column.Find(uint64_t{1} << 32 | 8, hint), nullptr);
  hint = 0;
  ASSERT_NE(column.Find(8, hint), nullptr);
  EXPECT_EQ(hint, 1u);
  EXPECT_EQ(column.Find(8, hint)->value, 0u) << "behind the hint";
}

TEST(ColumnTest, LooksUpFromAnyHint) {
  // Below and above the number that gets an index.
  for (const uint32_t count : {1u, 63u, 64u, 3000u}) {
    // Close together, and with gaps of many stretches.
    for (const uint32_t apart : {1u, 30u, 5000u}) {
      SCOPED_TRACE(testing::Message() << count << " records, " << apart);
      const std::vector<uint32_t> offsets = Offsets(count, apart, count);
      Column<Datum> column;
      Fill(offsets, column);
      const uint64_t size = offsets.back() + 40;
      column.Finish(size);
      std::mt19937 random(2);
      for (int i = 0; i < 4000; ++i) {
        // A record's place or one near it, or any, also behind the section.
        const uint64_t offset = i % 2 == 0
                                    ? offsets[random() % count] + random() % 3
                                    : random() % (size + 100);
        const auto expected = static_cast<uint32_t>(
            std::lower_bound(offsets.begin(), offsets.end(), offset) -
            offsets.begin());
        const uint32_t hint = static_cast<uint32_t>(random() % (count + 1));
        ASSERT_EQ(column.Locate(offset, hint), expected) << offset;
        const bool is_there = expected < count && offsets[expected] == offset;
        uint32_t after = hint;
        const Datum* const datum = column.Find(offset, after);
        ASSERT_EQ(datum != nullptr, is_there) << offset;
        ASSERT_EQ(after, is_there ? expected + 1 : expected);
        if (is_there) {
          ASSERT_EQ(datum->value, expected);
        }
        const bool is_free =
            (expected == count || offsets[expected] >= offset + 4) &&
            (expected == 0 || offsets[expected - 1] + 4 <= offset);
        after = hint;
        ASSERT_EQ(column.IsFree(offset, offset + 4, after), is_free) << offset;
      }
    }
  }
}

}  // namespace
}  // namespace dwreloc::internal
