// Numbers written into bytes: the counterpart of LoadWidth of base/bytes.
// Tested by tests/unit/write/store_test.cc.

#ifndef LIBDWRELOC_WRITE_STORE_H_
#define LIBDWRELOC_WRITE_STORE_H_

#include <cstddef>
#include <cstdint>

#include "base/bytes.h"

namespace dwreloc::internal {

// Writes the low `width` bytes of a number; 1 <= width <= 8.
inline void StoreWidth(uint8_t* p, size_t width, uint64_t value,
                       ByteOrder order) {
  for (size_t i = 0; i < width; ++i) {
    const size_t at = order == ByteOrder::kLittle ? i : width - 1 - i;
    p[at] = static_cast<uint8_t>(value >> (8 * i));
  }
}

// Writes a ULEB128 number of exactly `size` bytes, padded.  Returns false if it
// does not fit.
inline bool StoreUleb128(uint8_t* p, size_t size, uint64_t value) {
  for (size_t i = 0; i < size; ++i) {
    const uint8_t more = i + 1 < size ? 0x80 : 0;
    p[i] = static_cast<uint8_t>((value & 0x7f) | more);
    value >>= 7;
  }
  return value == 0;
}

}  // namespace dwreloc::internal

#endif  // LIBDWRELOC_WRITE_STORE_H_
