// What is needed to answer questions about a module's places: its maps, each
// made on first use and kept until the module is trimmed or closed.
// Tested by tests/unit/query/call_chain_test.cc.

#ifndef LIBDWRELOC_QUERY_QUESTIONS_H_
#define LIBDWRELOC_QUERY_QUESTIONS_H_

#include <memory>

#include "base/lazy.h"
#include "base/lazy_map.h"
#include "base/status.h"
#include "dwarf/tree/unit.h"
#include "module/module.h"
#include "query/code_ranges.h"
#include "query/function_map.h"
#include "query/line_map.h"
#include "query/symbol_map.h"
#include "query/unit_map.h"
#include "query/variable_map.h"

namespace dwreloc::internal {

// Borrows the module, which owns it.  Thread-safe.
class Questions final : public ModuleCompanion {
 public:
  explicit Questions(const Module& module);

  static const Questions& Of(const Module& module);

  const Tombstones& tombstones() const { return tombstones_; }
  // Which unit is where.
  const UnitMap& units() const;
  // The unit at a place, or nullptr.  An error if it may be one that could not
  // be read.
  absl::StatusOr<const Unit*> UnitAt(const RelocValue& place) const;
  // The symbols of the module's table by place and by name.
  const SymbolMap& symbols() const { return symbols_; }
  // The variables of all units by the place of their data.
  const VariableMap& variables() const;
  // The functions of a unit of the module; those of a skeleton are in its split
  // unit.
  const FunctionMap& FunctionsOf(const Unit& unit) const;
  // The lines of a unit of the module, or nullptr if it has none.
  const absl::StatusOr<const LineMap*>& LinesOf(const Unit& unit) const;

 private:
  struct OfUnit {
    Lazy<FunctionMap> functions;
    Lazy<absl::StatusOr<const LineMap*>> lines;
  };
  const OfUnit& SlotOf(const Unit& unit) const;
  VariableMap::Beginning SymbolBeginningAt(const RelocValue& place) const;

  const Module& module_;
  const Tombstones tombstones_;
  const SymbolMap symbols_;
  Lazy<std::unique_ptr<const UnitMap>> units_;
  Lazy<std::unique_ptr<const VariableMap>> variables_;
  Lazy<std::unique_ptr<OfUnit[]>> slots_;  // by the number of the unit
  LazyMap<const LineTable*, LineMap> line_maps_;
};

}  // namespace dwreloc::internal

#endif  // LIBDWRELOC_QUERY_QUESTIONS_H_
