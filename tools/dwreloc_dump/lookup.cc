// lookup.cc - see lookup.h.
#include "lookup.h"

#include "common/checked.h"

namespace dwreloc_tools {

bool WantsUnit(const Context& context, const UnitPlace& unit) {
  if (!context.options.unit) return true;
  const std::uint64_t wanted = *context.options.unit;
  if (unit.offset == wanted) return true;
  const Dwreloc_Unit* found = nullptr;
  Dwreloc_Unit_Info info;
  return Checked(dwreloc_unit_at(context.module(), unit.section, wanted,
                                 &found)) > 0 &&
         Checked(dwreloc_unit_info(found, &info)) >= 0 &&
         info.offset == unit.offset;
}

bool WantsDie(const Context& context, std::uint64_t die) {
  return !context.options.die || *context.options.die == die;
}

bool WantsName(const Context& context, std::string_view name) {
  return !context.options.name || *context.options.name == name;
}

void UnitText(Context& context, const UnitPlace& unit, const Where& where) {
  if (unit.offset == DWRELOC_NO_OFFSET) {
    context.values.Text(unit.value, where);
    return;
  }
  // ".debug_info[8]+" if several sections share the name.
  const std::string_view label = context.values.SectionLabel(unit.section);
  if (label.ends_with(']')) {
    context.out.Text(label);
    context.out.Char('+');
  }
  context.out.Hex(unit.offset, 8);
}

void UnitJson(Context& context, const UnitPlace& unit, const Where& where) {
  if (unit.offset == DWRELOC_NO_OFFSET)
    context.values.Json(unit.value, where);
  else
    context.out.Decimal(unit.offset);
}

}  // namespace dwreloc_tools
