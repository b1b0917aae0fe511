#include "audit/full_read.h"

#include "dwarf/frames/cfi.h"
#include "dwarf/macros/macro.h"
#include "dwarf/tree/debug_info.h"

namespace dwreloc::internal {

void FullReader::Run() {
  for (const absl::Status& error : module_.info().errors()) Tell(error);
  for (const Unit& unit : module_.info().units()) ReadUnit(unit);
  ReadSkeletonLists();
  for (const DebugSection& section : module_.file().debug_sections()) {
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
  // Macro units after one that cannot be read are only known from the units
  // that refer to them.
  for (const Unit& unit : module_.info().units()) {
    const auto macros = MacroReader::OfUnit(unit);
    if (!macros.ok()) {
      Tell(macros.status());
    } else if (macros->has_value()) {
      ReadMacros((*macros)->header().place);
    }
  }
  ReadLookupTables();
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
