// Images to measure the reading of DWARF with, shaped as gcc writes a kernel
// module: every address and every string offset is relocated.
//
// All of them are the same in every run.

#ifndef TESTS_WORKLOADS_DWARF_INPUTS_H_
#define TESTS_WORKLOADS_DWARF_INPUTS_H_

#include <cstdint>
#include <vector>

namespace dwreloc::internal {

// Forms that are decoded alike.
enum class FormClass : uint8_t {
  kAddress,    // addr
  kString,     // strp
  kInline,     // string
  kConstant,   // data1 to data8, udata, sdata
  kImplicit,   // flag_present, implicit_const: no bytes at all
  kReference,  // ref4
  kOffset,     // sec_offset
  kBlock,      // exprloc
  kIndex,      // strx, strx1, strx2, addrx
};

// An abbreviation table of ten attributes per declaration.
std::vector<uint8_t> BuildAbbrevs(uint64_t declarations);

// One unit of DIEs of eight attributes of one class each.
std::vector<uint8_t> BuildAttributes(FormClass form_class, uint64_t dies);

// One unit of functions with parameters and variables, and the types of these.
std::vector<uint8_t> BuildDies(uint64_t functions);

// One unit and its line table.
std::vector<uint8_t> BuildLines(uint64_t rows);

// One unit and the lists of its DIEs, six bounded entries in each.  Version 4:
// .debug_ranges and .debug_loc.
std::vector<uint8_t> BuildRanges(uint16_t version, uint64_t lists);
std::vector<uint8_t> BuildLocations(uint16_t version, uint64_t lists);

// One set of address ranges.
std::vector<uint8_t> BuildAranges(uint64_t ranges);

// One name index; each name has one entry.
std::vector<uint8_t> BuildNames(uint64_t names);

// One unit of variables, each with an expression of four operations.
std::vector<uint8_t> BuildExpressions(uint64_t expressions);

// .debug_frame: one CIE, and FDEs of functions that save three registers: seven
// rows each.
std::vector<uint8_t> BuildFrames(uint64_t fdes);

}  // namespace dwreloc::internal

#endif  // TESTS_WORKLOADS_DWARF_INPUTS_H_
