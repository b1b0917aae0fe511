// footprint.cc - see footprint.h.
#include "dwreloc_compress/footprint.h"

#include <dwreloc/dwarf.h>

namespace dwreloc_tools::compress {
namespace {

std::string NameOf(const Graph& graph, const GraphUnit& unit) {
  std::uint32_t at = graph.trees[unit.root].word;
  const Shape& shape = graph.ShapeOf(at++);
  for (const ShapeAttribute& attribute : shape.attributes) {
    if (attribute.name == DW_AT_name && attribute.kind == Kind::kString)
      return std::string(graph.strings[graph.words[at]]);
    at += WordsOf(attribute.kind);
  }
  return shape.tag == DW_TAG_partial_unit ? "(partial units)" : "(no name)";
}

std::uint16_t TagOf(const Graph& graph, std::uint32_t die) {
  return graph.ShapeOf(graph.die_words[die]).tag;
}

// A DIE ends where the next one of its unit begins, or the unit ends: with it
// go the ends of children that follow it.
void AddBefore(const Graph& graph, std::uint32_t number, std::uint64_t end,
               UnitFootprint& unit) {
  const GraphUnit& read = graph.units[number];
  unit.size.before += end - read.offset;
  const std::uint32_t last = graph.trees[read.end].die;
  for (std::uint32_t die = graph.trees[read.root].die; die < last; ++die) {
    const std::uint64_t next =
        die + 1 < last ? graph.die_offsets[die + 1] : end;
    unit.entries[TagOf(graph, die)].before += next - graph.die_offsets[die];
  }
}

void AddAfter(const Graph& graph, const PlannedUnit& planned,
              const UnitPlace& place, const Layout& layout,
              UnitFootprint& unit) {
  unit.size.after += place.end - place.offset;
  std::uint32_t last = kNone;
  for (const std::uint32_t tree : planned.trees) {
    if (tree == kEndOfNamespace) continue;
    for (std::uint32_t die = graph.trees[tree].die;
         die < graph.trees[tree + 1].die; ++die) {
      if (last != kNone)
        unit.entries[TagOf(graph, last)].after +=
            layout.offset_of_die[die] - layout.offset_of_die[last];
      last = die;
    }
  }
  if (last != kNone)
    unit.entries[TagOf(graph, last)].after +=
        place.end - layout.offset_of_die[last];
}

}  // namespace

std::vector<UnitFootprint> FootprintOf(const Graph& graph, const Plan& plan,
                                       const Layout& layout,
                                       std::uint64_t size_before) {
  std::vector<UnitFootprint> units;
  const auto count = static_cast<std::uint32_t>(graph.units.size());
  for (std::uint32_t i = 0; i < count; ++i) {
    UnitFootprint& unit = units.emplace_back();
    unit.name = NameOf(graph, graph.units[i]);
    AddBefore(graph, i, i + 1 < count ? graph.units[i + 1].offset : size_before,
              unit);
  }
  if (plan.units.size() > count)
    units.emplace_back().name = "(new partial units)";
  for (std::size_t i = 0; i < plan.units.size(); ++i) {
    const PlannedUnit& planned = plan.units[i];
    AddAfter(graph, planned, layout.units[i], layout,
             planned.is_new ? units.back() : units[planned.source]);
  }
  return units;
}

}  // namespace dwreloc_tools::compress
