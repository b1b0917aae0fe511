// View numbers of a location list (GNU's DW_AT_GNU_locviews): pairs of ULEB128
// numbers, one for each bounded entry of the list of DW_AT_location of the same
// DIE, in the same section but outside of any list.
//
// Nothing in the section tells what they are: who copies lists has to know
// their extent from the DIE.
// Tested by tests/unit/dwarf/loc_views_test.cc.

#ifndef LIBDWRELOC_DWARF_LISTS_LOC_VIEWS_H_
#define LIBDWRELOC_DWARF_LISTS_LOC_VIEWS_H_

#include <cstdint>
#include <optional>

#include "base/status.h"
#include "dwarf/tree/die.h"
#include "read/raw_operand.h"
#include "read/reloc_cursor.h"

namespace dwreloc::internal {

// The views of the bounds of one entry.
struct ViewPair {
  RawOperand begin;
  RawOperand end;
};

// Borrows the sections.  Not to be shared between threads.
class LocationViews {
 public:
  LocationViews() = default;
  // Those of a DIE; none if it has no DW_AT_GNU_locviews.  Reads the whole
  // list, for their number.
  static absl::StatusOr<std::optional<LocationViews>> Of(const Die& die);

  uint32_t section() const { return cursor_.section(); }
  uint64_t offset() const { return start_; }  // of the first pair
  uint64_t next_offset() const { return cursor_.offset(); }

  // Reads the next pair.  Returns false at the end or on an error; see
  // status().
  bool Next(ViewPair* pair);
  bool ok() const { return cursor_.ok(); }
  absl::Status status() const { return cursor_.status(); }

 private:
  RawOperand ReadView();

  RelocCursor cursor_;
  uint64_t start_ = 0;
  uint64_t left_ = 0;  // pairs
};

// Where the last pair ends.
absl::StatusOr<uint64_t> EndOf(LocationViews views);

}  // namespace dwreloc::internal

#endif  // LIBDWRELOC_DWARF_LISTS_LOC_VIEWS_H_
