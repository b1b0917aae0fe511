// dwreloc.hpp - the C++20 face of libdwreloc: RAII, ranges and exceptions.
//
// Header-only, over the C API of dwreloc.h, which is the only ABI: nothing
// here has a symbol in the library.  Handles become small values, step-by-step
// calls become input ranges, negative codes become dwreloc::Error.  A File owns
// all; everything else borrows from it and is valid until it is destroyed.
// Tested by tests/api/cpp_api_test.cc and tools/dwreloc_dump.
//
//   dwreloc::File file("xfs.ko");
//   for (const dwreloc::Unit& unit : file.units())
//     for (const dwreloc::DieEntry& entry : unit.dies())
//       for (const dwreloc::Attribute& attribute : entry.attributes()) ...
//
// Conventions
//  1. Functions that ask the library throw Error if it reports one.  What the
//     standards allow to be absent is a std::optional, not an exception.
//  2. Ranges named by a noun (units, dies, rows, ...) read as they are
//     iterated; an increment may throw.  They are views: `|` works on them.
//     Iterators of an input range are valid while the range stays in place.
//  3. Values (Die, Attribute, Relocatable, ...) are copied freely; raw() gives
//     the C structure for calls of dwreloc.h.
//  4. A File may be read by any number of threads at once; ranges belong to
//     the thread that iterates them.  Non-const members of File need it to
//     themselves.
#ifndef DWRELOC_DWRELOC_HPP
#define DWRELOC_DWRELOC_HPP

// One message instead of a hundred: an older compiler sees nothing below.
#if (defined(_MSVC_LANG) ? _MSVC_LANG : __cplusplus) < 202002L
#error "dwreloc.hpp needs C++20 (-std=c++20)"
#else

#include <dwreloc/dwreloc.h>

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <exception>
#include <functional>
#include <iterator>
#include <memory>
#include <optional>
#include <ranges>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace dwreloc {

// Plain data of the C API that gains nothing from a wrapper.
using FileInfo = Dwreloc_File_Info;
using Signature = Dwreloc_Signature;
using ArchiveInfo = Dwreloc_Archive_Info;
using UnitInfo = Dwreloc_Unit_Info;
using LineInfo = Dwreloc_Line_Info;
using LineFile = Dwreloc_Line_File;
using NameIndexInfo = Dwreloc_Name_Index_Info;
using NameUnit = Dwreloc_Name_Unit;
using RelocatableInfo = Dwreloc_Relocatable_Info;
using Owner = Dwreloc_Owner;
using Stats = Dwreloc_Stats;
using SectionMemory = Dwreloc_Section_Memory;

inline constexpr std::uint32_t kNoSection = DWRELOC_NO_SECTION;
inline constexpr std::uint32_t kNoSymbol = DWRELOC_NO_SYMBOL;
inline constexpr std::uint64_t kNoOffset = DWRELOC_NO_OFFSET;

// Errors ---------------------------------------------------------------------

// What the library reported: a code, the text ("file: .debug_line+0x12: what
// was expected") and the place the text names, for programs.
class Error : public std::runtime_error {
 public:
  // The calling thread's last failure.
  static Error Last() {
    Dwreloc_Error error;
    dwreloc_error(&error);
    return Error(error);
  }

  explicit Error(const Dwreloc_Error& error)
      : std::runtime_error(
            error.text != nullptr ? error.text : dwreloc_strerror(error.code)),
        error_(error) {
    error_.text = nullptr;  // belongs to the thread; what() has a copy
  }

  int code() const { return error_.code; }
  // errno for DWRELOC_E_SYSTEM, else 0.
  int system_error() const { return error_.system_error; }
  // Section index, or kNoSection.
  std::uint32_t section() const { return error_.section; }
  // Offset in that section, or kNoOffset.
  std::uint64_t offset() const { return error_.offset; }
  std::uint32_t reloc_type() const { return error_.reloc_type; }
  // Symbol index, or kNoSymbol.
  std::uint32_t symbol() const { return error_.symbol; }

 private:
  Dwreloc_Error error_;
};

namespace detail {

inline int Check(int result) {
  if (result < 0) throw Error::Last();
  return result;
}

inline std::string_view View(const char* text) {
  return text != nullptr ? std::string_view(text) : std::string_view();
}

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

// Sections -------------------------------------------------------------------

// A section header, and the bytes on demand.
class Section {
 public:
  Section() = default;
  Section(const Dwreloc_Module* module, const Dwreloc_Section& section)
      : module_(module), section_(section) {}

  const Dwreloc_Section& raw() const { return section_; }
  std::uint32_t index() const { return section_.index; }
  std::string_view name() const { return detail::View(section_.name); }
  std::uint32_t type() const { return section_.type; }        // sh_type
  std::uint64_t flags() const { return section_.flags; }      // sh_flags
  std::uint64_t address() const { return section_.address; }  // sh_addr
  std::uint64_t file_size() const { return section_.file_size; }
  // Holds DWARF and is never loaded.
  bool is_debug() const { return section_.is_debug != 0; }
  // The library reads it: is_debug(), or .eh_frame.
  bool holds_dwarf() const { return section_.holds_dwarf != 0; }
  bool is_compressed() const { return section_.is_compressed != 0; }
  // Relocation records that apply to it.
  std::uint64_t reloc_count() const { return section_.reloc_count; }

  // The bytes, decompressed, never relocated; none for SHT_NOBITS.
  std::span<const std::uint8_t> data() const {
    const std::uint8_t* bytes = nullptr;
    std::size_t size = 0;
    detail::Check(dwreloc_section_data(module_, section_.index, &bytes, &size));
    return {bytes, size};
  }

 private:
  const Dwreloc_Module* module_ = nullptr;
  Dwreloc_Section section_{};
};

namespace detail {
struct SectionTable {
  const Dwreloc_Module* module = nullptr;
  Section At(std::size_t index) const {
    Dwreloc_Section section;
    Check(dwreloc_section(module, static_cast<std::uint32_t>(index), &section));
    return Section(module, section);
  }
};
}  // namespace detail

// Random access by section index.
using Sections = detail::IndexRange<detail::SectionTable, Section>;

// Symbols --------------------------------------------------------------------

class Symbol {
 public:
  Symbol() = default;
  explicit Symbol(const Dwreloc_Symbol& symbol) : symbol_(symbol) {}

  const Dwreloc_Symbol& raw() const { return symbol_; }
  std::uint32_t index() const { return symbol_.index; }
  // A section symbol without a name has its section's.
  std::string_view name() const { return detail::View(symbol_.name); }
  std::uint64_t value() const { return symbol_.value; }  // st_value
  std::uint64_t size() const { return symbol_.size; }    // st_size
  std::uint8_t type() const { return symbol_.type; }     // STT_*
  std::uint8_t binding() const { return symbol_.binding; }
  std::uint8_t visibility() const { return symbol_.visibility; }
  std::uint16_t st_shndx() const { return symbol_.st_shndx; }
  // With SHN_XINDEX followed; none for SHN_UNDEF, SHN_ABS, SHN_COMMON, ...
  std::optional<std::uint32_t> section() const {
    if (symbol_.section == DWRELOC_NO_SECTION) return std::nullopt;
    return symbol_.section;
  }

 private:
  static constexpr Dwreloc_Symbol kNone = [] {
    Dwreloc_Symbol none{};
    none.section = DWRELOC_NO_SECTION;
    return none;
  }();
  Dwreloc_Symbol symbol_ = kNone;
};

namespace detail {
struct SymbolTable {
  const Dwreloc_Module* module = nullptr;
  Symbol At(std::size_t index) const {
    Dwreloc_Symbol symbol;
    Check(dwreloc_symbol(module, static_cast<std::uint32_t>(index), &symbol));
    return Symbol(symbol);
  }
};
}  // namespace detail

// Random access by symbol table index; std::ranges::random_access_range.
using Symbols = detail::IndexRange<detail::SymbolTable, Symbol>;

// Relocatable values ---------------------------------------------------------

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

// Expressions ----------------------------------------------------------------

class Expression;

// One operation of a location expression.
class Op {
 public:
  Op(const Dwreloc_Expression& expression, const Dwreloc_Op& op)
      : expression_(expression), op_(op) {}

  const Dwreloc_Op& raw() const { return op_; }
  std::uint8_t atom() const { return op_.atom; }  // DW_OP_*
  std::string_view name() const {
    return detail::View(dwreloc_op_name(op_.atom));
  }
  unsigned operand_count() const { return op_.operand_count; }
  std::uint64_t number() const { return op_.number; }
  std::uint64_t number2() const { return op_.number2; }
  std::span<const std::uint8_t> block() const {
    return {op_.block, static_cast<std::size_t>(op_.block_size)};
  }
  // Can the first operand depend on where something is loaded?
  bool is_relocatable() const { return op_.relocatable != 0; }
  // The first operand as symbol + addend, if it can.
  Relocatable operand() const {
    Dwreloc_Relocatable value;
    detail::Check(
        dwreloc_getlocation_relocatable_addr(&expression_, &op_, &value));
    return Relocatable(value);
  }
  // The expression that it holds, if it does (DW_OP_entry_value).
  inline std::optional<Expression> expression() const;

