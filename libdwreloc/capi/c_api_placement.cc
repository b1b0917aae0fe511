// Where sections and symbols are: forwards.
// Tested by tests/api.

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "capi/arguments.h"
#include "placing/kernel_symbols.h"
#include "placing/place.h"
#include "placing/section_addresses.h"

namespace dwreloc::internal {
namespace {

constexpr char kIsLinked[] =
    "is of a linked file, whose symbols have addresses already";
constexpr char kIsNotLoaded[] = "is no section that is loaded";
constexpr char kTooLarge[] = "does not fit into 32 bits, as the file's do";

// The number, or the failure.
int Give(const Dwreloc_Module* module, const absl::StatusOr<int>& placed) {
  return placed.ok() ? *placed : Fail(module, placed.status());
}

}  // namespace
}  // namespace dwreloc::internal

using namespace dwreloc::internal;  // NOLINT: the C API is global

int dwreloc_set_callbacks(Dwreloc_Module* module,
                          const Dwreloc_Callbacks* callbacks) try {
  DWRELOC_NOT_NULL(module);
  if (callbacks == nullptr) {
    Unwrap(module).SetOracle(nullptr);
    return DWRELOC_OK;
  }
  DWRELOC_EXPECT(HasKnownSize(*callbacks), callbacks, kSizeIsTooSmall);
  Unwrap(module).SetOracle(
      std::make_unique<CallbackOracle>(Unwrap(module), KnownPart(*callbacks)));
  return DWRELOC_OK;
} catch (...) {
  return FailCaught();
}

int dwreloc_place(Dwreloc_Module* module, const char* section,
                  uint64_t address) try {
  DWRELOC_NOT_NULL(module, section);
  Resolver& resolver = Unwrap(module).resolver();
  DWRELOC_EXPECT(resolver.IsAddress(address), address, kTooLarge);
  const NamedSections sections =
      PlaceSections(Unwrap(module).file(), resolver, section, address);
  if (sections.found == 0) {
    return Fail(module, MakeError(ErrorCode::kNotFound,
                                  std::string("no section named ") + section));
  }
  DWRELOC_EXPECT(sections.placed != 0, section, kIsNotLoaded);
  return sections.with_bytes > 1 ? sections.with_bytes : DWRELOC_OK;
} catch (...) {
  return FailCaught();
}

int dwreloc_place_section(Dwreloc_Module* module, uint32_t index,
                          uint64_t address) try {
  DWRELOC_NOT_NULL(module);
  if (index >= Unwrap(module).file().section_count()) {
    return Fail(module, ErrorCode::kNotFound, "no section of that index");
  }
  Resolver& resolver = Unwrap(module).resolver();
  DWRELOC_EXPECT(resolver.IsPlaceable(index), index, kIsNotLoaded);
  DWRELOC_EXPECT(resolver.IsAddress(address), address, kTooLarge);
  resolver.PlaceSection(index, Answer::kPlaced, address);
  return DWRELOC_OK;
} catch (...) {
  return FailCaught();
}

int dwreloc_place_absent(Dwreloc_Module* module, uint32_t index) try {
  DWRELOC_NOT_NULL(module);
  if (index >= Unwrap(module).file().section_count()) {
    return Fail(module, ErrorCode::kNotFound, "no section of that index");
  }
  DWRELOC_EXPECT(Unwrap(module).resolver().IsPlaceable(index), index,
                 kIsNotLoaded);
  Unwrap(module).resolver().PlaceSection(index, Answer::kAbsent, 0);
  return DWRELOC_OK;
} catch (...) {
  return FailCaught();
}

int dwreloc_overlap(const Dwreloc_Module* module, uint32_t* first,
                    uint32_t* second) try {
  DWRELOC_NOT_NULL(module, first, second);
  const auto found = Unwrap(module).resolver().FindOverlap();
  if (!found.has_value()) return 0;
  *first = found->first;
  *second = found->second;
  return 1;
} catch (...) {
  return FailCaught();
}

