// cpp/index_range.hpp - ranges over what has a number.
//
// A part of dwreloc.hpp, which is the header to include.
// Tested by tests/api/cpp_api_test.cc.
#ifndef DWRELOC_CPP_INDEX_RANGE_HPP
#define DWRELOC_CPP_INDEX_RANGE_HPP

#include <dwreloc/dwreloc.h>

#include <cstddef>
#include <iterator>
#include <ranges>
#include <utility>

namespace dwreloc {

namespace detail {

// A random-access iterator over anything with `T At(std::size_t) const`.  It
// keeps a copy of the container, which therefore must be small (a pointer and
// a count), so that iterators outlive the temporary range they came from.
template <typename Container, typename T>
class IndexIterator {
 public:
  using value_type = T;
  using difference_type = std::ptrdiff_t;
  using reference = T;
  using iterator_concept = std::random_access_iterator_tag;
  using iterator_category = std::input_iterator_tag;

  IndexIterator() = default;
  IndexIterator(const Container& container, std::size_t index)
      : container_(container), index_(index) {}

  T operator*() const { return container_.At(index_); }
  T operator[](difference_type n) const { return *(*this + n); }

  IndexIterator& operator++() { return *this += 1; }
  IndexIterator& operator--() { return *this -= 1; }
  IndexIterator operator++(int) { return std::exchange(*this, *this + 1); }
  IndexIterator operator--(int) { return std::exchange(*this, *this - 1); }
  IndexIterator& operator+=(difference_type n) {
    index_ += static_cast<std::size_t>(n);
    return *this;
  }
  IndexIterator& operator-=(difference_type n) { return *this += -n; }
  friend IndexIterator operator+(IndexIterator i, difference_type n) {
    return i += n;
  }
  friend IndexIterator operator+(difference_type n, IndexIterator i) {
    return i += n;
  }
  friend IndexIterator operator-(IndexIterator i, difference_type n) {
    return i -= n;
  }
  friend difference_type operator-(const IndexIterator& a,
                                   const IndexIterator& b) {
    return static_cast<difference_type>(a.index_) -
           static_cast<difference_type>(b.index_);
  }
  friend bool operator==(const IndexIterator& a, const IndexIterator& b) {
    return a.index_ == b.index_;
  }
  friend auto operator<=>(const IndexIterator& a, const IndexIterator& b) {
    return a.index_ <=> b.index_;
  }

 private:
  Container container_{};
  std::size_t index_ = 0;
};

// The range over such a container.  (A view_base and not a view_interface:
// clang up to 15 cannot compile libstdc++'s.)
template <typename Container, typename T>
class IndexRange : public std::ranges::view_base {
 public:
  IndexRange() = default;
  IndexRange(const Container& container, std::size_t size)
      : container_(container), size_(size) {}

  IndexIterator<Container, T> begin() const { return {container_, 0}; }
  IndexIterator<Container, T> end() const { return {container_, size_}; }
  std::size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  T operator[](std::size_t index) const { return container_.At(index); }
  T front() const { return container_.At(0); }
  T back() const { return container_.At(size_ - 1); }

 private:
  Container container_{};
  std::size_t size_ = 0;
};

}  // namespace detail

}  // namespace dwreloc

#endif  // DWRELOC_CPP_INDEX_RANGE_HPP
