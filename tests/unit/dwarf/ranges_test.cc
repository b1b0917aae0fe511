// dwarf/lists/ranges and the common part in dwarf/lists/list: .debug_rnglists
// with every DW_RLE_*, .debug_ranges with its special pairs, bases, sums, bad
// lists.

#include "dwarf/lists/ranges.h"

#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

#include "dwarf/constants.h"
#include "dwarf/tree/addr.h"
#include "support/dwarf_file.h"
#include "support/list_bounds.h"

namespace dwreloc::internal {
namespace {

struct Range {
  RelocValue begin;
  RelocValue end;
};

// All ranges of a list; *status becomes its end.
std::vector<Range> RangesOf(const Attribute& attribute, absl::Status* status) {
  std::vector<Range> ranges;
  absl::StatusOr<RangeList> list = RangeList::Of(attribute);
  *status = list.status();
  if (!list.ok()) return ranges;
  const BoundsRead read = ReadBounds(*list);
  EXPECT_TRUE(read.is_same_observed);
  for (const ListBounds& bounds : read.bounds) {
    EXPECT_FALSE(bounds.is_default);
    ranges.push_back({bounds.begin, bounds.end});
  }
  *status = read.status;
  return ranges;
}

std::vector<Range> RangesOf(const Attribute& attribute) {
  absl::Status status;
  std::vector<Range> ranges = RangesOf(attribute, &status);
  EXPECT_THAT(status, IsOk());
  return ranges;
}

// A unit with DW_AT_low_pc and DW_AT_ranges, and a list to be written.
class Sample {
 public:
  explicit Sample(uint16_t version, const Target& target = kX86_64,
                  Format format = Format::kDwarf32)
      : elf(target),
        dwarf(&elf,
              {.address_size = static_cast<uint8_t>(target.address_size()),
               .format = format,
               .version = version}) {
    const uint16_t offset =
        version < 4
            ? (format == Format::kDwarf64 ? DW_FORM_data8 : DW_FORM_data4)
            : DW_FORM_sec_offset;
    dwarf
        .Abbrev(1, DW_TAG_compile_unit, false,
                {{DW_AT_low_pc, DW_FORM_addr}, {DW_AT_ranges, offset}})
        .EndAbbrevs();
    dwarf
        .Abbrev(1, DW_TAG_compile_unit, false,
                {{DW_AT_low_pc, DW_FORM_addr},
                 {DW_AT_ranges, DW_FORM_rnglistx},
                 {DW_AT_rnglists_base, DW_FORM_sec_offset},
                 {DW_AT_addr_base, DW_FORM_sec_offset}})
        .EndAbbrevs();
  }

  const char* section() const {
    return dwarf.encoding().version < 5 ? ".debug_ranges" : ".debug_rnglists";
  }
  Assembler& out() { return dwarf.Section(section()); }
  uint32_t text_symbol() { return elf.SectionSymbol(text); }
  int address_size() const { return dwarf.encoding().address_size; }
  uint64_t all_ones() const { return ZeroExtend(UINT64_MAX, address_size()); }
  Assembler& Number(uint64_t value) {
    return out().Number(value, address_size());
  }

  // The unit: low_pc is .text + `low_pc`, or with no symbol a number.
  const DwarfFile& Open(uint64_t list, bool symbolic_low_pc = false,
                        uint64_t low_pc = 0) {
    dwarf.Unit({}, [&](DieWriter& die) {
      die.Die(1);
      if (symbolic_low_pc) {
        die.Addr(text_symbol(), static_cast<int64_t>(low_pc));
      } else {
        die.out().Number(low_pc, address_size());
      }
      die.SecOffset(section(), list);
    });
    file_ = std::make_unique<DwarfFile>(dwarf);
    return *file_;
  }
  std::vector<Range> Ranges(uint64_t list, bool symbolic_low_pc = false,
                            uint64_t low_pc = 0) {
    return RangesOf(
        Open(list, symbolic_low_pc, low_pc).attribute(DW_AT_ranges));
  }

  ElfBuilder elf;
  DwarfBuilder dwarf;
  uint32_t text =
      elf.Add({.name = ".text", .flags = SHF_ALLOC, .contents = Zeros(256)});
  uint32_t cold = elf.Add(
      {.name = ".text.unlikely", .flags = SHF_ALLOC, .contents = Zeros(256)});

