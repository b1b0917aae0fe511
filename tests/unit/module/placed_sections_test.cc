// placing/placed_sections: from addresses back to sections, and overlaps.

#include "placing/placed_sections.h"

#include <gtest/gtest.h>

#include <optional>
#include <utility>
#include <vector>

namespace dwreloc::internal {
namespace {

using Overlap = std::optional<std::pair<uint32_t, uint32_t>>;

// The index, or 0.
uint32_t At(const PlacedSections& places, uint64_t address) {
  const PlacedSection* found = places.Find(address);
  return found == nullptr ? 0 : found->section;
}

TEST(PlacedSectionsTest, EachByteBelongsToItsSection) {
  const PlacedSections places({{2, 0x2000, 0x10}, {1, 0x1000, 0x20}});
  EXPECT_FALSE(places.empty());
  EXPECT_EQ(At(places, 0xfff), 0u);
  EXPECT_EQ(At(places, 0x1000), 1u);
  EXPECT_EQ(At(places, 0x101f), 1u);
  EXPECT_EQ(At(places, 0x1020), 0u);
  EXPECT_EQ(At(places, 0x200f), 2u);
  EXPECT_EQ(At(places, UINT64_MAX), 0u);
  EXPECT_EQ(places.FindOverlap(), Overlap());
}

TEST(PlacedSectionsTest, SectionsWithoutBytesHoldNothing) {
  const PlacedSections places({{1, 0x1000, 0}, {2, 0x1000, 0}});
  EXPECT_TRUE(places.empty());
  EXPECT_EQ(At(places, 0x1000), 0u);
  EXPECT_EQ(places.FindOverlap(), Overlap());
}

TEST(PlacedSectionsTest, Overlaps) {
  const Overlap first_two = std::pair(1u, 2u);
  EXPECT_EQ(PlacedSections({{1, 0, 16}, {2, 15, 1}}).FindOverlap(), first_two);
  EXPECT_EQ(PlacedSections({{1, 0, 16}, {2, 16, 1}}).FindOverlap(), Overlap());
  EXPECT_EQ(PlacedSections({{1, 5, 1}, {2, 5, 9}}).FindOverlap(), first_two);
  // A large one over others that do not overlap each other.
  const PlacedSections places({{1, 0, 100}, {2, 10, 5}, {3, 20, 5}});
  EXPECT_EQ(places.FindOverlap(), first_two);
  EXPECT_EQ(At(places, 12), 2u);
  EXPECT_EQ(At(places, 17), 1u);
  EXPECT_EQ(At(places, 99), 1u);
}

TEST(PlacedSectionsTest, UpToTheLastAddress) {
  const PlacedSections places(
      {{1, UINT64_MAX - 15, 16}, {2, UINT64_MAX - 31, 16}});
  EXPECT_EQ(At(places, UINT64_MAX), 1u);
  EXPECT_EQ(places.FindOverlap(), Overlap());
  // One that would wrap ends at the last address.
  EXPECT_EQ(At(PlacedSections({{1, UINT64_MAX - 1, 16}}), UINT64_MAX), 1u);
  EXPECT_EQ(At(PlacedSections({{1, UINT64_MAX - 1, 16}}), 3), 0u);
}

}  // namespace
}  // namespace dwreloc::internal
