// Several debug sections of one name outside of groups, as `ld -r --unique` and
// some compilers leave them: a unit with second sections reads as it does in a
// file of its own.

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "absl/strings/str_cat.h"
#include "audit/owners.h"
#include "dwarf/constants.h"
#include "dwarf/frames/cfi.h"
#include "dwarf/frames/cfi_rows.h"
#include "dwarf/lines/line_program.h"
#include "dwarf/lists/loc.h"
#include "dwarf/lists/ranges.h"
#include "dwarf/lookup/aranges.h"
#include "dwarf/lookup/names_entries.h"
#include "dwarf/macros/macro.h"
#include "dwarf/tree/strings.h"
#include "dwarf/tree/value.h"
#include "support/dwarf_file.h"
#include "support/frame_builder.h"
#include "support/module_file.h"

namespace dwreloc::internal {
namespace {

using Facts = std::vector<std::string>;

// One unit and all that it refers to.  Units of other numbers have other
// abbreviation codes, strings and addresses, at other offsets.
class OneUnit {
 public:
  OneUnit(ElfBuilder* elf, Encoding encoding, uint32_t text, uint64_t number)
      : dwarf_(elf, encoding),
        encoding_(encoding),
        text_(elf->SectionSymbol(text)),
        number_(number) {}

  void Write();
  DwarfBuilder& dwarf() { return dwarf_; }

 private:
  bool is_5() const { return encoding_.version >= 5; }
  std::string Name(std::string_view what) const {
    return absl::StrCat(absl::string_view(what.data(), what.size()), number_);
  }
  int64_t At(int64_t offset) const {
    return offset + 16 * static_cast<int64_t>(number_);
  }
  // Before version 4 offsets are data4 or data8.
  uint32_t OffsetForm() const {
    if (encoding_.version >= 4) return DW_FORM_sec_offset;
    return encoding_.format == Format::kDwarf64 ? DW_FORM_data8 : DW_FORM_data4;
  }
  void WriteAbbrevs();
  void WriteUnit();
  uint64_t WriteLines();
  uint64_t WriteMacros();
  uint64_t WriteOldList(bool is_location_list);
  void WriteAranges(uint64_t unit);
  void WriteNames(uint64_t unit);

