// dump_contributions.cc - --addr and --str-offsets: the tables behind
// DW_FORM_addrx and DW_FORM_strx (DWARF 5 7.26, 7.27; before, those of GNU
// split DWARF).
//
// Every contribution of every such section, whether a unit refers to it or
// not.  Tested by tests/cli/contributions_test.py.
#include <string>

#include "dump.h"
#include "quote.h"

namespace dwreloc_dump {
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
  void Entry(std::uint64_t index, const Where& where);
  void String(std::uint64_t index);

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
        dwreloc_contribution(context_.module(), section, offset, &table_);
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
    Entry(i, where);
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
  out_.Text(is_addresses_ ? R"({"kind":"addr_table",)"
                          : R"({"kind":"str_offsets_table",)");
  out_.Text(context_.values.SectionJson(table_.section));
  out_.Text(R"(,"offset":)");
  out_.Decimal(table_.offset);
  out_.Text(R"(,"version":)");
  out_.Decimal(table_.version);
  out_.Text(R"(,"offset_size":)");
  out_.Decimal(table_.offset_size);
  out_.Text(R"(,"entry_size":)");
  out_.Decimal(table_.entry_size);
  out_.Text(R"(,"base":)");
  out_.Decimal(table_.base);
  out_.Text(R"(,"entries":)");
  out_.Decimal(table_.count);
  out_.Text("}\n");
}

void ContributionPrinter::Entry(std::uint64_t index, const Where& where) {
  const bool json = context_.json();
  if (json) {
    out_.Text(is_addresses_ ? R"({"kind":"addr",)"
                            : R"({"kind":"str_offset",)");
    out_.Text(context_.values.SectionJson(table_.section));
    out_.Text(R"(,"table":)");
    out_.Decimal(table_.offset);
    out_.Text(R"(,"index":)");
    out_.Decimal(index);
    out_.Text(is_addresses_ ? R"(,"value":)" : R"(,"offset":)");
  } else {
    out_.DecimalRight(index, 6);
    out_.Text(": ");
  }
  Dwreloc_Relocatable value;
  if (dwreloc_contribution_value(&table_, index, &value) < 0) {
    if (json)
      context_.values.JsonLastError();
    else
      context_.values.TextLastError();
  } else if (json && is_addresses_) {
    context_.values.Json(value, where);
  } else if (json) {
    // Of a bad one the string tells what is wrong.
    if (value.kind == DWRELOC_CONSTANT || value.kind == DWRELOC_SECTION)
      out_.Decimal(value.value);
    else
      out_.Text("null");
  } else {
    context_.values.Text(value, where);
  }
  if (!is_addresses_) String(index);
  out_.Text(json ? "}\n" : "\n");
}

void ContributionPrinter::String(std::uint64_t index) {
  const bool json = context_.json();
  if (json)
    out_.Text(R"(,"string":)");
  else
    out_.Char(' ');
  const char* string;
  std::size_t length;
  if (dwreloc_contribution_string(&table_, index, &string, &length) < 0) {
    if (json) {
      context_.report.LastError();
      out_.Text("null");
    } else {
      context_.values.TextLastError();
    }
  } else if (!json) {
    out_.Char('"');
    AppendEscaped(out_, {string, length});
    out_.Char('"');
  } else if (!AppendJsonString(out_, {string, length})) {
    out_.Text(R"(,"string_hex":")" + HexString({string, length}) + '"');
  }
}

void Dump(Context& context, bool is_addresses) {
  ContributionPrinter printer(context, is_addresses);
  for (const dwreloc::Section& section : context.file.sections())
    if (context.WantsSection(section.index())) printer.Section(section.index());
}

}  // namespace

void DumpAddr(Context& context) { Dump(context, true); }
void DumpStrOffsets(Context& context) { Dump(context, false); }

}  // namespace dwreloc_dump
