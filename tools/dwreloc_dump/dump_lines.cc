// dump_lines.cc - --lines: line number tables (DWARF 5 6.2), as rows or, with
// --instructions, as stored.
//
// Tables are found through the units that refer to them; one that several units
// share (type units, partial units) is printed once, for the first.  Those that
// no unit refers to come last.  Rows are read from the library by the hundred,
// and the path of each file is made once per table.
// Tested by tests/cli/lines_test.py.
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "common/checked.h"
#include "common/json.h"
#include "common/json_put.h"
#include "common/quote.h"
#include "dump.h"
#include "line_files.h"
#include "line_instructions.h"
#include "walk.h"

namespace dwreloc_tools {
namespace {

constexpr std::size_t kBatch = 256;

// Prints one table.
class LinePrinter {
 public:
  explicit LinePrinter(Context& context)
      : context_(context), out_(context.out), rows_(kBatch) {}

  void Print(const ListedUnit& unit);
  // A table that no unit refers to.
  void PrintLone(const Dwreloc_Line_Table* table);

 private:
  // Prints table_.
  void Print();
  void Header();
  // What rows begin with in text.
  void PrepareRows();
  void PrepareRowsJson();
  void Rows(const Dwreloc_Line_Table* table);
  void RowText(const Dwreloc_Line& row);
  void RowJson(const Dwreloc_Line& row);
  // "file":"dir/a.c", for JSON; made on first use.
  const std::string& FileJson(const Dwreloc_Line& row);
  // Returns false, after reporting it, if the number names no file.
  bool Path(std::uint32_t number, std::string* path);

