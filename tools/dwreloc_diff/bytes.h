// bytes.h - how what a file says is written, so that equal bytes say the same.
//
// Every item ends by itself (numbers as LEB128, strings behind their length),
// so that two different sequences of items never make the same bytes.
// Tested by tests/diff/same_test.py.
#ifndef DWRELOC_TOOLS_DWRELOC_DIFF_BYTES_H_
#define DWRELOC_TOOLS_DWRELOC_DIFF_BYTES_H_

#include <cstdint>
#include <string>
#include <string_view>

namespace dwreloc_tools {

inline void PutNumber(std::string& bytes, std::uint64_t value) {
  while (value >= 0x80) {
    bytes.push_back(static_cast<char>(value | 0x80));
    value >>= 7;
  }
  bytes.push_back(static_cast<char>(value));
}

// Numbers are equal as numbers of mathematics are: -1 is not 2^64 - 1.
inline void PutSignedNumber(std::string& bytes, bool is_signed,
                            std::uint64_t value) {
  const bool is_negative = is_signed && static_cast<std::int64_t>(value) < 0;
  bytes.push_back(is_negative ? '-' : '+');
  PutNumber(bytes, is_negative ? ~value : value);
}

inline void PutString(std::string& bytes, std::string_view text) {
  PutNumber(bytes, text.size());
  bytes.append(text);
}

}  // namespace dwreloc_tools

#endif  // DWRELOC_TOOLS_DWRELOC_DIFF_BYTES_H_
