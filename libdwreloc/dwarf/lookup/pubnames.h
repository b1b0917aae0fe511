// Names of global objects and types: .debug_pubnames and .debug_pubtypes (DWARF
// 4 6.1.1, 7.19), and GNU's .debug_gnu_pubnames and .debug_gnu_pubtypes (gcc
// and clang -ggnu-pubnames), whose entries have a byte of flags for gdb's
// index.
//
// Sets of entries (DIE offset, name), each about one unit, are read in order;
// nothing is kept.
// Invariant: a name lies in its set, with its NUL.
// Tested by tests/unit/dwarf/pubnames_test.cc.

#ifndef LIBDWRELOC_DWARF_LOOKUP_PUBNAMES_H_
#define LIBDWRELOC_DWARF_LOOKUP_PUBNAMES_H_

#include <cstdint>
#include <string_view>

#include "base/status.h"
#include "dwarf/lookup/lookup_set.h"

namespace dwreloc::internal {

struct Pubname {
  uint64_t offset = 0;      // of the entry
  uint64_t die_offset = 0;  // from the unit's start
  std::string_view name;    // NUL-terminated
  uint8_t flags = 0;        // GNU sections
};

// GNU's flags, bits 24 to 31 of an entry of gdb's index (gdb manual, "Index
// Section Format").
constexpr uint8_t PubnameKind(uint8_t flags) { return flags >> 4 & 7; }
constexpr bool IsStaticPubname(uint8_t flags) { return (flags & 0x80) != 0; }

bool IsPubnamesSection(SectionId id);
// Returns true if entries of that section have flags.
bool HasPubnameFlags(SectionId id);

// Reads the entries of one section.
class PubnamesReader : public LookupSetReader<PubnamesReader, Pubname> {
 public:
  PubnamesReader() = default;
  PubnamesReader(const DwarfSections& sections, const SectionView& view);

  // For the set of the last entry read.
  const RelocValue& debug_info_length() const { return debug_info_length_; }
  bool has_flags() const { return has_flags_; }

 private:
  friend LookupSetReader;
  absl::Status ReadSetHeader();
  bool ReadEntry(Pubname* pubname);

  RelocValue debug_info_length_;
  bool has_flags_ = false;
};

}  // namespace dwreloc::internal

#endif  // LIBDWRELOC_DWARF_LOOKUP_PUBNAMES_H_
