// Which FDE covers a place: all FDEs of a file, sorted by their start.
//
// Made by one pass over the headers of all frame sections on the first lookup.
// FDEs whose range is empty or not a number cover nothing.
// Tested by tests/unit/dwarf/cfi_index_test.cc.

#ifndef LIBDWRELOC_DWARF_FRAMES_CFI_INDEX_H_
#define LIBDWRELOC_DWARF_FRAMES_CFI_INDEX_H_

#include <cstdint>
#include <optional>
#include <vector>

#include "dwarf/sections.h"
#include "read/offsets.h"
#include "reloc/reloc_value.h"

namespace dwreloc::internal {

// Immutable once built, hence thread-safe.
class CfiIndex {
 public:
  explicit CfiIndex(const DwarfSections& sections);

  // Finds the FDE that covers `pc`, a place in a section or a constant address:
  // in `section`, or if that is kNoSection in .debug_frame before .eh_frame.
  std::optional<SectionPlace> Find(const RelocValue& pc,
                                   uint32_t section) const;

 private:
  struct Entry {
    uint64_t begin;
    uint64_t end;
    uint64_t end_so_far;  // the greatest end of this entry and those before
    uint64_t offset;      // of the FDE
    uint32_t target;      // the section that is covered, or kNoSection
    uint32_t section;     // that contains the FDE
    bool is_eh_frame;
  };

  void AddSection(const DwarfSections& sections, uint32_t section);

  std::vector<Entry> entries_;  // by target, then begin
};

}  // namespace dwreloc::internal

#endif  // LIBDWRELOC_DWARF_FRAMES_CFI_INDEX_H_
