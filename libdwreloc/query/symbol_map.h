// Symbols by place and by name (gABI ch. 4 "Symbol Table").
//
// Each of the indexes is made on first use.  The symbol table of a file may
// name a place several times (aliases), and one name may belong to many places:
// two static functions called `init` are usual in the kernel.
// Tested by tests/unit/query/symbol_map_test.cc.

#ifndef LIBDWRELOC_QUERY_SYMBOL_MAP_H_
#define LIBDWRELOC_QUERY_SYMBOL_MAP_H_

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "base/lazy.h"
#include "elf/elf_file.h"
#include "elf/symbols.h"
#include "query/place_map.h"
#include "reloc/reloc_value.h"

namespace dwreloc::internal {

// Borrows the file and its symbols.  Thread-safe.
class SymbolMap {
 public:
  struct Found {
    uint32_t symbol = 0;
    uint64_t offset = 0;  // bytes from the symbol to the place
  };

  SymbolMap(const ElfFile& file, const SymbolTable& symbols)
      : file_(file), symbols_(symbols) {}

  // The function, object or label that a place belongs to: of those whose
  // st_size covers it, the one that begins last; else the symbol without a size
  // that is the last one before it in its section.  If several begin there:
  // those with a size, then functions and objects, then global ones, then weak
  // ones, then the first.
  std::optional<Found> At(const RelocValue& place) const;

  // The first symbol at or after index `from` with that name, or kNoSymbol.
  uint32_t Find(std::string_view name, uint32_t from) const;

  // How many symbols have that name, that size and are in that section, and the
  // first of them.  Any size if it is 0, any section if it is kNoSection.
  struct Matches {
    uint32_t count = 0;
    uint32_t first = kNoSymbol;
  };
  Matches Match(std::string_view name, uint64_t size, uint32_t section) const;

  // The first symbol at or after index `from`, other than `symbol`, that names
  // the place where that one begins, or kNoSymbol.
  uint32_t FindAlias(uint32_t symbol, uint32_t from) const;

 private:
  struct Places {
    std::vector<uint32_t> symbols;  // by the number that the map gives
    std::vector<uint64_t> begins;   // the same
    PlaceMap map;
  };
  struct HashedName {
    uint32_t hash;
    uint32_t symbol;
    auto operator<=>(const HashedName&) const = default;
  };

  // Where a symbol that names a place begins.
  struct Beginning {
    uint32_t section;
    uint64_t begin;
    uint32_t symbol;
    auto operator<=>(const Beginning&) const = default;
  };

  static uint32_t HashOf(std::string_view name);
  Places FindPlaces() const;
  std::vector<HashedName> HashNames() const;
  std::vector<Beginning> FindBeginnings() const;

  const ElfFile& file_;
  const SymbolTable& symbols_;
  Lazy<Places> places_;
  Lazy<std::vector<HashedName>> names_;      // sorted
  Lazy<std::vector<Beginning>> beginnings_;  // sorted
};

}  // namespace dwreloc::internal

#endif  // LIBDWRELOC_QUERY_SYMBOL_MAP_H_
