// Section indices that name no section (gABI ch. 4 "Special Section Indexes"),
// including those of each machine (SHN_LOPROC to SHN_HIPROC).
//
// Some machines have their own common symbols, for small, large or shared data:
// the linker allocates them as it does those of SHN_COMMON.
// Tested by tests/unit/elf/special_index_test.cc.

#ifndef LIBDWRELOC_ELF_SPECIAL_INDEX_H_
#define LIBDWRELOC_ELF_SPECIAL_INDEX_H_

#include <cstdint>

namespace dwreloc::internal {

// What a symbol with such an index is.
enum class SpecialIndexKind : uint8_t {
  kUnknown,    // meaningless in a relocatable file, or unknown
  kUndefined,  // defined elsewhere
  kCommon,     // allocated by the linker
  kAbsolute,   // st_value is the whole value
};

struct SpecialIndex {
  SpecialIndexKind kind = SpecialIndexKind::kUnknown;
  const char* name = nullptr;  // "SHN_MIPS_SCOMMON"; nullptr: unknown
};

// Returns the meaning of st_shndx on that machine.  On another machine the same
// index means something else, or nothing.
SpecialIndex FindSpecialIndex(uint16_t e_machine, uint16_t st_shndx);

}  // namespace dwreloc::internal

#endif  // LIBDWRELOC_ELF_SPECIAL_INDEX_H_
