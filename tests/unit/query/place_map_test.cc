// query/place_map: intervals that nest and overlap, on several number lines.

#include "query/place_map.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <optional>
#include <random>
#include <vector>

#include "reloc/reloc_value.h"

namespace dwreloc::internal {
namespace {

RelocValue In(uint32_t section, uint64_t offset) {
  return {.value = offset, .section = section, .kind = RelocKind::kSection};
}

PlaceInterval Interval(uint32_t section, uint64_t begin, uint64_t end,
                       uint32_t number, uint64_t rank = 0) {
  return {.kind = RelocKind::kSection,
          .of = section,
          .begin = begin,
          .end = end,
          .number = number,
          .rank = rank};
}

TEST(PlaceIntervalTest, BoundsMustBeOfOneLineAndInOrder) {
  EXPECT_TRUE(PlaceInterval::Between(In(1, 0), In(1, 1)).has_value());
  EXPECT_FALSE(PlaceInterval::Between(In(1, 1), In(1, 1)).has_value());
  EXPECT_FALSE(PlaceInterval::Between(In(1, 2), In(1, 1)).has_value());
  EXPECT_FALSE(PlaceInterval::Between(In(1, 0), In(2, 1)).has_value());
  EXPECT_FALSE(
      PlaceInterval::Between(In(1, 0), RelocValue::Constant(1)).has_value());
  const RelocValue bad = RelocValue::Bad(ErrorCode::kRelocType);
  EXPECT_FALSE(PlaceInterval::Between(bad, bad).has_value());
  const RelocValue tls = {.section = 1, .kind = RelocKind::kTls};
  EXPECT_FALSE(PlaceInterval::Between(tls, tls).has_value());
}

TEST(PlaceMapTest, EmptyHasNothing) {
  EXPECT_EQ(PlaceMap().Find(In(1, 0)), std::nullopt);
  EXPECT_EQ(
      PlaceMap(std::vector<PlaceInterval>()).Find(RelocValue::Constant(0)),
      std::nullopt);
}

TEST(PlaceMapTest, SameOffsetInManySections) {
  const PlaceMap map(
      {Interval(3, 0, 8, 30), Interval(1, 0, 8, 10), Interval(2, 0, 4, 20)});
  EXPECT_EQ(map.Find(In(1, 0)), 10u);
  EXPECT_EQ(map.Find(In(2, 3)), 20u);
  EXPECT_EQ(map.Find(In(2, 4)), std::nullopt);
  EXPECT_EQ(map.Find(In(3, 7)), 30u);
  EXPECT_EQ(map.Find(In(4, 0)), std::nullopt);
  EXPECT_EQ(map.Find(RelocValue::Constant(0)), std::nullopt);
}

TEST(PlaceMapTest, GreatestRankWinsThenLowestNumber) {
  const PlaceMap map({Interval(1, 0, 100, 0, 1), Interval(1, 10, 60, 1, 2),
                      Interval(1, 20, 30, 2, 3), Interval(1, 50, 80, 3, 2)});
  EXPECT_EQ(map.Find(In(1, 9)), 0u);
  EXPECT_EQ(map.Find(In(1, 19)), 1u);
  EXPECT_EQ(map.Find(In(1, 20)), 2u);
  EXPECT_EQ(map.Find(In(1, 30)), 1u);
  EXPECT_EQ(map.Find(In(1, 59)), 1u);
  EXPECT_EQ(map.Find(In(1, 60)), 3u);
  EXPECT_EQ(map.Find(In(1, 80)), 0u);
  EXPECT_EQ(map.Find(In(1, 100)), std::nullopt);
}

TEST(PlaceMapTest, EndOfTheAddressSpace) {
  const PlaceMap map({{.begin = UINT64_MAX - 8, .end = UINT64_MAX},
                      {.begin = 5, .end = 6, .number = 1}});
  EXPECT_EQ(map.Find(RelocValue::Constant(UINT64_MAX - 1)), 0u);
  EXPECT_EQ(map.Find(RelocValue::Constant(UINT64_MAX)), std::nullopt);
  EXPECT_EQ(map.Find(RelocValue::Constant(5)), 1u);
}

// Every place of random intervals, compared with a search through all of them.
TEST(PlaceMapTest, EqualsASearchThroughAllIntervals) {
  std::mt19937 random(1);
  for (int round = 0; round < 300; ++round) {
    std::vector<PlaceInterval> all;
    const uint32_t count = random() % 20;
    for (uint32_t i = 0; i < count; ++i) {
      const uint64_t begin = random() % 40;
      all.push_back(Interval(1 + random() % 3, begin, begin + 1 + random() % 20,
                             i, random() % 3));
    }
    const PlaceMap map(all);
    EXPECT_LE(map.segment_count(), 2 * all.size());
    for (uint32_t section = 1; section <= 3; ++section) {
      for (uint64_t offset = 0; offset < 64; ++offset) {
        const PlaceInterval* best = nullptr;
        for (const PlaceInterval& interval : all) {
          if (interval.of != section || offset < interval.begin ||
              offset >= interval.end) {
            continue;
          }
          if (best == nullptr || interval.rank > best->rank) best = &interval;
        }
        const std::optional<uint32_t> expected =
            best == nullptr ? std::nullopt : std::optional(best->number);
        ASSERT_EQ(map.Find(In(section, offset)), expected)
            << "round " << round << ", section " << section << ", offset "
            << offset;
      }
    }
  }
}

}  // namespace
}  // namespace dwreloc::internal
