// Tests of reloc/linker_sentence: the formula of each type in words.

#include "reloc/linker_sentence.h"

#include <elf.h>

#include <string>

#include "gtest/gtest.h"
#include "support/reloc_fixture.h"

namespace dwreloc::internal {
namespace {

constexpr Target kBpf = {"Bpf", EM_BPF, true, ByteOrder::kLittle, false, 3, 2};
constexpr Target kArm = {"Arm", EM_ARM,     false, ByteOrder::kLittle,
                         false, R_ARM_ABS32};

std::string Sentence(RelocFixture& f, uint32_t type, uint32_t symbol,
                     int64_t addend, uint64_t size, uint32_t section) {
  return LinkerSentence(
      f.Open().context(),
      {.raw = {.type = type, .symbol = symbol, .addend = addend},
       .section = section,
       .is_rela = f.elf.target().is_rela,
       .addend = addend,
       .size = size});
}

TEST(LinkerSentenceTest, DataSayWhereTheAddendIs) {
  RelocFixture f(kX86_64);
  f.a.Zeros(16);
  EXPECT_EQ(Sentence(f, R_X86_64_64, f.text, 0x10, 8, f.info),
            "The linker writes the address of .text+0x10 into these 8 bytes; "
            "RELA, so the bytes in the file do not count.");
  EXPECT_EQ(Sentence(f, R_X86_64_32, f.str, 0x35, 4, f.info),
            "The linker writes the offset of .debug_str+0x35 in its section, "
            "which has no address, into these 4 bytes; RELA, so the bytes in "
            "the file do not count.");
  EXPECT_EQ(Sentence(f, R_X86_64_PC32, f.undefined, -4, 4, f.text_section),
            "The linker writes the distance from here to printk-0x4 (of "
            "another file) into these 4 bytes; RELA, so the bytes in the file "
            "do not count.");
  RelocFixture rel(kI386);
  rel.a.Zeros(16);
  EXPECT_EQ(Sentence(rel, R_386_32, rel.function, 8, 4, rel.info),
            "The linker writes the address of function+0x8 into these 4 bytes; "
            "REL: the addend is what they hold.");
}

TEST(LinkerSentenceTest, InstructionsSayWhatIsMadeForThem) {
  RelocFixture f(kX86_64);
  f.a.Zeros(16);
  EXPECT_EQ(Sentence(f, R_X86_64_PLT32, f.function, -4, 0, f.text_section),
            "The linker puts the distance from here to function-0x4 into the "
            "call or jump, or that to a stub (PLT) which goes there, if "
            "function is in another module or too far away.");
  RelocFixture arm(kArm);
  arm.a.Zeros(16);
  EXPECT_EQ(
      Sentence(arm, R_ARM_THM_JUMP24, arm.undefined, 0, 0, arm.text_section),
      "The linker puts the distance from here to printk (of another "
      "file) plus what the instruction has into the jump, or that to a "
      "stub (PLT) which goes there, if printk is in another module or "
      "too far away.");
  EXPECT_EQ(Sentence(arm, 163, arm.function, 0, 0, arm.info),
            "The linker makes a descriptor of the function function, its "
            "address and that of its GOT, and writes the address of the "
            "descriptor into these bytes, again when the program is loaded.");
}

TEST(LinkerSentenceTest, BpfInstructionsAreNotData) {
  RelocFixture f(kBpf);
  f.elf.section(f.text_section).flags |= SHF_EXECINSTR;
  f.a.Zeros(16);
  EXPECT_EQ(Sentence(f, 1, f.str, 0, 8, f.text_section),
            "The linker puts the address of .debug_str into the two halves of "
            "this 16-byte instruction, bytes 4 to 7 and 12 to 15.");
  EXPECT_EQ(Sentence(f, 10, f.text, 16, 4, f.text_section),
            "The linker puts the distance from the next instruction to "
            ".text+0x10, in instructions of 8 bytes, into bytes 4 to 7 of the "
            "call.");
  EXPECT_EQ(Sentence(f, 1, f.text, 0, 8, f.info),
            "The linker writes the address of .text into these 8 bytes; REL: "
            "the addend is what they hold.");
}

TEST(LinkerSentenceTest, UnknownTypesAndSymbolsAreTold) {
  RelocFixture f(kX86_64);
  f.a.Zeros(16);
  EXPECT_EQ(Sentence(f, 222, f.text, 0, 0, f.text_section),
            "The linker applies type 222 to .text, for which there are no "
            "words here: see the machine's psABI.");
  EXPECT_EQ(Sentence(f, R_X86_64_64, 9999, 0, 8, f.info),
            "The linker writes the address of symbol 9999 into these 8 bytes; "
            "RELA, so the bytes in the file do not count.");
  EXPECT_EQ(Sentence(f, R_X86_64_NONE, 0, 0, 0, f.info),
            "The linker changes nothing here.");
}

// Of the machines that have rows, no type is without words.
TEST(LinkerSentenceTest, EveryInstructionOfTheCommonMachinesHasWords) {
  struct Family {
    uint16_t e_machine;
    bool is_64;
  };
  constexpr Family kFamilies[] = {
      {EM_X86_64, true}, {EM_386, false},      {EM_AARCH64, true},
      {EM_RISCV, true},  {EM_LOONGARCH, true}, {EM_PPC64, true},
      {EM_S390, true},   {EM_MIPS, false},     {EM_ARM, false},
  };
  std::string missing;
  int known = 0;
  for (const Family& family : kFamilies) {
    const Machine* machine = FindMachine(family.e_machine, family.is_64);
    ASSERT_NE(machine, nullptr);
    for (const Howto& howto : machine->howtos) {
      if (!IsUnsupported(howto)) continue;
      if (InstructionAction(howto.name).empty()) {
        missing += std::string(howto.name) + " ";
      } else {
        ++known;
      }
    }
  }
  EXPECT_GT(known, 400);
  // Of no use in files that compilers make: obsolete, or reserved.
  EXPECT_EQ(
      missing,
      "R_AARCH64_AUTH_ABS64 R_MIPS_UNUSED1 R_MIPS_UNUSED2 R_MIPS_UNUSED3 "
      "R_MIPS_SHIFT5 R_MIPS_SHIFT6 R_MIPS_INSERT_A "
      "R_MIPS_INSERT_B R_MIPS_DELETE R_MIPS_SCN_DISP R_MIPS_REL16 "
      "R_MIPS_ADD_IMMEDIATE R_MIPS_PJUMP R_MIPS_RELGOT "
      "R_MICROMIPS_SCN_DISP R_MIPS_EH R_ARM_AMP_VCALL9 R_ARM_SWI24 "
      "R_ARM_THM_SWI8 R_ARM_ME_TOO R_ARM_RXPC25 R_ARM_RSBREL32 "
      "R_ARM_THM_RPC22 R_ARM_RREL32 R_ARM_RABS22 R_ARM_RPC24 R_ARM_RBASE ");
}

// Types that the fixtures of tests/fixtures have in code.
TEST(LinkerSentenceTest, InstructionsOfOtherMachinesHaveWords) {
  for (const char* name :
       {"R_68K_GOT16", "R_68K_PLT16", "R_ALPHA_GPDISP", "R_ALPHA_HINT",
        "R_AMDGPU_REL32_LO", "R_ARC_32_ME", "R_ARC_S25W_PCREL",
        "R_AVR_13_PCREL", "R_AVR_LO8_LDI_NEG", "R_HEX_B22_PCREL",
        "R_LANAI_HI16", "R_OR1K_SLO16", "R_PARISC_DLTIND21L",
        "R_PARISC_SEGREL32", "R_SH_TLS_LE_32", "R_SPARC_GOTDATA_OP_HIX22",
        "R_SPARC_TLS_LE_LOX10", "R_VE_TLS_GD_HI32", "R_XTENSA_SLOT0_OP"}) {
    EXPECT_NE(InstructionAction(name), "") << name;
  }
}

TEST(LinkerSentenceTest, RecordsOfSeveralTypesNameThem) {
  constexpr Target kMips64 = {"Mips64", EM_MIPS,   true,     ByteOrder::kBig,
                              true,     R_MIPS_32, R_MIPS_64};
  RelocFixture f(kMips64);
  f.a.Zeros(16);
  EXPECT_EQ(Sentence(f, R_MIPS_GPREL16 | R_MIPS_SUB << 8 | R_MIPS_HI16 << 16,
                     f.text, 0, 0, f.text_section),
            "The linker takes several steps with .text: R_MIPS_GPREL16, "
            "R_MIPS_SUB, R_MIPS_HI16.");
}

}  // namespace
}  // namespace dwreloc::internal
