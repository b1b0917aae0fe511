// The list of sections of the DWARF standard (DWARF 5 7.3, appendix B).
//
// A section is identified by its index.  SectionId says what it holds, Family
// which set of sections it belongs to: one file may hold several complete sets
// of debug sections.
// Tested by tests/unit/elf/section_test.cc.

#ifndef LIBDWRELOC_ELF_SECTION_H_
#define LIBDWRELOC_ELF_SECTION_H_

#include <cstdint>
#include <string_view>

namespace dwreloc::internal {

// Sections of the standard, and .eh_frame (LSB).
enum class SectionId : uint8_t {
  kNone,  // not a debug section
  kDebugAbbrev,
  kDebugAddr,
  kDebugAranges,
  kDebugFrame,
  kDebugInfo,
  kDebugLine,
  kDebugLineStr,
  kDebugLoc,
  kDebugLoclists,
  kDebugMacinfo,
  kDebugMacro,
  kDebugNames,
  kDebugPubnames,
  kDebugPubtypes,
  kDebugGnuPubnames,
  kDebugGnuPubtypes,
  kDebugRanges,
  kDebugRnglists,
  kDebugStr,
  kDebugStrOffsets,
  kDebugSup,
  kDebugTypes,
  kDebugCuIndex,
  kDebugTuIndex,
  kEhFrame,
  kDebugOther,  // named .debug_*, but not one of the above
};

// Which set of debug sections a section belongs to.
enum class Family : uint8_t {
  kPlain,  // .debug_info, .zdebug_info
  kDwo,    // .debug_info.dwo (DWARF 5 7.3.2)
  kLto,    // .gnu.debuglto_.debug_info (gcc -flto, fat objects)
};

struct SectionName {
  SectionId id = SectionId::kNone;
  Family family = Family::kPlain;
  bool zdebug = false;  // old GNU compression, recognized by the name
};

// SHT_CREL: compact relocation records, with the number of the gABI proposal
// and with that of LLVM 19.  Not in elf.h yet.
inline constexpr uint32_t kShtCrel = 20;
inline constexpr uint32_t kShtCrelLlvm = 0x40000014;

// Tells what a section of that name holds.
SectionName ClassifySectionName(std::string_view name);

// Returns true if a section named `name` is one that is asked for as `wanted`:
// .zdebug_info is the .debug_info of a file, too.
bool IsSectionNamed(std::string_view name, std::string_view wanted);

// Returns ".debug_info" and so on; "" for kNone and kDebugOther.
std::string_view SectionIdName(SectionId id);

}  // namespace dwreloc::internal

#endif  // LIBDWRELOC_ELF_SECTION_H_
