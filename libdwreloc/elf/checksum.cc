#include "elf/checksum.h"

#include <zlib.h>

namespace dwreloc::internal {

uint32_t Crc32(Bytes bytes) {
  return static_cast<uint32_t>(
      crc32_z(crc32_z(0, nullptr, 0), bytes.data(), bytes.size()));
}

}  // namespace dwreloc::internal
