// dwarf/macros/macro: headers, operations, strings and imports of .debug_macro
// and .debug_macinfo, relocated, on every machine; every error with its text.

#include "dwarf/macros/macro.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "dwarf/constants.h"
#include "support/dwarf_file.h"

namespace dwreloc::internal {
namespace {

// "DW_MACRO_define_strp 3 LOCAL 42", one per operation; the error comes last.
std::vector<std::string> Show(MacroReader reader) {
  std::vector<std::string> lines;
  MacroEntry entry;
  while (reader.Next(&entry)) {
    const char* name = MacroOpName(entry.version, entry.opcode);
    std::string line(2 * (entry.depth + entry.import_depth), ' ');
    line += name == nullptr ? std::to_string(entry.opcode) : name;
    if (entry.kind != MacroKind::kEndFile && entry.kind != MacroKind::kImport) {
      line += " " + std::to_string(entry.line);
    }
    if (entry.kind == MacroKind::kStartFile) {
      line += " " + std::to_string(entry.file);
    } else if (entry.kind == MacroKind::kImport) {
      const auto place = ImportPlaceOf(reader.sections(), entry);
      line += place.ok() ? " [" + std::to_string(place->section) + "]+" +
                               std::to_string(place->offset)
                         : " " + std::string(place.status().message());
    } else if (entry.operand_kind != MacroOperand::kNone) {
      const auto string = MacroStringOf(reader.sections(), entry);
      line += " " + std::string(string.ok()
                                    ? *string
                                    : std::string_view(
                                          string.status().message().data(),
                                          string.status().message().size()));
    }
    lines.push_back(line);
  }
  if (!reader.ok()) {
    lines.push_back("error: " + std::string(reader.status().message()));
  }
  return lines;
}

std::vector<std::string> ShowAt(const DwarfFile& file, uint32_t section,
                                uint64_t offset = 0) {
  const auto reader =
      MacroReader::At(file.sections(), {section, offset}, nullptr);
  if (!reader.ok()) {
    return {"error: " + std::string(reader.status().message())};
  }
  return Show(*reader);
}

// A unit whose root has the attribute, with an offset of 0.
void AddUnit(DwarfBuilder& dwarf, uint16_t name, std::string_view section) {
  dwarf.Abbrev(1, DW_TAG_compile_unit, false, {{name, DW_FORM_sec_offset}})
      .EndAbbrevs();
  dwarf.Unit({}, [&](DieWriter& die) { die.Die(1).SecOffset(section, 0); });
}

TEST(MacroTest, OperationsOnEveryMachine) {
  ForEachEncoding([](const Target& target, Encoding encoding) {
    if (encoding.version < 4) return;
    ElfBuilder elf(target);
    DwarfBuilder dwarf(&elf, encoding);
    const int width = encoding.offset_size();
    const bool is_64 = encoding.format == Format::kDwarf64;
    dwarf.Str("filler");
    dwarf.Section(".debug_line").Zeros(12);
    Assembler& out = dwarf.Section(".debug_macro");
    out.U16(encoding.version).U8(is_64 ? 3 : 2);
    dwarf.SectionOffset(out, ".debug_line", 7);
    const uint64_t first = out.offset();
    out.U8(DW_MACRO_start_file).Uleb(0).Uleb(1);
    out.U8(DW_MACRO_define).Uleb(300).String("A 1");
    out.U8(DW_MACRO_undef).Uleb(301).String("A");
    out.U8(DW_MACRO_define_strp).Uleb(3);
    dwarf.SectionOffset(out, ".debug_str", dwarf.Str("B(x) (x)"));
    out.U8(DW_MACRO_undef_strp).Uleb(4);
    dwarf.SectionOffset(out, ".debug_str", dwarf.Str("B"));
    out.U8(DW_MACRO_define_sup).Uleb(5).Number(0x11, width);
    out.U8(DW_MACRO_undef_sup).Uleb(6).Number(0x12, width);
    out.U8(DW_MACRO_import_sup).Number(0x13, width);
    out.U8(DW_MACRO_end_file).U8(DW_MACRO_import);
    dwarf.SectionOffset(out, ".debug_macro", 0x21);
    out.U8(0);
    AddUnit(dwarf, encoding.version == 4 ? DW_AT_GNU_macros : DW_AT_macros,
            ".debug_macro");
    const DwarfFile file(dwarf);
    const auto reader = MacroReader::OfUnit(file.unit());
    ASSERT_THAT(reader, IsOk());
    ASSERT_TRUE(reader->has_value());
    const MacroHeader& header = (*reader)->header();
    EXPECT_EQ(header.version, encoding.version);
    EXPECT_EQ(header.format, encoding.format);
    EXPECT_EQ(header.first, first);
    const auto line = (*reader)->LinePlace();
    ASSERT_THAT(line, IsOk());
    EXPECT_EQ(*line, (SectionPlace{file.Find(".debug_line"), 7}));
    const std::string import =
        " [" + std::to_string(file.Find(".debug_macro")) + "]+33";
    const std::string sup = " the string is in a supplementary file";
    const std::vector<std::string> expected =
        encoding.version == 5
            ? std::vector<std::string>{"DW_MACRO_start_file 0 1",
                                       "  DW_MACRO_define 300 A 1",
                                       "  DW_MACRO_undef 301 A",
                                       "  DW_MACRO_define_strp 3 B(x) (x)",
                                       "  DW_MACRO_undef_strp 4 B",
                                       "  DW_MACRO_define_sup 5" + sup,
                                       "  DW_MACRO_undef_sup 6" + sup,
                                       "  DW_MACRO_import_sup the macro unit "
                                       "is in a supplementary file",
                                       "DW_MACRO_end_file",
                                       "DW_MACRO_import" + import}
            : std::vector<std::string>{
                  "DW_MACRO_GNU_start_file 0 1",
                  "  DW_MACRO_GNU_define 300 A 1",
                  "  DW_MACRO_GNU_undef 301 A",
                  "  DW_MACRO_GNU_define_indirect 3 B(x) (x)",
                  "  DW_MACRO_GNU_undef_indirect 4 B",
                  "  DW_MACRO_GNU_define_indirect_alt 5" + sup,
                  "  DW_MACRO_GNU_undef_indirect_alt 6" + sup,
                  "  DW_MACRO_GNU_transparent_include_alt the macro unit is in "
                  "a supplementary file",
                  "DW_MACRO_GNU_end_file",
                  "DW_MACRO_GNU_transparent_include" + import};
    EXPECT_EQ(Show(**reader), expected);
  });
}

TEST(MacroTest, StringsByIndexAreThoseOfTheUnit) {
  ElfBuilder elf(kX86_64);
  DwarfBuilder dwarf(&elf, {});
  dwarf.StrOffsets({"of another unit"});
  const uint64_t base = dwarf.StrOffsets({"A 1", "A"});
  dwarf.Section(".debug_macro")
      .U16(5)
      .U8(0)
      .U8(DW_MACRO_define_strx)
      .Uleb(1)
      .Uleb(0)
      .U8(DW_MACRO_undef_strx)
      .Uleb(2)
      .Uleb(1)
      .U8(DW_MACRO_undef_strx)
      .Uleb(3)
      .Uleb(9)
      .U8(0);
  dwarf
      .Abbrev(1, DW_TAG_compile_unit, false,
              {{DW_AT_macros, DW_FORM_sec_offset},
               {DW_AT_str_offsets_base, DW_FORM_sec_offset}})
      .EndAbbrevs();
  dwarf.Unit({}, [&](DieWriter& die) {
    die.Die(1).SecOffset(".debug_macro", 0);
    die.SecOffset(".debug_str_offsets", base);
  });
  const DwarfFile file(dwarf);
  const auto reader = MacroReader::OfUnit(file.unit());
  ASSERT_THAT(reader, IsOk());
  const std::vector<std::string> lines = Show(**reader);
  ASSERT_EQ(lines.size(), 3u);
  EXPECT_EQ(lines[0], "DW_MACRO_define_strx 1 A 1");
  EXPECT_EQ(lines[1], "DW_MACRO_undef_strx 2 A");
  EXPECT_NE(lines[2].find("string index 9 is outside"), std::string::npos);
  EXPECT_EQ(ShowAt(file, file.Find(".debug_macro"))[0],
            "DW_MACRO_define_strx 1 string index 0: no unit refers to these "
            "macros");
}

// gcc writes no strx operations of their own there.
TEST(MacroTest, GnuSplitUnitsGiveStringsByIndex) {
  ElfBuilder elf(kX86_64);
  DwarfBuilder dwarf(&elf, {.version = 4});
  dwarf.Section(".debug_str.dwo").String("x").String("A 1");
  dwarf.Section(".debug_str_offsets.dwo").U32(0).U32(2);
  dwarf.Section(".debug_macro.dwo")
      .U16(4)
      .U8(0)
      .U8(DW_MACRO_GNU_define_indirect)
      .Uleb(7)
      .Uleb(1)
      .U8(0);
  dwarf.Section(".debug_abbrev.dwo")
      .Uleb(1)
      .Uleb(DW_TAG_compile_unit)
      .U8(0)
      .Uleb(DW_AT_GNU_macros)
      .Uleb(DW_FORM_sec_offset)
      .Zeros(3);
  Assembler& info = dwarf.Section(".debug_info.dwo");
  info.Length(Format::kDwarf32, [&] { info.U16(4).U32(0).U8(8).U8(1).U32(0); });
  const DwarfFile file(dwarf);
  const auto reader = MacroReader::OfUnit(file.unit());
  ASSERT_THAT(reader, IsOk());
  EXPECT_EQ(Show(**reader),
            (std::vector<std::string>{"DW_MACRO_GNU_define_indirect 7 A 1"}));
}

TEST(MacroTest, Macinfo) {
  ElfBuilder elf(kI386);
  DwarfBuilder dwarf(&elf, {.address_size = 4, .version = 4});
  Assembler& out = dwarf.Section(".debug_macinfo");
  out.U8(DW_MACINFO_start_file).Uleb(0).Uleb(1);
  out.U8(DW_MACINFO_define).Uleb(1).String("A 1");
  out.U8(DW_MACINFO_start_file).Uleb(2).Uleb(2);
  out.U8(DW_MACINFO_undef).Uleb(200).String("A");
  out.U8(DW_MACINFO_vendor_ext).Uleb(9).String("more");
  out.U8(DW_MACINFO_end_file).U8(DW_MACINFO_end_file).U8(0);
  const uint64_t second = out.offset();
  out.U8(DW_MACINFO_define).Uleb(0).String("B").U8(5).U8(0);
  AddUnit(dwarf, DW_AT_macro_info, ".debug_macinfo");
  const DwarfFile file(dwarf);
  const auto reader = MacroReader::OfUnit(file.unit());
  ASSERT_THAT(reader, IsOk());
  EXPECT_EQ((*reader)->header().version, 0);
  EXPECT_EQ(Show(**reader),
            (std::vector<std::string>{
                "DW_MACINFO_start_file 0 1", "  DW_MACINFO_define 1 A 1",
                "  DW_MACINFO_start_file 2 2", "    DW_MACINFO_undef 200 A",
                "    DW_MACINFO_vendor_ext 9 more", "  DW_MACINFO_end_file",
                "DW_MACINFO_end_file"}));
  EXPECT_EQ(ShowAt(file, file.Find(".debug_macinfo"), second),
            (std::vector<std::string>{
                "DW_MACINFO_define 0 B",
                "error: unknown macro operation 0x5, which the header does not "
                "describe"}));
}

TEST(MacroTest, UnitWithoutMacros) {
  ElfBuilder elf(kX86_64);
  DwarfBuilder dwarf(&elf, {});
  dwarf.Abbrev(1, DW_TAG_compile_unit, false, {}).EndAbbrevs();
  dwarf.Unit({}, [](DieWriter& die) { die.Die(1); });
  const DwarfFile file(dwarf);
  const auto reader = MacroReader::OfUnit(file.unit());
  ASSERT_THAT(reader, IsOk());
  EXPECT_FALSE(reader->has_value());
}

TEST(MacroTest, VendorOperationsAreSkippedByTheirForms) {
  ElfBuilder elf(kX86_64);
  DwarfBuilder dwarf(&elf, {});
  Assembler& out = dwarf.Section(".debug_macro");
  out.U16(5).U8(4).U8(3);
  out.U8(0xe0).Uleb(3).U8(DW_FORM_udata).U8(DW_FORM_string).U8(DW_FORM_block);
  out.U8(0xe1).Uleb(0);
  out.U8(0xe2).Uleb(1).U8(DW_FORM_addr);
  out.U8(0xe0).Uleb(300).String("x").Uleb(2).Zeros(2);
  out.U8(0xe1).U8(DW_MACRO_define).Uleb(1).String("A").U8(0xe2).Zeros(20);
  const DwarfFile file(dwarf);
  EXPECT_EQ(ShowAt(file, file.Find(".debug_macro")),
            (std::vector<std::string>{
                "224 0", "225 0", "DW_MACRO_define 1 A",
                "error: form 0x1 in the opcode_operands_table cannot be that "
                "of an operand"}));
}

// Operands that take no bytes would let few bytes cost much time.
TEST(MacroTest, OperandsWithoutBytes) {
  for (const uint16_t form : {DW_FORM_flag_present, DW_FORM_implicit_const}) {
    ElfBuilder elf(kX86_64);
    DwarfBuilder dwarf(&elf, {});
    dwarf.Section(".debug_macro")
        .U16(5)
        .U8(4)
        .U8(1)
        .U8(0xe0)
        .Uleb(1)
        .U8(form)
        .U8(0xe0)
        .U8(0);
    const DwarfFile file(dwarf);
    EXPECT_EQ(ShowAt(file, file.Find(".debug_macro")).at(0).substr(0, 11),
              "error: form");
  }
}

TEST(MacroTest, HeaderThatCannotBeRead) {
  const auto error_of = [](const std::function<void(Assembler&)>& header) {
    ElfBuilder elf(kX86_64);
    DwarfBuilder dwarf(&elf, {});
    header(dwarf.Section(".debug_macro"));
    const DwarfFile file(dwarf);
    return MacroReader::At(file.sections(), {file.Find(".debug_macro"), 0},
                           nullptr)
        .status();
  };
  EXPECT_THAT(error_of([](Assembler& a) { a.U16(3).U8(0).U8(0); }),
              FailsWith(ErrorCode::kUnsupported, "version 3, expected 4 or 5"));
  EXPECT_THAT(error_of([](Assembler& a) { a.U16(5).U8(8).U8(0); }),
              FailsWith(ErrorCode::kUnsupported, "unknown flags 0x8"));
  EXPECT_THAT(error_of([](Assembler&) {}),
              FailsWith(ErrorCode::kBadDwarf, "outside"));
}

TEST(MacroTest, CutAtEveryByte) {
  ElfBuilder elf(kX86_64);
  DwarfBuilder dwarf(&elf, {});
  dwarf.Str("A");
  dwarf.Section(".debug_line").Zeros(1);
  Assembler& out = dwarf.Section(".debug_macro");
  out.U16(5).U8(6);
  dwarf.SectionOffset(out, ".debug_line", 0);
  out.U8(1).U8(0xe0).Uleb(1).U8(DW_FORM_data4);
  const uint64_t first = out.offset();
  out.U8(0xe0).U32(1).U8(DW_MACRO_start_file).Uleb(1).Uleb(1);
  out.U8(DW_MACRO_define).Uleb(1).String("A");
  out.U8(DW_MACRO_define_strp).Uleb(1);
  dwarf.SectionOffset(out, ".debug_str", 0);
  out.U8(DW_MACRO_define_strx).Uleb(1).Uleb(1).U8(DW_MACRO_import);
  dwarf.SectionOffset(out, ".debug_macro", 0);
  out.U8(0);
  const uint64_t size = out.offset();
  dwarf.Finish();
  const std::vector<uint8_t> image = elf.Build();
  const uint32_t section = dwarf.SectionIndex(".debug_macro");
  for (uint64_t cut = 1; cut <= size; ++cut) {
    const DwarfFile file(CutSection(elf, image, section, cut));
    auto reader = MacroReader::At(file.sections(), {section, 0}, nullptr);
    ASSERT_EQ(reader.ok(), cut >= first) << cut;
    if (!reader.ok()) {
      EXPECT_EQ(GetDetail(reader.status()).code, ErrorCode::kTruncated);
      continue;
    }
    MacroEntry entry;
    while (reader->Next(&entry)) {
    }
    EXPECT_EQ(reader->ok(), cut == size) << cut;
    EXPECT_FALSE(reader->Next(&entry));
    EXPECT_EQ(reader->next_offset(), cut);
  }
}

TEST(MacroTest, UnitsStandOneBehindTheOther) {
  ElfBuilder elf(kX86_64);
  DwarfBuilder dwarf(&elf, {});
  dwarf.Section(".debug_macro").U16(5).U8(0).U8(0).U16(4).U8(1).U8(0);
  const DwarfFile file(dwarf);
  const uint32_t section = file.Find(".debug_macro");
  auto reader = MacroReader::At(file.sections(), {section, 0}, nullptr);
  ASSERT_THAT(reader, IsOk());
  MacroEntry entry;
  EXPECT_FALSE(reader->Next(&entry));
  EXPECT_TRUE(reader->ok());
  EXPECT_EQ(reader->next_offset(), 4u);
  EXPECT_THAT(MacroReader::At(file.sections(), {section, 4}, nullptr), IsOk());
  EXPECT_THAT(MacroReader::At(file.sections(), {section, 8}, nullptr),
              FailsWith(ErrorCode::kBadDwarf, "outside"));
}

TEST(MacroTest, OnlyOfSectionsWithMacros) {
  ElfBuilder elf(kX86_64);
  const uint32_t text = elf.Add({.name = ".text", .contents = Zeros(16)});
  const uint32_t info = elf.Add({.name = ".debug_info", .contents = Zeros(16)});
  const DwarfFile file(elf);
  for (const uint32_t section : {text, info, uint32_t{77}}) {
    EXPECT_THAT(MacroReader::At(file.sections(), {section, 0}, nullptr),
                FailsWith(ErrorCode::kNotFound, "macro information"));
  }
}

// What a header file defines stands in another section of that name; the
// symbol of the import's record says which one.
struct Imports {
  Imports() {
    Assembler b(kX86_64);
    b.U16(5).U8(0).U8(DW_MACRO_define).Uleb(1).String("B");
    b.U8(DW_MACRO_import).Offset(4, away, 0).U8(0);
    Assembler a(kX86_64);
    // Allocated sections are those that stay symbolic whatever their name is.
    other = elf.Add(".debug_macro", b, SHF_ALLOC);
    a.U16(5).U8(0).U8(DW_MACRO_import).Offset(4, elf.SectionSymbol(other), 0);
    a.U8(DW_MACRO_define).Uleb(2).String("A");
    a.U8(DW_MACRO_import).Offset(4, elf.SectionSymbol(other), 0).U8(0);
    elf.Fill(first, a);
  }
  ElfBuilder elf{kX86_64};
  const uint32_t away = elf.AddSymbol({.name = "away", .binding = STB_GLOBAL});
  const uint32_t first = elf.Add({.name = ".debug_macro"});
  uint32_t other = 0;
};

TEST(MacroTest, ImportOfAnotherSection) {
  Imports sample;
  const DwarfFile file(sample.elf);
  EXPECT_EQ(
      ShowAt(file, sample.first),
      (std::vector<std::string>{"DW_MACRO_import [2]+0", "DW_MACRO_define 2 A",
                                "DW_MACRO_import [2]+0"}));
  EXPECT_EQ(ShowAt(file, sample.other),
            (std::vector<std::string>{"DW_MACRO_define 1 B",
                                      "DW_MACRO_import offset in .debug_macro: "
                                      "value requires relocation: it counts "
                                      "from away, which the file does not "
                                      "define"}));
}

TEST(MacroTest, ImportsAreFollowedOnRequest) {
  Imports sample;
  const DwarfFile file(sample.elf);
  auto reader = MacroReader::At(file.sections(), {sample.first, 0}, nullptr);
  ASSERT_THAT(reader, IsOk());
  reader->set_follows_imports(true);
  // That of the second section cannot be followed and spoils nothing else.
  const std::string bad =
      "  DW_MACRO_import offset in .debug_macro: value requires relocation: it "
      "counts from away, which the file does not define";
  EXPECT_EQ(Show(*reader),
            (std::vector<std::string>{
                "DW_MACRO_import [2]+0", "  DW_MACRO_define 1 B", bad,
                "DW_MACRO_define 2 A", "DW_MACRO_import [2]+0",
                "  DW_MACRO_define 1 B", bad}));
}

TEST(MacroTest, ImportsThatLeadBackAreNotFollowed) {
  ElfBuilder elf(kX86_64, ET_EXEC);
  // Two macro units that import each other and themselves.
  Assembler out(kX86_64);
  out.U16(5).U8(0).U8(DW_MACRO_import).U32(0).U8(DW_MACRO_import).U32(14);
  out.U8(0);
  out.U16(5).U8(0).U8(DW_MACRO_import).U32(0).U8(DW_MACRO_import).U32(14);
  out.U8(0);
  const uint32_t section = elf.Add(".debug_macro", out);
  const DwarfFile file(elf);
  auto reader = MacroReader::At(file.sections(), {section, 0}, nullptr);
  ASSERT_THAT(reader, IsOk());
  reader->set_follows_imports(true);
  EXPECT_EQ(Show(*reader),
            (std::vector<std::string>{
                "DW_MACRO_import [1]+0", "DW_MACRO_import [1]+14",
                "  DW_MACRO_import [1]+0", "  DW_MACRO_import [1]+14"}));
}

TEST(MacroTest, ImportsDoNotMultiplyWithoutEnd) {
  ElfBuilder elf(kX86_64, ET_EXEC);
  // Each of 17 macro units imports the next one 16 times.
  Assembler out(kX86_64);
  constexpr uint64_t kSize = 3 + 16 * 5 + 1;
  for (uint64_t i = 1; i <= 17; ++i) {
    out.U16(5).U8(0);
    for (int n = 0; n < 16; ++n) out.U8(DW_MACRO_import).U32(i * kSize);
    out.U8(0);
  }
  out.U16(5).U8(0).U8(0);
  const uint32_t section = elf.Add(".debug_macro", out);
  const DwarfFile file(elf);
  auto reader = MacroReader::At(file.sections(), {section, 0}, nullptr);
  ASSERT_THAT(reader, IsOk());
  reader->set_follows_imports(true);
  MacroEntry entry;
  uint32_t deepest = 0;
  while (reader->Next(&entry)) deepest = std::max(deepest, entry.import_depth);
  EXPECT_EQ(deepest, 16u);
  EXPECT_THAT(reader->status(),
              FailsWith(ErrorCode::kBadDwarf, "multiply without end"));
}

TEST(MacroTest, FilesNestedWithoutEnd) {
  ElfBuilder elf(kX86_64);
  Assembler out(kX86_64);
  for (int i = 0; i < 5000; ++i) {
    out.U8(DW_MACINFO_start_file).Uleb(1).Uleb(1);
  }
  const uint32_t section = elf.Add(".debug_macinfo", out);
  const DwarfFile file(elf);
  const std::vector<std::string> lines = ShowAt(file, section);
  EXPECT_EQ(lines.back(), "error: more than 4096 files include one another");
}

TEST(MacroTest, UnitWithoutEnd) {
  ElfBuilder elf(kX86_64);
  const uint32_t section =
      elf.Add(".debug_macinfo",
              Assembler(kX86_64).U8(DW_MACINFO_define).Uleb(1).String("A"));
  const DwarfFile file(elf);
  EXPECT_EQ(
      ShowAt(file, section),
      (std::vector<std::string>{"DW_MACINFO_define 1 A",
                                "error: the macro unit at 0x0 has no end"}));
}

TEST(MacroTest, EndOfAFileThatWasNotBegun) {
  ElfBuilder elf(kX86_64);
  const uint32_t section =
      elf.Add(".debug_macinfo", Assembler(kX86_64)
                                    .U8(DW_MACINFO_end_file)
                                    .U8(DW_MACINFO_define)
                                    .Uleb(1)
                                    .String("A")
                                    .U8(0));
  const DwarfFile file(elf);
  EXPECT_EQ(ShowAt(file, section),
            (std::vector<std::string>{"DW_MACINFO_end_file",
                                      "DW_MACINFO_define 1 A"}));
}

TEST(MacroTest, BadRelocationsSpoilTheirDatumAlone) {
  ElfBuilder elf(kX86_64);
  const uint32_t away = elf.AddSymbol({.name = "away", .binding = STB_GLOBAL});
  DwarfBuilder dwarf(&elf, {});
  Assembler& out = dwarf.Section(".debug_macro");
  out.U16(5).U8(2).Reloc(4, R_X86_64_GOT32, away, 0);
  out.U8(DW_MACRO_define_strp).Uleb(1).Reloc(4, R_X86_64_GOT32, away, 0);
  out.U8(DW_MACRO_define_strp).Uleb(2);
  dwarf.SectionOffset(out, ".debug_str", dwarf.Str("A"));
  out.U8(DW_MACRO_import).Reloc(4, R_X86_64_GOT32, away, 0).U8(0);
  const DwarfFile file(dwarf);
  const auto reader =
      MacroReader::At(file.sections(), {file.Find(".debug_macro"), 0}, nullptr);
  ASSERT_THAT(reader, IsOk());
  EXPECT_THAT(reader->LinePlace(),
              FailsWith(ErrorCode::kRelocType, ".debug_line"));
  const std::string bad =
      "relocation R_X86_64_GOT32 against away counts from the GOT, which an "
      "unlinked file does not have";
  EXPECT_EQ(Show(*reader),
            (std::vector<std::string>{
                "DW_MACRO_define_strp 1 offset in .debug_str: " + bad,
                "DW_MACRO_define_strp 2 A",
                "DW_MACRO_import offset in .debug_macro: " + bad}));
}

TEST(MacroTest, ZerosOfMacinfoArePaddingUnlessAUnitRefersToThem) {
  const std::vector<uint8_t> bytes = {0, 0, 1, 1, 'A', 0, 0, 0, 0, 0};
  const SectionView view = {.index = 1, .bytes = bytes};
  const auto next = [&view](uint64_t offset) {
    return NextMacroUnit(view, SectionId::kDebugMacinfo, offset);
  };
  EXPECT_EQ(next(0), 2u);
  EXPECT_EQ(next(2), 2u);
  EXPECT_EQ(next(7), std::nullopt);
}

TEST(MacroTest, ZerosInFrontOfAMacroUnit) {
  for (const ByteOrder order : {ByteOrder::kLittle, ByteOrder::kBig}) {
    for (uint64_t zeros = 0; zeros < 5; ++zeros) {
      std::vector<uint8_t> bytes(zeros + 4);
      Patch(bytes, zeros, 2, 5, order);
      bytes.resize(bytes.size() + 3);
      const SectionView view = {.index = 1, .bytes = bytes, .order = order};
      EXPECT_EQ(NextMacroUnit(view, SectionId::kDebugMacro, 0), zeros);
      EXPECT_EQ(NextMacroUnit(view, SectionId::kDebugMacro, zeros), zeros);
      EXPECT_EQ(NextMacroUnit(view, SectionId::kDebugMacro, zeros + 4),
                std::nullopt);
    }
  }
}

}  // namespace
}  // namespace dwreloc::internal
