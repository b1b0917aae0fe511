// names.h - names of tags, attributes, forms and operations, rendered once.
//
// A large module needs names several million times.  Each is looked up in the
// library on first use and kept, together with the text that always surrounds
// it (color, JSON keys), in an array indexed by its number.  Values that the
// standards do not name are printed as hexadecimal numbers.
// Tested through tests/cli.
#ifndef DWRELOC_TOOLS_DWRELOC_DUMP_NAMES_H_
#define DWRELOC_TOOLS_DWRELOC_DUMP_NAMES_H_

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <string_view>

#include "common/output.h"

namespace dwreloc_tools {

// Escape sequences, all empty without color.
struct Palette {
  explicit Palette(bool color);
  std::string_view offset;
  std::string_view tag;
  std::string_view attribute;
  std::string_view string;
  std::string_view end;
};

// A rendered name.
struct Name {
  const char* text = nullptr;
  std::uint32_t size = 0;
  // Attributes: true if its constants have names (DW_AT_language, ...).
  bool has_constants = false;

  std::string_view view() const { return {text, size}; }
};

// Writes a name at `p`; at most kMaxName bytes, all of which it may touch.
inline constexpr std::size_t kMaxName = 128;
inline char* PutName(char* p, const Name& name) {
  // Two copies of known length cost less than one of unknown length.
  std::memcpy(p, name.text, 64);
  if (name.size > 64) [[unlikely]]
    std::memcpy(p + 64, name.text + 64, kMaxName - 64);
  return p + name.size;
}

// Thread-safety: one thread.
class Names {
 public:
  explicit Names(const Palette& palette);

  // "DW_TAG_member", colored.
  const Name& tag(unsigned value) { return Get(tags_, value, &Names::FillTag); }
  // "DW_AT_name<TAB>(", colored.
  const Name& attribute(unsigned value) {
    return Get(attributes_, value, &Names::FillAttribute);
  }
  // DW_AT_name
  const Name& plain_attribute(unsigned value) {
    return Get(plain_attributes_, value, &Names::FillPlainAttribute);
  }
  // {"name":"DW_AT_name","form":"
  const Name& json_attribute(unsigned value) {
    return Get(json_attributes_, value, &Names::FillJsonAttribute);
  }
  // DW_FORM_strp","value":
  const Name& json_form(unsigned value) {
    return Get(json_forms_, value, &Names::FillJsonForm);
  }
  // "DW_OP_addr".
  const Name& op(std::uint8_t value) {
    return Get(ops_, value, &Names::FillOp);
  }

 private:
  using Fill = void (Names::*)(unsigned value, Name& name);
  // Zero pages until touched.
  struct Free {
    void operator()(Name* names) const;
  };
  using Table = std::unique_ptr<Name[], Free>;
  static constexpr std::size_t kSize = 1 << 16;

  static Table NewTable();

  const Name& Get(const Table& table, unsigned value, Fill fill) {
    Name& name = table[value & (kSize - 1)];
    if (name.text == nullptr) [[unlikely]]
      (this->*fill)(value & (kSize - 1), name);
    return name;
  }
  void Set(Name& name, std::string text);

  void FillTag(unsigned value, Name& name);
  void FillAttribute(unsigned value, Name& name);
  void FillPlainAttribute(unsigned value, Name& name);
  void FillJsonAttribute(unsigned value, Name& name);
  void FillJsonForm(unsigned value, Name& name);
  void FillOp(unsigned value, Name& name);

  const Palette palette_;
  std::deque<std::string> texts_;
  Table tags_;
  Table attributes_;
  Table plain_attributes_;
  Table json_attributes_;
  Table json_forms_;
  Table ops_;
};

// The name, or the number as "0x3fff".
std::string NameOrNumber(const char* name, std::uint64_t value);

}  // namespace dwreloc_tools

#endif  // DWRELOC_TOOLS_DWRELOC_DUMP_NAMES_H_
