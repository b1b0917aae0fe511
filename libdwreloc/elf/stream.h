// Files that are read once, from start to end: pipes, FIFOs, sockets, and files
// whose size the system does not tell (/proc).
//
// The first bytes decide: if they cannot begin an ELF file, no more is read;
// otherwise the file is read to its end or to a limit.
// Tested by tests/unit/elf/stream_test.cc.

#ifndef LIBDWRELOC_ELF_STREAM_H_
#define LIBDWRELOC_ELF_STREAM_H_

#include <cstdint>

#include "base/status.h"
#include "elf/file_memory.h"

namespace dwreloc::internal {

// Reads everything.  Waits for a writer that has the other end open; a FIFO
// that nobody has open for writing is an error at once.
absl::StatusOr<FileMemory> ReadStream(int fd, uint64_t limit);

}  // namespace dwreloc::internal

#endif  // LIBDWRELOC_ELF_STREAM_H_