  DwarfBuilder dwarf_;
  const Encoding encoding_;
  const uint32_t text_;
  const uint64_t number_;
};

void OneUnit::Write() {
  for (uint64_t i = 0; i < number_; ++i) {
    dwarf_.Str(absl::StrCat("padding ", i));
    dwarf_.LineStr(absl::StrCat("padding ", i));
  }
  WriteAbbrevs();
  WriteUnit();
}

void OneUnit::WriteAbbrevs() {
  const uint64_t code = 10 * number_;
  const uint32_t offset = OffsetForm();
  if (is_5()) {
    dwarf_.Abbrev(code, DW_TAG_compile_unit, true,
                  {{DW_AT_name, DW_FORM_strp},
                   {DW_AT_comp_dir, DW_FORM_line_strp},
                   {DW_AT_producer, DW_FORM_strx1},
                   {DW_AT_stmt_list, offset},
                   {DW_AT_macros, offset},
                   {DW_AT_low_pc, DW_FORM_addrx},
                   {DW_AT_ranges, DW_FORM_rnglistx},
                   {DW_AT_str_offsets_base, offset},
                   {DW_AT_addr_base, offset},
                   {DW_AT_rnglists_base, offset},
                   {DW_AT_loclists_base, offset}});
    dwarf_.Abbrev(code + 1, DW_TAG_variable, false,
                  {{DW_AT_name, DW_FORM_strx},
                   {DW_AT_location, DW_FORM_loclistx},
                   {DW_AT_frame_base, DW_FORM_sec_offset},
                   {DW_AT_ranges, DW_FORM_sec_offset}});
  } else {
    dwarf_.Abbrev(
        code, DW_TAG_compile_unit, true,
        {{DW_AT_name, DW_FORM_strp},
         {DW_AT_stmt_list, offset},
         {encoding_.version == 4 ? DW_AT_GNU_macros : DW_AT_macro_info, offset},
         {DW_AT_low_pc, DW_FORM_addr},
         {DW_AT_ranges, offset}});
    dwarf_.Abbrev(code + 1, DW_TAG_variable, false,
                  {{DW_AT_name, DW_FORM_strp}, {DW_AT_location, offset}});
  }
  dwarf_.EndAbbrevs();
}

void OneUnit::WriteUnit() {
  const uint64_t code = 10 * number_;
  const uint64_t lines = WriteLines();
  const uint64_t macros = WriteMacros();
  uint64_t unit = 0;
  if (is_5()) {
    const auto range = [this](Assembler& out) {
      out.U8(DW_RLE_startx_length).Uleb(1).Uleb(number_).U8(0);
    };
    const auto location = [this](Assembler& out) {
      out.U8(DW_LLE_start_length).Address(text_, At(3)).Uleb(number_);
      out.Block([this](Assembler& ops) { ops.U8(0x50 + number_); });
      out.U8(0);
    };
    const uint64_t strings =
        dwarf_.StrOffsets({Name("producer"), Name("variable")});
    const uint64_t addresses =
        dwarf_.AddrTable({{text_, At(0)}, {text_, At(4)}});
    const uint64_t ranges = dwarf_.Lists(".debug_rnglists", {range, range});
    const uint64_t locations =
        dwarf_.Lists(".debug_loclists", {location, location});
    const uint64_t offsets = 2 * static_cast<uint64_t>(encoding_.offset_size());
    unit = dwarf_.Unit({}, [&](DieWriter& die) {
      die.Die(code).Strp(Name("unit")).LineStrp(Name("/dir")).Index(1, 0);
      die.SecOffset(".debug_line", lines).SecOffset(".debug_macro", macros);
      die.Index(0).Index(1);
      die.SecOffset(".debug_str_offsets", strings);
      die.SecOffset(".debug_addr", addresses);
      die.SecOffset(".debug_rnglists", ranges);
      die.SecOffset(".debug_loclists", locations);
      die.Die(code + 1).Index(1).Index(1);
      die.SecOffset(".debug_loclists", locations + offsets);
      die.SecOffset(".debug_rnglists", ranges + offsets);
      die.End();
    });
    WriteNames(unit);
  } else {
    const uint64_t ranges = WriteOldList(false);
    const uint64_t locations = WriteOldList(true);
    unit = dwarf_.Unit({}, [&](DieWriter& die) {
      die.Die(code).Strp(Name("unit")).SecOffset(".debug_line", lines);
      die.SecOffset(encoding_.version == 4 ? ".debug_macro" : ".debug_macinfo",
                    macros);
      die.Addr(text_, At(0)).SecOffset(".debug_ranges", ranges);
      die.Die(code + 1).Strp(Name("variable"));
      die.SecOffset(".debug_loc", locations).End();
    });
  }
  WriteAranges(unit);
}

uint64_t OneUnit::WriteLines() {
  LineHeaderFields header;
  header.path_form = number_ % 2 == 0 ? DW_FORM_line_strp : DW_FORM_strp;
  header.directories = {Name("/dir")};
  header.files = {{Name("file")}, {Name("other")}};
  dwarf_.Section(".debug_line").Zeros(number_);
  return dwarf_.LineProgram(header, [this](LineWriter& line) {
    line.SetAddress(text_, At(0));
    line.AdvanceLine(static_cast<int64_t>(number_)).Copy();
    line.AdvancePc(2).EndSequence();
  });
}

uint64_t OneUnit::WriteMacros() {
  if (encoding_.version < 4) {
    Assembler& out = dwarf_.Section(".debug_macinfo");
    out.Zeros(number_);
    const uint64_t offset = out.offset();
    out.U8(DW_MACINFO_define).Uleb(number_).String(Name("M ")).U8(0);
    return offset;
  }
  Assembler& out = dwarf_.Section(".debug_macro");
  const uint64_t version = is_5() ? 5 : 4;
  const uint8_t is_64 = encoding_.format == Format::kDwarf64 ? 1 : 0;
  const uint64_t imported = out.offset();
  out.U16(version).U8(is_64).U8(DW_MACRO_define_strp).Uleb(1);
  dwarf_.SectionOffset(out, ".debug_str", dwarf_.Str(Name("IMPORTED ")));
  out.U8(0);
  const uint64_t offset = out.offset();
  out.U16(version).U8(is_64).U8(DW_MACRO_define_strp).Uleb(number_);
  dwarf_.SectionOffset(out, ".debug_str", dwarf_.Str(Name("M ")));
  if (is_5()) out.U8(DW_MACRO_define_strx).Uleb(2).Uleb(1);
  out.U8(DW_MACRO_import);
  dwarf_.SectionOffset(out, ".debug_macro", imported);
  out.U8(0);
  return offset;
}

uint64_t OneUnit::WriteOldList(bool is_location_list) {
  Assembler& out =
      dwarf_.Section(is_location_list ? ".debug_loc" : ".debug_ranges");
  const int size = encoding_.address_size;
  const auto end = [&] { out.Number(0, size).Number(0, size); };
  end();
  const uint64_t offset = out.offset();
  dwarf_.Address(out, text_, At(1));
  dwarf_.Address(out, text_, At(2));
  if (is_location_list) out.U16(1).U8(0x50 + number_);
  end();
  return offset;
}

void OneUnit::WriteAranges(uint64_t unit) {
  Assembler& out = dwarf_.Section(".debug_aranges");
  const int size = encoding_.address_size;
  const uint64_t start = out.offset();
  out.Length(encoding_.format, [&] {
    out.U16(2);
    dwarf_.SectionOffset(out, ".debug_info", unit);
    out.U8(static_cast<uint64_t>(size)).U8(0);
    const uint64_t tuple = 2 * static_cast<uint64_t>(size);
    out.Zeros((tuple - (out.offset() - start) % tuple) % tuple);
    dwarf_.Address(out, text_, At(0));
    out.Number(number_, size).Number(0, size).Number(0, size);
  });
}

void OneUnit::WriteNames(uint64_t unit) {
  Assembler& out = dwarf_.Section(".debug_names");
  const int width = encoding_.offset_size();
  out.Length(encoding_.format, [&] {
    out.U16(5).U16(0).U32(1).U32(0).U32(0).U32(0).U32(1).U32(7).U32(0);
    dwarf_.SectionOffset(out, ".debug_info", unit);
    dwarf_.SectionOffset(out, ".debug_str", dwarf_.Str(Name("variable")));
    out.Number(0, width);
    out.Uleb(1).Uleb(DW_TAG_variable).Uleb(DW_IDX_die_offset);
    out.Uleb(DW_FORM_ref4).U8(0).U8(0).U8(0);
    out.U8(1).U32(0x20).U8(0);
  });
}

// What is read ----------------------------------------------------------------

std::string Show(const RelocValue& value) {
  return absl::StrCat(value.is_bad() ? ErrorText(value.error) : "",
                      value.section, "+", value.value);
}

std::string Show(const absl::StatusOr<std::string_view>& string) {
  return string.ok() ? std::string(*string)
                     : std::string(string.status().message());
}

void AddList(ListReader& list, Facts& facts) {
  ListBounds bounds;
  while (list.NextBounded(&bounds)) {
    facts.push_back(
        absl::StrCat("  ", Show(bounds.begin), " ", Show(bounds.end), " ",
                     bounds.expression_size == 0
                         ? 0
                         : list.view().bytes[bounds.expression_offset]));
  }
  EXPECT_THAT(list.status(), IsOk());
}

void AddAttribute(const Attribute& attribute, Facts& facts) {
  switch (attribute.attribute_class) {
    case AttributeClass::kString:
      facts.push_back(Show(StringOf(attribute)));
      break;
    case AttributeClass::kAddress:
      facts.push_back(Show(*AttributeValue(attribute)));
      break;
    case AttributeClass::kRnglist: {
      absl::StatusOr<RangeList> list = RangeList::Of(attribute);
      ASSERT_THAT(list, IsOk());
      AddList(*list, facts);
      break;
    }
    case AttributeClass::kLoclist: {
      absl::StatusOr<LocationList> list = LocationList::Of(attribute);
      ASSERT_THAT(list, IsOk());
      AddList(*list, facts);
      break;
    }
    default:
      break;
  }
}

void AddLines(const Module& module, const Unit& unit, Facts& facts) {
  const absl::StatusOr<const LineTable*> table = module.LineTableOf(unit);
  ASSERT_THAT(table, IsOk());
  for (const std::string_view directory : (*table)->directories()) {
    facts.emplace_back(directory);
  }
  for (const LineFile& file : (*table)->files()) facts.emplace_back(file.name);
  LineProgram program(**table);
  LineRow row;
  while (program.Next(&row)) {
    facts.push_back(absl::StrCat(Show(row.address), " line ", row.line));
  }
  EXPECT_THAT(program.status(), IsOk());
}

void AddMacros(const Unit& unit, Facts& facts) {
  absl::StatusOr<std::optional<MacroReader>> macros = MacroReader::OfUnit(unit);
  ASSERT_THAT(macros, IsOk());
  (*macros)->set_follows_imports(true);
  MacroEntry entry;
  while ((*macros)->Next(&entry)) {
    if (entry.kind == MacroKind::kImport) continue;
    facts.push_back(absl::StrCat(entry.line, " ",
                                 Show(MacroStringOf(unit.sections(), entry))));
  }
  EXPECT_THAT((*macros)->status(), IsOk());
}

void AddLookups(const Module& module, const Unit& unit, Facts& facts) {
  const SectionPlace place = {unit.section(), unit.offset()};
  const DwarfSections& sections = module.sections();
  for (const DebugSection& section : module.file().debug_sections()) {
    if (section.name.id != SectionId::kDebugAranges) continue;
    ArangeReader reader(sections, *sections.View(section.index));
    Arange arange;
    while (reader.Next(&arange)) {
      if (reader.set().unit != place) continue;
      facts.push_back(absl::StrCat("arange ", Show(arange.address)));
    }
  }
  for (const auto& index : module.names().indexes()) {
    if (index->UnitAt(NameUnitKind::kCompile, 0).place != place) continue;
    facts.push_back("name " + Show(index->String(index->NameAt(1))));
  }
}

Facts FactsOf(const Module& module, const Unit& unit) {
  Facts facts;
  absl::StatusOr<DieWalk> walk = DieWalk::OfUnit(unit);
  EXPECT_THAT(walk, IsOk());
  if (!walk.ok()) return facts;
  Die die;
  uint32_t depth;
  while (walk->NextVisiting(&die, &depth, [&](const Attribute& attribute) {
    AddAttribute(attribute, facts);
  })) {
  }
  EXPECT_THAT(walk->status(), IsOk());
  AddLines(module, unit, facts);
  AddMacros(unit, facts);
  AddLookups(module, unit, facts);
  return facts;
}

void ExpectAllOwnedOnce(const Module& module) {
  const Owners owners = Owners::Find(module, {});
  for (const DebugSection& section : module.file().debug_sections()) {
    RecordReader reader(module, section.index, 0, kNoOffset);
    Record record;
    while (reader.Next(&record)) {
      EXPECT_EQ(owners.Of(record).uses, 1u)
          << module.file().Describe(section.index) << "+" << record.raw.offset;
    }
  }
}

uint32_t AddText(ElfBuilder& elf) {
  return elf.Add({.name = ".text", .flags = SHF_ALLOC, .contents = Zeros(256)});
}

TEST(SecondSectionsTest, AUnitReadsAsInAFileOfItsOwn) {
  ForEachEncoding([](const Target& target, Encoding encoding) {
    ElfBuilder alone_elf(target);
    OneUnit alone(&alone_elf, encoding, AddText(alone_elf), 2);
    alone.Write();
    ModuleFile alone_file(alone.dwarf());
    const Facts expected = FactsOf(alone_file.module(), alone_file.unit());
    ASSERT_GT(expected.size(), 10u);

    ElfBuilder elf(target);
    const uint32_t text = AddText(elf);
    std::vector<std::unique_ptr<OneUnit>> units;
    for (const uint64_t number : {1, 2, 3}) {
      units.push_back(std::make_unique<OneUnit>(&elf, encoding, text, number));
      units.back()->Write();
      units.back()->dwarf().Finish();
    }
    ModuleFile file(elf);
    ASSERT_EQ(file.module().info().units().size(), 3u);
    EXPECT_TRUE(file.module().info().errors().empty());
    EXPECT_EQ(FactsOf(file.module(), file.unit(1)), expected);
    // And a third.
    EXPECT_NE(FactsOf(file.module(), file.unit(2)), expected);
    ExpectAllOwnedOnce(file.module());
  });
}

// A section that the other unit has one of, too, and all others are shared.
TEST(SecondSectionsTest, ASecondSectionOfAnotherKindIsNoPlace) {
  ElfBuilder elf(kX86_64);
  const uint32_t text = AddText(elf);
  OneUnit first(&elf, {}, text, 1);
  first.Write();
  first.dwarf().Finish();
  const uint32_t ranges = elf.Add({.name = ".debug_rnglists"});
  DwarfBuilder dwarf(&elf, {});
  dwarf
      .Abbrev(1, DW_TAG_compile_unit, false,
              {{DW_AT_stmt_list, DW_FORM_sec_offset},
               {DW_AT_addr_base, DW_FORM_sec_offset},
               {DW_AT_low_pc, DW_FORM_addrx}})
      .EndAbbrevs();
  dwarf.Unit({}, [&](DieWriter& die) {
    die.Die(1);
    die.out().Offset(4, elf.SectionSymbol(ranges), 0);
    die.out().Offset(4, elf.SectionSymbol(ranges), 0);
    die.Index(0);
  });
  ModuleFile file(dwarf);
  EXPECT_THAT(file->LineTableOf(file.unit(1)),
              FailsWith(ErrorCode::kBadDwarf,
                        "line table: DW_AT_stmt_list: the offset counts in"));
  const Attribute low_pc =
      FindAttribute(file.root(1), DW_AT_low_pc).value().value();
  EXPECT_THAT(AttributeValue(low_pc),
              FailsWith(ErrorCode::kBadDwarf,
                        "address index 0: DW_AT_addr_base: the offset counts"));
}

// The FDE of a second .debug_frame, whose CIE is in the first one or in a
// third.
TEST(SecondSectionsTest, TheCieOfAnFdeMayBeInAnotherDebugFrame) {
  for (const Target& target : kTargets) {
    SCOPED_TRACE(target.name);
    ElfBuilder elf(target);
    const uint32_t text = AddText(elf);
    FrameBuilder first(&elf, ".debug_frame");
    FrameBuilder second(&elf, ".debug_frame");
    FrameBuilder third(&elf, ".debug_frame");
    const auto cie = [](FrameBuilder& frames, uint64_t padding) {
      frames.Cie({.version = 3});
      return frames.Cie(
          {.version = 3, .instructions = [=](Assembler& out) {
             out.U8(DW_CFA_def_cfa_expression);
             out.Block([=](Assembler& ops) { ops.U8(0x70 + padding).U8(8); });
           }});
    };
    const uint64_t cies[] = {cie(first, 1), 0, cie(third, 2)};
    const uint32_t sections[] = {first.section(), 0, third.section()};
    const int size = target.address_size();
    for (const int home : {0, 2}) {
      second.out().Length(Format::kDwarf32, [&] {
        second.out().Offset(4, elf.SectionSymbol(sections[home]),
                            static_cast<int64_t>(cies[home]));
        second.out().Address(elf.SectionSymbol(text), 8 + home);
        second.out().Number(4, size).U8(DW_CFA_nop);
      });
    }
    first.Finish();
    second.Finish();
    third.Finish();
    ModuleFile file(elf);
    absl::StatusOr<CfiReader> reader =
        CfiReader::Of(file->sections(), second.section());
    ASSERT_THAT(reader, IsOk());
    for (const int home : {0, 2}) {
      CfiEntry entry;
      const absl::StatusOr<bool> found = reader->Next(&entry);
      ASSERT_THAT(found, IsOk());
      ASSERT_TRUE(*found);
      EXPECT_EQ(entry.cie.section, sections[home]);
      EXPECT_EQ(entry.cie.offset, cies[home]);
      EXPECT_THAT(entry.fde.initial_location,
                  InSection(text, static_cast<uint64_t>(8 + home)));
      CfiRows rows(file->sections(), reader->view(), entry);
      CfiRow row;
      ASSERT_TRUE(rows.Next(&row)) << rows.status();
      EXPECT_EQ(row.cfa.kind, CfiRuleKind::kExpression);
      EXPECT_TRUE(row.cfa.is_in_cie);
      EXPECT_EQ(file->sections()
                    .View(entry.cie.section)
                    ->bytes[static_cast<size_t>(row.cfa.value)],
                0x71 + home / 2);
      EXPECT_FALSE(rows.Next(&row));
    }
    EXPECT_FALSE(*reader->Next(nullptr));
    ExpectAllOwnedOnce(file.module());
  }
}

// gcc 8 to 10 leave what DW_FORM_rnglistx of a split unit refers to in the
// file of its skeleton.
TEST(SecondSectionsTest, RangeListsOfASplitUnitMayBeWithItsSkeleton) {
  for (const bool has_own : {false, true}) {
    ElfBuilder elf(kX86_64);
    const uint32_t text = AddText(elf);
    DwarfBuilder dwarf(&elf, {});
    const uint64_t addresses =
        dwarf.AddrTable({{elf.SectionSymbol(text), 0x10}});
    const auto list = [](uint64_t length) {
      return [length](Assembler& out) {
        out.U8(DW_RLE_startx_length).Uleb(0).Uleb(length).U8(0);
      };
    };
    dwarf.Lists(".debug_rnglists", {list(1)});
    const uint64_t base = dwarf.Lists(".debug_rnglists", {list(2), list(3)});
    dwarf
        .Abbrev(1, DW_TAG_skeleton_unit, false,
                {{DW_AT_addr_base, DW_FORM_sec_offset},
                 {DW_AT_rnglists_base, DW_FORM_sec_offset}})
        .EndAbbrevs();
    dwarf.Unit({.unit_type = DW_UT_skeleton, .signature = 7},
               [&](DieWriter& die) {
                 die.Die(1).SecOffset(".debug_addr", addresses);
                 die.SecOffset(".debug_rnglists", base);
               });
    dwarf.Finish();
    DwarfBuilder split(&elf, {}, ".dwo");
    split
        .Abbrev(1, DW_TAG_compile_unit, false,
                {{DW_AT_ranges, DW_FORM_rnglistx}})
        .EndAbbrevs();
    if (has_own) split.Lists(".debug_rnglists", {list(4), list(5)});
    split.Unit({.unit_type = DW_UT_split_compile, .signature = 7},
               [&](DieWriter& die) { die.Die(1).Index(1); });
    split.Finish();
    ModuleFile file(elf);
    const Attribute ranges =
        FindAttribute(file.root(1), DW_AT_ranges).value().value();
    absl::StatusOr<RangeList> found = RangeList::Of(ranges);
    ASSERT_THAT(found, IsOk());
    Facts facts;
    AddList(*found, facts);
    EXPECT_EQ(facts, Facts{absl::StrCat("  ", text, "+16 ", text, "+",
                                        has_own ? 21 : 19, " 0")});
    ExpectAllOwnedOnce(file.module());
  }
}

}  // namespace
}  // namespace dwreloc::internal
