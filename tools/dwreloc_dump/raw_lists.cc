// raw_lists.cc - see raw_lists.h.
#include "raw_lists.h"

#include <dwreloc/dwarf.h>

#include <string>

#include "common/json.h"
#include "die_line.h"
#include "names.h"
#include "operands.h"

namespace dwreloc_tools {
namespace {

// Where a list or its views are.
struct Extent {
  std::uint32_t section = DWRELOC_NO_SECTION;
  std::uint64_t offset = 0;
  std::uint64_t size = 0;
};

// Prints the list of one attribute.
class RawPrinter {
 public:
  RawPrinter(Context& context, const WalkedDie& walked, std::uint16_t attribute)
      : context_(context),
        out_(context.out),
        walked_(walked),
        attribute_(attribute) {}

  void List(Dwreloc_List& list);
  void Views(Dwreloc_Views& views);
  void Lost();

 private:
  void Heading(const Extent& extent);
  void Entry(const Extent& extent, const Dwreloc_List_Entry& entry);
  void Text(const Extent& extent, const Dwreloc_List_Entry& entry);
  void Json(const Extent& extent, const Dwreloc_List_Entry& entry);
  void View(const Extent& extent, const Dwreloc_View_Pair& pair);
  // "operands":[...]; none of them are strings or bytes.
  void Operands(JsonObject& json, const Extent& extent,
                const Dwreloc_Operand* operands, std::size_t count);
  std::string KindOf(const Dwreloc_List_Entry& entry) const;
  bool IsRanges() const { return attribute_ == DW_AT_ranges; }

