// json.h - an object of docs/json.md, key by key.
//
// Keys are literals.  VALUEs, arrays and other objects are written after Key.
// What is printed by the million is written by json_put.h.
// Tested by tests/cli/json_test.py.
#ifndef DWRELOC_TOOLS_COMMON_JSON_H_
#define DWRELOC_TOOLS_COMMON_JSON_H_

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "common/json_room.h"
#include "common/output.h"
#include "common/quote.h"

namespace dwreloc_tools {

// Where a writer begins that does not begin an object: before the first key, or
// after others.
enum class JsonPlace { kFirstKey, kNextKey };

// Room is an Output, or the StringRoom of json_room.h.  Only End or EndLine
// closes the object.
// Thread-safety: one thread.
template <typename Room>
class JsonWriter {
 public:
  explicit JsonWriter(Room& room) : room_(room) { room_.Char('{'); }
  // {"kind":"unit"
  template <std::size_t kSize>
  JsonWriter(Room& room, const char (&kind)[kSize]) : room_(room) {
    static constexpr std::string_view kKey = R"({"kind":")";
    char* p = PutText(room_.Reserve(kKey.size() + kSize), kKey);
    p = PutText(p, {kind, kSize - 1});
    *p++ = '"';
    room_.Commit(p);
    is_empty_ = false;
  }
  // Keys of an object that somebody else begins, ends, or both.
  JsonWriter(Room& room, JsonPlace place)
      : room_(room), is_empty_(place == JsonPlace::kFirstKey) {}

  // "key": followed by what the caller writes next.
  template <std::size_t kSize>
  void Key(const char (&key)[kSize]) {
    room_.Commit(PutKey(room_.Reserve(kSize + 3), key));
  }
  template <std::size_t kSize>
  void Number(const char (&key)[kSize], std::uint64_t value) {
    room_.Commit(PutDecimal(PutKey(room_.Reserve(kSize + 23), key), value));
  }
  // null if it equals `none`.
  template <std::size_t kSize>
  void Number(const char (&key)[kSize], std::uint64_t value,
              std::uint64_t none) {
    if (value == none)
      Null(key);
    else
      Number(key, value);
  }
  template <std::size_t kSize>
  void Signed(const char (&key)[kSize], std::int64_t value) {
    room_.Commit(PutSigned(PutKey(room_.Reserve(kSize + 24), key), value));
  }
  template <std::size_t kSize>
  void Bool(const char (&key)[kSize], bool value) {
    static constexpr std::string_view kWords[] = {"false", "true"};
    room_.Commit(
        PutText(PutKey(room_.Reserve(kSize + 8), key), kWords[value ? 1 : 0]));
  }
  template <std::size_t kSize>
  void Null(const char (&key)[kSize]) {
    room_.Commit(PutText(PutKey(room_.Reserve(kSize + 7), key), "null"));
  }
  // A name from a standard, which needs no quoting.
  template <std::size_t kSize>
  void Name(const char (&key)[kSize], std::string_view name) {
    OpenString(key);
    room_.Text(name);
    room_.Char('"');
  }
  // A string from the file.
  template <std::size_t kSize>
  void String(const char (&key)[kSize], std::string_view string) {
    Key(key);
    AppendJsonString(room_, string);
  }
  // The same, and its bytes as `hex_key` if they are not UTF-8.
  template <std::size_t kSize, std::size_t kHexSize>
  void String(const char (&key)[kSize], const char (&hex_key)[kHexSize],
              std::string_view string) {
    Key(key);
    if (!AppendJsonString(room_, string))
      Bytes(hex_key, reinterpret_cast<const std::uint8_t*>(string.data()),
            string.size());
  }
  template <std::size_t kSize>
  void Bytes(const char (&key)[kSize], const std::uint8_t* bytes,
             std::size_t size) {
    OpenString(key);
    room_.HexBytes(bytes, size);
    room_.Char('"');
  }
  // "key":" followed by what the caller writes, and a quote.
  template <std::size_t kSize>
  void OpenString(const char (&key)[kSize]) {
    char* p = PutKey(room_.Reserve(kSize + 4), key);
    *p++ = '"';
    room_.Commit(p);
  }
  // "key": for a key that is not a literal.
  void KeyOf(std::string_view key) {
    Comma();
    room_.Char('"');
    room_.Text(key);
    room_.Text("\":");
  }
  // Keys that have been rendered already: "section":".text","section_index":1
  void Keys(std::string_view keys) {
    Comma();
    room_.Text(keys);
  }

  void End() { room_.Char('}'); }
  void EndLine() { room_.Text("}\n"); }

 private:
  void Comma() {
    if (!is_empty_) room_.Char(',');
    is_empty_ = false;
  }
  template <std::size_t kSize>
  char* PutKey(char* p, const char (&key)[kSize]) {
    if (!is_empty_) *p++ = ',';
    is_empty_ = false;
    *p++ = '"';
    p = PutText(p, {key, kSize - 1});
    *p++ = '"';
    *p++ = ':';
    return p;
  }

  Room& room_;
  bool is_empty_ = true;
};

using JsonObject = JsonWriter<Output>;
using JsonText = JsonWriter<StringRoom>;

// Writes the separators between the items of an array.
class JsonComma {
 public:
  explicit JsonComma(Output& out) : out_(out) {}
  void operator()() {
    if (!is_first_) out_.Char(',');
    is_first_ = false;
  }

 private:
  Output& out_;
  bool is_first_ = true;
};

}  // namespace dwreloc_tools

#endif  // DWRELOC_TOOLS_COMMON_JSON_H_
