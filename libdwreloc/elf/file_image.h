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
#include <optional>
#include <span>
#include <string>
#include <utility>

#include "base/bytes.h"
#include "base/status.h"
#include "elf/file_memory.h"

struct stat;

namespace dwreloc::internal {

inline constexpr int kNoFd = -1;

// How the caller got at a file: only one opened by its path can be opened
// again.
enum class OpenedBy : uint8_t { kFd, kPath };

// A file descriptor that closes itself.
class FileDescriptor {
 public:
  FileDescriptor() = default;  // of no file
  static absl::StatusOr<FileDescriptor> Open(const char* path);
  // Of a file in an open directory; if it cannot be opened, get() is kNoFd and
  // errno says why.
  static FileDescriptor OpenAt(int directory, const char* name);
  FileDescriptor(FileDescriptor&& other) noexcept
      : fd_(std::exchange(other.fd_, kNoFd)) {}
  ~FileDescriptor();
  FileDescriptor& operator=(FileDescriptor&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }

  int get() const { return fd_; }

 private:
  explicit FileDescriptor(int fd) : fd_(fd) {}

  int fd_ = kNoFd;
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
  static absl::StatusOr<Pointer> OpenFd(int fd, uint64_t limit = kMaxFileMemory,
                                        OpenedBy opened_by = OpenedBy::kFd);
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
  // Opens the mapped file by its path once more, for ReadPart.  Of no file if
  // it was not opened by its path, cannot be opened, or has been replaced or
  // written to since.
  FileDescriptor Reopen(const std::string& path) const;

  // Gets the pages of a mapped file that hold `part` all at once, for somebody
  // who is about to read them; otherwise they come one by one, with some
  // around.
  void PopulatePages(Bytes part) const;
  // Releases the pages of a mapped file that lie in `part`.  The bytes stay
  // readable: the next access fetches the pages again.  Does nothing if `part`
  // is not of the file, as the bytes of a compressed section.
  void ReleasePages(Bytes part) const;

 private:
  // Tells a file from all others, and from what it was before.
  struct Identity {
    uint64_t device = 0;
    uint64_t inode = 0;
    uint64_t size = 0;
    int64_t seconds = 0;  // of the last change
    int64_t nanoseconds = 0;
    bool operator==(const Identity&) const = default;
  };

  static Identity IdentityOf(const struct stat& info);
  absl::Status Map(int fd, size_t size);

  Bytes bytes_;
  std::optional<Identity> identity_;  // of a file that can be opened again
  void* mapping_ = nullptr;           // unmapped by the destructor
  FileMemory memory_;                 // for files that were read or unpacked
};

}  // namespace dwreloc::internal

#endif  // LIBDWRELOC_ELF_FILE_IMAGE_H_
