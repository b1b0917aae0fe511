// Reading sets of lookup tables in full, for the fuzz targets.

#ifndef TESTS_FUZZ_LOOKUP_SETS_H_
#define TESTS_FUZZ_LOOKUP_SETS_H_

#include <cstdint>

#include "dwarf/lookup/lookup_set.h"
#include "fuzz_file.h"

namespace dwreloc::internal {

// Reads all sections that `is_wanted` takes; visit(reader, item) for each item.
template <typename Reader, typename Item, typename IsWanted, typename Visit>
void ReadSets(const FuzzFile& file, IsWanted is_wanted, Visit visit) {
  for (const DebugSection& section : file.sections().file().debug_sections()) {
    if (!is_wanted(section.name.id)) continue;
    const absl::StatusOr<SectionView>& view =
        file.sections().View(section.index);
    if (!view.ok()) {
      CheckError(view.status());
      continue;
    }
    Reader reader(file.sections(), *view);
    Item item;
    uint64_t last = 0;
    // Neither items nor errors go backwards, which bounds their number.
    while (reader.Next(&item) || !reader.ok()) {
      if (!reader.ok()) {
        const absl::Status status = reader.status();
        CheckError(status);
        Check(GetDetail(status).section == section.index);
        continue;
      }
      const LookupSet& set = reader.set();
      Check(item.offset > set.offset && item.offset < set.end);
      Check(set.end <= view->bytes.size());
      Check(item.offset > last);
      last = item.offset;
      if (set.unit.section != kNoSection) (void)file.info().FindUnit(set.unit);
      visit(reader, item);
    }
  }
}

}  // namespace dwreloc::internal

#endif  // TESTS_FUZZ_LOOKUP_SETS_H_
