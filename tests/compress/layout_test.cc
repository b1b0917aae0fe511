// Units, forms and offsets: what goes to a partial unit, how values are stored,
// and references that grow until they fit.

#include "dwreloc_compress/layout.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>

#include "compress/compressed.h"
#include "compress/rooms.h"
#include "dwreloc_compress/emit.h"

namespace dwreloc_tools::compress {
namespace {

// A unit whose last DIE begins at an offset; the first one refers to it.
InnerReference ReferenceTo(std::uint32_t offset) {
  SmallFile file;
  file.dwarf.Abbrev(1, DW_TAG_compile_unit, true, {})
      .Abbrev(2, DW_TAG_typedef, false, {{DW_AT_type, DW_FORM_ref4}})
      .Abbrev(3, DW_TAG_variable, false, {{DW_AT_const_value, DW_FORM_block2}})
      .Abbrev(4, DW_TAG_base_type, false, {})
      .EndAbbrevs();
  // Header and root take 13 bytes; the reference's DIE one and the reference;
  // the block's DIE and its length two, or three above 255.
  const std::uint32_t reference = offset < 128 ? 1 : offset < 16384 ? 2 : 3;
  std::uint32_t block = offset - 13 - 1 - reference - 2;
  if (block > 255) --block;
  file.dwarf.Unit({}, [&](DieWriter& die) {
    const Label last = die.Forward();
    die.Die(1).Die(2).Ref(4, last);
    die.Die(3).Block(2, [&](Assembler& out) { out.Zeros(block); });
    die.Bind(last).Die(4).End();
  });
  const Rooms rooms(file);
  EXPECT_EQ(rooms.layout.references.size(), 1u);
  return rooms.layout.references.at(0);
}

TEST(LayoutTest, ReferenceOf127TakesOneByte) {
  const InnerReference reference = ReferenceTo(127);
  EXPECT_EQ(reference.value, 127u);
  EXPECT_EQ(reference.size, 1);
}

// With two bytes for the reference its target is one further.
TEST(LayoutTest, ReferenceOf129TakesTwoBytes) {
  const InnerReference reference = ReferenceTo(129);
  EXPECT_EQ(reference.value, 129u);
  EXPECT_EQ(reference.size, 2);
}

TEST(LayoutTest, ReferencesAtTheBorderOf16384) {
  EXPECT_EQ(ReferenceTo(16383).value, 16383u);
  EXPECT_EQ(ReferenceTo(16383).size, 2);
  EXPECT_EQ(ReferenceTo(16385).value, 16385u);
  EXPECT_EQ(ReferenceTo(16385).size, 3);
}

TEST(LayoutTest, HeadersOfEveryVersionAndFormat) {
  const auto size = [](std::uint16_t version, Format format) {
    SmallFile file(dwreloc::internal::kX86_64, version, format);
    file.AddPlainUnit();
    return Rooms(file).layout.units[0].header_size;
  };
  EXPECT_EQ(size(2, Format::kDwarf32), 11u);
  EXPECT_EQ(size(4, Format::kDwarf32), 11u);
  EXPECT_EQ(size(4, Format::kDwarf64), 23u);
  EXPECT_EQ(size(5, Format::kDwarf32), 12u);
  EXPECT_EQ(size(5, Format::kDwarf64), 24u);
}

// A DIE with so many below it has DW_AT_sibling, last.
TEST(LayoutTest, SiblingsLeadBehindTheChildren) {
  for (const std::uint32_t count : {7u, 8u}) {
    SmallFile file;
    file.dwarf.Abbrev(1, DW_TAG_compile_unit, true, {})
        .Abbrev(2, DW_TAG_structure_type, true, {})
        .Abbrev(3, DW_TAG_member, false, {})
        .EndAbbrevs();
    file.dwarf.Unit({}, [&](DieWriter& die) {
      die.Die(1).Die(2);
      for (std::uint32_t i = 0; i < count; ++i) die.Die(3);
      die.End().Die(3).End();
    });
    const Rooms rooms(file);
    ASSERT_EQ(rooms.layout.references.size(), count >= 8 ? 1u : 0u);
    EXPECT_EQ(rooms.AbbreviationOf(1).has_sibling, count >= 8);
    if (count < 8) continue;
    EXPECT_EQ(rooms.layout.references[0].value,
              rooms.layout.offset_of_die[2 + count]);
    EXPECT_EQ(rooms.AbbreviationOf(1).attributes.back().name, DW_AT_sibling);
  }
}

// Numbers that never differ are in the abbreviation, from version 5 on.
TEST(FormsTest, ConstantsAreInTheAbbreviation) {
  for (const std::uint16_t version : {4, 5}) {
    SmallFile file(dwreloc::internal::kX86_64, version);
    file.dwarf.Abbrev(1, DW_TAG_compile_unit, true, {})
        .Abbrev(2, DW_TAG_member, false,
                {{DW_AT_byte_size, DW_FORM_data1},
                 {DW_AT_decl_line, DW_FORM_data1}})
        .EndAbbrevs();
    file.dwarf.Unit({}, [&](DieWriter& die) {
      die.Die(1);
      for (std::uint64_t i = 0; i < 5; ++i) die.Die(2).Data1(8).Data1(i);
      die.End();
    });
    const Rooms rooms(file);
    EXPECT_EQ(rooms.FormOf(1, 0),
              version >= 5 ? DW_FORM_implicit_const : DW_FORM_udata);
    EXPECT_EQ(rooms.FormOf(1, 1), DW_FORM_udata);
    if (version >= 5) {
      EXPECT_EQ(rooms.AbbreviationOf(1).attributes[0].value, 8);
    }
  }
}

TEST(FormsTest, StringsUsedOnceOrShortStandInTheDie) {
  SmallFile file;
  file.dwarf.Abbrev(1, DW_TAG_compile_unit, true, {})
      .Abbrev(2, DW_TAG_variable, false,
              {{DW_AT_name, DW_FORM_strp}, {DW_AT_decl_line, DW_FORM_data1}})
      .EndAbbrevs();
  file.dwarf.Unit({}, [](DieWriter& die) {
    std::uint64_t line = 0;
    die.Die(1);
    for (const char* name : {"once_only", "more_often", "more_often", "abc",
                             "abc", "a_host_of", "host_of"})
      die.Die(2).Strp(name).Data1(++line);
    die.End();
  });
  const Rooms rooms(file);
  EXPECT_EQ(rooms.FormOf(1, 0), DW_FORM_string);
  EXPECT_EQ(rooms.FormOf(2, 0), DW_FORM_strp);
  EXPECT_EQ(rooms.FormOf(4, 0), DW_FORM_string);
  EXPECT_EQ(rooms.FormOf(6, 0), DW_FORM_strp);
  EXPECT_EQ(rooms.FormOf(7, 0), DW_FORM_strp);
}

TEST(FormsTest, StringsAreNotBeforeDiesThatOperandsOfAByteReach) {
  for (const bool has_operand : {false, true}) {
    SmallFile file;
    file.dwarf
        .Abbrev(1, DW_TAG_compile_unit, true, {{DW_AT_name, DW_FORM_strp}})
        .Abbrev(2, DW_TAG_base_type, false, {{DW_AT_name, DW_FORM_strp}})
        .Abbrev(3, DW_TAG_variable, false, {{DW_AT_location, DW_FORM_exprloc}})
        .EndAbbrevs();
    file.dwarf.Unit({}, [&](DieWriter& die) {
      die.Die(1).Strp(std::string(200, 'n'));
      die.Die(2).Strp("a_type_of_this_unit").Die(3);
      die.Exprloc([&](Assembler& out) {
        // The header is 12 bytes long, the root 5.
        out.U8(DW_OP_lit0).U8(DW_OP_convert).Uleb(has_operand ? 17 : 0);
      });
      die.End();
    });
    const std::uint16_t form = has_operand ? DW_FORM_strp : DW_FORM_string;
    const Rooms rooms(file);
    EXPECT_EQ(rooms.FormOf(0, 0), form);
    EXPECT_EQ(rooms.FormOf(1, 0), form);
    EXPECT_EQ(rooms.layout.offset_of_die[1] < 128, has_operand);
  }
}

// As paths are: gdb skips no other DIE than a unit's with such a string.
TEST(FormsTest, StringsOfLineTablesAreThoseOfUnitsAlone) {
  SmallFile file;
  file.dwarf
      .Abbrev(1, DW_TAG_compile_unit, true, {{DW_AT_name, DW_FORM_line_strp}})
      .Abbrev(2, DW_TAG_variable, false, {{DW_AT_name, DW_FORM_strp}})
      .EndAbbrevs();
  file.dwarf.Unit({}, [](DieWriter& die) {
    die.Die(1).LineStrp("vector").Die(2).Strp("vector").End();
  });
  Rooms rooms(file);
  StringTable strings(rooms.graph.strings);
  StringTable line_strings(rooms.graph.strings);
  const std::uint32_t vector = rooms.graph.words[1];
  line_strings.Use(vector);
  const Forms forms =
      ChooseForms(rooms.graph, rooms.plan, strings, line_strings, {vector});
  const auto form_of = [&](std::uint32_t die) {
    return forms.abbreviations[forms.of_die[die]].attributes[0].form;
  };
  EXPECT_EQ(form_of(0), DW_FORM_line_strp);
  EXPECT_EQ(form_of(1), DW_FORM_strp);
}

TEST(FormsTest, OneTableForEachVersion) {
  SmallFile file;
  file.dwarf.Abbrev(1, DW_TAG_compile_unit, false, {}).EndAbbrevs();
  for (const std::uint16_t version : {5, 4, 5, 3}) {
    file.dwarf.set_encoding({.version = version});
    file.dwarf.Unit({}, [](DieWriter& die) { die.Die(1); });
  }
  const Rooms rooms(file);
  EXPECT_EQ(rooms.forms.tables.size(), 3u);
  EXPECT_THAT(rooms.forms.table_of, testing::ElementsAre(0, 1, 0, 2));
}

TEST(FormsTest, FrequentAbbreviationsComeFirst) {
  SmallFile file;
  file.dwarf.Abbrev(1, DW_TAG_compile_unit, true, {})
      .Abbrev(2, DW_TAG_label, false, {})
      .Abbrev(3, DW_TAG_member, false, {{DW_AT_byte_size, DW_FORM_data1}})
      .EndAbbrevs();
  file.dwarf.Unit({}, [](DieWriter& die) {
    die.Die(1).Die(2).Die(3).Data1(1).Die(3).Data1(2).End();
  });
  const Rooms rooms(file);
  EXPECT_EQ(rooms.AbbreviationOf(2).code, 1u);
}

// Units with one type, of so many members, each.
std::size_t PartialUnits(std::uint32_t units, std::uint32_t members) {
  SmallFile file;
  file.dwarf.Abbrev(1, DW_TAG_compile_unit, true, {})
      .Abbrev(2, DW_TAG_structure_type, true, {})
      .Abbrev(3, DW_TAG_member, false, {{DW_AT_byte_size, DW_FORM_data4}})
      .EndAbbrevs();
  for (std::uint32_t i = 0; i < units; ++i)
    file.dwarf.Unit({}, [&](DieWriter& die) {
      die.Die(1).Die(2);
      for (std::uint32_t k = 0; k < members; ++k) die.Die(3).Data4(k << 16);
      die.End().End();
    });
  const Rooms rooms(file);
  return rooms.plan.units.size() - units;
}

TEST(PlanTest, APartialUnitMustBeWorthIt) {
  EXPECT_EQ(PartialUnits(2, 1), 0u);
  EXPECT_EQ(PartialUnits(2, 30), 1u);
  EXPECT_EQ(PartialUnits(1, 30), 0u);
  EXPECT_EQ(PartialUnits(20, 4), 1u);
}

// What an expression counts up to stays in its unit, in front.
TEST(PlanTest, WhatOperandsLeadToStays) {
  SmallFile file;
  file.dwarf.Abbrev(1, DW_TAG_compile_unit, true, {})
      .Abbrev(2, DW_TAG_base_type, false, {{DW_AT_name, DW_FORM_string}})
      .Abbrev(3, DW_TAG_variable, false, {{DW_AT_location, DW_FORM_exprloc}})
      .EndAbbrevs();
  const std::string name(100, 'x');
  for (int i = 0; i < 3; ++i)
    file.dwarf.Unit({}, [&](DieWriter& die) {
      die.Die(1).Die(2).String(name);
      if (i > 0)
        die.Die(3).Exprloc([](Assembler& out) {
          out.U8(DW_OP_lit0).U8(DW_OP_convert).Uleb(13);
        });
      die.End();
    });
  const Rooms rooms(file);
  EXPECT_EQ(rooms.plan.units.size(), 3u);
}

// What has room for a number of fixed size is no such number.
TEST(EmitTest, IndexesOfTwoBytesStayAsTheyAre) {
  SmallFile file;
  file.dwarf
      .Abbrev(1, DW_TAG_compile_unit, true,
              {{DW_AT_producer, DW_FORM_strp},
               {DW_AT_addr_base, DW_FORM_sec_offset}})
      .Abbrev(2, DW_TAG_label, false, {{DW_AT_low_pc, DW_FORM_addrx}})
      .EndAbbrevs();
  const std::uint32_t symbol = file.elf.SectionSymbol(file.text);
  std::vector<std::pair<std::uint32_t, std::int64_t>> addresses;
  for (int i = 0; i < 200; ++i) addresses.emplace_back(symbol, i);
  const std::uint64_t base = file.dwarf.AddrTable(addresses);
  file.dwarf.Unit({}, [&](DieWriter& die) {
    die.Die(1).Strp("a producer").SecOffset(".debug_addr", base);
    for (const std::uint64_t index : {5, 127, 128, 199})
      die.Die(2).Udata(index);
    die.End();
  });
  const std::vector<std::uint8_t> image = file.Build();
  const Compressed compressed = CompressImage(image);
  EXPECT_EQ(compressed.why, "");
  EXPECT_EQ(DifferenceOf(image, compressed.image), "");
}

TEST(EmitTest, AnOperandThatHasNoRoomIsRefused) {
  const NumberWriter little(false);
  std::uint8_t bytes[4] = {};
  SetOperand({.size = 1, .is_uleb = true, .is_of_unit = true}, 227, 100, little,
             bytes);
  EXPECT_EQ(bytes[0], 127);
  EXPECT_THROW(SetOperand({.size = 1, .is_uleb = true, .is_of_unit = true}, 228,
                          100, little, bytes),
               std::runtime_error);
  SetOperand({.size = 2}, 0xffff, 0, NumberWriter(true), bytes);
  EXPECT_EQ(bytes[1], 0xff);
  EXPECT_THROW(SetOperand({.size = 2}, 0x10000, 0, little, bytes),
               std::runtime_error);
  SetOperand({.size = 3, .is_uleb = true}, 1, 0, little, bytes);
  EXPECT_THAT(bytes, testing::ElementsAre(0x81, 0x80, 0, 0));
}

TEST(EmitTest, NumbersInBothOrders) {
  std::uint8_t bytes[3];
  NumberWriter(false).Put(bytes, 0x10203, 3);
  EXPECT_THAT(bytes, testing::ElementsAre(3, 2, 1));
  EXPECT_EQ(NumberWriter(false).Get(bytes, 3), 0x10203u);
  NumberWriter(true).Put(bytes, 0x10203, 3);
  EXPECT_THAT(bytes, testing::ElementsAre(1, 2, 3));
  EXPECT_EQ(NumberWriter(true).Get(bytes, 3), 0x10203u);
}

}  // namespace
}  // namespace dwreloc_tools::compress
