// classes.cc - see classes.h.
#include "dwreloc_diff/classes.h"

#include <algorithm>
#include <cstddef>
#include <numeric>
#include <stdexcept>

namespace dwreloc_tools {
namespace {

using Hashes = std::vector<std::uint64_t>;

constexpr int kTries = 4;
// How often a tree may be looked at again, on average.  Real files need less
// than ten; files that are made for it need as many as they have trees.
constexpr std::uint64_t kMaxLooks = 1000;

std::uint64_t Mix(std::uint64_t hash, std::uint64_t value) {
  hash = (hash ^ value) * 0x9e3779b97f4a7c15U;
  return hash ^ (hash >> 29);
}

// What a tree says without what it leads to.
std::uint64_t LocalHash(const Graph& graph, std::uint32_t tree,
                        std::uint64_t seed) {
  std::uint64_t hash = Mix(seed, graph.trees[tree].label);
  const Span nodes = graph.NodesOf(tree);
  for (std::uint32_t i = nodes.begin; i < nodes.end; ++i) {
    hash = Mix(hash, graph.nodes[i].content);
    hash = Mix(hash, graph.nodes[i].depth);
  }
  const Span edges = graph.EdgesOf(tree);
  for (std::uint32_t i = edges.begin; i < edges.end; ++i)
    hash = Mix(hash, graph.edges[i].node);
  return hash;
}

// Calls `visit` for each tree that a tree leads to or is in.
template <typename Visit>
void ForEachTarget(const Graph& graph, std::uint32_t tree, const Visit& visit) {
  if (graph.trees[tree].parent != kNone) visit(graph.trees[tree].parent);
  const Span edges = graph.EdgesOf(tree);
  for (std::uint32_t i = edges.begin; i < edges.end; ++i)
    visit(graph.edges[i].tree);
}

// Splits classes until all trees of one lead to the same classes.
//
// Only trees are looked at that lead to one that has got another class.  Of the
// parts of a class that is split, the trees that need not be looked at keep
// their class, else the largest part, so that long chains of types take no
// longer than short ones.
class Refinement {
 public:
  Refinement(const Graph& graph, std::uint64_t seed)
      : graph_(graph),
        seed_(seed),
        size_(static_cast<std::uint32_t>(graph.trees.size()) - 1),
        classes_(size_, 0),
        signatures_(size_, 0),
        stamps_(size_, 0) {
    FindReferrers();
  }

  std::vector<std::uint32_t> Run() {
    for (std::uint32_t tree = 0; tree < size_; ++tree) {
      signatures_[tree] = LocalHash(graph_, tree, seed_);
      dirty_.push_back(tree);
    }
    class_sizes_.push_back(size_);
    class_signatures_.push_back(0);
    SplitClasses();
    dirty_.resize(size_);
    std::iota(dirty_.begin(), dirty_.end(), 0);
    std::uint64_t looks = 0;
    while (!dirty_.empty()) {
      looks += dirty_.size();
      if (looks > kMaxLooks * (size_ + std::uint64_t{1}))
        throw std::runtime_error("types lead to one another in too many ways");
      for (const std::uint32_t tree : dirty_)
        signatures_[tree] = SignatureOf(tree);
      SplitClasses();
      FindDirty();
    }
    return std::move(classes_);
  }
  std::size_t class_count() const { return class_sizes_.size(); }

 private:
  // For each tree, those that lead to it.
  void FindReferrers() {
    first_referrer_.resize(size_ + std::size_t{2}, 0);
    for (std::uint32_t tree = 0; tree < size_; ++tree)
      ForEachTarget(graph_, tree, [&](std::uint32_t to) {
        if (to != kNone) ++first_referrer_[to + std::size_t{2}];
      });
    for (std::size_t i = 2; i < first_referrer_.size(); ++i)
      first_referrer_[i] += first_referrer_[i - 1];
    referrers_.resize(first_referrer_.back());
    for (std::uint32_t tree = 0; tree < size_; ++tree)
      ForEachTarget(graph_, tree, [&](std::uint32_t to) {
        if (to != kNone)
          referrers_[first_referrer_[to + std::size_t{1}]++] = tree;
      });
  }

