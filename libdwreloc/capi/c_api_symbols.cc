// Symbols, by index, by name and by place: forwards.
// Tested by tests/api.

#include <optional>

#include "capi/arguments.h"
#include "query/questions.h"

using namespace dwreloc::internal;  // NOLINT: the C API is global

uint32_t dwreloc_symbol_count(const Dwreloc_Module* module) try {
  return module == nullptr ? 0 : Unwrap(module).symbols().count();
} catch (...) {
  (void)FailCaught();
  return 0;
}

int dwreloc_symbol(const Dwreloc_Module* module, uint32_t index,
                   Dwreloc_Symbol* symbol) try {
  DWRELOC_NOT_NULL(module, symbol);
  if (index >= Unwrap(module).symbols().count()) {
    return Fail(module, ErrorCode::kNotFound, "no symbol of that index");
  }
  *symbol = DescribeSymbol(Unwrap(module), index);
  return DWRELOC_OK;
} catch (...) {
  return FailCaught();
}

int dwreloc_section_symbol(const Dwreloc_Module* module, uint32_t section,
                           uint32_t* symbol) try {
  DWRELOC_NOT_NULL(module, symbol);
  if (section >= Unwrap(module).file().section_count()) {
    return Fail(module, ErrorCode::kNotFound, "no section of that index");
  }
  *symbol = Unwrap(module).symbols().SectionSymbol(section);
  return *symbol == kNoSymbol ? 0 : 1;
} catch (...) {
  return FailCaught();
}

int dwreloc_find_symbol(const Dwreloc_Module* module, const char* name,
                        uint32_t from, uint32_t* index) try {
  DWRELOC_NOT_NULL(module, name, index);
  const uint32_t found =
      Questions::Of(Unwrap(module)).symbols().Find(name, from);
  if (found == kNoSymbol) return 0;
  *index = found;
  return 1;
} catch (...) {
  return FailCaught();
}

int dwreloc_match_symbol(const Dwreloc_Module* module, const char* name,
                         uint64_t size, uint32_t section, uint32_t* index) try {
  DWRELOC_NOT_NULL(module, name, index);
  const SymbolMap::Matches matches =
      Questions::Of(Unwrap(module)).symbols().Match(name, size, section);
  if (matches.count > 0) *index = matches.first;
  return static_cast<int>(matches.count);
} catch (...) {
  return FailCaught();
}

int dwreloc_find_alias(const Dwreloc_Module* module, uint32_t symbol,
                       uint32_t from, uint32_t* index) try {
  DWRELOC_NOT_NULL(module, index);
  if (symbol >= Unwrap(module).symbols().count()) {
    return Fail(module, ErrorCode::kNotFound, "no symbol of that index");
  }
  const uint32_t found =
      Questions::Of(Unwrap(module)).symbols().FindAlias(symbol, from);
  if (found == kNoSymbol) return 0;
  *index = found;
  return 1;
} catch (...) {
  return FailCaught();
}

int dwreloc_symbol_at(const Dwreloc_Module* module,
                      const Dwreloc_Relocatable* place, uint32_t* index,
                      uint64_t* offset) try {
  DWRELOC_NOT_NULL(module, place, index, offset);
  DWRELOC_VALUE(place, Unwrap(module));
  const std::optional<SymbolMap::Found> found =
      Questions::Of(Unwrap(module)).symbols().At(PcOf(Unwrap(module), *place));
  if (!found.has_value()) return NothingAt(Unwrap(module), *place);
  *index = found->symbol;
  *offset = found->offset;
  return 1;
} catch (...) {
  return FailCaught();
}
