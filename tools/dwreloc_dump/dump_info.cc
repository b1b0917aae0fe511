// dump_info.cc - --info: units (DWARF 5 7.5.1), DIEs and all attributes.
//
// Text is laid out as llvm-dwarfdump does.  In JSON a "unit" object precedes
// the "die" objects of the unit.  Tested by tests/cli/info_test.py.
#include <dwreloc/dwarf.h>

#include <algorithm>
#include <string>

#include "common/json.h"
#include "dump.h"
#include "walk.h"

namespace dwreloc_tools {
namespace {

// A file may claim any depth; indentation must not make output quadratic.
constexpr std::uint32_t kMaxIndentedDepth = 200;

std::string_view UnitKind(const Dwreloc_Unit_Info& unit) {
  switch (unit.unit_type) {
    case DW_UT_type:
    case DW_UT_split_type:
      return "Type Unit";
    case DW_UT_partial:
      return "Partial Unit";
    case DW_UT_skeleton:
      return "Skeleton Unit";
    default:
      return "Compile Unit";
  }
}

void UnitText(Context& context, const Dwreloc_Unit_Info& unit) {
  Output& out = context.out;
  const int digits = 2 * unit.offset_size;
  out.Hex(unit.offset, 8);
  out.Text(": ");
  out.Text(UnitKind(unit));
  out.Text(": length = ");
  // unit_length counts what follows it.
  const std::uint64_t initial = unit.offset_size == 8 ? 12 : 4;
  out.Hex(unit.end - unit.offset - initial, digits);
  out.Text(unit.offset_size == 8 ? ", format = DWARF64" : ", format = DWARF32");
  out.Text(", version = ");
  out.Hex(unit.version, 4);
  if (unit.version >= 5) {
    out.Text(", unit_type = ");
    out.Text(NameOrNumber(dwreloc_ut_name(unit.unit_type), unit.unit_type));
  }
  out.Text(", abbr_offset = ");
  out.Hex(unit.abbrev_offset, 4);
  out.Text(", addr_size = ");
  out.Hex(unit.address_size, 2);
  if (unit.signature != 0) {
    out.Text(", signature = ");
    out.Hex(unit.signature, 16);
  }
  if (unit.type_offset != 0) {
    out.Text(", type_offset = ");
    out.Hex(unit.type_offset, 4);
  }
  out.Text(" (next unit at ");
  out.Hex(unit.end, 8);
  out.Text(")\n\n");
}

void UnitJson(Context& context, const Dwreloc_Unit_Info& unit) {
  JsonObject json(context.out, "unit");
  json.Keys(context.values.SectionJson(unit.section));
  json.Number("offset", unit.offset);
  json.Number("version", unit.version);
  json.Name("unit_type",
            NameOrNumber(dwreloc_ut_name(unit.unit_type), unit.unit_type));
  json.Number("address_size", unit.address_size);
  json.Number("offset_size", unit.offset_size);
  json.Number("header_size", unit.header_size);
  json.Number("end", unit.end);
  json.Number("abbrev_offset", unit.abbrev_offset);
  json.Number("signature", unit.signature);
  json.Number("type_offset", unit.type_offset);
  json.Number("abbrev_section_index", unit.abbrev_section, DWRELOC_NO_SECTION);
  json.EndLine();
}

void DieText(Context& context, const WalkedDie& walked) {
  const std::size_t indent =
      2 * static_cast<std::size_t>(std::min(walked.depth, kMaxIndentedDepth));
  const Palette& palette = context.palette;
  char* p = context.out.Reserve(indent + kMaxName + 64);
  p = PutText(p, palette.offset);
  p = PutHex(p, walked.die.offset, 8);
  p = PutText(p, palette.end);
  *p++ = ':';
  *p++ = ' ';
  p = PutSpaces(p, indent);
  p = PutName(p, context.names.tag(walked.die.tag));
  *p++ = '\n';
  context.out.Commit(p);
  for (const Dwreloc_Attribute& attribute : walked.attributes)
    context.attributes.Text(attribute, indent + 14);
  context.out.Char('\n');
}

void DieJson(Context& context, const WalkedDie& walked) {
  Output& out = context.out;
  JsonObject json(out, "die");
  json.Keys(context.values.SectionJson(walked.unit.section));
  json.Number("offset", walked.die.offset);
  json.Number("depth", walked.depth);
  json.Name("tag", context.names.tag(walked.die.tag).view());
  json.Key("attributes");
  out.Char('[');
  JsonComma comma(out);
  for (const Dwreloc_Attribute& attribute : walked.attributes) {
    comma();
    context.attributes.Json(attribute);
  }
  out.Char(']');
  json.EndLine();
}

void BeginUnit(Context& context, const Dwreloc_Unit_Info& unit) {
  context.attributes.BeginUnit(unit);
  if (context.json()) {
    UnitJson(context, unit);
    return;
  }
  context.SectionHeading(unit.section);
  UnitText(context, unit);
}

void PrintDie(Context& context, const WalkedDie& walked) {
  if (context.json())
    DieJson(context, walked);
  else
    DieText(context, walked);
}

}  // namespace

std::unique_ptr<UnitView> NewInfoView() {
  const auto begin_unit = [](Context& context, const Dwreloc_Unit_Info& unit) {
    BeginUnit(context, unit);
  };
  const auto visit_die = [](Context& context, const WalkedDie& walked) {
    PrintDie(context, walked);
  };
  return std::make_unique<DieView<decltype(begin_unit), decltype(visit_die)>>(
      begin_unit, visit_die);
}

}  // namespace dwreloc_tools
