// Reads every contribution to .debug_addr and .debug_str_offsets in full.
//
// Sections of built files: .debug_addr, or .debug_str_offsets if bit 0 of the
// control byte is set; bit 1: without headers.

#include <cstddef>
#include <cstdint>

#include "dwarf/tree/contributions.h"
#include "fuzz_file.h"

namespace dwreloc::internal {
namespace {

void ReadTables(const DwarfSections& sections, uint32_t section,
                const TableLayout& layout) {
  const absl::StatusOr<SectionView>& view = sections.View(section);
  if (!view.ok()) return;
  uint64_t offset = 0;
  while (offset < view->bytes.size()) {
    Contribution table;
    const absl::Status status =
        ReadContribution(sections, {section, offset}, layout, &table);
    Check(table.next > offset);
    if (!status.ok()) {
      CheckError(status);
    } else {
      Check(table.base >= offset && table.next <= view->bytes.size());
      RelocCursor cursor = EntriesOf(*view, table);
      uint64_t count = 0;
      for (; !cursor.at_end(); ++count) cursor.Value(table.entry_size);
      Check(cursor.ok() && count == table.count);
      Check(cursor.offset() <= table.next);
      const absl::StatusOr<RelocCursor> outside =
          CursorAtEntry(*view, table.base, UINT64_MAX, table.entry_size, "no");
      CheckError(outside.status());
    }
    offset = table.next;
  }
}

}  // namespace
}  // namespace dwreloc::internal

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace dwreloc::internal;
  const bool is_offsets = size > 1 && (data[1] & 1) != 0;
  const FuzzFile file(data, size,
                      {is_offsets ? ".debug_str_offsets" : ".debug_addr"});
  if (!file.ok()) return 0;
  for (const DebugSection& section : file.sections().file().debug_sections()) {
    if (section.name.id != SectionId::kDebugAddr &&
        section.name.id != SectionId::kDebugStrOffsets) {
      continue;
    }
    TableLayout layout = LayoutOf(file.info(), section.name.family);
    if (file.is_built()) layout.has_headers = (file.control() & 2) == 0;
    ReadTables(file.sections(), section.index, layout);
  }
  return 0;
}
