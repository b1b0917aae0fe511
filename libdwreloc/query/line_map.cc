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
      : map_(map), tombstones_(tombstones), program_(map.table()) {}

  std::vector<PlaceInterval> Read() {
    constexpr size_t kAtOnce = 32;
    LineRow rows[kAtOnce];
    size_t count;
    do {
      count = program_.NextRows(rows, sizeof(rows[0]), kAtOnce);
      for (size_t i = 0; i < count; ++i) Take(rows[i]);
    } while (count == kAtOnce);
    // Whatever follows the last row of a sequence without an end is unknown.
    Close();
    map_.status_ = program_.status();
    return std::move(intervals_);
  }

 private:
  void Take(const LineRow& row) {
    if (!is_open_ || !Continues(row)) {
      Close();
      Open(row);
    }
    // The last row of a sequence only says where the one before it ends.
    if (rows_++ % kInterval == 0 && !row.end_sequence) {
      map_.kept_.push_back(row);
    }
    last_ = row.address;
    if (row.end_sequence) Close();
  }

  bool Continues(const LineRow& row) const {
    const RelocValue& address = row.address;
    // As in nearly all rows.
    const bool is_in_same_section = address.kind == RelocKind::kSection &&
                                    last_.kind == RelocKind::kSection &&
                                    address.section == last_.section &&
                                    address.section != kNoSection;
    return (is_in_same_section || HaveSameBase(address, last_)) &&
           address.value >= last_.value;
  }

  // Its first row is kept.
  void Open(const LineRow& row) {
    is_open_ = true;
    begin_ = row.address;
    first_ = map_.kept_.size();
    rows_ = 0;
  }

  void Close() {
    if (!std::exchange(is_open_, false)) return;
    auto interval = PlaceInterval::Between(begin_, last_);
    if (!interval.has_value() || tombstones_.Contains(begin_)) {
      map_.kept_.resize(first_);
      return;
    }
    interval->number = static_cast<uint32_t>(map_.runs_.size());
    intervals_.push_back(*interval);
    map_.runs_.push_back({first_, map_.kept_.size()});
  }

  LineMap& map_;
  const Tombstones& tombstones_;
  std::vector<PlaceInterval> intervals_;
  LineProgram program_;
  bool is_open_ = false;
  RelocValue begin_;
  RelocValue last_;
  size_t first_ = 0;  // of its rows that are kept
  size_t rows_ = 0;
};

LineMap::LineMap(const LineTable& table, const Tombstones& tombstones)
    : table_(&table) {
  map_ = PlaceMap(Reader(*this, tombstones).Read());
  kept_.shrink_to_fit();
  paths_ = std::make_unique<std::atomic<const char*>[]>(PathCount());
}

std::optional<LineRow> LineMap::Find(const RelocValue& place) const {
  const std::optional<uint32_t> number = map_.Find(place);
  if (!number.has_value()) return std::nullopt;
  const Run& run = runs_[*number];
  const auto at = [this](size_t index) {
    return kept_.begin() + static_cast<std::ptrdiff_t>(index);
  };
  // The first row of a run is kept, and it is not after the place.
  const auto after = std::upper_bound(
      at(run.first), at(run.last), place.value,
      [](uint64_t value, const LineRow& r) { return value < r.address.value; });
  LineRow found = *(after - 1);
  LineProgram program(*table_, found);
  // Several at once, because beginning costs as much as some rows.
  constexpr size_t kAtOnce = 4;
  LineRow rows[kAtOnce];
  for (size_t left = kInterval - 1; left > 0;) {
    const size_t wanted = std::min(left, kAtOnce);
    const size_t count = program.NextRows(rows, sizeof(rows[0]), wanted);
    for (size_t i = 0; i < count; ++i) {
      const RelocValue& address = rows[i].address;
      if (rows[i].end_sequence || address.value > place.value ||
          address.value < found.address.value ||
          !HaveSameBase(address, place)) {
        return found;
      }
      found = rows[i];
    }
    if (count < wanted) break;
    left -= count;
  }
  return found;
}

size_t LineMap::PathCount() const {
  return table_->file_count() + table_->first_file();
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
