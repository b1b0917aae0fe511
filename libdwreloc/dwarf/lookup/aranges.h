// Address ranges of units: .debug_aranges (DWARF 5 6.1.2, 7.21).
//
// Sets of tuples (segment, address, length), each about one unit, are read in
// order; nothing is kept except what ArangeIndex sorts for lookups by address.
// A set ends where its length says.  A tuple of zeros at that end is its
// terminator; one before it is not a range and is skipped, because joined
// objects have them in the middle.  Zeros that have a record may be an empty
// range at the start of a section.
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

  // Reads the tuple at `offset` of the set at `set_offset`, where Next has
  // found them before.
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
  // A range and the place of its tuple.
  struct Entry {
    RelocValue begin;
    uint64_t length;
    uint64_t last;  // the last byte of this range and those before it
    uint32_t section;
    uint64_t set_offset;
    uint64_t offset;
  };

  // Of all .debug_aranges sections; ranges without a place or a known length,
  // and those that cannot be read, are omitted.
  static ArangeIndex Build(const DwarfSections& sections);

  // Returns a range that contains `place`, or nullptr.
  const Entry* Find(const RelocValue& place) const;

 private:
  std::vector<Entry> entries_;  // by begin
};

}  // namespace dwreloc::internal

#endif  // LIBDWRELOC_DWARF_LOOKUP_ARANGES_H_
