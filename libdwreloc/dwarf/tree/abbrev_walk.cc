#include "dwarf/tree/abbrev_walk.h"

#include <algorithm>

#include "dwarf/tree/abbrev_tables.h"

namespace dwreloc::internal {

std::vector<SectionPlace> AbbrevStarts::Collect() const {
  std::vector<SectionPlace> starts;
  for (const Unit& unit : info_.units()) {
    const absl::StatusOr<AbbrevPlace> place = AbbrevPlaceOf(unit);
    if (place.ok()) {
      starts.push_back({place->section->index, place->offset.value});
    }
  }
  std::sort(starts.begin(), starts.end());
  return starts;
}

std::optional<uint64_t> AbbrevStarts::After(SectionPlace place) const {
  const std::vector<SectionPlace>& starts = *starts_.Get([this] {
    return std::make_unique<const std::vector<SectionPlace>>(Collect());
  });
  const auto found = std::upper_bound(starts.begin(), starts.end(), place);
  if (found == starts.end() || found->section != place.section) {
    return std::nullopt;
  }
  return found->offset;
}

absl::StatusOr<AbbrevWalk> AbbrevWalk::OfUnit(const Unit& unit) {
  DWRELOC_ASSIGN_OR_RETURN(const AbbrevPlace place, AbbrevPlaceOf(unit));
  if (place.offset.value >= place.section->bytes.size()) {
    return NoAbbrevTable(*place.section, place.offset.value);
  }
  AbbrevWalk walk;
  walk.reader_ = AbbrevReader(*place.section, place.offset.value);
  walk.has_table_ = true;
  return walk;
}

absl::StatusOr<AbbrevWalk> AbbrevWalk::OfSections(const AbbrevStarts& starts,
                                                  uint32_t section) {
  const auto list =
      SectionsOfKind<IsAbbrevSection>::Of(starts.sections(), section);
  if (!list.has_value()) {
    return MakeError(ErrorCode::kInvalidArgument, section, kNoOffset,
                     "not a .debug_abbrev section");
  }
  AbbrevWalk walk;
  walk.starts_ = &starts;
  walk.list_ = *list;
  return walk;
}

absl::StatusOr<bool> AbbrevWalk::Next(AbbrevReader::Declaration* declaration) {
  while (true) {
    if (!has_table_) {
      DWRELOC_ASSIGN_OR_RETURN(has_table_, NextTable());
      if (!has_table_) return false;
    }
    const uint64_t offset = reader_.offset();
    if (reader_.Next(declaration)) return true;
    has_table_ = false;
    next_table_ = reader_.offset();
    if (reader_.ok()) continue;
    const absl::Status status = reader_.status();
    DWRELOC_RETURN_IF_ERROR(GoOnAfter(offset));
    return status;
  }
}

absl::StatusOr<bool> AbbrevWalk::NextTable() {
  if (starts_ == nullptr) return false;
  while (view_ == nullptr || next_table_ >= view_->bytes.size()) {
    view_ = nullptr;
    const uint32_t index = list_.Next();
    if (index == kNoSection) return false;
    const absl::StatusOr<SectionView>& view = starts_->sections().View(index);
    if (!view.ok()) {
      return FailureOf("abbreviations", index, kNoOffset, view.status());
    }
    view_ = &*view;
    next_table_ = 0;
    again_ = 0;
  }
  reader_ = AbbrevReader(*view_, next_table_);
  return true;
}

absl::Status AbbrevWalk::GoOnAfter(uint64_t offset) {
  if (starts_ == nullptr) return absl::OkStatus();
  const uint32_t section = view_->index;
  const uint64_t size = view_->bytes.size();
  const uint64_t read = reader_.offset();
  const std::optional<uint64_t> next = starts_->After({section, offset});
  next_table_ = next.value_or(size);
  // Where each unit names another byte of one damaged table, reading all of
  // them would take quadratic time.
  constexpr uint64_t kMaxReadings = 64;
  if (next_table_ < read) again_ += read - next_table_;
  if (again_ / kMaxReadings <= size) return absl::OkStatus();
  const uint64_t at = next_table_;
  next_table_ = size;
  return MakeError(ErrorCode::kBadDwarf, section, at,
                   "too many abbreviation tables overlap");
}

}  // namespace dwreloc::internal
