#include "query/function_map.h"

#include <algorithm>
#include <utility>

#include "dwarf/constants.h"
#include "dwarf/tree/die.h"

namespace dwreloc::internal {
namespace {

// The deeper one counts, and of several at one depth, which only assemblers
// write (a function that runs into the next one), the smaller one.
uint64_t RankOf(uint32_t depth, uint64_t size) {
  constexpr int kSizeBits = 40;
  constexpr uint64_t kMostSize = (uint64_t{1} << kSizeBits) - 1;
  constexpr uint32_t kMostDepth = (uint32_t{1} << (64 - kSizeBits)) - 1;
  return uint64_t{std::min(depth, kMostDepth)} << kSizeBits |
         (kMostSize - std::min(size, kMostSize));
}

bool IsFunction(const Abbrev& abbrev) {
  return abbrev.tag == DW_TAG_subprogram ||
         abbrev.tag == DW_TAG_inlined_subroutine;
}

}  // namespace

// Walks over a unit and keeps the functions around the current DIE.
class FunctionMap::Reader {
 public:
  Reader(FunctionMap& map, const Tombstones& tombstones)
      : map_(map), tombstones_(tombstones) {}

  std::vector<PlaceInterval> Read() {
    absl::StatusOr<DieWalk> walk = DieWalk::OfUnit(map_.unit());
    if (!walk.ok()) {
      Note(walk.status());
      return {};
    }
    const DieFilter functions(**map_.unit().abbrevs(), IsFunction);
    Die die;
    uint32_t depth;
    uint32_t lowest;
    while (walk->NextOf(functions, &die, &depth, &lowest) || !walk->ok()) {
      while (!around_.empty() && around_.back().depth >= lowest) {
        around_.pop_back();
      }
      if (walk->ok()) {
        Enter(die, depth);
        continue;
      }
      Note(walk->status());
      if (!walk->TakeDetour()) break;
    }
    return std::move(intervals_);
  }

 private:
  struct Around {
    uint32_t depth;
    uint32_t function;  // kNone: one that is not in the file
    uint32_t rank;
  };

  void Note(const absl::Status& status) {
    if (map_.status_.ok()) map_.status_ = status;
  }

  void Enter(const Die& die, uint32_t depth) {
    const bool is_inlined = die.tag == DW_TAG_inlined_subroutine;
    const Around outer = around_.empty() ? Around{0, kNone, 0} : around_.back();
    Around entered = {depth, kNone, outer.rank + 1};
    if (is_inlined ? outer.function != kNone : MayHaveCode(die)) {
      CodeRanges ranges;
      if (MayHaveCode(die)) ranges = CodeRangesOf(die, tombstones_);
      if (!ranges.status.ok()) Note(ranges.status);
      // One without code of its own is kept for those inlined into it.
      if (!ranges.intervals.empty() || !ranges.was_discarded) {
        entered.function = static_cast<uint32_t>(map_.functions_.size());
        map_.functions_.push_back(
            {die.offset, is_inlined ? outer.function : kNone});
        Add(ranges, entered, is_inlined);
      }
    }
    if (die.has_children) around_.push_back(entered);
  }

  void Add(const CodeRanges& ranges, const Around& entered, bool is_inlined) {
    for (PlaceInterval interval : ranges.intervals) {
      interval.number = entered.function;
      interval.rank = RankOf(entered.rank, interval.end - interval.begin);
      intervals_.push_back(interval);
      if (!is_inlined) map_.extent_.push_back(interval);
    }
  }

  FunctionMap& map_;
  const Tombstones& tombstones_;
  std::vector<Around> around_;
  std::vector<PlaceInterval> intervals_;
};

FunctionMap::FunctionMap(const Unit& unit, const Tombstones& tombstones)
    : unit_(&unit) {
  map_ = PlaceMap(Reader(*this, tombstones).Read());
  functions_.shrink_to_fit();
  facts_ = LazyArray<FunctionFacts>(functions_.size());
}

}  // namespace dwreloc::internal
