// dwarf/tree/detours: what a walk reads after a DIE that it cannot read.

#include "dwarf/tree/detours.h"

#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

#include "dwarf/constants.h"
#include "dwarf/tree/die.h"
#include "support/dwarf_file.h"
#include "support/walks.h"

namespace dwreloc::internal {
namespace {

constexpr uint64_t kUnit = 1;   // has children
constexpr uint64_t kLeaf = 2;   // DW_AT_byte_size
constexpr uint64_t kSkips = 3;  // has children, DW_AT_sibling, DW_AT_byte_size
constexpr uint64_t kStrange = 4;  // DW_AT_byte_size, an unknown form
// Has children, DW_AT_sibling, DW_AT_byte_size, an unknown form.
constexpr uint64_t kStrangeSkips = 5;
constexpr uint64_t kUndeclared = 9;

class Tree {
 public:
  explicit Tree(const std::function<void(DieWriter&)>& body,
                const Target& target = kX86_64, Encoding encoding = {})
      : elf_(target), dwarf_(&elf_, encoding) {
    dwarf_.Abbrev(kUnit, DW_TAG_compile_unit, true, {})
        .Abbrev(kLeaf, DW_TAG_variable, false,
                {{DW_AT_byte_size, DW_FORM_data1}})
        .Abbrev(
            kSkips, DW_TAG_namespace, true,
            {{DW_AT_sibling, DW_FORM_ref4}, {DW_AT_byte_size, DW_FORM_data1}})
        .Abbrev(kStrange, DW_TAG_member, false,
                {{DW_AT_byte_size, DW_FORM_data1}, {DW_AT_name, 0x3fff}})
        .Abbrev(kStrangeSkips, DW_TAG_structure_type, true,
                {{DW_AT_sibling, DW_FORM_ref4},
                 {DW_AT_byte_size, DW_FORM_data1},
                 {DW_AT_name, 0x3fff}})
        .EndAbbrevs();
    dwarf_.Unit({}, body);
    file_ = std::make_unique<DwarfFile>(dwarf_);
  }
  const Unit& unit() const { return file_->unit(); }

