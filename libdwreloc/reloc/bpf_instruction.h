// Records of eBPF instructions, whose fields are not at r_offset: the 64-bit
// immediate of LDDW has a half in each of its two slots, a call has its
// distance in its second word (RFC 9669, 5.4; LLVM's "BPF Relocations").
//
// Old GNU's R_BPF_INSN_64 and R_BPF_INSN_DISP32 have the numbers of LLVM's
// types and the same fields.  In data both types are plain.
// Tested by tests/unit/reloc/bpf_instruction_test.cc.

#ifndef LIBDWRELOC_RELOC_BPF_INSTRUCTION_H_
#define LIBDWRELOC_RELOC_BPF_INSTRUCTION_H_

#include <cstdint>
#include <optional>

#include "base/bytes.h"
#include "elf/elf_file.h"

namespace dwreloc::internal {

inline constexpr uint32_t kBpfLoadType = 1;   // R_BPF_64_64
inline constexpr uint32_t kBpfCallType = 10;  // R_BPF_64_32

// Returns true if a record of that type in the section is one of an
// instruction.
bool IsBpfInstruction(const ElfFile& file, uint32_t section, uint32_t type);

// The immediate of the instruction at `offset`: 64 bits of LDDW, 32 of a call;
// nullopt if it ends beyond the section.
std::optional<uint64_t> BpfImmediate(Bytes bytes, uint64_t offset,
                                     uint32_t type, ByteOrder order);

// The addend that the immediate stands for.  A call counts instructions from
// the next one, so -1 is the beginning of what it is against; only calls
// against a section (`is_section`) go anywhere else.
int64_t BpfAddend(uint64_t immediate, uint32_t type, bool is_section);

}  // namespace dwreloc::internal

#endif  // LIBDWRELOC_RELOC_BPF_INSTRUCTION_H_
