// pack.h - compression: of a whole file, as the kernel's modules are, and of
// debug sections (gABI, SHF_COMPRESSED).
//
// Tested by tests/compress/pack_test.cc and tests/fixtures/compressed_test.py.
#ifndef DWRELOC_TOOLS_DWRELOC_COMPRESS_PACK_H_
#define DWRELOC_TOOLS_DWRELOC_COMPRESS_PACK_H_

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace dwreloc_tools::compress {

enum class Packing : std::uint8_t { kPlain, kGzip, kXz, kZstd };

// How a file begins. kPlain if it cannot be read, too.
Packing PackingOf(const std::string& path);

// As the kernel's build does it, so that its loader can read it: xz with CRC32
// and a dictionary of 1 MiB, gzip without name and time. Throws
// std::runtime_error.
std::vector<std::uint8_t> Pack(std::span<const std::uint8_t> bytes,
                               Packing packing);

enum class SectionPacking : std::uint8_t { kPlain, kZlib, kZstd };

// The contents of a compressed section: an Elf64_Chdr or Elf32_Chdr, then
// compressed bytes. Empty if that would not be smaller.
std::vector<std::uint8_t> PackSection(std::span<const std::uint8_t> bytes,
                                      std::uint64_t alignment, bool is_64,
                                      bool is_big_endian,
                                      SectionPacking packing);

}  // namespace dwreloc_tools::compress

#endif  // DWRELOC_TOOLS_DWRELOC_COMPRESS_PACK_H_
