// Paths that are one, and those that need not be.

#include "common/plain_path.h"

#include <gtest/gtest.h>

namespace dwreloc_tools {
namespace {

TEST(PlainPathTest, PartsThatLeadNowhereGo) {
  EXPECT_EQ(PlainPath("a/b.h"), "a/b.h");
  EXPECT_EQ(PlainPath("./a//b/./c.h"), "a/b/c.h");
  EXPECT_EQ(PlainPath("/src/./a.h"), "/src/a.h");
  EXPECT_EQ(PlainPath("//src/a.h"), "/src/a.h");
  EXPECT_EQ(PlainPath(".hidden/a..h"), ".hidden/a..h");
}

TEST(PlainPathTest, PartsThatLeadBackStay) {
  EXPECT_EQ(PlainPath("a/../b.h"), "a/../b.h");
  EXPECT_EQ(PlainPath("./../b.h"), "../b.h");
}

TEST(PlainPathTest, NoPathIsMadeAbsoluteOrLost) {
  EXPECT_EQ(PlainPath(""), "");
  EXPECT_EQ(PlainPath("."), "");
  EXPECT_EQ(PlainPath("/"), "/");
  EXPECT_EQ(PlainPath("/."), "/");
}

}  // namespace
}  // namespace dwreloc_tools
