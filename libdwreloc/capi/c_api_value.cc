// Relocatable values and placement: forwards.
// Tested by tests/api.

#include <elf.h>

#include <algorithm>
#include <cstddef>
#include <cstring>

#include "capi/arguments.h"

namespace dwreloc::internal {
namespace {

// A number may be of no module.
bool AreOfOneModule(const Dwreloc_Relocatable& a,
                    const Dwreloc_Relocatable& b) {
  return a.module == b.module || a.module == nullptr || b.module == nullptr;
}

}  // namespace
}  // namespace dwreloc::internal

using namespace dwreloc::internal;  // NOLINT: the C API is global

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
  const Module& module = *value->module;
  if (value->symbol != DWRELOC_NO_SYMBOL &&
      value->symbol < module.symbols().count()) {
    info->symbol_index = value->symbol;
    info->symbol = DescribeSymbol(module, value->symbol);
    info->named = value->symbol != 0 && info->symbol.type != STT_SECTION;
  }
  switch (static_cast<RelocKind>(value->kind)) {
    case RelocKind::kSection:
    case RelocKind::kTls:
      info->addend -= static_cast<int64_t>(info->symbol.value);
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

int dwreloc_section_value(const Dwreloc_Module* module, uint32_t section,
                          uint64_t offset, int width,
                          Dwreloc_Relocatable* value) try {
  DWRELOC_NOT_NULL(module, value);
  *value = {};
  DWRELOC_EXPECT(width == 1 || width == 2 || width == 4 || width == 8, width,
                 "is not 1, 2, 4 or 8");
  const absl::StatusOr<SectionView>& view = module->sections().View(section);
  if (!view.ok()) return Fail(module, view.status());
  RelocCursor cursor(*view, offset);
  const RelocValue found = cursor.Value(width);
  if (!cursor.ok()) return Fail(module, cursor.status());
  *value = Wrap(*module, found);
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
  const absl::StatusOr<uint64_t> result =
      value->module->resolver().Resolve(Unwrap(*value));
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
      !value->module->file().is_64()) {
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

uint64_t dwreloc_relocatable_hash(const Dwreloc_Relocatable* value) {
  return value == nullptr ? 0 : HashPlace(Unwrap(*value));
}

int dwreloc_set_callbacks(Dwreloc_Module* module,
                          const Dwreloc_Callbacks* callbacks) try {
  DWRELOC_NOT_NULL(module);
  if (callbacks == nullptr) {
    module->resolver().SetOracle(nullptr);
    module->split_files().SetFinder(nullptr);
    return DWRELOC_OK;
  }
  // The first release's structure is the smallest there can be.
  DWRELOC_EXPECT(callbacks->size >= offsetof(Dwreloc_Callbacks, find_file),
                 callbacks, "has a `size` that is too small");
  Dwreloc_Callbacks known = {};
  std::memcpy(&known, callbacks, std::min(callbacks->size, sizeof(known)));
  module->oracle.set_callbacks(known);
  module->resolver().SetOracle(&module->oracle);
  module->split_files().SetFinder(&module->oracle);
  return DWRELOC_OK;
} catch (...) {
  return FailCaught();
}

int dwreloc_place(Dwreloc_Module* module, const char* section,
                  uint64_t address) try {
  DWRELOC_NOT_NULL(module, section);
  bool is_found = false;
  for (uint32_t i = 1; i < module->file().section_count(); ++i) {
    if (module->file().Name(i) != section) continue;
    module->resolver().PlaceSection(i, Answer::kPlaced, address);
    is_found = true;
  }
  if (is_found) return DWRELOC_OK;
  return Fail(module, MakeError(ErrorCode::kNotFound,
                                std::string("no section named ") + section));
} catch (...) {
  return FailCaught();
}

int dwreloc_place_section(Dwreloc_Module* module, uint32_t index,
                          uint64_t address) try {
  DWRELOC_NOT_NULL(module);
  if (index >= module->file().section_count()) {
    return Fail(module, ErrorCode::kNotFound, "no section of that index");
  }
  module->resolver().PlaceSection(index, Answer::kPlaced, address);
  return DWRELOC_OK;
} catch (...) {
  return FailCaught();
}

int dwreloc_place_absent(Dwreloc_Module* module, uint32_t index) try {
  DWRELOC_NOT_NULL(module);
  if (index >= module->file().section_count()) {
    return Fail(module, ErrorCode::kNotFound, "no section of that index");
  }
  module->resolver().PlaceSection(index, Answer::kAbsent, 0);
  return DWRELOC_OK;
} catch (...) {
  return FailCaught();
}

int dwreloc_place_symbol(Dwreloc_Module* module, const char* name,
                         uint64_t address) try {
  DWRELOC_NOT_NULL(module, name);
  bool is_found = false;
  for (uint32_t i = 1; i < module->symbols().count(); ++i) {
    const Symbol symbol = module->symbols().Get(i);
    if (module->symbols().Place(i, symbol) != SymbolPlace::kUndefined ||
        module->symbols().Name(symbol) != name) {
      continue;
    }
    module->resolver().PlaceSymbol(i, address);
    is_found = true;
  }
  if (is_found) return DWRELOC_OK;
  return Fail(module, MakeError(ErrorCode::kNotFound,
                                std::string("no undefined symbol ") + name));
} catch (...) {
  return FailCaught();
}

int dwreloc_place_offline(Dwreloc_Module* module, uint64_t base,
                          uint64_t* end) try {
  DWRELOC_NOT_NULL(module);
  const uint64_t last = module->resolver().PlaceOffline(base);
  if (end != nullptr) *end = last;
  return DWRELOC_OK;
} catch (...) {
  return FailCaught();
}

int dwreloc_forget_places(Dwreloc_Module* module) try {
  DWRELOC_NOT_NULL(module);
  module->resolver().Forget();
  return DWRELOC_OK;
} catch (...) {
  return FailCaught();
}