 private:
  Dwreloc_Expression expression_;
  Dwreloc_Op op_;
};

class Expression {
 public:
  Expression() = default;
  explicit Expression(const Dwreloc_Expression& expression)
      : expression_(expression) {}

  const Dwreloc_Expression& raw() const { return expression_; }
  std::span<const std::uint8_t> bytes() const {
    return {expression_.bytes, static_cast<std::size_t>(expression_.size)};
  }

  // All operations.  One allocation or two, unlike dwreloc_expression_ops.
  std::vector<Op> ops() const {
    std::array<Dwreloc_Op, 16> few;
    std::vector<Dwreloc_Op> many;
    std::size_t count = 0;
    Dwreloc_Op* found = few.data();
    detail::Check(
        dwreloc_expression_ops(&expression_, few.data(), few.size(), &count));
    if (count > few.size()) {
      many.resize(count);
      found = many.data();
      detail::Check(dwreloc_expression_ops(&expression_, many.data(),
                                           many.size(), &count));
    }
    std::vector<Op> ops;
    ops.reserve(count);
    for (std::size_t i = 0; i < count; ++i)
      ops.emplace_back(expression_, found[i]);
    return ops;
  }

 private:
  Dwreloc_Expression expression_{};
};

inline std::optional<Expression> Op::expression() const {
  Dwreloc_Expression nested;
  if (detail::Check(dwreloc_op_expression(&expression_, &op_, &nested)) == 0)
    return std::nullopt;
  return Expression(nested);
}

// Range and location lists ---------------------------------------------------

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

}  // namespace detail

using RangeList = detail::StepRange<detail::RangeStepper>;
using LocationList = detail::StepRange<detail::LocationStepper>;
using ListEntries = detail::StepRange<detail::ListEntryStepper>;

// Attributes -----------------------------------------------------------------

class Die;

// Where a string or DIE is: section index and offset.
struct SectionPlace {
  std::uint32_t section = kNoSection;
  std::uint64_t offset = kNoOffset;
  friend bool operator==(const SectionPlace&, const SectionPlace&) = default;
};

// One attribute of a DIE.  The typed readers throw DWRELOC_E_WRONG_FORM if the
// attribute is of another class.
class Attribute {
 public:
  Attribute() = default;
  explicit Attribute(const Dwreloc_Attribute& attribute)
      : attribute_(attribute) {}

  const Dwreloc_Attribute& raw() const { return attribute_; }
  std::uint16_t name() const { return attribute_.name; }  // DW_AT_*
  std::uint16_t form() const { return attribute_.form; }  // DW_FORM_*
  Dwreloc_Class attribute_class() const {
    return static_cast<Dwreloc_Class>(attribute_.attribute_class);
  }
  // Is its value something other than a number known now?
  bool is_symbolic() const {
    return (attribute_.flags & DWRELOC_ATTR_SYMBOLIC) != 0;
  }

  std::uint64_t AsUnsigned() const {
    std::uint64_t value = 0;
    detail::Check(dwreloc_formudata(&attribute_, &value));
    return value;
  }
  std::int64_t AsSigned() const {
    std::int64_t value = 0;
    detail::Check(dwreloc_formsdata(&attribute_, &value));
    return value;
  }
  bool AsFlag() const {
    int value = 0;
    detail::Check(dwreloc_formflag(&attribute_, &value));
    return value != 0;
  }
  // Ends with a NUL, as C programs want it.
  std::string_view AsString() const {
    const char* string = nullptr;
    std::size_t length = 0;
    detail::Check(dwreloc_formstring(&attribute_, &string, &length));
    return {string, length};
  }
  SectionPlace string_place() const {
    SectionPlace place;
    detail::Check(
        dwreloc_formstring_place(&attribute_, &place.section, &place.offset));
    return place;
  }
  std::span<const std::uint8_t> AsBlock() const {
    const std::uint8_t* bytes = nullptr;
    std::size_t size = 0;
    detail::Check(dwreloc_formblock(&attribute_, &bytes, &size));
    return {bytes, size};
  }
  // The number of an address; AsRelocatable().address().
  std::uint64_t AsAddress() const {
    std::uint64_t address = 0;
    detail::Check(dwreloc_formaddr(&attribute_, &address));
    return address;
  }
  Relocatable AsRelocatable() const {
    Dwreloc_Relocatable value;
    detail::Check(dwreloc_form_relocatable(&attribute_, &value));
    return Relocatable(value);
  }
  // Where the referenced DIE is.
  SectionPlace reference_place() const {
    SectionPlace place;
    detail::Check(dwreloc_formref(&attribute_, &place.section, &place.offset));
    return place;
  }
  inline Die AsReference() const;

  // The locations of a loclist, an exprloc, or a location block.
  LocationList locations() const {
    return LocationList(detail::LocationStepper(BeginLocations()));
  }
  // The same list as stored.
  ListEntries location_entries() const {
    return ListEntries(detail::ListEntryStepper(BeginLocations()));
  }

 private:
  Dwreloc_List BeginLocations() const {
    Dwreloc_List list;
    detail::Check(dwreloc_locations_begin(&attribute_, &list));
    return list;
  }

  Dwreloc_Attribute attribute_{};
};

namespace detail {
struct AttributeArray {
  const Dwreloc_Attribute* first = nullptr;
  Attribute At(std::size_t index) const { return Attribute(first[index]); }
};
}  // namespace detail

// Attributes held by somebody else (a DieEntry's walk).
using AttributeList = detail::IndexRange<detail::AttributeArray, Attribute>;

// DIEs -----------------------------------------------------------------------

class Unit;

namespace detail {
class WalkStepper;
class ChildStepper;
}  // namespace detail

// Every DIE of a unit or subtree in order, each with all its attributes: the
// fastest way to read.  See DieEntry.
using Walk = detail::StepRange<detail::WalkStepper>;
using Children = detail::StepRange<detail::ChildStepper>;

class Die {
 public:
  Die() = default;
  explicit Die(const Dwreloc_Die& die) : die_(die) {}

  const Dwreloc_Die& raw() const { return die_; }
  std::uint64_t offset() const { return die_.offset; }
  std::uint16_t tag() const { return die_.tag; }  // DW_TAG_*
  bool has_children() const { return die_.has_children != 0; }
  inline Unit unit() const;

  std::optional<Die> first_child() const { return Step(dwreloc_child); }
  std::optional<Die> sibling() const { return Step(dwreloc_sibling); }
  // Costs a walk from the unit DIE.
  std::optional<Die> parent() const { return Step(dwreloc_parent); }
  inline Children children() const;
  // This DIE and its subtree.
  inline Walk walk() const;

  std::optional<Attribute> attribute(unsigned name) const {
    Dwreloc_Attribute attribute;
    if (detail::Check(dwreloc_attr(&die_, name, &attribute)) == 0)
      return std::nullopt;
    return Attribute(attribute);
  }
  // All attributes, in a vector of the caller's.  Whoever reads many DIEs
  // takes walk(), which reuses one vector.
  std::vector<Attribute> attributes() const {
    std::array<Dwreloc_Attribute, 32> few;
    std::vector<Dwreloc_Attribute> many;
    const Dwreloc_Attribute* found = few.data();
    std::size_t count = 0;
    detail::Check(dwreloc_attributes(&die_, few.data(), few.size(), &count));
    if (count > few.size()) {
      many.resize(count);
      detail::Check(
          dwreloc_attributes(&die_, many.data(), many.size(), &count));
      found = many.data();
    }
    std::vector<Attribute> attributes;
    attributes.reserve(count);
    for (std::size_t i = 0; i < count; ++i) attributes.emplace_back(found[i]);
    return attributes;
  }

  // DW_AT_low_pc and DW_AT_high_pc as an interval, if it has both.
  std::optional<Range> pc() const {
    Dwreloc_Relocatable low, high;
    if (detail::Check(dwreloc_pc_relocatable(&die_, &low, &high)) == 0)
      return std::nullopt;
    return Range{Relocatable(low), Relocatable(high)};
  }
  // Is pc in its low/high pair or range list?
  bool HasPc(const Relocatable& pc) const {
    return detail::Check(dwreloc_haspc_relocatable(&die_, &pc.raw())) != 0;
  }
  // The ranges of its DW_AT_ranges; none if it has no such attribute.
  RangeList ranges() const {
    Dwreloc_List list;
    if (detail::Check(dwreloc_ranges_begin(&die_, &list)) == 0)
      return RangeList(detail::RangeStepper());
    return RangeList(detail::RangeStepper(list));
  }
  // The same list as stored.
  ListEntries range_entries() const {
    Dwreloc_List list;
    if (detail::Check(dwreloc_ranges_begin(&die_, &list)) == 0)
      return ListEntries(detail::ListEntryStepper());
    return ListEntries(detail::ListEntryStepper(list));
  }

 private:
  std::optional<Die> Step(int (*step)(const Dwreloc_Die*, Dwreloc_Die*)) const {
    Dwreloc_Die result;
    if (detail::Check(step(&die_, &result)) == 0) return std::nullopt;
    return Die(result);
  }

