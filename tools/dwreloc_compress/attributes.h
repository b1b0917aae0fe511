// attributes.h - what an attribute's name and form say of its value.
//
// Tested by tests/compress/graph_test.cc.
#ifndef DWRELOC_TOOLS_DWRELOC_COMPRESS_ATTRIBUTES_H_
#define DWRELOC_TOOLS_DWRELOC_COMPRESS_ATTRIBUTES_H_

#include <cstdint>
#include <dwreloc/dwreloc.hpp>

namespace dwreloc_tools::compress {

// Is it the number of a file in the unit's line table?
bool IsFileNumber(std::uint16_t name);

// Can a number be read in one way only, as signed or not?
bool IsPlain(std::uint16_t name, std::uint64_t value, unsigned width);

// Is the value in the file that this one shares with others?
bool IsInSupplement(std::uint16_t form);

// Is it a number that records supply, or none?
bool IsRelocated(const Dwreloc_Attribute& attribute);

// Do its records stay? Those of offsets into sections that are not loaded go.
bool KeepsRecords(const Dwreloc_Attribute& attribute);

}  // namespace dwreloc_tools::compress

#endif  // DWRELOC_TOOLS_DWRELOC_COMPRESS_ATTRIBUTES_H_
