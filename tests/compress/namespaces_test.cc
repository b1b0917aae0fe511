// Namespaces: members move apart, into namespaces that the new unit opens, and
// what refers to a namespace finds one.

#include "dwreloc_compress/namespaces.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "compress/compressed.h"
#include "compress/rooms.h"

namespace dwreloc_tools::compress {
namespace {

enum Code : std::uint32_t {
  kUnitCode = 1,
  kNamespace,
  kInline,
  kStruct,
  kMember,
  kUsing,
  kPlaced,
  kConvert,
  kDescribed,
};

void AddAbbrevs(SmallFile& file) {
  file.dwarf
      .Abbrev(kUnitCode, DW_TAG_compile_unit, true,
              {{DW_AT_producer, DW_FORM_strp}})
      .Abbrev(kNamespace, DW_TAG_namespace, true,
              {{DW_AT_name, DW_FORM_string}, {DW_AT_decl_line, DW_FORM_data1}})
      .Abbrev(
          kInline, DW_TAG_namespace, true,
          {{DW_AT_name, DW_FORM_string}, {DW_AT_export_symbols, DW_FORM_flag}})
      .Abbrev(kStruct, DW_TAG_structure_type, true,
              {{DW_AT_name, DW_FORM_string}})
      .Abbrev(kMember, DW_TAG_member, false, {{DW_AT_name, DW_FORM_string}})
      .Abbrev(kUsing, DW_TAG_imported_module, false,
              {{DW_AT_name, DW_FORM_string}, {DW_AT_import, DW_FORM_ref4}})
      .Abbrev(kPlaced, DW_TAG_label, false, {{DW_AT_low_pc, DW_FORM_addr}})
      .Abbrev(kConvert, DW_TAG_variable, false,
              {{DW_AT_location, DW_FORM_exprloc}})
      .Abbrev(kDescribed, DW_TAG_namespace, true,
              {{DW_AT_description, DW_FORM_string}})
      .EndAbbrevs();
}

const std::string kLong(100, 'x');

DieWriter& BeginUnit(DieWriter& die) {
  return die.Die(kUnitCode).Strp("a producer");
}

// Enough for a partial unit.
DieWriter& AddStruct(DieWriter& die, const std::string& name) {
  die.Die(kStruct).String(name);
  for (int i = 0; i < 12; ++i) die.Die(kMember).String(kLong);
  return die.End();
}

// The tags of the trees of a unit, each with "{" if its members follow.
std::string TextOf(const Graph& graph, std::vector<std::uint32_t> trees) {
  std::string text;
  for (const std::uint32_t tree : trees) {
    if (tree == kEndOfNamespace) {
      text += "} ";
      continue;
    }
    const std::uint16_t tag = graph.ShapeOf(graph.trees[tree].word).tag;
    text += tag == DW_TAG_namespace        ? "namespace "
            : tag == DW_TAG_structure_type ? "struct "
            : tag == DW_TAG_partial_unit   ? "partial "
            : tag == DW_TAG_imported_unit  ? "import "
            : tag == DW_TAG_compile_unit   ? "unit "
            : tag == DW_TAG_variable       ? "variable "
                                           : "other ";
    if (graph.IsOpen(tree)) text += "{ ";
  }
  return text;
}

// What is written says the same, in every unit, and is written again.
void ExpectTheSame(SmallFile& file) {
  const std::vector<std::uint8_t> image = file.Build();
  const Compressed compressed = CompressImage(image);
  ASSERT_EQ(compressed.why, "");
  EXPECT_EQ(DifferenceOf(image, compressed.image), "");
  const Compressed again = CompressImage(compressed.image);
  EXPECT_TRUE(again.is_small || again.image == compressed.image) << again.why;
}

// Two units with a namespace in a namespace: one struct in both, one in one.
void AddNested(SmallFile& file) {
  AddAbbrevs(file);
  // The line of one has its top bit set.
  for (const std::uint64_t line : {1, 217})
    file.dwarf.Unit({}, [&](DieWriter& die) {
      BeginUnit(die).Die(kNamespace).String("a").Data1(line);
      die.Die(kInline).String("b").Data1(1);
      AddStruct(die, "shared");
      AddStruct(die, "of_unit" + std::to_string(line));
      die.End().Die(kPlaced).Addr(file.elf.SectionSymbol(file.text), 4);
      die.End().End();
    });
}

TEST(NamespacesTest, MembersAreTreesInThem) {
  SmallFile file;
  AddNested(file);
  const std::vector<std::uint8_t> image = file.Build();
  const dwreloc::File opened = dwreloc::File::FromMemory(image, "file");
  const Graph graph = ReadGraph(opened);
  const std::vector<Tree>& trees = graph.trees;
  EXPECT_TRUE(graph.has_namespaces);
  EXPECT_TRUE(trees[1].is_namespace);
  EXPECT_TRUE(trees[2].is_namespace);
  EXPECT_EQ(trees[1].parent, kNone);
  EXPECT_EQ(trees[2].parent, 1u);
  EXPECT_EQ(trees[3].parent, 2u);
  EXPECT_EQ(trees[4].parent, 2u);
  EXPECT_EQ(trees[5].parent, 1u);
  // The address pins the label alone.
  EXPECT_TRUE(trees[5].is_pinned);
  EXPECT_FALSE(trees[1].is_pinned || trees[2].is_pinned || trees[3].is_pinned);
}

TEST(NamespacesTest, APartialUnitOpensThemByName) {
  SmallFile file;
  AddNested(file);
  const Rooms rooms(file);
  ASSERT_EQ(rooms.plan.units.size(), 3u);
  EXPECT_EQ(TextOf(rooms.graph, rooms.plan.units[0].trees),
            "unit import namespace { namespace { struct } other } ");
  EXPECT_EQ(TextOf(rooms.graph, rooms.plan.units[2].trees),
            "partial namespace { namespace { struct } } ");
  const std::uint32_t inner = rooms.plan.units[2].trees[2];
  EXPECT_TRUE(rooms.graph.IdentityOf(inner).is_inline);
  // Where a unit opens it is said there.
  const std::uint32_t outer = rooms.plan.units[2].trees[1];
  EXPECT_EQ(rooms.graph.ShapeOf(rooms.graph.trees[outer].word).attributes,
            (std::vector<ShapeAttribute>{{DW_AT_name, 0, Kind::kString}}));
}

TEST(NamespacesTest, WhatIsWrittenSaysTheSame) {
  for (const std::uint16_t version : {3, 4, 5}) {
    SmallFile file(dwreloc::internal::kX86_64, version);
    AddNested(file);
    ExpectTheSame(file);
  }
}

TEST(NamespacesTest, TheNameOfANamespaceIsPartOfWhatItsMembersAre) {
  for (const bool is_inline : {false, true}) {
    SmallFile file;
    AddAbbrevs(file);
    for (int i = 0; i < 2; ++i)
      file.dwarf.Unit({}, [&](DieWriter& die) {
        BeginUnit(die);
        if (is_inline) {
          die.Die(kInline).String("same").Data1(static_cast<std::uint64_t>(i));
        } else {
          die.Die(kNamespace).String("ns" + std::to_string(i)).Data1(1);
        }
        AddStruct(die, "of_one_name").End().End();
      });
    const Rooms rooms(file);
    EXPECT_NE(rooms.classes.of[2], rooms.classes.of[5]);
    EXPECT_EQ(rooms.plan.units.size(), 2u);
  }
}

// So is whether it is in one at all.
TEST(NamespacesTest, MembersAreNotWhatIsOutside) {
  SmallFile file;
  AddAbbrevs(file);
  file.dwarf.Unit({}, [](DieWriter& die) {
    BeginUnit(die).Die(kNamespace).String("a").Data1(1);
    AddStruct(die, "name").End().End();
  });
  file.dwarf.Unit({}, [](DieWriter& die) {
    BeginUnit(die);
    AddStruct(die, "name").End();
  });
  const Rooms rooms(file);
  EXPECT_NE(rooms.classes.of[2], rooms.classes.of[4]);
}

TEST(NamespacesTest, ReferencesLeadToTheNamespaceOfTheirUnit) {
  SmallFile file;
  AddAbbrevs(file);
  // The line of one has its top bit set.
  for (const std::uint64_t line : {1, 217})
    file.dwarf.Unit({}, [&](DieWriter& die) {
      const Label label = die.Forward();
      BeginUnit(die).Bind(label).Die(kNamespace).String("a").Data1(line);
      die.End();
      for (int i = 0; i < 8; ++i)
        die.Die(kUsing).String(std::to_string(i)).Ref(4, label);
      die.End();
    });
  const Rooms rooms(file);
  ASSERT_EQ(rooms.plan.units.size(), 3u);
  const std::vector<std::uint32_t>& trees = rooms.plan.units[2].trees;
  ASSERT_EQ(TextOf(rooms.graph, trees),
            "partial other other other other other other other other "
            "namespace { } ");
  for (std::size_t i = 1; i <= 8; ++i) {
    const std::uint32_t word = rooms.graph.trees[trees[i]].word;
    EXPECT_EQ(rooms.graph.words[word + 2], rooms.graph.trees[trees[9]].die);
  }
}

TEST(NamespacesTest, FilesWithReferencesToNamespacesSayTheSame) {
  SmallFile file;
  AddAbbrevs(file);
  for (int i = 0; i < 3; ++i)
    file.dwarf.Unit({}, [&](DieWriter& die) {
      const Label label = die.Forward();
      BeginUnit(die).Bind(label).Die(kNamespace).String("a").Data1(1);
      AddStruct(die, "shared");
      die.End().Die(kUsing).String(kLong).Ref(4, label).End();
    });
  ExpectTheSame(file);
}

// What comes after the last tree is in none.
TEST(NamespacesTest, OnesThatEndTheFileAreNotOpenedForOthers) {
  SmallFile file;
  AddAbbrevs(file);
  for (int i = 0; i < 2; ++i)
    file.dwarf.Unit({}, [&](DieWriter& die) {
      BeginUnit(die);
      AddStruct(die, "shared");
      die.Die(kNamespace).String("a").Data1(1);
      AddStruct(die, "of_unit" + std::to_string(i)).End().End();
    });
  const Rooms rooms(file);
  ASSERT_EQ(rooms.plan.units.size(), 3u);
  EXPECT_EQ(TextOf(rooms.graph, rooms.plan.units[2].trees), "partial struct ");
}

// A DIE with anything else to say is a tree as others are.
TEST(NamespacesTest, OneThatSaysMoreIsMovedAsAWhole) {
  SmallFile file;
  AddAbbrevs(file);
  for (int i = 0; i < 2; ++i)
    file.dwarf.Unit({}, [](DieWriter& die) {
      BeginUnit(die).Die(kDescribed).String("text");
      AddStruct(die, "inside").End().End();
    });
  const Rooms rooms(file);
  EXPECT_FALSE(rooms.graph.has_namespaces);
  EXPECT_EQ(rooms.graph.DieCount(1), 14u);
  EXPECT_EQ(rooms.plan.units.size(), 3u);
}

// What an operand counts up to is in front, with the namespace that it is in.
TEST(NamespacesTest, WhatOperandsLeadToIsInFront) {
  SmallFile file;
  AddAbbrevs(file);
  file.dwarf.Unit({}, [](DieWriter& die) {
    BeginUnit(die);
    AddStruct(die, kLong);
    // Header, unit; struct, its members and their end; namespace.
    const std::uint64_t base =
        12 + 5 + 1 + 101 + 12 * (1 + 101) + 1 + 1 + 2 + 1;
    die.Die(kNamespace).String("a").Data1(1);
    AddStruct(die, "counted").End();
    die.Die(kConvert).Exprloc([&](Assembler& out) {
      out.U8(DW_OP_lit0).U8(DW_OP_convert).Uleb(base);
    });
    die.End();
  });
  const Rooms rooms(file);
  EXPECT_EQ(TextOf(rooms.graph, rooms.plan.units[0].trees),
            "unit namespace { struct } struct variable ");
}

TEST(NamespacesTest, NestedAsDeeplyAsAFileMayHaveThem) {
  SmallFile file;
  AddAbbrevs(file);
  for (int unit = 0; unit < 2; ++unit)
    file.dwarf.Unit({}, [](DieWriter& die) {
      BeginUnit(die);
      for (int i = 0; i < 1000; ++i) die.Die(kNamespace).String("n").Data1(1);
      for (int i = 0; i < 80; ++i) AddStruct(die, std::to_string(i));
      for (int i = 0; i < 1000; ++i) die.End();
      die.End();
    });
  ExpectTheSame(file);
}

// A namespace with so many DIEs in it can be skipped.
TEST(NamespacesTest, LargeOnesHaveSiblings) {
  SmallFile file;
  AddAbbrevs(file);
  file.dwarf.Unit({}, [](DieWriter& die) {
    BeginUnit(die).Die(kNamespace).String("a").Data1(1);
    for (int i = 0; i < 4; ++i) AddStruct(die, std::to_string(i));
    die.End().Die(kNamespace).String("b").Data1(1);
    AddStruct(die, "only").End().Die(kNamespace).String("c").Data1(1);
    die.Die(kMember).String("few").End().End();
  });
  const Rooms rooms(file);
  EXPECT_TRUE(rooms.AbbreviationOf(1).has_sibling);
  // Root, namespace, four structs.
  const std::uint32_t second = 2 + 4 * 13;
  EXPECT_FALSE(rooms.AbbreviationOf(second + 14).has_sibling);
  EXPECT_EQ(rooms.layout.references[0].value,
            rooms.layout.offset_of_die[second]);
}

}  // namespace
}  // namespace dwreloc_tools::compress