  Dwreloc_Die die_{};
};

inline Die Attribute::AsReference() const {
  Dwreloc_Die die;
  detail::Check(dwreloc_formref_die(&attribute_, &die));
  return Die(die);
}

// A DIE met by a walk.  Its attributes are the walk's and are gone with the
// next step; copy what must stay.
class DieEntry {
 public:
  const Die& die() const { return die_; }
  // 0: where the walk began.
  std::uint32_t depth() const { return depth_; }
  AttributeList attributes() const { return attributes_; }
  // The attribute of that name, if it has one.
  std::optional<Attribute> find(unsigned name) const {
    for (const Attribute& attribute : attributes_)
      if (attribute.name() == name) return attribute;
    return std::nullopt;
  }

 private:
  friend class detail::WalkStepper;
  Die die_;
  std::uint32_t depth_ = 0;
  AttributeList attributes_;
};

namespace detail {

class WalkStepper {
 public:
  explicit WalkStepper(const Dwreloc_Unit* unit) : attributes_(kFirst) {
    Check(dwreloc_walk_begin(unit, &walk_));
  }
  explicit WalkStepper(const Dwreloc_Die& die) : attributes_(kFirst) {
    Check(dwreloc_walk_begin_at(&die, &walk_));
  }

  bool Next() {
    Dwreloc_Die die;
    std::size_t count = 0;
    if (Check(dwreloc_walk_next(&walk_, &die, &entry_.depth_,
                                attributes_.data(), attributes_.size(),
                                &count)) == 0)
      return false;
    if (count > attributes_.size()) {
      // The walk went on; this DIE alone is read again.
      attributes_.resize(count);
      Check(dwreloc_attributes(&die, attributes_.data(), attributes_.size(),
                               &count));
    }
    entry_.die_ = Die(die);
    entry_.attributes_ =
        AttributeList(AttributeArray{attributes_.data()}, count);
    return true;
  }
  const DieEntry& current() const { return entry_; }

 private:
  // More than the DIEs of gcc and clang have.
  static constexpr std::size_t kFirst = 64;

  Dwreloc_Walk walk_;
  // Grows to the largest DIE met; moving the stepper moves no element.
  std::vector<Dwreloc_Attribute> attributes_;
  DieEntry entry_;
};

class ChildStepper {
 public:
  explicit ChildStepper(const Die& parent) : next_(parent.first_child()) {}
  bool Next() {
    if (stepped_) next_ = next_->sibling();
    stepped_ = true;
    return next_.has_value();
  }
  const Die& current() const { return *next_; }

 private:
  std::optional<Die> next_;
  bool stepped_ = false;
};

}  // namespace detail

inline Children Die::children() const {
  return Children(detail::ChildStepper(*this));
}
inline Walk Die::walk() const { return Walk(detail::WalkStepper(die_)); }

// Lines ----------------------------------------------------------------------

// A row of the line number matrix.
class Row {
 public:
  Row() = default;
  explicit Row(const Dwreloc_Line& line) : line_(line) {}

  const Dwreloc_Line& raw() const { return line_; }
  Relocatable address() const { return Relocatable(line_.address); }
  std::uint32_t file() const { return line_.file; }
  std::uint32_t line() const { return line_.line; }
  std::uint32_t column() const { return line_.column; }
  std::uint32_t discriminator() const { return line_.discriminator; }
  std::uint32_t isa() const { return line_.isa; }
  std::uint8_t op_index() const { return line_.op_index; }
  bool is_stmt() const { return line_.is_stmt != 0; }
  bool basic_block() const { return line_.basic_block != 0; }
  bool end_sequence() const { return line_.end_sequence != 0; }
  bool prologue_end() const { return line_.prologue_end != 0; }
  bool epilogue_begin() const { return line_.epilogue_begin != 0; }

 private:
  Dwreloc_Line line_{};
};

namespace detail {

// Takes rows from the library by the hundred.
class RowStepper {
 public:
  explicit RowStepper(const Dwreloc_Line_Table* table) : lines_(kBatch) {
    Check(dwreloc_rows_begin(table, &rows_));
  }
  bool Next() {
    while (position_ == count_) {
      if (error_) throw *std::exchange(error_, std::nullopt);
      if (!more_) return false;
      position_ = count_ = 0;
      const int result =
          dwreloc_rows_next_many(&rows_, lines_.data(), lines_.size(), &count_);
      more_ = result > 0;
      // The rows before the bad one are good.
      if (result < 0) error_ = Error::Last();
    }
    current_ = Row(lines_[position_++]);
    return true;
  }
  const Row& current() const { return current_; }

 private:
  static constexpr std::size_t kBatch = 128;

  Dwreloc_Rows rows_;
  std::vector<Dwreloc_Line> lines_;
  std::size_t position_ = 0;
  std::size_t count_ = 0;
  bool more_ = true;
  std::optional<Error> error_;
  Row current_;
};

}  // namespace detail

using Rows = detail::StepRange<detail::RowStepper>;

// The line table of a unit; owned by the module.
class LineTable {
 public:
  explicit LineTable(const Dwreloc_Line_Table* table) : table_(table) {}

  const Dwreloc_Line_Table* raw() const { return table_; }
  LineInfo info() const {
    LineInfo info;
    detail::Check(dwreloc_line_info(table_, &info));
    return info;
  }
  std::string_view directory(std::uint32_t index) const {
    const char* name = nullptr;
    detail::Check(dwreloc_line_directory(table_, index, &name));
    return detail::View(name);
  }
  // Numbers start at info().first_file.
  LineFile file(std::uint32_t number) const {
    LineFile file;
    detail::Check(dwreloc_line_file(table_, number, &file));
    return file;
  }
  // "directory/name" from the compilation directory on; the name if it is
  // absolute.
  std::string path(std::uint32_t number) const {
    return Text(dwreloc_line_file_path, number);
  }
  // The same with the compilation directory.
  std::string full_path(std::uint32_t number) const {
    return Text(dwreloc_line_file_full_path, number);
  }
  Rows rows() const { return Rows(detail::RowStepper(table_)); }

 private:
  std::string Text(int (*give)(const Dwreloc_Line_Table*, std::uint32_t, char*,
                               std::size_t),
                   std::uint32_t number) const {
    std::string text(255, '\0');
    int length =
        detail::Check(give(table_, number, text.data(), text.size() + 1));
    if (static_cast<std::size_t>(length) > text.size()) {
      text.resize(static_cast<std::size_t>(length));
      length =
          detail::Check(give(table_, number, text.data(), text.size() + 1));
    }
    text.resize(static_cast<std::size_t>(length));
    return text;
  }

  const Dwreloc_Line_Table* table_;
};

// Addresses and string offsets by index -------------------------------------

// What one unit contributes to .debug_addr or .debug_str_offsets.
class Contribution {
 public:
  Contribution() = default;
  explicit Contribution(const Dwreloc_Contribution& contribution)
      : contribution_(contribution) {}

  const Dwreloc_Contribution& raw() const { return contribution_; }
  bool is_addresses() const { return contribution_.is_addresses != 0; }
  std::uint64_t size() const { return contribution_.count; }
  Relocatable value(std::uint64_t index) const {
    Dwreloc_Relocatable value;
    detail::Check(dwreloc_contribution_value(&contribution_, index, &value));
    return Relocatable(value);
  }
  std::string_view string(std::uint64_t index) const {
    const char* string = nullptr;
    std::size_t length = 0;
    detail::Check(
        dwreloc_contribution_string(&contribution_, index, &string, &length));
    return std::string_view(string, length);
  }

 private:
  Dwreloc_Contribution contribution_{};
};

namespace detail {

class ContributionStepper {
 public:
  ContributionStepper(const Dwreloc_Module* module, std::uint32_t section)
      : module_(module), section_(section) {}
  bool Next() {
    Dwreloc_Contribution contribution;
    if (offset_ == kNoOffset) return false;
    const int result =
        dwreloc_contribution_at(module_, section_, offset_, &contribution);
    offset_ = result == 0 ? kNoOffset : contribution.next_offset;
    if (Check(result) == 0) return false;
    current_ = Contribution(contribution);
    return true;
  }
  const Contribution& current() const { return current_; }

 private:
  const Dwreloc_Module* module_;
  std::uint32_t section_;
  std::uint64_t offset_ = 0;
  Contribution current_;
};

}  // namespace detail

using Contributions = detail::StepRange<detail::ContributionStepper>;

// Indexes of package files, links to other files -----------------------------

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

// Macros ---------------------------------------------------------------------

// One operation of a macro unit.  A small value that borrows from the file.
class Macro {
 public:
  Macro() = default;
  explicit Macro(const Dwreloc_Macro& macro) : macro_(macro) {}

