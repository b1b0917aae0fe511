// query/function_map: functions and inlined ones at a place.

#include "query/function_map.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "dwarf/constants.h"
#include "dwarf/tree/die_at.h"
#include "dwarf/tree/strings.h"
#include "query/code_ranges.h"
#include "support/code_file.h"
#include "support/dwarf_file.h"

namespace dwreloc::internal {
namespace {

// The abbreviations of all units here.
enum : uint8_t {
  kUnit = 1,
  kFunction,  // name, low_pc, length
  kInlined,   // name, low_pc, length
  kSplit,     // a function: name, ranges
  kHoles,     // an inlined one: name, ranges
  kAbstract,  // name
  kBlock,     // nothing
  kUnknown,   // sibling, an unknown form
  kEmpty,     // an inlined one: name
};

void AddAbbrevs(DwarfBuilder& dwarf) {
  dwarf.Abbrev(kUnit, DW_TAG_compile_unit, true, {});
  for (const auto& [code, tag] :
       {std::pair(kFunction, DW_TAG_subprogram),
        std::pair(kInlined, DW_TAG_inlined_subroutine)}) {
    dwarf.Abbrev(code, tag, true,
                 {{DW_AT_name, DW_FORM_string},
                  {DW_AT_low_pc, DW_FORM_addr},
                  {DW_AT_high_pc, DW_FORM_data4}});
  }
  for (const auto& [code, tag] :
       {std::pair(kSplit, DW_TAG_subprogram),
        std::pair(kHoles, DW_TAG_inlined_subroutine)}) {
    dwarf.Abbrev(
        code, tag, true,
        {{DW_AT_name, DW_FORM_string}, {DW_AT_ranges, DW_FORM_sec_offset}});
  }
  dwarf.Abbrev(kAbstract, DW_TAG_subprogram, true,
               {{DW_AT_name, DW_FORM_string}});
  dwarf.Abbrev(kBlock, DW_TAG_lexical_block, true, {});
  dwarf.Abbrev(kUnknown, DW_TAG_variable, false,
               {{DW_AT_sibling, DW_FORM_ref4}, {DW_AT_name, 0x7f}});
  dwarf.Abbrev(kEmpty, DW_TAG_inlined_subroutine, true,
               {{DW_AT_name, DW_FORM_string}});
  dwarf.EndAbbrevs();
}

// A unit of functions, and what is where.
class FunctionMapTest : public testing::Test {
 protected:
  explicit FunctionMapTest(uint16_t e_type = ET_REL)
      : code(CodeFile::kDwarf5, kX86_64, e_type) {
    AddAbbrevs(code.dwarf);
  }

  DieWriter& Begin(DieWriter& die, uint8_t abbrev, const char* name,
                   uint32_t section, uint64_t offset, uint64_t size) {
    die.Die(abbrev).String(name);
    return code.Pc(die, section, offset).Data4(size);
  }
  void Unit(const std::function<void(DieWriter&)>& body) {
    code.dwarf.Unit({}, [&](DieWriter& die) {
      body(die.Die(kUnit));
      die.End();
    });
  }
  uint64_t Ranges(const std::function<void(Assembler&)>& list) {
    return code.dwarf.Lists(".debug_rnglists", {list}, false);
  }
  const FunctionMap& Map() {
    if (!map_.has_value()) {
      map_.emplace(code.Open().unit(), Tombstones(code.module().file()));
    }
    return *map_;
  }
  // The names at a place, innermost first: "inner outer".
  std::string Names(const RelocValue& place) {
    std::string names;
    uint32_t number = Map().Find(place).value_or(FunctionMap::kNone);
    while (number != FunctionMap::kNone) {
      const FunctionMap::Function& function = Map().functions()[number];
      const Die die = DieAt(code.module().info(),
                            {code.Open().unit().section(), function.die})
                          .value();
      const Attribute name = FindAttribute(die, DW_AT_name).value().value();
      if (!names.empty()) names += ' ';
      names += StringOf(name).value();
      number = function.caller;
    }
    return names;
  }
  std::string InText(uint64_t offset) {
    return Names(code.At(code.text, offset));
  }

