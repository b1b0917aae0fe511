// dwarf/tree/package: units of a package (.dwp) that stand in parts of its
// sections, of version 2 (GNU) and 5 of the index: names, macros, references
// and line tables of each are its own; types have the addresses of the unit
// they were written with; parts end where the index says.

#include "dwarf/tree/package.h"

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "dwarf/constants.h"
#include "dwarf/lists/expr.h"
#include "dwarf/macros/macro.h"
#include "dwarf/tree/addr.h"
#include "dwarf/tree/strings.h"
#include "support/dwarf_file.h"
#include "support/module_file.h"

namespace dwreloc::internal {
namespace {

constexpr uint64_t kFirstType = 0x80;  // signatures of types

// Where one compilation's part of a section is.
struct Part {
  uint64_t offset = 0;
  uint64_t size = 0;
};

// Writes skeletons and a package of `count` compilations, each a compile unit
// and a type unit.
class PackageWriter {
 public:
  PackageWriter(uint16_t version, uint32_t count)
      : is_v5_(version >= 5),
        count_(count),
        encoding_{.address_size = 8, .version = version},
        dwarf_(&package_, encoding_, ".dwo") {}

  std::vector<uint8_t> Skeletons() {
    ElfBuilder elf(kX86_64);
    text_ =
        elf.Add({.name = ".text", .flags = SHF_ALLOC, .contents = Zeros(4096)});
    DwarfBuilder dwarf(&elf, encoding_);
    if (is_v5_) {
      dwarf.Abbrev(1, DW_TAG_skeleton_unit, false,
                   {{DW_AT_addr_base, DW_FORM_sec_offset}});
    } else {
      dwarf.Abbrev(1, DW_TAG_compile_unit, false,
                   {{DW_AT_GNU_addr_base, DW_FORM_sec_offset},
                    {DW_AT_GNU_dwo_id, DW_FORM_data8}});
    }
    dwarf.EndAbbrevs();
    for (uint32_t i = 0; i < count_; ++i) {
      const uint64_t base =
          dwarf.AddrTable({{elf.SectionSymbol(text_), 0x10 * i}});
      dwarf.Unit({.unit_type = DW_UT_skeleton, .signature = i},
                 [&](DieWriter& die) {
                   die.Die(1).SecOffset(".debug_addr", base);
                   if (!is_v5_) die.Data8(i);
                 });
    }
    dwarf.Finish();
    return elf.Build();
  }

  // `cut`: this section's parts all lack their last byte.
  std::vector<uint8_t> Package(const std::string& cut = "") {
    std::vector<std::map<std::string, Part>> rows;
    std::vector<std::map<std::string, Part>> type_rows;
    for (uint32_t i = 0; i < count_; ++i) {
      const std::map<std::string, uint64_t> begin = Offsets();
      WriteCompilation(i);
      const std::map<std::string, uint64_t> end = Offsets();
      std::map<std::string, Part> row;
      for (const auto& [name, offset] : begin) {
        row[name] = {offset, end.at(name) - offset - (name == cut ? 1 : 0)};
      }
      std::map<std::string, Part> type_row = row;
      type_row[TypesSection()] = type_;
      row[".debug_info"] = unit_;
      row.erase(".debug_types");
      if (!is_v5_) type_row.erase(".debug_info");
      rows.push_back(row);
      type_rows.push_back(type_row);
    }
    WriteIndex(".debug_cu_index", rows, 0);
    WriteIndex(".debug_tu_index", type_rows, kFirstType);
    dwarf_.Finish();
    return package_.Build();
  }

  uint32_t text() const { return text_; }

 private:
  std::string TypesSection() const {
    return is_v5_ ? ".debug_info" : ".debug_types";
  }
  std::map<std::string, uint64_t> Offsets() {
    std::map<std::string, uint64_t> result;
    for (const char* name : {".debug_abbrev", ".debug_line",
                             ".debug_str_offsets", ".debug_macro"}) {
      result[name] = dwarf_.Section(name).offset();
    }
    return result;
  }

