// dump_aranges.cc - --aranges: which unit covers which addresses, according to
// .debug_aranges (DWARF 5 6.1.2).
//
// Tuples are printed as stored, except those that end a set.
// Tested by tests/cli/lookup_test.py.
#include <cstdint>

#include "common/json.h"
#include "dump.h"
#include "lookup.h"

namespace dwreloc_tools {
namespace {

UnitPlace UnitOf(const Dwreloc_Arange& arange) {
  return {arange.debug_info_offset, arange.unit_section, arange.unit_offset};
}

void SetText(Context& context, const Dwreloc_Arange& arange) {
  Output& out = context.out;
  context.SectionHeading(arange.section);
  out.Text("Address range set ");
  out.Hex(arange.set_offset, 8);
  out.Text(" of unit ");
  UnitText(context, UnitOf(arange), {arange.section, arange.set_offset});
  out.Text(": format = ");
  out.Text(arange.offset_size == 8 ? "DWARF64" : "DWARF32");
  out.Text(", version = 2, addr_size = ");
  out.Decimal(arange.address_size);
  out.Text(", seg_size = ");
  out.Decimal(arange.segment_selector_size);
  out.Char('\n');
}

void TupleText(Context& context, const Dwreloc_Arange& arange) {
  constexpr std::size_t kAddressWidth = 32;
  const Where where{arange.section, arange.offset};
  Output& out = context.out;
  out.Text("  ");
  if (arange.segment_selector_size != 0) {
    context.values.Text(arange.segment, where);
    out.Char(':');
  }
  const std::uint64_t start = out.written();
  context.values.Text(arange.begin, where);
  const std::size_t width = static_cast<std::size_t>(out.written() - start);
  if (width < kAddressWidth) out.Spaces(kAddressWidth - width);
  out.Text(" length ");
  if (arange.length.kind == DWRELOC_CONSTANT)
    out.Hex(arange.length.value);
  else
    context.values.Text(arange.length, where);
  out.Char('\n');
}

void TupleJson(Context& context, const Dwreloc_Arange& arange) {
  const Where where{arange.section, arange.offset};
  Output& out = context.out;
  JsonObject json(out, "arange");
  json.Key("section");
  out.Text(context.values.SectionNameJson(arange.section));
  json.Key("unit");
  UnitJson(context, UnitOf(arange), {arange.section, arange.set_offset});
  json.Key("begin");
  context.values.Json(arange.begin, where);
  json.Key("length");
  if (arange.length.kind == DWRELOC_CONSTANT)
    out.Decimal(arange.length.value);
  else
    context.values.Json(arange.length, where);
  if (arange.segment_selector_size != 0) {
    json.Key("segment");
    context.values.Json(arange.segment, where);
  }
  json.Number("section_index", arange.section);
  json.Number("offset", arange.offset);
  json.Number("set", arange.set_offset);
  json.Number("offset_size", arange.offset_size);
  json.Number("address_size", arange.address_size);
  json.Number("segment_selector_size", arange.segment_selector_size);
  json.Number("unit_section_index", arange.unit_section, DWRELOC_NO_SECTION);
  json.EndLine();
}

void Section(Context& context, Dwreloc_Aranges* aranges) {
  Dwreloc_Arange arange;
  std::uint64_t set = DWRELOC_NO_OFFSET;
  for (int result; (result = dwreloc_aranges_next(aranges, &arange));
       context.report.FlushObjects()) {
    if (result < 0) {
      context.report.LastError();
      continue;
    }
    if (!context.WantsOffset(arange.offset) ||
        !WantsUnit(context, UnitOf(arange)))
      continue;
    if (context.json()) {
      TupleJson(context, arange);
      continue;
    }
    if (set != arange.set_offset) SetText(context, arange);
    set = arange.set_offset;
    TupleText(context, arange);
  }
}

}  // namespace

void DumpAranges(Context& context) {
  ForEachTable<Dwreloc_Aranges>(
      context, dwreloc_aranges_begin,
      [&context](Dwreloc_Aranges* aranges) { Section(context, aranges); });
}

}  // namespace dwreloc_tools
