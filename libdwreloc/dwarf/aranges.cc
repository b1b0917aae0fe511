#include "dwarf/aranges.h"

#include <algorithm>

#include "absl/strings/str_cat.h"

namespace dwreloc::internal {
namespace {

// A part of the tuple that ends a set.
bool IsPlainZero(const RelocValue& value) {
  return value.is_constant() && value.value == 0 && !value.has_record;
}

}  // namespace

bool ArangeReader::Next(Arange* arange) {
  error_ = Error::kNone;
  do {
    if (is_in_set_ && ReadTuple(arange)) return true;
  } while (ok() && BeginSet());
  return false;
}

bool ArangeReader::ReadAt(uint64_t set_offset, uint64_t offset,
                          Arange* arange) {
  error_ = Error::kNone;
  error_offset_ = set_offset;
  Seek(set_offset, &cursor_);
  if (!ReadSetHeader(cursor_).ok()) {
    error_ = Error::kHeader;
    return false;
  }
  cursor_.Seek(std::min(offset, cursor_.end()));
  return ReadTuple(arange);
}

bool ArangeReader::BeginSet() {
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

absl::Status ArangeReader::ReadSetHeader(RelocCursor& cursor) {
  DWRELOC_RETURN_IF_ERROR(ReadHeader(cursor, &set_));
  const uint64_t sizes_at = cursor.offset();
  set_.encoding.address_size = cursor.U8();
  segment_selector_size_ = cursor.U8();
  if (!cursor.ok()) return cursor.status();
  const int address_size = set_.encoding.address_size;
  if (address_size != 2 && address_size != 4 && address_size != 8) {
    return MakeError(
        ErrorCode::kUnsupported, view().index, sizes_at,
        absl::StrCat("address_size ", address_size, ", expected 2, 4 or 8"));
  }
  const int segment_size = segment_selector_size_;
  if (segment_size != 0 && segment_size != 1 && segment_size != 2 &&
      segment_size != 4 && segment_size != 8) {
    return MakeError(ErrorCode::kUnsupported, view().index, sizes_at + 1,
                     absl::StrCat("segment_selector_size ", segment_size,
                                  ", expected 0, 1, 2, 4 or 8"));
  }
  // The first tuple stands at a multiple of its size, from the set's start.
  const uint64_t tuple_size =
      static_cast<uint64_t>(segment_size + 2 * address_size);
  const uint64_t header_size = cursor.offset() - set_.offset;
  const uint64_t padding = (tuple_size - header_size % tuple_size) % tuple_size;
  // A set may end with its header.
  cursor.Skip(std::min(padding, cursor.remaining()));
  return absl::OkStatus();
}

bool ArangeReader::ReadTuple(Arange* arange) {
  is_in_set_ = false;
  if (cursor_.at_end()) return false;
  *arange = Arange();
  arange->offset = cursor_.offset();
  if (segment_selector_size_ != 0) {
    Reading("segment");
    arange->segment = cursor_.Value(segment_selector_size_);
  }
  Reading("address");
  arange->address = cursor_.Address(set_.encoding);
  Reading("length");
  arange->length = cursor_.Address(set_.encoding);
  if (!cursor_.ok()) {
    error_ = Error::kTuple;
    error_offset_ = arange->offset;
    return false;
  }
  if (IsPlainZero(arange->segment) && IsPlainZero(arange->address) &&
      IsPlainZero(arange->length)) {
    return false;
  }
  is_in_set_ = true;
  return true;
}

absl::Status ArangeReader::status() const {
  switch (error_) {
    case Error::kNone:
      break;
    case Error::kHeader: {
      // Reading it again gives the text again.
      ArangeReader again = *this;
      RelocCursor cursor;
      again.set_observer(nullptr, nullptr);
      again.Seek(error_offset_, &cursor);
      return again.ReadSetHeader(cursor);
    }
    case Error::kTuple:
      return MakeError(ErrorCode::kTruncated, view().index, error_offset_,
                       "the set ends inside a tuple");
  }
  return absl::OkStatus();
}

ArangeIndex ArangeIndex::Build(const DwarfSections& sections) {
  ArangeIndex index;
  std::vector<Entry>& entries = index.entries_;
  for (const DebugSection& section : sections.file().debug_sections()) {
    if (section.name.id != SectionId::kDebugAranges) continue;
    const absl::StatusOr<SectionView>& view = sections.View(section.index);
    if (!view.ok()) continue;
    ArangeReader reader(sections, *view);
    Arange arange;
    while (reader.Next(&arange) || !reader.ok()) {
      if (!reader.ok()) continue;
      const RelocKind kind = arange.address.kind;
      const bool is_place = kind == RelocKind::kConstant ||
                            kind == RelocKind::kSection ||
                            kind == RelocKind::kUndefined;
      if (!is_place || !arange.length.is_constant() ||
          arange.length.value == 0) {
        continue;
      }
      entries.push_back({.begin = arange.address,
                         .length = arange.length.value,
                         .last = 0,
                         .section = section.index,
                         .set_offset = reader.set().offset,
                         .offset = arange.offset});
    }
  }
  std::stable_sort(entries.begin(), entries.end(),
                   [](const Entry& a, const Entry& b) {
                     return ComparePlace(a.begin, b.begin) < 0;
                   });
  for (size_t i = 0; i < entries.size(); ++i) {
    Entry& entry = entries[i];
    const uint64_t begin = entry.begin.value;
    entry.last = entry.length - 1 > UINT64_MAX - begin
                     ? UINT64_MAX
                     : begin + (entry.length - 1);
    if (i > 0 && HaveSameBase(entries[i - 1].begin, entry.begin)) {
      entry.last = std::max(entry.last, entries[i - 1].last);
    }
  }
  return index;
}

const ArangeIndex::Entry* ArangeIndex::Find(const RelocValue& place) const {
  auto entry = std::upper_bound(entries_.begin(), entries_.end(), place,
                                [](const RelocValue& value, const Entry& e) {
                                  return ComparePlace(value, e.begin) < 0;
                                });
  // The nearest that holds it is the smallest, if ranges nest.
  while (entry != entries_.begin()) {
    --entry;
    if (!HaveSameBase(entry->begin, place) || entry->last < place.value) {
      break;
    }
    if (place.value - entry->begin.value < entry->length) return &*entry;
  }
  return nullptr;
}

}  // namespace dwreloc::internal
