// explain.cc - see explain.h.
#include "dwreloc_diff/explain.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "common/checked.h"
#include "dwreloc_diff/bytes.h"
#include "dwreloc_diff/describe.h"

namespace dwreloc_tools {

bool Explainer::Correspond(const Edge& a, const Edge& b) const {
  if (a.tree == kNone || b.tree == kNone) return a.tree == b.tree;
  if (a.node != b.node) return false;
  if (classes_[a.tree] == classes_[b.tree]) return true;
  const auto partner = partners_.find(classes_[a.tree]);
  return partner != partners_.end() && partner->second == classes_[b.tree];
}

void Explainer::PutEdges(std::string& bytes, int side,
                         std::uint32_t tree) const {
  const Span edges = graph_.EdgesOf(tree);
  for (std::uint32_t i = edges.begin; i < edges.end; ++i) {
    const Edge& edge = graph_.edges[i];
    std::uint32_t to = edge.tree == kNone ? kNone : classes_[edge.tree];
    if (side == 0) {
      const auto partner = partners_.find(to);
      if (partner != partners_.end()) to = partner->second;
    }
    PutNumber(bytes, to);
    PutNumber(bytes, edge.node);
  }
}

void Explainer::Tell(const Edge& a, const Edge& b, const std::string& unit_name,
                     const std::string& what, std::optional<std::string> text_a,
                     std::optional<std::string> text_b) {
  Findings& findings = context_.findings;
  if (!findings.WantsDifference()) {
    findings.AddUntold();
    return;
  }
  const Edge& known = a.tree != kNone ? a : b;
  const GraphUnit& unit = graph_.units[graph_.trees[known.tree].unit];
  const auto offset = [&](const Edge& place) -> std::optional<std::uint64_t> {
    if (place.tree == kNone) return std::nullopt;
    const Tree& tree = graph_.trees[place.tree];
    return graph_.nodes[tree.first_node + place.node].offset;
  };
  findings.Add({.section = SectionName(unit.module, unit.section),
                .unit = unit_name,
                .path = NodePath(graph_, known.tree, known.node),
                .what = what,
                .offset_a = offset(a),
                .offset_b = offset(b),
                .a = std::move(text_a),
                .b = std::move(text_b)});
}

std::size_t Explainer::Explain(std::uint32_t a, std::uint32_t b,
                               const std::string& unit_name) {
  const Span nodes_a = graph_.NodesOf(a);
  const Span nodes_b = graph_.NodesOf(b);
  const std::uint32_t size_a = nodes_a.end - nodes_a.begin;
  const std::uint32_t size_b = nodes_b.end - nodes_b.begin;
  std::uint32_t edge_a = graph_.EdgesOf(a).begin;
  std::uint32_t edge_b = graph_.EdgesOf(b).begin;
  std::size_t told = 0;
  const auto die_text = [&](std::uint32_t tree, std::uint32_t node) {
    Dwreloc_Die die;
    return NodeDie(graph_, tree, node, &die) ? DieText(die) : std::string();
  };
  for (std::uint32_t i = 0; i < std::max(size_a, size_b); ++i) {
    // Behind a DIE that only one has, DIEs are not the same ones any more.
    const bool is_in_a = i < size_a;
    const bool is_in_b = i < size_b;
    const Node& left = graph_.nodes[nodes_a.begin + (is_in_a ? i : 0)];
    const Node& right = graph_.nodes[nodes_b.begin + (is_in_b ? i : 0)];
    if (!is_in_a || !is_in_b || left.depth != right.depth) {
      Tell({is_in_a ? a : kNone, i}, {is_in_b ? b : kNone, i}, unit_name, "DIE",
           is_in_a ? std::optional(die_text(a, i)) : std::nullopt,
           is_in_b ? std::optional(die_text(b, i)) : std::nullopt);
      return told + 1;
    }
    const std::uint32_t count_a = graph_.edge_counts[left.content];
    const std::uint32_t count_b = graph_.edge_counts[right.content];
    bool is_same = left.content == right.content;
    for (std::uint32_t k = 0; is_same && k < count_a; ++k)
      is_same = Correspond(graph_.edges[edge_a + k], graph_.edges[edge_b + k]);
    if (!is_same) told += ExplainNode({a, i}, {b, i}, unit_name);
    edge_a += count_a;
    edge_b += count_b;
  }
  const Edge in_a{graph_.trees[a].parent, 0};
  const Edge in_b{graph_.trees[b].parent, 0};
  if (!Correspond(in_a, in_b)) {
    const auto text = [&](const Edge& in) {
      return in.tree == kNone ? std::nullopt
                              : std::optional(die_text(in.tree, 0));
    };
    Tell({a, 0}, {b, 0}, unit_name, "namespace", text(in_a), text(in_b));
    ++told;
  }
  return told;
}

bool Explainer::Read(int side, const Edge& place, Attributes* attributes) {
  if (!NodeDie(graph_, place.tree, place.node, &attributes->die)) return false;
  std::size_t count = 0;
  std::vector<Dwreloc_Attribute>& all = attributes->all;
  all.resize(64);
  // Where an attribute cannot be read, those before it are compared.
  static_cast<void>(Checked(
      dwreloc_attributes(&attributes->die, all.data(), all.size(), &count)));
  const bool is_cut = count > all.size();
  all.resize(count);
  if (is_cut)
    static_cast<void>(Checked(
        dwreloc_attributes(&attributes->die, all.data(), all.size(), &count)));
  std::stable_sort(all.begin(), all.end(),
                   [](const Dwreloc_Attribute& a, const Dwreloc_Attribute& b) {
                     return a.name < b.name;
                   });
  std::erase_if(all, [](const Dwreloc_Attribute& attribute) {
    return !DieWriter::IsOfMeaning(attribute);
  });
  writers_[static_cast<std::size_t>(side)].SetUnit(attributes->die.unit);
  return true;
}

Edge Explainer::Resolve(int side, const Target& target) const {
  const std::uint32_t unit =
      graph_.FindUnit(side, target.module, target.section, target.offset);
  if (unit == kNone) return {kNone, 0};
  return graph_.FindDie(unit, target.offset);
}

bool Explainer::AreSame(const Attributes& a,
                        const Dwreloc_Attribute& attribute_a,
                        const Attributes& b,
                        const Dwreloc_Attribute& attribute_b) {
  contents_[0].Clear();
  contents_[1].Clear();
  writers_[0].PutAttribute(a.die, a.all, attribute_a, contents_[0]);
  writers_[1].PutAttribute(b.die, b.all, attribute_b, contents_[1]);
  if (contents_[0].bytes != contents_[1].bytes ||
      contents_[0].targets.size() != contents_[1].targets.size())
    return false;
  for (std::size_t i = 0; i < contents_[0].targets.size(); ++i)
    if (!Correspond(Resolve(0, contents_[0].targets[i]),
                    Resolve(1, contents_[1].targets[i])))
      return false;
  return true;
}

std::size_t Explainer::ExplainNode(const Edge& a, const Edge& b,
                                   const std::string& unit_name) {
  if (!context_.findings.WantsDifference()) {
    context_.findings.AddUntold();
    return 1;
  }
  Attributes left;
  Attributes right;
  if (!Read(0, a, &left) || !Read(1, b, &right)) return 0;
  std::size_t told = 0;
  if (left.die.tag != right.die.tag) {
    Tell(a, b, unit_name, "tag", DieText(left.die), DieText(right.die));
    return 1;
  }
  auto in_a = left.all.begin();
  auto in_b = right.all.begin();
  while (in_a != left.all.end() || in_b != right.all.end()) {
    const bool is_in_a = in_a != left.all.end() &&
                         (in_b == right.all.end() || in_a->name <= in_b->name);
    const bool is_in_b = in_b != right.all.end() &&
                         (in_a == left.all.end() || in_b->name <= in_a->name);
    const std::string what = AttributeName(is_in_a ? in_a->name : in_b->name);
    if (!is_in_a || !is_in_b || !AreSame(left, *in_a, right, *in_b)) {
      Tell(a, b, unit_name, what,
           is_in_a ? std::optional(AttributeText(left.die, *in_a))
                   : std::nullopt,
           is_in_b ? std::optional(AttributeText(right.die, *in_b))
                   : std::nullopt);
      ++told;
    }
    if (is_in_a) ++in_a;
    if (is_in_b) ++in_b;
  }
  return told;
}

}  // namespace dwreloc_tools
