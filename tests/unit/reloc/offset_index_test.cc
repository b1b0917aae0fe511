// Tests of reloc/offset_index: bounds that hold.

#include "reloc/offset_index.h"

#include <cstdint>

#include "gtest/gtest.h"

namespace dwreloc::internal {
namespace {

constexpr uint32_t kCount = 1000;

uint64_t OffsetAt(uint32_t i) { return uint64_t{i} * i / 8 + i * 4; }

// Bounds that hold the place of every offset.
void ExpectRight(const OffsetIndex& index, uint64_t end) {
  uint32_t expected = 0;
  for (uint64_t offset = 0; offset < end; ++offset) {
    while (expected < kCount && OffsetAt(expected) < offset) ++expected;
    const auto [first, last] = index.Bounds(offset, kCount);
    ASSERT_LE(first, expected) << offset;
    ASSERT_GE(last, expected) << offset;
    ASSERT_EQ(LowerBound(first, last, offset, OffsetAt), expected) << offset;
  }
  EXPECT_EQ(index.Bounds(UINT64_MAX, kCount).second, kCount);
}

TEST(OffsetIndexTest, EveryPlaceIsWithinItsBounds) {
  for (const uint32_t per_stretch : {1u, 16u, 100u}) {
    // The section may go on long after the last offset.
    for (const uint64_t more : {1, 100, 100000}) {
      SCOPED_TRACE(testing::Message() << per_stretch << " " << more);
      OffsetIndex index;
      const uint64_t size = OffsetAt(kCount - 1) + more;
      index.Build(size, kCount, per_stretch, OffsetAt);
      EXPECT_GT(index.memory(), 0u);
      EXPECT_LE(index.memory(), (kCount / per_stretch + 2) * 4);
      ExpectRight(index, size + 50);
    }
  }
}

TEST(OffsetIndexTest, AFewOffsetsNeedNone) {
  OffsetIndex index;
  index.Build(1000, 5, 1, OffsetAt);
  EXPECT_EQ(index.memory(), 0u);
  EXPECT_EQ(index.Bounds(8, 5).first, 0u);
  EXPECT_EQ(index.Bounds(8, 5).second, 5u);
}

}  // namespace
}  // namespace dwreloc::internal
