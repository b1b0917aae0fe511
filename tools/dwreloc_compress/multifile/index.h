// index.h - the first phase: a file becomes a spool (spool.h).
//
// Tested by tests/compress/multifile_test.cc.
#ifndef DWRELOC_TOOLS_DWRELOC_COMPRESS_MULTIFILE_INDEX_H_
#define DWRELOC_TOOLS_DWRELOC_COMPRESS_MULTIFILE_INDEX_H_

#include <cstdint>
#include <dwreloc/dwreloc.hpp>
#include <string>
#include <vector>

#include "dwreloc_compress/diets.h"

namespace dwreloc_tools::compress {

struct Indexed {
  std::vector<std::uint8_t> spool{};  // empty: it shares nothing
  std::string why{};                  // then: why it cannot
};

// Releases what the file holds in memory. Throws std::bad_alloc.
Indexed Index(dwreloc::File& file, const Diets& diets = {});

}  // namespace dwreloc_tools::compress

#endif  // DWRELOC_TOOLS_DWRELOC_COMPRESS_MULTIFILE_INDEX_H_
