// set/module_set: modules by name, by address, opened once and on need.

#include "set/module_set.h"

#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <vector>

#include "support/elf_builder.h"
#include "support/temp_directory.h"

namespace dwreloc::internal {
namespace {

// A module with 64 bytes of .text and as many of .init.text.
std::vector<uint8_t> Module64(uint16_t e_type = ET_REL) {
  ElfBuilder elf(kX86_64, e_type);
  for (const char* name : {".text", ".init.text"}) {
    elf.Add({.name = name,
             .flags = SHF_ALLOC | SHF_EXECINSTR,
             .contents = Zeros(64)});
  }
  elf.Add({.name = ".debug_info", .contents = Zeros(4)});
  return elf.Build();
}

TEST(ModuleSetTest, NamesOfFilesAndOfTheKernel) {
  ModuleSet set;
  EXPECT_EQ(set.Add({.path = "/m/snd-pcm.ko.xz"}), 0u);
  EXPECT_EQ(set.Add({.name = "xfs", .path = "/m/other.ko"}), 1u);
  EXPECT_EQ(set.Add({.name = "snd_pcm"}), 2u);
  EXPECT_EQ(set.report(0).name, "snd-pcm");
  EXPECT_EQ(set.Find("snd_pcm", 0), 0u);
  EXPECT_EQ(set.Find("snd-pcm", 1), 2u);
  EXPECT_EQ(set.Find("snd-pcm", 3), set.count());
  EXPECT_EQ(set.Find("xfs", 0), 1u);
  EXPECT_EQ(set.Find("other", 0), set.count());
  EXPECT_EQ(set.opened(), 0u);
}

TEST(ModuleSetTest, OpenedOnceAndOnNeed) {
  const TempDirectory directory;
  ModuleSet set;
  set.Add({.path = directory.Write("a.ko", Module64())});
  set.Add({.path = directory.path() + "/none.ko"});
  set.Add({.name = "unknown"});
  EXPECT_EQ(set.opened(), 0u);
  const auto first = set.Get(0);
  ASSERT_TRUE(first.ok()) << first.status();
  EXPECT_EQ(set.Get(0).value(), *first);
  EXPECT_EQ(set.opened(), 1u);
  EXPECT_EQ(GetDetail(set.Get(1).status()).code, ErrorCode::kSystem);
  EXPECT_EQ(GetDetail(set.Get(2).status()).code, ErrorCode::kNotFound);
  set.Close(0);
  EXPECT_TRUE(set.Get(0).ok());
  EXPECT_EQ(set.opened(), 2u);
}

TEST(ModuleSetTest, AnotherBuildIsRefused) {
  const TempDirectory directory;
  ModuleSet set;
  set.Add({.path = directory.Write("a.ko", Module64()), .build_id = {1, 2}});
  EXPECT_EQ(set.Get(0).status().message(),
            "another build of module a: its build-id differs");
}

TEST(ModuleSetTest, OneSupplementaryFileForAll) {
  const TempDirectory directory;
  ElfBuilder shared;
  shared.Add({.name = ".note.gnu.build-id",
              .type = SHT_NOTE,
              .flags = SHF_ALLOC,
              .contents = BuildIdNote(kX86_64, "\x12\xab")});
  directory.Write("debug/.build-id/12/ab.debug", shared.Build());
  ElfBuilder elf;
  elf.Add({.name = ".debug_info", .contents = Zeros(4)});
  elf.Add({.name = ".gnu_debugaltlink",
           .contents = {'/', 'n', 'o', 'n', 'e', 0, 0x12, 0xab}});
  ModuleSet set;
  set.directories().Add(directory.path() + "/debug");
  for (const char* name : {"a.ko", "b.ko"}) {
    set.Add({.path = directory.Write(name, elf.Build())});
  }
  const auto first = set.Get(0).value()->supplementary().Supplementary();
  const auto second = set.Get(1).value()->supplementary().Supplementary();
  ASSERT_TRUE(first.ok()) << first.status();
  ASSERT_TRUE(second.ok()) << second.status();
  EXPECT_EQ(*first, *second);
  EXPECT_NE(&(*first)->sections(), &set.Get(0).value()->sections());
}

TEST(ModuleSetTest, AllModulesOfADirectory) {
  const TempDirectory directory;
  directory.Write("kernel/b.ko", Module64());
  directory.Write("kernel/fs/a.ko", Module64());
  ModuleSet set;
  EXPECT_EQ(set.AddDirectory(directory.path()).value(), 2u);
  EXPECT_EQ(set.report(0).name, "b");
  EXPECT_FALSE(set.AddDirectory(directory.path() + "/none").ok());
  EXPECT_EQ(set.opened(), 0u);
}

class LiveSetTest : public testing::Test {
 protected:
  LiveSetTest() {
    root_.Write("lib/a.ko", Module64());
    root_.Write("lib/b-c.ko", Module64());
    root_.Write("proc/modules",
                "a 4096 0 - Live 0x10000\nb_c 4096 0 - Live 0x20000\n"
                "gone 4096 0 - Live 0x30000\n");
    root_.Write("sys/module/a/sections/.text", "0x10000\n");
    root_.Write("sys/module/b_c/sections/.text", "0x20000\n");
    // Apart from the rest of the module, as since Linux 6.4.
    root_.Write("sys/module/b_c/sections/.init.text", "0x90000\n");
    EXPECT_TRUE(set_.AddDirectory(root_.path() + "/lib").ok());
    const auto live = set_.AddLive(root_.path());
    EXPECT_TRUE(live.ok()) << live.status();
    EXPECT_EQ(live.value_or(0), 3u);
  }
  // "name section+offset"
  std::string At(uint64_t address) {
    const auto found = set_.Locate(address);
    if (!found.ok()) return std::string(found.status().message());
    if (!found->has_value()) return "";
    const auto [index, place] = **found;
    return set_.report(index).name + " " +
           std::string(set_.Get(index).value()->file().Name(place.section)) +
           "+" + std::to_string(place.value);
  }

