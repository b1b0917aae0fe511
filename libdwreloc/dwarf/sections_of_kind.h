// The debug sections of one kind, one after the other: a file may have several.
// Tested by tests/unit/dwarf/abbrev_walk_test.cc and tests/api/c_api_test.c.

#ifndef LIBDWRELOC_DWARF_SECTIONS_OF_KIND_H_
#define LIBDWRELOC_DWARF_SECTIONS_OF_KIND_H_

#include <cstdint>
#include <optional>
#include <vector>

#include "dwarf/sections.h"

namespace dwreloc::internal {

// Borrows the sections.  Not for sharing between threads.
template <bool (*kIsOfKind)(SectionId)>
class SectionsOfKind {
 public:
  SectionsOfKind() = default;
  // One section, or all of them (kNoSection).  Nothing if it is of another
  // kind.
  static std::optional<SectionsOfKind> Of(const DwarfSections& sections,
                                          uint32_t section) {
    const std::vector<DebugSection>& all = sections.file().debug_sections();
    SectionsOfKind result;
    result.sections_ = &sections;
    result.end_ = static_cast<uint32_t>(all.size());
    if (section == kNoSection) return result;
    const DebugSection* found = sections.file().FindDebugSection(section);
    if (found == nullptr || !kIsOfKind(found->name.id)) return std::nullopt;
    result.next_ = static_cast<uint32_t>(found - all.data());
    result.end_ = result.next_ + 1;
    return result;
  }

  const DwarfSections& sections() const { return *sections_; }
  // The index of the next one; kNoSection after the last.
  uint32_t Next() {
    const std::vector<DebugSection>& all = sections_->file().debug_sections();
    while (next_ < end_ && !kIsOfKind(all[next_].name.id)) ++next_;
    return next_ == end_ ? kNoSection : all[next_++].index;
  }

 private:
  const DwarfSections* sections_ = nullptr;
  uint32_t next_ = 0;  // number in debug_sections()
  uint32_t end_ = 0;
};

}  // namespace dwreloc::internal

#endif  // LIBDWRELOC_DWARF_SECTIONS_OF_KIND_H_
