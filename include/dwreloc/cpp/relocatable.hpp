// cpp/relocatable.hpp - values, and what they are relative to.
//
// A part of dwreloc.hpp, which is the header to include.
// Tested by tests/api/cpp_api_test.cc.
#ifndef DWRELOC_CPP_RELOCATABLE_HPP
#define DWRELOC_CPP_RELOCATABLE_HPP

#include <dwreloc/dwreloc.h>

#include <compare>
#include <cstddef>
#include <cstdint>
#include <dwreloc/cpp/data.hpp>
#include <dwreloc/cpp/error.hpp>
#include <functional>
#include <optional>
#include <string>

namespace dwreloc {

enum class Kind {
  kConstant = DWRELOC_CONSTANT,
  kSection = DWRELOC_SECTION,
  kUndefined = DWRELOC_UNDEFINED,
  kTls = DWRELOC_TLS,
  kDifference = DWRELOC_DIFFERENCE,
  kBad = DWRELOC_BAD
};

// A value and what it is relative to: a number, a place in a section, an
// undefined symbol plus addend, ...  32 bytes, copied freely.  Comparable (by
// kind, section or symbol, then offset), hashable, and movable by `+`.
class Relocatable {
 public:
  Relocatable() = default;  // the constant 0
  explicit Relocatable(const Dwreloc_Relocatable& value) : value_(value) {}
  // A number, of no file.  File::ValueAt and ValueOf make the others.
  static Relocatable Number(std::uint64_t number) {
    Dwreloc_Relocatable value;
    detail::Check(dwreloc_relocatable_number(number, &value));
    return Relocatable(value);
  }

  const Dwreloc_Relocatable& raw() const { return value_; }
  Kind kind() const { return static_cast<Kind>(value_.kind); }
  bool is_constant() const { return value_.kind == DWRELOC_CONSTANT; }
  bool is_bad() const { return value_.kind == DWRELOC_BAD; }
  // Did a relocation record supply it?
  bool has_record() const { return value_.has_record != 0; }
  // kConstant: the number; kSection: bytes into the section; kUndefined and
  // kTls: the addend.
  std::uint64_t value() const { return value_.value; }
  // Bytes of the datum in the file; 0 for a computed value.
  std::uint8_t width() const { return value_.width; }

  // Symbol, section, addend: everything but the number.
  RelocatableInfo info() const {
    RelocatableInfo info;
    detail::Check(dwreloc_relocatable_info(&value_, &info));
    return info;
  }

  // Why a bad value is not available, in words; "" of all others.
  std::string why() const {
    std::string text(static_cast<std::size_t>(detail::Check(
                         dwreloc_relocatable_why(&value_, nullptr, 0))),
                     '\0');
    detail::Check(
        dwreloc_relocatable_why(&value_, text.data(), text.size() + 1));
    return text;
  }

  // The number.  Throws (DWRELOC_E_NEEDS_RELOCATION, ...) if it needs a place
  // that has no name.
  std::uint64_t address() const {
    std::uint64_t address = 0;
    detail::Check(dwreloc_relocatable_address(&value_, &address));
    return address;
  }
  // Where that is now: another number in a linked file whose sections moved.
  std::uint64_t current_address() const {
    std::uint64_t address = 0;
    detail::Check(dwreloc_address_of(&value_, &address));
    return address;
  }
  // The number if it is known.
  std::optional<std::uint64_t> try_address() const {
    std::uint64_t address = 0;
    if (dwreloc_relocatable_address(&value_, &address) < 0) return std::nullopt;
    return address;
  }

  Relocatable& operator+=(std::int64_t delta) {
    detail::Check(dwreloc_relocatable_add(&value_, delta));
    return *this;
  }
  Relocatable& operator-=(std::int64_t delta) {
    // Negation wraps as the library's addition does.
    return *this += static_cast<std::int64_t>(
               std::uint64_t{0} - static_cast<std::uint64_t>(delta));
  }
  friend Relocatable operator+(Relocatable value, std::int64_t delta) {
    return value += delta;
  }
  friend Relocatable operator+(std::int64_t delta, Relocatable value) {
    return value += delta;
  }
  friend Relocatable operator-(Relocatable value, std::int64_t delta) {
    return value -= delta;
  }

  // In bytes.  Throws (DWRELOC_E_NOT_NUMERIC) unless both count from the same
  // section, symbol or nothing.
  friend std::int64_t operator-(const Relocatable& a, const Relocatable& b) {
    std::int64_t difference = 0;
    detail::Check(
        dwreloc_relocatable_difference(&a.value_, &b.value_, &difference));
    return difference;
  }

  // Weak: equal values may have been written against different symbols.
  friend std::weak_ordering operator<=>(const Relocatable& a,
                                        const Relocatable& b) {
    int order = 0;
    detail::Check(dwreloc_relocatable_compare(&a.value_, &b.value_, &order));
    return order < 0   ? std::weak_ordering::less
           : order > 0 ? std::weak_ordering::greater
                       : std::weak_ordering::equivalent;
  }
  friend bool operator==(const Relocatable& a, const Relocatable& b) {
    return std::is_eq(a <=> b);
  }

 private:
  Dwreloc_Relocatable value_{
      nullptr, 0, DWRELOC_NO_SECTION, DWRELOC_NO_SYMBOL, 0, DWRELOC_CONSTANT, 0,
      0,       0};
};

// A half-open interval [begin, end).
struct Range {
  Relocatable begin;
  Relocatable end;
  // Is begin <= pc < end, all in one section?
  bool Contains(const Relocatable& pc) const {
    return detail::Check(dwreloc_relocatable_in_range(&pc.raw(), &begin.raw(),
                                                      &end.raw())) != 0;
  }
  friend bool operator==(const Range&, const Range&) = default;
};

}  // namespace dwreloc

// Equal values have equal hashes, whichever symbol they were written against.
template <>
struct std::hash<dwreloc::Relocatable> {
  std::size_t operator()(const dwreloc::Relocatable& value) const noexcept {
    return static_cast<std::size_t>(dwreloc_relocatable_hash(&value.raw()));
  }
};

#endif  // DWRELOC_CPP_RELOCATABLE_HPP
