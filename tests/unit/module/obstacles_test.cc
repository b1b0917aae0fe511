// audit/obstacles: each reason not to rewrite a section, and which sections it
// hinders.

#include "audit/obstacles.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <string>
#include <vector>

#include "dwarf/constants.h"
#include "support/dwarf_file.h"
#include "support/frame_builder.h"
#include "support/module_file.h"
#include "support/signed_file.h"

namespace dwreloc::internal {
namespace {

constexpr Encoding kDwarf5 = {
    .address_size = 8, .format = Format::kDwarf32, .version = 5};

// The first symbol of a Sample.
constexpr uint32_t kTextSymbol = 1;

// A unit with one more attribute, strings and lists.
class Sample {
 public:
  explicit Sample(
      uint16_t attribute = DW_AT_decl_line, uint16_t form = DW_FORM_data1,
      const std::function<void(DieWriter&)>& value =
          [](DieWriter& die) { die.Data1(1); },
      const Target& target = kX86_64)
      : elf(target), dwarf(&elf, kDwarf5) {
    EXPECT_EQ(text_symbol(), kTextSymbol);
    dwarf.Section(".debug_loclists").U8(DW_LLE_end_of_list);
    dwarf
        .Abbrev(1, DW_TAG_compile_unit, true,
                {{DW_AT_name, DW_FORM_strp}, {DW_AT_low_pc, DW_FORM_addr}})
        .Abbrev(2, DW_TAG_variable, false, {{attribute, form}})
        .EndAbbrevs();
    dwarf.Unit({}, [&](DieWriter& die) {
      die.Die(1).Strp("a.c").Addr(text_symbol(), 0);
      die.Die(2);
      value(die);
      die.End();
    });
  }
  uint32_t text_symbol() { return elf.SectionSymbol(text); }

