// What a kernel and its directories say of modules: /proc/modules (Linux
// kernel/module/procfs.c) and the tree of module files.
// Tested by tests/unit/set/kernel_files_test.cc.

#ifndef LIBDWRELOC_SET_KERNEL_FILES_H_
#define LIBDWRELOC_SET_KERNEL_FILES_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/status.h"

namespace dwreloc::internal {

struct LoadedModule {
  std::string name;
  uint64_t begin = 0;  // [begin, end); empty if the kernel hides it
  uint64_t end = 0;
};

// A line of /proc/modules: "NAME SIZE USES DEPENDENCIES STATE ADDRESS"; nothing
// if it is something else.
std::optional<LoadedModule> ParseLoadedModule(std::string_view line);

// Those of `root`/proc/modules.  `root` is empty for the live system.
absl::StatusOr<std::vector<LoadedModule>> ReadLoadedModules(
    const std::string& root);

// The build-id of a loaded module, from its notes below a directory such as
// /sys/module/NAME/notes, in the byte order of its file; empty if that is not
// known.
std::vector<uint8_t> ReadLoadedBuildId(const std::string& notes,
                                       ByteOrder order);

// The paths of all kernel modules below a directory, sorted.  Links to
// directories are not followed.
absl::StatusOr<std::vector<std::string>> FindModuleFiles(
    const std::string& directory);

}  // namespace dwreloc::internal

#endif  // LIBDWRELOC_SET_KERNEL_FILES_H_
