// forms.cc - see forms.h.
#include "dwreloc_compress/forms.h"

#include <dwreloc/dwarf.h>

#include <algorithm>
#include <stdexcept>
#include <unordered_map>
#include <utility>

#include "dwreloc_compress/attributes.h"
#include "dwreloc_compress/hash.h"
#include "dwreloc_compress/leb128.h"

namespace dwreloc_tools::compress {
namespace {

// With a record to the reference, longer ones do.
std::size_t LengthOfShort(const Graph& graph) {
  return kShortString + graph.links.record_size();
}

// DIEs below one that is worth a DW_AT_sibling.
constexpr std::uint32_t kManyDies = 8;

std::uint16_t VersionOf(const Graph& graph, const PlannedUnit& unit) {
  return graph.units[unit.source].info.version;
}

class FormChooser {
 public:
  FormChooser(const Graph& graph, const Plan& plan, StringTable& strings,
              StringTable& line_strings)
      : graph_(graph),
        plan_(plan),
        strings_(strings),
        line_strings_(line_strings) {}

  Forms Choose(std::vector<std::uint32_t> order);

 private:
  // What is one in all DIEs of a shape so far.
  struct Constant {
    std::uint64_t value = 0;
    bool is_set = false;
    bool is_one = true;
    // How many of them take less in a form of a fixed size.
    std::uint32_t fixed_count = 0;
  };

  void CountTree(std::uint32_t unit, std::uint32_t tree);
  std::uint32_t TableOf(std::uint32_t unit);
  void ChooseUnit(std::uint32_t unit);
  void ChooseTree(std::uint32_t unit, std::uint32_t tree,
                  std::uint32_t members);
  std::uint32_t FindAbbreviation(std::uint32_t unit, std::uint32_t at,
                                 std::uint64_t choices);
  std::uint64_t ChoicesOf(std::uint32_t unit, std::uint32_t at,
                          bool has_sibling) const;
  // Is it there for the line tables? Only the DIE of a unit refers to it: gdb
  // 13 cannot skip others with DW_FORM_line_strp.
  bool IsLineString(std::uint32_t unit, std::uint32_t at) const {
    const PlannedUnit& planned = plan_.units[unit];
    return line_strings_.uses(graph_.words[at]) != 0 &&
           VersionOf(graph_, planned) >= 5 &&
           at >= graph_.trees[planned.trees[0]].word &&
           at < graph_.trees[planned.trees[0] + 1].word;
  }
  // Has the common file it? What file numbers need is always here.
  bool IsInSupplement(std::uint32_t unit, const ShapeAttribute& attribute,
                      std::uint32_t at) const {
    return attribute.name != DW_AT_comp_dir &&
           plan_.supplement.HasString(graph_.words[at]) &&
           plan_.supplement.HasFormsFor(VersionOf(graph_, plan_.units[unit])) &&
           !IsLineString(unit, at);
  }
  // Is it in the unit's part of .debug_str_offsets, where that stays?
  bool HasIndex(std::uint32_t unit, std::uint32_t string) const {
    const PlannedUnit& planned = plan_.units[unit];
    const auto& indexes = graph_.units[planned.source].string_indexes;
    return !planned.is_new && !indexes.empty() && indexes.contains(string);
  }
  // `shape`, `i`: which attribute it is of which shape.
  unsigned ChoiceOf(std::uint32_t unit, std::uint32_t shape, std::size_t i,
                    std::uint32_t at) const;
  // Do so many DIEs gain by forms of a fixed size that it pays for
  // abbreviations of their own?
  bool HasFixedForms(std::uint32_t shape, std::size_t i) const {
    constexpr std::uint32_t kAbbreviationSize = 32;
    return i < constants_[shape].size() && !constants_[shape][i].is_one &&
           constants_[shape][i].fixed_count >= kAbbreviationSize;
  }
  FormAttribute FormOf(const ShapeAttribute& attribute, unsigned choice,
                       std::uint16_t version) const;
  bool IsConstant(std::uint32_t shape, std::size_t attribute,
                  std::uint16_t version) const;
  void KeepShort(std::uint32_t tree, std::vector<bool>& is_elsewhere) const;
  void FindChoices();
  void AssignCodes();
  void WriteTables();

