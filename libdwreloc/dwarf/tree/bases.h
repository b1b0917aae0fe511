// What a unit's root DIE says about the whole unit.
// Tested by tests/unit/dwarf/unit_test.cc.

#ifndef LIBDWRELOC_DWARF_TREE_BASES_H_
#define LIBDWRELOC_DWARF_TREE_BASES_H_

#include <cstdint>
#include <optional>

#include "read/offsets.h"
#include "reloc/reloc_value.h"

namespace dwreloc::internal {

class Unit;

// What forms and lists of a unit are counted from (DWARF 5 7.27), and what else
// of its root DIE other sections need. kNoOffset: the attribute is present, but
// does not give a place (dwarf/tree/places.h says why).
struct UnitBases {
  DebugStrOffsetsBase str_offsets;
  DebugAddrBase addr;
  DebugRngListsBase rnglists;
  DebugLocListsBase loclists;
  std::optional<DebugLineOffset> stmt_list;
  // DW_AT_low_pc, the initial base of lists; 0 if there is none.
  RelocValue low_pc;
  // DW_AT_GNU_ranges_base of a skeleton, for the lists of its split unit.
  std::optional<DebugRngListsBase> gnu_ranges;
  // The id that a skeleton and its split unit share.
  std::optional<uint64_t> dwo_id;
  // For a split unit, if it is known: addr and low_pc are taken from there.
  // For a split type unit: the skeleton of the compile unit it was written
  // with.
  const Unit* skeleton = nullptr;
};

}  // namespace dwreloc::internal

#endif  // LIBDWRELOC_DWARF_TREE_BASES_H_
