// elf_copy.h - a copy of an ELF file with other contents in some sections.
//
// The same sections under the same numbers, with the same headers but for place
// and size; bytes of all others are as they were.
//
// Tested by tests/compress/elf_copy_test.cc and
// tests/fixtures/compressed_test.py.
#ifndef DWRELOC_TOOLS_DWRELOC_COMPRESS_ELF_COPY_H_
#define DWRELOC_TOOLS_DWRELOC_COMPRESS_ELF_COPY_H_

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "dwreloc_compress/emit.h"
#include "dwreloc_compress/pack.h"

namespace dwreloc_tools::compress {

struct Content {
  std::vector<std::uint8_t> bytes;
  bool may_be_compressed = false;  // SHF_COMPRESSED, if that is smaller
};

// By section index.
using Contents = std::map<std::uint32_t, Content>;

// Contents that are compressed are replaced by what is stored. Throws
// std::runtime_error.
std::vector<std::uint8_t> CopyElf(std::span<const std::uint8_t> image,
                                  SectionPacking packing, Contents& contents);

// Records as a section of that class, byte order and kind holds them.
std::vector<std::uint8_t> EncodeRecords(std::span<const RawRecord> records,
                                        bool is_64, bool is_rela,
                                        const NumberWriter& numbers);

}  // namespace dwreloc_tools::compress

#endif  // DWRELOC_TOOLS_DWRELOC_COMPRESS_ELF_COPY_H_
