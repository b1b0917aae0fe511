// set/debug_file: debug files by build-id, by .gnu_debuglink and by path.

#include "set/debug_file.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "elf/checksum.h"
#include "support/elf_builder.h"
#include "support/temp_directory.h"

namespace dwreloc::internal {
namespace {

std::vector<uint8_t> BytesOf(std::string_view text) {
  return {text.begin(), text.end()};
}

class DebugFileTest : public testing::Test {
 protected:
  // A file whose build-id is these bytes, with or without units.
  static std::vector<uint8_t> Image(std::string_view id, bool has_dwarf,
                                    std::string_view debuglink = "",
                                    uint32_t crc = 0) {
    ElfBuilder elf;
    if (!id.empty()) {
      elf.Add({.name = ".note.gnu.build-id",
               .type = SHT_NOTE,
               .flags = SHF_ALLOC,
               .contents = BuildIdNote(kX86_64, id),
               .align = 4});
    }
    elf.Add({.name = ".debug_info",
             .type = has_dwarf ? uint32_t{SHT_PROGBITS} : uint32_t{SHT_NOBITS},
             .contents = Zeros(16)});
    if (!debuglink.empty()) {
      std::vector<uint8_t> link = BytesOf(debuglink);
      do link.push_back(0);
      while (link.size() % 4 != 0);
      for (int shift = 0; shift < 32; shift += 8) {
        link.push_back(static_cast<uint8_t>(crc >> shift));
      }
      elf.Add({.name = ".gnu_debuglink", .contents = link});
    }
    return elf.Build();
  }

  // The path of the debug file of the one at `path`, or "".
  std::string Find(const std::string& path) {
    auto file = ElfFile::OpenPath(path.c_str());
    EXPECT_TRUE(file.ok()) << file.status();
    const auto found = FindDebugFile(**file, DebugDirectories({debug_.path()}));
    return found == nullptr ? "" : found->path();
  }

  const TempDirectory main_;
  const TempDirectory debug_;
};

TEST_F(DebugFileTest, HasDwarf) {
  const std::string with = main_.Write("with", Image("", true));
  const std::string without = main_.Write("without", Image("", false));
  EXPECT_TRUE(HasDwarf(**ElfFile::OpenPath(with.c_str())));
  EXPECT_FALSE(HasDwarf(**ElfFile::OpenPath(without.c_str())));
}

TEST_F(DebugFileTest, ByBuildId) {
  const std::string path = main_.Write("a.ko", Image("\x12\xab\xcd", false));
  EXPECT_EQ(Find(path), "");
  const std::string debug =
      debug_.Write(".build-id/12/abcd.debug", Image("\x12\xab\xcd", true));
  EXPECT_EQ(Find(path), debug);
}

TEST_F(DebugFileTest, NotThatOfAnotherBuild) {
  const std::string path = main_.Write("a.ko", Image("\x12\xab\xcd", false));
  debug_.Write(".build-id/12/abcd.debug", Image("\x12\xab\xce", true));
  EXPECT_EQ(Find(path), "");
  // Nor one that has been stripped as well.
  debug_.Write(".build-id/12/abcd.debug", Image("\x12\xab\xcd", false));
  EXPECT_EQ(Find(path), "");
}

TEST_F(DebugFileTest, ByDebuglinkAndChecksum) {
  const std::vector<uint8_t> image = Image("", true);
  const uint32_t crc = Crc32(image);
  const std::string path =
      main_.Write("dir/a", Image("", false, "a.debug", crc));
  EXPECT_EQ(Find(path), "");
  const std::string global =
      debug_.Write(main_.path().substr(1) + "/dir/a.debug", image);
  EXPECT_EQ(std::filesystem::path(Find(path)).lexically_normal(), global);
  const std::string below = main_.Write("dir/.debug/a.debug", image);
  EXPECT_EQ(Find(path), below);
  const std::string beside = main_.Write("dir/a.debug", image);
  EXPECT_EQ(Find(path), beside);
  std::vector<uint8_t> other = image;
  other.push_back(0);
  main_.Write("dir/a.debug", other);
  EXPECT_EQ(Find(path), below) << "the checksum of the first one is wrong";
}

TEST_F(DebugFileTest, DebuglinkMayNotLeaveItsDirectory) {
  const std::vector<uint8_t> image = Image("", true);
  main_.Write("a.debug", image);
  const std::string path =
      main_.Write("dir/a", Image("", false, "../a.debug", Crc32(image)));
  EXPECT_EQ(Find(path), "");
}

TEST_F(DebugFileTest, ByThePathOfTheModule) {
  const std::string path = main_.Write("k/a.ko", Image("\x01\x02", false));
  TempDirectory root;
  const std::string debug =
      root.Write(path.substr(1) + ".debug", Image("\x01\x02", true));
  auto file = ElfFile::OpenPath(path.c_str());
  ASSERT_TRUE(file.ok());
  const auto found = FindDebugFile(**file, DebugDirectories({root.path()}));
  ASSERT_NE(found, nullptr);
  EXPECT_EQ(found->path(), debug);
}

TEST(ChecksumTest, AsInTheStandard) {
  EXPECT_EQ(Crc32(BytesOf("123456789")), 0xcbf43926u);
  EXPECT_EQ(Crc32({}), 0u);
}

}  // namespace
}  // namespace dwreloc::internal
