// Relocatable values: forwards.
// Tested by tests/api.

#include <elf.h>

#include <cstring>
#include <optional>

#include "capi/arguments.h"
#include "reloc/evaluate.h"
#include "reloc/explain.h"

namespace dwreloc::internal {
namespace {

// A number may be of no module.
bool AreOfOneModule(const Dwreloc_Relocatable& a,
                    const Dwreloc_Relocatable& b) {
  return a.module == b.module || a.module == nullptr || b.module == nullptr;
}

// Of a value in a section, or of thread-local storage.
int64_t AddendOf(const Module& module, const Dwreloc_Relocatable& value) {
  if (value.symbol >= module.symbols().count()) {
    return static_cast<int64_t>(value.value);
  }
  const Symbol symbol = module.symbols().Get(value.symbol);
  const uint64_t addend = value.kind == DWRELOC_SECTION
                              ? module.symbols().AddendOf(
                                    symbol, {value.value, Unwrap(value).mode()})
                              : value.value - symbol.value;
  return static_cast<int64_t>(addend);
}

}  // namespace
}  // namespace dwreloc::internal

using namespace dwreloc::internal;  // NOLINT: the C API is global

int dwreloc_relocatable_number(uint64_t number,
                               Dwreloc_Relocatable* value) try {
  DWRELOC_NOT_NULL(value);
  const RelocValue constant = RelocValue::Constant(number);
  *value = {};
  std::memcpy(&value->value, &constant, sizeof(constant));
  return DWRELOC_OK;
} catch (...) {
  return FailCaught();
}

int dwreloc_relocatable_in_section(const Dwreloc_Module* module,
                                   uint32_t section, uint64_t offset,
                                   Dwreloc_Relocatable* value) try {
  DWRELOC_NOT_NULL(module, value);
  *value = {};
  if (section >= Unwrap(module).file().section_count()) {
    return Fail(module, ErrorCode::kNotFound, "no section of that index");
  }
  *value =
      Wrap(Unwrap(module),
           SectionValue(Unwrap(module).sections().context(), section, offset));
  return DWRELOC_OK;
} catch (...) {
  return FailCaught();
}

int dwreloc_relocatable_of_symbol(const Dwreloc_Module* module, uint32_t symbol,
                                  int64_t addend,
                                  Dwreloc_Relocatable* value) try {
  DWRELOC_NOT_NULL(module, value);
  *value = {};
  if (symbol != DWRELOC_NO_SYMBOL &&
      symbol >= Unwrap(module).symbols().count()) {
    return Fail(module, ErrorCode::kNotFound, "no symbol of that index");
  }
  *value = Wrap(Unwrap(module), SymbolValue(Unwrap(module).sections().context(),
                                            symbol, addend));
  return DWRELOC_OK;
} catch (...) {
  return FailCaught();
}

int dwreloc_relocatable_info(const Dwreloc_Relocatable* value,
                             Dwreloc_Relocatable_Info* info) try {
  DWRELOC_NOT_NULL(value, info);
  *info = {};
  DWRELOC_VALUE(value);
  info->kind = value->kind;
  info->symbol_index = DWRELOC_NO_SYMBOL;
  info->section_index = DWRELOC_NO_SECTION;
  info->minus_symbol_index = DWRELOC_NO_SYMBOL;
  info->address_index = DWRELOC_NO_ADDRESS_INDEX;
  info->addend = static_cast<int64_t>(value->value);
  if (value->module == nullptr) return DWRELOC_OK;
  const Module& module = Unwrap(value->module);
  if (value->symbol != DWRELOC_NO_SYMBOL &&
      value->symbol < module.symbols().count()) {
    info->symbol_index = value->symbol;
    info->symbol = DescribeSymbol(module, value->symbol);
    info->named = value->symbol != 0 && info->symbol.type != STT_SECTION;
  }
  switch (static_cast<RelocKind>(value->kind)) {
    case RelocKind::kSection:
      info->mode = static_cast<uint8_t>(Unwrap(*value).mode());
      [[fallthrough]];
    case RelocKind::kTls:
      info->addend = AddendOf(module, *value);
      if (value->section == DWRELOC_NO_SECTION) break;
      info->section_index = value->section;
      info->section = module.file().Name(value->section).data();
      info->section_offset = value->value;
      break;
    case RelocKind::kDifference:
      info->minus_symbol_index = value->detail;
      break;
    case RelocKind::kBad:
      info->reloc_type = value->detail;
      info->error = -static_cast<int>(value->error);
      if (Unwrap(*value).fault() == RelocFault::kOverlap) {
        // `value` is where the other record is.
        info->addend = 0;
        info->symbol_index = DWRELOC_NO_SYMBOL;
        info->symbol = {};
        info->named = 0;
      }
      if (info->error == DWRELOC_E_NO_SKELETON) {
        info->reloc_type = 0;
        info->address_index = value->detail;
      }
      break;
    case RelocKind::kConstant:
      // Section 0 is none: what a caller zeroed.
      if (value->section == 0 ||
          value->section >= module.file().section_count()) {
        break;
      }
      info->section_index = value->section;
      info->section = module.file().Name(value->section).data();
      info->section_offset = value->value;
      break;
    case RelocKind::kUndefined:
      break;
  }
  return DWRELOC_OK;
} catch (...) {
  return FailCaught();
}

