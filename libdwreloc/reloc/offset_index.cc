#include "reloc/offset_index.h"

#include <algorithm>
#include <atomic>

namespace dwreloc::internal {
namespace {

// Bisecting a few records is as fast as a look at the index.
constexpr uint32_t kFewOffsets = 64;
constexpr uint32_t kPerStretch = 16;

}  // namespace

void OffsetIndex::Start(uint64_t size, uint32_t count) {
  if (count < kFewOffsets) return;
  shift_ = 0;
  while (size >> shift_ > count / kPerStretch) ++shift_;
  below_.assign(static_cast<size_t>(size >> shift_) + 2, 0);
}

void OffsetIndex::End(uint64_t last, uint32_t count) {
  if (below_.empty()) return;
  const uint64_t next = std::min<uint64_t>((last >> shift_) + 1, below_.size());
  std::fill(below_.begin() + static_cast<ptrdiff_t>(next), below_.end(), count);
}

OffsetIndex::Writer::Writer(OffsetIndex& index) : index_(index) {
  if (!index.below_.empty()) next_offset_ = 0;
}

OffsetIndex::Writer::Writer(OffsetIndex& index, uint64_t before)
    : index_(index) {
  const uint64_t next = (before >> index.shift_) + 1;
  if (next >= index.below_.size()) return;
  next_ = static_cast<size_t>(next);
  next_offset_ = next << index.shift_;
}

void OffsetIndex::Writer::Enter(uint32_t number) {
  // Threads meet here only if offsets do not ascend.
  std::atomic_ref<uint32_t>(index_.below_[next_])
      .store(number, std::memory_order_relaxed);
  ++next_;
  next_offset_ = next_ < index_.below_.size()
                     ? uint64_t{next_} << index_.shift_
                     : UINT64_MAX;
}

}  // namespace dwreloc::internal
