// graph.cc - see graph.h.
#include "dwreloc_compress/graph.h"

#include <dwreloc/dwarf.h>

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "common/plain_path.h"
#include "dwreloc_compress/attributes.h"
#include "dwreloc_compress/graph_reader.h"
#include "dwreloc_compress/macro_units.h"

namespace dwreloc_tools::compress {
namespace {

using dwreloc::detail::Check;

// Does a macro give its text by index?
bool HasIndexedMacros(const dwreloc::File& file, std::uint32_t section) {
  bool has_any = false;
  VisitMacros(
      file, section, [](const Dwreloc_Macro_Info&) {},
      [&](const Dwreloc_Macro& macro, const Dwreloc_Macro_Info&) {
        has_any |= macro.opcode == DW_MACRO_define_strx ||
                   macro.opcode == DW_MACRO_undef_strx;
      });
  return has_any;
}

}  // namespace

void GraphReader::BeginUnit(const Dwreloc_Unit* unit, std::uint32_t section) {
  GraphUnit& added = graph_.units.emplace_back();
  added.unit = unit;
  added.section = section;
  Check(dwreloc_unit_info(unit, &added.info));
  added.offset = graph_.sections[section].base + added.info.offset;
  info_ = file_.sections()[added.info.section].data();
  added.root = static_cast<std::uint32_t>(graph_.trees.size());
  if (addresses_ != nullptr) addresses_->BeginUnit(added.info);
}

void GraphReader::BeginTree() {
  graph_.trees.push_back(
      {.word = static_cast<std::uint32_t>(graph_.words.size()),
       .die = static_cast<std::uint32_t>(graph_.die_offsets.size()),
       .unit = static_cast<std::uint32_t>(graph_.units.size() - 1),
       .parent = namespaces_.empty() ? kNone : namespaces_.back()});
}

void GraphReader::CloseTo(std::uint32_t depth) {
  for (; open_ > depth; --open_) Put(kEndOfChildren);
}

void GraphReader::ReadUnit() {
  Dwreloc_Walk walk;
  Check(dwreloc_walk_begin(graph_.units.back().unit, &walk));
  std::vector<Dwreloc_Attribute> attributes(256);
  Dwreloc_Die die;
  std::uint32_t depth = 0;
  std::size_t count = 0;
  open_ = 0;
  base_ = 0;
  namespaces_.clear();
  while (Check(dwreloc_walk_next(&walk, &die, &depth, attributes.data(),
                                 attributes.size(), &count)) != 0) {
    if (count > attributes.size()) {
      attributes.resize(count);
      Check(dwreloc_attributes(&die, attributes.data(), count, &count));
    }
    if (depth == 0 && graph_.units.back().root != graph_.trees.size())
      throw std::runtime_error("a unit with more than one DIE at its top");
    AddDie(die, depth, {attributes.data(), count});
  }
  CloseTo(base_);
  namespaces_.clear();
  if (graph_.units.back().root == graph_.trees.size())
    throw std::runtime_error("a unit without a DIE");
  graph_.units.back().end = static_cast<std::uint32_t>(graph_.trees.size());
}

void GraphReader::AddDie(const Dwreloc_Die& die, std::uint32_t depth,
                         std::span<const Dwreloc_Attribute> attributes) {
  // Namespaces that it is not in have ended.
  if (depth <= namespaces_.size())
    namespaces_.resize(depth == 0 ? 0 : depth - 1);
  const bool is_tree = depth <= namespaces_.size() + 1;
  CloseTo(is_tree ? base_ : depth);
  if (is_tree) {
    BeginTree();
    open_ = depth;
    base_ = depth;
  }
  const GraphUnit& unit = graph_.units.back();
  graph_.die_offsets.push_back(static_cast<std::uint32_t>(
      unit.offset + (die.offset - unit.info.offset)));
  graph_.die_words.push_back(static_cast<std::uint32_t>(graph_.words.size()));
  shape_.tag = die.tag;
  shape_.has_children = die.has_children != 0;
  Add(die.code, attributes);
  if (addresses_ != nullptr) addresses_->AddDie(die, attributes);
  // Which units a unit imports is its own affair.
  if (depth == 0 || die.tag == DW_TAG_imported_unit ||
      unit.info.unit_type == DW_UT_type || unit.section != 0)
    graph_.trees.back().is_pinned = true;
  if (depth == 0) ReadRoot(attributes);
  if (die.has_children != 0) ++open_;
  // The list of trees in a unit or a namespace is no part of them.
  if (depth == 0) base_ = open_;
  if (depth == 0 || !is_tree || !IsNamespace(shape_)) return;
  base_ = open_;
  graph_.trees.back().is_namespace = true;
  graph_.has_namespaces = true;
  namespaces_.push_back(graph_.tree_count());
}

// What the trees of a unit have in common with those of another, or not: how
// they are stored, and what an entry means to a language.
void GraphReader::ReadRoot(std::span<const Dwreloc_Attribute> attributes) {
  GraphUnit& unit = graph_.units.back();
  // Nobody can say for it what its file numbers mean.
  bool is_elsewhere = false;
  for (const Dwreloc_Attribute& attribute : attributes) {
    if (attribute.name == DW_AT_language)
      unit.language = static_cast<std::uint32_t>(attribute.value);
    if (attribute.name != DW_AT_comp_dir) continue;
    is_elsewhere = IsInSupplement(attribute.form);
    if (is_elsewhere) continue;
    const char* string = nullptr;
    std::size_t length = 0;
    Check(dwreloc_formstring(&attribute, &string, &length));
    unit.comp_dir = graph_.strings.Add({string, length});
  }
  const std::pair<std::uint64_t, std::uint64_t> sort = {
      unit.info.version | unit.info.address_size << 16 |
          unit.info.offset_size << 24,
      unit.language};
  const auto found =
      is_elsewhere ? sorts_.end() : std::ranges::find(sorts_, sort);
  unit.sort = static_cast<std::uint32_t>(found - sorts_.begin());
  // One that is alone of its sort is found by no other.
  constexpr std::uint64_t kNoLanguage = UINT64_MAX;
  if (found == sorts_.end())
    sorts_.emplace_back(sort.first, is_elsewhere ? kNoLanguage : sort.second);
}

void GraphReader::Add(std::uint32_t code,
                      std::span<const Dwreloc_Attribute> attributes) {
  shape_.attributes.clear();
  const std::size_t at = graph_.words.size();
  Put(0);
  for (const Dwreloc_Attribute& attribute : attributes)
    if (!IsStorage(attribute.name)) AddAttribute(attribute);
  const std::size_t word_count = graph_.words.size() - at - 1;
  if (word_count > UINT16_MAX)
    throw std::runtime_error("a DIE has too many attributes");
  shape_.word_count = static_cast<std::uint16_t>(word_count);
  graph_.words[at] = shapes_.Find(code, shape_);
}

void GraphReader::ReadFiles(GraphUnit& unit) {
  const Dwreloc_Line_Table* table = nullptr;
  if (!unit.has_line_table || Check(dwreloc_line_table(unit.unit, &table)) == 0)
    return;
  const dwreloc::LineTable lines(table);
  const dwreloc::LineInfo info = lines.info();
  unit.files.assign(info.first_file, kNone);
  for (std::uint32_t i = 0; i < info.file_count; ++i) {
    graph_.paths.push_back(PlainPath(lines.full_path(info.first_file + i)));
    unit.files.push_back(paths_.Add(graph_.paths.back()));
    if (graph_.paths.size() > paths_.size()) graph_.paths.pop_back();
  }
}

void GraphReader::IndexDies() {
  for (std::uint32_t die = 0; die < graph_.die_offsets.size(); ++die) {
    const std::uint64_t block = graph_.die_offsets[die] / Graph::kDieBlock;
    if (block >= graph_.die_blocks.size())
      graph_.die_blocks.resize(block + 1, die);
  }
  graph_.die_trees.resize(graph_.die_offsets.size());
  for (std::uint32_t tree = 0; tree < graph_.tree_count(); ++tree)
    std::fill(graph_.die_trees.begin() + graph_.trees[tree].die,
              graph_.die_trees.begin() + graph_.trees[tree + 1].die, tree);
}

void GraphReader::ResolveReferences() {
  for (const std::uint32_t at : references_) {
    const std::uint32_t die = graph_.FindDie(graph_.words[at]);
    if (die == kNone) throw std::runtime_error("a reference leads to no DIE");
    graph_.words[at] = die;
  }
  for (std::vector<DieOperand>* operands :
       {&graph_.operands, &graph_.list_operands}) {
    for (DieOperand& operand : *operands) {
      operand.die = graph_.FindDie(operand.die);
      if (operand.die == kNone)
        throw std::runtime_error("an operand leads to no DIE");
      if (!operand.is_of_unit) {
        graph_.trees[graph_.die_trees[operand.die]].is_operand = true;
        continue;
      }
      // It is as far in front as the namespaces that it is in.
      for (std::uint32_t of = graph_.die_trees[operand.die]; of != kNone;
           of = graph_.trees[of].parent) {
        Tree& tree = graph_.trees[of];
        if (tree.operand_size != 0 && operand.size >= tree.operand_size) break;
        tree.operand_size = operand.size;
      }
    }
  }
}

// Room for all there may be: what is not used takes no memory, and growing
// would take half as much again.
void GraphReader::Reserve() {
  const InfoSection& last = graph_.sections.back();
  const std::size_t size =
      last.base + file_.sections()[last.index].data().size();
  // A value of a word takes more than a byte, on the average; a DIE three.
  graph_.words.reserve(size);
  graph_.die_offsets.reserve(size / 3);
  graph_.die_words.reserve(size / 3);
}

void GraphReader::BeginLinks() {
  if (!NeedsLinks(file_, keep_links_)) return;
  graph_.links = Links(file_, graph_.sections[0].index);
  for (const dwreloc::Section section : file_.sections())
    if (section.name() == ".debug_str_offsets" && section.file_size() > 0)
      graph_.has_string_indexes |= graph_.links.are_kept();
}

// Those of one section after the other, as they are in the graph.
void GraphReader::ReadUnits() {
  std::vector<std::vector<const Dwreloc_Unit*>> units(graph_.sections.size());
  const Dwreloc_Unit* unit = nullptr;
  while (Check(dwreloc_units_next(file_.raw(), &unit)) != 0) {
    Dwreloc_Unit_Info info;
    Check(dwreloc_unit_info(unit, &info));
    const auto found =
        std::ranges::find(graph_.sections, info.section, &InfoSection::index);
    if (found == graph_.sections.end())
      throw std::runtime_error("units of link-time optimization");
    units[static_cast<std::size_t>(found - graph_.sections.begin())].push_back(
        unit);
  }
  for (std::uint32_t section = 0; section < units.size(); ++section) {
    for (const Dwreloc_Unit* read : units[section]) {
      BeginUnit(read, section);
      ReadUnit();
    }
  }
}

void GraphReader::ResolveTypes() {
  for (GraphUnit& unit : graph_.units) {
    if (unit.info.unit_type != DW_UT_type) continue;
    unit.type = graph_.FindDie(unit.offset + unit.info.type_offset);
    if (unit.type == kNone ||
        graph_.trees[graph_.die_trees[unit.type]].unit !=
            static_cast<std::uint32_t>(&unit - graph_.units.data()))
      throw std::runtime_error("a type unit without its type");
  }
}

Graph GraphReader::Read() {
  graph_.sections = FindInfoSections(file_);
  BeginLinks();
  Reserve();
  for (const dwreloc::Section section : file_.sections())
    if (section.name() == ".debug_macro")
      graph_.has_string_indexes |= HasIndexedMacros(file_, section.index());
  ReadUnits();
  BeginTree();
  for (GraphUnit& read : graph_.units)
    if (read.info.unit_type != DW_UT_type) ReadFiles(read);
  IndexDies();
  ResolveReferences();
  ResolveTypes();
  return std::move(graph_);
}

std::uint32_t Graph::PathOf(std::uint32_t unit, std::uint32_t number) const {
  if (number == 0 && units[unit].info.version < 5) return kNoFile;
  const std::vector<std::uint32_t>& files = units[unit].files;
  return number < files.size() ? files[number] : kNone;
}

std::uint32_t Graph::FindDie(std::uint64_t offset) const {
  const std::uint64_t block = offset / kDieBlock;
  if (block >= die_blocks.size()) return kNone;
  std::uint32_t die = die_blocks[block];
  while (die < die_offsets.size() && die_offsets[die] < offset) ++die;
  return die < die_offsets.size() && die_offsets[die] == offset ? die : kNone;
}

std::size_t Graph::MainUnitCount() const {
  return static_cast<std::size_t>(
      std::ranges::count(units, 0u, &GraphUnit::section));
}

NamespaceIdentity Graph::IdentityOf(std::uint32_t tree) const {
  NamespaceIdentity identity;
  std::uint32_t at = trees[tree].word;
  const Shape& shape = ShapeOf(at++);
  for (const ShapeAttribute& attribute : shape.attributes) {
    if (attribute.name == DW_AT_name) identity.name = words[at];
    if (attribute.name == DW_AT_export_symbols) identity.is_inline = true;
    at += WordsOf(attribute.kind);
  }
  return identity;
}

Graph ReadGraph(const dwreloc::File& file, KeepLinks keep_links,
                AddressReader* addresses) {
  return GraphReader(file, keep_links, addresses).Read();
}

}  // namespace dwreloc_tools::compress
