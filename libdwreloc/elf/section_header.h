// A section header in one shape for all ELF classes and byte orders (gABI ch.
// 4, "Section Header Table").
//
// Inline: the pass over all of a file's headers and most other callers use two
// or three fields, so the compiler drops the rest.
// Tested by tests/unit/elf/elf_file_test.cc.

#ifndef LIBDWRELOC_ELF_SECTION_HEADER_H_
#define LIBDWRELOC_ELF_SECTION_HEADER_H_

#include <elf.h>

#include <cstddef>
#include <cstdint>

#include "base/bytes.h"

namespace dwreloc::internal {

// Elf32_Shdr or Elf64_Shdr, in the host's byte order.
struct SectionHeader {
  uint32_t sh_name = 0;
  uint32_t sh_type = 0;
  uint64_t sh_flags = 0;
  uint64_t sh_addr = 0;
  uint64_t sh_offset = 0;
  uint64_t sh_size = 0;
  uint32_t sh_link = 0;
  uint32_t sh_info = 0;
  uint64_t sh_addralign = 0;
  uint64_t sh_entsize = 0;
};

// Decodes an Elf32_Shdr or Elf64_Shdr.  REQUIRES: sizeof(Shdr) bytes at `p`.
template <typename Shdr>
inline SectionHeader ParseSectionHeader(const uint8_t* p, ByteOrder order) {
  using Word = decltype(Shdr::sh_flags);  // 4 bytes in Elf32_Shdr, else 8
  return SectionHeader{
      .sh_name = Load<uint32_t>(p + offsetof(Shdr, sh_name), order),
      .sh_type = Load<uint32_t>(p + offsetof(Shdr, sh_type), order),
      .sh_flags = Load<Word>(p + offsetof(Shdr, sh_flags), order),
      .sh_addr = Load<Word>(p + offsetof(Shdr, sh_addr), order),
      .sh_offset = Load<Word>(p + offsetof(Shdr, sh_offset), order),
      .sh_size = Load<Word>(p + offsetof(Shdr, sh_size), order),
      .sh_link = Load<uint32_t>(p + offsetof(Shdr, sh_link), order),
      .sh_info = Load<uint32_t>(p + offsetof(Shdr, sh_info), order),
      .sh_addralign = Load<Word>(p + offsetof(Shdr, sh_addralign), order),
      .sh_entsize = Load<Word>(p + offsetof(Shdr, sh_entsize), order),
  };
}

}  // namespace dwreloc::internal

#endif  // LIBDWRELOC_ELF_SECTION_HEADER_H_
