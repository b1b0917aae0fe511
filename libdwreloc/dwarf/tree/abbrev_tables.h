// The abbreviation tables of a file, each parsed once, however many units share
// it.
// Tested by tests/unit/dwarf/abbrev_test.cc and unit_test.cc.

#ifndef LIBDWRELOC_DWARF_TREE_ABBREV_TABLES_H_
#define LIBDWRELOC_DWARF_TREE_ABBREV_TABLES_H_

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <tuple>

#include "base/hash_map.h"
#include "base/lazy_map.h"
#include "base/status.h"
#include "dwarf/tree/abbrev.h"
#include "read/encoding.h"

namespace dwreloc::internal {

class Unit;

// Where a table is: in the unit's part of the section, of a package.
struct AbbrevPlace {
  const SectionView* section = nullptr;
  DebugAbbrevOffset offset;
};
// That of a unit's table; whether there is one, its bytes say.
absl::StatusOr<AbbrevPlace> AbbrevPlaceOf(const Unit& unit);

// Thread-safe: no lock is held while a table is parsed.
class AbbrevTables {
 public:
  // The table of a unit.
  absl::StatusOr<const AbbrevTable*> Find(const Unit& unit);
  // A table that declares at least the unit's root DIE: most queries need only
  // that DIE.
  absl::StatusOr<const AbbrevTable*> FindForRoot(const Unit& unit);

 private:
  // Section, offset and encoding; the code, for a table of one declaration.
  using Key = std::tuple<uint32_t, uint64_t, uint16_t, uint8_t, Format,
                         std::optional<uint64_t>>;
  using Table = absl::StatusOr<std::unique_ptr<const AbbrevTable>>;

  // Finds the whole table, or one with at least one declaration.
  absl::StatusOr<const AbbrevTable*> Find(const Unit& unit,
                                          std::optional<uint64_t> only);
  // `section_size`: of the whole section, also in a package.
  Table Parse(const SectionView& section, uint64_t section_size,
              DebugAbbrevOffset offset, Encoding encoding,
              std::optional<uint64_t> only);

  // Adds to the bytes read of a section's tables; returns the previous sum.
  uint64_t CountBytes(uint32_t section, uint64_t size);

  LazyMap<Key, Table> tables_;
  std::mutex bytes_mutex_;                  // held to count
  HashMap<uint32_t, uint64_t> bytes_read_;  // by section
};

}  // namespace dwreloc::internal

#endif  // LIBDWRELOC_DWARF_TREE_ABBREV_TABLES_H_
