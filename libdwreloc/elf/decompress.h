// Decompression of section contents: zlib and zstd, by their own libraries.
//
// The size is given by the file and so cannot be trusted: the output grows with
// the data that is actually produced, and a claim beyond what the format can
// produce from that much input is refused before anything is allocated.
// Tested by tests/unit/elf/decompress_test.cc.

#ifndef LIBDWRELOC_ELF_DECOMPRESS_H_
#define LIBDWRELOC_ELF_DECOMPRESS_H_

#include <cstdint>
#include <vector>

#include "base/bytes.h"
#include "base/status.h"

namespace dwreloc::internal {

// `size` is the exact size the contents must have.
absl::StatusOr<std::vector<uint8_t>> DecompressZlib(Bytes input, uint64_t size);
absl::StatusOr<std::vector<uint8_t>> DecompressZstd(Bytes input, uint64_t size);

}  // namespace dwreloc::internal

#endif  // LIBDWRELOC_ELF_DECOMPRESS_H_
