// cpp/links.hpp - indexes of package files, and links to other files.
//
// A part of dwreloc.hpp, which is the header to include.
// Tested by tests/api/cpp_api_test.cc.
#ifndef DWRELOC_CPP_LINKS_HPP
#define DWRELOC_CPP_LINKS_HPP

#include <dwreloc/dwreloc.h>

#include <cstdint>
#include <dwreloc/cpp/error.hpp>
#include <optional>
#include <vector>

namespace dwreloc {

using UnitContribution = Dwreloc_Unit_Contribution;
using Link = Dwreloc_Link;

// A .debug_cu_index or .debug_tu_index.
class UnitIndex {
 public:
  explicit UnitIndex(const Dwreloc_Unit_Index& index) : index_(index) {}

  const Dwreloc_Unit_Index& raw() const { return index_; }
  // The row of a signature.
  std::optional<std::uint32_t> Find(std::uint64_t signature) const {
    std::uint32_t row = 0;
    if (detail::Check(dwreloc_unit_index_find(&index_, signature, &row)) == 0)
      return std::nullopt;
    return row;
  }
  // What the unit of a row, 1 to raw().unit_count, has of each section.
  std::vector<UnitContribution> contributions(std::uint32_t row) const {
    std::vector<UnitContribution> result;
    for (std::uint32_t i = 0; i < index_.section_count; ++i)
      detail::Check(dwreloc_unit_index_contribution(&index_, row, i,
                                                    &result.emplace_back()));
    return result;
  }

 private:
  Dwreloc_Unit_Index index_;
};

}  // namespace dwreloc

#endif  // DWRELOC_CPP_LINKS_HPP