 private:
  ElfBuilder elf_;
  DwarfBuilder dwarf_;
  std::unique_ptr<DwarfFile> file_;
};

// Depth and DW_AT_byte_size of each DIE; "!" for one that cannot be read.
std::string Walked(DieWalk walk) {
  std::string text;
  Die die;
  uint32_t depth = 0;
  size_t count = 0;
  Attribute attributes[4];
  while (walk.Next(&die, &depth, attributes, 4, &count) || !walk.ok()) {
    if (!text.empty()) text += ' ';
    text += std::to_string(depth);
    for (size_t i = 0; i < count; ++i) {
      if (attributes[i].name != DW_AT_byte_size) continue;
      text += ':' + std::to_string(attributes[i].value);
    }
    if (!walk.ok()) text += '!';
  }
  return text;
}

std::string Walked(const Tree& tree) {
  EXPECT_EQ(DifferenceOfWalks(tree.unit()), "");
  return Walked(*DieWalk::OfUnit(tree.unit()));
}

TEST(DetoursTest, SiblingOfTheDieItself) {
  for (const Target& target : {kX86_64, kPpc64}) {
    const Tree tree(
        [](DieWriter& die) {
          const Label after = die.Forward();
          die.Die(kUnit).Die(kStrangeSkips).Ref(4, after).Data1(1).Data4(0);
          die.Die(kLeaf).Data1(2).End();
          die.Bind(after).Die(kLeaf).Data1(3).End();
        },
        target);
    EXPECT_EQ(Walked(tree), "0 1:1! 1:3");
  }
}

TEST(DetoursTest, SiblingOfAnAncestor) {
  const Tree tree([](DieWriter& die) {
    const Label outer = die.Forward();
    die.Die(kUnit).Die(kSkips).Ref(4, outer).Data1(1);
    const Label inner = die.Forward();
    die.Die(kSkips).Ref(4, inner).Data1(2);
    die.Die(kStrange).Data1(3).Data4(0).Die(kLeaf).Data1(4).End();
    die.Bind(inner).Die(kLeaf).Data1(5).End();
    die.Bind(outer).Die(kLeaf).Data1(6).End();
  });
  EXPECT_EQ(Walked(tree), "0 1:1 2:2 3:3! 2:5 1:6");
}

// Below one that names no sibling, as a last child does.
TEST(DetoursTest, SiblingOfAnAncestorTwoLevelsUp) {
  const Tree tree([](DieWriter& die) {
    const Label outer = die.Forward();
    die.Die(kUnit).Die(kSkips).Ref(4, outer).Data1(1);
    die.Die(kSkips).Ref(4, die.Here()).Data1(2);  // goes back
    die.Die(kStrange).Data1(3).Data4(0).End().End();
    die.Bind(outer).Die(kLeaf).Data1(4).End();
  });
  EXPECT_EQ(Walked(tree), "0 1:1 2:2 3:3! 1:4");
}

TEST(DetoursTest, SeveralInOneUnit) {
  const Tree tree([](DieWriter& die) {
    die.Die(kUnit);
    for (uint8_t i = 0; i < 3; ++i) {
      const Label after = die.Forward();
      die.Die(kStrangeSkips).Ref(4, after).Data1(i).Data4(0).Bind(after);
    }
    die.Die(kLeaf).Data1(9).End();
  });
  EXPECT_EQ(Walked(tree), "0 1:0! 1:1! 1:2! 1:9");
}

TEST(DetoursTest, UndeclaredAbbreviation) {
  const Tree tree([](DieWriter& die) {
    const Label after = die.Forward();
    die.Die(kUnit).Die(kSkips).Ref(4, after).Data1(1).Die(kUndeclared);
    die.Bind(after).Die(kLeaf).Data1(2).End();
  });
  EXPECT_EQ(Walked(tree), "0 1:1 1! 1:2");
}

TEST(DetoursTest, NoSiblingLosesTheRest) {
  const Tree tree([](DieWriter& die) {
    die.Die(kUnit).Die(kStrange).Data1(1).Data4(0);
    die.Die(kLeaf).Data1(2).End();
  });
  EXPECT_EQ(Walked(tree), "0 1:1!");
  EXPECT_EQ(tree.unit().detours().Find(tree.unit().first_die()), nullptr);
}

// A sibling of what the walk began at is not of its subtree.
TEST(DetoursTest, SubtreesEndWhereTheyEnd) {
  const Tree tree([](DieWriter& die) {
    const Label after = die.Forward();
    die.Die(kUnit).Die(kSkips).Ref(4, after).Data1(1);
    die.Die(kStrange).Data1(2).Data4(0).Die(kLeaf).Data1(3).End();
    die.Bind(after).Die(kLeaf).Data1(4).End();
  });
  const Die first = **FirstChild(*RootDie(tree.unit()));
  EXPECT_EQ(Walked(*DieWalk::OfSubtree(first)), "0:1 1:2!");
  const Die strange = **FirstChild(first);
  EXPECT_EQ(Walked(*DieWalk::OfSubtree(strange)), "0:2!");
}

TEST(DetoursTest, Relatives) {
  const Tree tree([](DieWriter& die) {
    const Label after = die.Forward();
    die.Die(kUnit).Die(kStrangeSkips).Ref(4, after).Data1(1).Data4(0);
    die.Die(kLeaf).Data1(2).End();
    die.Bind(after).Die(kLeaf).Data1(3);
    die.Die(kStrange).Data1(4).Data4(0).Die(kLeaf).Data1(5).End();
  });
  const Die root = *RootDie(tree.unit());
  const Die strange = **FirstChild(root);
  EXPECT_EQ((*Parent(strange))->offset, root.offset);
  const Die leaf = **NextSibling(strange);
  EXPECT_EQ(FindAttribute(leaf, DW_AT_byte_size)->value().value, 3u);
  EXPECT_EQ((*Parent(leaf))->offset, root.offset);
  // What nothing leads to has no known parent.
  const Die last_strange = **NextSibling(leaf);
  EXPECT_THAT(NextSibling(last_strange),
              FailsWith(ErrorCode::kUnsupported, "unknown form 0x3fff"));
  const Die lost = **ReadDie(tree.unit(), last_strange.offset + 6);
  EXPECT_EQ(FindAttribute(lost, DW_AT_byte_size)->value().value, 5u);
  EXPECT_THAT(Parent(lost),
              FailsWith(ErrorCode::kUnsupported, "unknown form 0x3fff"));
}

}  // namespace
}  // namespace dwreloc::internal
