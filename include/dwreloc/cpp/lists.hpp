// cpp/lists.hpp - range and location lists.
//
// A part of dwreloc.hpp, which is the header to include.
// Tested by tests/api/cpp_api_test.cc.
#ifndef DWRELOC_CPP_LISTS_HPP
#define DWRELOC_CPP_LISTS_HPP

#include <dwreloc/dwreloc.h>

#include <cstdint>
#include <dwreloc/cpp/data.hpp>
#include <dwreloc/cpp/error.hpp>
#include <dwreloc/cpp/expression.hpp>
#include <dwreloc/cpp/relocatable.hpp>
#include <dwreloc/cpp/step_range.hpp>
#include <optional>
#include <span>

namespace dwreloc {

// Where an object lives: everywhere, or while pc is in a range.
struct Location {
  std::optional<Range> range;  // none: valid everywhere
  Expression expression;
};

// An entry of a list as stored: bases not applied, view pairs included.
class ListEntry {
 public:
  ListEntry() = default;
  explicit ListEntry(const Dwreloc_List_Entry& entry) : entry_(entry) {}

  const Dwreloc_List_Entry& raw() const { return entry_; }
  std::uint16_t kind() const { return entry_.kind; }  // DW_RLE_* or DW_LLE_*
  std::uint64_t offset() const { return entry_.offset; }
  std::uint64_t size() const { return entry_.size; }
  Relocatable first() const { return Relocatable(entry_.first); }
  Relocatable second() const { return Relocatable(entry_.second); }
  Expression expression() const { return Expression(entry_.expression); }
  std::span<const Operand> operands() const {
    return {entry_.operands, entry_.operand_count};
  }

 private:
  Dwreloc_List_Entry entry_{};
};

namespace detail {

inline int NextRangeOf(Dwreloc_List* list, Range* range) {
  Dwreloc_Relocatable begin, end;
  const int result = dwreloc_ranges_next(list, &begin, &end);
  if (result > 0) *range = {Relocatable(begin), Relocatable(end)};
  return result;
}

inline int NextLocationOf(Dwreloc_List* list, Location* location) {
  Dwreloc_Relocatable begin, end;
  Dwreloc_Expression expression;
  const int result = dwreloc_locations_next(list, &begin, &end, &expression);
  if (result <= 0) return result;
  location->expression = Expression(expression);
  location->range.reset();
  if (result == 1) location->range = {Relocatable(begin), Relocatable(end)};
  return result;
}

}  // namespace detail

using RangeList = detail::NextRange<detail::NextRangeOf, Range>;
using LocationList = detail::NextRange<detail::NextLocationOf, Location>;
using ListEntries = detail::NextRange<dwreloc_list_next, ListEntry>;
using Views = detail::NextRange<dwreloc_views_next, Dwreloc_View_Pair>;

}  // namespace dwreloc

#endif  // DWRELOC_CPP_LISTS_HPP
