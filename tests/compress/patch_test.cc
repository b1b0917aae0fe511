// The other debug sections: their fields are found, records and all, and a
// record that is of no field leaves the file as it is.

#include "dwreloc_compress/patch.h"

#include <gtest/gtest.h>

#include "compress/compressed.h"
#include "compress/sample.h"
#include "compress/small_file.h"
#include "support/frame_builder.h"

namespace dwreloc_tools::compress {
namespace {

using dwreloc::internal::FrameBuilder;

// Of a plain file that has been changed, at its end.
std::string WhyNotWith(const std::function<void(SmallFile&)>& change) {
  SmallFile file;
  file.AddPlainUnit();
  change(file);
  return CompressImage(file.Build()).why;
}

// A line table of version 5 whose only path has a record as given.
std::string WhyNotPath(std::string_view section, std::uint64_t shift = 0) {
  return WhyNotWith([&](SmallFile& file) {
    file.dwarf.LineStr("a.c");
    file.dwarf.LineProgram({.directories = {}}, [](auto&) {});
    Assembler& lines = file.dwarf.Section(".debug_line");
    Assembler table(file.elf.target());
    table.Length(Format::kDwarf32, [&] {
      table.U16(5).U8(8).U8(0);
      table.LengthOf(4, [&] {
        table.U8(1).U8(1).U8(1).U8(0xfb).U8(14).U8(1);
        table.U8(1).Uleb(DW_LNCT_path).Uleb(DW_FORM_line_strp).Uleb(1).U32(0);
        table.U8(0).Uleb(0);
      });
    });
    const std::uint64_t field = lines.offset() + table.offset() - 6;
    lines.Append(table);
    file.elf.Reloc(
        file.dwarf.SectionIndex(".debug_line"),
        {.offset = field - shift,
         .type = file.elf.target().abs32,
         .symbol = section.empty() ? 0 : file.dwarf.SectionSymbol(section)});
  });
}

TEST(PatchTest, ARecordOfAPathIsItsOwn) {
  EXPECT_EQ(WhyNotPath(".debug_line_str"), "");
}

TEST(PatchTest, ARecordOfAPathThatLeadsElsewhereIsRefused) {
  EXPECT_EQ(WhyNotPath(".debug_str"),
            ".debug_line has a record that leads to another section");
}

TEST(PatchTest, ARecordOfAPathWithoutASectionIsRefused) {
  EXPECT_EQ(WhyNotPath(""), ".debug_line has a record of no section");
}

TEST(PatchTest, ARecordBesideAPathIsRefused) {
  EXPECT_NE(WhyNotPath(".debug_line_str", 1), "");
}

TEST(PatchTest, ARecordInInstructionsOfFramesIsRefused) {
  const auto why = [](bool is_in_instructions) {
    return WhyNotWith([&](SmallFile& file) {
      FrameBuilder frames(&file.elf, ".debug_frame");
      const std::uint64_t cie = frames.Cie({});
      const std::uint64_t fde = frames.Fde(cie, [&](Assembler& out) {
        out.Address(file.elf.SectionSymbol(file.text)).U64(4).Zeros(12);
      });
      frames.Finish();
      if (is_in_instructions)
        file.elf.Reloc(frames.section(),
                       {.offset = fde + 24,
                        .type = file.elf.target().abs32,
                        .symbol = file.elf.SectionSymbol(frames.section())});
    });
  };
  EXPECT_EQ(why(false), "");
  EXPECT_EQ(why(true), ".debug_frame has a record that is of no field");
}

TEST(PatchTest, ASetOfNamesThatIsCutOffIsRefused) {
  EXPECT_EQ(WhyNotWith([](SmallFile& file) {
              file.dwarf.Section(".debug_pubnames").U32(100).U16(2).Zeros(10);
            }),
            ".debug_pubnames is cut off");
}

TEST(PatchTest, ASetOfNoUnitIsRefused) {
  EXPECT_EQ(WhyNotWith([](SmallFile& file) {
              file.dwarf.Section(".debug_aranges").U32(12).U16(2).U32(1);
              file.dwarf.Section(".debug_aranges").U8(8).U8(0).Zeros(4);
            }),
            "a reference leads to no unit");
}

// Those of .debug_aranges lead to the units' new offsets: in the addend where
// there is one, in place for REL. Others are gone.
TEST(PatchTest, RecordsOfArangesStay) {
  for (const bool is_rela : {true, false}) {
    const Sample sample = {.name = "",
                           .target = is_rela ? dwreloc::internal::kX86_64
                                             : dwreloc::internal::kX86_64Rel};
    const Compressed compressed = CompressImage(BuildSample(sample));
    ASSERT_EQ(compressed.why, "");
    const dwreloc::File file =
        dwreloc::File::FromMemory(compressed.image, "file");
    std::vector<std::uint64_t> units;
    for (const dwreloc::Unit unit : file.units())
      units.push_back(unit.info().offset);
    const std::vector<std::uint8_t> bytes =
        SectionOf(compressed.image, ".debug_aranges");
    int count = 0;
    for (const dwreloc::Section section : file.sections()) {
      if (section.name() == ".debug_pubnames") {
        EXPECT_EQ(section.reloc_count(), 0u);
      }
      if (section.name() != ".debug_aranges") continue;
      EXPECT_EQ(section.reloc_count(), 6u);
      Dwreloc_Records records;
      Dwreloc_Record record;
      ASSERT_GE(dwreloc_records_begin(file.raw(), section.index(), 0,
                                      DWRELOC_NO_OFFSET, &records),
                0);
      while (dwreloc_records_next(&records, &record) == 1) {
        if (record.width != 4) continue;
        ASSERT_LT(count, 3);
        EXPECT_EQ(record.value.value, units[count]);
        EXPECT_EQ(NumberWriter(false).Get(&bytes[record.offset], 4),
                  is_rela ? 0 : units[count]);
        ++count;
      }
    }
    EXPECT_EQ(count, 3);
  }
}

}  // namespace
}  // namespace dwreloc_tools::compress
