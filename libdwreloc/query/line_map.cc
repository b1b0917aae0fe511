#include "query/line_map.h"

#include <algorithm>
#include <string>
#include <utility>

#include "module/module.h"

namespace dwreloc::internal {

// Runs the program and keeps the current run.
class LineMap::Reader {
 public:
  Reader(LineMap& map, const Tombstones& tombstones)
      : map_(map),
        tombstones_(tombstones),
        program_(map.table()),
        saved_(program_) {}

  std::vector<PlaceInterval> Read() {
    LineRow row;
    while (true) {
      if (!is_open_ || rows_ % kInterval == 0) {
        saved_ = program_;
        rows_since_saved_ = 0;
      }
      if (!program_.Next(&row)) break;
      if (!is_open_ || !Continues(row)) {
        Close();
        Open(row);
      }
      if (rows_ % kInterval == 0) {
        map_.checkpoints_.push_back({row.address.value, saved_});
      }
      ++rows_;
      ++rows_since_saved_;
      last_ = row.address;
      if (row.end_sequence) Close();
    }
    // Whatever follows the last row of a sequence without an end is unknown.
    Close();
    map_.status_ = program_.status();
    return std::move(intervals_);
  }

 private:
  static constexpr size_t kInterval = 32;  // rows

  bool Continues(const LineRow& row) const {
    return HaveSameBase(row.address, last_) && row.address.value >= last_.value;
  }

  // Its first row gets a checkpoint.
  void Open(const LineRow& row) {
    is_open_ = true;
    begin_ = row.address;
    first_ = map_.checkpoints_.size();
    rows_ = 0;
    LineRow passed;
    for (; rows_since_saved_ > 0; --rows_since_saved_) saved_.Next(&passed);
  }

  void Close() {
    if (!std::exchange(is_open_, false)) return;
    auto interval = PlaceInterval::Between(begin_, last_);
    if (!interval.has_value() || tombstones_.Contains(begin_)) {
      map_.checkpoints_.resize(first_, {0, program_});
      return;
    }
    interval->number = static_cast<uint32_t>(map_.runs_.size());
    intervals_.push_back(*interval);
    map_.runs_.push_back({first_, map_.checkpoints_.size()});
  }

  LineMap& map_;
  const Tombstones& tombstones_;
  std::vector<PlaceInterval> intervals_;
  LineProgram program_;
  LineProgram saved_;  // as it was before so many rows
  size_t rows_since_saved_ = 0;
  bool is_open_ = false;
  RelocValue begin_;
  RelocValue last_;
  size_t first_ = 0;  // of its checkpoints
  size_t rows_ = 0;
};

LineMap::LineMap(const LineTable& table, const Tombstones& tombstones)
    : table_(&table) {
  map_ = PlaceMap(Reader(*this, tombstones).Read());
  checkpoints_.shrink_to_fit();
  paths_ = std::make_unique<std::atomic<const char*>[]>(PathCount());
}

std::optional<LineRow> LineMap::Find(const RelocValue& place) const {
  const std::optional<uint32_t> number = map_.Find(place);
  if (!number.has_value()) return std::nullopt;
  const Run& run = runs_[*number];
  const auto at = [this](size_t index) {
    return checkpoints_.begin() + static_cast<std::ptrdiff_t>(index);
  };
  // The first row of a run is at a checkpoint, and none of it is after place.
  const auto after = std::upper_bound(
      at(run.first), at(run.last), place.value,
      [](uint64_t value, const Checkpoint& c) { return value < c.address; });
  LineProgram program = (after - 1)->program;
  LineRow found;
  program.Next(&found);
  LineRow row;
  while (program.Next(&row) && HaveSameBase(row.address, place) &&
         row.address.value >= found.address.value &&
         row.address.value <= place.value && !row.end_sequence) {
    found = row;
  }
  return found;
}

size_t LineMap::PathCount() const {
  return table_->files().size() + table_->first_file();
}

absl::StatusOr<const char*> LineMap::PathOf(uint64_t file) const {
  std::atomic<const char*>* const known =
      file < PathCount() ? &paths_[file] : nullptr;
  if (known != nullptr) {
    const char* const path = known->load(std::memory_order_acquire);
    if (path != nullptr) return path;
  }
  DWRELOC_ASSIGN_OR_RETURN(std::string text,
                           table_->PathOf(file, LineTable::PathStart::kRoot));
  const char* const path = Module::Of(table_->sections()).Keep(std::move(text));
  if (known != nullptr) known->store(path, std::memory_order_release);
  return path;
}

}  // namespace dwreloc::internal
