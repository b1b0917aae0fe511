// What each relocation type of each machine does to a datum (the psABIs).
//
// One table per machine, as data, in howto_tables.inc; nothing else in the
// library knows a machine.  A type or machine that is not in the tables is a
// value of its own, kUnsupported, so that it can only ever become an error of
// the datum it stands on, never a wrong number.
// Tested by tests/unit/reloc/howto_test.cc.

#ifndef LIBDWRELOC_RELOC_HOWTO_H_
#define LIBDWRELOC_RELOC_HOWTO_H_

#include <cstdint>
#include <span>

namespace dwreloc::internal {

enum class RelocOp : uint8_t {
  kUnsupported,  // no meaning in data, or not known
  kNone,         // leaves the bytes as they are
  kAbsolute,     // S + A
  kPcRelative,   // S + A - P
  kTlsOffset,    // S + A in the thread-local block, plus the machine's bias
};

struct Howto {
  uint32_t type;
  RelocOp op;
  uint8_t width;  // bytes; 0 where the table does not say
  const char* name;
};

// Thread-safe: constant data.
struct Machine {
  uint16_t e_machine;
  uint8_t elf_class;              // 32, 64; 0: both
  const char* name;               // "EM_X86_64"
  std::span<const Howto> howtos;  // by type, ascending
  // Added by the linker to TLS offsets (PPC, MIPS, m68k: 0x8000).
  uint64_t tls_bias;
  // RELA records whose addend stands in the section all the same (SH).
  bool rela_in_place;
};

// The machine's table, or nullptr for one that is not known.
const Machine* FindMachine(uint16_t e_machine, bool is_64);

// The entry for a type; an unknown one has op kUnsupported and no name.
Howto FindHowto(const Machine* machine, uint32_t type);

// "EM_X86_64" for any machine of the ELF registry that has a name here, else
// nullptr.
const char* MachineName(uint16_t e_machine);

}  // namespace dwreloc::internal

#endif  // LIBDWRELOC_RELOC_HOWTO_H_
