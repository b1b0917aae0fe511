// dwarf/tree/die: the tree by relatives and by walks, on good and on bad input.

#include "dwarf/tree/die.h"

#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

#include "dwarf/constants.h"
#include "support/dwarf_file.h"
#include "support/walks.h"

namespace dwreloc::internal {
namespace {

constexpr uint64_t kUnit = 1;   // has children, a name
constexpr uint64_t kBlock = 2;  // has children, a name
constexpr uint64_t kLeaf = 3;   // none, a name
constexpr uint64_t kSkips = 4;  // has children, DW_AT_sibling ref4, a name

void Abbrevs(DwarfBuilder& dwarf) {
  dwarf.Abbrev(kUnit, DW_TAG_compile_unit, true,
               {{DW_AT_name, DW_FORM_string}});
  dwarf.Abbrev(kBlock, DW_TAG_lexical_block, true,
               {{DW_AT_name, DW_FORM_string}});
  dwarf.Abbrev(kLeaf, DW_TAG_variable, false, {{DW_AT_name, DW_FORM_string}});
  dwarf.Abbrev(kSkips, DW_TAG_namespace, true,
               {{DW_AT_sibling, DW_FORM_ref4}, {DW_AT_name, DW_FORM_string}});
  dwarf.EndAbbrevs();
}

std::string NameOf(const Die& die) {
  const Attribute name = FindAttribute(die, DW_AT_name).value().value();
  return std::string(
      reinterpret_cast<const char*>(die.unit->view().bytes.data()) +
          name.offset,
      name.data);
}

std::string NameOf(const absl::StatusOr<std::optional<Die>>& die) {
  if (!die.ok()) return die.status().ToString();
  return die->has_value() ? NameOf(**die) : "none";
}

// The names of a walk, indented by depth: "u(a(b)c)" without the brackets.
std::string Walked(DieWalk walk) {
  std::string names;
  Die die;
  uint32_t depth;
  while (walk.NextVisiting(&die, &depth, [](const Attribute&) {})) {
    names += std::to_string(depth) + NameOf(die);
  }
  EXPECT_THAT(walk.status(), IsOk());
  return names;
}

// u(a(b(c)) d(e f) g)
void Tree(DieWriter& die) {
  die.Die(kUnit).String("u");
  die.Die(kBlock).String("a");
  die.Die(kBlock).String("b");
  die.Die(kLeaf).String("c");
  die.End().End();
  die.Die(kBlock).String("d");
  die.Die(kLeaf).String("e").Die(kLeaf).String("f").End();
  die.Die(kLeaf).String("g");
  die.End();
}

class TreeFile {
 public:
  explicit TreeFile(const std::function<void(DieWriter&)>& body = Tree,
                    const Target& target = kX86_64, Encoding encoding = {})
      : elf_(target), dwarf_(&elf_, encoding) {
    Abbrevs(dwarf_);
    dwarf_.Unit({}, body);
    file_ = std::make_unique<DwarfFile>(dwarf_);
  }
  const Unit& unit() const { return file_->unit(); }
  Die root() const { return file_->root(); }
  // The DIE of that name.
  Die Find(const std::string& name) const {
    DieWalk walk = DieWalk::OfUnit(unit()).value();
    Die die;
    uint32_t depth;
    while (walk.NextVisiting(&die, &depth, [](const Attribute&) {})) {
      if (NameOf(die) == name) return die;
    }
    ADD_FAILURE() << "no " << name;
    return die;
  }

