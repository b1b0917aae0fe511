// The scopes of a place and their variables: forwards.
// Tested by tests/api.

#include <optional>

#include "capi/arguments.h"
#include "capi/expressions.h"
#include "query/scope_chain.h"
#include "query/variables.h"

namespace dwreloc::internal {
namespace {

static_assert(static_cast<int>(VariableKind::kUnavailable) ==
              DWRELOC_VARIABLE_UNAVAILABLE);
static_assert(static_cast<int>(VariableKind::kLocation) ==
              DWRELOC_VARIABLE_LOCATION);
static_assert(static_cast<int>(VariableKind::kConstant) ==
              DWRELOC_VARIABLE_CONSTANT);

// The code of a datum that a variable lacks; dwreloc_error tells more.
int32_t CodeOf(const Die& die, const absl::Status& status) {
  return status.ok() ? DWRELOC_OK : FailAt(die, status);
}

void Give(const VariableLocation& location, Dwreloc_Variable* given) {
  if (location.unit == nullptr) return;
  GiveExpression(*location.unit, *location.view, location.offset, location.size,
                 &given->location);
  if (!location.is_bounded) return;
  const Module& module = ModuleOf(location.unit->address_unit());
  given->is_bounded = 1;
  given->begin = Wrap(module, location.begin);
  given->end = Wrap(module, location.end);
}

void Give(const Variable& variable, Dwreloc_Variable* given) {
  *Unwrap(&given->die) = variable.die;
  *Unwrap(&given->type) = variable.type;
  *Unwrap(&given->constant) = variable.constant;
  Give(variable.location, given);
  given->name = variable.name.data();
  given->kind = static_cast<uint8_t>(variable.kind);
  given->name_error = CodeOf(variable.die, variable.status);
  given->location_error = CodeOf(variable.die, variable.location_status);
}

}  // namespace
}  // namespace dwreloc::internal

using namespace dwreloc::internal;  // NOLINT: the C API is global

int dwreloc_scopes_begin(const Dwreloc_Module* module,
                         const Dwreloc_Relocatable* place,
                         Dwreloc_Scopes* scopes) try {
  DWRELOC_NOT_NULL(module, place, scopes);
  Clear(scopes);
  DWRELOC_VALUE(place, Unwrap(module));
  const absl::StatusOr<std::optional<ScopeChain>> chain =
      ScopeChain::At(Unwrap(module), PcOf(Unwrap(module), *place));
  if (!chain.ok()) return Fail(Unwrap(module), chain.status());
  if (!chain->has_value()) return NothingAt(Unwrap(module), *place);
  Emplace(scopes, **chain);
  return 1;
} catch (...) {
  return FailCaught();
}

int dwreloc_scopes_next(Dwreloc_Scopes* scopes, Dwreloc_Die* scope) try {
  DWRELOC_NOT_NULL(scopes, scope);
  *scope = {};
  ScopeChain* chain = In<ScopeChain>(scopes);
  DWRELOC_BEGUN(chain, scopes);
  const absl::StatusOr<std::optional<Die>> next = chain->Next();
  if (!next.ok()) return FailAt(chain->unit(), next.status());
  if (!next->has_value()) return 0;
  *Unwrap(scope) = **next;
  return 1;
} catch (...) {
  return FailCaught();
}

int dwreloc_variables_begin(const Dwreloc_Die* scope,
                            const Dwreloc_Relocatable* place,
                            Dwreloc_Variables* variables) try {
  DWRELOC_NOT_NULL(scope, place, variables);
  Clear(variables);
  DWRELOC_FILLED(scope);
  const Die& die = Unwrap(scope);
  DWRELOC_VALUE(place, *die.unit);
  const Module& module = ModuleOf(die.unit->address_unit());
  const int nowhere = NothingAt(module, *place);
  if (nowhere < 0) return nowhere;
  if (!die.has_children) return 0;
  Emplace(variables, VariableReader(die, PcOf(module, *place)));
  return 1;
} catch (...) {
  return FailCaught();
}

int dwreloc_variables_next(Dwreloc_Variables* variables,
                           Dwreloc_Variable* variable) try {
  DWRELOC_NOT_NULL(variables, variable);
  *variable = {};
  VariableReader* reader = In<VariableReader>(variables);
  DWRELOC_BEGUN(reader, variables);
  Variable next;
  const absl::StatusOr<bool> result = reader->Next(&next);
  if (!result.ok()) return FailAt(reader->last(), result.status());
  if (!*result) return 0;
  Give(next, variable);
  return 1;
} catch (...) {
  return FailCaught();
}
