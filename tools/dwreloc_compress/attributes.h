// attributes.h - what an attribute's name and form say of its value.
//
// Tested by tests/compress/graph_test.cc.
#ifndef DWRELOC_TOOLS_DWRELOC_COMPRESS_ATTRIBUTES_H_
#define DWRELOC_TOOLS_DWRELOC_COMPRESS_ATTRIBUTES_H_

#include <cstdint>
#include <dwreloc/dwreloc.hpp>

#include "dwreloc_compress/leb128.h"

namespace dwreloc_tools::compress {

// Is it the number of a file in the unit's line table?
bool IsFileNumber(std::uint16_t name);

// Can a number be read in one way only, as signed or not?
bool IsPlain(std::uint16_t name, std::uint64_t value, unsigned width);

// The fixed size in which a number takes less than as an ULEB128 and reads the
// same, or 0.
inline unsigned FixedSize(std::uint16_t name, std::uint32_t number) {
  if (number < 0x80) return 0;
  const unsigned size = number < 0x100 ? 1 : number < 0x10000 ? 2 : 4;
  return size < UlebSize(number) && IsPlain(name, number, size) ? size : 0;
}

// Is the value in the file that this one shares with others?
bool IsInSupplement(std::uint16_t form);

// Is it a number that records supply, or none?
bool IsRelocated(const Dwreloc_Attribute& attribute);

// Do its records stay? Those of offsets into sections that are not loaded go.
bool KeepsRecords(const Dwreloc_Attribute& attribute);

}  // namespace dwreloc_tools::compress

#endif  // DWRELOC_TOOLS_DWRELOC_COMPRESS_ATTRIBUTES_H_
