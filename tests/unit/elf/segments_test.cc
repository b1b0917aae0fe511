// elf/segments: program headers of both classes and byte orders, good and cut.

#include "elf/segments.h"

#include <gtest/gtest.h>

#include <vector>

#include "support/assembler.h"
#include "support/dwarf_file.h"
#include "support/elf_builder.h"

namespace dwreloc::internal {
namespace {

// A linked file without sections but the usual ones, with two program headers.
std::vector<uint8_t> Image(const Target& target) {
  ElfBuilder elf(target, ET_EXEC);
  std::vector<uint8_t> image = elf.Build();
  const uint64_t start = image.size();
  Assembler out(target);
  for (uint64_t i = 0; i < 2; ++i) {
    const int width = target.address_size();
    out.U32(i == 0 ? PT_NOTE : PT_LOAD);
    if (target.is_64) out.U32(0);
    out.Number(0, width);                 // p_offset
    out.Number(0x1000 * (i + 1), width);  // p_vaddr
    out.Number(0, width);                 // p_paddr
    out.Number(0, width);                 // p_filesz
    out.Number(0x100 * (i + 1), width);   // p_memsz
    if (!target.is_64) out.U32(0);
    out.Number(0, width);  // p_align
  }
  const std::vector<uint8_t> headers = out.bytes();
  image.insert(image.end(), headers.begin(), headers.end());
  const uint64_t phoff = target.is_64 ? 32 : 28;
  const uint64_t phentsize = target.is_64 ? 54 : 42;
  Patch(image, phoff, target.address_size(), start, target.order);
  Patch(image, phentsize, 2, target.is_64 ? 56 : 32, target.order);
  Patch(image, phentsize + 2, 2, 2, target.order);
  return image;
}

TEST(SegmentsTest, OfEveryMachine) {
  for (const Target& target : kTargets) {
    SCOPED_TRACE(target.name);
    const std::vector<uint8_t> image = Image(target);
    const auto file = ElfFile::OpenMemory(image, "test");
    ASSERT_THAT(file, IsOk());
    const absl::StatusOr<Segment> note = ReadSegment(**file, 0);
    ASSERT_THAT(note, IsOk());
    EXPECT_EQ(note->p_type, uint32_t{PT_NOTE});
    const absl::StatusOr<Segment> load = ReadSegment(**file, 1);
    ASSERT_THAT(load, IsOk());
    EXPECT_EQ(load->p_type, uint32_t{PT_LOAD});
    EXPECT_EQ(load->p_vaddr, 0x2000u);
    EXPECT_EQ(load->p_memsz, 0x200u);
    EXPECT_THAT(ReadSegment(**file, 2),
                FailsWith(ErrorCode::kNotFound, "no segment 2 of 2"));
  }
}

TEST(SegmentsTest, OutsideTheFile) {
  const std::vector<uint8_t> image = Image(kX86_64);
  for (size_t cut = 1; cut <= 56; ++cut) {
    const std::vector<uint8_t> less(image.begin(),
                                    image.end() - static_cast<long>(cut));
    const auto file = ElfFile::OpenMemory(less, "test");
    ASSERT_THAT(file, IsOk());
    EXPECT_THAT(ReadSegment(**file, 0), IsOk());
    EXPECT_THAT(ReadSegment(**file, 1),
                FailsWith(ErrorCode::kBadElf, "outside the file"));
  }
}

TEST(SegmentsTest, EntriesThatAreTooSmall) {
  std::vector<uint8_t> image = Image(kX86_64);
  for (const uint64_t size : {0, 1, 55}) {
    Patch(image, 54, 2, size);
    const auto file = ElfFile::OpenMemory(image, "test");
    EXPECT_THAT(ReadSegment(**file, 0),
                FailsWith(ErrorCode::kBadElf, "too small"));
  }
}

TEST(SegmentsTest, UnlinkedFilesHaveNone) {
  ElfBuilder elf;
  const std::vector<uint8_t> image = elf.Build();
  const auto file = ElfFile::OpenMemory(image, "test");
  EXPECT_THAT(ReadSegment(**file, 0), FailsWith(ErrorCode::kNotFound, "of 0"));
}

}  // namespace
}  // namespace dwreloc::internal
