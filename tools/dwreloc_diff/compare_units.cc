// compare_units.cc - see compare_units.h.
#include "dwreloc_diff/compare_units.h"

#include <dwreloc/dwarf.h>

#include <algorithm>
#include <map>
#include <set>
#include <string_view>

#include "common/checked.h"
#include "dwreloc_diff/bytes.h"
#include "dwreloc_diff/describe.h"
#include "dwreloc_diff/explain.h"

namespace dwreloc_tools {
namespace {

using TreeList = std::vector<std::uint32_t>;

std::string OwnText(const Dwreloc_Die& die, unsigned name) {
  Dwreloc_Attribute attribute;
  const char* text = nullptr;
  std::size_t length = 0;
  if (Checked(dwreloc_attr(&die, name, &attribute)) != 1 ||
      Checked(dwreloc_formstring(&attribute, &text, &length)) < 0)
    return "";
  return {text, length};
}

// Compares the trees of pairs of units.
class UnitComparer {
 public:
  UnitComparer(Context& context, const Graph& graph,
               const std::vector<std::uint32_t>& classes)
      : graph_(graph),
        classes_(classes),
        findings_(context.findings),
        explainer_(context, graph, classes),
        seen_(graph.units.size(), 0) {}

  void CompareAll(const std::vector<UnitPair>& pairs) {
    for (const UnitPair& pair : pairs) Collect(pair);
    for (Unequal& unequal : unequal_) MatchNamed(unequal);
    for (int i = 0; i < kPasses; ++i)
      for (Unequal& unequal : unequal_) MatchByEdges(unequal);
    for (Unequal& unequal : unequal_) MatchRest(unequal);
    std::size_t told = 0;
    for (const Unequal& unequal : unequal_) told += Explain(unequal);
    for (const UnitPair& pair : pairs)
      if (HasRoots(pair)) told += CompareHeaders(pair);
    told += TellCounts();
    if (told == 0 && !unequal_.empty()) TellAnything();
  }

  const Partners& partners() const { return explainer_.partners(); }

 private:
  // How far names are followed from unnamed types to others.
  static constexpr int kPasses = 4;

  // Trees of two units that no tree of the other unit equals.
  struct Unequal {
    UnitPair units;
    std::string name;
    TreeList a;
    TreeList b;
    std::vector<std::pair<std::uint32_t, std::uint32_t>> pairs;
  };
  struct UnequalCount {
    std::string name;
    std::uint32_t a;
    std::uint32_t b;
    std::size_t count_a;
    std::size_t count_b;
  };

  // The trees of a unit and of what it imports, in the order of their classes.
  TreeList TreesOf(std::uint32_t unit) {
    ++stamp_;
    TreeList trees;
    std::vector<std::uint32_t> units = {unit};
    seen_[unit] = stamp_;
    while (!units.empty()) {
      const std::uint32_t of = units.back();
      units.pop_back();
      const Span span = graph_.TreesOf(of);
      for (std::uint32_t i = span.begin + 1; i < span.end; ++i)
        if (!graph_.trees[i].is_import) trees.push_back(i);
      for (const std::uint32_t import : graph_.units[of].imports) {
        if (seen_[import] == stamp_) continue;
        seen_[import] = stamp_;
        units.push_back(import);
      }
    }
    std::sort(
        trees.begin(), trees.end(), [&](std::uint32_t a, std::uint32_t b) {
          return classes_[a] != classes_[b] ? classes_[a] < classes_[b] : a < b;
        });
    return trees;
  }

  bool HasRoots(const UnitPair& pair) const {
    const Span a = graph_.TreesOf(pair.first);
    const Span b = graph_.TreesOf(pair.second);
    return a.begin != a.end && b.begin != b.end;
  }

