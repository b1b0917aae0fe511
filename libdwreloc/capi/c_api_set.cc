// Sets of modules: one-line forwards.
// Tested by tests/api.

#include <optional>
#include <string>
#include <utility>

#include "capi/arguments.h"
#include "set/module_set.h"

struct Dwreloc_Set {
  dwreloc::internal::ModuleSet set;
};

namespace dwreloc::internal {
namespace {

int NoModule() {
  return Fail(nullptr,
              MakeError(ErrorCode::kNotFound, "no module of that index"),
              nullptr);
}

const char* TextOr(const char* text, const char* fallback) {
  return text == nullptr ? fallback : text;
}

const char* NullIfEmpty(const std::string& text) {
  return text.empty() ? nullptr : text.c_str();
}

int CountOr(const absl::StatusOr<uint32_t>& count, const char* path) {
  return count.ok() ? static_cast<int>(*count)
                    : Fail(nullptr, count.status(), path);
}

}  // namespace
}  // namespace dwreloc::internal

using namespace dwreloc::internal;  // NOLINT: the C API is global

int dwreloc_set_new(Dwreloc_Set** set) try {
  DWRELOC_NOT_NULL(set);
  *set = nullptr;
  *set = new Dwreloc_Set();
  return DWRELOC_OK;
} catch (...) {
  return FailCaught();
}

void dwreloc_set_free(Dwreloc_Set* set) { delete set; }

int dwreloc_set_add(Dwreloc_Set* set, const Dwreloc_Set_Entry* entry,
                    uint32_t* index) try {
  DWRELOC_NOT_NULL(set, entry);
  DWRELOC_EXPECT(entry->name != nullptr || entry->path != nullptr, entry,
                 "has neither a name nor a path");
  DWRELOC_EXPECT(entry->build_id != nullptr || entry->build_id_size == 0, entry,
                 "has a `build_id_size` and no `build_id`");
  ModuleReport report;
  report.name = TextOr(entry->name, "");
  report.path = TextOr(entry->path, "");
  report.places = TextOr(entry->places, "");
  report.build_id.assign(entry->build_id,
                         entry->build_id + entry->build_id_size);
  report.begin = entry->begin;
  report.end = entry->end;
  report.slide = entry->slide;
  const uint32_t added = set->set.Add(std::move(report));
  if (index != nullptr) *index = added;
  return DWRELOC_OK;
} catch (...) {
  return FailCaught();
}

int dwreloc_set_add_directory(Dwreloc_Set* set, const char* path) try {
  DWRELOC_NOT_NULL(set, path);
  return CountOr(set->set.AddDirectory(path), path);
} catch (...) {
  return FailCaught();
}

int dwreloc_set_add_live(Dwreloc_Set* set, const char* root) try {
  DWRELOC_NOT_NULL(set, root);
  return CountOr(set->set.AddLive(root), nullptr);
} catch (...) {
  return FailCaught();
}

int dwreloc_set_add_debug_directory(Dwreloc_Set* set, const char* path) try {
  DWRELOC_NOT_NULL(set, path);
  set->set.directories().Add(path);
  return DWRELOC_OK;
} catch (...) {
  return FailCaught();
}

int dwreloc_set_allow_servers(Dwreloc_Set* set, int allow) try {
  DWRELOC_NOT_NULL(set);
  set->set.directories().AllowServers(allow != 0);
  return DWRELOC_OK;
} catch (...) {
  return FailCaught();
}

int dwreloc_set_module_callbacks(Dwreloc_Set* set,
                                 const Dwreloc_Callbacks* callbacks) try {
  DWRELOC_NOT_NULL(set);
  if (callbacks == nullptr) {
    set->set.SetOracles(nullptr);
    return DWRELOC_OK;
  }
  DWRELOC_EXPECT(HasKnownSize(*callbacks), callbacks, kSizeIsTooSmall);
  set->set.SetOracles([known = KnownPart(*callbacks)](const Module& module) {
    auto oracle = std::make_unique<CallbackOracle>(module, known);
    oracle->Opened(module);
    return oracle;
  });
  return DWRELOC_OK;
} catch (...) {
  return FailCaught();
}

