// RelocObserver: is told what each relocation record supplies.
//
// An observer is set in the cursors of a reader (RelocCursor::set_observer).
// What is promised:
//
//   - Whenever a datum is read that may be symbolic, or a length in a header,
//     and one or more records apply to its bytes, the observer is told of that
//     datum: once per read, before the read returns, whether the records can
//     be used or not.  Nothing else is told: no datum without a record, none
//     whose bytes are cut off.
//   - Reads that only look ahead (for padding, for the end of a table) or that
//     repeat a part of another table (an FDE's CIE) are not told.
//   - A reader with an observer takes no shortcut around the records.
//
// A full read, as that of audit/owners, reads each datum of a sound file once.
// It is therefore told of each record exactly once, together with the others of
// the same datum: those with an offset in [offset, offset + width).  A record
// of which it is never told lies where nobody reads a value that may have one
// (in a code, a count, a string or padding, or after an error); one of which it
// is told twice lies where two data overlap.
// Tested by tests/unit/read/reloc_cursor_test.cc and, for full reads, by
// tests/unit/module/owners_test.cc.

#ifndef LIBDWRELOC_READ_RELOC_OBSERVER_H_
#define LIBDWRELOC_READ_RELOC_OBSERVER_H_

#include <cstdint>

namespace dwreloc::internal {

// A datum that one or more records supply.
struct RelocatedDatum {
  // What the reader says that it reads (RelocCursor::set_field), or the name of
  // a length: static text.  nullptr if it did not say or has no name for it.
  const char* field = nullptr;
  uint32_t section = 0;
  uint64_t offset = 0;
  int width = 0;
};

class RelocObserver {
 public:
  virtual ~RelocObserver() = default;
  virtual void OnRelocated(const RelocatedDatum& datum) = 0;
};

}  // namespace dwreloc::internal

#endif  // LIBDWRELOC_READ_RELOC_OBSERVER_H_
