#include "elf/special_index.h"

#include <elf.h>

namespace dwreloc::internal {
namespace {

using enum SpecialIndexKind;

constexpr uint16_t kAnyMachine = 0;

struct Entry {
  uint16_t e_machine;
  uint16_t st_shndx;
  SpecialIndexKind kind;
  const char* name;
};

// Numbers that elf.h may lack are taken from binutils and LLVM.
constexpr Entry kEntries[] = {
    {kAnyMachine, SHN_UNDEF, kUndefined, "SHN_UNDEF"},
    {kAnyMachine, SHN_ABS, kAbsolute, "SHN_ABS"},
    {kAnyMachine, SHN_COMMON, kCommon, "SHN_COMMON"},
    {kAnyMachine, SHN_XINDEX, kUnknown, "SHN_XINDEX"},
    {EM_MIPS, 0xff00, kCommon, "SHN_MIPS_ACOMMON"},
    // IRIX: an address in the .text or .data of a linked file.
    {EM_MIPS, 0xff01, kUnknown, "SHN_MIPS_TEXT"},
    {EM_MIPS, 0xff02, kUnknown, "SHN_MIPS_DATA"},
    {EM_MIPS, 0xff03, kCommon, "SHN_MIPS_SCOMMON"},
    {EM_MIPS, 0xff04, kUndefined, "SHN_MIPS_SUNDEFINED"},
    {EM_MIPS_RS3_LE, 0xff00, kCommon, "SHN_MIPS_ACOMMON"},
    {EM_MIPS_RS3_LE, 0xff01, kUnknown, "SHN_MIPS_TEXT"},
    {EM_MIPS_RS3_LE, 0xff02, kUnknown, "SHN_MIPS_DATA"},
    {EM_MIPS_RS3_LE, 0xff03, kCommon, "SHN_MIPS_SCOMMON"},
    {EM_MIPS_RS3_LE, 0xff04, kUndefined, "SHN_MIPS_SUNDEFINED"},
    {EM_X86_64, 0xff02, kCommon, "SHN_X86_64_LCOMMON"},
    {EM_L10M, 0xff02, kCommon, "SHN_X86_64_LCOMMON"},
    {EM_K10M, 0xff02, kCommon, "SHN_X86_64_LCOMMON"},
    {EM_PARISC, 0xff00, kCommon, "SHN_PARISC_ANSI_COMMON"},
    {EM_PARISC, 0xff01, kCommon, "SHN_PARISC_HUGE_COMMON"},
    {EM_IA_64, 0xff00, kCommon, "SHN_IA_64_ANSI_COMMON"},
    {EM_TI_C6000, 0xff00, kCommon, "SHN_TIC6X_SCOMMON"},
    {EM_M32R, 0xff00, kCommon, "SHN_M32R_SCOMMON"},
    {0x9041, 0xff00, kCommon, "SHN_M32R_SCOMMON"},
    {EM_V850, 0xff00, kCommon, "SHN_V850_SCOMMON"},
    {EM_V850, 0xff01, kCommon, "SHN_V850_TCOMMON"},
    {EM_V850, 0xff02, kCommon, "SHN_V850_ZCOMMON"},
    {EM_V800, 0xff00, kCommon, "SHN_V850_SCOMMON"},
    {EM_V800, 0xff01, kCommon, "SHN_V850_TCOMMON"},
    {EM_V800, 0xff02, kCommon, "SHN_V850_ZCOMMON"},
    {0x9080, 0xff00, kCommon, "SHN_V850_SCOMMON"},
    {0x9080, 0xff01, kCommon, "SHN_V850_TCOMMON"},
    {0x9080, 0xff02, kCommon, "SHN_V850_ZCOMMON"},
    {164, 0xff00, kCommon, "SHN_HEXAGON_SCOMMON"},
    {164, 0xff01, kCommon, "SHN_HEXAGON_SCOMMON_1"},
    {164, 0xff02, kCommon, "SHN_HEXAGON_SCOMMON_2"},
    {164, 0xff03, kCommon, "SHN_HEXAGON_SCOMMON_4"},
    {164, 0xff04, kCommon, "SHN_HEXAGON_SCOMMON_8"},
    // st_value is an alignment; the linker allocates the space.
    {224, 0xff00, kCommon, "SHN_AMDGPU_LDS"},
    // st_value is the number of a register.
    {EM_MMIX, 0xff00, kAbsolute, "SHN_REGISTER"},
};

}  // namespace

SpecialIndex FindSpecialIndex(uint16_t e_machine, uint16_t st_shndx) {
  for (const Entry& entry : kEntries) {
    if (entry.st_shndx == st_shndx &&
        (entry.e_machine == kAnyMachine || entry.e_machine == e_machine)) {
      return {.kind = entry.kind, .name = entry.name};
    }
  }
  return {};
}

}  // namespace dwreloc::internal
