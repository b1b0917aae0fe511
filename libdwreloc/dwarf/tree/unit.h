// Units: headers of .debug_info and .debug_types (DWARF 5 7.5.1, DWARF 4
// 7.5.1), and what a unit's root DIE says for the whole of it.
//
// All headers of the file are read on first use, DIEs and abbreviations of a
// unit when that unit is.  A header that cannot be read is remembered as an
// error; reading goes on behind it where its length is known.
// Invariant: a Unit in the list lies inside its section and its first DIE
// inside the unit.
// Tested by tests/unit/dwarf/unit_test.cc.

#ifndef LIBDWRELOC_DWARF_TREE_UNIT_H_
#define LIBDWRELOC_DWARF_TREE_UNIT_H_

#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <tuple>
#include <vector>

#include "base/hash_map.h"
#include "base/lazy.h"
#include "base/status.h"
#include "dwarf/sections.h"
#include "dwarf/tree/abbrev.h"
#include "dwarf/tree/detours.h"
#include "dwarf/tree/package.h"
#include "read/encoding.h"
#include "read/offsets.h"
#include "reloc/reloc_value.h"

namespace dwreloc::internal {

class DebugInfo;
class Unit;

// What forms and lists of a unit are counted from (DWARF 5 7.27), and what
// else of its root DIE other sections need.  kNoOffset: the attribute is there,
// but stands for no place (dwarf/tree/places.h says why).
struct UnitBases {
  DebugStrOffsetsBase str_offsets;
  DebugAddrBase addr;
  DebugRngListsBase rnglists;
  DebugLocListsBase loclists;
  std::optional<DebugLineOffset> stmt_list;
  // DW_AT_low_pc, what lists count from until they say otherwise; 0 if there
  // is none.
  RelocValue low_pc;
  // DW_AT_GNU_ranges_base of a skeleton, for the lists of its split unit.
  std::optional<DebugRngListsBase> gnu_ranges;
  // What a skeleton and its split unit have in common.
  std::optional<uint64_t> dwo_id;
  // Of a split unit, if it is known: addr and low_pc are taken from there.  Of
  // a split type unit: the skeleton of the compile unit it was written with.
  const Unit* skeleton = nullptr;
};

// A unit header.  Owned by DebugInfo.  Thread-safe.
class Unit {
 public:
  const DebugInfo& info() const { return *info_; }
  inline const DwarfSections& sections() const;
  const SectionView& view() const { return *view_; }
  uint32_t section() const { return view_->index; }
  Family family() const { return family_; }
  bool is_types() const { return is_types_; }  // in .debug_types

  Encoding encoding() const { return encoding_; }
  uint8_t unit_type() const { return unit_type_; }  // DW_UT_*
  uint64_t offset() const { return offset_; }
  uint64_t header_size() const { return header_size_; }
  uint64_t first_die() const { return offset_ + header_size_; }
  uint64_t end() const { return end_; }
  DebugAbbrevOffset abbrev_offset() const { return abbrev_offset_; }
  uint64_t signature() const { return signature_; }  // or dwo_id, else 0
  uint64_t type_offset() const { return type_offset_; }
  uint32_t number() const { return number_; }  // in the list

  // The abbreviations, on first use.
  const absl::StatusOr<const AbbrevTable*>& abbrevs() const;
  // A table that declares the root DIE: most questions to most units are about
  // that one alone, so until the whole table is needed it is not read.
  const absl::StatusOr<const AbbrevTable*>& root_abbrevs() const;
  // What the root DIE says, on first use; defaults where it cannot be read.
  const UnitBases& bases() const;
  // The ways around DIEs that cannot be read, on first use.
  const Detours& detours() const;

  // Split units (DWARF 5 7.3.2) have their addresses, and the range lists of
  // version 4, in the file of their skeleton.
  bool is_split() const { return family_ == Family::kDwo; }
  // That of a split unit, or nullptr if there is none or it is not known.  Type
  // units have none.
  const Unit* skeleton() const {
    return is_split() && bases().dwo_id.has_value() ? bases().skeleton
                                                    : nullptr;
  }
  // The unit whose file the symbolic addresses of this one count in.
  const Unit& address_unit() const {
    const Unit* of = is_split() ? bases().skeleton : nullptr;
    return of == nullptr ? *this : *of;
  }
  // The unit whose attribute says where the line table of this one is.
  const Unit& line_unit() const {
    const Unit* of = skeleton();
    return of == nullptr ? *this : *of;
  }

  // Does it stand in a package, whose sections it has but a part of?
  bool is_packaged() const { return part_ != nullptr; }
  // The section of that kind that the unit's offsets count in, and what is to
  // be added to them: not 0 in packages alone.
  inline const absl::StatusOr<SectionView>& View(SectionId id) const;
  // That which an offset says, if it does.
  const absl::StatusOr<SectionView>& View(SectionId id,
                                          uint32_t section) const {
    return section == kNoSection ? View(id) : sections().View(section);
  }
  uint64_t Origin(SectionId id) const {
    return part_ == nullptr ? 0 : part_->Origin(id);
  }
  // An offset of the unit's, in the section; one that no section has if there
  // is no such number.
  uint64_t Locate(SectionId id, uint64_t offset) const {
    const uint64_t origin = Origin(id);
    constexpr uint64_t kNowhere = kNoOffset - 1;
    return offset > kNowhere - origin ? kNowhere : origin + offset;
  }
  template <typename Tag>
  Offset<Tag> Locate(SectionId id, Offset<Tag> offset) const {
    if (offset.value != kNoOffset && offset.section == kNoSection) {
      offset.value = Locate(id, offset.value);
    }
    return offset;
  }

