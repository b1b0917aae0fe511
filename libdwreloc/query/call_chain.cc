#include "query/call_chain.h"

#include "query/split_error.h"

namespace dwreloc::internal {
namespace {

absl::Status NamePath(const LineMap& lines, SourcePlace& place) {
  place.table = &lines.table();
  DWRELOC_ASSIGN_OR_RETURN(place.path, lines.PathOf(place.file));
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::optional<CallChain>> CallChain::At(
    const Module& module, const RelocValue& place) {
  const Questions& questions = Questions::Of(module);
  DWRELOC_ASSIGN_OR_RETURN(const Unit* unit, questions.UnitAt(place));
  if (unit == nullptr) return std::nullopt;
  CallChain chain(module, *unit, place);
  const FunctionMap& functions = questions.FunctionsOf(*unit);
  chain.function_ = functions.Find(place).value_or(FunctionMap::kNone);
  return chain;
}

absl::Status CallChain::ReadRow(const Questions& questions,
                                SourcePlace& place) const {
  const absl::StatusOr<const LineMap*>& lines = questions.LinesOf(*unit_);
  if (!lines.ok()) return lines.status();
  if (*lines == nullptr) return absl::OkStatus();
  const std::optional<LineRow> row = (*lines)->Find(place_);
  if (!row.has_value()) return (*lines)->status();
  place.file = row->file;
  place.line = row->line;
  place.column = row->column;
  place.discriminator = row->discriminator;
  return NamePath(**lines, place);
}

absl::Status CallChain::ReadCall(const Questions& questions,
                                 const FunctionFacts& callee,
                                 SourcePlace& place) const {
  const Unit& read = questions.FunctionsOf(*unit_).unit();
  if (!callee.die.ok()) {
    return ErrorOfUnit(*unit_, read, callee.die.status());
  }
  const CallSite& call = callee.call;
  place.file = call.file;
  place.line = call.line;
  place.column = call.column;
  place.discriminator = call.discriminator;
  if (!call.status.ok() || !call.has_file) {
    return ErrorOfUnit(*unit_, read, call.status);
  }
  const absl::StatusOr<const LineMap*>& lines = questions.LinesOf(*unit_);
  if (!lines.ok()) return lines.status();
  return *lines == nullptr ? absl::OkStatus() : NamePath(**lines, place);
}

bool CallChain::Next(CallFrame* frame) {
  if (is_done_) return false;
  *frame = CallFrame();
  const Questions& known = questions();
  const FunctionMap& functions = known.FunctionsOf(*unit_);
  frame->place_status =
      callee_ == FunctionMap::kNone
          ? ReadRow(known, frame->place)
          : ReadCall(known, functions.FactsOf(callee_), frame->place);
  if (function_ == FunctionMap::kNone) {
    frame->name.status =
        ErrorOfUnit(*unit_, functions.unit(), functions.status());
    is_done_ = true;
    return true;
  }
  const FunctionFacts& facts = functions.FactsOf(function_);
  if (facts.die.ok()) {
    frame->die = *facts.die;
    frame->name = facts.name;
  } else {
    frame->name.status = facts.die.status();
  }
  frame->name.status =
      ErrorOfUnit(*unit_, functions.unit(), frame->name.status);
  callee_ = function_;
  function_ = functions.functions()[function_].caller;
  frame->is_inlined = function_ != FunctionMap::kNone;
  is_done_ = !frame->is_inlined;
  return true;
}

absl::StatusOr<std::optional<Die>> CallChain::Function() const {
  const FunctionMap& functions = questions().FunctionsOf(*unit_);
  if (function_ == FunctionMap::kNone) {
    if (!functions.status().ok()) {
      return ErrorOfUnit(*unit_, functions.unit(), functions.status());
    }
    return std::nullopt;
  }
  const absl::StatusOr<Die>& die =
      functions.FactsOf(functions.OutermostOf(function_)).die;
  if (!die.ok()) return ErrorOfUnit(*unit_, functions.unit(), die.status());
  return *die;
}

}  // namespace dwreloc::internal
