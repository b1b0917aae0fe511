// The functions of a unit: which DW_TAG_subprogram, and which chain of
// DW_TAG_inlined_subroutine below it, is at a place (DWARF 5 3.3).
//
// One walk over the unit's DIEs, on first use, keeps only those that have code.
// What they say (names, call sites) is read when it is wanted, once.
// Tested by tests/unit/query/function_map_test.cc.

#ifndef LIBDWRELOC_QUERY_FUNCTION_MAP_H_
#define LIBDWRELOC_QUERY_FUNCTION_MAP_H_

#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "base/lazy_array.h"
#include "base/status.h"
#include "dwarf/tree/unit.h"
#include "query/code_ranges.h"
#include "query/function_facts.h"
#include "query/place_map.h"

namespace dwreloc::internal {

// Logically immutable, hence thread-safe.
class FunctionMap {
 public:
  static constexpr uint32_t kNone = UINT32_MAX;

  // A function that has code of its own, or an inlined one.
  struct Function {
    uint64_t die = 0;         // its offset in the unit's section
    uint32_t caller = kNone;  // what it was inlined into; else kNone
  };

  FunctionMap(const Unit& unit, const Tombstones& tombstones);
  // One without functions, for they cannot be read.
  FunctionMap(const Unit& unit, absl::Status status)
      : unit_(&unit), status_(std::move(status)) {}

  // The unit that the DIEs are in.
  const Unit& unit() const { return *unit_; }
  const std::vector<Function>& functions() const { return functions_; }
  // Everything that they cover.
  const std::vector<PlaceInterval>& extent() const { return extent_; }

  // The number of the innermost function at a place.
  std::optional<uint32_t> Find(const RelocValue& place) const {
    return map_.Find(place);
  }

  // What a function was inlined into at last: one that has code of its own.
  uint32_t OutermostOf(uint32_t number) const {
    while (functions_[number].caller != kNone) {
      number = functions_[number].caller;
    }
    return number;
  }

  // What a function's DIE says.  REQUIRES: number < functions().size().
  const FunctionFacts& FactsOf(uint32_t number) const {
    return facts_.Get(number, [&] {
      return FunctionFactsAt(*unit_, functions_[number].die);
    });
  }

  // The first of what could not be read; the rest is here.
  const absl::Status& status() const { return status_; }

 private:
  class Reader;

  const Unit* unit_;
  std::vector<Function> functions_;
  std::vector<PlaceInterval> extent_;
  PlaceMap map_;
  LazyArray<FunctionFacts> facts_;  // of functions_
  absl::Status status_;
};

}  // namespace dwreloc::internal

#endif  // LIBDWRELOC_QUERY_FUNCTION_MAP_H_
