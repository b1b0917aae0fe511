// graph.cc - see graph.h.
#include "dwreloc_diff/graph.h"

#include <dwreloc/dwarf.h>

#include <algorithm>
#include <functional>
#include <stdexcept>
#include <tuple>

#include "common/checked.h"
#include "dwreloc_diff/bytes.h"
#include "dwreloc_diff/die_content.h"

namespace dwreloc_tools {
namespace {

auto PlaceOf(const GraphUnit& unit) {
  return std::make_tuple(reinterpret_cast<std::uintptr_t>(unit.module),
                         unit.section, unit.offset);
}

// Reads the units of one file.
class FileReader {
 public:
  FileReader(Context& context, int side, Graph& graph)
      : reader_{context, side}, writer_(reader_), graph_(graph) {}

  void ReadAll() {
    const dwreloc::FileView& file = reader_.context.findings.file(side());
    for (const dwreloc::Error& error : file.unit_errors())
      reader_.context.findings.AddError(side(), error);
    ReadModule(file.raw(), /*is_supplementary=*/false);
    if (HasLink(file)) {
      const Dwreloc_Module* other = nullptr;
      // Without it, each reference into it is told.
      if (Checked(dwreloc_supplementary(file.raw(), &other)) == 0) {
        reader_.context.Allow(side(), dwreloc::FileView(other).info().size);
        ReadModule(other, /*is_supplementary=*/true);
      }
    }
    SortUnits();
    Resolve();
  }

 private:
  int side() const { return reader_.side; }

  static bool HasLink(const dwreloc::FileView& file) {
    for (const dwreloc::Section& section : file.sections()) {
      const std::optional<dwreloc::Link> link = file.link(section.index());
      if (link && link->kind != DWRELOC_LINK_DEBUGLINK &&
          link->is_supplementary == 0)
        return true;
    }
    return false;
  }

  void ReadModule(const Dwreloc_Module* module, bool is_supplementary) {
    const Dwreloc_Unit* unit = nullptr;
    while (Checked(dwreloc_units_next(module, &unit)) == 1) OpenLines(unit);
    while (Checked(dwreloc_units_next(module, &unit)) == 1)
      ReadUnit(module, unit, is_supplementary);
  }

  // A line table has the directory of the unit that asks for it first, which a
  // type unit does not tell; they may come first.
  static void OpenLines(const Dwreloc_Unit* unit) {
    Dwreloc_Unit_Info info;
    const Dwreloc_Line_Table* table = nullptr;
    // What cannot be read is told where it is compared.
    if (dwreloc_unit_info(unit, &info) == 0 && info.unit_type != DW_UT_type)
      (void)Checked(dwreloc_line_table(unit, &table));
  }

  void ReadUnit(const Dwreloc_Module* module, const Dwreloc_Unit* unit,
                bool is_supplementary) {
    Dwreloc_Unit_Info info;
    if (Checked(dwreloc_unit_info(unit, &info)) < 0) {
      reader_.TellError();
      return;
    }
    unit_ = static_cast<std::uint32_t>(graph_.units.size());
    graph_.units.push_back({.unit = unit,
                            .module = module,
                            .section = info.section,
                            .offset = info.offset,
                            .end = info.end,
                            .signature = info.signature,
                            .type_offset = info.offset + info.type_offset,
                            .first_tree = Size(graph_.trees),
                            .side = side(),
                            .is_partial = is_supplementary,
                            .is_type = info.unit_type == DW_UT_type ||
                                       info.unit_type == DW_UT_split_type,
                            .imports = {}});
    writer_.SetUnit(unit);
    Walk(unit);
    if (!graph_.units.back().is_partial)
      graph_.own_units[static_cast<std::size_t>(side())].push_back(unit_);
  }

  void Walk(const Dwreloc_Unit* unit) {
    Dwreloc_Walk walk;
    if (Checked(dwreloc_walk_begin(unit, &walk)) != 1) {
      reader_.TellError();
      return;
    }
    namespaces_.clear();
    for (;;) {
      Dwreloc_Die die;
      std::uint32_t depth = 0;
      std::size_t count = 0;
      const int result = Checked(dwreloc_walk_next(
          &walk, &die, &depth, attributes_.data(), attributes_.size(), &count));
      if (result == 0) break;
      if (result < 0) {
        reader_.TellError();
        if (count == 0) {
          // Without a DIE there may be no next one: an end that comes again.
          if (++errors_in_a_row_ > 64) break;
          continue;
        }
      } else if (count > attributes_.size()) {
        attributes_.resize(count);
        if (Checked(dwreloc_attributes(&die, attributes_.data(),
                                       attributes_.size(), &count)) < 0)
          reader_.TellError();
      }
      errors_in_a_row_ = 0;
      AddDie(die, depth,
             {attributes_.data(), std::min(count, attributes_.size())});
    }
  }

