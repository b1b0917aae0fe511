// Which trees say the same: in circles, too, unless one of them leads to
// something else, however far away.

#include "dwreloc_compress/classes.h"

#include <gtest/gtest.h>

#include <string>

#include "compress/circle.h"
#include "compress/small_file.h"

namespace dwreloc_tools::compress {
namespace {

// The classes of the trees of a file.
Classes ClassesOf(SmallFile& file, Graph* graph = nullptr) {
  const std::vector<std::uint8_t> image = file.Build();
  const dwreloc::File opened = dwreloc::File::FromMemory(image, "file");
  Graph read = ReadGraph(opened);
  Classes classes = FindClasses(read);
  if (graph != nullptr) *graph = std::move(read);
  return classes;
}

TEST(ClassesTest, EqualCirclesAreOneClassEach) {
  SmallFile file;
  AddCircleAbbrevs(file);
  for (int i = 0; i < 3; ++i) AddCircle(file, 20, "last");
  const Classes classes = ClassesOf(file);
  // Three roots, which are alone, and 20 types.
  EXPECT_EQ(classes.count, 23u);
  for (std::uint32_t i = 1; i <= 20; ++i) {
    EXPECT_EQ(classes.of[i], classes.of[i + 21]);
    EXPECT_EQ(classes.of[i], classes.of[i + 42]);
  }
  EXPECT_NE(classes.of[0], classes.of[21]);
}

TEST(ClassesTest, OneDifferenceFarAwayDividesTheWholeCircle) {
  SmallFile file;
  AddCircleAbbrevs(file);
  AddCircle(file, 20, "last");
  AddCircle(file, 20, "other");
  const Classes classes = ClassesOf(file);
  EXPECT_EQ(classes.count, 42u);
  for (std::uint32_t i = 1; i <= 20; ++i)
    EXPECT_NE(classes.of[i], classes.of[i + 21]);
}

TEST(ClassesTest, CirclesOfOneTypeDifferInNothing) {
  SmallFile file;
  AddCircleAbbrevs(file);
  AddCircle(file, 1, "self");
  AddCircle(file, 1, "self");
  const Classes classes = ClassesOf(file);
  EXPECT_EQ(classes.of[1], classes.of[3]);
}

// A tree that refers to itself, and one that refers to its like.
TEST(ClassesTest, AReferenceInsideIsNoneToTheOutside) {
  SmallFile file;
  AddCircleAbbrevs(file);
  file.dwarf.Unit({}, [](DieWriter& die) {
    const Label self = die.Forward();
    die.Die(1).Bind(self).Die(2).String("a").Ref(4, self);
    die.Die(2).String("a").Ref(4, self).End();
  });
  const Classes classes = ClassesOf(file);
  EXPECT_NE(classes.of[1], classes.of[2]);
}

TEST(ClassesTest, PinnedTreesAreAlone) {
  SmallFile file;
  file.dwarf.Abbrev(1, DW_TAG_compile_unit, true, {})
      .Abbrev(2, DW_TAG_label, false, {{DW_AT_low_pc, DW_FORM_addr}})
      .Abbrev(3, DW_TAG_label, false, {})
      .EndAbbrevs();
  file.dwarf.Unit({}, [&](DieWriter& die) {
    die.Die(1);
    for (int i = 0; i < 2; ++i)
      die.Die(2).Addr(file.elf.SectionSymbol(file.text));
    die.Die(3).Die(3).End();
  });
  const Classes classes = ClassesOf(file);
  EXPECT_NE(classes.of[1], classes.of[2]);
  EXPECT_EQ(classes.of[3], classes.of[4]);
}

TEST(ClassesTest, UnitsOfTwoLanguagesOrVersionsShareNothing) {
  for (const bool has_two_versions : {false, true}) {
    SmallFile file;
    file.dwarf
        .Abbrev(1, DW_TAG_compile_unit, true, {{DW_AT_language, DW_FORM_data1}})
        .Abbrev(2, DW_TAG_base_type, false, {{DW_AT_name, DW_FORM_string}})
        .EndAbbrevs();
    const auto add = [&](std::uint64_t language) {
      file.dwarf.Unit({}, [&](DieWriter& die) {
        die.Die(1).Data1(language).Die(2).String("int").End();
      });
    };
    add(DW_LANG_C99);
    if (has_two_versions) file.dwarf.set_encoding({.version = 4});
    add(has_two_versions ? DW_LANG_C99 : DW_LANG_Rust);
    const Classes classes = ClassesOf(file);
    EXPECT_NE(classes.of[1], classes.of[3]);
  }
}

// File 1 of each unit: the same path, or another one.
TEST(ClassesTest, FilesAreComparedByPath) {
  for (const char* second : {"a.h", "b.h"}) {
    SmallFile file;
    file.dwarf
        .Abbrev(1, DW_TAG_compile_unit, true,
                {{DW_AT_stmt_list, DW_FORM_sec_offset}})
        .Abbrev(2, DW_TAG_base_type, false, {{DW_AT_decl_file, DW_FORM_data1}})
        .EndAbbrevs();
    for (const char* path : {"a.h", second}) {
      const std::uint64_t lines =
          file.dwarf.LineProgram({.files = {{"a.c"}, {path}}}, [](auto&) {});
      file.dwarf.Unit({}, [&](DieWriter& die) {
        die.Die(1).SecOffset(".debug_line", lines).Die(2).Data1(1).End();
      });
    }
    const Classes classes = ClassesOf(file);
    EXPECT_EQ(classes.of[1] == classes.of[3],
              std::string_view(second) == "a.h");
  }
}

}  // namespace
}  // namespace dwreloc_tools::compress
