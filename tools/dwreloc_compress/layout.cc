// layout.cc - see layout.h.
#include "dwreloc_compress/layout.h"

#include <dwreloc/dwarf.h>

#include <stdexcept>
#include <utility>

#include "dwreloc_compress/leb128.h"

namespace dwreloc_tools::compress {
namespace {

// DWARF 5 7.5.1, DWARF 4 7.5.1.
std::uint32_t HeaderSize(const Dwreloc_Unit_Info& info) {
  const std::uint32_t length = info.offset_size == 8 ? 12 : 4;
  // type_signature, type_offset.
  const std::uint32_t type =
      info.unit_type == DW_UT_type ? 8u + info.offset_size : 0u;
  return length + 2 + info.offset_size + 1 + (info.version >= 5 ? 1 : 0) + type;
}

class Layouter {
 public:
  Layouter(const Graph& graph, const Plan& plan, const Forms& forms)
      : graph_(graph), plan_(plan), forms_(forms) {}

  Layout Run();

 private:
  struct Reference {
    std::uint32_t item;    // that it is in
    std::uint32_t target;  // item; before all are known, a DIE
    bool is_die;
    std::uint8_t size;
  };

  void AddTree(const PlannedUnit& unit, std::uint32_t tree);
  void EndChildren();
  void Settle(const UnitPlace& place);