  ElfBuilder elf;
  DwarfBuilder dwarf;
  const uint32_t text =
      elf.Add({.name = ".text", .flags = SHF_ALLOC, .contents = Zeros(64)});
};

std::vector<Obstacle> Of(ModuleFile& file, std::string_view name) {
  return Obstacles(file.module()).Of(file.Find(name));
}

// The only obstacle to a section.
Obstacle OnlyOne(ModuleFile& file, std::string_view name) {
  const std::vector<Obstacle> found = Of(file, name);
  EXPECT_EQ(found.size(), 1u);
  return found.empty() ? Obstacle() : found[0];
}

void ExpectText(const Obstacle& obstacle, ObstacleKind kind,
                std::string_view text) {
  EXPECT_EQ(obstacle.kind, kind) << obstacle.text;
  EXPECT_NE(obstacle.text.find(text), std::string::npos) << obstacle.text;
  EXPECT_EQ(obstacle.count, 1u);
}

TEST(ObstaclesTest, AnOrdinaryFileHasNone) {
  Sample sample;
  ModuleFile file(sample.dwarf);
  const Obstacles obstacles(file.module());
  const std::vector<uint32_t> sections = obstacles.SectionsOf(kNoSection);
  EXPECT_GE(sections.size(), 4u);
  for (const uint32_t section : sections) {
    EXPECT_TRUE(obstacles.Of(section).empty()) << section;
  }
}

TEST(ObstaclesTest, AnUnknownFormHindersWhateverUnitsReferTo) {
  Sample sample(DW_AT_decl_line, 0x7e);
  ModuleFile file(sample.dwarf);
  const Obstacle obstacle = OnlyOne(file, ".debug_info");
  ExpectText(obstacle, ObstacleKind::kUnreadable, "form");
  EXPECT_EQ(obstacle.section, file.Find(".debug_info"));
  EXPECT_EQ(OnlyOne(file, ".debug_str").section, obstacle.section);
  EXPECT_EQ(OnlyOne(file, ".debug_abbrev").section, obstacle.section);
}

TEST(ObstaclesTest, AnOffsetOfAnUnknownAttribute) {
  Sample sample(0x2f00, DW_FORM_sec_offset,
                [](DieWriter& die) { die.SecOffset(".debug_loclists", 0); });
  ModuleFile file(sample.dwarf);
  const Obstacle obstacle = OnlyOne(file, ".debug_info");
  ExpectText(obstacle, ObstacleKind::kAttribute, "attribute 0x2f00");
  EXPECT_EQ(obstacle.section, file.Find(".debug_info"));
  EXPECT_EQ(OnlyOne(file, ".debug_loclists").kind, ObstacleKind::kAttribute);
}

TEST(ObstaclesTest, AnOffsetOfAnUnknownAttributeWithoutARecord) {
  Sample sample(0x2f00, DW_FORM_sec_offset,
                [](DieWriter& die) { die.Data4(0); });
  ModuleFile file(sample.dwarf);
  EXPECT_EQ(OnlyOne(file, ".debug_info").kind, ObstacleKind::kAttribute);
}

TEST(ObstaclesTest, AConstantThatARecordMakesAnOffset) {
  Sample sample(DW_AT_const_value, DW_FORM_data4,
                [](DieWriter& die) { die.SecOffset(".debug_loclists", 0); });
  ModuleFile file(sample.dwarf);
  ExpectText(OnlyOne(file, ".debug_info"), ObstacleKind::kAttribute,
             "DW_AT_const_value");
}

TEST(ObstaclesTest, AConstantThatARecordMakesAnAddressIsNone) {
  Sample sample(DW_AT_const_value, DW_FORM_data8,
                [](DieWriter& die) { die.DataReloc(8, kTextSymbol, 4); });
  ModuleFile file(sample.dwarf);
  EXPECT_TRUE(Of(file, ".debug_info").empty());
}

TEST(ObstaclesTest, AnUnknownOperationAndAListThatCannotBeRead) {
  Sample operation(DW_AT_location, DW_FORM_exprloc, [](DieWriter& die) {
    die.Exprloc([](Assembler& ops) { ops.U8(0x01); });
  });
  ModuleFile with_operation(operation.dwarf);
  ExpectText(OnlyOne(with_operation, ".debug_info"), ObstacleKind::kUnreadable,
             "unknown operation 0x1");
  Sample list(DW_AT_location, DW_FORM_sec_offset,
              [](DieWriter& die) { die.SecOffset(".debug_loclists", 1); });
  list.dwarf.Section(".debug_loclists").U8(0x77);
  ModuleFile with_list(list.dwarf);
  const Obstacle obstacle = OnlyOne(with_list, ".debug_loclists");
  ExpectText(obstacle, ObstacleKind::kUnreadable, "unknown list entry kind");
  EXPECT_EQ(obstacle.section, with_list.Find(".debug_loclists"));
  EXPECT_EQ(obstacle.offset, 1u);
  // It may refer to DIEs, but not to strings.
  EXPECT_EQ(OnlyOne(with_list, ".debug_info").section, obstacle.section);
  EXPECT_TRUE(Of(with_list, ".debug_str").empty());
}

TEST(ObstaclesTest, ADamagedLineTable) {
  Sample sample;
  sample.dwarf.LineProgram({},
                           [](LineWriter& line) { line.out().U8(0).U8(0); });
  ModuleFile file(sample.dwarf);
  const Obstacle obstacle = OnlyOne(file, ".debug_line");
  ExpectText(obstacle, ObstacleKind::kUnreadable, "extended opcode");
  EXPECT_EQ(OnlyOne(file, ".debug_str").section, file.Find(".debug_line"));
  EXPECT_TRUE(Of(file, ".debug_info").empty());
}

TEST(ObstaclesTest, ASectionOfAnUnknownRoleHindersAll) {
  Sample sample;
  sample.dwarf.Section(".debug_what").U32(0);
  ModuleFile file(sample.dwarf);
  const Obstacle obstacle = OnlyOne(file, ".debug_what");
  ExpectText(obstacle, ObstacleKind::kRole, "unknown");
  EXPECT_EQ(obstacle.offset, kNoOffset);
  EXPECT_EQ(OnlyOne(file, ".debug_info").section, file.Find(".debug_what"));
}

TEST(ObstaclesTest, RecordsOfOtherKindsHinderTheirSectionAlone) {
  for (const uint32_t type : {uint32_t{R_X86_64_PC64}, uint32_t{0xee}}) {
    Sample sample(DW_AT_const_value, DW_FORM_data8,
                  [&](DieWriter& die) { die.Data8(0); });
    const uint32_t info = sample.dwarf.SectionIndex(".debug_info");
    const uint32_t text = sample.text_symbol();
    sample.dwarf.Finish();
    const uint64_t at = sample.elf.section(info).contents.size() - 9;
    sample.elf.Reloc(info, {.offset = at, .type = type, .symbol = text});
    ModuleFile file(sample.elf);
    const Obstacle obstacle = OnlyOne(file, ".debug_info");
    EXPECT_EQ(obstacle.kind, ObstacleKind::kRecordKind) << obstacle.text;
    EXPECT_EQ(obstacle.offset, at);
    EXPECT_TRUE(Of(file, ".debug_str").empty());
  }
}

TEST(ObstaclesTest, ARecordThatNoFieldOwns) {
  Sample sample;
  const uint32_t strings = sample.dwarf.SectionIndex(".debug_str");
  const uint32_t text = sample.text_symbol();
  sample.dwarf.Finish();
  for (const uint64_t offset : {0, 0}) {
    sample.elf.Reloc(strings,
                     {.offset = offset, .type = R_X86_64_32, .symbol = text});
  }
  ModuleFile file(sample.elf);
  const std::vector<Obstacle> found = Of(file, ".debug_str");
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].kind, ObstacleKind::kRecordOwner);
  EXPECT_EQ(found[0].offset, 0u);
  EXPECT_EQ(found[0].count, 2u);
  EXPECT_NE(found[0].text.find("no field owns"), std::string::npos);
  EXPECT_TRUE(Of(file, ".debug_line_str").empty() ||
              file.Find(".debug_line_str") == kNoSection);
}

