// Tests of elf/code_mode: which symbols give addresses a mode bit, and how it
// meets an addend.  The sums are those of GNU ld.

#include "elf/code_mode.h"

#include <elf.h>

#include "elf/symbols.h"
#include "gtest/gtest.h"

namespace dwreloc::internal {
namespace {

Symbol MakeSymbol(uint8_t type, uint64_t value, uint8_t other = 0) {
  Symbol symbol;
  symbol.type = type;
  symbol.value = value;
  symbol.other = other;
  return symbol;
}

TEST(CodeModeTest, ThumbIsOddFunctionsOnly) {
  const ModeRule arm = FindModeRule(EM_ARM);
  EXPECT_TRUE(HasMode(arm, MakeSymbol(STT_FUNC, 0x101)));
  EXPECT_TRUE(HasMode(arm, MakeSymbol(STT_GNU_IFUNC, 0x101)));
  EXPECT_FALSE(HasMode(arm, MakeSymbol(STT_FUNC, 0x100)));
  EXPECT_FALSE(HasMode(arm, MakeSymbol(STT_OBJECT, 0x101)));
  EXPECT_FALSE(HasMode(arm, MakeSymbol(STT_NOTYPE, 0x101)));
  // STT_ARM_TFUNC, whose st_value has no bit.
  EXPECT_TRUE(HasMode(arm, MakeSymbol(STT_LOPROC, 0x100)));
}

TEST(CodeModeTest, MipsIsInStOtherOfAnyLabel) {
  const ModeRule mips = FindModeRule(EM_MIPS);
  EXPECT_TRUE(HasMode(mips, MakeSymbol(STT_FUNC, 0x100, 0x80)));
  EXPECT_TRUE(HasMode(mips, MakeSymbol(STT_NOTYPE, 0x100, 0x80)));
  EXPECT_TRUE(HasMode(mips, MakeSymbol(STT_FUNC, 0x100, 0x82)));  // hidden
  EXPECT_TRUE(HasMode(mips, MakeSymbol(STT_FUNC, 0x100, 0xa0)));  // and PIC
  EXPECT_TRUE(HasMode(mips, MakeSymbol(STT_FUNC, 0x100, 0xf0)));
  EXPECT_FALSE(HasMode(mips, MakeSymbol(STT_FUNC, 0x100, 0x20)));
  EXPECT_FALSE(HasMode(mips, MakeSymbol(STT_FUNC, 0x100, 0xc0)));
  EXPECT_FALSE(HasMode(mips, MakeSymbol(STT_FUNC, 0x101, 0)));
  EXPECT_FALSE(HasMode(mips, MakeSymbol(STT_SECTION, 0, 0x80)));
  EXPECT_EQ(FindModeRule(EM_MIPS_RS3_LE), mips);
}

TEST(CodeModeTest, ShmediaIsNotItsDatalabel) {
  const ModeRule sh = FindModeRule(EM_SH);
  EXPECT_TRUE(HasMode(sh, MakeSymbol(STT_FUNC, 0x100, 4)));
  EXPECT_FALSE(HasMode(sh, MakeSymbol(STT_LOPROC, 0x100, 4)));
  EXPECT_FALSE(HasMode(sh, MakeSymbol(STT_FUNC, 0x100)));
}

// st_other has bits of other meanings there: the local entry point of ELFv2,
// the variant PCS of AArch64, STO_ALPHA_NOPV, RISC-V's.
TEST(CodeModeTest, OtherMachinesHaveNone) {
  for (const uint16_t machine : {EM_PPC64, EM_AARCH64, EM_RISCV, EM_X86_64,
                                 EM_PARISC, EM_ALPHA, EM_IA_64, EM_386}) {
    EXPECT_EQ(FindModeRule(machine), ModeRule::kNone) << machine;
  }
  EXPECT_FALSE(HasMode(ModeRule::kNone, MakeSymbol(STT_FUNC, 0x101, 0xf0)));
}

TEST(CodeModeTest, ArmOrsTheBitIntoTheSum) {
  const Symbol odd = MakeSymbol(STT_FUNC, 0x101);
  struct {
    uint64_t addend;
    uint64_t offset;
  } const kCases[] = {
      {0, 0x100}, {1, 0x100}, {2, 0x102}, {3, 0x102}, {UINT64_MAX, 0xfe}};
  for (const auto& test : kCases) {
    const CodeAddress sum = AddToCode(ModeRule::kArm, odd, test.addend);
    EXPECT_EQ(sum.offset, test.offset) << test.addend;
    EXPECT_EQ(sum.mode, 1u);
  }
}

TEST(CodeModeTest, AnAddressAloneIsThatOfTheCodePlusTheAddend) {
  const Symbol thumb = MakeSymbol(STT_FUNC, 0x101);
  const Symbol old_thumb = MakeSymbol(STT_LOPROC, 0x100);
  for (const Symbol& symbol : {thumb, old_thumb}) {
    for (const uint64_t addend : {0, 1, 2}) {
      const CodeAddress sum = AddToAddress(ModeRule::kArm, symbol, addend);
      EXPECT_EQ(sum.offset, 0x100 + addend);
      EXPECT_EQ(sum.mode, 0u);
    }
  }
}

TEST(CodeModeTest, MipsAddsToASymbolThatHasTheBit) {
  const Symbol label = MakeSymbol(STT_FUNC, 0x100, 0x80);
  EXPECT_EQ(AddToCode(ModeRule::kMips, label, 0).offset, 0x100u);
  EXPECT_EQ(AddToCode(ModeRule::kMips, label, 0).mode, 1u);
  EXPECT_EQ(AddToCode(ModeRule::kMips, label, 4).offset, 0x104u);
  EXPECT_EQ(AddToCode(ModeRule::kMips, label, 4).mode, 1u);
  EXPECT_EQ(AddToCode(ModeRule::kMips, label, 1).offset, 0x102u);
  EXPECT_EQ(AddToCode(ModeRule::kMips, label, 1).mode, 0u);
}

}  // namespace
}  // namespace dwreloc::internal