  // What the headers say of a unit besides how it is stored.
  std::size_t CompareHeaders(const UnitPair& pair) {
    const GraphUnit& a = graph_.units[pair.first];
    const GraphUnit& b = graph_.units[pair.second];
    const std::string name = UnitName(a);
    const Edge root_a{a.first_tree, 0};
    const Edge root_b{b.first_tree, 0};
    if (a.signature != b.signature) {
      explainer_.Tell(root_a, root_b, name, "dwo_id", HexText(a.signature),
                      HexText(b.signature));
      return 1;
    }
    if (!a.is_type) return 0;
    const Edge type_a = graph_.FindDie(pair.first, a.type_offset);
    const Edge type_b = graph_.FindDie(pair.second, b.type_offset);
    if (explainer_.Correspond(type_a, type_b)) return 0;
    const auto text = [&](const Edge& type) {
      Dwreloc_Die die;
      return type.tree != kNone && NodeDie(graph_, type.tree, type.node, &die)
                 ? DieText(die)
                 : "no DIE";
    };
    explainer_.Tell(root_a, root_b, name, "type", text(type_a), text(type_b));
    return 1;
  }

  // Puts aside what only one of two units has.
  void Collect(const UnitPair& pair) {
    Unequal unequal{.units = pair,
                    .name = UnitName(graph_.units[pair.first]),
                    .a = {},
                    .b = {},
                    .pairs = {}};
    const std::uint32_t root_a = graph_.units[pair.first].first_tree;
    const std::uint32_t root_b = graph_.units[pair.second].first_tree;
    const bool has_roots = HasRoots(pair);
    if (has_roots && classes_[root_a] != classes_[root_b]) {
      unequal.pairs.emplace_back(root_a, root_b);
      explainer_.Pair(root_a, root_b);
    }
    const TreeList a = has_roots ? TreesOf(pair.first) : TreeList();
    const TreeList b = has_roots ? TreesOf(pair.second) : TreeList();
    std::size_t i = 0;
    std::size_t j = 0;
    while (i < a.size() || j < b.size()) {
      const std::uint32_t class_a = i < a.size() ? classes_[a[i]] : kNone;
      const std::uint32_t class_b = j < b.size() ? classes_[b[j]] : kNone;
      const std::size_t first_a = i;
      const std::size_t first_b = j;
      const std::uint32_t lowest = std::min(class_a, class_b);
      while (i < a.size() && classes_[a[i]] == lowest) ++i;
      while (j < b.size() && classes_[b[j]] == lowest) ++j;
      if (class_a < class_b) unequal.a.push_back(a[first_a]);
      if (class_b < class_a) unequal.b.push_back(b[first_b]);
      if (class_a == class_b && graph_.trees[a[first_a]].has_place &&
          i - first_a != j - first_b)
        counts_.push_back(
            {unequal.name, a[first_a], b[first_b], i - first_a, j - first_b});
    }
    if (!unequal.a.empty() || !unequal.b.empty() || !unequal.pairs.empty())
      unequal_.push_back(std::move(unequal));
  }

  // Takes trees of equal keys for the same ones, in their order.  Those of an
  // empty key stay.
  template <typename KeyOf>
  void Match(Unequal& unequal, const KeyOf& key_of) {
    std::multimap<std::string, std::uint32_t> by_key;
    std::sort(unequal.b.begin(), unequal.b.end());
    std::sort(unequal.a.begin(), unequal.a.end());
    for (const std::uint32_t tree : unequal.b)
      if (std::string key = key_of(1, tree); !key.empty())
        by_key.emplace(std::move(key), tree);
    std::set<std::uint32_t> taken;
    std::erase_if(unequal.a, [&](std::uint32_t tree) {
      const std::string key = key_of(0, tree);
      const auto found = key.empty() ? by_key.end() : by_key.find(key);
      if (found == by_key.end()) return false;
      unequal.pairs.emplace_back(tree, found->second);
      explainer_.Pair(tree, found->second);
      taken.insert(found->second);
      by_key.erase(found);
      return true;
    });
    std::erase_if(unequal.b,
                  [&](std::uint32_t tree) { return taken.contains(tree); });
  }

  std::string NameKey(std::uint32_t tree) const {
    Dwreloc_Die die;
    if (!NodeDie(graph_, tree, 0, &die)) return "";
    const std::string name = OwnText(die, DW_AT_name);
    const std::string linkage = OwnText(die, DW_AT_linkage_name);
    if (name.empty() && linkage.empty()) return "";
    std::string key;
    PutNumber(key, die.tag);
    PutString(key, name);
    PutString(key, linkage);
    return key;
  }
  void PutNodes(std::string& key, std::uint32_t tree) const {
    const Span nodes = graph_.NodesOf(tree);
    for (std::uint32_t i = nodes.begin; i < nodes.end; ++i) {
      PutNumber(key, graph_.nodes[i].content);
      PutNumber(key, graph_.nodes[i].depth);
    }
  }

