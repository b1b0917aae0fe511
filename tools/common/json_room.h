// json_room.h - where a JsonWriter writes text that is kept.
//
// Tested by tests/cli/json_test.py.
#ifndef DWRELOC_TOOLS_COMMON_JSON_ROOM_H_
#define DWRELOC_TOOLS_COMMON_JSON_ROOM_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "common/quote.h"

namespace dwreloc_tools {

// The end of a string: for text that is rendered once and printed often.
// Thread-safety: one thread.
class StringRoom {
 public:
  explicit StringRoom(std::string& text) : text_(text) {}

  char* Reserve(std::size_t size) {
    const std::size_t used = text_.size();
    text_.resize(used + size);
    return text_.data() + used;
  }
  void Commit(const char* position) {
    text_.resize(static_cast<std::size_t>(position - text_.data()));
  }
  void Text(std::string_view text) { text_ += text; }
  void Char(char c) { text_ += c; }
  void HexBytes(const std::uint8_t* bytes, std::size_t size) {
    text_ += HexString({reinterpret_cast<const char*>(bytes), size});
  }

 private:
  std::string& text_;
};

// As quote.h's.
inline bool AppendJsonString(StringRoom& room, std::string_view text) {
  room.Text(JsonString(text));
  return IsUtf8(text);
}

}  // namespace dwreloc_tools

#endif  // DWRELOC_TOOLS_COMMON_JSON_ROOM_H_
