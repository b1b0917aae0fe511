// Tests of elf/section: which section of the standard a name means.

#include "elf/section.h"

#include "gtest/gtest.h"

namespace dwreloc::internal {
namespace {

TEST(SectionTest, EveryIdIsFoundByItsName) {
  for (int i = 1; i < static_cast<int>(SectionId::kDebugOther); ++i) {
    const SectionId id = static_cast<SectionId>(i);
    const SectionName name = ClassifySectionName(SectionIdName(id));
    EXPECT_EQ(name.id, id) << SectionIdName(id);
    EXPECT_EQ(name.family, Family::kPlain);
    EXPECT_FALSE(name.zdebug);
  }
}

TEST(SectionTest, ZdebugIsTheOldCompression) {
  const SectionName name = ClassifySectionName(".zdebug_line");
  EXPECT_EQ(name.id, SectionId::kDebugLine);
  EXPECT_EQ(name.family, Family::kPlain);
  EXPECT_TRUE(name.zdebug);
}

TEST(SectionTest, DwoIsAFamily) {
  EXPECT_EQ(ClassifySectionName(".debug_info.dwo").id, SectionId::kDebugInfo);
  EXPECT_EQ(ClassifySectionName(".debug_info.dwo").family, Family::kDwo);
  EXPECT_EQ(ClassifySectionName(".zdebug_str.dwo").family, Family::kDwo);
  EXPECT_TRUE(ClassifySectionName(".zdebug_str.dwo").zdebug);
}

TEST(SectionTest, LtoIsAFamily) {
  const SectionName name = ClassifySectionName(".gnu.debuglto_.debug_line_str");
  EXPECT_EQ(name.id, SectionId::kDebugLineStr);
  EXPECT_EQ(name.family, Family::kLto);
}

TEST(SectionTest, OthersOfThePrefixAreKept) {
  EXPECT_EQ(ClassifySectionName(".debug_gdb_scripts").id,
            SectionId::kDebugOther);
  EXPECT_EQ(ClassifySectionName(".debug_").id, SectionId::kDebugOther);
}

TEST(SectionTest, WhatIsNoDebugSection) {
  for (const char* name :
       {"", ".text", ".debug", "debug_info", ".rela.debug_info",
        ".eh_frame_hdr", ".gnu.debuglto_", ".gnu.debuglto_.text",
        ".gnu_debuglink"}) {
    EXPECT_EQ(ClassifySectionName(name).id, SectionId::kNone) << name;
  }
}

TEST(SectionTest, NamesAreNotPrefixes) {
  EXPECT_EQ(ClassifySectionName(".debug_infox").id, SectionId::kDebugOther);
  EXPECT_EQ(ClassifySectionName(".debug_inf").id, SectionId::kDebugOther);
}

}  // namespace
}  // namespace dwreloc::internal
