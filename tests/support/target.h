// Target: the machines that tests write images for.
//
// The set covers each combination of class, byte order and relocation format
// there is; kTargets is for tests that hold on all of them.

#ifndef TESTS_SUPPORT_TARGET_H_
#define TESTS_SUPPORT_TARGET_H_

#include <elf.h>

#include <cstdint>
#include <ostream>

#include "base/bytes.h"

namespace dwreloc::internal {

struct Target {
  const char* name;
  uint16_t e_machine;
  bool is_64;
  ByteOrder order;
  bool is_rela;
  // r_type of S + A in 4 and 8 bytes, and of a TLS offset; 0: has none.
  uint32_t abs32 = 0;
  uint32_t abs64 = 0;
  uint32_t tls = 0;
  // What RELA leaves in the section where the record writes.  Compilers leave
  // 0; anything else must make no difference.
  uint8_t rela_fill = 0;

  int address_size() const { return is_64 ? 8 : 4; }
  uint32_t abs(int width) const { return width == 8 ? abs64 : abs32; }
  // The same machine with `fill` under its RELA records.
  Target WithFill(uint8_t fill) const {
    Target copy = *this;
    copy.rela_fill = fill;
    return copy;
  }
  // The same machine with SHT_REL.
  Target WithRel() const {
    Target copy = *this;
    copy.is_rela = false;
    return copy;
  }
};

inline constexpr Target kX86_64 = {
    "X86_64", EM_X86_64,   true,        ByteOrder::kLittle,
    true,     R_X86_64_32, R_X86_64_64, R_X86_64_DTPOFF64};
// x86-64 with SHT_REL, which the psABI does not use and ELF allows.
inline constexpr Target kX86_64Rel = {
    "X86_64Rel", EM_X86_64,   true,        ByteOrder::kLittle,
    false,       R_X86_64_32, R_X86_64_64, R_X86_64_DTPOFF64};
inline constexpr Target kX32 = {
    "X32", EM_X86_64,   false,       ByteOrder::kLittle,
    true,  R_X86_64_32, R_X86_64_64, R_X86_64_DTPOFF32};
inline constexpr Target kI386 = {"I386", EM_386,   false, ByteOrder::kLittle,
                                 false,  R_386_32, 0,     R_386_TLS_LDO_32};
inline constexpr Target kArmBig = {
    "ArmBig", EM_ARM,      false, ByteOrder::kBig,
    false,    R_ARM_ABS32, 0,     R_ARM_TLS_LDO32};
inline constexpr Target kAArch64 = {"AArch64",
                                    EM_AARCH64,
                                    true,
                                    ByteOrder::kLittle,
                                    true,
                                    R_AARCH64_ABS32,
                                    R_AARCH64_ABS64,
                                    R_AARCH64_TLS_DTPREL};
inline constexpr Target kPpc64 = {
    "Ppc64", EM_PPC64,       true,           ByteOrder::kBig,
    true,    R_PPC64_ADDR32, R_PPC64_ADDR64, R_PPC64_DTPREL64};
inline constexpr Target kPpc32 = {"Ppc32", EM_PPC,       false, ByteOrder::kBig,
                                  true,    R_PPC_ADDR32, 0,     R_PPC_DTPREL32};
inline constexpr Target kS390x = {"S390x", EM_S390,  true,     ByteOrder::kBig,
                                  true,    R_390_32, R_390_64, R_390_TLS_LDO64};
inline constexpr Target kS390xRel = {"S390xRel",      EM_S390,        true,
                                     ByteOrder::kBig, false,          R_390_32,
                                     R_390_64,        R_390_TLS_LDO64};

// r_info in an order of its own.
inline constexpr Target kMips64El = {
    "Mips64El", EM_MIPS,   true,      ByteOrder::kLittle,
    true,       R_MIPS_32, R_MIPS_64, R_MIPS_TLS_DTPREL64};
// Differences are pairs of records.
inline constexpr Target kRiscv64 = {
    "Riscv64", EM_RISCV,   true,       ByteOrder::kLittle,
    true,      R_RISCV_32, R_RISCV_64, R_RISCV_TLS_DTPREL64};
inline constexpr Target kSparcV9 = {
    "SparcV9", EM_SPARCV9,   true,         ByteOrder::kBig,
    true,      R_SPARC_UA32, R_SPARC_UA64, R_SPARC_TLS_DTPOFF64};

inline constexpr Target kTargets[] = {
    kX86_64, kX86_64Rel, kX32,      kI386,     kArmBig,  kAArch64, kPpc64,
    kPpc32,  kS390x,     kS390xRel, kMips64El, kRiscv64, kSparcV9,
};

// For GoogleTest's messages and for the names of parameterized tests.
inline std::ostream& operator<<(std::ostream& out, const Target& target) {
  return out << target.name;
}
inline constexpr auto kTargetName = [](const auto& info) {
  return info.param.name;
};

}  // namespace dwreloc::internal

#endif  // TESTS_SUPPORT_TARGET_H_