int dwreloc_relocatable_why(const Dwreloc_Relocatable* value, char* buffer,
                            size_t size) try {
  DWRELOC_NOT_NULL(value);
  DWRELOC_EXPECT(buffer != nullptr || size == 0, buffer, "is NULL");
  DWRELOC_VALUE(value);
  std::string text;
  if (value->kind == DWRELOC_BAD && value->module != nullptr) {
    text =
        WhyNoNumber(Unwrap(value->module).sections().context(), Unwrap(*value));
  }
  CopyText(text, buffer, size);
  return static_cast<int>(text.size());
} catch (...) {
  return FailCaught();
}

int dwreloc_section_value(const Dwreloc_Module* module, uint32_t section,
                          uint64_t offset, int width,
                          Dwreloc_Relocatable* value) try {
  DWRELOC_NOT_NULL(module, value);
  *value = {};
  DWRELOC_EXPECT(width == 1 || width == 2 || width == 4 || width == 8, width,
                 "is not 1, 2, 4 or 8");
  const absl::StatusOr<SectionView>& view =
      Unwrap(module).sections().View(section);
  if (!view.ok()) return Fail(module, view.status());
  RelocCursor cursor(*view, offset);
  const RelocValue found = cursor.Value(width);
  if (!cursor.ok()) return Fail(module, cursor.status());
  *value = Wrap(Unwrap(module), found);
  return DWRELOC_OK;
} catch (...) {
  return FailCaught();
}

int dwreloc_relocatable_address(const Dwreloc_Relocatable* value,
                                uint64_t* address) try {
  DWRELOC_NOT_NULL(value, address);
  DWRELOC_VALUE(value);
  // Constants need no module, nor anybody's answer.
  if (value->kind == DWRELOC_CONSTANT) {
    *address = value->value;
    return DWRELOC_OK;
  }
  const RelocValue unwrapped = Unwrap(*value);
  const absl::StatusOr<uint64_t> result =
      Unwrap(value->module).resolver().Resolve(unwrapped);
  if (!result.ok() && unwrapped.is_bad()) {
    return Fail(
        value->module,
        NoNumber(Unwrap(value->module).sections().context(), unwrapped));
  }
  if (!result.ok()) return Fail(value->module, result.status());
  *address = *result;
  return DWRELOC_OK;
} catch (...) {
  return FailCaught();
}

int dwreloc_relocatable_add(Dwreloc_Relocatable* value, int64_t delta) try {
  DWRELOC_NOT_NULL(value);
  DWRELOC_VALUE(value);
  value->value += static_cast<uint64_t>(delta);
  if (value->kind == DWRELOC_CONSTANT && value->module != nullptr &&
      !Unwrap(value->module).file().is_64()) {
    value->value = ZeroExtend(value->value, 4);
  }
  return DWRELOC_OK;
} catch (...) {
  return FailCaught();
}

int dwreloc_relocatable_compare(const Dwreloc_Relocatable* a,
                                const Dwreloc_Relocatable* b, int* order) try {
  DWRELOC_NOT_NULL(a, b, order);
  DWRELOC_VALUE(a);
  DWRELOC_VALUE(b);
  DWRELOC_EXPECT(AreOfOneModule(*a, *b), b, "is of another module");
  const std::strong_ordering result = ComparePlace(Unwrap(*a), Unwrap(*b));
  *order = result < 0 ? -1 : result > 0 ? 1 : 0;
  return DWRELOC_OK;
} catch (...) {
  return FailCaught();
}

int dwreloc_relocatable_difference(const Dwreloc_Relocatable* a,
                                   const Dwreloc_Relocatable* b,
                                   int64_t* difference) try {
  DWRELOC_NOT_NULL(a, b, difference);
  DWRELOC_VALUE(a);
  DWRELOC_VALUE(b);
  DWRELOC_EXPECT(AreOfOneModule(*a, *b), b, "is of another module");
  const std::optional<int64_t> result = DifferenceOf(Unwrap(*a), Unwrap(*b));
  if (!result.has_value()) {
    return Fail(a->module, ErrorCode::kNotNumeric,
                "the values do not count from the same section or symbol");
  }
  *difference = *result;
  return DWRELOC_OK;
} catch (...) {
  return FailCaught();
}

int dwreloc_relocatable_in_range(const Dwreloc_Relocatable* pc,
                                 const Dwreloc_Relocatable* begin,
                                 const Dwreloc_Relocatable* end) try {
  DWRELOC_NOT_NULL(pc, begin, end);
  DWRELOC_VALUE(pc);
  DWRELOC_VALUE(begin);
  DWRELOC_VALUE(end);
  DWRELOC_EXPECT(AreOfOneModule(*pc, *begin), begin, "is of another module");
  DWRELOC_EXPECT(AreOfOneModule(*pc, *end), end, "is of another module");
  return IsInRange(Unwrap(*pc), Unwrap(*begin), Unwrap(*end)) ? 1 : 0;
} catch (...) {
  return FailCaught();
}

uint64_t dwreloc_relocatable_hash(const Dwreloc_Relocatable* value) {
  return value == nullptr ? 0 : HashPlace(Unwrap(*value));
}
