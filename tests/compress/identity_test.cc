// The identity of a tree: the same in every file that says the same, however it
// is stored, and another one for everything else; circles included.

#include "dwreloc_compress/identity.h"

#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>

#include "compress/circle.h"
#include "compress/small_file.h"

namespace dwreloc_tools::compress {
namespace {

// The identities of the named trees of a file, by name.
std::map<std::string, Identity> IdentitiesOf(SmallFile& file) {
  const std::vector<std::uint8_t> image = file.Build();
  const dwreloc::File opened = dwreloc::File::FromMemory(image, "file");
  const Graph graph = ReadGraph(opened);
  const Classes classes = FindClasses(graph);
  const Identities identities = FindIdentities(graph, classes);
  std::map<std::string, Identity> named;
  for (std::uint32_t tree = 0; tree < graph.tree_count(); ++tree) {
    std::uint32_t at = graph.trees[tree].word;
    const Shape& shape = graph.ShapeOf(at++);
    if (!shape.attributes.empty() && shape.attributes[0].kind == Kind::kString)
      named[std::string(graph.strings[graph.words[at]])] =
          identities.of[classes.of[tree]];
  }
  return named;
}

// A structure with a member that points to the structure.
void AddList(DieWriter& die, const std::string& name) {
  const Label list = die.Forward();
  const Label pointer = die.Forward();
  die.Bind(list).Die(2).String(name);
  die.Die(3).String("next").Ref(4, pointer).End();
  // Its name tells it apart for the test alone.
  die.Bind(pointer).Die(4).String("pointer to " + name).Ref(4, list);
}

void AddListAbbrevs(SmallFile& file) {
  file.dwarf.Abbrev(1, DW_TAG_compile_unit, true, {})
      .Abbrev(2, DW_TAG_structure_type, true, {{DW_AT_name, DW_FORM_string}})
      .Abbrev(3, DW_TAG_member, false,
              {{DW_AT_name, DW_FORM_string}, {DW_AT_type, DW_FORM_ref4}})
      .Abbrev(4, DW_TAG_pointer_type, false,
              {{DW_AT_name, DW_FORM_string}, {DW_AT_type, DW_FORM_ref4}})
      .EndAbbrevs();
}

TEST(IdentityTest, CirclesOfTwoFilesInAnotherOrderAreTheSame) {
  SmallFile one;
  AddListAbbrevs(one);
  one.dwarf.Unit({}, [](DieWriter& die) {
    die.Die(1);
    AddList(die, "a");
    AddList(die, "b");
    die.End();
  });
  SmallFile other;
  AddListAbbrevs(other);
  other.dwarf.Unit({}, [](DieWriter& die) {
    die.Die(1);
    AddList(die, "b");
    AddList(die, "c");
    AddList(die, "a");
    die.End();
  });
  const std::map<std::string, Identity> of_one = IdentitiesOf(one);
  const std::map<std::string, Identity> of_other = IdentitiesOf(other);
  ASSERT_EQ(of_one.size(), 4u);
  for (const auto& [name, identity] : of_one) {
    EXPECT_NE(identity, Identity{}) << name;
    EXPECT_EQ(identity, of_other.at(name)) << name;
  }
}

TEST(IdentityTest, PointersInCirclesDifferByWhatTheyPointTo) {
  SmallFile file;
  // Without names of their own.
  file.dwarf.Abbrev(1, DW_TAG_compile_unit, true, {})
      .Abbrev(2, DW_TAG_structure_type, true, {{DW_AT_name, DW_FORM_string}})
      .Abbrev(3, DW_TAG_member, false, {{DW_AT_type, DW_FORM_ref4}})
      .Abbrev(4, DW_TAG_pointer_type, false, {{DW_AT_type, DW_FORM_ref4}})
      .EndAbbrevs();
  constexpr int kCount = 5;
  file.dwarf.Unit({}, [](DieWriter& die) {
    die.Die(1);
    for (int i = 0; i < kCount; ++i) {
      const Label list = die.Forward();
      const Label pointer = die.Forward();
      die.Bind(list).Die(2).String("list" + std::to_string(i));
      die.Die(3).Ref(4, pointer).End();
      die.Bind(pointer).Die(4).Ref(4, list);
    }
    die.End();
  });
  const std::vector<std::uint8_t> image = file.Build();
  const dwreloc::File opened = dwreloc::File::FromMemory(image, "file");
  const Graph graph = ReadGraph(opened);
  const Classes classes = FindClasses(graph);
  const Identities identities = FindIdentities(graph, classes);
  // The root has none.
  EXPECT_FALSE(identities.IsShareable(classes.of[0]));
  const std::set<Identity> different(identities.of.begin() + 1,
                                     identities.of.end());
  EXPECT_EQ(different.size(), 2u * kCount);
}

TEST(IdentityTest, OneDifferenceFarAwayChangesTheWholeCircle) {
  SmallFile one;
  AddCircleAbbrevs(one);
  AddCircle(one, 50, "last");
  SmallFile other;
  AddCircleAbbrevs(other);
  AddCircle(other, 50, "other");
  const std::map<std::string, Identity> of_one = IdentitiesOf(one);
  const std::map<std::string, Identity> of_other = IdentitiesOf(other);
  for (int i = 0; i < 49; ++i) {
    const std::string name = "type" + std::to_string(i);
    EXPECT_NE(of_one.at(name), of_other.at(name)) << name;
  }
}

TEST(IdentityTest, FormsAndNumbersOfStringsDoNotCount) {
  SmallFile one;
  one.dwarf.Abbrev(1, DW_TAG_compile_unit, true, {})
      .Abbrev(2, DW_TAG_base_type, false,
              {{DW_AT_name, DW_FORM_string}, {DW_AT_byte_size, DW_FORM_data1}})
      .EndAbbrevs();
  one.dwarf.Unit({}, [](DieWriter& die) {
    die.Die(1).Die(2).String("wide").Data1(200).End();
  });
  SmallFile other;
  other.dwarf.Abbrev(7, DW_TAG_compile_unit, true, {})
      .Abbrev(9, DW_TAG_base_type, false,
              {{DW_AT_name, DW_FORM_strp}, {DW_AT_byte_size, DW_FORM_udata}})
      .EndAbbrevs();
  other.dwarf.Unit({}, [](DieWriter& die) {
    die.Die(7).Die(9).Strp("some").Udata(1);
    die.Die(9).Strp("wide").Udata(200).End();
  });
  const Identity identity = IdentitiesOf(one).at("wide");
  EXPECT_NE(identity, Identity{});
  EXPECT_EQ(identity, IdentitiesOf(other).at("wide"));
}

TEST(IdentityTest, WhatReachesAnAddressIsNotForOtherFiles) {
  SmallFile file;
  file.dwarf.Abbrev(1, DW_TAG_compile_unit, true, {})
      .Abbrev(2, DW_TAG_typedef, false,
              {{DW_AT_name, DW_FORM_string}, {DW_AT_type, DW_FORM_ref4}})
      .Abbrev(3, DW_TAG_label, false,
              {{DW_AT_name, DW_FORM_string}, {DW_AT_low_pc, DW_FORM_addr}})
      .Abbrev(4, DW_TAG_base_type, false, {{DW_AT_name, DW_FORM_string}})
      .EndAbbrevs();
  file.dwarf.Unit({}, [&](DieWriter& die) {
    const Label pinned = die.Forward();
    const Label near = die.Forward();
    die.Die(1);
    die.Die(2).String("far").Ref(4, near);
    die.Bind(near).Die(2).String("near").Ref(4, pinned);
    die.Bind(pinned).Die(3).String("label").Addr(
        file.elf.SectionSymbol(file.text));
    die.Die(4).String("free").End();
  });
  const std::map<std::string, Identity> named = IdentitiesOf(file);
  EXPECT_EQ(named.at("label"), Identity{});
  EXPECT_EQ(named.at("near"), Identity{});
  EXPECT_EQ(named.at("far"), Identity{});
  EXPECT_NE(named.at("free"), Identity{});
}

}  // namespace
}  // namespace dwreloc_tools::compress
