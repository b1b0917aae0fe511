// Entries of a name index: the DIEs that have a name (DWARF 5 6.1.1.4.7,
// 6.1.1.4.8).
//
// A series is decoded entry by entry with the index's abbreviations, up to the
// code 0 that ends it.  Unknown attributes are skipped.
// Tested by tests/unit/dwarf/names_test.cc.

#ifndef LIBDWRELOC_DWARF_LOOKUP_NAMES_ENTRIES_H_
#define LIBDWRELOC_DWARF_LOOKUP_NAMES_ENTRIES_H_

#include <cstdint>

#include "base/status.h"
#include "dwarf/lookup/names.h"
#include "dwarf/tree/form.h"
#include "read/reloc_cursor.h"

namespace dwreloc::internal {

// What DW_IDX_parent says.
enum class NameParent : uint8_t {
  kUnknown = 0,     // no such attribute
  kNotIndexed = 1,  // DW_FORM_flag_present: the parent has no entry
  kEntry = 2,
};

// DW_IDX_GNU_internal, DW_IDX_GNU_external.
enum class NameLinkage : uint8_t { kUnknown = 0, kInternal = 1, kExternal = 2 };

struct NameEntry {
  uint64_t offset = 0;
  uint64_t code = 0;  // of the abbreviation
  NameUnit unit;
  uint64_t die_offset = kNoOffset;  // from the unit's start
  uint64_t parent = kNoOffset;      // offset of the entry in the section
  uint64_t type_hash = 0;           // 0: not given
  uint16_t tag = 0;
  NameParent parent_kind = NameParent::kUnknown;
  NameLinkage linkage = NameLinkage::kUnknown;
};

// Borrows the index.  Not to be shared between threads.
class NameEntryReader {
 public:
  NameEntryReader() = default;
  // Begins at `offset` of the section; an error if that is outside the entry
  // pool.
  NameEntryReader(const NameIndex& index, uint64_t offset,
                  RelocObserver* observer = nullptr);

  const NameIndex& index() const { return *index_; }
  uint64_t next_offset() const { return cursor_.offset(); }

  // Reads the next entry.  Returns false at the end of the series or on an
  // error; see status().
  bool Next(NameEntry* entry);

  bool ok() const { return error_ == Error::kNone; }
  absl::Status status() const;

 private:
  enum class Error : uint8_t {
    kNone,
    kOutsidePool,
    kCode,  // no such abbreviation
    kForm,
    kUnit,  // no such unit
    kData,
  };

  bool Fail(Error error, uint64_t offset);
  // Stores one attribute in *entry; the numbers of units go to the members
  // below.
  void Take(const Attribute& attribute, NameEntry* entry);
  bool SetUnit(NameEntry* entry);

  const NameIndex* index_ = nullptr;
  RelocCursor cursor_;
  Attribute attribute_;  // the last one read, for its error
  uint64_t error_offset_ = 0;
  uint64_t compile_unit_ = 0;  // numbers as the entry gives them, or kNoOffset
  uint64_t type_unit_ = 0;
  bool is_done_ = false;
  Error error_ = Error::kNone;
};

}  // namespace dwreloc::internal

#endif  // LIBDWRELOC_DWARF_LOOKUP_NAMES_ENTRIES_H_
