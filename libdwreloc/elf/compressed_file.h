// Files that are compressed as a whole: .ko.gz (RFC 1952), .ko.xz (the .xz file
// format) and .ko.zst (RFC 8878), told by their first bytes.
//
// Nothing in the file is believed: output grows with what really comes out, and
// ends at a limit.  It is made once, when the file is opened; several members,
// streams or frames behind each other are one file.
// Tested by tests/unit/elf/compressed_file_test.cc.

#ifndef LIBDWRELOC_ELF_COMPRESSED_FILE_H_
#define LIBDWRELOC_ELF_COMPRESSED_FILE_H_

#include <cstdint>

#include "base/bytes.h"
#include "base/status.h"
#include "elf/file_memory.h"

namespace dwreloc::internal {

// What unpacking a file of that size may give: 2000 times as much and 16 MiB,
// and no more than 4 GiB.  (Modules with debug information shrink to a tenth;
// a file of zeros shrinks to a thousandth or, by xz and zstd, much less.)
uint64_t MaxUnpackedSize(uint64_t size);

// REQUIRES: IsCompressedKind(FileKindOf(file)).
absl::StatusOr<FileMemory> UnpackFile(Bytes file, uint64_t limit);

}  // namespace dwreloc::internal

#endif  // LIBDWRELOC_ELF_COMPRESSED_FILE_H_
