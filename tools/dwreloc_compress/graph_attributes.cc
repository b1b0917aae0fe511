// graph_attributes.cc - what DIEs say, without their forms: see graph_reader.h.
#include <dwreloc/dwarf.h>

#include <stdexcept>

#include "dwreloc_compress/attributes.h"
#include "dwreloc_compress/graph_reader.h"

namespace dwreloc_tools::compress {
namespace {

using dwreloc::detail::Check;

bool IsStringIndex(std::uint16_t form) {
  return form == DW_FORM_strx || form == DW_FORM_strx1 ||
         form == DW_FORM_strx2 || form == DW_FORM_strx3 ||
         form == DW_FORM_strx4;
}

}  // namespace

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
  if (graph_.links.are_kept() && IsStringIndex(attribute.form))
    graph_.units.back().string_indexes.try_emplace(
        number, static_cast<std::uint32_t>(attribute.value));
}

void GraphReader::AddReference(const Dwreloc_Attribute& attribute) {
  const GraphUnit& unit = graph_.units.back();
  const bool is_of_section = attribute.form == DW_FORM_ref_addr;
  const std::uint64_t base = is_of_section ? 0 : unit.offset;
  // Cut to a word it would lead to another one; so would the end of a section.
  if (attribute.value >= kNone - base ||
      !graph_.sections[is_of_section ? 0 : unit.section].Has(base +
                                                             attribute.value))
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
    const std::uint32_t number = expressions_.Read(attribute);
    Put(number);
    if (addresses_ != nullptr) addresses_->AddExpression(attribute, number);
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
  field.keeps_records = KeepsRecord(attribute);
  if (attribute.name == DW_AT_stmt_list) {
    graph_.units.back().has_line_table = true;
    graph_.units.back().line_table = attribute.value;
  }
  if (addresses_ != nullptr)
    addresses_->AddField(attribute,
                         static_cast<std::uint32_t>(graph_.fields.size() - 1),
                         field.keeps_records);
}

// Do its records stay, or the one of an offset, where links are kept?
bool GraphReader::KeepsRecord(const Dwreloc_Attribute& attribute) const {
  if (KeepsRecords(attribute)) return true;
  Dwreloc_Record record;
  if (!graph_.links.are_kept() ||
      Check(dwreloc_form_record(&attribute, &record)) == 0)
    return false;
  return record.value.section == DWRELOC_NO_SECTION ||
         !IsLaidOutAnew(file_.sections()[record.value.section].name());
}

// The bytes of an index, with what is added to it.
std::uint16_t GraphReader::LebField(const Dwreloc_Attribute& attribute) const {
  constexpr std::uint16_t kMost = 64;
  std::uint16_t size = 1;
  while ((info_[attribute.offset + size - 1] & 0x80) != 0)
    if (++size > kMost) throw std::runtime_error("an index that is too long");
  return attribute.form == DW_FORM_LLVM_addrx_offset ? size + 4 : size;
}

}  // namespace dwreloc_tools::compress