 private:
  ElfBuilder elf_;
  DwarfBuilder dwarf_;
  std::unique_ptr<DwarfFile> file_;
};

TEST(DieTest, WalkVisitsAllInOrderOnEveryMachine) {
  ForEachEncoding([](const Target& target, Encoding encoding) {
    const TreeFile file(Tree, target, encoding);
    EXPECT_EQ(Walked(DieWalk::OfUnit(file.unit()).value()), "0u1a2b3c1d2e2f1g");
  });
}

TEST(DieTest, WalkOfASubtreeEndsBehindIt) {
  const TreeFile file;
  DieWalk walk = DieWalk::OfSubtree(file.Find("a")).value();
  EXPECT_EQ(Walked(walk), "0a1b2c");
  EXPECT_EQ(Walked(DieWalk::OfSubtree(file.Find("g")).value()), "0g");
  EXPECT_EQ(Walked(DieWalk::OfSubtree(file.root()).value()),
            "0u1a2b3c1d2e2f1g");
  Die die;
  uint32_t depth;
  while (walk.NextVisiting(&die, &depth, [](const Attribute&) {})) {
  }
  EXPECT_EQ(walk.offset(), file.Find("d").offset);
}

TEST(DieTest, Relatives) {
  const TreeFile file;
  EXPECT_EQ(NameOf(file.root()), "u");
  EXPECT_EQ(file.root().tag, DW_TAG_compile_unit);
  EXPECT_EQ(NameOf(FirstChild(file.root())), "a");
  EXPECT_EQ(NameOf(FirstChild(file.Find("a"))), "b");
  EXPECT_EQ(NameOf(FirstChild(file.Find("c"))), "none");
  EXPECT_EQ(NameOf(NextSibling(file.Find("a"))), "d");
  EXPECT_EQ(NameOf(NextSibling(file.Find("d"))), "g");
  EXPECT_EQ(NameOf(NextSibling(file.Find("e"))), "f");
  EXPECT_EQ(NameOf(NextSibling(file.Find("f"))), "none");
  EXPECT_EQ(NameOf(NextSibling(file.Find("g"))), "none");
  EXPECT_EQ(NameOf(NextSibling(file.root())), "none");
  EXPECT_EQ(NameOf(Parent(file.Find("c"))), "b");
  EXPECT_EQ(NameOf(Parent(file.Find("f"))), "d");
  EXPECT_EQ(NameOf(Parent(file.Find("g"))), "u");
  EXPECT_EQ(NameOf(Parent(file.root())), "none");
}

TEST(DieTest, ParentOfWhatIsNoDieIsAnError) {
  const TreeFile file;
  Die die = file.Find("c");
  ++die.offset;
  EXPECT_THAT(Parent(die), FailsWith(ErrorCode::kNotFound, "no DIE"));
}

TEST(DieTest, ChildrenMayBeEmpty) {
  const TreeFile file([](DieWriter& die) {
    die.Die(kUnit).String("u");
    die.Die(kBlock).String("a").End();
    die.Die(kLeaf).String("b").End();
  });
  EXPECT_EQ(NameOf(FirstChild(file.Find("a"))), "none");
  EXPECT_EQ(NameOf(NextSibling(file.Find("a"))), "b");
  EXPECT_EQ(Walked(DieWalk::OfUnit(file.unit()).value()), "0u1a1b");
}

// Behind the root null entries are padding.
TEST(DieTest, NullPaddingBehindTheRoot) {
  const TreeFile file([](DieWriter& die) {
    Tree(die);
    die.End().End().End();
  });
  EXPECT_EQ(Walked(DieWalk::OfUnit(file.unit()).value()), "0u1a2b3c1d2e2f1g");
  EXPECT_EQ(NameOf(NextSibling(file.root())), "none");
}

// Old producers leave out the last of them.
TEST(DieTest, MissingNullEntriesAtTheEnd) {
  const TreeFile file([](DieWriter& die) {
    die.Die(kUnit).String("u").Die(kBlock).String("a").Die(kLeaf).String("b");
  });
  EXPECT_EQ(Walked(DieWalk::OfUnit(file.unit()).value()), "0u1a2b");
  EXPECT_EQ(NameOf(NextSibling(file.Find("b"))), "none");
  EXPECT_EQ(NameOf(NextSibling(file.Find("a"))), "none");
  EXPECT_EQ(NameOf(Parent(file.Find("b"))), "a");
}

TEST(DieTest, UnitThatEndsWhereChildrenBegin) {
  const TreeFile file([](DieWriter& die) { die.Die(kUnit).String("u"); });
  EXPECT_THAT(FirstChild(file.root()),
              FailsWith(ErrorCode::kTruncated, "children"));
  EXPECT_EQ(Walked(DieWalk::OfUnit(file.unit()).value()), "0u");
}

TEST(DieTest, SiblingAttributeIsFollowed) {
  const TreeFile file([](DieWriter& die) {
    const Label next = die.Forward();
    die.Die(kUnit).String("u");
    die.Die(kSkips).Ref(4, next).String("a");
    // Would be an error to read: the reference goes past it.
    die.Die(kLeaf).String("b").Die(99);
    die.Bind(next).Die(kLeaf).String("c").End();
  });
  const Die first = FirstChild(file.root()).value().value();
  EXPECT_EQ(NameOf(NextSibling(first)), "c");
}

// Backwards, to itself, behind the unit: walking over the children instead
// gives the right answer, and ends.
TEST(DieTest, SiblingAttributeThatGoesNowhereForwardIsNotBelieved) {
  for (const uint32_t target : {0u, 11u, 12u, 13u, 16u, 0x1000u, UINT32_MAX}) {
    const TreeFile file([target](DieWriter& die) {
      die.Die(kUnit).String("u");
      die.Die(kSkips).Data4(target).String("a").Die(kLeaf).String("b").End();
      die.Die(kLeaf).String("c").End();
    });
    Die die = FirstChild(file.root()).value().value();
    EXPECT_EQ(NameOf(NextSibling(die)), "c") << target;
    int count = 0;
    absl::StatusOr<std::optional<Die>> next = NextSibling(file.root());
    for (next = FirstChild(file.root()); next.ok() && next->has_value();
         next = NextSibling(**next)) {
      ASSERT_LT(++count, 10);
    }
    EXPECT_EQ(count, 2);
  }
}

// Signatures and offsets of other units and files are no places in this one.
TEST(DieTest, SiblingAttributeOfAnotherReferenceFormIsNotBelieved) {
  for (const uint16_t form : {DW_FORM_ref_addr, DW_FORM_ref_sup4,
                              DW_FORM_GNU_ref_alt, DW_FORM_data4}) {
    ElfBuilder elf(kX86_64);
    DwarfBuilder dwarf(&elf, {});
    Abbrevs(dwarf);
    const uint64_t table = dwarf.BeginAbbrevs();
    dwarf.Abbrev(1, DW_TAG_compile_unit, true, {{DW_AT_name, DW_FORM_string}});
    dwarf.Abbrev(2, DW_TAG_namespace, true,
                 {{DW_AT_sibling, form}, {DW_AT_name, DW_FORM_string}});
    dwarf.Abbrev(3, DW_TAG_variable, false, {{DW_AT_name, DW_FORM_string}});
    dwarf.EndAbbrevs();
    dwarf.Unit({.abbrev_offset = table}, [](DieWriter& die) {
      const Label wrong = die.Forward();
      die.Die(1).String("u");
      die.Die(2).Ref(4, wrong).String("a");
      die.Bind(wrong).Die(3).String("b").End();
      die.Die(3).String("c").End();
    });
    const DwarfFile file(dwarf);
    EXPECT_EQ(NameOf(NextSibling(FirstChild(file.root())->value())), "c");
  }
}

TEST(DieTest, OffsetsOutsideTheUnitsDies) {
  const TreeFile file;
  const Unit& unit = file.unit();
  for (const uint64_t offset :
       {unit.offset(), unit.first_die() - 1, unit.end(), UINT64_MAX}) {
    EXPECT_THAT(ReadDie(unit, offset),
                FailsWith(ErrorCode::kNotFound, "no DIE there"));
  }
  // The null entry at the end.
  EXPECT_EQ(NameOf(ReadDie(unit, unit.end() - 1)), "none");
}

TEST(DieTest, UnknownAbbreviationIsNamed) {
  const TreeFile file(
      [](DieWriter& die) { die.Die(kUnit).String("u").Die(77).Data4(0); });
  const absl::StatusOr<std::optional<Die>> child = FirstChild(file.root());
  EXPECT_THAT(child, FailsWith(ErrorCode::kBadDwarf, "no abbreviation 77"));
  DieWalk walk = DieWalk::OfUnit(file.unit()).value();
  Die die;
  uint32_t depth;
  EXPECT_TRUE(walk.NextVisiting(&die, &depth, [](const Attribute&) {}));
  EXPECT_FALSE(walk.NextVisiting(&die, &depth, [](const Attribute&) {}));
  EXPECT_FALSE(walk.ok());
  EXPECT_THAT(walk.status(),
              FailsWith(ErrorCode::kBadDwarf, "no abbreviation 77"));
  EXPECT_EQ(GetDetail(walk.status()).offset, die.offset + 3);
  // Told once.
  EXPECT_FALSE(walk.NextVisiting(&die, &depth, [](const Attribute&) {}));
  EXPECT_THAT(walk.status(), IsOk());
}

TEST(DieTest, UnitThatBeginsWithANullEntry) {
  const TreeFile file([](DieWriter& die) { die.End(); });
  EXPECT_THAT(RootDie(file.unit()), FailsWith(ErrorCode::kBadDwarf, "null"));
  EXPECT_EQ(Walked(DieWalk::OfUnit(file.unit()).value()), "");
}

TEST(DieTest, UnitWithoutDies) {
  const TreeFile file([](DieWriter&) {});
  EXPECT_THAT(RootDie(file.unit()), FailsWith(ErrorCode::kNotFound, ""));
  EXPECT_EQ(Walked(DieWalk::OfUnit(file.unit()).value()), "");
}

TEST(DieTest, UnknownFormStopsTheWalkWithItsPlace) {
  ElfBuilder elf(kX86_64);
  DwarfBuilder dwarf(&elf, {});
  dwarf
      .Abbrev(1, DW_TAG_compile_unit, false,
              {{DW_AT_name, DW_FORM_string},
               {DW_AT_language, 0x55},
               {DW_AT_producer, DW_FORM_string}})
      .EndAbbrevs();
  dwarf.Unit({}, [](DieWriter& die) { die.Die(1).String("u").Data4(0); });
  const DwarfFile file(dwarf);
  DieWalk walk = DieWalk::OfUnit(file.unit()).value();
  Die die;
  uint32_t depth;
  std::vector<uint16_t> names;
  EXPECT_FALSE(walk.NextVisiting(&die, &depth, [&](const Attribute& attribute) {
    names.push_back(attribute.name);
  }));
  EXPECT_EQ(names, std::vector<uint16_t>{DW_AT_name});
  EXPECT_THAT(walk.status(),
              FailsWith(ErrorCode::kUnsupported, "unknown form 0x55"));
  EXPECT_EQ(GetDetail(walk.status()).offset, file.unit().first_die() + 3);
  EXPECT_THAT(FindAttribute(file.root(), DW_AT_language),
              FailsWith(ErrorCode::kUnsupported, "DW_AT_language"));
  // What stands behind cannot be found, what is not declared is not there.
  EXPECT_THAT(FindAttribute(file.root(), DW_AT_producer),
              FailsWith(ErrorCode::kUnsupported, "DW_AT_language"));
  EXPECT_FALSE(FindAttribute(file.root(), DW_AT_comp_dir)->has_value());
  // What stands before it can be had.
  EXPECT_TRUE(FindAttribute(file.root(), DW_AT_name)->has_value());
}

// The only unit's bytes, cut at every one by a shorter unit_length.  Finishes
// the builder.
void ForEachCut(
    DwarfBuilder& dwarf,
    const std::function<void(const DwarfFile&, uint64_t end)>& test) {
  const uint64_t size = dwarf.Section(".debug_info").offset();
  dwarf.Finish();
  const std::vector<uint8_t> image = dwarf.elf().Build();
  const uint64_t info =
      dwarf.elf().contents_offset(dwarf.SectionIndex(".debug_info"));
  for (uint64_t end = 12; end < size; ++end) {
    std::vector<uint8_t> cut = image;
    Patch(cut, info, 4, end - 4);
    test(DwarfFile(cut), end);
  }
}

TEST(DieTest, TruncatedAtEveryByte) {
  ElfBuilder elf(kX86_64);
  DwarfBuilder dwarf(&elf, {.version = 4});
  dwarf
      .Abbrev(1, DW_TAG_compile_unit, true,
              {{DW_AT_name, DW_FORM_string},
               {DW_AT_producer, DW_FORM_strp},
               {DW_AT_low_pc, DW_FORM_addr},
               {DW_AT_byte_size, DW_FORM_udata},
               {DW_AT_location, DW_FORM_exprloc}})
      .EndAbbrevs();
  dwarf.Unit({}, [](DieWriter& die) {
    die.Die(1).String("unit").Strp("gcc").Data8(1).Udata(300);
    die.Exprloc([](Assembler& out) { out.U8(DW_OP_lit0).U8(DW_OP_lit1); });
  });
  ForEachCut(dwarf, [](const DwarfFile& file, uint64_t end) {
    DieWalk walk = DieWalk::OfUnit(file.unit()).value();
    Die die;
    uint32_t depth;
    EXPECT_FALSE(walk.NextVisiting(&die, &depth, [](const Attribute&) {}));
    EXPECT_THAT(walk.status(), FailsWith(ErrorCode::kTruncated, "")) << end;
    Attribute attributes[5];
    size_t count;
    EXPECT_FALSE(ReadAttributes(file.root(), attributes, 5, &count).ok());
    EXPECT_LT(count, 5u);
  });
}

// One DIE of every form, relocated where forms are; then a leaf.
void EveryForm(DwarfBuilder& dwarf, Encoding encoding) {
  const int address = encoding.address_size;
  dwarf.Abbrev(1, DW_TAG_compile_unit, true,
               {{DW_AT_name, DW_FORM_string},
                {DW_AT_producer, DW_FORM_strp},
                {DW_AT_low_pc, DW_FORM_addr},
                {DW_AT_high_pc, DW_FORM_addr},
                {DW_AT_entry_pc, DW_FORM_data4},
                {DW_AT_language, DW_FORM_data1},
                {DW_AT_byte_size, DW_FORM_data2},
                {DW_AT_bit_size, DW_FORM_data4},
                {DW_AT_upper_bound, DW_FORM_data8},
                {DW_AT_count, DW_FORM_udata},
                {DW_AT_lower_bound, DW_FORM_sdata},
                {DW_AT_external, DW_FORM_flag},
                {DW_AT_prototyped, DW_FORM_flag_present},
                {DW_AT_type, DW_FORM_ref4},
                {DW_AT_sibling, DW_FORM_ref_udata},
                {DW_AT_stmt_list, DW_FORM_sec_offset},
                {DW_AT_location, DW_FORM_exprloc},
                {DW_AT_const_value, DW_FORM_block1},
                {DW_AT_discr_list, DW_FORM_block2},
                {DW_AT_data_location, DW_FORM_block4},
                {DW_AT_decl_line, DW_FORM_indirect}});
  dwarf.Abbrev(2, DW_TAG_variable, false,
               {{DW_AT_decl_file, DW_FORM_data1},
                {DW_AT_decl_line, DW_FORM_udata},
                {DW_AT_type, DW_FORM_ref4}});
  dwarf.Abbrev(70000, DW_TAG_member, false, {{DW_AT_name, DW_FORM_string}});
  dwarf.EndAbbrevs();
  const uint32_t text = dwarf.elf().Add(
      {.name = ".text", .flags = SHF_ALLOC, .contents = Zeros(256)});
  const uint32_t symbol = dwarf.elf().SectionSymbol(text);
  dwarf.Unit({}, [&](DieWriter& die) {
    const auto block = [](Assembler& out) { out.U8(DW_OP_lit0); };
    const Label leaf = die.Forward();
    die.Die(1).String("unit").Strp("gcc").Addr(symbol, 16);
    address == 8 ? die.Data8(7) : die.Data4(7);
    die.DataReloc(4, symbol, 4).Data1(12).Data2(300).Data4(70000).Data8(5);
    die.Udata(1u << 20).Sdata(-70000).Flag(true).Ref(4, leaf).RefUdata(3);
    die.SecOffset(".debug_str", 0).Exprloc(block);
    die.Block(1, block).Block(2, block).Block(4, block);
    die.Udata(DW_FORM_udata).Udata(77);
    for (uint64_t line = 100; line < 150; ++line) {
      if (line == 120) die.Bind(leaf);
      die.Die(2).Data1(1).Udata(line).Ref(4, leaf);
    }
    die.Die(70000).String("last").End();
  });
}

TEST(DieTest, WalksAgreeOnEveryForm) {
  ForEachEncoding([](const Target& target, Encoding encoding) {
    ElfBuilder elf(target);
    DwarfBuilder dwarf(&elf, encoding);
    EveryForm(dwarf, encoding);
    const DwarfFile file(dwarf);
    EXPECT_EQ(DifferenceOfWalks(file.unit()), "");
    DieWalk walk = DieWalk::OfUnit(file.unit()).value();
    Die die;
    uint32_t depth;
    size_t count;
    size_t dies = 0;
    while (walk.Next(&die, &depth, nullptr, 0, &count)) ++dies;
    EXPECT_THAT(walk.status(), IsOk());
    EXPECT_EQ(dies, 52u);
  });
}

TEST(DieTest, WalksAgreeTruncatedAtEveryByte) {
  ElfBuilder elf(kX86_64);
  DwarfBuilder dwarf(&elf, {.version = 4});
  EveryForm(dwarf, {.version = 4});
  ForEachCut(dwarf, [](const DwarfFile& file, uint64_t end) {
    EXPECT_EQ(DifferenceOfWalks(file.unit()), "") << end;
  });
}

TEST(DieTest, WalksAgreeOnLongLeb128) {
  for (const size_t padding : {7u, 8u, 9u, 12u, 20u}) {
    for (const uint8_t last : {0x00, 0x01, 0x7f}) {
      ElfBuilder elf(kX86_64);
      DwarfBuilder dwarf(&elf, {});
      dwarf
          .Abbrev(1, DW_TAG_compile_unit, false,
                  {{DW_AT_count, DW_FORM_udata},
                   {DW_AT_lower_bound, DW_FORM_sdata}})
          .EndAbbrevs();
      dwarf.Unit({}, [&](DieWriter& die) {
        die.Die(1);
        for (int i = 0; i < 2; ++i) {
          for (size_t n = 0; n < padding; ++n) die.out().U8(0x80);
          die.out().U8(last);
        }
      });
      const DwarfFile file(dwarf);
      EXPECT_EQ(DifferenceOfWalks(file.unit()), "") << padding << " " << last;
    }
  }
}

TEST(DieTest, WalksAgreeWhereAFormIsUnknown) {
  ElfBuilder elf(kX86_64);
  DwarfBuilder dwarf(&elf, {});
  dwarf
      .Abbrev(1, DW_TAG_compile_unit, false,
              {{DW_AT_name, DW_FORM_string}, {DW_AT_language, 0x55}})
      .EndAbbrevs();
  dwarf.Unit({}, [](DieWriter& die) { die.Die(1).String("u").Data4(0); });
  const DwarfFile file(dwarf);
  EXPECT_EQ(DifferenceOfWalks(file.unit()), "");
}

TEST(DieTest, AttributesAreCountedBeyondTheCapacity) {
  ElfBuilder elf(kX86_64);
  DwarfBuilder dwarf(&elf, {});
  dwarf
      .Abbrev(1, DW_TAG_compile_unit, false,
              {{DW_AT_name, DW_FORM_string},
               {DW_AT_language, DW_FORM_data1},
               {DW_AT_byte_size, DW_FORM_data2}})
      .EndAbbrevs();
  dwarf.Unit({},
             [](DieWriter& die) { die.Die(1).String("u").Data1(12).Data2(9); });
  const DwarfFile file(dwarf);
  Attribute attributes[3];
  size_t count;
  ASSERT_THAT(ReadAttributes(file.root(), attributes, 2, &count), IsOk());
  EXPECT_EQ(count, 3u);
  EXPECT_EQ(attributes[1].name, DW_AT_language);
  EXPECT_EQ(attributes[1].value, 12u);
  EXPECT_EQ(attributes[1].unit, &file.unit());
  EXPECT_EQ(attributes[2].unit, nullptr);
  ASSERT_THAT(ReadAttributes(file.root(), nullptr, 0, &count), IsOk());
  EXPECT_EQ(count, 3u);
  DieWalk walk = DieWalk::OfUnit(file.unit()).value();
  Die die;
  uint32_t depth;
  ASSERT_TRUE(walk.Next(&die, &depth, attributes, 3, &count));
  EXPECT_EQ(count, 3u);
  EXPECT_EQ(attributes[2].value, 9u);
  EXPECT_FALSE(walk.Next(&die, &depth, attributes, 3, &count));
  EXPECT_TRUE(walk.ok());
}

// An unknown form ends the second DIE after its first attribute.
TEST(DieTest, NextTellsWhatCameBeforeAnError) {
  for (const bool with_count : {false, true}) {
    ElfBuilder elf(kX86_64);
    DwarfBuilder dwarf(&elf, {});
    dwarf.Abbrev(1, DW_TAG_compile_unit, true, {{DW_AT_name, DW_FORM_string}})
        .Abbrev(2, DW_TAG_base_type, false,
                {{DW_AT_byte_size, DW_FORM_data1}, {DW_AT_encoding, 0x3fff}})
        .EndAbbrevs();
    dwarf.Unit({}, [](DieWriter& die) {
      die.Die(1).String("u");
      die.Die(2).Data1(4).Data1(5).End();
    });
    const DwarfFile file(dwarf);
    DieWalk walk = DieWalk::OfUnit(file.unit()).value();
    Die die;
    Attribute attributes[3];
    size_t count = 7;
    size_t* const counted = with_count ? &count : nullptr;
    ASSERT_TRUE(walk.Next(&die, nullptr, attributes, 3, counted));
    EXPECT_EQ(walk.read_before_error(), 0u);
    EXPECT_FALSE(walk.Next(&die, nullptr, attributes, 3, counted));
    EXPECT_FALSE(walk.ok());
    EXPECT_EQ(die.tag, DW_TAG_base_type);
    EXPECT_EQ(walk.read_before_error(), 1u);
    EXPECT_EQ(count, with_count ? 1u : 7u);
    EXPECT_EQ(attributes[0].value, 4u);
    EXPECT_FALSE(walk.Next(&die, nullptr, attributes, 3, counted));
    EXPECT_TRUE(walk.ok());
    EXPECT_EQ(count, with_count ? 0u : 7u);
  }
}

// Three DIEs, of which the last cannot be read; the second has a sibling after
// it.
TEST(DieTest, NextManyGivesWhatComesBeforeAnErrorFirst) {
  ElfBuilder elf(kX86_64);
  DwarfBuilder dwarf(&elf, {});
  dwarf.Abbrev(1, DW_TAG_compile_unit, true, {{DW_AT_name, DW_FORM_string}})
      .Abbrev(2, DW_TAG_base_type, false, {{DW_AT_byte_size, DW_FORM_data1}})
      .Abbrev(3, DW_TAG_base_type, false,
              {{DW_AT_byte_size, DW_FORM_data1}, {DW_AT_encoding, 0x3fff}})
      .EndAbbrevs();
  dwarf.Unit({}, [](DieWriter& die) {
    die.Die(1).String("u");
    die.Die(2).Data1(4);
    die.Die(3).Data1(8).Data1(5);
    die.Die(2).Data1(2).End();
  });
  const DwarfFile file(dwarf);
  DieWalk walk = DieWalk::OfUnit(file.unit()).value();
  DieEntry entries[8];
  Attribute attributes[8];
  ASSERT_EQ(walk.NextMany(entries, 8, attributes, 8), 2u);
  EXPECT_TRUE(walk.ok());
  EXPECT_EQ(entries[0].die.tag, DW_TAG_compile_unit);
  EXPECT_EQ(entries[0].depth, 0u);
  EXPECT_EQ(entries[1].depth, 1u);
  EXPECT_EQ(entries[1].attribute_count, 1u);
  EXPECT_EQ(attributes[1].value, 4u);
  ASSERT_EQ(walk.NextMany(entries, 8, attributes, 8), 0u);
  EXPECT_FALSE(walk.ok());
  EXPECT_EQ(entries[0].attribute_count, 1u);
  EXPECT_EQ(attributes[0].value, 8u);
  // No sibling is known.
  EXPECT_EQ(walk.NextMany(entries, 8, attributes, 8), 0u);
  EXPECT_TRUE(walk.ok());
}

TEST(DieTest, NextManyEndsBeforeADieThatThereIsNoRoomFor) {
  ElfBuilder elf(kX86_64);
  DwarfBuilder dwarf(&elf, {});
  dwarf.Abbrev(1, DW_TAG_compile_unit, true, {{DW_AT_name, DW_FORM_string}})
      .Abbrev(2, DW_TAG_base_type, false,
              {{DW_AT_byte_size, DW_FORM_data1},
               {DW_AT_encoding, DW_FORM_data1},
               {DW_AT_alignment, DW_FORM_data1}})
      .EndAbbrevs();
  dwarf.Unit({}, [](DieWriter& die) {
    die.Die(1).String("u");
    for (uint8_t i = 0; i < 8; ++i) die.Die(2).Data1(i).Data1(5).Data1(6);
    die.End();
  });
  const DwarfFile file(dwarf);
  DieWalk walk = DieWalk::OfUnit(file.unit()).value();
  DieEntry entries[16];
  Attribute attributes[6];
  EXPECT_EQ(walk.NextMany(entries, 16, attributes, 6), 2u);  // 1 + 3 attributes
  EXPECT_EQ(walk.NextMany(entries, 16, attributes, 6), 2u);
  EXPECT_EQ(attributes[3].value, 2u);
  EXPECT_EQ(walk.NextMany(entries, 1, attributes, 6), 1u);
  // One that there is never room for comes alone, and is counted to its end.
  EXPECT_EQ(walk.NextMany(entries, 16, attributes, 2), 1u);
  EXPECT_EQ(entries[0].attribute_count, 3u);
  EXPECT_EQ(attributes[0].value, 4u);
  // Without room for any, none is stored, and many come.
  EXPECT_EQ(walk.NextMany(entries, 16, nullptr, 0), 3u);
  EXPECT_EQ(entries[2].attribute_count, 3u);
  EXPECT_EQ(walk.NextMany(entries, 16, attributes, 6), 0u);
  EXPECT_TRUE(walk.ok());
}

TEST(DieTest, MissingAttributeIsNoError) {
  const TreeFile file;
  EXPECT_FALSE(FindAttribute(file.root(), DW_AT_low_pc).value().has_value());
}

// A bad record makes its own field unreadable and no other.
TEST(DieTest, BadRelocationSpoilsItsAttributeAlone) {
  ElfBuilder elf(kX86_64);
  const uint32_t text =
      elf.Add({.name = ".text", .flags = SHF_ALLOC, .contents = Zeros(64)});
  DwarfBuilder dwarf(&elf, {});
  dwarf
      .Abbrev(1, DW_TAG_compile_unit, false,
              {{DW_AT_low_pc, DW_FORM_addr},
               {DW_AT_entry_pc, DW_FORM_addr},
               {DW_AT_name, DW_FORM_strp}})
      .EndAbbrevs();
  dwarf.Unit({}, [&](DieWriter& die) {
    die.Die(1).Addr(elf.SectionSymbol(text), 1);
    die.out().Reloc(8, R_X86_64_TPOFF64, elf.SectionSymbol(text), 2);
    die.Strp("a.c");
  });
  const DwarfFile file(dwarf);
  EXPECT_THAT(file.Value(DW_AT_low_pc), InSection(text, 1));
  EXPECT_THAT(file.Value(DW_AT_entry_pc), IsBadWith(ErrorCode::kRelocType));
  EXPECT_EQ(file.Value(DW_AT_entry_pc).detail, uint32_t{R_X86_64_TPOFF64});
  EXPECT_EQ(file.attribute(DW_AT_entry_pc).flags & kAttributeBad,
            kAttributeBad);
  EXPECT_EQ(file.attribute(DW_AT_name).flags, kAttributeHasRecord);
}

// A chain as deep as it can be: no recursion, no hang.
TEST(DieTest, DeepTreesAreWalkedWithoutRecursion) {
  constexpr int kDepth = 100000;
  const TreeFile file([](DieWriter& die) {
    die.Die(kUnit).String("u");
    for (int i = 0; i < kDepth; ++i) die.Die(kBlock).String("b");
    die.Die(kLeaf).String("end");
  });
  const Die last = file.Find("end");
  EXPECT_EQ(NameOf(Parent(last)), "b");
  EXPECT_EQ(NameOf(NextSibling(FirstChild(file.root())->value())), "none");
}

}  // namespace
}  // namespace dwreloc::internal
