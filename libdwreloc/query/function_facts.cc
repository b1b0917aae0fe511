#include "query/function_facts.h"

#include <optional>

#include "dwarf/constants.h"
#include "dwarf/tree/value.h"

namespace dwreloc::internal {
namespace {

absl::StatusOr<Die> DieOf(const Unit& unit, uint64_t offset) {
  DWRELOC_ASSIGN_OR_RETURN(const std::optional<Die> die, ReadDie(unit, offset));
  if (!die.has_value()) {
    return MakeError(ErrorCode::kNotFound, unit.section(), offset,
                     "a null entry, not a DIE");
  }
  return *die;
}

absl::Status ReadCall(const Die& die, CallSite& call) {
  RelocCursor cursor = die.unit->CursorAt(die.attributes_offset);
  for (const AttributeSpec& spec : die.abbrev->attributes()) {
    Attribute attribute;
    if (!DecodeAttribute(cursor, spec, die.unit->encoding(), &attribute)) {
      return FormError(cursor, attribute);
    }
    attribute.unit = die.unit;
    uint64_t* number = nullptr;
    switch (attribute.name) {
      case DW_AT_call_file:
        number = &call.file;
        call.has_file = true;
        break;
      case DW_AT_call_line:
        number = &call.line;
        break;
      case DW_AT_call_column:
        number = &call.column;
        break;
      case DW_AT_GNU_discriminator:
        number = &call.discriminator;
        break;
      default:
        continue;
    }
    DWRELOC_ASSIGN_OR_RETURN(*number, UnsignedValue(attribute));
  }
  return absl::OkStatus();
}

}  // namespace

FunctionFacts FunctionFactsAt(const Unit& unit, uint64_t offset) {
  FunctionFacts facts{.die = DieOf(unit, offset), .name = {}, .call = {}};
  if (!facts.die.ok()) return facts;
  facts.name = FunctionNameOf(*facts.die);
  if (facts.die->tag == DW_TAG_inlined_subroutine) {
    facts.call.status = ReadCall(*facts.die, facts.call);
  }
  return facts;
}

}  // namespace dwreloc::internal
