// dump_lists.cc - --ranges and --locations: what DIEs cover and where their
// objects are located (DWARF 5 2.17.3, 2.6; lists of DWARF 2 to 5 alike).
//
// Ranges are those of DW_AT_ranges; locations those of every attribute that is
// a location list, an expression, or (DWARF 2 and 3) a block that holds one.
// Bases are applied; entries keep what they are relative to.  With --raw lists
// are printed as stored instead (raw_lists.h).
// Tested by tests/cli/lists_test.py.
#include <dwreloc/dwarf.h>

#include <string_view>

#include "common/checked.h"
#include "common/json.h"
#include "die_line.h"
#include "dump.h"
#include "raw_lists.h"
#include "walk.h"

namespace dwreloc_tools {
namespace {

bool HasRanges(const WalkedDie& walked) {
  for (const Dwreloc_Attribute& attribute : walked.attributes)
    if (attribute.name == DW_AT_ranges) return true;
  return false;
}

void IntervalText(Context& context, const Dwreloc_Relocatable& begin,
                  const Dwreloc_Relocatable& end, const Where& where) {
  context.out.Text("  [");
  context.values.Text(begin, where);
  context.out.Text(", ");
  context.values.Text(end, where);
  context.out.Char(')');
}

void IntervalJson(Context& context, JsonObject& json,
                  const Dwreloc_Relocatable& begin,
                  const Dwreloc_Relocatable& end, const Where& where) {
  json.Key("begin");
  context.values.Json(begin, where);
  json.Key("end");
  context.values.Json(end, where);
}

// The place of a list, taken from its first entry.  Only JSON has it.
struct ListPlace {
  ListPlace() = default;
  explicit ListPlace(const Dwreloc_List& list) {
    Dwreloc_List first = list;
    Dwreloc_List_Entry entry;
    if (Checked(dwreloc_list_next(&first, &entry)) <= 0) return;
    section = entry.expression.section;
    offset = entry.offset;
  }

  void Json(JsonObject& json) const {
    json.Number("list_section_index", section, DWRELOC_NO_SECTION);
    json.Number("list", offset, DWRELOC_NO_OFFSET);
  }

  std::uint32_t section = DWRELOC_NO_SECTION;
  std::uint64_t offset = DWRELOC_NO_OFFSET;
};

// Reports that the rest of a list cannot be read.
void ReportLost(Context& context) {
  context.report.LastError();
  if (!context.json()) context.out.Text("  <error>\n");
}

void Ranges(Context& context, const WalkedDie& walked) {
  const Where where{walked.unit.section, walked.die.offset};
  Dwreloc_List list;
  int result = dwreloc_ranges_begin(&walked.die, &list);
  if (!context.json()) {
    DieLine(context, walked);
    context.out.Char('\n');
  }
  const ListPlace place =
      context.json() && result > 0 ? ListPlace(list) : ListPlace();
  Dwreloc_Relocatable begin, end;
  while (result > 0 &&
         (result = dwreloc_ranges_next(&list, &begin, &end)) > 0) {
    if (context.json()) {
      JsonObject json(context.out, "range");
      DieKeys(context, json, walked);
      IntervalJson(context, json, begin, end, where);
      json.Number("section_index", walked.unit.section);
      place.Json(json);
      json.EndLine();
    } else {
      IntervalText(context, begin, end, where);
      context.out.Char('\n');
    }
    context.report.FlushObjects();
  }
  if (result < 0) ReportLost(context);
}

bool HasLocations(const Dwreloc_Attribute& attribute) {
  return attribute.attribute_class == DWRELOC_CLASS_LOCLIST ||
         attribute.attribute_class == DWRELOC_CLASS_EXPRLOC;
}

void Locations(Context& context, const WalkedDie& walked,
               const Dwreloc_Attribute& attribute) {
  const Where where{walked.unit.section, attribute.offset};
  const std::string_view name =
      context.names.plain_attribute(attribute.name).view();
  Output& out = context.out;
  if (!context.json()) {
    DieLine(context, walked);
    out.Char(' ');
    out.Text(name);
    out.Char('\n');
  }
  Dwreloc_List list;
  int result = dwreloc_locations_begin(&attribute, &list);
  if (result < 0) {
    ReportLost(context);
    return;
  }
  const bool has_place =
      context.json() && attribute.attribute_class == DWRELOC_CLASS_LOCLIST;
  const ListPlace place = has_place ? ListPlace(list) : ListPlace();
  Dwreloc_Relocatable begin, end;
  Dwreloc_Expression expression;
  while ((result = dwreloc_locations_next(&list, &begin, &end, &expression)) >
         0) {
    const bool is_bounded = result == 1;
    if (context.json()) {
      JsonObject json(out, "location");
      DieKeys(context, json, walked);
      json.Name("attribute", name);
      if (is_bounded) IntervalJson(context, json, begin, end, where);
      context.expressions.JsonKeys(expression);
      json.Number("section_index", walked.unit.section);
      if (has_place) place.Json(json);
      json.EndLine();
    } else {
      if (is_bounded)
        IntervalText(context, begin, end, where);
      else
        out.Text("  everywhere");
      out.Text(": ");
      context.expressions.Text(expression);
      out.Char('\n');
    }
    context.report.FlushObjects();
  }
  if (result < 0) ReportLost(context);
}

// With --raw: lists as stored, and expressions as ever.
void RawLocationsOf(Context& context, const WalkedDie& walked) {
  for (const Dwreloc_Attribute& attribute : walked.attributes) {
    if (IsRaw(attribute))
      RawLocations(context, walked, attribute);
    else if (HasLocations(attribute))
      Locations(context, walked, attribute);
  }
}

// A view under one heading per section.
template <typename VisitDie>
std::unique_ptr<UnitView> NewListView(std::string_view what,
                                      VisitDie visit_die) {
  const auto begin_unit = [what](Context& context,
                                 const Dwreloc_Unit_Info& unit) {
    if (!context.json()) context.SectionHeading(unit.section, what);
  };
  return std::make_unique<DieView<decltype(begin_unit), VisitDie>>(begin_unit,
                                                                   visit_die);
}

}  // namespace

std::unique_ptr<UnitView> NewRangesView() {
  return NewListView("ranges", [](Context& context, const WalkedDie& walked) {
    if (!HasRanges(walked)) return;
    if (context.options.raw)
      RawRanges(context, walked);
    else
      Ranges(context, walked);
  });
}

std::unique_ptr<UnitView> NewLocationsView() {
  return NewListView(
      "locations", [](Context& context, const WalkedDie& walked) {
        // Asked once per DIE, because most have neither.
        if (context.options.raw) {
          RawLocationsOf(context, walked);
          return;
        }
        for (const Dwreloc_Attribute& attribute : walked.attributes)
          if (HasLocations(attribute)) Locations(context, walked, attribute);
      });
}

}  // namespace dwreloc_tools
