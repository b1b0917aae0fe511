// dump_macros.cc - --macros: .debug_macro and .debug_macinfo (DWARF 5 6.3,
// DWARF 4 6.3).
//
// Prints every macro unit of every such section once, in order: imports are
// printed as imports, and the imported units in their own places.  Units and
// imports name the unit whose macros they are, which determines the names of
// files and the strings given by index.
// Tested by tests/cli/macros_test.py.
#include <algorithm>
#include <cstddef>
#include <map>
#include <string>
#include <utility>

#include "common/checked.h"
#include "common/json.h"
#include "common/quote.h"
#include "dump.h"
#include "line_files.h"
#include "names.h"

namespace dwreloc_tools {
namespace {

class MacroPrinter {
 public:
  explicit MacroPrinter(Context& context)
      : context_(context), out_(context.out) {}

  void Run();

 private:
  using Place = std::pair<std::uint32_t, std::uint64_t>;

  void FindUnits();
  void Section(std::uint32_t section);
  void EmptyUnits(std::uint32_t section, std::uint64_t begin,
                  std::uint64_t end);
  int Begin(std::uint32_t section, std::uint64_t offset,
            Dwreloc_Macros* macros);
  void Heading(std::uint32_t section);
  void MacroUnit(Dwreloc_Macros& macros);
  void HeaderText();
  void HeaderJson();
  void EntryText(const Dwreloc_Macro& macro);
  void EntryJson(const Dwreloc_Macro& macro);
  void ImportJson(JsonObject& json, const Dwreloc_Macro& macro);
  void StringJson(JsonObject& json, const Dwreloc_Macro& macro);
  template <std::size_t kSize>
  void OperandJson(JsonObject& json, const char (&key)[kSize],
                   const Dwreloc_Macro& macro) {
    json.Key(key);
    context_.values.Json(macro.operand, {macro.section, macro.offset});
  }
  std::string_view OpName(const Dwreloc_Macro& macro);
  bool HasString(const Dwreloc_Macro& macro) const;
  // The path of a start_file's file; false if it is unknown.
  bool Path(const Dwreloc_Macro& macro, std::string* path);