  const Dwreloc_Macro& raw() const { return macro_; }
  unsigned kind() const { return macro_.kind; }  // Dwreloc_Macro_Kind
  unsigned opcode() const { return macro_.opcode; }
  std::uint64_t offset() const { return macro_.offset; }
  std::uint64_t line() const { return macro_.line; }
  std::uint64_t file() const { return macro_.file; }
  std::uint32_t depth() const { return macro_.depth; }
  std::string_view name() const {
    return detail::View(dwreloc_macro_name(macro_.version, macro_.opcode));
  }
  Relocatable operand() const { return Relocatable(macro_.operand); }
  // "NAME value" of a define, undef or vendor_ext.
  std::string_view string() const {
    const char* string = nullptr;
    std::size_t length = 0;
    detail::Check(dwreloc_macro_string(&macro_, &string, &length));
    return std::string_view(string, length);
  }
  // The macro unit that an import refers to.
  SectionPlace import() const {
    SectionPlace place{};
    detail::Check(dwreloc_macro_import(&macro_, &place.section, &place.offset));
    return place;
  }

 private:
  Dwreloc_Macro macro_{};
};

namespace detail {

class MacroStepper {
 public:
  explicit MacroStepper(const Dwreloc_Macros& macros) : macros_(macros) {}
  bool Next() {
    Dwreloc_Macro macro;
    if (Check(dwreloc_macros_next(&macros_, &macro)) == 0) return false;
    current_ = Macro(macro);
    return true;
  }
  const Macro& current() const { return current_; }

 private:
  Dwreloc_Macros macros_;
  Macro current_;
};

}  // namespace detail

using Macros = detail::StepRange<detail::MacroStepper>;
using MacroInfo = Dwreloc_Macro_Info;

// A macro unit.
class MacroUnit {
 public:
  explicit MacroUnit(const Dwreloc_Macros& macros) : macros_(macros) {}

  const Dwreloc_Macros& raw() const { return macros_; }
  MacroInfo info() const {
    MacroInfo info;
    detail::Check(dwreloc_macros_info(&macros_, &info));
    return info;
  }
  // The line table that numbers its files, if it is known.
  std::optional<LineTable> line_table() const {
    const Dwreloc_Line_Table* table = nullptr;
    if (detail::Check(dwreloc_macros_line_table(&macros_, &table)) == 0)
      return std::nullopt;
    return LineTable(table);
  }
  // Its operations; with those of imported macro units after each import.
  Macros macros(bool follow_imports = false) const {
    Dwreloc_Macros macros = macros_;
    detail::Check(dwreloc_macros_follow_imports(&macros, follow_imports));
    return Macros(detail::MacroStepper(macros));
  }

 private:
  Dwreloc_Macros macros_;
};

// Abbreviations --------------------------------------------------------------

using AbbrevAttribute = Dwreloc_Abbrev_Attribute;

// A declaration of .debug_abbrev, as stored.
class Abbrev {
 public:
  Abbrev() = default;

  const Dwreloc_Abbrev& raw() const { return abbrev_; }
  std::uint64_t code() const { return abbrev_.code; }
  std::uint64_t tag() const { return abbrev_.tag; }
  bool has_children() const { return abbrev_.has_children != 0; }
  const std::vector<AbbrevAttribute>& attributes() const { return attributes_; }

  // Reads the next one in place of this.  False after the last one.
  bool Read(Dwreloc_Abbrevs* abbrevs) {
    attributes_.clear();
    if (detail::Check(dwreloc_abbrevs_next(abbrevs, &abbrev_)) == 0)
      return false;
    AbbrevAttribute attribute;
    while (detail::Check(dwreloc_abbrev_attributes_next(abbrevs, &attribute)) >
           0)
      attributes_.push_back(attribute);
    return true;
  }

 private:
  Dwreloc_Abbrev abbrev_{};
  std::vector<AbbrevAttribute> attributes_;
};

namespace detail {

class AbbrevStepper {
 public:
  explicit AbbrevStepper(const Dwreloc_Abbrevs& abbrevs) : abbrevs_(abbrevs) {}
  bool Next() { return current_.Read(&abbrevs_); }
  const Abbrev& current() const { return current_; }

 private:
  Dwreloc_Abbrevs abbrevs_;
  Abbrev current_;
};

}  // namespace detail

// After an error, an increment goes on with the next table that a unit refers
// to, if it is of sections.
using Abbrevs = detail::StepRange<detail::AbbrevStepper>;

// Units ----------------------------------------------------------------------

// A unit of .debug_info or .debug_types; owned by the module.
class Unit {
 public:
  Unit() = default;
  explicit Unit(const Dwreloc_Unit* unit) : unit_(unit) {}

  const Dwreloc_Unit* raw() const { return unit_; }
  UnitInfo info() const {
    UnitInfo info;
    detail::Check(dwreloc_unit_info(unit_, &info));
    return info;
  }
  Die die() const {
    Dwreloc_Die die;
    detail::Check(dwreloc_unit_die(unit_, &die));
    return Die(die);
  }
  // Every DIE in order, with its attributes.
  Walk dies() const { return Walk(detail::WalkStepper(unit_)); }

  // None if it has no DW_AT_stmt_list.
  std::optional<LineTable> line_table() const {
    const Dwreloc_Line_Table* table = nullptr;
    if (detail::Check(dwreloc_line_table(unit_, &table)) == 0)
      return std::nullopt;
    return LineTable(table);
  }
  // The declarations of its DIEs.
  Abbrevs abbrevs() const {
    Dwreloc_Abbrevs abbrevs;
    detail::Check(dwreloc_abbrevs_begin(unit_, &abbrevs));
    return Abbrevs(detail::AbbrevStepper(abbrevs));
  }
  // None if it refers to none.
  std::optional<MacroUnit> macros() const {
    Dwreloc_Macros macros;
    if (detail::Check(dwreloc_macros_begin(unit_, &macros)) == 0)
      return std::nullopt;
    return MacroUnit(macros);
  }
  // The row of its line table that covers an address.
  std::optional<Row> FindRow(const Relocatable& address) const {
    Dwreloc_Line line;
    if (detail::Check(
            dwreloc_getsrc_relocatable(unit_, &address.raw(), &line)) == 0)
      return std::nullopt;
    return Row(line);
  }

  // The split unit of a skeleton, searched for on the first call; none if the
  // unit is not a skeleton.
  std::optional<Unit> split() const {
    const Dwreloc_Unit* unit = nullptr;
    if (detail::Check(dwreloc_unit_split(unit_, &unit)) == 0)
      return std::nullopt;
    return Unit(unit);
  }
  // The skeleton of a split unit, if it is known.
  std::optional<Unit> skeleton() const {
    const Dwreloc_Unit* unit = nullptr;
    if (detail::Check(dwreloc_unit_skeleton(unit_, &unit)) == 0)
      return std::nullopt;
    return Unit(unit);
  }

  friend bool operator==(const Unit&, const Unit&) = default;

 private:
  const Dwreloc_Unit* unit_ = nullptr;
};

inline Unit Die::unit() const { return Unit(die_.unit); }

namespace detail {
struct UnitTable {
  const Dwreloc_Module* module = nullptr;
  Unit At(std::size_t index) const {
    const Dwreloc_Unit* unit = nullptr;
    Check(dwreloc_unit(module, static_cast<std::uint32_t>(index), &unit));
    return Unit(unit);
  }
};
}  // namespace detail

// Random access by number, in section then offset order.
using Units = detail::IndexRange<detail::UnitTable, Unit>;

// Lookup tables --------------------------------------------------------------

// A tuple of .debug_aranges.
class Arange {
 public:
  Arange() = default;
  explicit Arange(const Dwreloc_Arange& arange) : arange_(arange) {}

  const Dwreloc_Arange& raw() const { return arange_; }
  Relocatable begin() const { return Relocatable(arange_.begin); }
  Relocatable length() const { return Relocatable(arange_.length); }
  // Where its unit is; File::FindUnit tells whether there is one.
  SectionPlace unit_place() const {
    return {arange_.unit_section, arange_.unit_offset};
  }

 private:
  Dwreloc_Arange arange_{};
};

// An entry of .debug_pubnames, .debug_pubtypes or their GNU forms.
class Pubname {
 public:
  Pubname() = default;
  explicit Pubname(const Dwreloc_Pubname& pubname) : pubname_(pubname) {}

  const Dwreloc_Pubname& raw() const { return pubname_; }
  std::string_view name() const {
    return {pubname_.name, static_cast<std::size_t>(pubname_.name_length)};
  }
  SectionPlace unit_place() const {
    return {pubname_.unit_section, pubname_.unit_offset};
  }
  SectionPlace die_place() const {
    return {pubname_.unit_section, pubname_.unit_offset + pubname_.die_offset};
  }
  // Dwreloc_Symbol_Kind; none outside GNU's sections.
  int symbol_kind() const { return pubname_.symbol_kind; }
  bool is_static() const { return pubname_.is_static != 0; }

 private:
  Dwreloc_Pubname pubname_{};
};

// An entry of a name index: a DIE that has the name.
class NameEntry {
 public:
  NameEntry() = default;
  explicit NameEntry(const Dwreloc_Name_Entry& entry) : entry_(entry) {}