 private:
  std::unique_ptr<DwarfFile> file_;
};

TEST(RangesTest, EveryKindOfEntryOnEveryMachine) {
  ForEachEncoding([](const Target& target, Encoding encoding) {
    if (encoding.version < 5) return;
    Sample sample(5, target, encoding.format);
    const uint32_t text = sample.text_symbol();
    const uint32_t cold = sample.elf.SectionSymbol(sample.cold);
    const uint64_t addr_base =
        sample.dwarf.AddrTable({{text, 0x80}, {text, 0x90}, {cold, 0}});
    const uint64_t base = sample.dwarf.Lists(
        ".debug_rnglists",
        {[](Assembler& out) { out.U8(DW_RLE_end_of_list); },
         [&](Assembler& out) {
           out.U8(DW_RLE_offset_pair).Uleb(1).Uleb(0x20);  // from low_pc
           out.U8(DW_RLE_base_addressx).Uleb(2);
           out.U8(DW_RLE_offset_pair).Uleb(2).Uleb(3);
           out.U8(DW_RLE_startx_endx).Uleb(0).Uleb(1);
           out.U8(DW_RLE_startx_length).Uleb(1).Uleb(5);
           out.U8(DW_RLE_base_address).Address(text, 0x40);
           out.U8(DW_RLE_offset_pair).Uleb(0).Uleb(0x81);
           out.U8(DW_RLE_start_end).Address(cold, 1).Address(cold, 9);
           out.U8(DW_RLE_start_length).Address(cold, 0x10).Uleb(0x10);
           out.U8(DW_RLE_end_of_list);
           out.U8(0xff);  // not read
         }});
    sample.dwarf.Unit({.abbrev_offset = 0}, [](DieWriter&) {});
    const uint64_t table = 2 + 1 + 2 + 2 + 2 + 1;  // the second abbreviations
    sample.dwarf.Unit({.abbrev_offset = table}, [&](DieWriter& die) {
      die.Die(1).Addr(text, 0x10).Index(1);
      die.SecOffset(".debug_rnglists", base)
          .SecOffset(".debug_addr", addr_base);
    });
    const DwarfFile file(sample.dwarf);
    const std::vector<Range> ranges = RangesOf(file.attribute(DW_AT_ranges, 1));
    ASSERT_EQ(ranges.size(), 7u);
    const uint32_t t = sample.text;
    const uint32_t c = sample.cold;
    EXPECT_THAT(ranges[0].begin, InSection(t, 0x11));
    EXPECT_THAT(ranges[0].end, InSection(t, 0x30));
    EXPECT_THAT(ranges[1].begin, InSection(c, 2));
    EXPECT_THAT(ranges[1].end, InSection(c, 3));
    EXPECT_THAT(ranges[2].begin, InSection(t, 0x80));
    EXPECT_THAT(ranges[2].end, InSection(t, 0x90));
    EXPECT_THAT(ranges[3].begin, InSection(t, 0x90));
    EXPECT_THAT(ranges[3].end, InSection(t, 0x95));
    EXPECT_THAT(ranges[4].begin, InSection(t, 0x40));
    EXPECT_THAT(ranges[4].end, InSection(t, 0xc1));
    EXPECT_THAT(ranges[5].begin, InSection(c, 1));
    EXPECT_THAT(ranges[5].end, InSection(c, 9));
    EXPECT_THAT(ranges[6].begin, InSection(c, 0x10));
    EXPECT_THAT(ranges[6].end, InSection(c, 0x20));
  });
}

TEST(RangesTest, EntriesAsStored) {
  Sample sample(5);
  const uint64_t start = sample.out().offset();
  sample.out().U8(DW_RLE_base_addressx).Uleb(300);
  sample.out().U8(DW_RLE_start_length).Address(sample.text_symbol(), 1).Uleb(2);
  sample.out().U8(DW_RLE_end_of_list);
  absl::StatusOr<RangeList> list =
      RangeList::Of(sample.Open(start).attribute(DW_AT_ranges));
  ASSERT_THAT(list, IsOk());
  EXPECT_EQ(list->offset(), start);
  EXPECT_FALSE(list->is_location_list());
  ListEntry entry;
  ASSERT_TRUE(list->NextEntry(&entry));
  EXPECT_EQ(entry.kind, DW_RLE_base_addressx);
  EXPECT_EQ(entry.offset, start);
  EXPECT_EQ(entry.size, 3u);
  EXPECT_THAT(entry.first, IsNumber(300));
  ASSERT_TRUE(list->NextEntry(&entry));
  EXPECT_EQ(entry.kind, DW_RLE_start_length);
  EXPECT_EQ(entry.size, 10u);
  EXPECT_THAT(entry.first, InSection(sample.text, 1));
  EXPECT_THAT(entry.second, IsNumber(2));
  ASSERT_TRUE(list->NextEntry(&entry));
  EXPECT_EQ(entry.kind, DW_RLE_end_of_list);
  EXPECT_EQ(entry.size, 1u);
  EXPECT_FALSE(list->NextEntry(&entry));
  EXPECT_TRUE(list->ok());
}

TEST(RangesTest, DebugRangesOnEveryMachine) {
  ForEachEncoding([](const Target& target, Encoding encoding) {
    if (encoding.version >= 5) return;
    Sample sample(encoding.version, target, encoding.format);
    const uint32_t text = sample.text_symbol();
    const uint32_t cold = sample.elf.SectionSymbol(sample.cold);
    sample.out().Zeros(3);  // at any alignment
    const uint64_t start = sample.out().offset();
    sample.out().Address(text, 0x10).Address(text, 0x20);
    // An empty range, relocated, that is no end of list.
    sample.out().Address(text, 0).Address(text, 0);
    sample.Number(sample.all_ones()).Address(cold, 0x40);
    sample.Number(1);
    sample.Number(8);
    // An empty pair of plain numbers is a range, too, if it is not 0, 0.
    sample.Number(4);
    sample.Number(4);
    sample.Number(sample.all_ones());
    sample.Number(0);  // base 0: addresses again
    sample.out().Address(cold, 2).Address(cold, 3);
    sample.Number(0);
    sample.Number(0);
    sample.out().Address(cold, 0xee);  // not read
    const std::vector<Range> ranges = sample.Ranges(start);
    ASSERT_EQ(ranges.size(), 5u);
    EXPECT_THAT(ranges[0].begin, InSection(sample.text, 0x10));
    EXPECT_THAT(ranges[0].end, InSection(sample.text, 0x20));
    EXPECT_THAT(ranges[1].begin, InSection(sample.text, 0));
    EXPECT_THAT(ranges[1].end, InSection(sample.text, 0));
    EXPECT_THAT(ranges[2].begin, InSection(sample.cold, 0x41));
    EXPECT_THAT(ranges[2].end, InSection(sample.cold, 0x48));
    EXPECT_THAT(ranges[3].begin, InSection(sample.cold, 0x44));
    EXPECT_THAT(ranges[3].end, InSection(sample.cold, 0x44));
    EXPECT_THAT(ranges[4].begin, InSection(sample.cold, 2));
    EXPECT_THAT(ranges[4].end, InSection(sample.cold, 3));
  });
}

TEST(RangesTest, DebugRangesEntriesHaveTheirModernKinds) {
  Sample sample(4);
  sample.Number(UINT64_MAX);
  sample.Number(0x1000);
  sample.Number(1);
  sample.Number(2);
  sample.Number(0);
  sample.Number(0);
  absl::StatusOr<RangeList> list =
      RangeList::Of(sample.Open(0).attribute(DW_AT_ranges));
  ListEntry entry;
  ASSERT_TRUE(list->NextEntry(&entry));
  EXPECT_EQ(entry.kind, DW_RLE_base_address);
  EXPECT_THAT(entry.first, IsNumber(0x1000));
  EXPECT_EQ(entry.size, 16u);
  ASSERT_TRUE(list->NextEntry(&entry));
  EXPECT_EQ(entry.kind, DW_RLE_offset_pair);
  ASSERT_TRUE(list->NextEntry(&entry));
  EXPECT_EQ(entry.kind, DW_RLE_end_of_list);
  EXPECT_FALSE(list->NextEntry(&entry));
}

// 2^64 - 1 is no base selection where addresses have 4 bytes, and the other
// way round.
TEST(RangesTest, BaseSelectionIsTheLargestAddressOfTheAddressSize) {
  Sample sample(4);
  sample.Number(0xffffffff);
  sample.Number(0x100000000);
  sample.Number(0);
  sample.Number(0);
  const std::vector<Range> ranges = sample.Ranges(0);
  ASSERT_EQ(ranges.size(), 1u);
  EXPECT_THAT(ranges[0].begin, IsNumber(0xffffffff));
}

TEST(RangesTest, OffsetsCountFromTheUnitsLowPc) {
  for (const uint16_t version : {3, 4, 5}) {
    for (const bool is_symbolic : {false, true}) {
      Sample sample(version);
      if (version == 5) {
        sample.out().U8(DW_RLE_offset_pair).Uleb(4).Uleb(6);
        sample.out().U8(DW_RLE_end_of_list);
      } else {
        sample.Number(4);
        sample.Number(6);
        sample.Number(0);
        sample.Number(0);
      }
      const std::vector<Range> ranges = sample.Ranges(0, is_symbolic, 0x30);
      ASSERT_EQ(ranges.size(), 1u);
      if (is_symbolic) {
        EXPECT_THAT(ranges[0].begin, InSection(sample.text, 0x34));
        EXPECT_THAT(ranges[0].end, InSection(sample.text, 0x36));
      } else {
        EXPECT_THAT(ranges[0].begin, IsNumber(0x34));
        EXPECT_THAT(ranges[0].end, IsNumber(0x36));
      }
    }
  }
}

// An offset is unsigned, and addresses wrap: 0xf...f0 means 16 before.
TEST(RangesTest, RnglistsOffsetPairBeforeBaseAddress) {
  for (const Target& target : {kX86_64, kI386, kArmBig, kS390x}) {
    for (const uint16_t version : {4, 5}) {
      for (const bool is_symbolic : {false, true}) {
        SCOPED_TRACE(target.name);
        Sample sample(version, target);
        const uint64_t before =
            ZeroExtend(uint64_t{0} - 0x10, target.address_size());
        if (version == 5) {
          sample.out().U8(DW_RLE_offset_pair).Uleb(before).Uleb(2);
          sample.out().U8(DW_RLE_end_of_list);
        } else {
          sample.Number(before);
          sample.Number(2);
          sample.Number(0);
          sample.Number(0);
        }
        const std::vector<Range> ranges = sample.Ranges(0, is_symbolic, 0x30);
        ASSERT_EQ(ranges.size(), 1u);
        if (is_symbolic) {
          EXPECT_THAT(ranges[0].begin, InSection(sample.text, 0x20));
          EXPECT_THAT(ranges[0].end, InSection(sample.text, 0x32));
        } else {
          EXPECT_THAT(ranges[0].begin, IsNumber(0x20));
          EXPECT_THAT(ranges[0].end, IsNumber(0x32));
        }
      }
    }
  }
}

// What follows a list decides which of two ways it is read, and changes
// nothing.
TEST(RangesTest, NumbersOfEverySizeWithAnythingBehindThem) {
  constexpr uint64_t kNumbers[] = {0,       1,       0x7f,       0x80,
                                   0x3fff,  0x4000,  0x1fffff,   0x200000,
                                   1 << 28, 1 << 30, 1ull << 42, 1ull << 63};
  for (const size_t tail : {0u, 1u, 4u, 8u, 24u}) {
    Sample sample(5);
    for (const uint64_t number : kNumbers) {
      sample.out().U8(DW_RLE_offset_pair).Uleb(number).Uleb(number + 1);
    }
    sample.out().U8(DW_RLE_start_length);
    sample.out().Address(sample.text_symbol(), 0x20).Uleb(0x81);
    sample.out().U8(DW_RLE_base_address);
    sample.out().Address(sample.elf.SectionSymbol(sample.cold), 4);
    sample.out().U8(DW_RLE_offset_pair).Uleb(2).Uleb(3);
    sample.out().U8(DW_RLE_end_of_list).Zeros(tail);
    const std::vector<Range> ranges = sample.Ranges(0, true, 8);
    ASSERT_EQ(ranges.size(), std::size(kNumbers) + 2);
    for (size_t i = 0; i < std::size(kNumbers); ++i) {
      EXPECT_THAT(ranges[i].begin, InSection(sample.text, 8 + kNumbers[i]));
      EXPECT_THAT(ranges[i].end, InSection(sample.text, 9 + kNumbers[i]));
    }
    const Range& from_start = ranges[std::size(kNumbers)];
    EXPECT_THAT(from_start.begin, InSection(sample.text, 0x20));
    EXPECT_THAT(from_start.end, InSection(sample.text, 0xa1));
    EXPECT_EQ(from_start.begin.width, 8);
    EXPECT_EQ(from_start.end.width, 0);
    EXPECT_THAT(ranges.back().begin, InSection(sample.cold, 6));
    EXPECT_THAT(ranges.back().end, InSection(sample.cold, 7));
  }
}

// A base is all that its entry says, whatever the one before it was.
TEST(RangesTest, NothingOfABadBaseIsLeft) {
  for (const size_t tail : {0u, 24u}) {
    Sample sample(5);
    sample.out().U8(DW_RLE_base_address).Address(sample.text_symbol(), 16);
    sample.out().U8(DW_RLE_offset_pair).Uleb(1).Uleb(2);
    sample.out().U8(DW_RLE_base_addressx).Uleb(7);  // there is no .debug_addr
    sample.out().U8(DW_RLE_offset_pair).Uleb(1).Uleb(2);
    sample.out().U8(DW_RLE_start_length);
    sample.out().Address(sample.text_symbol(), 8).Uleb(4);
    sample.out().U8(DW_RLE_base_address).Address(sample.text_symbol(), 32);
    sample.out().U8(DW_RLE_offset_pair).Uleb(1).Uleb(2);
    sample.out().U8(DW_RLE_end_of_list).Zeros(tail);
    const std::vector<Range> ranges = sample.Ranges(0);
    ASSERT_EQ(ranges.size(), 4u);
    EXPECT_TRUE(ranges[1].begin.is_bad());
    for (const size_t good : {0u, 2u, 3u}) {
      for (const RelocValue& bound : {ranges[good].begin, ranges[good].end}) {
        EXPECT_EQ(bound.error, ErrorCode::kOk) << good;
        EXPECT_EQ(bound.detail, 0u) << good;
      }
    }
    EXPECT_THAT(ranges[3].begin, InSection(sample.text, 33));
  }
}

// Pairs of numbers, of addresses, and of both, from a base that is a number or
// an address.  Each list is read in two ways (ReadBounds).
TEST(RangesTest, DebugRangesPairsOfEveryMixture) {
  for (const bool is_symbolic : {false, true}) {
    for (const uint64_t low_pc : {0u, 0x30u}) {
      for (const size_t tail : {0u, 24u}) {
        Sample sample(4);
        const uint32_t cold = sample.elf.SectionSymbol(sample.cold);
        const auto address = [&](uint32_t symbol, int64_t addend) {
          sample.out().Address(symbol, addend);
        };
        sample.Number(0x10);
        sample.Number(0x20);
        address(sample.text_symbol(), 0x40);
        address(sample.text_symbol(), 0x50);
        address(cold, -4);
        address(cold, 4);
        address(sample.text_symbol(), 1);
        address(cold, 2);
        address(sample.text_symbol(), 3);
        sample.Number(4);
        sample.Number(5);
        address(sample.text_symbol(), 6);
        sample.Number(sample.all_ones());
        address(cold, 0x60);
        sample.Number(0);
        sample.Number(8);
        sample.Number(sample.all_ones());
        sample.Number(0x1000);
        sample.Number(1);
        sample.Number(2);
        sample.Number(0);
        sample.Number(0);
        sample.out().Zeros(tail);
        const std::vector<Range> ranges = sample.Ranges(0, is_symbolic, low_pc);
        ASSERT_EQ(ranges.size(), 8u);
        const int64_t base = static_cast<int64_t>(low_pc);
        if (is_symbolic) {
          EXPECT_THAT(ranges[0].begin, InSection(sample.text, base + 0x10));
          EXPECT_THAT(ranges[0].end, InSection(sample.text, base + 0x20));
          EXPECT_EQ(ranges[1].begin.error, ErrorCode::kTwoRelocatable);
          EXPECT_EQ(ranges[3].end.error, ErrorCode::kTwoRelocatable);
        } else {
          EXPECT_THAT(ranges[0].begin, IsNumber(low_pc + 0x10));
          EXPECT_THAT(ranges[1].begin, InSection(sample.text, base + 0x40));
          EXPECT_THAT(ranges[1].end, InSection(sample.text, base + 0x50));
          EXPECT_EQ(ranges[1].begin.width, 0);
          EXPECT_THAT(ranges[2].begin, InSection(sample.cold, base - 4));
          EXPECT_THAT(ranges[2].end, InSection(sample.cold, base + 4));
          EXPECT_THAT(ranges[3].begin, InSection(sample.text, base + 1));
          EXPECT_THAT(ranges[3].end, InSection(sample.cold, base + 2));
          EXPECT_THAT(ranges[4].end, IsNumber(low_pc + 4));
          EXPECT_THAT(ranges[5].begin, IsNumber(low_pc + 5));
        }
        EXPECT_THAT(ranges[6].begin, InSection(sample.cold, 0x60));
        EXPECT_THAT(ranges[6].end, InSection(sample.cold, 0x68));
        EXPECT_THAT(ranges[7].begin, IsNumber(0x1001));
      }
    }
  }
}

// The seed's rule: of two addresses that are added one may be relocatable.
TEST(RangesTest, TwoRelocatableIsAnErrorOfThatEntryAlone) {
  Sample sample(4);
  sample.out().Address(sample.text_symbol(), 1);
  sample.out().Address(sample.text_symbol(), 2);
  sample.Number(1);
  sample.Number(2);
  sample.Number(0);
  sample.Number(0);
  const std::vector<Range> ranges = sample.Ranges(0, true, 0x30);
  ASSERT_EQ(ranges.size(), 2u);
  EXPECT_THAT(ranges[0].begin, IsBadWith(ErrorCode::kTwoRelocatable));
  EXPECT_THAT(ranges[0].end, IsBadWith(ErrorCode::kTwoRelocatable));
  EXPECT_THAT(ranges[1].begin, InSection(sample.text, 0x31));
}

TEST(RangesTest, AddRelocatable) {
  const RelocValue section = {
      .value = 8, .section = 3, .kind = RelocKind::kSection};
  const RelocValue bad = RelocValue::Bad(ErrorCode::kRelocType, 9);
  const RelocValue four = RelocValue::Constant(4);
  EXPECT_THAT(AddRelocatable(section, four, 8), InSection(3u, 12));
  EXPECT_THAT(AddRelocatable(four, section, 8), InSection(3u, 12));
  EXPECT_THAT(AddRelocatable(four, four, 8), IsNumber(8));
  EXPECT_THAT(AddRelocatable(section, section, 8),
              IsBadWith(ErrorCode::kTwoRelocatable));
  EXPECT_THAT(AddRelocatable(bad, section, 8),
              IsBadWith(ErrorCode::kRelocType));
  EXPECT_THAT(AddRelocatable(section, bad, 8),
              IsBadWith(ErrorCode::kRelocType));
  EXPECT_THAT(AddRelocatable(RelocValue::Constant(0xfffffffe), four, 4),
              IsNumber(2));
  EXPECT_THAT(AddRelocatable(RelocValue::Constant(0xfffe), four, 2),
              IsNumber(2));
  EXPECT_THAT(AddRelocatable(RelocValue::Constant(UINT64_MAX), four, 8),
              IsNumber(3));
}

TEST(RangesTest, UnsupportedRelocationSpoilsItsEntryAlone) {
  for (const uint16_t version : {4, 5}) {
    Sample sample(version);
    const auto bad = [&] {
      sample.out().Reloc(8, R_X86_64_GOT64, sample.text_symbol(), 0);
    };
    const auto entry = [&] {
      if (version == 5) sample.out().U8(DW_RLE_start_end);
    };
    entry();
    bad();
    sample.out().Address(sample.text_symbol(), 4);
    entry();
    sample.out().Address(sample.text_symbol(), 4);
    bad();
    entry();
    sample.out().Address(sample.text_symbol(), 5);
    sample.out().Address(sample.text_symbol(), 6);
    sample.out().Zeros(16);
    const std::vector<Range> ranges = sample.Ranges(0);
    ASSERT_EQ(ranges.size(), 3u);
    EXPECT_THAT(ranges[0].begin, IsBadWith(ErrorCode::kRelocType));
    EXPECT_THAT(ranges[0].end, InSection(sample.text, 4));
    EXPECT_THAT(ranges[1].begin, InSection(sample.text, 4));
    EXPECT_THAT(ranges[1].end, IsBadWith(ErrorCode::kRelocType));
    EXPECT_THAT(ranges[2].begin, InSection(sample.text, 5));
  }
}

TEST(RangesTest, BadBaseSpoilsWhatCountsFromIt) {
  Sample sample(5);
  sample.out().U8(DW_RLE_base_addressx).Uleb(3);  // there is no .debug_addr
  sample.out().U8(DW_RLE_offset_pair).Uleb(1).Uleb(2);
  sample.out().U8(DW_RLE_base_address).Address(sample.text_symbol(), 0);
  sample.out().U8(DW_RLE_offset_pair).Uleb(1).Uleb(2);
  sample.out().U8(DW_RLE_end_of_list);
  const std::vector<Range> ranges = sample.Ranges(0);
  ASSERT_EQ(ranges.size(), 2u);
  EXPECT_THAT(ranges[0].begin, IsBadWith(ErrorCode::kNotFound));
  EXPECT_THAT(ranges[0].end, IsBadWith(ErrorCode::kNotFound));
  EXPECT_THAT(ranges[1].begin, InSection(sample.text, 1));
}

TEST(RangesTest, UnknownKindIsAnErrorWithItsPlace) {
  for (const uint8_t kind : {8, 0x20, 0xff}) {
    Sample sample(5);
    sample.out().U8(DW_RLE_offset_pair).Uleb(1).Uleb(2).U8(kind).Zeros(32);
    absl::Status status;
    const std::vector<Range> ranges =
        RangesOf(sample.Open(0).attribute(DW_AT_ranges), &status);
    EXPECT_EQ(ranges.size(), 1u);
    EXPECT_THAT(status, FailsWith(ErrorCode::kBadDwarf, "kind"));
    EXPECT_EQ(GetDetail(status).offset, 3u);
    EXPECT_EQ(GetDetail(status).section,
              sample.dwarf.SectionIndex(".debug_rnglists"));
  }
}

TEST(RangesTest, TruncatedAtEveryByte) {
  for (const uint16_t version : {2, 5}) {
    Sample sample(version);
    const uint32_t text = sample.text_symbol();
    if (version == 5) {
      sample.out().U8(DW_RLE_offset_pair).Uleb(1).Uleb(300);
      sample.out().U8(DW_RLE_base_addressx).Uleb(200);
      sample.out().U8(DW_RLE_startx_endx).Uleb(200).Uleb(200);
      sample.out().U8(DW_RLE_startx_length).Uleb(200).Uleb(200);
      sample.out().U8(DW_RLE_base_address).Address(text, 1);
      sample.out().U8(DW_RLE_start_end).Address(text, 1).Address(text, 2);
      sample.out().U8(DW_RLE_start_length).Address(text, 1).Uleb(200);
      sample.out().U8(DW_RLE_end_of_list);
    } else {
      sample.out().Address(text, 1).Address(text, 2).Zeros(16);
    }
    const uint64_t size = sample.out().offset();
    const Encoding encoding = sample.dwarf.encoding();
    EXPECT_EQ(encoding.version, version);
    sample.dwarf.Unit({}, [&](DieWriter& die) {
      die.Die(1).Addr(text, 0).SecOffset(sample.section(), 0);
    });
    sample.dwarf.Finish();
    const std::vector<uint8_t> image = sample.elf.Build();
    const uint32_t section = sample.dwarf.SectionIndex(sample.section());
    for (uint64_t cut = 0; cut < size; ++cut) {
      const DwarfFile file(CutSection(sample.elf, image, section, cut));
      absl::Status status;
      RangesOf(file.attribute(DW_AT_ranges), &status);
      EXPECT_THAT(status, FailsWith(cut == 0 ? ErrorCode::kBadDwarf
                                             : ErrorCode::kTruncated,
                                    ""))
          << cut;
      EXPECT_EQ(GetDetail(status).section, section);
    }
  }
}

TEST(RangesTest, ListOutsideTheSection) {
  for (const uint16_t version : {4, 5}) {
    Sample sample(version);
    sample.out().Zeros(16);
    absl::Status status;
    RangesOf(sample.Open(16).attribute(DW_AT_ranges), &status);
    EXPECT_THAT(status, FailsWith(ErrorCode::kBadDwarf, "outside"));
  }
}

TEST(RangesTest, MissingSectionIsNamed) {
  for (const uint16_t version : {4, 5}) {
    for (const uint16_t form : {DW_FORM_sec_offset, DW_FORM_rnglistx}) {
      ElfBuilder elf(kX86_64);
      DwarfBuilder dwarf(&elf, {.version = version});
      dwarf.Abbrev(1, DW_TAG_compile_unit, false, {{DW_AT_ranges, form}})
          .EndAbbrevs();
      dwarf.Unit({}, [](DieWriter& die) { die.Die(1).Data4(0); });
      const DwarfFile file(dwarf);
      EXPECT_THAT(
          RangeList::Of(file.attribute(DW_AT_ranges)),
          FailsWith(ErrorCode::kNotFound,
                    version == 4 ? ".debug_ranges" : ".debug_rnglists"));
    }
  }
}

TEST(RangesTest, OtherClassesAreNoLists) {
  Sample sample(5);
  sample.out().U8(0);
  EXPECT_THAT(RangeList::Of(sample.Open(0).attribute(DW_AT_low_pc)),
              FailsWith(ErrorCode::kWrongForm, ""));
}

TEST(RangesTest, ListOffsetWithABadRelocation) {
  Sample sample(5);
  sample.out().U8(0);
  const auto unit = [&](uint32_t type, uint32_t symbol) {
    sample.dwarf.Unit({}, [&](DieWriter& die) {
      die.Die(1).Data8(0);
      die.out().Reloc(4, type, symbol, 0);
    });
  };
  unit(R_X86_64_PLT32, sample.dwarf.SectionSymbol(".debug_rnglists"));
  unit(R_X86_64_32, sample.text_symbol());
  const DwarfFile file(sample.dwarf);
  const absl::Status bad =
      RangeList::Of(file.attribute(DW_AT_ranges, 0)).status();
  EXPECT_THAT(bad, FailsWith(ErrorCode::kRelocType, "DW_AT_ranges: "));
  EXPECT_EQ(GetDetail(bad).reloc_type, uint32_t{R_X86_64_PLT32});
  EXPECT_THAT(RangeList::Of(file.attribute(DW_AT_ranges, 1)),
              FailsWith(ErrorCode::kBadDwarf, "not in a .debug_rnglists"));
}

// DWARF 5 7.28: the table has offset_entry_count offsets, and no more.
absl::Status IndexError(uint64_t index, uint64_t base_shift = 0,
                        const std::vector<uint64_t>& offsets = {4, 5}) {
  Sample sample(5);
  Assembler& out = sample.out();
  uint64_t base = 0;
  out.Length(Format::kDwarf32, [&] {
    out.U16(5).U8(8).U8(0).U32(offsets.size());
    base = out.offset();
    for (const uint64_t offset : offsets) out.U32(offset);
    out.Zeros(64);
  });
  sample.dwarf.Unit({.abbrev_offset = 10}, [&](DieWriter& die) {
    die.Die(1).Data8(0).Index(index);
    die.SecOffset(".debug_rnglists", base + base_shift);
    die.SecOffset(".debug_rnglists", 0);
  });
  const DwarfFile file(sample.dwarf);
  return RangeList::Of(file.attribute(DW_AT_ranges)).status();
}

TEST(RangesTest, IndexIsHeldAgainstTheTable) {
  EXPECT_THAT(IndexError(0), IsOk());
  EXPECT_THAT(IndexError(1), IsOk());
  EXPECT_THAT(IndexError(2), FailsWith(ErrorCode::kBadDwarf, "list index 2"));
  EXPECT_THAT(IndexError(UINT64_MAX),
              FailsWith(ErrorCode::kBadDwarf, "list index"));
  EXPECT_THAT(IndexError(uint64_t{1} << 62),
              FailsWith(ErrorCode::kBadDwarf, "list index"));
  EXPECT_THAT(IndexError(0, 1 << 20), FailsWith(ErrorCode::kBadDwarf, ""));
  EXPECT_THAT(IndexError(0, uint64_t{0} - 10),
              FailsWith(ErrorCode::kBadDwarf, ""));
  EXPECT_THAT(IndexError(0, 0, {0xfffffff0}),
              FailsWith(ErrorCode::kBadDwarf, "offset of list"));
}

TEST(RangesTest, BaseOfTheTableWithABadRelocation) {
  Sample sample(5);
  sample.dwarf.Lists(".debug_rnglists", {[](Assembler& out) { out.U8(0); }});
  sample.dwarf.Unit({.abbrev_offset = 10}, [&](DieWriter& die) {
    die.Die(1).Data8(0).Index(0);
    die.out().Reloc(4, R_X86_64_GOTPCREL,
                    sample.dwarf.SectionSymbol(".debug_rnglists"), 12);
    die.SecOffset(".debug_rnglists", 0);
  });
  const DwarfFile file(sample.dwarf);
  EXPECT_THAT(RangeList::Of(file.attribute(DW_AT_ranges)),
              FailsWith(ErrorCode::kRelocType, "DW_AT_rnglists_base"));
}

// DW_AT_GNU_ranges_base is for the lists of the split unit, which are in
// another file; the skeleton's own DW_AT_ranges does not count from it.
TEST(RangesTest, GnuRangesBaseIsNotForTheSkeletonItself) {
  ElfBuilder elf(kX86_64);
  DwarfBuilder dwarf(&elf, {.version = 4});
  dwarf
      .Abbrev(1, DW_TAG_compile_unit, false,
              {{DW_AT_GNU_ranges_base, DW_FORM_sec_offset},
               {DW_AT_ranges, DW_FORM_sec_offset}})
      .EndAbbrevs();
  dwarf.Section(".debug_ranges").Zeros(16).U64(5).U64(6).Zeros(16);
  dwarf.Unit({}, [](DieWriter& die) {
    die.Die(1).SecOffset(".debug_ranges", 16).SecOffset(".debug_ranges", 16);
  });
  const DwarfFile file(dwarf);
  const std::vector<Range> ranges = RangesOf(file.attribute(DW_AT_ranges));
  ASSERT_EQ(ranges.size(), 1u);
  EXPECT_THAT(ranges[0].begin, IsNumber(5));
}

// golang/go#46698.
TEST(RangesTest, RecordsOfALinkedFileAreNotApplied) {
  ElfBuilder elf(kX86_64, ET_EXEC);
  const uint32_t text = elf.Add({.name = ".text",
                                 .flags = SHF_ALLOC,
                                 .addr = 0x1000,
                                 .contents = Zeros(16)});
  DwarfBuilder dwarf(&elf, {.version = 4});
  dwarf
      .Abbrev(1, DW_TAG_compile_unit, false,
              {{DW_AT_ranges, DW_FORM_sec_offset}})
      .EndAbbrevs();
  dwarf.Section(".debug_ranges").U64(0x1004).U64(0x1008).Zeros(16);
  dwarf.Unit({},
             [](DieWriter& die) { die.Die(1).SecOffset(".debug_ranges", 0); });
  elf.Reloc(dwarf.SectionIndex(".debug_ranges"),
            {0, R_X86_64_64, elf.SectionSymbol(text), 4});
  const DwarfFile file(dwarf);
  const std::vector<Range> ranges = RangesOf(file.attribute(DW_AT_ranges));
  ASSERT_EQ(ranges.size(), 1u);
  EXPECT_THAT(ranges[0].begin, IsNumber(0x1004));
  EXPECT_THAT(ranges[0].end, IsNumber(0x1008));
}

}  // namespace
}  // namespace dwreloc::internal
