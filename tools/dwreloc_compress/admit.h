// admit.h - may a file be rewritten?
//
// Whatever this program does not understand leaves the file as it is. What only
// reading tells (an unknown form, a record that cannot be used) is told by the
// readers.
//
// Tested by tests/compress/admit_test.cc and tests/fixtures/compressed_test.py.
#ifndef DWRELOC_TOOLS_DWRELOC_COMPRESS_ADMIT_H_
#define DWRELOC_TOOLS_DWRELOC_COMPRESS_ADMIT_H_

#include <dwreloc/dwreloc.hpp>
#include <string>

namespace dwreloc_tools::compress {

// Returns why not, or an empty string.
std::string WhyNot(const dwreloc::File& file);

// Is it a file that others share? It has nothing but partial units, and those
// that refer to it do so by number.
bool IsCommonFile(const dwreloc::File& file);

// Does it refer to a file that it shares with others?
bool HasSupplement(const dwreloc::File& file);

}  // namespace dwreloc_tools::compress

#endif  // DWRELOC_TOOLS_DWRELOC_COMPRESS_ADMIT_H_
