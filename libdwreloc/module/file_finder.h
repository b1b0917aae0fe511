// What a file says of another one that it refers to, and whoever knows where
// that is.
// Tested by tests/unit/module/split_files_test.cc and
// tests/unit/module/supplementary_file_test.cc.

#ifndef LIBDWRELOC_MODULE_FILE_FINDER_H_
#define LIBDWRELOC_MODULE_FILE_FINDER_H_

#include <cstdint>
#include <string>

#include "base/bytes.h"
#include "placing/resolver.h"

namespace dwreloc::internal {

enum class RequestKind : uint8_t { kDwo = 1, kDwp = 2, kSupplementary = 3 };

// A file that another one refers to.
struct FileRequest {
  RequestKind kind = RequestKind::kDwo;
  const char* name = nullptr;       // as stored; a package has none
  const char* directory = nullptr;  // DW_AT_comp_dir, if there is one
  uint64_t dwo_id = 0;
  Bytes build_id{};  // kSupplementary: by which it is known
};

// Whoever knows where such files are.  Called from any thread.
class FileFinder {
 public:
  // kPlaced: at *path.  kAbsent: nowhere.  kUnknown: look in the usual places.
  virtual Answer FindFile(const FileRequest& request, std::string* path) = 0;

 protected:
  ~FileFinder() = default;
};

// Is there a regular file?  A pipe or device would make a search wait.
bool IsFile(const std::string& path);

}  // namespace dwreloc::internal

#endif  // LIBDWRELOC_MODULE_FILE_FINDER_H_
