// dwarf/code_index: rows by number, those of vendors too, and numbers that have
// none.

#include "dwarf/code_index.h"

#include <gtest/gtest.h>

namespace dwreloc::internal {
namespace {

struct Row {
  uint8_t kind = 0;
  uint8_t size = 0;

  friend constexpr bool operator==(const Row&, const Row&) = default;
};

constexpr CodeRow<Row> kRows[] = {
    {0x2001, {7, 1}}, {0, {1, 2}},      {3, 5, {2, 0}}, {255, {3, 3}},
    {256, {4, 4}},    {0x1f01, {5, 5}}, {6, {6, 6}},    {0xffff, {8, 8}},
};
constexpr CodeIndex<Row> kIndex(kRows);

TEST(CodeIndexTest, EachNumberLeadsToItsRow) {
  EXPECT_EQ(kIndex.Find(0), (Row{1, 2}));
  for (const uint64_t code : {3, 4, 5}) {
    EXPECT_EQ(kIndex.Find(code), (Row{2, 0})) << code;
  }
  EXPECT_EQ(kIndex.Find(6), (Row{6, 6}));
  EXPECT_EQ(kIndex.Find(255), (Row{3, 3}));
  EXPECT_EQ(kIndex.Find(256), (Row{4, 4}));
  EXPECT_EQ(kIndex.Find(0x1f01), (Row{5, 5}));
  EXPECT_EQ(kIndex.Find(0x2001), (Row{7, 1}));
  EXPECT_EQ(kIndex.Find(0xffff), (Row{8, 8}));
  static_assert(kIndex.Has(0x2001) && kIndex.Has(255));
}

TEST(CodeIndexTest, OtherNumbersHaveTheEmptyRow) {
  for (const uint64_t code :
       {uint64_t{1}, uint64_t{2}, uint64_t{7}, uint64_t{254}, uint64_t{257},
        uint64_t{0x1f00}, uint64_t{0x2000}, uint64_t{0x10000},
        uint64_t{1} << 32, (uint64_t{1} << 32) + 3, UINT64_MAX}) {
    EXPECT_FALSE(kIndex.Has(code)) << code;
    EXPECT_EQ(kIndex.Find(code), Row()) << code;
  }
}

}  // namespace
}  // namespace dwreloc::internal