TEST(ObstaclesTest, LoadedSectionsAndSectionsWithoutDwarf) {
  ElfBuilder elf(kX86_64);
  FrameBuilder frames(&elf, ".eh_frame");
  frames.Cie({});
  frames.Finish();
  elf.Add({.name = ".text", .flags = SHF_ALLOC, .contents = Zeros(8)});
  elf.section(1).flags |= SHF_ALLOC;
  ModuleFile file(elf);
  EXPECT_EQ(OnlyOne(file, ".eh_frame").kind, ObstacleKind::kLoaded);
  ExpectText(OnlyOne(file, ".text"), ObstacleKind::kRole, "no DWARF");
}

TEST(ObstaclesTest, FilesThatAreNotToBeTouched) {
  ElfBuilder linked(kX86_64, ET_DYN);
  linked.Add({.name = ".debug_str", .contents = Zeros(4)});
  ModuleFile not_relocatable(linked);
  const Obstacle final_obstacle = OnlyOne(not_relocatable, ".debug_str");
  ExpectText(final_obstacle, ObstacleKind::kFile, "not relocatable");
  EXPECT_EQ(final_obstacle.section, kNoSection);

  ElfBuilder plain(kX86_64);
  plain.Add({.name = ".debug_str", .contents = Zeros(4)});
  std::vector<uint8_t> image = plain.Build();
  std::vector<uint8_t> foreign = image;
  foreign[18] = 0xfe;  // e_machine
  foreign[19] = 0xfe;
  ModuleFile unknown(foreign);
  ExpectText(OnlyOne(unknown, ".debug_str"), ObstacleKind::kFile,
             "machine 65278");

  ModuleFile with_signature(Signed(image));
  ExpectText(OnlyOne(with_signature, ".debug_str"), ObstacleKind::kFile,
             "signed");
}

}  // namespace
}  // namespace dwreloc::internal
