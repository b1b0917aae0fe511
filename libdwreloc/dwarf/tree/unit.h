// A unit of .debug_info or .debug_types: its header, and the parts that are
// read on first use.
//
// Invariant: a Unit lies inside its section and its first DIE inside the unit.
// Tested by tests/unit/dwarf/unit_test.cc.

#ifndef LIBDWRELOC_DWARF_TREE_UNIT_H_
#define LIBDWRELOC_DWARF_TREE_UNIT_H_

#include <cstdint>

#include "base/lazy.h"
#include "base/status.h"
#include "dwarf/sections.h"
#include "dwarf/tree/abbrev.h"
#include "dwarf/tree/bases.h"
#include "dwarf/tree/detours.h"
#include "dwarf/tree/package.h"
#include "dwarf/tree/unit_header.h"
#include "read/encoding.h"
#include "read/offsets.h"
#include "read/reloc_cursor.h"

namespace dwreloc::internal {

class DebugInfo;

// One unit.  Owned by DebugInfo.  Thread-safe.
class Unit {
 public:
  const DebugInfo& info() const { return *info_; }
  const DwarfSections& sections() const { return *sections_; }
  const SectionView& view() const { return *view_; }
  uint32_t section() const { return view_->index; }
  Family family() const { return family_; }
  bool is_types() const { return is_types_; }  // in .debug_types

  Encoding encoding() const { return header_.encoding; }
  uint8_t unit_type() const { return header_.unit_type; }  // DW_UT_*
  uint64_t offset() const { return header_.offset; }
  uint64_t header_size() const { return header_.size; }
  uint64_t first_die() const { return header_.offset + header_.size; }
  uint64_t end() const { return header_.end; }
  DebugAbbrevOffset abbrev_offset() const { return header_.abbrev_offset; }
  uint64_t signature() const { return header_.signature; }  // or dwo_id, else 0
  uint64_t type_offset() const { return header_.type_offset; }
  uint32_t number() const { return number_; }  // in the list

  // The abbreviations, on first use.
  const absl::StatusOr<const AbbrevTable*>& abbrevs() const;
  // A table that declares the root DIE: most queries need only that DIE, so the
  // whole table is read only when needed.
  const absl::StatusOr<const AbbrevTable*>& root_abbrevs() const;
  // What the root DIE says, on first use; defaults if it cannot be read.
  const UnitBases& bases() const;
  // The ways around DIEs that cannot be read, on first use.
  const Detours& detours() const;

  // Split units (DWARF 5 7.3.2) have their addresses, and in version 4 their
  // range lists, in the file of their skeleton.
  bool is_split() const { return family_ == Family::kDwo; }
  // The skeleton of a split unit, or nullptr if there is none or it is unknown.
  // Type units have none.
  const Unit* skeleton() const {
    return is_split() && bases().dwo_id.has_value() ? bases().skeleton
                                                    : nullptr;
  }
  // The unit in whose file the symbolic addresses of this one count.
  const Unit& address_unit() const {
    const Unit* of = is_split() ? bases().skeleton : nullptr;
    return of == nullptr ? *this : *of;
  }
  // The unit whose attribute says where the line table of this one is.
  const Unit& line_unit() const {
    const Unit* of = skeleton();
    return of == nullptr ? *this : *of;
  }

  // Returns true if the unit is in a package, and so has only a part of its
  // sections.
  bool is_packaged() const { return part_ != nullptr; }
  // The section of that kind in which the unit's offsets count, and what is to
  // be added to them: not 0 only in packages.
  inline const absl::StatusOr<SectionView>& View(SectionId id) const;
  // The section that an offset names, if it names one.
  const absl::StatusOr<SectionView>& View(SectionId id,
                                          uint32_t section) const {
    return section == kNoSection ? View(id) : sections().View(section);
  }
  uint64_t Origin(SectionId id) const {
    return part_ == nullptr ? 0 : part_->Origin(id);
  }
  // An offset of the unit as an offset in the section; one outside of any
  // section if there is no such number.
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

  // Where among the records of a list section the unit's next list is expected:
  // compilers write lists in the order of their DIEs.
  RecordHint& hint_for_lists(bool is_location_list) const {
    return list_hints_[is_location_list ? 1 : 0];
  }

  // A cursor in the unit's section, at `offset`, that ends with the unit.
  RelocCursor CursorAt(uint64_t offset) const {
    return RelocCursor(*view_, offset, header_.end);
  }

 private:
  friend class DebugInfo;  // creates units

  const DebugInfo* info_ = nullptr;
  const DwarfSections* sections_ = nullptr;
  const SectionView* view_ = nullptr;
  const PackagePart* part_ = nullptr;  // in a package
  UnitHeader header_;
  Family family_ = Family::kPlain;
  bool is_types_ = false;
  uint32_t number_ = 0;
  Lazy<absl::StatusOr<const AbbrevTable*>> abbrevs_;
  Lazy<absl::StatusOr<const AbbrevTable*>> root_abbrevs_;
  Lazy<UnitBases> bases_;
  Lazy<Detours> detours_;
  mutable RecordHint list_hints_[2];
};

inline const absl::StatusOr<SectionView>& Unit::View(SectionId id) const {
  return part_ == nullptr ? sections().View(id, family_) : part_->View(id);
}

}  // namespace dwreloc::internal

#endif  // LIBDWRELOC_DWARF_TREE_UNIT_H_