  void WriteCompilation(uint32_t i) {
    const std::string number = std::to_string(i);
    const uint64_t abbrevs = dwarf_.BeginAbbrevs();
    const uint32_t string = is_v5_ ? DW_FORM_strx : DW_FORM_GNU_str_index;
    if (is_v5_) {
      dwarf_.Abbrev(1, DW_TAG_compile_unit, true,
                    {{DW_AT_name, string}, {DW_AT_macros, DW_FORM_sec_offset}});
    } else {
      dwarf_.Abbrev(1, DW_TAG_compile_unit, true,
                    {{DW_AT_name, string},
                     {DW_AT_GNU_macros, DW_FORM_sec_offset},
                     {DW_AT_GNU_dwo_id, DW_FORM_data8}});
    }
    dwarf_
        .Abbrev(2, DW_TAG_variable, false, {{DW_AT_location, DW_FORM_exprloc}})
        .Abbrev(3, DW_TAG_type_unit, true,
                {{DW_AT_stmt_list, DW_FORM_sec_offset}})
        .Abbrev(4, DW_TAG_structure_type, false, {{DW_AT_name, string}});
    // Of sizes that differ from part to part.
    for (uint32_t more = 0; more < i % 3; ++more) {
      dwarf_.Abbrev(5 + more, DW_TAG_base_type, false, {});
    }
    dwarf_.EndAbbrevs();
    ASSERT_LT(abbrevs, dwarf_.Section(".debug_abbrev").offset());

    const std::vector<std::string> strings = {"unit" + number, "type" + number,
                                              "MACRO" + number + " 1"};
    Assembler& offsets = dwarf_.Section(".debug_str_offsets");
    const auto write_offsets = [&] {
      if (is_v5_) offsets.U16(5).U16(0);
      for (const std::string& text : strings) offsets.U32(dwarf_.Str(text));
    };
    is_v5_ ? (void)offsets.Length(Format::kDwarf32, write_offsets)
           : write_offsets();

    WriteMacros();
    dwarf_.LineProgram(
        {.path_form = DW_FORM_string, .files = {{"t" + number + ".h"}}},
        [](LineWriter&) {});

    unit_.offset = dwarf_.Section(".debug_info").offset();
    dwarf_.Unit({.unit_type = DW_UT_split_compile, .signature = i},
                [&](DieWriter& die) {
                  die.Die(1).Index(0).Data4(0);
                  if (!is_v5_) die.Data8(i);
                  die.Die(2).Exprloc(
                      [](Assembler& out) { out.U8(DW_OP_call_ref).U32(0x55); });
                  die.End();
                });
    unit_.size = dwarf_.Section(".debug_info").offset() - unit_.offset;
    type_.offset = dwarf_.Section(TypesSection()).offset();
    dwarf_.Unit(
        {.unit_type = DW_UT_split_type,
         .signature = kFirstType + i,
         .section = TypesSection()},
        [&](DieWriter& die) {
          die.Die(3).Data4(0).Die(4).Index(1).Die(2).Exprloc(
              [&](Assembler& out) {
                out.U8(is_v5_ ? DW_OP_addrx : DW_OP_GNU_addr_index).Uleb(0);
              });
          die.End();
        });
    type_.size = dwarf_.Section(TypesSection()).offset() - type_.offset;
  }

  // One macro unit that imports a second one: MACRO<i>, by index.
  void WriteMacros() {
    Assembler& out = dwarf_.Section(".debug_macro");
    const uint64_t begin = out.offset();
    const auto header = [&] { out.U16(is_v5_ ? 5 : 4).U8(2).U32(0); };
    header();
    out.U8(DW_MACRO_import).U32(out.offset() + 5 - begin).U8(0);
    header();
    // In GNU's version 4 this operation has an index, too.
    out.U8(is_v5_ ? DW_MACRO_define_strx : DW_MACRO_define_strp);
    out.Uleb(7).Uleb(2);
    out.U8(0);
  }

