// response_file.h - options from files: @FILE on a command line stands for the
// words of that file, as binutils and gcc have it.
//
// Words are separated by white space; quotes and a backslash keep it.  A file
// that cannot be read is a plain argument.
// Tested by tests/cli/addr2line_test.py.
#ifndef DWRELOC_TOOLS_COMMON_RESPONSE_FILE_H_
#define DWRELOC_TOOLS_COMMON_RESPONSE_FILE_H_

#include <string>
#include <vector>

namespace dwreloc_tools {

// Returns false and sets *error if files name one another without end.
bool ExpandResponseFiles(std::vector<std::string>& arguments,
                         std::string* error);

}  // namespace dwreloc_tools

#endif  // DWRELOC_TOOLS_COMMON_RESPONSE_FILE_H_
