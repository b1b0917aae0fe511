// Which unit a place of code belongs to.
//
// From what the units' root DIEs say of their code, never from .debug_aranges,
// which clang does not write.  Units whose root DIE says nothing (or not all)
// are asked for their functions, but only where no other unit has an answer.
// Tested by tests/unit/query/unit_map_test.cc.

#ifndef LIBDWRELOC_QUERY_UNIT_MAP_H_
#define LIBDWRELOC_QUERY_UNIT_MAP_H_

#include <functional>
#include <vector>

#include "base/lazy.h"
#include "base/status.h"
#include "dwarf/tree/debug_info.h"
#include "dwarf/tree/unit.h"
#include "query/code_ranges.h"
#include "query/function_map.h"
#include "query/place_map.h"
#include "reloc/reloc_value.h"

namespace dwreloc::internal {

// Borrows the units.  Thread-safe.
class UnitMap {
 public:
  using FunctionsOf = std::function<const FunctionMap&(const Unit&)>;

  // Skeletons stand for their split units.
  UnitMap(const DebugInfo& info, const Tombstones& tombstones,
          FunctionsOf functions_of);

  // nullptr if there is none.  If several have a place in common, the one with
  // the smallest range there.
  const Unit* Find(const RelocValue& place) const;

  // Why code of some units may be missing here; units are told apart by the
  // sections and offsets of the errors.
  std::vector<absl::Status> Errors() const;

 private:
  struct Silent {
    PlaceMap map;
    std::vector<absl::Status> errors;
  };
  const Silent& silent() const;
  const Unit* UnitOf(const PlaceMap& map, const RelocValue& place) const;

  const DebugInfo& info_;
  const FunctionsOf functions_of_;
  PlaceMap map_;
  std::vector<absl::Status> errors_;
  std::vector<const Unit*> silent_units_;
  Lazy<Silent> silent_;
};

}  // namespace dwreloc::internal

#endif  // LIBDWRELOC_QUERY_UNIT_MAP_H_
