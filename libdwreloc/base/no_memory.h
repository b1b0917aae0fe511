// The one form in which the library runs out of memory: std::bad_alloc.
//
// Operator new throws it.  What gets memory elsewhere (realloc, mmap, zlib,
// zstd, liblzma) and fails calls OutOfMemory, so that nothing in between has an
// error of its own for it, and Lazy never keeps one.  Nothing inside catches
// it: the wall does (capi/handles.h), and makes DWRELOC_E_NO_MEMORY of it.
// Hence destructors must clean up, and a change that may throw halfway must
// leave the object as it was.
// Tested by tests/memory.

#ifndef LIBDWRELOC_BASE_NO_MEMORY_H_
#define LIBDWRELOC_BASE_NO_MEMORY_H_

#include <new>

namespace dwreloc::internal {

[[noreturn, gnu::cold]] inline void OutOfMemory() { throw std::bad_alloc(); }

}  // namespace dwreloc::internal

#endif  // LIBDWRELOC_BASE_NO_MEMORY_H_
