// The one way in which the library reports that memory ran out: std::bad_alloc.
//
// Operator new throws it.  Code that gets memory elsewhere (realloc, mmap,
// zlib, zstd, liblzma) calls OutOfMemory on failure, so that no layer has an
// error of its own for it, and Lazy never keeps one.  Nothing inside the
// library catches it: the C API does (capi/handles.h), and returns
// DWRELOC_E_NO_MEMORY.  Hence destructors must clean up, and a change that may
// throw halfway must leave the object as it was.
// Tested by tests/memory.

#ifndef LIBDWRELOC_BASE_NO_MEMORY_H_
#define LIBDWRELOC_BASE_NO_MEMORY_H_

#include <new>

namespace dwreloc::internal {

[[noreturn, gnu::cold]] inline void OutOfMemory() { throw std::bad_alloc(); }

}  // namespace dwreloc::internal

#endif  // LIBDWRELOC_BASE_NO_MEMORY_H_
