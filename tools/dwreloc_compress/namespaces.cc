// namespaces.cc - see namespaces.h.
#include "dwreloc_compress/namespaces.h"

#include <dwreloc/dwarf.h>

#include <algorithm>
#include <unordered_map>
#include <utility>

namespace dwreloc_tools::compress {
namespace {

std::uint32_t ShapeNumber(Graph& graph, const Shape& shape) {
  const auto found = std::ranges::find(graph.shapes, shape);
  const auto number = static_cast<std::uint32_t>(found - graph.shapes.begin());
  if (number == graph.shapes.size()) graph.shapes.push_back(shape);
  return number;
}

class NamespaceOpener {
 public:
  NamespaceOpener(Graph& graph, const Classes& classes, std::uint32_t source)
      : graph_(graph), classes_(classes), source_(source) {}

  void OpenFor(std::uint32_t tree);
  const std::vector<std::uint32_t>& added() const { return added_; }

 private:
  std::uint32_t Open(std::uint32_t tree);
  std::uint32_t Add(const NamespaceIdentity& identity, std::uint32_t parent);

  Graph& graph_;
  const Classes& classes_;
  const std::uint32_t source_;
  std::unordered_map<std::uint32_t, std::uint32_t> opened_;  // by class
  std::vector<std::uint32_t> added_;
};

void NamespaceOpener::OpenFor(std::uint32_t tree) {
  const std::uint32_t parent = graph_.trees[tree].parent;
  if (parent != kNone) graph_.trees[tree].parent = Open(parent);
  const std::uint32_t end = graph_.trees[tree + 1].word;
  for (std::uint32_t at = graph_.trees[tree].word; at < end;) {
    // To open one may add a shape, and words.
    const std::uint32_t shape = graph_.words[at++];
    for (std::size_t i = 0; i < graph_.shapes[shape].attributes.size(); ++i) {
      const Kind kind = graph_.shapes[shape].attributes[i].kind;
      if (kind == Kind::kReference) {
        const std::uint32_t to = graph_.die_trees[graph_.words[at]];
        if (graph_.trees[to].is_namespace) {
          const std::uint32_t own = Open(to);
          graph_.words[at] = graph_.trees[own].die;
        }
      }
      at += WordsOf(kind);
    }
  }
}

// The unit's own namespace in place of one.
std::uint32_t NamespaceOpener::Open(std::uint32_t tree) {
  std::vector<std::uint32_t> closed;
  std::uint32_t inner = kNone;
  for (std::uint32_t of = tree; of != kNone; of = graph_.trees[of].parent) {
    const auto found = opened_.find(classes_.of[of]);
    if (found != opened_.end()) {
      inner = found->second;
      break;
    }
    closed.push_back(of);
  }
  for (; !closed.empty(); closed.pop_back()) {
    inner = Add(graph_.IdentityOf(closed.back()), inner);
    opened_.emplace(classes_.of[closed.back()], inner);
  }
  return inner;
}

std::uint32_t NamespaceOpener::Add(const NamespaceIdentity& identity,
                                   std::uint32_t parent) {
  Shape shape = {.tag = DW_TAG_namespace, .has_children = true};
  std::vector<std::uint32_t> values;
  if (identity.name != kNone) {
    shape.attributes.push_back({DW_AT_name, 0, Kind::kString});
    values.push_back(identity.name);
  }
  if (identity.is_inline)
    shape.attributes.push_back({DW_AT_export_symbols, 0, Kind::kTrue});
  shape.word_count = static_cast<std::uint16_t>(values.size());
  const std::uint32_t added = AddTree(graph_, source_, shape, values);
  graph_.trees[added].parent = parent;
  graph_.trees[added].is_namespace = true;
  added_.push_back(added);
  return added;
}

}  // namespace

std::uint32_t AddTree(Graph& graph, std::uint32_t unit, const Shape& shape,
                      std::span<const std::uint32_t> values) {
  const std::uint32_t tree = graph.tree_count();
  graph.trees[tree].unit = unit;
  graph.trees[tree].is_pinned = true;
  graph.die_words.push_back(static_cast<std::uint32_t>(graph.words.size()));
  graph.die_trees.push_back(tree);
  graph.words.push_back(ShapeNumber(graph, shape));
  graph.words.insert(graph.words.end(), values.begin(), values.end());
  graph.trees.push_back(
      {.word = static_cast<std::uint32_t>(graph.words.size()),
       .die = static_cast<std::uint32_t>(graph.die_words.size())});
  return tree;
}

void OpenNamespaces(Graph& graph, const Classes& classes, std::uint32_t source,
                    std::vector<std::uint32_t>& trees) {
  NamespaceOpener opener(graph, classes, source);
  for (const std::uint32_t tree : trees) opener.OpenFor(tree);
  trees.insert(trees.end(), opener.added().begin(), opener.added().end());
}

void NestTrees(const Graph& graph, std::vector<std::uint32_t>& trees) {
  std::unordered_map<std::uint32_t, std::vector<std::uint32_t>> members;
  for (std::size_t i = 1; i < trees.size(); ++i)
    members[graph.trees[trees[i]].parent].push_back(trees[i]);
  std::vector<std::uint32_t> nested = {trees[0]};
  // What is to come, the next one last.
  std::vector<std::uint32_t> next;
  const auto open = [&](std::uint32_t parent) {
    const std::vector<std::uint32_t>& list = members[parent];
    next.insert(next.end(), list.rbegin(), list.rend());
  };
  open(kNone);
  while (!next.empty()) {
    const std::uint32_t tree = next.back();
    next.pop_back();
    nested.push_back(tree);
    if (tree == kEndOfNamespace || !graph.IsOpen(tree)) continue;
    next.push_back(kEndOfNamespace);
    open(tree);
  }
  trees = std::move(nested);
}

}  // namespace dwreloc_tools::compress
