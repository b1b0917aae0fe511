// supplement_matcher.cc - see supplement_matcher.h.
#include "dwreloc_compress/multifile/supplement_matcher.h"

#include <dwreloc/dwarf.h>

#include <algorithm>
#include <map>
#include <utility>

#include "dwreloc_compress/string_table.h"

namespace dwreloc_tools::compress {

// The number of these bytes in the supplement, or kNone.
std::uint32_t SupplementMatcher::NumberOf(std::uint32_t number,
                                          std::string_view bytes,
                                          const Interner& others,
                                          Known& known) {
  if (number >= known.size()) known.resize(number + number / 2 + 1024);
  if (!known[number]) known[number] = others.Find(bytes);
  return *known[number];
}

std::uint32_t SupplementMatcher::ShapeOf(std::uint32_t shape) {
  if (shape == kEndOfChildren) return kEndOfChildren;
  if (shape >= shapes_.size()) shapes_.resize(graph_.shapes.size());
  if (!shapes_[shape])
    shapes_[shape] = supplement_.FindShape(graph_.shapes[shape]);
  return *shapes_[shape];
}

bool SupplementMatcher::SaysSame(const ShapeAttribute& attribute,
                                 std::uint32_t tree, std::uint32_t at,
                                 std::uint32_t other, std::uint32_t other_at) {
  const Graph& others = supplement_.graph_;
  const std::uint32_t word = graph_.words[at];
  const std::uint32_t other_word = others.words[other_at];
  switch (attribute.kind) {
    case Kind::kReference: {
      const std::uint32_t target = graph_.die_trees[word];
      const std::uint32_t other_target = others.die_trees[other_word];
      if (word - graph_.trees[target].die !=
          other_word - others.trees[other_target].die)
        return false;
      if (target == tree || other_target == other)
        return target == tree && other_target == other;
      return tree_of_[classes_.of[target]] == other_target;
    }
    case Kind::kString:
      return NumberOf(word, graph_.strings[word], others.strings, strings_) ==
             other_word;
    case Kind::kBlob:
      return NumberOf(word, graph_.blobs[word], others.blobs, blobs_) ==
             other_word;
    case Kind::kFile: {
      const std::uint32_t path = graph_.PathOf(graph_.trees[tree].unit, word);
      const std::uint32_t other_path =
          others.PathOf(others.trees[other].unit, other_word);
      if (path == Graph::kNoFile || path == kNone) return path == other_path;
      return NumberOf(path, graph_.paths[path], supplement_.paths_, paths_) ==
             other_path;
    }
    default:
      return std::equal(graph_.words.begin() + at,
                        graph_.words.begin() + at + WordsOf(attribute.kind),
                        others.words.begin() + other_at);
  }
}

// Are they in the same namespaces?
bool SupplementMatcher::AreInSame(std::uint32_t tree,
                                  std::uint32_t other) const {
  const Graph& others = supplement_.graph_;
  std::uint32_t of = graph_.trees[tree].parent;
  std::uint32_t other_of = others.trees[other].parent;
  for (; of != kNone && other_of != kNone;
       of = graph_.trees[of].parent, other_of = others.trees[other_of].parent) {
    const NamespaceIdentity identity = graph_.IdentityOf(of);
    const NamespaceIdentity other_identity = others.IdentityOf(other_of);
    if (identity.name == kNone || other_identity.name == kNone ||
        identity.is_inline != other_identity.is_inline ||
        graph_.strings[identity.name] != others.strings[other_identity.name])
      return false;
  }
  return of == other_of;
}

bool SupplementMatcher::SaysSame(std::uint32_t tree, std::uint32_t other) {
  const Graph& others = supplement_.graph_;
  const GraphUnit& unit = graph_.units[graph_.trees[tree].unit];
  const GraphUnit& other_unit = others.units[others.trees[other].unit];
  // Forms of DWARF 5 are for its units.
  if (plan_.reference_form == DW_FORM_ref_sup4 && unit.info.version < 5)
    return false;
  if (unit.info.version != other_unit.info.version ||
      unit.info.address_size != other_unit.info.address_size ||
      unit.info.offset_size != other_unit.info.offset_size ||
      unit.language != other_unit.language || !AreInSame(tree, other))
    return false;
  std::uint32_t at = graph_.trees[tree].word;
  std::uint32_t other_at = others.trees[other].word;
  const std::uint32_t end = graph_.trees[tree + 1].word;
  if (end - at != others.trees[other + 1].word - other_at) return false;
  while (at < end) {
    const std::uint32_t shape = graph_.words[at++];
    if (ShapeOf(shape) != others.words[other_at++]) return false;
    for (const ShapeAttribute& attribute : graph_.shapes[shape].attributes) {
      if (!SaysSame(attribute, tree, at, other, other_at)) return false;
      at += WordsOf(attribute.kind);
      other_at += WordsOf(attribute.kind);
    }
  }
  return true;
}

// All are taken for the same until one is not; then those that refer to it are
// not, either.
void SupplementMatcher::MatchClasses() {
  const Identities identities = FindIdentities(graph_, classes_);
  tree_of_.assign(classes_.count, kNone);
  for (std::uint32_t number = 0; number < classes_.count; ++number)
    if (identities.IsShareable(number))
      tree_of_[number] = supplement_.FindTree(identities.of[number]);
  for (bool has_changed = true; has_changed;) {
    has_changed = false;
    for (std::uint32_t number = 0; number < classes_.count; ++number) {
      if (tree_of_[number] == kNone ||
          SaysSame(identities.first_tree[number], tree_of_[number]))
        continue;
      tree_of_[number] = kNone;
      has_changed = true;
    }
  }
}

// Does the unit have all of its trees, and all that it imports?
bool SupplementMatcher::CanImport(std::uint32_t of) {
  Answer& answer = can_import_[of];
  if (answer != Answer::kUnknown) return answer == Answer::kYes;
  answer = Answer::kNo;  // also for one that imports itself
  const Supplement::Unit& unit = supplement_.units_[of];
  const bool can =
      counts_[of] == unit.trees &&
      std::ranges::all_of(unit.imports, [&](std::uint32_t imported) {
        return CanImport(imported);
      });
  answer = can ? Answer::kYes : Answer::kNo;
  return can;
}

void SupplementMatcher::FindUnit(std::uint32_t number) {
  const GraphUnit& unit = graph_.units[number];
  const Graph& others = supplement_.graph_;
  // Classes that it could do without, and where they are.
  std::vector<std::pair<std::uint32_t, std::uint32_t>> found;
  for (std::uint32_t tree = unit.root; tree < unit.end; ++tree) {
    const std::uint32_t of = classes_.of[tree];
    if (tree_of_[of] != kNone) found.emplace_back(of, tree);
  }
  std::ranges::sort(found);
  counts_.assign(supplement_.units_.size(), 0);
  can_import_.assign(supplement_.units_.size(), Answer::kUnknown);
  const auto visit_classes = [&](const auto& visit) {
    for (std::size_t i = 0, next; i < found.size(); i = next) {
      next = i + 1;
      while (next < found.size() && found[next].first == found[i].first) ++next;
      const std::span members = std::span(found).subspan(i, next - i);
      const bool is_bound = std::ranges::any_of(members, [&](const auto& item) {
        return graph_.trees[item.second].IsBound();
      });
      if (!is_bound) visit(members);
    }
  };
  visit_classes([&](const auto& members) {
    ++counts_[others.trees[tree_of_[members[0].first]].unit];
  });
  std::vector<std::uint32_t> used;
  visit_classes([&](const auto& members) {
    const std::uint32_t other = tree_of_[members[0].first];
    const std::uint32_t of = others.trees[other].unit;
    if (!CanImport(of)) return;
    used.push_back(of);
    for (const auto& [number_of_class, tree] : members)
      plan_.first_die[tree] = others.trees[other].die;
  });
  std::ranges::sort(used);
  used.erase(std::unique(used.begin(), used.end()), used.end());
  // What another one imports need not be imported.
  std::vector<std::uint32_t> imported;
  for (const std::uint32_t of : used) {
    const std::vector<std::uint32_t>& more = supplement_.units_[of].imports;
    imported.insert(imported.end(), more.begin(), more.end());
  }
  std::ranges::sort(imported);
  for (const std::uint32_t of : used)
    if (!std::ranges::binary_search(imported, of))
      plan_
          .imports[supplement_.graph_
                       .die_offsets[supplement_.units_[of].root_die]]
          .push_back(number);
}

void SupplementMatcher::MatchStrings() {
  if (std::ranges::none_of(graph_.units, [&](const GraphUnit& unit) {
        return plan_.HasFormsFor(unit.info.version);
      }))
    return;
  plan_.string_offsets.resize(graph_.strings.size());
  for (std::uint32_t i = 0; i < graph_.strings.size(); ++i) {
    const std::string_view string = graph_.strings[i];
    plan_.string_offsets[i] =
        string.size() <= kShortString ? kNone : supplement_.FindString(string);
  }
}

SupplementPlan SupplementMatcher::Run() {
  const bool is_gnu = supplement_.forms_ == SupplementForms::kGnu;
  plan_.reference_form = is_gnu ? DW_FORM_GNU_ref_alt : DW_FORM_ref_sup4;
  plan_.string_form = is_gnu ? DW_FORM_GNU_strp_alt : DW_FORM_strp_sup;
  plan_.die_offsets = supplement_.graph_.die_offsets;
  plan_.first_die.assign(graph_.tree_count(), kNone);
  MatchClasses();
  for (std::uint32_t unit = 0; unit < graph_.units.size(); ++unit)
    FindUnit(unit);
  MatchStrings();
  return std::move(plan_);
}

}  // namespace dwreloc_tools::compress
