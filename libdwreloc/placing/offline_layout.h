// Where the sections of an unlinked file lie if no places are given: the layout
// of dwfl_report_offline (elfutils), number for number, so that addresses can
// be compared with those of its tools.
// Tested by tests/unit/module/offline_layout_test.cc against libdwfl.

#ifndef LIBDWRELOC_PLACING_OFFLINE_LAYOUT_H_
#define LIBDWRELOC_PLACING_OFFLINE_LAYOUT_H_

#include <cstdint>
#include <vector>

#include "elf/elf_file.h"

namespace dwreloc::internal {

struct OfflineLayout {
  // By section index; meaningless for a section that is not loaded.
  std::vector<uint64_t> addresses;
  uint64_t end = 0;
};

// Lays out all SHF_ALLOC sections from `base` on.
OfflineLayout LayOutOffline(const ElfFile& file, uint64_t base);

}  // namespace dwreloc::internal

#endif  // LIBDWRELOC_PLACING_OFFLINE_LAYOUT_H_
