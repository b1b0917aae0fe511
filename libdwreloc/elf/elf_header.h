// The ELF header in one shape for all classes and byte orders (gABI ch. 4).
// Tested by tests/unit/elf/elf_file_test.cc.

#ifndef LIBDWRELOC_ELF_ELF_HEADER_H_
#define LIBDWRELOC_ELF_ELF_HEADER_H_

#include <cstdint>

#include "base/bytes.h"
#include "base/status.h"

namespace dwreloc::internal {

// The parts of Elf32_Ehdr or Elf64_Ehdr that are used here.
struct ElfHeader {
  bool is_64 = true;
  ByteOrder order = ByteOrder::kLittle;
  uint16_t e_type = 0;
  uint16_t e_machine = 0;
  uint32_t e_flags = 0;
  uint64_t e_shoff = 0;
  uint16_t e_shentsize = 0;
  uint16_t e_shnum = 0;
  uint16_t e_shstrndx = 0;

  // Sizes in bytes of the file's class.
  uint64_t size() const;
  uint64_t section_header_size() const;
};

// The largest of any class.
inline constexpr uint64_t kMaxElfHeaderSize = 64;

// `start`: the first kMaxElfHeaderSize bytes of the file, or all of a smaller
// one.
absl::StatusOr<ElfHeader> ParseElfHeader(Bytes start);

}  // namespace dwreloc::internal

#endif  // LIBDWRELOC_ELF_ELF_HEADER_H_