  std::uint64_t SignatureOf(std::uint32_t tree) const {
    std::uint64_t hash = seed_;
    ForEachTarget(graph_, tree, [&](std::uint32_t to) {
      hash = Mix(hash, to == kNone ? kNone : classes_[to]);
    });
    return hash;
  }

  // Splits the classes of the dirty trees by their signatures.  Those of a
  // class that are not dirty have the one that it had.
  void SplitClasses() {
    changed_.clear();
    std::sort(dirty_.begin(), dirty_.end(),
              [&](std::uint32_t a, std::uint32_t b) {
                if (classes_[a] != classes_[b])
                  return classes_[a] < classes_[b];
                if (signatures_[a] != signatures_[b])
                  return signatures_[a] < signatures_[b];
                return a < b;
              });
    std::size_t end = 0;
    for (std::size_t begin = 0; begin < dirty_.size(); begin = end) {
      end = begin;
      while (end < dirty_.size() &&
             classes_[dirty_[end]] == classes_[dirty_[begin]])
        ++end;
      SplitClass(begin, end);
    }
  }

  std::size_t EndOfPart(std::size_t begin, std::size_t end) const {
    std::size_t i = begin;
    while (i < end && signatures_[dirty_[i]] == signatures_[dirty_[begin]]) ++i;
    return i;
  }

  // All dirty trees of one class.
  void SplitClass(std::size_t begin, std::size_t end) {
    const std::uint32_t old = classes_[dirty_[begin]];
    std::uint64_t keeps = class_signatures_[old];
    if (class_sizes_[old] == end - begin) {
      std::size_t largest = 0;
      for (std::size_t i = begin; i < end;) {
        const std::size_t next = EndOfPart(i, end);
        if (next - i > largest) {
          largest = next - i;
          keeps = signatures_[dirty_[i]];
        }
        i = next;
      }
      class_signatures_[old] = keeps;
    }
    for (std::size_t i = begin; i < end;) {
      const std::size_t next = EndOfPart(i, end);
      const std::uint64_t signature = signatures_[dirty_[i]];
      if (signature != keeps) {
        const auto name = static_cast<std::uint32_t>(class_sizes_.size());
        class_sizes_.push_back(static_cast<std::uint32_t>(next - i));
        class_signatures_.push_back(signature);
        class_sizes_[old] -= static_cast<std::uint32_t>(next - i);
        for (std::size_t k = i; k < next; ++k) {
          classes_[dirty_[k]] = name;
          changed_.push_back(dirty_[k]);
        }
      }
      i = next;
    }
  }

  void FindDirty() {
    dirty_.clear();
    ++stamp_;
    for (const std::uint32_t tree : changed_) {
      for (std::uint32_t i = first_referrer_[tree];
           i < first_referrer_[tree + std::size_t{1}]; ++i) {
        const std::uint32_t from = referrers_[i];
        if (stamps_[from] == stamp_) continue;
        stamps_[from] = stamp_;
        dirty_.push_back(from);
      }
    }
  }

  const Graph& graph_;
  const std::uint64_t seed_;
  const std::uint32_t size_;
  std::vector<std::uint32_t> classes_;
  Hashes signatures_;  // of each tree, when it was last looked at
  std::vector<std::uint32_t> class_sizes_;
  Hashes class_signatures_;
  std::vector<std::uint32_t> first_referrer_;
  std::vector<std::uint32_t> referrers_;
  std::vector<std::uint32_t> dirty_;
  std::vector<std::uint32_t> changed_;
  std::vector<std::uint32_t> stamps_;
  std::uint32_t stamp_ = 0;
};

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
    Refinement refinement(graph, seed);
    std::vector<std::uint32_t> classes = refinement.Run();
    std::vector<std::uint32_t> firsts(refinement.class_count(), kNone);
    bool is_proved = true;
    for (std::uint32_t tree = 0; tree < classes.size() && is_proved; ++tree) {
      std::uint32_t& first = firsts[classes[tree]];
      if (first == kNone) first = tree;
      is_proved = Correspond(graph, classes, tree, first);
    }
    if (is_proved) return classes;
  }
  throw std::runtime_error("hashes of different trees are equal");
}

}  // namespace dwreloc_tools
