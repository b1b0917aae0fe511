// Tests of elf/special_index: what a reserved section index means where.

#include "elf/special_index.h"

#include <elf.h>

#include "gtest/gtest.h"

namespace dwreloc::internal {
namespace {

TEST(SpecialIndexTest, ThoseOfAllMachines) {
  for (const uint16_t machine : {EM_X86_64, EM_MIPS, EM_AARCH64}) {
    EXPECT_EQ(FindSpecialIndex(machine, SHN_UNDEF).kind,
              SpecialIndexKind::kUndefined);
    EXPECT_EQ(FindSpecialIndex(machine, SHN_ABS).kind,
              SpecialIndexKind::kAbsolute);
    EXPECT_EQ(FindSpecialIndex(machine, SHN_COMMON).kind,
              SpecialIndexKind::kCommon);
    EXPECT_STREQ(FindSpecialIndex(machine, SHN_COMMON).name, "SHN_COMMON");
  }
}

TEST(SpecialIndexTest, ANumberMeansWhatItsMachineSays) {
  EXPECT_STREQ(FindSpecialIndex(EM_MIPS, 0xff03).name, "SHN_MIPS_SCOMMON");
  EXPECT_EQ(FindSpecialIndex(EM_MIPS, 0xff03).kind, SpecialIndexKind::kCommon);
  EXPECT_EQ(FindSpecialIndex(EM_MIPS, 0xff04).kind,
            SpecialIndexKind::kUndefined);
  EXPECT_STREQ(FindSpecialIndex(EM_X86_64, 0xff02).name, "SHN_X86_64_LCOMMON");
  EXPECT_STREQ(FindSpecialIndex(EM_MIPS, 0xff02).name, "SHN_MIPS_DATA");
  EXPECT_EQ(FindSpecialIndex(EM_MIPS, 0xff02).kind, SpecialIndexKind::kUnknown);
  EXPECT_STREQ(FindSpecialIndex(164, 0xff04).name, "SHN_HEXAGON_SCOMMON_8");
}

TEST(SpecialIndexTest, AnotherMachinesNumberMeansNothing) {
  EXPECT_EQ(FindSpecialIndex(EM_X86_64, 0xff03).name, nullptr);
  EXPECT_EQ(FindSpecialIndex(EM_X86_64, 0xff03).kind,
            SpecialIndexKind::kUnknown);
  EXPECT_EQ(FindSpecialIndex(EM_AARCH64, 0xff00).name, nullptr);
  EXPECT_EQ(FindSpecialIndex(EM_X86_64, 1).name, nullptr);
}

}  // namespace
}  // namespace dwreloc::internal
