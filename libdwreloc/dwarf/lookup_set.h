// What the lookup tables of DWARF 2 to 4 have in common: .debug_aranges,
// .debug_pubnames and their kin are sets, each with a header that names the
// unit it is about (DWARF 4 6.1, 7.19, 7.20).
//
// A header is read when its set is come to.  One that cannot be read ends its
// set, or its section if its length cannot be known.
// Tested by tests/unit/dwarf/aranges_test.cc and pubnames_test.cc.

#ifndef LIBDWRELOC_DWARF_LOOKUP_SET_H_
#define LIBDWRELOC_DWARF_LOOKUP_SET_H_

#include <cstdint>

#include "base/status.h"
#include "dwarf/sections.h"
#include "read/encoding.h"
#include "read/offsets.h"
#include "read/reloc_cursor.h"
#include "reloc/reloc_value.h"

namespace dwreloc::internal {

// The common part of the headers.
struct LookupSet {
  uint64_t offset = 0;
  uint64_t end = 0;
  Encoding encoding;  // version: of the table
  // Relocated; what is no constant names no unit.
  RelocValue debug_info_offset;
  SectionPlace unit;  // there may be none at that place
};

// What is read next, for whoever observes it.
struct LookupField {
  const char* name = nullptr;
  uint64_t set_offset = 0;
};

// Steps through the sets of one section.  Borrows the view.  Not for sharing
// between threads.
class LookupSetReader {
 public:
  LookupSetReader() = default;
  LookupSetReader(const DwarfSections& sections, const SectionView& view);

  const SectionView& view() const { return *view_; }
  // *field tells what the observer is told of.
  void set_observer(RelocObserver* observer, LookupField* field) {
    observer_ = observer;
    field_ = field;
  }

 protected:
  // Sets the cursor on the common header of the next set, which *cursor ends
  // with.  False behind the last one.
  bool NextSet(RelocCursor* cursor);
  // The same for the set at an offset.
  void Seek(uint64_t offset, RelocCursor* cursor);
  // Reads the common header.  Whatever comes of it, the next set begins where
  // this one ends, if that is known.
  absl::Status ReadHeader(RelocCursor& cursor, LookupSet* set);
  // To be called before each datum that may be relocated.
  void Reading(const char* name) const {
    if (field_ != nullptr) [[unlikely]]
      field_->name = name;
  }

 private:
  const DwarfSections* sections_ = nullptr;
  const SectionView* view_ = nullptr;
  RelocObserver* observer_ = nullptr;
  LookupField* field_ = nullptr;
  Family family_ = Family::kPlain;
  uint64_t next_ = 0;
  uint64_t content_end_ = 0;
};

}  // namespace dwreloc::internal

#endif  // LIBDWRELOC_DWARF_LOOKUP_SET_H_
