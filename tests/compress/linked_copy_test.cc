// Copies of linked files: what is loaded is where it was, byte for byte, with
// what lies between; the rest is behind it.

#include "dwreloc_compress/linked_copy.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>
#include <string>

#include "compress/compressed.h"
#include "compress/headers.h"
#include "compress/segments.h"
#include "support/elf_builder.h"

namespace dwreloc_tools::compress {
namespace {

using dwreloc::internal::ElfBuilder;
using dwreloc::internal::kTargets;
using dwreloc::internal::Target;
using dwreloc::internal::Zeros;
using testing::ElementsAre;
using testing::HasSubstr;

using Bytes = std::vector<std::uint8_t>;

constexpr std::uint64_t kRoom = 3 * sizeof(Elf64_Phdr);

Bytes Copy(const Bytes& image, Contents contents = {},
           SectionPacking packing = SectionPacking::kPlain) {
  return CopyElf(image, packing, contents);
}

std::string WhyNotCopy(const Bytes& image, Contents contents) {
  try {
    Copy(image, std::move(contents));
  } catch (const std::runtime_error& error) {
    return error.what();
  }
  return "";
}

// A program: headers, code, data behind a gap, and what is not loaded.
struct Program {
  explicit Program(const Target& target = dwreloc::internal::kX86_64)
      : elf(target, ET_EXEC) {
    headers = elf.Add(
        {.name = ".headers", .flags = SHF_ALLOC, .contents = Zeros(kRoom)});
    text = elf.Add({.name = ".text",
                    .flags = SHF_ALLOC | SHF_EXECINSTR,
                    .addr = 0x10000,
                    .contents = {1, 2, 3, 4, 5},
                    .align = 256});
    data = elf.Add({.name = ".data",
                    .flags = SHF_ALLOC | SHF_WRITE,
                    .addr = 0x20000,
                    .contents = {6, 7},
                    .align = 256});
    bss = elf.Add({.name = ".bss",
                   .type = SHT_NOBITS,
                   .flags = SHF_ALLOC | SHF_WRITE,
                   .addr = 0x21000,
                   .align = 64,
                   .size = 4096});
    comment = elf.Add({.name = ".comment", .contents = {9, 9, 9}});
    info = elf.Add(
        {.name = ".debug_info", .contents = Bytes(1000, 0xee), .align = 8});
    str = elf.Add({.name = ".debug_str", .contents = {'a', 'b', 0}});
  }

  // Segments as a linker makes them.
  Bytes Build() {
    Bytes image = elf.Build();
    const std::uint64_t end = elf.contents_offset(data) + 2;
    // What is between sections is loaded, too.
    image[elf.contents_offset(data) - 1] = 0xdd;
    SetSegments(elf.target(), elf.contents_offset(headers),
                {{.offset = 0, .file_size = end},
                 {.type = PT_NULL, .offset = 0, .file_size = image.size()},
                 {.type = PT_GNU_STACK}},
                image);
    return image;
  }

