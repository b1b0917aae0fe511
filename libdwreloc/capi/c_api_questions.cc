// Questions about places: forwards.
// Tested by tests/api.

#include <optional>

#include "capi/arguments.h"
#include "query/call_chain.h"
#include "query/function_name.h"
#include "query/questions.h"
#include "query/type_size.h"

namespace dwreloc::internal {
namespace {

// The code of a datum that a frame lacks; dwreloc_error tells more.
int32_t CodeOf(const CallChain& chain, const absl::Status& status) {
  return status.ok() ? DWRELOC_OK : FailAt(chain.unit(), status);
}

void Give(const CallChain& chain, const CallFrame& frame,
          Dwreloc_Frame* given) {
  if (frame.die.has_value()) *Unwrap(&given->die) = *frame.die;
  given->name = frame.name.name.data();
  given->linkage_name = frame.name.linkage_name.data();
  given->path = frame.place.path;
  given->line_table =
      frame.place.table == nullptr ? nullptr : Wrap(frame.place.table);
  given->file = frame.place.file;
  given->line = frame.place.line;
  given->column = frame.place.column;
  given->discriminator = frame.place.discriminator;
  given->is_inlined = frame.is_inlined ? 1 : 0;
  given->name_error = CodeOf(chain, frame.name.status);
  given->place_error = CodeOf(chain, frame.place_status);
}

}  // namespace
}  // namespace dwreloc::internal

using namespace dwreloc::internal;  // NOLINT: the C API is global

int dwreloc_frames_begin(const Dwreloc_Module* module,
                         const Dwreloc_Relocatable* place,
                         Dwreloc_Frames* frames) try {
  DWRELOC_NOT_NULL(module, place, frames);
  Clear(frames);
  DWRELOC_VALUE(place, Unwrap(module));
  const absl::StatusOr<std::optional<CallChain>> chain =
      CallChain::At(Unwrap(module), PcOf(Unwrap(module), *place));
  if (!chain.ok()) return Fail(Unwrap(module), chain.status());
  if (!chain->has_value()) return NothingAt(Unwrap(module), *place);
  Emplace(frames, **chain);
  return 1;
} catch (...) {
  return FailCaught();
}

int dwreloc_frames_next(Dwreloc_Frames* frames, Dwreloc_Frame* frame) try {
  DWRELOC_NOT_NULL(frames, frame);
  *frame = {};
  CallChain* chain = In<CallChain>(frames);
  DWRELOC_BEGUN(chain, frames);
  CallFrame next;
  if (!chain->Next(&next)) return 0;
  Give(*chain, next, frame);
  return 1;
} catch (...) {
  return FailCaught();
}

int dwreloc_function_at(const Dwreloc_Module* module,
                        const Dwreloc_Relocatable* place,
                        Dwreloc_Die* die) try {
  DWRELOC_NOT_NULL(module, place, die);
  *die = {};
  DWRELOC_VALUE(place, Unwrap(module));
  const absl::StatusOr<std::optional<CallChain>> chain =
      CallChain::At(Unwrap(module), PcOf(Unwrap(module), *place));
  if (!chain.ok()) return Fail(Unwrap(module), chain.status());
  if (!chain->has_value()) return NothingAt(Unwrap(module), *place);
  const absl::StatusOr<std::optional<Die>> function = (*chain)->Function();
  if (!function.ok()) return FailAt((*chain)->unit(), function.status());
  if (!function->has_value()) return 0;
  *Unwrap(die) = **function;
  return 1;
} catch (...) {
  return FailCaught();
}

int dwreloc_variable_at(const Dwreloc_Module* module,
                        const Dwreloc_Relocatable* place, uint32_t number,
                        Dwreloc_Die* die, uint64_t* offset) try {
  DWRELOC_NOT_NULL(module, place, die, offset);
  *die = {};
  DWRELOC_VALUE(place, Unwrap(module));
  const VariableMap& variables = Questions::Of(Unwrap(module)).variables();
  const RelocValue at = PcOf(Unwrap(module), *place);
  const std::optional<VariableMap::Found> found = variables.Find(at, number);
  if (!found.has_value()) {
    if (number > 0 && variables.Find(at, 0).has_value()) return 0;
    if (!variables.status().ok()) {
      return FailAt(*variables.status_unit(), variables.status());
    }
    return NothingAt(Unwrap(module), *place);
  }
  const absl::StatusOr<std::optional<Die>> read =
      ReadDie(*found->unit, found->die);
  if (!read.ok()) return FailAt(*found->unit, read.status());
  if (!read->has_value()) return 0;
  *Unwrap(die) = **read;
  *offset = found->offset;
  return 1;
} catch (...) {
  return FailCaught();
}

int dwreloc_die_name(const Dwreloc_Die* die, const char** name,
                     const char** linkage_name) try {
  DWRELOC_NOT_NULL(die);
  if (name != nullptr) *name = nullptr;
  if (linkage_name != nullptr) *linkage_name = nullptr;
  DWRELOC_FILLED(die);
  const FunctionName found = FunctionNameOf(Unwrap(die));
  if (name != nullptr) *name = found.name.data();
  if (linkage_name != nullptr) *linkage_name = found.linkage_name.data();
  if (!found.status.ok()) return FailAt(Unwrap(die), found.status);
  return found.name.data() != nullptr || found.linkage_name.data() != nullptr;
} catch (...) {
  return FailCaught();
}

int dwreloc_byte_size(const Dwreloc_Die* die, uint64_t* size) try {
  DWRELOC_NOT_NULL(die, size);
  DWRELOC_FILLED(die);
  const TypeSizes::Size found = TypeSizes().Of(Unwrap(die));
  if (!found.ok()) return FailAt(Unwrap(die), found.status());
  if (!found->has_value()) return 0;
  *size = **found;
  return 1;
} catch (...) {
  return FailCaught();
}