  void AddDie(const Dwreloc_Die& die, std::uint32_t depth,
              std::span<const Dwreloc_Attribute> attributes) {
    // Namespaces that it is not in have ended.
    if (depth <= namespaces_.size())
      namespaces_.resize(depth == 0 ? 0 : depth - 1);
    const std::uint32_t top = Size(namespaces_) + 1;
    if (depth == top && die.tag == DW_TAG_namespace) {
      AddNamespace(die, depth, attributes);
      return;
    }
    if (depth <= top) BeginTree(die, depth);
    AddNode(die, depth <= top ? 0 : depth - top, attributes);
  }

  void AddNode(const Dwreloc_Die& die, std::uint32_t depth,
               std::span<const Dwreloc_Attribute> attributes) {
    const bool has_place = writer_.Put(die, attributes, content_);
    Tree& tree = graph_.trees.back();
    tree.has_place = tree.has_place || has_place;
    const std::uint32_t content = graph_.contents.Id(content_.bytes);
    if (content == graph_.edge_counts.size())
      graph_.edge_counts.push_back(Size(content_.targets));
    graph_.nodes.push_back({die.offset, content, depth});
    targets_.insert(targets_.end(), content_.targets.begin(),
                    content_.targets.end());
  }

  // A namespace is what it is called: each DIE of the name opens it once more.
  // What else such a DIE says are trees of their own, which it may lack: that
  // its members are those of the namespace around it, and where it is opened.
  void AddNamespace(const Dwreloc_Die& die, std::uint32_t depth,
                    std::span<const Dwreloc_Attribute> attributes) {
    const auto is_name = [](const Dwreloc_Attribute& attribute) {
      return attribute.name == DW_AT_name;
    };
    const auto is_inline = [](const Dwreloc_Attribute& attribute) {
      return attribute.name == DW_AT_export_symbols;
    };
    std::vector<Dwreloc_Attribute> named(attributes.begin(), attributes.end());
    std::vector<Dwreloc_Attribute> exported = named;
    std::vector<Dwreloc_Attribute> others = named;
    std::erase_if(named, std::not_fn(is_name));
    std::erase_if(exported, [&](const Dwreloc_Attribute& attribute) {
      return !is_inline(attribute) || !DieWriter::IsOfMeaning(attribute);
    });
    std::erase_if(others, [&](const Dwreloc_Attribute& attribute) {
      return is_name(attribute) || is_inline(attribute) ||
             !DieWriter::IsOfMeaning(attribute);
    });
    BeginTree(die, depth);
    AddNode(die, 0, named);
    namespaces_.push_back(Size(graph_.trees) - 1);
    for (const auto* said : {&exported, &others}) {
      if (said->empty()) continue;
      BeginTree(die, depth);
      AddNode(die, 0, *said);
    }
  }

  void BeginTree(const Dwreloc_Die& die, std::uint32_t depth) {
    const bool is_import = depth == 1 && die.tag == DW_TAG_imported_unit;
    if (depth == 0 && die.tag == DW_TAG_partial_unit)
      graph_.units.back().is_partial = true;
    graph_.trees.push_back(
        {.first_node = Size(graph_.nodes),
         .first_edge =
             static_cast<std::uint32_t>(first_edge() + targets_.size()),
         .parent = namespaces_.empty() ? kNone : namespaces_.back(),
         .unit = unit_,
         .label = 0,
         .has_place = false,
         .is_import = is_import});
  }

  std::size_t first_edge() const { return graph_.edges.size(); }

  void SortUnits() {
    auto& sorted = graph_.by_place[static_cast<std::size_t>(side())];
    for (std::uint32_t i = 0; i < graph_.units.size(); ++i)
      if (graph_.units[i].side == side()) sorted.push_back(i);
    std::sort(sorted.begin(), sorted.end(),
              [&](std::uint32_t a, std::uint32_t b) {
                return PlaceOf(graph_.units[a]) < PlaceOf(graph_.units[b]);
              });
  }

