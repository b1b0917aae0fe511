// interner.h - numbers for byte strings: equal ones have one number.
//
// The bytes stay where they are; whoever has them keeps them.
//
// Tested by tests/compress/string_table_test.cc and
// tests/fixtures/compressed_test.py.
#ifndef DWRELOC_TOOLS_DWRELOC_COMPRESS_INTERNER_H_
#define DWRELOC_TOOLS_DWRELOC_COMPRESS_INTERNER_H_

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "dwreloc_compress/hash.h"

namespace dwreloc_tools::compress {

class Interner {
 public:
  // The number of these bytes, in the order of their first appearance.
  std::uint32_t Add(std::string_view bytes) {
    if ((items_.size() + 1) * 2 > slots_.size()) Grow();
    const std::uint64_t hash = HashOf(bytes);
    for (std::size_t at = hash & mask_;; at = (at + 1) & mask_) {
      const std::uint32_t slot = slots_[at];
      if (slot == 0) {
        items_.push_back(bytes);
        hashes_.push_back(static_cast<std::uint32_t>(hash >> 32));
        slots_[at] = static_cast<std::uint32_t>(items_.size());
        return slots_[at] - 1;
      }
      if (IsItem(slot - 1, hash, bytes)) return slot - 1;
    }
  }

  // The number of these bytes, or kAbsent.
  static constexpr std::uint32_t kAbsent = UINT32_MAX;
  std::uint32_t Find(std::string_view bytes) const {
    if (slots_.empty()) return kAbsent;
    const std::uint64_t hash = HashOf(bytes);
    for (std::size_t at = hash & mask_;; at = (at + 1) & mask_) {
      const std::uint32_t slot = slots_[at];
      if (slot == 0) return kAbsent;
      if (IsItem(slot - 1, hash, bytes)) return slot - 1;
    }
  }

  std::string_view operator[](std::uint32_t number) const {
    return items_[number];
  }
  std::uint32_t size() const {
    return static_cast<std::uint32_t>(items_.size());
  }

 private:
  bool IsItem(std::uint32_t number, std::uint64_t hash,
              std::string_view bytes) const {
    return hashes_[number] == static_cast<std::uint32_t>(hash >> 32) &&
           items_[number] == bytes;
  }
  void Grow() {
    const std::size_t size = slots_.empty() ? 1024 : slots_.size() * 2;
    mask_ = size - 1;
    slots_.assign(size, 0);
    for (std::uint32_t i = 0; i < items_.size(); ++i) {
      std::size_t at = HashOf(items_[i]) & mask_;
      while (slots_[at] != 0) at = (at + 1) & mask_;
      slots_[at] = i + 1;
    }
  }

  std::vector<std::string_view> items_;
  std::vector<std::uint32_t> hashes_;  // their upper halves
  std::vector<std::uint32_t> slots_;   // number + 1; 0: free
  std::size_t mask_ = 0;
};

}  // namespace dwreloc_tools::compress

#endif  // DWRELOC_TOOLS_DWRELOC_COMPRESS_INTERNER_H_
