// The bytes of one section as the linker would write them, and the records that
// are left because what they need is not known.
//
// Every value is the one that a reader of the datum gets (reloc/reloc_table):
// this only writes it.  Records that together write one field are applied
// together or not at all.
// Tested by tests/unit/write/apply_records_test.cc.

#ifndef LIBDWRELOC_WRITE_APPLY_RECORDS_H_
#define LIBDWRELOC_WRITE_APPLY_RECORDS_H_

#include <cstdint>
#include <vector>

#include "base/status.h"
#include "module/module.h"

namespace dwreloc::internal {

enum class Applying : uint8_t {
  kAll,     // what the module's places make a number
  kStatic,  // what is a number wherever the file is loaded
};

// What became of the records of one relocation section.
struct AppliedRecords {
  uint32_t reloc_section = kNoSection;
  uint64_t applied = 0;
  std::vector<uint64_t> left;  // by their index
  bool is_unreadable = false;  // the section stays as it is
};

struct AppliedSection {
  std::vector<uint8_t> bytes;  // decompressed
  std::vector<AppliedRecords> records;
  absl::Status first_failure;  // why a record is left; OK if only for kStatic
};

// Fails if the bytes of the section cannot be had.
absl::StatusOr<AppliedSection> ApplyRecords(const Module& module,
                                            uint32_t section,
                                            Applying applying);

}  // namespace dwreloc::internal

#endif  // LIBDWRELOC_WRITE_APPLY_RECORDS_H_
