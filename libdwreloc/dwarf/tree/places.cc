#include "dwarf/tree/places.h"

#include "absl/strings/str_cat.h"
#include "dwarf/constants.h"
#include "dwarf/tree/die.h"

namespace dwreloc::internal {

absl::StatusOr<SectionPlace> PlaceIn(const Unit& unit, const RelocValue& offset,
                                     SectionId id) {
  DWRELOC_ASSIGN_OR_RETURN(SectionPlace place,
                           unit.sections().PlaceOf(offset, id, unit.family()));
  if (offset.is_constant()) place.offset = unit.Locate(id, place.offset);
  return place;
}

absl::StatusOr<SectionPlace> PlaceOf(const Attribute& attribute, SectionId id) {
  const Unit& unit = *attribute.unit;
  absl::StatusOr<SectionPlace> place = PlaceIn(unit, FieldOf(attribute), id);
  if (place.ok()) return place;
  const char* name = AttributeName(attribute.name);
  return FailureOf(name == nullptr ? "attribute" : name, unit.section(),
                   attribute.offset, place.status());
}

absl::Status NoOffset(const Unit& unit, std::initializer_list<uint16_t> names,
                      SectionId id, std::string_view what) {
  const absl::string_view reader(what.data(), what.size());
  const absl::StatusOr<Die> root = RootDie(unit);
  if (!root.ok()) return root.status();
  for (const uint16_t name : names) {
    const absl::StatusOr<std::optional<Attribute>> attribute =
        FindAttribute(*root, name);
    if (!attribute.ok() || !attribute->has_value()) continue;
    const absl::StatusOr<SectionPlace> place = PlaceOf(**attribute, id);
    if (place.ok()) continue;
    return MakeError(GetDetail(place.status()),
                     absl::StrCat(reader, ": ", place.status().message()));
  }
  return MakeError(
      ErrorCode::kBadDwarf, unit.section(), unit.first_die(),
      absl::StrCat(reader, ": the unit does not say where its ", "table is"));
}

}  // namespace dwreloc::internal
