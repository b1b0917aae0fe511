// Notes: what tools leave in SHT_NOTE sections (gABI "Note Section").
// Tested by tests/unit/module/module_test.cc.

#ifndef LIBDWRELOC_ELF_NOTES_H_
#define LIBDWRELOC_ELF_NOTES_H_

#include "base/bytes.h"
#include "base/status.h"
#include "elf/elf_file.h"

namespace dwreloc::internal {

// Returns the descriptor of the first NT_GNU_BUILD_ID; kNotFound if there is
// none.
absl::StatusOr<Bytes> BuildId(const ElfFile& file);
// Returns true if the file has that build-id.
bool HasBuildId(const ElfFile& file, Bytes build_id);
// BuildId in the contents of one section; empty if there is none.
Bytes BuildIdIn(Bytes notes, ByteOrder order);

}  // namespace dwreloc::internal

#endif  // LIBDWRELOC_ELF_NOTES_H_
