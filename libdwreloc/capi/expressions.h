// Dwreloc_Expression, made and read: where it stands, and how.
// Tested by tests/api.

#ifndef LIBDWRELOC_CAPI_EXPRESSIONS_H_
#define LIBDWRELOC_CAPI_EXPRESSIONS_H_

#include "capi/handles.h"

namespace dwreloc::internal {

inline void GiveExpression(const Unit& unit, const SectionView& view,
                           uint64_t offset, uint64_t size,
                           Dwreloc_Expression* expression) {
  *expression = {};
  expression->unit = Wrap(&unit);
  expression->bytes = view.bytes.data() + offset;
  expression->size = size;
  expression->offset = offset;
  expression->section = view.index;
}

inline const Module& ModuleOf(const Dwreloc_Expression& expression) {
  return expression.unit != nullptr ? ModuleOf(Unwrap(expression.unit))
                                    : Unwrap(expression.module);
}

// The section an expression stands in.
inline const absl::StatusOr<SectionView>& ViewOf(
    const Dwreloc_Expression& expression) {
  return ModuleOf(expression).sections().View(expression.section);
}

// How its operands are stored.
inline Encoding EncodingOf(const Dwreloc_Expression& expression) {
  if (expression.unit != nullptr) return Unwrap(expression.unit).encoding();
  return {.address_size = expression.address_size,
          .format =
              expression.offset_size == 8 ? Format::kDwarf64 : Format::kDwarf32,
          .version = expression.version};
}

}  // namespace dwreloc::internal

#endif  // LIBDWRELOC_CAPI_EXPRESSIONS_H_