  const Dwreloc_Name_Entry& raw() const { return entry_; }
  std::uint16_t tag() const { return entry_.tag; }
  // None if the unit is in another file or not known.
  std::optional<SectionPlace> die_place() const {
    const Dwreloc_Name_Unit& unit = entry_.unit;
    if (unit.unit_offset == kNoOffset || entry_.die_offset == kNoOffset)
      return std::nullopt;
    return SectionPlace{unit.unit_section,
                        unit.unit_offset + entry_.die_offset};
  }

 private:
  Dwreloc_Name_Entry entry_{};
};

namespace detail {

class ArangeStepper {
 public:
  explicit ArangeStepper(const Dwreloc_Aranges& aranges) : aranges_(aranges) {}
  bool Next() {
    Dwreloc_Arange arange;
    if (Check(dwreloc_aranges_next(&aranges_, &arange)) == 0) return false;
    current_ = Arange(arange);
    return true;
  }
  const Arange& current() const { return current_; }

 private:
  Dwreloc_Aranges aranges_;
  Arange current_;
};

class PubnameStepper {
 public:
  explicit PubnameStepper(const Dwreloc_Pubnames& pubnames)
      : pubnames_(pubnames) {}
  bool Next() {
    Dwreloc_Pubname pubname;
    if (Check(dwreloc_pubnames_next(&pubnames_, &pubname)) == 0) return false;
    current_ = Pubname(pubname);
    return true;
  }
  const Pubname& current() const { return current_; }

 private:
  Dwreloc_Pubnames pubnames_;
  Pubname current_;
};

class NameEntryStepper {
 public:
  explicit NameEntryStepper(const Dwreloc_Name_Entries& entries)
      : entries_(entries) {}
  bool Next() {
    Dwreloc_Name_Entry entry;
    if (Check(dwreloc_name_entries_next(&entries_, &entry)) == 0) return false;
    current_ = NameEntry(entry);
    return true;
  }
  const NameEntry& current() const { return current_; }

 private:
  Dwreloc_Name_Entries entries_;
  NameEntry current_;
};

}  // namespace detail

// After an error, an increment goes on with the next set.
using Aranges = detail::StepRange<detail::ArangeStepper>;
using Pubnames = detail::StepRange<detail::PubnameStepper>;
using NameEntries = detail::StepRange<detail::NameEntryStepper>;

// A name of an index.
class Name {
 public:
  Name() = default;
  explicit Name(const Dwreloc_Name& name) : name_(name) {}

  const Dwreloc_Name& raw() const { return name_; }
  std::string_view string() const {
    const char* string = nullptr;
    std::size_t length = 0;
    detail::Check(dwreloc_name_string(&name_, &string, &length));
    return {string, length};
  }
  NameEntries entries() const {
    Dwreloc_Name_Entries entries;
    detail::Check(dwreloc_name_entries_begin(&name_, &entries));
    return NameEntries(detail::NameEntryStepper(entries));
  }

 private:
  Dwreloc_Name name_{};
};

namespace detail {
struct NameTable {
  const Dwreloc_Name_Index* index = nullptr;
  Name At(std::size_t number) const {
    Dwreloc_Name name;
    Check(dwreloc_name(index, static_cast<std::uint32_t>(number) + 1, &name));
    return Name(name);
  }
};
}  // namespace detail

// Random access: names()[i] has number i + 1.
using IndexedNames = detail::IndexRange<detail::NameTable, Name>;

// A name index of .debug_names.
class NameIndex {
 public:
  NameIndex() = default;
  explicit NameIndex(const Dwreloc_Name_Index* index) : index_(index) {}

  const Dwreloc_Name_Index* raw() const { return index_; }
  NameIndexInfo info() const {
    NameIndexInfo info;
    detail::Check(dwreloc_name_index_info(index_, &info));
    return info;
  }
  // Number `number` (from 0) of a list of units.
  NameUnit unit(Dwreloc_Name_Unit_Kind kind, std::uint32_t number) const {
    NameUnit unit;
    detail::Check(dwreloc_name_index_unit(index_, kind, number, &unit));
    return unit;
  }
  IndexedNames names() const {
    return IndexedNames(detail::NameTable{index_}, info().name_count);
  }
  std::optional<Name> Find(const char* string) const {
    Dwreloc_Name name;
    if (detail::Check(dwreloc_find_name(index_, string, &name)) == 0)
      return std::nullopt;
    return Name(name);
  }

 private:
  const Dwreloc_Name_Index* index_ = nullptr;
};

// Call frame information -----------------------------------------------------

using CfiRule = Dwreloc_Cfi_Rule;

// One DW_CFA_* of a CIE or an FDE.
class CfiInstruction {
 public:
  CfiInstruction() = default;
  explicit CfiInstruction(const Dwreloc_Cfi_Instruction& instruction)
      : instruction_(instruction) {}

  const Dwreloc_Cfi_Instruction& raw() const { return instruction_; }
  std::uint8_t opcode() const { return instruction_.opcode; }  // DW_CFA_*
  std::uint64_t offset() const { return instruction_.offset; }
  // Multiplied by the alignment factors; signed ones in two's complement.
  std::span<const std::uint64_t> operands() const {
    return {instruction_.operands, instruction_.operand_count};
  }
  // The location, or by how many bytes it advances.
  std::optional<Relocatable> location() const {
    if (instruction_.moves_location == 0) return std::nullopt;
    return Relocatable(instruction_.location);
  }

 private:
  Dwreloc_Cfi_Instruction instruction_{};
};

// What holds for locations begin <= pc < end.
class CfiRow {
 public:
  CfiRow() = default;
  explicit CfiRow(const Dwreloc_Cfi_Row& row) : row_(row) {}

  const Dwreloc_Cfi_Row& raw() const { return row_; }
  Range range() const {
    return {Relocatable(row_.begin), Relocatable(row_.end)};
  }
  const CfiRule& cfa() const { return row_.cfa; }
  // By register; valid until the range they came from steps on.
  std::span<const CfiRule> registers() const {
    return {row_.registers, row_.register_count};
  }

 private:
  Dwreloc_Cfi_Row row_{};
};

namespace detail {

class CfiInstructionStepper {
 public:
  explicit CfiInstructionStepper(const Dwreloc_Cfi_Entry& entry) {
    Check(dwreloc_cfi_instructions_begin(&entry, &instructions_));
  }
  bool Next() {
    Dwreloc_Cfi_Instruction instruction;
    if (Check(dwreloc_cfi_instructions_next(&instructions_, &instruction)) == 0)
      return false;
    current_ = CfiInstruction(instruction);
    return true;
  }
  const CfiInstruction& current() const { return current_; }

 private:
  Dwreloc_Cfi_Instructions instructions_;
  CfiInstruction current_;
};

class CfiRowStepper {
 public:
  explicit CfiRowStepper(const Dwreloc_Cfi_Entry& entry) {
    Check(dwreloc_cfi_rows_begin(&entry, &rows_));
  }
  bool Next() {
    Dwreloc_Cfi_Row row;
    if (Check(dwreloc_cfi_rows_next(&rows_, &row)) == 0) return false;
    current_ = CfiRow(row);
    return true;
  }
  const CfiRow& current() const { return current_; }

 private:
  Dwreloc_Cfi_Rows rows_;
  CfiRow current_;
};

}  // namespace detail

using CfiInstructions = detail::StepRange<detail::CfiInstructionStepper>;
using CfiRows = detail::StepRange<detail::CfiRowStepper>;

// A CIE, or an FDE with what it needs of its CIE.
class CfiEntry {
 public:
  CfiEntry() = default;
  explicit CfiEntry(const Dwreloc_Cfi_Entry& entry) : entry_(entry) {}

  const Dwreloc_Cfi_Entry& raw() const { return entry_; }
  bool is_cie() const { return entry_.is_cie != 0; }
  std::uint64_t offset() const { return entry_.offset; }
  std::uint64_t cie_offset() const { return entry_.cie; }
  std::string_view augmentation() const {
    return detail::View(entry_.augmentation);
  }
  // Of an FDE.
  Relocatable initial_location() const {
    return Relocatable(entry_.initial_location);
  }
  Relocatable address_range() const {
    return Relocatable(entry_.address_range);
  }
  std::optional<Relocatable> lsda() const {
    if (entry_.has_lsda == 0) return std::nullopt;
    return Relocatable(entry_.lsda);
  }
  // Has it a pointer to one, which is null?
  bool has_null_lsda() const { return entry_.has_null_lsda != 0; }

  // Its own: an FDE's without those of its CIE.
  CfiInstructions instructions() const {
    return CfiInstructions(detail::CfiInstructionStepper(entry_));
  }
  // What they make.
  CfiRows rows() const { return CfiRows(detail::CfiRowStepper(entry_)); }
  // That of a rule or an instruction.
  Expression expression(const CfiRule& rule) const {
    Dwreloc_Expression expression;
    detail::Check(dwreloc_cfi_rule_expression(&entry_, &rule, &expression));
    return Expression(expression);
  }
  Expression expression(const CfiInstruction& instruction) const {
    Dwreloc_Expression expression;
    detail::Check(
        dwreloc_cfi_expression(&entry_, instruction.raw().expression_offset,
                               instruction.raw().expression_size, &expression));
    return Expression(expression);
  }

