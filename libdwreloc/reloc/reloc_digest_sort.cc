// The digest's end: counts, sentinels, and the rare sorting of records that are
// not in order.  Those that overlap become errors of their data, for it is
// unknown which of them is meant; a repetition of the same record is reported
// only.

#include <algorithm>
#include <optional>

#include "reloc/reloc_digest.h"

namespace dwreloc::internal {

uint64_t RelocDigester::CountRecords() const {
  return uint64_t{table_->numbers4_.count()} + table_->addresses4_.count() +
         table_->records8_.count() + table_->others_.size();
}

// REQUIRES: the columns are sorted.
std::vector<RelocDigester::Entry> RelocDigester::Collect() const {
  const RelocTable& table = *table_;
  std::vector<Entry> entries;
  entries.reserve(CountRecords());
  for (uint32_t i = 0; i < table.numbers4_.count(); ++i) {
    const Number4& record = table.numbers4_[i];
    entries.push_back(
        {record.offset, 4, Source::kNumbers4, kNoSymbol, record.value, 0});
  }
  for (uint32_t i = 0; i < table.addresses4_.count(); ++i) {
    const Address4& record = table.addresses4_[i];
    entries.push_back({record.offset, 4, Source::kAddresses4, record.symbol,
                       static_cast<uint32_t>(record.addend), 0});
  }
  for (uint32_t i = 0; i < table.records8_.count(); ++i) {
    const Record8& record = table.records8_[i];
    entries.push_back(
        {record.offset, 8, Source::kRecords8, record.symbol, record.value, 0});
  }
  for (uint32_t i = 0; i < table.others_.size(); ++i) {
    const RelocTable::Other& other = table.others_[i];
    entries.push_back({other.offset, std::max<uint8_t>(other.width, 1),
                       Source::kOthers, kNoSymbol, 0, i});
  }
  std::stable_sort(
      entries.begin(), entries.end(),
      [](const Entry& a, const Entry& b) { return a.offset < b.offset; });
  return entries;
}

// In the columns.
uint64_t RelocDigester::CountNumbers() const {
  const RelocTable& table = *table_;
  uint64_t count = table.numbers4_.count();
  for (uint32_t i = 0; i < table.records8_.count(); ++i) {
    count += table.records8_[i].symbol == kNoSymbol ? 1 : 0;
  }
  return count;
}

// One entry per place, so that a lookup never meets many.  Of several reasons,
// one that names a type is preferred to the overlap.
void RelocDigester::AddBad(std::vector<RelocTable::Other>& others,
                           const Entry& entry, const RelocValue& value) {
  const uint8_t width = entry.source == Source::kOthers
                            ? table_->others_[entry.other].width
                            : entry.width;
  if (others.empty() || others.back().offset != entry.offset ||
      !others.back().value.is_bad()) {
    others.push_back({.offset = entry.offset, .value = value, .width = width});
    return;
  }
  RelocTable::Other& known = others.back();
  known.width = std::max(known.width, width);
  if (known.value.fault() == RelocFault::kOverlap) known.value = value;
}

// Reads the records of all sections that can be read once more.
template <typename Visit>
void RelocDigester::ForEachRecord(Visit visit) const {
  for (const uint32_t index : context_.sections.For(target_)) {
    const absl::StatusOr<RelocRecords> records =
        RelocRecords::Open(context_.file, index);
    if (!records.ok()) continue;
    RelocStream stream(*records);
    RawReloc record;
    while (stream.Next(&record)) visit(record);
  }
}

// The type and symbol of the first record at each place in question, which the
// columns do not keep.
RelocDigester::Culprits RelocDigester::FindCulprits(
    const std::vector<Entry>& entries) const {
  Culprits culprits;
  uint64_t end = 0;
  for (size_t i = 0; i < entries.size(); ++i) {
    const Entry& entry = entries[i];
    const bool is_alone =
        entry.offset >= end &&
        (i + 1 == entries.size() || entries[i + 1].offset >= entry.end());
    if (!is_alone) culprits.try_emplace(entry.offset);
    end = std::max(end, entry.end());
  }
  if (culprits.empty()) return culprits;
  ForEachRecord([&](const RawReloc& record) {
    const auto culprit = culprits.find(record.offset);
    if (culprit != culprits.end() && !culprit->second.has_value() &&
        FindHowto(context_.machine, record.type).op != RelocOp::kNone) {
      culprit->second = record;
    }
  });
  return culprits;
}

// Returns true if both are the same record.  The second one then writes what is
// already there.
bool RelocDigester::IsRepeated(const Entry& a, const Entry& b) const {
  if (has_values_in_place_ || a.offset != b.offset || a.width != b.width ||
      a.source != b.source) {
    return false;
  }
  if (a.source != Source::kOthers)
    return a.symbol == b.symbol && a.value == b.value;
  const RelocValue& one = table_->others_[a.other].value;
  const RelocValue& other = table_->others_[b.other].value;
  return !one.is_bad() && ComparePlace(one, other) == 0 &&
         one.detail == other.detail && one.symbol == other.symbol;
}

void RelocDigester::Sort() {
  table_->numbers4_.Sort();
  table_->addresses4_.Sort();
  table_->records8_.Sort();
  std::stable_sort(table_->others_.begin(), table_->others_.end(),
                   [](const RelocTable::Other& a, const RelocTable::Other& b) {
                     return a.offset < b.offset;
                   });
}

// REQUIRES: the columns are sorted.
bool RelocDigester::HasOverlap() const {
  const RelocTable& table = *table_;
  // Merges them: the lowest of the next records of each is the next of all.
  uint32_t number4 = 0;
  uint32_t address4 = 0;
  uint32_t record8 = 0;
  size_t other = 0;
  const auto next_of = [](const auto& column, uint32_t i) {
    return i < column.count() ? uint64_t{column[i].offset} : UINT64_MAX;
  };
  Order order;
  for (uint64_t left = CountRecords(); left > 0 && order.is_ascending; --left) {
    const uint64_t offset4 = next_of(table.numbers4_, number4);
    const uint64_t offset_address = next_of(table.addresses4_, address4);
    const uint64_t offset8 = next_of(table.records8_, record8);
    const uint64_t offset_other =
        other < table.others_.size() ? table.others_[other].offset : UINT64_MAX;
    const uint64_t offset =
        std::min({offset4, offset_address, offset8, offset_other});
    if (offset == offset4) {
      order.Pass(offset, Number4::kWidth);
      ++number4;
    } else if (offset == offset_address) {
      order.Pass(offset, Address4::kWidth);
      ++address4;
    } else if (offset == offset8) {
      order.Pass(offset, Record8::kWidth);
      ++record8;
    } else {
      order.Pass(offset, std::max<uint8_t>(table.others_[other].width, 1));
      ++other;
    }
  }
  return !order.is_ascending;
}

// Puts back into its column what is valid.
void RelocDigester::Keep(const Entry& entry,
                         std::vector<RelocTable::Other>& others) {
  const uint32_t offset = static_cast<uint32_t>(entry.offset);
  switch (entry.source) {
    case Source::kNumbers4:
      return table_->numbers4_.Add(
          {.offset = offset, .value = static_cast<uint32_t>(entry.value)});
    case Source::kAddresses4:
      return table_->addresses4_.Add(
          {.offset = offset,
           .symbol = entry.symbol,
           .addend = static_cast<int32_t>(entry.value)});
    case Source::kRecords8:
      return table_->records8_.Add(
          {.offset = offset, .symbol = entry.symbol, .value = entry.value});
    case Source::kOthers:
      others.push_back(table_->others_[entry.other]);
  }
}

void RelocDigester::Poison() {
  const std::vector<Entry> entries = Collect();
  const Culprits culprits = FindCulprits(entries);
  std::vector<RelocTable::Other> others;
  table_->numbers4_.Clear();
  table_->addresses4_.Clear();
  table_->records8_.Clear();
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
        overlaps_before ||
        (next < entries.size() && entries[next].offset < entry.end());
    const uint64_t overlapped = overlaps_before         ? end_of
                                : next < entries.size() ? entries[next].offset
                                                        : 0;
    if (entry.end() > end) {
      end = entry.end();
      end_of = entry.offset;
    }
    const bool is_bad_already = entry.source == Source::kOthers &&
                                table_->others_[entry.other].value.is_bad();
    if (is_bad_already) {
      AddBad(others, entry, table_->others_[entry.other].value);
    } else if (overlaps) {
      // It is unknown which of them is meant.
      Report(ErrorCode::kBadReloc, RelocFault::kOverlap, record.type,
             entry.offset);
      AddBad(others, entry,
             RelocValue::Bad(ErrorCode::kBadReloc, record.type, record.symbol,
                             RelocFault::kOverlap, overlapped));
    } else {
      Keep(entry, others);
    }
  }
  table_->others_ = std::move(others);
}

bool RelocDigester::AreRecordsSorted() const {
  bool is_sorted = true;
  uint64_t last = 0;
  ForEachRecord([&](const RawReloc& record) {
    is_sorted &= record.offset >= last;
    last = record.offset;
  });
  return is_sorted;
}

void RelocDigester::Finish() {
  RelocTable& table = *table_;
  table.was_sorted_ = passed_.is_ascending;
  table.has_sorted_records_ =
      table.was_sorted_ && (!has_unpassed_records_ || AreRecordsSorted());
  table.static_count_ = CountNumbers();
  if (!table.was_sorted_) {
    Sort();
    if (HasOverlap()) Poison();
  }
  const uint64_t size = std::min<uint64_t>(target_size_, kNoRecordOffset);
  table.numbers4_.Finish(size);
  table.addresses4_.Finish(size);
  table.records8_.Finish(size);
  table.others_.shrink_to_fit();
}

}  // namespace dwreloc::internal