  // Signature first + i names row i + 1.
  void WriteIndex(const std::string& name,
                  const std::vector<std::map<std::string, Part>>& rows,
                  uint64_t first) {
    const std::map<std::string, uint32_t> columns = {
        {".debug_info", DW_SECT_INFO},
        {".debug_types", DW_SECT_GNU_TYPES},
        {".debug_abbrev", DW_SECT_ABBREV},
        {".debug_line", DW_SECT_LINE},
        {".debug_str_offsets", DW_SECT_STR_OFFSETS},
        {".debug_macro",
         is_v5_ ? uint32_t{DW_SECT_MACRO} : uint32_t{DW_SECT_GNU_MACRO}}};
    // With so many slots no two signatures are for the same.
    constexpr uint32_t kSlots = 512;
    Assembler out(package_.target());
    is_v5_ ? out.U16(5).U16(0) : out.U32(2);
    out.U32(rows.at(0).size()).U32(rows.size()).U32(kSlots);
    const auto slots = [&](int width, const auto& value) {
      for (uint64_t slot = 0; slot < kSlots; ++slot) {
        const bool is_used = slot >= first && slot < first + rows.size();
        out.Number(is_used ? value(slot) : 0, width);
      }
    };
    slots(8, [](uint64_t slot) { return slot; });
    slots(4, [&](uint64_t slot) { return slot - first + 1; });
    for (const auto& [section, part] : rows.at(0)) out.U32(columns.at(section));
    for (const auto& row : rows) {
      for (const auto& [section, part] : row) out.U32(part.offset);
    }
    for (const auto& row : rows) {
      for (const auto& [section, part] : row) out.U32(part.size);
    }
    package_.Add(name, out);
  }

  const bool is_v5_;
  const uint32_t count_;
  const Encoding encoding_;
  ElfBuilder package_{kX86_64};
  DwarfBuilder dwarf_;
  uint32_t text_ = 0;
  Part unit_;  // of the compilation written last
  Part type_;
};

struct OpenedPackage {
  OpenedPackage(uint16_t version, uint32_t count, const std::string& cut = "")
      : writer(version, count),
        skeletons(writer.Skeletons()),
        image(writer.Package(cut)),
        module(ElfFile::OpenMemory(image, "test.dwp").value(),
               {.skeletons = &skeletons->info()}) {}
  const Unit& unit(uint32_t i) const {
    return **module.info().FindSplitUnit(i);
  }
  const Unit& type(uint32_t i) const {
    return *module.info().FindTypeUnit(kFirstType + i);
  }
  // Of the first operation in an attribute DW_AT_location.
  static absl::StatusOr<RelocValue> OperandOf(const Die& die) {
    const Attribute location = FindAttribute(die, DW_AT_location)->value();
    const Unit& unit = *die.unit;
    ExpressionReader reader(unit, unit.view(), location.data, location.value);
    Operation operation;
    EXPECT_TRUE(reader.Next(&operation));
    return OperandValue(&unit, operation);
  }

