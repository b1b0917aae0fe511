// checked.h - calls whose failure is not reported.
//
// A printer may skip what it cannot read, because it is reported elsewhere.
// Lack of memory is never skipped: otherwise data would be missing silently.
#ifndef DWRELOC_TOOLS_COMMON_CHECKED_H_
#define DWRELOC_TOOLS_COMMON_CHECKED_H_

#include <dwreloc/dwreloc.h>

#include <new>

namespace dwreloc_tools {

// Checks the result of a call of the library.
inline int Checked(int result) {
  if (result == DWRELOC_E_NO_MEMORY) throw std::bad_alloc();
  return result;
}

}  // namespace dwreloc_tools

#endif  // DWRELOC_TOOLS_COMMON_CHECKED_H_
