// line_files.h - the paths of a line table's files, as lines and macros show
// them (docs/json.md, `file`).
#ifndef DWRELOC_TOOLS_DWRELOC_DUMP_LINE_FILES_H_
#define DWRELOC_TOOLS_DWRELOC_DUMP_LINE_FILES_H_

#include <dwreloc/dwreloc.h>

#include <cstdint>
#include <string>

namespace dwreloc_tools {

// The name if it is absolute, else directory/name as the table gives them;
// directory 0 is the compilation directory.  Returns false if it cannot be
// read: dwreloc_error says why.
bool FilePath(const Dwreloc_Line_Table* table, std::uint32_t number,
              std::string* path);

}  // namespace dwreloc_tools

#endif  // DWRELOC_TOOLS_DWRELOC_DUMP_LINE_FILES_H_
