// Expressions and registers as text: forwards.
// Tested by tests/api.

#include <string>

#include "capi/arguments.h"
#include "capi/expressions.h"
#include "dwarf/lists/expr_text.h"
#include "dwarf/register_names.h"

using namespace dwreloc::internal;  // NOLINT: the C API is global

int dwreloc_expression_text(const Dwreloc_Expression* expression, char* buffer,
                            size_t size) try {
  DWRELOC_NOT_NULL(expression);
  DWRELOC_EXPECT(buffer != nullptr || size == 0, buffer, "is NULL");
  if (size > 0) buffer[0] = '\0';
  DWRELOC_FILLED(expression);
  const Module& module = ModuleOf(*expression);
  const absl::StatusOr<SectionView>& view = ViewOf(*expression);
  if (!view.ok()) return Fail(module, view.status());
  std::string text;
  const absl::Status status = ExpressionText(
      {.sections = module.sections(),
       .unit =
           expression->unit != nullptr ? &Unwrap(expression->unit) : nullptr,
       .encoding = EncodingOf(*expression),
       .view = *view,
       .offset = expression->offset,
       .size = expression->size},
      &text);
  CopyText(text, buffer, size);
  if (!status.ok()) {
    return FailAt(module, {expression->section, expression->offset}, status);
  }
  return static_cast<int>(text.size());
} catch (...) {
  return FailCaught();
}

const char* dwreloc_register_name(const Dwreloc_Module* module,
                                  uint64_t number) {
  if (module == nullptr) return nullptr;
  return RegisterName(Unwrap(module).file().e_machine(), number);
}
