// Type units, and sections of units in groups: written anew, each by itself,
// with a record for each offset that counts in another section.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <string>

#include "compress/compressed.h"
#include "compress/rooms.h"
#include "dwreloc_compress/links.h"
#include "dwreloc_compress/records.h"

namespace dwreloc_tools::compress {
namespace {

constexpr std::uint64_t kSignature = 0x123456789abcdef0;
const std::string kLong(100, 'x');

// Which file: the section of types, in a group or not.
struct Kind {
  std::uint16_t version = 5;
  bool is_in_group = true;
};

// Two units that share a struct and refer to a type by its signature, and the
// unit of that type, with the same struct in it.
void AddUnits(SmallFile& file, const Kind& kind, bool has_type = true) {
  file.dwarf
      .Abbrev(1, DW_TAG_compile_unit, true,
              {{DW_AT_name, DW_FORM_strp}, {DW_AT_producer, DW_FORM_strp}})
      .Abbrev(2, DW_TAG_structure_type, true, {{DW_AT_name, DW_FORM_strp}})
      .Abbrev(3, DW_TAG_member, false, {{DW_AT_name, DW_FORM_string}})
      .Abbrev(4, DW_TAG_variable, false, {{DW_AT_type, DW_FORM_ref_sig8}})
      .Abbrev(5, DW_TAG_label, false, {{DW_AT_low_pc, DW_FORM_addr}})
      .Abbrev(6, DW_TAG_type_unit, true, {{DW_AT_language, DW_FORM_data2}})
      .EndAbbrevs();
  const auto add_struct = [](DieWriter& die) {
    die.Die(2).Strp(kLong + " shared");
    for (int i = 0; i < 12; ++i) die.Die(3).String(std::to_string(i));
    die.End();
  };
  for (int unit = 0; unit < 2; ++unit)
    file.dwarf.Unit({}, [&](DieWriter& die) {
      die.Die(1).Strp("the_unit.cc").Strp(kLong + " producer");
      add_struct(die);
      die.Die(4).Data8(kSignature);
      die.Die(5).Addr(file.elf.SectionSymbol(file.text), unit).End();
    });
  const Label type = file.dwarf.Section(".debug_types").Forward();
  file.dwarf.Unit({.unit_type = DW_UT_type,
                   .signature = kSignature,
                   .type = has_type ? type : Label{},
                   .section = ".debug_types"},
                  [&](DieWriter& die) {
                    die.Die(6).Data2(4);
                    add_struct(die);
                    die.Bind(type);
                    add_struct(die);
                    die.End();
                  });
  const std::uint32_t section = file.dwarf.SectionIndex(".debug_types");
  if (kind.version >= 5) file.elf.section(section).name = ".debug_info";
  if (kind.is_in_group) file.elf.AddGroup({section});
}

constexpr Kind kKinds[] = {{4, true}, {5, true}, {4, false}};

TEST(TypeUnitsTest, FilesWithThemSayTheSame) {
  for (const Kind& kind : kKinds) {
    SmallFile file(dwreloc::internal::kX86_64, kind.version);
    AddUnits(file, kind);
    const std::vector<std::uint8_t> image = file.Build();
    const Compressed compressed = CompressImage(image);
    ASSERT_EQ(compressed.why, "") << kind.version;
    EXPECT_EQ(DifferenceOf(image, compressed.image), "");
    const Compressed again = CompressImage(compressed.image);
    EXPECT_TRUE(again.is_small || again.image == compressed.image) << again.why;
  }
}

TEST(TypeUnitsTest, OnEveryMachine) {
  for (const Target& target : dwreloc::internal::kTargets) {
    SmallFile file(target, 4);
    AddUnits(file, {4, true});
    const std::vector<std::uint8_t> image = file.Build();
    const Compressed compressed = CompressImage(image);
    ASSERT_EQ(compressed.why, "") << target.name;
    EXPECT_EQ(DifferenceOf(image, compressed.image), "") << target.name;
  }
}

TEST(TypeUnitsTest, TheirTreesStayInThem) {
  SmallFile file;
  AddUnits(file, {});
  const Rooms rooms(file);
  ASSERT_EQ(rooms.graph.units.size(), 3u);
  EXPECT_EQ(rooms.graph.units[2].section, 1u);
  // With records to it, a partial unit is not worth it.
  ASSERT_EQ(rooms.plan.units.size(), 3u);
  // Both structs, though they say the same.
  EXPECT_EQ(rooms.plan.units[2].trees.size(), 3u);
  EXPECT_EQ(rooms.layout.sizes[0], rooms.layout.units[1].end);
  EXPECT_EQ(rooms.layout.units[2].offset, 0u);
  EXPECT_EQ(rooms.layout.sizes[1], rooms.layout.units[2].end);
}

// In the section of those that import them, so that they are read again there;
// but not before DWARF 5, where gdb 13 dies of it.
TEST(TypeUnitsTest, NewUnitsAreInFrontOfThem) {
  SmallFile file(dwreloc::internal::kX86_64, 5);
  AddUnits(file, {5, false});
  const Rooms rooms(file);
  ASSERT_EQ(rooms.plan.units.size(), 4u);
  EXPECT_TRUE(rooms.plan.units[2].is_new);
  EXPECT_EQ(rooms.plan.units[3].source, 2u);
  EXPECT_EQ(rooms.layout.sizes[0], rooms.layout.units[2].end);
  EXPECT_EQ(rooms.layout.units[3].offset, 0u);
}

TEST(TypeUnitsTest, BeforeDwarf5UnitsStayApart) {
  SmallFile file(dwreloc::internal::kX86_64, 4);
  AddUnits(file, {4, false});
  const Rooms rooms(file);
  EXPECT_EQ(rooms.plan.units.size(), 3u);
}

TEST(TypeUnitsTest, HeadersHaveSignatureAndType) {
  for (const std::uint16_t version : {4, 5}) {
    SmallFile file(dwreloc::internal::kX86_64, version);
    AddUnits(file, {version, true});
    const Compressed compressed = CompressImage(file.Build());
    const dwreloc::File written =
        dwreloc::File::FromMemory(compressed.image, "file");
    int types = 0;
    for (const dwreloc::Unit unit : written.units()) {
      const dwreloc::UnitInfo info = unit.info();
      if (info.unit_type != DW_UT_type) continue;
      ++types;
      EXPECT_EQ(info.signature, kSignature);
      EXPECT_EQ(written.sections()[info.section].name(),
                version >= 5 ? ".debug_info" : ".debug_types");
      EXPECT_GT(info.type_offset, info.header_size);
    }
    EXPECT_EQ(types, 1);
  }
}

// What a section's records lead to, by name, with their number.
std::map<std::string, int> LinksOf(const dwreloc::File& file,
                                   std::uint32_t section) {
  std::map<std::string, int> links;
  for (const StaticRecord& record :
       ReadRecords(file, section, StaticRecords::kWanted).solved)
    ++links[std::string(file.sections()[record.target].name())];
  return links;
}

TEST(TypeUnitsTest, OffsetsKeepRecordsWhereThereAreGroups) {
  for (const bool is_in_group : {true, false}) {
    SmallFile file(dwreloc::internal::kX86_64, 4);
    AddUnits(file, {4, is_in_group});
    const Compressed compressed = CompressImage(file.Build());
    const dwreloc::File written =
        dwreloc::File::FromMemory(compressed.image, "file");
    for (const dwreloc::Section section : written.sections()) {
      if (!HoldsUnits(section.name())) continue;
      const std::map<std::string, int> links =
          LinksOf(written, section.index());
      if (!is_in_group) {
        EXPECT_TRUE(links.empty());
      } else if (section.name() == ".debug_types") {
        EXPECT_EQ(links.at(".debug_abbrev"), 1);
        EXPECT_EQ(links.at(".debug_str"), 2);
      } else {
        EXPECT_EQ(links.at(".debug_abbrev"), 2);
        // A producer, a struct.
        EXPECT_EQ(links.at(".debug_str"), 4);
      }
    }
  }
}

// A record takes 24 bytes.
TEST(TypeUnitsTest, StringsShorterThanARecordStandInTheDie) {
  for (const std::size_t length : {27u, 28u}) {
    SmallFile file(dwreloc::internal::kX86_64, 4);
    AddUnits(file, {4, true});
    file.dwarf.Unit({}, [&](DieWriter& die) {
      const std::string name(length, 'y');
      die.Die(1).Strp(name).Strp(name).End();
    });
    const Rooms rooms(file);
    const std::uint32_t die = rooms.graph.trees[rooms.graph.units[2].root].die;
    EXPECT_EQ(rooms.FormOf(die, 0),
              length == 27 ? DW_FORM_string : DW_FORM_strp);
  }
}

// Behind the end of one section, another one begins, for the graph alone.
TEST(TypeUnitsTest, NoReferenceLeadsFromOneSectionToAnother) {
  SmallFile file(dwreloc::internal::kX86_64, 4);
  AddUnits(file, {4, false});
  file.dwarf.Abbrev(1, DW_TAG_compile_unit, true, {{DW_AT_type, DW_FORM_ref4}})
      .EndAbbrevs();
  const std::uint64_t abbrevs =
      file.dwarf.Section(".debug_abbrev").offset() - (3 + 2 + 2 + 1);
  // Header, root, end: then the header of the type unit.
  constexpr std::uint32_t kUnitSize = 11 + 1 + 4 + 1;
  constexpr std::uint32_t kHeaderSize = 23;
  file.dwarf.Unit({.abbrev_offset = abbrevs}, [](DieWriter& die) {
    die.Die(1).Data4(kUnitSize + kHeaderSize).End();
  });
  EXPECT_EQ(CompressImage(file.Build()).why, "a reference leads to no DIE");
}

TEST(TypeUnitsTest, OneWithoutItsTypeIsRefused) {
  SmallFile file(dwreloc::internal::kX86_64, 4);
  AddUnits(file, {4, true}, /*has_type=*/false);
  EXPECT_EQ(CompressImage(file.Build()).why, "a type unit without its type");
}

TEST(LinksTest, RecordsAreLikeThoseOfTheFile) {
  SmallFile file(dwreloc::internal::kX86_64, 4);
  AddUnits(file, {4, true});
  const std::uint32_t info = file.dwarf.SectionIndex(".debug_info");
  const std::uint32_t symbol = file.dwarf.SectionSymbol(".debug_str");
  const std::vector<std::uint8_t> image = file.Build();
  const dwreloc::File opened = dwreloc::File::FromMemory(image, "file");
  EXPECT_TRUE(NeedsLinks(opened, KeepLinks::kInGroups));
  const Links links(opened, info);
  EXPECT_EQ(links.record_size(), 24u);
  const RawRecord record = links.RecordOf(LinkTarget::kStrings, 7, 9, 4);
  EXPECT_EQ(record.offset, 7u);
  EXPECT_EQ(record.addend, 9);
  EXPECT_EQ(record.info, ELF64_R_INFO(symbol, R_X86_64_32));
  // No section, no symbol, no record of that size.
  EXPECT_THROW((void)links.RecordOf(LinkTarget::kLineStrings, 0, 0, 4),
               std::runtime_error);
  EXPECT_THROW((void)links.RecordOf(LinkTarget::kStrings, 0, 0, 8),
               std::runtime_error);
  EXPECT_FALSE(Links().are_kept());
}

TEST(LinksTest, FilesWithoutGroupsOfUnitsNeedNone) {
  SmallFile file;
  file.AddPlainUnit();
  const std::vector<std::uint8_t> image = file.Build();
  const dwreloc::File opened = dwreloc::File::FromMemory(image, "file");
  EXPECT_FALSE(NeedsLinks(opened, KeepLinks::kInGroups));
  EXPECT_TRUE(NeedsLinks(opened, KeepLinks::kAlways));
}

// Strings by index need no record in the DIE.
TEST(LinksTest, IndexesOfStringsStay) {
  SmallFile file;
  AddUnits(file, {});
  file.dwarf
      .Abbrev(1, DW_TAG_compile_unit, true,
              {{DW_AT_str_offsets_base, DW_FORM_sec_offset}})
      .Abbrev(2, DW_TAG_variable, false, {{DW_AT_name, DW_FORM_strx1}})
      .EndAbbrevs();
  const std::uint64_t table = file.dwarf.Section(".debug_abbrev").offset() -
                              (3 + 2 + 2 + 3 + 2 + 2 + 1);
  const std::uint64_t base = file.dwarf.StrOffsets({"zero", "one", "two"});
  file.dwarf.Unit({.abbrev_offset = table}, [&](DieWriter& die) {
    die.Die(1).SecOffset(".debug_str_offsets", base);
    for (const std::uint8_t index : {2, 0, 1}) die.Die(2).Data1(index);
    die.End();
  });
  const std::vector<std::uint8_t> image = file.Build();
  const Compressed compressed = CompressImage(image);
  ASSERT_EQ(compressed.why, "");
  EXPECT_EQ(DifferenceOf(image, compressed.image), "");
  const dwreloc::File written =
      dwreloc::File::FromMemory(compressed.image, "file");
  const Graph graph = ReadGraph(written);
  EXPECT_TRUE(graph.has_string_indexes);
  EXPECT_THAT(graph.units[2].string_indexes, testing::SizeIs(3));
}

}  // namespace
}  // namespace dwreloc_tools::compress
