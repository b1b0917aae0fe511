// compare.h - do two files say the same, and where not?
//
// The logical view: DIE trees with the units that they are moved to or imported
// from, lines, lists, macros, call frames, lookup tables, and all that is not
// debugging information.  Offsets, forms, abbreviations, encodings and where a
// tree is stored do not count.  docs/diff.md says what does.  It reads with the
// public headers only, and shares nothing with any program that writes.
// Tested by tests/diff/same_test.py and tests/diff/changes_test.py.
#ifndef DWRELOC_TOOLS_DWRELOC_DIFF_COMPARE_H_
#define DWRELOC_TOOLS_DWRELOC_DIFF_COMPARE_H_

#include <cstddef>
#include <cstdint>
#include <dwreloc/dwreloc.hpp>
#include <optional>
#include <string>
#include <vector>

namespace dwreloc_tools {

// One thing that the files do not say alike.
struct Difference {
  std::string section;  // where it is said: ".debug_info"
  std::string unit;     // DW_AT_name of the unit; "": of none
  // To the DIE: "DW_TAG_structure_type point, DW_TAG_member x"; in other data
  // what it is about: ".text+0x10".
  std::string path;
  std::string what;  // an attribute, or another property
  // In that section of each file, if it is there.
  std::optional<std::uint64_t> offset_a;
  std::optional<std::uint64_t> offset_b;
  // What each says, for people; none: it says nothing.
  std::optional<std::string> a;
  std::optional<std::string> b;
};

// A part of a file that cannot be read, and was not compared.
struct Trouble {
  int file = 0;      // 0: the first one, 1: the second one
  std::string text;  // names file, section and offset
  std::string section;
  std::optional<std::uint64_t> offset;
};

struct CompareOptions {
  // How many differences, and how many troubles, are kept.
  std::size_t limit = 20;
};

struct Comparison {
  std::vector<Difference> differences;
  std::vector<Trouble> troubles;
  // Those that are not kept are counted as well.
  std::uint64_t difference_count = 0;
  std::uint64_t trouble_count = 0;
  // What was compared, of the first file.
  std::uint64_t units = 0;
  std::uint64_t dies = 0;

  bool is_same() const { return difference_count == 0 && trouble_count == 0; }
};

// Compares two open files.  Throws std::bad_alloc, and std::exception where
// comparing itself fails; what is bad in a file is a Trouble.
Comparison Compare(const dwreloc::FileView& a, const dwreloc::FileView& b,
                   const CompareOptions& options);

}  // namespace dwreloc_tools

#endif  // DWRELOC_TOOLS_DWRELOC_DIFF_COMPARE_H_
