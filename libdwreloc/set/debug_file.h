// The separate debug file of a stripped one (GDB manual, "Separate Debug
// Files").
//
// By build-id first, then by the name and CRC of .gnu_debuglink, then by the
// path of the file itself, as distributions keep the DWARF of kernel modules.
// A file is taken only if its build-id, or else the CRC, is the right one.
// Tested by tests/unit/set/debug_file_test.cc.

#ifndef LIBDWRELOC_SET_DEBUG_FILE_H_
#define LIBDWRELOC_SET_DEBUG_FILE_H_

#include <memory>
#include <string>
#include <vector>

#include "elf/elf_file.h"

namespace dwreloc::internal {

// Returns true if the file has units of its own.
bool HasDwarf(const ElfFile& file);

// Returns nullptr if there is none.  `directories`: where debug files are, such
// as /usr/lib/debug, in the order to be searched.
std::unique_ptr<const ElfFile> FindDebugFile(
    const ElfFile& file, const std::vector<std::string>& directories);

}  // namespace dwreloc::internal

#endif  // LIBDWRELOC_SET_DEBUG_FILE_H_
