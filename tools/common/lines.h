// lines.h - lines of a file or pipe, one by one.
//
// A script may wait for the answer to a line before it writes the next one, so
// output is flushed whenever input would have to be waited for.
// Tested by tests/cli/addr2line_test.py and oops_test.py.
#ifndef DWRELOC_TOOLS_COMMON_LINES_H_
#define DWRELOC_TOOLS_COMMON_LINES_H_

#include <cstddef>
#include <string>
#include <string_view>

#include "common/output.h"

namespace dwreloc_tools {

// Thread-safety: one thread.
class LineReader {
 public:
  // `fd` stays the caller's.
  explicit LineReader(int fd) : fd_(fd) {}

  // The next line with its end, valid until the next call; false when there is
  // none left.  The last one may have no end, and one of more than a megabyte
  // comes in pieces.
  bool Next(Output& out, std::string_view* line);

  // Why no more can be read: an errno, or 0 at the end of the file.
  int error() const { return error_; }

 private:
  void Read();

  const int fd_;
  std::string text_;
  std::size_t at_ = 0;        // of the next line
  std::size_t searched_ = 0;  // no line ends before this
  bool is_at_end_ = false;
  int error_ = 0;
};

}  // namespace dwreloc_tools

#endif  // DWRELOC_TOOLS_COMMON_LINES_H_
