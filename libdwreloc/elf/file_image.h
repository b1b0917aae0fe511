// The bytes of a file, whether mapped, read, unpacked, or borrowed from the
// caller.
//
// Readers of a file share its image: an ELF file has all of it, a member of an
// archive a part.  So these may be closed in any order.
// Tested by tests/unit/elf/file_image_test.cc.

#ifndef LIBDWRELOC_ELF_FILE_IMAGE_H_
#define LIBDWRELOC_ELF_FILE_IMAGE_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <utility>

#include "base/bytes.h"
#include "base/status.h"
#include "elf/file_memory.h"

namespace dwreloc::internal {

inline constexpr int kNoFd = -1;

// A file descriptor that closes itself.
class FileDescriptor {
 public:
  static absl::StatusOr<FileDescriptor> Open(const char* path);
  // Of a file in an open directory; if it cannot be opened, get() is kNoFd and
  // errno says why.
  static FileDescriptor OpenAt(int directory, const char* name);
  FileDescriptor(FileDescriptor&& other) noexcept
      : fd_(std::exchange(other.fd_, kNoFd)) {}
  ~FileDescriptor();
  FileDescriptor& operator=(FileDescriptor&&) = delete;

  int get() const { return fd_; }

 private:
  explicit FileDescriptor(int fd) : fd_(fd) {}

  int fd_;
};

// Thread-safe: never written.
class FileImage {
  struct Private {};

 public:
  using Pointer = std::shared_ptr<const FileImage>;

  // Private, so that only the functions below can call it.
  explicit FileImage(Private) {}

  // A regular file is mapped, anything else is read as stream.h says.  `fd` is
  // not kept.
  static absl::StatusOr<Pointer> OpenFd(int fd,
                                        uint64_t limit = kMaxFileMemory);
  // The bytes must outlive the image.
  static Pointer Borrow(Bytes bytes);
  static Pointer Own(FileMemory memory);
  // The contents of a file that is compressed as a whole, at most `limit`
  // bytes.
  // REQUIRES: IsCompressedKind(FileKindOf(file)).
  static absl::StatusOr<Pointer> Unpack(Bytes file, uint64_t limit);

  ~FileImage();
  FileImage(const FileImage&) = delete;
  FileImage& operator=(const FileImage&) = delete;

  Bytes bytes() const { return bytes_; }
  bool is_mapped() const { return mapping_ != nullptr; }

  // Returns the bytes of `part`, which is a part of bytes() and no larger than
  // `copy`; if `fd` is the file that is mapped, as a copy.  With fault-around,
  // touching a mapped page maps 15 others: 1121 files opened that way take
  // 120 MiB of resident memory before any of them is read.
  Bytes ReadPart(int fd, Bytes part, std::span<uint8_t> copy) const;

  // Gets the pages of a mapped file that hold `part` all at once, for somebody
  // who is about to read them; otherwise they come one by one, with some
  // around.
  void PopulatePages(Bytes part) const;
  // Releases the pages of a mapped file that lie in `part`.  The bytes stay
  // readable: the next access fetches the pages again.  Does nothing if `part`
  // is not of the file, as the bytes of a compressed section.
  void ReleasePages(Bytes part) const;

 private:
  absl::Status Map(int fd, size_t size);

  Bytes bytes_;
  void* mapping_ = nullptr;  // unmapped by the destructor
  FileMemory memory_;        // for files that were read or unpacked
};

}  // namespace dwreloc::internal

#endif  // LIBDWRELOC_ELF_FILE_IMAGE_H_
