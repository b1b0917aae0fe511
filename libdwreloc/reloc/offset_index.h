// OffsetIndex: where in an ascending row of offsets to begin a search.
//
// The section is cut into stretches of 2^shift bytes; kept is how many offsets
// are below each, so that a search at a random place looks at one number here
// and then at the few offsets of one stretch.
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
  uint64_t memory() const { return below_.size() * sizeof(below_[0]); }

  // Indexes `count` ascending offsets that are below `size`, about
  // `per_stretch` for one number.  offset_at(i) gives them.
  template <typename OffsetAt>
  void Build(uint64_t size, uint32_t count, uint32_t per_stretch,
             OffsetAt offset_at);

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

template <typename OffsetAt>
void OffsetIndex::Build(uint64_t size, uint32_t count, uint32_t per_stretch,
                        OffsetAt offset_at) {
  // Bisecting a few is as fast as a look at the index.
  constexpr uint32_t kFew = 8;
  if (count < kFew * per_stretch) return;
  shift_ = 0;
  while (size >> shift_ > count / per_stretch) ++shift_;
  below_.reserve(static_cast<size_t>(size >> shift_) + 2);
  for (uint32_t i = 0; i < count; ++i) {
    const uint64_t stretch = offset_at(i) >> shift_;
    while (below_.size() <= stretch) below_.push_back(i);
  }
  below_.resize(static_cast<size_t>(size >> shift_) + 2, count);
}

}  // namespace dwreloc::internal

#endif  // LIBDWRELOC_RELOC_OFFSET_INDEX_H_
