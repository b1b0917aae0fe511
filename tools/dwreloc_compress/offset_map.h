// offset_map.h - numbers by offset: which string is where.
//
// Tested by tests/compress/string_table_test.cc and
// tests/fixtures/compressed_test.py.
#ifndef DWRELOC_TOOLS_DWRELOC_COMPRESS_OFFSET_MAP_H_
#define DWRELOC_TOOLS_DWRELOC_COMPRESS_OFFSET_MAP_H_

#include <cstddef>
#include <cstdint>
#include <vector>

namespace dwreloc_tools::compress {

// Offsets and numbers are less than UINT32_MAX.
class OffsetMap {
 public:
  static constexpr std::uint32_t kAbsent = UINT32_MAX;

  std::uint32_t Find(std::uint32_t offset) const {
    if (slots_.empty()) return kAbsent;
    const Slot& slot = slots_[PlaceOf(offset)];
    return slot.key == offset + 1 ? slot.number : kAbsent;
  }
  // The offset is not there.
  void Add(std::uint32_t offset, std::uint32_t number) {
    if (2 * (size_ + 1) > slots_.size()) Grow();
    slots_[PlaceOf(offset)] = {offset + 1, number};
    ++size_;
  }

 private:
  struct Slot {
    std::uint32_t key = 0;  // offset + 1; 0: free
    std::uint32_t number = 0;
  };

  // Of the offset, or free.
  std::size_t PlaceOf(std::uint32_t offset) const {
    const std::size_t mask = slots_.size() - 1;
    std::size_t at = (offset * std::uint64_t{0x9e3779b97f4a7c15} >> 32) & mask;
    while (slots_[at].key != 0 && slots_[at].key != offset + 1)
      at = (at + 1) & mask;
    return at;
  }
  void Grow() {
    std::vector<Slot> old(slots_.empty() ? 1024 : 2 * slots_.size());
    old.swap(slots_);
    for (const Slot& slot : old)
      if (slot.key != 0) slots_[PlaceOf(slot.key - 1)] = slot;
  }

  std::vector<Slot> slots_;  // a power of two
  std::size_t size_ = 0;
};

}  // namespace dwreloc_tools::compress

#endif  // DWRELOC_TOOLS_DWRELOC_COMPRESS_OFFSET_MAP_H_
