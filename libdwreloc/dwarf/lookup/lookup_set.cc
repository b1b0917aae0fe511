#include "dwarf/lookup/lookup_set.h"

#include <algorithm>

#include "absl/strings/str_cat.h"

namespace dwreloc::internal {

LookupSets::LookupSets(const DwarfSections& sections, const SectionView& view)
    : sections_(&sections),
      view_(&view),
      family_(ClassifySectionName(sections.file().Name(view.index)).family) {}

bool LookupSets::NextSet() {
  SeekSet(next_);
  cursor_.SkipPadding();
  return !cursor_.at_end();
}

void LookupSets::SeekSet(uint64_t offset) {
  cursor_ = RelocCursor(*view_, offset);
  cursor_.set_observer(observer_);
}

bool LookupSets::AtEndOfSet() const {
  if (cursor_.at_end()) return true;
  const uint64_t padding = cursor_.remaining();
  // If there is room for another terminator, it is read as one.
  constexpr uint64_t kWidestTuple = 3 * sizeof(uint64_t);
  return is_terminated_ && padding < kWidestTuple &&
         std::all_of(cursor_.data(), cursor_.data() + padding,
                     [](uint8_t byte) { return byte == 0; });
}

absl::Status LookupSets::ReadHeader() {
  set_ = LookupSet();
  is_terminated_ = false;
  set_.offset = cursor_.offset();
  set_.end = view_->bytes.size();
  next_ = set_.end;
  DWRELOC_RETURN_IF_ERROR(cursor_.EnterUnit(&set_.encoding.format));
  set_.end = cursor_.end();
  next_ = set_.end;
  const uint64_t version_at = cursor_.offset();
  set_.encoding.version = cursor_.U16();
  if (!cursor_.ok()) return cursor_.status();
  // DWARF 2 to 5 all have version 2.
  if (set_.encoding.version != 2) {
    return MakeError(ErrorCode::kUnsupported, view_->index, version_at,
                     absl::StrCat("version ", set_.encoding.version,
                                  " of the table, expected 2"));
  }
  cursor_.set_field("debug_info_offset");
  set_.debug_info_offset = cursor_.Value(set_.encoding.offset_size());
  if (!cursor_.ok()) return cursor_.status();
  const absl::StatusOr<SectionPlace> unit = sections_->PlaceOf(
      set_.debug_info_offset, SectionId::kDebugInfo, family_);
  if (unit.ok()) set_.unit = *unit;
  if (set_.debug_info_offset.is_constant()) {
    set_.debug_info_offset.section = set_.unit.section;
  }
  return absl::OkStatus();
}

}  // namespace dwreloc::internal
