// query/code_ranges: where a DIE's code is, and where a linker has left a
// number that says that it is nowhere.

#include "query/code_ranges.h"

#include <gtest/gtest.h>

#include <cstdint>

#include "dwarf/constants.h"
#include "support/code_file.h"
#include "support/dwarf_file.h"

namespace dwreloc::internal {
namespace {

constexpr uint64_t kTombstones[] = {0, 1, UINT64_MAX, UINT64_MAX - 1};

CodeRanges RangesOfRoot(CodeFile& code) {
  return CodeRangesOf(code.Open().root(), Tombstones(code.module().file()));
}

TEST(TombstonesTest, NumbersWithoutCode) {
  CodeFile linked(CodeFile::kDwarf5, kX86_64, ET_EXEC);
  const Tombstones tombstones(linked.module().file());
  for (const uint64_t number : kTombstones) {
    EXPECT_TRUE(tombstones.Contains(RelocValue::Constant(number))) << number;
  }
  EXPECT_FALSE(tombstones.Contains(RelocValue::Constant(2)));
  EXPECT_FALSE(tombstones.Contains(RelocValue::Constant(UINT32_MAX)));
  EXPECT_FALSE(tombstones.Contains(RelocValue::Constant(0x400000)));
}

TEST(TombstonesTest, In32BitsTheyAreShorter) {
  CodeFile linked({.address_size = 4, .format = Format::kDwarf32, .version = 4},
                  kI386, ET_EXEC);
  const Tombstones tombstones(linked.module().file());
  EXPECT_TRUE(tombstones.Contains(RelocValue::Constant(UINT32_MAX)));
  EXPECT_TRUE(tombstones.Contains(RelocValue::Constant(UINT32_MAX - 1)));
}

TEST(TombstonesTest, AddressZeroMayHaveCode) {
  CodeFile linked(CodeFile::kDwarf5, kX86_64, ET_EXEC);
  linked.elf.Add({.name = ".vectors",
                  .flags = SHF_ALLOC | SHF_EXECINSTR,
                  .contents = Zeros(16)});
  const Tombstones tombstones(linked.module().file());
  EXPECT_FALSE(tombstones.Contains(RelocValue::Constant(0)));
  EXPECT_FALSE(tombstones.Contains(RelocValue::Constant(1)));
  EXPECT_TRUE(tombstones.Contains(RelocValue::Constant(UINT64_MAX)));
}

TEST(TombstonesTest, DataAtAddressZeroIsNoCode) {
  CodeFile linked(CodeFile::kDwarf5, kX86_64, ET_EXEC);
  linked.elf.Add(
      {.name = ".data..percpu", .flags = SHF_ALLOC, .contents = Zeros(16)});
  const Tombstones tombstones(linked.module().file());
  EXPECT_TRUE(tombstones.Contains(RelocValue::Constant(0)));
}

TEST(TombstonesTest, OffsetZeroOfASectionIsAPlace) {
  CodeFile code;
  const Tombstones tombstones(code.module().file());
  EXPECT_FALSE(tombstones.Contains(code.At(code.text, 0)));
  EXPECT_FALSE(tombstones.Contains(code.At(code.text, 1)));
  // Without its record, as `ld -r` leaves it.
  EXPECT_TRUE(tombstones.Contains(RelocValue::Constant(0)));
}

TEST(CodeRangesTest, PairAndListOfEveryVersion) {
  for (uint16_t version = 2; version <= 5; ++version) {
    SCOPED_TRACE(version);
    Encoding encoding = CodeFile::kDwarf5;
    encoding.version = version;
    CodeFile code(encoding);
    const uint32_t form = version < 4 ? DW_FORM_addr : DW_FORM_data4;
    code.dwarf
        .Abbrev(1, DW_TAG_compile_unit, false,
                {{DW_AT_low_pc, DW_FORM_addr}, {DW_AT_high_pc, form}})
        .EndAbbrevs();
    code.dwarf.Unit({}, [&](DieWriter& die) {
      code.Pc(die.Die(1), code.text, 0x10);
      if (version < 4) {
        code.Pc(die, code.text, 0x18);
      } else {
        die.Data4(8);
      }
    });
    const CodeRanges ranges = RangesOfRoot(code);
    EXPECT_THAT(ranges.status, IsOk());
    ASSERT_EQ(ranges.intervals.size(), 1u);
    EXPECT_EQ(ranges.intervals[0].of, code.text);
    EXPECT_EQ(ranges.intervals[0].begin, 0x10u);
    EXPECT_EQ(ranges.intervals[0].end, 0x18u);
  }
}

TEST(CodeRangesTest, DiscardedPairOfALinkedFile) {
  for (const uint64_t number : kTombstones) {
    CodeFile linked(CodeFile::kDwarf5, kX86_64, ET_EXEC);
    linked.dwarf
        .Abbrev(1, DW_TAG_compile_unit, false,
                {{DW_AT_low_pc, DW_FORM_addr}, {DW_AT_high_pc, DW_FORM_data4}})
        .EndAbbrevs();
    linked.dwarf.Unit(
        {}, [&](DieWriter& die) { die.Die(1).out().U64(number).U32(0x20); });
    const CodeRanges ranges = RangesOfRoot(linked);
    EXPECT_TRUE(ranges.intervals.empty()) << number;
    EXPECT_TRUE(ranges.was_discarded) << number;
  }
}

TEST(CodeRangesTest, ListIsReadUpToItsDamage) {
  CodeFile code;
  code.dwarf.Lists(".debug_rnglists", {[&](Assembler& out) {
                     out.U8(DW_RLE_start_length);
                     code.Pc(out, code.text, 0x20).Uleb(4);
                     out.U8(0x55);
                   }},
                   false);
  code.dwarf
      .Abbrev(1, DW_TAG_compile_unit, false,
              {{DW_AT_ranges, DW_FORM_sec_offset}})
      .EndAbbrevs();
  code.dwarf.Unit(
      {}, [&](DieWriter& die) { die.Die(1).SecOffset(".debug_rnglists", 12); });
  const CodeRanges ranges = RangesOfRoot(code);
  ASSERT_EQ(ranges.intervals.size(), 1u);
  EXPECT_EQ(ranges.intervals[0].begin, 0x20u);
  EXPECT_THAT(ranges.status, FailsWith(ErrorCode::kBadDwarf, "list entry"));
}

TEST(CodeRangesTest, BadRecordIsAnError) {
  CodeFile code;
  code.dwarf
      .Abbrev(1, DW_TAG_compile_unit, false,
              {{DW_AT_low_pc, DW_FORM_addr}, {DW_AT_high_pc, DW_FORM_data4}})
      .EndAbbrevs();
  code.dwarf.Unit({}, [&](DieWriter& die) {
    die.Die(1).out().Reloc(8, 200, code.elf.SectionSymbol(code.text), 0);
    die.Data4(8);
  });
  const CodeRanges ranges = RangesOfRoot(code);
  EXPECT_TRUE(ranges.intervals.empty());
  EXPECT_THAT(ranges.status, FailsWith(ErrorCode::kRelocType, ""));
}

}  // namespace
}  // namespace dwreloc::internal
