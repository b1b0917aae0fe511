#include "query/questions.h"

#include <vector>

#include "dwarf/constants.h"

namespace dwreloc::internal {

Questions::Questions(const Module& module)
    : module_(module),
      tombstones_(module.file()),
      symbols_(module.file(), module.symbols()) {}

const Questions& Questions::Of(const Module& module) {
  // Nobody else gives a module a companion.
  return static_cast<const Questions&>(module.Companion(
      [&module] { return std::make_unique<const Questions>(module); }));
}

const UnitMap& Questions::units() const {
  return *units_.Get([this] {
    return std::make_unique<const UnitMap>(
        module_.info(), tombstones_,
        [this](const Unit& unit) -> const FunctionMap& {
          return FunctionsOf(unit);
        });
  });
}

absl::StatusOr<const Unit*> Questions::UnitAt(const RelocValue& place) const {
  const Unit* unit = units().Find(place);
  if (unit != nullptr) return unit;
  const std::vector<absl::Status> errors = units().Errors();
  if (!errors.empty()) return errors.front();
  return nullptr;
}

VariableMap::Beginning Questions::SymbolBeginningAt(
    const RelocValue& place) const {
  const std::optional<SymbolMap::Found> found = symbols_.At(place);
  if (!found.has_value() || found->offset != 0) return {};
  const Symbol symbol = module_.symbols().Get(found->symbol);
  return {.name = module_.symbols().Name(symbol), .size = symbol.size};
}

const VariableMap& Questions::variables() const {
  if (const auto* known = variables_.Peek(); known != nullptr) return **known;
  // This may ask the caller where files are, who may ask us something.
  std::vector<const Unit*> units;
  for (const Unit& unit : module_.info().units()) {
    // Types have no data, and split units are found by their skeletons.
    if (unit.is_types() || unit.is_split() || unit.unit_type() == DW_UT_type) {
      continue;
    }
    const absl::StatusOr<const Unit*> split =
        module_.split_files().SplitOf(unit);
    // Without its file it has none; who asks for functions is told.
    units.push_back(split.ok() && *split != nullptr ? *split : &unit);
  }
  return *variables_.Get([&] {
    return std::make_unique<const VariableMap>(
        units, tombstones_,
        [this](const RelocValue& begin) { return SymbolBeginningAt(begin); });
  });
}

const Questions::OfUnit& Questions::SlotOf(const Unit& unit) const {
  const std::unique_ptr<OfUnit[]>& slots = slots_.Get([this] {
    return std::make_unique<OfUnit[]>(module_.info().units().size());
  });
  return slots[unit.number()];
}

const FunctionMap& Questions::FunctionsOf(const Unit& unit) const {
  const OfUnit& slot = SlotOf(unit);
  if (const FunctionMap* known = slot.functions.Peek(); known != nullptr) {
    return *known;
  }
  // This may ask the caller where the file is, who may ask us something.
  const absl::StatusOr<const Unit*> split = module_.split_files().SplitOf(unit);
  return slot.functions.Get([&] {
    if (!split.ok()) return FunctionMap(unit, split.status());
    return FunctionMap(*split == nullptr ? unit : **split, tombstones_);
  });
}

const absl::StatusOr<const LineMap*>& Questions::LinesOf(
    const Unit& unit) const {
  return SlotOf(unit).lines.Get([&]() -> absl::StatusOr<const LineMap*> {
    DWRELOC_ASSIGN_OR_RETURN(const LineTable* table, module_.LineTableOf(unit));
    if (table == nullptr) return nullptr;
    return &line_maps_.Get(table, [&] { return LineMap(*table, tombstones_); });
  });
}

}  // namespace dwreloc::internal