  // A cursor in the unit's section, at `offset`, that ends with the unit.
  RelocCursor CursorAt(uint64_t offset) const {
    return RelocCursor(*view_, offset, end_);
  }

 private:
  friend class DebugInfo;

  UnitBases ReadBases() const;
  void Inherit(UnitBases& bases) const;

  const DebugInfo* info_ = nullptr;
  const SectionView* view_ = nullptr;
  const PackagePart* part_ = nullptr;  // of a package
  uint64_t offset_ = 0;
  uint64_t header_size_ = 0;
  uint64_t end_ = 0;
  uint64_t signature_ = 0;
  uint64_t type_offset_ = 0;
  DebugAbbrevOffset abbrev_offset_;
  Encoding encoding_;
  Family family_ = Family::kPlain;
  uint8_t unit_type_ = 0;
  bool is_types_ = false;
  uint32_t number_ = 0;
  Lazy<absl::StatusOr<const AbbrevTable*>> abbrevs_;
  Lazy<absl::StatusOr<const AbbrevTable*>> root_abbrevs_;
  Lazy<UnitBases> bases_;
  Lazy<Detours> detours_;
};

// All units of a file.  Thread-safe.
class DebugInfo {
 public:
  // Split units find their skeletons among the units of `skeletons`, which
  // outlives this; nullptr: in the same file.
  explicit DebugInfo(const DwarfSections& sections,
                     const DebugInfo* skeletons = nullptr)
      : sections_(sections),
        skeletons_(skeletons == nullptr ? *this : *skeletons) {}

  const DwarfSections& sections() const { return sections_; }

  // All units, in section then offset order.
  const std::deque<Unit>& units() const { return list().units; }
  // Headers that could not be read, the first thousand of them.
  const std::vector<absl::Status>& errors() const { return list().errors; }

  // The unit that holds a byte of a section, or nullptr.
  const Unit* FindUnit(SectionPlace place) const;
  // The type unit with that signature (DWARF 5 7.32), or nullptr.
  const Unit* FindTypeUnit(uint64_t signature) const;
  // The skeleton of that dwo_id, or nullptr (DWARF 5 3.1.2).
  const Unit* FindSkeleton(uint64_t id) const;
  // The split compile unit of that dwo_id (DWARF 5 3.1.3), or nullptr.
  absl::StatusOr<const Unit*> FindSplitUnit(uint64_t id) const;

  // Reads every header again, telling `observer` of their relocations.
  void Observe(RelocObserver* observer, const Unit& unit) const;

 private:
  friend class Unit;

  struct List {
    std::deque<Unit> units;  // a deque, for units do not move
    std::vector<absl::Status> errors;
    HashMap<uint64_t, const Unit*> type_units;
    std::unique_ptr<const Package> package;  // if the file is one
  };
  using UnitsById = HashMap<uint64_t, const Unit*>;

  const List& list() const;
  void ReadSection(const DebugSection& section, List& list) const;
  void ReportLostNames(List& list) const;
  void ReportSplitRelocs(List& list) const;
  void ReportOrphanRelocs(List& list) const;
  void OpenPackage(List& list) const;
  // Of the skeletons, or of the split units.
  UnitsById CollectById(bool is_split) const;
  // The compile unit that the compiler wrote a split type unit with, or nullptr
  // if nobody can say.
  const Unit* CompanionOf(const Unit& type_unit) const;
  // One header at the cursor, which is left at the unit's first DIE.  The
  // unit's end is set whenever its length could be read.
  absl::Status ReadHeader(RelocCursor& cursor, bool is_types, Unit& unit) const;
  absl::StatusOr<const AbbrevTable*> FindAbbrevs(const Unit& unit) const;
  absl::StatusOr<const AbbrevTable*> FindRootAbbrevs(const Unit& unit) const;
  // The whole table, or one declaration at least.
  absl::StatusOr<const AbbrevTable*> FindAbbrevs(
      const Unit& unit, std::optional<uint64_t> only) const;

  const DwarfSections& sections_;
  const DebugInfo& skeletons_;
  Lazy<std::unique_ptr<List>> list_;
  Lazy<UnitsById> skeletons_by_id_;
  Lazy<UnitsById> split_by_id_;
  // Split compile units by the abbreviations they have to themselves; nullptr:
  // there are several.
  Lazy<HashMap<uint64_t, const Unit*>> split_by_abbrevs_;
  // Units may share a table: parsed once, kept here.  Taken once per unit.
  mutable std::mutex abbrevs_mutex_;
  // Place and encoding, and the code of a table of one declaration.
  using AbbrevKey = std::tuple<uint32_t, uint64_t, uint16_t, uint8_t, Format,
                               std::optional<uint64_t>>;
  mutable HashMap<AbbrevKey, std::unique_ptr<const AbbrevTable>>
      abbrevs_;  // guarded by abbrevs_mutex_
  // Of all tables of a section; likewise.
  mutable HashMap<uint32_t, uint64_t> abbrev_bytes_;
};

inline const DwarfSections& Unit::sections() const { return info_->sections(); }

inline const absl::StatusOr<SectionView>& Unit::View(SectionId id) const {
  return part_ == nullptr ? sections().View(id, family_) : part_->View(id);
}

}  // namespace dwreloc::internal

#endif  // LIBDWRELOC_DWARF_TREE_UNIT_H_
