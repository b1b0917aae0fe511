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

class RangeStepper {
 public:
  RangeStepper() = default;  // no list, no ranges
  explicit RangeStepper(const Dwreloc_List& list) : list_(list), some_(true) {}
  bool Next() {
    if (!some_) return false;
    Dwreloc_Relocatable begin, end;
    if (Check(dwreloc_ranges_next(&list_, &begin, &end)) == 0) return false;
    current_ = {Relocatable(begin), Relocatable(end)};
    return true;
  }
  const Range& current() const { return current_; }

 private:
  Dwreloc_List list_{};
  bool some_ = false;
  Range current_;
};

class LocationStepper {
 public:
  explicit LocationStepper(const Dwreloc_List& list) : list_(list) {}
  bool Next() {
    Dwreloc_Relocatable begin, end;
    Dwreloc_Expression expression;
    const int found =
        Check(dwreloc_locations_next(&list_, &begin, &end, &expression));
    if (found == 0) return false;
    current_.expression = Expression(expression);
    current_.range.reset();
    if (found == 1) current_.range = {Relocatable(begin), Relocatable(end)};
    return true;
  }
  const Location& current() const { return current_; }

 private:
  Dwreloc_List list_;
  Location current_;
};

class ListEntryStepper {
 public:
  ListEntryStepper() = default;
  explicit ListEntryStepper(const Dwreloc_List& list)
      : list_(list), some_(true) {}
  bool Next() {
    if (!some_) return false;
    Dwreloc_List_Entry entry;
    if (Check(dwreloc_list_next(&list_, &entry)) == 0) return false;
    current_ = ListEntry(entry);
    return true;
  }
  const ListEntry& current() const { return current_; }

 private:
  Dwreloc_List list_{};
  bool some_ = false;
  ListEntry current_;
};

class ViewStepper {
 public:
  ViewStepper() = default;  // no views
  explicit ViewStepper(const Dwreloc_Views& views)
      : views_(views), some_(true) {}
  bool Next() {
    return some_ && Check(dwreloc_views_next(&views_, &current_)) > 0;
  }
  const Dwreloc_View_Pair& current() const { return current_; }

 private:
  Dwreloc_Views views_{};
  bool some_ = false;
  Dwreloc_View_Pair current_{};
};

}  // namespace detail

using RangeList = detail::StepRange<detail::RangeStepper>;
using LocationList = detail::StepRange<detail::LocationStepper>;
using ListEntries = detail::StepRange<detail::ListEntryStepper>;
using Views = detail::StepRange<detail::ViewStepper>;

}  // namespace dwreloc

#endif  // DWRELOC_CPP_LISTS_HPP
