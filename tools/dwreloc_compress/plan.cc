// plan.cc - see plan.h.
#include "dwreloc_compress/plan.h"

#include <dwreloc/dwarf.h>

#include <algorithm>
#include <set>
#include <span>
#include <unordered_map>
#include <utility>

#include "dwreloc_compress/hash.h"
#include "dwreloc_compress/imports.h"
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

// Trees that the same units have.
struct Group {
  UnitSet units{};
  std::vector<std::uint32_t> classes{};
  std::vector<std::uint32_t> imports{};  // of the common file: offsets
  std::uint64_t size = 0;
  std::set<std::uint32_t> namespaces{};  // classes
};

class Planner {
 public:
  Planner(const Classes& classes, Graph& graph, SupplementPlan supplement,
          bool has_partial_units)
      : classes_(classes),
        graph_(graph),
        has_partial_units_(has_partial_units),
        members_(classes) {
    plan_.supplement = std::move(supplement);
  }

  Plan Make();

 private:
  void GroupClasses();
  Group& GroupOf(UnitSet units);
  void AddToGroup(std::uint32_t number, UnitSet units);
  void LeaveOut(std::span<const std::uint32_t> members, UnitSet& units) const;
  void GroupImports();
  std::uint32_t AddImport(std::uint32_t unit, std::uint32_t imported);
  void MakeUnits();
  std::uint32_t FindHome(const Group& group, std::uint32_t number);
  void MakeTrees(const Group& group, PlannedUnit& unit);
  void AddImports(const std::vector<Group*>& groups,
                  const std::vector<std::uint32_t>& roots);
  std::vector<PlannedUnit> OldUnits(std::uint32_t tree_count) const;
  std::uint32_t AddUnitTree(std::uint32_t source);

  const Classes& classes_;
  Graph& graph_;
  const bool has_partial_units_;
  Plan plan_;
  const ClassMembers members_;
  std::vector<Group> groups_;
  std::unordered_map<std::uint64_t, std::vector<std::uint32_t>> by_set_;
  std::vector<std::vector<std::uint32_t>> imports_;  // by planned unit
};

Group& Planner::GroupOf(UnitSet units) {
  std::uint64_t hash = units.size();
  for (const std::uint32_t unit : units) hash = Combine(hash, unit);
  std::vector<std::uint32_t>& same = by_set_[hash];
  for (const std::uint32_t group : same)
    if (groups_[group].units == units) return groups_[group];
  same.push_back(static_cast<std::uint32_t>(groups_.size()));
  groups_.push_back({.units = std::move(units)});
  return groups_.back();
}

void Planner::AddToGroup(std::uint32_t number, UnitSet units) {
  Group& group = GroupOf(std::move(units));
  group.classes.push_back(number);
  const std::uint32_t first = members_.Of(number)[0];
  group.size += RoughSize(graph_, first);
  for (std::uint32_t of = graph_.trees[first].parent; of != kNone;
       of = graph_.trees[of].parent)
    if (!group.namespaces.insert(classes_.of[of]).second) break;
}

void Planner::GroupClasses() {
  plan_.home.resize(classes_.of.size());
  const bool keeps_apart = graph_.KeepsUnitsApart();
  for (std::uint32_t number = 0; number < classes_.count; ++number) {
    const std::span<const std::uint32_t> members = members_.Of(number);
    if (graph_.trees[members[0]].is_namespace) {
      for (const std::uint32_t tree : members) plan_.home[tree] = tree;
      continue;
    }
    std::uint32_t copy = members[0];
    for (const std::uint32_t tree : members) {
      if (graph_.trees[tree].unit != graph_.trees[copy].unit) copy = tree;
      // Of those in one unit, the first one stays; which one an operand or a
      // name leads to is then a matter of homes.
      plan_.home[tree] = copy;
    }
    if (members.size() < 2 || keeps_apart) continue;
    // With a record, a reference takes more than is saved.
    if (graph_.links.are_kept()) continue;
    UnitSet units = UnitsThatMayShare(graph_, members);
    LeaveOut(members, units);
    if (units.size() > 1) AddToGroup(number, std::move(units));
  }
}

