// Address ranges of units: .debug_aranges (DWARF 5 6.1.2, 7.21).
//
// Sets of tuples (segment, address, length), each about one unit, read in
// order; nothing is kept but what ArangeIndex sorts for lookups by address.
// A set ends where its length says.  A tuple of zeros there is its terminator;
// before, it is nobody's range and left out, for joined objects have them in
// the middle.  Under a record zeros may be an empty range at the start of a
// section.
// Tested by tests/unit/dwarf/aranges_test.cc.

#ifndef LIBDWRELOC_DWARF_LOOKUP_ARANGES_H_
#define LIBDWRELOC_DWARF_LOOKUP_ARANGES_H_

#include <cstdint>
#include <optional>
#include <vector>

#include "base/status.h"
#include "dwarf/lookup/lookup_set.h"
#include "dwarf/sections.h"
#include "reloc/reloc_value.h"

namespace dwreloc::internal {

// One tuple as stored.
struct Arange {
  uint64_t offset = 0;
  RelocValue segment;  // constant 0 in sets without segments
  RelocValue address;
  RelocValue length;  // a difference where linkers relax (RISC-V)
};

// Reads the tuples of one section.
class ArangeReader : public LookupSetReader<ArangeReader, Arange> {
 public:
  using LookupSetReader::LookupSetReader;

  // The tuple at an offset of the set at another, which Next was at once.
  bool ReadAt(uint64_t set_offset, uint64_t offset, Arange* arange);

  uint8_t segment_selector_size() const { return segment_selector_size_; }

 private:
  friend LookupSetReader;
  absl::Status ReadSetHeader();
  bool ReadEntry(Arange* arange);

  uint8_t segment_selector_size_ = 0;
};

// All ranges of a file by address.  Immutable, hence thread-safe.
class ArangeIndex {
 public:
  // A range and where its tuple stands.
  struct Entry {
    RelocValue begin;
    uint64_t length;
    uint64_t last;  // the last byte of this range and those before it
    uint32_t section;
    uint64_t set_offset;
    uint64_t offset;
  };

  // Of all .debug_aranges sections; ranges without a place or a known length
  // are left out, and so is what cannot be read.
  static ArangeIndex Build(const DwarfSections& sections);

  // A range that holds `place`, or nullptr.
  const Entry* Find(const RelocValue& place) const;

 private:
  std::vector<Entry> entries_;  // by begin
};

}  // namespace dwreloc::internal

#endif  // LIBDWRELOC_DWARF_LOOKUP_ARANGES_H_