  PackageWriter writer;
  ModuleFile skeletons;
  const std::vector<uint8_t> image;
  const Module module;
};

class PackageTest : public testing::TestWithParam<uint16_t> {};
INSTANTIATE_TEST_SUITE_P(Versions, PackageTest, testing::Values(4, 5));

TEST_P(PackageTest, StringsCountInTheUnitsPart) {
  const OpenedPackage package(GetParam(), 3);
  EXPECT_TRUE(package.module.info().errors().empty());
  for (uint32_t i = 0; i < 3; ++i) {
    const Die root = RootDie(package.unit(i)).value();
    EXPECT_EQ(*StringOf(FindAttribute(root, DW_AT_name)->value()),
              "unit" + std::to_string(i));
    const Die type = *FirstChild(RootDie(package.type(i)).value()).value();
    EXPECT_EQ(*StringOf(FindAttribute(type, DW_AT_name)->value()),
              "type" + std::to_string(i));
  }
}

// Abbreviations of the parts together are not more than the section, though
// more than many times the first part.
TEST_P(PackageTest, AbbreviationsAreReadInAnyOrder) {
  constexpr uint32_t kCount = 120;
  const OpenedPackage package(GetParam(), kCount);
  for (uint32_t i = kCount; i-- > 0;) {
    EXPECT_THAT(package.unit(i).abbrevs(), IsOk()) << i;
  }
}

TEST_P(PackageTest, MacrosCountInTheUnitsPart) {
  const OpenedPackage package(GetParam(), 3);
  for (uint32_t i = 0; i < 3; ++i) {
    const Unit& unit = package.unit(i);
    auto macros = MacroReader::OfUnit(unit);
    ASSERT_THAT(macros, IsOk());
    ASSERT_TRUE(macros->has_value());
    MacroReader& reader = **macros;
    EXPECT_EQ(reader.header().place.offset,
              unit.Origin(SectionId::kDebugMacro));
    const auto line = reader.LinePlace();
    ASSERT_THAT(line, IsOk());
    EXPECT_EQ((*line)->offset, unit.Origin(SectionId::kDebugLine));
    reader.set_follows_imports(true);
    MacroEntry entry;
    ASSERT_TRUE(reader.Next(&entry));
    EXPECT_EQ(entry.kind, MacroKind::kImport);
    EXPECT_EQ(ImportPlaceOf(unit.sections(), entry)->offset,
              reader.header().place.offset);
    ASSERT_TRUE(reader.Next(&entry));
    EXPECT_EQ(entry.kind, MacroKind::kDefine);
    EXPECT_EQ(*MacroStringOf(unit.sections(), entry),
              "MACRO" + std::to_string(i) + " 1");
    EXPECT_FALSE(reader.Next(&entry));
    EXPECT_TRUE(reader.ok());
  }
}

TEST_P(PackageTest, MacrosEndWithTheUnitsPart) {
  const OpenedPackage package(GetParam(), 2, ".debug_macro");
  MacroReader reader = **MacroReader::OfUnit(package.unit(0));
  reader.set_follows_imports(true);
  MacroEntry entry;
  EXPECT_TRUE(reader.Next(&entry));
  EXPECT_TRUE(reader.Next(&entry));
  // Its terminator is the byte that is missing.
  EXPECT_FALSE(reader.Next(&entry));
  EXPECT_THAT(reader.status(), FailsWith(ErrorCode::kTruncated, ""));
}

TEST_P(PackageTest, ReferencesCountInTheUnitsPart) {
  const OpenedPackage package(GetParam(), 3);
  for (uint32_t i = 0; i < 3; ++i) {
    const Unit& unit = package.unit(i);
    const Die die = *FirstChild(RootDie(unit).value()).value();
    EXPECT_THAT(*OpenedPackage::OperandOf(die), IsNumber(unit.offset() + 0x55));
  }
}

// A sum that does not fit is not another unit's place.
TEST_P(PackageTest, OffsetsDoNotWrap) {
  const OpenedPackage package(GetParam(), 2);
  const Unit& unit = package.unit(1);
  const uint64_t origin = unit.Origin(SectionId::kDebugAbbrev);
  ASSERT_GT(origin, 0u);
  const auto locate = [&](uint64_t offset) {
    return unit.Locate(SectionId::kDebugAbbrev, offset);
  };
  EXPECT_EQ(locate(5), origin + 5);
  EXPECT_EQ(locate(kNoOffset - 1 - origin), kNoOffset - 1);
  EXPECT_EQ(locate(kNoOffset - origin), kNoOffset - 1);
  EXPECT_EQ(locate(kNoOffset - 1), kNoOffset - 1);
}

TEST_P(PackageTest, LineTablesOfTypesCountInTheUnitsPart) {
  const OpenedPackage package(GetParam(), 3);
  for (uint32_t i = 0; i < 3; ++i) {
    const auto table = package.module.LineTableOf(package.type(i));
    ASSERT_THAT(table, IsOk());
    ASSERT_NE(*table, nullptr);
    ASSERT_EQ((*table)->files().size(), 1u);
    EXPECT_EQ((*table)->files()[0].name, "t" + std::to_string(i) + ".h");
  }
}

TEST_P(PackageTest, LineTablesEndWithTheUnitsPart) {
  const OpenedPackage package(GetParam(), 2, ".debug_line");
  EXPECT_THAT(package.module.LineTableOf(package.type(0)),
              FailsWith(ErrorCode::kTruncated, "unit_length"));
}

// gcc: template <int *P>.
TEST_P(PackageTest, TypesHaveTheAddressesOfTheirCompilation) {
  const OpenedPackage package(GetParam(), 3);
  for (uint32_t i = 0; i < 3; ++i) {
    const Unit& type = package.type(i);
    EXPECT_EQ(type.skeleton(), nullptr);
    EXPECT_EQ(&type.address_unit(), package.unit(i).skeleton());
    const Die first = *FirstChild(RootDie(type).value()).value();
    const Die variable = *NextSibling(first).value();
    EXPECT_THAT(*OpenedPackage::OperandOf(variable),
                InSection(package.writer.text(), 0x10 * uint64_t{i}));
  }
}

}  // namespace
}  // namespace dwreloc::internal
