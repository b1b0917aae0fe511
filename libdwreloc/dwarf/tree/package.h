// Package files (.dwp): which part of each section belongs to a unit (DWARF 5
// 7.3.5; version 2 of the index: GNU's, for DWARF 4).
//
// A unit of a package counts its offsets from the start of its parts of the
// sections, and reads nothing past their ends.  The rows of the indexes are
// read with the unit list; views of the parts are made on demand.
// Tested by tests/unit/module/package_test.cc and split_files_test.cc.

#ifndef LIBDWRELOC_DWARF_TREE_PACKAGE_H_
#define LIBDWRELOC_DWARF_TREE_PACKAGE_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "base/lazy.h"
#include "base/status.h"
#include "dwarf/sections.h"
#include "dwarf/tree/unit_index.h"
#include "read/offsets.h"

namespace dwreloc::internal {

// A row of an index.  Thread-safe.
class PackagePart {
 public:
  PackagePart(const DwarfSections& sections, const UnitIndex& index,
              uint32_t row)
      : sections_(&sections), index_(&index), row_(row) {}

  // The section up to the end of the unit's part; string sections are whole.
  const absl::StatusOr<SectionView>& View(SectionId id) const;
  // Where the part begins, from which the unit's offsets count.
  uint64_t Origin(SectionId id) const;

 private:
  // An index has eight kinds of sections.
  static constexpr uint32_t kMaxColumns = 16;
  struct Views {
    Lazy<absl::StatusOr<SectionView>> by_column[kMaxColumns];
  };
  friend class Package;

  absl::StatusOr<SectionView> MakeView(SectionId id, uint32_t column) const;
  // The column of a section, if the index has one.
  std::optional<uint32_t> Column(SectionId id) const;

  const DwarfSections* sections_;
  const UnitIndex* index_;
  uint32_t row_;
  Lazy<std::unique_ptr<Views>> views_;
};

// Both indexes of a package.  Thread-safe: immutable.
class Package {
 public:
  // Reads the indexes; their errors are appended to `errors`.
  Package(const DwarfSections& sections, std::vector<absl::Status>& errors);
  Package(const Package&) = delete;
  Package& operator=(const Package&) = delete;

  // The row whose part of .debug_info or .debug_types contains a place.
  const PackagePart* FindPart(SectionPlace place) const;
  // The place of the compile unit with that id.
  absl::StatusOr<std::optional<SectionPlace>> FindUnit(uint64_t id) const;

 private:
  struct Row {
    SectionPlace begin;
    uint64_t size;
    std::unique_ptr<const PackagePart> part;
  };

  absl::Status ReadRows(const UnitIndex& index);

  const DwarfSections& sections_;
  absl::StatusOr<UnitIndex> cu_index_;
  absl::StatusOr<UnitIndex> tu_index_;
  std::vector<Row> rows_;  // in the order of `begin`
};

}  // namespace dwreloc::internal

#endif  // LIBDWRELOC_DWARF_TREE_PACKAGE_H_
