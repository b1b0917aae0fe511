// Records: those of an object, and those that --emit-relocs leaves.

#include "dwreloc_compress/records.h"

#include <elf.h>
#include <gtest/gtest.h>

#include <stdexcept>

#include "support/elf_builder.h"

namespace dwreloc_tools::compress {
namespace {

using dwreloc::internal::ElfBuilder;
using dwreloc::internal::kX86_64;
using dwreloc::internal::Zeros;

struct File {
  explicit File(std::uint16_t type) : elf(kX86_64, type) {
    text =
        elf.Add({.name = ".text", .flags = SHF_ALLOC, .contents = Zeros(64)});
    info = elf.Add({.name = ".debug_info", .contents = Zeros(64)});
    str = elf.Add({.name = ".debug_str", .contents = Zeros(64)});
  }

  std::uint32_t AddRecords() {
    return elf.AddRelocSection(
        info,
        {{.offset = 8, .type = R_X86_64_64, .symbol = elf.SectionSymbol(text)},
         {.offset = 24,
          .type = R_X86_64_32,
          .symbol = elf.SectionSymbol(str),
          .addend = 3}});
  }

  SectionRecords Read(std::uint32_t section) {
    image = elf.Build();
    return ReadRecords(dwreloc::File::FromMemory(image, "file"), section,
                       StaticRecords::kWanted);
  }

  ElfBuilder elf;
  std::vector<std::uint8_t> image;
  std::uint32_t text;
  std::uint32_t info;
  std::uint32_t str;
};

TEST(RecordsTest, AddressesAreKeptAndOffsetsAreSolved) {
  File file(ET_REL);
  const std::uint32_t holder = file.AddRecords();
  const SectionRecords records = file.Read(file.info);
  EXPECT_EQ(records.reloc_section, holder);
  ASSERT_EQ(records.kept.size(), 1u);
  EXPECT_EQ(records.kept[0].offset, 8u);
  ASSERT_EQ(records.solved.size(), 1u);
  EXPECT_EQ(records.solved[0].value, 3u);
}

// Their section is known, so that it can be emptied.
TEST(RecordsTest, NoneOfALinkedFileIsOfUse) {
  for (const std::uint16_t type : {ET_EXEC, ET_DYN}) {
    File file(type);
    const std::uint32_t holder = file.AddRecords();
    const SectionRecords records = file.Read(file.info);
    EXPECT_EQ(records.reloc_section, holder);
    EXPECT_TRUE(records.kept.empty());
    EXPECT_TRUE(records.solved.empty());
    EXPECT_EQ(file.Read(file.str).reloc_section, 0u);
  }
}

TEST(RecordsTest, OfALinkedFileWithTwoSectionsOfThemAreRefused) {
  File file(ET_EXEC);
  file.AddRecords();
  file.AddRecords();
  EXPECT_THROW(file.Read(file.info), std::runtime_error);
}

TEST(RecordsTest, ThatAreLoadedAreRefused) {
  for (const std::uint16_t type : {ET_REL, ET_EXEC}) {
    File file(type);
    file.elf.section(file.AddRecords()).flags = SHF_ALLOC;
    EXPECT_THROW(file.Read(file.info), std::runtime_error);
  }
}

TEST(RecordsTest, OfAnUnknownKindInALinkedFileAreRefused) {
  File file(ET_EXEC);
  file.elf.AddCrelSection(file.info, true, 0,
                          {{.offset = 8,
                            .type = R_X86_64_64,
                            .symbol = file.elf.SectionSymbol(file.text)}});
  EXPECT_THROW(file.Read(file.info), std::runtime_error);
}

}  // namespace
}  // namespace dwreloc_tools::compress
