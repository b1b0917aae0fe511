#include "query/function_facts.h"

#include "dwarf/constants.h"
#include "dwarf/tree/die_at.h"
#include "dwarf/tree/value.h"
#include "query/die_reader.h"

namespace dwreloc::internal {
namespace {

absl::Status ReadCall(const Die& die, CallSite& call) {
  return VisitAttributes(die, [&](const Attribute& attribute) -> absl::Status {
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
        return absl::OkStatus();
    }
    DWRELOC_ASSIGN_OR_RETURN(*number, UnsignedValue(attribute));
    return absl::OkStatus();
  });
}

}  // namespace

FunctionFacts FunctionFactsAt(const Unit& unit, uint64_t offset) {
  FunctionFacts facts{.die = DieAt(unit.info(), {unit.section(), offset}),
                      .name = {},
                      .call = {}};
  if (!facts.die.ok()) return facts;
  facts.name = FunctionNameOf(*facts.die);
  if (facts.die->tag == DW_TAG_inlined_subroutine) {
    facts.call.status = ReadCall(*facts.die, facts.call);
  }
  return facts;
}

}  // namespace dwreloc::internal
