// Sample: an object that has something of everything that dwreloc-compress
// writes anew, for tests of its rooms and for damage.
//
// Several units say the same of their types, in a circle, and each has a
// function of its own: addresses, lists, expressions that hold the place of a
// DIE.  Line tables, macros, lookup tables and call frames lead to them.
//
// Tested by tests/compress/compress_test.cc.
#ifndef TESTS_COMPRESS_SAMPLE_H_
#define TESTS_COMPRESS_SAMPLE_H_

#include <cstdint>
#include <ostream>
#include <string>
#include <vector>

#include "read/encoding.h"
#include "support/target.h"

namespace dwreloc_tools::compress {

struct Sample {
  std::string name;  // of a test
  dwreloc::internal::Target target;
  std::uint16_t version = 5;
  dwreloc::internal::Format format = dwreloc::internal::Format::kDwarf32;
  bool is_linked = false;  // a program, at an address of its own
  bool has_types = false;  // a type unit in a section group
  // For GoogleTest's messages.
  friend std::ostream& operator<<(std::ostream& out, const Sample& sample) {
    return out << sample.name;
  }
};

// Every machine of tests/support/target.h in every version, in DWARF32 and,
// where it has records of 8 bytes, DWARF64; versions 4 and 5 linked, too.
std::vector<Sample> AllSamples();

std::vector<std::uint8_t> BuildSample(const Sample& sample);

}  // namespace dwreloc_tools::compress

#endif  // TESTS_COMPRESS_SAMPLE_H_
