// PlaceMap: which of many intervals of places is the one that counts at a
// place, in O(log n).
//
// Intervals may nest and overlap.  Building cuts them into segments that do
// not, each with the number of the interval that wins there, so that a question
// is one binary search.  n intervals make fewer than 2n segments.
// Tested by tests/unit/query/place_map_test.cc.

#ifndef LIBDWRELOC_QUERY_PLACE_MAP_H_
#define LIBDWRELOC_QUERY_PLACE_MAP_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "reloc/reloc_value.h"

namespace dwreloc::internal {

// [begin, end) of a number line: that of addresses, a section, or an undefined
// symbol.
struct PlaceInterval {
  RelocKind kind = RelocKind::kConstant;
  uint32_t of = 0;  // the section or symbol
  uint64_t begin = 0;
  uint64_t end = 0;
  uint32_t number = 0;  // what Find returns
  uint64_t rank = 0;    // the greatest wins, among equals the lowest number

  // None if begin and end are not two places of one line, in order: then
  // nothing is between them.
  static std::optional<PlaceInterval> Between(const RelocValue& begin,
                                              const RelocValue& end);
};

// Immutable, hence thread-safe.
class PlaceMap {
 public:
  PlaceMap() = default;
  explicit PlaceMap(std::vector<PlaceInterval> intervals);

  bool empty() const { return segments_.empty(); }
  size_t segment_count() const { return segments_.size(); }
  std::optional<uint32_t> Find(const RelocValue& place) const;

 private:
  struct Segment {
    uint64_t begin;
    uint64_t end;
    uint32_t number;
  };
  // The segments of one line, from `first` to the first of the next line.
  struct Line {
    uint64_t key;  // kind and `of`
    size_t first;
  };
  struct Sweep;

  std::vector<Line> lines_;        // sorted
  std::vector<Segment> segments_;  // of each line, sorted
};

}  // namespace dwreloc::internal

#endif  // LIBDWRELOC_QUERY_PLACE_MAP_H_
