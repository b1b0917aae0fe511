// linked_copy.h - a copy of a file that is loaded as it stands: a program, a
// shared library, or what is kept of one for debugging.
//
// All that is loaded stays where it is in the file, with the gaps in it; only
// sections that are not loaded are laid out anew, behind it, in their order.
// Headers are copied byte by byte, but for what says where a section is, how
// large it is, and whether it is compressed.
//
// In a file that is for debugging alone (eu-strip -f, objcopy
// --only-keep-debug) the program headers are those of the program: what they
// say of places in the file is not true, and binds nothing.
//
// Tested by tests/compress/linked_copy_test.cc and
// tests/linked/compressed_test.py.
#ifndef DWRELOC_TOOLS_DWRELOC_COMPRESS_LINKED_COPY_H_
#define DWRELOC_TOOLS_DWRELOC_COMPRESS_LINKED_COPY_H_

#include <libelf.h>

#include <cstdint>
#include <span>
#include <vector>

#include "dwreloc_compress/elf_copy.h"

namespace dwreloc_tools::compress {

// Does it have program headers, or is it no input of a linker?
bool IsLinked(Elf* file);

// As CopyElf, of which it is a part. `file`: the image; `names`: where those of
// added sections are. Throws
// std::runtime_error if there are contents for a section that cannot move, or
// if something is in the file that no header tells of.
std::vector<std::uint8_t> CopyLinked(Elf* file,
                                     std::span<const std::uint8_t> image,
                                     SectionPacking packing, Contents& contents,
                                     std::span<const AddedSection> added,
                                     std::span<const std::uint32_t> names);

}  // namespace dwreloc_tools::compress

#endif  // DWRELOC_TOOLS_DWRELOC_COMPRESS_LINKED_COPY_H_
