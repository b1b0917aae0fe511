// Unit headers of .debug_info and .debug_types (DWARF 5 7.5.1, DWARF 4 7.5.1).
// Tested by tests/unit/dwarf/unit_test.cc.

#ifndef LIBDWRELOC_DWARF_TREE_UNIT_HEADER_H_
#define LIBDWRELOC_DWARF_TREE_UNIT_HEADER_H_

#include <cstdint>

#include "base/status.h"
#include "dwarf/sections.h"
#include "read/encoding.h"
#include "read/offsets.h"
#include "read/reloc_cursor.h"

namespace dwreloc::internal {

// Offsets count in the section.
struct UnitHeader {
  uint64_t offset = 0;
  uint64_t size = 0;         // up to the first DIE
  uint64_t end = 0;          // of the unit; 0: its length could not be read
  uint64_t signature = 0;    // or dwo_id, else 0
  uint64_t type_offset = 0;  // in the unit
  DebugAbbrevOffset abbrev_offset;
  Encoding encoding;
  uint8_t unit_type = 0;  // DW_UT_*
};

// Reads the header at the cursor, which is left at the unit's first DIE.  `end`
// is set whenever the unit's length could be read.
absl::Status ReadUnitHeader(const DwarfSections& sections, bool is_types,
                            RelocCursor& cursor, UnitHeader* header);

}  // namespace dwreloc::internal

#endif  // LIBDWRELOC_DWARF_TREE_UNIT_HEADER_H_
