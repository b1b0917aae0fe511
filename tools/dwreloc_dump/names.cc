// names.cc - see names.h.
#include "names.h"

#include <dwreloc/dwreloc.h>
#include <stdlib.h>

#include <new>
#include <utility>

#include "common/json.h"

namespace dwreloc_tools {
namespace {

// Returns true if the attribute has named constants.  All sets of the standards
// have a member below 64.
bool HasConstants(unsigned attribute) {
  for (std::uint64_t value = 0; value < 64; ++value)
    if (dwreloc_constant_name(attribute, value) != nullptr) return true;
  return false;
}

}  // namespace

Palette::Palette(bool color)
    // The colors of llvm-dwarfdump.
    : offset(color ? "\033[0;33m" : ""),
      tag(color ? "\033[0;34m" : ""),
      attribute(color ? "\033[0;36m" : ""),
      string(color ? "\033[0;32m" : ""),
      end(color ? "\033[0m" : "") {}

std::string NameOrNumber(const char* name, std::uint64_t value) {
  if (name != nullptr) return name;
  char number[18];
  return std::string(number, PutHex(number, value));
}

void Names::Free::operator()(Name* names) const { free(names); }

Names::Table Names::NewTable() {
  // calloc, so that the kernel supplies pages only for the used parts.
  void* memory = calloc(kSize, sizeof(Name));
  if (memory == nullptr) throw std::bad_alloc();
  return Table(static_cast<Name*>(memory));
}

Names::Names(const Palette& palette)
    : palette_(palette),
      tags_(NewTable()),
      attributes_(NewTable()),
      plain_attributes_(NewTable()),
      json_attributes_(NewTable()),
      json_forms_(NewTable()),
      ops_(NewTable()) {}

void Names::Set(Name& name, std::string text) {
  name.size = static_cast<std::uint32_t>(text.size());
  if (text.size() > kMaxName) name.size = kMaxName;
  text.resize(kMaxName);  // PutName reads this much
  texts_.push_back(std::move(text));
  name.text = texts_.back().data();
}

void Names::FillTag(unsigned value, Name& name) {
  Set(name, std::string(palette_.tag) +
                NameOrNumber(dwreloc_tag_name(value), value) +
                std::string(palette_.end));
}

void Names::FillAttribute(unsigned value, Name& name) {
  Set(name, std::string(palette_.attribute) +
                NameOrNumber(dwreloc_at_name(value), value) +
                std::string(palette_.end) + "\t(");
  name.has_constants = HasConstants(value);
}

void Names::FillPlainAttribute(unsigned value, Name& name) {
  Set(name, NameOrNumber(dwreloc_at_name(value), value));
}

void Names::FillJsonAttribute(unsigned value, Name& name) {
  std::string text;
  StringRoom room(text);
  JsonText json(room);
  json.Name("name", NameOrNumber(dwreloc_at_name(value), value));
  json.OpenString("form");
  Set(name, std::move(text));
  name.has_constants = HasConstants(value);
}

void Names::FillJsonForm(unsigned value, Name& name) {
  std::string text = NameOrNumber(dwreloc_form_name(value), value) + '"';
  StringRoom room(text);
  JsonText(room, JsonPlace::kNextKey).Key("value");
  Set(name, std::move(text));
}

void Names::FillOp(unsigned value, Name& name) {
  Set(name, NameOrNumber(dwreloc_op_name(value), value));
}

}  // namespace dwreloc_tools
