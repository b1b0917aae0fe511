// Where a walk continues after a DIE that cannot be read to its end.
//
// The size of a value of an unknown form is unknown, so what follows it is
// lost, but not the rest of the unit: DW_AT_sibling (DWARF 5 2.3) of the DIE
// itself, or of one that encloses it, says where another DIE begins.  A walk
// does not keep siblings; the first one that fails in a unit reads it once more
// to find them, for all of its DIEs at once.
// Tested by tests/unit/dwarf/detours_test.cc.

#ifndef LIBDWRELOC_DWARF_TREE_DETOURS_H_
#define LIBDWRELOC_DWARF_TREE_DETOURS_H_

#include <cstdint>
#include <utility>
#include <vector>

namespace dwreloc::internal {

// From the DIE at `from`, which cannot be read, to the one at `to`, which is
// `up` levels above it.  Offsets in the unit's section; to > from.
struct Detour {
  uint64_t from = 0;
  uint64_t to = 0;
  uint32_t up = 0;
};

// Those of a unit: see unit_detours.cc.  Immutable, hence thread-safe.
class Detours {
 public:
  Detours() = default;
  // In order of `from`.
  explicit Detours(std::vector<Detour> detours)
      : detours_(std::move(detours)) {}

  // The detour of the DIE at `die`, or nullptr: the rest of the unit is lost.
  const Detour* Find(uint64_t die) const;

 private:
  std::vector<Detour> detours_;
};

}  // namespace dwreloc::internal

#endif  // LIBDWRELOC_DWARF_TREE_DETOURS_H_
