// RelocValue: a value that keeps what it is relative to.
//
// Every relocatable read returns one.  Turning it into an address is the job of
// placing/resolver, and needs a caller who knows where things are loaded.
// Values are ordered and compared by place, (section, offset), whichever symbol
// of the section they were written against.
// Tested by tests/unit/reloc/reloc_value_test.cc.

#ifndef LIBDWRELOC_RELOC_RELOC_VALUE_H_
#define LIBDWRELOC_RELOC_RELOC_VALUE_H_

#include <compare>
#include <cstdint>
#include <optional>

#include "base/status.h"

namespace dwreloc::internal {

enum class RelocKind : uint8_t {
  kConstant = 0,    // value
  kSection = 1,     // section + value + mode()
  kUndefined = 2,   // symbol (undefined or common) + value
  kTls = 3,         // thread-local section + value; undefined: symbol + value
  kDifference = 4,  // symbol + value - detail's symbol
  kBad = 5,         // error and fault() say why; for a record, detail is the
                    // r_type, and symbol + value is what it asks for
};

// What is wrong with a record, more precisely than an ErrorCode says.
enum class RelocFault : uint32_t {
  kOverlap,        // with another record, at `value`: which one is meant, and
                   // so what is asked for, is unknown
  kSymbolIndex,    // beyond the symbol table
  kSymbolTable,    // counts in a table that is not the file's symbol table
  kSymbolSection,  // its symbol is in no section of the file
  kBeyondSection,  // its field ends after the section
  kNoContents,     // the bytes that hold its addend are not available
  kSequence,       // combined with others in a way that no linker accepts
  kOtherField,     // writes other bytes than those of the field that is read
  kOtherFile,      // its symbol is in another file than the bounds next to it
  kFromItsPlace,   // counts from its own place, but its field does not
  kFromGot,        // counts from the GOT
  kFromGp,         // counts from the global pointer
  kNone = kNoSection,
};

inline constexpr uint32_t kNoAddressIndex = UINT32_MAX;

// 24 bytes, passed by value.
struct RelocValue {
  uint64_t value = 0;
  // kSection, kTls; kConstant: the debug section in which the number is an
  // offset, if requested (dwarf/tree/number_section); kBad: the fault.
  uint32_t section = kNoSection;
  uint32_t symbol = kNoSymbol;
  // kDifference: the symbol subtracted; kBad: r_type, for kNoSkeleton the index
  // of the address (kNoAddressIndex: none); else mode bits of the address, and
  // kFromPlace.
  uint32_t detail = 0;
  RelocKind kind = RelocKind::kConstant;
  ErrorCode error = ErrorCode::kOk;  // kBad
  uint8_t width = 0;                 // bytes in the file; 0: computed
  bool has_record = false;

  static RelocValue Constant(uint64_t value) {
    return RelocValue{.value = value};
  }
  static RelocValue Bad(ErrorCode error, uint32_t r_type = 0,
                        uint32_t symbol = kNoSymbol,
                        RelocFault fault = RelocFault::kNone,
                        uint64_t value = 0) {
    return RelocValue{.value = value,
                      .section = static_cast<uint32_t>(fault),
                      .symbol = symbol,
                      .detail = r_type,
                      .kind = RelocKind::kBad,
                      .error = error,
                      .has_record = true};
  }

  // An address of a split unit that cannot be looked up.
  static RelocValue WithoutSkeleton(uint64_t index) {
    RelocValue value = Bad(ErrorCode::kNoSkeleton);
    value.detail = index < kNoAddressIndex ? static_cast<uint32_t>(index)
                                           : kNoAddressIndex;
    value.has_record = false;
    return value;
  }

  bool is_constant() const { return kind == RelocKind::kConstant; }
  bool is_bad() const { return kind == RelocKind::kBad; }
  RelocFault fault() const {
    return is_bad() ? static_cast<RelocFault>(section) : RelocFault::kNone;
  }
  // The r_type that a bad value is blamed on, or 0.
  uint32_t blamed_type() const {
    return is_bad() && error != ErrorCode::kNoSkeleton ? detail : 0;
  }
  // A bit of the address that tells the instruction set of the code there
  // (Thumb, microMIPS, MIPS16), not its location: the address is what the value
  // is relative to plus `value` plus this.  Values that differ in it alone are
  // the same place.
  uint32_t mode() const {
    return kind == RelocKind::kSection ? detail & kModeMask : 0;
  }

