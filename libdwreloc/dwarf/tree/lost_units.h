// Errors of a file as a whole because of which units, or their contents, may be
// missing: reported with the headers that cannot be read.
// Tested by tests/unit/dwarf/unit_test.cc.

#ifndef LIBDWRELOC_DWARF_TREE_LOST_UNITS_H_
#define LIBDWRELOC_DWARF_TREE_LOST_UNITS_H_

#include <cstddef>
#include <vector>

#include "base/status.h"
#include "dwarf/sections.h"

namespace dwreloc::internal {

// Garbage may have a bad header every few bytes: then the first ones are
// enough.
inline constexpr size_t kMaxUnitErrors = 1000;

// Appends errors for section names that cannot be read, records in the sections
// of a split file, and records that apply to nothing, up to kMaxUnitErrors in
// all.
void ReportLostUnits(const DwarfSections& sections,
                     std::vector<absl::Status>& errors);

}  // namespace dwreloc::internal

#endif  // LIBDWRELOC_DWARF_TREE_LOST_UNITS_H_
