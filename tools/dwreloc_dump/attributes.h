// attributes.h - one attribute of a DIE, printed.
//
// This is the innermost loop of --info.  Common values (numbers, strings,
// references within the unit) are written through plain pointers; values that
// can be symbolic go through Values, and forms that index a table are looked up
// first.  A value that cannot be read is reported and printed as an error.
// Tested by tests/cli/info_test.py.
#ifndef DWRELOC_TOOLS_DWRELOC_DUMP_ATTRIBUTES_H_
#define DWRELOC_TOOLS_DWRELOC_DUMP_ATTRIBUTES_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <dwreloc/dwreloc.hpp>
#include <string_view>

#include "common/json.h"
#include "common/output.h"
#include "expressions.h"
#include "names.h"
#include "report.h"
#include "values.h"

namespace dwreloc_tools {

// Thread-safety: one thread.
class Attributes {
 public:
  Attributes(Output& out, Report& report, Names& names, Values& values,
             Expressions& expressions, const Palette& palette, bool big_endian)
      : out_(out),
        report_(report),
        names_(names),
        values_(values),
        expressions_(expressions),
        palette_(palette),
        big_endian_(big_endian) {}

  // The unit that contains the following attributes.
  void BeginUnit(const Dwreloc_Unit_Info& unit) {
    unit_ = unit;
    offset_ends_.fill({});
  }

  // Prints a line of its own, indented.
  void Text(const Dwreloc_Attribute& attribute, std::size_t indent);
  // {"name":...,"form":...,"value":VALUE,...}
  void Json(const Dwreloc_Attribute& attribute);

 private:
  // Prints the value between its parentheses.
  void TextValue(const Dwreloc_Attribute& attribute);
  void TextConstant(const Dwreloc_Attribute& attribute);
  void TextString(const Dwreloc_Attribute& attribute);
  void TextReference(const Dwreloc_Attribute& attribute);
  void TextBlock(const Dwreloc_Attribute& attribute);
  void TextExpression(const Dwreloc_Attribute& attribute);
  void TextRelocatable(const Dwreloc_Attribute& attribute);
  void TextListOffset(const Dwreloc_Attribute& attribute);

  // Further keys of the attribute, after the VALUE.
  JsonObject More() { return JsonObject(out_, JsonPlace::kNextKey); }
  // Prints the VALUE and the keys that follow it.
  void JsonValue(const Dwreloc_Attribute& attribute, bool is_named);
  void JsonSpecial(const Dwreloc_Attribute& attribute);
  void JsonConstant(const Dwreloc_Attribute& attribute, bool is_named);
  void JsonIndex(const Dwreloc_Attribute& attribute);
  void JsonStringKeys(const Dwreloc_Attribute& attribute);
  void JsonDieSection(std::uint32_t section);
  std::string_view OffsetEnd(const Dwreloc_Attribute& attribute);
  void JsonString(const Dwreloc_Attribute& attribute);
  void JsonReference(const Dwreloc_Attribute& attribute);
  void JsonBlock(const Dwreloc_Attribute& attribute);
  void JsonExpression(const Dwreloc_Attribute& attribute);
  void JsonRelocatable(const Dwreloc_Attribute& attribute);

  // The sixteen bytes of a DW_FORM_data16, as stored in the file.
  void HexData16(const Dwreloc_Attribute& attribute, char separator);
  // The bytes of an exprloc.  Returns false if they cannot be read; the error
  // is the thread's last.
  bool GetExpression(const Dwreloc_Attribute& attribute,
                     Dwreloc_Expression* expression) const;

  Where Place(const Dwreloc_Attribute& attribute) const {
    return {unit_.section, attribute.offset};
  }

  Output& out_;
  Report& report_;
  Names& names_;
  Values& values_;
  Expressions& expressions_;
  const Palette& palette_;
  const bool big_endian_;
  Dwreloc_Unit_Info unit_{};
  // Indices into offset_ends_: the classes, and offsets that share a class with
  // others.
  enum : std::size_t {
    kLineStrings = DWRELOC_CLASS_SECOFFSET + 1,
    kMacinfo,
    kViews,
    kSlots
  };
  std::array<std::string_view, kSlots> offset_ends_{};
};

}  // namespace dwreloc_tools

#endif  // DWRELOC_TOOLS_DWRELOC_DUMP_ATTRIBUTES_H_