int dwreloc_set_symbols_from_text(Dwreloc_Set* set, const char* text,
                                  size_t size) try {
  DWRELOC_NOT_NULL(set, text);
  absl::StatusOr<std::unique_ptr<KernelSymbolIndex>> symbols =
      KernelSymbolIndex::Of(std::string_view(text, size));
  if (!symbols.ok()) return Fail(nullptr, symbols.status());
  const int count = (*symbols)->count();
  set->set.SetKernelSymbols(*std::move(symbols));
  return count;
} catch (...) {
  return FailCaught();
}

int dwreloc_set_symbols_from_modules(Dwreloc_Set* set, int use) try {
  DWRELOC_NOT_NULL(set);
  set->set.SetUsesExports(use != 0);
  return DWRELOC_OK;
} catch (...) {
  return FailCaught();
}

int dwreloc_set_find_build_id(const Dwreloc_Set* set, const uint8_t* build_id,
                              size_t size, uint32_t from, uint32_t* index) try {
  DWRELOC_NOT_NULL(set, build_id, index);
  const uint32_t found = set->set.FindBuildId(Bytes(build_id, size), from);
  if (found >= set->set.count()) return 0;
  *index = found;
  return 1;
} catch (...) {
  return FailCaught();
}

uint32_t dwreloc_set_count(const Dwreloc_Set* set) {
  return set == nullptr ? 0 : set->set.count();
}

uint32_t dwreloc_set_opened(const Dwreloc_Set* set) {
  return set == nullptr ? 0 : set->set.opened();
}

int dwreloc_set_entry(const Dwreloc_Set* set, uint32_t index,
                      Dwreloc_Set_Entry* entry) try {
  DWRELOC_NOT_NULL(set, entry);
  *entry = {};
  if (index >= set->set.count()) return NoModule();
  const ModuleReport& report = set->set.report(index);
  entry->name = report.name.c_str();
  entry->path = NullIfEmpty(report.path);
  entry->places = NullIfEmpty(report.places);
  entry->build_id = report.build_id.empty() ? nullptr : report.build_id.data();
  entry->build_id_size = report.build_id.size();
  entry->begin = report.begin;
  entry->end = report.end;
  entry->slide = report.slide;
  return DWRELOC_OK;
} catch (...) {
  return FailCaught();
}

int dwreloc_set_find(const Dwreloc_Set* set, const char* name, uint32_t from,
                     uint32_t* index) try {
  DWRELOC_NOT_NULL(set, name, index);
  const uint32_t found = set->set.Find(name, from);
  if (found == set->set.count()) return 0;
  *index = found;
  return 1;
} catch (...) {
  return FailCaught();
}

int dwreloc_set_module(const Dwreloc_Set* set, uint32_t index,
                       Dwreloc_Module** module) try {
  DWRELOC_NOT_NULL(set, module);
  *module = nullptr;
  if (index >= set->set.count()) return NoModule();
  const absl::StatusOr<Module*> found = set->set.Get(index);
  if (!found.ok()) {
    return Fail(nullptr, found.status(),
                NullIfEmpty(set->set.report(index).path));
  }
  *module = Wrap(*found);
  return DWRELOC_OK;
} catch (...) {
  return FailCaught();
}

int dwreloc_set_locate(const Dwreloc_Set* set, uint64_t address,
                       uint32_t* index, Dwreloc_Relocatable* place) try {
  DWRELOC_NOT_NULL(set, index, place);
  *place = {};
  const auto found = set->set.Locate(address);
  if (!found.ok()) return Fail(nullptr, found.status(), nullptr);
  if (!found->has_value()) return 0;
  const absl::StatusOr<Module*> module = set->set.Get((*found)->first);
  if (!module.ok()) return Fail(nullptr, module.status(), nullptr);
  *index = (*found)->first;
  *place = Wrap(**module, (*found)->second);
  return 1;
} catch (...) {
  return FailCaught();
}

int dwreloc_set_close(Dwreloc_Set* set, uint32_t index) try {
  DWRELOC_NOT_NULL(set);
  if (index >= set->set.count()) return NoModule();
  set->set.Close(index);
  return DWRELOC_OK;
} catch (...) {
  return FailCaught();
}
