// common_elf.h - the common file as an ELF file, and how others name it.
//
// Tested by tests/compress/multifile_test.cc.
#ifndef DWRELOC_TOOLS_DWRELOC_COMPRESS_MULTIFILE_COMMON_ELF_H_
#define DWRELOC_TOOLS_DWRELOC_COMPRESS_MULTIFILE_COMMON_ELF_H_

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "dwreloc_compress/elf_copy.h"
#include "dwreloc_compress/emit.h"
#include "dwreloc_compress/multifile/join.h"

namespace dwreloc_tools::compress {

struct CommonSections {
  std::vector<std::uint8_t> info{};
  std::vector<std::uint8_t> abbrevs{};
  std::vector<std::uint8_t> lines{};
  std::vector<std::uint8_t> strings{};
};

// `machine`: what the file is for.
std::vector<std::uint8_t> MakeCommonElf(CommonSections sections,
                                        const SpoolHeader& machine,
                                        SupplementForms forms,
                                        SectionPacking packing);

// The section by which a file refers to a common one.
// `name`: of the common file, as readers look for it; `id`: its build-id or
// checksum. DWARF 5 7.3.6.
AddedSection MakeLink(SupplementForms forms, const std::string& name,
                      std::span<const std::uint8_t> id,
                      const NumberWriter& numbers);

}  // namespace dwreloc_tools::compress

#endif  // DWRELOC_TOOLS_DWRELOC_COMPRESS_MULTIFILE_COMMON_ELF_H_
