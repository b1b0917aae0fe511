#include "reloc/ordered_records.h"

#include <algorithm>

namespace dwreloc::internal {

void OrderedRecords::Finish(uint64_t size) {
  constexpr uint32_t kStartsPerStretch = 2;
  index_.Build(size, static_cast<uint32_t>(starts_.size()), kStartsPerStretch,
               [this](uint32_t block) { return uint64_t{starts_[block]}; });
}

uint32_t OrderedRecords::Search(uint64_t offset) const {
  // The number of blocks that begin before `offset`: in the last of them is the
  // record, if it is not the first of the next.
  const auto [first, last] =
      index_.Bounds(offset, static_cast<uint32_t>(starts_.size()));
  const uint32_t before = LowerBound(
      first, last, offset, [this](uint32_t block) { return starts_[block]; });
  if (before == 0) return 0;
  const uint32_t begin = (before - 1) * kBlock;
  const uint32_t end = std::min(begin + kBlock, count_);
  // Each probe would wait for a cache line of its own.
  constexpr uint32_t kCacheLine = 64;
  for (uint32_t at = 0; at < (end - begin) * kSize; at += kCacheLine) {
    __builtin_prefetch(records_ + begin * kSize + at);
  }
  return LowerBound(begin, end, offset,
                    [this](uint32_t i) { return OffsetAt(i); });
}

}  // namespace dwreloc::internal
