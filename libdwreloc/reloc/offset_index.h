// OffsetIndex: where in an ascending row of offsets to begin a search.
//
// The section is cut into stretches of 2^shift bytes; kept is how many offsets
// are below each, so that a search at a random place looks at one number here
// and then at the few records of one stretch.  Records do not overlap and have
// 4 bytes at least, hence there are never more than 2^(shift - 2) of them.
//
// The table takes a quarter of a byte per record: that of a large module stays
// in the second-level cache.
// Tested by tests/unit/reloc/offset_index_test.cc.

#ifndef LIBDWRELOC_RELOC_OFFSET_INDEX_H_
#define LIBDWRELOC_RELOC_OFFSET_INDEX_H_

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace dwreloc::internal {

class OffsetIndex {
 public:
  // Writes what a part of the row says.  The parts of one row may be written by
  // several threads at once.  Offsets that do not ascend do no harm, but what
  // is found after that is meaningless.
  class Writer {
   public:
    // The offsets follow `before`, or are the first.
    explicit Writer(OffsetIndex& index);
    Writer(OffsetIndex& index, uint64_t before);
    // `number`: how many offsets of the row are before this one.
    void Add(uint64_t offset, uint32_t number) {
      while (offset >= next_offset_) [[unlikely]]
        Enter(number);
    }

   private:
    void Enter(uint32_t number);

    OffsetIndex& index_;
    size_t next_ = 0;  // the first stretch that has no number
    uint64_t next_offset_ = UINT64_MAX;
  };

  uint64_t memory() const { return below_.size() * sizeof(below_[0]); }

  // Makes room for a row of `count` offsets that are below `size`.
  void Start(uint64_t size, uint32_t count);
  // Says that no offset follows `last`, the last of `count`.
  void End(uint64_t last, uint32_t count);

  // Where in the row the first offset >= `offset` is: from first to second,
  // which is included.
  std::pair<uint32_t, uint32_t> Bounds(uint64_t offset, uint32_t count) const {
    if (below_.empty()) return {0, count};
    const uint64_t stretch = offset >> shift_;
    if (stretch + 1 >= below_.size()) [[unlikely]]
      return {count, count};
    return {below_[stretch], below_[stretch + 1]};
  }

 private:
  // Under s, how many offsets are below s << shift_; one more than there are
  // stretches.  Empty: the row is short, and all of it one stretch.
  std::vector<uint32_t> below_;
  int shift_ = 0;
};

// The first index from `first` to `last` where offset_at is >= `offset`; `last`
// if none before it is.  Without a branch on the data: in random reading it
// would be mispredicted every other time.
template <typename OffsetAt>
uint32_t LowerBound(uint32_t first, uint32_t last, uint64_t offset,
                    OffsetAt offset_at) {
  uint32_t left = last - first;
  while (left > 0) {
    const uint32_t half = (left + 1) / 2;
    first += offset_at(first + half - 1) < offset ? half : 0;
    left -= half;
  }
  return first;
}

}  // namespace dwreloc::internal

#endif  // LIBDWRELOC_RELOC_OFFSET_INDEX_H_
