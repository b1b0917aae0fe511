// RelocValue: a value that keeps what it is relative to.
//
// It is what every relocatable read returns.  Turning one into an address is
// module/resolver's job, and needs somebody who knows where things are loaded.
// Values are ordered and compared by place, (section, offset), whichever
// symbol of the section they were written against.
// Tested by tests/unit/reloc/reloc_value_test.cc.

#ifndef LIBDWRELOC_RELOC_RELOC_VALUE_H_
#define LIBDWRELOC_RELOC_RELOC_VALUE_H_

#include <compare>
#include <cstdint>

#include "base/status.h"

namespace dwreloc::internal {

enum class RelocKind : uint8_t {
  kConstant = 0,    // value
  kSection = 1,     // section + value
  kUndefined = 2,   // symbol (undefined or common) + value
  kTls = 3,         // thread-local section + value; undefined: symbol + value
  kDifference = 4,  // symbol + value - detail's symbol
  kBad = 5,         // error says why, of a record: detail is the r_type, and
                    // symbol + value is what it asks for
};

inline constexpr uint32_t kNoAddressIndex = UINT32_MAX;

// 24 bytes, passed by value.
struct RelocValue {
  uint64_t value = 0;
  // kSection, kTls; kConstant: the debug section that the number is an offset
  // in, where somebody asked (dwarf/number_section).
  uint32_t section = kNoSection;
  uint32_t symbol = kNoSymbol;
  // kDifference: symbol subtracted; kBad: r_type, of kNoSkeleton the index of
  // the address (kNoAddressIndex: none)
  uint32_t detail = 0;
  RelocKind kind = RelocKind::kConstant;
  ErrorCode error = ErrorCode::kOk;  // kBad
  uint8_t width = 0;                 // bytes in the file; 0: computed
  bool has_record = false;

  static RelocValue Constant(uint64_t value) {
    return RelocValue{.value = value};
  }
  static RelocValue Bad(ErrorCode error, uint32_t r_type = 0,
                        uint32_t symbol = kNoSymbol, uint64_t addend = 0) {
    return RelocValue{.value = addend,
                      .symbol = symbol,
                      .detail = r_type,
                      .kind = RelocKind::kBad,
                      .error = error,
                      .has_record = true};
  }

  // An address of a split unit that nobody can look up.
  static RelocValue WithoutSkeleton(uint64_t index) {
    RelocValue value = Bad(ErrorCode::kNoSkeleton);
    value.detail = index < kNoAddressIndex ? static_cast<uint32_t>(index)
                                           : kNoAddressIndex;
    value.has_record = false;
    return value;
  }

  bool is_constant() const { return kind == RelocKind::kConstant; }
  bool is_bad() const { return kind == RelocKind::kBad; }
};

static_assert(sizeof(RelocValue) == 24);

// Kind first, then what it is relative to, then the offset.
inline std::strong_ordering ComparePlace(const RelocValue& a,
                                         const RelocValue& b) {
  if (const auto order = a.kind <=> b.kind; order != 0) return order;
  switch (a.kind) {
    case RelocKind::kTls:
    case RelocKind::kSection:
      if (const auto order = a.section <=> b.section; order != 0) return order;
      if (a.section != kNoSection) break;
      [[fallthrough]];
    case RelocKind::kUndefined:
      if (const auto order = a.symbol <=> b.symbol; order != 0) return order;
      break;
    case RelocKind::kDifference:
      if (const auto order = a.symbol <=> b.symbol; order != 0) return order;
      if (const auto order = a.detail <=> b.detail; order != 0) return order;
      break;
    case RelocKind::kBad:
      if (const auto order = a.error <=> b.error; order != 0) return order;
      if (const auto order = a.detail <=> b.detail; order != 0) return order;
      break;
    case RelocKind::kConstant:
      break;
  }
  return a.value <=> b.value;
}

// Do both count from the same thing, so that the offsets alone compare?
inline bool HaveSameBase(const RelocValue& a, const RelocValue& b) {
  RelocValue shifted = b;
  shifted.value = a.value;
  return ComparePlace(a, shifted) == 0;
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

}  // namespace dwreloc::internal

#endif  // LIBDWRELOC_RELOC_RELOC_VALUE_H_
