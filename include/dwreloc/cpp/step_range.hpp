// cpp/step_range.hpp - ranges over what is read step by step.
//
// A part of dwreloc.hpp, which is the header to include.
// Tested by tests/api/cpp_api_test.cc.
#ifndef DWRELOC_CPP_STEP_RANGE_HPP
#define DWRELOC_CPP_STEP_RANGE_HPP

#include <dwreloc/dwreloc.h>

#include <cstddef>
#include <dwreloc/cpp/error.hpp>
#include <iterator>
#include <ranges>
#include <type_traits>
#include <utility>

namespace dwreloc {

namespace detail {

// An input range over anything with `bool Next()`, which steps to an item and
// says whether there is one, and `const T& current()`.  The first step happens
// in begin(), which may be called once.
template <typename Stepper>
class StepRange : public std::ranges::view_base {
 public:
  class Iterator {
   public:
    using value_type =
        std::remove_cvref_t<decltype(std::declval<Stepper&>().current())>;
    using difference_type = std::ptrdiff_t;
    using iterator_concept = std::input_iterator_tag;

    Iterator() = default;
    explicit Iterator(StepRange* range) : range_(range) {}

    const value_type& operator*() const { return range_->stepper_.current(); }
    const value_type* operator->() const { return &range_->stepper_.current(); }
    Iterator& operator++() {
      range_->more_ = range_->stepper_.Next();
      return *this;
    }
    void operator++(int) { ++*this; }
    friend bool operator==(const Iterator& i, std::default_sentinel_t) {
      return i.AtEnd();
    }

   private:
    bool AtEnd() const { return range_ == nullptr || !range_->more_; }

    StepRange* range_ = nullptr;
  };

  explicit StepRange(Stepper stepper) : stepper_(std::move(stepper)) {}
  StepRange(StepRange&&) noexcept = default;
  StepRange& operator=(StepRange&&) noexcept = default;

  Iterator begin() {
    more_ = stepper_.Next();
    return Iterator(this);
  }
  std::default_sentinel_t end() const { return std::default_sentinel; }

  // The stepper, for reading without iterators: while (s.Next()) s.current().
  Stepper& stepper() { return stepper_; }

 private:
  Stepper stepper_;
  bool more_ = false;
};

}  // namespace detail

}  // namespace dwreloc

#endif  // DWRELOC_CPP_STEP_RANGE_HPP
