// classes.cc - see classes.h.
#include "dwreloc_compress/classes.h"

#include <algorithm>
#include <numeric>
#include <stdexcept>
#include <unordered_map>
#include <utility>

#include "dwreloc_compress/hash.h"

namespace dwreloc_tools::compress {
namespace {

// A reference from one tree to another.
struct Edge {
  std::uint32_t tree;     // that it leads to
  std::uint32_t ordinal;  // of the DIE in it
};

class Refiner {
 public:
  Refiner(const Graph& graph, std::uint64_t seed)
      : graph_(graph), seed_(seed) {}

  Classes Run();
  // Are the members of each class equal?
  bool IsProved(const Classes& classes) const;

 private:
  std::uint64_t ReadTree(std::uint32_t tree);
  std::uint64_t ReadNamespace(std::uint32_t tree) const;
  void BeginClasses();
  void FindReferrers();
  std::vector<std::pair<std::uint32_t, std::uint32_t>> LargeClasses() const;
  void Divide(std::uint32_t of, std::vector<std::uint32_t>& members);
  std::uint64_t SignatureOf(std::uint32_t tree) const;
  bool AreEqual(const Classes& classes, std::uint32_t a, std::uint32_t b) const;
  bool AreEqual(const Classes& classes, const ShapeAttribute& attribute,
                std::uint32_t a, std::uint32_t b, std::uint32_t at_a,
                std::uint32_t at_b) const;
  std::uint32_t FileOf(std::uint32_t tree, std::uint32_t number) const;

