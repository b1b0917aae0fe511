// elf/section_match: the sections of a stripped file and of its debug file.

#include "elf/section_match.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "support/elf_builder.h"
#include "support/opened_file.h"

namespace dwreloc::internal {
namespace {

struct Section {
  std::string name;
  uint64_t size;
  uint64_t flags = SHF_ALLOC;
  uint32_t type = SHT_PROGBITS;
};

std::vector<uint8_t> FileWith(const std::vector<Section>& sections) {
  ElfBuilder elf;
  for (const Section& section : sections) {
    ElfSection added{
        .name = section.name, .type = section.type, .flags = section.flags};
    if (section.type == SHT_NOBITS) {
      added.size = section.size;
    } else {
      added.contents = Zeros(section.size);
    }
    elf.Add(added);
  }
  return elf.Build();
}

TEST(SectionMatchTest, NumberedAnewAndWithoutContents) {
  const OpenedFile debug(FileWith({{".text", 16, SHF_ALLOC, SHT_NOBITS},
                                   {".debug_info", 4, 0},
                                   {".data", 8, SHF_ALLOC, SHT_NOBITS}}));
  const OpenedFile main(FileWith({{".text", 16}, {".data", 8}}));
  const SectionMatch match(debug.file(), main.file());
  EXPECT_EQ(match.InSecond(1), 1u);
  EXPECT_EQ(match.InSecond(2), kNoSection) << "it is not loaded";
  EXPECT_EQ(match.InSecond(3), 2u);
  EXPECT_EQ(match.InFirst(2), 3u);
  EXPECT_EQ(match.InSecond(0), kNoSection);
  EXPECT_EQ(match.InSecond(1000), kNoSection);
  EXPECT_EQ(match.InFirst(1000), kNoSection);
}

TEST(SectionMatchTest, EqualOnesGoByTheirOrder) {
  const std::vector<Section> sections = {
      {".text.a", 4}, {".text", 8}, {".text", 8}, {".text", 8}};
  const OpenedFile debug(FileWith(sections));
  const OpenedFile main(FileWith(sections));
  const SectionMatch match(debug.file(), main.file());
  for (uint32_t i = 1; i <= 4; ++i) EXPECT_EQ(match.InSecond(i), i);
}

TEST(SectionMatchTest, WhereSomeAreMissingOnlyTheUnmistakable) {
  const OpenedFile debug(
      FileWith({{".text", 8}, {".init", 4}, {".text", 8}, {".data", 16}}));
  const OpenedFile main(FileWith({{".text", 8}, {".text", 8}, {".data", 16}}));
  const SectionMatch match(debug.file(), main.file());
  EXPECT_EQ(match.InSecond(1), kNoSection) << "either of two";
  EXPECT_EQ(match.InSecond(2), kNoSection) << "not there";
  EXPECT_EQ(match.InSecond(3), kNoSection);
  EXPECT_EQ(match.InSecond(4), 3u);
}

TEST(SectionMatchTest, AnotherSizeIsAnotherSection) {
  const OpenedFile debug(FileWith({{".text", 8}, {".data", 16}}));
  const OpenedFile main(FileWith({{".text", 9}, {".data", 16}}));
  const SectionMatch match(debug.file(), main.file());
  EXPECT_EQ(match.InSecond(1), kNoSection);
  EXPECT_EQ(match.InSecond(2), 2u);
}

}  // namespace
}  // namespace dwreloc::internal
