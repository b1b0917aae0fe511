// attributes_json.cc - attributes as the objects that docs/json.md describes.
//
// VALUE is the number a linker would have left in the field: for strings and
// lists the offset in their section, for references the section offset of the
// DIE, for blocks their length.  What a reader wants besides (the string, the
// index, the expression) stands in further keys.  See attributes.h.
#include "attributes.h"
#include "dwarf_numbers.h"
#include "quote.h"

namespace dwreloc_dump {
namespace {

bool IsSpecial(const Dwreloc_Attribute& attribute) {
  return (attribute.flags & (DWRELOC_ATTR_SYMBOLIC | DWRELOC_ATTR_BAD)) != 0;
}

}  // namespace

void Attributes::Json(const Dwreloc_Attribute& attribute) {
  char* p = out_.Reserve(2 * kMaxName);
  p = PutName(p, names_.json_attribute(attribute.name));
  p = PutName(p, names_.json_form(attribute.form));
  out_.Commit(p);
  JsonValue(attribute);
  out_.Char('}');
}

void Attributes::JsonValue(const Dwreloc_Attribute& attribute) {
  if (IsSpecial(attribute) &&
      attribute.attribute_class != DWRELOC_CLASS_STRING) {
    JsonRelocatable(attribute);
    return;
  }
  switch (attribute.attribute_class) {
    case DWRELOC_CLASS_CONSTANT:
      values_.JsonAbsolute(attribute.value);
      if (attribute.form == DW_FORM_data16) {
        out_.Text(R"(,"block":")");
        HexData16(attribute, '\0');
        out_.Char('"');
      }
      return;
    case DWRELOC_CLASS_STRING:
      JsonString(attribute);
      return;
    case DWRELOC_CLASS_REFERENCE:
      JsonReference(attribute);
      return;
    case DWRELOC_CLASS_BLOCK:
      JsonBlock(attribute);
      return;
    case DWRELOC_CLASS_EXPRLOC:
      JsonExpression(attribute);
      return;
    case DWRELOC_CLASS_FLAG:
      values_.JsonAbsolute(attribute.value);
      return;
    case DWRELOC_CLASS_ADDRESS:
      JsonRelocatable(attribute);
      break;
    default:
      if (IsIndexForm(attribute.form))
        JsonRelocatable(attribute);
      else
        values_.JsonAbsolute(attribute.value);
  }
  if (IsIndexForm(attribute.form)) {
    out_.Text(R"(,"index":)");
    out_.Decimal(attribute.value);
  }
  if (attribute.form == DW_FORM_LLVM_addrx_offset) {
    out_.Text(R"(,"index_offset":)");
    out_.Decimal(attribute.data);
  }
}

void Attributes::JsonString(const Dwreloc_Attribute& attribute) {
  if (attribute.form == DW_FORM_string) {
    values_.JsonAbsolute(attribute.data);
  } else if (IsIndexForm(attribute.form)) {
    std::uint32_t section = DWRELOC_NO_SECTION;
    std::uint64_t offset = 0;
    if (dwreloc_formstring_place(&attribute, &section, &offset) < 0)
      values_.JsonLastError();
    else
      values_.JsonAbsolute(offset);
    out_.Text(R"(,"index":)");
    out_.Decimal(attribute.value);
  } else if (IsSpecial(attribute)) {
    JsonRelocatable(attribute);
    // What is wrong was told.
    if ((attribute.flags & DWRELOC_ATTR_BAD) != 0) {
      out_.Text(R"(,"string":null)");
      return;
    }
  } else {
    values_.JsonAbsolute(attribute.value);
  }
  const char* string = nullptr;
  std::size_t length = 0;
  if (dwreloc_formstring(&attribute, &string, &length) < 0) {
    report_.LastError();
    out_.Text(R"(,"string":null)");
    return;
  }
  out_.Text(R"(,"string":)");
  if (!AppendJsonString(out_, {string, length})) {
    out_.Text(R"(,"string_hex":")");
    out_.HexBytes(reinterpret_cast<const std::uint8_t*>(string), length);
    out_.Char('"');
  }
}

void Attributes::JsonReference(const Dwreloc_Attribute& attribute) {
  if (IsUnitReference(attribute.form)) {
    values_.JsonAbsolute(unit_.offset + attribute.value);
    return;
  }
  if (IsSupplementaryForm(attribute.form)) {
    values_.JsonAbsolute(attribute.value);
    return;
  }
  std::uint32_t section = DWRELOC_NO_SECTION;
  std::uint64_t offset = 0;
  const int result = dwreloc_formref(&attribute, &section, &offset);
  if (attribute.form == DW_FORM_ref_sig8) {
    values_.JsonAbsolute(attribute.value);
    // A type of another file is no error.
    if (result < 0) return;
    out_.Text(R"(,"die":)");
    out_.Decimal(offset);
  } else if (result < 0) {
    values_.JsonLastError();
    return;
  } else {
    values_.JsonAbsolute(offset);
    if (section == unit_.section) return;
  }
  out_.Text(R"(,"die_section_index":)");
  out_.Decimal(section);
}

void Attributes::JsonBlock(const Dwreloc_Attribute& attribute) {
  values_.JsonAbsolute(attribute.value);
  const std::uint8_t* bytes = nullptr;
  std::size_t size = 0;
  if (dwreloc_formblock(&attribute, &bytes, &size) < 0) {
    report_.LastError();
    return;
  }
  out_.Text(R"(,"block":")");
  out_.HexBytes(bytes, size);
  out_.Char('"');
}

void Attributes::JsonExpression(const Dwreloc_Attribute& attribute) {
  values_.JsonAbsolute(attribute.value);
  Dwreloc_Expression expression;
  if (!GetExpression(attribute, &expression)) {
    report_.LastError();
    return;
  }
  out_.Text(R"(,"expression":)");
  expressions_.Json(expression);
}

void Attributes::JsonRelocatable(const Dwreloc_Attribute& attribute) {
  Dwreloc_Relocatable value;
  if (dwreloc_form_relocatable(&attribute, &value) < 0)
    values_.JsonLastError();
  else
    values_.Json(value, Place(attribute));
}

}  // namespace dwreloc_dump
