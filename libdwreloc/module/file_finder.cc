#include "module/file_finder.h"

#include <sys/stat.h>

namespace dwreloc::internal {

bool IsFile(const std::string& path) {
  struct stat info;
  return stat(path.c_str(), &info) == 0 && S_ISREG(info.st_mode);
}

}  // namespace dwreloc::internal
