// section_content.h - the header of a section that has other contents.
//
// Tested by tests/compress/elf_copy_test.cc and
// tests/compress/linked_copy_test.cc.
#ifndef DWRELOC_TOOLS_DWRELOC_COMPRESS_SECTION_CONTENT_H_
#define DWRELOC_TOOLS_DWRELOC_COMPRESS_SECTION_CONTENT_H_

#include <gelf.h>
#include <libelf.h>

#include <cstdint>

#include "dwreloc_compress/elf_copy.h"
#include "dwreloc_compress/libelf.h"

namespace dwreloc_tools::compress {

// Compresses the contents, if they may be, and sets what depends on them in a
// copy of the section's header: size, alignment, SHF_COMPRESSED.
void SetContent(Elf* file, Elf_Scn* section, Content& content,
                SectionPacking packing, GElf_Shdr* header);

// Throws std::runtime_error if `padding`, the bytes of a copy that are no
// contents (headers, and what aligns sections), are far more than the file that
// is copied: a header may claim any alignment, as 2^40.
void CheckPadding(std::uint64_t padding, std::uint64_t file_size);

}  // namespace dwreloc_tools::compress

#endif  // DWRELOC_TOOLS_DWRELOC_COMPRESS_SECTION_CONTENT_H_
