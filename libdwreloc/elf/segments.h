// Program headers: the parts of a linked file that are loaded as a whole (gABI
// ch. 5 "Program Header").  Read on demand; only whoever moves segments asks.
// Tested by tests/unit/elf/segments_test.cc.

#ifndef LIBDWRELOC_ELF_SEGMENTS_H_
#define LIBDWRELOC_ELF_SEGMENTS_H_

#include <cstdint>

#include "base/status.h"
#include "elf/elf_file.h"

namespace dwreloc::internal {

// The parts of Elf32_Phdr or Elf64_Phdr that are used here.
struct Segment {
  uint32_t p_type = 0;
  uint64_t p_vaddr = 0;
  uint64_t p_memsz = 0;
};

// kNotFound if the file has fewer.
absl::StatusOr<Segment> ReadSegment(const ElfFile& file, uint32_t index);

}  // namespace dwreloc::internal

#endif  // LIBDWRELOC_ELF_SEGMENTS_H_
