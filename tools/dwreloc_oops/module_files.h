// module_files.h - where the files of a kernel are: its modules and vmlinux.
//
// Directories that the user names come first, then the usual ones of the
// release that the trace names, or of the running kernel.
// Tested by tests/cli/oops_test.py.
#ifndef DWRELOC_TOOLS_DWRELOC_OOPS_MODULE_FILES_H_
#define DWRELOC_TOOLS_DWRELOC_OOPS_MODULE_FILES_H_

#include <cstdint>
#include <dwreloc/dwreloc.hpp>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "dwreloc_oops/options.h"

namespace dwreloc_tools {

// Thread-safety: one thread.
class ModuleFiles {
 public:
  explicit ModuleFiles(const Options& options);

  // The release of the kernel that the trace is of, from a line such as
  // "CPU: 1 PID: 7 Comm: sh Not tainted 6.1.0-57-amd64 #1": for what is not
  // searched for yet.
  void SetRelease(std::string_view release);

  // The module of that name; the kernel itself for an empty one.  Nothing if
  // there is no file with DWARF for it; *why tells the reason.
  std::optional<dwreloc::FileView> Find(std::string_view name,
                                        std::string_view build_id,
                                        std::string* why);

 private:
  struct Known {
    std::optional<dwreloc::FileView> file;
    std::string why;
  };

  void AddUsualPlaces();
  Known FindModule(const std::string& name);
  Known FindKernel();
  Known Open(std::uint32_t index);

  const Options& options_;
  std::string release_;
  bool has_usual_places_ = false;
  dwreloc::Set set_;
  std::vector<std::string> kernels_;  // paths that vmlinux may have
  std::unordered_map<std::string, Known> known_;
};

}  // namespace dwreloc_tools

#endif  // DWRELOC_TOOLS_DWRELOC_OOPS_MODULE_FILES_H_
