#include "read/reloc_cursor.h"

#include "absl/strings/str_cat.h"

namespace dwreloc::internal {

absl::Status RelocCursor::EnterUnit(Format* format, const char* field) {
  const uint64_t at = offset();
  const uint64_t length = InitialLength(format, field);
  if (!ok()) return status();
  if (length > remaining()) {
    return MakeError(ErrorCode::kTruncated, section(), at,
                     absl::StrCat(field, " ", length, " exceeds the ",
                                  remaining(), " bytes left"));
  }
  Truncate(offset() + length);
  return absl::OkStatus();
}

// Returns true if the length and version at `offset` could begin a table.
bool RelocCursor::IsTableAt(uint64_t offset) const {
  constexpr uint16_t kLastVersion = 5;
  RelocCursor table = *this;
  table.set_observer(nullptr);
  table.Seek(offset);
  Format format;
  const uint64_t length = table.InitialLength(&format);
  if (!table.ok() || length > table.remaining()) return false;
  const uint16_t version = table.U16();
  return table.ok() && length >= sizeof(version) && version != 0 &&
         version <= kLastVersion;
}

void RelocCursor::SkipPadding() {
  if (at_end() || *data() != 0 || IsTableAt(offset())) return;
  const uint8_t* const begin = data() - offset();
  uint64_t zeros = offset();
  while (zeros < end() && begin[zeros] == 0) ++zeros;
  if (zeros == end()) {
    Seek(zeros);
    return;
  }
  // A length may begin with zeros itself.
  constexpr uint64_t kMostZeros = 7;
  const uint64_t first =
      zeros - offset() > kMostZeros ? zeros - kMostZeros : offset() + 1;
  for (uint64_t start = first; start <= zeros; ++start) {
    if (!IsTableAt(start)) continue;
    Seek(start);
    return;
  }
  // No table follows.  Skip the zero lengths at once all the same, or each
  // would cost a search through all that follow.
  Seek(zeros - (zeros - offset()) % sizeof(uint32_t));
}

void RelocCursor::Tell(const char* field, uint64_t at, int width) const {
  observer_->OnRelocated(
      {.field = field, .section = section(), .offset = at, .width = width});
}

RelocValue RelocCursor::LookUp(uint64_t at, int width, uint64_t in_place) {
  const RelocValue value = relocs_->Lookup(at, width, in_place, hint_);
  if (observer_ != nullptr && value.has_record) Tell(field_, at, width);
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

uint64_t RelocCursor::RelocatedInitialLength(Format* format,
                                             const char* field) {
  RelocCursor ahead = *this;
  const uint64_t in_place = ahead.Cursor::InitialLength(format);
  if (!ahead.ok()) {
    *this = ahead;
    return in_place;
  }
  const int width = static_cast<int>(*format);
  if (*format == Format::kDwarf64) Skip(4);
  return RelocatedLength(field, width);
}

uint64_t RelocCursor::RelocatedLength(const char* field, int width) {
  const uint64_t at = offset();
  const uint64_t in_place = Unsigned(width);
  if (!ok() || relocs_->SurelyNone(at, width, hint_.at4, hint_)) {
    return in_place;
  }
  const RelocValue value = relocs_->Lookup(at, width, in_place, hint_);
  if (observer_ != nullptr && value.has_record) Tell(field, at, width);
  if (value.is_constant()) return value.value;
  SeekTo(data() - width);
  Fail(ReadError::kSymbolicLength);
  return 0;
}

}  // namespace dwreloc::internal