  const Graph& graph_;
  const std::uint64_t seed_;
  std::vector<Edge> edges_;
  std::vector<std::uint32_t> first_edge_;      // by tree, and the end
  std::vector<std::uint32_t> referrers_;       // trees
  std::vector<std::uint32_t> first_referrer_;  // by tree, and the end
  std::vector<std::uint32_t> class_of_;
  std::vector<std::uint32_t> sizes_;       // by class
  std::vector<std::uint64_t> signatures_;  // by class, of those not moved
  std::vector<std::uint32_t> moved_;       // trees with a new class
};

// A path that is one in all units, or a number that no other unit has.
std::uint32_t Refiner::FileOf(std::uint32_t tree, std::uint32_t number) const {
  const std::uint32_t unit = graph_.trees[tree].unit;
  const std::uint32_t path = graph_.PathOf(unit, number);
  return path == kNone ? 0x80000000 | unit : path;
}

// Returns the hash of what it says itself, and adds its edges.
std::uint64_t Refiner::ReadTree(std::uint32_t tree) {
  const Tree& read = graph_.trees[tree];
  const std::uint32_t end = graph_.trees[tree + 1].word;
  const bool is_inside = read.parent != kNone;
  if (is_inside) edges_.push_back({read.parent, 0});
  if (read.is_namespace) return Combine(ReadNamespace(tree), is_inside ? 1 : 0);
  std::uint64_t hash = Combine(seed_, graph_.units[read.unit].sort);
  if (is_inside) hash = Fold(hash, 1);
  for (std::uint32_t at = read.word; at < end;) {
    const std::uint32_t shape = graph_.words[at++];
    hash = Fold(hash, shape);
    if (shape == kEndOfChildren) continue;
    for (const ShapeAttribute& attribute : graph_.shapes[shape].attributes) {
      const unsigned count = WordsOf(attribute.kind);
      if (attribute.kind == Kind::kReference) {
        const std::uint32_t die = graph_.words[at];
        const std::uint32_t target = graph_.die_trees[die];
        const std::uint32_t ordinal = die - graph_.trees[target].die;
        const bool is_inner = target == tree;
        hash = Fold(hash, ordinal * 2 + (is_inner ? 1 : 0));
        if (!is_inner) edges_.push_back({target, ordinal});
      } else if (attribute.kind == Kind::kFile) {
        hash = Fold(hash, FileOf(tree, graph_.words[at]));
      } else {
        for (unsigned i = 0; i < count; ++i)
          hash = Fold(hash, graph_.words[at + i]);
      }
      at += count;
    }
  }
  return Mix(hash);
}

// The hash of what it is called.
std::uint64_t Refiner::ReadNamespace(std::uint32_t tree) const {
  const NamespaceIdentity identity = graph_.IdentityOf(tree);
  std::uint64_t hash =
      Combine(~seed_, graph_.units[graph_.trees[tree].unit].sort);
  hash = Fold(hash, identity.name);
  return Combine(hash, identity.is_inline ? 1 : 0);
}

void Refiner::BeginClasses() {
  const std::uint32_t count = graph_.tree_count();
  std::unordered_map<std::uint64_t, std::uint32_t> by_hash;
  by_hash.reserve(count / 2);
  class_of_.resize(count);
  first_edge_.reserve(count + 1);
  for (std::uint32_t tree = 0; tree < count; ++tree) {
    first_edge_.push_back(static_cast<std::uint32_t>(edges_.size()));
    std::uint32_t found = static_cast<std::uint32_t>(sizes_.size());
    const bool is_alone = graph_.trees[tree].is_pinned;
    if (!is_alone)
      found = by_hash.try_emplace(ReadTree(tree), found).first->second;
    if (found == sizes_.size()) sizes_.push_back(0);
    ++sizes_[found];
    class_of_[tree] = found;
  }
  first_edge_.push_back(static_cast<std::uint32_t>(edges_.size()));
}

void Refiner::FindReferrers() {
  first_referrer_.assign(graph_.tree_count() + 2, 0);
  for (const Edge& edge : edges_) ++first_referrer_[edge.tree + 2];
  for (std::size_t i = 2; i < first_referrer_.size(); ++i)
    first_referrer_[i] += first_referrer_[i - 1];
  referrers_.resize(edges_.size());
  for (std::uint32_t tree = 0; tree < graph_.tree_count(); ++tree)
    for (std::uint32_t i = first_edge_[tree]; i < first_edge_[tree + 1]; ++i)
      referrers_[first_referrer_[edges_[i].tree + 1]++] = tree;
}

std::uint64_t Refiner::SignatureOf(std::uint32_t tree) const {
  std::uint64_t hash = seed_;
  for (std::uint32_t i = first_edge_[tree]; i < first_edge_[tree + 1]; ++i)
    hash = Fold(hash, class_of_[edges_[i].tree]);
  return Mix(hash);
}

// Divides a class, some of whose members refer to trees that have moved since
// they were looked at; the others still have the signature that is known.
void Refiner::Divide(std::uint32_t of, std::vector<std::uint32_t>& members) {
  std::vector<std::pair<std::uint64_t, std::uint32_t>> signed_members;
  signed_members.reserve(members.size());
  for (const std::uint32_t tree : members)
    signed_members.emplace_back(SignatureOf(tree), tree);
  std::ranges::sort(signed_members);
  const bool has_others = members.size() < sizes_[of];
  // Who keeps the number: those not looked at, or else the most.
  std::uint64_t stays = signatures_[of];
  if (!has_others) {
    std::size_t most = 0;
    for (std::size_t i = 0, next; i < signed_members.size(); i = next) {
      next = i + 1;
      while (next < signed_members.size() &&
             signed_members[next].first == signed_members[i].first)
        ++next;
      if (next - i > most) {
        most = next - i;
        stays = signed_members[i].first;
      }
    }
  }
  signatures_[of] = stays;
  std::uint64_t last = stays;
  for (const auto& [signature, tree] : signed_members) {
    if (signature == stays) continue;
    if (signature != last) {
      last = signature;
      sizes_.push_back(0);
      signatures_.push_back(signature);
    }
    --sizes_[of];
    ++sizes_.back();
    class_of_[tree] = static_cast<std::uint32_t>(sizes_.size() - 1);
    moved_.push_back(tree);
  }
}

// The members of all classes that have several, by class.
std::vector<std::pair<std::uint32_t, std::uint32_t>> Refiner::LargeClasses()
    const {
  std::vector<std::uint32_t> places(sizes_.size());
  std::uint32_t count = 0;
  for (std::size_t i = 0; i < sizes_.size(); ++i) {
    places[i] = count;
    if (sizes_[i] > 1) count += sizes_[i];
  }
  std::vector<std::pair<std::uint32_t, std::uint32_t>> members(count);
  for (std::uint32_t tree = 0; tree < graph_.tree_count(); ++tree) {
    const std::uint32_t of = class_of_[tree];
    if (sizes_[of] > 1) members[places[of]++] = {of, tree};
  }
  return members;
}

Classes Refiner::Run() {
  BeginClasses();
  FindReferrers();
  signatures_.resize(sizes_.size());
  // At first all are to be looked at.
  std::vector<std::pair<std::uint32_t, std::uint32_t>> todo =
      LargeClasses();  // class, tree
  std::vector<std::uint32_t> members;
  std::vector<std::uint32_t> seen(graph_.tree_count(), 0);
  for (std::uint32_t round = 1; !todo.empty(); ++round) {
    if (round > 1) std::ranges::sort(todo);
    moved_.clear();
    for (std::size_t i = 0, next; i < todo.size(); i = next) {
      members.clear();
      for (next = i; next < todo.size() && todo[next].first == todo[i].first;
           ++next)
        members.push_back(todo[next].second);
      Divide(todo[i].first, members);
    }
    todo.clear();
    for (const std::uint32_t tree : moved_) {
      for (std::uint32_t i = first_referrer_[tree];
           i < first_referrer_[tree + 1]; ++i) {
        const std::uint32_t referrer = referrers_[i];
        if (seen[referrer] == round || sizes_[class_of_[referrer]] < 2)
          continue;
        seen[referrer] = round;
        todo.emplace_back(class_of_[referrer], referrer);
      }
    }
  }
  // In the order of the trees.
  Classes classes;
  std::vector<std::uint32_t> numbers(sizes_.size(), kNone);
  for (std::uint32_t& number : class_of_) {
    if (numbers[number] == kNone) numbers[number] = classes.count++;
    classes.of.push_back(numbers[number]);
  }
  return classes;
}

bool Refiner::AreEqual(const Classes& classes, const ShapeAttribute& attribute,
                       std::uint32_t a, std::uint32_t b, std::uint32_t at_a,
                       std::uint32_t at_b) const {
  const std::vector<std::uint32_t>& words = graph_.words;
  if (attribute.kind == Kind::kReference) {
    const std::uint32_t to_a = graph_.die_trees[words[at_a]];
    const std::uint32_t to_b = graph_.die_trees[words[at_b]];
    return words[at_a] - graph_.trees[to_a].die ==
               words[at_b] - graph_.trees[to_b].die &&
           (to_a == a) == (to_b == b) && classes.of[to_a] == classes.of[to_b];
  }
  if (attribute.kind == Kind::kFile)
    return FileOf(a, words[at_a]) == FileOf(b, words[at_b]);
  return std::equal(words.begin() + at_a,
                    words.begin() + at_a + WordsOf(attribute.kind),
                    words.begin() + at_b);
}

bool Refiner::AreEqual(const Classes& classes, std::uint32_t a,
                       std::uint32_t b) const {
  const Tree& tree_a = graph_.trees[a];
  const Tree& tree_b = graph_.trees[b];
  if (graph_.units[tree_a.unit].sort != graph_.units[tree_b.unit].sort ||
      tree_a.is_namespace != tree_b.is_namespace ||
      (tree_a.parent == kNone) != (tree_b.parent == kNone) ||
      (tree_a.parent != kNone &&
       classes.of[tree_a.parent] != classes.of[tree_b.parent]))
    return false;
  if (tree_a.is_namespace) return graph_.IdentityOf(a) == graph_.IdentityOf(b);
  std::uint32_t at_a = tree_a.word;
  std::uint32_t at_b = tree_b.word;
  const std::uint32_t end = graph_.trees[a + 1].word;
  if (end - at_a != graph_.trees[b + 1].word - at_b) return false;
  while (at_a < end) {
    const std::uint32_t shape = graph_.words[at_a++];
    if (graph_.words[at_b++] != shape) return false;
    for (const ShapeAttribute& attribute : graph_.shapes[shape].attributes) {
      if (!AreEqual(classes, attribute, a, b, at_a, at_b)) return false;
      at_a += WordsOf(attribute.kind);
      at_b += WordsOf(attribute.kind);
    }
  }
  return true;
}

bool Refiner::IsProved(const Classes& classes) const {
  std::vector<std::uint32_t> first(classes.count, kNone);
  for (std::uint32_t tree = 0; tree < graph_.tree_count(); ++tree) {
    std::uint32_t& leader = first[classes.of[tree]];
    if (leader == kNone) {
      leader = tree;
    } else if (graph_.trees[tree].is_pinned ||
               !AreEqual(classes, leader, tree)) {
      return false;
    }
  }
  return true;
}

}  // namespace

ClassMembers::ClassMembers(const Classes& classes)
    : trees_(classes.of.size()), first_(classes.count + 1, 0) {
  for (const std::uint32_t number : classes.of) ++first_[number + 1];
  std::partial_sum(first_.begin(), first_.end(), first_.begin());
  std::vector<std::uint32_t> next(first_.begin(), first_.end() - 1);
  for (std::uint32_t tree = 0; tree < classes.of.size(); ++tree)
    trees_[next[classes.of[tree]]++] = tree;
}

Classes FindClasses(const Graph& graph) {
  constexpr std::uint64_t kSeeds = 4;
  for (std::uint64_t seed = 0; seed < kSeeds; ++seed) {
    Refiner refiner(graph, seed);
    Classes classes = refiner.Run();
    if (refiner.IsProved(classes)) return classes;
  }
  throw std::runtime_error("trees with equal hashes are not equal");
}

}  // namespace dwreloc_tools::compress
