// What kind of file begins with some bytes: ELF, a file that holds one, or
// another format, so that an error can name what was found.
//
// The first bytes alone decide, never the name.  Nothing else of a file is
// read, so a kind tells how to read the file, not that it is valid.
// Tested by tests/unit/elf/file_kind_test.cc.

#ifndef LIBDWRELOC_ELF_FILE_KIND_H_
#define LIBDWRELOC_ELF_FILE_KIND_H_

#include <cstddef>
#include <cstdint>

#include "base/bytes.h"
#include "base/status.h"

namespace dwreloc::internal {

enum class FileKind : uint8_t {
  kUnknown,
  kEmpty,
  kElf,
  // Compressed as a whole.
  kGzip,
  kXz,
  kZstd,
  // Archives of files: ar(5), and the thin kind, which names files stored next
  // to it.
  kArchive,
  kThinArchive,
  // Object files and the like of other systems.
  kBitcode,
  kRustMetadata,
  kMachO,
  kUniversal,  // several Mach-O files in one
  kCoff,
  kPe,
  kWasm,
};

// This many bytes are enough to tell; fewer may be.
inline constexpr size_t kFileKindBytes = 20;

FileKind FileKindOf(Bytes start);

// "LLVM bitcode", "an archive"; "" for kUnknown.
const char* FileKindName(FileKind kind);

// Returns true for gzip, xz and zstd.
bool IsCompressedKind(FileKind kind);

// The error of a file that cannot be read because it is of another kind.
absl::Status NotElf(FileKind kind);
// The same when an archive is expected.
absl::Status NotArchive(FileKind kind);

}  // namespace dwreloc::internal

#endif  // LIBDWRELOC_ELF_FILE_KIND_H_
