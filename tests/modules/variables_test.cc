// The variables at places of data in real modules, held against the symbols
// that the assembler wrote for them: name, first byte, size.
//
//   kernel_modules.py variables_test
//
// Paths of the modules come on standard input, one per line; every 20th is
// read.

#include <dwreloc/dwreloc.h>
#include <elf.h>

#include <cstdint>
#include <cstdio>
#include <dwreloc/dwreloc.hpp>
#include <iostream>
#include <optional>
#include <string>
#include <string_view>

namespace {

constexpr std::size_t kStep = 20;

struct Counts {
  std::uint64_t objects = 0;
  std::uint64_t told = 0;
  std::uint64_t failures = 0;
};

void Fail(const std::string& path, const dwreloc::Symbol& symbol,
          const char* what, Counts& counts) {
  if (++counts.failures > 20) return;
  std::printf("%s: %s: %s\n", path.c_str(), std::string(symbol.name()).c_str(),
              what);
}

// The compiler numbers static variables of functions: lasttime.2.
bool IsNamed(std::string_view symbol, std::string_view name) {
  return symbol.starts_with(name) &&
         (symbol.size() == name.size() || symbol[name.size()] == '.');
}

// Of the variables at its place the one of its name: gcc folds constants that
// are equal.
std::optional<dwreloc::Die> Named(const dwreloc::File& file,
                                  const dwreloc::Symbol& symbol) {
  for (std::uint32_t number = 0;; ++number) {
    const auto found = file.VariableAt(file.ValueOf(symbol.index(), 0), number);
    if (!found.has_value()) return std::nullopt;
    if (IsNamed(symbol.name(), found->first.name())) return found->first;
  }
}

void Check(const std::string& path, const dwreloc::File& file, Counts& counts) {
  for (const dwreloc::Symbol& symbol : file.symbols()) {
    if (symbol.type() != STT_OBJECT || symbol.size() == 0 ||
        !symbol.section().has_value())
      continue;
    ++counts.objects;
    const auto found = file.VariableAt(file.ValueOf(symbol.index(), 0));
    // Assemblers' objects have no DIE.
    if (!found.has_value()) continue;
    ++counts.told;
    const std::optional<dwreloc::Die> die = Named(file, symbol);
    // MODULE_DEVICE_TABLE makes an alias.
    if (!die.has_value() && !file.FindAlias(symbol).has_value())
      Fail(path, symbol, "another name", counts);
    if (found->second != 0)
      Fail(path, symbol, "another one has its place", counts);
    if (!die.has_value()) continue;
    const std::optional<std::uint64_t> size = die->byte_size();
    if (size.has_value() && *size > symbol.size())
      Fail(path, symbol, "another size", counts);
    const auto last = file.VariableAt(file.ValueOf(
        symbol.index(), static_cast<std::int64_t>(symbol.size()) - 1));
    if (!last.has_value() || last->second != symbol.size() - 1)
      Fail(path, symbol, "its last byte is not part of it", counts);
  }
}

}  // namespace

int main() {
  Counts counts;
  std::size_t number = 0;
  std::string path;
  while (std::getline(std::cin, path)) {
    if (number++ % kStep != 0) continue;
    try {
      Check(path, dwreloc::File(path), counts);
    } catch (const dwreloc::Error& error) {
      ++counts.failures;
      std::printf("%s: %s\n", path.c_str(), error.what());
    }
  }
  std::printf("%llu of %llu objects told\n",
              static_cast<unsigned long long>(counts.told),
              static_cast<unsigned long long>(counts.objects));
  const bool is_most = counts.told > counts.objects * 95 / 100;
  return counts.failures == 0 && counts.objects > 1000 && is_most ? 0 : 1;
}
