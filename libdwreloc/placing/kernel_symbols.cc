#include "placing/kernel_symbols.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "base/hash_map.h"
#include "base/text.h"

namespace dwreloc::internal {
namespace {

// The best of a name is the one with the greatest number.
int RankOf(const KernelSymbol& symbol) {
  const bool is_global = symbol.type >= 'A' && symbol.type <= 'Z';
  return (is_global ? 2 : 0) + (symbol.module.empty() ? 1 : 0);
}

struct Wanted {
  int rank = -1;
  uint64_t address = 0;
};

}  // namespace

std::optional<KernelSymbol> ParseKernelSymbol(std::string_view line) {
  KernelSymbol symbol;
  const std::optional<uint64_t> address = ParseHex(TakeWord(line));
  const std::string_view type = TakeWord(line);
  symbol.name = TakeWord(line);
  if (!address.has_value() || type.size() != 1 || symbol.name.empty()) {
    return std::nullopt;
  }
  symbol.address = *address;
  symbol.type = type.front();
  const std::string_view module = TakeWord(line);
  if (module.size() > 2 && module.front() == '[' && module.back() == ']') {
    symbol.module = module.substr(1, module.size() - 2);
  }
  return symbol;
}

absl::StatusOr<int> PlaceKernelSymbols(const SymbolTable& symbols,
                                       Resolver& resolver,
                                       std::string_view text) {
  HashMap<std::string_view, Wanted> wanted;
  const auto for_each_undefined = [&symbols](auto&& visit) {
    for (uint32_t i = 1; i < symbols.count(); ++i) {
      const Symbol symbol = symbols.Get(i);
      if (symbols.Place(i, symbol) != SymbolPlace::kUndefined) continue;
      visit(i, symbols.Name(symbol));
    }
  };
  for_each_undefined([&wanted](uint32_t, std::string_view name) {
    if (!name.empty()) wanted.try_emplace(name);
  });
  for (int number = 1; !text.empty(); ++number) {
    const std::string_view line = TakeLine(text);
    if (Trim(line).empty()) continue;
    const std::optional<KernelSymbol> symbol = ParseKernelSymbol(line);
    if (!symbol.has_value()) {
      return MakeError(ErrorCode::kInvalidArgument,
                       absl::StrCat("line ", number,
                                    " is not a symbol's address, type and "
                                    "name"));
    }
    const auto found = wanted.find(symbol->name);
    if (found == wanted.end() || symbol->address == 0 ||
        !resolver.IsAddress(symbol->address) ||
        RankOf(*symbol) <= found->second.rank) {
      continue;
    }
    found->second = {RankOf(*symbol), symbol->address};
  }
  int placed = 0;
  for_each_undefined([&](uint32_t index, std::string_view name) {
    const auto found = wanted.find(name);
    if (found == wanted.end() || found->second.rank < 0) return;
    resolver.PlaceSymbol(index, found->second.address);
    ++placed;
  });
  return placed;
}

}  // namespace dwreloc::internal
