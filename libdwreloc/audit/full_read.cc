#include "audit/full_read.h"

#include "dwarf/frames/cfi.h"
#include "dwarf/lookup/pubnames.h"
#include "dwarf/macros/macro.h"
#include "dwarf/tree/debug_info.h"

namespace dwreloc::internal {

FullReader::FullReader(const Module& module, ReadListener& listener,
                       ReadScope scope)
    : module_(module),
      listener_(listener),
      scope_(scope),
      part_(PartOf(scope.section)) {}

FullReader::Part FullReader::PartOf(uint32_t section) const {
  if (section == kNoSection) return Part::kAll;
  const DebugSection* debug = module_.file().FindDebugSection(section);
  if (debug == nullptr) return Part::kAll;
  if (IsFrameSection(debug->name)) return Part::kFrames;
  switch (debug->name.id) {
    case SectionId::kDebugInfo:
    case SectionId::kDebugTypes:
      return Part::kDies;
    case SectionId::kDebugRanges:
    case SectionId::kDebugRnglists:
    case SectionId::kDebugLoc:
    case SectionId::kDebugLoclists:
      return Part::kLists;
    case SectionId::kDebugLine:
      return Part::kLines;
    case SectionId::kDebugMacro:
    case SectionId::kDebugMacinfo:
      return Part::kMacros;
    case SectionId::kDebugAddr:
    case SectionId::kDebugStrOffsets:
      return Part::kTables;
    case SectionId::kDebugAranges:
      return Part::kSets;
    case SectionId::kDebugNames:
      return Part::kNames;
    default:
      return IsPubnamesSection(debug->name.id) ? Part::kSets : Part::kAll;
  }
}

bool FullReader::ReadsDies(const Unit& unit) const {
  if (part_ != Part::kDies) return Reads(Part::kLists);
  return unit.section() == scope_.section &&
         scope_.Overlaps(unit.offset(), unit.end());
}

void FullReader::Run() {
  for (const absl::Status& error : module_.info().errors()) Tell(error);
  for (const Unit& unit : module_.info().units()) {
    if (ReadsDies(unit)) ReadDies(unit);
    if (Reads(Part::kLines)) ReadLines(unit);
  }
  if (Reads(Part::kLists)) ReadSkeletonLists();
  for (const DebugSection& section : module_.file().debug_sections()) {
    if (!Reads(section.index)) continue;
    if (section.name.id == SectionId::kDebugAddr ||
        section.name.id == SectionId::kDebugStrOffsets) {
      ReadTable(section);
    } else if (section.name.id == SectionId::kDebugMacro ||
               section.name.id == SectionId::kDebugMacinfo) {
      ReadMacroSection(section.index);
    } else if (section.name.id == SectionId::kDebugLine) {
      ReadLoneLines(section);
    } else if (IsFrameSection(section.name)) {
      ReadFrames(section);
    }
  }
  if (Reads(Part::kMacros)) ReadMacrosOfUnits();
  ReadLookupTables();
}

// Macro units after one that cannot be read are only known from the units that
// refer to them.
void FullReader::ReadMacrosOfUnits() {
  for (const Unit& unit : module_.info().units()) {
    const auto macros = MacroReader::OfUnit(unit);
    if (!macros.ok()) {
      Tell(macros.status());
    } else if (macros->has_value()) {
      ReadMacros((*macros)->header().place);
    }
  }
}

void FullReader::OnRelocated(const RelocatedDatum& datum) {
  if (sets_ != nullptr) owner_.list = sets_->set().offset;
  owner_.field = datum.field == nullptr ? "unknown" : datum.field;
  listener_.OnDatum(datum, owner_);
}

void FullReader::Tell(const absl::Status& status) {
  if (!status.ok()) listener_.OnError(status);
}

}  // namespace dwreloc::internal
