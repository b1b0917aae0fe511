#include "dwarf/tree/debug_info.h"

#include <algorithm>
#include <iterator>
#include <optional>

#include "absl/strings/str_cat.h"
#include "dwarf/constants.h"
#include "dwarf/page_release.h"
#include "dwarf/tree/lost_units.h"
#include "dwarf/tree/unit_header.h"

namespace dwreloc::internal {

const DebugInfo::List& DebugInfo::list() const {
  return *list_.Get([this] {
    auto list = std::make_unique<List>();
    for (const DebugSection& section : sections_.file().debug_sections()) {
      if (section.name.id == SectionId::kDebugInfo ||
          section.name.id == SectionId::kDebugTypes) {
        ReadSection(section, *list);
      }
    }
    ReportLostUnits(sections_, list->errors);
    OpenPackage(*list);
    for (const Unit& unit : list->units) {
      if (unit.unit_type() == DW_UT_type ||
          unit.unit_type() == DW_UT_split_type) {
        list->type_units.try_emplace(unit.signature(), &unit);
      }
    }
    return list;
  });
}

void DebugInfo::ReadSection(const DebugSection& section, List& list) const {
  const absl::StatusOr<SectionView>& view = sections_.View(section.index);
  if (!view.ok()) {
    list.errors.push_back(view.status());
    return;
  }
  const bool is_types = section.name.id == SectionId::kDebugTypes;
  RelocCursor cursor(*view);
  PageRelease pages(sections_);
  while (true) {
    cursor.SkipPadding();
    if (cursor.at_end()) return;
    Unit& unit = list.units.emplace_back();
    unit.info_ = this;
    unit.sections_ = &sections_;
    unit.view_ = &*view;
    unit.family_ = section.name.family;
    unit.is_types_ = is_types;
    unit.number_ = static_cast<uint32_t>(list.units.size() - 1);
    RelocCursor header = cursor;
    const absl::Status status =
        ReadUnitHeader(sections_, is_types, header, &unit.header_);
    cursor.TakeHint(header);
    const uint64_t end = unit.end();
    if (!status.ok()) {
      if (list.errors.size() < kMaxUnitErrors) list.errors.push_back(status);
      list.units.pop_back();
      if (end == 0) return;  // the start of the next unit is unknown
    }
    cursor.Seek(end);
    pages.PassTo(section.index, end);
  }
}

void DebugInfo::OpenPackage(List& list) const {
  const ElfFile& file = sections_.file();
  if (file.PrimarySection(SectionId::kDebugCuIndex, Family::kPlain) ==
          kNoSection &&
      file.PrimarySection(SectionId::kDebugTuIndex, Family::kPlain) ==
          kNoSection) {
    return;
  }
  list.package = std::make_unique<const Package>(sections_, list.errors);
  for (Unit& unit : list.units) {
    if (unit.is_split()) {
      unit.part_ = list.package->FindPart({unit.section(), unit.offset()});
    }
  }
}

DebugInfo::UnitsById DebugInfo::CollectById(bool is_split) const {
  UnitsById result;
  for (const Unit& unit : units()) {
    if (unit.is_split() != is_split || unit.is_types()) continue;
    // Before version 5 the id is an attribute of the root DIE.
    std::optional<uint64_t> id;
    if (unit.encoding().version < 5) {
      id = unit.bases().dwo_id;
    } else if (unit.unit_type() ==
               (is_split ? DW_UT_split_compile : DW_UT_skeleton)) {
      id = unit.signature();
    }
    if (id.has_value()) result.try_emplace(*id, &unit);
  }
  return result;
}

// The output of one compilation is one file, or shares one part of a package's
// .debug_abbrev.
const Unit* DebugInfo::CompanionOf(const Unit& type_unit) const {
  const auto& by_abbrevs = split_by_abbrevs_.Get([this] {
    HashMap<uint64_t, const Unit*> result;
    for (const Unit& unit : units()) {
      if (!unit.is_split() || unit.unit_type() == DW_UT_type ||
          unit.unit_type() == DW_UT_split_type) {
        continue;
      }
      const auto [at, is_new] =
          result.try_emplace(unit.Origin(SectionId::kDebugAbbrev), &unit);
      if (!is_new) at->second = nullptr;
    }
    return result;
  });
  const auto found = by_abbrevs.find(type_unit.Origin(SectionId::kDebugAbbrev));
  return found == by_abbrevs.end() ? nullptr : found->second;
}

const Unit* DebugInfo::FindSkeleton(uint64_t id) const {
  const UnitsById& skeletons =
      skeletons_by_id_.Get([this] { return CollectById(false); });
  const auto found = skeletons.find(id);
  return found == skeletons.end() ? nullptr : found->second;
}

absl::StatusOr<const Unit*> DebugInfo::FindSplitUnit(uint64_t id) const {
  if (list().package != nullptr) {
    DWRELOC_ASSIGN_OR_RETURN(const std::optional<SectionPlace> place,
                             list().package->FindUnit(id));
    if (!place.has_value()) return nullptr;
    const Unit* unit = FindUnit(*place);
    if (unit == nullptr || unit->bases().dwo_id != id) {
      return MakeError(ErrorCode::kBadDwarf, place->section, place->offset,
                       absl::StrCat("the index promises the unit of dwo_id 0x",
                                    absl::Hex(id), " here"));
    }
    return unit;
  }
  const UnitsById& split =
      split_by_id_.Get([this] { return CollectById(true); });
  const auto found = split.find(id);
  return found == split.end() ? nullptr : found->second;
}

const Unit* DebugInfo::FindUnit(SectionPlace place) const {
  const std::deque<Unit>& units = list().units;
  const auto behind = std::upper_bound(
      units.begin(), units.end(), place,
      [](const SectionPlace& value, const Unit& unit) {
        return value < SectionPlace{unit.section(), unit.offset()};
      });
  if (behind == units.begin()) return nullptr;
  const Unit& unit = *std::prev(behind);
  return unit.section() == place.section && place.offset < unit.end() ? &unit
                                                                      : nullptr;
}

const Unit* DebugInfo::FindTypeUnit(uint64_t signature) const {
  const auto found = list().type_units.find(signature);
  return found == list().type_units.end() ? nullptr : found->second;
}

void DebugInfo::Observe(RelocObserver* observer, const Unit& unit) const {
  RelocCursor cursor(unit.view(), unit.offset(), unit.end());
  cursor.set_observer(observer);
  UnitHeader ignored;
  (void)ReadUnitHeader(sections_, unit.is_types(), cursor, &ignored);
}

const absl::StatusOr<const AbbrevTable*>& Unit::abbrevs() const {
  return abbrevs_.Get([this] { return info_->abbrev_tables().Find(*this); });
}

const absl::StatusOr<const AbbrevTable*>& Unit::root_abbrevs() const {
  if (const auto* all = abbrevs_.Peek(); all != nullptr) return *all;
  return root_abbrevs_.Get(
      [this] { return info_->abbrev_tables().FindForRoot(*this); });
}

}  // namespace dwreloc::internal
