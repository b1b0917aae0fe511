// cpp/step_range.hpp - ranges over what is read step by step.
//
// A part of dwreloc.hpp, which is the header to include.
// Tested by tests/api/cpp_steps_test.cc.
#ifndef DWRELOC_CPP_STEP_RANGE_HPP
#define DWRELOC_CPP_STEP_RANGE_HPP

#include <dwreloc/dwreloc.h>

#include <concepts>
#include <cstddef>
#include <dwreloc/cpp/error.hpp>
#include <functional>
#include <iterator>
#include <ranges>
#include <type_traits>
#include <utility>

namespace dwreloc {

namespace detail {

// What a step has led to.
enum class Step {
  kEnd,
  kItem,
  kError,       // the stepper's error() says which
  kErrorInItem  // the same; current() is what comes before it
};

// What a function of the form int(Reader*, Out*) reads with, and fills.
template <typename Function>
struct NextFunction;
template <typename ReaderType, typename OutType>
struct NextFunction<int (*)(ReaderType*, OutType*)> {
  using Reader = ReaderType;
  using Out = OutType;
};

// What comes after an error, as the comment of the function says.
enum class AfterError { kEnd, kMore };

// Steps by a function named _next of the C API, or one of that form: a positive
// number for an item, 0 at the end, negative for an error.
template <auto kNext, typename Item, AfterError kAfterError>
class Stepper {
  using Reader = typename NextFunction<decltype(kNext)>::Reader;
  using Out = typename NextFunction<decltype(kNext)>::Out;

 public:
  Stepper() = default;  // there is nothing to read
  explicit Stepper(const Reader& reader) : reader_(reader), has_begun_(true) {}

  Step Next() {
    if (!has_begun_) return Step::kEnd;
    int result;
    if constexpr (std::is_same_v<Out, Item>) {
      result = kNext(&reader_, &current_);
    } else {
      Out out;
      result = kNext(&reader_, &out);
      if (result > 0) current_ = Item(out);
    }
    if (result > 0) return Step::kItem;
    if (result == 0) return Step::kEnd;
    if (kAfterError == AfterError::kEnd) has_begun_ = false;
    return Step::kError;
  }
  const Item& current() const { return current_; }
  Error error() const { return Error::Last(); }

 private:
  Reader reader_{};
  bool has_begun_ = false;
  Item current_{};
};

// An input range over what a stepper reads.  The first step happens in begin(),
// which may be called once.
//
// An error is thrown, which ends a loop.  Two things go on with what can be
// read after it, as the C API does: another call of Next, and OnError.
template <typename StepperType>
class StepRange : public std::ranges::view_base {
 public:
  using value_type =
      std::remove_cvref_t<decltype(std::declval<StepperType&>().current())>;

  class Iterator {
   public:
    using value_type = StepRange::value_type;
    using difference_type = std::ptrdiff_t;
    using iterator_concept = std::input_iterator_tag;

    Iterator() = default;
    explicit Iterator(StepRange* range) : range_(range) {}

    const value_type& operator*() const { return range_->current(); }
    const value_type* operator->() const { return &range_->current(); }
    Iterator& operator++() {
      range_->Next();
      return *this;
    }
    void operator++(int) { ++*this; }
    friend bool operator==(const Iterator& i, std::default_sentinel_t) {
      return i.AtEnd();
    }

   private:
    bool AtEnd() const { return range_ == nullptr || !range_->has_item_; }

    StepRange* range_ = nullptr;
  };

  // From what its stepper is made of.
  template <typename... Arguments>
  explicit StepRange(const Arguments&... arguments) requires
      std::constructible_from<StepperType, const Arguments&...>
      : stepper_(arguments...) {}
  StepRange(StepRange&&) noexcept = default;
  StepRange& operator=(StepRange&&) noexcept = default;

  // The same range, which passes errors to `handle` instead of throwing them,
  // and goes on.  Lack of memory ends it.
  //
  //   for (const Arange& arange : file.aranges().OnError(complain)) ...
  StepRange OnError(std::function<void(const Error&)> handle) && {
    on_error_ = std::move(handle);
    return std::move(*this);
  }

  Iterator begin() {
    Next();
    return Iterator(this);
  }
  std::default_sentinel_t end() const { return std::default_sentinel; }

  // Reading without iterators: while (range.Next()) range.current().  After an
  // Error, Next may be called again.
  bool Next() {
    has_item_ = false;
    for (;;) {
      const Step step = stepper_.Next();
      if (step == Step::kEnd) return false;
      if (step == Step::kItem) break;
      if (!Handle()) return false;
      if (step == Step::kErrorInItem) break;
    }
    has_item_ = true;
    return true;
  }
  const value_type& current() const { return stepper_.current(); }

 private:
  // Returns true if reading can go on.
  bool Handle() {
    const Error error = stepper_.error();
    if (!on_error_) throw error;
    on_error_(error);
    // The reader has to be begun anew: each further step would fail.
    return error.code() != DWRELOC_E_NO_MEMORY &&
           error.code() != DWRELOC_E_INVALID_ARGUMENT;
  }

  StepperType stepper_;
  bool has_item_ = false;
  std::function<void(const Error&)> on_error_;
};

// The range over what such a function gives.
template <auto kNext, typename Item, AfterError kAfterError = AfterError::kEnd>
using NextRange = StepRange<Stepper<kNext, Item, kAfterError>>;

}  // namespace detail

}  // namespace dwreloc

#endif  // DWRELOC_CPP_STEP_RANGE_HPP
