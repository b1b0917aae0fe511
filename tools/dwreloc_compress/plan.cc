// plan.cc - see plan.h.
#include "dwreloc_compress/plan.h"

#include <dwreloc/dwarf.h>

#include <algorithm>
#include <numeric>
#include <set>
#include <span>
#include <unordered_map>
#include <utility>

#include "dwreloc_compress/hash.h"
#include "dwreloc_compress/leb128.h"
#include "dwreloc_compress/namespaces.h"

namespace dwreloc_tools::compress {
namespace {

// About how many bytes things take; what is decided by them need not be the
// best there is.
constexpr std::uint64_t kImportSize = 5;  // code, reference
constexpr std::uint64_t kUnitSize = 22;   // header, DIE, end
constexpr std::uint64_t kNamespaceSize = 6;
constexpr std::uint64_t kReferenceSize = 3;
constexpr std::uint64_t kStringSize = 4;

// Units that have a class of trees, and can do without trees of their own.
using UnitSet = std::vector<std::uint32_t>;

// Does an expression or an index count up to it?
bool IsBound(const Tree& tree) {
  return tree.operand_size != 0 || tree.is_named;
}

// Trees that the same units have.
struct Group {
  UnitSet units{};
  std::vector<std::uint32_t> classes{};
  std::uint64_t size = 0;
  std::set<std::uint32_t> namespaces{};    // classes
  std::vector<std::uint64_t> importers{};  // bits, by unit
  std::uint32_t importer_count = 0;
  std::vector<std::uint32_t> group_importers{};  // by number of their group
};

class Planner {
 public:
  Planner(const Classes& classes, Graph& graph)
      : classes_(classes), graph_(graph) {}

  Plan Make();

 private:
  void CollectMembers();
  std::uint64_t SizeOf(std::uint32_t tree) const;
  void GroupClasses();
  void AddToGroup(std::uint32_t number, UnitSet units);
  void NestImports(std::vector<Group*>& groups) const;
  void MakeUnits();
  void MakeTrees(const Group& group, PlannedUnit& unit);
  void AddImports(const std::vector<Group*>& groups,
                  const std::vector<std::uint32_t>& roots);
  std::vector<PlannedUnit> OldUnits(std::uint32_t tree_count) const;
  std::uint32_t AddUnitTree(std::uint32_t source);
  std::span<const std::uint32_t> MembersOf(std::uint32_t number) const {
    return std::span(members_).subspan(
        first_member_[number],
        first_member_[number + 1] - first_member_[number]);
  }
  bool StaysIn(std::uint32_t number, std::uint32_t unit) const;