 private:
  Dwreloc_Cfi_Entry entry_{};
};

namespace detail {

class CfiStepper {
 public:
  explicit CfiStepper(const Dwreloc_Cfi& cfi) : cfi_(cfi) {}
  bool Next() {
    Dwreloc_Cfi_Entry entry;
    if (Check(dwreloc_cfi_next(&cfi_, &entry)) == 0) return false;
    current_ = CfiEntry(entry);
    return true;
  }
  const CfiEntry& current() const { return current_; }

 private:
  Dwreloc_Cfi cfi_;
  CfiEntry current_;
};

}  // namespace detail

// The entries of one section.  An Error is that of one entry: stepper().Next()
// may be called again, and goes on after it.
using CfiEntries = detail::StepRange<detail::CfiStepper>;

// Relocation records ---------------------------------------------------------

class Record {
 public:
  Record() = default;
  explicit Record(const Dwreloc_Record& record) : record_(record) {}

  const Dwreloc_Record& raw() const { return record_; }
  std::uint64_t offset() const { return record_.offset; }    // r_offset
  std::uint32_t section() const { return record_.section; }  // applies to
  std::uint32_t reloc_section() const { return record_.reloc_section; }
  std::uint64_t index() const { return record_.index; }
  std::uint32_t type() const { return record_.type; }  // r_type
  // "R_X86_64_32"; empty if unknown.
  std::string_view type_name() const { return detail::View(record_.type_name); }
  std::uint32_t symbol() const { return record_.symbol; }  // r_sym
  std::int64_t addend() const { return record_.addend; }
  std::uint64_t in_place() const { return record_.in_place; }
  std::uint8_t width() const { return record_.width; }
  // What a reader of the datum gets.
  Relocatable value() const { return Relocatable(record_.value); }

 private:
  Dwreloc_Record record_{};
};

namespace detail {

class RecordStepper {
 public:
  explicit RecordStepper(const Dwreloc_Records& records) : records_(records) {}
  bool Next() {
    Dwreloc_Record record;
    if (Check(dwreloc_records_next(&records_, &record)) == 0) return false;
    current_ = Record(record);
    return true;
  }
  const Record& current() const { return current_; }

 private:
  Dwreloc_Records records_;
  Record current_;
};

}  // namespace detail

using Records = detail::StepRange<detail::RecordStepper>;

// Placement callbacks --------------------------------------------------------

// What a callback answers.
class Answer {
 public:
  static Answer Placed(std::uint64_t address) {
    return Answer(DWRELOC_PLACED, address);
  }
  static Answer Absent() { return Answer(DWRELOC_ABSENT, 0); }
  static Answer Unknown() { return Answer(DWRELOC_UNKNOWN, 0); }
  static Answer Fail() { return Answer(DWRELOC_FAIL, 0); }

  Dwreloc_Answer code() const { return code_; }
  std::uint64_t address() const { return address_; }

 private:
  Answer(Dwreloc_Answer code, std::uint64_t address)
      : code_(code), address_(address) {}

  Dwreloc_Answer code_;
  std::uint64_t address_;
};

// A file that another one refers to.
using FileRequest = Dwreloc_File_Request;

// Who is asked where things are: on first need, once per section or symbol, on
// the thread that needs it.  Any may be empty.  One that throws answers Fail.
struct Callbacks {
  std::function<Answer(const Section&)> section_address = {};
  std::function<Answer(const Symbol&)> symbol_address = {};
  // The path of a file, and DWRELOC_PLACED.
  std::function<Dwreloc_Answer(const FileRequest&, std::string* path)>
      find_file = {};
};

// Records of one section, type and cause that cannot be used.
struct Diagnostic {
  int code = DWRELOC_OK;  // Dwreloc_Error_Code
  std::uint32_t section = kNoSection;
  std::uint32_t reloc_type = 0;
  std::uint64_t count = 0;
  std::uint64_t offset = 0;  // r_offset of the first
  std::string text;
};

// Files ----------------------------------------------------------------------

// An open ELF file.  Opening costs the section headers; all else is read on
// first use.  Movable; what borrows from it stays valid over a move.
// Thread-safety: const members may be called from any number of threads at
// once, the others need the file to themselves.
class File {
 public:
  explicit File(const char* path) {
    Dwreloc_Module* module = nullptr;
    detail::Check(dwreloc_open(path, &module));
    module_.reset(module);
  }
  explicit File(const std::string& path) : File(path.c_str()) {}
  // `limit`: the most bytes of memory that a file may take that is compressed,
  // or cannot be mapped.
  File(const std::string& path, std::uint64_t limit) {
    Dwreloc_Module* module = nullptr;
    detail::Check(dwreloc_open_limited(path.c_str(), limit, &module));
    module_.reset(module);
  }

  // `fd` is used during the call only; `name` is for messages.
  static File FromFd(int fd, const char* name = nullptr) {
    Dwreloc_Module* module = nullptr;
    detail::Check(dwreloc_open_fd(fd, name, &module));
    return File(module);
  }
  // The image is borrowed until the file is destroyed.
  static File FromMemory(std::span<const std::uint8_t> image,
                         const char* name = nullptr) {
    Dwreloc_Module* module = nullptr;
    detail::Check(
        dwreloc_open_memory(image.data(), image.size(), name, &module));
    return File(module);
  }
  // libelf's `Elf *`, kept open by the caller until the file is destroyed.
  static File FromElf(struct ::Elf* elf, const char* name = nullptr) {
    Dwreloc_Module* module = nullptr;
    detail::Check(dwreloc_open_elf(elf, name, &module));
    return File(module);
  }

  // A member of an archive, which may be closed before the file.
  static File FromMember(const Dwreloc_Archive* archive, std::uint32_t index) {
    Dwreloc_Module* module = nullptr;
    detail::Check(dwreloc_archive_open_member(archive, index, &module));
    return File(module);
  }

  // A file that another one has opened (a unit's, by dwreloc_unit_module), for
  // as long as that one is open.
  static File Borrow(const Dwreloc_Module* module) {
    File file(const_cast<Dwreloc_Module*>(module));
    file.module_.get_deleter().is_borrowed = true;
    return file;
  }

  const Dwreloc_Module* raw() const { return module_.get(); }
  Dwreloc_Module* raw() { return module_.get(); }

  FileInfo info() const {
    FileInfo info;
    detail::Check(dwreloc_file_info(raw(), &info));
    return info;
  }
  // None if there is no NT_GNU_BUILD_ID note.
  std::optional<std::span<const std::uint8_t>> build_id() const {
    const std::uint8_t* bytes = nullptr;
    std::size_t size = 0;
    const int result = dwreloc_build_id(raw(), &bytes, &size);
    if (result == DWRELOC_E_NOT_FOUND) return std::nullopt;
    detail::Check(result);
    return std::span(bytes, size);
  }

  // None if nothing was appended to it.
  std::optional<Signature> signature() const {
    Signature signature;
    if (detail::Check(dwreloc_signature(raw(), &signature)) == 0)
      return std::nullopt;
    return signature;
  }

  // `offset` bytes into a section; in a linked file the address.
  Relocatable ValueAt(std::uint32_t section, std::uint64_t offset) const {
    Dwreloc_Relocatable value;
    detail::Check(
        dwreloc_relocatable_in_section(raw(), section, offset, &value));
    return Relocatable(value);
  }
  // A symbol plus an addend.
  Relocatable ValueOf(std::uint32_t symbol, std::int64_t addend = 0) const {
    Dwreloc_Relocatable value;
    detail::Check(dwreloc_relocatable_of_symbol(raw(), symbol, addend, &value));
    return Relocatable(value);
  }

  // The datum of `width` bytes (1, 2, 4 or 8) at an offset of a debug section,
  // relocated.
  Relocatable SectionValue(std::uint32_t section, std::uint64_t offset,
                           int width) const {
    Dwreloc_Relocatable value;
    detail::Check(dwreloc_section_value(raw(), section, offset, width, &value));
    return Relocatable(value);
  }

  Sections sections() const {
    return Sections(detail::SectionTable{raw()}, info().section_count);
  }
  // The first section of that name at or after index `from`.
  std::optional<Section> FindSection(const char* name,
                                     std::uint32_t from = 0) const {
    std::uint32_t index = 0;
    if (detail::Check(dwreloc_find_section(raw(), name, from, &index)) == 0)
      return std::nullopt;
    return detail::SectionTable{raw()}.At(index);
  }
  // None if the section is of another kind; the same below.
  std::optional<MacroUnit> macros(std::uint32_t section,
                                  std::uint64_t offset = 0) const {
    Dwreloc_Macros macros;
    if (detail::Check(dwreloc_macros_begin_at(raw(), section, offset, nullptr,
                                              &macros)) == 0)
      return std::nullopt;
    return MacroUnit(macros);
  }
  std::optional<UnitIndex> unit_index(std::uint32_t section) const {
    Dwreloc_Unit_Index index;
    if (detail::Check(dwreloc_unit_index(raw(), section, &index)) == 0)
      return std::nullopt;
    return UnitIndex(index);
  }
  std::optional<Link> link(std::uint32_t section) const {
    Link link;
    if (detail::Check(dwreloc_link(raw(), section, &link)) == 0)
      return std::nullopt;
    return link;
  }
  // Of a .debug_addr or .debug_str_offsets section; of others there are none.
  Contributions contributions(std::uint32_t section) const {
    return Contributions(detail::ContributionStepper(raw(), section));
  }
  Symbols symbols() const {
    return Symbols(detail::SymbolTable{raw()}, dwreloc_symbol_count(raw()));
  }