  ElfBuilder elf;
  std::uint32_t headers;
  std::uint32_t text;
  std::uint32_t data;
  std::uint32_t bss;
  std::uint32_t comment;
  std::uint32_t info;
  std::uint32_t str;
};

// The bytes up to there, but for the place of the section headers.
Bytes BeginOf(const Target& target, const Bytes& image, std::uint64_t end) {
  Bytes begin(image.begin(), image.begin() + static_cast<std::ptrdiff_t>(end));
  if (target.is_64)
    dwreloc::internal::Patch(begin, offsetof(Elf64_Ehdr, e_shoff), 8, 0);
  else
    dwreloc::internal::Patch(begin, offsetof(Elf32_Ehdr, e_shoff), 4, 0);
  return begin;
}

void ExpectSameHeaders(const Bytes& image, const Bytes& copy,
                       const Contents& contents) {
  const dwreloc::File a = dwreloc::File::FromMemory(image, "a");
  const dwreloc::File b = dwreloc::File::FromMemory(copy, "b");
  ASSERT_EQ(a.sections().size(), b.sections().size());
  for (std::uint32_t i = 0; i < a.sections().size(); ++i) {
    const Dwreloc_Section before = a.sections()[i].raw();
    const Dwreloc_Section after = b.sections()[i].raw();
    ExpectSameHeader(before, after);
    if ((before.flags & SHF_ALLOC) != 0) {
      EXPECT_EQ(before.file_offset, after.file_offset) << before.name;
    }
    if (contents.contains(i)) {
      EXPECT_EQ(after.file_size, contents.at(i).bytes.size());
    } else {
      EXPECT_EQ(before.file_size, after.file_size) << before.name;
      EXPECT_EQ(SectionOf(image, before.name), SectionOf(copy, before.name));
    }
  }
}

TEST(LinkedCopyTest, WhatIsLoadedStaysAndTheRestMovesUp) {
  for (const Target& target : kTargets) {
    Program program(target);
    const Bytes image = program.Build();
    const Contents contents = {{program.info, {.bytes = {7, 8, 9}}},
                               {program.str, {}}};
    const Bytes copy = Copy(image, contents);
    EXPECT_LT(copy.size(), image.size() - 900);
    const std::uint64_t end = program.elf.contents_offset(program.data) + 2;
    EXPECT_EQ(BeginOf(target, image, end), BeginOf(target, copy, end));
    ExpectSameHeaders(image, copy, contents);
    EXPECT_THAT(SectionOf(copy, ".debug_info"), ElementsAre(7, 8, 9));
    EXPECT_THAT(SectionOf(copy, ".comment"), ElementsAre(9, 9, 9));
    // The same once more.
    EXPECT_EQ(Copy(copy, contents), copy);
  }
}

TEST(LinkedCopyTest, AnEmptySectionTakesContents) {
  Program program;
  const std::uint32_t lines = program.elf.Add({.name = ".debug_line_str"});
  const Bytes copy =
      Copy(program.Build(), {{lines, {.bytes = {'x', 'y', 'z', 0}}}});
  EXPECT_THAT(SectionOf(copy, ".debug_line_str"),
              ElementsAre('x', 'y', 'z', 0));
}

TEST(LinkedCopyTest, ContentsAreCompressedOnRequest) {
  for (const Target& target : kTargets) {
    Program program(target);
    const Bytes image = program.Build();
    const Bytes copy = Copy(
        image,
        {{program.info, {.bytes = Zeros(5000), .may_be_compressed = true}}},
        SectionPacking::kZlib);
    EXPECT_LT(copy.size(), image.size());
    EXPECT_EQ(SectionOf(copy, ".debug_info"), Zeros(5000));
    const dwreloc::File file = dwreloc::File::FromMemory(copy, "copy");
    const Dwreloc_Section info = file.sections()[program.info].raw();
    EXPECT_EQ(info.flags, std::uint64_t{SHF_COMPRESSED});
    EXPECT_EQ(info.alignment, target.is_64 ? 8u : 4u);
  }
}

// As objcopy --only-keep-debug and eu-strip -f leave it: program headers that
// tell of bytes of the program, where debug sections are now.
TEST(LinkedCopyTest, ProgramHeadersOfAFileForDebuggingBindNothing) {
  for (const Target& target : kTargets) {
    ElfBuilder elf(target, ET_DYN);
    const std::uint32_t headers = elf.Add({.name = ".headers",
                                           .type = SHT_NOTE,
                                           .flags = SHF_ALLOC,
                                           .contents = Zeros(kRoom)});
    elf.Add({.name = ".text",
             .type = SHT_NOBITS,
             .flags = SHF_ALLOC | SHF_EXECINSTR,
             .size = 5000});
    const std::uint32_t info =
        elf.Add({.name = ".debug_info", .contents = Bytes(1000, 0xee)});
    Bytes image = elf.Build();
    SetSegments(target, elf.contents_offset(headers),
                {{.offset = 0, .file_size = 5000},
                 {.offset = 1 << 20, .file_size = 5000}},
                image);
    const Contents contents = {{info, {.bytes = {7, 8, 9}}}};
    const Bytes copy = Copy(image, contents);
    ExpectSameHeaders(image, copy, contents);
    EXPECT_THAT(SectionOf(copy, ".debug_info"), ElementsAre(7, 8, 9));
    const std::uint64_t end = elf.contents_offset(headers) + kRoom;
    EXPECT_EQ(BeginOf(target, image, end), BeginOf(target, copy, end));
  }
}

TEST(LinkedCopyTest, ASectionInASegmentIsRefused) {
  Program program;
  Bytes image = program.Build();
  SetSegments(program.elf.target(),
              program.elf.contents_offset(program.headers),
              {{.offset = 0,
                .file_size = program.elf.contents_offset(program.info) + 1}},
              image);
  EXPECT_EQ(WhyNotCopy(image, {{program.info, {.bytes = {1}}}}),
            "a section among what is loaded");
  // One that stays as it is may be there, whole.
  EXPECT_EQ(WhyNotCopy(image, {{program.str, {}}}),
            "a section among what is loaded");
  const auto covered = [&](std::uint32_t end) {
    SetSegments(
        program.elf.target(), program.elf.contents_offset(program.headers),
        {{.offset = 0, .file_size = program.elf.contents_offset(end)}}, image);
    return image;
  };
  EXPECT_EQ(WhyNotCopy(covered(program.str), {{program.str, {}}}), "");
  EXPECT_EQ(WhyNotCopy(covered(program.info), {{program.info, {}}}), "");
}

TEST(LinkedCopyTest, WhatIsLoadedHasNoOtherContents) {
  Program program;
  const Bytes image = program.Build();
  for (const std::uint32_t index : {program.text, program.bss, 0u})
    EXPECT_EQ(WhyNotCopy(image, {{index, {.bytes = {1}}}}),
              "contents of a section that stays");
}

TEST(LinkedCopyTest, WhatIsAppendedIsNotLost) {
  Program program;
  Bytes image = program.Build();
  image.resize(image.size() + 100, 1);
  EXPECT_EQ(WhyNotCopy(image, {{program.info, {.bytes = {1}}}}),
            "there is something behind all sections");
}

TEST(LinkedCopyTest, PlacesOutsideTheFileAreRefused) {
  Program program;
  Bytes image = program.Build();
  SetSegments(program.elf.target(),
              program.elf.contents_offset(program.headers),
              {{.offset = UINT64_MAX - 5, .file_size = 10}}, image);
  EXPECT_EQ(WhyNotCopy(image, {}), "a segment outside of the file");
  Program other;
  other.elf.section(other.comment).offset = 1 << 20;
  EXPECT_EQ(WhyNotCopy(other.Build(), {}), "a section outside of the file");
  Program aligned;
  image = aligned.Build();
  const auto claim = [&](std::uint32_t section, std::uint64_t alignment) {
    dwreloc::internal::Patch(
        image,
        aligned.elf.header_offset(section) + offsetof(Elf64_Shdr, sh_addralign),
        8, alignment);
  };
  // Two together are too much.
  claim(aligned.comment, 1 << 16);
  EXPECT_EQ(WhyNotCopy(image, {}), "");
  claim(aligned.info, 1 << 16);
  EXPECT_THAT(WhyNotCopy(image, {}),
              testing::StartsWith("the alignment of its sections takes 1"));
  claim(aligned.comment, std::uint64_t{1} << 40);
  EXPECT_THAT(WhyNotCopy(image, {}),
              testing::StartsWith("the alignment of its sections takes 10995"));
  Program odd;
  image = odd.Build();
  dwreloc::internal::Patch(image, offsetof(Elf64_Ehdr, e_shentsize), 2, 65);
  EXPECT_THAT(WhyNotCopy(image, {}), HasSubstr("section"));
}

// One of its fields changes.
TEST(LinkedCopyTest, WhatOverlapsTheElfHeaderIsRefused) {
  for (const Target& target : kTargets) {
    Program program(target);
    const Bytes image = program.Build();
    Bytes damaged = image;
    dwreloc::internal::Patch(damaged,
                             target.is_64 ? offsetof(Elf64_Ehdr, e_phoff)
                                          : offsetof(Elf32_Ehdr, e_phoff),
                             target.address_size(), 8, target.order);
    EXPECT_EQ(WhyNotCopy(damaged, {}), "something overlaps the ELF header");
    Program other(target);
    other.elf.section(other.text).offset = 4;
    EXPECT_EQ(WhyNotCopy(other.Build(), {}),
              "something overlaps the ELF header");
  }
}

// Headers may say what libelf would mend.
TEST(LinkedCopyTest, HeadersAreCopiedAsTheyAre) {
  Program program;
  program.elf.section(program.comment).entsize = 400;
  program.elf.section(program.comment).align = 0;
  const Bytes image = program.Build();
  const Contents contents = {{program.info, {.bytes = {7, 8, 9}}}};
  const Bytes copy = Copy(image, contents);
  ExpectSameHeaders(image, copy, contents);
  const dwreloc::File file = dwreloc::File::FromMemory(copy, "copy");
  EXPECT_EQ(file.sections()[program.comment].raw().entry_size, 400u);
}

}  // namespace
}  // namespace dwreloc_tools::compress
