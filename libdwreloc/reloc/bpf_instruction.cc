#include "reloc/bpf_instruction.h"

#include <elf.h>

namespace dwreloc::internal {
namespace {

constexpr uint64_t kSlot = 8;       // bytes of an instruction
constexpr uint64_t kImmediate = 4;  // where its immediate is

}  // namespace

bool IsBpfInstruction(const ElfFile& file, uint32_t section, uint32_t type) {
  return file.e_machine() == EM_BPF &&
         (type == kBpfLoadType || type == kBpfCallType) &&
         section < file.section_count() &&
         (file.Header(section).sh_flags & SHF_EXECINSTR) != 0;
}

std::optional<uint64_t> BpfImmediate(Bytes bytes, uint64_t offset,
                                     uint32_t type, ByteOrder order) {
  const bool is_load = type == kBpfLoadType;
  if (!Fits(offset, is_load ? 2 * kSlot : kSlot, bytes.size())) {
    return std::nullopt;
  }
  const uint8_t* const slot = bytes.data() + offset;
  const uint64_t low = LoadWidth(slot + kImmediate, 4, order);
  if (!is_load) return low;
  return low | LoadWidth(slot + kSlot + kImmediate, 4, order) << 32;
}

int64_t BpfAddend(uint64_t immediate, uint32_t type, bool is_section) {
  if (type == kBpfLoadType) return static_cast<int64_t>(immediate);
  if (!is_section) return 0;
  const int64_t instructions = static_cast<int32_t>(immediate);
  return (instructions + 1) * static_cast<int64_t>(kSlot);
}

}  // namespace dwreloc::internal
