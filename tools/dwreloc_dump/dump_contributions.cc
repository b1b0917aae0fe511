// dump_contributions.cc - --addr and --str-offsets: the tables of DW_FORM_addrx
// and DW_FORM_strx (DWARF 5 7.26, 7.27; before, those of GNU split DWARF).
//
// Prints every contribution of every such section, whether or not a unit refers
// to it.  Tested by tests/cli/contributions_test.py.
#include <string>

#include "common/json.h"
#include "common/quote.h"
#include "dump.h"

namespace dwreloc_tools {
namespace {

class ContributionPrinter {
 public:
  ContributionPrinter(Context& context, bool is_addresses)
      : context_(context), out_(context.out), is_addresses_(is_addresses) {}

  void Section(std::uint32_t section);

 private:
  void Print();
  void HeaderText();
  void HeaderJson();
  void EntryText(std::uint64_t index, const Where& where);
  void StringText(std::uint64_t index);
  void EntryJson(std::uint64_t index, const Where& where);

  Context& context_;
  Output& out_;
  const bool is_addresses_;
  Dwreloc_Contribution table_{};
};

void ContributionPrinter::Section(std::uint32_t section) {
  std::uint64_t offset = 0;
  bool has_heading = context_.json();
  while (offset != DWRELOC_NO_OFFSET) {
    const int found =
        dwreloc_contribution_at(context_.module(), section, offset, &table_);
    if (found == 0 || (table_.is_addresses != 0) != is_addresses_) return;
    if (found < 0) {
      context_.report.LastError();
    } else {
      if (!has_heading) context_.Heading(context_.values.SectionLabel(section));
      has_heading = true;
      Print();
    }
    context_.report.FlushObjects();
    offset = table_.next_offset;
  }
}

void ContributionPrinter::Print() {
  if (context_.json())
    HeaderJson();
  else
    HeaderText();
  for (std::uint64_t i = 0; i < table_.count; ++i) {
    const Where where{table_.section, table_.base + i * table_.entry_size};
    if (!context_.WantsOffset(where.offset)) continue;
    if (context_.json())
      EntryJson(i, where);
    else
      EntryText(i, where);
    context_.report.FlushObjects();
  }
  if (!context_.json()) out_.Char('\n');
}

void ContributionPrinter::HeaderText() {
  out_.Text(context_.palette.offset);
  out_.Hex(table_.offset, 8);
  out_.Text(context_.palette.end);
  out_.Text(is_addresses_ ? ": Addresses: " : ": String Offsets: ");
  if (table_.version != 0) {
    out_.Text(table_.offset_size == 8 ? "format = DWARF64, version = "
                                      : "format = DWARF32, version = ");
    out_.Decimal(table_.version);
    out_.Text(", ");
  }
  out_.Text("base = ");
  out_.Hex(table_.base, 8);
  out_.Text(", ");
  out_.Decimal(table_.count);
  out_.Text(table_.count == 1 ? " entry of " : " entries of ");
  out_.Decimal(table_.entry_size);
  out_.Text(" bytes\n");
}

void ContributionPrinter::HeaderJson() {
  JsonObject json(out_);
  json.Name("kind", is_addresses_ ? "addr_table" : "str_offsets_table");
  json.Keys(context_.values.SectionJson(table_.section));
  json.Number("offset", table_.offset);
  json.Number("version", table_.version);
  json.Number("offset_size", table_.offset_size);
  json.Number("entry_size", table_.entry_size);
  json.Number("base", table_.base);
  json.Number("entries", table_.count);
  json.EndLine();
}

void ContributionPrinter::EntryJson(std::uint64_t index, const Where& where) {
  JsonObject json(out_);
  json.Name("kind", is_addresses_ ? "addr" : "str_offset");
  json.Keys(context_.values.SectionJson(table_.section));
  json.Number("table", table_.offset);
  json.Number("index", index);
  Dwreloc_Relocatable value;
  const bool has_value =
      dwreloc_contribution_value(&table_, index, &value) >= 0;
  if (!is_addresses_) {
    const bool is_place = has_value && (value.kind == DWRELOC_CONSTANT ||
                                        value.kind == DWRELOC_SECTION);
    json.Number("offset", is_place ? value.value : DWRELOC_NO_OFFSET,
                DWRELOC_NO_OFFSET);
    const char* string;
    std::size_t length;
    if (dwreloc_contribution_string(&table_, index, &string, &length) >= 0) {
      json.String("string", "string_hex", {string, length});
    } else {
      context_.report.LastError();
      json.Null("string");
    }
  }
  json.Key("value");
  if (has_value)
    context_.values.Json(value, where);
  else
    context_.values.JsonLastError();
  json.EndLine();
}

void ContributionPrinter::EntryText(std::uint64_t index, const Where& where) {
  out_.DecimalRight(index, 6);
  out_.Text(": ");
  Dwreloc_Relocatable value;
  if (dwreloc_contribution_value(&table_, index, &value) < 0)
    context_.values.TextLastError();
  else
    context_.values.Text(value, where);
  if (!is_addresses_) StringText(index);
  out_.Char('\n');
}

void ContributionPrinter::StringText(std::uint64_t index) {
  out_.Char(' ');
  const char* string;
  std::size_t length;
  if (dwreloc_contribution_string(&table_, index, &string, &length) < 0) {
    context_.values.TextLastError();
    return;
  }
  out_.Char('"');
  AppendEscaped(out_, {string, length});
  out_.Char('"');
}

void Dump(Context& context, bool is_addresses) {
  ContributionPrinter printer(context, is_addresses);
  for (const dwreloc::Section& section : context.file.sections())
    if (context.WantsSection(section.index())) printer.Section(section.index());
}

}  // namespace

void DumpAddr(Context& context) { Dump(context, true); }
void DumpStrOffsets(Context& context) { Dump(context, false); }

}  // namespace dwreloc_tools
