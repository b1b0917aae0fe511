// Which files may be rewritten, and the reason of each that may not.

#include "dwreloc_compress/admit.h"

#include <gtest/gtest.h>

#include "compress/small_file.h"

namespace dwreloc_tools::compress {
namespace {

std::string WhyNotImage(const std::vector<std::uint8_t>& image) {
  return WhyNot(dwreloc::File::FromMemory(image, "file"));
}

// Of a plain file that has been changed.
std::string WhyNotWith(const std::function<void(SmallFile&)>& change) {
  SmallFile file;
  file.AddPlainUnit();
  change(file);
  return WhyNotImage(file.Build());
}

TEST(AdmitTest, APlainObjectMayBe) {
  EXPECT_EQ(WhyNotWith([](SmallFile&) {}), "");
}

// Of a file of that type with a plain unit.
std::string WhyNotType(std::uint16_t type) {
  ElfBuilder elf(dwreloc::internal::kX86_64, type);
  DwarfBuilder dwarf(&elf, {.address_size = 8, .version = 5});
  dwarf.Abbrev(1, DW_TAG_compile_unit, false, {{DW_AT_name, DW_FORM_strp}})
      .EndAbbrevs();
  dwarf.Unit({}, [&](DieWriter& die) { die.Die(1).Strp("the_unit.c"); });
  dwarf.Finish();
  return WhyNotImage(elf.Build());
}

TEST(AdmitTest, ProgramsAndLibrariesMayBe) {
  EXPECT_EQ(WhyNotType(ET_EXEC), "");
  EXPECT_EQ(WhyNotType(ET_DYN), "");
}

TEST(AdmitTest, OtherFilesMayNot) {
  for (const std::uint16_t type : {ET_NONE, ET_CORE, ET_LOPROC})
    EXPECT_EQ(WhyNotType(type), "it is neither an object nor a program");
}

TEST(AdmitTest, AnIndexOfGdbMayNot) {
  EXPECT_EQ(WhyNotWith([](SmallFile& file) {
              file.elf.Add({.name = ".gdb_index", .contents = {7, 0, 0, 0}});
            }),
            ".gdb_index: it would have to be made anew");
}

TEST(AdmitTest, UnknownMachinesMayNot) {
  Target target = dwreloc::internal::kX86_64;
  target.e_machine = 0x1234;
  ElfBuilder elf(target);
  elf.Add({.name = ".debug_info", .contents = dwreloc::internal::Zeros(16)});
  EXPECT_EQ(WhyNotImage(elf.Build()), "its machine is not known");
}

TEST(AdmitTest, FilesWithoutUnitsMayNot) {
  ElfBuilder elf;
  elf.Add({.name = ".debug_str", .contents = dwreloc::internal::Zeros(16)});
  elf.Add({.name = ".debug_info"});
  EXPECT_EQ(WhyNotImage(elf.Build()), "there is no .debug_info");
}

TEST(AdmitTest, SectionsOfDwarfThatAreNotReadMayNot) {
  for (const char* name : {".debug_names", ".debug_tu_index"})
    EXPECT_EQ(WhyNotWith([&](SmallFile& file) {
                file.elf.Add({.name = name, .contents = {0}});
              }),
              name + std::string(": it is not known what this section holds"));
}

// The library does not read it either; what is in it may lead to a DIE.
TEST(AdmitTest, SectionsOfAnUnknownNameMayNot) {
  EXPECT_EQ(WhyNotWith([](SmallFile& file) {
              file.elf.Add({.name = ".debug_new", .contents = {0}});
            }),
            ".debug_new: it is not known what this section holds");
}

TEST(AdmitTest, DebugSectionsThatAreLoadedMayNot) {
  for (const char* name : {".debug_str", ".debug_info", ".debug_aranges"})
    EXPECT_EQ(WhyNotWith([&](SmallFile& file) {
                file.dwarf.Section(name);
                file.elf.section(file.dwarf.SectionIndex(name)).flags =
                    SHF_ALLOC;
              }),
              name + std::string(" is loaded"));
}

TEST(AdmitTest, TheOldCompressionMayNot) {
  EXPECT_EQ(
      WhyNotWith([](SmallFile& file) {
        file.elf.Add({.name = ".debug_ranges",
                      .contents = dwreloc::internal::Zeros(256),
                      .compression = dwreloc::internal::Compression::kZdebug});
      }),
      ".zdebug_ranges is compressed in the old way of GNU");
}

TEST(AdmitTest, TwoSectionsOfANameMayNot) {
  EXPECT_EQ(WhyNotWith([](SmallFile& file) {
              file.elf.Add({.name = ".debug_str", .contents = {0}});
            }),
            "there are several sections .debug_str");
}

TEST(AdmitTest, SectionGroupsMayNotButThoseOfMacros) {
  EXPECT_EQ(WhyNotWith([](SmallFile& file) {
              file.elf.AddGroup({file.dwarf.SectionIndex(".debug_str")});
            }),
            ".debug_str is in a section group");
  EXPECT_EQ(WhyNotWith([](SmallFile& file) {
              for (int i = 0; i < 2; ++i)
                file.elf.AddGroup({file.elf.Add(
                    {.name = ".debug_macro", .contents = {5, 0, 0, 0}})});
            }),
            "");
}

TEST(AdmitTest, TypeUnitsMayBe) {
  EXPECT_EQ(WhyNotWith([](SmallFile& file) {
              file.dwarf.Unit({.unit_type = DW_UT_type},
                              [](DieWriter& die) { die.Die(1).Strp("type"); });
            }),
            "");
}

TEST(AdmitTest, SectionsOfUnitsInGroupsMayBe) {
  for (const char* name : {".debug_types", ".debug_info"})
    EXPECT_EQ(WhyNotWith([&](SmallFile& file) {
                for (int i = 0; i < 2; ++i)
                  file.elf.AddGroup({file.elf.Add({.name = name})});
              }),
              "");
}

TEST(AdmitTest, SeveralSectionsOfUnitsOutsideOfGroupsMayNot) {
  EXPECT_EQ(WhyNotWith([](SmallFile& file) {
              file.elf.Add({.name = ".debug_info", .contents = {0}});
            }),
            "there are several sections .debug_info");
}

TEST(AdmitTest, UnitsOfSplitFilesMayNot) {
  EXPECT_EQ(WhyNotWith([](SmallFile& file) {
              file.dwarf.Unit({.unit_type = DW_UT_skeleton},
                              [](DieWriter& die) { die.Die(1).Strp("unit"); });
            }),
            "it has units of split files");
}

}  // namespace
}  // namespace dwreloc_tools::compress
