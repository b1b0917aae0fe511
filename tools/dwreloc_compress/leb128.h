// leb128.h - DWARF 5 7.6: numbers of as many bytes as they need, or more.
//
// Tested by tests/compress/string_table_test.cc and
// tests/fixtures/compressed_test.py.
#ifndef DWRELOC_TOOLS_DWRELOC_COMPRESS_LEB128_H_
#define DWRELOC_TOOLS_DWRELOC_COMPRESS_LEB128_H_

#include <bit>
#include <cstdint>
#include <vector>

namespace dwreloc_tools::compress {

constexpr unsigned UlebSize(std::uint64_t value) {
  return value == 0 ? 1
                    : (static_cast<unsigned>(std::bit_width(value)) + 6) / 7;
}

constexpr unsigned SlebSize(std::int64_t value) {
  const auto bits = static_cast<std::uint64_t>(value < 0 ? ~value : value);
  return static_cast<unsigned>(std::bit_width(bits)) / 7 + 1;
}

// `size`: at least UlebSize(value).
inline void PutUleb(std::uint8_t* at, std::uint64_t value, unsigned size) {
  for (unsigned i = 0; i < size; ++i, value >>= 7)
    at[i] =
        static_cast<std::uint8_t>((value & 0x7f) | (i + 1 < size ? 0x80 : 0));
}

inline void AppendUleb(std::vector<std::uint8_t>& bytes, std::uint64_t value) {
  const unsigned size = UlebSize(value);
  bytes.resize(bytes.size() + size);
  PutUleb(bytes.data() + bytes.size() - size, value, size);
}

// `size`: SlebSize(value).
inline void PutSleb(std::uint8_t* at, std::int64_t value, unsigned size) {
  for (unsigned i = 0; i < size; ++i, value >>= 7)
    at[i] =
        static_cast<std::uint8_t>((value & 0x7f) | (i + 1 < size ? 0x80 : 0));
}

inline void AppendSleb(std::vector<std::uint8_t>& bytes, std::int64_t value) {
  const unsigned size = SlebSize(value);
  bytes.resize(bytes.size() + size);
  PutSleb(bytes.data() + bytes.size() - size, value, size);
}

}  // namespace dwreloc_tools::compress

#endif  // DWRELOC_TOOLS_DWRELOC_COMPRESS_LEB128_H_
