// All that a list bounds, read twice: as everybody reads it, and with an
// observer, which keeps the reader off its short cuts.  Both must say the same.

#ifndef TESTS_SUPPORT_LIST_BOUNDS_H_
#define TESTS_SUPPORT_LIST_BOUNDS_H_

#include <algorithm>
#include <cstring>
#include <vector>

#include "base/status.h"
#include "dwarf/lists/list.h"
#include "read/reloc_observer.h"

namespace dwreloc::internal {

struct BoundsRead {
  std::vector<ListBounds> bounds;
  absl::Status status;
  // True if a read with an observer has told the same.
  bool is_same_observed = false;
};

// Returns true if no caller can tell one from the other.
inline bool AreIdentical(const ListBounds& a, const ListBounds& b) {
  const auto are_same = [](const RelocValue& x, const RelocValue& y) {
    return std::memcmp(&x, &y, sizeof(x)) == 0;
  };
  return are_same(a.begin, b.begin) && are_same(a.end, b.end) &&
         a.is_default == b.is_default &&
         a.expression_offset == b.expression_offset &&
         a.expression_size == b.expression_size;
}

inline BoundsRead ReadBounds(ListReader list) {
  struct : RelocObserver {
    void OnRelocated(const RelocatedDatum&) override {}
  } observer;
  ListReader observed = list;
  observed.set_observer(&observer);
  const auto read = [](ListReader& reader) {
    BoundsRead result;
    ListBounds bounds;
    while (reader.NextBounded(&bounds)) result.bounds.push_back(bounds);
    result.status = reader.status();
    return result;
  };
  BoundsRead result = read(list);
  const BoundsRead other = read(observed);
  result.is_same_observed =
      result.status == other.status &&
      std::equal(result.bounds.begin(), result.bounds.end(),
                 other.bounds.begin(), other.bounds.end(), AreIdentical);
  return result;
}

}  // namespace dwreloc::internal

#endif  // TESTS_SUPPORT_LIST_BOUNDS_H_
