// cpp/symbol.hpp - the symbol table.
//
// A part of dwreloc.hpp, which is the header to include.
// Tested by tests/api/cpp_api_test.cc.
#ifndef DWRELOC_CPP_SYMBOL_HPP
#define DWRELOC_CPP_SYMBOL_HPP

#include <dwreloc/dwreloc.h>

#include <cstddef>
#include <cstdint>
#include <dwreloc/cpp/data.hpp>
#include <dwreloc/cpp/error.hpp>
#include <dwreloc/cpp/index_range.hpp>
#include <optional>
#include <string_view>

namespace dwreloc {

class Symbol {
 public:
  Symbol() = default;
  explicit Symbol(const Dwreloc_Symbol& symbol) : symbol_(symbol) {}

  const Dwreloc_Symbol& raw() const { return symbol_; }
  std::uint32_t index() const { return symbol_.index; }
  // A section symbol without a name has its section's.
  std::string_view name() const { return detail::View(symbol_.name); }
  std::uint64_t value() const { return symbol_.value; }  // st_value
  std::uint64_t size() const { return symbol_.size; }    // st_size
  std::uint8_t type() const { return symbol_.type; }     // STT_*
  std::uint8_t binding() const { return symbol_.binding; }
  std::uint8_t visibility() const { return symbol_.visibility; }
  std::uint16_t st_shndx() const { return symbol_.st_shndx; }
  // With SHN_XINDEX followed; none for SHN_UNDEF, SHN_ABS, SHN_COMMON, ...
  std::optional<std::uint32_t> section() const {
    if (symbol_.section == DWRELOC_NO_SECTION) return std::nullopt;
    return symbol_.section;
  }

 private:
  static constexpr Dwreloc_Symbol kNone = [] {
    Dwreloc_Symbol none{};
    none.section = DWRELOC_NO_SECTION;
    return none;
  }();
  Dwreloc_Symbol symbol_ = kNone;
};

// A symbol, and a place `offset` bytes after it.
struct SymbolPlace {
  Symbol symbol{};
  std::uint64_t offset = 0;
};

namespace detail {
struct SymbolTable {
  const Dwreloc_Module* module = nullptr;
  Symbol At(std::size_t index) const {
    Dwreloc_Symbol symbol;
    Check(dwreloc_symbol(module, static_cast<std::uint32_t>(index), &symbol));
    return Symbol(symbol);
  }
};
}  // namespace detail

// Random access by symbol table index; std::ranges::random_access_range.
using Symbols = detail::IndexRange<detail::SymbolTable, Symbol>;

}  // namespace dwreloc

#endif  // DWRELOC_CPP_SYMBOL_HPP