  // The section symbol of a section, if it has one.
  std::optional<Symbol> SectionSymbol(std::uint32_t section) const {
    std::uint32_t symbol = 0;
    if (detail::Check(dwreloc_section_symbol(raw(), section, &symbol)) == 0)
      return std::nullopt;
    return detail::SymbolTable{raw()}.At(symbol);
  }

  // The units of all .debug_info and .debug_types sections that can be read.
  Units units() const {
    std::uint32_t count = 0;
    detail::Check(dwreloc_unit_count(raw(), &count));
    return Units(detail::UnitTable{raw()}, count);
  }
  // Why others cannot: one error for each bad unit header.
  std::vector<Error> unit_errors() const {
    std::vector<Error> errors;
    while (dwreloc_unit_error(raw(),
                              static_cast<std::uint32_t>(errors.size())) < 0)
      errors.push_back(Error::Last());
    return errors;
  }
  // The DIE that starts at `place`.
  Die DieAt(const SectionPlace& place) const {
    Dwreloc_Die die;
    detail::Check(dwreloc_die_at(raw(), place.section, place.offset, &die));
    return Die(die);
  }

  // The unit that holds `place`.
  std::optional<Unit> FindUnit(const SectionPlace& place) const {
    const Dwreloc_Unit* unit = nullptr;
    if (detail::Check(
            dwreloc_unit_at(raw(), place.section, place.offset, &unit)) == 0)
      return std::nullopt;
    return Unit(unit);
  }

  // The declarations of one .debug_abbrev section, or of all of them.
  Abbrevs abbrevs(std::uint32_t section = kNoSection) const {
    Dwreloc_Abbrevs abbrevs;
    detail::Check(dwreloc_abbrevs_begin_all(raw(), section, &abbrevs));
    return Abbrevs(detail::AbbrevStepper(abbrevs));
  }
  // The tuples of a .debug_aranges section, or of all of them.
  Aranges aranges(std::uint32_t section = kNoSection) const {
    Dwreloc_Aranges aranges;
    detail::Check(dwreloc_aranges_begin(raw(), section, &aranges));
    return Aranges(detail::ArangeStepper(aranges));
  }
  // The smallest of these whose range holds an address.
  std::optional<Arange> FindArange(const Relocatable& address) const {
    Dwreloc_Arange arange;
    if (detail::Check(
            dwreloc_getarange_relocatable(raw(), &address.raw(), &arange)) == 0)
      return std::nullopt;
    return Arange(arange);
  }
  // The entries of one section of public names or types, or of all of them.
  Pubnames pubnames(std::uint32_t section = kNoSection) const {
    Dwreloc_Pubnames pubnames;
    detail::Check(dwreloc_pubnames_begin(raw(), section, &pubnames));
    return Pubnames(detail::PubnameStepper(pubnames));
  }
  // The name indexes that can be read, and why others cannot.
  std::vector<NameIndex> name_indexes() const {
    std::vector<NameIndex> indexes;
    const Dwreloc_Name_Index* index = nullptr;
    while (detail::Check(dwreloc_name_indexes_next(raw(), &index)) > 0)
      indexes.emplace_back(index);
    return indexes;
  }
  std::vector<Error> name_index_errors() const {
    std::vector<Error> errors;
    while (dwreloc_name_index_error(
               raw(), static_cast<std::uint32_t>(errors.size())) < 0)
      errors.push_back(Error::Last());
    return errors;
  }

  // The first .debug_frame or .eh_frame at or after section index `from`.
  std::optional<Section> FindFrameSection(std::uint32_t from = 0) const {
    std::uint32_t index = 0;
    if (detail::Check(dwreloc_cfi_section(raw(), from, &index)) == 0)
      return std::nullopt;
    return detail::SectionTable{raw()}.At(index);
  }
  // Its CIEs and FDEs.
  CfiEntries frames(std::uint32_t section) const {
    Dwreloc_Cfi cfi;
    detail::Check(dwreloc_cfi_begin(raw(), section, &cfi));
    return CfiEntries(detail::CfiStepper(cfi));
  }
  // The FDE that covers a place, of one section or of all.
  std::optional<CfiEntry> FindFrame(const Relocatable& pc,
                                    std::uint32_t section = kNoSection) const {
    Dwreloc_Cfi_Entry entry;
    if (detail::Check(dwreloc_cfi_find_relocatable(raw(), section, &pc.raw(),
                                                   &entry)) == 0)
      return std::nullopt;
    return CfiEntry(entry);
  }

  // The records that apply to bytes [from, to) of a section, in file order.
  Records records(std::uint32_t section, std::uint64_t from = 0,
                  std::uint64_t to = kNoOffset) const {
    Dwreloc_Records records;
    detail::Check(dwreloc_records_begin(raw(), section, from, to, &records));
    return Records(detail::RecordStepper(records));
  }
  // The first record at exactly an offset of a section.
  std::optional<Record> FindRecord(std::uint32_t section,
                                   std::uint64_t offset) const {
    Dwreloc_Record record;
    if (detail::Check(dwreloc_record_at(raw(), section, offset, &record)) == 0)
      return std::nullopt;
    return Record(record);
  }
  // The one that made an attribute's value.
  std::optional<Record> FindRecord(const Attribute& attribute) const {
    Dwreloc_Record record;
    if (detail::Check(dwreloc_form_record(&attribute.raw(), &record)) == 0)
      return std::nullopt;
    return Record(record);
  }
  // Calls visit(const Record&, const Owner&) for each record of a section
  // (kNoSection: of all debug sections).  A visit that returns bool ends it
  // with false; exceptions pass through.
  template <typename Visit>
  void VisitOwners(std::uint32_t section, Visit&& visit) const {
    struct State {
      std::remove_reference_t<Visit>* visit;
      std::exception_ptr exception;
    } state{&visit, nullptr};
    const int result = dwreloc_owners(
        raw(), section,
        [](void* user, const Dwreloc_Record* record,
           const Dwreloc_Owner* owner) -> int {
          State* self = static_cast<State*>(user);
          try {
            if constexpr (std::is_void_v<std::invoke_result_t<
                              Visit&, const Record&, const Owner&>>) {
              (*self->visit)(Record(*record), *owner);
              return 0;
            } else {
              return (*self->visit)(Record(*record), *owner) ? 0 : 1;
            }
          } catch (...) {
            self->exception = std::current_exception();
            return 1;
          }
        },
        &state);
    if (state.exception) std::rethrow_exception(state.exception);
    detail::Check(result);
  }

  // Placement: where sections and undefined symbols are.
  // 0, or how many sections of that name lie at one address now.
  int Place(const char* section, std::uint64_t address) {
    return detail::Check(dwreloc_place(raw(), section, address));
  }
  void PlaceSection(std::uint32_t index, std::uint64_t address) {
    detail::Check(dwreloc_place_section(raw(), index, address));
  }
  void PlaceAbsent(std::uint32_t index) {
    detail::Check(dwreloc_place_absent(raw(), index));
  }
  // The first two sections whose places overlap.
  std::optional<std::pair<std::uint32_t, std::uint32_t>> FindOverlap() const {
    std::uint32_t first = 0;
    std::uint32_t second = 0;
    if (detail::Check(dwreloc_overlap(raw(), &first, &second)) == 0)
      return std::nullopt;
    return std::pair(first, second);
  }
  // The place that an address is at.
  std::optional<Relocatable> Locate(std::uint64_t address) const {
    Dwreloc_Relocatable value{};
    if (detail::Check(dwreloc_locate(raw(), address, &value)) == 0)
      return std::nullopt;
    return Relocatable(value);
  }
  void PlaceSymbol(const char* name, std::uint64_t address) {
    detail::Check(dwreloc_place_symbol(raw(), name, address));
  }
  // Lays all loaded sections out as libdwfl does; returns the first address
  // after them.
  std::uint64_t PlaceOffline(std::uint64_t base = 0x10000) {
    std::uint64_t end = 0;
    detail::Check(dwreloc_place_offline(raw(), base, &end));
    return end;
  }
  void ForgetPlaces() { detail::Check(dwreloc_forget_places(raw())); }

  void SetCallbacks(Callbacks callbacks) {
    auto holder = std::make_unique<Callbacks>(std::move(callbacks));
    Dwreloc_Callbacks raw_callbacks{};
    raw_callbacks.size = sizeof(raw_callbacks);
    raw_callbacks.user = holder.get();
    if (holder->section_address)
      raw_callbacks.section_address = &File::AskSection;
    if (holder->symbol_address) raw_callbacks.symbol_address = &File::AskSymbol;
    if (holder->find_file) raw_callbacks.find_file = &File::AskFile;
    detail::Check(dwreloc_set_callbacks(raw(), &raw_callbacks));
    callbacks_ = std::move(holder);
  }
  void RemoveCallbacks() {
    detail::Check(dwreloc_set_callbacks(raw(), nullptr));
    callbacks_.reset();
  }

