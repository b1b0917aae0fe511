// What is smaller at the price of saying less: declarations that are the
// definitions of their names, and files without partial units.

#include "dwreloc_compress/diets.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "compress/compressed.h"
#include "compress/small_file.h"

namespace dwreloc_tools::compress {
namespace {

using Bytes = std::vector<std::uint8_t>;

void AddAbbrevs(SmallFile& file) {
  file.dwarf
      .Abbrev(1, DW_TAG_compile_unit, true, {{DW_AT_name, DW_FORM_string}})
      .Abbrev(2, DW_TAG_structure_type, true, {{DW_AT_name, DW_FORM_string}})
      .Abbrev(3, DW_TAG_member, false,
              {{DW_AT_name, DW_FORM_string}, {DW_AT_type, DW_FORM_ref4}})
      .Abbrev(4, DW_TAG_structure_type, false,
              {{DW_AT_name, DW_FORM_string},
               {DW_AT_declaration, DW_FORM_flag_present}})
      .Abbrev(5, DW_TAG_structure_type, true,
              {{DW_AT_name, DW_FORM_string},
               {DW_AT_declaration, DW_FORM_flag_present}})
      .EndAbbrevs();
}

// A structure with many members of a type.
void AddType(DieWriter& die, const std::string& name, Label type) {
  die.Die(2).String(name);
  for (int i = 0; i < 6; ++i)
    die.Die(3).String(name + " member " + std::to_string(i)).Ref(4, type);
  die.End();
}

// A unit with a type that has a member of another one, which is declared there
// or defined.
void AddUser(SmallFile& file, const std::string& unit, const std::string& type,
             bool is_defined) {
  file.dwarf.Unit({}, [&](DieWriter& die) {
    const Label inner = die.Forward();
    die.Die(1).String(unit);
    AddType(die, type, inner);
    die.Bind(inner);
    if (is_defined)
      AddType(die, "inner", inner);
    else
      die.Die(4).String("inner");
    die.End();
  });
}

// How many DIEs of a tag there are in a file, and how many of them are
// declarations.
struct Count {
  int dies = 0;
  int declarations = 0;
};

Count CountOf(const Bytes& image, std::uint16_t tag) {
  const dwreloc::File file = dwreloc::File::FromMemory(image, "file");
  Count count;
  for (const dwreloc::Unit unit : file.units()) {
    const std::function<void(const dwreloc::Die&)> visit =
        [&](const dwreloc::Die& die) {
          if (die.tag() == tag) {
            ++count.dies;
            if (die.attribute(DW_AT_declaration)) ++count.declarations;
          }
          for (const dwreloc::Die child : die.children()) visit(child);
        };
    visit(unit.die());
  }
  return count;
}

Bytes CompressWith(SmallFile& file, const Diets& diets) {
  const Bytes image = file.Build();
  dwreloc::File opened = dwreloc::File::FromMemory(image, "file");
  Compressed compressed = Compress(opened, {.diets = diets});
  EXPECT_EQ(compressed.why, "");
  return compressed.image;
}

TEST(DietsTest, ADeclarationIsTheOnlyDefinition) {
  SmallFile file;
  AddAbbrevs(file);
  AddUser(file, "a.c", "outer", /*is_defined=*/true);
  AddUser(file, "b.c", "outer", /*is_defined=*/false);
  AddUser(file, "c.c", "outer", /*is_defined=*/false);
  const Bytes image = CompressWith(file, {.joins_declarations = true});
  // The outer types are the same now, too.
  const Count count = CountOf(image, DW_TAG_structure_type);
  EXPECT_EQ(count.dies, 2);
  EXPECT_EQ(count.declarations, 0);
}

TEST(DietsTest, WithoutItADeclarationStays) {
  SmallFile file;
  AddAbbrevs(file);
  AddUser(file, "a.c", "outer", true);
  AddUser(file, "b.c", "outer", false);
  AddUser(file, "c.c", "outer", false);
  const Count count = CountOf(CompressWith(file, {}), DW_TAG_structure_type);
  EXPECT_EQ(count.dies, 4);
  EXPECT_EQ(count.declarations, 1);
}

TEST(DietsTest, WhereDefinitionsDifferDeclarationsStay) {
  SmallFile file;
  AddAbbrevs(file);
  AddUser(file, "a.c", "outer", true);
  AddUser(file, "b.c", "outer", false);
  AddUser(file, "b.c", "outer", false);
  // Another type of that name.
  file.dwarf.Unit({}, [&](DieWriter& die) {
    const Label other = die.Forward();
    die.Die(1).String("d.c");
    die.Bind(other).Die(2).String("inner");
    die.Die(3).String("something else").Ref(4, other).End();
    die.End();
  });
  const Count count = CountOf(CompressWith(file, {.joins_declarations = true}),
                              DW_TAG_structure_type);
  EXPECT_EQ(count.declarations, 1);
}

TEST(DietsTest, ADefinitionMayDifferBecauseOfAnotherName) {
  // `inner` has two definitions, so it stays declared; then `outer` has two,
  // and what declares that stays as well.
  SmallFile file;
  AddAbbrevs(file);
  AddUser(file, "a.c", "outer", true);
  AddUser(file, "b.c", "outer", false);
  file.dwarf.Unit({}, [&](DieWriter& die) {
    const Label inner = die.Forward();
    const Label outer = die.Forward();
    die.Die(1).String("c.c");
    die.Bind(inner).Die(2).String("inner");
    die.Die(3).String("something else").Ref(4, outer).End();
    die.Bind(outer).Die(4).String("outer");
    AddType(die, "user of outer", outer);
    AddType(die, "user of inner", inner);
    die.End();
  });
  const Count count = CountOf(CompressWith(file, {.joins_declarations = true}),
                              DW_TAG_structure_type);
  EXPECT_EQ(count.declarations, 2);
}

TEST(DietsTest, ADeclarationWithMembersStays) {
  SmallFile file;
  AddAbbrevs(file);
  AddUser(file, "a.c", "outer", true);
  file.dwarf.Unit({}, [&](DieWriter& die) {
    const Label inner = die.Forward();
    die.Die(1).String("b.c");
    die.Bind(inner).Die(5).String("inner");
    die.Die(3).String("declared member").Ref(4, inner).End();
    AddType(die, "user", inner);
    die.End();
  });
  EXPECT_EQ(CountOf(CompressWith(file, {.joins_declarations = true}),
                    DW_TAG_structure_type)
                .declarations,
            1);
}

TEST(DietsTest, WithoutPartialUnitsTheFirstUnitHasIt) {
  SmallFile file;
  AddAbbrevs(file);
  for (const char* unit : {"a.c", "b.c", "c.c", "d.c"})
    AddUser(file, unit, "outer", true);
  const Bytes image = CompressWith(file, {.has_no_partial_units = true});
  EXPECT_EQ(CountOf(image, DW_TAG_partial_unit).dies, 0);
  EXPECT_EQ(CountOf(image, DW_TAG_imported_unit).dies, 0);
  EXPECT_EQ(CountOf(image, DW_TAG_compile_unit).dies, 4);
  EXPECT_EQ(CountOf(image, DW_TAG_structure_type).dies, 2);
}

}  // namespace
}  // namespace dwreloc_tools::compress
