// A section some parts of which become shorter or longer: where everything else
// is afterwards, and which records are left.

#include "dwreloc_compress/relayout.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>

namespace dwreloc_tools::compress {
namespace {

using testing::ElementsAre;

// 10 bytes, 0 to 9; those at 2 and 3 are one, those at 6 three others.
Relayout MakeLayout() {
  Relayout layout;
  layout.Add({.offset = 6, .size = 1, .bytes = {60, 61, 62}});
  layout.Add({.offset = 2, .size = 2, .bytes = {20}});
  EXPECT_TRUE(layout.Sort());
  return layout;
}

TEST(RelayoutTest, TellsWhereBytesAre) {
  const Relayout layout = MakeLayout();
  EXPECT_EQ(layout.Map(0), 0u);
  EXPECT_EQ(layout.Map(2), 2u);
  EXPECT_EQ(layout.Map(3), Relayout::kNowhere);
  EXPECT_EQ(layout.Map(4), 3u);
  EXPECT_EQ(layout.Map(6), 5u);
  EXPECT_EQ(layout.Map(7), 8u);
  EXPECT_EQ(layout.Map(10), 11u);
}

TEST(RelayoutTest, PartsThatOverlapAreNoLayout) {
  Relayout layout;
  layout.Add({.offset = 2, .size = 2});
  layout.Add({.offset = 3, .size = 1});
  EXPECT_FALSE(layout.Sort());
}

TEST(RelayoutTest, RecordsMoveOrGo) {
  const Section section = {
      .bytes = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9},
      .records = {{.offset = 1}, {.offset = 2}, {.offset = 4}, {.offset = 8}}};
  std::vector<RawRecord> gone;
  const Section moved = MakeLayout().Apply(section, &gone);
  EXPECT_THAT(moved.bytes, ElementsAre(0, 1, 20, 4, 5, 60, 61, 62, 7, 8, 9));
  ASSERT_EQ(moved.records.size(), 3u);
  EXPECT_EQ(moved.records[0].offset, 1u);
  EXPECT_EQ(moved.records[1].offset, 3u);
  EXPECT_EQ(moved.records[2].offset, 9u);
  ASSERT_EQ(gone.size(), 1u);
  EXPECT_EQ(gone[0].offset, 2u);
}

TEST(RelayoutTest, BytesOfOnePartCanBeSetLater) {
  Relayout layout = MakeLayout();
  layout.Set(2, {99});
  std::vector<RawRecord> gone;
  const Section section = {.bytes = {0, 1, 2, 3, 4, 5, 6}};
  EXPECT_THAT(layout.Apply(section, &gone).bytes,
              ElementsAre(0, 1, 99, 4, 5, 60, 61, 62));
  EXPECT_THROW(layout.Set(2, {1, 2}), std::logic_error);
  EXPECT_THROW(layout.Set(3, {1}), std::logic_error);
}

TEST(RelayoutTest, ARecordBehindTheSectionIsRefused) {
  std::vector<RawRecord> gone;
  const Section section = {.bytes = {0, 1, 2, 3, 4, 5, 6},
                           .records = {{.offset = 7}}};
  EXPECT_THROW(MakeLayout().Apply(section, &gone), std::runtime_error);
}

}  // namespace
}  // namespace dwreloc_tools::compress
