#include "audit/full_read.h"

#include "audit/records.h"
#include "dwarf/frames/cfi.h"
#include "dwarf/lookup/pubnames.h"
#include "dwarf/macros/macro.h"
#include "dwarf/tree/debug_info.h"

namespace dwreloc::internal {

FullReader::FullReader(const Module& module, ReadListener& listener,
                       ReadScope scope, Half half)
    : module_(module),
      listener_(listener),
      scope_(scope),
      in_scope_(PartsInScope()),
      parts_(in_scope_ & PartsOf(half)) {}

FullReader::Parts FullReader::PartsOf(Half half) {
  switch (half) {
    case Half::kDies:
      return kDieParts;
    case Half::kRest:
      return kAll & ~kDieParts;
    case Half::kBoth:
      break;
  }
  return kAll;
}

FullReader::Part FullReader::PartOf(const SectionName& name) {
  if (IsFrameSection(name)) return kFrames;
  switch (name.id) {
    case SectionId::kDebugInfo:
    case SectionId::kDebugTypes:
      return kDies;
    case SectionId::kDebugRanges:
    case SectionId::kDebugRnglists:
    case SectionId::kDebugLoc:
    case SectionId::kDebugLoclists:
      return kLists;
    case SectionId::kDebugLine:
      return kLines;
    case SectionId::kDebugMacro:
    case SectionId::kDebugMacinfo:
      return kMacros;
    case SectionId::kDebugAddr:
    case SectionId::kDebugStrOffsets:
      return kTables;
    case SectionId::kDebugAranges:
      return kSets;
    case SectionId::kDebugNames:
      return kNames;
    default:
      return IsPubnamesSection(name.id) ? kSets : kAll;
  }
}

FullReader::Parts FullReader::PartsInScope() const {
  if (scope_.section != kNoSection) {
    if (scope_.is_bounded() && !HasRecords(scope_.section)) return 0;
    const DebugSection* debug = module_.file().FindDebugSection(scope_.section);
    return debug == nullptr ? kAll : PartOf(debug->name);
  }
  if (!scope_.is_bounded()) return kAll;
  Parts parts = 0;
  for (const DebugSection& section : module_.file().debug_sections()) {
    const Part part = PartOf(section.name);
    if ((parts & part) != part && HasRecords(section.index)) parts |= part;
  }
  return parts;
}

// Returns true if a record of the section is in scope, or cannot be read.
bool FullReader::HasRecords(uint32_t section) const {
  RecordReader reader(module_, section, scope_.from, scope_.to);
  Record record;
  return reader.Next(&record) || !reader.status().ok();
}

bool FullReader::ReadsDies(const Unit& unit) const {
  if (Reads(kLists)) return true;
  return Reads(kDies) && ReadsIndex(unit.section()) &&
         scope_.Overlaps(unit.offset(), unit.end());
}

void FullReader::Run() {
  if (parts_ == 0) return;
  for (const absl::Status& error : module_.info().errors()) Tell(error);
  for (const Unit& unit : module_.info().units()) {
    if (ReadsDies(unit)) {
      ReadDies(unit);
      if (!listener_.OnUnitRead(unit)) return;
    }
    if (Reads(kLines)) ReadLines(unit);
  }
  if (Reads(kLists)) ReadSkeletonLists();
  for (const DebugSection& section : module_.file().debug_sections()) {
    if (!ReadsSection(section)) continue;
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
  if (Reads(kMacros)) ReadMacrosOfUnits();
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
