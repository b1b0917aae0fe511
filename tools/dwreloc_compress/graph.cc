// graph.cc - see graph.h.
#include "dwreloc_compress/graph.h"

#include <dwreloc/dwarf.h>

#include <algorithm>
#include <array>
#include <deque>
#include <span>
#include <stdexcept>
#include <utility>

#include "common/plain_path.h"
#include "dwreloc_compress/attributes.h"
#include "dwreloc_compress/expressions.h"
#include "dwreloc_compress/macro_units.h"
#include "dwreloc_compress/offset_map.h"
#include "dwreloc_compress/shapes.h"

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

class GraphReader {
 public:
  explicit GraphReader(const dwreloc::File& file)
      : file_(file), expressions_(graph_), shapes_(graph_.shapes) {}

  Graph Read();

 private:
  // Is it about how DIEs are stored?
  bool IsStorage(std::uint16_t name) const {
    return name == DW_AT_sibling ||
           (name == DW_AT_str_offsets_base && !graph_.has_string_indexes);
  }
  void Reserve();
  void BeginUnit(const Dwreloc_Unit* unit);
  void ReadUnit();
  void ReadRoot(std::span<const Dwreloc_Attribute> attributes);
  void CloseTo(std::uint32_t depth);
  void BeginTree();
  void AddDie(const Dwreloc_Die& die, std::uint32_t depth,
              std::span<const Dwreloc_Attribute> attributes);
  void Add(std::uint32_t code, std::span<const Dwreloc_Attribute> attributes);
  void AddAttribute(const Dwreloc_Attribute& attribute);
  void AddConstant(const Dwreloc_Attribute& attribute);
  void AddString(const Dwreloc_Attribute& attribute);
  void AddReference(const Dwreloc_Attribute& attribute);
  void AddBlock(const Dwreloc_Attribute& attribute);
  void AddField(const Dwreloc_Attribute& attribute);
  std::uint16_t LebField(const Dwreloc_Attribute& attribute) const;
  void Put(std::uint32_t word) { graph_.words.push_back(word); }
  void Put64(std::uint64_t value) {
    Put(static_cast<std::uint32_t>(value));
    Put(static_cast<std::uint32_t>(value >> 32));
  }
  void Put(const Dwreloc_Attribute& attribute, Kind kind,
           std::uint16_t form = 0) {
    shape_.attributes.push_back({attribute.name, form, kind});
  }
  void ReadFiles(GraphUnit& unit);
  void IndexDies();
  void ResolveReferences();

  const dwreloc::File& file_;
  Graph graph_;
  std::span<const std::uint8_t> info_;  // the bytes of .debug_info
  ExpressionReader expressions_;
  Shape shape_;
  ShapeTable shapes_;
  OffsetMap known_[2];  // strings of .debug_str, .debug_line_str
  Interner paths_;      // the numbers of Graph::paths
  std::vector<std::uint32_t> references_;  // words that hold an offset
  std::uint32_t open_ = 0;                 // lists of children
  std::uint32_t base_ = 0;                 // those that are no part of the tree
  std::vector<std::uint32_t> namespaces_;  // trees around the next DIE
  std::vector<std::pair<std::uint64_t, std::uint64_t>> sorts_;
};

