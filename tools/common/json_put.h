// json_put.h - keys of JSON objects for the innermost loops.
//
// JsonWriter (json.h) asks for room once per key, and copies a key in parts.
// Here the compiler joins key, quotes and punctuation into one text, and the
// caller reserves room once for many keys (output.h).
// Tested by tests/cli/json_test.py.
#ifndef DWRELOC_TOOLS_COMMON_JSON_PUT_H_
#define DWRELOC_TOOLS_COMMON_JSON_PUT_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "common/output.h"

namespace dwreloc_tools {

// A literal as an argument of a template.
template <std::size_t kSize>
struct JsonLiteral {
  // Implicit, so that a literal can be written: PutJsonKey<"line">.
  // NOLINTNEXTLINE(google-explicit-constructor)
  consteval JsonLiteral(const char (&literal)[kSize]) {
    std::copy(literal, literal + kSize, text);
  }
  constexpr std::string_view view() const { return {text, kSize - 1}; }
  char text[kSize];
};

// A text of fixed length that the compiler puts together.
template <std::size_t kSize>
struct JoinedText {
  template <typename... Parts>
  consteval explicit JoinedText(Parts... parts) {
    char* p = text;
    ((p = std::copy(parts.begin(), parts.end(), p)), ...);
  }
  constexpr std::string_view view() const { return {text, kSize}; }
  char text[kSize] = {};
};

// ,"line":
template <JsonLiteral kKey>
inline constexpr JoinedText<kKey.view().size() + 4> kJsonKey{
    std::string_view(",\""), kKey.view(), std::string_view("\":")};
// {"kind":"line","unit":
template <JsonLiteral kKind, JsonLiteral kKey>
inline constexpr JoinedText<kKind.view().size() + kKey.view().size() + 14>
    kJsonStart{std::string_view("{\"kind\":\""), kKind.view(),
               std::string_view("\",\""), kKey.view(), std::string_view("\":")};

// An object of that kind up to the value of its second key.
template <JsonLiteral kKind, JsonLiteral kKey>
char* PutJsonStart(char* p) {
  return PutText(p, kJsonStart<kKind, kKey>.view());
}
template <JsonLiteral kKey>
char* PutJsonKey(char* p) {
  return PutText(p, kJsonKey<kKey>.view());
}
template <JsonLiteral kKey>
char* PutJsonNumber(char* p, std::uint64_t value) {
  return PutDecimal(PutJsonKey<kKey>(p), value);
}
template <JsonLiteral kKey>
char* PutJsonBool(char* p, bool value) {
  static constexpr std::string_view kWords[] = {"false", "true"};
  return PutText(PutJsonKey<kKey>(p), kWords[value ? 1 : 0]);
}

}  // namespace dwreloc_tools

#endif  // DWRELOC_TOOLS_COMMON_JSON_PUT_H_
