// Names of global objects and types: .debug_pubnames and .debug_pubtypes
// (DWARF 4 6.1.1, 7.19), and GNU's .debug_gnu_pubnames and .debug_gnu_pubtypes
// (gcc and clang -ggnu-pubnames), whose entries carry a byte of flags for gdb's
// index.
//
// Sets of entries (DIE offset, name), each about one unit, read in order;
// nothing is kept.  Invariant: a name lies in its set, with its NUL.
// Tested by tests/unit/dwarf/pubnames_test.cc.

#ifndef LIBDWRELOC_DWARF_PUBNAMES_H_
#define LIBDWRELOC_DWARF_PUBNAMES_H_

#include <cstdint>
#include <string_view>

#include "base/status.h"
#include "dwarf/lookup_set.h"

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
// Have entries of that section flags?
bool HasPubnameFlags(SectionId id);

// Reads the entries of one section.  See LookupSetReader.
class PubnamesReader : public LookupSetReader {
 public:
  PubnamesReader() = default;
  PubnamesReader(const DwarfSections& sections, const SectionView& view);

  // The next entry, of whatever set.  False behind the last one or on an
  // error, which status() tells; after that the next call goes on with the
  // next set.
  bool Next(Pubname* pubname);

  // What holds for the set of the entry that was read.
  const LookupSet& set() const { return set_; }
  const RelocValue& debug_info_length() const { return debug_info_length_; }
  bool has_flags() const { return has_flags_; }

  bool ok() const { return error_ == Error::kNone; }
  absl::Status status() const;

 private:
  enum class Error : uint8_t { kNone, kHeader, kEntry };

  bool BeginSet();
  absl::Status ReadSetHeader(RelocCursor& cursor);
  // False behind the last entry of the set.
  bool ReadEntry(Pubname* pubname);

  LookupSet set_;
  RelocValue debug_info_length_;
  RelocCursor cursor_;
  uint64_t error_offset_ = 0;
  bool has_flags_ = false;
  bool is_in_set_ = false;
  Error error_ = Error::kNone;
};

}  // namespace dwreloc::internal

#endif  // LIBDWRELOC_DWARF_PUBNAMES_H_