  Context& context_;
  Output& out_;
  std::vector<Dwreloc_Line> rows_;
  const Dwreloc_Line_Table* table_ = nullptr;
  Dwreloc_Line_Info line_info_{};
  std::optional<std::uint64_t> unit_offset_;
  std::uint32_t unit_section_ = DWRELOC_NO_SECTION;
  // What all rows of the table end with, in JSON.
  std::string row_end_;
  std::vector<std::string> files_;
  std::string other_file_;
};

void LinePrinter::Print(const ListedUnit& unit) {
  const int result = dwreloc_line_table(unit.unit, &table_);
  if (result == 0) return;
  if (result < 0) {
    context_.report.LastError();
    return;
  }
  unit_offset_ = unit.info.offset;
  unit_section_ = unit.info.section;
  Print();
}

void LinePrinter::PrintLone(const Dwreloc_Line_Table* table) {
  table_ = table;
  Print();
}

void LinePrinter::Print() {
  if (dwreloc_line_info(table_, &line_info_) < 0) {
    context_.report.LastError();
    return;
  }
  if (!context_.WantsSection(line_info_.section)) return;
  // One message for all lost entries; the first one gives the reason.
  Dwreloc_Line_File lost;
  if (line_info_.is_cut != 0 &&
      dwreloc_line_file(table_, line_info_.first_file + line_info_.file_count,
                        &lost) < 0)
    context_.report.LastError();
  if (!context_.json()) Header();
  if (context_.options.instructions) {
    if (context_.json())
      LineProgramJson(context_, line_info_, {unit_offset_, unit_section_});
    LineInstructions(context_, table_, line_info_);
  } else {
    PrepareRows();
    Rows(table_);
  }
}

bool LinePrinter::Path(std::uint32_t number, std::string* path) {
  if (FilePath(table_, number, path)) return true;
  context_.report.LastError();
  return false;
}

void LinePrinter::Header() {
  context_.SectionHeading(line_info_.section);
  out_.Text("debug_line[");
  out_.Hex(line_info_.offset, 8);
  if (unit_offset_.has_value()) {
    out_.Text("] of unit ");
    out_.Hex(*unit_offset_, 8);
  } else {
    out_.Text("] of no unit");
  }
  out_.Text(": format = ");
  out_.Text(line_info_.offset_size == 8 ? "DWARF64" : "DWARF32");
  out_.Text(", version = ");
  out_.Decimal(line_info_.version);
  out_.Text(", min_inst_length = ");
  out_.Decimal(line_info_.minimum_instruction_length);
  out_.Text(", max_ops_per_inst = ");
  out_.Decimal(line_info_.maximum_operations_per_instruction);
  out_.Text(", default_is_stmt = ");
  out_.Decimal(line_info_.default_is_stmt);
  out_.Text(", line_base = ");
  out_.Signed(line_info_.line_base);
  out_.Text(", line_range = ");
  out_.Decimal(line_info_.line_range);
  out_.Text(", opcode_base = ");
  out_.Decimal(line_info_.opcode_base);
  out_.Char('\n');
  for (std::uint32_t i = 0; i < line_info_.file_count; ++i) {
    const std::uint32_t number = line_info_.first_file + i;
    std::string path;
    if (!Path(number, &path)) path = "<error>";
    out_.Text("file_names[");
    out_.DecimalRight(number, 3);
    out_.Text("] = \"");
    AppendEscaped(out_, path);
    out_.Text("\"\n");
  }
  out_.Char('\n');
}

void LinePrinter::PrepareRows() {
  if (context_.json()) {
    PrepareRowsJson();
    return;
  }
  out_.Text(
      "Address                          Line   Column File   ISA "
      "Discriminator OpIndex Flags\n"
      "-------------------------------- ------ ------ ------ --- "
      "------------- ------- -------------\n");
}

void LinePrinter::PrepareRowsJson() {
  row_end_.clear();
  StringRoom room(row_end_);
  JsonText json(room, JsonPlace::kNextKey);
  json.Keys(context_.values.SectionJson(line_info_.section));
  json.Number("table", line_info_.offset);
  if (unit_offset_.has_value())
    json.Number("unit_section_index", unit_section_);
  else
    json.Null("unit_section_index");
  json.EndLine();
}

void LinePrinter::Rows(const Dwreloc_Line_Table* table) {
  Dwreloc_Rows rows;
  if (dwreloc_rows_begin(table, &rows) < 0) {
    context_.report.LastError();
    return;
  }
  const bool json = context_.json();
  for (;;) {
    std::size_t count = 0;
    const int result =
        dwreloc_rows_next_many(&rows, rows_.data(), rows_.size(), &count);
    // Reported first, because the code below may fail too.
    if (result < 0) context_.report.LastError();
    for (std::size_t i = 0; i < count; ++i) {
      const Dwreloc_Line& row = rows_[i];
      if (!context_.WantsOffset(row.offset)) continue;
      if (json)
        RowJson(row);
      else
        RowText(row);
    }
    context_.report.FlushObjects();
    if (result <= 0) break;
  }
  if (!json) out_.Char('\n');
}

void LinePrinter::RowText(const Dwreloc_Line& row) {
  constexpr std::size_t kAddressWidth = 32;
  const std::size_t start = out_.written();
  context_.values.Text(row.address, {line_info_.section, row.offset});
  const std::size_t width = out_.written() - start;
  char* p = out_.Reserve(256);
  if (width < kAddressWidth) p = PutSpaces(p, kAddressWidth - width);
  p = PutDecimalRight(p, row.line, 7);
  p = PutDecimalRight(p, row.column, 7);
  p = PutDecimalRight(p, row.file, 7);
  p = PutDecimalRight(p, row.isa, 4);
  p = PutDecimalRight(p, row.discriminator, 14);
  p = PutDecimalRight(p, row.op_index, 8);
  *p++ = ' ';
  if (row.is_stmt != 0) p = PutText(p, " is_stmt");
  if (row.basic_block != 0) p = PutText(p, " basic_block");
  if (row.prologue_end != 0) p = PutText(p, " prologue_end");
  if (row.epilogue_begin != 0) p = PutText(p, " epilogue_begin");
  if (row.end_sequence != 0) p = PutText(p, " end_sequence");
  *p++ = '\n';
  out_.Commit(p);
}

const std::string& LinePrinter::FileJson(const Dwreloc_Line& row) {
  const std::uint32_t number = row.file;
  // Numbers beyond the table are not kept: there may be four billion.
  const std::uint64_t known =
      std::uint64_t{line_info_.first_file} + line_info_.file_count;
  if (number < known && files_.size() <= number)
    files_.resize(static_cast<std::size_t>(known));
  std::string& text = number < known ? files_[number] : other_file_;
  if (number < known && !text.empty()) return text;
  std::string path;
  // The row that ends a sequence has no source, and there are tables without
  // files.  If the rest of the files is lost, that has been reported for all.
  const bool is_expected =
      number >= known && (row.end_sequence != 0 || line_info_.is_cut != 0);
  text.clear();
  StringRoom room(text);
  JsonText json(room, JsonPlace::kNextKey);
  if (is_expected || !Path(number, &path))
    json.Null("file");
  else
    json.String("file", "file_hex", path);
  return text;
}

void LinePrinter::RowJson(const Dwreloc_Line& row) {
  const std::string& file = FileJson(row);
  char* p = PutJsonStart<"line", "unit">(out_.Reserve(64));
  p = unit_offset_.has_value() ? PutDecimal(p, *unit_offset_)
                               : PutText(p, "null");
  out_.Commit(PutJsonKey<"address">(p));
  context_.values.Json(row.address, {line_info_.section, row.offset});
  out_.Text(file);
  p = PutJsonNumber<"line">(out_.Reserve(448), row.line);
  p = PutJsonNumber<"column">(p, row.column);
  p = PutJsonNumber<"op_index">(p, row.op_index);
  p = PutJsonNumber<"discriminator">(p, row.discriminator);
  p = PutJsonBool<"is_stmt">(p, row.is_stmt != 0);
  p = PutJsonBool<"basic_block">(p, row.basic_block != 0);
  p = PutJsonBool<"prologue_end">(p, row.prologue_end != 0);
  p = PutJsonBool<"epilogue_begin">(p, row.epilogue_begin != 0);
  p = PutJsonBool<"end_sequence">(p, row.end_sequence != 0);
  p = PutJsonNumber<"isa">(p, row.isa);
  p = PutJsonNumber<"file_number">(p, row.file);
  out_.Commit(PutJsonNumber<"offset">(p, row.offset));
  out_.Text(row_end_);
}

class LinesView final : public UnitView {
 public:
  bool Wants(const ListedUnit& unit) override {
    // The table of a split unit is that of its skeleton, and printed there.
    const Dwreloc_Unit* skeleton = nullptr;
    if (Checked(dwreloc_unit_skeleton(unit.unit, &skeleton)) > 0) return false;
    const Dwreloc_Line_Table* table = nullptr;
    Dwreloc_Line_Info info;
    const int result = Checked(dwreloc_line_table(unit.unit, &table));
    if (result == 0) return false;
    // Errors are reported by Print.
    if (result < 0 || dwreloc_line_info(table, &info) < 0) return true;
    return seen_.emplace(info.section, info.offset).second;
  }
  void Print(Context& context, const ListedUnit& unit) override {
    LinePrinter(context).Print(unit);
  }
  void End(Context& context) override;

