// dwarf/tree/strings: every string form, through .debug_str_offsets where it
// takes that, and what says why there is none.

#include "dwarf/tree/strings.h"

#include <gtest/gtest.h>

#include "dwarf/constants.h"
#include "support/dwarf_file.h"

namespace dwreloc::internal {
namespace {

// A root with one attribute of a form.
struct OneString {
  explicit OneString(uint16_t form, const Target& target = kX86_64,
                     Encoding encoding = {})
      : elf(target), dwarf(&elf, encoding) {
    dwarf.Str("not this one");
    dwarf.LineStr("nor this");
    dwarf
        .Abbrev(
            1, DW_TAG_compile_unit, false,
            {{DW_AT_str_offsets_base, DW_FORM_sec_offset}, {DW_AT_name, form}})
        .EndAbbrevs();
  }

  // The unit, with a string in a form that is not an index.
  void WriteDirect(uint16_t form, const char* string) {
    dwarf.Unit({}, [&](DieWriter& die) {
      die.Die(1).SecOffset(".debug_str_offsets", 0);
      if (form == DW_FORM_string) die.String(string);
      if (form == DW_FORM_strp) die.Strp(string);
      if (form == DW_FORM_line_strp) die.LineStrp(string);
    });
  }

  ElfBuilder elf;
  DwarfBuilder dwarf;
};

TEST(StringsTest, DirectFormsOnEveryMachine) {
  ForEachEncoding([](const Target& target, Encoding encoding) {
    for (const uint16_t form :
         {DW_FORM_string, DW_FORM_strp, DW_FORM_line_strp}) {
      OneString test(form, target, encoding);
      test.WriteDirect(form, "a.c");
      const DwarfFile file(test.dwarf);
      const Attribute name = file.attribute(DW_AT_name);
      EXPECT_EQ(StringOf(name).value(), "a.c");
      const absl::StatusOr<SectionPlace> place = StringPlaceOf(name);
      ASSERT_THAT(place, IsOk());
      if (form == DW_FORM_string) {
        EXPECT_EQ(place->section, file.Find(".debug_info"));
        EXPECT_EQ(place->offset, name.offset);
      } else if (form == DW_FORM_strp) {
        EXPECT_EQ(place->section, file.Find(".debug_str"));
        EXPECT_EQ(place->offset, sizeof("not this one"));
      } else {
        EXPECT_EQ(place->section, file.Find(".debug_line_str"));
        EXPECT_EQ(place->offset, sizeof("nor this"));
      }
    }
  });
}

TEST(StringsTest, PeekFindsWhatNeedsNoSearch) {
  for (const uint16_t form :
       {DW_FORM_string, DW_FORM_strp, DW_FORM_line_strp}) {
    OneString test(form);
    test.WriteDirect(form, "a.c");
    const DwarfFile file(test.dwarf);
    const Attribute name = file.attribute(DW_AT_name);
    ASSERT_EQ(StringOf(name).value(), "a.c");
    // The section has been read by now.
    const char* const found = PeekString(name);
    if (form == DW_FORM_line_strp) {
      EXPECT_EQ(found, nullptr);
    } else {
      EXPECT_STREQ(found, "a.c");
    }
    Attribute outside = name;
    outside.offset = outside.value = uint64_t{1} << 40;
    EXPECT_EQ(PeekString(outside), nullptr);
    Attribute bad = name;
    bad.flags |= kAttributeBad;
    EXPECT_EQ(PeekString(bad), nullptr);
  }
}

TEST(StringsTest, IndexFormsOnEveryMachine) {
  ForEachEncoding([](const Target& target, Encoding encoding) {
    if (encoding.version < 5) return;
    struct {
      uint16_t form;
      int width;
    } const forms[] = {{DW_FORM_strx, 0},  {DW_FORM_strx1, 1},
                       {DW_FORM_strx2, 2}, {DW_FORM_strx3, 3},
                       {DW_FORM_strx4, 4}, {DW_FORM_GNU_str_index, 0}};
    for (const auto& form : forms) {
      OneString test(form.form, target, encoding);
      test.dwarf.StrOffsets({"of another unit"});
      const uint64_t base = test.dwarf.StrOffsets({"x", "y", "a.c"});
      test.dwarf.Unit({}, [&](DieWriter& die) {
        die.Die(1).SecOffset(".debug_str_offsets", base);
        if (form.width == 0) {
          die.Index(2);
        } else {
          die.Index(form.width, 2);
        }
      });
      const DwarfFile file(test.dwarf);
      EXPECT_EQ(StringOf(file.attribute(DW_AT_name)).value(), "a.c");
      EXPECT_EQ(StringPlaceOf(file.attribute(DW_AT_name))->section,
                file.Find(".debug_str"));
    }
  });
}

absl::Status StringxError(const std::function<void(DwarfBuilder&)>& table,
                          uint64_t base, uint64_t index) {
  OneString test(DW_FORM_strx);
  table(test.dwarf);
  test.dwarf.Unit({}, [&](DieWriter& die) {
    die.Die(1).SecOffset(".debug_str_offsets", base).Index(index);
  });
  const DwarfFile file(test.dwarf);
  return StringOf(file.attribute(DW_AT_name)).status();
}

TEST(StringsTest, IndexOutsideTheSection) {
  const auto table = [](DwarfBuilder& dwarf) { dwarf.StrOffsets({"x", "y"}); };
  EXPECT_THAT(StringxError(table, 8, 1), IsOk());
  EXPECT_THAT(StringxError(table, 8, 2),
              FailsWith(ErrorCode::kBadDwarf, "string index 2"));
  EXPECT_THAT(StringxError(table, 8, UINT64_MAX),
              FailsWith(ErrorCode::kBadDwarf, "outside"));
  EXPECT_THAT(StringxError(table, 8, UINT64_MAX / 4 + 1),
              FailsWith(ErrorCode::kBadDwarf, "outside"));
  EXPECT_THAT(StringxError(table, 1000, 0),
              FailsWith(ErrorCode::kBadDwarf, "outside"));
}

TEST(StringsTest, EntryCutShort) {
  const auto table = [](DwarfBuilder& dwarf) {
    dwarf.Section(".debug_str_offsets").Zeros(8).Zeros(3);
  };
  EXPECT_THAT(StringxError(table, 8, 0),
              FailsWith(ErrorCode::kBadDwarf, "outside"));
}

TEST(StringsTest, BadRelocationOfAnEntry) {
  const auto table = [](DwarfBuilder& dwarf) {
    Assembler& out = dwarf.Section(".debug_str_offsets");
    out.Zeros(8);
    out.Reloc(4, R_X86_64_GOTPCREL, dwarf.SectionSymbol(".debug_str"), 0);
    out.Offset(4, dwarf.SectionSymbol(".debug_str"), 0);
  };
  EXPECT_THAT(StringxError(table, 8, 0),
              FailsWith(ErrorCode::kRelocType,
                        "R_X86_64_GOTPCREL against .debug_str counts from the "
                        "GOT, which an unlinked file does not have"));
  EXPECT_THAT(StringxError(table, 8, 1), IsOk());
}

TEST(StringsTest, BadRelocationOfTheBase) {
  OneString test(DW_FORM_strx);
  test.dwarf.StrOffsets({"x"});
  test.dwarf.Unit({}, [&](DieWriter& die) {
    die.Die(1);
    die.out().Reloc(4, R_X86_64_GOTPCREL,
                    test.dwarf.SectionSymbol(".debug_str_offsets"), 8);
    die.Index(0);
  });
  const DwarfFile file(test.dwarf);
  EXPECT_THAT(StringOf(file.attribute(DW_AT_name)),
              FailsWith(ErrorCode::kRelocType,
                        "DW_AT_str_offsets_base: offset in .debug_str_offsets: "
                        "relocation R_X86_64_GOTPCREL against "
                        ".debug_str_offsets+0x8 counts from the GOT"));
}

TEST(StringsTest, MissingSectionsAreNamed) {
  EXPECT_THAT(StringxError([](DwarfBuilder&) {}, 0, 0),
              FailsWith(ErrorCode::kBadDwarf, "string index 0"));
  // No section at all: no base attribute that would create one.
  ElfBuilder elf(kX86_64);
  DwarfBuilder dwarf(&elf, {});
  dwarf
      .Abbrev(1, DW_TAG_compile_unit, false,
              {{DW_AT_name, DW_FORM_strx1}, {DW_AT_comp_dir, DW_FORM_strp}})
      .EndAbbrevs();
  dwarf.Unit({}, [](DieWriter& die) { die.Die(1).Data1(0).Data4(0); });
  const DwarfFile file(dwarf);
  EXPECT_THAT(StringOf(file.attribute(DW_AT_name)),
              FailsWith(ErrorCode::kNotFound, ".debug_str_offsets"));
  EXPECT_THAT(StringOf(file.attribute(DW_AT_comp_dir)),
              FailsWith(ErrorCode::kNotFound, ".debug_str"));
}

TEST(StringsTest, RelocationsThatGiveNoOffset) {
  OneString test(DW_FORM_strp);
  const uint32_t text = test.elf.Add(
      {.name = ".text", .flags = SHF_ALLOC, .contents = Zeros(64)});
  test.dwarf.Unit({}, [&](DieWriter& die) {
    die.Die(1).SecOffset(".debug_str_offsets", 0);
    die.out().Offset(4, test.elf.SectionSymbol(text), 1);
  });
  test.dwarf.Unit({}, [&](DieWriter& die) {
    die.Die(1).SecOffset(".debug_str_offsets", 0);
    die.out().Reloc(4, R_X86_64_PLT32, test.elf.SectionSymbol(text), 1);
  });
  const DwarfFile file(test.dwarf);
  EXPECT_THAT(
      StringOf(file.attribute(DW_AT_name, 0)),
      FailsWith(ErrorCode::kBadDwarf, ".text, not in a .debug_str section"));
  const absl::Status bad = StringOf(file.attribute(DW_AT_name, 1)).status();
  EXPECT_THAT(bad, FailsWith(ErrorCode::kRelocType, "string offset"));
  EXPECT_EQ(GetDetail(bad).reloc_type, uint32_t{R_X86_64_PLT32});
  EXPECT_EQ(GetDetail(bad).offset, file.attribute(DW_AT_name, 1).offset);
}

TEST(StringsTest, StringsOfTheSupplementaryFile) {
  for (const uint16_t form : {DW_FORM_strp_sup, DW_FORM_GNU_strp_alt}) {
    OneString test(form);
    test.dwarf.Unit({}, [&](DieWriter& die) {
      die.Die(1).SecOffset(".debug_str_offsets", 0).Data4(0);
    });
    const DwarfFile file(test.dwarf);
    EXPECT_THAT(StringOf(file.attribute(DW_AT_name)),
                FailsWith(ErrorCode::kNotFound, "supplementary"));
  }
}

TEST(StringsTest, OtherClassesAreNoStrings) {
  ElfBuilder elf(kX86_64);
  const uint32_t text =
      elf.Add({.name = ".text", .flags = SHF_ALLOC, .contents = Zeros(64)});
  DwarfBuilder dwarf(&elf, {});
  dwarf
      .Abbrev(1, DW_TAG_compile_unit, false,
              {{DW_AT_low_pc, DW_FORM_addr},
               {DW_AT_byte_size, DW_FORM_implicit_const, 4},
               {DW_AT_location, DW_FORM_exprloc}})
      .EndAbbrevs();
  dwarf.Unit({}, [&](DieWriter& die) {
    die.Die(1).Addr(elf.SectionSymbol(text), 1).Udata(0);
  });
  const DwarfFile file(dwarf);
  for (const uint16_t name : {DW_AT_low_pc, DW_AT_byte_size, DW_AT_location}) {
    EXPECT_THAT(StringOf(file.attribute(name)),
                FailsWith(ErrorCode::kWrongForm, "not a string"));
    EXPECT_THAT(StringPlaceOf(file.attribute(name)),
                FailsWith(ErrorCode::kWrongForm, "not a string"));
  }
}

TEST(StringsTest, SplitUnitsHaveTheirOwnStrings) {
  ElfBuilder elf(kX86_64);
  DwarfBuilder dwarf(&elf, {});
  dwarf.Str("of the skeleton");
  elf.Add(".debug_abbrev.dwo",
          Assembler()
              .Raw({1, DW_TAG_compile_unit, 0, DW_AT_name, DW_FORM_strx1})
              .Raw({0, 0, 0}));
  elf.Add(".debug_str.dwo", Assembler().String("one").String("two"));
  Assembler offsets;
  offsets.Length(Format::kDwarf32,
                 [&] { offsets.U16(5).U16(0).U32(0).U32(4); });
  elf.Add(".debug_str_offsets.dwo", offsets);
  Assembler info;
  info.Length(Format::kDwarf32, [&] {
    info.U16(5).U8(DW_UT_split_compile).U8(8).U32(0).U64(1).U8(1).U8(1);
  });
  elf.Add(".debug_info.dwo", info);
  const DwarfFile file(dwarf);
  ASSERT_EQ(file.info().units().size(), 1u);
  EXPECT_EQ(file.unit().family(), Family::kDwo);
  EXPECT_EQ(StringOf(file.attribute(DW_AT_name)).value(), "two");
}

}  // namespace
}  // namespace dwreloc::internal
