// Tests of the tests' own DwarfBuilder: its bytes are the standard's, byte by
// byte, and its references are relocations.

#include "support/dwarf_builder.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "read/reloc_cursor.h"
#include "support/opened_file.h"

namespace dwreloc::internal {
namespace {

using ::testing::ElementsAre;

std::vector<uint8_t> Contents(OpenedFile& file, std::string_view name) {
  const SectionView view = file.View(name);
  return std::vector<uint8_t>(view.bytes.begin(), view.bytes.end());
}

TEST(AssemblerTest, LabelsAndLengths) {
  Assembler a(kS390x);
  const Label end = a.Forward();
  const Label start = a.Here();
  a.Length(Format::kDwarf64, [&] { a.U8(1); });
  a.Length(Format::kDwarf32, [&] { a.Delta(2, start, end); });
  a.Bind(end);
  EXPECT_THAT(a.bytes(), ElementsAre(0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0, 0, 0,
                                     0, 1, 1, 0, 0, 0, 2, 0, 19));
}

TEST(AssemblerTest, AppendMovesRecords) {
  Assembler inner(kI386);
  inner.U8(3).Address(7, 0x10);
  Assembler outer(kI386);
  outer.U16(0).Append(inner);
  ASSERT_EQ(outer.relocs().size(), 1u);
  EXPECT_EQ(outer.relocs()[0].offset, 3u);
  EXPECT_EQ(outer.relocs()[0].symbol, 7u);
  EXPECT_THAT(outer.bytes(), ElementsAre(0, 0, 3, 0x10, 0, 0, 0));
}

TEST(DwarfBuilderTest, UnitOfVersion5) {
  ElfBuilder elf(kX86_64);
  const uint32_t text =
      elf.Add({.name = ".text", .flags = SHF_ALLOC, .contents = Zeros(64)});
  DwarfBuilder dwarf(&elf, {.address_size = 8, .version = 5});
  dwarf.Abbrev(1, 0x11, true, {{0x03, 0x0e}, {0x11, 0x01}});
  dwarf.Abbrev(2, 0x34, false, {{0x0b, 0x21, -1}}).EndAbbrevs();
  EXPECT_EQ(dwarf.Str("first"), 0u);
  dwarf.Unit({}, [&](DieWriter& die) {
    die.Die(1).Strp("a.c").Addr(elf.SectionSymbol(text), 0x10);
    die.Die(2).End();
  });
  dwarf.Finish();
  OpenedFile file(elf);
  EXPECT_THAT(Contents(file, ".debug_abbrev"),
              ElementsAre(1, 0x11, 1, 3, 0x0e, 0x11, 1, 0, 0,  //
                          2, 0x34, 0, 0x0b, 0x21, 0x7f, 0, 0, 0));
  RelocCursor cursor(file.View(".debug_info"));
  RelocValue bad;
  Format format;
  const uint64_t length = cursor.InitialLength(&format);
  EXPECT_EQ(length, cursor.remaining());
  EXPECT_EQ(cursor.U16(), 5u);
  EXPECT_EQ(cursor.U8(), 1u);
  EXPECT_EQ(cursor.U8(), 8u);
  EXPECT_EQ(cursor.SectionOffset(4, &bad), 0u);
  EXPECT_EQ(cursor.Uleb(), 1u);
  EXPECT_EQ(cursor.SectionOffset(4, &bad), 6u);
  const RelocValue address = cursor.Value(8);
  EXPECT_EQ(address.section, text);
  EXPECT_EQ(address.value, 0x10u);
  EXPECT_EQ(cursor.U8(), 2u);
  EXPECT_EQ(cursor.U8(), 0u);
  EXPECT_TRUE(cursor.at_end());
  EXPECT_FALSE(bad.is_bad());
}

TEST(DwarfBuilderTest, TypeUnitOfVersion4InDwarf64) {
  ElfBuilder elf(kI386);
  DwarfBuilder dwarf(&elf, {.address_size = 4, .version = 4});
  dwarf.Unit({.signature = 0x1122334455667788,
              .type = Label{0},
              .section = ".debug_types"},
             [&](DieWriter& die) { die.Die(1).Ref(4, die.unit()); });
  dwarf.Finish();
  OpenedFile file(elf);
  EXPECT_THAT(Contents(file, ".debug_types"),
              ElementsAre(24, 0, 0, 0, 4, 0, 0, 0, 0, 0, 4,  //
                          0x88, 0x77, 0x66, 0x55, 0x44, 0x33, 0x22, 0x11, 0, 0,
                          0, 0, 1, 0, 0, 0, 0));
}

TEST(DwarfBuilderTest, LineProgramOfVersion2) {
  ElfBuilder elf(kI386);
  const uint32_t text =
      elf.Add({.name = ".text", .flags = SHF_ALLOC, .contents = Zeros(64)});
  DwarfBuilder dwarf(&elf, {.address_size = 4, .version = 2});
  dwarf.LineProgram({.opcode_lengths = {0, 1, 1}, .files = {{"a.c", 1}}},
                    [&](LineWriter& line) {
                      line.SetAddress(elf.SectionSymbol(text), 4);
                      line.Special(2, 1).AdvancePc(3).EndSequence();
                    });
  dwarf.Finish();
  OpenedFile file(elf);
  EXPECT_THAT(Contents(file, ".debug_line"),
              ElementsAre(41, 0, 0, 0, 2, 0, 22, 0, 0, 0,  //
                          1, 1, 0xfb, 14, 4, 0, 1, 1,      //
                          '/', 's', 'r', 'c', 0, 0,        //
                          'a', '.', 'c', 0, 1, 0, 0, 0,    //
                          0, 5, 2, 4, 0, 0, 0, 25, 2, 3, 0, 1, 1));
  EXPECT_EQ(file.Table(file.Find(".debug_line")).record_count(), 1u);
}

TEST(DwarfBuilderTest, ListsAndIndexTables) {
  ElfBuilder elf(kX86_64);
  DwarfBuilder dwarf(&elf, {.address_size = 8, .version = 5});
  EXPECT_EQ(dwarf.Lists(".debug_rnglists",
                        {[](Assembler& a) { a.U8(0); },
                         [](Assembler& a) { a.U8(4).Uleb(1).Uleb(2).U8(0); }}),
            12u);
  EXPECT_EQ(dwarf.StrOffsets({"a", "bc", "a"}), 8u);
  EXPECT_EQ(dwarf.AddrTable({{0, 0x1000}}), 8u);
  dwarf.Finish();
  OpenedFile file(elf);
  EXPECT_THAT(Contents(file, ".debug_rnglists"),
              ElementsAre(21, 0, 0, 0, 5, 0, 8, 0, 2, 0, 0, 0,  //
                          8, 0, 0, 0, 9, 0, 0, 0, 0, 4, 1, 2, 0));
  EXPECT_THAT(Contents(file, ".debug_str"), ElementsAre('a', 0, 'b', 'c', 0));
  RelocCursor cursor(file.View(".debug_str_offsets"), 12);
  RelocValue bad;
  EXPECT_EQ(cursor.SectionOffset(4, &bad), 2u);
  EXPECT_EQ(cursor.SectionOffset(4, &bad), 0u);
}

}  // namespace
}  // namespace dwreloc::internal
