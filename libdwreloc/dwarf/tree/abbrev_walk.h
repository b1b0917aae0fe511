// The declarations of a unit's table, or of all tables of .debug_abbrev,
// referred to by a unit or not.
//
// Tables follow each other without a header, and where one is damaged nothing
// in it says where the next begins: units do.
// Tested by tests/unit/dwarf/abbrev_walk_test.cc.

#ifndef LIBDWRELOC_DWARF_TREE_ABBREV_WALK_H_
#define LIBDWRELOC_DWARF_TREE_ABBREV_WALK_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "base/lazy.h"
#include "base/status.h"
#include "dwarf/sections.h"
#include "dwarf/sections_of_kind.h"
#include "dwarf/tree/abbrev_reader.h"
#include "dwarf/tree/debug_info.h"
#include "dwarf/tree/unit.h"
#include "read/offsets.h"

namespace dwreloc::internal {

// Where units say that tables are, collected on first use.  Thread-safe.
class AbbrevStarts {
 public:
  explicit AbbrevStarts(const DebugInfo& info) : info_(info) {}

  const DwarfSections& sections() const { return info_.sections(); }
  // The first of that section after `place`.
  std::optional<uint64_t> After(SectionPlace place) const;

 private:
  std::vector<SectionPlace> Collect() const;

  const DebugInfo& info_;
  Lazy<std::unique_ptr<const std::vector<SectionPlace>>> starts_;  // in order
};

inline bool IsAbbrevSection(SectionId id) {
  return id == SectionId::kDebugAbbrev;
}

// Borrows the starts and the sections.  Not for sharing between threads.
class AbbrevWalk {
 public:
  AbbrevWalk() = default;
  static absl::StatusOr<AbbrevWalk> OfUnit(const Unit& unit);
  // Of one section of abbreviations, or of all of them (kNoSection).
  static absl::StatusOr<AbbrevWalk> OfSections(const AbbrevStarts& starts,
                                               uint32_t section);

  // The next declaration; false after the last one.  After an error the next
  // call goes on with the table after it that a unit refers to; one table alone
  // is at its end.
  absl::StatusOr<bool> Next(AbbrevReader::Declaration* declaration);
  bool NextAttribute(RawAbbrevAttribute* attribute) {
    return reader_.NextAttribute(attribute);
  }

  uint32_t section() const { return reader_.section(); }
  uint64_t table_offset() const { return reader_.table_offset(); }

 private:
  // Sets the reader on the next table.  False if there is none.
  absl::StatusOr<bool> NextTable();
  // After an error in the declaration at `offset`.
  absl::Status GoOnAfter(uint64_t offset);

  const AbbrevStarts* starts_ = nullptr;  // nullptr: one table alone
  SectionsOfKind<IsAbbrevSection> list_;
  const SectionView* view_ = nullptr;  // that is being read
  uint64_t next_table_ = 0;            // in it
  uint64_t again_ = 0;                 // bytes of it that were read again
  bool has_table_ = false;             // does reader_ stand in one?
  AbbrevReader reader_;
};

}  // namespace dwreloc::internal

#endif  // LIBDWRELOC_DWARF_TREE_ABBREV_WALK_H_
