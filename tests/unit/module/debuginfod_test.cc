// module/debuginfod: a file by its build-id from a server, here a directory
// (file: URLs), with the libdebuginfod of the system if there is one.

#include "module/debuginfod.h"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <string>
#include <vector>

#include "module/debug_directories.h"
#include "support/dwarf_file.h"
#include "support/temp_directory.h"

namespace dwreloc::internal {
namespace {

class DebuginfodTest : public testing::Test {
 protected:
  DebuginfodTest() {
    setenv("DEBUGINFOD_URLS", ("file://" + server_.path()).c_str(), 1);
    setenv("DEBUGINFOD_CACHE_PATH", cache_.path().c_str(), 1);
  }
  // Without the library nothing can be had, which is said; see FailsClearly.
  static bool IsInstalled() {
    return FetchDebugFile(Bytes()).status().message().find("not installed") ==
           std::string_view::npos;
  }

  const TempDirectory server_;
  const TempDirectory cache_;
};

TEST_F(DebuginfodTest, FailsClearly) {
  const std::vector<uint8_t> id = {0xab, 0xcd};
  EXPECT_THAT(FetchDebugFile(id), FailsWith(ErrorCode::kNotFound, ""));
  EXPECT_THAT(
      std::string(FetchDebugFile(id).status().message()),
      testing::StartsWith(IsInstalled() ? "no debuginfod server has it"
                                        : "libdebuginfod is not installed"));
}

TEST_F(DebuginfodTest, FetchesByBuildId) {
  if (!IsInstalled()) GTEST_SKIP() << "no libdebuginfod";
  server_.Write("buildid/12abcd/debuginfo", "its contents");
  const std::vector<uint8_t> id = {0x12, 0xab, 0xcd};
  const absl::StatusOr<std::string> path = FetchDebugFile(id);
  ASSERT_THAT(path, IsOk());
  std::ifstream file(*path);
  std::string text;
  std::getline(file, text);
  EXPECT_EQ(text, "its contents");
}

TEST_F(DebuginfodTest, NobodyIsAskedUnlessAllowed) {
  if (!IsInstalled()) GTEST_SKIP() << "no libdebuginfod";
  server_.Write("buildid/12abcd/debuginfo", "its contents");
  const std::vector<uint8_t> id = {0x12, 0xab, 0xcd};
  std::vector<std::string> paths;
  const auto take = [&](const std::string& path) {
    paths.push_back(path);
    return false;
  };
  DebugDirectories directories({"/a", "/b"});
  directories.Search(id, take);
  EXPECT_THAT(paths, testing::ElementsAre("/a/.build-id/12/abcd.debug",
                                          "/b/.build-id/12/abcd.debug"));
  directories.SearchServers(id, take);
  EXPECT_EQ(paths.size(), 2u);
  directories.AllowServers(true);
  directories.SearchServers(id, take);
  ASSERT_EQ(paths.size(), 3u);
  EXPECT_EQ(paths[2].substr(0, cache_.path().size()), cache_.path());
}

}  // namespace
}  // namespace dwreloc::internal
