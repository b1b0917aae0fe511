// Where the files of a build are found by its build-id (GDB manual, "Separate
// Debug Files"): below directories such as /usr/lib/debug, and from debuginfod
// servers where that is allowed.
// Tested by tests/unit/set/debug_file_test.cc and
// tests/unit/module/debuginfod_test.cc.

#ifndef LIBDWRELOC_MODULE_DEBUG_DIRECTORIES_H_
#define LIBDWRELOC_MODULE_DEBUG_DIRECTORIES_H_

#include <string>
#include <utility>
#include <vector>

#include "absl/functional/function_ref.h"
#include "base/bytes.h"

namespace dwreloc::internal {

class DebugDirectories {
 public:
  DebugDirectories() = default;
  explicit DebugDirectories(std::vector<std::string> paths)
      : paths_(std::move(paths)) {}

  // /usr/lib/debug alone, and no server.
  static const DebugDirectories& Usual();

  // Searched after those that were added before.
  void Add(std::string path) { paths_.push_back(std::move(path)); }
  void AllowServers(bool allow) { allow_servers_ = allow; }

  const std::vector<std::string>& paths() const { return paths_; }

  // Calls take(path) with each place where a file of that build may be, until
  // it returns true.  Whether there is a file, and whether it is the right one,
  // is for take() to find out.
  void Search(Bytes build_id,
              absl::FunctionRef<bool(const std::string& path)> take) const;
  // The same for what servers have; the directories go first.
  void SearchServers(
      Bytes build_id,
      absl::FunctionRef<bool(const std::string& path)> take) const;

 private:
  std::vector<std::string> paths_;
  bool allow_servers_ = false;
};

}  // namespace dwreloc::internal

#endif  // LIBDWRELOC_MODULE_DEBUG_DIRECTORIES_H_
