// Small readers of text that a system or a user wrote: lines, words, numbers.
// Tested by tests/unit/base/text_test.cc.

#ifndef LIBDWRELOC_BASE_TEXT_H_
#define LIBDWRELOC_BASE_TEXT_H_

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <system_error>

namespace dwreloc::internal {

// Removes the first line, with its end, and returns it without.
inline std::string_view TakeLine(std::string_view& text) {
  const size_t length = std::min(text.find('\n'), text.size());
  const std::string_view line = text.substr(0, length);
  text.remove_prefix(std::min(length + 1, text.size()));
  return line;
}

// Without white space at both ends.
inline std::string_view Trim(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\n\v\f";
  const size_t begin = text.find_first_not_of(kSpace);
  if (begin == std::string_view::npos) return "";
  return text.substr(begin, text.find_last_not_of(kSpace) + 1 - begin);
}

// Removes the first word, with the white space around it, and returns it;
// empty at the end.
inline std::string_view TakeWord(std::string_view& text) {
  text = Trim(text);
  const size_t length = std::min(text.find_first_of(" \t"), text.size());
  const std::string_view word = text.substr(0, length);
  text.remove_prefix(length);
  return word;
}

// A number in hexadecimal, with or without 0x, and nothing else.
inline std::optional<uint64_t> ParseHex(std::string_view digits) {
  if (digits.starts_with("0x") || digits.starts_with("0X")) {
    digits.remove_prefix(2);
  }
  const char* const end = digits.data() + digits.size();
  uint64_t number = 0;
  const auto [last, error] = std::from_chars(digits.data(), end, number, 16);
  if (error != std::errc() || last != end) return std::nullopt;
  return number;
}

}  // namespace dwreloc::internal

#endif  // LIBDWRELOC_BASE_TEXT_H_