  void MatchNamed(Unequal& unequal) {
    // Those first that differ in nothing but what they lead to.
    Match(unequal, [&](int /*side*/, std::uint32_t tree) {
      std::string key = NameKey(tree);
      if (!key.empty()) PutNodes(key, tree);
      return key;
    });
    Match(unequal,
          [&](int /*side*/, std::uint32_t tree) { return NameKey(tree); });
  }
  // Unnamed ones are known by what they lead to.
  void MatchByEdges(Unequal& unequal) {
    Match(unequal, [&](int side, std::uint32_t tree) {
      std::string key;
      PutNodes(key, tree);
      explainer_.PutEdges(key, side, tree);
      return key;
    });
  }
  void MatchRest(Unequal& unequal) {
    Match(unequal, [&](int /*side*/, std::uint32_t tree) {
      std::string key;
      PutNodes(key, tree);
      return key;
    });
    Match(unequal, [&](int /*side*/, std::uint32_t tree) {
      Dwreloc_Die die;
      return NodeDie(graph_, tree, 0, &die) ? std::to_string(die.tag)
                                            : std::string();
    });
  }

  std::size_t Explain(const Unequal& unequal) {
    std::size_t told = 0;
    for (const auto& [a, b] : unequal.pairs)
      if (told_.emplace(classes_[a], classes_[b]).second)
        told += explainer_.Explain(a, b, unequal.name);
    for (const std::uint32_t tree : unequal.a)
      told += TellMissing({tree, 0}, {kNone, 0}, unequal.name);
    for (const std::uint32_t tree : unequal.b)
      told += TellMissing({kNone, 0}, {tree, 0}, unequal.name);
    return told;
  }
  std::size_t TellMissing(const Edge& a, const Edge& b,
                          const std::string& name) {
    const Edge& known = a.tree != kNone ? a : b;
    Dwreloc_Die die;
    const std::string text =
        findings_.WantsDifference() && NodeDie(graph_, known.tree, 0, &die)
            ? DieText(die)
            : "";
    explainer_.Tell(a, b, name, "DIE",
                    a.tree != kNone ? std::optional(text) : std::nullopt,
                    b.tree != kNone ? std::optional(text) : std::nullopt);
    return 1;
  }
  std::size_t TellCounts() {
    for (const UnequalCount& count : counts_)
      explainer_.Tell({count.a, 0}, {count.b, 0}, count.name,
                      "number of such DIEs", std::to_string(count.count_a),
                      std::to_string(count.count_b));
    return counts_.size();
  }
  // All pairs only lead to one another, and yet they are not the same.
  void TellAnything() {
    const Unequal& unequal = unequal_.front();
    const auto& [a, b] = unequal.pairs.front();
    explainer_.Tell({a, 0}, {b, 0}, unequal.name, "what it leads to",
                    std::nullopt, std::nullopt);
  }

  const Graph& graph_;
  const std::vector<std::uint32_t>& classes_;
  Findings& findings_;
  Explainer explainer_;
  std::vector<std::uint32_t> seen_;  // by unit: the last stamp
  std::uint32_t stamp_ = 0;
  std::vector<Unequal> unequal_;
  std::vector<UnequalCount> counts_;
  std::set<std::pair<std::uint32_t, std::uint32_t>> told_;
};

}  // namespace

std::string UnitName(const GraphUnit& unit) {
  Dwreloc_Die die;
  if (Checked(dwreloc_unit_die(unit.unit, &die)) < 0) return "";
  return OwnText(die, DW_AT_name);
}

Partners CompareUnits(Context& context, const Graph& graph,
                      const std::vector<std::uint32_t>& classes,
                      const std::vector<UnitPair>& pairs) {
  UnitComparer comparer(context, graph, classes);
  comparer.CompareAll(pairs);
  return comparer.partners();
}

}  // namespace dwreloc_tools
