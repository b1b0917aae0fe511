// Program headers for a built image, which is then a program.
//
// Tested by being used: tests/compress/linked_copy_test.cc.
#ifndef TESTS_COMPRESS_SEGMENTS_H_
#define TESTS_COMPRESS_SEGMENTS_H_

#include <elf.h>

#include <cstddef>
#include <cstdint>
#include <vector>

#include "support/elf_builder.h"

namespace dwreloc_tools::compress {

struct Segment {
  std::uint32_t type = PT_LOAD;
  std::uint64_t offset = 0;
  std::uint64_t file_size = 0;
};

// Writes them to a part of the image that has room for them.
inline void SetSegments(const dwreloc::internal::Target& target,
                        std::uint64_t at, const std::vector<Segment>& segments,
                        std::vector<std::uint8_t>& image) {
  const auto put = [&](std::uint64_t offset, int width, std::uint64_t value) {
    dwreloc::internal::Patch(image, offset, width, value, target.order);
  };
  if (target.is_64) {
    put(offsetof(Elf64_Ehdr, e_phoff), 8, at);
    put(offsetof(Elf64_Ehdr, e_phentsize), 2, sizeof(Elf64_Phdr));
    put(offsetof(Elf64_Ehdr, e_phnum), 2, segments.size());
  } else {
    put(offsetof(Elf32_Ehdr, e_phoff), 4, at);
    put(offsetof(Elf32_Ehdr, e_phentsize), 2, sizeof(Elf32_Phdr));
    put(offsetof(Elf32_Ehdr, e_phnum), 2, segments.size());
  }
  for (const Segment& segment : segments) {
    if (target.is_64) {
      put(at + offsetof(Elf64_Phdr, p_type), 4, segment.type);
      put(at + offsetof(Elf64_Phdr, p_offset), 8, segment.offset);
      put(at + offsetof(Elf64_Phdr, p_filesz), 8, segment.file_size);
      at += sizeof(Elf64_Phdr);
    } else {
      put(at + offsetof(Elf32_Phdr, p_type), 4, segment.type);
      put(at + offsetof(Elf32_Phdr, p_offset), 4, segment.offset);
      put(at + offsetof(Elf32_Phdr, p_filesz), 4, segment.file_size);
      at += sizeof(Elf32_Phdr);
    }
  }
}

}  // namespace dwreloc_tools::compress

#endif  // TESTS_COMPRESS_SEGMENTS_H_
