// checked.h - calls whose failure is not told.
//
// A printer may pass over what cannot be read here, since another place tells
// it.  Want of memory is never passed over: what was left out would be missing
// without a word.
#ifndef DWRELOC_TOOLS_DWRELOC_DUMP_CHECKED_H_
#define DWRELOC_TOOLS_DWRELOC_DUMP_CHECKED_H_

#include <dwreloc/dwreloc.h>

#include <new>

namespace dwreloc_dump {

// The result of a call of the library.
inline int Checked(int result) {
  if (result == DWRELOC_E_NO_MEMORY) throw std::bad_alloc();
  return result;
}

}  // namespace dwreloc_dump

#endif  // DWRELOC_TOOLS_DWRELOC_DUMP_CHECKED_H_
