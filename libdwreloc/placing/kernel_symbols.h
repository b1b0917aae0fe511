// Addresses of a kernel's symbols, as /proc/kallsyms and System.map give them
// (kernel/kallsyms.c): what an undefined symbol of a module refers to.
//
// A line is "ADDRESS TYPE NAME", and "[MODULE]" after it where a module defines
// the symbol.  An upper-case TYPE is that of a global symbol.
// Tested by tests/unit/module/kernel_symbols_test.cc.

#ifndef LIBDWRELOC_PLACING_KERNEL_SYMBOLS_H_
#define LIBDWRELOC_PLACING_KERNEL_SYMBOLS_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/hash_map.h"
#include "base/lazy.h"
#include "base/status.h"
#include "elf/symbols.h"
#include "placing/resolver.h"

namespace dwreloc::internal {

struct KernelSymbol {
  uint64_t address = 0;
  char type = 0;  // as nm has it
  std::string_view name;
  std::string_view module;  // empty: the kernel itself
};

// Reads one line, without its end; nothing if it is something else.
std::optional<KernelSymbol> ParseKernelSymbol(std::string_view line);

// Places the undefined symbols that the text has; returns how many.  Of several
// of one name a global one is meant, rather of the kernel than of a module.
// Symbols at 0 are left out: /proc/kallsyms hides the addresses from whoever
// may not know them.  The error names the line that is something else.
absl::StatusOr<int> PlaceKernelSymbols(const SymbolTable& symbols,
                                       Resolver& resolver,
                                       std::string_view text);

// The symbols of such a text by name, for many modules.  The text is kept; its
// names are hashed when the first one is looked up.  Thread-safe.
class KernelSymbolIndex {
 public:
  // The error names the line that is something else.
  static absl::StatusOr<std::unique_ptr<KernelSymbolIndex>> Of(
      std::string_view text);

  // How many symbols have an address.
  int count() const { return count_; }
  // The address of the one that is meant, as above.
  std::optional<uint64_t> Find(std::string_view name) const;

 private:
  KernelSymbolIndex(std::string_view text, int count)
      : text_(text), count_(count) {}

  using Symbols = HashMap<std::string_view, KernelSymbol>;

  const std::string text_;
  const int count_;
  Lazy<Symbols> symbols_;
};

}  // namespace dwreloc::internal

#endif  // LIBDWRELOC_PLACING_KERNEL_SYMBOLS_H_
