// Tests of elf/elf_file: images of every class and byte order, good, cut and
// lying, opened from memory, a path, a descriptor and libelf.

#include "elf/elf_file.h"

#include <elf.h>
#include <fcntl.h>
#include <libelf.h>
#include <stdlib.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "support/elf_builder.h"
#include "support/packed.h"

namespace dwreloc::internal {
namespace {

using ::testing::ElementsAre;
using Image = std::vector<uint8_t>;

absl::StatusOr<std::unique_ptr<ElfFile>> Open(const Image& image) {
  return ElfFile::OpenMemory(image, "test");
}

ErrorCode OpenError(const Image& image) {
  return GetDetail(Open(image).status()).code;
}

Image Copy(Bytes bytes) { return Image(bytes.begin(), bytes.end()); }

class ElfFileTargetTest : public testing::TestWithParam<Target> {};

TEST_P(ElfFileTargetTest, HeadersAndContents) {
  ElfBuilder elf(GetParam());
  const uint32_t text = elf.Add({.name = ".text",
                                 .flags = SHF_ALLOC | SHF_EXECINSTR,
                                 .addr = 0x1000,
                                 .contents = {1, 2, 3},
                                 .align = 16});
  const uint32_t info = elf.Add({.name = ".debug_info",
                                 .contents = {9, 8},
                                 .link = 7,
                                 .info = 5,
                                 .entsize = 3});
  const Image image = elf.Build();
  const auto opened = Open(image);
  ASSERT_TRUE(opened.ok()) << opened.status();
  const ElfFile& file = **opened;
  EXPECT_EQ(file.is_64(), GetParam().is_64);
  EXPECT_EQ(file.order(), GetParam().order);
  EXPECT_EQ(file.e_machine(), GetParam().e_machine);
  EXPECT_EQ(file.e_type(), ET_REL);
  EXPECT_TRUE(file.is_relocatable());
  EXPECT_EQ(file.section_count(), elf.section_count());
  EXPECT_EQ(file.Name(text), ".text");
  EXPECT_EQ(file.Name(0), "");
  EXPECT_EQ(file.Describe(info), "[2] .debug_info");
  const SectionHeader header = file.Header(text);
  EXPECT_EQ(header.sh_type, static_cast<uint32_t>(SHT_PROGBITS));
  EXPECT_EQ(header.sh_flags, static_cast<uint64_t>(SHF_ALLOC | SHF_EXECINSTR));
  EXPECT_EQ(header.sh_addr, 0x1000u);
  EXPECT_EQ(header.sh_offset % 16, 0u);
  EXPECT_EQ(header.sh_size, 3u);
  EXPECT_EQ(header.sh_addralign, 16u);
  EXPECT_EQ(file.Header(info).sh_link, 7u);
  EXPECT_EQ(file.Header(info).sh_info, 5u);
  EXPECT_EQ(file.Header(info).sh_entsize, 3u);
  EXPECT_THAT(Copy(*file.Contents(text)), ElementsAre(1, 2, 3));
  EXPECT_THAT(Copy(*file.Contents(info)), ElementsAre(9, 8));
  EXPECT_EQ(*file.ContentsSize(text), 3u);
}

TEST_P(ElfFileTargetTest, TruncatedAtEveryByte) {
  ElfBuilder elf(GetParam());
  const uint32_t info = elf.Add({.name = ".debug_info", .contents = Zeros(16)});
  elf.Reloc(info, {.offset = 4, .type = GetParam().abs32});
  const Image image = elf.Build();
  for (size_t size = 0; size < image.size(); ++size) {
    // An exact copy, so that a sanitizer sees a read past its end.
    const Image cut(image.begin(), image.begin() + static_cast<long>(size));
    const auto opened = Open(cut);
    EXPECT_FALSE(opened.ok()) << size;
    EXPECT_NE(GetDetail(opened.status()).code, ErrorCode::kOk);
  }
}

TEST_P(ElfFileTargetTest, CompressedSections) {
  const Image contents(1000, 'x');
  for (const Compression compression :
       {Compression::kZlib, Compression::kZstd, Compression::kZdebug}) {
    ElfBuilder elf(GetParam());
    const uint32_t info = elf.Add({.name = ".debug_info",
                                   .contents = contents,
                                   .compression = compression});
    const Image image = elf.Build();
    const auto opened = Open(image);
    ASSERT_TRUE(opened.ok()) << opened.status();
    const ElfFile& file = **opened;
    EXPECT_TRUE(file.IsCompressed(info));
    ASSERT_EQ(file.debug_sections().size(), 1u);
    EXPECT_EQ(file.debug_sections()[0].name.id, SectionId::kDebugInfo);
    EXPECT_EQ(*file.ContentsSize(info), 1000u);
    EXPECT_EQ(file.sections_decompressed(), 0u) << "size needs no contents";
    EXPECT_LT(file.RawContents(info)->size(), 1000u);
    const auto got = file.Contents(info);
    ASSERT_TRUE(got.ok()) << got.status();
    EXPECT_EQ(Copy(*got), contents);
    EXPECT_EQ(file.Contents(info)->data(), got->data()) << "kept";
    EXPECT_EQ(file.sections_decompressed(), 1u);
    EXPECT_EQ(file.decompressed_bytes(), 1000u);
  }
}

INSTANTIATE_TEST_SUITE_P(Targets, ElfFileTargetTest,
                         testing::ValuesIn(kTargets), kTargetName);

TEST(ElfFileTest, WhatIsNoElf) {
  EXPECT_EQ(OpenError({}), ErrorCode::kNotElf);
  EXPECT_EQ(OpenError(Image(100, 'x')), ErrorCode::kNotElf);
  Image image = ElfBuilder().Build();
  Patch(image, EI_CLASS, 1, 3);
  EXPECT_EQ(OpenError(image), ErrorCode::kBadElf);
  Patch(image, EI_CLASS, 1, ELFCLASS64);
  Patch(image, EI_DATA, 1, 0);
  EXPECT_EQ(OpenError(image), ErrorCode::kBadElf);
}

TEST(ElfFileTest, BadHeaderFields) {
  const Image good = ElfBuilder().Build();
  struct {
    size_t offset;
    int width;
    uint64_t value;
  } const kCases[] = {
      {offsetof(Elf64_Ehdr, e_shoff), 8, good.size()},
      {offsetof(Elf64_Ehdr, e_shoff), 8, UINT64_MAX},
      {offsetof(Elf64_Ehdr, e_shoff), 8, UINT64_MAX - 63},
      {offsetof(Elf64_Ehdr, e_shentsize), 2, 0},
      {offsetof(Elf64_Ehdr, e_shentsize), 2, 40},
      {offsetof(Elf64_Ehdr, e_shentsize), 2, 65},
      {offsetof(Elf64_Ehdr, e_shnum), 2, 0xfeff},
  };
  for (const auto& bad : kCases) {
    Image image = good;
    Patch(image, bad.offset, bad.width, bad.value);
    EXPECT_EQ(OpenError(image), ErrorCode::kBadElf)
        << bad.offset << " " << bad.value;
  }
}

TEST(ElfFileTest, ExtendedCountOutsideTheFile) {
  ElfBuilder elf;
  Image image = elf.Build();
  Patch(image, offsetof(Elf64_Ehdr, e_shnum), 2, 0);
  for (const uint64_t count : {uint64_t{1000}, uint64_t{1} << 32, UINT64_MAX}) {
    Patch(image, elf.header_offset(0) + offsetof(Elf64_Shdr, sh_size), 8,
          count);
    EXPECT_EQ(OpenError(image), ErrorCode::kBadElf) << count;
  }
}

TEST(ElfFileTest, NoSectionHeaders) {
  Image image = ElfBuilder().Build();
  Patch(image, offsetof(Elf64_Ehdr, e_shoff), 8, 0);
  const auto opened = Open(image);
  ASSERT_TRUE(opened.ok()) << opened.status();
  EXPECT_EQ((*opened)->section_count(), 0u);
  EXPECT_EQ((*opened)->Contents(0).status().ok(), false);
  EXPECT_EQ((*opened)->symbol_section(), kNoSection);
}

TEST(ElfFileTest, NameTableIsBad) {
  ElfBuilder elf;
  const uint32_t info = elf.Add({.name = ".debug_info"});
  const Image good = elf.Build();
  Image image = good;
  EXPECT_FALSE((*Open(image))->IsNameLost(info));
  Patch(image, offsetof(Elf64_Ehdr, e_shstrndx), 2, 0xfe00);
  auto opened = Open(image);
  ASSERT_TRUE(opened.ok());
  EXPECT_EQ((*opened)->Name(info), "");
  EXPECT_TRUE((*opened)->IsNameLost(info));
  // sh_name beyond the table.
  image = good;
  Patch(image, elf.header_offset(info), 4, 0xffffffff);
  opened = Open(image);
  ASSERT_TRUE(opened.ok());
  EXPECT_EQ((*opened)->Name(info), "");
  EXPECT_TRUE((*opened)->IsNameLost(info));
  // A table without a NUL at its end.
  image = good;
  const uint32_t names = elf.section_count() - 1;
  Patch(image, elf.header_offset(names) + offsetof(Elf64_Shdr, sh_size), 8, 5);
  opened = Open(image);
  ASSERT_TRUE(opened.ok());
  EXPECT_EQ((*opened)->Name(info), "");
  EXPECT_TRUE((*opened)->IsNameLost(info));
  // sh_name 0 is no name, which is not lost.
  image = good;
  Patch(image, elf.header_offset(info), 4, 0);
  EXPECT_FALSE((*Open(image))->IsNameLost(info));
}

TEST(ElfFileTest, ContentsOutsideTheFileAreThatSectionsError) {
  ElfBuilder elf;
  const uint32_t past =
      elf.Add({.name = ".debug_info", .contents = {1}, .size = 1 << 20});
  const uint32_t wrapped = elf.Add(
      {.name = ".debug_line", .contents = {1}, .offset = UINT64_MAX - 1});
  const uint32_t good = elf.Add({.name = ".debug_str", .contents = {1}});
  const Image image = elf.Build();
  const auto opened = Open(image);
  ASSERT_TRUE(opened.ok()) << opened.status();
  for (const uint32_t bad : {past, wrapped}) {
    const absl::Status status = (*opened)->Contents(bad).status();
    EXPECT_EQ(GetDetail(status).code, ErrorCode::kBadElf);
    EXPECT_EQ(GetDetail(status).section, bad);
    EXPECT_FALSE((*opened)->ContentsSize(bad).ok());
  }
  EXPECT_TRUE((*opened)->Contents(good).ok());
  EXPECT_EQ(GetDetail((*opened)->Contents(99).status()).code,
            ErrorCode::kNotFound);
}

TEST(ElfFileTest, NobitsHasNoContents) {
  ElfBuilder elf;
  const uint32_t bss = elf.Add(
      {.name = ".bss", .type = SHT_NOBITS, .flags = SHF_ALLOC, .size = 4096});
  const uint32_t info = elf.Add({.name = ".debug_info",
                                 .type = SHT_NOBITS,
                                 .flags = SHF_COMPRESSED,
                                 .size = 4096});
  const Image image = elf.Build();
  const auto opened = Open(image);
  ASSERT_TRUE(opened.ok());
  EXPECT_TRUE((*opened)->Contents(bss)->empty());
  EXPECT_EQ((*opened)->Header(bss).sh_size, 4096u);
  ASSERT_TRUE((*opened)->Contents(info).ok());
  EXPECT_TRUE((*opened)->Contents(info)->empty());
  EXPECT_EQ(*(*opened)->ContentsSize(info), 0u);
}

TEST(ElfFileTest, CompressionHeaderIsBad) {
  ElfBuilder elf;
  const uint32_t cut = elf.Add(
      {.name = ".debug_a", .flags = SHF_COMPRESSED, .contents = Zeros(23)});
  Assembler unknown;
  unknown.U32(99).U32(0).U64(10).U64(1).Zeros(10);
  const uint32_t type = elf.Add(".debug_b", unknown, SHF_COMPRESSED);
  const uint32_t claim = elf.Add({.name = ".debug_c",
                                  .contents = Zeros(100),
                                  .compression = Compression::kZlib,
                                  .claimed_size = 101});
  const uint32_t bomb = elf.Add({.name = ".debug_d",
                                 .contents = Zeros(100),
                                 .compression = Compression::kZstd,
                                 .claimed_size = uint64_t{1} << 50});
  const uint32_t magic = elf.Add({.name = ".zdebug_e", .contents = Zeros(50)});
  const uint32_t short_magic =
      elf.Add({.name = ".zdebug_f", .contents = {'Z', 'L', 'I', 'B', 0}});
  const Image image = elf.Build();
  const auto opened = Open(image);
  ASSERT_TRUE(opened.ok());
  const auto error = [&](uint32_t index) {
    const absl::Status status = (*opened)->Contents(index).status();
    EXPECT_EQ(GetDetail(status).section, index);
    return GetDetail(status).code;
  };
  EXPECT_EQ(error(cut), ErrorCode::kBadElf);
  EXPECT_EQ(error(type), ErrorCode::kUnsupported);
  EXPECT_EQ(error(claim), ErrorCode::kBadElf);
  EXPECT_EQ(error(bomb), ErrorCode::kBadElf);
  EXPECT_EQ(error(magic), ErrorCode::kBadElf);
  EXPECT_EQ(error(short_magic), ErrorCode::kBadElf);
  EXPECT_EQ((*opened)->sections_decompressed(), 0u);
}

TEST(ElfFileTest, OnlyEtRelIsRelocatable) {
  for (const uint16_t type : {ET_EXEC, ET_DYN, ET_CORE}) {
    ElfBuilder elf(kX86_64, type);
    const Image image = elf.Build();
    const auto opened = Open(image);
    ASSERT_TRUE(opened.ok());
    EXPECT_EQ((*opened)->e_type(), type);
    EXPECT_FALSE((*opened)->is_relocatable());
  }
}

TEST(ElfFileTest, SectionsAreListedByKind) {
  ElfBuilder elf;
  // Relocation sections stand on either side of their target.
  const uint32_t before = elf.AddRelocSection(0);
  const uint32_t info = elf.Add({.name = ".debug_info"});
  const uint32_t text = elf.Add({.name = ".text"});
  const uint32_t line = elf.Add({.name = ".debug_line.dwo"});
  const uint32_t crel = elf.Add({.name = ".crel", .type = 0x40000014});
  const uint32_t symtab = elf.symbol_section();
  const uint32_t frame = elf.Add({.name = ".eh_frame"});
  const uint32_t after = elf.AddRelocSection(text);
  elf.section(before).info = info;
  const Image image = elf.Build();
  const auto opened = Open(image);
  ASSERT_TRUE(opened.ok());
  EXPECT_THAT((*opened)->reloc_sections(), ElementsAre(before, crel, after));
  EXPECT_EQ((*opened)->symbol_section(), symtab);
  std::vector<uint32_t> debug;
  for (const DebugSection& section : (*opened)->debug_sections()) {
    debug.push_back(section.index);
  }
  EXPECT_THAT(debug, ElementsAre(info, line, frame));
  EXPECT_EQ((*opened)->debug_sections()[1].name.family, Family::kDwo);
}

TEST(ElfFileTest, DynsymStandsInForSymtab) {
  ElfBuilder elf;
  const uint32_t dynsym = elf.Add({.name = ".dynsym", .type = SHT_DYNSYM});
  elf.OmitSymbolTable();
  const Image image = elf.Build();
  EXPECT_EQ((*Open(image))->symbol_section(), dynsym);
}

TEST(ElfFileTest, GroupsKnowTheirMembers) {
  ElfBuilder elf;
  const uint32_t a = elf.Add({.name = ".debug_macro"});
  const uint32_t b = elf.Add({.name = ".debug_macro"});
  const uint32_t group_a = elf.AddGroup({a, 9999});
  const uint32_t group_b = elf.AddGroup({b}, 0);
  const uint32_t alone = elf.Add({.name = ".debug_info"});
  const Image image = elf.Build();
  const auto opened = Open(image);
  ASSERT_TRUE(opened.ok());
  EXPECT_EQ((*opened)->Group(a), group_a);
  EXPECT_EQ((*opened)->Group(b), group_b);
  EXPECT_EQ((*opened)->Group(alone), kNoSection);
  EXPECT_EQ((*opened)->Group(9999), kNoSection);
}

TEST(ElfFileTest, MoreThan65280Sections) {
  ElfBuilder elf;
  constexpr uint32_t kCount = 66000;
  for (uint32_t i = 1; i < kCount; ++i) {
    elf.Add({.name = ".text", .flags = SHF_ALLOC});
  }
  const uint32_t info = elf.Add({.name = ".debug_info", .contents = {42}});
  const Image image = elf.Build();
  const auto opened = Open(image);
  ASSERT_TRUE(opened.ok()) << opened.status();
  EXPECT_GT((*opened)->section_count(), kCount);
  EXPECT_EQ((*opened)->Name(info), ".debug_info");
  EXPECT_THAT(Copy(*(*opened)->Contents(info)), ElementsAre(42));
}

class ElfFileOnDiskTest : public testing::Test {
 protected:
  ElfFileOnDiskTest() {
    ElfBuilder elf;
    info_ = elf.Add({.name = ".debug_info", .contents = {1, 2, 3}});
    image_ = elf.Build();
    const char* folder = getenv("TMPDIR");
    path_ = folder == nullptr ? "/tmp" : folder;
    path_.append("/elf_file_test.XXXXXX");
    fd_ = mkstemp(path_.data());
    EXPECT_GE(fd_, 0);
    EXPECT_EQ(write(fd_, image_.data(), image_.size()),
              static_cast<ssize_t>(image_.size()));
  }
  ~ElfFileOnDiskTest() override {
    close(fd_);
    unlink(path_.c_str());
  }