void GraphReader::BeginUnit(const Dwreloc_Unit* unit) {
  GraphUnit& added = graph_.units.emplace_back();
  added.unit = unit;
  Check(dwreloc_unit_info(unit, &added.info));
  info_ = file_.sections()[added.info.section].data();
  added.root = static_cast<std::uint32_t>(graph_.trees.size());
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
  graph_.die_offsets.push_back(static_cast<std::uint32_t>(die.offset));
  graph_.die_words.push_back(static_cast<std::uint32_t>(graph_.words.size()));
  shape_.tag = die.tag;
  shape_.has_children = die.has_children != 0;
  Add(die.code, attributes);
  // Which units a unit imports is its own affair.
  if (depth == 0 || die.tag == DW_TAG_imported_unit)
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

void GraphReader::AddAttribute(const Dwreloc_Attribute& attribute) {
  if ((attribute.flags & DWRELOC_ATTR_BAD) != 0)
    throw std::runtime_error("a relocation record that cannot be used");
  if (IsRelocated(attribute)) return AddField(attribute);
  // Readers would count with the offset that it has in place of an address.
  if ((attribute.name == DW_AT_low_pc || attribute.name == DW_AT_high_pc) &&
      attribute.attribute_class != DWRELOC_CLASS_ADDRESS &&
      attribute.attribute_class != DWRELOC_CLASS_CONSTANT)
    throw std::runtime_error("an address of an unusual form");
  if (attribute.form == DW_FORM_ref_sig8 || IsInSupplement(attribute.form)) {
    Put(attribute, Kind::kRaw, attribute.form);
    return Put64(attribute.value);
  }
  // Before version 4 an offset has the form of a number.
  if (attribute.name == DW_AT_GNU_locviews) return AddField(attribute);
  switch (attribute.attribute_class) {
    case DWRELOC_CLASS_CONSTANT:
      return AddConstant(attribute);
    case DWRELOC_CLASS_STRING:
      return AddString(attribute);
    case DWRELOC_CLASS_FLAG:
      return Put(attribute, attribute.value != 0 ? Kind::kTrue : Kind::kFalse);
    case DWRELOC_CLASS_REFERENCE:
      return AddReference(attribute);
    case DWRELOC_CLASS_BLOCK:
    case DWRELOC_CLASS_EXPRLOC:
      return AddBlock(attribute);
    case DWRELOC_CLASS_LOCLIST:
      expressions_.ReadList(attribute);
      return AddField(attribute);
    default:
      return AddField(attribute);
  }
}

void GraphReader::AddConstant(const Dwreloc_Attribute& attribute) {
  if (attribute.form == DW_FORM_data16) {
    Put(attribute, Kind::kBlob, DW_FORM_data16);
    return Put(graph_.blobs.Add(
        {reinterpret_cast<const char*>(&info_[attribute.offset]), 16}));
  }
  const std::uint64_t value = attribute.value;
  if (IsFileNumber(attribute.name) && value < kNone) {
    Put(attribute, Kind::kFile);
    return Put(static_cast<std::uint32_t>(value));
  }
  const bool is_signed = attribute.form == DW_FORM_sdata ||
                         attribute.form == DW_FORM_implicit_const;
  if (is_signed && static_cast<std::int64_t>(value) < 0) {
    Put(attribute, Kind::kNegative);
    return Put64(value);
  }
  if (!is_signed && !IsPlain(attribute.name, value, attribute.width)) {
    Put(attribute, attribute.width == 8 ? Kind::kExact64 : Kind::kExact,
        attribute.form);
    return attribute.width == 8 ? Put64(value)
                                : Put(static_cast<std::uint32_t>(value));
  }
  if (value <= UINT32_MAX) {
    Put(attribute, Kind::kNumber);
    return Put(static_cast<std::uint32_t>(value));
  }
  Put(attribute, Kind::kNumber64);
  Put64(value);
}

void GraphReader::AddString(const Dwreloc_Attribute& attribute) {
  Put(attribute, Kind::kString);
  OffsetMap* known = nullptr;
  if (attribute.value < kNone) {
    if (attribute.form == DW_FORM_strp) known = &known_[0];
    if (attribute.form == DW_FORM_line_strp) known = &known_[1];
  }
  const auto offset = static_cast<std::uint32_t>(attribute.value);
  std::uint32_t number = known == nullptr ? kNone : known->Find(offset);
  if (number == kNone) {
    const char* string = nullptr;
    std::size_t length = 0;
    Check(dwreloc_formstring(&attribute, &string, &length));
    number = graph_.strings.Add({string, length});
    if (known != nullptr) known->Add(offset, number);
  }
  Put(number);
}

void GraphReader::AddReference(const Dwreloc_Attribute& attribute) {
  const std::uint64_t base =
      attribute.form == DW_FORM_ref_addr ? 0 : graph_.units.back().info.offset;
  // Cut to a word it would lead to another one.
  if (attribute.value >= kNone - base)
    throw std::runtime_error("a reference leads to no DIE");
  references_.push_back(static_cast<std::uint32_t>(graph_.words.size()));
  Put(attribute, Kind::kReference);
  Put(static_cast<std::uint32_t>(base + attribute.value));
}

void GraphReader::AddBlock(const Dwreloc_Attribute& attribute) {
  const std::uint8_t* bytes = nullptr;
  std::size_t size = 0;
  Check(dwreloc_formblock(&attribute, &bytes, &size));
  const std::uint32_t blob =
      graph_.blobs.Add({reinterpret_cast<const char*>(bytes), size});
  const bool is_expression = attribute.attribute_class == DWRELOC_CLASS_EXPRLOC;
  if (is_expression && expressions_.IsPinned(attribute, blob)) {
    Put(attribute, Kind::kExpression);
    Put(expressions_.Read(attribute));
    graph_.trees.back().is_pinned = true;
    return;
  }
  Put(attribute, Kind::kBlob,
      is_expression ? std::uint16_t{DW_FORM_exprloc}
                    : std::uint16_t{DW_FORM_block});
  Put(blob);
}

void GraphReader::AddField(const Dwreloc_Attribute& attribute) {
  graph_.trees.back().is_pinned = true;
  Put(attribute, Kind::kField, attribute.form);
  Put(static_cast<std::uint32_t>(graph_.fields.size()));
  Field& field = graph_.fields.emplace_back();
  field.offset = static_cast<std::uint32_t>(attribute.offset);
  field.is_leb = attribute.width == 0;
  field.width = field.is_leb ? LebField(attribute) : attribute.width;
  field.value = attribute.value;
  field.keeps_records = KeepsRecords(attribute);
  if (attribute.name == DW_AT_stmt_list) {
    graph_.units.back().has_line_table = true;
    graph_.units.back().line_table = attribute.value;
  }
}

// The bytes of an index, with what is added to it.
std::uint16_t GraphReader::LebField(const Dwreloc_Attribute& attribute) const {
  constexpr std::uint16_t kMost = 64;
  std::uint16_t size = 1;
  while ((info_[attribute.offset + size - 1] & 0x80) != 0)
    if (++size > kMost) throw std::runtime_error("an index that is too long");
  return attribute.form == DW_FORM_LLVM_addrx_offset ? size + 4 : size;
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
  std::uint64_t size = 0;
  for (const dwreloc::Section section : file_.sections())
    if (section.name() == ".debug_info") size += section.data().size();
  if (size >= kNone) throw std::runtime_error(".debug_info is too large");
  // A value of a word takes more than a byte, on the average; a DIE three.
  graph_.words.reserve(size);
  graph_.die_offsets.reserve(size / 3);
  graph_.die_words.reserve(size / 3);
}

Graph GraphReader::Read() {
  Reserve();
  for (const dwreloc::Section section : file_.sections())
    if (section.name() == ".debug_macro")
      graph_.has_string_indexes |= HasIndexedMacros(file_, section.index());
  const Dwreloc_Unit* unit = nullptr;
  while (Check(dwreloc_units_next(file_.raw(), &unit)) != 0) {
    BeginUnit(unit);
    ReadUnit();
  }
  BeginTree();
  for (GraphUnit& read : graph_.units) ReadFiles(read);
  IndexDies();
  ResolveReferences();
  return std::move(graph_);
}

}  // namespace

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

Graph ReadGraph(const dwreloc::File& file) { return GraphReader(file).Read(); }

}  // namespace dwreloc_tools::compress
