// Tests of reloc/howto: what the types in debug sections do, machine by
// machine, and that what is not known stays unknown.

#include "reloc/howto.h"

#include <elf.h>

#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "gtest/gtest.h"
#include "reloc/evaluate.h"
#include "support/elf_builder.h"
#include "support/opened_file.h"
#include "support/target.h"

namespace dwreloc::internal {
namespace {

class HowtoTargetTest : public testing::TestWithParam<Target> {
 protected:
  const Machine* machine_ = FindMachine(GetParam().e_machine, GetParam().is_64);
};

TEST_P(HowtoTargetTest, AbsoluteAndTlsTypes) {
  ASSERT_NE(machine_, nullptr);
  const Howto abs32 = FindHowto(machine_, GetParam().abs32);
  EXPECT_EQ(abs32.op, RelocOp::kAbsolute);
  EXPECT_EQ(abs32.width, 4);
  if (GetParam().abs64 != 0) {
    const Howto abs64 = FindHowto(machine_, GetParam().abs64);
    EXPECT_EQ(abs64.op, RelocOp::kAbsolute);
    EXPECT_EQ(abs64.width, 8);
  }
  const Howto tls = FindHowto(machine_, GetParam().tls);
  EXPECT_EQ(tls.op, RelocOp::kTlsOffset);
  EXPECT_EQ(tls.width, GetParam().address_size());
}

TEST_P(HowtoTargetTest, NoneIsZero) {
  EXPECT_EQ(FindHowto(machine_, 0).op, RelocOp::kNone);
}

TEST_P(HowtoTargetTest, UnknownTypeIsUnsupportedAndHasNoName) {
  for (const uint32_t type : {99999u, UINT32_MAX}) {
    EXPECT_EQ(FindHowto(machine_, type).op, RelocOp::kUnsupported);
    EXPECT_EQ(FindHowto(machine_, type).name, nullptr);
  }
}

INSTANTIATE_TEST_SUITE_P(Targets, HowtoTargetTest, testing::ValuesIn(kTargets),
                         kTargetName);

// Every machine there is, once for each class it has.
std::vector<const Machine*> AllMachines() {
  std::vector<const Machine*> result;
  for (uint32_t e_machine = 0; e_machine <= UINT16_MAX; ++e_machine) {
    for (const bool is_64 : {false, true}) {
      const Machine* machine =
          FindMachine(static_cast<uint16_t>(e_machine), is_64);
      if (machine != nullptr) result.push_back(machine);
    }
  }
  return result;
}

// Whether the field is as wide as the next record's at the place.  Type 10 of
// MSP430 is R_MSP430_SYM_DIFF in one numbering.
bool TakesTheNextWidth(const Howto& howto) {
  const std::string_view name = howto.name;
  return name.ends_with("_SYM_DIFF") || name == "R_MSP430X_ABS20_EXT_ODST";
}

TEST(HowtoTest, EveryEntryHasANameOfItsOwn) {
  for (const Machine* machine : AllMachines()) {
    std::set<std::string> names;
    for (const Howto& howto : machine->howtos) {
      ASSERT_NE(howto.name, nullptr) << machine->name << " " << howto.type;
      EXPECT_TRUE(names.insert(howto.name).second) << howto.name;
      EXPECT_TRUE(std::string_view(howto.name).starts_with("R_")) << howto.name;
    }
  }
}

TEST(HowtoTest, EveryEntryHasAFieldThatFitsWhatItDoes) {
  for (const Machine* machine : AllMachines()) {
    for (const Howto& howto : machine->howtos) {
      const bool writes = !IsUnsupported(howto) && howto.op != RelocOp::kNone;
      std::set<int> widths = {0};
      if (writes && howto.field == RelocField::kLow6) widths = {1};
      if (writes && howto.field == RelocField::kBytes) {
        widths = {1, 2, 3, 4, 8};
        if (TakesTheNextWidth(howto)) widths = {0};
      }
      EXPECT_TRUE(widths.contains(howto.width)) << howto.name;
      EXPECT_TRUE(writes || howto.field == RelocField::kBytes) << howto.name;
      // Only parts of sequences write less than bytes, or by ULEB128; and what
      // is in place already, which is read as it is.
      if (howto.field != RelocField::kBytes) {
        EXPECT_TRUE(howto.op == RelocOp::kAdd || howto.op == RelocOp::kSub ||
                    howto.op == RelocOp::kSet || howto.op == RelocOp::kInPlace)
            << howto.name;
      }
    }
  }
}

TEST(HowtoTest, EveryMachineHasANoneAndAnAbsoluteType) {
  for (const Machine* machine : AllMachines()) {
    EXPECT_EQ(FindHowto(machine, 0).op == RelocOp::kNone ||
                  machine->e_machine == EM_BLACKFIN,
              true)
        << machine->name;
    bool has_abs32 = false;
    for (const Howto& howto : machine->howtos) {
      has_abs32 |= howto.op == RelocOp::kAbsolute && howto.width == 4;
    }
    EXPECT_TRUE(has_abs32) << machine->name;
    EXPECT_STREQ(MachineName(machine->e_machine), machine->name);
  }
}

// The types that compilers and assemblers write into debug sections and
// .eh_frame, by the numbers of the psABIs, elf.h and LLVM's ELFRelocs.
struct DataType {
  uint16_t e_machine;
  int elf_class;
  uint32_t type;
  const char* name;
  RelocOp op;
  int width;
  RelocField field = RelocField::kBytes;
};

using enum RelocOp;
constexpr RelocField kLow6 = RelocField::kLow6;
constexpr RelocField kUleb = RelocField::kUleb128;

constexpr DataType kDataTypes[] = {
    {62, 64, 1, "R_X86_64_64", kAbsolute, 8},
    {62, 64, 10, "R_X86_64_32", kAbsolute, 4},
    {62, 64, 11, "R_X86_64_32S", kAbsolute, 4},
    {62, 64, 2, "R_X86_64_PC32", kPcRelative, 4},
    {62, 64, 24, "R_X86_64_PC64", kPcRelative, 8},
    {62, 64, 17, "R_X86_64_DTPOFF64", kTlsOffset, 8},
    {62, 32, 21, "R_X86_64_DTPOFF32", kTlsOffset, 4},
    {3, 32, 1, "R_386_32", kAbsolute, 4},
    {3, 32, 2, "R_386_PC32", kPcRelative, 4},
    {3, 32, 32, "R_386_TLS_LDO_32", kTlsOffset, 4},
    {6, 32, 1, "R_386_32", kAbsolute, 4},
    {40, 32, 2, "R_ARM_ABS32", kAbsolute, 4},
    {40, 32, 3, "R_ARM_REL32", kPcRelative, 4},
    {40, 32, 5, "R_ARM_ABS16", kAbsolute, 2},
    {40, 32, 8, "R_ARM_ABS8", kAbsolute, 1},
    {40, 32, 55, "R_ARM_ABS32_NOI", kAbsolute, 4},
    {40, 32, 56, "R_ARM_REL32_NOI", kPcRelative, 4},
    {40, 32, 106, "R_ARM_TLS_LDO32", kTlsOffset, 4},
    {183, 64, 257, "R_AARCH64_ABS64", kAbsolute, 8},
    {183, 64, 258, "R_AARCH64_ABS32", kAbsolute, 4},
    {183, 64, 261, "R_AARCH64_PREL32", kPcRelative, 4},
    {183, 64, 1029, "R_AARCH64_TLS_DTPREL", kTlsOffset, 8},
    {183, 32, 1, "R_AARCH64_P32_ABS32", kAbsolute, 4},
    {183, 32, 2, "R_AARCH64_P32_ABS16", kAbsolute, 2},
    {183, 32, 3, "R_AARCH64_P32_PREL32", kPcRelative, 4},
    {183, 32, 185, "R_AARCH64_P32_TLS_DTPREL", kTlsOffset, 4},
    {21, 64, 38, "R_PPC64_ADDR64", kAbsolute, 8},
    {21, 64, 1, "R_PPC64_ADDR32", kAbsolute, 4},
    {21, 64, 43, "R_PPC64_UADDR64", kAbsolute, 8},
    {21, 64, 26, "R_PPC64_REL32", kPcRelative, 4},
    {21, 64, 78, "R_PPC64_DTPREL64", kTlsOffset, 8},
    {20, 32, 1, "R_PPC_ADDR32", kAbsolute, 4},
    {20, 32, 24, "R_PPC_UADDR32", kAbsolute, 4},
    {20, 32, 26, "R_PPC_REL32", kPcRelative, 4},
    {20, 32, 78, "R_PPC_DTPREL32", kTlsOffset, 4},
    {0x9025, 32, 1, "R_PPC_ADDR32", kAbsolute, 4},
    {22, 64, 22, "R_390_64", kAbsolute, 8},
    {22, 64, 4, "R_390_32", kAbsolute, 4},
    {22, 64, 5, "R_390_PC32", kPcRelative, 4},
    {22, 64, 53, "R_390_TLS_LDO64", kTlsOffset, 8},
    {0xa390, 64, 22, "R_390_64", kAbsolute, 8},
    {243, 64, 1, "R_RISCV_32", kAbsolute, 4},
    {243, 64, 2, "R_RISCV_64", kAbsolute, 8},
    {243, 32, 8, "R_RISCV_TLS_DTPREL32", kTlsOffset, 4},
    {243, 64, 9, "R_RISCV_TLS_DTPREL64", kTlsOffset, 8},
    {243, 64, 33, "R_RISCV_ADD8", kAdd, 1},
    {243, 64, 34, "R_RISCV_ADD16", kAdd, 2},
    {243, 64, 35, "R_RISCV_ADD32", kAdd, 4},
    {243, 64, 36, "R_RISCV_ADD64", kAdd, 8},
    {243, 64, 37, "R_RISCV_SUB8", kSub, 1},
    {243, 64, 38, "R_RISCV_SUB16", kSub, 2},
    {243, 64, 39, "R_RISCV_SUB32", kSub, 4},
    {243, 64, 40, "R_RISCV_SUB64", kSub, 8},
    {243, 64, 51, "R_RISCV_RELAX", kNone, 0},
    {243, 64, 52, "R_RISCV_SUB6", kSub, 1, kLow6},
    {243, 64, 53, "R_RISCV_SET6", kSet, 1, kLow6},
    {243, 64, 54, "R_RISCV_SET8", kSet, 1},
    {243, 64, 55, "R_RISCV_SET16", kSet, 2},
    {243, 64, 56, "R_RISCV_SET32", kSet, 4},
    {243, 64, 57, "R_RISCV_32_PCREL", kPcRelative, 4},
    {243, 64, 60, "R_RISCV_SET_ULEB128", kSet, 0, kUleb},
    {243, 64, 61, "R_RISCV_SUB_ULEB128", kSub, 0, kUleb},
    {243, 64, 41, "R_RISCV_GOT32_PCREL", kFromGot, 0},
    {243, 64, 59, "R_RISCV_PLT32", kUnsupported, 0},
    {258, 64, 1, "R_LARCH_32", kAbsolute, 4},
    {258, 64, 2, "R_LARCH_64", kAbsolute, 8},
    {258, 64, 9, "R_LARCH_TLS_DTPREL64", kTlsOffset, 8},
    {258, 32, 8, "R_LARCH_TLS_DTPREL32", kTlsOffset, 4},
    {258, 64, 47, "R_LARCH_ADD8", kAdd, 1},
    {258, 64, 49, "R_LARCH_ADD24", kAdd, 3},
    {258, 64, 51, "R_LARCH_ADD64", kAdd, 8},
    {258, 64, 53, "R_LARCH_SUB16", kSub, 2},
    {258, 64, 55, "R_LARCH_SUB32", kSub, 4},
    {258, 64, 99, "R_LARCH_32_PCREL", kPcRelative, 4},
    {258, 64, 100, "R_LARCH_RELAX", kNone, 0},
    {258, 64, 102, "R_LARCH_ALIGN", kNone, 0},
    {258, 64, 105, "R_LARCH_ADD6", kAdd, 1, kLow6},
    {258, 64, 106, "R_LARCH_SUB6", kSub, 1, kLow6},
    {258, 64, 107, "R_LARCH_ADD_ULEB128", kAdd, 0, kUleb},
    {258, 64, 108, "R_LARCH_SUB_ULEB128", kSub, 0, kUleb},
    {258, 64, 109, "R_LARCH_64_PCREL", kPcRelative, 8},
    {8, 32, 2, "R_MIPS_32", kAbsolute, 4},
    {8, 32, 39, "R_MIPS_TLS_DTPREL32", kTlsOffset, 4},
    {8, 32, 248, "R_MIPS_PC32", kPcRelative, 4},
    {8, 32, 3, "R_MIPS_REL32", kUnsupported, 0},
    {8, 64, 18, "R_MIPS_64", kAbsolute, 8},
    {8, 64, 2, "R_MIPS_32", kAbsolute, 4},
    {8, 64, 41, "R_MIPS_TLS_DTPREL64", kTlsOffset, 8},
    {10, 32, 2, "R_MIPS_32", kAbsolute, 4},
    {2, 32, 3, "R_SPARC_32", kAbsolute, 4},
    {2, 32, 23, "R_SPARC_UA32", kAbsolute, 4},
    {18, 32, 55, "R_SPARC_UA16", kAbsolute, 2},
    {2, 32, 6, "R_SPARC_DISP32", kPcRelative, 4},
    {2, 32, 76, "R_SPARC_TLS_DTPOFF32", kTlsOffset, 4},
    {43, 64, 32, "R_SPARC_64", kAbsolute, 8},
    {43, 64, 54, "R_SPARC_UA64", kAbsolute, 8},
    {43, 64, 46, "R_SPARC_DISP64", kPcRelative, 8},
    {43, 64, 77, "R_SPARC_TLS_DTPOFF64", kTlsOffset, 8},
    {4, 32, 1, "R_68K_32", kAbsolute, 4},
    {4, 32, 4, "R_68K_PC32", kPcRelative, 4},
    {4, 32, 31, "R_68K_TLS_LDO32", kTlsOffset, 4},
    {0x9026, 64, 1, "R_ALPHA_REFLONG", kAbsolute, 4},
    {0x9026, 64, 2, "R_ALPHA_REFQUAD", kAbsolute, 8},
    {41, 64, 10, "R_ALPHA_SREL32", kPcRelative, 4},
    {0x9026, 64, 33, "R_ALPHA_DTPREL64", kTlsOffset, 8},
    {15, 32, 1, "R_PARISC_DIR32", kAbsolute, 4},
    {15, 32, 9, "R_PARISC_PCREL32", kPcRelative, 4},
    {15, 64, 80, "R_PARISC_DIR64", kAbsolute, 8},
    {15, 64, 72, "R_PARISC_PCREL64", kPcRelative, 8},
    {15, 32, 41, "R_PARISC_SECREL32", kSectionOffset, 4},
    {15, 64, 104, "R_PARISC_SECREL64", kSectionOffset, 8},
    {15, 32, 49, "R_PARISC_SEGREL32", kUnsupported, 0},
    {50, 64, 37, "R_IA64_DIR32LSB", kAbsolute, 4},
    {50, 64, 39, "R_IA64_DIR64LSB", kAbsolute, 8},
    {50, 32, 36, "R_IA64_DIR32MSB", kAbsolute, 4},
    {50, 64, 79, "R_IA64_PCREL64LSB", kPcRelative, 8},
    {50, 64, 101, "R_IA64_SECREL32LSB", kSectionOffset, 4},
    {50, 64, 103, "R_IA64_SECREL64LSB", kSectionOffset, 8},
    {50, 64, 183, "R_IA64_DTPREL64LSB", kTlsOffset, 8},
    {42, 32, 1, "R_SH_DIR32", kAbsolute, 4},
    {42, 32, 2, "R_SH_REL32", kPcRelative, 4},
    {42, 32, 146, "R_SH_TLS_LDO_32", kTlsOffset, 4},
    {45, 32, 1, "R_ARC_32", kAbsolute, 4},
    {93, 32, 4, "R_ARC_32", kAbsolute, 4},
    {195, 32, 4, "R_ARC_32", kAbsolute, 4},
    {195, 32, 2, "R_ARC_16", kAbsolute, 2},
    {195, 32, 49, "R_ARC_32_PCREL", kPcRelative, 4},
    {195, 32, 67, "R_ARC_TLS_DTPOFF", kTlsOffset, 4},
    {94, 32, 1, "R_XTENSA_32", kAbsolute, 4},
    {94, 32, 14, "R_XTENSA_32_PCREL", kPcRelative, 4},
    {94, 32, 17, "R_XTENSA_DIFF8", kInPlace, 1},
    {94, 32, 18, "R_XTENSA_DIFF16", kInPlace, 2},
    {94, 32, 19, "R_XTENSA_DIFF32", kInPlace, 4},
    {94, 32, 57, "R_XTENSA_PDIFF8", kInPlace, 1},
    {94, 32, 62, "R_XTENSA_NDIFF32", kInPlace, 4},
    {0xabc7, 32, 1, "R_XTENSA_32", kAbsolute, 4},
    {83, 32, 1, "R_AVR_32", kAbsolute, 4},
    {83, 32, 4, "R_AVR_16", kAbsolute, 2},
    {83, 32, 26, "R_AVR_8", kAbsolute, 1},
    {83, 32, 30, "R_AVR_DIFF8", kInPlace, 1},
    {83, 32, 31, "R_AVR_DIFF16", kInPlace, 2},
    {83, 32, 32, "R_AVR_DIFF32", kInPlace, 4},
    {83, 32, 36, "R_AVR_32_PCREL", kPcRelative, 4},
    {83, 32, 5, "R_AVR_16_PM", kUnsupported, 0},
    {0x1057, 32, 1, "R_AVR_32", kAbsolute, 4},
    // The EABI's numbering, then the old one.
    {105, 32, 1, "R_MSP430_ABS32", kAbsolute, 4},
    {105, 32, 2, "R_MSP430_ABS16", kAbsolute, 2},
    {105, 32, 3, "R_MSP430_ABS8", kAbsolute, 1},
    {105, 32, 21, "R_MSP430X_SYM_DIFF", kSub, 0},
    {105, 32, 22, "R_MSP430X_GNU_SET_ULEB128", kSet, 0, kUleb},
    {105, 32, 23, "R_MSP430X_GNU_SUB_ULEB128", kSub, 0, kUleb},
    {0x1059, 32, 5, "R_MSP430_16_BYTE", kAbsolute, 2},
    {0x1059, 32, 9, "R_MSP430_8", kAbsolute, 1},
    {0x1059, 32, 10, "R_MSP430_SYM_DIFF", kSub, 0},
    {247, 64, 1, "R_BPF_64_64", kAbsolute, 8},
    {247, 64, 2, "R_BPF_64_ABS64", kAbsolute, 8},
    {247, 64, 3, "R_BPF_64_ABS32", kAbsolute, 4},
    {247, 64, 4, "R_BPF_64_NODYLD32", kAbsolute, 4},
    {247, 64, 10, "R_BPF_64_32", kAbsolute, 4},
    {247, 64, 11, "R_BPF_DATA_32", kAbsolute, 4},
    {247, 64, 12, "R_BPF_DATA_64", kAbsolute, 8},
    {164, 32, 6, "R_HEX_32", kAbsolute, 4},
    {164, 32, 31, "R_HEX_32_PCREL", kPcRelative, 4},
    {164, 32, 47, "R_HEX_DTPREL_32", kTlsOffset, 4},
    {244, 32, 4, "R_LANAI_32", kAbsolute, 4},
    {251, 64, 1, "R_VE_REFLONG", kAbsolute, 4},
    {251, 64, 2, "R_VE_REFQUAD", kAbsolute, 8},
    {251, 64, 3, "R_VE_SREL32", kPcRelative, 4},
    {251, 64, 23, "R_VE_DTPOFF64", kTlsOffset, 8},
    {252, 32, 1, "R_CKCORE_ADDR32", kAbsolute, 4},
    {252, 32, 5, "R_CKCORE_PCREL32", kPcRelative, 4},
    {252, 32, 55, "R_CKCORE_TLS_LDO32", kTlsOffset, 4},
    {39, 32, 1, "R_MCORE_ADDR32", kAbsolute, 4},
    {113, 32, 12, "R_NIOS2_BFD_RELOC_32", kAbsolute, 4},
    {113, 32, 34, "R_NIOS2_TLS_DTPREL", kTlsOffset, 4},
    {189, 32, 1, "R_MICROBLAZE_32", kAbsolute, 4},
    {189, 32, 26, "R_MICROBLAZE_TLSDTPREL32", kTlsOffset, 4},
    {0xbaab, 32, 2, "R_MICROBLAZE_32_PCREL", kPcRelative, 4},
    {92, 32, 1, "R_OR1K_32", kAbsolute, 4},
    {92, 32, 9, "R_OR1K_32_PCREL", kPcRelative, 4},
    {0x8472, 32, 1, "R_OR1K_32", kAbsolute, 4},
    {0x3426, 32, 2, "R_OR1K_16", kAbsolute, 2},
    {224, 64, 3, "R_AMDGPU_ABS64", kAbsolute, 8},
    {224, 64, 6, "R_AMDGPU_ABS32", kAbsolute, 4},
    {224, 64, 4, "R_AMDGPU_REL32", kPcRelative, 4},
    {224, 64, 5, "R_AMDGPU_REL64", kPcRelative, 8},
    {144, 32, 11, "R_PRU_BFD_RELOC_32", kAbsolute, 4},
    {144, 32, 67, "R_PRU_GNU_DIFF32", kInPlace, 4},
    {167, 32, 20, "R_NDS32_32_RELA", kAbsolute, 4},
    {167, 32, 208, "R_NDS32_DIFF_ULEB128", kInPlace, 0, kUleb},
    {167, 32, 192, "R_NDS32_RELAX_ENTRY", kNone, 0},
    {89, 32, 1, "R_MN10300_32", kAbsolute, 4},
    {89, 32, 33, "R_MN10300_SYM_DIFF", kSub, 0},
    {191, 64, 1, "R_TILEGX_64", kAbsolute, 8},
    {191, 32, 2, "R_TILEGX_32", kAbsolute, 4},
    {188, 32, 1, "R_TILEPRO_32", kAbsolute, 4},
    {88, 32, 34, "R_M32R_32_RELA", kAbsolute, 4},
    {76, 32, 3, "R_CRIS_32", kAbsolute, 4},
    {0x5441, 32, 1, "R_FRV_32", kAbsolute, 4},
    {46, 32, 1, "R_H8_DIR32", kAbsolute, 4},
};

TEST(HowtoTest, TypesInDebugSections) {
  for (const DataType& expected : kDataTypes) {
    const Machine* machine =
        FindMachine(expected.e_machine, expected.elf_class == 64);
    ASSERT_NE(machine, nullptr) << expected.name;
    const Howto howto = FindHowto(machine, expected.type);
    EXPECT_STREQ(howto.name, expected.name);
    EXPECT_EQ(howto.op, expected.op) << expected.name;
    EXPECT_EQ(howto.width, expected.width) << expected.name;
    EXPECT_EQ(howto.field, expected.field) << expected.name;
  }
}

// What gas and clang write for ".4byte symbol" and ".8byte symbol" in a section
// that is not loaded.
TEST(HowtoTest, AbsoluteTypesAreThoseThatAssemblersWrite) {
  struct Expected {
    uint16_t e_machine;
    bool is_64;
    uint32_t bytes4;
    uint32_t bytes8;
  };
  constexpr Expected kLittle[] = {
      {EM_X86_64, true, 10, 1}, {EM_X86_64, false, 10, 1},
      {EM_386, false, 1, 0},    {EM_AARCH64, true, 258, 257},
      {EM_ARM, false, 2, 0},    {EM_MIPS, true, 2, 18},
      {EM_PPC64, true, 1, 38},  {EM_RISCV, true, 1, 2},
      {EM_RISCV, false, 1, 2},  {EM_IA_64, true, 37, 39},
      {0x9026, true, 1, 2},     {EM_SH, false, 1, 254},
      {EM_XTENSA, false, 1, 0}, {EM_AVR, false, 1, 0},
      {247, true, 3, 2},        {258, true, 1, 2},
  };
  constexpr Expected kBig[] = {
      {EM_S390, true, 4, 22},     {EM_SPARCV9, true, 23, 54},
      {EM_SPARC, false, 23, 54},  {EM_PPC, false, 1, 0},
      {EM_MIPS, false, 2, 18},    {EM_68K, false, 1, 0},
      {EM_IA_64, true, 36, 38},   {EM_PARISC, false, 1, 80},
      {EM_OPENRISC, false, 1, 0},
  };
  const auto check = [](const Expected& expected, ByteOrder order) {
    const Machine* machine = FindMachine(expected.e_machine, expected.is_64);
    ASSERT_NE(machine, nullptr) << expected.e_machine;
    EXPECT_EQ(AbsoluteType(machine, 4, order), expected.bytes4)
        << machine->name;
    EXPECT_EQ(AbsoluteType(machine, 8, order), expected.bytes8)
        << machine->name;
  };
  for (const Expected& expected : kLittle) check(expected, ByteOrder::kLittle);
  for (const Expected& expected : kBig) check(expected, ByteOrder::kBig);
  EXPECT_EQ(AbsoluteType(nullptr, 4, ByteOrder::kLittle), 0u);
}

TEST(HowtoTest, UnknownMachineIsNotNoRelocations) {
  EXPECT_EQ(FindMachine(EM_NONE, true), nullptr);
  EXPECT_EQ(FindMachine(0xffff, true), nullptr);
  EXPECT_EQ(FindHowto(nullptr, 0).op, RelocOp::kUnsupported);
  EXPECT_EQ(FindHowto(nullptr, 1).op, RelocOp::kUnsupported);
  EXPECT_EQ(MachineName(0xffff), nullptr);
}

TEST(HowtoTest, X32IsX86_64InClass32) {
  EXPECT_EQ(FindMachine(EM_X86_64, false), FindMachine(EM_X86_64, true));
  EXPECT_STREQ(MachineName(EM_X86_64), "EM_X86_64");
}

TEST(HowtoTest, MachineOfTheOtherClassIsUnknown) {
  EXPECT_EQ(FindMachine(EM_386, true), nullptr);
  EXPECT_EQ(FindMachine(EM_PPC64, false), nullptr);
}

TEST(HowtoTest, BiasOfTlsOffsets) {
  struct Case {
    uint16_t e_machine;
    uint64_t bias;
  };
  const std::vector<Case> biased = {
      {EM_PPC64, 0x8000},        {EM_PPC, 0x8000}, {0x9025, 0x8000},
      {EM_MIPS, 0x8000},         {10, 0x8000},     {EM_68K, 0x8000},
      {EM_ALTERA_NIOS2, 0x8000}, {EM_RISCV, 0x800}};
  for (const Machine* machine : AllMachines()) {
    uint64_t expected = 0;
    for (const Case& each : biased) {
      if (each.e_machine == machine->e_machine) expected = each.bias;
    }
    EXPECT_EQ(machine->tls_bias, expected) << machine->name;
  }
}

// Of all machines only PA-RISC, whose program counter is two instructions on.
TEST(HowtoTest, BiasOfPcRelativeData) {
  for (const Machine* machine : AllMachines()) {
    EXPECT_EQ(machine->pc_bias, machine->e_machine == EM_PARISC ? 8 : 0)
        << machine->name;
  }
}

// SH and Xtensa; elsewhere, as on PA-RISC, what RELA finds in place is junk.
TEST(HowtoTest, AddendIsInRecordAndInPlace) {
  for (const Machine* machine : AllMachines()) {
    const bool both = machine->e_machine == EM_SH ||
                      machine->e_machine == EM_XTENSA ||
                      machine->e_machine == 0xabc7;
    EXPECT_EQ(machine->addend == RelocAddend::kRelaAndInPlace, both)
        << machine->name;
  }
}

TEST(HowtoTest, InfoOfMips64AndSparc64IsTheirOwn) {
  EXPECT_EQ(FindMachine(EM_MIPS, true)->info, RelocInfo::kMips64);
  EXPECT_EQ(FindMachine(EM_MIPS, false)->info, RelocInfo::kStandard);
  EXPECT_EQ(FindMachine(EM_SPARCV9, true)->info, RelocInfo::kSparc64);
  EXPECT_EQ(FindMachine(EM_SPARC, false)->info, RelocInfo::kStandard);
  EXPECT_EQ(FindMachine(EM_SPARC32PLUS, false)->info, RelocInfo::kStandard);
}

// R_MIPS_GPREL16, then R_MIPS_SUB, then R_MIPS_HI16: of instructions.
TEST(HowtoTest, CompositeOfMips64IsUnsupported) {
  const Howto howto =
      FindHowto(FindMachine(EM_MIPS, true), 7 | 24 << 8 | 5 << 16);
  EXPECT_EQ(howto.op, RelocOp::kUnsupported);
  EXPECT_EQ(howto.name, nullptr);
}

// The numbers of one class are unknown in the other.
TEST(HowtoTest, AArch64HasATableForEachClass) {
  EXPECT_EQ(FindHowto(FindMachine(EM_AARCH64, true), 1).name, nullptr);
  EXPECT_EQ(FindHowto(FindMachine(EM_AARCH64, false), 257).name, nullptr);
}

TEST(HowtoTest, MachineWithoutATableHasAName) {
  EXPECT_EQ(FindMachine(EM_Z80, false), nullptr);
  EXPECT_STREQ(MachineName(EM_Z80), "EM_Z80");
  EXPECT_STREQ(MachineName(EM_M32), "EM_M32");
  EXPECT_STREQ(MachineName(258), "EM_LOONGARCH");
  EXPECT_EQ(MachineName(EM_NONE), nullptr);
}

// R_AARCH64_NONE is 0, and 256 in old objects.
TEST(HowtoTest, AArch64HasTwoNones) {
  const Machine* machine = FindMachine(EM_AARCH64, true);
  EXPECT_EQ(FindHowto(machine, 0).op, RelocOp::kNone);
  EXPECT_EQ(FindHowto(machine, 256).op, RelocOp::kNone);
}

// elf.h defines these as other names of R_PPC_*.
TEST(HowtoTest, Ppc64HasTheTypesItSharesWithPpc) {
  const Machine* machine = FindMachine(EM_PPC64, true);
  EXPECT_EQ(FindHowto(machine, R_PPC64_NONE).op, RelocOp::kNone);
  EXPECT_EQ(FindHowto(machine, R_PPC64_UADDR32).op, RelocOp::kAbsolute);
  EXPECT_EQ(FindHowto(machine, R_PPC64_ADDR16).width, 2);
  EXPECT_EQ(FindHowto(machine, R_PPC64_REL32).op, RelocOp::kPcRelative);
  EXPECT_STREQ(FindHowto(machine, R_PPC64_ADDR32).name, "R_PPC64_ADDR32");
}

TEST(HowtoTest, TypesOfInstructionsHaveNamesButNoMeaningInData) {
  const Howto howto = FindHowto(FindMachine(EM_X86_64, true), R_X86_64_PLT32);
  EXPECT_EQ(howto.op, RelocOp::kUnsupported);
  EXPECT_STREQ(howto.name, "R_X86_64_PLT32");
}

TEST(HowtoTest, TypesThatCountFromWhatTheLinkerMakesSaySo) {
  struct {
    uint16_t e_machine;
    bool is_64;
    uint32_t type;
    RelocOp op;
  } const kCases[] = {
      {EM_X86_64, true, R_X86_64_GOTOFF64, RelocOp::kFromGot},
      {EM_X86_64, true, R_X86_64_GOTPC32, RelocOp::kFromGot},
      {EM_X86_64, true, R_X86_64_PLT32, RelocOp::kUnsupported},
      {EM_386, false, R_386_GOTOFF, RelocOp::kFromGot},
      {EM_IA_64, true, R_IA64_LTOFF22, RelocOp::kFromGot},
      {EM_IA_64, true, R_IA64_GPREL64LSB, RelocOp::kFromGp},
      {EM_MIPS, false, R_MIPS_GPREL32, RelocOp::kFromGp},
      {EM_ALPHA, true, R_ALPHA_GPREL32, RelocOp::kFromGp},
  };
  for (const auto& test : kCases) {
    EXPECT_EQ(FindHowto(FindMachine(test.e_machine, test.is_64), test.type).op,
              test.op)
        << test.e_machine << " " << test.type;
  }
}

// As readelf: e_flags of the X family, or EI_OSABI of TI's compiler.
TEST(HowtoTest, Msp430IsNumberedAsTheFileSays) {
  struct {
    uint8_t os_abi;
    uint8_t flags;
    const char* name;
  } const kCases[] = {
      {ELFOSABI_STANDALONE, 45, "R_MSP430_ABS16"},
      {ELFOSABI_STANDALONE, 11, "R_MSP430_10_PCREL"},
      {ELFOSABI_NONE, 11, "R_MSP430_ABS16"},
  };
  for (const auto& test : kCases) {
    ElfBuilder elf(Target{.name = "Msp430",
                          .e_machine = EM_MSP430,
                          .is_64 = false,
                          .order = ByteOrder::kLittle,
                          .is_rela = true,
                          .abs32 = 1});
    std::vector<uint8_t> image = elf.Build();
    image[EI_OSABI] = test.os_abi;
    image[offsetof(Elf32_Ehdr, e_flags)] = test.flags;
    const OpenedFile file(image);
    const Howto howto = FindHowto(FindMachine(file.file()), 2);
    EXPECT_STREQ(howto.name, test.name);
    EXPECT_EQ(howto.op, RelocOp::kAbsolute);
    EXPECT_EQ(howto.width, 2);
  }
}

}  // namespace
}  // namespace dwreloc::internal