  Context& context_;
  Output& out_;
  const WalkedDie& walked_;
  const std::uint16_t attribute_;
};

void RawPrinter::Lost() {
  context_.report.LastError();
  if (!context_.json()) out_.Text("  <error>\n");
}

void RawPrinter::Heading(const Extent& extent) {
  const std::string name =
      NameOrNumber(dwreloc_at_name(attribute_), attribute_);
  if (context_.json()) {
    JsonObject json(out_, "list");
    DieKeys(context_, json, walked_);
    json.Number("section_index", walked_.unit.section);
    json.Name("attribute", name);
    json.Number("list_section_index", extent.section);
    json.Number("list", extent.offset);
    json.Number("size", extent.size);
    json.EndLine();
    return;
  }
  DieLine(context_, walked_);
  out_.Char(' ');
  out_.Text(name);
  out_.Text(": ");
  out_.Hex(extent.offset, 8);
  out_.Text("..");
  out_.Hex(extent.offset + extent.size, 8);
  out_.Char('\n');
}

std::string RawPrinter::KindOf(const Dwreloc_List_Entry& entry) const {
  return NameOrNumber(
      IsRanges() ? dwreloc_rle_name(entry.kind) : dwreloc_lle_name(entry.kind),
      entry.kind);
}

void RawPrinter::Operands(JsonObject& json, const Extent& extent,
                          const Dwreloc_Operand* operands, std::size_t count) {
  json.Key("operands");
  out_.Char('[');
  JsonComma comma(out_);
  for (std::size_t i = 0; i < count; ++i) {
    comma();
    OperandJson(out_, context_.values, operands[i], nullptr, extent.section);
  }
  out_.Char(']');
}

void RawPrinter::Text(const Extent& extent, const Dwreloc_List_Entry& entry) {
  const bool has_expression =
      !IsRanges() && entry.operand_count > 0 &&
      entry.operands[entry.operand_count - 1].offset +
              entry.operands[entry.operand_count - 1].size ==
          entry.expression.offset;
  out_.Text("  ");
  out_.Hex(entry.offset, 8);
  out_.Text(": ");
  out_.Text(KindOf(entry));
  const int shown = entry.operand_count - (has_expression ? 1 : 0);
  for (int i = 0; i < shown; ++i) {
    out_.Char(' ');
    OperandText(out_, context_.values, entry.operands[i], nullptr,
                extent.section);
  }
  if (has_expression) {
    out_.Text(": ");
    context_.expressions.Text(entry.expression);
  }
  out_.Char('\n');
}

void RawPrinter::Json(const Extent& extent, const Dwreloc_List_Entry& entry) {
  JsonObject json(out_, "list_entry");
  json.Number("list_section_index", extent.section);
  json.Number("list", extent.offset);
  json.Number("offset", entry.offset);
  json.Number("size", entry.size);
  json.Name("entry", KindOf(entry));
  json.Bool("is_pair", entry.is_pair != 0);
  Operands(json, extent, entry.operands, entry.operand_count);
  if (entry.expression.size > 0)
    context_.expressions.JsonKeys(entry.expression);
  json.EndLine();
}

void RawPrinter::Entry(const Extent& extent, const Dwreloc_List_Entry& entry) {
  if (context_.json())
    Json(extent, entry);
  else
    Text(extent, entry);
  context_.report.FlushObjects();
}

// Of a list that has no end all entries are printed, and the error.
void RawPrinter::List(Dwreloc_List& list) {
  Extent extent;
  const Dwreloc_List begin = list;
  Dwreloc_List_Entry entry;
  int result = dwreloc_list_extent(&begin, &extent.section, &extent.offset,
                                   &extent.size);
  const bool is_whole = result > 0;
  if (is_whole) Heading(extent);
  while ((result = dwreloc_list_next(&list, &entry)) > 0) {
    if (!is_whole && extent.section == DWRELOC_NO_SECTION) {
      extent = {.section = entry.expression.section, .offset = entry.offset};
      Heading(extent);
    }
    Entry(extent, entry);
  }
  if (result < 0) Lost();
}

void RawPrinter::View(const Extent& extent, const Dwreloc_View_Pair& pair) {
  const Dwreloc_Operand operands[] = {pair.begin, pair.end};
  const std::uint64_t size =
      pair.end.offset + pair.end.size - pair.begin.offset;
  if (context_.json()) {
    JsonObject json(out_, "view_pair");
    json.Number("list_section_index", extent.section);
    json.Number("list", extent.offset);
    json.Number("offset", pair.begin.offset);
    json.Number("size", size);
    Operands(json, extent, operands, 2);
    json.EndLine();
    return;
  }
  out_.Text("  ");
  out_.Hex(pair.begin.offset, 8);
  out_.Char(':');
  for (const Dwreloc_Operand& operand : operands) {
    out_.Char(' ');
    OperandText(out_, context_.values, operand, nullptr, extent.section);
  }
  out_.Char('\n');
}

void RawPrinter::Views(Dwreloc_Views& views) {
  Extent extent;
  Dwreloc_View_Pair pair;
  int result = dwreloc_views_extent(&views, &extent.section, &extent.offset,
                                    &extent.size);
  if (result > 0) Heading(extent);
  while (result > 0 && (result = dwreloc_views_next(&views, &pair)) > 0) {
    View(extent, pair);
    context_.report.FlushObjects();
  }
  if (result < 0) Lost();
}

}  // namespace

void RawRanges(Context& context, const WalkedDie& walked) {
  RawPrinter printer(context, walked, DW_AT_ranges);
  Dwreloc_List list;
  const int result = dwreloc_ranges_begin(&walked.die, &list);
  if (result > 0) printer.List(list);
  if (result < 0) printer.Lost();
}

bool IsRaw(const Dwreloc_Attribute& attribute) {
  return attribute.attribute_class == DWRELOC_CLASS_LOCLIST ||
         attribute.name == DW_AT_GNU_locviews;
}

void RawLocations(Context& context, const WalkedDie& walked,
                  const Dwreloc_Attribute& attribute) {
  RawPrinter printer(context, walked, attribute.name);
  int result = 0;
  if (attribute.name == DW_AT_GNU_locviews) {
    Dwreloc_Views views;
    result = dwreloc_views_begin(&walked.die, &views);
    if (result > 0) printer.Views(views);
  } else {
    Dwreloc_List list;
    result = dwreloc_locations_begin(&attribute, &list);
    if (result > 0) printer.List(list);
  }
  if (result < 0) printer.Lost();
}

}  // namespace dwreloc_tools
