// The rows of a line table by place.
//
// The program runs once, to find its sequences and to keep one row of every
// few.  A question goes to the nearest row that is kept and runs the program on
// from there, so that few rows are stored and each comes out complete.
// Tested by tests/unit/query/line_map_test.cc.

#ifndef LIBDWRELOC_QUERY_LINE_MAP_H_
#define LIBDWRELOC_QUERY_LINE_MAP_H_

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "base/status.h"
#include "dwarf/lines/line.h"
#include "dwarf/lines/line_program.h"
#include "query/code_ranges.h"
#include "query/place_map.h"
#include "reloc/reloc_value.h"

namespace dwreloc::internal {

// Borrows the table.  Immutable, hence thread-safe.
class LineMap {
 public:
  LineMap(const LineTable& table, const Tombstones& tombstones);

  const LineTable& table() const { return *table_; }

  // The row that covers a place: the last one at or before it in its sequence,
  // statement or not.  If sequences overlap, that of the first one.
  std::optional<LineRow> Find(const RelocValue& place) const;

  // The full path of a file, kept by the module.
  absl::StatusOr<const char*> PathOf(uint64_t file) const;

  // Why there may be more rows than these.
  const absl::Status& status() const { return status_; }

 private:
  class Reader;

  static constexpr size_t kInterval = 8;  // of rows, one is kept

  // Rows whose addresses do not decrease: a sequence, or a part of one that
  // goes back.
  struct Run {
    size_t first;  // of its rows that are kept; the run's first row
    size_t last;   // after them
  };

  // The number of the files that the header has, counted from 0.
  size_t PathCount() const;

  const LineTable* table_;
  std::vector<LineRow> kept_;
  std::vector<Run> runs_;
  PlaceMap map_;
  absl::Status status_;
  std::unique_ptr<std::atomic<const char*>[]> paths_;  // those used so far
};

}  // namespace dwreloc::internal

#endif  // LIBDWRELOC_QUERY_LINE_MAP_H_