  Stats stats() const {
    Stats stats;
    detail::Check(dwreloc_stats(raw(), &stats));
    return stats;
  }
  // Digests every debug section, so that diagnostics() is complete.
  void DigestAll() const { detail::Check(dwreloc_digest_all(raw())); }
  bool is_digested(std::uint32_t section) const {
    return detail::Check(dwreloc_is_digested(raw(), section)) != 0;
  }
  // What the section's digest and decompressed bytes take now.
  SectionMemory memory(std::uint32_t section) const {
    SectionMemory memory;
    detail::Check(dwreloc_section_memory(raw(), section, &memory));
    return memory;
  }
  // Drops the digests and the pages read; the next read digests again.  All but
  // ranges that were begun stays valid.
  void Trim() { detail::Check(dwreloc_trim(raw())); }
  std::vector<Diagnostic> diagnostics() const {
    std::vector<Diagnostic> diagnostics;
    Dwreloc_Diagnostic found;
    while (detail::Check(
               dwreloc_diagnostic(raw(), diagnostics.size(), &found)) != 0) {
      // The text is the thread's until its next call.
      diagnostics.push_back({found.code, found.section, found.reloc_type,
                             found.count, found.offset,
                             std::string(detail::View(found.text))});
    }
    return diagnostics;
  }

 private:
  struct Close {
    Close() : is_borrowed(false) {}
    bool is_borrowed;
    void operator()(Dwreloc_Module* module) const {
      if (!is_borrowed) dwreloc_close(module);
    }
  };

  explicit File(Dwreloc_Module* module) : module_(module) {}

  // An exception must not cross the C library: it becomes DWRELOC_FAIL.
  template <typename Ask>
  static int Translate(std::uint64_t* address, const Ask& ask) {
    try {
      const Answer answer = ask();
      *address = answer.address();
      return answer.code();
    } catch (...) {
      return DWRELOC_FAIL;
    }
  }
  static int AskSection(void* user, const Dwreloc_Module* module,
                        const Dwreloc_Section* section,
                        std::uint64_t* address) {
    return Translate(address, [&] {
      return static_cast<const Callbacks*>(user)->section_address(
          Section(module, *section));
    });
  }
  static int AskSymbol(void* user, const Dwreloc_Module*,
                       const Dwreloc_Symbol* symbol, std::uint64_t* address) {
    return Translate(address, [&] {
      return static_cast<const Callbacks*>(user)->symbol_address(
          Symbol(*symbol));
    });
  }

  static int AskFile(void* user, const Dwreloc_Module*,
                     const Dwreloc_File_Request* request, const char** path) {
    try {
      std::string found;
      const Dwreloc_Answer answer =
          static_cast<const Callbacks*>(user)->find_file(*request, &found);
      // Stays until the library has taken it.  A string there would need memory
      // for its destructor, without which the process would end.
      thread_local char kept[4096];
      if (found.size() >= sizeof(kept)) return DWRELOC_FAIL;
      std::memcpy(kept, found.c_str(), found.size() + 1);
      *path = kept;
      return answer;
    } catch (...) {
      return DWRELOC_FAIL;
    }
  }

  // Before module_, so that it is destroyed after it.
  std::unique_ptr<Callbacks> callbacks_;
  std::unique_ptr<Dwreloc_Module, Close> module_;
};

// Names of the standards' constants; empty if unknown ------------------------

inline std::string_view TagName(unsigned tag) {
  return detail::View(dwreloc_tag_name(tag));
}
inline std::string_view AttributeName(unsigned name) {
  return detail::View(dwreloc_at_name(name));
}
inline std::string_view FormName(unsigned form) {
  return detail::View(dwreloc_form_name(form));
}
inline std::string_view OpName(unsigned atom) {
  return detail::View(dwreloc_op_name(atom));
}
inline std::string_view RangeEntryName(unsigned kind) {
  return detail::View(dwreloc_rle_name(kind));
}
inline std::string_view LocationEntryName(unsigned kind) {
  return detail::View(dwreloc_lle_name(kind));
}
inline std::string_view UnitTypeName(unsigned type) {
  return detail::View(dwreloc_ut_name(type));
}
inline std::string_view ConstantName(unsigned attribute, std::uint64_t value) {
  return detail::View(dwreloc_constant_name(attribute, value));
}

static_assert(std::ranges::random_access_range<Symbols>);
static_assert(std::ranges::random_access_range<Sections>);
static_assert(std::ranges::random_access_range<AttributeList>);
static_assert(std::ranges::random_access_range<Units>);
static_assert(std::ranges::input_range<Walk> && std::ranges::view<Walk>);

// Archives -------------------------------------------------------------------

// A member of an archive; its strings belong to that.
class Member {
 public:
  Member() = default;
  explicit Member(const Dwreloc_Member& member) : member_(member) {}

  const Dwreloc_Member& raw() const { return member_; }
  std::uint32_t index() const { return member_.index; }
  std::string_view name() const { return detail::View(member_.name); }
  // "libx.a(y.o)"
  std::string_view full_name() const { return detail::View(member_.full_name); }
  // Of the contents; thin: kNoOffset.
  std::uint64_t offset() const { return member_.offset; }
  std::uint64_t size() const { return member_.size; }
  Dwreloc_Content content() const {
    return static_cast<Dwreloc_Content>(member_.content);
  }
  // "LLVM bitcode"; empty if it is not known.
  std::string_view content_name() const {
    return detail::View(member_.content_name);
  }

 private:
  Dwreloc_Member member_{};
};

namespace detail {
struct MemberTable {
  const Dwreloc_Archive* archive = nullptr;
  Member At(std::size_t index) const {
    Dwreloc_Member member;
    Check(dwreloc_archive_member(archive, static_cast<std::uint32_t>(index),
                                 &member));
    return Member(member);
  }
};
}  // namespace detail

// Random access by index.
using Members = detail::IndexRange<detail::MemberTable, Member>;

// An open archive.  Files that were opened from it may outlive it.
// Thread-safety: as File.
class Archive {
 public:
  explicit Archive(const char* path) {
    Dwreloc_Archive* archive = nullptr;
    detail::Check(dwreloc_archive_open(path, &archive));
    archive_.reset(archive);
  }
  explicit Archive(const std::string& path) : Archive(path.c_str()) {}
  // `limit`: as of File, for the archive and for each of its members.
  Archive(const std::string& path, std::uint64_t limit) {
    Dwreloc_Archive* archive = nullptr;
    detail::Check(dwreloc_archive_open_limited(path.c_str(), limit, &archive));
    archive_.reset(archive);
  }

  // `fd` is used during the call only; `name` is for messages, and tells where
  // the files of a thin archive are.
  static Archive FromFd(int fd, const char* name = nullptr) {
    Dwreloc_Archive* archive = nullptr;
    detail::Check(dwreloc_archive_open_fd(fd, name, &archive));
    return Archive(archive);
  }
  // The image is borrowed until the archive and its files are destroyed.
  static Archive FromMemory(std::span<const std::uint8_t> image,
                            const char* name = nullptr) {
    Dwreloc_Archive* archive = nullptr;
    detail::Check(dwreloc_archive_open_memory(image.data(), image.size(), name,
                                              &archive));
    return Archive(archive);
  }

  const Dwreloc_Archive* raw() const { return archive_.get(); }
  ArchiveInfo info() const {
    ArchiveInfo info;
    detail::Check(dwreloc_archive_info(raw(), &info));
    return info;
  }
  Members members() const {
    return Members(detail::MemberTable{raw()}, info().member_count);
  }
  // The first one of that name at or after index `from`.
  std::optional<Member> Find(const char* name, std::uint32_t from = 0) const {
    std::uint32_t index = 0;
    if (detail::Check(dwreloc_archive_find(raw(), name, from, &index)) == 0)
      return std::nullopt;
    return detail::MemberTable{raw()}.At(index);
  }
  File Open(std::uint32_t index) const {
    return File::FromMember(raw(), index);
  }
  // Why nothing is read after the last member.
  std::optional<Error> error() const {
    if (dwreloc_archive_error(raw()) >= 0) return std::nullopt;
    return Error::Last();
  }

 private:
  struct Close {
    void operator()(Dwreloc_Archive* archive) const {
      dwreloc_archive_close(archive);
    }
  };
  explicit Archive(Dwreloc_Archive* archive) : archive_(archive) {}

  std::unique_ptr<Dwreloc_Archive, Close> archive_;
};

}  // namespace dwreloc

// Equal values have equal hashes, whichever symbol they were written against.
template <>
struct std::hash<dwreloc::Relocatable> {
  std::size_t operator()(const dwreloc::Relocatable& value) const noexcept {
    return static_cast<std::size_t>(dwreloc_relocatable_hash(&value.raw()));
  }
};

#endif  // C++20
#endif  // DWRELOC_DWRELOC_HPP
