// json.h - an object of docs/json.md, key by key.
//
// Keys are literals, so that one costs no more than text assembled by hand.
// VALUEs, arrays and other objects are written after Key.
// Tested by tests/cli/json_test.py.
#ifndef DWRELOC_TOOLS_DWRELOC_DUMP_JSON_H_
#define DWRELOC_TOOLS_DWRELOC_DUMP_JSON_H_

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "output.h"
#include "quote.h"

namespace dwreloc_dump {

// Only End or EndLine close it.
// Thread-safety: one thread.
class JsonObject {
 public:
  explicit JsonObject(Output& out) : out_(out) { out_.Char('{'); }
  // {"kind":"unit"
  template <std::size_t kSize>
  JsonObject(Output& out, const char (&kind)[kSize]) : JsonObject(out) {
    Name("kind", kind);
  }

  // "key": followed by what the caller writes next.
  template <std::size_t kSize>
  void Key(const char (&key)[kSize]) {
    out_.Commit(PutKey(out_.Reserve(kSize + 3), key));
  }
  template <std::size_t kSize>
  void Number(const char (&key)[kSize], std::uint64_t value) {
    out_.Commit(PutDecimal(PutKey(out_.Reserve(kSize + 23), key), value));
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
    out_.Commit(PutSigned(PutKey(out_.Reserve(kSize + 24), key), value));
  }
  template <std::size_t kSize>
  void Bool(const char (&key)[kSize], bool value) {
    Key(key);
    out_.Text(value ? "true" : "false");
  }
  template <std::size_t kSize>
  void Null(const char (&key)[kSize]) {
    Key(key);
    out_.Text("null");
  }
  // A name from a standard, which needs no quoting.
  template <std::size_t kSize>
  void Name(const char (&key)[kSize], std::string_view name) {
    Key(key);
    out_.Char('"');
    out_.Text(name);
    out_.Char('"');
  }
  // A string from the file.
  template <std::size_t kSize>
  void String(const char (&key)[kSize], std::string_view string) {
    Key(key);
    AppendJsonString(out_, string);
  }
  // The same, and its bytes as `hex_key` if they are not UTF-8.
  template <std::size_t kSize, std::size_t kHexSize>
  void String(const char (&key)[kSize], const char (&hex_key)[kHexSize],
              std::string_view string) {
    Key(key);
    if (!AppendJsonString(out_, string))
      Bytes(hex_key, reinterpret_cast<const std::uint8_t*>(string.data()),
            string.size());
  }
  template <std::size_t kSize>
  void Bytes(const char (&key)[kSize], const std::uint8_t* bytes,
             std::size_t size) {
    Key(key);
    out_.Char('"');
    out_.HexBytes(bytes, size);
    out_.Char('"');
  }
  // "key": for a key that is not a literal.
  void KeyOf(std::string_view key) {
    Comma();
    out_.Char('"');
    out_.Text(key);
    out_.Text("\":");
  }
  // Keys that have been rendered already: "section":".text","section_index":1
  void Keys(std::string_view keys) {
    Comma();
    out_.Text(keys);
  }

  void End() { out_.Char('}'); }
  void EndLine() { out_.Text("}\n"); }

 private:
  void Comma() {
    if (!is_empty_) out_.Char(',');
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

  Output& out_;
  bool is_empty_ = true;
};

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

}  // namespace dwreloc_dump

#endif  // DWRELOC_TOOLS_DWRELOC_DUMP_JSON_H_
