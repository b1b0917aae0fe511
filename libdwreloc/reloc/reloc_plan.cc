#include "reloc/reloc_plan.h"

#include <elf.h>

#include "reloc/reloc_table.h"

namespace dwreloc::internal {
namespace {

RelocAction PartOf(RelocOp op) {
  switch (op) {
    case RelocOp::kAdd:
      return RelocAction::kPlus;
    case RelocOp::kSet:
      return RelocAction::kSet;
    case RelocOp::kSub:
      return RelocAction::kMinus;
    default:
      return RelocAction::kSlow;
  }
}

}  // namespace

RelocPlan RelocPlanner::Make(uint32_t type, uint32_t symbol) const {
  RelocPlan plan = {.key = uint64_t{symbol} << 32 | type};
  const Howto howto = FindHowto(context_.machine, type);
  const RelocAction part = PartOf(howto.op);
  const bool is_known = howto.op == RelocOp::kAbsolute ||
                        (part != RelocAction::kSlow && howto.width != 0 &&
                         howto.field == RelocField::kBytes);
  if (!is_known || symbol >= RelocTable::kFromPlace) return plan;
  SymbolPlace place = SymbolPlace::kBad;
  Symbol target;
  if (symbol == STN_UNDEF) {
    place = SymbolPlace::kAbsolute;
  } else if (symbols_usable_ && symbol < context_.symbols.count()) {
    target = context_.symbols.Get(symbol);
    if (context_.symbols.HasMode(target)) return plan;
    place = context_.symbols.Place(symbol, target);
  }
  const bool is_number =
      place == SymbolPlace::kStatic || place == SymbolPlace::kAbsolute;
  const bool is_defined = is_number || place == SymbolPlace::kSection;
  if (!is_defined && place != SymbolPlace::kUndefined) return plan;
  plan.width = howto.width;
  if (part != RelocAction::kSlow) {
    if (!is_defined) return plan;
    plan.action = part;
    plan.base = target.value;
    plan.section = is_number ? kNoSection : target.section;
    return plan;
  }
  if (!is_number) plan.symbol = symbol;
  if (howto.width == 4) {
    plan.action = is_number ? RelocAction::kNumber4 : RelocAction::kAddress4;
    if (is_defined) plan.base = target.value;
  } else if (howto.width == 8 && (is_number || context_.file.is_64())) {
    plan.action = RelocAction::kColumn8;
    // Lookups add the value of a symbol that they return.
    if (is_number) plan.base = target.value;
  }
  return plan;
}

void RelocPlans::Replace(uint64_t key, RelocPlan& plan) {
  plan = planner_.Make(static_cast<uint32_t>(key),
                       static_cast<uint32_t>(key >> 32));
}

}  // namespace dwreloc::internal
