// dwarf/tree/sup: the three kinds of links to other files, cut at every byte.

#include "dwarf/tree/sup.h"

#include <gtest/gtest.h>

#include <vector>

#include "support/dwarf_file.h"

namespace dwreloc::internal {
namespace {

absl::StatusOr<std::optional<FileLink>> Read(const char* name,
                                             const Assembler& contents) {
  static std::vector<std::unique_ptr<DwarfFile>> files;  // own the strings
  ElfBuilder elf(contents.target());
  const uint32_t section = elf.Add(name, contents);
  files.push_back(std::make_unique<DwarfFile>(elf));
  return ReadLink(files.back()->opened().file(), section);
}

TEST(SupTest, DebugSup) {
  for (const Target& target : kTargets) {
    const auto link = Read(
        ".debug_sup",
        Assembler(target).U16(5).U8(0).String("a.sup").Uleb(3).Raw({1, 2, 3}));
    ASSERT_THAT(link, IsOk());
    EXPECT_EQ((*link)->kind, LinkKind::kSup);
    EXPECT_EQ((*link)->version, 5);
    EXPECT_FALSE((*link)->is_supplementary);
    EXPECT_EQ((*link)->file_name, "a.sup");
    ASSERT_EQ((*link)->checksum.size(), 3u);
    EXPECT_EQ((*link)->checksum[2], 3);
  }
  const auto link =
      Read(".debug_sup", Assembler(kX86_64).U16(5).U8(1).String("").Uleb(0));
  ASSERT_THAT(link, IsOk());
  EXPECT_TRUE((*link)->is_supplementary);
  EXPECT_TRUE((*link)->checksum.empty());
  EXPECT_THAT(Read(".debug_sup", Assembler(kX86_64).U16(4).Zeros(8)),
              FailsWith(ErrorCode::kUnsupported, "version 4, expected 5"));
}

TEST(SupTest, Altlink) {
  const auto link =
      Read(".gnu_debugaltlink", Assembler(kX86_64).String("a.dwz").Raw({9, 8}));
  ASSERT_THAT(link, IsOk());
  EXPECT_EQ((*link)->kind, LinkKind::kAltlink);
  EXPECT_EQ((*link)->file_name, "a.dwz");
  ASSERT_EQ((*link)->checksum.size(), 2u);
  EXPECT_EQ((*link)->checksum[0], 9);
}

TEST(SupTest, Debuglink) {
  for (const Target& target : kTargets) {
    for (const char* name : {"", "a", "ab", "abc", "abcd"}) {
      Assembler contents(target);
      contents.String(name).Align(4).U32(0x12345678);
      const auto link = Read(".gnu_debuglink", contents);
      ASSERT_THAT(link, IsOk());
      EXPECT_EQ((*link)->kind, LinkKind::kDebuglink);
      EXPECT_EQ((*link)->file_name, name);
      EXPECT_EQ((*link)->crc, 0x12345678u);
    }
  }
}

TEST(SupTest, CutAtEveryByte) {
  const auto cut = [](const char* name, const Assembler& contents) {
    const std::vector<uint8_t> bytes = contents.bytes();
    for (size_t size = 0; size < bytes.size(); ++size) {
      Assembler part(kX86_64);
      part.Raw(Bytes(bytes.data(), size));
      EXPECT_THAT(Read(name, part), FailsWith(ErrorCode::kTruncated, ""))
          << name << " " << size;
    }
  };
  cut(".debug_sup", Assembler(kX86_64).U16(5).U8(0).String("a").Uleb(1).U8(1));
  cut(".gnu_debugaltlink", Assembler(kX86_64).String("a"));
  cut(".gnu_debuglink", Assembler(kX86_64).String("a").Align(4).U32(1));
}

TEST(SupTest, OtherSections) {
  const auto link = Read(".debug_info", Assembler(kX86_64).Zeros(8));
  ASSERT_THAT(link, IsOk());
  EXPECT_FALSE(link->has_value());
  const DwarfFile file(std::vector<uint8_t>(ElfBuilder(kX86_64).Build()));
  EXPECT_FALSE(ReadLink(file.opened().file(), 99)->has_value());
}

}  // namespace
}  // namespace dwreloc::internal
