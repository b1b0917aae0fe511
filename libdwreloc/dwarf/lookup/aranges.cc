#include "dwarf/lookup/aranges.h"

#include <algorithm>

#include "absl/strings/str_cat.h"

namespace dwreloc::internal {
namespace {

// A part of the tuple that ends a set.
bool IsPlainZero(const RelocValue& value) {
  return value.is_constant() && value.value == 0 && !value.has_record;
}

}  // namespace

bool ArangeReader::ReadAt(uint64_t set_offset, uint64_t offset,
                          Arange* arange) {
  error_ = Error::kNone;
  SeekSet(set_offset);
  if (!ReadBegin()) return false;
  cursor_.Seek(std::min(offset, cursor_.end()));
  return ReadEntry(arange);
}

absl::Status ArangeReader::ReadSetHeader() {
  DWRELOC_RETURN_IF_ERROR(ReadHeader());
  const uint64_t sizes_at = cursor_.offset();
  set_.encoding.address_size = cursor_.U8();
  segment_selector_size_ = cursor_.U8();
  if (!cursor_.ok()) return cursor_.status();
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
  // The first tuple is at a multiple of its size, from the set's start.
  const uint64_t tuple_size =
      segment_selector_size_ + uint64_t{2} * set_.encoding.address_size;
  const uint64_t header_size = cursor_.offset() - set_.offset;
  const uint64_t padding = (tuple_size - header_size % tuple_size) % tuple_size;
  // A set may end with its header.
  cursor_.Skip(std::min(padding, cursor_.remaining()));
  return absl::OkStatus();
}

bool ArangeReader::ReadEntry(Arange* arange) {
  do {
    if (AtEndOfSet()) return false;
    *arange = Arange();
    arange->offset = cursor_.offset();
    if (segment_selector_size_ != 0) {
      cursor_.set_field("segment");
      arange->segment = cursor_.Value(segment_selector_size_);
    }
    cursor_.set_field("address");
    arange->address = cursor_.Address(set_.encoding);
    cursor_.set_field("length");
    arange->length = cursor_.Address(set_.encoding);
    if (!cursor_.ok()) return FailEntry(arange->offset);
    is_terminated_ = IsPlainZero(arange->segment) &&
                     IsPlainZero(arange->address) &&
                     IsPlainZero(arange->length);
  } while (is_terminated_);
  return true;
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
  // If ranges nest, the nearest that contains it is the smallest.
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
