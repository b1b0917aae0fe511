// attributes_text.cc - attributes in text, as llvm-dwarfdump lays them out.
//
//               DW_AT_name<TAB>("init_module")
//
// Constants of a fixed-size form are hexadecimal at their size, LEB128 numbers
// and line numbers decimal, members of a named set by name; a DW_AT_high_pc
// that is an offset from DW_AT_low_pc has a "+".  See attributes.h.
#include <algorithm>
#include <cstring>
#include <string_view>

#include "attributes.h"
#include "common/checked.h"
#include "common/quote.h"
#include "forms.h"

namespace dwreloc_tools {
namespace {

// Copied whole, whatever part is needed.
constexpr std::size_t kBlanks = 64;

char* PutIndent(char* p, std::size_t indent) {
  std::memset(p, ' ', kBlanks);
  if (indent > kBlanks) [[unlikely]]
    std::memset(p + kBlanks, ' ', indent - kBlanks);
  return p + indent;
}

bool IsCounted(std::uint16_t name) {
  return name == DW_AT_decl_line || name == DW_AT_decl_file ||
         name == DW_AT_decl_column || name == DW_AT_call_line ||
         name == DW_AT_call_file || name == DW_AT_call_column;
}

// For class constant, except data16.
char* PutConstant(char* p, const Dwreloc_Attribute& attribute) {
  if ((attribute.flags & DWRELOC_ATTR_SIGNED) != 0)
    return PutSigned(p, static_cast<std::int64_t>(attribute.value));
  if (attribute.name == DW_AT_high_pc) {
    *p++ = '+';
    return PutHex(p, attribute.value);
  }
  if (attribute.width == 0 || IsCounted(attribute.name))
    return PutDecimal(p, attribute.value);
  return PutHex(p, attribute.value, 2 * attribute.width);
}

}  // namespace

void Attributes::Text(const Dwreloc_Attribute& attribute, std::size_t indent) {
  const Name& name = names_.attribute(attribute.name);
  char* p = out_.Reserve(std::max(indent, kBlanks) + kMaxName + 64);
  p = PutName(PutIndent(p, indent), name);
  constexpr std::uint8_t kSpecial = DWRELOC_ATTR_SYMBOLIC | DWRELOC_ATTR_BAD;
  if ((attribute.flags & kSpecial) == 0) [[likely]] {
    switch (attribute.attribute_class) {
      case DWRELOC_CLASS_CONSTANT:
        if (name.has_constants || attribute.form == DW_FORM_data16) break;
        p = PutConstant(p, attribute);
        out_.Commit(PutText(p, ")\n"));
        return;
      case DWRELOC_CLASS_REFERENCE:
        if (!IsUnitReference(attribute.form)) break;
        p = PutHex(p, unit_.offset + attribute.value, 8);
        out_.Commit(PutText(p, ")\n"));
        return;
      case DWRELOC_CLASS_FLAG:
        p = PutText(p, attribute.value != 0 ? "true)\n" : "false)\n");
        out_.Commit(p);
        return;
      default:
        break;
    }
  }
  out_.Commit(p);
  TextValue(attribute);
  out_.Text(")\n");
}

void Attributes::TextValue(const Dwreloc_Attribute& attribute) {
  if ((attribute.flags & (DWRELOC_ATTR_SYMBOLIC | DWRELOC_ATTR_BAD)) != 0 &&
      attribute.attribute_class != DWRELOC_CLASS_STRING) {
    TextRelocatable(attribute);
    return;
  }
  switch (attribute.attribute_class) {
    case DWRELOC_CLASS_CONSTANT:
      TextConstant(attribute);
      return;
    case DWRELOC_CLASS_STRING:
      TextString(attribute);
      return;
    case DWRELOC_CLASS_REFERENCE:
      TextReference(attribute);
      return;
    case DWRELOC_CLASS_FLAG:
      out_.Text(attribute.value != 0 ? "true" : "false");
      return;
    case DWRELOC_CLASS_BLOCK:
      TextBlock(attribute);
      return;
    case DWRELOC_CLASS_EXPRLOC:
      TextExpression(attribute);
      return;
    case DWRELOC_CLASS_ADDRESS:
      TextRelocatable(attribute);
      return;
    default:
      TextListOffset(attribute);
  }
}

void Attributes::TextConstant(const Dwreloc_Attribute& attribute) {
  if (attribute.form == DW_FORM_data16) {
    HexData16(attribute, ' ');
    return;
  }
  const char* name = dwreloc_constant_name(attribute.name, attribute.value);
  if (name != nullptr) {
    out_.Text(name);
    return;
  }
  out_.Commit(PutConstant(out_.Reserve(24), attribute));
}

void Attributes::TextString(const Dwreloc_Attribute& attribute) {
  // Prints where the string is, then the error that it cannot be read.
  if (IsSupplementaryForm(attribute.form)) {
    out_.Text("alt ");
    out_.Hex(attribute.value, 8);
    out_.Char(' ');
  }
  const char* string = nullptr;
  std::size_t length = 0;
  if (dwreloc_formstring(&attribute, &string, &length) < 0) {
    values_.TextLastError();
    return;
  }
  out_.Text(palette_.string);
  out_.Char('"');
  AppendEscaped(out_, {string, length});
  out_.Char('"');
  out_.Text(palette_.end);
}

void Attributes::TextReference(const Dwreloc_Attribute& attribute) {
  if (IsSupplementaryForm(attribute.form)) {
    out_.Text("alt ");
    out_.Hex(attribute.value, 8);
    return;
  }
  std::uint32_t section = DWRELOC_NO_SECTION;
  std::uint64_t offset = 0;
  const int result = Checked(dwreloc_formref(&attribute, &section, &offset));
  if (attribute.form == DW_FORM_ref_sig8) {
    out_.Hex(attribute.value, 16);
    // A type in another file is not an error.
    if (result < 0) return;
    out_.Text(" => ");
  } else if (result < 0) {
    values_.TextLastError();
    return;
  }
  if (section != unit_.section) {
    out_.Text(values_.SectionLabel(section));
    out_.Char('+');
  }
  out_.Hex(offset, 8);
}

void Attributes::TextBlock(const Dwreloc_Attribute& attribute) {
  const std::uint8_t* bytes = nullptr;
  std::size_t size = 0;
  if (dwreloc_formblock(&attribute, &bytes, &size) < 0) {
    values_.TextLastError();
    return;
  }
  out_.Char('<');
  out_.Hex(size, 2);
  out_.Char('>');
  if (size != 0) out_.Char(' ');
  out_.HexBytes(bytes, size, ' ');
}

void Attributes::TextExpression(const Dwreloc_Attribute& attribute) {
  Dwreloc_Expression expression;
  if (!GetExpression(attribute, &expression)) {
    values_.TextLastError();
    return;
  }
  expressions_.Text(expression);
}

void Attributes::TextRelocatable(const Dwreloc_Attribute& attribute) {
  Dwreloc_Relocatable value;
  if (dwreloc_form_relocatable(&attribute, &value) < 0)
    values_.TextLastError();
  else
    values_.Text(value, Place(attribute));
}

void Attributes::TextListOffset(const Dwreloc_Attribute& attribute) {
  if (!IsIndexForm(attribute.form)) {
    out_.Hex(attribute.value, 2 * unit_.offset_size);
    return;
  }
  Dwreloc_Relocatable value;
  if (dwreloc_form_relocatable(&attribute, &value) < 0)
    values_.TextLastError();
  else
    out_.Hex(value.value, 2 * unit_.offset_size);
}

}  // namespace dwreloc_tools
