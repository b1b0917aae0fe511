#include "elf/elf_file.h"

#include <elf.h>
#include <libelf.h>

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "elf/file_kind.h"

namespace dwreloc::internal {
namespace {

// What holds the ELF header.
Bytes StartOf(Bytes image) {
  return image.first(std::min<size_t>(image.size(), kMaxElfHeaderSize));
}

}  // namespace

absl::StatusOr<std::unique_ptr<ElfFile>> ElfFile::OpenPath(const char* path,
                                                           uint64_t limit) {
  DWRELOC_ASSIGN_OR_RETURN(const FileDescriptor fd, FileDescriptor::Open(path));
  return OpenFd(fd.get(), path, limit, OpenedBy::kPath);
}

absl::StatusOr<std::unique_ptr<ElfFile>> ElfFile::OpenFd(int fd,
                                                         std::string name,
                                                         uint64_t limit,
                                                         OpenedBy opened_by) {
  DWRELOC_ASSIGN_OR_RETURN(FileImage::Pointer owner,
                           FileImage::OpenFd(fd, limit, opened_by));
  const Bytes image = owner->bytes();
  return Open(std::move(owner), image, fd, std::move(name), limit);
}

absl::StatusOr<std::unique_ptr<ElfFile>> ElfFile::OpenMemory(Bytes image,
                                                             std::string name,
                                                             uint64_t limit) {
  return Open(FileImage::Borrow(image), image, kNoFd, std::move(name), limit);
}

absl::StatusOr<std::unique_ptr<ElfFile>> ElfFile::Open(FileImage::Pointer owner,
                                                       Bytes image, int fd,
                                                       std::string name,
                                                       uint64_t limit) {
  std::unique_ptr<ElfFile> file(new ElfFile(std::move(name)));
  file->owner_ = std::move(owner);
  file->image_ = image;
  DWRELOC_RETURN_IF_ERROR(file->Read(fd, limit));
  return file;
}

absl::StatusOr<std::unique_ptr<ElfFile>> ElfFile::OpenPart(
    FileImage::Pointer owner, Bytes part, std::string name, std::string path,
    uint64_t limit) {
  DWRELOC_ASSIGN_OR_RETURN(
      std::unique_ptr<ElfFile> file,
      Open(std::move(owner), part, kNoFd, std::move(name), limit));
  file->path_ = std::move(path);
  return file;
}

absl::StatusOr<std::unique_ptr<ElfFile>> ElfFile::OpenElf(Elf* elf,
                                                          std::string name) {
  size_t size = 0;
  const char* image = elf_rawfile(elf, &size);
  if (image == nullptr) {
    const char* text = elf_errmsg(-1);
    return MakeError(
        ErrorCode::kNotElf,
        absl::StrCat("libelf: ", text == nullptr ? "no image" : text));
  }
  return OpenMemory(Bytes(reinterpret_cast<const uint8_t*>(image), size),
                    std::move(name));
}

bool ElfFile::is_relocatable() const { return header_.e_type == ET_REL; }

absl::Status ElfFile::Read(int fd, uint64_t limit) {
  uint8_t copy[kMaxElfHeaderSize];
  const Bytes start = owner_->ReadPart(fd, StartOf(image_), copy);
  const FileKind kind = FileKindOf(start);
  if (kind == FileKind::kElf) return ReadHeader(start);
  if (IsCompressedKind(kind)) return Unpack(limit);
  return NotElf(kind);
}

absl::Status ElfFile::ReadHeader(Bytes start) {
  DWRELOC_ASSIGN_OR_RETURN(header_, ParseElfHeader(start));
  return table_.Read(header_, image_);
}

absl::Status ElfFile::Unpack(uint64_t limit) {
  DWRELOC_ASSIGN_OR_RETURN(owner_, FileImage::Unpack(image_, limit));
  unpacked_bytes_ = owner_->bytes().size();
  image_ = owner_->bytes();
  // Checked here, so that nothing is unpacked twice.
  const FileKind kind = FileKindOf(image_);
  if (kind != FileKind::kElf) {
    return MakeError(
        ErrorCode::kNotElf,
        absl::StrCat("in the compressed file: ", NotElf(kind).message()));
  }
  return ReadHeader(StartOf(image_));
}

ElfFile::ElfFile(std::string name) : name_(std::move(name)) {}

absl::StatusOr<Bytes> ElfFile::Contents(uint32_t index) const {
  return compressed().Contains(index) ? compressed().Contents(index)
                                      : table_.RawContents(index);
}

absl::StatusOr<uint64_t> ElfFile::ContentsSize(uint32_t index) const {
  if (compressed().Contains(index)) return compressed().ContentsSize(index);
  DWRELOC_ASSIGN_OR_RETURN(const Bytes bytes, table_.RawContents(index));
  return uint64_t{bytes.size()};
}

}  // namespace dwreloc::internal
