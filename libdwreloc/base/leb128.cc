#include "base/leb128.h"

namespace dwreloc::internal {

LebError ReadUleb128(const uint8_t** p, const uint8_t* end, uint64_t* value) {
  uint64_t number = 0;
  // Beyond 64 bits the exact shift no longer matters, but it must not overflow.
  int shift = 0;
  for (const uint8_t* q = *p; q != end;
       shift = shift < 64 ? shift + 7 : shift) {
    const uint8_t byte = *q++;
    const uint64_t bits = byte & 0x7f;
    // Padding with zero bits is legal at any length.
    if (shift < 64) number |= bits << shift;
    if ((shift >= 64 && bits != 0) || (shift == 63 && bits > 1)) {
      return LebError::kTooLong;
    }
    if ((byte & 0x80) == 0) {
      *value = number;
      *p = q;
      return LebError::kNone;
    }
  }
  return LebError::kTruncated;
}

LebError ReadSleb128(const uint8_t** p, const uint8_t* end, int64_t* value) {
  uint64_t number = 0;
  int shift = 0;
  for (const uint8_t* q = *p; q != end;
       shift = shift < 64 ? shift + 7 : shift) {
    const uint8_t byte = *q++;
    const uint64_t bits = byte & 0x7f;
    if (shift < 63) {
      number |= bits << shift;
    } else {
      // Bit 63; all bits above must be copies of the sign.
      if (shift == 63) number |= bits << 63;
      const uint64_t sign = number >> 63 != 0 ? 0x7f : 0;
      if (bits != sign) return LebError::kTooLong;
    }
    if ((byte & 0x80) == 0) {
      if (shift < 57 && (byte & 0x40) != 0) {
        number |= ~uint64_t{0} << (shift + 7);
      }
      *value = static_cast<int64_t>(number);
      *p = q;
      return LebError::kNone;
    }
  }
  return LebError::kTruncated;
}

uint64_t Leb128Size(Bytes bytes, uint64_t offset) {
  for (uint64_t i = offset; i < bytes.size(); ++i) {
    if ((bytes[static_cast<size_t>(i)] & 0x80) == 0) return i - offset + 1;
  }
  return 0;
}

}  // namespace dwreloc::internal