  const Graph& graph_;
  const Plan& plan_;
  const Forms& forms_;
  Layout layout_;
  // Of the current unit: DIEs and ends of children.
  std::vector<std::uint32_t> sizes_;
  std::vector<std::uint32_t> offsets_;  // and where the last one ends
  std::vector<Reference> references_;
  std::vector<std::uint32_t> dies_;  // by item, or kNone
  std::vector<std::uint32_t> item_of_die_;
  std::vector<std::uint32_t>
      open_;  // siblings to be found: references, or kNone
};

void Layouter::EndChildren() {
  const auto item = static_cast<std::uint32_t>(sizes_.size());
  sizes_.push_back(1);
  dies_.push_back(kNone);
  if (open_.back() != kNone) references_[open_.back()].target = item + 1;
  open_.pop_back();
}

void Layouter::AddTree(const PlannedUnit& unit, std::uint32_t tree) {
  const GraphUnit& source = graph_.units[unit.source];
  const std::uint32_t end = graph_.trees[tree + 1].word;
  std::uint32_t die = graph_.trees[tree].die;
  const bool is_root = tree == unit.trees[0];
  for (std::uint32_t at = graph_.trees[tree].word; at < end;) {
    const auto item = static_cast<std::uint32_t>(sizes_.size());
    const std::uint32_t number = graph_.words[at++];
    if (number == kEndOfChildren) {
      EndChildren();
      continue;
    }
    const Shape& shape = graph_.shapes[number];
    const Abbreviation& abbreviation = forms_.abbreviations[forms_.of_die[die]];
    std::uint32_t size = UlebSize(abbreviation.code);
    for (std::size_t i = 0; i < shape.attributes.size(); ++i) {
      const std::uint16_t form = abbreviation.attributes[i].form;
      if (form == DW_FORM_ref_udata) {
        references_.push_back(
            {.item = item,
             .target = HomeOf(graph_, plan_, graph_.words[at]),
             .is_die = true,
             .size = 1});
      } else {
        size += SizeOf(graph_, source, shape.attributes[i], form, at);
      }
      at += WordsOf(shape.attributes[i].kind);
    }
    if (shape.has_children && !is_root) open_.push_back(kNone);
    if (abbreviation.has_sibling) {
      open_.back() = static_cast<std::uint32_t>(references_.size());
      references_.push_back(
          {.item = item, .target = 0, .is_die = false, .size = 1});
    }
    sizes_.push_back(size);
    dies_.push_back(die);
    item_of_die_[die] = item;
    ++die;
  }
}

void Layouter::Settle(const UnitPlace& place) {
  for (Reference& reference : references_) {
    if (reference.is_die) reference.target = item_of_die_[reference.target];
    ++sizes_[reference.item];
  }
  offsets_.resize(sizes_.size() + 1);
  bool has_grown = true;
  while (has_grown) {
    has_grown = false;
    std::uint64_t offset = place.header_size;
    for (std::size_t i = 0; i < sizes_.size(); ++i) {
      offsets_[i] = static_cast<std::uint32_t>(offset);
      offset += sizes_[i];
    }
    if (place.offset + offset >= kNone)
      throw std::runtime_error(".debug_info would be too large");
    offsets_.back() = static_cast<std::uint32_t>(offset);
    for (Reference& reference : references_) {
      const unsigned needed = UlebSize(offsets_[reference.target]);
      if (needed <= reference.size) continue;
      sizes_[reference.item] += needed - reference.size;
      reference.size = static_cast<std::uint8_t>(needed);
      has_grown = true;
    }
  }
}

Layout Layouter::Run() {
  layout_.offset_of_die.assign(graph_.die_words.size(), kNone);
  item_of_die_.assign(graph_.die_words.size(), kNone);
  layout_.sizes.assign(graph_.sections.size(), 0);
  for (const PlannedUnit& unit : plan_.units) {
    std::uint32_t& offset = layout_.sizes[graph_.units[unit.source].section];
    UnitPlace place = {
        .offset = offset,
        .header_size = HeaderSize(graph_.units[unit.source].info)};
    sizes_.clear();
    dies_.clear();
    references_.clear();
    for (const std::uint32_t tree : unit.trees) {
      if (tree == kEndOfNamespace) {
        EndChildren();
      } else {
        AddTree(unit, tree);
      }
    }
    if (graph_.ShapeOf(graph_.trees[unit.trees[0]].word).has_children) {
      sizes_.push_back(1);
      dies_.push_back(kNone);
    }
    Settle(place);
    for (std::size_t i = 0; i < dies_.size(); ++i)
      if (dies_[i] != kNone)
        layout_.offset_of_die[dies_[i]] = offset + offsets_[i];
    for (const Reference& reference : references_)
      layout_.references.push_back(
          {.value = offsets_[reference.target], .size = reference.size});
    offset += offsets_.back();
    place.end = offset;
    layout_.units.push_back(place);
  }
  return std::move(layout_);
}

}  // namespace

std::uint32_t SizeOf(const Graph& graph, const GraphUnit& unit,
                     const ShapeAttribute& attribute, std::uint16_t form,
                     std::uint32_t at) {
  const auto block_size = [&] { return graph.BlockSize(attribute.kind, at); };
  const auto number = [&] { return graph.NumberAt(attribute.kind, at); };
  if (attribute.kind == Kind::kField)
    return graph.fields[graph.words[at]].width;
  switch (form) {
    case DW_FORM_flag_present:
    case DW_FORM_implicit_const:
      return 0;
    case DW_FORM_flag:
    case DW_FORM_data1:
      return 1;
    case DW_FORM_data2:
      return 2;
    case DW_FORM_data4:
    case DW_FORM_ref_sup4:
      return 4;
    case DW_FORM_data8:
    case DW_FORM_ref_sig8:
    case DW_FORM_ref_sup8:
      return 8;
    case DW_FORM_data16:
      return 16;
    case DW_FORM_udata:
      return UlebSize(number());
    case DW_FORM_strx:
      return UlebSize(unit.string_indexes.at(graph.words[at]));
    case DW_FORM_sdata:
      return SlebSize(static_cast<std::int64_t>(number()));
    case DW_FORM_string:
      return static_cast<std::uint32_t>(graph.strings[graph.words[at]].size() +
                                        1);
    case DW_FORM_ref_addr:
      return unit.info.version == 2 ? unit.info.address_size
                                    : unit.info.offset_size;
    case DW_FORM_block1:
      return 1 + block_size();
    case DW_FORM_block2:
      return 2 + block_size();
    case DW_FORM_block4:
      return 4 + block_size();
    case DW_FORM_exprloc:
      return UlebSize(block_size()) + block_size();
    default:
      // strp, line_strp and what a supplementary file has.
      return unit.info.offset_size;
  }
}

Layout LayOut(const Graph& graph, const Plan& plan, const Forms& forms) {
  return Layouter(graph, plan, forms).Run();
}

}  // namespace dwreloc_tools::compress
