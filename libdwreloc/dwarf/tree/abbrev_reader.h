// Declarations of .debug_abbrev as stored (DWARF 5 7.5.3), one after the other.
//
// This is the one place that knows their bytes: abbrev compiles what is read
// here, .debug_names has the same attributes (DWARF 5 6.1.1.4.7).  Nothing is
// kept and nothing is judged: a tag beyond 16 bits, which no unit can use, is
// given as it is.
// Tested by tests/unit/dwarf/abbrev_reader_test.cc.

#ifndef LIBDWRELOC_DWARF_TREE_ABBREV_READER_H_
#define LIBDWRELOC_DWARF_TREE_ABBREV_READER_H_

#include <cstdint>

#include "base/status.h"
#include "dwarf/constants.h"
#include "read/cursor.h"
#include "read/reloc_cursor.h"

namespace dwreloc::internal {

// A declaration up to its attributes.
struct RawAbbrev {
  uint64_t offset = 0;
  uint64_t code = 0;
  uint64_t tag = 0;
  uint8_t children = 0;  // DW_CHILDREN_*; what is not 0 is taken for yes
};

// An attribute of a declaration.
struct RawAbbrevAttribute {
  uint64_t offset = 0;
  uint64_t name = 0;
  uint64_t form = 0;
  int64_t implicit_const = 0;

  bool has_implicit_const() const { return form == DW_FORM_implicit_const; }
};

// Reads code, tag and children.  False at the 0 that ends a table, and if the
// cursor fails.
inline bool ReadAbbrev(Cursor& cursor, RawAbbrev* abbrev) {
  abbrev->offset = cursor.offset();
  abbrev->code = cursor.Uleb();
  if (abbrev->code == 0) return false;
  abbrev->tag = cursor.Uleb();
  abbrev->children = cursor.U8();
  return cursor.ok();
}

// False at the pair of zeros that ends a declaration, and if the cursor fails.
inline bool ReadAbbrevAttribute(Cursor& cursor, RawAbbrevAttribute* attribute) {
  attribute->offset = cursor.offset();
  attribute->name = cursor.Uleb();
  attribute->form = cursor.Uleb();
  attribute->implicit_const = 0;
  if (attribute->has_implicit_const()) [[unlikely]] {
    attribute->implicit_const = cursor.Sleb();
  }
  return (attribute->name | attribute->form) != 0 && cursor.ok();
}

// Why there is no table at `offset`, or none that goes on there.
absl::Status NoAbbrevTable(const SectionView& section, uint64_t offset);
absl::Status AbbrevTableHasNoEnd(uint32_t section, uint64_t offset);

// Steps through one table.  A declaration is given once all of it has been
// read.  Borrows the section's bytes.  Not for sharing between threads.
class AbbrevReader {
 public:
  struct Declaration : RawAbbrev {
    uint64_t end = 0;
    uint64_t attribute_count = 0;
  };

  AbbrevReader() = default;
  // At a table, or at a declaration in it.  REQUIRES: offset is in the section.
  AbbrevReader(const SectionView& section, uint64_t offset);

  // The next declaration.  False after the last one, and if it cannot be read:
  // then ok() is false too, and there is none after it.
  bool Next(Declaration* declaration);
  // The next attribute of the declaration that Next gave.  False after the last
  // one.
  bool NextAttribute(RawAbbrevAttribute* attribute);

  uint32_t section() const { return cursor_.section(); }
  // Where the table begins, and where what is read next does: after the end of
  // a table, whatever follows it.
  uint64_t table_offset() const { return table_offset_; }
  uint64_t offset() const { return cursor_.offset(); }

  bool ok() const { return cursor_.ok() && !lacks_end_; }
  absl::Status status() const;

 private:
  Cursor cursor_;      // at the next declaration
  Cursor attributes_;  // at the next attribute of the last one
  uint64_t table_offset_ = 0;
  bool is_ended_ = true;
  bool lacks_end_ = false;
  bool has_attributes_ = false;
};

}  // namespace dwreloc::internal

#endif  // LIBDWRELOC_DWARF_TREE_ABBREV_READER_H_