  // Makes edges of the targets, and imports of those of imported units.
  void Resolve() {
    const auto trees = Size(graph_.trees);
    // One behind the last, as long as nothing comes after it.
    graph_.units.push_back({});
    graph_.units.back().first_tree = trees;
    const std::size_t first = first_edge();
    graph_.trees.push_back({});
    graph_.trees.back().first_node = Size(graph_.nodes);
    graph_.trees.back().first_edge =
        static_cast<std::uint32_t>(first + targets_.size());
    graph_.edges.reserve(first + targets_.size());
    std::uint32_t unit = kNone;
    for (const Target& target : targets_) {
      if (unit == kNone || !Has(graph_.units[unit], target))
        unit = graph_.FindUnit(side(), target.module, target.section,
                               target.offset);
      Edge edge{kNone, 0};
      if (unit != kNone) edge = graph_.FindDie(unit, target.offset);
      if (edge.tree == kNone)
        reader_.Tell(target.module, target.section, target.offset,
                     "no DIE begins here, to which one leads");
      graph_.edges.push_back(edge);
    }
    graph_.units.pop_back();
    for (std::uint32_t i = 0; i < trees; ++i)
      if (graph_.trees[i].is_import &&
          graph_.units[graph_.trees[i].unit].side == side())
        ResolveImport(i);
    graph_.trees.pop_back();
    targets_ = {};
  }

  static bool Has(const GraphUnit& unit, const Target& target) {
    return unit.module == target.module && unit.section == target.section &&
           unit.offset <= target.offset && target.offset < unit.end;
  }

  // Of a whole unit, as of link-time optimization, it is a DIE like any other.
  void ResolveImport(std::uint32_t number) {
    Tree& tree = graph_.trees[number];
    const Span edges = graph_.EdgesOf(number);
    tree.is_import = false;
    if (edges.end - edges.begin != 1) return;
    const Edge& edge = graph_.edges[edges.begin];
    if (edge.tree == kNone) return;
    const std::uint32_t unit = graph_.trees[edge.tree].unit;
    if (!graph_.units[unit].is_partial) return;
    tree.is_import = true;
    graph_.units[tree.unit].imports.push_back(unit);
  }

  template <typename Vector>
  static std::uint32_t Size(const Vector& vector) {
    if (vector.size() >= kNone)
      throw std::length_error("more DIEs than 32 bits can count");
    return static_cast<std::uint32_t>(vector.size());
  }

  const Reader reader_;
  DieWriter writer_;
  Graph& graph_;
  std::uint32_t unit_ = 0;
  std::vector<std::uint32_t> namespaces_;  // trees around the next DIE
  std::vector<Dwreloc_Attribute> attributes_{64};
  std::vector<Target> targets_;
  Content content_;
  int errors_in_a_row_ = 0;
};

}  // namespace

std::uint32_t Graph::FindUnit(int side, const Dwreloc_Module* module,
                              std::uint32_t section,
                              std::uint64_t offset) const {
  const auto& sorted = by_place[static_cast<std::size_t>(side)];
  const auto place = std::make_tuple(reinterpret_cast<std::uintptr_t>(module),
                                     section, offset);
  const auto after =
      std::upper_bound(sorted.begin(), sorted.end(), place,
                       [&](const auto& wanted, std::uint32_t unit) {
                         return wanted < PlaceOf(units[unit]);
                       });
  if (after == sorted.begin()) return kNone;
  const GraphUnit& unit = units[*(after - 1)];
  if (unit.module != module || unit.section != section || offset >= unit.end)
    return kNone;
  return *(after - 1);
}

Edge Graph::FindDie(std::uint32_t unit, std::uint64_t offset) const {
  const Span span = TreesOf(unit);
  const std::uint32_t first = trees[span.begin].first_node;
  const std::uint32_t last = trees[span.end].first_node;
  const auto node = std::lower_bound(
      nodes.begin() + first, nodes.begin() + last, offset,
      [](const Node& a, std::uint64_t wanted) { return a.offset < wanted; });
  if (node == nodes.begin() + last || node->offset != offset) return {kNone, 0};
  const auto number = static_cast<std::uint32_t>(node - nodes.begin());
  const auto tree = std::upper_bound(trees.begin() + span.begin,
                                     trees.begin() + span.end, number,
                                     [](std::uint32_t wanted, const Tree& a) {
                                       return wanted < a.first_node;
                                     }) -
                    1;
  return {static_cast<std::uint32_t>(tree - trees.begin()),
          number - tree->first_node};
}

void ReadGraph(Context& context, Graph& graph) {
  for (int side = 0; side < 2; ++side)
    FileReader(context, side, graph).ReadAll();
  graph.units.push_back({});
  graph.units.back().first_tree =
      static_cast<std::uint32_t>(graph.trees.size());
  graph.units.back().side = 2;
  graph.trees.push_back({});
  graph.trees.back().first_node =
      static_cast<std::uint32_t>(graph.nodes.size());
  graph.trees.back().first_edge =
      static_cast<std::uint32_t>(graph.edges.size());
}

}  // namespace dwreloc_tools
