// What each relocation type of each machine does to a datum (the psABIs).
//
// One table per machine, as data, in howto_tables/; nothing else in the
// library knows a machine.  A type or machine that is not in the tables is a
// value of its own, kUnsupported, so that it can only ever become an error of
// the datum it stands on, never a wrong number.
// Tested by tests/unit/reloc/howto_test.cc.

#ifndef LIBDWRELOC_RELOC_HOWTO_H_
#define LIBDWRELOC_RELOC_HOWTO_H_

#include <cstdint>
#include <span>

#include "base/bytes.h"

namespace dwreloc::internal {

class ElfFile;

// S is the symbol's value, A the addend, P the place of the field, V what the
// field held before.
enum class RelocOp : uint8_t {
  kUnsupported,    // no meaning in data, or not known
  kNone,           // leaves the bytes as they are
  kInPlace,        // V: the assembler has put the value there (DIFF types)
  kAbsolute,       // S + A
  kPcRelative,     // S + A - P
  kTlsOffset,      // S + A in the thread-local block, plus the machine's bias
  kSectionOffset,  // S + A - the beginning of the section that S is in
  // No meaning before there is something to count from, which the linker makes.
  kFromGot,  // the global offset table
  kFromGp,   // the global pointer
  // Parts of a sequence of records at one place.
  kAdd,  // V + S + A
  kSub,  // V - S - A
  kSet,  // S + A
};

// What of the bytes at r_offset a record writes.
enum class RelocField : uint8_t {
  kBytes,    // `width` of them
  kLow6,     // the low 6 bits of one (DW_CFA_advance_loc)
  kUleb128,  // a ULEB128 number, whose length stays
};

struct Howto {
  uint32_t type;
  RelocOp op;
  // Bytes.  0: kUleb128, or not known; of kSub also that it is as wide as the
  // next record at the place (SYM_DIFF of MSP430 and MN10300).
  uint8_t width;
  RelocField field;
  // Is S the address alone, without the mode bit that the symbol of code may
  // have (elf/code_mode)?
  bool without_mode;
  const char* name;
};

// How r_info holds symbol and type where it is not as the gABI says.
enum class RelocInfo : uint8_t {
  kStandard,
  // MIPS64: three types in one record, type | type2 << 8 | type3 << 16 |
  // ssym << 24, and in little-endian files the bytes of that in big-endian
  // order behind a little-endian symbol.
  kMips64,
  kSparc64,  // 8 bits of type, below 24 bits of data
};

// Where a machine's addends stand.
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
  // P of PC-relative data is this many bytes behind the field (HPPA: 8).
  uint8_t pc_bias = 0;
  RelocAddend addend = RelocAddend::kStandard;
  RelocInfo info = RelocInfo::kStandard;
  // What assemblers write for an address of 4 and of 8 bytes in data, where it
  // is not the first absolute type of that width.
  uint32_t absolute32 = 0;
  uint32_t absolute64 = 0;
};

// The machine's table, or nullptr for one that is not known.
const Machine* FindMachine(uint16_t e_machine, bool is_64);
// That of a file, by whose flags some machines number their types.
const Machine* FindMachine(const ElfFile& file);

// The entry for a type; an unknown one has op kUnsupported and no name.
Howto FindHowto(const Machine* machine, uint32_t type);

// The type whose record makes an address of `width` bytes, 4 or 8, of S + A in
// data of that byte order: what an assembler writes for ".4byte symbol".  0 if
// there is none.
uint32_t AbsoluteType(const Machine* machine, int width, ByteOrder order);

// "EM_X86_64" for any machine of the ELF registry that has a name here, else
// nullptr.
const char* MachineName(uint16_t e_machine);

}  // namespace dwreloc::internal

#endif  // LIBDWRELOC_RELOC_HOWTO_H_
