// identity.cc - see identity.h.
#include "dwreloc_compress/identity.h"

#include <algorithm>
#include <optional>
#include <span>

#include "dwreloc_compress/hash.h"
#include "dwreloc_compress/shapes.h"

namespace dwreloc_tools::compress {
namespace {

constexpr Identity kBegin = {.high = 0x6a09e667f3bcc908,
                             .low = 0xbb67ae8584caa73b};

// The identity of what `seed` is that of, followed by `value`.
constexpr Identity Extend(Identity seed, std::uint64_t value) {
  seed.low = Fold(seed.low, value);
  seed.high = Fold(seed.high + 1, value ^ 0x3c6ef372fe94f82b);
  return seed;
}
constexpr Identity Extend(Identity seed, const Identity& value) {
  return Extend(Extend(seed, value.low), value.high);
}
constexpr Identity Mixed(Identity identity) {
  return {.high = Mix(identity.high), .low = Mix(identity.low)};
}

class IdentityFinder {
 public:
  IdentityFinder(const Graph& graph, const Classes& classes)
      : graph_(graph), classes_(classes) {}

  Identities Run();

 private:
  // A hash that was computed once.
  using Known = std::vector<std::optional<std::uint64_t>>;

  // Of a class, while components are looked for.
  struct Visit {
    std::uint32_t order = 0;  // 0: not visited
    std::uint32_t low = 0;    // the least one that is reached
    bool is_open = false;     // its component is not known
  };
  struct Step {
    std::uint32_t of;
    std::uint32_t edge;  // the next one
  };

  void ReadClass(std::uint32_t number);
  bool ReadValue(const ShapeAttribute& attribute, std::uint32_t tree,
                 std::uint32_t at, Identity* said);
  std::uint64_t ShapeHash(std::uint32_t number);
  static std::uint64_t BytesHash(const Interner& interner, std::uint32_t number,
                                 Known& known);
  std::uint64_t PathHash(std::uint32_t number);
  void FindComponents(std::uint32_t root);
  void Settle(std::span<const std::uint32_t> component);
  void TellApart(std::span<const std::uint32_t> component);
  std::span<const std::uint32_t> EdgesOf(std::uint32_t number) const {
    return std::span(edges_).subspan(
        first_edge_[number], first_edge_[number + 1] - first_edge_[number]);
  }

