// All sections of one kind, read one after the other with that kind's reader.
//
// A section, or a set in it, that cannot be read is an error, after which
// reading goes on.
// Tested by tests/api/c_api_test.c.

#ifndef LIBDWRELOC_DWARF_LOOKUP_SECTIONS_READER_H_
#define LIBDWRELOC_DWARF_LOOKUP_SECTIONS_READER_H_

#include <cstdint>
#include <optional>

#include "base/status.h"
#include "dwarf/sections.h"
#include "dwarf/sections_of_kind.h"

namespace dwreloc::internal {

// Borrows the sections.  Not for sharing between threads.
template <typename Reader, bool (*kIsOfKind)(SectionId)>
class SectionsReader {
 public:
  SectionsReader() = default;
  // Of one section, or of all (kNoSection).  Nothing if it is of another kind.
  static std::optional<SectionsReader> Of(const DwarfSections& sections,
                                          uint32_t section) {
    const auto list = SectionsOfKind<kIsOfKind>::Of(sections, section);
    if (!list.has_value()) return std::nullopt;
    SectionsReader result;
    result.list_ = *list;
    return result;
  }

  // Returns false at the end or on an error; see status().
  template <typename Item>
  bool Next(Item* item) {
    lost_section_ = kNoSection;
    while (true) {
      if (is_reading_) {
        if (reader_.Next(item)) return true;
        if (!reader_.ok()) return false;
        is_reading_ = false;
      }
      const uint32_t index = list_.Next();
      if (index == kNoSection) return false;
      const absl::StatusOr<SectionView>& view = sections().View(index);
      if (!view.ok()) {
        lost_section_ = index;
        return false;
      }
      reader_ = Reader(sections(), *view);
      is_reading_ = true;
    }
  }

  const DwarfSections& sections() const { return list_.sections(); }
  // Of the section at hand.
  const Reader& reader() const { return reader_; }
  // Why the last call found nothing.
  absl::Status status() const {
    if (lost_section_ != kNoSection) {
      const absl::Status& why = sections().View(lost_section_).status();
      ErrorDetail detail = GetDetail(why);
      if (detail.section != kNoSection) return why;
      detail.section = lost_section_;
      const absl::string_view text = why.message();
      return MakeError(detail, std::string_view(text.data(), text.size()));
    }
    return is_reading_ ? reader_.status() : absl::OkStatus();
  }

 private:
  SectionsOfKind<kIsOfKind> list_;
  uint32_t lost_section_ = kNoSection;
  bool is_reading_ = false;
  Reader reader_;
};

}  // namespace dwreloc::internal

#endif  // LIBDWRELOC_DWARF_LOOKUP_SECTIONS_READER_H_
