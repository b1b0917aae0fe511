// classes.cc - see classes.h.
#include "dwreloc_diff/classes.h"

#include <algorithm>
#include <cstddef>
#include <numeric>
#include <stdexcept>

namespace dwreloc_tools {
namespace {

using Hashes = std::vector<std::uint64_t>;

// How often classes are counted: counting takes longer than a round.
constexpr int kRoundsPerCount = 8;
constexpr int kTries = 4;

std::uint64_t Mix(std::uint64_t hash, std::uint64_t value) {
  hash = (hash ^ value) * 0x9e3779b97f4a7c15U;
  return hash ^ (hash >> 29);
}

// What a tree says without what it leads to.
Hashes LocalHashes(const Graph& graph, std::uint64_t seed) {
  Hashes hashes(graph.trees.size() - 1);
  for (std::uint32_t tree = 0; tree < hashes.size(); ++tree) {
    std::uint64_t hash = Mix(seed, graph.trees[tree].label);
    const Span nodes = graph.NodesOf(tree);
    for (std::uint32_t i = nodes.begin; i < nodes.end; ++i) {
      hash = Mix(hash, graph.nodes[i].content);
      hash = Mix(hash, graph.nodes[i].depth);
    }
    const Span edges = graph.EdgesOf(tree);
    for (std::uint32_t i = edges.begin; i < edges.end; ++i)
      hash = Mix(hash, graph.edges[i].node);
    hashes[tree] = hash;
  }
  return hashes;
}

// One step further along all edges.
void Refine(const Graph& graph, const Hashes& local, const Hashes& before,
            Hashes& after) {
  for (std::uint32_t tree = 0; tree < before.size(); ++tree) {
    std::uint64_t hash = local[tree];
    const std::uint32_t parent = graph.trees[tree].parent;
    if (parent != kNone) hash = Mix(hash, before[parent]);
    const Span edges = graph.EdgesOf(tree);
    for (std::uint32_t i = edges.begin; i < edges.end; ++i) {
      const std::uint32_t to = graph.edges[i].tree;
      hash = Mix(hash, to == kNone ? 1 : before[to]);
    }
    after[tree] = hash;
  }
}

std::size_t CountDifferent(const Hashes& hashes, Hashes& sorted) {
  sorted = hashes;
  std::sort(sorted.begin(), sorted.end());
  return static_cast<std::size_t>(std::unique(sorted.begin(), sorted.end()) -
                                  sorted.begin());
}

Hashes RefineToFixpoint(const Graph& graph, std::uint64_t seed) {
  const Hashes local = LocalHashes(graph, seed);
  Hashes hashes = local;
  Hashes next(hashes.size());
  Hashes sorted;
  std::size_t count = CountDifferent(hashes, sorted);
  for (;;) {
    for (int i = 0; i < kRoundsPerCount; ++i) {
      Refine(graph, local, hashes, next);
      hashes.swap(next);
    }
    const std::size_t refined = CountDifferent(hashes, sorted);
    // A partition of as many classes that is no coarser is the same one.
    if (refined <= count) return hashes;
    count = refined;
  }
}

// Trees of one class by the proof, given the classes of all.
bool Correspond(const Graph& graph, const std::vector<std::uint32_t>& classes,
                std::uint32_t a, std::uint32_t b) {
  const auto class_of = [&](std::uint32_t tree) {
    return tree == kNone ? kNone : classes[tree];
  };
  const Span nodes_a = graph.NodesOf(a);
  const Span nodes_b = graph.NodesOf(b);
  const Span edges_a = graph.EdgesOf(a);
  const Span edges_b = graph.EdgesOf(b);
  if (nodes_a.end - nodes_a.begin != nodes_b.end - nodes_b.begin ||
      edges_a.end - edges_a.begin != edges_b.end - edges_b.begin ||
      graph.trees[a].label != graph.trees[b].label ||
      class_of(graph.trees[a].parent) != class_of(graph.trees[b].parent))
    return false;
  for (std::uint32_t i = 0; i < nodes_a.end - nodes_a.begin; ++i) {
    const Node& left = graph.nodes[nodes_a.begin + i];
    const Node& right = graph.nodes[nodes_b.begin + i];
    if (left.content != right.content || left.depth != right.depth)
      return false;
  }
  for (std::uint32_t i = 0; i < edges_a.end - edges_a.begin; ++i) {
    const Edge& left = graph.edges[edges_a.begin + i];
    const Edge& right = graph.edges[edges_b.begin + i];
    if (left.node != right.node || class_of(left.tree) != class_of(right.tree))
      return false;
  }
  return true;
}

}  // namespace

std::vector<std::uint32_t> FindClasses(const Graph& graph) {
  for (std::uint64_t seed = 1; seed <= kTries; ++seed) {
    const Hashes hashes = RefineToFixpoint(graph, seed);
    std::vector<std::uint32_t> order(hashes.size());
    std::iota(order.begin(), order.end(), 0);
    std::sort(order.begin(), order.end(),
              [&](std::uint32_t a, std::uint32_t b) {
                return hashes[a] != hashes[b] ? hashes[a] < hashes[b] : a < b;
              });
    std::vector<std::uint32_t> classes(hashes.size());
    std::vector<std::uint32_t> firsts;
    for (std::size_t i = 0; i < order.size(); ++i) {
      if (i == 0 || hashes[order[i]] != hashes[order[i - 1]])
        firsts.push_back(order[i]);
      classes[order[i]] = static_cast<std::uint32_t>(firsts.size()) - 1;
    }
    bool is_proved = true;
    for (std::uint32_t tree = 0; tree < classes.size() && is_proved; ++tree)
      is_proved = Correspond(graph, classes, tree, firsts[classes[tree]]);
    if (is_proved) return classes;
  }
  throw std::runtime_error("hashes of different trees are equal");
}

}  // namespace dwreloc_tools
