// Files that are compressed as a whole: .ko.gz (RFC 1952), .ko.xz (the .xz file
// format) and .ko.zst (RFC 8878), told by their first bytes.
//
// Nothing in the file is believed: output grows with what really comes out, and
// ends at a limit.  It is made once, when the file is opened; several members,
// streams or frames behind each other are one file.
// Tested by tests/unit/elf/compressed_file_test.cc.

#ifndef LIBDWRELOC_ELF_COMPRESSED_FILE_H_
#define LIBDWRELOC_ELF_COMPRESSED_FILE_H_

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <span>

#include "base/bytes.h"
#include "base/status.h"

namespace dwreloc::internal {

// Memory that grows in place, neither cleared nor, where it is big, copied:
// what no byte was written to takes none.
class UnpackedFile {
 public:
  Bytes bytes() const { return Bytes(memory_.get(), size_); }
  size_t size() const { return size_; }

  // Where the next bytes go.  Empty if `limit` bytes are there, or no memory.
  std::span<uint8_t> Room(uint64_t limit);
  // REQUIRES: size <= the last Room's.
  void Use(size_t size) { size_ += size; }
  // No more is to come.
  void Finish();

 private:
  struct Free {
    void operator()(uint8_t* memory) const { std::free(memory); }
  };
  bool Resize(size_t capacity);

  std::unique_ptr<uint8_t, Free> memory_;
  size_t size_ = 0;
  size_t capacity_ = 0;
};

// What unpacking a file of that size may give: 2000 times as much and 16 MiB,
// and no more than 4 GiB.  (Modules with debug information shrink to a tenth;
// a file of zeros shrinks to a thousandth or, by xz and zstd, much less.)
uint64_t MaxUnpackedSize(uint64_t size);

// Does the file begin as a compressed one?
bool IsCompressedFile(Bytes file);

// REQUIRES: IsCompressedFile(file).
absl::StatusOr<UnpackedFile> UnpackFile(Bytes file, uint64_t limit);

}  // namespace dwreloc::internal

#endif  // LIBDWRELOC_ELF_COMPRESSED_FILE_H_
