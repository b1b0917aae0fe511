#include "dwarf/lookup_set.h"

#include "absl/strings/str_cat.h"

namespace dwreloc::internal {

LookupSetReader::LookupSetReader(const DwarfSections& sections,
                                 const SectionView& view)
    : sections_(&sections),
      view_(&view),
      family_(ClassifySectionName(sections.file().Name(view.index)).family),
      content_end_(view.bytes.size()) {
  // Some assemblers pad sections with zeros.
  while (content_end_ > 0 && view.bytes[content_end_ - 1] == 0) --content_end_;
}

bool LookupSetReader::NextSet(RelocCursor* cursor) {
  if (next_ >= content_end_) return false;
  Seek(next_, cursor);
  return true;
}

void LookupSetReader::Seek(uint64_t offset, RelocCursor* cursor) {
  *cursor = RelocCursor(*view_, offset);
  cursor->set_observer(observer_);
}

absl::Status LookupSetReader::ReadHeader(RelocCursor& cursor, LookupSet* set) {
  *set = LookupSet();
  set->offset = cursor.offset();
  if (field_ != nullptr) field_->set_offset = set->offset;
  set->end = view_->bytes.size();
  next_ = set->end;
  const uint64_t length = cursor.InitialLength(&set->encoding.format);
  if (!cursor.ok()) return cursor.status();
  if (length > cursor.remaining()) {
    return MakeError(ErrorCode::kTruncated, view_->index, set->offset,
                     absl::StrCat("unit_length ", length, " exceeds the ",
                                  cursor.remaining(), " bytes left"));
  }
  set->end = cursor.offset() + length;
  next_ = set->end;
  cursor.Truncate(set->end);
  const uint64_t version_at = cursor.offset();
  set->encoding.version = cursor.U16();
  if (!cursor.ok()) return cursor.status();
  // DWARF 2 to 5 all have version 2.
  if (set->encoding.version != 2) {
    return MakeError(ErrorCode::kUnsupported, view_->index, version_at,
                     absl::StrCat("version ", set->encoding.version,
                                  " of the table, expected 2"));
  }
  Reading("debug_info_offset");
  set->debug_info_offset = cursor.Value(set->encoding.offset_size());
  if (!cursor.ok()) return cursor.status();
  const absl::StatusOr<SectionPlace> unit = sections_->PlaceOf(
      set->debug_info_offset, SectionId::kDebugInfo, family_);
  if (unit.ok()) set->unit = *unit;
  return absl::OkStatus();
}

}  // namespace dwreloc::internal
