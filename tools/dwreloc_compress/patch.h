// patch.h - the debug sections that keep their layout: bytes are copied, and
// what leads to a section that has changed is set anew.
//
// What a record says of a section that is not loaded becomes a number, and the
// record goes; those of .debug_aranges stay, because readers that do not
// relocate take its numbers for better than none.
//
// Tested by tests/compress/patch_test.cc and tests/fixtures/compressed_test.py.
#ifndef DWRELOC_TOOLS_DWRELOC_COMPRESS_PATCH_H_
#define DWRELOC_TOOLS_DWRELOC_COMPRESS_PATCH_H_

#include <cstdint>
#include <dwreloc/dwreloc.hpp>
#include <string>
#include <vector>

#include "dwreloc_compress/emit.h"

namespace dwreloc_tools::compress {

// What a field leads to.
enum class PatchTarget : std::uint8_t {
  kSame,        // an offset into a section that keeps its layout
  kString,      // a number in Graph::strings, in .debug_str
  kLineString,  // the same in .debug_line_str
  kUnit,        // a unit, by number
  kUnitLength,  // its size
  kDie,         // a DIE, by number, counted from its unit
};

struct Patch {
  std::uint64_t offset = 0;
  std::uint64_t value = 0;  // by target
  std::uint64_t old_value = 0;
  RawRecord record;
  bool has_record = false;
  PatchTarget target = PatchTarget::kSame;
  std::uint8_t width = 0;  // bytes
};

struct PatchedSection {
  std::uint32_t index = 0;
  std::string name{};
  SectionRecords records;
  // Nothing refers to it any more: strings that were given by index.
  bool is_dropped = false;
  std::vector<Patch> patches{};
};

// Finds the fields of all sections but .debug_info; adds strings to the graph.
// Throws std::runtime_error if a section holds what cannot be carried over.
std::vector<PatchedSection> FindPatches(const dwreloc::File& file,
                                        Graph& graph);

// Returns the new contents.
Section ApplyPatches(const dwreloc::File& file, const PatchedSection& section,
                     const Graph& graph, const Plan& plan,
                     const StringTable& strings,
                     const StringTable& line_strings, const Layout& layout,
                     const NumberWriter& numbers);

}  // namespace dwreloc_tools::compress

#endif  // DWRELOC_TOOLS_DWRELOC_COMPRESS_PATCH_H_
