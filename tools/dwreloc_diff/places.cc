// places.cc - see places.h.
#include "dwreloc_diff/places.h"

#include <map>
#include <string_view>

#include "common/checked.h"
#include "dwreloc_diff/bytes.h"
#include "dwreloc_diff/findings.h"

namespace dwreloc_tools {

const Places::Keys& Places::KeysOf(const Dwreloc_Module* module) {
  for (const auto& [known, keys] : keys_)
    if (known == module) return keys;
  Dwreloc_File_Info info;
  Keys keys;
  if (Checked(dwreloc_file_info(module, &info)) < 0) info.section_count = 0;
  std::map<std::string_view, std::uint64_t> seen;
  std::string name;
  for (std::uint32_t i = 0; i < info.section_count; ++i) {
    Dwreloc_Section section;
    name.clear();
    if (Checked(dwreloc_section(module, i, &section)) == 0) {
      PutNumber(name, seen[section.name]++);
      name += section.name;
    }
    keys.push_back(names_.Id(name));
  }
  keys_.emplace_back(module, std::move(keys));
  return keys_.back().second;
}

std::uint32_t Places::SectionKey(const Dwreloc_Module* module,
                                 std::uint32_t section) {
  const Keys& keys = KeysOf(module);
  return section < keys.size() ? keys[section] : UINT32_MAX;
}

void Places::PutSymbolPlace(std::string& bytes, const Dwreloc_Module* module,
                            std::uint32_t symbol) {
  Dwreloc_Symbol found;
  if (Checked(dwreloc_symbol(module, symbol, &found)) < 0) {
    bytes.push_back('?');
    return;
  }
  if (found.section == DWRELOC_NO_SECTION) {
    bytes.push_back('n');
    PutString(bytes, found.name);
    return;
  }
  bytes.push_back('p');
  PutNumber(bytes, SectionKey(module, found.section));
  PutNumber(bytes, found.value);
}

void Places::Put(std::string& bytes, const Dwreloc_Relocatable& value) {
  switch (value.kind) {
    case DWRELOC_CONSTANT:
      bytes.push_back('c');
      break;
    case DWRELOC_SECTION:
      bytes.push_back('s');
      PutNumber(bytes, SectionKey(value.module, value.section));
      break;
    case DWRELOC_TLS:
      if (value.section != DWRELOC_NO_SECTION) {
        bytes.push_back('t');
        PutNumber(bytes, SectionKey(value.module, value.section));
        break;
      }
      bytes.push_back('T');
      PutSymbolPlace(bytes, value.module, value.symbol);
      break;
    case DWRELOC_UNDEFINED:
      bytes.push_back('u');
      PutSymbolPlace(bytes, value.module, value.symbol);
      break;
    case DWRELOC_DIFFERENCE:
      bytes.push_back('d');
      PutSymbolPlace(bytes, value.module, value.symbol);
      PutSymbolPlace(bytes, value.module, value.detail);
      break;
    default:
      bytes.push_back('b');
      PutNumber(bytes, value.error);
      PutNumber(bytes, value.detail);
      break;
  }
  PutNumber(bytes, value.value);
}

std::string ValueText(const Dwreloc_Relocatable& value) {
  const dwreloc::RelocatableInfo info = dwreloc::Relocatable(value).info();
  if (info.kind == DWRELOC_CONSTANT) return HexText(value.value);
  if (info.kind == DWRELOC_BAD) return dwreloc::Relocatable(value).why();
  std::string text;
  std::int64_t addend = info.addend;
  if (info.section != nullptr && info.kind != DWRELOC_DIFFERENCE) {
    text = info.section;
    addend = static_cast<std::int64_t>(info.section_offset);
  } else if (info.symbol.name != nullptr) {
    text = info.symbol.name;
  }
  if (addend > 0) text += "+" + HexText(static_cast<std::uint64_t>(addend));
  if (addend < 0)
    text +=
        "-" + HexText(std::uint64_t{0} - static_cast<std::uint64_t>(addend));
  Dwreloc_Symbol minus;
  if (info.kind == DWRELOC_DIFFERENCE &&
      Checked(dwreloc_symbol(value.module, info.minus_symbol_index, &minus)) ==
          0)
    text.append(" - ").append(minus.name);
  return text;
}

}  // namespace dwreloc_tools
