// Archives in dwreloc.hpp, as a range of members that open as files.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <dwreloc/dwreloc.hpp>
#include <fstream>
#include <iterator>
#include <ranges>
#include <string>
#include <vector>

namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::string Meter() {
  const char* data = std::getenv("DWRELOC_TEST_DATA");
  std::ifstream file(
      std::string(data == nullptr ? "tests/data" : data) + "/module/meter.ko",
      std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::string Header(const std::string& name, std::size_t size) {
  char text[64];
  std::snprintf(text, sizeof(text), "%-16s%-12d%-6d%-6d%-8d%-10zu`\n",
                name.c_str(), 0, 0, 0, 644, size);
  return text;
}

std::span<const std::uint8_t> Bytes(const std::string& text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

TEST(CppArchiveTest, MembersAreARangeAndOpenAsFiles) {
  static_assert(std::ranges::random_access_range<dwreloc::Members>);
  const std::string meter = Meter();
  const std::string image = "!<arch>\n" + Header("x.o/", meter.size()) + meter +
                            Header("x.bc/", 4) + "BC\xc0\xde";
  std::vector<dwreloc::File> files;
  {
    const auto archive = dwreloc::Archive::FromMemory(Bytes(image), "libx.a");
    std::vector<std::string> names;
    for (const dwreloc::Member& member : archive.members()) {
      names.emplace_back(member.full_name());
      if (member.content() == DWRELOC_CONTENT_ELF)
        files.push_back(archive.Open(member.index()));
    }
    EXPECT_THAT(names, ElementsAre("libx.a(x.o)", "libx.a(x.bc)"));
    EXPECT_FALSE(archive.error().has_value());
    EXPECT_EQ(archive.info().member_count, 2u);
    EXPECT_EQ(archive.Find("x.bc")->content_name(), "LLVM bitcode");
    EXPECT_FALSE(archive.Find("x.bc", 2).has_value());
    EXPECT_THROW((void)archive.Open(1), dwreloc::Error);
    EXPECT_THROW((void)archive.members()[2], dwreloc::Error);
  }
  ASSERT_EQ(files.size(), 1u);
  EXPECT_FALSE(files[0].units().empty());
  EXPECT_STREQ(files[0].info().name, "libx.a(x.o)");
  EXPECT_FALSE(files[0].signature().has_value());
}

TEST(CppArchiveTest, DamageAfterTheLastMember) {
  const std::string image = "!<arch>\n" + Header("x.o/", 0) + "garbage";
  const auto archive = dwreloc::Archive::FromMemory(Bytes(image), "libx.a");
  ASSERT_TRUE(archive.error().has_value());
  EXPECT_EQ(archive.error()->code(), DWRELOC_E_TRUNCATED);
  EXPECT_THAT(archive.error()->what(), HasSubstr("libx.a: archive ends"));
}

}  // namespace