  CodeFile code;

 private:
  std::optional<FunctionMap> map_;
};

// As assemblers write it: `outer` runs into `inner`.
TEST_F(FunctionMapTest, TheSmallerOfFunctionsThatOverlap) {
  Unit([&](DieWriter& die) {
    Begin(die, kFunction, "outer", code.text, 0, 0x40).End();
    Begin(die, kFunction, "inner", code.text, 0x20, 0x20).End();
    Begin(die, kFunction, "endless", code.text, 0x10, 0xffffffff).End();
  });
  EXPECT_EQ(InText(0x1f), "outer");
  EXPECT_EQ(InText(0x20), "inner");
  EXPECT_EQ(InText(0x3f), "inner");
  EXPECT_EQ(InText(0x40), "endless");
}

// DIEs that are no functions are passed, but those that they end have ended.
TEST_F(FunctionMapTest, WhatFollowsAFunctionIsNotInIt) {
  Unit([&](DieWriter& die) {
    Begin(die, kFunction, "f", code.text, 0, 0x40).End();
    die.Die(kBlock);
    Begin(die, kInlined, "in no function", code.text, 0x10, 8).End();
    Begin(die, kFunction, "g", code.text, 0x20, 0x10).End();
    die.Die(kBlock);
    Begin(die, kFunction, "h", code.text, 0x24, 4).End();
    die.End();
    Begin(die, kInlined, "in none either", code.text, 0x28, 8).End();
    die.End();
  });
  EXPECT_EQ(InText(0x10), "f");
  EXPECT_EQ(InText(0x20), "g");
  EXPECT_EQ(InText(0x24), "h");
  EXPECT_EQ(InText(0x28), "g");
  EXPECT_EQ(InText(0x30), "f");
}

TEST_F(FunctionMapTest, ChainOfInlinedFunctions) {
  Unit([&](DieWriter& die) {
    Begin(die, kFunction, "f", code.text, 0, 0x40);
    die.Die(kBlock);
    Begin(die, kInlined, "g", code.text, 0x10, 0x20);
    Begin(die, kInlined, "h", code.text, 0x18, 8).End();
    die.End().End();
    Begin(die, kInlined, "k", code.text, 0x38, 4).End();
    die.End();
    Begin(die, kFunction, "next", code.text, 0x40, 0x10).End();
  });
  EXPECT_EQ(InText(0), "f");
  EXPECT_EQ(InText(0x10), "g f");
  EXPECT_EQ(InText(0x18), "h g f");
  EXPECT_EQ(InText(0x20), "g f");
  EXPECT_EQ(InText(0x30), "f");
  EXPECT_EQ(InText(0x38), "k f");
  EXPECT_EQ(InText(0x3f), "f");
  EXPECT_EQ(InText(0x40), "next");
  EXPECT_EQ(InText(0x50), "");
  EXPECT_EQ(Names(code.At(code.init, 0)), "");
  EXPECT_THAT(Map().status(), IsOk());
}

TEST_F(FunctionMapTest, HotAndColdPartsAndHoles) {
  const uint64_t parts = Ranges([&](Assembler& out) {
    out.U8(DW_RLE_start_length);
    code.Pc(out, code.text, 0x10).Uleb(0x20);
    out.U8(DW_RLE_start_length);
    code.Pc(out, code.init, 0).Uleb(8);
    out.U8(DW_RLE_end_of_list);
  });
  const uint64_t holes = Ranges([&](Assembler& out) {
    out.U8(DW_RLE_start_length);
    code.Pc(out, code.text, 0x14).Uleb(4);
    out.U8(DW_RLE_start_length);
    code.Pc(out, code.text, 0x20).Uleb(4);
    out.U8(DW_RLE_start_length);
    code.Pc(out, code.init, 4).Uleb(2);
    out.U8(DW_RLE_end_of_list);
  });
  Unit([&](DieWriter& die) {
    die.Die(kSplit).String("f").SecOffset(".debug_rnglists", parts);
    die.Die(kHoles).String("g").SecOffset(".debug_rnglists", holes).End();
    die.End();
  });
  EXPECT_EQ(InText(0x10), "f");
  EXPECT_EQ(InText(0x17), "g f");
  EXPECT_EQ(InText(0x18), "f");
  EXPECT_EQ(InText(0x23), "g f");
  EXPECT_EQ(InText(0x30), "");
  EXPECT_EQ(Names(code.At(code.init, 3)), "f");
  EXPECT_EQ(Names(code.At(code.init, 4)), "g f");
  EXPECT_EQ(Names(code.At(code.init, 8)), "");
}

TEST_F(FunctionMapTest, AbstractInstancesHaveNoCode) {
  Unit([&](DieWriter& die) {
    die.Die(kAbstract).String("abstract");
    Begin(die, kInlined, "in it", code.text, 0, 8).End();
    die.End();
    Begin(die, kFunction, "f", code.text, 0, 8).End();
  });
  EXPECT_EQ(InText(0), "f");
  EXPECT_EQ(Map().functions().size(), 1u);
}

TEST_F(FunctionMapTest, FunctionInAFunctionIsNotInlinedIntoIt) {
  Unit([&](DieWriter& die) {
    Begin(die, kFunction, "outer", code.text, 0, 0x10);
    Begin(die, kFunction, "nested", code.text, 0x20, 0x10).End();
    die.End();
  });
  EXPECT_EQ(InText(0x8), "outer");
  EXPECT_EQ(InText(0x28), "nested");
}

TEST_F(FunctionMapTest, InlinedWithoutCodeOfItsOwnIsInTheChain) {
  Unit([&](DieWriter& die) {
    Begin(die, kFunction, "f", code.text, 0, 0x10);
    die.Die(kEmpty).String("g");
    Begin(die, kInlined, "h", code.text, 4, 4).End();
    die.End().End();
  });
  EXPECT_EQ(InText(0), "f");
  EXPECT_EQ(InText(4), "h g f");
}

TEST_F(FunctionMapTest, WhatFollowsADieThatCannotBeReadIsRead) {
  Unit([&](DieWriter& die) {
    Begin(die, kFunction, "before", code.text, 0, 8).End();
    const Label next = die.Forward();
    die.Die(kUnknown).Ref(4, next).Data4(0);
    die.Bind(next);
    Begin(die, kFunction, "after", code.text, 8, 8).End();
  });
  EXPECT_EQ(InText(0), "before");
  EXPECT_EQ(InText(8), "after");
  EXPECT_THAT(Map().status(), FailsWith(ErrorCode::kUnsupported, "form"));
}

TEST_F(FunctionMapTest, UnitThatEndsEarly) {
  code.dwarf.Unit({}, [&](DieWriter& die) {
    die.Die(kUnit);
    Begin(die, kFunction, "f", code.text, 0, 8).End();
    die.Die(kFunction).String("cut");
  });
  EXPECT_EQ(InText(0), "f");
  EXPECT_FALSE(Map().status().ok());
}

class LinkedFunctionMapTest : public FunctionMapTest {
 protected:
  LinkedFunctionMapTest() : FunctionMapTest(ET_EXEC) {}
};

TEST_F(LinkedFunctionMapTest, DiscardedFunctionsTakeTheInlinedOnesWithThem) {
  Unit([&](DieWriter& die) {
    for (const uint64_t tombstone : {uint64_t{0}, uint64_t{1}}) {
      die.Die(kFunction).String("gone").out().U64(tombstone).U32(0x1000000);
      // Its place was computed from a base that is a tombstone, too.
      die.Die(kInlined).String("in gone").out().U64(tombstone + 4).U32(8);
      die.End().End();
    }
    Begin(die, kFunction, "f", code.text, 0, 8).End();
  });
  EXPECT_EQ(Names(RelocValue::Constant(0)), "");
  EXPECT_EQ(Names(RelocValue::Constant(4)), "");
  EXPECT_EQ(Names(RelocValue::Constant(0x10)), "");
  EXPECT_EQ(InText(0), "f");
}

}  // namespace
}  // namespace dwreloc::internal
