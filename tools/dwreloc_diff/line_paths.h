// line_paths.h - file numbers of a line table as paths.
//
// Tested by tests/diff/changes_test.py.
#ifndef DWRELOC_TOOLS_DWRELOC_DIFF_LINE_PATHS_H_
#define DWRELOC_TOOLS_DWRELOC_DIFF_LINE_PATHS_H_

#include <dwreloc/dwreloc.h>

#include <cstdint>
#include <string>

#include "common/checked.h"
#include "common/plain_path.h"

namespace dwreloc_tools {

// The path of a file with all directories that are known, without parts that
// lead nowhere; "?" and the number if it cannot be read.
inline std::string LinePath(const Dwreloc_Line_Table* table,
                            std::uint32_t number) {
  char few[256];
  const int length =
      Checked(dwreloc_line_file_full_path(table, number, few, sizeof(few)));
  if (length < 0) return "?" + std::to_string(number);
  const auto size = static_cast<std::size_t>(length);
  if (size < sizeof(few)) return PlainPath({few, size});
  std::string path(size, '\0');
  if (Checked(dwreloc_line_file_full_path(table, number, path.data(),
                                          size + 1)) < 0)
    return "?" + std::to_string(number);
  return PlainPath(path);
}

}  // namespace dwreloc_tools

#endif  // DWRELOC_TOOLS_DWRELOC_DIFF_LINE_PATHS_H_
