#include "dwarf/tree/reference.h"

#include "absl/strings/str_cat.h"
#include "dwarf/tree/debug_info.h"
#include "dwarf/tree/die_at.h"
#include "dwarf/tree/supplementary.h"
#include "dwarf/tree/value.h"

namespace dwreloc::internal {
namespace {

// An offset in .debug_info, also from .debug_types.  If there are several of
// them, the record says in which.
absl::StatusOr<SectionPlace> FollowOffset(const Attribute& attribute) {
  const Unit& unit = *attribute.unit;
  const DwarfSections& sections = unit.sections();
  if ((attribute.flags & kAttributeHasRecord) != 0) {
    DWRELOC_ASSIGN_OR_RETURN(const RelocValue value, AttributeValue(attribute));
    return sections.PlaceOf(value, SectionId::kDebugInfo, unit.family());
  }
  const uint32_t section =
      unit.is_types() ? sections.Find(SectionId::kDebugInfo, unit.family())
                      : unit.section();
  return SectionPlace{section,
                      unit.Locate(SectionId::kDebugInfo, attribute.value)};
}

absl::StatusOr<SectionPlace> FollowSignature(const Attribute& attribute) {
  const Unit& unit = *attribute.unit;
  const Unit* target = unit.info().FindTypeUnit(attribute.value);
  if (target == nullptr) {
    return MakeError(ErrorCode::kNotFound, unit.section(), attribute.offset,
                     absl::StrCat("no type unit with signature 0x",
                                  absl::Hex(attribute.value)));
  }
  return SectionPlace{target->section(),
                      target->offset() + target->type_offset()};
}

}  // namespace

absl::StatusOr<SectionPlace> ReferencePlace(const Attribute& attribute) {
  const Unit& unit = *attribute.unit;
  if (attribute.attribute_class != AttributeClass::kReference) {
    return WrongForm(attribute, "a reference");
  }
  const FormTarget target = FormRowOf(attribute.form).target;
  const bool is_in_section =
      target == FormTarget::kInfoDie && attribute.section != kNoSection;
  if (!IsNumber(attribute) && !is_in_section) return NotANumber(attribute);
  switch (target) {
    case FormTarget::kUnitDie:
      return SectionPlace{unit.section(), unit.offset() + attribute.value};
    case FormTarget::kInfoDie:
      return FollowOffset(attribute);
    case FormTarget::kTypeUnit:
      return FollowSignature(attribute);
    default:
      return MakeError(ErrorCode::kNotFound, unit.section(), attribute.offset,
                       "the DIE is in a supplementary file");
  }
}

absl::StatusOr<Die> FollowReference(const Attribute& attribute) {
  const Unit& unit = *attribute.unit;
  if (attribute.attribute_class == AttributeClass::kReference &&
      FormRowOf(attribute.form).target == FormTarget::kSupDie &&
      IsNumber(attribute)) {
    return SupplementaryDie(unit.sections(), attribute.value,
                            {unit.section(), attribute.offset});
  }
  DWRELOC_ASSIGN_OR_RETURN(const SectionPlace place, ReferencePlace(attribute));
  return DieAt(unit.info(), place);
}

}  // namespace dwreloc::internal
