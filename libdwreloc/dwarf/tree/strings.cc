#include "dwarf/tree/strings.h"

#include <optional>

#include "absl/strings/str_cat.h"
#include "dwarf/constants.h"
#include "dwarf/tree/contributions.h"
#include "dwarf/tree/die.h"
#include "dwarf/tree/places.h"
#include "dwarf/tree/supplementary.h"
#include "reloc/explain.h"

namespace dwreloc::internal {
namespace {

// The kind of string section, and the offset in it; kNone for DW_FORM_string.
// kDebugSup: in .debug_str of the supplementary file.
struct StringOffset {
  SectionId id = SectionId::kNone;
  uint64_t offset = 0;
  // kNoSection: the one in which the unit's offsets count.
  uint32_t section = kNoSection;
};

// Interprets a datum that should be the offset of a string.
absl::StatusOr<StringOffset> OffsetFrom(const Unit& unit, SectionPlace datum,
                                        const RelocValue& value, SectionId id) {
  if (value.is_constant()) return StringOffset{id, value.value};
  const absl::StatusOr<SectionPlace> place =
      unit.sections().PlaceOf(value, id, unit.family());
  if (place.ok()) return StringOffset{id, place->offset, place->section};
  return FailureOf("string offset", datum.section, datum.offset,
                   place.status());
}

absl::StatusOr<std::string_view> StringIn(const Unit& unit,
                                          const StringOffset& string) {
  const DwarfSections& sections = unit.sections();
  return string.section == kNoSection
             ? sections.String(string.id, unit.family(), string.offset)
             : sections.String({string.section, string.offset});
}

// DWARF 5 7.26: entry `index` of the unit's contribution.
absl::StatusOr<StringOffset> StringOffsetAt(const Unit& unit, uint64_t index) {
  const DebugStrOffsetsBase base = unit.bases().str_offsets;
  const absl::StatusOr<SectionView>& view =
      unit.View(SectionId::kDebugStrOffsets, base.section);
  if (!view.ok()) {
    return MakeError(GetDetail(view.status()).code,
                     absl::StrCat("string index ", index,
                                  ": no usable .debug_str_offsets section: ",
                                  view.status().message()));
  }
  const int width = unit.encoding().offset_size();
  if (base.value == kNoOffset) {
    return NoOffset(unit, {DW_AT_str_offsets_base}, SectionId::kDebugStrOffsets,
                    absl::StrCat("string index ", index));
  }
  DWRELOC_ASSIGN_OR_RETURN(
      RelocCursor cursor,
      CursorAtEntry(*view, base.value, index, width, "string"));
  const uint64_t at = cursor.offset();
  RelocValue other;
  const uint64_t offset = cursor.SectionOffset(width, &other);
  if (other.is_constant()) return StringOffset{SectionId::kDebugStr, offset};
  return OffsetFrom(unit, {view->index, at}, other, SectionId::kDebugStr);
}

inline absl::StatusOr<StringOffset> FindString(const Attribute& attribute) {
  const Unit& unit = *attribute.unit;
  const SectionPlace datum = {unit.section(), attribute.offset};
  if (attribute.attribute_class != AttributeClass::kString) {
    return MakeError(ErrorCode::kWrongForm, datum.section, datum.offset,
                     "the attribute is not a string");
  }
  const FormTarget target = FormRowOf(attribute.form).target;
  switch (target) {
    case FormTarget::kStringHere:
      return StringOffset{SectionId::kNone, attribute.offset, datum.section};
    case FormTarget::kStr:
    case FormTarget::kLineStr: {
      const SectionId id = target == FormTarget::kStr
                               ? SectionId::kDebugStr
                               : SectionId::kDebugLineStr;
      if (IsNumber(attribute)) [[likely]]
        return StringOffset{id, attribute.value};
      return OffsetFrom(unit, datum, FieldOf(attribute), id);
    }
    case FormTarget::kSupStr:
      if (!IsNumber(attribute)) break;
      return StringOffset{SectionId::kDebugSup, attribute.value};
    default:
      break;
  }
  if (!IsNumber(attribute)) {
    return FailureOf(
        target == FormTarget::kSupStr ? "string offset" : "string index",
        datum.section, datum.offset,
        NoNumber(unit.sections().context(), FieldOf(attribute)));
  }
  return StringOffsetAt(unit, attribute.value);
}

}  // namespace

absl::StatusOr<std::string_view> StringOf(const Attribute& attribute) {
  DWRELOC_ASSIGN_OR_RETURN(const StringOffset string, FindString(attribute));
  const Unit& unit = *attribute.unit;
  if (string.id == SectionId::kNone) {
    return std::string_view(
        reinterpret_cast<const char*>(unit.view().bytes.data()) +
            attribute.offset,
        static_cast<size_t>(attribute.data));
  }
  if (string.id == SectionId::kDebugSup) {
    return SupplementaryString(unit.sections(), string.offset,
                               {unit.section(), attribute.offset});
  }
  return StringIn(unit, string);
}

absl::StatusOr<std::string_view> StringAt(const Unit& unit, uint64_t index) {
  DWRELOC_ASSIGN_OR_RETURN(const StringOffset string,
                           StringOffsetAt(unit, index));
  return StringIn(unit, string);
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
  if (string.id == SectionId::kDebugSup) {
    return MakeError(ErrorCode::kNotFound, unit.section(), attribute.offset,
                     "the string is in a supplementary file");
  }
  return SectionPlace{string.section == kNoSection
                          ? unit.sections().Find(string.id, unit.family())
                          : string.section,
                      string.offset};
}

}  // namespace dwreloc::internal