  Image image_;
  std::string path_;
  uint32_t info_ = 0;
  int fd_ = -1;
};

TEST_F(ElfFileOnDiskTest, OpenPath) {
  const auto opened = ElfFile::OpenPath(path_.c_str());
  ASSERT_TRUE(opened.ok()) << opened.status();
  EXPECT_EQ((*opened)->name(), path_);
  EXPECT_THAT(Copy(*(*opened)->Contents(info_)), ElementsAre(1, 2, 3));
}

// Resident KiB of the mapping that starts at `address`, from the kernel's own
// list; -1 if it cannot tell.
int64_t ResidentKilobytes(const void* address) {
  std::ifstream maps("/proc/self/smaps");
  std::ostringstream start;
  start << std::hex << reinterpret_cast<uintptr_t>(address) << '-';
  bool is_ours = false;
  for (std::string line; std::getline(maps, line);) {
    if (line.starts_with(start.str())) is_ours = true;
    if (is_ours && line.starts_with("Rss:")) {
      return strtoll(line.c_str() + 4, nullptr, 10);
    }
  }
  return -1;
}

TEST_F(ElfFileOnDiskTest, OpeningTouchesNoMappedPage) {
  const auto opened = ElfFile::OpenPath(path_.c_str());
  ASSERT_TRUE(opened.ok()) << opened.status();
  EXPECT_EQ((*opened)->Name(info_), ".debug_info");
  const uint8_t* image = (*opened)->image().data();
  const auto again = ElfFile::OpenPath(path_.c_str());
  ASSERT_TRUE(again.ok()) << again.status();
  const int64_t resident = ResidentKilobytes((*again)->image().data());
  if (resident < 0) GTEST_SKIP() << "no smaps here";
  EXPECT_EQ(resident, 0);
  EXPECT_NE(ResidentKilobytes(image), 0) << "the name was read there";
}

TEST_F(ElfFileOnDiskTest, ReleasedPagesCanBeReadAgain) {
  const auto opened = ElfFile::OpenPath(path_.c_str());
  ASSERT_TRUE(opened.ok()) << opened.status();
  const Bytes image = (*opened)->image();
  const std::vector<uint8_t> before(image.begin(), image.end());
  if (ResidentKilobytes(image.data()) < 0) GTEST_SKIP() << "no smaps here";
  EXPECT_GT(ResidentKilobytes(image.data()), 0);
  (*opened)->ReleasePages();
  EXPECT_EQ(ResidentKilobytes(image.data()), 0);
  EXPECT_EQ((*opened)->image().data(), image.data());
  EXPECT_TRUE(std::equal(image.begin(), image.end(), before.begin()));
}

// Nothing is mapped here: the image is the caller's, and stays.
TEST_F(ElfFileOnDiskTest, ReleaseLeavesABorrowedImageAlone) {
  const auto opened = ElfFile::OpenMemory(image_, "memory");
  ASSERT_TRUE(opened.ok()) << opened.status();
  (*opened)->ReleasePages();
  EXPECT_EQ((*opened)->image()[0], 0x7f);
}

TEST_F(ElfFileOnDiskTest, OpenFdDoesNotKeepIt) {
  const auto opened = ElfFile::OpenFd(fd_, "by fd");
  ASSERT_TRUE(opened.ok()) << opened.status();
  EXPECT_EQ(fcntl(fd_, F_GETFD) >= 0, true) << "still the caller's";
  EXPECT_THAT(Copy(*(*opened)->Contents(info_)), ElementsAre(1, 2, 3));
}

TEST_F(ElfFileOnDiskTest, OpenPipe) {
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  ASSERT_EQ(write(ends[1], image_.data(), image_.size()),
            static_cast<ssize_t>(image_.size()));
  close(ends[1]);
  const auto opened = ElfFile::OpenFd(ends[0], "pipe");
  close(ends[0]);
  ASSERT_TRUE(opened.ok()) << opened.status();
  EXPECT_THAT(Copy(*(*opened)->Contents(info_)), ElementsAre(1, 2, 3));
}

TEST_F(ElfFileOnDiskTest, OpenElf) {
  elf_version(EV_CURRENT);
  Elf* elf = elf_memory(reinterpret_cast<char*>(image_.data()), image_.size());
  ASSERT_NE(elf, nullptr);
  const auto opened = ElfFile::OpenElf(elf, "by libelf");
  ASSERT_TRUE(opened.ok()) << opened.status();
  EXPECT_THAT(Copy(*(*opened)->Contents(info_)), ElementsAre(1, 2, 3));
  elf_end(elf);
}

// Files compressed as a whole, opened in each way.
class PackedElfFileTest : public ElfFileOnDiskTest,
                          public testing::WithParamInterface<Packer> {
 protected:
  PackedElfFileTest() : packed_(GetParam().pack(image_)) {
    EXPECT_EQ(ftruncate(fd_, 0), 0);
    EXPECT_EQ(pwrite(fd_, packed_.data(), packed_.size(), 0),
              static_cast<ssize_t>(packed_.size()));
  }

  void ExpectImage(const absl::StatusOr<std::unique_ptr<ElfFile>>& opened) {
    ASSERT_TRUE(opened.ok()) << opened.status();
    EXPECT_EQ(Copy((*opened)->image()), image_);
    EXPECT_EQ((*opened)->unpacked_bytes(), image_.size());
    EXPECT_THAT(Copy(*(*opened)->Contents(info_)), ElementsAre(1, 2, 3));
    // Nothing of it can be had from the file again.
    (*opened)->ReleasePages();
    EXPECT_EQ(Copy((*opened)->image()), image_);
  }

  Image packed_;
};

TEST_P(PackedElfFileTest, OpenPath) {
  ExpectImage(ElfFile::OpenPath(path_.c_str()));
}

TEST_P(PackedElfFileTest, OpenFd) { ExpectImage(ElfFile::OpenFd(fd_, "fd")); }

TEST_P(PackedElfFileTest, OpenPipe) {
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  ASSERT_EQ(write(ends[1], packed_.data(), packed_.size()),
            static_cast<ssize_t>(packed_.size()));
  close(ends[1]);
  ExpectImage(ElfFile::OpenFd(ends[0], "pipe"));
  close(ends[0]);
}

TEST_P(PackedElfFileTest, OpenMemoryNeedsItNoLonger) {
  Image gone = packed_;
  const auto opened = Open(gone);
  std::fill(gone.begin(), gone.end(), uint8_t{0});
  ExpectImage(opened);
}

TEST_P(PackedElfFileTest, CutAtEveryByte) {
  while (!packed_.empty()) {
    packed_.pop_back();
    EXPECT_FALSE(Open(packed_).ok()) << packed_.size();
  }
}

TEST_P(PackedElfFileTest, WhatIsInItMustBeElf) {
  const Image text = {'t', 'e', 'x', 't'};
  EXPECT_EQ(OpenError(GetParam().pack(text)), ErrorCode::kNotElf);
  EXPECT_EQ(OpenError(GetParam().pack({})), ErrorCode::kNotElf);
  EXPECT_EQ(OpenError(GetParam().pack(packed_)), ErrorCode::kNotElf)
      << "packed twice";
  EXPECT_EQ(OpenError(GetParam().pack(Bytes(image_).first(20))),
            ErrorCode::kBadElf);
}

INSTANTIATE_TEST_SUITE_P(Packers, PackedElfFileTest,
                         testing::ValuesIn(kPackers),
                         [](const auto& packer) { return packer.param.name; });

TEST(ElfFileTest, PathThatIsNoFile) {
  const auto missing = ElfFile::OpenPath("/nonexistent/file");
  EXPECT_EQ(GetDetail(missing.status()).code, ErrorCode::kSystem);
  EXPECT_EQ(GetDetail(missing.status()).system_error, ENOENT);
  const auto folder = ElfFile::OpenPath("/");
  EXPECT_EQ(GetDetail(folder.status()).system_error, EISDIR);
  const auto empty = ElfFile::OpenPath("/dev/null");
  EXPECT_EQ(GetDetail(empty.status()).code, ErrorCode::kNotElf);
  const auto closed = ElfFile::OpenFd(-1, "closed");
  EXPECT_EQ(GetDetail(closed.status()).system_error, EBADF);
}

// A megabyte of zeros is a kilobyte: what one section may claim, and all
// together.
TEST(ElfFileTest, CompressedSectionsAreHeldToTheFilesSize) {
  for (const Compression compression :
       {Compression::kZlib, Compression::kZstd, Compression::kZdebug}) {
    for (const size_t megabytes : {size_t{4}, size_t{40}}) {
      ElfBuilder elf(kX86_64);
      const uint32_t small = elf.Add({.name = ".debug_str",
                                      .contents = Zeros(100),
                                      .compression = compression});
      const uint32_t first = elf.Add({.name = ".debug_info",
                                      .contents = Zeros(megabytes << 20),
                                      .compression = compression});
      const uint32_t second = elf.Add({.name = ".debug_line",
                                       .contents = Zeros(megabytes << 20),
                                       .compression = compression});
      const std::vector<uint8_t> image = elf.Build();
      const auto opened = ElfFile::OpenMemory(image, "zeros");
      ASSERT_TRUE(opened.ok());
      const ElfFile& file = **opened;
      EXPECT_TRUE(file.Contents(small).ok());
      for (const uint32_t index : {first, second}) {
        const absl::StatusOr<Bytes> contents = file.Contents(index);
        if (megabytes == 4) {
          ASSERT_TRUE(contents.ok());
          EXPECT_EQ(contents->size(), megabytes << 20);
          continue;
        }
        EXPECT_EQ(GetDetail(contents.status()).code, ErrorCode::kUnsupported);
        EXPECT_THAT(std::string(contents.status().message()),
                    testing::HasSubstr("more than 64 times"));
        EXPECT_EQ(GetDetail(contents.status()).section, index);
      }
    }
  }
}

// Names of 100 KB are good, but not the same one for every section.
TEST(ElfFileTest, LongNamesMayNotBeRepeated) {
  for (const uint32_t count : {10u, 40u}) {
    ElfBuilder elf(kX86_64);
    const std::string name = ".debug_" + std::string(100000, 'x');
    for (uint32_t i = 0; i < count; ++i) elf.Add({.name = name});
    const uint32_t info = elf.Add({.name = ".debug_info"});
    const std::vector<uint8_t> image = elf.Build();
    const auto opened = ElfFile::OpenMemory(image, "names");
    ASSERT_TRUE(opened.ok());
    const ElfFile& file = **opened;
    EXPECT_EQ(file.Name(info), ".debug_info");
    EXPECT_FALSE(file.IsNameLost(info));
    const bool is_repeated = count == 40;
    EXPECT_EQ(file.Name(1), is_repeated ? "" : name);
    EXPECT_EQ(file.IsNameLost(1), is_repeated);
  }
}

}  // namespace
}  // namespace dwreloc::internal
