#include "dwarf/pubnames.h"

namespace dwreloc::internal {

bool HasPubnameFlags(SectionId id) {
  return id == SectionId::kDebugGnuPubnames ||
         id == SectionId::kDebugGnuPubtypes;
}

bool IsPubnamesSection(SectionId id) {
  return id == SectionId::kDebugPubnames || id == SectionId::kDebugPubtypes ||
         HasPubnameFlags(id);
}

PubnamesReader::PubnamesReader(const DwarfSections& sections,
                               const SectionView& view)
    : LookupSetReader(sections, view),
      has_flags_(HasPubnameFlags(
          ClassifySectionName(sections.file().Name(view.index)).id)) {}

bool PubnamesReader::Next(Pubname* pubname) {
  error_ = Error::kNone;
  do {
    if (is_in_set_ && ReadEntry(pubname)) return true;
  } while (ok() && BeginSet());
  return false;
}

bool PubnamesReader::BeginSet() {
  is_in_set_ = false;
  if (!NextSet(&cursor_)) return false;
  error_offset_ = cursor_.offset();
  if (!ReadSetHeader(cursor_).ok()) {
    error_ = Error::kHeader;
    return false;
  }
  is_in_set_ = true;
  return true;
}

absl::Status PubnamesReader::ReadSetHeader(RelocCursor& cursor) {
  DWRELOC_RETURN_IF_ERROR(ReadHeader(cursor, &set_));
  Reading("debug_info_length");
  debug_info_length_ = cursor.Value(set_.encoding.offset_size());
  return cursor.status();
}

bool PubnamesReader::ReadEntry(Pubname* pubname) {
  is_in_set_ = false;
  // A set ends with an offset of 0; without one, with its length.
  if (cursor_.at_end()) return false;
  *pubname = Pubname();
  pubname->offset = cursor_.offset();
  pubname->die_offset = cursor_.Unsigned(set_.encoding.offset_size());
  if (cursor_.ok() && pubname->die_offset == 0) return false;
  if (has_flags_) pubname->flags = cursor_.U8();
  pubname->name = cursor_.String();
  if (!cursor_.ok()) {
    error_ = Error::kEntry;
    error_offset_ = pubname->offset;
    return false;
  }
  is_in_set_ = true;
  return true;
}

absl::Status PubnamesReader::status() const {
  switch (error_) {
    case Error::kNone:
      break;
    case Error::kHeader: {
      // Reading it again gives the text again.
      PubnamesReader again = *this;
      RelocCursor cursor;
      again.set_observer(nullptr, nullptr);
      again.Seek(error_offset_, &cursor);
      return again.ReadSetHeader(cursor);
    }
    case Error::kEntry:
      return MakeError(ErrorCode::kTruncated, view().index, error_offset_,
                       "the set ends inside an entry");
  }
  return absl::OkStatus();
}

}  // namespace dwreloc::internal