// Units that have theirs from the common file.
void Planner::LeaveOut(std::span<const std::uint32_t> members,
                       UnitSet& units) const {
  UnitSet gone;
  for (const std::uint32_t tree : members)
    if (plan_.supplement.HasTree(tree)) gone.push_back(graph_.trees[tree].unit);
  if (gone.empty()) return;
  std::erase_if(units, [&](std::uint32_t unit) {
    return std::ranges::binary_search(gone, unit);
  });
}

// What several units import from the common file they can import together.
void Planner::GroupImports() {
  for (const auto& [offset, units] : plan_.supplement.imports) {
    Group& group = GroupOf(units);
    group.imports.push_back(offset);
    group.size += kImportSize;
  }
}

std::uint32_t Planner::AddImport(std::uint32_t unit, std::uint32_t imported) {
  const Shape shape = {
      .tag = DW_TAG_imported_unit,
      .word_count = 2,
      .attributes = {
          {DW_AT_import, plan_.supplement.reference_form, Kind::kRaw}}};
  const std::uint32_t values[] = {imported, 0};
  return AddTree(graph_, unit, shape, values);
}

std::uint32_t Planner::AddUnitTree(std::uint32_t source) {
  const UnitDie die = PartialUnitDie(graph_.units[source], graph_.fields);
  return AddTree(graph_, source, die.shape, die.values);
}

void Planner::MakeUnits() {
  std::vector<Group*> groups;
  for (Group& group : groups_) {
    if (!has_partial_units_) {
      for (const std::uint32_t number : group.classes) FindHome(group, number);
      continue;
    }
    const std::uint64_t count = group.units.size();
    if ((count - 1) * group.size >
        count * kImportSize + kUnitSize +
            group.namespaces.size() * kNamespaceSize) {
      groups.push_back(&group);
      continue;
    }
    for (const std::uint32_t unit : group.units)
      for (const std::uint32_t imported : group.imports)
        imports_[unit].push_back(AddImport(unit, imported));
  }
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

// Makes the first tree of a class the home of those in all units of the group.
std::uint32_t Planner::FindHome(const Group& group, std::uint32_t number) {
  std::uint32_t leader = kNone;
  for (const std::uint32_t tree : members_.Of(number)) {
    const std::uint32_t of = graph_.trees[tree].unit;
    if (!std::ranges::binary_search(group.units, of)) continue;
    if (leader == kNone) leader = tree;
    plan_.home[tree] = leader;
  }
  return leader;
}

void Planner::MakeTrees(const Group& group, PlannedUnit& unit) {
  for (const std::uint32_t number : group.classes)
    unit.trees.push_back(FindHome(group, number));
  std::ranges::sort(unit.trees.begin() + 1, unit.trees.end());
  if (graph_.has_namespaces)
    OpenNamespaces(graph_, classes_, unit.source, unit.trees);
  for (const std::uint32_t imported : group.imports)
    unit.trees.push_back(AddImport(unit.source, imported));
}

void Planner::AddImports(const std::vector<Group*>& groups,
                         const std::vector<std::uint32_t>& roots) {
  const Shape import = {.tag = DW_TAG_imported_unit,
                        .word_count = 1,
                        .attributes = {{DW_AT_import, 0, Kind::kReference}}};
  std::vector<UnitSet> sets;
  sets.reserve(groups.size());
  for (const Group* group : groups) sets.push_back(group->units);
  const std::vector<Importers> importers =
      NestImports(sets, static_cast<std::uint32_t>(graph_.units.size()));
  const std::size_t first_new = graph_.MainUnitCount();
  imports_.resize(graph_.units.size() + groups.size());
  const auto add_import = [&](std::size_t importer, std::uint32_t source,
                              std::uint32_t imported) {
    const std::uint32_t die = graph_.trees[roots[imported]].die;
    imports_[importer].push_back(AddTree(graph_, source, import, {&die, 1}));
  };
  for (std::uint32_t i = 0; i < groups.size(); ++i) {
    for (const std::uint32_t unit : importers[i].units)
      add_import(unit, unit, i);
    for (const std::uint32_t importer : importers[i].sets)
      add_import(first_new + importer, groups[importer]->units[0], i);
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
      if (plan_.home[tree] == tree && !is_moved[tree] &&
          !graph_.trees[tree].is_dropped && !plan_.supplement.HasTree(tree))
        trees.push_back(tree);
    // What expressions count up to is where small numbers lead.
    std::ranges::stable_sort(
        trees.begin() + 1, trees.end(), {}, [&](std::uint32_t tree) {
          return static_cast<std::uint8_t>(graph_.trees[tree].operand_size - 1);
        });
  }
  return old;
}

Plan Planner::Make() {
  imports_.resize(graph_.units.size());
  GroupClasses();
  GroupImports();
  const std::uint32_t tree_count = graph_.tree_count();
  MakeUnits();
  const std::vector<PlannedUnit> old = OldUnits(tree_count);
  // New ones are in the section of the first.
  const auto first_new =
      old.begin() + static_cast<std::ptrdiff_t>(graph_.MainUnitCount());
  plan_.units.insert(plan_.units.begin(), old.begin(), first_new);
  plan_.units.insert(plan_.units.end(), first_new, old.end());
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

std::uint64_t RoughSize(const Graph& graph, std::uint32_t tree) {
  std::uint64_t size = 0;
  const std::uint32_t end = graph.trees[tree + 1].word;
  for (std::uint32_t at = graph.trees[tree].word; at < end;) {
    const Shape& shape = graph.ShapeOf(at++);
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
          size += 1 + graph.blobs[graph.words[at]].size();
          break;
        case Kind::kNumber:
        case Kind::kFile:
          size += UlebSize(graph.words[at]);
          break;
        case Kind::kTrue:
          break;
        default:
          size += std::size_t{4} * WordsOf(attribute.kind);
          break;
      }
      at += WordsOf(attribute.kind);
    }
  }
  return size;
}