  const Graph& graph_;
  const Classes& classes_;
  Identities result_;
  std::vector<bool> is_barred_;            // by class
  std::vector<std::uint32_t> edges_;       // classes
  std::vector<std::uint32_t> first_edge_;  // by class, and the end
  Known shapes_;
  Known strings_;
  Known blobs_;
  Known paths_;
  std::vector<Visit> visits_;  // by class
  std::vector<Step> steps_;
  std::vector<std::uint32_t> open_;
  std::uint32_t order_ = 0;
  // Of the classes of a component: by class, and the next round's.
  std::vector<std::uint64_t> rounds_;
  std::vector<std::uint64_t> next_;
};

std::uint64_t IdentityFinder::BytesHash(const Interner& interner,
                                        std::uint32_t number, Known& known) {
  if (number >= known.size()) known.resize(interner.size());
  if (!known[number]) known[number] = HashOf(interner[number]);
  return *known[number];
}

std::uint64_t IdentityFinder::PathHash(std::uint32_t number) {
  paths_.resize(graph_.paths.size());
  if (!paths_[number]) paths_[number] = HashOf(graph_.paths[number]);
  return *paths_[number];
}

std::uint64_t IdentityFinder::ShapeHash(std::uint32_t number) {
  if (number >= shapes_.size()) shapes_.resize(graph_.shapes.size());
  if (!shapes_[number]) shapes_[number] = HashOf(graph_.shapes[number]);
  return *shapes_[number];
}

// Returns whether the value means the same in another file.
bool IdentityFinder::ReadValue(const ShapeAttribute& attribute,
                               std::uint32_t tree, std::uint32_t at,
                               Identity* said) {
  const std::uint32_t word = graph_.words[at];
  switch (attribute.kind) {
    case Kind::kReference: {
      const std::uint32_t target = graph_.die_trees[word];
      const std::uint32_t ordinal = word - graph_.trees[target].die;
      const bool is_inner = target == tree;
      *said = Extend(*said, ordinal * std::uint64_t{2} + (is_inner ? 1 : 0));
      if (!is_inner) edges_.push_back(classes_.of[target]);
      return true;
    }
    case Kind::kString:
      *said = Extend(*said, BytesHash(graph_.strings, word, strings_));
      return true;
    case Kind::kBlob:
      *said = Extend(*said, BytesHash(graph_.blobs, word, blobs_));
      return true;
    case Kind::kFile: {
      const std::uint32_t path = graph_.PathOf(graph_.trees[tree].unit, word);
      if (path == kNone) return false;
      *said = Extend(*said, path == Graph::kNoFile ? 0 : PathHash(path));
      return true;
    }
    case Kind::kRaw:
    case Kind::kField:
    case Kind::kExpression:
      return false;
    default:
      for (unsigned i = 0; i < WordsOf(attribute.kind); ++i)
        *said = Extend(*said, graph_.words[at + i]);
      return true;
  }
}

// What its first tree says by itself; its references become edges.
void IdentityFinder::ReadClass(std::uint32_t number) {
  const std::uint32_t tree = result_.first_tree[number];
  const Tree& read = graph_.trees[tree];
  const GraphUnit& unit = graph_.units[read.unit];
  Identity said = Extend(
      kBegin, unit.info.version | std::uint64_t{unit.info.address_size} << 16 |
                  std::uint64_t{unit.info.offset_size} << 24 |
                  std::uint64_t{unit.language} << 32);
  bool is_barred = is_barred_[number] || read.is_pinned || read.is_namespace;
  // Members of namespaces say in which one they are by where they are. What is
  // in one without a name is of its unit alone.
  for (std::uint32_t of = read.parent; of != kNone;
       of = graph_.trees[of].parent) {
    const NamespaceIdentity around = graph_.IdentityOf(of);
    is_barred |= around.name == kNone;
    if (is_barred) break;
    said = Extend(said, BytesHash(graph_.strings, around.name, strings_));
    said = Extend(said, around.is_inline ? 3 : 2);
  }
  const std::uint32_t end = graph_.trees[tree + 1].word;
  for (std::uint32_t at = read.word; at < end && !is_barred;) {
    const std::uint32_t shape = graph_.words[at++];
    if (shape == kEndOfChildren) {
      said = Extend(said, 0);
      continue;
    }
    said = Extend(said, ShapeHash(shape));
    for (const ShapeAttribute& attribute : graph_.shapes[shape].attributes) {
      is_barred |= !ReadValue(attribute, tree, at, &said);
      at += WordsOf(attribute.kind);
    }
  }
  is_barred_[number] = is_barred;
  if (!is_barred) result_.of[number] = Mixed(said);
}

// Tarjan's algorithm, with a stack of its own: types are nested deeply.
void IdentityFinder::FindComponents(std::uint32_t root) {
  const auto enter = [&](std::uint32_t of) {
    ++order_;
    visits_[of] = {.order = order_, .low = order_, .is_open = true};
    open_.push_back(of);
    steps_.push_back({of, first_edge_[of]});
  };
  enter(root);
  while (!steps_.empty()) {
    Step& step = steps_.back();
    const std::uint32_t of = step.of;
    if (step.edge < first_edge_[of + 1]) {
      const std::uint32_t target = edges_[step.edge++];
      if (visits_[target].order == 0) {
        enter(target);
      } else if (visits_[target].is_open) {
        visits_[of].low = std::min(visits_[of].low, visits_[target].order);
      }
      continue;
    }
    steps_.pop_back();
    if (!steps_.empty()) {
      Visit& caller = visits_[steps_.back().of];
      caller.low = std::min(caller.low, visits_[of].low);
    }
    if (visits_[of].low != visits_[of].order) continue;
    const auto first = std::ranges::find(open_.rbegin(), open_.rend(), of);
    const std::vector<std::uint32_t> component(
        open_.end() - 1 - (first - open_.rbegin()), open_.end());
    Settle(component);
    for (const std::uint32_t member : component)
      visits_[member].is_open = false;
    open_.resize(open_.size() - component.size());
  }
}

// What it refers to is settled, but for the component itself.
void IdentityFinder::Settle(std::span<const std::uint32_t> component) {
  const bool is_barred = std::ranges::any_of(component, [&](std::uint32_t of) {
    return is_barred_[of] ||
           std::ranges::any_of(EdgesOf(of), [&](std::uint32_t target) {
             return is_barred_[target];
           });
  });
  if (is_barred) {
    for (const std::uint32_t of : component) {
      is_barred_[of] = true;
      result_.of[of] = {};
    }
    return;
  }
  bool has_circle = false;
  for (const std::uint32_t of : component) {
    Identity said = result_.of[of];
    for (const std::uint32_t target : EdgesOf(of)) {
      has_circle |= visits_[target].is_open;
      said = visits_[target].is_open ? Extend(said, 1)
                                     : Extend(said, result_.of[target]);
    }
    next_[of] = Mixed(said).low;
    rounds_[of] = Mixed(said).high;
  }
  for (const std::uint32_t of : component)
    result_.of[of] = {.high = rounds_[of], .low = next_[of]};
  if (has_circle) TellApart(component);
}

void IdentityFinder::TellApart(std::span<const std::uint32_t> component) {
  const auto round = [&](std::uint32_t of) {
    std::uint64_t hash = rounds_[of];
    for (const std::uint32_t target : EdgesOf(of))
      if (visits_[target].is_open) hash = Combine(hash, rounds_[target]);
    return hash;
  };
  for (const std::uint32_t of : component) rounds_[of] = result_.of[of].low;
  std::vector<std::uint64_t> sorted(component.size());
  // Looking whether they differ costs more than a round.
  std::size_t look = 1;
  for (std::size_t count = 1; count <= component.size(); ++count) {
    for (const std::uint32_t of : component) next_[of] = round(of);
    for (const std::uint32_t of : component) rounds_[of] = next_[of];
    if (count < look && count < component.size()) continue;
    look += count / 2 + 1;
    std::ranges::transform(component, sorted.begin(),
                           [&](std::uint32_t of) { return rounds_[of]; });
    std::ranges::sort(sorted);
    if (std::ranges::adjacent_find(sorted) == sorted.end()) break;
  }
  std::ranges::transform(component, sorted.begin(), round);
  std::ranges::sort(sorted);
  Identity whole = kBegin;
  for (const std::uint64_t hash : sorted) whole = Extend(whole, hash);
  for (const std::uint32_t of : component)
    result_.of[of] = Mixed(Extend(Extend(whole, rounds_[of]), result_.of[of]));
}

Identities IdentityFinder::Run() {
  const std::uint32_t count = classes_.count;
  result_.of.resize(count);
  result_.first_tree.assign(count, kNone);
  is_barred_.resize(count);
  for (std::uint32_t tree = 0; tree < graph_.tree_count(); ++tree) {
    std::uint32_t& first = result_.first_tree[classes_.of[tree]];
    if (first == kNone) first = tree;
    // An operand cannot lead into another file.
    if (graph_.trees[tree].is_operand) is_barred_[classes_.of[tree]] = true;
  }
  for (std::uint32_t number = 0; number < count; ++number) {
    first_edge_.push_back(static_cast<std::uint32_t>(edges_.size()));
    ReadClass(number);
  }
  first_edge_.push_back(static_cast<std::uint32_t>(edges_.size()));
  visits_.resize(count);
  rounds_.resize(count);
  next_.resize(count);
  for (std::uint32_t number = 0; number < count; ++number)
    if (visits_[number].order == 0) FindComponents(number);
  return std::move(result_);
}

}  // namespace

Identities FindIdentities(const Graph& graph, const Classes& classes) {
  return IdentityFinder(graph, classes).Run();
}

}  // namespace dwreloc_tools::compress
