// cpp/set.hpp - thousands of modules, opened one by one when they are needed.
//
// A part of dwreloc.hpp, which is the header to include.
// Tested by tests/api/cpp_api_test.cc.
#ifndef DWRELOC_CPP_SET_HPP
#define DWRELOC_CPP_SET_HPP

#include <dwreloc/dwreloc.h>

#include <cstddef>
#include <cstdint>
#include <dwreloc/cpp/callbacks.hpp>
#include <dwreloc/cpp/error.hpp>
#include <dwreloc/cpp/file_view.hpp>
#include <dwreloc/cpp/relocatable.hpp>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace dwreloc {

using SetEntry = Dwreloc_Set_Entry;

// A module of a set, and a place in it.
struct SetPlace {
  std::uint32_t module = 0;
  Relocatable place{};
};

class Set {
 public:
  Set() : set_(New()) {}

  const Dwreloc_Set* raw() const { return set_.get(); }
  Dwreloc_Set* raw() { return set_.get(); }

  std::uint32_t Add(const SetEntry& entry) {
    std::uint32_t index = 0;
    detail::Check(dwreloc_set_add(raw(), &entry, &index));
    return index;
  }
  // A module by its file alone.
  std::uint32_t AddFile(const std::string& path) {
    SetEntry entry{};
    entry.path = path.c_str();
    return Add(entry);
  }
  // These return how many were added.
  int AddDirectory(const std::string& path) {
    return detail::Check(dwreloc_set_add_directory(raw(), path.c_str()));
  }
  int AddLive(const std::string& root = "") {
    return detail::Check(dwreloc_set_add_live(raw(), root.c_str()));
  }
  void AddDebugDirectory(const std::string& path) {
    detail::Check(dwreloc_set_add_debug_directory(raw(), path.c_str()));
  }

  void AllowServers(bool allow) {
    detail::Check(dwreloc_set_allow_servers(raw(), allow ? 1 : 0));
  }

  // Those of every module of the set, open or not.
  void SetCallbacks(Callbacks callbacks) {
    auto holder =
        std::make_unique<detail::CallbackHolder>(std::move(callbacks));
    detail::Check(dwreloc_set_module_callbacks(raw(), holder->raw()));
    callbacks_ = std::move(holder);
  }
  void RemoveCallbacks() {
    detail::Check(dwreloc_set_module_callbacks(raw(), nullptr));
    callbacks_.reset();
  }
  // Symbols of the kernel, for all modules; returns how many have an address.
  int SymbolsFromText(std::string_view text) {
    return detail::Check(dwreloc_set_symbols_from_text(
        raw(), detail::DataOf(text), text.size()));
  }
  void SymbolsFromModules(bool use) {
    detail::Check(dwreloc_set_symbols_from_modules(raw(), use ? 1 : 0));
  }
  std::optional<std::uint32_t> FindBuildId(
      std::span<const std::uint8_t> build_id, std::uint32_t from = 0) const {
    std::uint32_t index = 0;
    if (detail::Check(dwreloc_set_find_build_id(
            raw(), build_id.data(), build_id.size(), from, &index)) == 0)
      return std::nullopt;
    return index;
  }

  std::uint32_t size() const { return dwreloc_set_count(raw()); }
  std::uint32_t opened() const { return dwreloc_set_opened(raw()); }
  SetEntry entry(std::uint32_t index) const {
    SetEntry entry;
    detail::Check(dwreloc_set_entry(raw(), index, &entry));
    return entry;
  }
  std::optional<std::uint32_t> Find(const char* name,
                                    std::uint32_t from = 0) const {
    std::uint32_t index = 0;
    if (detail::Check(dwreloc_set_find(raw(), name, from, &index)) == 0)
      return std::nullopt;
    return index;
  }
  // Opened now, if it was not before; the set keeps it open.
  FileView module(std::uint32_t index) const {
    Dwreloc_Module* module = nullptr;
    detail::Check(dwreloc_set_module(raw(), index, &module));
    return FileView(module);
  }
  std::optional<SetPlace> Locate(std::uint64_t address) const {
    SetPlace found;
    Dwreloc_Relocatable place;
    if (detail::Check(
            dwreloc_set_locate(raw(), address, &found.module, &place)) == 0)
      return std::nullopt;
    found.place = Relocatable(place);
    return found;
  }
  void Close(std::uint32_t index) {
    detail::Check(dwreloc_set_close(raw(), index));
  }

 private:
  struct Free {
    void operator()(Dwreloc_Set* set) const { dwreloc_set_free(set); }
  };
  static Dwreloc_Set* New() {
    Dwreloc_Set* set = nullptr;
    detail::Check(dwreloc_set_new(&set));
    return set;
  }

  // Before set_, so that it is destroyed after it.
  std::unique_ptr<detail::CallbackHolder> callbacks_;
  std::unique_ptr<Dwreloc_Set, Free> set_;
};

}  // namespace dwreloc

#endif  // DWRELOC_CPP_SET_HPP
