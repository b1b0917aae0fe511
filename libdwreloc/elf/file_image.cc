#include "elf/file_image.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "elf/compressed_file.h"
#include "elf/stream.h"

namespace dwreloc::internal {
namespace {

#ifdef MADV_POPULATE_READ
constexpr int kPopulate = MADV_POPULATE_READ;
#else
constexpr int kPopulate = 22;  // since Linux 5.14
#endif

uintptr_t PageSize() {
  static const uintptr_t size = static_cast<uintptr_t>(sysconf(_SC_PAGESIZE));
  return size;
}

// Returns the name of a kind that cannot hold a file; nullptr for all others.
const char* NoFile(mode_t mode) {
  if (S_ISCHR(mode)) return "a character device";
  if (S_ISBLK(mode)) return "a block device";
  return nullptr;
}

}  // namespace

absl::StatusOr<FileDescriptor> FileDescriptor::Open(const char* path) {
  FileDescriptor fd = OpenAt(AT_FDCWD, path);
  if (fd.get() < 0) return SystemError(errno, "cannot open");
  return fd;
}

// O_NONBLOCK: do not wait for the writer of a FIFO, nor for a device.
FileDescriptor FileDescriptor::OpenAt(int directory, const char* name) {
  return FileDescriptor(
      openat(directory, name, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
}

FileDescriptor::~FileDescriptor() {
  if (fd_ >= 0) close(fd_);
}

absl::StatusOr<FileImage::Pointer> FileImage::OpenFd(int fd, uint64_t limit,
                                                     OpenedBy opened_by) {
  const auto image = std::make_shared<FileImage>(Private());
  struct stat info;
  if (fstat(fd, &info) != 0) return SystemError(errno, "cannot stat");
  if (S_ISDIR(info.st_mode)) return SystemError(EISDIR, "cannot read");
  if (const char* what = NoFile(info.st_mode); what != nullptr) {
    return MakeError(ErrorCode::kNotElf,
                     absl::StrCat("this is ", what, ", not a file"));
  }
  if (S_ISREG(info.st_mode) && info.st_size > 0) {
    DWRELOC_RETURN_IF_ERROR(image->Map(fd, static_cast<size_t>(info.st_size)));
    if (opened_by == OpenedBy::kPath) image->identity_ = IdentityOf(info);
  } else {
    DWRELOC_ASSIGN_OR_RETURN(image->memory_, ReadStream(fd, limit));
    image->bytes_ = image->memory_.bytes();
  }
  return image;
}

FileImage::Pointer FileImage::Borrow(Bytes bytes) {
  const auto image = std::make_shared<FileImage>(Private());
  image->bytes_ = bytes;
  return image;
}

FileImage::Pointer FileImage::Own(FileMemory memory) {
  const auto image = std::make_shared<FileImage>(Private());
  image->memory_ = std::move(memory);
  image->bytes_ = image->memory_.bytes();
  return image;
}

absl::StatusOr<FileImage::Pointer> FileImage::Unpack(Bytes file,
                                                     uint64_t limit) {
  DWRELOC_ASSIGN_OR_RETURN(
      FileMemory memory,
      UnpackFile(file, std::min(limit, MaxUnpackedSize(file.size()))));
  return Own(std::move(memory));
}

FileImage::~FileImage() {
  if (mapping_ != nullptr) munmap(mapping_, bytes_.size());
}

absl::Status FileImage::Map(int fd, size_t size) {
  void* mapping = mmap(nullptr, size, PROT_READ, MAP_PRIVATE, fd, 0);
  if (mapping == MAP_FAILED) return SystemError(errno, "cannot map");
  mapping_ = mapping;
  bytes_ = Bytes(static_cast<const uint8_t*>(mapping), size);
  return absl::OkStatus();
}

Bytes FileImage::ReadPart(int fd, Bytes part, std::span<uint8_t> copy) const {
  if (fd == kNoFd || !is_mapped() || part.empty()) return part;
  const ssize_t got = pread(fd, copy.data(), part.size(),
                            static_cast<off_t>(part.data() - bytes_.data()));
  return got == static_cast<ssize_t>(part.size())
             ? Bytes(copy.data(), part.size())
             : part;
}

FileImage::Identity FileImage::IdentityOf(const struct stat& info) {
  return {.device = info.st_dev,
          .inode = info.st_ino,
          .size = static_cast<uint64_t>(info.st_size),
          .seconds = info.st_mtim.tv_sec,
          .nanoseconds = info.st_mtim.tv_nsec};
}

FileDescriptor FileImage::Reopen(const std::string& path) const {
  if (!identity_.has_value()) return {};
  FileDescriptor fd = FileDescriptor::OpenAt(AT_FDCWD, path.c_str());
  struct stat info;
  if (fd.get() < 0 || fstat(fd.get(), &info) != 0 ||
      IdentityOf(info) != *identity_) {
    return {};
  }
  return fd;
}

void FileImage::PopulatePages(Bytes part) const {
  if (mapping_ == nullptr) return;
  const uintptr_t before =
      reinterpret_cast<uintptr_t>(part.data()) % PageSize();
  // If the kernel does not know how, they come when they are read.
  (void)madvise(const_cast<uint8_t*>(part.data()) - before,
                part.size() + before, kPopulate);
}

void FileImage::ReleasePages(Bytes part) const {
  if (mapping_ == nullptr) return;
  // Only whole pages within the part.
  const uintptr_t page = PageSize();
  const uintptr_t base = reinterpret_cast<uintptr_t>(mapping_);
  const uintptr_t begin = reinterpret_cast<uintptr_t>(part.data());
  // Other memory would be lost: a section that was decompressed.
  if (begin < base || begin - base > bytes_.size() ||
      part.size() > bytes_.size() - (begin - base))
    return;
  const uintptr_t first = (begin + page - 1) / page * page;
  uintptr_t end = begin + part.size();
  if (end == base + bytes_.size())
    end += page - 1;  // nothing follows in the
                      // last one
  const uintptr_t last = end / page * page;
  if (first >= last) return;
  // The mapping is private and was never written: nothing is lost, and if the
  // kernel refuses, nothing changes.
  (void)madvise(static_cast<uint8_t*>(mapping_) + (first - base), last - first,
                MADV_DONTNEED);
}

}  // namespace dwreloc::internal
