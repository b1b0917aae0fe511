// dwarf/tree/unit: headers of every version, format and machine, bad ones
// between good ones, and what root DIEs say for their units.

#include "dwarf/tree/unit.h"

#include <gtest/gtest.h>

#include <vector>

#include "dwarf/constants.h"
#include "support/dwarf_file.h"

namespace dwreloc::internal {
namespace {

// Adds .text and one abbreviation table: 1, a compile unit without attributes.
uint32_t AddText(ElfBuilder& elf) {
  return elf.Add({.name = ".text", .flags = SHF_ALLOC, .contents = Zeros(256)});
}

void EmptyRoot(DieWriter& die) { die.Die(1); }

// DWARF 5 7.5.1.1, DWARF 4 7.5.1.1: bytes of a header.
uint64_t HeaderSize(Encoding encoding) {
  const uint64_t length = encoding.format == Format::kDwarf64 ? 12 : 4;
  const uint64_t offset = static_cast<uint64_t>(encoding.offset_size());
  return length + 2 + offset + 1 + (encoding.version >= 5 ? 1 : 0);
}

TEST(UnitTest, HeadersOfEveryMachineFormatAndVersion) {
  ForEachEncoding([](const Target& target, Encoding encoding) {
    ElfBuilder elf(target);
    AddText(elf);
    DwarfBuilder dwarf(&elf, encoding);
    dwarf.Section(".debug_abbrev").Raw({0, 0, 0});  // an offset that is not 0
    dwarf.Abbrev(1, DW_TAG_compile_unit, false, {}).EndAbbrevs();
    dwarf.Unit({.abbrev_offset = 3}, EmptyRoot);
    const uint64_t second = dwarf.Unit({.abbrev_offset = 3}, EmptyRoot);
    const DwarfFile file(dwarf);
    ASSERT_EQ(file.info().units().size(), 2u);
    EXPECT_TRUE(file.info().errors().empty());
    const Unit& unit = file.unit(1);
    EXPECT_EQ(unit.encoding(), encoding);
    EXPECT_EQ(unit.unit_type(), DW_UT_compile);
    EXPECT_FALSE(unit.is_types());
    EXPECT_EQ(unit.section(), file.Find(".debug_info"));
    EXPECT_EQ(unit.offset(), second);
    EXPECT_EQ(unit.header_size(), HeaderSize(encoding));
    EXPECT_EQ(unit.first_die(), second + HeaderSize(encoding));
    EXPECT_EQ(unit.end(), second + HeaderSize(encoding) + 1);
    EXPECT_EQ(unit.abbrev_offset().value, 3u);
    EXPECT_EQ(unit.number(), 1u);
    EXPECT_EQ(unit.family(), Family::kPlain);
    EXPECT_EQ(RootDie(unit)->tag, DW_TAG_compile_unit);
  });
}

TEST(UnitTest, EveryUnitTypeOfVersion5) {
  for (const uint8_t type :
       {DW_UT_compile, DW_UT_type, DW_UT_partial, DW_UT_skeleton,
        DW_UT_split_compile, DW_UT_split_type}) {
    for (const Format format : {Format::kDwarf32, Format::kDwarf64}) {
      SCOPED_TRACE(UnitTypeName(type));
      ElfBuilder elf(kX86_64);
      DwarfBuilder dwarf(&elf, {.format = format, .version = 5});
      dwarf.Abbrev(1, DW_TAG_compile_unit, false, {}).EndAbbrevs();
      dwarf.Unit({.unit_type = type, .signature = 0x1122334455667788},
                 EmptyRoot);
      const DwarfFile file(dwarf);
      const Unit& unit = file.unit();
      EXPECT_EQ(unit.unit_type(), type);
      const bool has_type = type == DW_UT_type || type == DW_UT_split_type;
      const bool has_id = type == DW_UT_skeleton || type == DW_UT_split_compile;
      EXPECT_EQ(unit.signature(),
                has_type || has_id ? 0x1122334455667788u : 0u);
      EXPECT_EQ(unit.header_size(),
                HeaderSize(unit.encoding()) + (has_type || has_id ? 8 : 0) +
                    (has_type ? static_cast<uint64_t>(format) : 0));
      EXPECT_EQ(RootDie(unit)->tag, DW_TAG_compile_unit);
    }
  }
}

// The label is counted from the unit's start.
TEST(UnitTest, TypeUnitsAreFoundBySignature) {
  for (const uint16_t version : {4, 5}) {
    const char* section = version == 4 ? ".debug_types" : ".debug_info";
    ElfBuilder elf(kX86_64);
    DwarfBuilder dwarf(&elf, {.version = version});
    dwarf.Abbrev(1, DW_TAG_type_unit, true, {});
    dwarf.Abbrev(2, DW_TAG_structure_type, false, {}).EndAbbrevs();
    dwarf.Unit({}, EmptyRoot);
    for (const uint64_t signature : {7, 8, 7}) {
      Label type = dwarf.Section(section).Forward();
      dwarf.Unit({.unit_type = DW_UT_type,
                  .signature = signature,
                  .type = type,
                  .section = section},
                 [&](DieWriter& die) { die.Die(1).Bind(type).Die(2).End(); });
    }
    const DwarfFile file(dwarf);
    ASSERT_EQ(file.info().units().size(), 4u);
    const Unit* unit = file.info().FindTypeUnit(8);
    ASSERT_NE(unit, nullptr);
    EXPECT_EQ(unit->signature(), 8u);
    EXPECT_EQ(unit->is_types(), version == 4);
    EXPECT_EQ(unit->unit_type(), DW_UT_type);
    const absl::StatusOr<std::optional<Die>> die =
        ReadDie(*unit, unit->offset() + unit->type_offset());
    ASSERT_THAT(die, IsOk());
    EXPECT_EQ(die->value().tag, DW_TAG_structure_type);
    // The first of two with one signature.
    EXPECT_EQ(file.info().FindTypeUnit(7)->number(),
              file.info().FindTypeUnit(8)->number() - 1);
    EXPECT_EQ(file.info().FindTypeUnit(9), nullptr);
  }
}

TEST(UnitTest, UnitsOfSeveralSectionsKnowTheirOwn) {
  ElfBuilder elf(kX86_64);
  DwarfBuilder dwarf(&elf, {.version = 5});
  dwarf.Abbrev(1, DW_TAG_compile_unit, false, {}).EndAbbrevs();
  dwarf.Unit({}, EmptyRoot);
  // Another .debug_info, as in a COMDAT group.
  Assembler other;
  other.Length(Format::kDwarf32, [&] {
    other.U16(5).U8(DW_UT_compile).U8(8);
    other.Offset(4, dwarf.SectionSymbol(".debug_abbrev"), 0).U8(1);
  });
  const uint32_t second = elf.Add(".debug_info", other);
  const DwarfFile file(dwarf);
  ASSERT_EQ(file.info().units().size(), 2u);
  EXPECT_EQ(file.unit(1).section(), second);
  EXPECT_EQ(file.unit(1).offset(), 0u);
  const uint32_t first = file.unit(0).section();
  EXPECT_EQ(file.info().FindUnit({first, 0}), &file.unit(0));
  EXPECT_EQ(file.info().FindUnit({second, 12}), &file.unit(1));
  EXPECT_EQ(file.info().FindUnit({second, file.unit(1).end()}), nullptr);
  EXPECT_EQ(file.info().FindUnit({second + 100, 0}), nullptr);
  EXPECT_EQ(file.info().FindUnit({0, 0}), nullptr);
}

TEST(UnitTest, FileWithoutUnits) {
  ElfBuilder elf(kX86_64);
  AddText(elf);
  const DwarfFile file(elf);
  EXPECT_TRUE(file.info().units().empty());
  EXPECT_TRUE(file.info().errors().empty());
  EXPECT_EQ(file.info().FindUnit({0, 0}), nullptr);
  ElfBuilder empty(kX86_64);
  empty.Add({.name = ".debug_info"});
  const DwarfFile none(empty);
  EXPECT_TRUE(none.info().units().empty());
  EXPECT_TRUE(none.info().errors().empty());
}

// The length says how much there is: cut it at every byte of the header.
TEST(UnitTest, HeaderTruncatedAtEveryByte) {
  for (const Format format : {Format::kDwarf32, Format::kDwarf64}) {
    for (uint16_t version = 2; version <= 5; ++version) {
      const Encoding encoding = {.format = format, .version = version};
      const uint64_t length_size = format == Format::kDwarf64 ? 12 : 4;
      for (uint64_t length = 0; length_size + length < HeaderSize(encoding);
           ++length) {
        SCOPED_TRACE(length);
        ElfBuilder elf(kX86_64);
        DwarfBuilder dwarf(&elf, encoding);
        dwarf.Abbrev(1, DW_TAG_compile_unit, false, {}).EndAbbrevs();
        Assembler& info = dwarf.Section(".debug_info");
        info.Length(format, [&] {
          Assembler header;
          header.U16(version);
          if (version >= 5) header.U8(DW_UT_compile).U8(8);
          header.Number(0, encoding.offset_size()).U8(8);
          const std::vector<uint8_t> bytes = header.bytes();
          info.Raw(Bytes(bytes.data(), length));
        });
        const uint64_t next = info.offset();
        dwarf.Unit({}, EmptyRoot);
        const DwarfFile file(dwarf);
        // The one behind it is read all the same.
        ASSERT_EQ(file.info().units().size(), 1u);
        EXPECT_EQ(file.unit().offset(), next);
        // 4 zeros are padding.
        const bool is_padding = format == Format::kDwarf32 && length == 0;
        ASSERT_EQ(file.info().errors().size(), is_padding ? 0u : 1u);
        if (is_padding) continue;
        EXPECT_THAT(file.info().errors()[0],
                    FailsWith(ErrorCode::kTruncated, ""));
      }
    }
  }
}

TEST(UnitTest, SectionTruncatedAtEveryByte) {
  for (const Format format : {Format::kDwarf32, Format::kDwarf64}) {
    ElfBuilder elf(kX86_64);
    DwarfBuilder dwarf(&elf, {.format = format, .version = 5});
    dwarf.Abbrev(1, DW_TAG_compile_unit, false, {}).EndAbbrevs();
    dwarf.Unit({}, EmptyRoot);
    const uint64_t size = dwarf.Section(".debug_info").offset();
    dwarf.Finish();
    const std::vector<uint8_t> image = elf.Build();
    for (uint64_t cut = 1; cut < size; ++cut) {
      const DwarfFile file(
          CutSection(elf, image, dwarf.SectionIndex(".debug_info"), cut));
      EXPECT_TRUE(file.info().units().empty()) << cut;
      ASSERT_EQ(file.info().errors().size(), 1u) << cut;
      EXPECT_THAT(file.info().errors()[0],
                  FailsWith(ErrorCode::kTruncated, ""));
      EXPECT_EQ(GetDetail(file.info().errors()[0]).section,
                dwarf.SectionIndex(".debug_info"));
    }
  }
}

TEST(UnitTest, LengthBeyondTheSectionEndsTheList) {
  for (const uint64_t length : {uint64_t{1} << 20, UINT64_MAX}) {
    ElfBuilder elf(kX86_64);
    DwarfBuilder dwarf(&elf, {.version = 4});
    dwarf.Abbrev(1, DW_TAG_compile_unit, false, {}).EndAbbrevs();
    dwarf.Unit({}, EmptyRoot);
    Assembler& info = dwarf.Section(".debug_info");
    const uint64_t start = info.offset();
    info.U32(0xffffffff).U64(length).U16(4).Zeros(32).U8(1);
    const DwarfFile file(dwarf);
    EXPECT_EQ(file.info().units().size(), 1u);
    ASSERT_EQ(file.info().errors().size(), 1u);
    EXPECT_THAT(file.info().errors()[0],
                FailsWith(ErrorCode::kTruncated, "unit_length"));
    EXPECT_EQ(GetDetail(file.info().errors()[0]).offset, start);
  }
}

TEST(UnitTest, ReservedLengthsAreAnError) {
  for (const uint64_t length : {0xfffffff0, 0xfffffffe}) {
    ElfBuilder elf(kX86_64);
    Assembler info;
    info.U32(length).Zeros(32).U8(1);
    elf.Add(".debug_info", info);
    const DwarfFile file(elf);
    ASSERT_EQ(file.info().errors().size(), 1u);
    EXPECT_THAT(file.info().errors()[0],
                FailsWith(ErrorCode::kBadDwarf, "reserved"));
  }
}

TEST(UnitTest, UnknownVersionIsSkipped) {
  for (const uint16_t version : {0, 1, 6, 0x500}) {
    ElfBuilder elf(kX86_64);
    DwarfBuilder dwarf(&elf, {.version = 4});
    dwarf.Abbrev(1, DW_TAG_compile_unit, false, {}).EndAbbrevs();
    Assembler& info = dwarf.Section(".debug_info");
    info.U32(8).U16(version).Zeros(5).U8(8);
    dwarf.Unit({}, EmptyRoot);
    const DwarfFile file(dwarf);
    EXPECT_EQ(file.info().units().size(), 1u);
    EXPECT_EQ(file.unit().offset(), 12u);
    ASSERT_EQ(file.info().errors().size(), 1u);
    EXPECT_THAT(file.info().errors()[0],
                FailsWith(ErrorCode::kUnsupported, "version"));
    EXPECT_EQ(GetDetail(file.info().errors()[0]).offset, 4u);
  }
}

TEST(UnitTest, UnknownUnitTypeAndAddressSizeAreSkipped) {
  const auto errors_of = [](uint8_t unit_type, uint8_t address_size) {
    ElfBuilder elf(kX86_64);
    Assembler info;
    info.Length(Format::kDwarf32, [&] {
      info.U16(5).U8(unit_type).U8(address_size).U32(0).Zeros(16).U8(1);
    });
    elf.Add(".debug_info", info);
    const DwarfFile file(elf);
    EXPECT_TRUE(file.info().units().empty());
    return file.info().errors().at(0);
  };
  EXPECT_THAT(errors_of(0, 8),
              FailsWith(ErrorCode::kUnsupported, "unit_type 0"));
  EXPECT_THAT(errors_of(0x80, 8),
              FailsWith(ErrorCode::kUnsupported, "unit_type 128"));
  for (const uint8_t size : {0, 1, 3, 5, 16, 255}) {
    const absl::Status status = errors_of(DW_UT_compile, size);
    EXPECT_THAT(status, FailsWith(ErrorCode::kUnsupported, "address_size"));
    EXPECT_EQ(GetDetail(status).offset, 7u);
  }
}

TEST(UnitTest, ZeroPaddingIsNoUnit) {
  for (const uint64_t padding : {1, 3, 4, 7, 4096}) {
    ElfBuilder elf(kX86_64);
    DwarfBuilder dwarf(&elf, {.version = 4});
    dwarf.Abbrev(1, DW_TAG_compile_unit, false, {}).EndAbbrevs();
    dwarf.Unit({}, EmptyRoot);
    dwarf.Section(".debug_info").Zeros(padding);
    const DwarfFile file(dwarf);
    EXPECT_EQ(file.info().units().size(), 1u);
    EXPECT_TRUE(file.info().errors().empty());
  }
}

// A quarter of a million bad headers: a bounded number of errors, no hang.
TEST(UnitTest, GarbageCostsABoundedNumberOfErrors) {
  ElfBuilder elf(kX86_64);
  std::vector<uint8_t> zeros = Zeros(1 << 20);
  zeros.back() = 1;
  elf.Add({.name = ".debug_info", .contents = std::move(zeros)});
  const DwarfFile file(elf);
  EXPECT_TRUE(file.info().units().empty());
  EXPECT_FALSE(file.info().errors().empty());
  EXPECT_LE(file.info().errors().size(), 1000u);
}

TEST(UnitTest, UnsupportedRelocationOfAbbrevOffsetSpoilsThatUnitOnly) {
  ElfBuilder elf(kX86_64.WithFill(0x22));
  DwarfBuilder dwarf(&elf, {.version = 4});
  dwarf.Abbrev(1, DW_TAG_compile_unit, false, {}).EndAbbrevs();
  Assembler& info = dwarf.Section(".debug_info");
  info.Length(Format::kDwarf32, [&] {
    info.U16(4);
    info.Reloc(4, R_X86_64_GOTPCREL, dwarf.SectionSymbol(".debug_abbrev"), 0);
    info.U8(8).U8(1);
  });
  dwarf.Unit({}, EmptyRoot);
  const DwarfFile file(dwarf);
  ASSERT_EQ(file.info().units().size(), 1u);
  EXPECT_THAT(RootDie(file.unit()), IsOk());
  ASSERT_EQ(file.info().errors().size(), 1u);
  EXPECT_THAT(file.info().errors()[0],
              FailsWith(ErrorCode::kRelocType, "debug_abbrev_offset"));
  const ErrorDetail detail = GetDetail(file.info().errors()[0]);
  EXPECT_EQ(detail.offset, 6u);
  EXPECT_EQ(detail.reloc_type, uint32_t{R_X86_64_GOTPCREL});
}

// golang/go#46698.
TEST(UnitTest, RecordsOfALinkedFileAreNotApplied) {
  ElfBuilder elf(kX86_64, ET_EXEC);
  const uint32_t text = AddText(elf);
  DwarfBuilder dwarf(&elf, {.version = 4});
  dwarf.Abbrev(1, DW_TAG_compile_unit, false, {{DW_AT_low_pc, DW_FORM_addr}})
      .EndAbbrevs();
  dwarf.Unit({}, [&](DieWriter& die) { die.Die(1).Data8(0x401000); });
  const uint32_t info = dwarf.SectionIndex(".debug_info");
  elf.Reloc(info, {6, R_X86_64_32, elf.SectionSymbol(text), 0x77});
  elf.Reloc(info, {12, R_X86_64_64, elf.SectionSymbol(text), 0x77});
  const DwarfFile file(dwarf);
  EXPECT_TRUE(file.info().errors().empty());
  EXPECT_EQ(file.unit().abbrev_offset().value, 0u);
  EXPECT_THAT(file.Value(DW_AT_low_pc), IsNumber(0x401000));
  EXPECT_THAT(file.unit().bases().low_pc, IsNumber(0x401000));
}

TEST(UnitTest, BasesComeFromTheRoot) {
  ForEachEncoding([](const Target& target, Encoding encoding) {
    if (encoding.version < 4) return;
    ElfBuilder elf(target);
    const uint32_t text = AddText(elf);
    DwarfBuilder dwarf(&elf, encoding);
    dwarf
        .Abbrev(1, DW_TAG_compile_unit, false,
                {{DW_AT_low_pc, DW_FORM_addr},
                 {DW_AT_stmt_list, DW_FORM_sec_offset},
                 {DW_AT_str_offsets_base, DW_FORM_sec_offset},
                 {DW_AT_addr_base, DW_FORM_sec_offset},
                 {DW_AT_rnglists_base, DW_FORM_sec_offset},
                 {DW_AT_loclists_base, DW_FORM_sec_offset}})
        .EndAbbrevs();
    dwarf.Unit({}, [&](DieWriter& die) {
      die.Die(1).Addr(elf.SectionSymbol(text), 0x20);
      die.SecOffset(".debug_line", 0x11);
      die.SecOffset(".debug_str_offsets", 0x12);
      die.SecOffset(".debug_addr", 0x13);
      die.SecOffset(".debug_rnglists", 0x14);
      die.SecOffset(".debug_loclists", 0x15);
    });
    const DwarfFile file(dwarf);
    const UnitBases& bases = file.unit().bases();
    EXPECT_THAT(bases.low_pc, InSection(text, 0x20));
    EXPECT_EQ(bases.stmt_list.value().value, 0x11u);
    EXPECT_EQ(bases.str_offsets.value, 0x12u);
    EXPECT_EQ(bases.addr.value, 0x13u);
    EXPECT_EQ(bases.rnglists.value, 0x14u);
    EXPECT_EQ(bases.loclists.value, 0x15u);
  });
}

// Split units have no base attributes: their tables have one contribution,
// behind its header (DWARF 5 7.26 to 7.29).
TEST(UnitTest, BasesWithoutAttributesAreBehindTheHeaders) {
  for (const Format format : {Format::kDwarf32, Format::kDwarf64}) {
    ElfBuilder elf(kX86_64);
    DwarfBuilder dwarf(&elf, {.format = format, .version = 5});
    dwarf.Abbrev(1, DW_TAG_compile_unit, false, {}).EndAbbrevs();
    dwarf.Unit({}, EmptyRoot);
    const DwarfFile file(dwarf);
    const UnitBases& bases = file.unit().bases();
    const uint64_t length = format == Format::kDwarf64 ? 12 : 4;
    EXPECT_EQ(bases.str_offsets.value, length + 4);
    EXPECT_EQ(bases.addr.value, length + 4);
    EXPECT_EQ(bases.rnglists.value, length + 8);
    EXPECT_EQ(bases.loclists.value, length + 8);
    EXPECT_FALSE(bases.stmt_list.has_value());
    EXPECT_THAT(bases.low_pc, IsNumber(0));
  }
}

TEST(UnitTest, LowPcMayBeAnIndexBeforeItsBase) {
  ElfBuilder elf(kX86_64);
  const uint32_t text = AddText(elf);
  DwarfBuilder dwarf(&elf, {.version = 5});
  dwarf.AddrTable({{elf.SectionSymbol(text), 1}});
  const uint64_t base = dwarf.AddrTable(
      {{elf.SectionSymbol(text), 2}, {elf.SectionSymbol(text), 3}});
  dwarf
      .Abbrev(1, DW_TAG_compile_unit, false,
              {{DW_AT_low_pc, DW_FORM_addrx},
               {DW_AT_addr_base, DW_FORM_sec_offset}})
      .EndAbbrevs();
  dwarf.Unit({}, [&](DieWriter& die) {
    die.Die(1).Index(1).SecOffset(".debug_addr", base);
  });
  const DwarfFile file(dwarf);
  EXPECT_THAT(file.unit().bases().low_pc, InSection(text, 3));
}

TEST(UnitTest, LowPcThatCannotBeReadIsBad) {
  ElfBuilder elf(kX86_64);
  DwarfBuilder dwarf(&elf, {.version = 5});
  dwarf.Abbrev(1, DW_TAG_compile_unit, false, {{DW_AT_low_pc, DW_FORM_addrx}})
      .EndAbbrevs();
  dwarf.Unit({}, [&](DieWriter& die) { die.Die(1).Index(1); });
  const DwarfFile file(dwarf);
  EXPECT_THAT(file.unit().bases().low_pc, IsBadWith(ErrorCode::kNotFound));
}

// Base 0 would be a place, too: the wrong one.
TEST(UnitTest, BasesWithABadRelocationAreNotTakenForZero) {
  ElfBuilder elf(kX86_64);
  const uint32_t text = AddText(elf);
  DwarfBuilder dwarf(&elf, {.version = 5});
  dwarf
      .Abbrev(1, DW_TAG_compile_unit, false,
              {{DW_AT_str_offsets_base, DW_FORM_sec_offset},
               {DW_AT_addr_base, DW_FORM_sec_offset},
               {DW_AT_stmt_list, DW_FORM_sec_offset},
               {DW_AT_rnglists_base, DW_FORM_sec_offset}})
      .EndAbbrevs();
  dwarf.Unit({}, [&](DieWriter& die) {
    die.Die(1);
    for (int i = 0; i < 3; ++i) {
      die.out().Reloc(4, R_X86_64_GOTPCREL, elf.SectionSymbol(text), 0);
    }
    die.out().Offset(4, elf.SectionSymbol(text), 0);  // symbolic: no offset
  });
  const DwarfFile file(dwarf);
  const UnitBases& bases = file.unit().bases();
  EXPECT_EQ(bases.str_offsets.value, kNoOffset);
  EXPECT_EQ(bases.addr.value, kNoOffset);
  EXPECT_EQ(bases.rnglists.value, kNoOffset);
  ASSERT_TRUE(bases.stmt_list.has_value());
  EXPECT_EQ(bases.stmt_list->value, kNoOffset);
}

TEST(UnitTest, MissingAbbreviationsAreNamed) {
  ElfBuilder elf(kX86_64);
  Assembler info;
  info.Length(Format::kDwarf32, [&] { info.U16(4).U32(0).U8(8).U8(1); });
  elf.Add(".debug_info", info);
  const DwarfFile file(elf);
  EXPECT_THAT(file.unit().abbrevs(),
              FailsWith(ErrorCode::kNotFound, ".debug_abbrev"));
  EXPECT_THAT(RootDie(file.unit()),
              FailsWith(ErrorCode::kNotFound, ".debug_abbrev"));
  EXPECT_EQ(file.unit().bases().rnglists.value, 12u);  // defaults
}

TEST(UnitTest, AbbreviationTableIsParsedOncePerOffset) {
  ElfBuilder elf(kX86_64);
  DwarfBuilder dwarf(&elf, {.version = 4});
  dwarf.Abbrev(1, DW_TAG_compile_unit, false, {}).EndAbbrevs();
  const uint64_t other = dwarf.BeginAbbrevs();
  dwarf.Abbrev(1, DW_TAG_partial_unit, false, {}).EndAbbrevs();
  dwarf.Unit({}, EmptyRoot);
  dwarf.Unit({.abbrev_offset = other}, EmptyRoot);
  dwarf.Unit({}, EmptyRoot);
  const DwarfFile file(dwarf);
  EXPECT_EQ(*file.unit(0).abbrevs(), *file.unit(2).abbrevs());
  EXPECT_NE(*file.unit(0).abbrevs(), *file.unit(1).abbrevs());
  EXPECT_EQ(RootDie(file.unit(1))->tag, DW_TAG_partial_unit);
}

// Each unit names another byte of one endless table.
TEST(UnitTest, OverlappingAbbreviationTablesAreBounded) {
  constexpr uint64_t kUnits = 20000;
  ElfBuilder elf(kX86_64);
  Assembler abbrevs;
  for (uint64_t i = 0; i < kUnits; ++i) {
    abbrevs.Raw({1, DW_TAG_compile_unit, 0, 0, 0});
  }
  elf.Add(".debug_abbrev", abbrevs);
  Assembler info;
  for (uint64_t i = 0; i < kUnits; ++i) {
    info.Length(Format::kDwarf32, [&] { info.U16(4).U32(5 * i).U8(8).U8(1); });
  }
  elf.Add(".debug_info", info);
  const DwarfFile file(elf);
  ASSERT_EQ(file.info().units().size(), kUnits);
  EXPECT_THAT(file.unit(0).abbrevs(), IsOk());
  absl::Status last;
  for (const Unit& unit : file.info().units()) last = unit.abbrevs().status();
  EXPECT_THAT(last, FailsWith(ErrorCode::kBadDwarf, "overlap"));
}

class Recorder : public RelocObserver {
 public:
  void OnRelocated(const RelocatedDatum& datum) override {
    seen.push_back(datum);
  }
  std::vector<RelocatedDatum> seen;
};

TEST(UnitTest, ObserverHearsOfTheHeadersRecord) {
  ElfBuilder elf(kX86_64);
  DwarfBuilder dwarf(&elf, {.version = 5});
  dwarf.Abbrev(1, DW_TAG_compile_unit, false, {}).EndAbbrevs();
  dwarf.Unit({}, EmptyRoot);
  dwarf.Unit({}, EmptyRoot);
  const DwarfFile file(dwarf);
  Recorder recorder;
  file.info().Observe(&recorder, file.unit(1));
  ASSERT_EQ(recorder.seen.size(), 1u);
  EXPECT_STREQ(recorder.seen[0].field, "debug_abbrev_offset");
  EXPECT_EQ(recorder.seen[0].section, file.Find(".debug_info"));
  EXPECT_EQ(recorder.seen[0].offset, file.unit(1).offset() + 8);
  EXPECT_EQ(recorder.seen[0].width, 4);
}

TEST(UnitTest, ZerosBetweenUnits) {
  for (const Target& target : {kX86_64, kS390x}) {
    for (uint64_t zeros = 0; zeros < 10; ++zeros) {
      ElfBuilder elf(target);
      DwarfBuilder dwarf(&elf, {.address_size = 8, .version = 4});
      dwarf.Abbrev(1, DW_TAG_compile_unit, false, {}).EndAbbrevs();
      std::vector<uint64_t> offsets;
      for (int i = 0; i < 3; ++i) {
        dwarf.Section(".debug_info").Zeros(zeros);
        offsets.push_back(dwarf.Unit({}, [](DieWriter& die) { die.Die(1); }));
      }
      dwarf.Section(".debug_info").Zeros(zeros);
      const DwarfFile file(dwarf);
      EXPECT_TRUE(file.info().errors().empty());
      ASSERT_EQ(file.info().units().size(), 3u) << zeros;
      for (int i = 0; i < 3; ++i) EXPECT_EQ(file.unit(i).offset(), offsets[i]);
    }
  }
}

}  // namespace
}  // namespace dwreloc::internal
