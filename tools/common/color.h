// color.h - whether output is colored.
//
// Tested by tests/cli/status_test.py and oops_test.py.
#ifndef DWRELOC_TOOLS_COMMON_COLOR_H_
#define DWRELOC_TOOLS_COMMON_COLOR_H_

#include <stdlib.h>
#include <unistd.h>

#include <string_view>

namespace dwreloc_tools {

enum class Color { kAuto, kAlways, kNever };

// For text on standard output.
inline bool WantsColor(Color color) {
  if (color != Color::kAuto) return color == Color::kAlways;
  const char* terminal = getenv("TERM");
  const char* no_color = getenv("NO_COLOR");  // https://no-color.org
  return isatty(STDOUT_FILENO) != 0 && terminal != nullptr &&
         std::string_view(terminal) != "dumb" &&
         (no_color == nullptr || *no_color == '\0');
}

}  // namespace dwreloc_tools

#endif  // DWRELOC_TOOLS_COMMON_COLOR_H_
