// Copies of ELF files: all headers as they were, but for place and size; what
// libelf would mend is refused.

#include "dwreloc_compress/elf_copy.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <stdexcept>

#include "compress/compressed.h"
#include "compress/headers.h"
#include "support/elf_builder.h"

namespace dwreloc_tools::compress {
namespace {

using dwreloc::internal::ElfBuilder;
using dwreloc::internal::kTargets;
using dwreloc::internal::Target;
using dwreloc::internal::Zeros;
using testing::ElementsAre;

std::vector<std::uint8_t> Copy(const std::vector<std::uint8_t>& image,
                               Contents contents = {}) {
  return CopyElf(image, SectionPacking::kPlain, contents);
}

TEST(ElfCopyTest, OtherContentsAndAllElseAsItWas) {
  for (const Target& target : kTargets) {
    ElfBuilder elf(target);
    const std::uint32_t text = elf.Add({.name = ".text",
                                        .flags = SHF_ALLOC | SHF_EXECINSTR,
                                        .contents = {1, 2, 3},
                                        .align = 32});
    elf.Add({.name = ".bss",
             .type = SHT_NOBITS,
             .flags = SHF_ALLOC | SHF_WRITE,
             .align = 64,
             .size = 4096});
    const std::uint32_t info =
        elf.Add({.name = ".debug_info", .contents = Zeros(100)});
    elf.Reloc(info, {.offset = 4,
                     .type = target.abs32,
                     .symbol = elf.SectionSymbol(text),
                     .addend = 2});
    const std::vector<std::uint8_t> image = elf.Build();
    const std::vector<std::uint8_t> copy =
        Copy(image, {{info, {.bytes = {7, 8, 9, 10, 11}}}});
    const dwreloc::File a = dwreloc::File::FromMemory(image, "a");
    const dwreloc::File b = dwreloc::File::FromMemory(copy, "b");
    ASSERT_EQ(a.sections().size(), b.sections().size());
    for (std::uint32_t i = 0; i < a.sections().size(); ++i) {
      const Dwreloc_Section before = a.sections()[i].raw();
      const Dwreloc_Section after = b.sections()[i].raw();
      ExpectSameHeader(before, after);
      if (i == info) {
        EXPECT_EQ(after.file_size, 5u);
      } else {
        EXPECT_EQ(before.file_size, after.file_size) << before.name;
        EXPECT_EQ(SectionOf(image, before.name), SectionOf(copy, before.name));
      }
    }
    EXPECT_THAT(SectionOf(copy, ".debug_info"), ElementsAre(7, 8, 9, 10, 11));
  }
}

TEST(ElfCopyTest, MoreSectionsThanTheHeaderHasRoomFor) {
  ElfBuilder elf;
  for (std::uint32_t i = 0; i < SHN_LORESERVE + 10u; ++i)
    elf.Add({.name = ".s"});
  const std::uint32_t last = elf.Add({.name = ".last", .contents = {1}});
  const std::vector<std::uint8_t> image = elf.Build();
  const std::vector<std::uint8_t> copy =
      Copy(image, {{last, {.bytes = {5, 6}}}});
  const dwreloc::File a = dwreloc::File::FromMemory(image, "a");
  const dwreloc::File b = dwreloc::File::FromMemory(copy, "b");
  EXPECT_EQ(a.sections().size(), b.sections().size());
  EXPECT_EQ(b.sections()[last].name(), ".last");
  EXPECT_EQ(b.sections()[last].file_size(), 2u);
}

// Each changes a header, of a copy of a good file.
std::vector<std::uint8_t> Damaged(
    const std::function<void(ElfBuilder&, std::uint32_t)>& change) {
  ElfBuilder elf;
  const std::uint32_t text =
      elf.Add({.name = ".text", .flags = SHF_ALLOC, .contents = Zeros(64)});
  change(elf, text);
  return elf.Build();
}

TEST(ElfCopyTest, WhatLibelfWouldMendIsRefused) {
  EXPECT_NO_THROW(Copy(Damaged([](ElfBuilder&, std::uint32_t) {})));
  EXPECT_THROW(Copy(Damaged([](ElfBuilder& elf, std::uint32_t text) {
                 elf.section(elf.AddRelocSection(text, {{}})).entsize = 400;
               })),
               std::runtime_error);
  EXPECT_THROW(Copy(Damaged([](ElfBuilder& elf, std::uint32_t text) {
                 elf.section(text).align = 0;
               })),
               std::runtime_error);
}

TEST(ElfCopyTest, ContentsOutsideTheFileAreRefused) {
  EXPECT_THROW(Copy(Damaged([](ElfBuilder& elf, std::uint32_t text) {
                 elf.section(text).offset = 1 << 20;
               })),
               std::runtime_error);
}

// Changes sh_addralign, not where the section is.
void ClaimAlignment(const ElfBuilder& elf, std::uint32_t section,
                    std::uint64_t alignment, std::vector<std::uint8_t>& image) {
  const Target& target = elf.target();
  dwreloc::internal::Patch(
      image,
      elf.header_offset(section) + (target.is_64
                                        ? offsetof(Elf64_Shdr, sh_addralign)
                                        : offsetof(Elf32_Shdr, sh_addralign)),
      target.address_size(), alignment, target.order);
}

// libelf would write gigabytes of zeros.
TEST(ElfCopyTest, AlignmentFarBeyondTheFileIsRefused) {
  for (const std::uint32_t type : {SHT_PROGBITS, SHT_NOBITS}) {
    for (const Target& target : kTargets) {
      ElfBuilder elf(target);
      const std::uint32_t section = elf.Add({.name = ".s", .type = type});
      std::vector<std::uint8_t> image = elf.Build();
      for (const unsigned bits : {6, 15, 17, 31, 40, 63}) {
        if (bits > 31 && !target.is_64) break;
        ClaimAlignment(elf, section, std::uint64_t{1} << bits, image);
        if (bits < 16) {
          EXPECT_NO_THROW(Copy(image));
          continue;
        }
        EXPECT_THAT([&] { Copy(image); },
                    testing::ThrowsMessage<std::runtime_error>(
                        testing::StartsWith("the alignment of its sections")))
            << bits;
      }
    }
  }
}

// None of them claims much, all of them together do.
TEST(ElfCopyTest, AlignmentOfManySectionsFarBeyondTheFileIsRefused) {
  ElfBuilder elf;
  std::vector<std::uint32_t> sections;
  for (int i = 0; i < 4; ++i)
    sections.push_back(elf.Add({.name = ".s", .contents = {1}}));
  std::vector<std::uint8_t> image = elf.Build();
  ClaimAlignment(elf, sections[0], 1 << 16, image);
  EXPECT_NO_THROW(Copy(image));
  for (const std::uint32_t section : sections)
    ClaimAlignment(elf, section, 1 << 16, image);
  EXPECT_THAT([&] { Copy(image); },
              testing::ThrowsMessage<std::runtime_error>(
                  testing::StartsWith("the alignment of its sections")));
}

// As a linker leaves it: the padding is there already.
TEST(ElfCopyTest, AlignmentThatTheFileHasIsKept) {
  ElfBuilder elf;
  elf.Add({.name = ".large", .contents = {1}, .align = 1 << 20});
  const std::vector<std::uint8_t> image = elf.Build();
  EXPECT_GT(Copy(image).size(), std::size_t{1} << 20);
}

// In a longer section they would be names.
TEST(ElfCopyTest, NamesOutsideOfTheirSectionAreRefusedIfOneIsAdded) {
  const auto copy_with_one_more = [](std::uint32_t name) {
    ElfBuilder elf;
    const std::uint32_t text =
        elf.Add({.name = ".text", .flags = SHF_ALLOC, .contents = Zeros(64)});
    std::vector<std::uint8_t> image = elf.Build();
    if (name != 0)
      dwreloc::internal::Patch(image, elf.header_offset(text), 4, name);
    Contents contents;
    AddedSection added[] = {{.name = ".debug_addr", .bytes = {1}}};
    return CopyElf(image, SectionPacking::kPlain, contents, added);
  };
  EXPECT_NO_THROW(copy_with_one_more(0));
  EXPECT_THROW(copy_with_one_more(1000), std::runtime_error);
}

TEST(ElfCopyTest, AFirstHeaderThatSaysSomethingIsRefused) {
  ElfBuilder elf;
  std::vector<std::uint8_t> image = elf.Build();
  EXPECT_NO_THROW(Copy(image));
  dwreloc::internal::Patch(image, elf.header_offset(0), 4, 1);
  EXPECT_THROW(Copy(image), std::runtime_error);
}

TEST(ElfCopyTest, RecordsInEveryClassOrderAndKind) {
  const std::vector<RawRecord> records = {
      {.offset = 0x10, .info = 0x203, .addend = -1}};
  const auto encode = [&](bool is_64, bool is_rela, bool is_big) {
    return EncodeRecords(records, is_64, is_rela, NumberWriter(is_big));
  };
  EXPECT_THAT(encode(false, false, false),
              ElementsAre(0x10, 0, 0, 0, 3, 2, 0, 0));
  EXPECT_THAT(encode(false, true, true),
              ElementsAre(0, 0, 0, 0x10, 0, 0, 2, 3, 0xff, 0xff, 0xff, 0xff));
  EXPECT_THAT(encode(true, false, true),
              ElementsAre(0, 0, 0, 0, 0, 0, 0, 0x10, 0, 0, 0, 0, 0, 0, 2, 3));
  EXPECT_EQ(encode(true, true, false).size(), 24u);
}

}  // namespace
}  // namespace dwreloc_tools::compress
