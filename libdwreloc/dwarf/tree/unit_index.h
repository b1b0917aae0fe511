// The indexes of package files: .debug_cu_index and .debug_tu_index (DWARF 5
// 7.3.5.3; version 2: GNU, as in DWARF 4 packages).
//
// By the signature of a split unit they give the part of each section of the
// package that belongs to it.  The header is read when an index is opened, rows
// and slots on demand.
// Invariant: all tables the header promises lie inside the section.
// Tested by tests/unit/dwarf/unit_index_test.cc.

#ifndef LIBDWRELOC_DWARF_TREE_UNIT_INDEX_H_
#define LIBDWRELOC_DWARF_TREE_UNIT_INDEX_H_

#include <cstdint>
#include <optional>

#include "base/status.h"
#include "dwarf/sections.h"
#include "read/reloc_cursor.h"

namespace dwreloc::internal {

// The part of a section that belongs to a unit.
struct UnitContribution {
  uint32_t section_id = 0;  // DW_SECT_*, as stored
  uint32_t offset = 0;
  uint32_t size = 0;
};

// A used slot of the hash table.
struct UnitIndexSlot {
  uint64_t signature = 0;
  uint32_t row = 0;  // 1 to unit_count, unless the table is bad
};

// "DW_SECT_INFO", or nullptr.
const char* SectionIdentifierName(uint16_t version, uint64_t section_id);
// The section it stands for; kNone if unknown.
SectionId SectionOf(uint16_t version, uint64_t section_id);

// Borrows the section.  Thread-safe: immutable.
class UnitIndex {
 public:
  UnitIndex() = default;
  static absl::StatusOr<UnitIndex> Open(const DwarfSections& sections,
                                        uint32_t section);

  uint32_t section() const { return view_->index; }
  uint16_t version() const { return version_; }  // 2 or 5
  uint32_t section_count() const { return section_count_; }
  uint32_t unit_count() const { return unit_count_; }
  uint32_t slot_count() const { return slot_count_; }

  // The section identifier of a column.  REQUIRES: column < section_count().
  uint32_t SectionIdentifier(uint32_t column) const {
    return U32(columns_, column);
  }
  // A slot, if it is used.  REQUIRES: slot < slot_count().
  std::optional<UnitIndexSlot> Slot(uint32_t slot) const;
  // One cell of both tables.
  absl::StatusOr<UnitContribution> Contribution(uint32_t row,
                                                uint32_t column) const;

  // The row of a signature, or nothing.
  absl::StatusOr<std::optional<uint32_t>> FindRow(uint64_t signature) const;
  // The part of a section that belongs to the unit of that signature; nothing
  // if the index has no such unit, or no such section for it.
  absl::StatusOr<std::optional<UnitContribution>> Find(uint64_t signature,
                                                       SectionId id) const;

 private:
  uint32_t U32(uint64_t table, uint64_t number) const {
    return Load<uint32_t>(
        view_->bytes.data() + table + number * sizeof(uint32_t), view_->order);
  }

  const SectionView* view_ = nullptr;
  uint16_t version_ = 0;
  uint32_t section_count_ = 0;
  uint32_t unit_count_ = 0;
  uint32_t slot_count_ = 0;
  // Section offsets of its five tables.
  uint64_t signatures_ = 0;
  uint64_t rows_ = 0;
  uint64_t columns_ = 0;
  uint64_t offsets_ = 0;
  uint64_t sizes_ = 0;
};

}  // namespace dwreloc::internal

#endif  // LIBDWRELOC_DWARF_TREE_UNIT_INDEX_H_
