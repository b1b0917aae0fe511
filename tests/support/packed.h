// Files compressed as a whole, made by the libraries that unpack them.

#ifndef TESTS_SUPPORT_PACKED_H_
#define TESTS_SUPPORT_PACKED_H_

#include <cstdint>
#include <vector>

#include "base/bytes.h"

namespace dwreloc::internal {

std::vector<uint8_t> PackGzip(Bytes contents);
// As `make modules_install` does: CRC32, LZMA2 with a dictionary of 1 MiB.
std::vector<uint8_t> PackXz(Bytes contents);
// With a checksum, as zstd(1) does.
std::vector<uint8_t> PackZstd(Bytes contents);

struct Packer {
  const char* name;
  std::vector<uint8_t> (*pack)(Bytes);
};
inline constexpr Packer kPackers[] = {
    {"Gzip", PackGzip}, {"Xz", PackXz}, {"Zstd", PackZstd}};

}  // namespace dwreloc::internal

#endif  // TESTS_SUPPORT_PACKED_H_
