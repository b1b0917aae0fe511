// What kind of file begins with some bytes: ELF, a file that holds one, or
// another format, named so that an error can say what was found.
//
// Told by the first bytes alone, never by the name.  Nothing else of a file is
// looked at, so a kind says how a file wants to be read, not that it is sound.
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
  // Archives of files: ar(5), and the kind that names files beside it.
  kArchive,
  kThinArchive,
  // Object files and the like of other worlds.
  kBitcode,
  kRustMetadata,
  kMachO,
  kUniversal,  // several Mach-O files in one
  kCoff,
  kPe,
  kWasm,
};

// So many bytes are enough to tell; fewer may be.
inline constexpr size_t kFileKindBytes = 20;

FileKind FileKindOf(Bytes start);

// "LLVM bitcode", "an archive"; "" for kUnknown.
const char* FileKindName(FileKind kind);

// Gzip, xz, zstd?
bool IsCompressedKind(FileKind kind);

// The error of a file that cannot be read because it is of another kind.
absl::Status NotElf(FileKind kind);
// The same where an archive is wanted.
absl::Status NotArchive(FileKind kind);

}  // namespace dwreloc::internal

#endif  // LIBDWRELOC_ELF_FILE_KIND_H_
