// Which section of one file is which of another, where both were made from one:
// a stripped file and its debug file.
//
// Strip tools leave loaded sections in both, those without contents as
// SHT_NOBITS, but may number them anew.  They keep their order, name and size:
// the n-th loaded section of one is the n-th of the other.  Where that does not
// hold for all of them, only those of a name and size that is unique in both
// files are the same.
// Tested by tests/unit/elf/section_match_test.cc.

#ifndef LIBDWRELOC_ELF_SECTION_MATCH_H_
#define LIBDWRELOC_ELF_SECTION_MATCH_H_

#include <cstdint>
#include <vector>

#include "base/status.h"
#include "elf/elf_file.h"

namespace dwreloc::internal {

// Immutable, hence thread-safe.
class SectionMatch {
 public:
  SectionMatch(const ElfFile& first, const ElfFile& second);

  // The section of the second file, or kNoSection; and the other way round.
  uint32_t InSecond(uint32_t of_first) const {
    return of_first < in_second_.size() ? in_second_[of_first] : kNoSection;
  }
  uint32_t InFirst(uint32_t of_second) const {
    return of_second < in_first_.size() ? in_first_[of_second] : kNoSection;
  }

 private:
  std::vector<uint32_t> in_second_;
  std::vector<uint32_t> in_first_;
};

}  // namespace dwreloc::internal

#endif  // LIBDWRELOC_ELF_SECTION_MATCH_H_