  Context& context_;
  Output& out_;
  // Maps the place of a macro unit to the unit whose macros they are.
  std::map<Place, const Dwreloc_Unit*> units_;
  // If there is only one unit, all macros are its, even those that nothing
  // refers to: gcc's imports in .dwo files lead nowhere.
  const Dwreloc_Unit* only_unit_ = nullptr;
  bool has_heading_ = false;  // for the section
  // Of the macro unit being printed.
  Dwreloc_Macro_Info info_{};
  const Dwreloc_Line_Table* lines_ = nullptr;
  std::string name_;
};

void MacroPrinter::FindUnits() {
  const Dwreloc_Unit* unit = nullptr;
  while (Checked(dwreloc_units_next(context_.module(), &unit)) > 0) {
    Dwreloc_Macros macros;
    Dwreloc_Macro_Info info;
    const int found = dwreloc_macros_begin(unit, &macros);
    if (found < 0) context_.report.LastError();
    if (found > 0 && dwreloc_macros_info(&macros, &info) >= 0)
      units_.emplace(Place(info.section, info.offset), unit);
  }
  if (units_.size() == 1) only_unit_ = units_.begin()->second;
}

void MacroPrinter::Run() {
  FindUnits();
  for (const dwreloc::Section& section : context_.file.sections())
    if (context_.WantsSection(section.index())) Section(section.index());
}

void MacroPrinter::Section(std::uint32_t section) {
  std::uint64_t offset = 0;
  has_heading_ = context_.json();
  for (;;) {
    Dwreloc_Macros macros;
    const int found = Begin(section, offset, &macros);
    bool is_read = found > 0 && dwreloc_macros_info(&macros, &info_) >= 0;
    if (found == 0)
      EmptyUnits(section, offset, UINT64_MAX);
    else if (is_read)
      EmptyUnits(section, offset, info_.offset);
    if (found == 0) break;
    if (is_read) {
      Heading(section);
      MacroUnit(macros);
      is_read = dwreloc_macros_info(&macros, &info_) >= 0 &&
                info_.next_offset > offset;
    } else {
      context_.report.LastError();
    }
    if (is_read) {
      offset = info_.next_offset;
      continue;
    }
    // Macro units after data that cannot be read are only known from the units
    // that refer to them.
    const auto next = units_.upper_bound(Place(section, offset));
    if (next == units_.end() || next->first.first != section) break;
    offset = next->first.second;
  }
  context_.report.FlushObjects();
}

// Empty ones of .debug_macinfo among zeros: a 0, which is padding unless a unit
// refers to it.
void MacroPrinter::EmptyUnits(std::uint32_t section, std::uint64_t begin,
                              std::uint64_t end) {
  for (auto it = units_.lower_bound(Place(section, begin));
       it != units_.end() && it->first < Place(section, end); ++it) {
    Dwreloc_Macros macros;
    Dwreloc_Macro_Info info;
    if (dwreloc_macros_begin(it->second, &macros) <= 0 ||
        dwreloc_macros_info(&macros, &info) < 0 ||
        Place(info.section, info.offset) != it->first)
      continue;
    Heading(section);
    MacroUnit(macros);
  }
}

void MacroPrinter::Heading(std::uint32_t section) {
  if (!has_heading_) context_.Heading(context_.values.SectionLabel(section));
  has_heading_ = true;
}

// Zeros before a macro unit are skipped, so its owner is only known once it has
// been found.
int MacroPrinter::Begin(std::uint32_t section, std::uint64_t offset,
                        Dwreloc_Macros* macros) {
  const auto begin = [&](std::uint64_t at, const Dwreloc_Unit* unit) {
    return dwreloc_macros_begin_at(context_.module(), section, at, unit,
                                   macros);
  };
  const auto unit_at = [&](std::uint64_t at) {
    const auto unit = units_.find(Place(section, at));
    return unit == units_.end() ? only_unit_ : unit->second;
  };
  const int found = begin(offset, unit_at(offset));
  Dwreloc_Macro_Info info;
  if (found <= 0 || dwreloc_macros_info(macros, &info) < 0 ||
      info.offset == offset)
    return found;
  return begin(info.offset, unit_at(info.offset));
}

void MacroPrinter::MacroUnit(Dwreloc_Macros& macros) {
  if (dwreloc_macros_info(&macros, &info_) < 0) {
    context_.report.LastError();
    return;
  }
  lines_ = nullptr;
  if (dwreloc_macros_line_table(&macros, &lines_) < 0)
    context_.report.LastError();
  if (context_.json())
    HeaderJson();
  else
    HeaderText();
  Dwreloc_Macro macro;
  int result;
  while ((result = dwreloc_macros_next(&macros, &macro)) > 0) {
    if (macro.operand_kind == DWRELOC_MACRO_UNIT && info_.unit != nullptr) {
      Place place;
      if (dwreloc_macro_import(&macro, &place.first, &place.second) >= 0)
        units_.emplace(place, info_.unit);
    }
    if (!context_.WantsOffset(macro.offset)) continue;
    if (context_.json())
      EntryJson(macro);
    else
      EntryText(macro);
    context_.report.FlushObjects();
  }
  if (result < 0) context_.report.LastError();
  if (!context_.json()) out_.Char('\n');
}

std::string_view MacroPrinter::OpName(const Dwreloc_Macro& macro) {
  name_ = NameOrNumber(dwreloc_macro_name(macro.version, macro.opcode),
                       macro.opcode);
  return name_;
}

bool MacroPrinter::HasString(const Dwreloc_Macro& macro) const {
  return macro.operand_kind == DWRELOC_MACRO_STRING ||
         macro.operand_kind == DWRELOC_MACRO_STRP ||
         macro.operand_kind == DWRELOC_MACRO_STRX;
}

bool MacroPrinter::Path(const Dwreloc_Macro& macro, std::string* path) {
  if (lines_ == nullptr || macro.file > UINT32_MAX) return false;
  const std::uint32_t number = static_cast<std::uint32_t>(macro.file);
  if (FilePath(lines_, number, path)) return true;
  context_.report.LastError();
  return false;
}

void MacroPrinter::HeaderText() {
  out_.Text(context_.palette.offset);
  out_.Hex(info_.offset, 8);
  out_.Text(context_.palette.end);
  out_.Text(": Macro Unit");
  if (info_.version == 0) {
    out_.Char('\n');
    return;
  }
  out_.Text(": version = ");
  out_.Decimal(info_.version);
  out_.Text(", flags = ");
  out_.Hex(info_.flags, 2);
  out_.Text(info_.offset_size == 8 ? ", format = DWARF64"
                                   : ", format = DWARF32");
  if (info_.line_section != DWRELOC_NO_SECTION) {
    out_.Text(", debug_line_offset = ");
    out_.Hex(info_.line_offset, 8);
  }
  out_.Char('\n');
}

void MacroPrinter::HeaderJson() {
  JsonObject json(out_, "macro_unit");
  json.Keys(context_.values.SectionJson(info_.section));
  json.Number("offset", info_.offset);
  json.Number("version", info_.version);
  json.Number("flags", info_.flags);
  json.Number("offset_size", info_.offset_size);
  const bool has_lines = info_.line_section != DWRELOC_NO_SECTION;
  json.Number("line_offset", has_lines ? info_.line_offset : DWRELOC_NO_OFFSET,
              DWRELOC_NO_OFFSET);
  json.Number("line_section_index", info_.line_section, DWRELOC_NO_SECTION);
  json.EndLine();
}

void MacroPrinter::EntryText(const Dwreloc_Macro& macro) {
  constexpr std::uint32_t kMaxIndent = 100;
  out_.Text(context_.palette.offset);
  out_.Hex(macro.offset, 8);
  out_.Text(context_.palette.end);
  out_.Text(":  ");
  out_.Spaces(std::size_t{2} * std::min(macro.depth, kMaxIndent));
  out_.Text(OpName(macro));
  const bool has_line =
      macro.kind != DWRELOC_MACRO_END_FILE &&
      macro.kind != DWRELOC_MACRO_IMPORT &&
      (macro.kind != DWRELOC_MACRO_VENDOR || HasString(macro));
  if (has_line) {
    out_.Text(" line ");
    out_.Decimal(macro.line);
  }
  if (macro.kind == DWRELOC_MACRO_START_FILE) {
    out_.Text(" file ");
    out_.Decimal(macro.file);
    std::string path;
    if (Path(macro, &path)) {
      out_.Text(" \"");
      AppendEscaped(out_, path);
      out_.Char('"');
    }
  } else if (macro.operand_kind == DWRELOC_MACRO_UNIT) {
    std::uint32_t section;
    std::uint64_t offset;
    out_.Char(' ');
    if (dwreloc_macro_import(&macro, &section, &offset) >= 0) {
      out_.Text(context_.values.SectionLabel(section));
      out_.Char('+');
      out_.Hex(offset);
    } else {
      context_.values.TextLastError();
    }
  } else if (HasString(macro)) {
    const char* string;
    std::size_t length;
    out_.Char(' ');
    if (dwreloc_macro_string(&macro, &string, &length) >= 0)
      AppendEscaped(out_, {string, length});
    else
      context_.values.TextLastError();
  } else if (macro.operand_kind != DWRELOC_MACRO_NO_OPERAND) {
    out_.Text(" supplementary file+");
    context_.values.Text(macro.operand, {macro.section, macro.offset});
    const char* string;
    std::size_t length;
    if (macro.operand_kind == DWRELOC_MACRO_SUP_STRING &&
        dwreloc_macro_string(&macro, &string, &length) >= 0) {
      out_.Char(' ');
      AppendEscaped(out_, {string, length});
    }
  }
  out_.Char('\n');
}

void MacroPrinter::EntryJson(const Dwreloc_Macro& macro) {
  JsonObject json(out_, "macro");
  json.Keys(context_.values.SectionJson(macro.section));
  json.Number("unit", info_.offset);
  json.Number("offset", macro.offset);
  json.Number("depth", macro.depth);
  json.Name("op", OpName(macro));
  const bool has_operand = macro.operand_kind != DWRELOC_MACRO_NO_OPERAND;
  if (macro.kind == DWRELOC_MACRO_START_FILE) {
    json.Number("line", macro.line);
    json.Number("file_number", macro.file);
    std::string path;
    if (Path(macro, &path))
      json.String("file", "file_hex", path);
    else
      json.Null("file");
  } else if (macro.kind == DWRELOC_MACRO_IMPORT) {
    if (macro.operand_kind == DWRELOC_MACRO_UNIT)
      ImportJson(json, macro);
    else
      OperandJson(json, "supplementary_offset", macro);
  } else if (macro.kind != DWRELOC_MACRO_END_FILE && has_operand) {
    json.Number("line", macro.line);
    StringJson(json, macro);
  }
  json.EndLine();
}

void MacroPrinter::ImportJson(JsonObject& json, const Dwreloc_Macro& macro) {
  std::uint32_t section = DWRELOC_NO_SECTION;
  std::uint64_t offset = DWRELOC_NO_OFFSET;
  const bool is_found = dwreloc_macro_import(&macro, &section, &offset) >= 0;
  if (!is_found) context_.report.LastError();
  json.Number("target_section_index", section, DWRELOC_NO_SECTION);
  json.Number("target_offset", offset, DWRELOC_NO_OFFSET);
  if (!is_found) OperandJson(json, "value", macro);
}

void MacroPrinter::StringJson(JsonObject& json, const Dwreloc_Macro& macro) {
  const char* string;
  std::size_t length;
  if (dwreloc_macro_string(&macro, &string, &length) >= 0) {
    json.String("string", "string_hex", {string, length});
  } else {
    context_.report.LastError();
    json.Null("string");
  }
  if (macro.operand_kind == DWRELOC_MACRO_STRX)
    json.Number("index", macro.operand.value);
  else if (macro.operand_kind == DWRELOC_MACRO_SUP_STRING)
    OperandJson(json, "supplementary_offset", macro);
  else
    OperandJson(json, "value", macro);
}

}  // namespace

void DumpMacros(Context& context) { MacroPrinter(context).Run(); }

}  // namespace dwreloc_tools
