// hash.h - 64-bit hashes of words and bytes, the same on every machine.
//
// They group what may be equal. Nothing is taken for equal because of a hash.
//
// Tested by tests/compress/string_table_test.cc and
// tests/fixtures/compressed_test.py.
#ifndef DWRELOC_TOOLS_DWRELOC_COMPRESS_HASH_H_
#define DWRELOC_TOOLS_DWRELOC_COMPRESS_HASH_H_

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace dwreloc_tools::compress {

// The finalizer of SplitMix64 (Steele, Lea, Flood 2014).
constexpr std::uint64_t Mix(std::uint64_t x) {
  x ^= x >> 30;
  x *= 0xbf58476d1ce4e5b9;
  x ^= x >> 27;
  x *= 0x94d049bb133111eb;
  return x ^ (x >> 31);
}

// The hash of what `seed` is the hash of, followed by `value`.
constexpr std::uint64_t Combine(std::uint64_t seed, std::uint64_t value) {
  return Mix(seed * 0x9e3779b97f4a7c15 + value + 1);
}

// The same for long runs of values, the last of which is to be mixed.
constexpr std::uint64_t Fold(std::uint64_t seed, std::uint64_t value) {
  seed = (seed ^ value) * 0x9e3779b97f4a7c15;
  return seed ^ (seed >> 32);
}

inline std::uint64_t HashOf(std::string_view bytes) {
  std::uint64_t hash = bytes.size();
  const char* at = bytes.data();
  std::size_t left = bytes.size();
  for (; left >= 8; at += 8, left -= 8) {
    std::uint64_t word;
    std::memcpy(&word, at, 8);
    hash = (hash ^ word) * 0x9e3779b97f4a7c15;
    hash ^= hash >> 29;
  }
  std::uint64_t word = 0;
  if (left > 0) std::memcpy(&word, at, left);
  return Mix(hash ^ word);
}

}  // namespace dwreloc_tools::compress

#endif  // DWRELOC_TOOLS_DWRELOC_COMPRESS_HASH_H_
