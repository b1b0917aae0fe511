#include "elf/code_mode.h"

#include <elf.h>

namespace dwreloc::internal {
namespace {

constexpr uint64_t kModeBit = 1;

// st_other of MIPS: the upper two bits are the instruction set, except that
// MIPS16 takes all of the upper four.
constexpr uint8_t kMipsIsaMask = 0xc0;
constexpr uint8_t kMicroMips = 0x80;
constexpr uint8_t kMips16 = 0xf0;
// STO_SH5_ISA32, and the type of a symbol that names the same code as data.
constexpr uint8_t kShIsa32 = 4;
constexpr uint8_t kShDatalabel = STT_LOPROC;
// From before the ARM EABI: a Thumb function whose st_value lacks the bit.
constexpr uint8_t kArmTfunc = STT_LOPROC;

bool IsArmFunction(const Symbol& symbol) {
  return symbol.type == STT_FUNC || symbol.type == STT_GNU_IFUNC;
}

}  // namespace

ModeRule FindModeRule(uint16_t e_machine) {
  switch (e_machine) {
    case EM_ARM:
      return ModeRule::kArm;
    case EM_MIPS:
    case EM_MIPS_RS3_LE:
      return ModeRule::kMips;
    case EM_SH:
      return ModeRule::kShmedia;
    default:
      return ModeRule::kNone;
  }
}

bool HasMode(ModeRule rule, const Symbol& symbol) {
  if (symbol.type == STT_SECTION) return false;
  switch (rule) {
    case ModeRule::kNone:
      return false;
    case ModeRule::kArm:
      return symbol.type == kArmTfunc ||
             (IsArmFunction(symbol) && (symbol.value & kModeBit) != 0);
    case ModeRule::kMips:
      return (symbol.other & kMipsIsaMask) == kMicroMips ||
             (symbol.other & kMips16) == kMips16;
    case ModeRule::kShmedia:
      return (symbol.other & kShIsa32) != 0 && symbol.type != kShDatalabel;
  }
  return false;
}

CodeAddress AddToCode(ModeRule rule, const Symbol& symbol, uint64_t addend) {
  if (rule == ModeRule::kArm) {
    const uint64_t sum = (symbol.value & ~kModeBit) + addend;
    return {.offset = sum & ~kModeBit, .mode = kModeBit};
  }
  const uint64_t sum = (symbol.value | kModeBit) + addend;
  return {.offset = sum & ~kModeBit,
          .mode = static_cast<uint32_t>(sum & kModeBit)};
}

CodeAddress AddToAddress(ModeRule rule, const Symbol& symbol, uint64_t addend) {
  // On the other machines st_value does not have the bit.
  const uint64_t start =
      rule == ModeRule::kArm ? symbol.value & ~kModeBit : symbol.value;
  return {.offset = start + addend, .mode = 0};
}

}  // namespace dwreloc::internal
