#include "dwarf/tree/list_place.h"

#include "absl/strings/str_cat.h"
#include "dwarf/constants.h"
#include "dwarf/tree/places.h"
#include "dwarf/tree/skeleton.h"
#include "reloc/explain.h"

namespace dwreloc::internal {
namespace {

// Where the lists of an attribute are.
struct ListHome {
  // The unit whose file it is: the skeleton, for some range lists of split
  // units.
  const Unit* unit = nullptr;
  SectionId section = SectionId::kNone;
  // The offset table that the index forms use (DWARF 5 7.28, 7.29), and the
  // attribute that says where it is.
  DebugListOffset base;
  uint16_t base_name = 0;
  // What the numbers of other forms count from.
  DebugListOffset origin;
};

SectionId SectionFor(const Unit& unit, bool is_location_list) {
  if (unit.encoding().version < 5) {
    return is_location_list ? SectionId::kDebugLoc : SectionId::kDebugRanges;
  }
  return is_location_list ? SectionId::kDebugLoclists
                          : SectionId::kDebugRnglists;
}

// Returns true if the lists of a split unit stay with its skeleton.  Before
// version 5 (GNU DebugFission) they do; gcc 8 to 10 leave them there in version
// 5 as well.
bool IsInSkeleton(const Unit& unit, uint16_t form) {
  if (!unit.is_split()) return false;
  if (unit.encoding().version < 5) return true;
  return form == DW_FORM_rnglistx &&
         unit.sections().Find(SectionId::kDebugRnglists, unit.family()) ==
             kNoSection;
}

DebugListOffset TableOf(const Unit& unit) {
  const DebugRngListsBase base = unit.bases().rnglists;
  return {.value = base.value, .section = base.section};
}

// For the lists in the unit's own file.
ListHome HomeOf(const Unit& unit) {
  const SectionId section = SectionFor(unit, false);
  return {.unit = &unit,
          .section = section,
          .base = TableOf(unit),
          .base_name = DW_AT_rnglists_base,
          .origin = {.value = unit.Origin(section)}};
}

// For the lists that the split units of this one have here.
ListHome SkeletonHome(const Unit& skeleton) {
  ListHome home = HomeOf(skeleton);
  const DebugRngListsBase origin =
      skeleton.bases().gnu_ranges.value_or(DebugRngListsBase{.value = 0});
  home.origin = {.value = origin.value, .section = origin.section};
  return home;
}

ListHome LocationsOf(const Unit& unit) {
  const SectionId section = SectionFor(unit, true);
  const DebugLocListsBase base = unit.bases().loclists;
  return {.unit = &unit,
          .section = section,
          .base = {.value = base.value, .section = base.section},
          .base_name = DW_AT_loclists_base,
          .origin = {.value = unit.Origin(section)}};
}

absl::Status NoSection(const absl::Status& why, std::string_view list,
                       SectionId section) {
  const std::string_view name = SectionIdName(section);
  return MakeError(
      GetDetail(why).code,
      absl::StrCat("list ", absl::string_view(list.data(), list.size()),
                   ": no usable ", absl::string_view(name.data(), name.size()),
                   " section: ", why.message()));
}

// List `index` of the offset table.
absl::StatusOr<DebugListOffset> ListOffsetAt(const ListHome& home,
                                             uint64_t index) {
  const Unit& unit = *home.unit;
  const uint64_t base = home.base.value;
  const absl::StatusOr<SectionView>& view =
      unit.View(home.section, home.base.section);
  if (!view.ok()) {
    return NoSection(view.status(), absl::StrCat("index ", index),
                     home.section);
  }
  if (base == kNoOffset) {
    return NoOffset(unit, {home.base_name}, home.section,
                    absl::StrCat("list index ", index));
  }
  // The header's last field, offset_entry_count, immediately precedes the
  // offsets.
  const uint64_t section_size = view->bytes.size();
  constexpr uint64_t kCountSize = 4;
  if (base < kCountSize || base > section_size) {
    return MakeError(ErrorCode::kBadDwarf, view->index, base,
                     absl::StrCat("list index ", index,
                                  ": no offset table "
                                  "there in the section of ",
                                  section_size, " bytes"));
  }
  RelocCursor cursor(*view, base - kCountSize);
  const uint64_t count = cursor.U32();
  const int width = unit.encoding().offset_size();
  const uint64_t size = static_cast<uint64_t>(width);
  if (index >= count || index >= (section_size - base) / size) {
    return MakeError(
        ErrorCode::kBadDwarf, view->index, base,
        absl::StrCat("list index ", index, " of ", count,
                     " offsets in the section of ", section_size, " bytes"));
  }
  const uint64_t at = base + index * size;
  cursor.Seek(at);
  RelocValue other;
  const uint64_t offset = cursor.SectionOffset(width, &other);
  if (!other.is_constant()) {
    return FailureOf(absl::StrCat("offset of list ", index), view->index, at,
                     NoNumber(unit.sections().context(), other));
  }
  if (offset > section_size - base) {
    return MakeError(
        ErrorCode::kBadDwarf, view->index, at,
        absl::StrCat("offset of list ", index, " is outside the section of ",
                     section_size, " bytes"));
  }
  return DebugListOffset{.value = base + offset, .section = home.base.section};
}

// The offset of the list that an attribute of class rnglist or loclist refers
// to.
absl::StatusOr<DebugListOffset> ListOffset(const Attribute& attribute,
                                           const ListHome& home) {
  const Unit& unit = *attribute.unit;
  const auto error = [&](ErrorCode code, std::string_view text) {
    return MakeError(code, unit.section(), attribute.offset, text);
  };
  if (attribute.form == DW_FORM_rnglistx ||
      attribute.form == DW_FORM_loclistx) {
    if (IsNumber(attribute)) {
      absl::StatusOr<DebugListOffset> found =
          ListOffsetAt(home, attribute.value);
      if (found.ok()) return found;
      return InSkeleton(unit, *home.unit, found.status());
    }
    return FailureOf("list index", unit.section(), attribute.offset,
                     NoNumber(unit.sections().context(), FieldOf(attribute)));
  }
  if (!IsNumber(attribute)) {
    DWRELOC_ASSIGN_OR_RETURN(const SectionPlace place,
                             PlaceOf(attribute, home.section));
    if (&home.unit->sections() != &unit.sections()) {
      return error(ErrorCode::kBadReloc,
                   "the list is in the skeleton's file, which no record of "
                   "this one leads to");
    }
    return DebugListOffset{.value = place.offset, .section = place.section};
  }
  if (home.origin.value == kNoOffset) {
    return InSkeleton(
        unit, *home.unit,
        NoOffset(*home.unit, {DW_AT_GNU_ranges_base}, home.section, "list"));
  }
  if (home.origin.value > UINT64_MAX - attribute.value) {
    return error(ErrorCode::kBadDwarf, "list offset is too large");
  }
  return DebugListOffset{.value = home.origin.value + attribute.value,
                         .section = home.origin.section};
}

absl::StatusOr<ListPlace> PlaceAt(const Unit& home, SectionId section,
                                  DebugListOffset at, bool is_location_list) {
  const absl::StatusOr<SectionView>& view = home.View(section, at.section);
  if (!view.ok()) {
    return NoSection(view.status(),
                     absl::StrCat("at offset 0x", absl::Hex(at.value)),
                     section);
  }
  if (at.value >= view->bytes.size()) {
    return MakeError(ErrorCode::kBadDwarf, view->index, at.value,
                     absl::StrCat("list is outside the section of ",
                                  view->bytes.size(), " bytes"));
  }
  return ListPlace{.home = &home,
                   .view = &*view,
                   .offset = at.value,
                   .is_location_list = is_location_list};
}

absl::StatusOr<ListPlace> PlaceAt(const ListHome& home,
                                  const absl::StatusOr<DebugListOffset>& at,
                                  bool is_location_list) {
  if (!at.ok()) return at.status();
  return PlaceAt(*home.unit, home.section, *at, is_location_list);
}

// Returns true if the number of an attribute is the offset of its list in the
// section, so that no base is needed.  That of nearly all is.
bool CountsFromSection(const Attribute& attribute) {
  return IsNumber(attribute) && attribute.form != DW_FORM_loclistx &&
         attribute.form != DW_FORM_rnglistx && !attribute.unit->is_split() &&
         !attribute.unit->is_packaged();
}

// The error of an attribute of another class.
absl::Status NoList(const Attribute& attribute, std::string_view wanted) {
  return MakeError(
      ErrorCode::kWrongForm, attribute.unit->section(), attribute.offset,
      absl::StrCat("the attribute is not a ",
                   absl::string_view(wanted.data(), wanted.size()), " list"));
}

}  // namespace

absl::StatusOr<ListPlace> ListPlaceOf(const Attribute& attribute) {
  const Unit& unit = *attribute.unit;
  const bool is_location_list =
      attribute.attribute_class == AttributeClass::kLoclist;
  if (CountsFromSection(attribute)) [[likely]] {
    return PlaceAt(unit, SectionFor(unit, is_location_list),
                   {.value = attribute.value}, is_location_list);
  }
  if (is_location_list) {
    const ListHome home = LocationsOf(unit);
    return PlaceAt(home, ListOffset(attribute, home), true);
  }
  if (!IsInSkeleton(unit, attribute.form)) {
    const ListHome home = HomeOf(unit);
    return PlaceAt(home, ListOffset(attribute, home), false);
  }
  const Unit& skeleton = unit.address_unit();
  if (&skeleton == &unit) {
    return MakeError(ErrorCode::kNoSkeleton, unit.section(), attribute.offset,
                     "the range list of a split unit needs its skeleton");
  }
  const ListHome home = SkeletonHome(skeleton);
  DWRELOC_ASSIGN_OR_RETURN(const DebugListOffset offset,
                           ListOffset(attribute, home));
  absl::StatusOr<ListPlace> place = PlaceAt(home, offset, false);
  if (!place.ok()) return InSkeleton(unit, skeleton, place.status());
  return place;
}

absl::StatusOr<ListPlace> LocationListPlace(const Attribute& attribute) {
  return attribute.attribute_class == AttributeClass::kLoclist
             ? ListPlaceOf(attribute)
             : NoList(attribute, "location");
}

absl::StatusOr<ListPlace> RangeListPlace(const Attribute& attribute) {
  return attribute.attribute_class == AttributeClass::kRnglist
             ? ListPlaceOf(attribute)
             : NoList(attribute, "range");
}

absl::StatusOr<ListPlace> RangeListPlace(const Unit& unit,
                                         DebugListOffset offset) {
  return PlaceAt(HomeOf(unit), offset, false);
}

absl::StatusOr<ListPlace> RangeListPlace(const Unit& unit, uint64_t index) {
  const ListHome home = HomeOf(unit);
  return PlaceAt(home, ListOffsetAt(home, index), false);
}

}  // namespace dwreloc::internal
