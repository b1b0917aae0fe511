// dump_names.cc - --debug-names: name indexes (DWARF 5 6.1.1.4).
//
// Prints every index with its units, then its names in the order of the table,
// each with the DIEs that have it.  Tested by tests/cli/lookup_test.py.
#include <cstdint>
#include <string_view>
#include <vector>

#include "common/json.h"
#include "common/quote.h"
#include "dump.h"
#include "lookup.h"

namespace dwreloc_tools {
namespace {

UnitPlace UnitOf(const Dwreloc_Name_Unit& unit) {
  return {unit.offset, unit.unit_section, unit.unit_offset};
}

bool HasDie(const Dwreloc_Name_Entry& entry) {
  return entry.unit.unit_offset != DWRELOC_NO_OFFSET &&
         entry.die_offset != DWRELOC_NO_OFFSET;
}

std::uint64_t DieOf(const Dwreloc_Name_Entry& entry) {
  return HasDie(entry) ? entry.unit.unit_offset + entry.die_offset
                       : DWRELOC_NO_OFFSET;
}

// Prints one index.
class IndexPrinter {
 public:
  IndexPrinter(Context& context, const Dwreloc_Name_Index* index)
      : context_(context), out_(context.out), index_(index) {}

  void Print();

 private:
  // Calls show(unit) for each unit of a list.
  template <typename Show>
  void ForEachUnit(Dwreloc_Name_Unit_Kind kind, std::uint32_t count, Show show);
  void HeaderText();
  void HeaderJson();
  void UnitsText(Dwreloc_Name_Unit_Kind kind, std::uint32_t count,
                 std::string_view label);
  void UnitsJson(Dwreloc_Name_Unit_Kind kind, std::uint32_t count);
  void Name(const Dwreloc_Name& name);
  // Reads the entries that the filters select; reports errors.
  void ReadEntries(const Dwreloc_Name& name);
  void NameLines(const Dwreloc_Name& name, const char* string,
                 std::size_t length);
  void NameObject(const Dwreloc_Name& name, const char* string,
                  std::size_t length);
  void EntryText(const Dwreloc_Name_Entry& entry);
  void EntryJson(const Dwreloc_Name_Entry& entry);

