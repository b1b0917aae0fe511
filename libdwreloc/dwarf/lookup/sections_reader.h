// All sections of one kind, read one after the other with that kind's reader.
//
// A section, or a set in it, that cannot be read is an error, after which
// reading goes on.
// Tested by tests/api/c_api_test.c.

#ifndef LIBDWRELOC_DWARF_LOOKUP_SECTIONS_READER_H_
#define LIBDWRELOC_DWARF_LOOKUP_SECTIONS_READER_H_

#include <cstdint>
#include <optional>
#include <vector>

#include "base/status.h"
#include "dwarf/sections.h"

namespace dwreloc::internal {

// Borrows the sections.  Not for sharing between threads.
template <typename Reader, bool (*kIsOfKind)(SectionId)>
class SectionsReader {
 public:
  SectionsReader() = default;
  // Of one section, or of all (kNoSection).  Nothing if it is of another kind.
  static std::optional<SectionsReader> Of(const DwarfSections& sections,
                                          uint32_t section) {
    const std::vector<DebugSection>& all = sections.file().debug_sections();
    SectionsReader result;
    result.sections_ = &sections;
    result.end_ = static_cast<uint32_t>(all.size());
    if (section == kNoSection) return result;
    const DebugSection* found = sections.file().FindDebugSection(section);
    if (found == nullptr || !kIsOfKind(found->name.id)) return std::nullopt;
    result.next_ = static_cast<uint32_t>(found - all.data());
    result.end_ = result.next_ + 1;
    return result;
  }

  // Returns false at the end or on an error; see status().
  template <typename Item>
  bool Next(Item* item) {
    const std::vector<DebugSection>& all = sections_->file().debug_sections();
    lost_section_ = kNoSection;
    while (true) {
      if (is_reading_) {
        if (reader_.Next(item)) return true;
        if (!reader_.ok()) return false;
        is_reading_ = false;
      }
      while (next_ < end_ && !kIsOfKind(all[next_].name.id)) ++next_;
      if (next_ == end_) return false;
      const uint32_t index = all[next_++].index;
      const absl::StatusOr<SectionView>& view = sections_->View(index);
      if (!view.ok()) {
        lost_section_ = index;
        return false;
      }
      reader_ = Reader(*sections_, *view);
      is_reading_ = true;
    }
  }

  const DwarfSections& sections() const { return *sections_; }
  // Of the section at hand.
  const Reader& reader() const { return reader_; }
  // Why the last call found nothing.
  absl::Status status() const {
    if (lost_section_ != kNoSection) {
      const absl::Status& why = sections_->View(lost_section_).status();
      ErrorDetail detail = GetDetail(why);
      if (detail.section != kNoSection) return why;
      detail.section = lost_section_;
      const absl::string_view text = why.message();
      return MakeError(detail, std::string_view(text.data(), text.size()));
    }
    return is_reading_ ? reader_.status() : absl::OkStatus();
  }

 private:
  const DwarfSections* sections_ = nullptr;
  uint32_t next_ = 0;  // number in debug_sections()
  uint32_t end_ = 0;
  uint32_t lost_section_ = kNoSection;
  bool is_reading_ = false;
  Reader reader_;
};

}  // namespace dwreloc::internal

#endif  // LIBDWRELOC_DWARF_LOOKUP_SECTIONS_READER_H_
