// The variables of a module by the place of their data: those whose DIE says
// one address (DW_OP_addr, or an index into .debug_addr; DWARF 5 2.6.1.1.2),
// of files and of functions (static).
//
// One walk over all units, on first use; of each variable the place and the DIE
// are kept.  No table of the file leads from data to units.
// Tested by tests/unit/query/variable_map_test.cc.

#ifndef LIBDWRELOC_QUERY_VARIABLE_MAP_H_
#define LIBDWRELOC_QUERY_VARIABLE_MAP_H_

#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>
#include <vector>

#include "base/status.h"
#include "dwarf/tree/die.h"
#include "dwarf/tree/unit.h"
#include "query/code_ranges.h"
#include "query/place_map.h"
#include "reloc/reloc_value.h"

namespace dwreloc::internal {

// Logically immutable, hence thread-safe.  Borrows the units.
class VariableMap {
 public:
  struct Found {
    const Unit* unit = nullptr;
    uint64_t die = 0;     // its offset in the unit's section
    uint64_t offset = 0;  // bytes from its first byte to the place
    uint64_t size = 0;    // of its type; 0: that does not tell
  };
  // The symbol that begins at a place; without one no name and no size.
  struct Beginning {
    std::string_view name;
    uint64_t size = 0;
  };
  using SymbolAt = std::function<Beginning(const RelocValue& begin)>;

  // Of units that may have variables: skeletons stand for themselves.
  VariableMap(const std::vector<const Unit*>& units,
              const Tombstones& tombstones, const SymbolAt& symbol_at);

  // Of the variables that have a place the number-th: number 0 is the smallest
  // one, of several of one size the first of the file; the others come in the
  // order of their first bytes.
  std::optional<Found> Find(const RelocValue& place, uint32_t number) const;

  // The first of what could not be read; the rest is here.
  const absl::Status& status() const { return status_; }
  // Whose it is, if it is an error.
  const Unit* status_unit() const { return status_unit_; }

 private:
  class Reader;
  struct Variable {
    const Unit* unit;
    uint64_t die;
    uint64_t size;  // as in Found
    PlaceInterval interval;
    uint64_t end_so_far;  // the greatest end of those before it and its own
  };

  Found FoundAt(uint32_t index, const RelocValue& place) const;

  std::vector<Variable> variables_;  // by line, then begin
  PlaceMap map_;
  absl::Status status_;
  const Unit* status_unit_ = nullptr;
};

}  // namespace dwreloc::internal

#endif  // LIBDWRELOC_QUERY_VARIABLE_MAP_H_