  Context& context_;
  Output& out_;
  const Dwreloc_Name_Index* const index_;
  Dwreloc_Name_Index_Info info_{};
  std::vector<Dwreloc_Name_Entry> entries_;  // of the current name
};

template <typename Show>
void IndexPrinter::ForEachUnit(Dwreloc_Name_Unit_Kind kind, std::uint32_t count,
                               Show show) {
  for (std::uint32_t i = 0; i < count; ++i) {
    Dwreloc_Name_Unit unit;
    if (dwreloc_name_index_unit(index_, kind, i, &unit) >= 0) show(i, unit);
  }
}

void IndexPrinter::UnitsText(Dwreloc_Name_Unit_Kind kind, std::uint32_t count,
                             std::string_view label) {
  ForEachUnit(kind, count, [&](std::uint32_t i, const Dwreloc_Name_Unit& unit) {
    out_.Text("  ");
    out_.Text(label);
    out_.Char('[');
    out_.Decimal(i);
    out_.Text("]: ");
    if (kind == DWRELOC_NAME_UNIT_FOREIGN_TYPE)
      out_.Hex(unit.signature, 16);
    else
      UnitText(context_, UnitOf(unit), {info_.section, info_.offset});
    out_.Char('\n');
  });
}

void IndexPrinter::UnitsJson(Dwreloc_Name_Unit_Kind kind, std::uint32_t count) {
  out_.Char('[');
  JsonComma comma(out_);
  ForEachUnit(kind, count, [&](std::uint32_t, const Dwreloc_Name_Unit& unit) {
    comma();
    if (kind == DWRELOC_NAME_UNIT_FOREIGN_TYPE) {
      out_.Decimal(unit.signature);
      return;
    }
    JsonObject json(out_);
    if (unit.unit_section != DWRELOC_NO_SECTION)
      json.Keys(context_.values.SectionJson(unit.unit_section));
    json.Key("offset");
    UnitJson(context_, UnitOf(unit), {info_.section, info_.offset});
    json.End();
  });
  out_.Char(']');
}

void IndexPrinter::HeaderText() {
  context_.SectionHeading(info_.section);
  out_.Text("Name index ");
  out_.Hex(info_.offset, 8);
  out_.Text(": format = ");
  out_.Text(info_.offset_size == 8 ? "DWARF64" : "DWARF32");
  out_.Text(", version = ");
  out_.Decimal(info_.version);
  out_.Text(", bucket_count = ");
  out_.Decimal(info_.bucket_count);
  out_.Text(", name_count = ");
  out_.Decimal(info_.name_count);
  out_.Text(", augmentation = \"");
  AppendEscaped(out_, {info_.augmentation, info_.augmentation_size});
  out_.Text("\"\n");
  UnitsText(DWRELOC_NAME_UNIT_COMPILE, info_.comp_unit_count, "CU");
  UnitsText(DWRELOC_NAME_UNIT_LOCAL_TYPE, info_.local_type_unit_count,
            "local TU");
  UnitsText(DWRELOC_NAME_UNIT_FOREIGN_TYPE, info_.foreign_type_unit_count,
            "foreign TU");
}

void IndexPrinter::HeaderJson() {
  JsonObject json(out_, "name_index");
  json.Keys(context_.values.SectionJson(info_.section));
  json.Number("offset", info_.offset);
  json.Number("version", info_.version);
  json.Number("offset_size", info_.offset_size);
  json.Number("end", info_.end);
  json.Number("bucket_count", info_.bucket_count);
  json.Number("name_count", info_.name_count);
  json.String("augmentation", {info_.augmentation, info_.augmentation_size});
  json.Key("comp_units");
  UnitsJson(DWRELOC_NAME_UNIT_COMPILE, info_.comp_unit_count);
  json.Key("local_type_units");
  UnitsJson(DWRELOC_NAME_UNIT_LOCAL_TYPE, info_.local_type_unit_count);
  json.Key("foreign_type_units");
  UnitsJson(DWRELOC_NAME_UNIT_FOREIGN_TYPE, info_.foreign_type_unit_count);
  json.EndLine();
}

void IndexPrinter::EntryText(const Dwreloc_Name_Entry& entry) {
  out_.Text("    ");
  out_.Hex(entry.offset, 8);
  out_.Text(": ");
  out_.Text(context_.names.tag(entry.tag).view());
  if (entry.unit.kind == DWRELOC_NAME_UNIT_FOREIGN_TYPE) {
    out_.Text(" foreign TU ");
    out_.Hex(entry.unit.signature, 16);
  } else if (entry.unit.kind != DWRELOC_NAME_UNIT_NONE) {
    out_.Text(" unit ");
    UnitText(context_, UnitOf(entry.unit), {info_.section, entry.offset});
  }
  if (entry.die_offset != DWRELOC_NO_OFFSET) {
    out_.Text(HasDie(entry) ? " DIE " : " DIE unit + ");
    out_.Hex(HasDie(entry) ? DieOf(entry) : entry.die_offset, 8);
  }
  if (entry.parent_kind == DWRELOC_PARENT_ENTRY) {
    out_.Text(" parent ");
    out_.Hex(entry.parent, 8);
  } else if (entry.parent_kind == DWRELOC_PARENT_NOT_INDEXED) {
    out_.Text(" parent not indexed");
  }
  out_.Char('\n');
}

void IndexPrinter::EntryJson(const Dwreloc_Name_Entry& entry) {
  const bool is_here = entry.unit.kind == DWRELOC_NAME_UNIT_COMPILE ||
                       entry.unit.kind == DWRELOC_NAME_UNIT_LOCAL_TYPE;
  JsonObject json(out_);
  json.Name("tag", NameOrNumber(dwreloc_tag_name(entry.tag), entry.tag));
  json.Key("unit");
  if (is_here)
    UnitJson(context_, UnitOf(entry.unit), {info_.section, entry.offset});
  else
    out_.Text("null");
  json.Number("die", DieOf(entry), DWRELOC_NO_OFFSET);
  if (entry.parent_kind != DWRELOC_PARENT_UNKNOWN)
    json.Number("parent", entry.parent, DWRELOC_NO_OFFSET);
  json.Number("offset", entry.offset);
  if (entry.unit.unit_section != DWRELOC_NO_SECTION)
    json.Number("unit_section_index", entry.unit.unit_section);
  if (entry.unit.kind == DWRELOC_NAME_UNIT_FOREIGN_TYPE)
    json.Number("signature", entry.unit.signature);
  if (!HasDie(entry) && entry.die_offset != DWRELOC_NO_OFFSET)
    json.Number("die_offset", entry.die_offset);
  json.End();
}

void IndexPrinter::ReadEntries(const Dwreloc_Name& name) {
  entries_.clear();
  Dwreloc_Name_Entries reader;
  if (dwreloc_name_entries_begin(&name, &reader) < 0) {
    context_.report.LastError();
    return;
  }
  Dwreloc_Name_Entry entry;
  int result;
  while ((result = dwreloc_name_entries_next(&reader, &entry)) > 0) {
    if (context_.WantsOffset(entry.offset) &&
        WantsUnit(context_, UnitOf(entry.unit)) &&
        WantsDie(context_, DieOf(entry)))
      entries_.push_back(entry);
  }
  if (result < 0) context_.report.LastError();
}

void IndexPrinter::NameLines(const Dwreloc_Name& name, const char* string,
                             std::size_t length) {
  out_.Text("  Name ");
  out_.Decimal(name.number);
  if (info_.bucket_count != 0) {
    out_.Text(", hash ");
    out_.Hex(name.hash, 8);
  }
  out_.Text(": ");
  if (string != nullptr) {
    out_.Char('"');
    AppendEscaped(out_, {string, length});
    out_.Char('"');
  } else {
    out_.Text("<error>");
  }
  out_.Char('\n');
  for (const Dwreloc_Name_Entry& entry : entries_) EntryText(entry);
}

void IndexPrinter::NameObject(const Dwreloc_Name& name, const char* string,
                              std::size_t length) {
  JsonObject json(out_, "name");
  json.Key("section");
  out_.Text(context_.values.SectionNameJson(info_.section));
  json.Number("index", info_.offset);
  if (string != nullptr)
    json.String("name", "name_hex", {string, length});
  else
    json.Null("name");
  json.Key("entries");
  out_.Char('[');
  JsonComma comma(out_);
  for (const Dwreloc_Name_Entry& entry : entries_) {
    comma();
    EntryJson(entry);
  }
  out_.Char(']');
  if (info_.bucket_count != 0) json.Number("hash", name.hash);
  json.Number("section_index", info_.section);
  json.Number("number", name.number);
  json.Key("string_offset");
  context_.values.Json(name.string_offset, {info_.section, info_.offset});
  json.EndLine();
}

void IndexPrinter::Name(const Dwreloc_Name& name) {
  const char* string = nullptr;
  std::size_t length = 0;
  if (dwreloc_name_string(&name, &string, &length) < 0) {
    context_.report.LastError();
    string = nullptr;
  }
  if (context_.options.name &&
      (string == nullptr || !WantsName(context_, {string, length})))
    return;
  ReadEntries(name);
  const Options& options = context_.options;
  const bool is_filtered = options.unit || options.die || options.offset;
  if (entries_.empty() && is_filtered) return;
  if (context_.json())
    NameObject(name, string, length);
  else
    NameLines(name, string, length);
}

void IndexPrinter::Print() {
  if (dwreloc_name_index_info(index_, &info_) < 0 ||
      !context_.WantsSection(info_.section))
    return;
  if (context_.json())
    HeaderJson();
  else
    HeaderText();
  context_.report.FlushObjects();
  for (std::uint32_t i = 1; i <= info_.name_count; ++i) {
    Dwreloc_Name name;
    if (dwreloc_name(index_, i, &name) < 0) break;
    Name(name);
    context_.report.FlushObjects();
  }
}

}  // namespace

void DumpNames(Context& context) {
  context.order.Do([](Page& page) { page.BeginPart(); });
  for (const dwreloc::Error& error : context.file.name_index_errors())
    context.report.Failure(error);
  for (const dwreloc::NameIndex& index : context.file.name_indexes())
    IndexPrinter(context, index.raw()).Print();
}

}  // namespace dwreloc_tools
