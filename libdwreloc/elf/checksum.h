// The CRC32 that .gnu_debuglink has of the debug file (ISO 3309, as zlib has
// it).
// Tested by tests/unit/set/debug_file_test.cc.

#ifndef LIBDWRELOC_ELF_CHECKSUM_H_
#define LIBDWRELOC_ELF_CHECKSUM_H_

#include <cstdint>

#include "base/bytes.h"

namespace dwreloc::internal {

uint32_t Crc32(Bytes bytes);

}  // namespace dwreloc::internal

#endif  // LIBDWRELOC_ELF_CHECKSUM_H_
