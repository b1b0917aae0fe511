#include "reloc/ordered_records.h"

#include <algorithm>

namespace dwreloc::internal {
namespace {

// How many of `count` ascending numbers are below `value`.  Without a branch on
// the data: in random reading it would be mispredicted every other time.
template <typename NumberAt>
uint32_t CountBelow(uint32_t count, uint64_t value, NumberAt number_at) {
  uint32_t first = 0;
  while (count > 0) {
    const uint32_t half = (count + 1) / 2;
    first += number_at(first + half - 1) < value ? half : 0;
    count -= half;
  }
  return first;
}

}  // namespace

uint32_t OrderedRecords::Search(uint64_t offset, uint32_t hint) const {
  const auto start = [this](uint32_t block) { return starts_[block]; };
  const uint32_t blocks = static_cast<uint32_t>(starts_.size());
  // The number of blocks that begin before `offset`: most often the hint's or
  // the one after it.
  uint32_t before = hint / kBlock + 1;
  if (before >= blocks || start(before - 1) >= offset ||
      start(before) < offset) {
    before = before + 1 < blocks && start(before) < offset &&
                     start(before + 1) >= offset
                 ? before + 1
                 : CountBelow(blocks, offset, start);
  }
  if (before == 0) return 0;
  const uint32_t first = (before - 1) * kBlock;
  const uint8_t* const block = records_ + first * kSize;
  const uint32_t size = std::min(kBlock, count_ - first);
  // Each probe would wait for a cache line of its own.
  for (uint32_t at = 0; at < size * kSize; at += 64) {
    __builtin_prefetch(block + at);
  }
  return first + CountBelow(size, offset, [&](uint32_t index) {
           return OffsetAt(first + index);
         });
}

}  // namespace dwreloc::internal
