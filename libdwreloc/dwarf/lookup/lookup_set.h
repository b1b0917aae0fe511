// What the lookup tables of DWARF 2 to 4 have in common: .debug_aranges,
// .debug_pubnames and their kin are sets, each with a header that names the
// unit it is about (DWARF 4 6.1, 7.19, 7.20), and entries.
//
// A header is read when its set is come to.  One that cannot be read ends its
// set, or its section if its length cannot be known.
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
  // Relocated; what is no constant names no unit.
  RelocValue debug_info_offset;
  SectionPlace unit;  // there may be none at that place
};

// What is read next, for whoever observes it.
struct LookupField {
  const char* name = nullptr;
  uint64_t set_offset = 0;
};

// What the readers of all kinds of sets share; see LookupSetReader.
class LookupSets {
 public:
  LookupSets() = default;
  LookupSets(const DwarfSections& sections, const SectionView& view);

  const SectionView& view() const { return *view_; }
  // *field tells what the observer is told of.
  void set_observer(RelocObserver* observer, LookupField* field) {
    observer_ = observer;
    field_ = field;
  }

  // What holds for the set of the entry that was read.
  const LookupSet& set() const { return set_; }

  bool ok() const { return error_ == Error::kNone; }

 protected:
  enum class Error : uint8_t { kNone, kHeader, kEntry };

  // Sets the cursor on the next set.  False behind the last one.
  bool NextSet();
  void SeekSet(uint64_t offset);
  // Reads the common header.  Whatever comes of it, the next set begins where
  // this one ends, if that is known.
  absl::Status ReadHeader();
  // Is there nothing but padding left after a terminator, or nothing at all?
  bool AtEndOfSet() const;
  // The entry at that offset could not be read.
  bool FailEntry(uint64_t offset) {
    error_ = Error::kEntry;
    error_offset_ = offset;
    return false;
  }
  // To be called before each datum that may be relocated.
  void Reading(const char* name) const {
    if (field_ != nullptr) [[unlikely]]
      field_->name = name;
  }

  RelocCursor cursor_;
  LookupSet set_;
  uint64_t error_offset_ = 0;
  bool is_in_set_ = false;
  bool is_terminated_ = false;  // was what was read last a terminator?
  Error error_ = Error::kNone;

 private:
  const DwarfSections* sections_ = nullptr;
  const SectionView* view_ = nullptr;
  RelocObserver* observer_ = nullptr;
  LookupField* field_ = nullptr;
  Family family_ = Family::kPlain;
  uint64_t next_ = 0;
};

// Steps through the entries of one section's sets.  Reader derives from it and
// reads, with cursor_, what is its own:
//   absl::Status ReadSetHeader();  // ReadHeader, and what follows it
//   bool ReadEntry(Entry* entry);  // false behind the last one of the set,
//                                  // and after FailEntry
// Borrows the view.  Not for sharing between threads.
template <typename Reader, typename Entry>
class LookupSetReader : public LookupSets {
 public:
  using LookupSets::LookupSets;

  // The next entry, of whatever set.  False behind the last one or on an
  // error, which status() tells; after that the next call goes on with the
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
        again.set_observer(nullptr, nullptr);
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
  // Reads the header on which the cursor stands.
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
