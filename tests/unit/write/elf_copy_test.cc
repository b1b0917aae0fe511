// write/elf_copy: the same file again, and with other contents and headers.

#include "write/elf_copy.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "support/dwarf_file.h"
#include "support/elf_builder.h"
#include "support/opened_file.h"

namespace dwreloc::internal {
namespace {

std::vector<uint8_t> BytesOf(std::string_view text) {
  return {text.begin(), text.end()};
}

class ElfCopyTest : public testing::Test {
 protected:
  // Sections: 1 .text, 2 .debug_info, 3 .bss, and those that ElfBuilder adds.
  static std::vector<uint8_t> Original(const Target& target) {
    ElfBuilder elf(target);
    const uint32_t text = elf.Add({.name = ".text",
                                   .flags = SHF_ALLOC,
                                   .contents = BytesOf("code"),
                                   .align = 16});
    const uint32_t info =
        elf.Add({.name = ".debug_info", .contents = BytesOf("information")});
    elf.Add({.name = ".bss",
             .type = SHT_NOBITS,
             .flags = SHF_ALLOC,
             .size = 0x1000});
    elf.AddSymbol({.name = "start", .section = text});
    elf.Reloc(
        info,
        {.offset = 0, .type = target.abs32, .symbol = elf.SectionSymbol(text)});
    return elf.Build();
  }
};

std::string TextIn(const ElfFile& file, uint32_t index) {
  const absl::StatusOr<Bytes> bytes = file.RawContents(index);
  return bytes.ok() ? std::string(bytes->begin(), bytes->end())
                    : std::string(bytes.status().message());
}

TEST_F(ElfCopyTest, UnchangedOnEveryMachine) {
  for (const Target& target : kTargets) {
    SCOPED_TRACE(target.name);
    const OpenedFile original(Original(target));
    const auto image = ElfCopy(original.file()).Build();
    ASSERT_THAT(image, IsOk());
    const OpenedFile copy(*image);
    ASSERT_EQ(copy.file().section_count(), original.file().section_count());
    EXPECT_EQ(copy.file().e_type(), ET_REL);
    EXPECT_EQ(copy.file().e_machine(), original.file().e_machine());
    EXPECT_EQ(copy.file().e_flags(), original.file().e_flags());
    for (uint32_t i = 1; i < copy.file().section_count(); ++i) {
      const SectionHeader ours = copy.file().Header(i);
      const SectionHeader theirs = original.file().Header(i);
      EXPECT_EQ(copy.file().Name(i), original.file().Name(i));
      EXPECT_EQ(ours.sh_type, theirs.sh_type);
      EXPECT_EQ(ours.sh_flags, theirs.sh_flags);
      EXPECT_EQ(ours.sh_size, theirs.sh_size);
      EXPECT_EQ(ours.sh_link, theirs.sh_link);
      EXPECT_EQ(ours.sh_info, theirs.sh_info);
      EXPECT_EQ(ours.sh_addralign, theirs.sh_addralign);
      EXPECT_EQ(ours.sh_entsize, theirs.sh_entsize);
      if (theirs.sh_addralign > 1) {
        EXPECT_EQ(ours.sh_offset % theirs.sh_addralign, 0u);
      }
      EXPECT_EQ(TextIn(copy.file(), i), TextIn(original.file(), i));
    }
    EXPECT_EQ(copy.symbols().count(), original.symbols().count());
    EXPECT_LE(image->size(), original.file().image().size() + 16);
  }
}

TEST_F(ElfCopyTest, OtherContentsAndHeaders) {
  const OpenedFile original(Original(kX86_64));
  ElfCopy copy(original.file());
  copy.set_type(ET_EXEC);
  copy.header(1).sh_addr = 0x123456789a;
  copy.SetContents(2, BytesOf("more information than there was before"));
  const auto image = copy.Build();
  ASSERT_THAT(image, IsOk());
  const OpenedFile made(*image);
  EXPECT_EQ(made.file().e_type(), ET_EXEC);
  EXPECT_EQ(made.file().Header(1).sh_addr, 0x123456789au);
  EXPECT_EQ(TextIn(made.file(), 1), "code");
  EXPECT_EQ(TextIn(made.file(), 2), "more information than there was before");
  EXPECT_EQ(made.file().Header(3).sh_size, 0x1000u) << "NOBITS takes no bytes";
}

TEST_F(ElfCopyTest, DroppedSectionsKeepTheirNumber) {
  const OpenedFile original(Original(kX86_64));
  const uint32_t records = original.Find(".rela.debug_info");
  ASSERT_NE(records, kNoSection);
  ElfCopy copy(original.file());
  copy.Drop(records);
  const auto image = copy.Build();
  ASSERT_THAT(image, IsOk());
  const OpenedFile made(*image);
  EXPECT_EQ(made.file().section_count(), original.file().section_count());
  EXPECT_EQ(made.file().Header(records).sh_type, uint32_t{SHT_NULL});
  EXPECT_EQ(made.file().Header(records).sh_size, 0u);
  EXPECT_TRUE(made.reloc_sections().For(2).empty());
  EXPECT_LT(image->size(), original.file().image().size());
}

TEST_F(ElfCopyTest, Renamed) {
  const OpenedFile original(Original(kX86_64));
  ElfCopy copy(original.file());
  ASSERT_THAT(copy.Rename(2, ".debug_other"), IsOk());
  ASSERT_THAT(copy.Rename(1, ".text.hot"), IsOk());
  const auto image = copy.Build();
  ASSERT_THAT(image, IsOk());
  const OpenedFile made(*image);
  EXPECT_EQ(made.file().Name(1), ".text.hot");
  EXPECT_EQ(made.file().Name(2), ".debug_other");
  EXPECT_EQ(made.file().Name(3), ".bss");
}

TEST_F(ElfCopyTest, ContentsOutsideTheFile) {
  ElfBuilder elf;
  const uint32_t info = elf.Add({.name = ".debug_info", .contents = Zeros(8)});
  elf.section(info).offset = uint64_t{1} << 40;
  const OpenedFile original(elf);
  EXPECT_FALSE(ElfCopy(original.file()).Build().ok());
}

TEST_F(ElfCopyTest, SectionsThatShareTheirBytes) {
  ElfBuilder elf;
  elf.Add({.name = ".first", .contents = Zeros(10000)});
  std::vector<uint32_t> others;
  for (int i = 0; i < 100; ++i) others.push_back(elf.Add({.name = ".other"}));
  std::vector<uint8_t> image = elf.Build();
  for (const uint32_t section : others) {
    Patch(image, elf.header_offset(section) + 24, 8, elf.contents_offset(1));
    Patch(image, elf.header_offset(section) + 32, 8, 10000);
  }
  const OpenedFile original(image);
  EXPECT_THAT(ElfCopy(original.file()).Build(),
              FailsWith(ErrorCode::kUnsupported, "share their bytes"));
}

}  // namespace
}  // namespace dwreloc::internal