  const Graph& graph_;
  const Plan& plan_;
  StringTable& strings_;
  StringTable& line_strings_;
  Forms forms_;
  std::vector<std::vector<Constant>> constants_;  // by shape, attribute
  // By shape: bits of the attributes whose form depends on the value. Those
  // from 63 on have one.
  std::vector<std::uint64_t> choices_;
  std::vector<std::uint32_t> shape_counts_;
  std::unordered_map<std::uint64_t, std::vector<std::uint32_t>> known_;
  std::vector<bool> is_inline_;       // by string
  std::vector<std::uint32_t> order_;  // strings as they are met in the file
  // Of the current tree: DIEs whose children are being read, and how many DIEs
  // are below each.
  std::vector<std::uint32_t> open_;
  std::vector<std::uint32_t> below_;
};

// Can the form depend on the value?
bool HasChoice(Kind kind) {
  return kind == Kind::kString || kind == Kind::kReference ||
         kind == Kind::kBlob || kind == Kind::kExpression ||
         kind == Kind::kNumber64;
}

bool HasConstant(Kind kind) {
  return kind == Kind::kNumber || kind == Kind::kFile;
}

// Counts the strings of a tree, and finds values that never differ.
void FormChooser::CountTree(std::uint32_t unit, std::uint32_t tree) {
  const std::uint32_t end = graph_.trees[tree + 1].word;
  for (std::uint32_t at = graph_.trees[tree].word; at < end;) {
    const std::uint32_t number = graph_.words[at++];
    const Shape& shape = graph_.shapes[number];
    ++shape_counts_[number];
    std::vector<Constant>& constants = constants_[number];
    constants.resize(shape.attributes.size());
    for (std::size_t i = 0; i < shape.attributes.size(); ++i) {
      const Kind kind = shape.attributes[i].kind;
      const std::uint32_t word = graph_.words[at];
      if (kind == Kind::kString) {
        order_.push_back(word);
        if (!IsLineString(unit, at) &&
            !IsInSupplement(unit, shape.attributes[i], at) &&
            !HasIndex(unit, word))
          strings_.Use(word);
      }
      if (HasConstant(kind)) {
        Constant& constant = constants[i];
        if (!constant.is_set) constant = {.value = word, .is_set = true};
        constant.is_one &= constant.value == word;
        if (FixedSize(shape.attributes[i].name, word) != 0)
          ++constant.fixed_count;
      }
      at += WordsOf(kind);
    }
  }
}

bool FormChooser::IsConstant(std::uint32_t shape, std::size_t attribute,
                             std::uint16_t version) const {
  constexpr std::uint32_t kFew = 4;
  return version >= 5 && shape_counts_[shape] >= kFew &&
         constants_[shape][attribute].is_one;
}

// A number below the attribute's choices.
unsigned FormChooser::ChoiceOf(std::uint32_t unit, std::uint32_t shape,
                               std::size_t i, std::uint32_t at) const {
  const ShapeAttribute& attribute = graph_.shapes[shape].attributes[i];
  const std::uint32_t word = graph_.words[at];
  switch (attribute.kind) {
    case Kind::kString:
      return IsLineString(unit, at)                ? 2
             : IsInSupplement(unit, attribute, at) ? 3
             : HasIndex(unit, word)                ? 4
             : is_inline_[word]                    ? 1
                                                   : 0;
    case Kind::kReference: {
      if (plan_.supplement.HasTree(graph_.die_trees[word])) return 2;
      const std::uint32_t home = HomeOf(graph_, plan_, word);
      return plan_.unit_of[graph_.die_trees[home]] == unit ? 0 : 1;
    }
    case Kind::kBlob:
    case Kind::kExpression: {
      const std::uint32_t size = graph_.BlockSize(attribute.kind, at);
      return size < 0x100 ? 0 : size < 0x10000 ? 1 : 2;
    }
    case Kind::kNumber:
    case Kind::kFile:
      return HasFixedForms(shape, i) ? FixedSize(attribute.name, word) : 0;
    case Kind::kNumber64: {
      const std::uint64_t value = graph_.NumberAt(attribute.kind, at);
      return UlebSize(value) > 8 && value >> 63 == 0 ? 1 : 0;
    }
    default:
      return 0;
  }
}

FormAttribute FormChooser::FormOf(const ShapeAttribute& attribute,
                                  unsigned choice,
                                  std::uint16_t version) const {
  const auto form = [&](std::uint16_t number) {
    return FormAttribute{attribute.name, number};
  };
  constexpr std::uint16_t kBlocks[] = {DW_FORM_block1, DW_FORM_block2,
                                       DW_FORM_block4};
  switch (attribute.kind) {
    case Kind::kTrue:
      return form(version >= 4 ? DW_FORM_flag_present : DW_FORM_flag);
    case Kind::kFalse:
      return form(DW_FORM_flag);
    case Kind::kNumber:
    case Kind::kFile:
      return form(choice == 1   ? DW_FORM_data1
                  : choice == 2 ? DW_FORM_data2
                  : choice == 4 ? DW_FORM_data4
                                : DW_FORM_udata);
    case Kind::kNumber64:
      return form(choice == 1 && version >= 4 ? DW_FORM_data8 : DW_FORM_udata);
    case Kind::kNegative:
      return form(DW_FORM_sdata);
    case Kind::kString:
      if (choice == 4) return form(DW_FORM_strx);
      if (choice == 3) return form(plan_.supplement.string_form);
      return form(choice == 1   ? DW_FORM_string
                  : choice == 2 ? DW_FORM_line_strp
                                : DW_FORM_strp);
    case Kind::kReference:
      if (choice == 2) return form(plan_.supplement.reference_form);
      return form(choice == 0 ? DW_FORM_ref_udata : DW_FORM_ref_addr);
    case Kind::kBlob:
      if (attribute.form == DW_FORM_data16) return form(DW_FORM_data16);
      [[fallthrough]];
    case Kind::kExpression:
      if (attribute.form != DW_FORM_block && version >= 4)
        return form(DW_FORM_exprloc);
      return form(kBlocks[choice]);
    case Kind::kExact:
    case Kind::kExact64:
    case Kind::kRaw:
    case Kind::kField:
    case Kind::kAddressBase:
      break;
  }
  return form(attribute.form);
}

void FormChooser::FindChoices() {
  choices_.assign(graph_.shapes.size(), std::uint64_t{1} << 63);
  for (std::uint32_t shape = 0; shape < graph_.shapes.size(); ++shape) {
    const std::vector<ShapeAttribute>& all = graph_.shapes[shape].attributes;
    for (std::size_t i = 0; i < all.size() && i < 63; ++i)
      if (HasChoice(all[i].kind) ||
          (HasConstant(all[i].kind) && HasFixedForms(shape, i)))
        choices_[shape] |= std::uint64_t{1} << i;
  }
}

std::uint64_t FormChooser::ChoicesOf(std::uint32_t unit, std::uint32_t at,
                                     bool has_sibling) const {
  const std::uint32_t number = graph_.words[at++];
  const Shape& shape = graph_.shapes[number];
  const std::uint64_t mask = choices_[number];
  std::uint64_t choices = has_sibling ? 1 : 2;
  for (std::size_t i = 0; i < shape.attributes.size(); ++i) {
    const Kind kind = shape.attributes[i].kind;
    if ((mask >> std::min<std::size_t>(i, 63) & 1) != 0) {
      if (choices > UINT64_MAX / 16)
        throw std::runtime_error("a DIE has too many attributes");
      choices = choices * 8 + ChoiceOf(unit, number, i, at);
    }
    at += WordsOf(kind);
  }
  return choices;
}

std::uint32_t FormChooser::FindAbbreviation(std::uint32_t unit,
                                            std::uint32_t at,
                                            std::uint64_t choices) {
  const std::uint32_t number = graph_.words[at];
  const std::uint32_t table = forms_.table_of[unit];
  std::vector<std::uint32_t>& same =
      known_[Combine(Combine(number, table), choices)];
  for (const std::uint32_t known : same) {
    const Abbreviation& abbreviation = forms_.abbreviations[known];
    if (abbreviation.shape == number && abbreviation.table == table &&
        abbreviation.choices == choices)
      return known;
  }
  same.push_back(static_cast<std::uint32_t>(forms_.abbreviations.size()));
  Abbreviation& added = forms_.abbreviations.emplace_back();
  added.shape = number;
  added.table = table;
  added.choices = choices;
  const std::uint16_t version = forms_.tables[table].version;
  const Shape& shape = graph_.shapes[number];
  ++at;
  for (std::size_t i = 0; i < shape.attributes.size(); ++i) {
    const ShapeAttribute& attribute = shape.attributes[i];
    FormAttribute form =
        FormOf(attribute, ChoiceOf(unit, number, i, at), version);
    if (HasConstant(attribute.kind) && IsConstant(number, i, version)) {
      form.form = DW_FORM_implicit_const;
      form.value = static_cast<std::int64_t>(constants_[number][i].value);
    }
    added.attributes.push_back(form);
    at += WordsOf(attribute.kind);
  }
  return same.back();
}

void FormChooser::ChooseUnit(std::uint32_t unit) {
  const std::vector<std::uint32_t>& trees = plan_.units[unit].trees;
  // How many DIEs are in each namespace.
  std::vector<std::uint32_t> members(trees.size(), 0);
  std::vector<std::size_t> open;
  std::uint32_t count = 0;
  for (std::size_t i = 1; i < trees.size(); ++i) {
    if (trees[i] == kEndOfNamespace) {
      members[open.back()] = count - members[open.back()];
      open.pop_back();
      continue;
    }
    count += graph_.DieCount(trees[i]);
    if (!graph_.IsOpen(trees[i])) continue;
    members[i] = count;
    open.push_back(i);
  }
  for (std::size_t i = 0; i < trees.size(); ++i)
    if (trees[i] != kEndOfNamespace) ChooseTree(unit, trees[i], members[i]);
}

// `members`: how many DIEs are in it besides those of the tree.
void FormChooser::ChooseTree(std::uint32_t unit, std::uint32_t tree,
                             std::uint32_t members) {
  const std::uint32_t end = graph_.trees[tree + 1].word;
  const std::uint32_t first = graph_.trees[tree].die;
  // How many DIEs are below each: one that has none is a matter of its shape.
  open_.clear();
  below_.assign(graph_.DieCount(tree), 0);
  below_[0] = members;
  std::uint32_t die = first;
  std::uint32_t at = graph_.trees[tree].word;
  while (at < end) {
    const std::uint32_t number = graph_.words[at++];
    if (number == kEndOfChildren) {
      below_[open_.back()] = die - first - open_.back() - 1;
      open_.pop_back();
      continue;
    }
    const Shape& shape = graph_.shapes[number];
    if (shape.has_children && at + shape.word_count < end)
      open_.push_back(die - first);
    at += shape.word_count;
    ++die;
  }
  die = first;
  for (at = graph_.trees[tree].word; at < end;) {
    const std::uint32_t number = graph_.words[at];
    if (number == kEndOfChildren) {
      ++at;
      continue;
    }
    const bool has_sibling = below_[die - first] >= kManyDies;
    const std::uint32_t found =
        FindAbbreviation(unit, at, ChoicesOf(unit, at, has_sibling));
    Abbreviation& abbreviation = forms_.abbreviations[found];
    if (has_sibling && !abbreviation.has_sibling) {
      abbreviation.has_sibling = true;
      abbreviation.attributes.push_back({DW_AT_sibling, DW_FORM_ref_udata});
    }
    ++abbreviation.count;
    forms_.of_die[die] = found;
    at += 1 + graph_.shapes[number].word_count;
    ++die;
  }
}

// One table for all units of a version.
std::uint32_t FormChooser::TableOf(std::uint32_t unit) {
  const std::uint16_t version = VersionOf(graph_, plan_.units[unit]);
  const auto found =
      std::ranges::find(forms_.tables, version, &AbbreviationTable::version);
  const auto table = static_cast<std::uint32_t>(found - forms_.tables.begin());
  if (table == forms_.tables.size())
    forms_.tables.emplace_back().version = version;
  return table;
}

// Frequent ones have codes of one byte.
void FormChooser::AssignCodes() {
  for (std::uint32_t i = 0; i < forms_.abbreviations.size(); ++i)
    forms_.tables[forms_.abbreviations[i].table].order.push_back(i);
  for (AbbreviationTable& table : forms_.tables) {
    std::ranges::stable_sort(
        table.order, [&](std::uint32_t a, std::uint32_t b) {
          return forms_.abbreviations[a].count > forms_.abbreviations[b].count;
        });
    for (std::uint32_t i = 0; i < table.order.size(); ++i)
      forms_.abbreviations[table.order[i]].code = i + 1;
  }
}

void FormChooser::WriteTables() {
  std::vector<std::uint8_t>& bytes = forms_.bytes;
  for (AbbreviationTable& table : forms_.tables) {
    table.offset = static_cast<std::uint32_t>(bytes.size());
    for (const std::uint32_t number : table.order) {
      const Abbreviation& abbreviation = forms_.abbreviations[number];
      const Shape& shape = graph_.shapes[abbreviation.shape];
      AppendUleb(bytes, abbreviation.code);
      AppendUleb(bytes, shape.tag);
      bytes.push_back(shape.has_children ? 1 : 0);
      for (const FormAttribute& attribute : abbreviation.attributes) {
        AppendUleb(bytes, attribute.name);
        AppendUleb(bytes, attribute.form);
        if (attribute.form == DW_FORM_implicit_const)
          AppendSleb(bytes, attribute.value);
      }
      bytes.push_back(0);
      bytes.push_back(0);
    }
    bytes.push_back(0);
  }
}

// Operands of one byte count up to DIEs behind these: strings would push them
// out of reach.
void FormChooser::KeepShort(std::uint32_t tree,
                            std::vector<bool>& is_elsewhere) const {
  const std::uint32_t end = graph_.trees[tree + 1].word;
  for (std::uint32_t at = graph_.trees[tree].word; at < end;) {
    const std::uint32_t number = graph_.words[at++];
    if (number == kEndOfChildren) continue;
    for (const ShapeAttribute& attribute : graph_.shapes[number].attributes) {
      if (attribute.kind == Kind::kString &&
          graph_.strings[graph_.words[at]].size() > kShortString)
        is_elsewhere[graph_.words[at]] = true;
      at += WordsOf(attribute.kind);
    }
  }
}

Forms FormChooser::Choose(std::vector<std::uint32_t> order) {
  constants_.resize(graph_.shapes.size());
  shape_counts_.resize(graph_.shapes.size());
  for (std::uint32_t unit = 0; unit < plan_.units.size(); ++unit) {
    forms_.table_of.push_back(TableOf(unit));
    for (const std::uint32_t tree : plan_.units[unit].trees)
      if (tree != kEndOfNamespace) CountTree(unit, tree);
  }
  is_inline_.resize(graph_.strings.size());
  // Other sections cannot hold a string themselves.
  std::vector<bool> is_elsewhere(graph_.strings.size(), false);
  for (const std::uint32_t string : order) is_elsewhere[string] = true;
  FindChoices();
  const std::size_t short_string = LengthOfShort(graph_);
  for (const PlannedUnit& unit : plan_.units) {
    for (const std::uint32_t tree : unit.trees) {
      if (tree == kEndOfNamespace || graph_.trees[tree].operand_size != 1)
        continue;
      KeepShort(unit.trees[0], is_elsewhere);
      KeepShort(tree, is_elsewhere);
    }
  }
  strings_.FindTails();
  line_strings_.FindTails();
  for (std::uint32_t i = 0; i < graph_.strings.size(); ++i) {
    if (strings_.uses(i) == 0 || is_elsewhere[i]) continue;
    is_inline_[i] =
        graph_.strings[i].size() <= short_string ||
        (strings_.uses(i) == 1 && !strings_.is_tail(i) && !strings_.is_host(i));
    if (is_inline_[i]) strings_.Drop(i, strings_.uses(i));
  }
  forms_.of_die.resize(graph_.die_words.size());
  for (std::uint32_t unit = 0; unit < plan_.units.size(); ++unit)
    ChooseUnit(unit);
  order_.insert(order_.end(), order.begin(), order.end());
  strings_.Place(order_);
  line_strings_.Place(order_);
  AssignCodes();
  WriteTables();
  return std::move(forms_);
}

}  // namespace

Forms ChooseForms(const Graph& graph, const Plan& plan, StringTable& strings,
                  StringTable& line_strings,
                  std::vector<std::uint32_t> order_of_others) {
  return FormChooser(graph, plan, strings, line_strings)
      .Choose(std::move(order_of_others));
}

}  // namespace dwreloc_tools::compress
