// dwarf/tree/contributions: .debug_addr and .debug_str_offsets as whole tables,
// with and without headers, on every machine; every error with its text.

#include "dwarf/tree/contributions.h"

#include <gtest/gtest.h>

#include <functional>
#include <vector>

#include "dwarf/constants.h"
#include "support/dwarf_file.h"

namespace dwreloc::internal {
namespace {

constexpr TableLayout kWithHeaders;

std::vector<RelocValue> Entries(const DwarfFile& file,
                                const Contribution& table) {
  const SectionView& view = *file.sections().View(table.place.section);
  RelocCursor cursor = EntriesOf(view, table);
  std::vector<RelocValue> values;
  while (!cursor.at_end()) values.push_back(cursor.Value(table.entry_size));
  return values;
}

TEST(ContributionsTest, TablesOnEveryMachine) {
  ForEachEncoding([](const Target& target, Encoding encoding) {
    if (encoding.version < 5) return;
    ElfBuilder elf(target);
    DwarfBuilder dwarf(&elf, encoding);
    const uint32_t text =
        elf.Add({.name = ".text", .flags = SHF_ALLOC, .contents = Zeros(64)});
    const uint32_t away =
        elf.AddSymbol({.name = "away", .binding = STB_GLOBAL});
    dwarf.AddrTable({{elf.SectionSymbol(text), 0x10}});
    const uint64_t base =
        dwarf.AddrTable({{elf.SectionSymbol(text), 8}, {away, 4}});
    const uint64_t strings = dwarf.StrOffsets({"x", "yz", "x"});
    const DwarfFile file(dwarf);
    const uint32_t addr = file.Find(".debug_addr");
    Contribution first;
    ASSERT_THAT(
        ReadContribution(file.sections(), {addr, 0}, kWithHeaders, &first),
        IsOk());
    EXPECT_EQ(first.version, 5);
    EXPECT_EQ(first.entry_size, encoding.address_size);
    EXPECT_EQ(first.count, 1u);
    Contribution second;
    ASSERT_THAT(ReadContribution(file.sections(), {addr, first.next},
                                 kWithHeaders, &second),
                IsOk());
    EXPECT_EQ(second.base, base);
    EXPECT_EQ(second.format, encoding.format);
    EXPECT_EQ(second.next, file.sections().View(addr)->bytes.size());
    const std::vector<RelocValue> values = Entries(file, second);
    ASSERT_EQ(values.size(), 2u);
    EXPECT_THAT(values[0], InSection(text, 8));
    EXPECT_THAT(values[1], IsUndefined(away, 4));

    Contribution offsets;
    ASSERT_THAT(
        ReadContribution(file.sections(), {file.Find(".debug_str_offsets"), 0},
                         kWithHeaders, &offsets),
        IsOk());
    EXPECT_EQ(offsets.base, strings);
    EXPECT_EQ(offsets.entry_size, encoding.offset_size());
    const std::vector<RelocValue> found = Entries(file, offsets);
    ASSERT_EQ(found.size(), 3u);
    EXPECT_THAT(found[1], IsNumber(2));
    EXPECT_THAT(found[2], IsNumber(0));
  });
}

// Before DWARF 5: entries to the end of the section, as the units say.
TEST(ContributionsTest, TablesWithoutHeaders) {
  ElfBuilder elf(kI386);
  DwarfBuilder dwarf(&elf, {.address_size = 4, .version = 4});
  dwarf.Section(".debug_addr").Zeros(11);
  dwarf.Section(".debug_str_offsets.dwo").Zeros(8);
  dwarf.Abbrev(1, DW_TAG_compile_unit, false, {}).EndAbbrevs();
  dwarf.Unit({}, [](DieWriter& die) { die.Die(1); });
  const DwarfFile file(dwarf);
  for (const Family family : {Family::kPlain, Family::kDwo}) {
    const TableLayout layout = LayoutOf(file.info(), family);
    EXPECT_FALSE(layout.has_headers);
    EXPECT_EQ(layout.encoding.address_size, 4);
  }
  const TableLayout layout = LayoutOf(file.info(), Family::kPlain);
  Contribution table;
  ASSERT_THAT(ReadContribution(file.sections(), {file.Find(".debug_addr"), 0},
                               layout, &table),
              IsOk());
  EXPECT_EQ(table.version, 0);
  EXPECT_EQ(table.base, 0u);
  EXPECT_EQ(table.count, 2u);
  EXPECT_EQ(table.next, 11u);
  ASSERT_THAT(ReadContribution(file.sections(),
                               {file.Find(".debug_str_offsets.dwo"), 0}, layout,
                               &table),
              IsOk());
  EXPECT_EQ(table.entry_size, 4);
  EXPECT_EQ(table.count, 2u);
}

TEST(ContributionsTest, AnyUnitOfVersion5MeansHeaders) {
  ElfBuilder elf(kX86_64);
  DwarfBuilder dwarf(&elf, {.version = 4});
  dwarf.Abbrev(1, DW_TAG_compile_unit, false, {}).EndAbbrevs();
  dwarf.Unit({}, [](DieWriter& die) { die.Die(1); });
  dwarf.set_encoding({.version = 5});
  dwarf.Unit({}, [](DieWriter& die) { die.Die(1); });
  const DwarfFile file(dwarf);
  EXPECT_TRUE(LayoutOf(file.info(), Family::kPlain).has_headers);
  EXPECT_FALSE(LayoutOf(file.info(), Family::kDwo).has_headers);
}

TEST(ContributionsTest, HeaderThatCannotBeRead) {
  struct Result {
    absl::Status status;
    uint64_t next;
  };
  const auto read = [](const std::function<void(Assembler&)>& header) {
    Assembler out(kX86_64);
    header(out);
    ElfBuilder elf(kX86_64);
    const uint32_t section = elf.Add(".debug_addr", out);
    const DwarfFile file(elf);
    Contribution table;
    const absl::Status status =
        ReadContribution(file.sections(), {section, 0}, kWithHeaders, &table);
    return Result{status, table.next};
  };
  const Result version = read([](Assembler& a) { a.U32(4).U16(4).U16(8); });
  EXPECT_THAT(version.status,
              FailsWith(ErrorCode::kUnsupported, "version 4, expected 5"));
  EXPECT_EQ(version.next, 8u);  // the rest can be read
  const Result address = read([](Assembler& a) { a.U32(4).U16(5).U16(3); });
  EXPECT_THAT(address.status,
              FailsWith(ErrorCode::kUnsupported, "address_size 3"));
  EXPECT_EQ(address.next, 8u);
  const Result segment =
      read([](Assembler& a) { a.U32(4).U16(5).U8(8).U8(1); });
  EXPECT_THAT(segment.status,
              FailsWith(ErrorCode::kUnsupported, "segment_selector_size 1"));
  const Result length = read([](Assembler& a) { a.U32(5).U16(5).U16(8); });
  EXPECT_THAT(length.status,
              FailsWith(ErrorCode::kTruncated, "exceeds the 4 bytes left"));
  EXPECT_EQ(length.next, kNoOffset);
  EXPECT_THAT(read([](Assembler& a) { a.U32(3).U16(5).U8(8); }).status,
              FailsWith(ErrorCode::kTruncated, ""));
  EXPECT_FALSE(read([](Assembler& a) { a.U32(0xfffffff0); }).status.ok());
}

TEST(ContributionsTest, CutAtEveryByte) {
  ElfBuilder elf(kX86_64);
  DwarfBuilder dwarf(&elf, {});
  dwarf.StrOffsets({"x"});
  dwarf.Finish();
  const std::vector<uint8_t> image = elf.Build();
  const uint32_t section = dwarf.SectionIndex(".debug_str_offsets");
  for (uint64_t cut = 0; cut < 12; ++cut) {
    const DwarfFile file(CutSection(elf, image, section, cut));
    Contribution table;
    EXPECT_FALSE(
        ReadContribution(file.sections(), {section, 0}, kWithHeaders, &table)
            .ok())
        << cut;
  }
}

TEST(ContributionsTest, OnlyOfSectionsWithEntries) {
  ElfBuilder elf(kX86_64);
  const uint32_t info = elf.Add({.name = ".debug_info", .contents = Zeros(8)});
  const DwarfFile file(elf);
  Contribution table;
  EXPECT_THAT(
      ReadContribution(file.sections(), {info, 0}, kWithHeaders, &table),
      FailsWith(ErrorCode::kNotFound, "not a section of addresses"));
}

// Alignment leaves zeros; what units refer to is found all the same.
TEST(ContributionIndexTest, ZerosBetweenTables) {
  for (const uint64_t zeros : {0, 3, 4, 8, 17}) {
    ElfBuilder elf;
    const uint32_t text =
        elf.Add({.name = ".text", .flags = SHF_ALLOC, .contents = Zeros(64)});
    DwarfBuilder dwarf(&elf, {.address_size = 8, .version = 5});
    dwarf
        .Abbrev(1, DW_TAG_compile_unit, false,
                {{DW_AT_addr_base, DW_FORM_sec_offset}})
        .EndAbbrevs();
    std::vector<uint64_t> bases;
    for (int i = 0; i < 3; ++i) {
      dwarf.Section(".debug_addr").Zeros(zeros);
      bases.push_back(dwarf.AddrTable({{elf.SectionSymbol(text), i}}));
      if (i == 1) continue;  // one that no unit refers to
      dwarf.Unit({}, [&](DieWriter& die) {
        die.Die(1).SecOffset(".debug_addr", bases.back());
      });
    }
    dwarf.Section(".debug_addr").Zeros(zeros);
    const DwarfFile file(dwarf);
    const ContributionIndex index(file.info());
    const uint32_t section = file.Find(".debug_addr");
    uint64_t offset = 0;
    for (const uint64_t base : bases) {
      const auto start = index.Next({section, offset});
      ASSERT_TRUE(start.has_value());
      Contribution table;
      ASSERT_THAT(ReadContribution(file.sections(), {section, start->offset},
                                   start->layout, &table),
                  IsOk());
      EXPECT_EQ(table.base, base);
      EXPECT_EQ(table.count, 1u);
      offset = table.next;
    }
    EXPECT_FALSE(index.Next({section, offset}).has_value());
  }
}

// ld -r joins GNU's tables of DWARF 4, which have no headers, with those of
// DWARF 5.
TEST(ContributionIndexTest, VersionsSideBySide) {
  ElfBuilder elf;
  const uint32_t text =
      elf.Add({.name = ".text", .flags = SHF_ALLOC, .contents = Zeros(64)});
  DwarfBuilder dwarf(&elf, {.address_size = 8, .version = 4});
  dwarf
      .Abbrev(1, DW_TAG_compile_unit, false,
              {{DW_AT_GNU_addr_base, DW_FORM_sec_offset}})
      .Abbrev(2, DW_TAG_compile_unit, false,
              {{DW_AT_addr_base, DW_FORM_sec_offset}})
      .EndAbbrevs();
  std::vector<std::pair<uint64_t, uint64_t>> expected;  // base, count
  for (int i = 0; i < 2; ++i) {
    dwarf.set_encoding({.address_size = 8, .version = 4});
    Assembler& out = dwarf.Section(".debug_addr");
    expected.emplace_back(out.offset(), 2);
    out.Address(elf.SectionSymbol(text), 1);
    out.Address(elf.SectionSymbol(text), 2);
    dwarf.Unit({}, [&](DieWriter& die) {
      die.Die(1).SecOffset(".debug_addr", expected.back().first);
    });
    dwarf.set_encoding({.address_size = 8, .version = 5});
    expected.emplace_back(dwarf.AddrTable({{elf.SectionSymbol(text), 3}}), 1);
    dwarf.Unit({}, [&](DieWriter& die) {
      die.Die(2).SecOffset(".debug_addr", expected.back().first);
    });
  }
  const DwarfFile file(dwarf);
  const ContributionIndex index(file.info());
  const uint32_t section = file.Find(".debug_addr");
  uint64_t offset = 0;
  for (const auto& [base, count] : expected) {
    const auto start = index.Next({section, offset});
    ASSERT_TRUE(start.has_value());
    Contribution table;
    ASSERT_THAT(ReadContribution(file.sections(), {section, start->offset},
                                 start->layout, &table),
                IsOk());
    EXPECT_EQ(table.base, base);
    EXPECT_EQ(table.count, count);
    for (const RelocValue& value : Entries(file, table)) {
      EXPECT_EQ(value.section, text);
    }
    offset = table.next;
  }
  EXPECT_FALSE(index.Next({section, offset}).has_value());
}

}  // namespace
}  // namespace dwreloc::internal
