// Spans of bytes, loads in either byte order, and checked arithmetic.
//
// Nothing here knows ELF or DWARF.  Loads work at any alignment.  Lengths that
// come from a file are only ever added or compared by the helpers below.
// Tested by tests/unit/base/bytes_test.cc.

#ifndef LIBDWRELOC_BASE_BYTES_H_
#define LIBDWRELOC_BASE_BYTES_H_

#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>

namespace dwreloc::internal {

// Borrowed bytes; the function that returns them documents their owner.
using Bytes = std::span<const uint8_t>;

enum class ByteOrder : uint8_t { kLittle, kBig };

inline constexpr ByteOrder kNativeOrder =
    std::endian::native == std::endian::little ? ByteOrder::kLittle
                                               : ByteOrder::kBig;

template <std::unsigned_integral T>
constexpr T SwapBytes(T value) {
  if constexpr (sizeof(T) == 1) return value;
  if constexpr (sizeof(T) == 2) return __builtin_bswap16(value);
  if constexpr (sizeof(T) == 4) return __builtin_bswap32(value);
  if constexpr (sizeof(T) == 8) return __builtin_bswap64(value);
}

// REQUIRES: sizeof(T) readable bytes at p.
template <std::unsigned_integral T>
inline T Load(const uint8_t* p, ByteOrder order) {
  T value;
  std::memcpy(&value, p, sizeof(value));
  return order == kNativeOrder ? value : SwapBytes(value);
}

// Loads an unsigned number of `width` bytes, 1 to 8.
// REQUIRES: `width` readable bytes at p.
inline uint64_t LoadWidth(const uint8_t* p, int width, ByteOrder order) {
  switch (width) {
    case 1:
      return *p;
    case 2:
      return Load<uint16_t>(p, order);
    case 4:
      return Load<uint32_t>(p, order);
    case 8:
      return Load<uint64_t>(p, order);
    default: {
      uint64_t value = 0;
      for (int i = 0; i < width; ++i) {
        const int byte = order == ByteOrder::kLittle ? width - 1 - i : i;
        value = value << 8 | p[byte];
      }
      return value;
    }
  }
}

// The low `width` bytes of value, sign-extended.  REQUIRES: width is 1 to 8.
inline int64_t SignExtend(uint64_t value, int width) {
  const int shift = 64 - 8 * width;
  return static_cast<int64_t>(value << shift) >> shift;
}

// The low `width` bytes of value.  REQUIRES: width is 1 to 8.
inline uint64_t ZeroExtend(uint64_t value, int width) {
  const int shift = 64 - 8 * width;
  return value << shift >> shift;
}

// Returns true if [offset, offset + size) lies in [0, limit).
inline bool Fits(uint64_t offset, uint64_t size, uint64_t limit) {
  return offset <= limit && size <= limit - offset;
}

// Returns bytes[offset, offset + size), or nothing if it is out of range.
inline std::optional<Bytes> Slice(Bytes bytes, uint64_t offset, uint64_t size) {
  if (!Fits(offset, size, bytes.size())) return std::nullopt;
  return bytes.subspan(static_cast<size_t>(offset), static_cast<size_t>(size));
}

}  // namespace dwreloc::internal

#endif  // LIBDWRELOC_BASE_BYTES_H_
