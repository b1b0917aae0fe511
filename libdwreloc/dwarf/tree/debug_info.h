// All units of a file.
//
// Their headers are read on first use; the DIEs and abbreviations of a unit
// when that unit is first used.  A header that cannot be read is remembered as
// an error; reading continues after it if its length is known.
// Tested by tests/unit/dwarf/unit_test.cc.

#ifndef LIBDWRELOC_DWARF_TREE_DEBUG_INFO_H_
#define LIBDWRELOC_DWARF_TREE_DEBUG_INFO_H_

#include <cstdint>
#include <deque>
#include <memory>
#include <vector>

#include "base/hash_map.h"
#include "base/lazy.h"
#include "base/status.h"
#include "dwarf/sections.h"
#include "dwarf/tree/abbrev_tables.h"
#include "dwarf/tree/package.h"
#include "dwarf/tree/unit.h"
#include "read/offsets.h"

namespace dwreloc::internal {

// Borrows the sections.  Thread-safe.
class DebugInfo {
 public:
  // Split units find their skeletons among the units of `skeletons`, which
  // outlives this; nullptr: in the same file.
  explicit DebugInfo(const DwarfSections& sections,
                     const DebugInfo* skeletons = nullptr)
      : sections_(sections),
        skeletons_(skeletons == nullptr ? *this : *skeletons) {}

  const DwarfSections& sections() const { return sections_; }
  // Contains the skeletons of the split units here.
  const DebugInfo& skeletons() const { return skeletons_; }
  AbbrevTables& abbrev_tables() const { return abbrev_tables_; }

  // All units, by section, then by offset.
  const std::deque<Unit>& units() const { return list().units; }
  // Errors of headers that could not be read, at most one thousand.
  const std::vector<absl::Status>& errors() const { return list().errors; }

  // The unit that contains a byte of a section, or nullptr.
  const Unit* FindUnit(SectionPlace place) const;
  // The type unit with that signature (DWARF 5 7.32), or nullptr.
  const Unit* FindTypeUnit(uint64_t signature) const;
  // The skeleton with that dwo_id, or nullptr (DWARF 5 3.1.2).
  const Unit* FindSkeleton(uint64_t id) const;
  // The split compile unit with that dwo_id (DWARF 5 3.1.3), or nullptr.
  absl::StatusOr<const Unit*> FindSplitUnit(uint64_t id) const;

  // The compile unit that the compiler wrote together with a split type unit,
  // or nullptr if that is unknown.
  const Unit* CompanionOf(const Unit& type_unit) const;

  // Reads every header again, telling `observer` of their relocations.
  void Observe(RelocObserver* observer, const Unit& unit) const;

 private:
  struct List {
    std::deque<Unit> units;  // a deque, because units must not move
    std::vector<absl::Status> errors;
    HashMap<uint64_t, const Unit*> type_units;
    std::unique_ptr<const Package> package;  // if the file is one
  };
  using UnitsById = HashMap<uint64_t, const Unit*>;

  const List& list() const;
  void ReadSection(const DebugSection& section, List& list) const;
  void OpenPackage(List& list) const;
  // The skeletons, or the split units.
  UnitsById CollectById(bool is_split) const;

  const DwarfSections& sections_;
  const DebugInfo& skeletons_;
  mutable AbbrevTables abbrev_tables_;
  Lazy<std::unique_ptr<List>> list_;
  Lazy<UnitsById> skeletons_by_id_;
  Lazy<UnitsById> split_by_id_;
  // Split compile units by the start of their abbreviations' part; nullptr:
  // several units share it.
  Lazy<HashMap<uint64_t, const Unit*>> split_by_abbrevs_;
};

}  // namespace dwreloc::internal

#endif  // LIBDWRELOC_DWARF_TREE_DEBUG_INFO_H_
