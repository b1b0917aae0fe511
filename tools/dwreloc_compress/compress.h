// compress.h - one file, smaller.
//
// The rooms of this program, in the order in which data flow through them:
//
//   admit      may the file be rewritten?
//   graph      DIEs as trees that say something, and refer to each other
//   diets      what may be left out, if asked for
//   classes    which trees say the same
//   multifile/ which of them are in a file that several ones share
//   plan       which unit holds which tree (imports, namespaces)
//   forms      abbreviations, strings
//   layout     offsets
//   emit       .debug_info and its records (links)
//   patch      the other debug sections
//   elf_copy   the file (linked_copy: one that is loaded as it stands)
//   footprint  what took how many bytes
//
// multifile/ has phases of its own: index, spool, merge, join make the common
// file; supplement finds in it what a file has (identity).
//
// Tested by tests/compress/compress_test.cc and
// tests/fixtures/compressed_test.py.
#ifndef DWRELOC_TOOLS_DWRELOC_COMPRESS_COMPRESS_H_
#define DWRELOC_TOOLS_DWRELOC_COMPRESS_COMPRESS_H_

#include <cstdint>
#include <dwreloc/dwreloc.hpp>
#include <string>
#include <vector>

#include "dwreloc_compress/diets.h"
#include "dwreloc_compress/footprint.h"
#include "dwreloc_compress/links.h"
#include "dwreloc_compress/pack.h"

namespace dwreloc_tools::compress {

class Supplement;

struct SectionChange {
  std::string name;
  std::uint64_t before = 0;  // bytes in the file
  std::uint64_t after = 0;
};

struct Compressed {
  // Empty if the file stays as it is: then `why` says why.
  std::vector<std::uint8_t> image;
  std::string why;
  // There was an image; whoever writes it may take it.
  bool has_changed = false;
  // It could be done, and nothing would be gained.
  bool is_small = false;
  bool has_supplement = false;  // it refers to the common file

  std::vector<SectionChange> sections;  // that have changed
  // What the saving consists of.
  std::uint64_t units = 0;
  std::uint64_t partial_units = 0;  // new ones
  std::uint64_t dies_before = 0;
  std::uint64_t dies_after = 0;
  std::uint64_t records_before = 0;  // of debug sections
  std::uint64_t records_after = 0;
};

struct CompressOptions {
  SectionPacking packing = SectionPacking::kPlain;
  Diets diets{};
  // A common file that this one can refer to, or nullptr.
  const Supplement* supplement = nullptr;
  // Filled, unless it is nullptr.
  Footprint* footprint = nullptr;
  KeepLinks keep_links = KeepLinks::kInGroups;
};

// Releases what the file holds in memory. Throws std::bad_alloc.
Compressed Compress(dwreloc::File& file, const CompressOptions& options);

}  // namespace dwreloc_tools::compress

#endif  // DWRELOC_TOOLS_DWRELOC_COMPRESS_COMPRESS_H_
