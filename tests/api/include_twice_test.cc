// The second source of cpp_api_test that includes dwreloc.hpp: what is not
// inline there fails to link.

#include <dwreloc/dwreloc.hpp>

std::size_t CountSymbolsElsewhere(const dwreloc::File& file) {
  std::size_t count = 0;
  for (const dwreloc::Symbol& symbol : file.symbols()) {
    count += symbol.name().data() != nullptr ? 1 : 0;
  }
  return count;
}
