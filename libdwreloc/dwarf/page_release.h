// Gives pages of a mapped file back behind a reader who goes along a section
// and touches some of it: the head of every unit, and its records.
//
// The kernel maps 15 pages around each one touched, so the heads of 11 MB of
// units hold all of these 11 MB, and bisecting their records 7 MB more. What is
// given back is readable as before.
// Tested by tests/unit/dwarf/page_release_test.cc.

#ifndef LIBDWRELOC_DWARF_PAGE_RELEASE_H_
#define LIBDWRELOC_DWARF_PAGE_RELEASE_H_

#include <cstdint>

#include "dwarf/sections.h"

namespace dwreloc::internal {

// Borrows the sections.  Each thread has its own.
class PageRelease {
 public:
  explicit PageRelease(const DwarfSections& sections) : sections_(sections) {}

  // The reader has done with what precedes an offset of a section; offsets of
  // one section ascend.
  void PassTo(uint32_t section, uint64_t offset) {
    if (section != section_) Begin(section, offset);
    if (offset - released_ >= kAtOnce) Release(offset);
  }

 private:
  // Smaller files keep what they have.
  static constexpr uint64_t kAtOnce = 1 << 20;

  void Begin(uint32_t section, uint64_t offset) {
    section_ = section;
    released_ = offset < kAtOnce ? 0 : offset;
  }
  void Release(uint64_t offset);

  const DwarfSections& sections_;
  uint32_t section_ = kNoSection;
  uint64_t released_ = 0;
};

}  // namespace dwreloc::internal

#endif  // LIBDWRELOC_DWARF_PAGE_RELEASE_H_
