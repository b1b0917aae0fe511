// What the lookup tables of DWARF 2 to 4 have in common: .debug_aranges,
// .debug_pubnames and similar sections consist of sets, each with a header that
// names the unit it is about (DWARF 4 6.1, 7.19, 7.20), and entries.
//
// A header is read when the reader reaches its set.  One that cannot be read
// ends its set, or its section if its length is unknown.
// Tested by tests/unit/dwarf/aranges_test.cc and pubnames_test.cc.

#ifndef LIBDWRELOC_DWARF_LOOKUP_LOOKUP_SET_H_
#define LIBDWRELOC_DWARF_LOOKUP_LOOKUP_SET_H_

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
  // Relocated; a value that is not a constant names no unit.
  RelocValue debug_info_offset;
  SectionPlace unit;  // there may be no unit at that place
};

// The common part of the readers of all kinds of sets; see LookupSetReader.
class LookupSets {
 public:
  LookupSets() = default;
  LookupSets(const DwarfSections& sections, const SectionView& view);

  const SectionView& view() const { return *view_; }
  // When the observer is told of a datum, set().offset says of which set.
  void set_observer(RelocObserver* observer) { observer_ = observer; }

  // The set of the last entry read.
  const LookupSet& set() const { return set_; }

  bool ok() const { return error_ == Error::kNone; }

 protected:
  enum class Error : uint8_t { kNone, kHeader, kEntry };

  // Moves the cursor to the next set.  Returns false after the last one.
  bool NextSet();
  void SeekSet(uint64_t offset);
  // Reads the common header.  Even if that fails, the next set begins where
  // this one ends, if that is known.
  absl::Status ReadHeader();
  // Returns true if nothing is left, or nothing but padding after a terminator.
  bool AtEndOfSet() const;
  // Records that the entry at that offset could not be read.
  bool FailEntry(uint64_t offset) {
    error_ = Error::kEntry;
    error_offset_ = offset;
    return false;
  }

  RelocCursor cursor_;
  LookupSet set_;
  uint64_t error_offset_ = 0;
  bool is_in_set_ = false;
  bool is_terminated_ = false;  // true if the last tuple read was a terminator
  Error error_ = Error::kNone;

 private:
  const DwarfSections* sections_ = nullptr;
  const SectionView* view_ = nullptr;
  RelocObserver* observer_ = nullptr;
  Family family_ = Family::kPlain;
  uint64_t next_ = 0;
};

// Steps through the entries of one section's sets.  A Reader derives from it
// and reads its own parts with cursor_:
//   absl::Status ReadSetHeader();  // ReadHeader, and what follows it
//   bool ReadEntry(Entry* entry);  // false after the last one of the set,
//                                  // and after FailEntry
// Borrows the view.  Not to be shared between threads.
template <typename Reader, typename Entry>
class LookupSetReader : public LookupSets {
 public:
  using LookupSets::LookupSets;

  // Reads the next entry, of any set.  Returns false after the last one or on
  // an error; see status().  After an error the next call continues with the
  // next set.
  bool Next(Entry* entry) {
    error_ = Error::kNone;
    do {
      is_in_set_ = is_in_set_ && reader().ReadEntry(entry);
      if (is_in_set_) return true;
    } while (ok() && NextSet() && ReadBegin());
    return false;
  }

  absl::Status status() const {
    switch (error_) {
      case Error::kNone:
        break;
      case Error::kHeader: {
        // Reading it again gives the text again.
        Reader again = static_cast<const Reader&>(*this);
        again.set_observer(nullptr);
        again.SeekSet(error_offset_);
        return again.ReadSetHeader();
      }
      case Error::kEntry:
        return MakeError(ErrorCode::kTruncated, view().index, error_offset_,
                         "the set ends inside an entry");
    }
    return absl::OkStatus();
  }

 protected:
  // Reads the header at the cursor.
  bool ReadBegin() {
    error_offset_ = cursor_.offset();
    is_in_set_ = reader().ReadSetHeader().ok();
    if (!is_in_set_) error_ = Error::kHeader;
    return is_in_set_;
  }

 private:
  Reader& reader() { return static_cast<Reader&>(*this); }
};

}  // namespace dwreloc::internal

#endif  // LIBDWRELOC_DWARF_LOOKUP_LOOKUP_SET_H_
