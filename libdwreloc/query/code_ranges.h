// The code of a DIE as intervals, and which of them are no code at all.
//
// A linker that discards a function leaves its DIEs and lines, with a tombstone
// for its address: 0, 1, -1 or -2 (DWARF 6 2.17.3; GNU ld, gold and lld each
// have their own).  What begins there matches nothing, unless the file has code
// there.
// Tested by tests/unit/query/code_ranges_test.cc.

#ifndef LIBDWRELOC_QUERY_CODE_RANGES_H_
#define LIBDWRELOC_QUERY_CODE_RANGES_H_

#include <vector>

#include "base/status.h"
#include "dwarf/tree/die.h"
#include "elf/elf_file.h"
#include "query/place_map.h"
#include "reloc/reloc_value.h"

namespace dwreloc::internal {

// Immutable, hence thread-safe.
class Tombstones {
 public:
  explicit Tombstones(const ElfFile& file);

  // Returns true if nothing that begins there is in the file.
  bool Contains(const RelocValue& begin) const;

 private:
  std::vector<uint64_t> values_;
};

// Returns true if the DIE's declaration has DW_AT_low_pc or DW_AT_ranges.
bool MayHaveCode(const Die& die);

struct CodeRanges {
  std::vector<PlaceInterval> intervals;  // as stored, without empty ones
  bool was_discarded = false;            // a tombstone was among them
  absl::Status status;                   // why some are missing
};

// Those of DW_AT_low_pc and DW_AT_high_pc, else those of DW_AT_ranges (DWARF 5
// 2.17).
CodeRanges CodeRangesOf(const Die& die, const Tombstones& tombstones);

}  // namespace dwreloc::internal

#endif  // LIBDWRELOC_QUERY_CODE_RANGES_H_
