#include "query/call_chain.h"

#include "dwarf/constants.h"
#include "dwarf/tree/reference.h"
#include "dwarf/tree/value.h"

namespace dwreloc::internal {
namespace {

absl::StatusOr<Die> DieOf(const FunctionMap& functions, uint32_t number) {
  const Unit& unit = functions.unit();
  return DieAt(unit.info(),
               {unit.section(), functions.functions()[number].die});
}

}  // namespace

absl::StatusOr<std::optional<CallChain>> CallChain::At(
    const Module& module, const RelocValue& place) {
  const Questions& questions = Questions::Of(module);
  const Unit* unit = questions.units().Find(place);
  if (unit == nullptr) {
    const std::vector<absl::Status> errors = questions.units().Errors();
    if (!errors.empty()) return errors.front();
    return std::nullopt;
  }
  CallChain chain(module, *unit, place);
  const FunctionMap& functions = questions.FunctionsOf(*unit);
  chain.function_ = functions.Find(place).value_or(FunctionMap::kNone);
  return chain;
}

absl::Status CallChain::NamePath(SourcePlace& place) const {
  const absl::StatusOr<const LineMap*>& lines = questions().LinesOf(*unit_);
  if (!lines.ok()) return lines.status();
  if (*lines == nullptr) return absl::OkStatus();
  place.table = &(*lines)->table();
  DWRELOC_ASSIGN_OR_RETURN(place.path, (*lines)->PathOf(place.file));
  return absl::OkStatus();
}

absl::Status CallChain::ReadRow(SourcePlace& place) const {
  const absl::StatusOr<const LineMap*>& lines = questions().LinesOf(*unit_);
  if (!lines.ok()) return lines.status();
  if (*lines == nullptr) return absl::OkStatus();
  const std::optional<LineRow> row = (*lines)->Find(place_);
  if (!row.has_value()) return (*lines)->status();
  place.file = row->file;
  place.line = row->line;
  place.column = row->column;
  place.discriminator = row->discriminator;
  return NamePath(place);
}

absl::Status CallChain::ReadCall(const Die& die, SourcePlace& place) const {
  bool has_file = false;
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
        number = &place.file;
        has_file = true;
        break;
      case DW_AT_call_line:
        number = &place.line;
        break;
      case DW_AT_call_column:
        number = &place.column;
        break;
      case DW_AT_GNU_discriminator:
        number = &place.discriminator;
        break;
      default:
        continue;
    }
    DWRELOC_ASSIGN_OR_RETURN(*number, UnsignedValue(attribute));
  }
  return has_file ? NamePath(place) : absl::OkStatus();
}

bool CallChain::Next(CallFrame* frame) {
  if (is_done_) return false;
  *frame = CallFrame();
  const FunctionMap& functions = questions().FunctionsOf(*unit_);
  if (callee_ == FunctionMap::kNone) {
    frame->place_status = ReadRow(frame->place);
  } else if (const auto callee = DieOf(functions, callee_); callee.ok()) {
    frame->place_status = ReadCall(*callee, frame->place);
  } else {
    frame->place_status = callee.status();
  }
  if (function_ == FunctionMap::kNone) {
    frame->name.status = functions.status();
    is_done_ = true;
    return true;
  }
  const absl::StatusOr<Die> die = DieOf(functions, function_);
  if (die.ok()) {
    frame->die = *die;
    frame->name = FunctionNameOf(*die);
  } else {
    frame->name.status = die.status();
  }
  callee_ = function_;
  function_ = functions.functions()[function_].caller;
  frame->is_inlined = function_ != FunctionMap::kNone;
  is_done_ = !frame->is_inlined;
  return true;
}

absl::StatusOr<std::optional<Die>> CallChain::Function() const {
  const FunctionMap& functions = questions().FunctionsOf(*unit_);
  if (function_ == FunctionMap::kNone) {
    if (!functions.status().ok()) return functions.status();
    return std::nullopt;
  }
  uint32_t number = function_;
  while (functions.functions()[number].caller != FunctionMap::kNone) {
    number = functions.functions()[number].caller;
  }
  DWRELOC_ASSIGN_OR_RETURN(const Die die, DieOf(functions, number));
  return die;
}

}  // namespace dwreloc::internal
