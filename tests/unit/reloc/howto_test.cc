// Tests of reloc/howto: what the types in debug sections do, machine by
// machine, and that what is not known stays unknown.

#include "reloc/howto.h"

#include <elf.h>

#include <set>
#include <string>

#include "gtest/gtest.h"
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

TEST_P(HowtoTargetTest, EveryEntryHasANameOfItsOwnAndASaneWidth) {
  std::set<std::string> names;
  for (const Howto& howto : machine_->howtos) {
    ASSERT_NE(howto.name, nullptr);
    EXPECT_TRUE(names.insert(howto.name).second) << howto.name;
    const bool has_width =
        howto.op != RelocOp::kUnsupported && howto.op != RelocOp::kNone;
    EXPECT_EQ(howto.width == 1 || howto.width == 2 || howto.width == 4 ||
                  howto.width == 8,
              has_width)
        << howto.name;
  }
}

TEST_P(HowtoTargetTest, UnknownTypeIsUnsupportedAndHasNoName) {
  for (const uint32_t type : {99999u, UINT32_MAX}) {
    EXPECT_EQ(FindHowto(machine_, type).op, RelocOp::kUnsupported);
    EXPECT_EQ(FindHowto(machine_, type).name, nullptr);
  }
}

INSTANTIATE_TEST_SUITE_P(Targets, HowtoTargetTest, testing::ValuesIn(kTargets),
                         kTargetName);

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
  EXPECT_EQ(FindMachine(EM_PPC64, true)->tls_bias, 0x8000u);
  EXPECT_EQ(FindMachine(EM_PPC, false)->tls_bias, 0x8000u);
  EXPECT_EQ(FindMachine(EM_X86_64, true)->tls_bias, 0u);
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

}  // namespace
}  // namespace dwreloc::internal