  const TempDirectory root_;
  ModuleSet set_;
};

TEST_F(LiveSetTest, OpensTheModuleOfTheAddressOnly) {
  EXPECT_EQ(At(0x10004), "a .text+4");
  EXPECT_EQ(set_.opened(), 1u);
  EXPECT_EQ(At(0x2003f), "b_c .text+63");
  EXPECT_EQ(set_.opened(), 2u);
}

TEST_F(LiveSetTest, PartsOfAModuleMayLieApart) {
  EXPECT_EQ(At(0x90001), "b_c .init.text+1");
}

TEST_F(LiveSetTest, Nowhere) {
  EXPECT_EQ(At(0x10040), "") << "in the range, but in no section";
  EXPECT_EQ(At(0), "");
  EXPECT_EQ(At(0x30000), "no file of module gone is known");
}

TEST_F(LiveSetTest, ManyThreadsOpenEachModuleOnce) {
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([this] {
      for (int round = 0; round < 100; ++round) {
        EXPECT_EQ(At(0x10004), "a .text+4");
        EXPECT_EQ(At(0x20004), "b_c .text+4");
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(set_.opened(), 2u);
}

TEST(ModuleSetTest, LinkedFilesBySlide) {
  const TempDirectory directory;
  ModuleSet set;
  set.Add({.path = directory.Write("vmlinux", Module64(ET_EXEC)),
           .begin = 0x2000,
           .end = 0x3000,
           .slide = 0x1000});
  const auto found = set.Locate(0x2010);
  ASSERT_TRUE(found.ok() && found->has_value());
  EXPECT_TRUE((*found)->second.is_constant());
  EXPECT_EQ((*found)->second.value, 0x1010u);
  EXPECT_FALSE(set.Locate(0x3000)->has_value());
}

}  // namespace
}  // namespace dwreloc::internal
