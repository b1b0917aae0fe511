#include "query/unit_map.h"

#include <optional>
#include <utility>

#include "dwarf/constants.h"
#include "dwarf/page_release.h"
#include "dwarf/tree/die.h"
#include "query/split_error.h"

namespace dwreloc::internal {
namespace {

// Type units have no code, and split units are found by their skeletons.
bool MayHaveCode(const Unit& unit) {
  return !unit.is_types() && !unit.is_split() && unit.unit_type() != DW_UT_type;
}

// The smaller of two ranges says more.
void Add(std::vector<PlaceInterval> intervals, uint32_t number,
         std::vector<PlaceInterval>& all) {
  for (PlaceInterval& interval : intervals) {
    interval.number = number;
    interval.rank = UINT64_MAX - (interval.end - interval.begin);
    all.push_back(interval);
  }
}

}  // namespace

UnitMap::UnitMap(const DebugInfo& info, const Tombstones& tombstones,
                 FunctionsOf functions_of)
    : info_(info),
      functions_of_(std::move(functions_of)),
      errors_(info.errors()) {
  std::vector<PlaceInterval> all;
  PageRelease pages(info.sections());
  for (const Unit& unit : info.units()) {
    pages.PassTo(unit.section(), unit.offset());
    if (!MayHaveCode(unit)) continue;
    const absl::StatusOr<Die> root = RootDie(unit);
    if (!root.ok()) {
      errors_.push_back(root.status());
      continue;
    }
    if (root->tag == DW_TAG_partial_unit) continue;
    const CodeRanges ranges = CodeRangesOf(*root, tombstones);
    if (!ranges.status.ok()) errors_.push_back(ranges.status);
    // A linker that discarded one function of a unit has no bearing on others.
    const bool is_silent = ranges.intervals.empty() && !ranges.was_discarded;
    if (is_silent || !ranges.status.ok()) silent_units_.push_back(&unit);
    Add(ranges.intervals, unit.number(), all);
  }
  map_ = PlaceMap(std::move(all));
}

const UnitMap::Silent& UnitMap::silent() const {
  return silent_.Get([this] {
    Silent result;
    std::vector<PlaceInterval> all;
    for (const Unit* unit : silent_units_) {
      const FunctionMap& functions = functions_of_(*unit);
      if (!functions.status().ok()) {
        result.errors.push_back(
            ErrorOfUnit(*unit, functions.unit(), functions.status()));
      }
      Add(functions.extent(), unit->number(), all);
    }
    result.map = PlaceMap(std::move(all));
    return result;
  });
}

const Unit* UnitMap::UnitOf(const PlaceMap& map,
                            const RelocValue& place) const {
  const std::optional<uint32_t> number = map.Find(place);
  return number.has_value() ? &info_.units()[*number] : nullptr;
}

const Unit* UnitMap::Find(const RelocValue& place) const {
  if (const Unit* unit = UnitOf(map_, place); unit != nullptr) return unit;
  return silent_units_.empty() ? nullptr : UnitOf(silent().map, place);
}

std::vector<absl::Status> UnitMap::Errors() const {
  std::vector<absl::Status> errors = errors_;
  const std::vector<absl::Status>& more = silent().errors;
  errors.insert(errors.end(), more.begin(), more.end());
  return errors;
}

}  // namespace dwreloc::internal
