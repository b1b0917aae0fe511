// Tests of elf/archive: all ways to write a name, what stands in an archive
// beside its members, and damage of every field.

#include "elf/archive.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <deque>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "support/archive_builder.h"
#include "support/elf_builder.h"
#include "support/packed.h"

namespace dwreloc::internal {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using Content = std::vector<uint8_t>;

constexpr char kLongName[] = "a_name_of_more_than_15_bytes.o";

// One that is told from others by its size.
Content Object(size_t text_size, const Target& target = kX86_64) {
  ElfBuilder elf(target);
  elf.Add({.name = ".text", .flags = SHF_ALLOC, .contents = Zeros(text_size)});
  return elf.Build();
}

Content Bytecode() { return {'B', 'C', 0xc0, 0xde, 1}; }

// The archive borrows its bytes: they live as long as the program.
std::unique_ptr<const Archive> Open(Content bytes,
                                    std::string name = "libx.a") {
  static std::deque<Content> kept;
  kept.push_back(std::move(bytes));
  auto archive = Archive::OpenMemory(kept.back(), std::move(name));
  EXPECT_TRUE(archive.ok()) << archive.status();
  return archive.ok() ? *std::move(archive) : nullptr;
}

std::vector<std::string> Names(const Archive& archive) {
  std::vector<std::string> names;
  for (const ArchiveMember& member : archive.members()) {
    names.push_back(member.name);
  }
  return names;
}

// The size of .text, or the error.
std::string Read(const Archive& archive, size_t index) {
  const auto file = archive.OpenMember(index);
  if (!file.ok()) return std::string(file.status().message());
  return std::to_string((*file)->Header(1).sh_size);
}

class ArchiveFormatTest : public testing::TestWithParam<ArchiveFormat> {};

TEST_P(ArchiveFormatTest, EveryMemberIsRead) {
  const Content bytes = ArchiveBuilder(GetParam())
                            .Add("x.o", Object(11))
                            .Add(kLongName, Object(12))
                            .Add("with space.o", Object(13))
                            .Add("x.o", Object(14))
                            .Build();
  const auto archive = Open(bytes);
  ASSERT_NE(archive, nullptr);
  EXPECT_TRUE(archive->status().ok()) << archive->status();
  EXPECT_FALSE(archive->is_thin());
  EXPECT_THAT(Names(*archive),
              ElementsAre("x.o", kLongName, "with space.o", "x.o"));
  for (size_t i = 0; i < 4; ++i) {
    EXPECT_EQ(Read(*archive, i), std::to_string(11 + i));
    const ArchiveMember& member = archive->members()[i];
    EXPECT_EQ(member.full_name, "libx.a(" + member.name + ")");
    EXPECT_EQ(member.size, Object(11 + i).size());
    EXPECT_EQ(bytes[member.offset], 0x7f);
    EXPECT_EQ(*archive->Kind(i), FileKind::kElf);
    // The name the module has in messages.
    EXPECT_EQ((*archive->OpenMember(i))->name(), member.full_name);
  }
}

TEST_P(ArchiveFormatTest, WithoutMembers) {
  const auto archive = Open(ArchiveBuilder(GetParam()).Build());
  ASSERT_NE(archive, nullptr);
  EXPECT_TRUE(archive->status().ok());
  EXPECT_TRUE(archive->members().empty());
}

// What is left of it is read, and the rest is told.
TEST_P(ArchiveFormatTest, CutAtEveryByte) {
  const Content bytes = ArchiveBuilder(GetParam())
                            .Add("x.o", Object(11))
                            .Add(kLongName, Object(12))
                            .Build();
  const auto whole = Open(bytes);
  const std::vector<ArchiveMember>& members = whole->members();
  for (size_t size = 8; size < bytes.size(); ++size) {
    const Content cut(bytes.begin(), bytes.begin() + static_cast<long>(size));
    const auto archive = Open(cut);
    ASSERT_NE(archive, nullptr);
    size_t good = 0;
    bool is_told = !archive->status().ok();
    for (size_t i = 0; i < archive->members().size(); ++i) {
      const auto file = archive->OpenMember(i);
      good += file.ok();
      is_told |= GetDetail(file.status()).code == ErrorCode::kTruncated;
    }
    const auto is_there = [size](const ArchiveMember& member) {
      return member.offset + member.size <= size;
    };
    EXPECT_EQ(good, std::count_if(members.begin(), members.end(), is_there))
        << size;
    // A cut between two members cannot be told.
    const bool is_between = size == 8 ||
                            (size >= members[0].offset + members[0].size &&
                             size <= members[1].header_offset) ||
                            size >= members[1].offset + members[1].size;
    if (is_between || archive->members().empty()) continue;
    EXPECT_TRUE(is_told) << size;
  }
}

TEST_P(ArchiveFormatTest, EachByteOfAHeaderChanged) {
  const Content bytes = ArchiveBuilder(GetParam())
                            .Add("x.o", Object(11))
                            .Add(kLongName, Object(12))
                            .Add("y.o", Object(13))
                            .Build();
  const size_t header = Open(bytes)->members()[1].header_offset;
  for (size_t at = header; at < header + 60; ++at) {
    for (const uint8_t mask : {0x01, 0x10, 0x80, 0xff}) {
      Content changed = bytes;
      changed[at] ^= mask;
      const auto archive = Open(changed);
      ASSERT_NE(archive, nullptr);
      // The one before it is not concerned.
      EXPECT_EQ(Read(*archive, 0), "11");
      for (size_t i = 0; i < archive->members().size(); ++i) {
        (void)Read(*archive, i);
      }
      // "`\n" at the end.
      if (at >= header + 58) {
        EXPECT_EQ(archive->members().size(), 1u);
        EXPECT_THAT(
            std::string(archive->status().message()),
            HasSubstr("archive member header at offset " +
                      std::to_string(header) + ": it does not end as one"));
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Formats, ArchiveFormatTest,
                         testing::Values(ArchiveFormat::kGnu,
                                         ArchiveFormat::kGnu64,
                                         ArchiveFormat::kBsd));

class ArchiveTargetTest : public testing::TestWithParam<Target> {};

// Members are aligned to 2 bytes: every load must allow for that.
TEST_P(ArchiveTargetTest, MembersOfEveryMachineAtOddPlaces) {
  const Content object = Object(16, GetParam());
  const auto archive = Open(ArchiveBuilder(ArchiveFormat::kBsd)
                                .Add("a long name, odd.", object)
                                .Add("x.o", object)
                                .Build());
  ASSERT_NE(archive, nullptr);
  EXPECT_EQ(archive->members()[0].offset % 2, 1u);
  EXPECT_EQ(Read(*archive, 0), "16");
  EXPECT_EQ(Read(*archive, 1), "16");
}

INSTANTIATE_TEST_SUITE_P(Targets, ArchiveTargetTest,
                         testing::ValuesIn(kTargets), kTargetName);

TEST(ArchiveTest, MembersOutliveIt) {
  const Content bytes =
      ArchiveBuilder(ArchiveFormat::kGnu).Add("x.o", Object(11)).Build();
  std::unique_ptr<ElfFile> file;
  {
    const std::string path = testing::TempDir() + "/outlived.a";
    std::ofstream(path, std::ios::binary)
        .write(reinterpret_cast<const char*>(bytes.data()),
               static_cast<std::streamsize>(bytes.size()));
    const auto archive = Archive::OpenPath(path.c_str());
    unlink(path.c_str());
    ASSERT_TRUE(archive.ok()) << archive.status();
    file = *(*archive)->OpenMember(0);
  }
  EXPECT_EQ(file->Header(1).sh_size, 11u);
}

TEST(ArchiveTest, CompressedAsAWhole) {
  const Content bytes = PackZstd(
      ArchiveBuilder(ArchiveFormat::kGnu).Add("x.o", Object(11)).Build());
  EXPECT_EQ(Read(*Open(bytes), 0), "11");
}

TEST(ArchiveTest, CompressedMember) {
  const auto archive = Open(ArchiveBuilder(ArchiveFormat::kGnu)
                                .Add("x.o.gz", PackGzip(Object(11)))
                                .Build());
  EXPECT_EQ(*archive->Kind(0), FileKind::kGzip);
  EXPECT_EQ(Read(*archive, 0), "11");
}

TEST(ArchiveTest, MembersOfOtherKindsSpoilNothing) {
  const Content metadata = {'r', 'u', 's', 't', 0, 0, 0, 9};
  const auto archive =
      Open(ArchiveBuilder(ArchiveFormat::kGnu)
               .Add("lib.rmeta", metadata)
               .Add("x.bc", Bytecode())
               .Add("x.o", Object(11))
               .Add("n.a", ArchiveBuilder(ArchiveFormat::kGnu).Build())
               .Add("empty", {})
               .Build());
  EXPECT_EQ(*archive->Kind(0), FileKind::kRustMetadata);
  EXPECT_EQ(*archive->Kind(1), FileKind::kBitcode);
  EXPECT_EQ(*archive->Kind(2), FileKind::kElf);
  EXPECT_EQ(*archive->Kind(3), FileKind::kArchive);
  EXPECT_EQ(*archive->Kind(4), FileKind::kEmpty);
  EXPECT_THAT(Read(*archive, 1), HasSubstr("this is LLVM bitcode"));
  EXPECT_EQ(Read(*archive, 2), "11");
}

TEST(ArchiveTest, TablesAreNoMembers) {
  const Content table(6);
  const auto archive = Open(ArchiveBuilder(ArchiveFormat::kBsd)
                                .AddRaw("/", table)
                                .AddRaw("/SYM64/", table)
                                .AddRaw("/<ECSYMBOLS>/", table)
                                .AddRaw("__.SYMDEF", table)
                                .AddRaw("__.SYMDEF_64", table)
                                .AddRaw("//", table)
                                .AddRaw("x.o/", Object(11))
                                .Build());
  EXPECT_THAT(Names(*archive), ElementsAre("x.o"));
  EXPECT_EQ(Read(*archive, 0), "11");
}

TEST(ArchiveTest, LongNamesOfMicrosoftEndWithNul) {
  const std::string names =
      std::string("first_name.obj\0second_name.obj\0", 31);
  const auto archive =
      Open(ArchiveBuilder(ArchiveFormat::kGnu)
               .AddRaw("//", Content(names.begin(), names.end()))
               .AddRaw("/15", Object(11))
               .Build());
  EXPECT_THAT(Names(*archive), ElementsAre("second_name.obj"));
}

TEST(ArchiveTest, ABadNameSpoilsItsMemberAlone) {
  const auto archive = Open(ArchiveBuilder(ArchiveFormat::kGnu)
                                .AddRaw("/0", Object(10))
                                .Add(kLongName, Object(11))
                                .AddRaw("/9999", Object(12))
                                .AddRaw("/x", Object(13))
                                .AddRaw("#1/99999999", Object(14))
                                .AddRaw("#1/x", Object(14))
                                .Build());
  EXPECT_EQ(Names(*archive)[2], "/9999");
  EXPECT_EQ(Read(*archive, 1), "11");
  EXPECT_THAT(Read(*archive, 2), HasSubstr("its name is at 9999 of 32 bytes"));
  EXPECT_THAT(Read(*archive, 3), HasSubstr("its name is none"));
  EXPECT_THAT(Read(*archive, 4), HasSubstr("longer than the member"));
  EXPECT_THAT(Read(*archive, 5), HasSubstr("longer than the member"));
  const auto without = Open(
      ArchiveBuilder(ArchiveFormat::kGnu).AddRaw("/0", Object(10)).Build());
  EXPECT_THAT(Read(*without, 0), HasSubstr("but there are none"));
}

TEST(ArchiveTest, SizesThatAreNone) {
  for (const char* size : {"", "x", "-1", "1x", "0x10", "1 1", "99999999999"}) {
    const std::string text = "!<arch>\n" + ArchiveBuilder::Header("x.o/", size);
    const auto archive = Open(Content(text.begin(), text.end()));
    ASSERT_NE(archive, nullptr);
    if (archive->members().empty()) {
      EXPECT_THAT(std::string(archive->status().message()),
                  HasSubstr("header at offset 8: its size is no number"));
    } else {
      EXPECT_THAT(Read(*archive, 0),
                  HasSubstr("the archive ends at offset 68"));
    }
  }
}

TEST(ArchiveTest, OtherKindsOfFiles) {
  const auto text = [](const Content& bytes) {
    return std::string(Archive::OpenMemory(bytes, "x").status().message());
  };
  EXPECT_THAT(text(Object(1)), HasSubstr("not an archive"));
  EXPECT_THAT(text(Bytecode()), HasSubstr("this is LLVM bitcode"));
  EXPECT_THAT(text({}), HasSubstr("an empty file"));
  EXPECT_THAT(text({'!', '<', 'a', 'r', 'c', 'h', '>'}),
              HasSubstr("no magic number of an archive"));
}

// A folder with files that thin archives name.
class ThinArchiveTest : public testing::Test {
 protected:
  ThinArchiveTest() {
    std::string name = testing::TempDir() + "/thin-XXXXXX";
    EXPECT_NE(mkdtemp(name.data()), nullptr);
    folder_ = name;
    std::filesystem::create_directory(folder_ / "sub");
  }
  ~ThinArchiveTest() override { std::filesystem::remove_all(folder_); }

  void Write(const std::string& name, const Content& bytes) const {
    std::ofstream(folder_ / name, std::ios::binary)
        .write(reinterpret_cast<const char*>(bytes.data()),
               static_cast<std::streamsize>(bytes.size()));
  }
  std::string Path(const std::string& name) const { return folder_ / name; }
  std::unique_ptr<const Archive> OpenAt(const std::string& name) const {
    auto archive = Archive::OpenPath(Path(name).c_str());
    EXPECT_TRUE(archive.ok()) << archive.status();
    return *std::move(archive);
  }

  std::filesystem::path folder_;
};

TEST_F(ThinArchiveTest, NamesFilesBesideIt) {
  Write("x.o", Object(11));
  Write("sub/y.o", Object(12));
  Write("thin.a", ArchiveBuilder(ArchiveFormat::kThin)
                      .Add("x.o", Object(11))
                      .Add("sub/y.o", Object(12))
                      .Add(Path("x.o"), Object(11))
                      .Build());
  const auto archive = OpenAt("thin.a");
  EXPECT_TRUE(archive->is_thin());
  EXPECT_TRUE(archive->status().ok()) << archive->status();
  EXPECT_THAT(Names(*archive), ElementsAre("x.o", "sub/y.o", Path("x.o")));
  EXPECT_EQ(Read(*archive, 0), "11");
  EXPECT_EQ(Read(*archive, 1), "12");
  EXPECT_EQ(Read(*archive, 2), "11");
  EXPECT_EQ(archive->members()[1].offset, kNoOffset);
  const auto file = archive->OpenMember(1);
  EXPECT_EQ((*file)->name(), Path("thin.a") + "(sub/y.o)");
  EXPECT_EQ((*file)->path(), Path("sub/y.o"));
}

TEST_F(ThinArchiveTest, WhatCannotBeReadSpoilsItsMemberAlone) {
  Write("x.o", Object(11));
  ASSERT_EQ(mkfifo(Path("fifo").c_str(), 0600), 0);
  Write("thin.a", ArchiveBuilder(ArchiveFormat::kThin)
                      .Add("missing.o", Object(10))
                      .Add("fifo", Object(10))
                      .Add("sub", Object(10))
                      .Add("x.o", Object(11))
                      .Build());
  const auto archive = OpenAt("thin.a");
  EXPECT_THAT(Read(*archive, 0),
              HasSubstr(Path("missing.o") + ": cannot open"));
  EXPECT_THAT(Read(*archive, 1), HasSubstr(Path("fifo") + ": not a file"));
  EXPECT_THAT(Read(*archive, 2), HasSubstr(Path("sub") + ": not a file"));
  EXPECT_EQ(Read(*archive, 3), "11");
}

TEST_F(ThinArchiveTest, MembersOfAnArchiveInIt) {
  const Content inner = ArchiveBuilder(ArchiveFormat::kGnu)
                            .Add("y.o", Object(12))
                            .Add(kLongName, Object(13))
                            .Build();
  Write("inner.a", inner);
  const size_t header = Open(inner)->members()[1].header_offset;
  const std::string names = "inner.a/\n";
  const auto outer = [&](const std::string& name) {
    Write("thin.a", ArchiveBuilder(ArchiveFormat::kThin)
                        .Add("inner.a", Object(13))
                        .AddRaw(name, Object(13))
                        .Build());
    return OpenAt("thin.a");
  };
  const auto archive = outer("/0:" + std::to_string(header));
  EXPECT_THAT(Names(*archive), ElementsAre("inner.a", kLongName));
  EXPECT_EQ(Read(*archive, 1), "13");
  EXPECT_EQ((*archive->OpenMember(1))->path(), Path("inner.a"));
  EXPECT_THAT(Read(*outer("/0:9"), 1),
              HasSubstr("inner.a: no member at offset 9"));
  EXPECT_THAT(Read(*outer("/0:x"), 1), HasSubstr("its name is none"));
}

// One that named itself would never end.
TEST_F(ThinArchiveTest, ThinArchivesInThinArchivesAreNone) {
  Write("thin.a", ArchiveBuilder(ArchiveFormat::kThin)
                      .Add("thin.a", Object(13))
                      .AddRaw("/0:8", Object(13))
                      .Build());
  const auto archive = OpenAt("thin.a");
  EXPECT_THAT(Read(*archive, 1), HasSubstr("thin.a: not an archive"));
  EXPECT_EQ(*archive->Kind(0), FileKind::kThinArchive);
}

}  // namespace
}  // namespace dwreloc::internal
