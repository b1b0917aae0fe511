// dwarf/sections: views made on demand, families kept apart, strings found, and
// relocation only where the file is relocatable.

#include "dwarf/sections.h"

#include <gtest/gtest.h>

#include "support/dwarf_file.h"

namespace dwreloc::internal {
namespace {

// Two families and a section that has no business here.
struct Sample {
  ElfBuilder elf{kX86_64};
  uint32_t text =
      elf.Add({.name = ".text", .flags = SHF_ALLOC, .contents = Zeros(16)});
  uint32_t info = elf.Add({.name = ".debug_info", .contents = Zeros(8)});
  uint32_t str =
      elf.Add({.name = ".debug_str", .contents = {'a', 0, 'b', 'c', 0, 'd'}});
  uint32_t dwo =
      elf.Add({.name = ".debug_str.dwo", .contents = {'d', 'w', 'o', 0}});
};

TEST(SectionsTest, ViewHoldsContentsAndRelocations) {
  Sample sample;
  sample.elf.Reloc(sample.info,
                   {.offset = 0,
                    .type = R_X86_64_64,
                    .symbol = sample.elf.SectionSymbol(sample.text),
                    .addend = 4});
  const DwarfFile file(sample.elf);
  const absl::StatusOr<SectionView>& view = file.sections().View(sample.info);
  ASSERT_THAT(view, IsOk());
  EXPECT_EQ(view->index, sample.info);
  EXPECT_EQ(view->bytes.size(), 8u);
  RelocCursor cursor(*view);
  EXPECT_THAT(cursor.Value(8), InSection(sample.text, 4));
}

TEST(SectionsTest, NothingIsDigestedBeforeItIsAskedFor) {
  Sample sample;
  sample.elf.Reloc(sample.info, {.offset = 0, .type = R_X86_64_64});
  const DwarfFile file(sample.elf);
  EXPECT_EQ(file.sections().PeekDigest(sample.info), nullptr);
  ASSERT_THAT(file.sections().View(sample.str), IsOk());
  EXPECT_EQ(file.sections().PeekDigest(sample.info), nullptr);
  // Nor by its bytes alone.
  const absl::StatusOr<SectionView>& view = file.sections().View(sample.info);
  ASSERT_THAT(view, IsOk());
  EXPECT_EQ(view->bytes.size(), 8u);
  EXPECT_EQ(file.sections().PeekDigest(sample.info), nullptr);
  RelocCursor cursor(*view);
  EXPECT_NE(file.sections().PeekDigest(sample.info), nullptr);
  EXPECT_EQ(file.sections().PeekDigest(sample.str), nullptr);
}

TEST(SectionsTest, SectionWithoutRecordsHasNoTable) {
  Sample sample;
  const DwarfFile file(sample.elf);
  EXPECT_EQ(file.sections().View(sample.info)->relocs, nullptr);
}

// golang/go#46698: with --emit-relocs the records stay in the linked file,
// where applying them once more spoils what is right already.
TEST(SectionsTest, RelocationsOfLinkedFilesAreNotApplied) {
  for (const uint16_t e_type : {ET_EXEC, ET_DYN, ET_CORE}) {
    ElfBuilder elf(kX86_64, e_type);
    const uint32_t text = elf.Add({.name = ".text",
                                   .flags = SHF_ALLOC,
                                   .addr = 0x400000,
                                   .contents = Zeros(16)});
    Assembler info;
    info.U64(0x400004);
    const uint32_t index = elf.Add(".debug_info", info);
    elf.Reloc(index, {.offset = 0,
                      .type = R_X86_64_64,
                      .symbol = elf.SectionSymbol(text),
                      .addend = 4});
    const DwarfFile file(elf);
    const absl::StatusOr<SectionView>& view = file.sections().View(index);
    ASSERT_THAT(view, IsOk());
    EXPECT_EQ(view->relocs, nullptr);
    RelocCursor cursor(*view);
    const RelocValue value = cursor.Value(8);
    EXPECT_THAT(value, IsNumber(0x400004));
    EXPECT_FALSE(value.has_record);
  }
}

TEST(SectionsTest, FamiliesAreKeptApart) {
  Sample sample;
  const DwarfFile file(sample.elf);
  const DwarfSections& sections = file.sections();
  EXPECT_EQ(sections.Find(SectionId::kDebugStr, Family::kPlain), sample.str);
  EXPECT_EQ(sections.Find(SectionId::kDebugStr, Family::kDwo), sample.dwo);
  EXPECT_EQ(sections.Find(SectionId::kDebugStr, Family::kLto), kNoSection);
  EXPECT_EQ(sections.String(SectionId::kDebugStr, Family::kDwo, 0).value(),
            "dwo");
}

TEST(SectionsTest, FirstSectionOfAKindCounts) {
  Sample sample;
  sample.elf.Add({.name = ".debug_info", .contents = Zeros(4)});
  const DwarfFile file(sample.elf);
  EXPECT_EQ(file.sections().Find(SectionId::kDebugInfo, Family::kPlain),
            sample.info);
}

TEST(SectionsTest, OtherSectionsAreNoDebugSections) {
  Sample sample;
  const DwarfFile file(sample.elf);
  EXPECT_THAT(file.sections().View(sample.text),
              FailsWith(ErrorCode::kNotFound, "no such debug section"));
  EXPECT_THAT(file.sections().View(kNoSection),
              FailsWith(ErrorCode::kNotFound, ""));
  EXPECT_THAT(file.sections().View(SectionId::kDebugLine, Family::kPlain),
              FailsWith(ErrorCode::kNotFound, ""));
}

TEST(SectionsTest, StringsAreCheckedAgainstTheirSection) {
  Sample sample;
  const DwarfFile file(sample.elf);
  const DwarfSections& sections = file.sections();
  const auto string = [&](uint64_t offset) {
    return sections.String(SectionId::kDebugStr, Family::kPlain, offset);
  };
  EXPECT_EQ(string(0).value(), "a");
  EXPECT_EQ(string(2).value(), "bc");
  EXPECT_EQ(string(3).value(), "c");  // the tail of another
  EXPECT_EQ(string(4).value(), "");
  EXPECT_THAT(string(5), FailsWith(ErrorCode::kTruncated, "NUL"));
  EXPECT_THAT(string(6), FailsWith(ErrorCode::kBadDwarf, "outside"));
  EXPECT_THAT(string(UINT64_MAX), FailsWith(ErrorCode::kBadDwarf, "outside"));
  const ErrorDetail detail = GetDetail(string(6).status());
  EXPECT_EQ(detail.section, sample.str);
  EXPECT_EQ(detail.offset, 6u);
}

TEST(SectionsTest, MissingStringSectionIsNamed) {
  Sample sample;
  const DwarfFile file(sample.elf);
  EXPECT_THAT(
      file.sections().String(SectionId::kDebugLineStr, Family::kPlain, 0),
      FailsWith(ErrorCode::kNotFound, ".debug_line_str"));
  EXPECT_THAT(file.sections().String(SectionId::kDebugStr, Family::kLto, 0),
              FailsWith(ErrorCode::kNotFound, ".debug_str"));
}

TEST(SectionsTest, CompressedSectionIsReadInItsOwnCoordinates) {
  ElfBuilder elf(kX86_64);
  const uint32_t text =
      elf.Add({.name = ".text", .flags = SHF_ALLOC, .contents = Zeros(16)});
  const uint32_t info = elf.Add({.name = ".debug_info",
                                 .contents = Zeros(4096),
                                 .compression = Compression::kZlib});
  elf.Reloc(info, {.offset = 4000,
                   .type = R_X86_64_64,
                   .symbol = elf.SectionSymbol(text),
                   .addend = 1});
  const DwarfFile file(elf);
  const absl::StatusOr<SectionView>& view = file.sections().View(info);
  ASSERT_THAT(view, IsOk());
  ASSERT_EQ(view->bytes.size(), 4096u);
  RelocCursor cursor(*view, 4000);
  EXPECT_THAT(cursor.Value(8), InSection(text, 1));
}

TEST(SectionsTest, StringsInTheFileAreNeverDecompressed) {
  Sample sample;
  const DwarfFile plain(sample.elf);
  EXPECT_EQ(plain.sections().StringsInFile(Family::kPlain).size(), 6u);
  EXPECT_TRUE(plain.sections().StringsInFile(Family::kLto).empty());
  sample.elf.section(sample.str).compression = Compression::kZlib;
  const DwarfFile compressed(sample.elf);
  EXPECT_TRUE(compressed.sections().StringsInFile(Family::kPlain).empty());
  EXPECT_EQ(compressed.sections().file().sections_decompressed(), 0u);
}

TEST(SectionsTest, SectionOutsideTheFileIsAnErrorOfThatSectionAlone) {
  Sample sample;
  sample.elf.section(sample.info).size = uint64_t{1} << 40;
  const DwarfFile file(sample.elf);
  EXPECT_FALSE(file.sections().View(sample.info).ok());
  EXPECT_THAT(file.sections().View(sample.str), IsOk());
}

// An offset is a number, or names the section it counts in.
TEST(SectionsTest, PlaceOfAnOffset) {
  ElfBuilder elf(kX86_64);
  const uint32_t text = elf.Add({.name = ".text", .contents = Zeros(8)});
  const uint32_t first = elf.Add({.name = ".debug_macro"});
  const uint32_t second = elf.Add({.name = ".debug_macro"});
  const uint32_t dwo = elf.Add({.name = ".debug_macro.dwo"});
  const DwarfFile file(elf);
  const auto place = [&](const RelocValue& offset, Family family) {
    return file.sections().PlaceOf(offset, SectionId::kDebugMacro, family);
  };
  const auto in_section = [](uint32_t section) {
    return RelocValue{
        .value = 5, .section = section, .kind = RelocKind::kSection};
  };
  const RelocValue number = RelocValue::Constant(5);
  EXPECT_EQ(*place(number, Family::kPlain), (SectionPlace{first, 5}));
  EXPECT_EQ(*place(number, Family::kDwo), (SectionPlace{dwo, 5}));
  EXPECT_THAT(place(number, Family::kLto),
              FailsWith(ErrorCode::kNotFound, "no .debug_macro section"));
  EXPECT_EQ(*place(in_section(second), Family::kPlain),
            (SectionPlace{second, 5}));
  EXPECT_THAT(place(in_section(text), Family::kPlain),
              FailsWith(ErrorCode::kBadDwarf, "not in a .debug_macro section"));
  EXPECT_THAT(place(in_section(99), Family::kPlain),
              FailsWith(ErrorCode::kBadDwarf, "[99]"));
  EXPECT_THAT(place(RelocValue::Bad(ErrorCode::kRelocType, 42), Family::kPlain),
              FailsWith(ErrorCode::kRelocType, "unsupported relocation type"));
  EXPECT_THAT(place(RelocValue{.symbol = 1, .kind = RelocKind::kUndefined},
                    Family::kPlain),
              FailsWith(ErrorCode::kNeedsRelocation, ".debug_macro"));
}

// Of any section that holds strings, the second of its name too.
TEST(SectionsTest, StringAtAPlace) {
  Sample sample;
  const uint32_t second =
      sample.elf.Add({.name = ".debug_str", .contents = {'e', 0, 'f'}});
  const DwarfFile file(sample.elf);
  const auto string = [&](uint32_t section, uint64_t offset) {
    return file.sections().String(SectionPlace{section, offset});
  };
  EXPECT_EQ(*string(sample.str, 2), "bc");
  EXPECT_EQ(*string(second, 0), "e");
  EXPECT_EQ(*string(sample.dwo, 0), "dwo");
  EXPECT_THAT(string(sample.str, 9),
              FailsWith(ErrorCode::kBadDwarf, "outside"));
  EXPECT_FALSE(string(second, 2).ok());
  EXPECT_FALSE(string(second, 3).ok());
  EXPECT_FALSE(string(second, 4).ok());
  EXPECT_THAT(string(sample.text, 0),
              FailsWith(ErrorCode::kNotFound, "no such"));
}

}  // namespace
}  // namespace dwreloc::internal
