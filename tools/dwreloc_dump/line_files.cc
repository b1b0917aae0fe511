// line_files.cc - see line_files.h.
#include "line_files.h"

namespace dwreloc_tools {

bool FilePath(const Dwreloc_Line_Table* table, std::uint32_t number,
              std::string* path) {
  char small[512];
  const int length =
      dwreloc_line_file_path(table, number, small, sizeof(small));
  if (length < 0) return false;
  const std::size_t size = static_cast<std::size_t>(length);
  if (size < sizeof(small)) {
    path->assign(small, size);
  } else {
    path->resize(size);
    if (dwreloc_line_file_path(table, number, path->data(), size + 1) < 0)
      return false;
  }
  Dwreloc_Line_File file;
  if (path->starts_with('/') ||
      dwreloc_line_file(table, number, &file) != DWRELOC_OK ||
      file.directory_index != 0 || file.directory == nullptr)
    return true;
  // The library's path counts from directory 0, so it does not include it.
  std::string directory = file.directory;
  if (directory.empty()) return true;
  if (!directory.ends_with('/')) directory += '/';
  path->insert(0, directory);
  return true;
}

}  // namespace dwreloc_tools
