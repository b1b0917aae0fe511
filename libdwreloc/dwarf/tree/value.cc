#include "dwarf/tree/value.h"

#include "absl/strings/str_cat.h"
#include "dwarf/constants.h"
#include "dwarf/tree/addr.h"
#include "dwarf/tree/list_place.h"
#include "dwarf/tree/number_section.h"
#include "reloc/explain.h"

namespace dwreloc::internal {
namespace {

// Returns true if a value that is read that way is bytes, not a number.
bool IsBytes(FormOp op) {
  return op == FormOp::kFixed16 || op == FormOp::kString || IsBlock(op);
}

// The place of a list, as the record of an offset would give it.
absl::StatusOr<RelocValue> PlaceOfList(const Attribute& attribute) {
  DWRELOC_ASSIGN_OR_RETURN(const ListPlace list, ListPlaceOf(attribute));
  RelocValue place = RelocValue::Constant(list.offset);
  place.section = list.view->index;
  if (list.home->sections().file().IsSecondarySection(place.section)) {
    place.kind = RelocKind::kSection;
  }
  return place;
}

// Returns true if the value can be taken as a constant or an offset.
bool HasNumberClass(const Attribute& attribute) {
  switch (attribute.attribute_class) {
    case AttributeClass::kAddress:
    case AttributeClass::kString:
    case AttributeClass::kReference:
    case AttributeClass::kBlock:
    case AttributeClass::kExprloc:
    case AttributeClass::kUnknown:
      return false;
    default:
      return true;
  }
}

}  // namespace

absl::StatusOr<RelocValue> AttributeValue(const Attribute& attribute) {
  const FormRow& row = FormRowOf(attribute.form);
  if (row.target == FormTarget::kAddressIndex) return AddressOf(attribute);
  if (row.target == FormTarget::kListIndex) return PlaceOfList(attribute);
  if (IsBytes(row.op)) {
    return MakeError(ErrorCode::kWrongForm, attribute.unit->section(),
                     attribute.offset, "the attribute has no number");
  }
  RelocValue value = FieldOf(attribute);
  if (value.is_constant() && value.width != 0) {
    value.section = NumberSection(attribute);
  }
  return value;
}

const Unit& ValueUnit(const Attribute& attribute) {
  const Unit& unit = *attribute.unit;
  if (!unit.is_split()) return unit;
  if (IsAddressIndexForm(attribute.form)) return unit.address_unit();
  if (attribute.form == DW_FORM_rnglistx) {
    const absl::StatusOr<ListPlace> list = ListPlaceOf(attribute);
    if (list.ok()) return *list->home;
  }
  return unit;
}

absl::StatusOr<uint64_t> UnsignedValue(const Attribute& attribute) {
  if (!HasNumberClass(attribute)) {
    return WrongForm(attribute, "a constant or an offset");
  }
  if (!IsNumber(attribute)) return NotANumber(attribute);
  return attribute.value;
}

absl::StatusOr<int64_t> SignedValue(const Attribute& attribute) {
  DWRELOC_ASSIGN_OR_RETURN(const uint64_t number, UnsignedValue(attribute));
  const int width = attribute.width;
  return width >= 1 && width <= 8 ? SignExtend(number, width)
                                  : static_cast<int64_t>(number);
}

absl::StatusOr<bool> FlagValue(const Attribute& attribute) {
  if (attribute.attribute_class != AttributeClass::kFlag) {
    return WrongForm(attribute, "a flag");
  }
  return attribute.value != 0;
}

absl::StatusOr<Bytes> BlockValue(const Attribute& attribute) {
  const Bytes section = attribute.unit->view().bytes;
  if (attribute.form == DW_FORM_data16) {
    return section.subspan(static_cast<size_t>(attribute.offset), 16);
  }
  if (!IsBlockForm(attribute.form)) return WrongForm(attribute, "a block");
  return section.subspan(static_cast<size_t>(attribute.data),
                         static_cast<size_t>(attribute.value));
}

absl::Status WrongForm(const Attribute& attribute, std::string_view wanted) {
  const char* form = FormName(attribute.form);
  return MakeError(
      ErrorCode::kWrongForm, attribute.unit->section(), attribute.offset,
      absl::StrCat("expected ", absl::string_view(wanted.data(), wanted.size()),
                   ", found ", form == nullptr ? "an unknown form" : form));
}

absl::Status NotANumber(const Attribute& attribute) {
  DWRELOC_ASSIGN_OR_RETURN(const RelocValue value, AttributeValue(attribute));
  return NoNumber(attribute.unit->sections().context(), value);
}

}  // namespace dwreloc::internal