  const Classes& classes_;
  Graph& graph_;
  Plan plan_;
  std::vector<std::uint32_t> members_;       // trees by class, ascending
  std::vector<std::uint32_t> first_member_;  // by class, and the end
  std::vector<Group> groups_;
  std::unordered_map<std::uint64_t, std::vector<std::uint32_t>> by_set_;
  std::vector<std::vector<std::uint32_t>> imports_;  // by planned unit
};

void Planner::CollectMembers() {
  first_member_.assign(classes_.count + 1, 0);
  for (const std::uint32_t number : classes_.of) ++first_member_[number + 1];
  std::partial_sum(first_member_.begin(), first_member_.end(),
                   first_member_.begin());
  members_.resize(classes_.of.size());
  std::vector<std::uint32_t> next(first_member_.begin(),
                                  first_member_.end() - 1);
  for (std::uint32_t tree = 0; tree < classes_.of.size(); ++tree)
    members_[next[classes_.of[tree]]++] = tree;
}

std::uint64_t Planner::SizeOf(std::uint32_t tree) const {
  std::uint64_t size = 0;
  const std::uint32_t end = graph_.trees[tree + 1].word;
  for (std::uint32_t at = graph_.trees[tree].word; at < end;) {
    const Shape& shape = graph_.ShapeOf(at++);
    ++size;
    for (const ShapeAttribute& attribute : shape.attributes) {
      switch (attribute.kind) {
        case Kind::kReference:
          size += kReferenceSize;
          break;
        case Kind::kString:
          size += kStringSize;
          break;
        case Kind::kBlob:
          size += 1 + graph_.blobs[graph_.words[at]].size();
          break;
        case Kind::kNumber:
        case Kind::kFile:
          size += UlebSize(graph_.words[at]);
          break;
        case Kind::kTrue:
          break;
        default:
          size += WordsOf(attribute.kind) * 4;
          break;
      }
      at += WordsOf(attribute.kind);
    }
  }
  return size;
}

// Does an expression or an index count up to a member in that unit?
bool Planner::StaysIn(std::uint32_t number, std::uint32_t unit) const {
  return std::ranges::any_of(MembersOf(number), [&](std::uint32_t tree) {
    const Tree& member = graph_.trees[tree];
    return member.unit == unit && IsBound(member);
  });
}

void Planner::AddToGroup(std::uint32_t number, UnitSet units) {
  std::uint64_t hash = units.size();
  for (const std::uint32_t unit : units) hash = Combine(hash, unit);
  std::vector<std::uint32_t>& same = by_set_[hash];
  std::uint32_t found = kNone;
  for (const std::uint32_t group : same)
    if (groups_[group].units == units) found = group;
  if (found == kNone) {
    found = static_cast<std::uint32_t>(groups_.size());
    same.push_back(found);
    groups_.push_back({.units = std::move(units)});
  }
  Group& group = groups_[found];
  group.classes.push_back(number);
  const std::uint32_t first = MembersOf(number)[0];
  group.size += SizeOf(first);
  for (std::uint32_t of = graph_.trees[first].parent; of != kNone;
       of = graph_.trees[of].parent)
    if (!group.namespaces.insert(classes_.of[of]).second) break;
}

void Planner::GroupClasses() {
  plan_.home.resize(classes_.of.size());
  UnitSet units;
  for (std::uint32_t number = 0; number < classes_.count; ++number) {
    const std::span<const std::uint32_t> members = MembersOf(number);
    units.clear();
    std::uint32_t copy = 0;
    bool is_bound = false;
    if (graph_.trees[members[0]].is_namespace) {
      for (const std::uint32_t tree : members) plan_.home[tree] = tree;
      continue;
    }
    for (const std::uint32_t tree : members) {
      const Tree& member = graph_.trees[tree];
      const bool is_first =
          tree == members[0] || member.unit != graph_.trees[copy].unit;
      if (is_first) {
        copy = tree;
        units.push_back(member.unit);
      }
      is_bound |= IsBound(member);
      // Of those in one unit, the first one stays; which one an operand or a
      // name leads to is then a matter of homes.
      plan_.home[tree] = copy;
    }
    if (is_bound)
      std::erase_if(units,
                    [&](std::uint32_t unit) { return StaysIn(number, unit); });
    if (units.size() > 1) AddToGroup(number, units);
  }
}

// Lets groups that fewer units have import those that more units have: then
// these units need not.
void Planner::NestImports(std::vector<Group*>& groups) const {
  const std::size_t word_count = (graph_.units.size() + 63) / 64;
  const auto bits_of = [&](const UnitSet& units) {
    std::vector<std::uint64_t> bits(word_count, 0);
    for (const std::uint32_t unit : units)
      bits[unit / 64] |= std::uint64_t{1} << (unit % 64);
    return bits;
  };
  for (Group* group : groups) {
    group->importers = bits_of(group->units);
    group->importer_count = static_cast<std::uint32_t>(group->units.size());
  }
  // The largest sets save most.
  std::vector<std::uint32_t> order(groups.size());
  std::iota(order.begin(), order.end(), 0u);
  std::ranges::stable_sort(order, [&](std::uint32_t a, std::uint32_t b) {
    return groups[a]->units.size() > groups[b]->units.size();
  });
  for (std::size_t i = 0; i < order.size(); ++i) {
    const Group& importer = *groups[order[i]];
    const std::vector<std::uint64_t> bits = bits_of(importer.units);
    for (std::size_t k = 0; k < i; ++k) {
      Group& imported = *groups[order[k]];
      if (imported.importer_count < importer.units.size()) continue;
      bool is_subset = true;
      for (std::size_t w = 0; w < word_count && is_subset; ++w)
        is_subset = (bits[w] & ~imported.importers[w]) == 0;
      if (!is_subset) continue;
      for (std::size_t w = 0; w < word_count; ++w)
        imported.importers[w] &= ~bits[w];
      imported.importer_count -=
          static_cast<std::uint32_t>(importer.units.size());
      imported.group_importers.push_back(order[i]);
    }
  }
}

// The DIE of a partial unit, with what file numbers need.
std::uint32_t Planner::AddUnitTree(std::uint32_t source) {
  const GraphUnit& unit = graph_.units[source];
  Shape shape = {.tag = DW_TAG_partial_unit, .has_children = true};
  std::vector<std::uint32_t> values;
  if (unit.language != 0) {
    shape.attributes.push_back({DW_AT_language, 0, Kind::kNumber});
    values.push_back(unit.language);
  }
  if (unit.has_line_table) {
    const std::uint16_t form = unit.info.version >= 4       ? DW_FORM_sec_offset
                               : unit.info.offset_size == 8 ? DW_FORM_data8
                                                            : DW_FORM_data4;
    shape.attributes.push_back({DW_AT_stmt_list, form, Kind::kField});
    values.push_back(static_cast<std::uint32_t>(graph_.fields.size()));
    graph_.fields.push_back(
        {.width = unit.info.offset_size, .value = unit.line_table});
  }
  if (unit.comp_dir != kNone) {
    shape.attributes.push_back({DW_AT_comp_dir, 0, Kind::kString});
    values.push_back(unit.comp_dir);
  }
  shape.word_count = static_cast<std::uint16_t>(values.size());
  return AddTree(graph_, source, shape, values);
}

void Planner::MakeUnits() {
  std::vector<Group*> groups;
  for (Group& group : groups_) {
    const std::uint64_t count = group.units.size();
    if ((count - 1) * group.size > count * kImportSize + kUnitSize +
                                       group.namespaces.size() * kNamespaceSize)
      groups.push_back(&group);
  }
  NestImports(groups);
  std::vector<std::uint32_t> roots;
  for (const Group* group : groups) {
    const std::uint32_t source = group->units[0];
    PlannedUnit unit = {.source = source, .is_new = true};
    roots.push_back(AddUnitTree(source));
    unit.trees.push_back(roots.back());
    MakeTrees(*group, unit);
    plan_.units.push_back(std::move(unit));
  }
  AddImports(groups, roots);
}

void Planner::MakeTrees(const Group& group, PlannedUnit& unit) {
  for (const std::uint32_t number : group.classes) {
    std::uint32_t leader = kNone;
    for (const std::uint32_t tree : MembersOf(number)) {
      const std::uint32_t of = graph_.trees[tree].unit;
      if (!std::ranges::binary_search(group.units, of)) continue;
      if (leader == kNone) leader = tree;
      plan_.home[tree] = leader;
    }
    unit.trees.push_back(leader);
  }
  std::ranges::sort(unit.trees.begin() + 1, unit.trees.end());
  if (graph_.has_namespaces)
    OpenNamespaces(graph_, classes_, unit.source, unit.trees);
}

void Planner::AddImports(const std::vector<Group*>& groups,
                         const std::vector<std::uint32_t>& roots) {
  const Shape import = {.tag = DW_TAG_imported_unit,
                        .word_count = 1,
                        .attributes = {{DW_AT_import, 0, Kind::kReference}}};
  imports_.resize(graph_.units.size() + groups.size());
  const auto add_import = [&](std::size_t importer, std::uint32_t source,
                              std::uint32_t imported) {
    const std::uint32_t die = graph_.trees[roots[imported]].die;
    imports_[importer].push_back(AddTree(graph_, source, import, {&die, 1}));
  };
  for (std::uint32_t i = 0; i < groups.size(); ++i) {
    for (std::uint32_t unit = 0; unit < graph_.units.size(); ++unit)
      if ((groups[i]->importers[unit / 64] >> (unit % 64) & 1) != 0)
        add_import(unit, unit, i);
    for (const std::uint32_t importer : groups[i]->group_importers)
      add_import(graph_.units.size() + importer, groups[importer]->units[0], i);
  }
}

// What stays where it was.
std::vector<PlannedUnit> Planner::OldUnits(std::uint32_t tree_count) const {
  std::vector<PlannedUnit> old(graph_.units.size());
  std::vector<bool> is_moved(tree_count, false);
  for (const PlannedUnit& unit : plan_.units)
    for (const std::uint32_t tree : unit.trees)
      if (tree < tree_count) is_moved[tree] = true;
  for (std::uint32_t unit = 0; unit < old.size(); ++unit) {
    old[unit].source = unit;
    const GraphUnit& source = graph_.units[unit];
    std::vector<std::uint32_t>& trees = old[unit].trees;
    for (std::uint32_t tree = source.root; tree < source.end; ++tree)
      if (plan_.home[tree] == tree && !is_moved[tree]) trees.push_back(tree);
    // What expressions count up to is where small numbers lead.
    std::ranges::stable_sort(
        trees.begin() + 1, trees.end(), {}, [&](std::uint32_t tree) {
          return static_cast<std::uint8_t>(graph_.trees[tree].operand_size - 1);
        });
  }
  return old;
}

Plan Planner::Make() {
  CollectMembers();
  GroupClasses();
  const std::uint32_t tree_count = graph_.tree_count();
  MakeUnits();
  const std::vector<PlannedUnit> old = OldUnits(tree_count);
  plan_.units.insert(plan_.units.begin(), old.begin(), old.end());
  for (std::size_t unit = 0; unit < plan_.units.size(); ++unit) {
    std::vector<std::uint32_t>& trees = plan_.units[unit].trees;
    const auto first = std::ranges::find_if(
        trees.begin() + 1, trees.end(), [&](std::uint32_t tree) {
          return graph_.trees[tree].operand_size == 0;
        });
    trees.insert(first, imports_[unit].begin(), imports_[unit].end());
    if (graph_.has_namespaces) NestTrees(graph_, trees);
  }
  // What is new is written itself.
  while (plan_.home.size() < graph_.tree_count())
    plan_.home.push_back(static_cast<std::uint32_t>(plan_.home.size()));
  plan_.unit_of.assign(graph_.tree_count(), kNone);
  for (std::uint32_t unit = 0; unit < plan_.units.size(); ++unit)
    for (const std::uint32_t tree : plan_.units[unit].trees)
      if (tree != kEndOfNamespace) plan_.unit_of[tree] = unit;
  return std::move(plan_);
}

}  // namespace

Plan MakePlan(const Classes& classes, Graph& graph) {
  return Planner(classes, graph).Make();
}

}  // namespace dwreloc_tools::compress