 private:
  // (section, offset) of the tables of earlier units.
  std::set<std::pair<std::uint32_t, std::uint64_t>> seen_;
};

// Prints the tables that no unit refers to, unless certain units are selected.
void LinesView::End(Context& context) {
  if (context.options.unit || context.options.die) return;
  // Where tables of units begin and end, and where those begin that were
  // reported as bad.
  std::map<std::pair<std::uint32_t, std::uint64_t>, std::uint64_t> known;
  std::set<std::pair<std::uint32_t, std::uint64_t>> told;
  const Dwreloc_Unit* unit = nullptr;
  while (Checked(dwreloc_units_next(context.module(), &unit)) > 0) {
    const Dwreloc_Line_Table* table = nullptr;
    const Dwreloc_Unit* skeleton = nullptr;
    if (Checked(dwreloc_unit_skeleton(unit, &skeleton)) > 0) continue;
    const int found = Checked(dwreloc_line_table(unit, &table));
    Dwreloc_Line_Info info;
    Dwreloc_Error error;
    if (found > 0 && dwreloc_line_info(table, &info) >= 0)
      known.try_emplace({info.section, info.offset}, info.end);
    else if (found < 0 && dwreloc_error(&error) != 0)
      told.emplace(error.section, error.offset);
  }
  for (const dwreloc::Section& section : context.file.sections()) {
    if (!context.WantsSection(section.index())) continue;
    std::uint64_t offset = 0;
    while (offset != DWRELOC_NO_OFFSET) {
      if (const auto of_unit = known.find({section.index(), offset});
          of_unit != known.end()) {
        offset = of_unit->second;
        continue;
      }
      const Dwreloc_Line_Table* table = nullptr;
      Dwreloc_Line_Info info;
      const int found = Checked(dwreloc_line_table_at(
          context.module(), section.index(), offset, &table, &offset));
      if (found == 0) break;
      Dwreloc_Error error;
      if (found > 0 && dwreloc_line_info(table, &info) >= 0) {
        if (!known.contains({info.section, info.offset}))
          LinePrinter(context).PrintLone(table);
      } else if (dwreloc_error(&error) == 0 ||
                 !told.contains({error.section, error.offset})) {
        context.report.LastError();
      }
      context.report.FlushObjects();
    }
  }
}

}  // namespace

std::unique_ptr<UnitView> NewLinesView() {
  return std::make_unique<LinesView>();
}

}  // namespace dwreloc_tools
