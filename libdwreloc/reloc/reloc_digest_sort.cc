// The digest's end: counts, sentinels, and the rare sorting of records that are
// not in order.  Those that overlap become errors of their data, for it is
// unknown which of them is meant; a repetition of the same record is reported
// only.

#include <algorithm>
#include <optional>

#include "reloc/reloc_digest.h"

namespace dwreloc::internal {

std::vector<RelocDigester::Entry> RelocDigester::Collect() const {
  std::vector<Entry> entries;
  entries.reserve(table_->count4_ + table_->count8_ + table_->others_.size());
  for (uint32_t i = 0; i < table_->count4_; ++i) {
    entries.push_back(
        {table_->offsets4_[i], 4, 4,
         table_->symbols4_.empty() ? kNoSymbol : table_->symbols4_[i],
         table_->values4_[i], 0});
  }
  for (uint32_t i = 0; i < table_->count8_; ++i) {
    entries.push_back({table_->offsets8_[i], 8, 8, table_->symbols8_[i],
                       table_->values8_[i], 0});
  }
  for (uint32_t i = 0; i < table_->others_.size(); ++i) {
    const RelocTable::Other& other = table_->others_[i];
    entries.push_back(
        {other.offset, std::max<uint8_t>(other.width, 1), 0, kNoSymbol, 0, i});
  }
  std::stable_sort(
      entries.begin(), entries.end(),
      [](const Entry& a, const Entry& b) { return a.offset < b.offset; });
  return entries;
}

// In the columns.
uint64_t RelocDigester::CountNumbers() const {
  const RelocTable& table = *table_;
  uint64_t symbolic = 0;
  for (uint32_t i = 0; i < table.count8_; ++i) {
    symbolic += table.symbols8_[i] != kNoSymbol ? 1 : 0;
  }
  if (!table.symbols4_.empty()) {
    for (uint32_t i = 0; i < table.count4_; ++i) {
      symbolic += table.symbols4_[i] != kNoSymbol ? 1 : 0;
    }
  }
  return uint64_t{table.count4_} + table.count8_ - symbolic;
}

// One entry per place, so that a lookup never meets many.  Of several reasons,
// one that names a type is preferred to the overlap.
void RelocDigester::AddBad(std::vector<RelocTable::Other>& others,
                           const Entry& entry, const RelocValue& value) {
  const uint8_t width =
      entry.source == 0 ? table_->others_[entry.other].width : entry.width;
  if (others.empty() || others.back().offset != entry.offset ||
      !others.back().value.is_bad()) {
    others.push_back({.offset = entry.offset, .value = value, .width = width});
    return;
  }
  RelocTable::Other& known = others.back();
  known.width = std::max(known.width, width);
  if (known.value.fault() == RelocFault::kOverlap) known.value = value;
}

// The type and symbol of the first record at each place in question, which the
// columns do not keep.
RelocDigester::Culprits RelocDigester::FindCulprits(
    const std::vector<Entry>& entries) const {
  Culprits culprits;
  uint64_t end = 0;
  for (size_t i = 0; i < entries.size(); ++i) {
    const Entry& entry = entries[i];
    const bool is_alone = entry.offset >= end &&
                          (i + 1 == entries.size() ||
                           entries[i + 1].offset >= entry.offset + entry.width);
    if (!is_alone) culprits.try_emplace(entry.offset);
    end = std::max(end, entry.offset + entry.width);
  }
  if (culprits.empty()) return culprits;
  for (const uint32_t index : context_.sections.For(target_)) {
    const absl::StatusOr<RelocRecords> records =
        RelocRecords::Open(context_.file, index);
    if (!records.ok()) continue;
    RelocStream stream(*records);
    RawReloc record;
    while (stream.Next(&record)) {
      const auto culprit = culprits.find(record.offset);
      if (culprit == culprits.end() || culprit->second.has_value() ||
          FindHowto(context_.machine, record.type).op == RelocOp::kNone) {
        continue;
      }
      culprit->second = record;
    }
  }
  return culprits;
}

// Returns true if both are the same record.  The second one then writes what is
// already there.
bool RelocDigester::IsRepeated(const Entry& a, const Entry& b) const {
  if (has_values_in_place_ || a.offset != b.offset || a.width != b.width ||
      a.source != b.source) {
    return false;
  }
  if (a.source != 0) return a.symbol == b.symbol && a.value == b.value;
  const RelocValue& one = table_->others_[a.other].value;
  const RelocValue& other = table_->others_[b.other].value;
  return !one.is_bad() && ComparePlace(one, other) == 0 &&
         one.detail == other.detail && one.symbol == other.symbol;
}

void RelocDigester::SortAndPoison() {
  const std::vector<Entry> entries = Collect();
  const Culprits culprits = FindCulprits(entries);
  std::vector<RelocTable::Other> others;
  table_->count4_ = 0;
  table_->count8_ = 0;
  // Of the previous records, the one that ends last.
  uint64_t end = 0;
  uint64_t end_of = 0;
  size_t next = 0;
  for (size_t i = 0; i < entries.size(); i = next) {
    const Entry& entry = entries[i];
    const auto culprit = culprits.find(entry.offset);
    const RawReloc record = culprit != culprits.end()
                                ? culprit->second.value_or(RawReloc())
                                : RawReloc();
    for (next = i + 1; next < entries.size(); ++next) {
      if (!IsRepeated(entry, entries[next])) break;
      Report(ErrorCode::kOk, RelocFault::kNone, record.type, entry.offset);
    }
    const bool overlaps_before = entry.offset < end;
    const bool overlaps =
        overlaps_before || (next < entries.size() &&
                            entries[next].offset < entry.offset + entry.width);
    const uint64_t overlapped = overlaps_before         ? end_of
                                : next < entries.size() ? entries[next].offset
                                                        : 0;
    if (entry.offset + entry.width > end) {
      end = entry.offset + entry.width;
      end_of = entry.offset;
    }
    const bool is_bad_already =
        entry.source == 0 && table_->others_[entry.other].value.is_bad();
    if (is_bad_already) {
      AddBad(others, entry, table_->others_[entry.other].value);
    } else if (overlaps) {
      // It is unknown which of them is meant.
      Report(ErrorCode::kBadReloc, RelocFault::kOverlap, record.type,
             entry.offset);
      AddBad(others, entry,
             RelocValue::Bad(ErrorCode::kBadReloc, record.type, record.symbol,
                             RelocFault::kOverlap, overlapped));
    } else if (entry.source == 4) {
      Add4(static_cast<uint32_t>(entry.offset),
           static_cast<uint32_t>(entry.value), entry.symbol);
    } else if (entry.source == 8) {
      Add8(static_cast<uint32_t>(entry.offset), entry.value, entry.symbol);
    } else {
      others.push_back(table_->others_[entry.other]);
    }
  }
  table_->others_ = std::move(others);
}

void RelocDigester::Finish() {
  RelocTable& table = *table_;
  const auto terminate = [&table] {
    for (uint32_t i = 0; i < 2; ++i) {
      table.offsets4_[table.count4_ + i] = RelocTable::kSentinel;
      table.offsets8_[table.count8_ + i] = RelocTable::kSentinel;
    }
  };
  if (table.offsets4_.empty() || table.offsets8_.empty()) return;
  terminate();
  table.was_sorted_ = is_ascending_;
  table.static_count_ = CountNumbers();
  std::stable_sort(table.others_.begin(), table.others_.end(),
                   [](const RelocTable::Other& a, const RelocTable::Other& b) {
                     return a.offset < b.offset;
                   });
  if (!is_ascending_ || !table.others_.empty()) {
    SortAndPoison();
    terminate();
  }
  table.offsets4_.Shrink(table.count4_ + 1);
  table.values4_.Shrink(table.count4_);
  if (!table.symbols4_.empty()) table.symbols4_.Shrink(table.count4_);
  table.offsets8_.Shrink(table.count8_ + 1);
  table.values8_.Shrink(table.count8_);
  table.symbols8_.Shrink(table.count8_);
  table.others_.shrink_to_fit();
}

}  // namespace dwreloc::internal
