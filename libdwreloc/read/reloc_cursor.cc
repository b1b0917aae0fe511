#include "read/reloc_cursor.h"

#include "absl/strings/str_cat.h"

namespace dwreloc::internal {

absl::Status RelocCursor::EnterUnit(Format* format, const char* field) {
  const uint64_t at = offset();
  const uint64_t length = InitialLength(format);
  if (!ok()) return status();
  if (length > remaining()) {
    return MakeError(ErrorCode::kTruncated, section(), at,
                     absl::StrCat(field, " ", length, " exceeds the ",
                                  remaining(), " bytes left"));
  }
  Truncate(offset() + length);
  return absl::OkStatus();
}

RelocValue RelocCursor::LookUp(uint64_t at, int width, uint64_t in_place) {
  const RelocValue value = relocs_->Lookup(at, width, in_place, hint_);
  if (observer_ != nullptr && value.has_record) {
    observer_->OnRelocated(section(), at, width);
  }
  return value;
}

RelocValue RelocCursor::Relocated(uint64_t at, int width, uint64_t in_place) {
  const RelocValue value = LookUp(at, width, in_place);
  if (!value.counts_from_place()) [[likely]]
    return value;
  RelocValue bad = RelocValue::Bad(ErrorCode::kBadReloc, 0, value.symbol,
                                   RelocFault::kFromItsPlace);
  bad.width = value.width;
  return bad;
}

uint64_t RelocCursor::RelocatedInitialLength(Format* format) {
  RelocCursor ahead = *this;
  const uint64_t in_place = ahead.Cursor::InitialLength(format);
  if (!ahead.ok()) {
    *this = ahead;
    return in_place;
  }
  const int width = static_cast<int>(*format);
  if (*format == Format::kDwarf64) Skip(4);
  return RelocatedLength("unit_length", width);
}

uint64_t RelocCursor::RelocatedLength(const char* field, int width) {
  const uint64_t at = offset();
  const uint64_t in_place = Unsigned(width);
  if (!ok() || relocs_->SurelyNone(at, width, hint_.at4, hint_.at8)) {
    return in_place;
  }
  const RelocValue value = relocs_->Lookup(at, width, in_place, hint_);
  if (observer_ != nullptr && value.has_record) {
    observer_->OnRelocatedLength(field, section(), at, width);
  }
  if (value.is_constant()) return value.value;
  SeekTo(data() - width);
  Fail(ReadError::kSymbolicLength);
  return 0;
}

}  // namespace dwreloc::internal
