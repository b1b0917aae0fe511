// describe.cc - see describe.h.
#include "dwreloc_diff/describe.h"

#include <dwreloc/dwarf.h>

#include <algorithm>
#include <vector>

#include "common/checked.h"
#include "common/quote.h"
#include "dwreloc_diff/findings.h"
#include "dwreloc_diff/line_paths.h"
#include "dwreloc_diff/places.h"

namespace dwreloc_tools {
namespace {

// Findings cuts it to what differs.
constexpr std::size_t kMaxText = 20000;

std::string LastError() { return dwreloc::Error::Last().what(); }

std::string ConstantText(const Dwreloc_Attribute& attribute) {
  if (attribute.name == DW_AT_decl_file || attribute.name == DW_AT_call_file) {
    const Dwreloc_Line_Table* table = nullptr;
    if (Checked(dwreloc_line_table(attribute.unit, &table)) == 1)
      return "\"" +
             Escaped(
                 LinePath(table, static_cast<std::uint32_t>(attribute.value))) +
             "\"";
  }
  if (const char* name = dwreloc_constant_name(attribute.name, attribute.value);
      name != nullptr)
    return name;
  if (attribute.form == DW_FORM_data16)
    return HexText(attribute.data) + ":" + HexText(attribute.value);
  return (attribute.flags & DWRELOC_ATTR_SIGNED) != 0
             ? std::to_string(static_cast<std::int64_t>(attribute.value))
             : std::to_string(attribute.value);
}

std::string ReferenceText(const Dwreloc_Attribute& attribute) {
  Dwreloc_Die die;
  if (Checked(dwreloc_formref_die(&attribute, &die)) < 0) return LastError();
  return DieText(die) + " at " + HexText(die.offset);
}

std::string ExpressionText(const Dwreloc_Expression& expression) {
  std::vector<char> text(1000);
  if (Checked(dwreloc_expression_text(&expression, text.data(), text.size())) <
      0)
    return LastError();
  return text.data();
}

std::string BoundsText(const Dwreloc_Relocatable& begin,
                       const Dwreloc_Relocatable& end) {
  return "[" + ValueText(begin) + ", " + ValueText(end) + ")";
}

std::string LocationsText(const Dwreloc_Attribute& attribute) {
  std::string text;
  Dwreloc_List list;
  Dwreloc_Relocatable begin;
  Dwreloc_Relocatable end;
  Dwreloc_Expression expression;
  int result = Checked(dwreloc_locations_begin(&attribute, &list));
  while (result > 0 && text.size() <= kMaxText) {
    result = Checked(dwreloc_locations_next(&list, &begin, &end, &expression));
    if (result <= 0) break;
    if (!text.empty()) text += "; ";
    if (result == 1) text += BoundsText(begin, end) + " ";
    text += ExpressionText(expression);
  }
  return result < 0 ? text + LastError() : text;
}

std::string RangesText(const Dwreloc_Die& die) {
  std::string text;
  Dwreloc_List list;
  Dwreloc_Relocatable begin;
  Dwreloc_Relocatable end;
  int result = Checked(dwreloc_ranges_begin(&die, &list));
  while (result > 0 && text.size() <= kMaxText) {
    result = Checked(dwreloc_ranges_next(&list, &begin, &end));
    if (result <= 0) break;
    if (!text.empty()) text += "; ";
    text += BoundsText(begin, end);
  }
  return result < 0 ? text + LastError() : text;
}

std::string AddressText(const Dwreloc_Die& die,
                        const Dwreloc_Attribute& attribute) {
  Dwreloc_Relocatable value;
  Dwreloc_Relocatable low;
  if (attribute.name == DW_AT_high_pc &&
      Checked(dwreloc_pc_relocatable(&die, &low, &value)) == 1)
    return ValueText(value);
  if (Checked(dwreloc_form_relocatable(&attribute, &value)) < 0)
    return LastError();
  return ValueText(value);
}

std::string ViewsText(const Dwreloc_Die& die) {
  std::string text;
  Dwreloc_Views views;
  Dwreloc_View_Pair pair;
  if (Checked(dwreloc_views_begin(&die, &views)) != 1) return text;
  while (text.size() <= kMaxText &&
         Checked(dwreloc_views_next(&views, &pair)) == 1) {
    if (!text.empty()) text += "; ";
    text += std::to_string(pair.begin.value.value) + "-" +
            std::to_string(pair.end.value.value);
  }
  return text;
}

}  // namespace

std::string DieText(const Dwreloc_Die& die) {
  const char* name = dwreloc_tag_name(die.tag);
  std::string text = name != nullptr ? name : "DW_TAG_" + HexText(die.tag);
  const char* of = nullptr;
  Checked(dwreloc_die_name(&die, &of, nullptr));
  if (of != nullptr) text.append(" ").append(Escaped(of));
  return text;
}

std::string AttributeName(std::uint16_t name) {
  const char* text = dwreloc_at_name(name);
  return text != nullptr ? text : "DW_AT_" + HexText(name);
}

std::string AttributeText(const Dwreloc_Die& die,
                          const Dwreloc_Attribute& attribute) {
  if (attribute.name == DW_AT_high_pc) return AddressText(die, attribute);
  if (attribute.name == DW_AT_GNU_locviews) return ViewsText(die);
  switch (attribute.attribute_class) {
    case DWRELOC_CLASS_CONSTANT:
      if ((attribute.flags & (DWRELOC_ATTR_SYMBOLIC | DWRELOC_ATTR_BAD)) != 0)
        return AddressText(die, attribute);
      return ConstantText(attribute);
    case DWRELOC_CLASS_STRING: {
      const char* text = nullptr;
      std::size_t length = 0;
      if (Checked(dwreloc_formstring(&attribute, &text, &length)) < 0)
        return LastError();
      return "\"" + Escaped({text, length}) + "\"";
    }
    case DWRELOC_CLASS_FLAG:
      return attribute.value != 0 ? "yes" : "no";
    case DWRELOC_CLASS_REFERENCE:
      return ReferenceText(attribute);
    case DWRELOC_CLASS_BLOCK: {
      const std::uint8_t* bytes = nullptr;
      std::size_t size = 0;
      if (Checked(dwreloc_formblock(&attribute, &bytes, &size)) < 0)
        return LastError();
      return HexString({reinterpret_cast<const char*>(bytes),
                        std::min<std::size_t>(size, kMaxText)});
    }
    case DWRELOC_CLASS_EXPRLOC:
    case DWRELOC_CLASS_LOCLIST:
      return LocationsText(attribute);
    case DWRELOC_CLASS_RNGLIST:
      return RangesText(die);
    default:
      return AddressText(die, attribute);
  }
}

bool NodeDie(const Graph& graph, std::uint32_t tree, std::uint32_t node,
             Dwreloc_Die* die) {
  const Tree& of = graph.trees[tree];
  const GraphUnit& unit = graph.units[of.unit];
  return Checked(dwreloc_die_at(unit.module, unit.section,
                                graph.nodes[of.first_node + node].offset,
                                die)) == 0;
}

std::string NodePath(const Graph& graph, std::uint32_t tree,
                     std::uint32_t node) {
  // From the inside out.
  std::vector<std::string> parts;
  const auto add = [&](std::uint32_t in, std::uint32_t number) {
    Dwreloc_Die die;
    if (NodeDie(graph, in, number, &die)) parts.push_back(DieText(die));
  };
  const Tree& of = graph.trees[tree];
  if (tree == graph.units[of.unit].first_tree) return "";
  std::uint32_t depth = UINT32_MAX;
  for (std::uint32_t i = node + 1; i-- > 0;) {
    const std::uint32_t at = graph.nodes[of.first_node + i].depth;
    if (at >= depth) continue;
    depth = at;
    add(tree, i);
  }
  for (std::uint32_t in = of.parent; in != kNone; in = graph.trees[in].parent)
    add(in, 0);
  std::string path;
  for (std::size_t i = parts.size(); i-- > 0;)
    path.append(path.empty() ? "" : ", ").append(parts[i]);
  return path;
}

}  // namespace dwreloc_tools
