// Section indices that name no section (gABI ch. 4 "Special Section Indexes"),
// the ones of each machine (SHN_LOPROC to SHN_HIPROC) included.
//
// A machine has common symbols of its own, for small, large or shared data:
// the linker gives them a place as it does those of SHN_COMMON.
// Tested by tests/unit/elf/special_index_test.cc.

#ifndef LIBDWRELOC_ELF_SPECIAL_INDEX_H_
#define LIBDWRELOC_ELF_SPECIAL_INDEX_H_

#include <cstdint>

namespace dwreloc::internal {

// What a symbol with such an index is.
enum class SpecialIndexKind : uint8_t {
  kUnknown,    // nothing in a relocatable file, or not known
  kUndefined,  // defined elsewhere
  kCommon,     // the linker makes room for it
  kAbsolute,   // st_value is the whole value
};

struct SpecialIndex {
  SpecialIndexKind kind = SpecialIndexKind::kUnknown;
  const char* name = nullptr;  // "SHN_MIPS_SCOMMON"; nullptr: not known
};

// The meaning of st_shndx on that machine.  A machine's index means something
// else on another one, or nothing.
SpecialIndex FindSpecialIndex(uint16_t e_machine, uint16_t st_shndx);

}  // namespace dwreloc::internal

#endif  // LIBDWRELOC_ELF_SPECIAL_INDEX_H_
