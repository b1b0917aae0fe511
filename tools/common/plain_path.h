// plain_path.h - paths without parts that lead nowhere.
//
// Compilers name one header "./a.h" and "a.h", by how each unit found it.
// ".." stays: behind a symbolic link it leads elsewhere than back.
//
// Tested by tests/compress/plain_path_test.cc and tests/cli/compress_test.py.
#ifndef DWRELOC_TOOLS_COMMON_PLAIN_PATH_H_
#define DWRELOC_TOOLS_COMMON_PLAIN_PATH_H_

#include <string>
#include <string_view>

namespace dwreloc_tools {

// Without "." and empty parts.
inline std::string PlainPath(std::string_view path) {
  std::string plain;
  plain.reserve(path.size());
  if (path.starts_with('/')) plain = "/";
  while (!path.empty()) {
    const std::size_t end = path.find('/');
    const std::string_view part = path.substr(0, end);
    path.remove_prefix(end == std::string_view::npos ? path.size() : end + 1);
    if (part.empty() || part == ".") continue;
    if (!plain.empty() && plain.back() != '/') plain += '/';
    plain += part;
  }
  return plain;
}

}  // namespace dwreloc_tools

#endif  // DWRELOC_TOOLS_COMMON_PLAIN_PATH_H_
