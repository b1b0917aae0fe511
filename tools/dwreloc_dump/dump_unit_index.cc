// dump_unit_index.cc - --unit-index: .debug_cu_index and .debug_tu_index of a
// package file (DWARF 5 7.3.5.3), ordered by slot of their hash table.
//
// Tested by tests/cli/unit_index_test.py.
#include <string>

#include "common/json.h"
#include "dump.h"
#include "names.h"

namespace dwreloc_tools {
namespace {

class UnitIndexPrinter {
 public:
  explicit UnitIndexPrinter(Context& context)
      : context_(context), out_(context.out) {}

  void Section(std::uint32_t section);

 private:
  void HeaderText();
  void HeaderJson();
  void Entry(std::uint32_t slot, std::uint64_t signature, std::uint32_t row);
  void Contributions(std::uint32_t row);

  Context& context_;
  Output& out_;
  Dwreloc_Unit_Index index_{};
};

void UnitIndexPrinter::Section(std::uint32_t section) {
  const int found = dwreloc_unit_index(context_.module(), section, &index_);
  if (found < 0) context_.report.LastError();
  if (found > 0) {
    if (context_.json())
      HeaderJson();
    else
      HeaderText();
    for (std::uint32_t slot = 0; slot < index_.slot_count; ++slot) {
      std::uint64_t signature;
      std::uint32_t row;
      if (dwreloc_unit_index_slot(&index_, slot, &signature, &row) > 0)
        Entry(slot, signature, row);
      context_.report.FlushObjects();
    }
  }
  context_.report.FlushObjects();
}

void UnitIndexPrinter::HeaderText() {
  context_.Heading(context_.values.SectionLabel(index_.section));
  out_.Text("version = ");
  out_.Decimal(index_.version);
  out_.Text(", sections = ");
  out_.Decimal(index_.section_count);
  out_.Text(", units = ");
  out_.Decimal(index_.unit_count);
  out_.Text(", slots = ");
  out_.Decimal(index_.slot_count);
  out_.Text("\n\n  Slot    Row Signature\n");
}

void UnitIndexPrinter::HeaderJson() {
  JsonObject json(out_, "unit_index");
  json.Keys(context_.values.SectionJson(index_.section));
  json.Number("version", index_.version);
  json.Number("sections", index_.section_count);
  json.Number("units", index_.unit_count);
  json.Number("slots", index_.slot_count);
  json.EndLine();
}

void UnitIndexPrinter::Entry(std::uint32_t slot, std::uint64_t signature,
                             std::uint32_t row) {
  if (context_.json()) {
    JsonObject json(out_, "unit_index_entry");
    json.Keys(context_.values.SectionJson(index_.section));
    json.Number("slot", slot);
    json.Number("row", row);
    json.Number("signature", signature);
    json.Key("contributions");
    out_.Char('[');
    Contributions(row);
    out_.Char(']');
    json.EndLine();
    return;
  }
  out_.DecimalRight(slot, 6);
  out_.DecimalRight(row, 7);
  out_.Char(' ');
  out_.Hex(signature, 16);
  out_.Char('\n');
  Contributions(row);
}

void UnitIndexPrinter::Contributions(std::uint32_t row) {
  const bool json = context_.json();
  for (std::uint32_t column = 0; column < index_.section_count; ++column) {
    Dwreloc_Unit_Contribution part;
    if (dwreloc_unit_index_contribution(&index_, row, column, &part) < 0) {
      context_.report.LastError();
      return;
    }
    const std::string name = NameOrNumber(
        dwreloc_sect_name(index_.version, part.section_id), part.section_id);
    if (json) {
      if (column != 0) out_.Char(',');
      JsonObject object(out_);
      object.Name("section_id", name);
      object.Number("offset", part.offset);
      object.Number("size", part.size);
      object.End();
    } else {
      out_.Spaces(14);
      out_.TextLeft(name, 20);
      out_.Text(" [");
      out_.Hex(part.offset, 8);
      out_.Text(", ");
      out_.Hex(std::uint64_t{part.offset} + part.size, 8);
      out_.Text(")\n");
    }
  }
}

}  // namespace

void DumpUnitIndex(Context& context) {
  UnitIndexPrinter printer(context);
  for (const dwreloc::Section& section : context.file.sections())
    if (context.WantsSection(section.index())) printer.Section(section.index());
}

}  // namespace dwreloc_tools
