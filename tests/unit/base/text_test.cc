// base/text: lines, words and numbers.

#include "base/text.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <optional>
#include <string_view>

namespace dwreloc::internal {
namespace {

TEST(TextTest, LinesUpToTheLastWithoutAnEnd) {
  std::string_view text = "a\n\nb";
  EXPECT_EQ(TakeLine(text), "a");
  EXPECT_EQ(TakeLine(text), "");
  EXPECT_EQ(TakeLine(text), "b");
  EXPECT_TRUE(text.empty());
  EXPECT_EQ(TakeLine(text), "");
}

TEST(TextTest, Words) {
  std::string_view line = " \tone two\t three\r";
  EXPECT_EQ(TakeWord(line), "one");
  EXPECT_EQ(TakeWord(line), "two");
  EXPECT_EQ(TakeWord(line), "three");
  EXPECT_EQ(TakeWord(line), "");
  EXPECT_EQ(Trim(" \t\r\n"), "");
  EXPECT_EQ(Trim(" a b \n"), "a b");
}

TEST(TextTest, HexadecimalNumbers) {
  EXPECT_EQ(ParseHex("ffffffffc0000000"), 0xffffffffc0000000);
  EXPECT_EQ(ParseHex("0xA"), 10u);
  EXPECT_EQ(ParseHex("0X0"), 0u);
  for (const char* bad :
       {"", "0x", "g", "-1", "+1", "1 ", "0x0x1", "10000000000000000"}) {
    EXPECT_EQ(ParseHex(bad), std::nullopt) << bad;
  }
}

}  // namespace
}  // namespace dwreloc::internal
