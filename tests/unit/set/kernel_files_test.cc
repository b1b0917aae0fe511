// set/kernel_files: /proc/modules and trees of module files.

#include "set/kernel_files.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "set/module_name.h"
#include "support/temp_directory.h"

namespace dwreloc::internal {
namespace {

using testing::ElementsAre;

TEST(ModuleNameTest, FilesOfOneModule) {
  for (const char* path :
       {"xfs.ko", "fs/xfs/xfs.ko", "/a/xfs.ko.xz", "xfs.ko.gz", "xfs.ko.zst",
        "xfs.ko.debug", "xfs.ko.debug.xz"}) {
    EXPECT_EQ(ModuleNameOf(path), "xfs") << path;
    EXPECT_TRUE(IsModulePath(path)) << path;
  }
  EXPECT_EQ(ModuleNameOf("/boot/vmlinux.debug"), "vmlinux.debug");
  EXPECT_EQ(ModuleNameOf("a/app.o"), "app.o");
  for (const char* path : {"vmlinux", ".ko", "xfs.ko.old", "xfs.kop", "ko"}) {
    EXPECT_FALSE(IsModulePath(path)) << path;
  }
  EXPECT_EQ(ModuleKey("snd-pcm"), ModuleKey("snd_pcm"));
}

TEST(KernelFilesTest, LinesOfLoadedModules) {
  const auto module =
      ParseLoadedModule("xfs 2060288 1 - Live 0xffffffffc0a00000 (OE)");
  ASSERT_TRUE(module.has_value());
  EXPECT_EQ(module->name, "xfs");
  EXPECT_EQ(module->begin, 0xffffffffc0a00000);
  EXPECT_EQ(module->end, 0xffffffffc0a00000 + 2060288);
  const auto hidden = ParseLoadedModule("a 1 0 b,c, Live 0x0000000000000000");
  ASSERT_TRUE(hidden.has_value());
  EXPECT_EQ(hidden->begin, hidden->end);
  const auto wrapping = ParseLoadedModule("a 2 0 - Live ffffffffffffffff");
  ASSERT_TRUE(wrapping.has_value());
  EXPECT_EQ(wrapping->begin, wrapping->end);
  for (const char* bad : {"", "xfs", "xfs x 1 - Live 0x1", "xfs 1 1 - Live",
                          "xfs -1 1 - Live 0x1", "xfs 1 1 - Live zz"}) {
    EXPECT_FALSE(ParseLoadedModule(bad).has_value()) << bad;
  }
}

TEST(KernelFilesTest, LoadedModulesOfACapturedSystem) {
  const TempDirectory root;
  EXPECT_FALSE(ReadLoadedModules(root.path()).ok());
  root.Write("proc/modules",
             "xfs 16 1 - Live 0x1000\n\nloop 32 0 - Live 0x2000\n");
  const auto modules = ReadLoadedModules(root.path());
  ASSERT_TRUE(modules.ok()) << modules.status();
  ASSERT_EQ(modules->size(), 2u);
  EXPECT_EQ((*modules)[1].name, "loop");
  EXPECT_EQ((*modules)[1].end, 0x2020u);
  root.Write("proc/modules", "xfs 16 1 - Live 0x1000\nnonsense\n");
  EXPECT_THAT(std::string(ReadLoadedModules(root.path()).status().message()),
              testing::EndsWith("modules: line 2 describes no module"));
}

TEST(KernelFilesTest, ModulesBelowADirectory) {
  const TempDirectory root;
  const std::string b = root.Write("kernel/b/b.ko.xz", "");
  const std::string a = root.Write("kernel/a/a-b.ko", "");
  root.Write("modules.dep", "");
  root.Write("kernel/a/Makefile", "");
  // A link back up must not lead round in circles.
  std::filesystem::create_directory_symlink(root.path(),
                                            root.path() + "/kernel/loop");
  const auto paths = FindModuleFiles(root.path());
  ASSERT_TRUE(paths.ok()) << paths.status();
  EXPECT_THAT(*paths, ElementsAre(a, b));
  EXPECT_FALSE(FindModuleFiles(root.path() + "/none").ok());
}

}  // namespace
}  // namespace dwreloc::internal
