// Column<Record>: records of one sort and width, by offset, each with its value
// beside it.
//
// A record begins with its offset, so that a lookup that has found it has
// fetched the value as well.  The digest appends; once it has called Finish a
// column is never written again.
// Tested by tests/unit/reloc/column_test.cc.

#ifndef LIBDWRELOC_RELOC_COLUMN_H_
#define LIBDWRELOC_RELOC_COLUMN_H_

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <type_traits>
#include <utility>

#include "base/no_memory.h"
#include "reloc/offset_index.h"

namespace dwreloc::internal {

// Follows the last record of each column; no datum begins there.
inline constexpr uint32_t kNoRecordOffset = UINT32_MAX;

// Record: plain data with a member `uint32_t offset` and a constant kWidth, the
// bytes that it writes.  Memory that is reserved but not used is not touched.
template <typename Record>
class Column {
 public:
  static_assert(std::is_trivially_copyable_v<Record>);

  Column() = default;
  Column(const Column&) = delete;
  Column& operator=(const Column&) = delete;
  ~Column() { std::free(data_); }

  uint32_t count() const { return count_; }
  // REQUIRES: i <= count(); Finish was called if it is equal.
  const Record& operator[](uint32_t i) const { return data_[i]; }
  // Bytes in use.
  uint64_t memory() const {
    return uint64_t{count_} * sizeof(Record) + index_.memory();
  }

  // Reserves room for n records in all.
  void Reserve(uint64_t n) {
    if (!Resize(n + kSentinels)) OutOfMemory();
  }
  // REQUIRES: there is room.
  void Add(const Record& record) { data_[count_++] = record; }
  void Clear() { count_ = 0; }
  // Where the next record goes, for a loop that keeps this in a register and
  // says afterwards where that is now.
  Record* end() { return data_ + count_; }
  void set_end(const Record* end) {
    count_ = static_cast<uint32_t>(end - data_);
  }

  // Sorts by offset; records of equal offset keep their order.
  void Sort();
  // Ends appending.  REQUIRES: offsets ascend, and are below `size`.
  void Finish(uint64_t size);

  // The first index whose offset is >= `offset`, or count(); most often the
  // `hint`, which is at most count(), or the next one.
  uint32_t Locate(uint64_t offset, uint32_t hint) const {
    if (data_[hint].offset >= offset) {
      if (hint == 0 || data_[hint - 1].offset < offset) [[likely]]
        return hint;
    } else if (data_[hint + 1].offset >= offset) {
      return hint + 1;
    }
    return Search(offset);
  }
  // The record at exactly `offset`, or nullptr; `hint` is that record's index
  // plus one afterwards, or where it would be.
  const Record* Find(uint64_t offset, uint32_t& hint) const {
    uint32_t at = hint;
    if (data_[at].offset != offset) {
      hint = at = Locate(offset, at);
      if (data_[at].offset != offset) return nullptr;
    }
    if (at == count_) [[unlikely]]
      return nullptr;
    hint = at + 1;
    return &data_[at];
  }
  // Returns true if no record touches [offset, end).
  bool IsFree(uint64_t offset, uint64_t end, uint32_t& hint) const {
    hint = Locate(offset, hint);
    return data_[hint].offset >= end &&
           (hint == 0 || data_[hint - 1].offset + kWidth <= offset);
  }
  // The first index of a record that ends after `offset`.
  uint32_t FirstTouching(uint64_t offset, uint32_t& hint) const {
    hint = Locate(offset, hint);
    return hint > 0 && data_[hint - 1].offset + kWidth > offset ? hint - 1
                                                                : hint;
  }

 private:
  // One offset in kSample is indexed.
  static constexpr uint32_t kSample = 16;
  static constexpr uint64_t kWidth = Record::kWidth;
  // A lookup looks at the record behind the one that it begins with.
  static constexpr uint64_t kSentinels = 2;

  uint32_t Search(uint64_t offset) const;
  // If it fails, the memory is kept as it was.
  bool Resize(uint64_t n) {
    if (n > SIZE_MAX / sizeof(Record)) return false;
    void* data = std::realloc(data_, static_cast<size_t>(n) * sizeof(Record));
    if (data == nullptr) return false;
    data_ = static_cast<Record*>(data);
    return true;
  }

  Record* data_ = nullptr;
  uint32_t count_ = 0;
  OffsetIndex index_;
};

// A radix sort, from the lowest digit up: each pass is stable, and reads and
// writes every record once.  Passes over a digit that all records have in
// common are left out.
template <typename Record>
void Column<Record>::Sort() {
  constexpr uint32_t kFew = 256;
  if (count_ < kFew) {
    std::stable_sort(
        data_, data_ + count_,
        [](const Record& a, const Record& b) { return a.offset < b.offset; });
    return;
  }
  constexpr int kDigitBits = 11;
  constexpr int kPasses = 3;
  constexpr uint32_t kDigits = 1u << kDigitBits;
  const auto digit = [](const Record& record, int pass) {
    return record.offset >> (pass * kDigitBits) & (kDigits - 1);
  };
  std::array<std::array<uint32_t, kDigits>, kPasses> counts = {};
  for (uint32_t i = 0; i < count_; ++i) {
    for (int pass = 0; pass < kPasses; ++pass) {
      ++counts[static_cast<size_t>(pass)][digit(data_[i], pass)];
    }
  }
  const std::unique_ptr<Record[]> buffer(new Record[count_]);
  Record* from = data_;
  Record* to = buffer.get();
  for (int pass = 0; pass < kPasses; ++pass) {
    std::array<uint32_t, kDigits>& starts = counts[static_cast<size_t>(pass)];
    if (starts[digit(from[0], pass)] == count_) continue;
    uint32_t start = 0;
    for (uint32_t& count : starts) {
      const uint32_t next = start + count;
      count = start;
      start = next;
    }
    for (uint32_t i = 0; i < count_; ++i) {
      to[starts[digit(from[i], pass)]++] = from[i];
    }
    std::swap(from, to);
  }
  if (from != data_) std::memcpy(data_, from, count_ * sizeof(Record));
}

template <typename Record>
void Column<Record>::Finish(uint64_t size) {
  // What it does not need is given back.  If that fails, it is kept.
  (void)Resize(count_ + kSentinels);
  for (uint64_t i = 0; i < kSentinels; ++i) {
    data_[count_ + i].offset = kNoRecordOffset;
  }
  index_.Build(size, (count_ + kSample - 1) / kSample, 1, [this](uint32_t i) {
    return data_[uint64_t{i} * kSample].offset;
  });
}

template <typename Record>
uint32_t Column<Record>::Search(uint64_t offset) const {
  const uint32_t samples = (count_ + kSample - 1) / kSample;
  const auto [below, not_above] = index_.Bounds(offset, samples);
  // All records up to the last sample that is below are below, too.
  const uint32_t first = below == 0 ? 0 : (below - 1) * kSample;
  const uint32_t last = not_above == samples ? count_ : not_above * kSample;
  return LowerBound(first, last, offset,
                    [this](uint32_t i) { return data_[i].offset; });
}

}  // namespace dwreloc::internal

#endif  // LIBDWRELOC_RELOC_COLUMN_H_
