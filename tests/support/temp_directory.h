// A directory for a test's files, removed with all that is in it.

#ifndef TESTS_SUPPORT_TEMP_DIRECTORY_H_
#define TESTS_SUPPORT_TEMP_DIRECTORY_H_

#include <gtest/gtest.h>
#include <stdlib.h>

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

namespace dwreloc::internal {

class TempDirectory {
 public:
  TempDirectory() {
    std::string path = testing::TempDir() + "/dwrelocXXXXXX";
    EXPECT_NE(mkdtemp(path.data()), nullptr);
    path_ = path;
  }
  ~TempDirectory() { std::filesystem::remove_all(path_); }
  TempDirectory(const TempDirectory&) = delete;
  TempDirectory& operator=(const TempDirectory&) = delete;

  std::string path() const { return path_.string(); }

  // Writes a file and the directories it is in; returns its path.
  std::string Write(const std::string& name, std::string_view text) const {
    const std::filesystem::path path = path_ / name;
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary) << text;
    return path.string();
  }
  std::string Write(const std::string& name,
                    const std::vector<uint8_t>& image) const {
    return Write(name,
                 std::string_view(reinterpret_cast<const char*>(image.data()),
                                  image.size()));
  }

 private:
  std::filesystem::path path_;
};

}  // namespace dwreloc::internal

#endif  // TESTS_SUPPORT_TEMP_DIRECTORY_H_
