// common_graph.cc - see common_graph.h.
#include "dwreloc_compress/multifile/common_graph.h"

#include <dwreloc/dwarf.h>

#include <algorithm>
#include <map>
#include <stdexcept>
#include <string_view>
#include <tuple>
#include <utility>

namespace dwreloc_tools::compress {
namespace {

class GraphMaker {
 public:
  GraphMaker(std::span<const OpenedSpool> spools, std::span<const Part> parts,
             const SharedEntries& shared, std::span<const CommonUnit> units,
             const SourcePaths& paths, const NumberWriter& numbers)
      : spools_(spools),
        parts_(parts),
        shared_(shared),
        units_(units),
        paths_(paths),
        numbers_(numbers) {
    result_.graph.shapes.emplace_back();
    shape_of_.resize(spools.size());
  }

  CommonGraph Make();

 private:
  // Units of one sort: they have one line table.
  struct Source {
    std::uint32_t unit;  // of the graph
    FileTable files;
  };
  // A word that is not known before all trees are there.
  struct Reference {
    std::uint32_t word;
    std::uint32_t target;  // shared
    std::uint32_t ordinal;
  };

  Source& SourceOf(const UnitSort& sort);
  std::uint32_t BeginTree(std::uint32_t unit);
  void EndTree();
  void BeginDie(std::uint32_t tree, std::uint32_t shape);
  std::uint32_t AddTree(std::uint32_t unit, const UnitDie& die);
  std::uint32_t AddTree(Source& source, const CommonTree& tree);
  void AddValue(const ShapeAttribute& attribute, const CommonTree& tree,
                std::uint32_t word, Source& source);
  std::uint32_t ShapeNumber(const Shape& shape);
  std::uint32_t OpenNamespace(const Spool& spool, std::uint32_t space,
                              PlannedUnit& planned);
  void AddUnits();
  void AddImports();
  void AddLines();
  void AddValues();

