// attributes_json.cc - attributes as the objects that docs/json.md describes.
//
// VALUE is the number a linker would have left in the field: for strings and
// lists the offset in their section, for references the section offset of the
// DIE, for blocks their length.  Further keys hold what a reader also wants
// (the string, the index, the expression).  See attributes.h.
#include "attributes.h"
#include "common/checked.h"
#include "common/quote.h"
#include "forms.h"

namespace dwreloc_tools {

void Attributes::Json(const Dwreloc_Attribute& attribute) {
  const Name& name = names_.json_attribute(attribute.name);
  char* p = out_.Reserve(2 * kMaxName);
  p = PutName(p, name);
  p = PutName(p, names_.json_form(attribute.form));
  out_.Commit(p);
  JsonValue(attribute, name.has_constants);
  out_.Char('}');
}

// The section in which an offset counts: it is the same for all attributes of
// the unit that have the class and form.
std::string_view Attributes::OffsetEnd(const Dwreloc_Attribute& attribute) {
  std::size_t slot = attribute.attribute_class;
  if (attribute.form == DW_FORM_line_strp)
    slot = kLineStrings;
  else if (attribute.name == DW_AT_macro_info)
    slot = kMacinfo;
  else if (attribute.name == DW_AT_GNU_locviews)
    slot = kViews;
  std::string_view& end = offset_ends_[slot];
  if (end.empty()) [[unlikely]] {
    Dwreloc_Relocatable value;
    end = Checked(dwreloc_form_relocatable(&attribute, &value)) < 0
              ? "}"
              : values_.OffsetEnd(value);
  }
  return end;
}

void Attributes::JsonValue(const Dwreloc_Attribute& attribute, bool is_named) {
  const bool is_special =
      (attribute.flags & (DWRELOC_ATTR_SYMBOLIC | DWRELOC_ATTR_BAD)) != 0;
  if (is_special) [[unlikely]] {
    JsonSpecial(attribute);
    return;
  }
  switch (attribute.attribute_class) {
    case DWRELOC_CLASS_CONSTANT:
      JsonConstant(attribute, is_named);
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
        values_.JsonOffset(attribute.value, OffsetEnd(attribute));
  }
  if (IsIndexForm(attribute.form)) JsonIndex(attribute);
}

// Prints a value that is not a number: symbolic, an offset in another section
// of the name, or bad.
void Attributes::JsonSpecial(const Dwreloc_Attribute& attribute) {
  JsonRelocatable(attribute);
  const bool is_bad = (attribute.flags & DWRELOC_ATTR_BAD) != 0;
  if (attribute.attribute_class == DWRELOC_CLASS_STRING && is_bad)
    More().Null("string");  // the error has been reported
  else if (attribute.attribute_class == DWRELOC_CLASS_STRING)
    JsonStringKeys(attribute);
  else if (attribute.section != DWRELOC_NO_SECTION &&
           attribute.section != unit_.section &&
           attribute.attribute_class == DWRELOC_CLASS_REFERENCE)
    JsonDieSection(attribute.section);
}

void Attributes::JsonIndex(const Dwreloc_Attribute& attribute) {
  JsonObject json = More();
  json.Number("index", attribute.value);
  if (attribute.form == DW_FORM_LLVM_addrx_offset)
    json.Number("index_offset", attribute.data);
}

void Attributes::JsonConstant(const Dwreloc_Attribute& attribute,
                              bool is_named) {
  values_.JsonAbsolute(attribute.value);
  if (attribute.form == DW_FORM_data16) {
    More().OpenString("block");
    HexData16(attribute, '\0');
    out_.Char('"');
  } else if (is_named) {
    const char* name = dwreloc_constant_name(attribute.name, attribute.value);
    if (name != nullptr) More().Name("constant", name);
  }
}

void Attributes::JsonString(const Dwreloc_Attribute& attribute) {
  if (attribute.form == DW_FORM_string) {
    values_.JsonOffset(attribute.value, values_.OffsetEnd(unit_.section));
  } else if (IsSupplementaryForm(attribute.form)) {
    values_.JsonAbsolute(attribute.value);
  } else if (!IsIndexForm(attribute.form)) {
    values_.JsonOffset(attribute.value, OffsetEnd(attribute));
  } else {
    std::uint32_t section = DWRELOC_NO_SECTION;
    std::uint64_t offset = 0;
    if (dwreloc_formstring_place(&attribute, &section, &offset) < 0)
      values_.JsonLastError();
    else
      values_.JsonOffset(offset, values_.OffsetEnd(section));
    JsonIndex(attribute);
  }
  JsonStringKeys(attribute);
}

void Attributes::JsonStringKeys(const Dwreloc_Attribute& attribute) {
  const char* string = nullptr;
  std::size_t length = 0;
  if (dwreloc_formstring(&attribute, &string, &length) < 0) {
    report_.LastError();
    More().Null("string");
    return;
  }
  More().String("string", "string_hex", {string, length});
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
  const int result = Checked(dwreloc_formref(&attribute, &section, &offset));
  if (attribute.form == DW_FORM_ref_sig8) {
    values_.JsonAbsolute(attribute.value);
    // A type in another file is not an error.
    if (result < 0) return;
    More().Number("die", offset);
    JsonDieSection(section);
  } else if (result < 0) {
    values_.JsonLastError();
  } else {
    values_.JsonOffset(offset, values_.OffsetEnd(section));
    if (section != unit_.section) JsonDieSection(section);
  }
}

void Attributes::JsonDieSection(std::uint32_t section) {
  More().Number("die_section_index", section);
}

void Attributes::JsonBlock(const Dwreloc_Attribute& attribute) {
  values_.JsonAbsolute(attribute.value);
  const std::uint8_t* bytes = nullptr;
  std::size_t size = 0;
  if (dwreloc_formblock(&attribute, &bytes, &size) < 0) {
    report_.LastError();
    return;
  }
  More().Bytes("block", bytes, size);
}

void Attributes::JsonExpression(const Dwreloc_Attribute& attribute) {
  values_.JsonAbsolute(attribute.value);
  Dwreloc_Expression expression;
  if (!GetExpression(attribute, &expression)) {
    report_.LastError();
    return;
  }
  expressions_.JsonKeys(expression);
}

void Attributes::JsonRelocatable(const Dwreloc_Attribute& attribute) {
  Dwreloc_Relocatable value;
  if (dwreloc_form_relocatable(&attribute, &value) < 0)
    values_.JsonLastError();
  else
    values_.Json(value, Place(attribute));
}

}  // namespace dwreloc_tools
