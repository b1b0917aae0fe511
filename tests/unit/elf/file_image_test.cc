// Tests of elf/file_image: the same bytes, whichever way they came.

#include "elf/file_image.h"

#include <errno.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>

#include "elf/compressed_file.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "support/packed.h"
#include "support/temp_directory.h"

namespace dwreloc::internal {
namespace {

std::vector<uint8_t> Sample(size_t size) {
  std::vector<uint8_t> bytes(size);
  for (size_t i = 0; i < size; ++i) bytes[i] = static_cast<uint8_t>(i * 7);
  return bytes;
}

// A file without a name, with that content.
class TemporaryFile {
 public:
  explicit TemporaryFile(const std::vector<uint8_t>& bytes)
      : file_(std::tmpfile()) {
    EXPECT_EQ(std::fwrite(bytes.data(), 1, bytes.size(), file_), bytes.size());
    std::fflush(file_);
  }
  ~TemporaryFile() { std::fclose(file_); }
  int fd() const { return fileno(file_); }

 private:
  std::FILE* file_;
};

TEST(FileImageTest, MapsAFile) {
  const std::vector<uint8_t> bytes = Sample(20000);
  FileImage::Pointer image;
  {
    const TemporaryFile file(bytes);
    const auto opened = FileImage::OpenFd(file.fd());
    ASSERT_TRUE(opened.ok()) << opened.status();
    image = *opened;
  }
  EXPECT_TRUE(image->is_mapped());
  EXPECT_TRUE(std::ranges::equal(image->bytes(), bytes));
}

TEST(FileImageTest, ReleasedPagesAreReadableAgain) {
  const std::vector<uint8_t> bytes = Sample(20000);
  const TemporaryFile file(bytes);
  const auto image = FileImage::OpenFd(file.fd());
  ASSERT_TRUE(image.ok()) << image.status();
  for (const size_t begin : {0, 1, 4096, 19999, 20000}) {
    (*image)->ReleasePages((*image)->bytes().subspan(begin));
    (*image)->ReleasePages((*image)->bytes().first(begin));
    EXPECT_TRUE(std::ranges::equal((*image)->bytes(), bytes));
  }
}

// A section that was decompressed, for one.
TEST(FileImageTest, PagesThatAreNotOfTheFileStay) {
  const std::vector<uint8_t> bytes = Sample(20000);
  const TemporaryFile file(bytes);
  const auto image = FileImage::OpenFd(file.fd());
  ASSERT_TRUE(image.ok()) << image.status();
  const std::vector<uint8_t> other = Sample(1 << 20);
  (*image)->ReleasePages(other);
  EXPECT_EQ(other, Sample(1 << 20));
}

// A file in a directory, opened by its path.
struct NamedFile {
  NamedFile() : image(Open(OpenedBy::kPath)) {}
  FileImage::Pointer Open(OpenedBy opened_by) const {
    const auto fd = FileDescriptor::Open(path.c_str());
    return FileImage::OpenFd(fd.value().get(), kMaxFileMemory, opened_by)
        .value();
  }
  bool CanReopen() const { return image->Reopen(path).get() != kNoFd; }

  const std::vector<uint8_t> bytes = Sample(20000);
  const TempDirectory directory;
  const std::string path = directory.Write("file", bytes);
  const FileImage::Pointer image;
};

TEST(FileImageTest, PartsOfAFileThatIsOpenedAgain) {
  const NamedFile file;
  const FileDescriptor fd = file.image->Reopen(file.path);
  ASSERT_NE(fd.get(), kNoFd);
  uint8_t copy[100];
  const Bytes all = file.image->bytes();
  for (const size_t begin : {0, 1, 4096, 19900}) {
    const Bytes part = all.subspan(begin).first(sizeof(copy));
    const Bytes read = file.image->ReadPart(fd.get(), part, copy);
    EXPECT_EQ(read.data(), copy);
    EXPECT_TRUE(std::ranges::equal(read, part));
  }
  // Without a file they are read where they are.
  EXPECT_EQ(file.image->ReadPart(kNoFd, all, copy).data(), all.data());
}

TEST(FileImageTest, AnotherFileIsNotOpenedInPlaceOfIt) {
  EXPECT_TRUE(NamedFile().CanReopen());
  const NamedFile replaced;
  std::filesystem::rename(replaced.directory.Write("new", replaced.bytes),
                          replaced.path);
  EXPECT_FALSE(replaced.CanReopen());
  const NamedFile removed;
  std::filesystem::remove(removed.path);
  EXPECT_FALSE(removed.CanReopen());
  const NamedFile longer;
  std::ofstream(longer.path, std::ios::app) << "more";
  EXPECT_FALSE(longer.CanReopen());
  const NamedFile touched;
  std::filesystem::last_write_time(touched.path, {});
  EXPECT_FALSE(touched.CanReopen());
  // Its name may be that of anything.
  const NamedFile file;
  EXPECT_EQ(file.Open(OpenedBy::kFd)->Reopen(file.path).get(), kNoFd);
  EXPECT_EQ(FileImage::Borrow(file.bytes)->Reopen(file.path).get(), kNoFd);
}

TEST(FileImageTest, ReadsAPipeToItsEnd) {
  int fds[2];
  ASSERT_EQ(pipe(fds), 0);
  // What cannot become an ELF file is not read on (stream_test.cc).
  std::vector<uint8_t> bytes = Sample(5000);
  std::copy_n("\177ELF", 4, bytes.begin());
  ASSERT_EQ(write(fds[1], bytes.data(), bytes.size()), 5000);
  close(fds[1]);
  const auto image = FileImage::OpenFd(fds[0]);
  close(fds[0]);
  ASSERT_TRUE(image.ok()) << image.status();
  EXPECT_FALSE((*image)->is_mapped());
  EXPECT_TRUE(std::ranges::equal((*image)->bytes(), bytes));
}

TEST(FileImageTest, ADirectoryIsNoFile) {
  const auto fd = FileDescriptor::Open("/");
  ASSERT_TRUE(fd.ok()) << fd.status();
  const auto image = FileImage::OpenFd(fd->get());
  EXPECT_EQ(GetDetail(image.status()).code, ErrorCode::kSystem);
}

TEST(FileImageTest, AFileThatIsNotThereTellsErrno) {
  const auto fd = FileDescriptor::Open("/no/such/file");
  EXPECT_EQ(GetDetail(fd.status()).system_error, ENOENT);
}

TEST(FileImageTest, OwnsWhatWasUnpacked) {
  const std::vector<uint8_t> bytes = Sample(5000);
  auto unpacked = UnpackFile(PackGzip(bytes), 5000);
  ASSERT_TRUE(unpacked.ok()) << unpacked.status();
  const FileImage::Pointer image = FileImage::Own(*std::move(unpacked));
  EXPECT_TRUE(std::ranges::equal(image->bytes(), bytes));
  image->ReleasePages(image->bytes());
  EXPECT_TRUE(std::ranges::equal(image->bytes(), bytes));
}

TEST(FileImageTest, BorrowsTheCallersBytes) {
  const std::vector<uint8_t> bytes = Sample(100);
  EXPECT_EQ(FileImage::Borrow(bytes)->bytes().data(), bytes.data());
}

}  // namespace
}  // namespace dwreloc::internal