  const std::span<const OpenedSpool> spools_;
  const std::span<const Part> parts_;
  const SharedEntries& shared_;
  const std::span<const CommonUnit> units_;
  const SourcePaths& paths_;
  const NumberWriter& numbers_;
  CommonGraph result_;
  std::map<UnitSort, Source> sources_;
  std::vector<std::vector<std::uint32_t>> shape_of_;  // by spool
  SpooledTree read_;
  std::vector<std::uint32_t> tree_of_;  // by shared
  // Of the current unit: trees of namespaces, by names and what is around them.
  std::map<std::tuple<std::string_view, std::uint32_t, bool>, std::uint32_t>
      namespaces_;
  std::vector<Reference> references_;
  std::vector<std::pair<std::uint32_t, const FileTable*>> files_;  // words
};

GraphMaker::Source& GraphMaker::SourceOf(const UnitSort& sort) {
  const auto found = sources_.find(sort);
  if (found != sources_.end()) return found->second;
  Graph& graph = result_.graph;
  const auto number = static_cast<std::uint32_t>(graph.units.size());
  GraphUnit& unit = graph.units.emplace_back();
  unit.info = {};
  unit.info.version = sort.version;
  unit.info.address_size = sort.address_size;
  unit.info.offset_size = sort.offset_size;
  unit.info.unit_type = DW_UT_partial;
  unit.language = sort.language;
  unit.has_line_table = true;
  if (!paths_.comp_dir().empty())
    unit.comp_dir = graph.strings.Add(paths_.comp_dir());
  return sources_.try_emplace(sort, Source{number, FileTable(paths_)})
      .first->second;
}

std::uint32_t GraphMaker::BeginTree(std::uint32_t unit) {
  Graph& graph = result_.graph;
  graph.trees.push_back(
      {.word = static_cast<std::uint32_t>(graph.words.size()),
       .die = static_cast<std::uint32_t>(graph.die_words.size()),
       .unit = unit});
  const auto tree = static_cast<std::uint32_t>(graph.trees.size() - 1);
  result_.plan.home.push_back(tree);
  return tree;
}

void GraphMaker::BeginDie(std::uint32_t tree, std::uint32_t shape) {
  Graph& graph = result_.graph;
  graph.die_words.push_back(static_cast<std::uint32_t>(graph.words.size()));
  graph.die_trees.push_back(tree);
  graph.words.push_back(shape);
}

std::uint32_t GraphMaker::ShapeNumber(const Shape& shape) {
  std::vector<Shape>& shapes = result_.graph.shapes;
  const auto found = std::ranges::find(shapes, shape);
  const auto number = static_cast<std::uint32_t>(found - shapes.begin());
  if (number == shapes.size()) shapes.push_back(shape);
  return number;
}

std::uint32_t GraphMaker::AddTree(std::uint32_t unit, const UnitDie& die) {
  const std::uint32_t tree = BeginTree(unit);
  BeginDie(tree, ShapeNumber(die.shape));
  std::vector<std::uint32_t>& words = result_.graph.words;
  words.insert(words.end(), die.values.begin(), die.values.end());
  return tree;
}

void GraphMaker::AddValue(const ShapeAttribute& attribute,
                          const CommonTree& tree, std::uint32_t word,
                          Source& source) {
  const Spool& spool = spools_[tree.spool].spool;
  Graph& graph = result_.graph;
  const auto at = static_cast<std::uint32_t>(graph.words.size());
  switch (attribute.kind) {
    case Kind::kReference: {
      const SpooledTree::Reference& reference = read_.references[word];
      const std::uint32_t entry =
          reference.entry == kNone ? tree.entry : reference.entry;
      references_.push_back(
          {.word = at,
           .target = shared_.Find(spool.entries[entry].identity),
           .ordinal = reference.ordinal});
      return graph.words.push_back(0);
    }
    case Kind::kString:
      return graph.words.push_back(graph.strings.Add(spool.StringAt(word)));
    case Kind::kBlob:
      return graph.words.push_back(graph.blobs.Add(read_.blobs[word]));
    case Kind::kFile:
      if (word == 0) return graph.words.push_back(0);
      files_.emplace_back(at, &source.files);
      return graph.words.push_back(source.files.Use(spool.StringAt(word - 1)));
    default:
      return graph.words.push_back(word);
  }
}

std::uint32_t GraphMaker::AddTree(Source& source, const CommonTree& tree) {
  const OpenedSpool& opened = spools_[tree.spool];
  ReadTree(opened.spool, opened.shapes, opened.spool.entries[tree.entry],
           &read_);
  std::vector<std::uint32_t>& shape_of = shape_of_[tree.spool];
  shape_of.resize(opened.shapes.size());
  const std::uint32_t added = BeginTree(source.unit);
  for (std::size_t at = 0; at < read_.words.size();) {
    const std::uint32_t number = read_.words[at++];
    if (number == kEndOfChildren) {
      result_.graph.words.push_back(kEndOfChildren);
      continue;
    }
    const Shape& shape = opened.shapes[number];
    if (shape_of[number] == 0) shape_of[number] = ShapeNumber(shape);
    BeginDie(added, shape_of[number]);
    for (const ShapeAttribute& attribute : shape.attributes)
      for (unsigned i = 0; i < WordsOf(attribute.kind); ++i)
        AddValue(attribute, tree, read_.words[at++], source);
  }
  return added;
}

// `space`: a namespace and one. Returns its tree, or kNone for none.
std::uint32_t GraphMaker::OpenNamespace(const Spool& spool, std::uint32_t space,
                                        PlannedUnit& planned) {
  if (space == 0) return kNone;
  const SpoolNamespace& opened = spool.namespaces[space - 1];
  const std::uint32_t parent = OpenNamespace(spool, opened.parent, planned);
  const std::string_view name = spool.StringAt(opened.name);
  const bool is_inline = opened.is_inline != 0;
  const auto [found, is_new] =
      namespaces_.try_emplace({name, parent, is_inline}, kNone);
  if (!is_new) return found->second;
  Graph& graph = result_.graph;
  UnitDie die = {.shape = {.tag = DW_TAG_namespace,
                           .has_children = true,
                           .word_count = 1,
                           .attributes = {{DW_AT_name, 0, Kind::kString}}},
                 .values = {graph.strings.Add(name)}};
  if (is_inline)
    die.shape.attributes.push_back({DW_AT_export_symbols, 0, Kind::kTrue});
  const std::uint32_t tree = AddTree(planned.source, die);
  graph.trees[tree].parent = parent;
  graph.trees[tree].is_namespace = true;
  graph.has_namespaces = true;
  planned.trees.push_back(tree);
  found->second = tree;
  return tree;
}

void GraphMaker::AddUnits() {
  tree_of_.assign(shared_.size(), kNone);
  for (const CommonUnit& unit : units_) {
    namespaces_.clear();
    Source& source = SourceOf(unit.sort);
    PlannedUnit& planned = result_.plan.units.emplace_back();
    planned.source = source.unit;
    planned.is_new = true;
    planned.trees.push_back(
        AddTree(source.unit, PartialUnitDie(result_.graph.units[source.unit],
                                            result_.graph.fields)));
    for (const CommonTree& tree : unit.trees) {
      const Spool& spool = spools_[tree.spool].spool;
      const SpoolEntry& entry = spool.entries[tree.entry];
      const std::uint32_t parent = OpenNamespace(spool, entry.space, planned);
      planned.trees.push_back(AddTree(source, tree));
      result_.graph.trees[planned.trees.back()].parent = parent;
      tree_of_[shared_.Find(entry.identity)] = planned.trees.back();
    }
  }
}

void GraphMaker::AddImports() {
  Plan& plan = result_.plan;
  const Shape shape = {.tag = DW_TAG_imported_unit,
                       .word_count = 1,
                       .attributes = {{DW_AT_import, 0, Kind::kReference}}};
  for (std::uint32_t i = 0; i < units_.size(); ++i) {
    std::vector<std::uint32_t> imports;
    for (const std::uint32_t imported : units_[i].imports) {
      const std::uint32_t root = plan.units[imported].trees[0];
      imports.push_back(
          AddTree(plan.units[i].source,
                  {.shape = shape, .values = {result_.graph.trees[root].die}}));
    }
    plan.units[i].trees.insert(plan.units[i].trees.begin() + 1, imports.begin(),
                               imports.end());
  }
}

// Files have their numbers when all are known, and tables their places.
void GraphMaker::AddLines() {
  Graph& graph = result_.graph;
  std::vector<std::uint64_t> offsets(graph.units.size());
  for (auto& [sort, source] : sources_) {
    source.files.Sort(sort.version);
    offsets[source.unit] = result_.lines.size();
    graph.units[source.unit].line_table = result_.lines.size();
    const std::vector<std::uint8_t> table = source.files.Encode(sort, numbers_);
    result_.lines.insert(result_.lines.end(), table.begin(), table.end());
  }
  for (const auto& [word, files] : files_)
    graph.words[word] = files->NumberOf(graph.words[word]);
  // Each unit has one field: that of its line table.
  for (std::uint32_t i = 0; i < units_.size(); ++i)
    graph.fields[i].value = offsets[result_.plan.units[i].source];
}

void GraphMaker::AddValues() {
  Graph& graph = result_.graph;
  for (const Part& part : parts_) {
    for (const SharedValue& value : part.values) {
      if (value.spool >= spools_.size() ||
          value.string >= spools_[value.spool].spool.strings.size())
        throw std::runtime_error("a part is damaged");
      const std::string_view string =
          spools_[value.spool].spool.StringAt(value.string);
      if (string.size() > kShortString)
        result_.values.push_back(graph.strings.Add(string));
    }
  }
  // Those that are alike compress well side by side.
  std::ranges::sort(result_.values, {}, [&](std::uint32_t string) {
    return graph.strings[string];
  });
}

CommonGraph GraphMaker::Make() {
  AddUnits();
  AddImports();
  BeginTree(0);
  Graph& graph = result_.graph;
  Plan& plan = result_.plan;
  plan.home.pop_back();
  for (const Reference& reference : references_) {
    const std::uint32_t tree = reference.target == SharedEntries::kAbsent
                                   ? kNone
                                   : tree_of_[reference.target];
    if (tree == kNone) throw std::runtime_error("a tree refers to none");
    graph.words[reference.word] = graph.trees[tree].die + reference.ordinal;
  }
  AddLines();
  AddValues();
  plan.unit_of.assign(graph.tree_count(), kNone);
  for (std::uint32_t unit = 0; unit < plan.units.size(); ++unit) {
    for (const std::uint32_t tree : plan.units[unit].trees)
      plan.unit_of[tree] = unit;
    if (graph.has_namespaces) NestTrees(graph, plan.units[unit].trees);
  }
  return std::move(result_);
}

}  // namespace

CommonGraph MakeCommonGraph(std::span<const OpenedSpool> spools,
                            std::span<const Part> parts,
                            const SharedEntries& shared,
                            std::span<const CommonUnit> units,
                            const SourcePaths& paths,
                            const NumberWriter& numbers) {
  return GraphMaker(spools, parts, shared, units, paths, numbers).Make();
}

}  // namespace dwreloc_tools::compress
