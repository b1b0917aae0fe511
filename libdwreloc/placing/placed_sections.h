// The sections of an unlinked file that have an address, by address: which one
// contains a number, and whether two of them share an address.
// Tested by tests/unit/module/placed_sections_test.cc.

#ifndef LIBDWRELOC_PLACING_PLACED_SECTIONS_H_
#define LIBDWRELOC_PLACING_PLACED_SECTIONS_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

namespace dwreloc::internal {

struct PlacedSection {
  uint32_t section = 0;
  uint64_t begin = 0;
  uint64_t size = 0;

  uint64_t last() const {
    return begin + size - 1;
  }  // only for sections that
     // have bytes
};

// Immutable, hence thread-safe.
class PlacedSections {
 public:
  PlacedSections() = default;
  explicit PlacedSections(std::vector<PlacedSection> sections);

  bool empty() const { return sections_.empty(); }
  // The section that contains the address, or nullptr.  If there are several,
  // the one that begins last.
  const PlacedSection* Find(uint64_t address) const;
  // The first two sections, by address, that share an address.
  std::optional<std::pair<uint32_t, uint32_t>> FindOverlap() const;

 private:
  std::vector<PlacedSection> sections_;  // sorted; all have bytes
  // For each section the greatest last address of it and all before it.
  std::vector<uint64_t> last_so_far_;
};

}  // namespace dwreloc::internal

#endif  // LIBDWRELOC_PLACING_PLACED_SECTIONS_H_
