// imports.h - who imports which partial unit.
//
// A partial unit has what a set of units wants. Where a set is a part of
// another one, the unit for the smaller set imports the unit for the larger
// one, and its units need not.
//
// Tested by tests/compress/layout_test.cc and
// tests/fixtures/compressed_test.py.
#ifndef DWRELOC_TOOLS_DWRELOC_COMPRESS_IMPORTS_H_
#define DWRELOC_TOOLS_DWRELOC_COMPRESS_IMPORTS_H_

#include <cstdint>
#include <span>
#include <vector>

namespace dwreloc_tools::compress {

// Units, ascending.
using UnitSet = std::vector<std::uint32_t>;

// Of the partial unit for a set.
struct Importers {
  UnitSet units{};
  std::vector<std::uint32_t> sets{};  // by number: their partial units
};

// `unit_count`: more than any unit's number.
std::vector<Importers> NestImports(std::span<const UnitSet> sets,
                                   std::uint32_t unit_count);

}  // namespace dwreloc_tools::compress

#endif  // DWRELOC_TOOLS_DWRELOC_COMPRESS_IMPORTS_H_
