// dump_pubnames.cc - --pubnames: names of global objects and types, according
// to .debug_pubnames, .debug_pubtypes and GNU's two sections (DWARF 4 6.1.1).
//
// Tested by tests/cli/lookup_test.py.
#include <cstdint>
#include <iterator>
#include <string>
#include <string_view>

#include "common/json.h"
#include "common/quote.h"
#include "dump.h"
#include "lookup.h"

namespace dwreloc_tools {
namespace {

// The words that gdb uses.
std::string SymbolKindName(unsigned kind) {
  static constexpr std::string_view kNames[] = {"none", "type", "variable",
                                                "function", "other"};
  return kind < std::size(kNames) ? std::string(kNames[kind])
                                  : NameOrNumber(nullptr, kind);
}

UnitPlace UnitOf(const Dwreloc_Pubname& pubname) {
  return {pubname.debug_info_offset, pubname.unit_section, pubname.unit_offset};
}

// The DIE's offset in its section; none without a unit.
std::uint64_t DieOf(const Dwreloc_Pubname& pubname) {
  return pubname.unit_offset == DWRELOC_NO_OFFSET
             ? DWRELOC_NO_OFFSET
             : pubname.unit_offset + pubname.die_offset;
}

void SetText(Context& context, const Dwreloc_Pubname& pubname) {
  Output& out = context.out;
  context.SectionHeading(pubname.section);
  out.Text("Name set ");
  out.Hex(pubname.set_offset, 8);
  out.Text(" of unit ");
  UnitText(context, UnitOf(pubname), {pubname.section, pubname.set_offset});
  out.Text(": format = ");
  out.Text(pubname.offset_size == 8 ? "DWARF64" : "DWARF32");
  out.Text(", version = 2, unit_size = ");
  if (pubname.debug_info_length.kind == DWRELOC_CONSTANT)
    out.Hex(pubname.debug_info_length.value);
  else
    context.values.Text(pubname.debug_info_length,
                        {pubname.section, pubname.set_offset});
  out.Char('\n');
}

void EntryText(Context& context, const Dwreloc_Pubname& pubname) {
  Output& out = context.out;
  out.Text("  DIE ");
  if (DieOf(pubname) == DWRELOC_NO_OFFSET) out.Text("unit + ");
  out.Hex(
      DieOf(pubname) == DWRELOC_NO_OFFSET ? pubname.die_offset : DieOf(pubname),
      8);
  if (pubname.has_flags != 0) {
    out.Text(pubname.is_static != 0 ? " static   " : " external ");
    out.TextLeft(SymbolKindName(pubname.symbol_kind), 8);
  }
  out.Text(" \"");
  AppendEscaped(out, {pubname.name, pubname.name_length});
  out.Text("\"\n");
}

void EntryJson(Context& context, const Dwreloc_Pubname& pubname) {
  const Where where{pubname.section, pubname.set_offset};
  Output& out = context.out;
  JsonObject json(out, "pubname");
  json.Key("section");
  out.Text(context.values.SectionNameJson(pubname.section));
  json.Key("unit");
  UnitJson(context, UnitOf(pubname), where);
  json.Number("die", DieOf(pubname), DWRELOC_NO_OFFSET);
  json.String("name", "name_hex", {pubname.name, pubname.name_length});
  if (pubname.has_flags != 0) {
    json.Number("flags", pubname.flags);
    json.Name("symbol_kind", SymbolKindName(pubname.symbol_kind));
    json.Bool("is_static", pubname.is_static != 0);
  }
  json.Number("section_index", pubname.section);
  json.Number("offset", pubname.offset);
  json.Number("set", pubname.set_offset);
  json.Number("offset_size", pubname.offset_size);
  json.Key("unit_size");
  if (pubname.debug_info_length.kind == DWRELOC_CONSTANT)
    out.Decimal(pubname.debug_info_length.value);
  else
    context.values.Json(pubname.debug_info_length, where);
  json.Number("unit_section_index", pubname.unit_section, DWRELOC_NO_SECTION);
  json.Number("die_offset", pubname.die_offset);
  json.EndLine();
}

void Section(Context& context, Dwreloc_Pubnames* pubnames) {
  Dwreloc_Pubname pubname;
  std::uint64_t set = DWRELOC_NO_OFFSET;
  for (int result; (result = dwreloc_pubnames_next(pubnames, &pubname));
       context.report.FlushObjects()) {
    if (result < 0) {
      context.report.LastError();
      continue;
    }
    if (!context.WantsOffset(pubname.offset) ||
        !WantsUnit(context, UnitOf(pubname)) ||
        !WantsDie(context, DieOf(pubname)) ||
        !WantsName(context, {pubname.name, pubname.name_length}))
      continue;
    if (context.json()) {
      EntryJson(context, pubname);
      continue;
    }
    if (set != pubname.set_offset) SetText(context, pubname);
    set = pubname.set_offset;
    EntryText(context, pubname);
  }
}

}  // namespace

void DumpPubnames(Context& context) {
  ForEachTable<Dwreloc_Pubnames>(
      context, dwreloc_pubnames_begin,
      [&context](Dwreloc_Pubnames* pubnames) { Section(context, pubnames); });
}

}  // namespace dwreloc_tools
