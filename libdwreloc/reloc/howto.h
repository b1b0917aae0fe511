// What each relocation type of each machine does to a datum (the psABIs).
//
// One table per machine, as data, in howto_tables/; nothing else in the library
// depends on the machine.  A type or machine that is not in the tables has a
// value of its own, kUnsupported, so that it can only become an error of the
// datum it applies to, never a wrong number.
// Tested by tests/unit/reloc/howto_test.cc.

#ifndef LIBDWRELOC_RELOC_HOWTO_H_
#define LIBDWRELOC_RELOC_HOWTO_H_

#include <cstdint>
#include <span>

#include "base/bytes.h"

namespace dwreloc::internal {

class ElfFile;

// S is the symbol's value, A the addend, P the place of the field, V the
// previous contents of the field.
enum class RelocOp : uint8_t {
  kUnsupported,    // no meaning in data, or unknown
  kNone,           // leaves the bytes as they are
  kInPlace,        // V: the assembler has stored the value (DIFF types)
  kAbsolute,       // S + A
  kPcRelative,     // S + A - P
  kTlsOffset,      // S + A in the thread-local block, plus the machine's bias
  kSectionOffset,  // S + A - the beginning of the section of S
  // No meaning before the linker creates what it counts from.
  kFromGot,  // the global offset table
  kFromGp,   // the global pointer
  // Parts of a sequence of records at one place.
  kAdd,  // V + S + A
  kSub,  // V - S - A
  kSet,  // S + A
};

// Which of the bytes at r_offset a record writes.
enum class RelocField : uint8_t {
  kBytes,    // `width` of them
  kLow6,     // the low 6 bits of one (DW_CFA_advance_loc)
  kUleb128,  // a ULEB128 number, whose length is kept
};

struct Howto {
  uint32_t type;
  RelocOp op;
  // In bytes. 0: kUleb128, or unknown; for kSub also that it is as wide as the
  // next record at the place (SYM_DIFF of MSP430 and MN10300).
  uint8_t width;
  RelocField field;
  // True if S is the address alone, without the mode bit that a code symbol may
  // have (elf/code_mode).
  bool without_mode;
  const char* name;
};

// How r_info holds symbol and type on machines that differ from the gABI.
enum class RelocInfo : uint8_t {
  kStandard,
  // MIPS64: three types in one record, type | type2 << 8 | type3 << 16 |
  // ssym << 24, and in little-endian files the bytes of that in big-endian
  // order after a little-endian symbol.
  kMips64,
  kSparc64,  // 8 bits of type, below 24 bits of data
};

// Where a machine stores addends.
enum class RelocAddend : uint8_t {
  kStandard,        // RELA: in the record; REL: in the field
  kRelaAndInPlace,  // RELA: the sum of both (SH, Xtensa)
};

// Thread-safe: constant data.
struct Machine {
  uint16_t e_machine;
  uint8_t elf_class;              // 32, 64; 0: both
  const char* name;               // "EM_X86_64"
  std::span<const Howto> howtos;  // by type, ascending
  // Added by the linker to TLS offsets (PPC, MIPS, m68k: 0x8000).
  uint64_t tls_bias = 0;
  // P of PC-relative data is this many bytes after the field (HPPA: 8).
  uint8_t pc_bias = 0;
  RelocAddend addend = RelocAddend::kStandard;
  RelocInfo info = RelocInfo::kStandard;
  // The types that assemblers use for an address of 4 and of 8 bytes in data,
  // where it is not the first absolute type of that width.
  uint32_t absolute32 = 0;
  uint32_t absolute64 = 0;
};

// The machine's table, or nullptr if it is unknown.
const Machine* FindMachine(uint16_t e_machine, bool is_64);
// The table for a file; on some machines the file's flags select the numbering
// of the types.
const Machine* FindMachine(const ElfFile& file);

// The entry for a type; an unknown one has op kUnsupported and no name.
Howto FindHowto(const Machine* machine, uint32_t type);

// The type whose record gives data of that byte order the `width`-byte address
// S + A (`width`: 4 or 8): what an assembler uses for ".4byte symbol". 0 if
// there is none.
uint32_t AbsoluteType(const Machine* machine, int width, ByteOrder order);

// Returns "EM_X86_64" and so on for any machine of the ELF registry that has a
// name here, else nullptr.
const char* MachineName(uint16_t e_machine);

}  // namespace dwreloc::internal

#endif  // LIBDWRELOC_RELOC_HOWTO_H_
