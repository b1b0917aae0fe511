// imports.cc - see imports.h.
#include "dwreloc_compress/imports.h"

#include <algorithm>
#include <iterator>
#include <numeric>

namespace dwreloc_tools::compress {
namespace {

// A set as bits.
using Bits = std::vector<std::uint64_t>;

Bits BitsOf(const UnitSet& units, std::size_t word_count) {
  Bits bits(word_count, 0);
  for (const std::uint32_t unit : units)
    bits[unit / 64] |= std::uint64_t{1} << (unit % 64);
  return bits;
}

bool Has(const Bits& bits, std::uint32_t unit) {
  return (bits[unit / 64] >> (unit % 64) & 1) != 0;
}

}  // namespace

std::vector<Importers> NestImports(std::span<const UnitSet> sets,
                                   std::uint32_t unit_count) {
  // Of each set: the units that still import it themselves.
  struct Left {
    Bits bits;
    std::size_t count;
  };
  const std::size_t word_count = (unit_count + 63) / 64;
  std::vector<Left> left;
  for (const UnitSet& set : sets)
    left.push_back({BitsOf(set, word_count), set.size()});
  // The largest sets save most.
  std::vector<std::uint32_t> order(sets.size());
  std::iota(order.begin(), order.end(), 0u);
  std::ranges::stable_sort(order, [&](std::uint32_t a, std::uint32_t b) {
    return sets[a].size() > sets[b].size();
  });
  std::vector<Importers> result(sets.size());
  for (std::size_t i = 0; i < order.size(); ++i) {
    const UnitSet& importer = sets[order[i]];
    for (std::size_t k = 0; k < i && !importer.empty(); ++k) {
      Left& imported = left[order[k]];
      if (imported.count < importer.size() ||
          !std::ranges::all_of(importer, [&](std::uint32_t unit) {
            return Has(imported.bits, unit);
          }))
        continue;
      for (const std::uint32_t unit : importer)
        imported.bits[unit / 64] &= ~(std::uint64_t{1} << (unit % 64));
      imported.count -= importer.size();
      result[order[k]].sets.push_back(order[i]);
    }
  }
  for (std::size_t i = 0; i < sets.size(); ++i)
    std::ranges::copy_if(
        sets[i], std::back_inserter(result[i].units),
        [&](std::uint32_t unit) { return Has(left[i].bits, unit); });
  return result;
}

}  // namespace dwreloc_tools::compress
