// join.h - spools and what they have in common become the common file.
//
// It is an ELF file without code: .debug_info, .debug_abbrev, .debug_str,
// .debug_line, and a build-id, or .debug_sup with a checksum, by which those
// that refer to it know it.
//
// Tested by tests/compress/multifile_test.cc.
#ifndef DWRELOC_TOOLS_DWRELOC_COMPRESS_MULTIFILE_JOIN_H_
#define DWRELOC_TOOLS_DWRELOC_COMPRESS_MULTIFILE_JOIN_H_

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "dwreloc_compress/multifile/merge.h"
#include "dwreloc_compress/pack.h"

namespace dwreloc_tools::compress {

// How files refer to the common one.
enum class SupplementForms : std::uint8_t {
  kGnu,     // .gnu_debugaltlink, DW_FORM_GNU_ref_alt, DW_FORM_GNU_strp_alt
  kDwarf5,  // .debug_sup, DW_FORM_ref_sup4, DW_FORM_strp_sup
};

struct CommonFile {
  std::vector<std::uint8_t> image{};  // empty: there is nothing to share
  std::uint64_t units = 0;
  std::uint64_t dies = 0;
};

// `paths`: of spools, as ordered; `parts`: of all ranges, in
// their order. Throws
// std::runtime_error if they do not belong together.
CommonFile JoinParts(std::span<const std::string> paths, const Identity& all,
                     std::span<const Part> parts, SupplementForms forms,
                     SectionPacking packing);

}  // namespace dwreloc_tools::compress

#endif  // DWRELOC_TOOLS_DWRELOC_COMPRESS_MULTIFILE_JOIN_H_
