// emit.cc - see emit.h.
#include "dwreloc_compress/emit.h"

#include <dwreloc/dwarf.h>

#include <algorithm>
#include <cstring>
#include <stdexcept>
#include <string>

#include "dwreloc_compress/address_table.h"
#include "dwreloc_compress/leb128.h"

namespace dwreloc_tools::compress {
namespace {

class InfoEmitter {
 public:
  InfoEmitter(const Graph& graph, const Plan& plan, const Forms& forms,
              const StringTable& strings, const StringTable& line_strings,
              const Layout& layout, const std::vector<InfoSource>& sources,
              const NumberWriter& numbers)
      : graph_(graph),
        plan_(plan),
        forms_(forms),
        strings_(strings),
        line_strings_(line_strings),
        layout_(layout),
        sources_(sources),
        numbers_(numbers) {}

  std::vector<Section> Run();

 private:
  void PutHeader(std::uint32_t unit);
  void PutTree(std::uint32_t tree);
  void PutValue(const ShapeAttribute& attribute, std::uint16_t form,
                std::uint32_t at);
  void PutReference();
  void PutField(const Field& field);
  void PutExpression(const PinnedExpression& expression);
  void PutOperand(const DieOperand& operand, std::uint8_t* at);
  void Copy(std::uint32_t offset, std::uint32_t size);
  void Put(std::uint64_t value, unsigned size) {
    numbers_.Put(at_, value, size);
    at_ += size;
  }
  // A place in a section, with a record if links are kept.
  void PutLink(LinkTarget target, std::uint64_t value, unsigned size) {
    if (graph_.links.are_kept()) {
      section_->records.push_back(
          graph_.links.RecordOf(target, offset(), value, size));
      if (source_->records.is_rela) value = 0;
    }
    Put(value, size);
  }
  void PutLeb(std::uint64_t value, unsigned size) {
    PutUleb(at_, value, size);
    at_ += size;
  }
  void PutSlebHere(std::int64_t value) {
    const unsigned size = SlebSize(value);
    PutSleb(at_, value, size);
    at_ += size;
  }
  void PutBytes(const void* bytes, std::size_t size) {
    if (size > 0) std::memcpy(at_, bytes, size);
    at_ += size;
  }
  void PutBlockLength(std::uint16_t form, std::uint32_t size);
  std::uint32_t offset() const {
    return static_cast<std::uint32_t>(at_ - section_->bytes.data());
  }