int dwreloc_locate(const Dwreloc_Module* module, uint64_t address,
                   Dwreloc_Relocatable* value) try {
  DWRELOC_NOT_NULL(module, value);
  *value = {};
  const Resolver& resolver = Unwrap(module).resolver();
  // A linked file is where it says until something of it is moved.
  if (!Unwrap(module).file().is_relocatable() && !resolver.HasPlaces()) {
    *value = Wrap(Unwrap(module), RelocValue::Constant(address));
    return 1;
  }
  const std::optional<RelocValue> found = resolver.Locate(address);
  if (!found.has_value()) return 0;
  *value = Wrap(Unwrap(module), *found);
  return 1;
} catch (...) {
  return FailCaught();
}

int dwreloc_address_of(const Dwreloc_Relocatable* place,
                       uint64_t* address) try {
  DWRELOC_NOT_NULL(place, address);
  DWRELOC_VALUE(place);
  if (place->module == nullptr ||
      Unwrap(place->module).file().is_relocatable() ||
      !Unwrap(place->module).resolver().HasPlaces()) {
    return dwreloc_relocatable_address(place, address);
  }
  const absl::StatusOr<uint64_t> found =
      Unwrap(place->module).resolver().AddressOf(Unwrap(*place));
  if (!found.ok()) return Fail(place->module, found.status());
  *address = *found;
  return DWRELOC_OK;
} catch (...) {
  return FailCaught();
}

int dwreloc_place_segment(Dwreloc_Module* module, uint32_t index,
                          uint64_t address) try {
  DWRELOC_NOT_NULL(module);
  DWRELOC_EXPECT(Unwrap(module).resolver().IsAddress(address), address,
                 kTooLarge);
  const absl::StatusOr<int> placed = PlaceSegment(
      Unwrap(module).file(), Unwrap(module).resolver(), index, address);
  return Give(module, placed);
} catch (...) {
  return FailCaught();
}

int dwreloc_place_symbol(Dwreloc_Module* module, const char* name,
                         uint64_t address) try {
  DWRELOC_NOT_NULL(module, name);
  DWRELOC_EXPECT(Unwrap(module).file().is_relocatable(), module, kIsLinked);
  DWRELOC_EXPECT(Unwrap(module).resolver().IsAddress(address), address,
                 kTooLarge);
  const int placed = PlaceSymbols(Unwrap(module).symbols(),
                                  Unwrap(module).resolver(), name, address);
  if (placed != 0) return DWRELOC_OK;
  return Fail(module, MakeError(ErrorCode::kNotFound,
                                std::string("no undefined symbol ") + name));
} catch (...) {
  return FailCaught();
}

int dwreloc_place_offline(Dwreloc_Module* module, uint64_t base,
                          uint64_t* end) try {
  DWRELOC_NOT_NULL(module);
  const uint64_t last =
      PlaceOffline(Unwrap(module).file(), Unwrap(module).resolver(), base);
  if (end != nullptr) *end = last;
  return DWRELOC_OK;
} catch (...) {
  return FailCaught();
}

int dwreloc_place_from_text(Dwreloc_Module* module, const char* text,
                            size_t size) try {
  DWRELOC_NOT_NULL(module, text);
  const absl::StatusOr<std::vector<NamedAddress>> addresses =
      ParseAddresses(std::string_view(text, size));
  if (!addresses.ok()) return Fail(module, addresses.status());
  return Give(module, PlaceAddresses(Unwrap(module).file(),
                                     Unwrap(module).resolver(), *addresses));
} catch (...) {
  return FailCaught();
}

int dwreloc_place_from_directory(Dwreloc_Module* module, const char* path) try {
  DWRELOC_NOT_NULL(module, path);
  return Give(module, PlaceFromDirectory(Unwrap(module).file(),
                                         Unwrap(module).resolver(), path));
} catch (...) {
  return FailCaught();
}

int dwreloc_place_symbols_from_text(Dwreloc_Module* module, const char* text,
                                    size_t size) try {
  DWRELOC_NOT_NULL(module, text);
  DWRELOC_EXPECT(Unwrap(module).file().is_relocatable(), module, kIsLinked);
  return Give(module, PlaceKernelSymbols(Unwrap(module).symbols(),
                                         Unwrap(module).resolver(),
                                         std::string_view(text, size)));
} catch (...) {
  return FailCaught();
}

int dwreloc_forget_places(Dwreloc_Module* module) try {
  DWRELOC_NOT_NULL(module);
  Unwrap(module).resolver().Forget();
  return DWRELOC_OK;
} catch (...) {
  return FailCaught();
}
