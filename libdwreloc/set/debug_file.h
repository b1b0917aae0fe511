// The separate debug file of a stripped one (GDB manual, "Separate Debug
// Files").
//
// By build-id first, then by the name and CRC of .gnu_debuglink, then by the
// path of the file itself, as distributions keep the DWARF of kernel modules;
// last from a server, by build-id again.
// A file is taken only if its build-id, or else the CRC, is the right one.
// Tested by tests/unit/set/debug_file_test.cc.

#ifndef LIBDWRELOC_SET_DEBUG_FILE_H_
#define LIBDWRELOC_SET_DEBUG_FILE_H_

#include <memory>

#include "elf/elf_file.h"
#include "module/debug_directories.h"

namespace dwreloc::internal {

// Returns true if the file has units of its own.
bool HasDwarf(const ElfFile& file);

// The debug file of a build of which no other file is there.  The same below.
std::unique_ptr<const ElfFile> FindDebugFileOf(
    Bytes build_id, const DebugDirectories& directories);

// Returns nullptr if there is none.
std::unique_ptr<const ElfFile> FindDebugFile(
    const ElfFile& file, const DebugDirectories& directories);

}  // namespace dwreloc::internal

#endif  // LIBDWRELOC_SET_DEBUG_FILE_H_
