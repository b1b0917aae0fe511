// Files that are compressed as a whole: .ko.gz (RFC 1952), .ko.xz (the .xz file
// format) and .ko.zst (RFC 8878), recognized by their first bytes.
//
// Nothing in the file is trusted: the output grows with the data that is
// actually produced, and ends at a limit.  A file is unpacked once, when it is
// opened; several consecutive members, streams or frames are one file.
// Tested by tests/unit/elf/compressed_file_test.cc.

#ifndef LIBDWRELOC_ELF_COMPRESSED_FILE_H_
#define LIBDWRELOC_ELF_COMPRESSED_FILE_H_

#include <cstdint>

#include "base/bytes.h"
#include "base/status.h"
#include "elf/file_memory.h"

namespace dwreloc::internal {

// The largest result allowed for a file of that size: 2000 times the size plus
// 16 MiB, but no more than 4 GiB.  (Modules with debug information shrink to a
// tenth; a file of zeros shrinks to a thousandth or, with xz and zstd, to much
// less.)
uint64_t MaxUnpackedSize(uint64_t size);

// REQUIRES: IsCompressedKind(FileKindOf(file)).
absl::StatusOr<FileMemory> UnpackFile(Bytes file, uint64_t limit);

}  // namespace dwreloc::internal

#endif  // LIBDWRELOC_ELF_COMPRESSED_FILE_H_
