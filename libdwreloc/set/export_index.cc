#include "set/export_index.h"

#include <elf.h>

namespace dwreloc::internal {

void ExportIndex::Add(uint32_t module, const SymbolTable& symbols) {
  constexpr std::string_view kExport = "__ksymtab_";
  HashSet<std::string_view> exported;
  for (uint32_t i = 1; i < symbols.count(); ++i) {
    const std::string_view name = symbols.Name(symbols.Get(i));
    if (name.starts_with(kExport)) exported.insert(name.substr(kExport.size()));
  }
  for (uint32_t i = 1; i < symbols.count(); ++i) {
    const Symbol symbol = symbols.Get(i);
    const SymbolPlace place = symbols.Place(i, symbol);
    const bool is_defined =
        place == SymbolPlace::kSection || place == SymbolPlace::kAbsolute;
    if (!is_defined || symbol.binding == STB_LOCAL) continue;
    const std::string_view name = symbols.Name(symbol);
    // What each module has of its own.
    if (name.empty() || name.starts_with(kExport) || name == "init_module" ||
        name == "cleanup_module" || name == "__this_module") {
      continue;
    }
    const bool is_exported = exported.contains(name);
    const auto [at, is_new] = definitions_.try_emplace(
        std::string(name),
        Definition{.place = {module, i}, .is_exported = is_exported});
    if (is_new) continue;
    Definition& known = at->second;
    if (is_exported == known.is_exported) {
      known.is_ambiguous = true;
    } else if (is_exported) {
      known = {.place = {module, i}, .is_exported = true};
    }
  }
}

std::optional<ExportIndex::Place> ExportIndex::Find(std::string_view name,
                                                    uint32_t asker) const {
  const auto found = definitions_.find(std::string(name));
  if (found == definitions_.end() || found->second.is_ambiguous ||
      found->second.place.module == asker) {
    return std::nullopt;
  }
  return found->second.place;
}

}  // namespace dwreloc::internal