UnitSet UnitsThatMayShare(const Graph& graph,
                          std::span<const std::uint32_t> members) {
  UnitSet units;
  UnitSet bound;
  for (const std::uint32_t tree : members) {
    const Tree& member = graph.trees[tree];
    if (units.empty() || units.back() != member.unit)
      units.push_back(member.unit);
    if (member.IsBound()) bound.push_back(member.unit);
  }
  std::erase_if(units, [&](std::uint32_t unit) {
    return std::ranges::binary_search(bound, unit);
  });
  return units;
}

UnitDie PartialUnitDie(const GraphUnit& unit, std::vector<Field>& fields) {
  UnitDie die = {.shape = {.tag = DW_TAG_partial_unit, .has_children = true}};
  if (unit.language != 0) {
    die.shape.attributes.push_back({DW_AT_language, 0, Kind::kNumber});
    die.values.push_back(unit.language);
  }
  if (unit.has_line_table) {
    const std::uint16_t form = unit.info.version >= 4       ? DW_FORM_sec_offset
                               : unit.info.offset_size == 8 ? DW_FORM_data8
                                                            : DW_FORM_data4;
    die.shape.attributes.push_back({DW_AT_stmt_list, form, Kind::kField});
    die.values.push_back(static_cast<std::uint32_t>(fields.size()));
    fields.push_back(
        {.width = unit.info.offset_size, .value = unit.line_table});
  }
  if (unit.comp_dir != kNone) {
    die.shape.attributes.push_back({DW_AT_comp_dir, 0, Kind::kString});
    die.values.push_back(unit.comp_dir);
  }
  die.shape.word_count = static_cast<std::uint16_t>(die.values.size());
  return die;
}

Plan MakePlan(const Classes& classes, Graph& graph, SupplementPlan supplement,
              bool has_partial_units) {
  return Planner(classes, graph, std::move(supplement), has_partial_units)
      .Make();
}

}  // namespace dwreloc_tools::compress
