// text.h - small readers of what users and scripts write.
//
// Tested by tests/cli/addr2line_test.py.
#ifndef DWRELOC_TOOLS_COMMON_TEXT_H_
#define DWRELOC_TOOLS_COMMON_TEXT_H_

#include <charconv>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <system_error>

namespace dwreloc_tools {

// Reads a number, a hexadecimal one after 0x; false if it is something else.
inline bool ParseNumber(std::string_view text, std::uint64_t* value) {
  int base = 10;
  if (text.starts_with("0x") || text.starts_with("0X")) {
    text.remove_prefix(2);
    base = 16;
  }
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, *value, base);
  return error == std::errc() && stop == end;
}

// A number in hexadecimal, with or without 0x, and nothing else.
inline std::optional<std::uint64_t> ParseHex(std::string_view digits) {
  if (digits.starts_with("0x") || digits.starts_with("0X"))
    digits.remove_prefix(2);
  const char* const end = digits.data() + digits.size();
  std::uint64_t number = 0;
  const auto [last, error] = std::from_chars(digits.data(), end, number, 16);
  if (error != std::errc() || last != end) return std::nullopt;
  return number;
}

// Without white space at both ends.
inline std::string_view Trim(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\n";
  const std::size_t begin = text.find_first_not_of(kSpace);
  if (begin == std::string_view::npos) return "";
  return text.substr(begin, text.find_last_not_of(kSpace) + 1 - begin);
}

}  // namespace dwreloc_tools

#endif  // DWRELOC_TOOLS_COMMON_TEXT_H_
