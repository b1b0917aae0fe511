// DIEs as a graph: what remains of attributes, which trees are pinned, where
// references lead; and what is not a graph, so that the file stays as it is.

#include "dwreloc_compress/graph.h"

#include <gtest/gtest.h>

#include <memory>

#include "compress/compressed.h"
#include "compress/small_file.h"

namespace dwreloc_tools::compress {
namespace {

// A graph, with the file that it refers to.
class ReadFile {
 public:
  explicit ReadFile(SmallFile& file)
      : image_(file.Build()),
        file_(dwreloc::File::FromMemory(image_, "file")),
        graph_(ReadGraph(file_)) {}

  const Graph& operator*() const { return graph_; }
  const Graph* operator->() const { return &graph_; }

  // The kinds of the attributes of a DIE, by its number.
  std::vector<Kind> KindsOf(std::uint32_t die) const {
    std::vector<Kind> kinds;
    for (const ShapeAttribute& attribute :
         graph_.ShapeOf(graph_.die_words[die]).attributes)
      kinds.push_back(attribute.kind);
    return kinds;
  }
  // A word of its values.
  std::uint32_t WordOf(std::uint32_t die, std::uint32_t number) const {
    return graph_.words[graph_.die_words[die] + 1 + number];
  }

 private:
  const std::vector<std::uint8_t> image_;
  const dwreloc::File file_;
  const Graph graph_;
};

std::string WhyNotGraph(SmallFile& file) {
  return CompressImage(file.Build()).why;
}

// A root, and variables below it, all with one attribute.
void OneAttribute(SmallFile& file, std::uint32_t name, std::uint32_t form) {
  file.dwarf.Abbrev(1, DW_TAG_compile_unit, true, {})
      .Abbrev(2, DW_TAG_variable, false, {{name, form}})
      .EndAbbrevs();
}

TEST(GraphTest, NumbersAreTheSameInEveryForm) {
  SmallFile file;
  file.dwarf.Abbrev(1, DW_TAG_compile_unit, true, {})
      .Abbrev(2, DW_TAG_variable, false, {{DW_AT_byte_size, DW_FORM_data1}})
      .Abbrev(3, DW_TAG_variable, false, {{DW_AT_byte_size, DW_FORM_udata}})
      .Abbrev(4, DW_TAG_variable, false, {{DW_AT_byte_size, DW_FORM_sdata}})
      .EndAbbrevs();
  file.dwarf.Unit({}, [](DieWriter& die) {
    die.Die(1).Die(2).Data1(7).Die(3).Udata(7).Die(4).Sdata(7).End();
  });
  const ReadFile graph(file);
  for (const std::uint32_t die : {1, 2, 3}) {
    EXPECT_EQ(graph->words[graph->die_words[die]],
              graph->words[graph->die_words[1]]);
    EXPECT_EQ(graph.KindsOf(die), std::vector{Kind::kNumber});
    EXPECT_EQ(graph.WordOf(die, 0), 7u);
  }
}

TEST(GraphTest, TheTopBitOfAFixedSizeIsNoSign) {
  SmallFile file;
  file.dwarf.Abbrev(1, DW_TAG_compile_unit, true, {})
      .Abbrev(2, DW_TAG_variable, false, {{DW_AT_const_value, DW_FORM_data1}})
      .Abbrev(3, DW_TAG_variable, false, {{DW_AT_const_value, DW_FORM_data8}})
      .Abbrev(4, DW_TAG_variable, false, {{DW_AT_const_value, DW_FORM_sdata}})
      .EndAbbrevs();
  file.dwarf.Unit({}, [](DieWriter& die) {
    die.Die(1).Die(2).Data1(0x7f).Die(2).Data1(0x80);
    die.Die(3).Data8(INT64_MAX).Die(3).Data8(UINT64_MAX).Die(4).Sdata(-1);
    die.End();
  });
  const ReadFile graph(file);
  EXPECT_EQ(graph.KindsOf(1), std::vector{Kind::kNumber});
  EXPECT_EQ(graph.KindsOf(2), std::vector{Kind::kExact});
  EXPECT_EQ(graph.KindsOf(3), std::vector{Kind::kNumber64});
  EXPECT_EQ(graph.KindsOf(4), std::vector{Kind::kExact64});
  EXPECT_EQ(graph.KindsOf(5), std::vector{Kind::kNegative});
}

TEST(GraphTest, StringsAreTheSameWhereverTheyStand) {
  SmallFile file;
  file.dwarf.Abbrev(1, DW_TAG_compile_unit, true, {})
      .Abbrev(2, DW_TAG_variable, false, {{DW_AT_name, DW_FORM_strp}})
      .Abbrev(3, DW_TAG_variable, false, {{DW_AT_name, DW_FORM_string}})
      .Abbrev(4, DW_TAG_variable, false, {{DW_AT_name, DW_FORM_line_strp}})
      .EndAbbrevs();
  file.dwarf.Unit({}, [](DieWriter& die) {
    die.Die(1).Die(2).Strp("name").Die(3).String("name");
    die.Die(4).LineStrp("name").Die(2).Strp("other").End();
  });
  const ReadFile graph(file);
  EXPECT_EQ(graph.WordOf(1, 0), graph.WordOf(2, 0));
  EXPECT_EQ(graph.WordOf(1, 0), graph.WordOf(3, 0));
  EXPECT_NE(graph.WordOf(1, 0), graph.WordOf(4, 0));
  EXPECT_EQ(graph->strings[graph.WordOf(4, 0)], "other");
}

TEST(GraphTest, TreesWithAddressesArePinned) {
  SmallFile file;
  file.dwarf.Abbrev(1, DW_TAG_compile_unit, true, {})
      .Abbrev(2, DW_TAG_subprogram, true, {})
      .Abbrev(3, DW_TAG_label, false, {{DW_AT_low_pc, DW_FORM_addr}})
      .EndAbbrevs();
  file.dwarf.Unit({}, [&](DieWriter& die) {
    die.Die(1).Die(2).Die(3).Addr(file.elf.SectionSymbol(file.text), 4).End();
    die.Die(2).End().End();
  });
  const ReadFile graph(file);
  ASSERT_EQ(graph->tree_count(), 3u);
  EXPECT_TRUE(graph->trees[1].is_pinned);
  EXPECT_FALSE(graph->trees[2].is_pinned);
  EXPECT_EQ(graph->DieCount(1), 2u);
  ASSERT_EQ(graph->fields.size(), 1u);
  EXPECT_TRUE(graph->fields[0].keeps_records);
  EXPECT_EQ(graph->fields[0].width, 8u);
}

TEST(GraphTest, ReferencesLeadToDiesOfAnyUnit) {
  SmallFile file;
  file.dwarf.Abbrev(1, DW_TAG_compile_unit, true, {})
      .Abbrev(2, DW_TAG_variable, false, {{DW_AT_type, DW_FORM_ref4}})
      .Abbrev(3, DW_TAG_variable, false, {{DW_AT_type, DW_FORM_ref_addr}})
      .EndAbbrevs();
  file.dwarf.Unit({}, [](DieWriter& die) {
    const Label other = die.Forward();
    die.Die(1).Die(2).Ref(4, other).Bind(other).Die(2).Ref(4, other).End();
  });
  // The header is 12 bytes long, the root 1.
  file.dwarf.Unit({},
                  [](DieWriter& die) { die.Die(1).Die(3).RefAddr(13).End(); });
  const ReadFile graph(file);
  EXPECT_EQ(graph.WordOf(1, 0), 2u);
  EXPECT_EQ(graph.WordOf(2, 0), 2u);
  EXPECT_EQ(graph.WordOf(4, 0), 1u);
  EXPECT_EQ(graph->units[1].root, 3u);
}

TEST(GraphTest, OperandsOfExpressionsLeadToDies) {
  SmallFile file;
  file.dwarf.Abbrev(1, DW_TAG_compile_unit, true, {})
      .Abbrev(2, DW_TAG_base_type, false, {})
      .Abbrev(3, DW_TAG_variable, false, {{DW_AT_location, DW_FORM_exprloc}})
      .EndAbbrevs();
  file.dwarf.Unit({}, [](DieWriter& die) {
    die.Die(1).Die(2).Die(3).Exprloc([](Assembler& out) {
      out.U8(DW_OP_lit0).U8(DW_OP_convert).UlebPadded(13, 3);
    });
    // The generic type is none.
    die.Die(3).Exprloc(
        [](Assembler& out) { out.U8(DW_OP_lit0).U8(DW_OP_convert).Uleb(0); });
    die.End();
  });
  const ReadFile graph(file);
  EXPECT_EQ(graph.KindsOf(2), std::vector{Kind::kExpression});
  ASSERT_EQ(graph->operands.size(), 1u);
  EXPECT_EQ(graph->operands[0].die, 1u);
  EXPECT_EQ(graph->operands[0].size, 3u);
  EXPECT_TRUE(graph->operands[0].is_uleb);
  EXPECT_EQ(graph->trees[1].operand_size, 3u);
  EXPECT_EQ(graph->trees[2].operand_size, 0u);
}

// The record of such an address is one of a number, and goes.
TEST(GraphTest, AnAddressInASectionThatIsNotLoadedIsRefused) {
  for (const bool is_loaded : {true, false}) {
    SmallFile file;
    OneAttribute(file, DW_AT_location, DW_FORM_exprloc);
    if (!is_loaded) file.elf.section(file.text).flags = 0;
    file.dwarf.Unit({}, [&](DieWriter& die) {
      die.Die(1).Die(2).Exprloc([&](Assembler& out) {
        out.U8(DW_OP_addr).Address(file.elf.SectionSymbol(file.text), 4);
      });
      die.End();
    });
    EXPECT_EQ(WhyNotGraph(file),
              is_loaded ? "" : "an address in a section that is not loaded");
  }
}

// A unit with a type and a variable that has a list of these expressions.
std::size_t OperandsOfList(
    std::initializer_list<std::function<void(Assembler&)>> expressions) {
  SmallFile file;
  file.dwarf.Abbrev(1, DW_TAG_compile_unit, true, {})
      .Abbrev(2, DW_TAG_base_type, false, {})
      .Abbrev(3, DW_TAG_variable, false, {{DW_AT_location, DW_FORM_sec_offset}})
      .EndAbbrevs();
  const std::uint64_t list = file.dwarf.Lists(
      ".debug_loclists", {[&](Assembler& out) {
        for (const auto& expression : expressions)
          out.U8(DW_LLE_offset_pair).Uleb(1).Uleb(2).Block(expression);
        out.U8(DW_LLE_end_of_list);
      }},
      false);
  file.dwarf.Unit({}, [&](DieWriter& die) {
    die.Die(1).Die(2).Die(3).SecOffset(".debug_loclists", list).End();
  });
  return ReadFile(file)->list_operands.size();
}

TEST(GraphTest, OperandsOfListsLeadToDies) {
  const auto convert = [](Assembler& out) { out.U8(DW_OP_convert).Uleb(13); };
  EXPECT_EQ(
      OperandsOfList({
          [&](Assembler& out) { convert(out.U8(DW_OP_lit0)); },
          [&](Assembler& out) { convert(out.U8(DW_OP_breg0).Sleb(300)); },
          [&](Assembler& out) { convert(out.U8(DW_OP_fbreg).Sleb(-1)); },
          [&](Assembler& out) { convert(out.U8(DW_OP_const1u).U8(1)); },
          [&](Assembler& out) {
            out.U8(DW_OP_entry_value).Uleb(3).U8(DW_OP_regval_type);
            out.Uleb(5).Uleb(13).U8(DW_OP_stack_value);
          },
          [&](Assembler& out) { out.U8(DW_OP_regval_type).Uleb(5).Uleb(13); },
      }),
      6u);
}

// Their bytes may be those of operations that have such an operand.
TEST(GraphTest, ListsOfRegistersAndNumbersHaveNoOperandsOfDies) {
  EXPECT_EQ(
      OperandsOfList({
          [](Assembler& out) { out.U8(DW_OP_reg0 + 31); },
          [](Assembler& out) { out.U8(DW_OP_lit0 + 31); },
          [](Assembler& out) { out.U8(DW_OP_lit0).U8(DW_OP_stack_value); },
          [](Assembler& out) { out.U8(DW_OP_breg0).Uleb(0x1428); },
          [](Assembler& out) {
            out.U8(DW_OP_fbreg).Uleb(0x1428).U8(DW_OP_stack_value);
          },
          [](Assembler& out) {
            out.U8(DW_OP_const1u).U8(DW_OP_convert);
            out.U8(DW_OP_stack_value);
          },
          [](Assembler& out) {
            out.U8(DW_OP_entry_value).Uleb(1).U8(DW_OP_reg0 + 5);
            out.U8(DW_OP_stack_value);
          },
          [](Assembler&) {},
      }),
      0u);
}

TEST(GraphTest, ListsWithAnOperationThatIsNotKnownAreRefused) {
  for (const unsigned atom : {0x01u, 0xdfu})
    EXPECT_THROW(
        OperandsOfList({[&](Assembler& out) { out.U8(atom).Uleb(1); }}),
        dwreloc::Error);
}

TEST(GraphTest, FindDieKnowsWhereEachBegins) {
  SmallFile file;
  OneAttribute(file, DW_AT_byte_size, DW_FORM_data1);
  file.dwarf.Unit({}, [](DieWriter& die) {
    die.Die(1);
    for (int i = 0; i < 100; ++i) die.Die(2).Data1(1);
    die.End();
  });
  const ReadFile graph(file);
  EXPECT_EQ(graph->FindDie(12), 0u);
  for (std::uint32_t die = 1; die <= 100; ++die) {
    EXPECT_EQ(graph->FindDie(11 + 2 * die), die);
    EXPECT_EQ(graph->FindDie(12 + 2 * die), kNone);
  }
  EXPECT_EQ(graph->FindDie(0), kNone);
  EXPECT_EQ(graph->FindDie(UINT64_MAX), kNone);
}

TEST(GraphTest, AUnitWithoutADieIsRefused) {
  SmallFile file;
  file.AddPlainUnit();
  file.dwarf.Unit({}, [](DieWriter& die) { die.End(); });
  EXPECT_EQ(WhyNotGraph(file), "a unit without a DIE");
}

TEST(GraphTest, ASecondDieAtTheTopIsRefused) {
  SmallFile file;
  file.dwarf.Abbrev(1, DW_TAG_compile_unit, false, {}).EndAbbrevs();
  file.dwarf.Unit({}, [](DieWriter& die) { die.Die(1).Die(1); });
  EXPECT_EQ(WhyNotGraph(file), "a unit with more than one DIE at its top");
}

// 13 is where a DIE begins.
TEST(GraphTest, AReferenceOf64BitsIsNotCut) {
  SmallFile file;
  OneAttribute(file, DW_AT_type, DW_FORM_ref8);
  file.dwarf.Unit(
      {}, [](DieWriter& die) { die.Die(1).Die(2).Data8(0x10000000d).End(); });
  EXPECT_NE(WhyNotGraph(file).find("reference"), std::string::npos);
}

TEST(GraphTest, AReferenceIntoADieIsRefused) {
  SmallFile file;
  OneAttribute(file, DW_AT_type, DW_FORM_ref4);
  file.dwarf.Unit({},
                  [](DieWriter& die) { die.Die(1).Die(2).Data4(14).End(); });
  EXPECT_EQ(WhyNotGraph(file), "a reference leads to no DIE");
}

TEST(GraphTest, AnAddressThatIsAStringIsRefused) {
  SmallFile file;
  OneAttribute(file, DW_AT_high_pc, DW_FORM_strp);
  file.dwarf.Unit({},
                  [](DieWriter& die) { die.Die(1).Die(2).Strp("text").End(); });
  EXPECT_EQ(WhyNotGraph(file), "an address of an unusual form");
}

// The record writes the last byte of one value and the first ones of the next.
TEST(GraphTest, ARecordBetweenValuesIsRefused) {
  SmallFile file;
  OneAttribute(file, DW_AT_byte_size, DW_FORM_data4);
  file.dwarf.Unit({}, [](DieWriter& die) {
    die.Die(1).Die(2).Data4(1).Die(2).Data4(2).End();
  });
  file.dwarf.Str("text");
  file.elf.Reloc(file.dwarf.SectionIndex(".debug_info"),
                 {.offset = 15,
                  .type = file.elf.target().abs32,
                  .symbol = file.dwarf.SectionSymbol(".debug_str")});
  EXPECT_EQ(WhyNotGraph(file), "a relocation record that cannot be used");
}

}  // namespace
}  // namespace dwreloc_tools::compress
