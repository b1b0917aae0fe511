// Reads unit indexes in full, and looks up every signature they hold; and what
// files say of other files.
//
// Sections of built files: .debug_cu_index, .debug_sup, .gnu_debugaltlink,
// .gnu_debuglink.

#include <cstddef>
#include <cstdint>

#include "dwarf/tree/sup.h"
#include "dwarf/tree/unit_index.h"
#include "fuzz_file.h"

namespace dwreloc::internal {
namespace {

void ReadIndex(const DwarfSections& sections, uint32_t section) {
  const absl::StatusOr<UnitIndex> index = UnitIndex::Open(sections, section);
  if (!index.ok()) {
    CheckError(index.status());
    return;
  }
  // A search may look at every slot, so that not all are searched for.
  constexpr uint32_t kMaxSearches = 100;
  for (uint32_t i = 0; i < index->slot_count(); ++i) {
    const std::optional<UnitIndexSlot> slot = index->Slot(i);
    if (!slot.has_value() || i > kMaxSearches) continue;
    Check(slot->row != 0);
    const absl::StatusOr<std::optional<UnitContribution>> part =
        index->Find(slot->signature, SectionId::kDebugInfo);
    if (!part.ok()) CheckError(part.status());
    for (uint32_t column = 0; column < index->section_count(); ++column) {
      (void)SectionIdentifierName(index->version(),
                                  index->SectionIdentifier(column));
      const absl::StatusOr<UnitContribution> cell =
          index->Contribution(slot->row, column);
      Check(cell.ok() == (slot->row <= index->unit_count()));
      if (!cell.ok()) break;
    }
  }
}

}  // namespace
}  // namespace dwreloc::internal

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace dwreloc::internal;
  const FuzzFile file(
      data, size,
      {".debug_cu_index", ".debug_sup", ".gnu_debugaltlink", ".gnu_debuglink"});
  if (!file.ok()) return 0;
  const ElfFile& elf = file.sections().file();
  for (const DebugSection& section : elf.debug_sections()) {
    if (section.name.id == SectionId::kDebugCuIndex ||
        section.name.id == SectionId::kDebugTuIndex) {
      ReadIndex(file.sections(), section.index);
    }
  }
  for (uint32_t i = 0; i < elf.section_count() && i < 1000; ++i) {
    const absl::StatusOr<std::optional<FileLink>> link = ReadLink(elf, i);
    if (!link.ok()) CheckError(link.status());
  }
  return 0;
}