  const Graph& graph_;
  const Plan& plan_;
  const Forms& forms_;
  const StringTable& strings_;
  const StringTable& line_strings_;
  const Layout& layout_;
  const std::vector<InfoSource>& sources_;
  const NumberWriter& numbers_;
  std::vector<Section> sections_;
  Section* section_ = nullptr;          // of the unit
  const InfoSource* source_ = nullptr;  // what it was
  std::uint8_t* at_ = nullptr;
  std::size_t reference_ = 0;  // the next one of the layout
  const GraphUnit* unit_ = nullptr;
  const Dwreloc_Unit_Info* info_ = nullptr;  // its
  std::uint32_t unit_offset_ = 0;
};

// DWARF 5 7.5.1, DWARF 4 7.5.1.
void InfoEmitter::PutHeader(std::uint32_t unit) {
  const UnitPlace& place = layout_.units[unit];
  const std::uint32_t abbrevs = forms_.tables[forms_.table_of[unit]].offset;
  std::uint64_t length = place.end - place.offset;
  if (info_->offset_size == 8) {
    Put(0xffffffff, 4);
    Put(length - 12, 8);
  } else {
    Put(length - 4, 4);
  }
  Put(info_->version, 2);
  if (info_->version >= 5) {
    Put(plan_.units[unit].is_new ? std::uint8_t{DW_UT_partial}
                                 : info_->unit_type,
        1);
    Put(info_->address_size, 1);
    PutLink(LinkTarget::kAbbrev, abbrevs, info_->offset_size);
  } else {
    PutLink(LinkTarget::kAbbrev, abbrevs, info_->offset_size);
    Put(info_->address_size, 1);
  }
  if (info_->unit_type != DW_UT_type) return;
  Put(info_->signature, 8);
  Put(layout_.offset_of_die[unit_->type] - place.offset, info_->offset_size);
}

void InfoEmitter::PutReference() {
  const InnerReference& reference = layout_.references[reference_++];
  PutLeb(reference.value, reference.size);
}

// Bytes with their records.
void InfoEmitter::Copy(std::uint32_t from, std::uint32_t size) {
  for (const RawRecord& record : source_->records.KeptIn(from, from + size)) {
    RawRecord moved = record;
    moved.offset = offset() + (record.offset - from);
    section_->records.push_back(moved);
    ++section_->copied_records;
  }
  PutBytes(source_->bytes.data() + from, size);
}

void InfoEmitter::PutField(const Field& field) {
  if (field.keeps_records) return Copy(field.offset, field.width);
  if (field.is_index) return PutLeb(field.value, field.width);
  // No number, or one of an odd size, as DW_FORM_addrx3.
  if (field.is_leb || (field.width != 1 && field.width != 2 &&
                       field.width != 4 && field.width != 8))
    return PutBytes(source_->bytes.data() + field.offset, field.width);
  Put(field.value, field.width);
}

void InfoEmitter::PutExpression(const PinnedExpression& expression) {
  std::uint32_t from = expression.offset;
  std::uint32_t operand = 0;
  const auto copy_to = [&](std::uint32_t end) {
    std::uint8_t* const begin = at_;
    Copy(from, end - from);
    for (; operand < expression.operand_count; ++operand) {
      const DieOperand& next =
          graph_.operands[expression.first_operand + operand];
      if (next.offset >= end) break;
      PutOperand(next, begin + (next.offset - from));
    }
  };
  for (std::uint32_t i = 0; i < expression.index_count; ++i) {
    const IndexOperation& operation =
        graph_.indexes[expression.first_index + i];
    copy_to(operation.offset);
    Put(DW_OP_addrx, 1);
    PutLeb(operation.index, UlebSize(operation.index));
    from = operation.offset + operation.size;
  }
  copy_to(expression.offset + expression.size);
}

void InfoEmitter::PutOperand(const DieOperand& operand, std::uint8_t* at) {
  const std::uint32_t die =
      layout_.offset_of_die[HomeOf(graph_, plan_, operand.die)];
  SetOperand(operand, die, unit_offset_, numbers_, at);
  if (!graph_.links.are_kept() || operand.is_of_unit) return;
  section_->records.push_back(graph_.links.RecordOf(
      LinkTarget::kInfo,
      static_cast<std::uint64_t>(at - section_->bytes.data()), die,
      operand.size));
  if (source_->records.is_rela) numbers_.Put(at, 0, operand.size);
}

void InfoEmitter::PutBlockLength(std::uint16_t form, std::uint32_t size) {
  switch (form) {
    case DW_FORM_block1:
      return Put(size, 1);
    case DW_FORM_block2:
      return Put(size, 2);
    case DW_FORM_block4:
      return Put(size, 4);
    default:
      return PutLeb(size, UlebSize(size));
  }
}

void InfoEmitter::PutValue(const ShapeAttribute& attribute, std::uint16_t form,
                           std::uint32_t at) {
  if (form == DW_FORM_flag_present || form == DW_FORM_implicit_const) return;
  if (form == DW_FORM_ref_udata) return PutReference();
  const std::uint32_t word = graph_.words[at];
  const std::uint64_t number = graph_.NumberAt(attribute.kind, at);
  switch (attribute.kind) {
    case Kind::kFalse:
      return Put(0, 1);
    case Kind::kTrue:
      return Put(1, 1);
    case Kind::kString:
      if (form == DW_FORM_string) {
        const std::string_view string = graph_.strings[word];
        PutBytes(string.data(), string.size());
        return Put(0, 1);
      }
      if (form == plan_.supplement.string_form)
        return Put(plan_.supplement.string_offsets[word], info_->offset_size);
      if (form == DW_FORM_strx) {
        const std::uint32_t index = unit_->string_indexes.at(word);
        return PutLeb(index, UlebSize(index));
      }
      if (form == DW_FORM_line_strp)
        return PutLink(LinkTarget::kLineStrings, line_strings_.OffsetOf(word),
                       info_->offset_size);
      return PutLink(LinkTarget::kStrings, strings_.OffsetOf(word),
                     info_->offset_size);
    case Kind::kReference:
      if (form == plan_.supplement.reference_form)
        return Put(plan_.supplement.OffsetOf(graph_, word),
                   SizeOf(graph_, *unit_, attribute, form, at));
      return PutLink(
          LinkTarget::kInfo, layout_.offset_of_die[HomeOf(graph_, plan_, word)],
          info_->version == 2 ? info_->address_size : info_->offset_size);
    case Kind::kBlob: {
      const std::string_view blob = graph_.blobs[word];
      if (form != DW_FORM_data16)
        PutBlockLength(form, static_cast<std::uint32_t>(blob.size()));
      return PutBytes(blob.data(), blob.size());
    }
    case Kind::kExpression:
      PutBlockLength(form, graph_.expressions[word].written_size);
      return PutExpression(graph_.expressions[word]);
    case Kind::kField:
      return PutField(graph_.fields[word]);
    case Kind::kAddressBase:
      return Put(AddressTable::HeaderSize(info_->offset_size),
                 info_->offset_size);
    case Kind::kNegative:
      return PutSlebHere(static_cast<std::int64_t>(number));
    default:
      break;
  }
  if (form == DW_FORM_udata) return PutLeb(number, UlebSize(number));
  Put(number, SizeOf(graph_, *unit_, attribute, form, at));
}

void InfoEmitter::PutTree(std::uint32_t tree) {
  const std::uint32_t end = graph_.trees[tree + 1].word;
  std::uint32_t die = graph_.trees[tree].die;
  for (std::uint32_t at = graph_.trees[tree].word; at < end;) {
    const std::uint32_t number = graph_.words[at++];
    if (number == kEndOfChildren) {
      Put(0, 1);
      continue;
    }
    const Shape& shape = graph_.shapes[number];
    const Abbreviation& abbreviation =
        forms_.abbreviations[forms_.of_die[die++]];
    PutLeb(abbreviation.code, UlebSize(abbreviation.code));
    for (std::size_t i = 0; i < shape.attributes.size(); ++i) {
      PutValue(shape.attributes[i], abbreviation.attributes[i].form, at);
      at += WordsOf(shape.attributes[i].kind);
    }
    if (abbreviation.has_sibling) PutReference();
  }
}

std::vector<Section> InfoEmitter::Run() {
  sections_.resize(layout_.sizes.size());
  for (std::size_t i = 0; i < sections_.size(); ++i)
    sections_[i].bytes.resize(layout_.sizes[i]);
  for (std::uint32_t unit = 0; unit < plan_.units.size(); ++unit) {
    const PlannedUnit& planned = plan_.units[unit];
    unit_ = &graph_.units[planned.source];
    info_ = &unit_->info;
    unit_offset_ = layout_.units[unit].offset;
    section_ = &sections_[unit_->section];
    source_ = &sources_[unit_->section];
    at_ = section_->bytes.data() + unit_offset_;
    PutHeader(unit);
    for (const std::uint32_t tree : planned.trees) {
      if (tree == kEndOfNamespace) {
        Put(0, 1);
      } else {
        PutTree(tree);
      }
    }
    const std::uint32_t root = graph_.trees[planned.trees[0]].word;
    if (graph_.ShapeOf(root).has_children) Put(0, 1);
    if (offset() != layout_.units[unit].end)
      throw std::logic_error("a unit is not as long as laid out");
  }
  for (Section& section : sections_)
    if (graph_.links.are_kept())
      std::ranges::stable_sort(section.records, {}, &RawRecord::offset);
  return std::move(sections_);
}

}  // namespace

void SetOperand(const DieOperand& operand, std::uint64_t die,
                std::uint64_t unit_offset, const NumberWriter& numbers,
                std::uint8_t* at) {
  const std::uint64_t value = operand.is_of_unit ? die - unit_offset : die;
  if (operand.is_uleb) {
    if (UlebSize(value) > operand.size)
      throw std::runtime_error("an operand has no room for the place of a DIE");
    PutUleb(at, value, operand.size);
    return;
  }
  if (operand.size < 8 && value >> (8 * operand.size) != 0)
    throw std::runtime_error("an operand has no room for the place of a DIE");
  numbers.Put(at, value, operand.size);
}

std::vector<Section> EmitInfo(const Graph& graph, const Plan& plan,
                              const Forms& forms, const StringTable& strings,
                              const StringTable& line_strings,
                              const Layout& layout,
                              const std::vector<InfoSource>& sources,
                              const NumberWriter& numbers) {
  return InfoEmitter(graph, plan, forms, strings, line_strings, layout, sources,
                     numbers)
      .Run();
}

}  // namespace dwreloc_tools::compress
