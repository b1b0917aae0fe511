// Places in sections as types of their own: a bare uint64_t is a number, never
// a place.
//
// The type of an offset says in what kind of section it counts, and its index
// in which one if the file has several.  SectionPlace is for a place in any
// section.
// Tested by the compiler.

#ifndef LIBDWRELOC_READ_OFFSETS_H_
#define LIBDWRELOC_READ_OFFSETS_H_

#include <compare>
#include <cstdint>

#include "base/status.h"

namespace dwreloc::internal {

// An offset into a section of the kind that Tag names.
template <typename Tag>
struct Offset {
  uint64_t value = kNoOffset;
  // kNoSection: the section in which offsets count by default.
  uint32_t section = kNoSection;
  friend auto operator<=>(const Offset&, const Offset&) = default;
};

using DebugAbbrevOffset = Offset<struct DebugAbbrevTag>;
using DebugInfoOffset = Offset<struct DebugInfoTag>;  // or .debug_types
using DebugLineOffset = Offset<struct DebugLineTag>;
using DebugAddrBase = Offset<struct DebugAddrTag>;
using DebugStrOffsetsBase = Offset<struct DebugStrOffsetsTag>;
using DebugRngListsBase = Offset<struct DebugRngListsTag>;
using DebugLocListsBase = Offset<struct DebugLocListsTag>;
// Of a list, in the section that the lists of its unit are in.
using DebugListOffset = Offset<struct DebugListTag>;

// A byte of a section of the file.
struct SectionPlace {
  uint32_t section = kNoSection;
  uint64_t offset = kNoOffset;
  friend auto operator<=>(const SectionPlace&, const SectionPlace&) = default;
};

}  // namespace dwreloc::internal

#endif  // LIBDWRELOC_READ_OFFSETS_H_
