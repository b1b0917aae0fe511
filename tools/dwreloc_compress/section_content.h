// section_content.h - the header of a section that has other contents.
//
// Tested by tests/compress/elf_copy_test.cc and
// tests/compress/linked_copy_test.cc.
#ifndef DWRELOC_TOOLS_DWRELOC_COMPRESS_SECTION_CONTENT_H_
#define DWRELOC_TOOLS_DWRELOC_COMPRESS_SECTION_CONTENT_H_

#include <gelf.h>
#include <libelf.h>

#include <memory>
#include <stdexcept>
#include <string>

#include "dwreloc_compress/elf_copy.h"

namespace dwreloc_tools::compress {

[[noreturn]] inline void FailOfLibelf() {
  throw std::runtime_error(std::string("libelf: ") + elf_errmsg(-1));
}

template <typename T>
T* Checked(T* pointer) {
  if (pointer == nullptr) FailOfLibelf();
  return pointer;
}

struct EndElf {
  void operator()(Elf* elf) const { elf_end(elf); }
};
using OpenElf = std::unique_ptr<Elf, EndElf>;

// Compresses the contents, if they may be, and sets what depends on them in a
// copy of the section's header: size, alignment, SHF_COMPRESSED.
void SetContent(Elf* file, Elf_Scn* section, Content& content,
                SectionPacking packing, GElf_Shdr* header);

}  // namespace dwreloc_tools::compress

#endif  // DWRELOC_TOOLS_DWRELOC_COMPRESS_SECTION_CONTENT_H_
