// dwarf/page_release: pages behind a reader are given back, of the section and
// of its records, and can be read again.

#include "dwarf/page_release.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <optional>
#include <vector>

#include "elf/elf_file.h"
#include "support/elf_builder.h"
#include "support/temp_directory.h"

namespace dwreloc::internal {
namespace {

constexpr uint64_t kMiB = 1 << 20;
constexpr uint64_t kSize = 6 * kMiB;  // of the section

// How many whole pages of `bytes` this process has mapped; none if the system
// does not tell.
std::optional<size_t> MappedPages(Bytes bytes) {
  const uint64_t page = static_cast<uint64_t>(sysconf(_SC_PAGESIZE));
  const uint64_t begin = reinterpret_cast<uintptr_t>(bytes.data());
  const uint64_t first = (begin + page - 1) / page;
  std::vector<uint64_t> entries((begin + bytes.size()) / page - first);
  const size_t size = entries.size() * sizeof(entries[0]);
  const int fd = open("/proc/self/pagemap", O_RDONLY);
  const ssize_t got =
      pread(fd, entries.data(), size, static_cast<off_t>(first * 8));
  close(fd);
  if (got != static_cast<ssize_t>(size)) return std::nullopt;
  return std::ranges::count_if(
      entries, [](uint64_t entry) { return (entry >> 63) != 0; });
}

// A file of .debug_info, each 32 bytes with a record.
class PageReleaseTest : public testing::Test {
 protected:
  PageReleaseTest() {
    ElfBuilder elf;
    const uint32_t text =
        elf.Add({.name = ".text", .flags = SHF_ALLOC, .contents = Zeros(4)});
    const uint32_t info = elf.Add(
        {.name = ".debug_info", .contents = std::vector<uint8_t>(kSize, 0x5a)});
    const uint32_t symbol = elf.SectionSymbol(text);
    for (uint64_t offset = 0; offset < kSize; offset += 32)
      elf.Reloc(info, {.offset = offset,
                       .type = R_X86_64_64,
                       .symbol = symbol,
                       .addend = 1});
    path_ = directory_.Write("big.o", elf.Build());
    file_ = *ElfFile::OpenPath(path_.c_str());
    sections_.emplace(*file_);
    info_ = info;
  }

  Bytes info() const { return sections_->View(info_)->bytes; }
  Bytes records() const {
    return sections_->View(info_)->relocs->Get()->bytes_in_file();
  }
  // Reads the bytes before the reader, and so maps them.
  static uint64_t Touch(Bytes bytes) {
    uint64_t sum = 0;
    for (const uint8_t byte : bytes) sum += byte;
    return sum;
  }

  TempDirectory directory_;
  std::string path_;
  std::unique_ptr<ElfFile> file_;
  std::optional<DwarfSections> sections_;
  uint32_t info_ = 0;
};

TEST_F(PageReleaseTest, GivesBackWhatWasPassed) {
  const uint64_t sum = Touch(info());
  ASSERT_EQ(records().size(), kSize / 32 * 24);
  Touch(records());
  const auto before = MappedPages(info());
  if (!before.has_value()) GTEST_SKIP() << "no /proc/self/pagemap";
  ASSERT_GE(*before, kSize / 65536);
  PageRelease pages(*sections_);
  pages.PassTo(info_, 100);
  pages.PassTo(info_, kMiB / 2);
  EXPECT_EQ(MappedPages(info()), before);
  pages.PassTo(info_, 2 * kMiB);
  EXPECT_EQ(MappedPages(info().first(2 * kMiB)), 0u);
  EXPECT_EQ(MappedPages(records()), 0u);
  EXPECT_EQ(Touch(info()), sum);
}

TEST_F(PageReleaseTest, AReaderThatBeginsInTheMiddleKeepsWhatIsBefore) {
  EXPECT_EQ(Touch(info()), kSize * 0x5a);
  const auto before = MappedPages(info().first(kMiB));
  if (!before.has_value()) GTEST_SKIP() << "no /proc/self/pagemap";
  EXPECT_GT(*before, 0u);
  PageRelease pages(*sections_);
  // Far enough for pages of 2 MiB.
  pages.PassTo(info_, 4 * kMiB);
  pages.PassTo(info_, kSize);
  EXPECT_EQ(MappedPages(info().first(kMiB)), before);
  EXPECT_EQ(MappedPages(info().subspan(4 * kMiB)), 0u);
}

// More than the section has.
TEST_F(PageReleaseTest, AnEndOutsideOfTheSection) {
  PageRelease pages(*sections_);
  const uint64_t sum = Touch(info());
  pages.PassTo(info_, 0);
  pages.PassTo(info_, 100 * kMiB);
  EXPECT_EQ(Touch(info()), sum);
}

}  // namespace
}  // namespace dwreloc::internal
