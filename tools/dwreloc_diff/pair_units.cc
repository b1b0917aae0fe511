// pair_units.cc - PairUnits of compare_units.h: which units correspond.
#include <algorithm>
#include <map>
#include <optional>

#include "dwreloc_diff/compare_units.h"

namespace dwreloc_tools {
namespace {

// How far a unit of the same name is searched for.
constexpr std::size_t kMaxAhead = 64;

struct Named {
  std::uint32_t unit;
  std::string name;
};

class Pairer {
 public:
  Pairer(Context& context, Graph& graph) : context_(context), graph_(graph) {}

  std::vector<UnitPair> Pair() {
    const std::vector<Named> a = UnitsOf(0);
    const std::vector<Named> b = UnitsOf(1);
    std::size_t i = 0;
    std::size_t j = 0;
    while (i < a.size() && j < b.size()) {
      if (a[i].name != b[j].name) {
        // One has a unit more here, unless a name is another one.
        const std::size_t in_b = Ahead(b, j, a[i].name);
        const std::size_t in_a = Ahead(a, i, b[j].name);
        if (in_b != 0 && (in_a == 0 || in_b <= in_a)) {
          for (std::size_t k = 0; k < in_b; ++k) TellMissing(1, b[j++]);
          continue;
        }
        if (in_a != 0) {
          for (std::size_t k = 0; k < in_a; ++k) TellMissing(0, a[i++]);
          continue;
        }
      }
      Add(a[i++].unit, b[j++].unit);
    }
    while (i < a.size()) TellMissing(0, a[i++]);
    while (j < b.size()) TellMissing(1, b[j++]);
    PairTypes();
    return pairs_;
  }

 private:
  std::vector<Named> UnitsOf(std::size_t side) const {
    std::vector<Named> units;
    for (const std::uint32_t unit : graph_.own_units[side])
      if (!graph_.units[unit].is_type)
        units.push_back({unit, UnitName(graph_.units[unit])});
    return units;
  }

  // How many units before the one of that name; 0: there is none near.
  static std::size_t Ahead(const std::vector<Named>& units, std::size_t from,
                           const std::string& name) {
    const std::size_t end = std::min(units.size(), from + kMaxAhead);
    for (std::size_t i = from; i < end; ++i)
      if (units[i].name == name) return i - from;
    return 0;
  }

  void PairTypes() {
    std::map<std::uint64_t, std::vector<std::uint32_t>> by_signature;
    for (const std::uint32_t unit : graph_.own_units[1])
      if (graph_.units[unit].is_type)
        by_signature[graph_.units[unit].signature].push_back(unit);
    for (auto& [signature, units] : by_signature)
      std::reverse(units.begin(), units.end());
    for (const std::uint32_t unit : graph_.own_units[0]) {
      if (!graph_.units[unit].is_type) continue;
      auto& found = by_signature[graph_.units[unit].signature];
      if (found.empty()) {
        TellMissing(0, {unit, UnitName(graph_.units[unit])});
      } else {
        Add(unit, found.back());
        found.pop_back();
      }
    }
    for (const auto& [signature, units] : by_signature)
      for (const std::uint32_t unit : units)
        TellMissing(1, {unit, UnitName(graph_.units[unit])});
  }

  void Add(std::uint32_t a, std::uint32_t b) {
    pairs_.emplace_back(a, b);
    const auto label = static_cast<std::uint32_t>(pairs_.size());
    for (const std::uint32_t unit : {a, b}) {
      const Span trees = graph_.TreesOf(unit);
      if (trees.begin != trees.end) graph_.trees[trees.begin].label = label;
    }
  }

  void TellMissing(int side, const Named& named) {
    const GraphUnit& unit = graph_.units[named.unit];
    Difference difference;
    difference.section = SectionName(unit.module, unit.section);
    difference.unit = named.name;
    difference.what = unit.is_type ? "type unit" : "unit";
    (side == 0 ? difference.a : difference.b) =
        unit.is_type ? HexText(unit.signature) : named.name;
    (side == 0 ? difference.offset_a : difference.offset_b) = unit.offset;
    context_.findings.Add(std::move(difference));
  }

  Context& context_;
  Graph& graph_;
  std::vector<UnitPair> pairs_;
};

}  // namespace

std::vector<UnitPair> PairUnits(Context& context, Graph& graph) {
  return Pairer(context, graph).Pair();
}

}  // namespace dwreloc_tools
