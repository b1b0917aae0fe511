// Strings once each, the ends of others in these; numbers of strings, and
// numbers as LEB128.

#include "dwreloc_compress/string_table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "dwreloc_compress/hash.h"
#include "dwreloc_compress/leb128.h"
#include "dwreloc_compress/offset_map.h"

namespace dwreloc_tools::compress {
namespace {

using testing::ElementsAre;

std::string Text(const StringTable& table) {
  return {table.bytes().begin(), table.bytes().end()};
}

TEST(InternerTest, EqualBytesHaveOneNumber) {
  Interner interner;
  // More than it has room for at first, so that it grows.
  std::vector<std::string> texts;
  for (int i = 0; i < 5000; ++i) texts.push_back("text" + std::to_string(i));
  for (std::uint32_t i = 0; i < texts.size(); ++i)
    EXPECT_EQ(interner.Add(texts[i]), i);
  for (std::uint32_t i = 0; i < texts.size(); ++i) {
    EXPECT_EQ(interner.Add(texts[i]), i);
    EXPECT_EQ(interner[i], texts[i]);
  }
  EXPECT_EQ(interner.size(), 5000u);
}

TEST(InternerTest, ZerosCountAndTheEmptyStringIsOne) {
  Interner interner;
  using std::string_view_literals::operator""sv;
  EXPECT_EQ(interner.Add(""sv), 0u);
  EXPECT_EQ(interner.Add("\0"sv), 1u);
  EXPECT_EQ(interner.Add("\0\0"sv), 2u);
  EXPECT_EQ(interner.Add(""sv), 0u);
}

TEST(HashTest, EveryByteAndTheLengthCount) {
  std::string text(20, 'a');
  const std::uint64_t hash = HashOf(text);
  for (char& c : text) {
    c = 'b';
    EXPECT_NE(HashOf(text), hash);
    c = 'a';
  }
  EXPECT_EQ(HashOf(text), hash);
  EXPECT_NE(HashOf(text + '\0'), hash);
  EXPECT_NE(Combine(1, 2), Combine(2, 1));
}

TEST(OffsetMapTest, FindsWhatWasAddedAndNothingElse) {
  OffsetMap map;
  EXPECT_EQ(map.Find(0), OffsetMap::kAbsent);
  for (std::uint32_t i = 0; i < 3000; ++i) map.Add(i * 3, i);
  for (std::uint32_t i = 0; i < 9000; ++i)
    EXPECT_EQ(map.Find(i), i % 3 == 0 ? i / 3 : OffsetMap::kAbsent);
  map.Add(UINT32_MAX - 1, 7);
  EXPECT_EQ(map.Find(UINT32_MAX - 1), 7u);
}

TEST(Leb128Test, SizesAtTheBorders) {
  EXPECT_EQ(UlebSize(0), 1u);
  EXPECT_EQ(UlebSize(127), 1u);
  EXPECT_EQ(UlebSize(128), 2u);
  EXPECT_EQ(UlebSize(16383), 2u);
  EXPECT_EQ(UlebSize(16384), 3u);
  EXPECT_EQ(UlebSize(UINT64_MAX), 10u);
  EXPECT_EQ(SlebSize(63), 1u);
  EXPECT_EQ(SlebSize(64), 2u);
  EXPECT_EQ(SlebSize(-64), 1u);
  EXPECT_EQ(SlebSize(-65), 2u);
  EXPECT_EQ(SlebSize(INT64_MAX), 10u);
  EXPECT_EQ(SlebSize(INT64_MIN), 10u);
}

TEST(Leb128Test, BytesAreThoseOfTheStandard) {
  // DWARF 5, figures 7.6 and C.
  std::vector<std::uint8_t> bytes;
  AppendUleb(bytes, 12857);
  AppendSleb(bytes, -127);
  AppendSleb(bytes, 128);
  AppendSleb(bytes, -2);
  EXPECT_THAT(bytes, ElementsAre(0xb9, 0x64, 0x81, 0x7f, 0x80, 0x01, 0x7e));
  std::uint8_t padded[3];
  PutUleb(padded, 2, 3);
  EXPECT_THAT(padded, ElementsAre(0x82, 0x80, 0));
}

class StringTableTest : public testing::Test {
 protected:
  std::uint32_t Use(std::string_view text) {
    const std::uint32_t number = strings_.Add(text);
    table_.Use(number);
    return number;
  }

  Interner strings_;
  StringTable table_{strings_};
};

TEST_F(StringTableTest, AnEndOfAnotherIsAPartOfIt) {
  const std::uint32_t a = Use("node");
  const std::uint32_t b = Use("list_node");
  const std::uint32_t c = Use("de");
  const std::uint32_t d = Use("mode");
  table_.FindTails();
  EXPECT_TRUE(table_.is_tail(a));
  EXPECT_TRUE(table_.is_tail(c));
  EXPECT_FALSE(table_.is_tail(d));
  EXPECT_TRUE(table_.is_host(b));
  table_.Place(std::vector{a, b, c, d});
  using std::string_literals::operator""s;
  const std::string text = Text(table_);
  EXPECT_EQ(text, "list_node\0mode\0"s);
  for (const std::uint32_t string : {a, b, c, d})
    EXPECT_STREQ(text.c_str() + table_.OffsetOf(string),
                 std::string(strings_[string]).c_str());
}

TEST_F(StringTableTest, EndsLongerThanAWordAreCompared) {
  const std::uint32_t a = Use("x_of_a_long_name");
  const std::uint32_t b = Use("y_of_a_long_name");
  const std::uint32_t c = Use("of_a_long_name");
  table_.FindTails();
  EXPECT_FALSE(table_.is_tail(a));
  EXPECT_FALSE(table_.is_tail(b));
  EXPECT_TRUE(table_.is_tail(c));
}

TEST_F(StringTableTest, TheEmptyStringEndsAny) {
  const std::uint32_t empty = Use("");
  const std::uint32_t a = Use("a");
  table_.FindTails();
  EXPECT_TRUE(table_.is_tail(empty));
  table_.Place(std::vector{empty, a});
  EXPECT_EQ(table_.bytes().size(), 2u);
  EXPECT_EQ(table_.bytes()[table_.OffsetOf(empty)], 0);
}

TEST_F(StringTableTest, PlacesAreInTheGivenOrder) {
  const std::uint32_t a = Use("aa");
  const std::uint32_t b = Use("bb");
  table_.FindTails();
  table_.Place(std::vector{b, a, b});
  EXPECT_EQ(table_.OffsetOf(b), 0u);
  EXPECT_EQ(table_.OffsetOf(a), 3u);
  EXPECT_EQ(table_.bytes().size(), 6u);
}

TEST_F(StringTableTest, WhatIsDroppedHasNoPlace) {
  const std::uint32_t a = Use("aa");
  const std::uint32_t b = Use("bb");
  Use("aa");
  EXPECT_EQ(table_.uses(a), 2u);
  table_.FindTails();
  table_.Drop(a, 1);
  EXPECT_EQ(table_.uses(a), 1u);
  table_.Drop(a, 1);
  table_.Place(std::vector{a, b});
  EXPECT_EQ(table_.OffsetOf(b), 0u);
  EXPECT_EQ(table_.bytes().size(), 3u);
}

}  // namespace
}  // namespace dwreloc_tools::compress
