#include "dwarf/strings.h"

#include <optional>

#include "absl/strings/str_cat.h"
#include "dwarf/constants.h"
#include "dwarf/contributions.h"
#include "dwarf/die.h"
#include "reloc/explain.h"

namespace dwreloc::internal {
namespace {

// Which string section, and where in it; kNone for DW_FORM_string.
struct StringOffset {
  SectionId section = SectionId::kNone;
  uint64_t offset = 0;
};

absl::Status BadDatum(const DwarfSections& sections, uint32_t section,
                      uint64_t offset, const RelocValue& value) {
  const ErrorCode code =
      value.is_bad() ? value.error : ErrorCode::kNeedsRelocation;
  return MakeError(
      ErrorDetail{.code = code,
                  .section = section,
                  .offset = offset,
                  .reloc_type = value.is_bad() ? value.detail : 0,
                  .symbol = value.symbol},
      absl::StrCat("string offset: ", WhyNoNumber(sections.context(), value)));
}

// DWARF 5 7.26: entry `index` of the unit's contribution.
absl::StatusOr<uint64_t> StringOffsetAt(const Unit& unit, uint64_t index) {
  const absl::StatusOr<SectionView>& view =
      unit.View(SectionId::kDebugStrOffsets);
  if (!view.ok()) {
    return MakeError(GetDetail(view.status()).code,
                     absl::StrCat("string index ", index,
                                  ": no usable .debug_str_offsets section: ",
                                  view.status().message()));
  }
  const int width = unit.encoding().offset_size();
  const uint64_t base = unit.bases().str_offsets.value;
  if (base == kNoOffset) {
    return MakeError(ErrorCode::kBadReloc,
                     absl::StrCat("string index ", index,
                                  ": the relocation of DW_AT_str_offsets_base "
                                  "cannot be applied"));
  }
  DWRELOC_ASSIGN_OR_RETURN(RelocCursor cursor,
                           CursorAtEntry(*view, base, index, width, "string"));
  const uint64_t at = cursor.offset();
  RelocValue other;
  const uint64_t offset = cursor.SectionOffset(width, &other);
  if (!other.is_constant())
    return BadDatum(unit.sections(), view->index, at, other);
  return offset;
}

absl::StatusOr<StringOffset> FindString(const Attribute& attribute) {
  const Unit& unit = *attribute.unit;
  if (attribute.attribute_class != AttributeClass::kString) {
    return MakeError(ErrorCode::kWrongForm, unit.section(), attribute.offset,
                     "the attribute is not a string");
  }
  if (!IsNumber(attribute)) {
    RelocCursor cursor = unit.CursorAt(attribute.offset);
    return BadDatum(unit.sections(), unit.section(), attribute.offset,
                    cursor.Value(attribute.width));
  }
  switch (attribute.form) {
    case DW_FORM_string:
      return StringOffset{SectionId::kNone, attribute.offset};
    case DW_FORM_strp:
      return StringOffset{SectionId::kDebugStr, attribute.value};
    case DW_FORM_line_strp:
      return StringOffset{SectionId::kDebugLineStr, attribute.value};
    case DW_FORM_strp_sup:
    case DW_FORM_GNU_strp_alt:
      return MakeError(ErrorCode::kNotFound, unit.section(), attribute.offset,
                       "the string is in a supplementary file");
    default:
      break;
  }
  DWRELOC_ASSIGN_OR_RETURN(const uint64_t offset,
                           StringOffsetAt(unit, attribute.value));
  return StringOffset{SectionId::kDebugStr, offset};
}

}  // namespace

absl::StatusOr<std::string_view> StringOf(const Attribute& attribute) {
  DWRELOC_ASSIGN_OR_RETURN(const StringOffset string, FindString(attribute));
  const Unit& unit = *attribute.unit;
  if (string.section == SectionId::kNone) {
    return std::string_view(
        reinterpret_cast<const char*>(unit.view().bytes.data()) +
            attribute.offset,
        static_cast<size_t>(attribute.data));
  }
  return unit.sections().String(string.section, unit.family(), string.offset);
}

const char* PeekString(const Attribute& attribute) {
  if (attribute.form != DW_FORM_strp || !IsNumber(attribute)) {
    return nullptr;
  }
  const Unit& unit = *attribute.unit;
  return unit.sections().PeekString(SectionId::kDebugStr, unit.family(),
                                    attribute.value);
}

absl::StatusOr<std::string_view> StringAt(const Unit& unit, uint64_t index) {
  DWRELOC_ASSIGN_OR_RETURN(const uint64_t offset, StringOffsetAt(unit, index));
  return unit.sections().String(SectionId::kDebugStr, unit.family(), offset);
}

std::string_view RootString(const Unit& unit, uint16_t name) {
  const absl::StatusOr<Die> root = RootDie(unit);
  if (!root.ok()) return {};
  const absl::StatusOr<std::optional<Attribute>> attribute =
      FindAttribute(*root, name);
  if (!attribute.ok() || !attribute->has_value()) return {};
  const absl::StatusOr<std::string_view> string = StringOf(**attribute);
  return string.ok() ? *string : std::string_view();
}

absl::StatusOr<SectionPlace> StringPlaceOf(const Attribute& attribute) {
  DWRELOC_ASSIGN_OR_RETURN(const StringOffset string, FindString(attribute));
  const Unit& unit = *attribute.unit;
  if (string.section == SectionId::kNone) {
    return SectionPlace{unit.section(), string.offset};
  }
  return SectionPlace{unit.sections().Find(string.section, unit.family()),
                      string.offset};
}

}  // namespace dwreloc::internal
