// dwarf/register_names: numbers of each machine's ABI, and those without a
// name.

#include "dwarf/register_names.h"

#include <elf.h>
#include <gtest/gtest.h>

namespace dwreloc::internal {
namespace {

TEST(RegisterNamesTest, FirstAndLastOfEachKind) {
  const struct {
    uint16_t machine;
    uint64_t number;
    const char* name;
  } kCases[] = {
      {EM_X86_64, 0, "rax"},
      {EM_X86_64, 1, "rdx"},
      {EM_X86_64, 7, "rsp"},
      {EM_X86_64, 16, "rip"},
      {EM_X86_64, 17, "xmm0"},
      {EM_X86_64, 33, "st0"},
      {EM_X86_64, 41, "mm0"},
      {EM_X86_64, 49, "rflags"},
      {EM_X86_64, 58, "fs.base"},
      {EM_X86_64, 66, "fsw"},
      {EM_X86_64, 67, "xmm16"},
      {EM_X86_64, 82, "xmm31"},
      {EM_X86_64, 118, "k0"},
      {EM_X86_64, 129, "bnd3"},
      {EM_X86_64, 130, "r16"},
      {EM_X86_64, 145, "r31"},
      {EM_386, 4, "esp"},
      {EM_386, 8, "eip"},
      {EM_386, 11, "st0"},
      {EM_386, 21, "xmm0"},
      {EM_386, 36, "mm7"},
      {EM_386, 39, "mxcsr"},
      {EM_386, 49, "ldtr"},
      {EM_386, 37, "fcw"},
      {EM_AARCH64, 30, "x30"},
      {EM_AARCH64, 31, "sp"},
      {EM_AARCH64, 33, "elr"},
      {EM_AARCH64, 34, "ra_sign_state"},
      {EM_AARCH64, 46, "vg"},
      {EM_AARCH64, 48, "p0"},
      {EM_AARCH64, 64, "v0"},
      {EM_AARCH64, 127, "z31"},
      {EM_ARM, 13, "sp"},
      {EM_ARM, 64, "s0"},
      {EM_ARM, 143, "ra_auth_code"},
      {EM_ARM, 256, "d0"},
      {EM_ARM, 287, "d31"},
      {EM_RISCV, 1, "ra"},
      {EM_RISCV, 10, "a0"},
      {EM_RISCV, 31, "t6"},
      {EM_RISCV, 32, "ft0"},
      {EM_RISCV, 63, "ft11"},
      {EM_RISCV, 127, "v31"},
      {EM_S390, 15, "r15"},
      {EM_S390, 20, "f1"},
      {EM_S390, 31, "f15"},
      {EM_S390, 47, "cr15"},
      {EM_S390, 65, "pswa"},
      {EM_S390, 83, "v31"},
      {EM_PPC64, 1, "r1"},
      {EM_PPC64, 63, "f31"},
      {EM_PPC64, 65, "lr"},
      {EM_PPC64, 75, "cr7"},
      {EM_PPC64, 1124, "vr0"},
      {EM_PPC, 65, "lr"},
      {EM_SPARCV9, 1, "g1"},
      {EM_SPARC, 14, "sp"},
      {EM_SPARC32PLUS, 63, "f31"},
      {EM_68K, 14, "a6"},
      {EM_MIPS, 29, "sp"},
      {EM_MIPS, 63, "f31"},
      {EM_MIPS, 65, "lo"},
      {258, 3, "sp"},
      {258, 22, "fp"},
      {258, 31, "s8"},
      {258, 32, "fa0"},
      {258, 63, "fs7"},
  };
  for (const auto& one : kCases) {
    EXPECT_STREQ(RegisterName(one.machine, one.number), one.name)
        << one.machine << " " << one.number;
  }
}

TEST(RegisterNamesTest, NumbersWithoutAName) {
  EXPECT_EQ(RegisterName(EM_X86_64, 56), nullptr);
  EXPECT_EQ(RegisterName(EM_X86_64, 83), nullptr);
  EXPECT_EQ(RegisterName(EM_X86_64, 146), nullptr);
  EXPECT_EQ(RegisterName(EM_X86_64, UINT64_MAX), nullptr);
  EXPECT_EQ(RegisterName(EM_386, 93), nullptr) << "fs.base or k0";
  EXPECT_EQ(RegisterName(EM_AARCH64, 40), nullptr);
  EXPECT_EQ(RegisterName(EM_RISCV, 64), nullptr);
  EXPECT_EQ(RegisterName(EM_PPC64, 67), nullptr);
  EXPECT_EQ(RegisterName(EM_68K, 18), nullptr) << "fp2 or fp0";
  EXPECT_EQ(RegisterName(EM_PPC64, 108), nullptr) << "lr or vr31";
  EXPECT_EQ(RegisterName(258, 64), nullptr);
  EXPECT_EQ(RegisterName(EM_SPARCV9, 64), nullptr);
  EXPECT_EQ(RegisterName(0, 0), nullptr);
}

}  // namespace
}  // namespace dwreloc::internal
