// query/unit_map: which unit has a place, also if it does not say so itself.

#include "query/unit_map.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>

#include "dwarf/constants.h"
#include "support/code_file.h"
#include "support/dwarf_file.h"

namespace dwreloc::internal {
namespace {

enum : uint8_t { kPair = 1, kRanges, kSilent, kFunction, kPartial, kLowOnly };

class UnitMapTest : public testing::Test {
 protected:
  explicit UnitMapTest(uint16_t e_type = ET_REL)
      : code(CodeFile::kDwarf5, kX86_64, e_type) {
    code.dwarf
        .Abbrev(kPair, DW_TAG_compile_unit, true,
                {{DW_AT_low_pc, DW_FORM_addr}, {DW_AT_high_pc, DW_FORM_data4}})
        .Abbrev(
            kRanges, DW_TAG_compile_unit, true,
            {{DW_AT_low_pc, DW_FORM_addr}, {DW_AT_ranges, DW_FORM_sec_offset}})
        .Abbrev(kSilent, DW_TAG_compile_unit, true, {})
        .Abbrev(kFunction, DW_TAG_subprogram, false,
                {{DW_AT_low_pc, DW_FORM_addr}, {DW_AT_high_pc, DW_FORM_data4}})
        .Abbrev(kPartial, DW_TAG_partial_unit, true, {})
        .Abbrev(kLowOnly, DW_TAG_compile_unit, true,
                {{DW_AT_low_pc, DW_FORM_addr}})
        .EndAbbrevs();
  }

  void AddPair(uint32_t section, uint64_t offset, uint64_t size) {
    code.dwarf.Unit({}, [&](DieWriter& die) {
      code.Pc(die.Die(kPair), section, offset).Data4(size).End();
    });
  }
  void AddSilent(uint8_t abbrev, uint32_t section, uint64_t offset,
                 uint64_t size) {
    code.dwarf.Unit({}, [&](DieWriter& die) {
      die.Die(abbrev);
      if (abbrev == kLowOnly) die.out().U64(0);
      code.Pc(die.Die(kFunction), section, offset).Data4(size).End();
    });
  }
  const UnitMap& Map() {
    if (map_ == nullptr) {
      tombstones_.emplace(code.module().file());
      map_ = std::make_unique<UnitMap>(
          code.module().info(), *tombstones_,
          [this](const Unit& unit) -> const FunctionMap& {
            return read_.emplace_back(unit, *tombstones_);
          });
    }
    return *map_;
  }
  // The number of the unit there, or -1.
  int UnitAt(const RelocValue& place) {
    const Unit* unit = Map().Find(place);
    return unit == nullptr ? -1 : static_cast<int>(unit->number());
  }
  int InText(uint64_t offset) { return UnitAt(code.At(code.text, offset)); }

  CodeFile code;
  std::deque<FunctionMap> read_;  // one for each unit that was walked through

 private:
  std::optional<Tombstones> tombstones_;
  std::unique_ptr<UnitMap> map_;
};

TEST_F(UnitMapTest, PairsAndListsWithHoles) {
  AddPair(code.text, 0, 0x10);
  const uint64_t list =
      code.dwarf.Lists(".debug_rnglists", {[&](Assembler& out) {
                         out.U8(DW_RLE_start_length);
                         code.Pc(out, code.text, 0x10).Uleb(8);
                         out.U8(DW_RLE_start_length);
                         code.Pc(out, code.text, 0x20).Uleb(8);
                         out.U8(DW_RLE_start_length);
                         code.Pc(out, code.init, 0).Uleb(8);
                         out.U8(DW_RLE_end_of_list);
                       }},
                       false);
  code.dwarf.Unit({}, [&](DieWriter& die) {
    die.Die(kRanges).out().U64(0);
    die.SecOffset(".debug_rnglists", list).End();
  });
  EXPECT_EQ(InText(0xf), 0);
  EXPECT_EQ(InText(0x10), 1);
  EXPECT_EQ(InText(0x18), -1);
  EXPECT_EQ(InText(0x27), 1);
  EXPECT_EQ(UnitAt(code.At(code.init, 0)), 1);
  EXPECT_EQ(UnitAt(RelocValue::Constant(0)), -1);
  EXPECT_TRUE(read_.empty()) << "the root DIEs say it";
  EXPECT_TRUE(Map().Errors().empty());
}

TEST_F(UnitMapTest, UnitsThatDoNotSayAreAskedForTheirFunctions) {
  AddPair(code.text, 0, 0x10);
  AddSilent(kSilent, code.text, 0x40, 8);
  AddSilent(kLowOnly, code.init, 0, 8);
  EXPECT_EQ(InText(0), 0);
  EXPECT_TRUE(read_.empty()) << "another unit has the place";
  EXPECT_EQ(InText(0x40), 1);
  EXPECT_EQ(UnitAt(code.At(code.init, 7)), 2);
  EXPECT_EQ(InText(0x48), -1);
  EXPECT_EQ(read_.size(), 2u) << "each once";
}

TEST_F(UnitMapTest, PartialUnitsHaveNoCode) {
  AddSilent(kPartial, code.text, 0, 8);
  EXPECT_EQ(InText(0), -1);
  EXPECT_TRUE(read_.empty());
}

TEST_F(UnitMapTest, BadUnitsDoNotHideOthers) {
  code.dwarf.Unit({}, [](DieWriter& die) { die.Die(99); });
  AddPair(code.text, 0, 0x10);
  code.dwarf.Unit({}, [](DieWriter& die) {
    die.Die(kRanges).out().U64(0);
    die.SecOffset(".debug_rnglists", 0x1000).End();
  });
  AddPair(code.text, 0x20, 0x10);
  code.dwarf.Section(".debug_rnglists").U8(0);
  EXPECT_EQ(InText(0), 1);
  EXPECT_EQ(InText(0x20), 3);
  EXPECT_EQ(InText(0x10), -1);
  ASSERT_EQ(Map().Errors().size(), 2u);
  EXPECT_THAT(Map().Errors()[0], FailsWith(ErrorCode::kBadDwarf, "99"));
}

TEST_F(UnitMapTest, SmallestRangeWins) {
  AddPair(code.text, 0, 0x100);
  AddPair(code.text, 0x20, 0x10);
  EXPECT_EQ(InText(0), 0);
  EXPECT_EQ(InText(0x20), 1);
  EXPECT_EQ(InText(0x30), 0);
}

class LinkedUnitMapTest : public UnitMapTest {
 protected:
  LinkedUnitMapTest() : UnitMapTest(ET_EXEC) {}
};

TEST_F(LinkedUnitMapTest, TombstonesMatchNothing) {
  code.dwarf.Unit({}, [](DieWriter& die) {
    die.Die(kPair).out().U64(0).U32(0x1000000);
    die.End();
  });
  AddPair(code.text, 0, 0x10);
  EXPECT_EQ(UnitAt(RelocValue::Constant(0)), -1);
  EXPECT_EQ(UnitAt(RelocValue::Constant(0x100)), -1);
  EXPECT_EQ(InText(8), 1);
  EXPECT_TRUE(read_.empty()) << "a unit that was discarded has no functions";
}

}  // namespace
}  // namespace dwreloc::internal