  // The value of a PC-relative record: the place it points at, from which the
  // place of the field is still to be subtracted.  Only pointers of call frames
  // can be such values (dwarf/tree/eh_pointer).
  static constexpr uint32_t kFromPlace = uint32_t{1} << 31;
  static constexpr uint32_t kModeMask = 1;
  bool counts_from_place() const {
    return (detail & kFromPlace) != 0 && kind != RelocKind::kDifference &&
           kind != RelocKind::kBad;
  }
};

static_assert(sizeof(RelocValue) == 24);

// Compares by kind, then by what it is relative to, then by offset.
inline std::strong_ordering ComparePlace(const RelocValue& a,
                                         const RelocValue& b) {
  if (const auto order = a.kind <=> b.kind; std::is_neq(order)) return order;
  switch (a.kind) {
    case RelocKind::kTls:
    case RelocKind::kSection:
      if (const auto order = a.section <=> b.section; std::is_neq(order))
        return order;
      if (a.section != kNoSection) break;
      [[fallthrough]];
    case RelocKind::kUndefined:
      if (const auto order = a.symbol <=> b.symbol; std::is_neq(order))
        return order;
      break;
    case RelocKind::kDifference:
      if (const auto order = a.symbol <=> b.symbol; std::is_neq(order))
        return order;
      if (const auto order = a.detail <=> b.detail; std::is_neq(order))
        return order;
      break;
    case RelocKind::kBad:
      if (const auto order = a.error <=> b.error; std::is_neq(order))
        return order;
      if (const auto order = a.detail <=> b.detail; std::is_neq(order))
        return order;
      break;
    case RelocKind::kConstant:
      break;
  }
  return a.value <=> b.value;
}

// Returns true if both count from the same thing, so that the offsets alone can
// be compared.
inline bool HaveSameBase(const RelocValue& a, const RelocValue& b) {
  RelocValue shifted = b;
  shifted.value = a.value;
  return std::is_eq(ComparePlace(a, shifted));
}

// Returns true if pc is in [begin, end).  Only values relative to the same
// thing can be compared.
inline bool IsInRange(const RelocValue& pc, const RelocValue& begin,
                      const RelocValue& end) {
  if (begin.is_bad() || end.is_bad() || !HaveSameBase(begin, pc)) return false;
  return begin.value <= pc.value && pc.value < end.value &&
         HaveSameBase(end, pc);
}

// a - b, a number if both count from the same thing.
inline std::optional<int64_t> DifferenceOf(const RelocValue& a,
                                           const RelocValue& b) {
  if (a.is_bad() || !HaveSameBase(a, b)) return std::nullopt;
  return static_cast<int64_t>(a.value - b.value);
}

// Equal places have equal hashes.
inline uint64_t HashPlace(const RelocValue& value) {
  uint64_t relative_to = 0;
  switch (value.kind) {
    case RelocKind::kTls:
    case RelocKind::kSection:
      relative_to = value.section != kNoSection ? value.section : value.symbol;
      break;
    case RelocKind::kUndefined:
      relative_to = value.symbol;
      break;
    case RelocKind::kDifference:
      relative_to = uint64_t{value.symbol} << 32 | value.detail;
      break;
    case RelocKind::kBad:
      relative_to =
          uint64_t{static_cast<uint8_t>(value.error)} << 32 | value.detail;
      break;
    case RelocKind::kConstant:
      break;
  }
  // splitmix64's finisher over both words and the kind.
  uint64_t hash = value.value * 0x9e3779b97f4a7c15u ^ relative_to;
  hash ^= static_cast<uint64_t>(value.kind) << 59;
  hash = (hash ^ hash >> 30) * 0xbf58476d1ce4e5b9u;
  hash = (hash ^ hash >> 27) * 0x94d049bb133111ebu;
  return hash ^ hash >> 31;
}

// a + b, at most one of which may be relocatable.
RelocValue AddRelocatable(RelocValue a, const RelocValue& b,
                          uint8_t address_size);
// The same for a number b and an a of 8 bytes that is in a section.
inline RelocValue AddNumber(const RelocValue& a, uint64_t b) {
  RelocValue sum = a;
  sum.value += b;
  sum.width = 0;
  return sum;
}

}  // namespace dwreloc::internal

#endif  // LIBDWRELOC_RELOC_RELOC_VALUE_H_
