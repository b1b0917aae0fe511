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

// Calls visit(const KernelSymbol&) for each symbol of the text.  The error
// names the line that is something else.
template <typename Visit>
absl::Status ForEachSymbol(std::string_view text, Visit&& visit) {
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
    visit(*symbol);
  }
  return absl::OkStatus();
}

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
  DWRELOC_RETURN_IF_ERROR(ForEachSymbol(text, [&](const KernelSymbol& symbol) {
    const auto found = wanted.find(symbol.name);
    if (found == wanted.end() || symbol.address == 0 ||
        !resolver.IsAddress(symbol.address) ||
        RankOf(symbol) <= found->second.rank) {
      return;
    }
    found->second = {RankOf(symbol), symbol.address};
  }));
  int placed = 0;
  for_each_undefined([&](uint32_t index, std::string_view name) {
    const auto found = wanted.find(name);
    if (found == wanted.end() || found->second.rank < 0) return;
    resolver.PlaceSymbol(index, found->second.address);
    ++placed;
  });
  return placed;
}

absl::StatusOr<std::unique_ptr<KernelSymbolIndex>> KernelSymbolIndex::Of(
    std::string_view text) {
  int count = 0;
  DWRELOC_RETURN_IF_ERROR(
      ForEachSymbol(text, [&count](const KernelSymbol& symbol) {
        if (symbol.address != 0) ++count;
      }));
  return std::unique_ptr<KernelSymbolIndex>(new KernelSymbolIndex(text, count));
}

std::optional<uint64_t> KernelSymbolIndex::Find(std::string_view name) const {
  const Symbols& symbols = symbols_.Get([this] {
    Symbols found;
    found.reserve(static_cast<size_t>(count_));
    // Of() has read it without an error.
    ForEachSymbol(text_, [&found](const KernelSymbol& symbol) {
      if (symbol.address == 0) return;
      const auto [at, is_new] = found.try_emplace(symbol.name, symbol);
      if (!is_new && RankOf(symbol) > RankOf(at->second)) at->second = symbol;
    }).IgnoreError();
    return found;
  });
  const auto found = symbols.find(name);
  if (found == symbols.end()) return std::nullopt;
  return found->second.address;
}

}  // namespace dwreloc::internal
