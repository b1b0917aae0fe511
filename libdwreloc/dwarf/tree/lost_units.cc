#include "dwarf/tree/lost_units.h"

#include "absl/strings/str_cat.h"
#include "reloc/reloc_sections.h"

namespace dwreloc::internal {
namespace {

using Errors = std::vector<absl::Status>;

// A section whose name cannot be read may be one with units.
void ReportLostNames(const ElfFile& file, Errors& errors) {
  for (uint32_t i = 1; i < file.section_count(); ++i) {
    if (!file.IsNameLost(i)) continue;
    if (errors.size() >= kMaxUnitErrors) return;
    errors.push_back(MakeError(
        ErrorCode::kBadElf, i, kNoOffset,
        absl::StrCat("the section's name cannot be read: sh_name ",
                     file.Header(i).sh_name, " is outside the section names")));
  }
}

// Only a linker could apply them, and it never sees these sections (DWARF 5
// 7.3.2).  The data they apply to are read with them all the same.
void ReportSplitRelocs(const DwarfSections& sections, Errors& errors) {
  for (const DebugSection& section : sections.file().debug_sections()) {
    if (section.name.family != Family::kDwo) continue;
    uint64_t count = 0;
    for (const uint32_t records :
         sections.reloc_sections().For(section.index)) {
      const absl::StatusOr<RelocRecords> opened =
          RelocRecords::Open(sections.file(), records);
      if (opened.ok()) count += opened->count();
    }
    if (count == 0 || errors.size() >= kMaxUnitErrors) continue;
    errors.push_back(MakeError(
        ErrorCode::kBadReloc, section.index, kNoOffset,
        absl::StrCat("the section of a split file has ", count,
                     count == 1 ? " relocation record" : " relocation records",
                     ", which no linker applies")));
  }
}

// The data that they should supply are read as if there were no records.
void ReportOrphanRelocs(const DwarfSections& sections, Errors& errors) {
  const ElfFile& file = sections.file();
  if (!file.is_relocatable()) return;
  for (const RelocSections::Orphan& orphan :
       sections.reloc_sections().orphans()) {
    if (errors.size() >= kMaxUnitErrors) return;
    if (file.Header(orphan.section).sh_size == 0) continue;
    const bool is_debug =
        ClassifySectionName(file.Name(orphan.section)).id != SectionId::kNone;
    errors.push_back(
        MakeError(ErrorCode::kBadReloc, orphan.section, kNoOffset,
                  is_debug ? "a debug section of the type of relocation records"
                           : orphan.why));
  }
}

}  // namespace

void ReportLostUnits(const DwarfSections& sections,
                     std::vector<absl::Status>& errors) {
  ReportLostNames(sections.file(), errors);
  ReportSplitRelocs(sections, errors);
  ReportOrphanRelocs(sections, errors);
}

}  // namespace dwreloc::internal
