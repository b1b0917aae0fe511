// Tests of elf/symbols: symbols of every kind, and what their addresses depend
// on.

#include "elf/symbols.h"

#include <elf.h>

#include "gtest/gtest.h"
#include "support/elf_builder.h"
#include "support/opened_file.h"

namespace dwreloc::internal {
namespace {

class SymbolsTargetTest : public testing::TestWithParam<Target> {};

TEST_P(SymbolsTargetTest, AllFields) {
  ElfBuilder elf(GetParam());
  const uint32_t text = elf.Add({.name = ".text", .flags = SHF_ALLOC});
  const uint32_t index = elf.AddSymbol({.name = "function",
                                        .value = 0x1234,
                                        .size = 0x56,
                                        .section = text,
                                        .type = STT_FUNC,
                                        .binding = STB_WEAK,
                                        .visibility = STV_HIDDEN});
  OpenedFile file(elf);
  ASSERT_EQ(file.symbols().count(), 2u);
  EXPECT_EQ(file.symbols().section_index(), elf.symbol_section());
  const Symbol symbol = file.symbols().Get(index);
  EXPECT_EQ(file.symbols().Name(symbol), "function");
  EXPECT_EQ(symbol.value, 0x1234u);
  EXPECT_EQ(symbol.size, 0x56u);
  EXPECT_EQ(symbol.section, text);
  EXPECT_EQ(symbol.st_shndx, text);
  EXPECT_EQ(symbol.type, STT_FUNC);
  EXPECT_EQ(symbol.binding, STB_WEAK);
  EXPECT_EQ(symbol.visibility, STV_HIDDEN);
  EXPECT_EQ(file.symbols().Place(index, symbol), SymbolPlace::kSection);
}

TEST_P(SymbolsTargetTest, ExtendedIndex) {
  ElfBuilder elf(GetParam());
  const uint32_t text = elf.Add({.name = ".text", .flags = SHF_ALLOC});
  elf.AddSymbol({.name = "plain", .section = text});
  const uint32_t index =
      elf.AddSymbol({.name = "far", .section = text, .extended = true});
  OpenedFile file(elf);
  const Symbol symbol = file.symbols().Get(index);
  EXPECT_EQ(symbol.st_shndx, SHN_XINDEX);
  EXPECT_EQ(symbol.section, text);
  EXPECT_EQ(file.symbols().Place(index, symbol), SymbolPlace::kSection);
}

INSTANTIATE_TEST_SUITE_P(Targets, SymbolsTargetTest,
                         testing::ValuesIn(kTargets), kTargetName);

SymbolPlace PlaceOf(ElfBuilder& elf, const ElfSymbol& symbol) {
  const uint32_t index = elf.AddSymbol(symbol);
  OpenedFile file(elf);
  return file.symbols().Place(index, file.symbols().Get(index));
}

TEST(SymbolsTest, PlaceOfSymbolZeroIsAbsolute) {
  ElfBuilder elf;
  OpenedFile file(elf);
  EXPECT_EQ(file.symbols().Place(0, file.symbols().Get(0)),
            SymbolPlace::kAbsolute);
}

TEST(SymbolsTest, PlaceOfReservedIndices) {
  struct {
    uint16_t st_shndx;
    SymbolPlace place;
  } const kCases[] = {
      {SHN_ABS, SymbolPlace::kAbsolute},
      {SHN_COMMON, SymbolPlace::kUndefined},
      {SHN_LOPROC, SymbolPlace::kBad},
      {SHN_HIRESERVE - 2, SymbolPlace::kBad},
  };
  for (const auto& test : kCases) {
    ElfBuilder elf;
    EXPECT_EQ(PlaceOf(elf, {.value = 8, .special = test.st_shndx}), test.place)
        << test.st_shndx;
  }
}

TEST(SymbolsTest, PlaceOfTheMachinesOwnIndices) {
  struct {
    uint16_t e_machine;
    bool is_64;
    uint16_t st_shndx;
    SymbolPlace place;
  } const kCases[] = {
      {EM_MIPS, false, 0xff00, SymbolPlace::kUndefined},  // ACOMMON
      {EM_MIPS, true, 0xff03, SymbolPlace::kUndefined},   // SCOMMON
      {EM_MIPS, true, 0xff04, SymbolPlace::kUndefined},   // SUNDEFINED
      {EM_MIPS, false, 0xff01, SymbolPlace::kBad},        // TEXT of IRIX
      {EM_X86_64, true, 0xff02, SymbolPlace::kUndefined},
      {EM_X86_64, true, 0xff00, SymbolPlace::kBad},
      {EM_PARISC, true, 0xff00, SymbolPlace::kUndefined},
      {EM_PARISC, false, 0xff01, SymbolPlace::kUndefined},
      {EM_IA_64, true, 0xff00, SymbolPlace::kUndefined},
      {EM_TI_C6000, false, 0xff00, SymbolPlace::kUndefined},
      {EM_M32R, false, 0xff00, SymbolPlace::kUndefined},
      {EM_V850, false, 0xff02, SymbolPlace::kUndefined},
      {164, false, 0xff00, SymbolPlace::kUndefined},
      {164, false, 0xff04, SymbolPlace::kUndefined},
      {164, false, 0xff05, SymbolPlace::kBad},
      {EM_AARCH64, true, 0xff02, SymbolPlace::kBad},
  };
  for (const auto& test : kCases) {
    ElfBuilder elf(Target{.name = "Machine",
                          .e_machine = test.e_machine,
                          .is_64 = test.is_64,
                          .order = ByteOrder::kLittle,
                          .is_rela = true});
    EXPECT_EQ(PlaceOf(elf, {.value = 8, .special = test.st_shndx}), test.place)
        << test.e_machine << " " << test.st_shndx;
  }
}

TEST(SymbolsTest, PlaceOfUndefined) {
  ElfBuilder elf;
  EXPECT_EQ(PlaceOf(elf, {.name = "printk", .binding = STB_GLOBAL}),
            SymbolPlace::kUndefined);
}

TEST(SymbolsTest, PlaceOfTls) {
  ElfBuilder elf;
  const uint32_t tdata =
      elf.Add({.name = ".tdata", .flags = SHF_ALLOC | SHF_TLS});
  EXPECT_EQ(PlaceOf(elf, {.section = tdata, .type = STT_TLS}),
            SymbolPlace::kTls);
}

TEST(SymbolsTest, PlaceInWhatIsNeverLoadedIsStatic) {
  ElfBuilder elf;
  const uint32_t str = elf.Add({.name = ".debug_str"});
  EXPECT_EQ(PlaceOf(elf, {.section = str, .type = STT_SECTION}),
            SymbolPlace::kStatic);
}

TEST(SymbolsTest, PlaceOutsideTheFileIsBad) {
  ElfBuilder elf;
  EXPECT_EQ(PlaceOf(elf, {.section = 5000}), SymbolPlace::kBad);
  ElfBuilder extended;
  EXPECT_EQ(PlaceOf(extended, {.section = 5000, .extended = true}),
            SymbolPlace::kBad);
}

// Section 0 is no section: SHN_XINDEX cannot mean it.
TEST(SymbolsTest, ExtendedIndexZeroIsBad) {
  ElfBuilder elf;
  EXPECT_EQ(PlaceOf(elf, {.section = 0, .extended = true}), SymbolPlace::kBad);
}

TEST(SymbolsTest, ExtendedIndexWithoutItsTableIsBad) {
  ElfBuilder elf;
  EXPECT_EQ(PlaceOf(elf, {.special = SHN_XINDEX}), SymbolPlace::kBad);
}

TEST(SymbolsTest, ExtendedIndexBeyondItsTableIsBad) {
  ElfBuilder elf;
  const uint32_t text = elf.Add({.name = ".text", .flags = SHF_ALLOC});
  elf.AddSymbol({.section = text, .extended = true});
  const uint32_t index = elf.AddSymbol({.section = text, .extended = true});
  std::vector<uint8_t> image = elf.Build();
  const uint32_t words = elf.section_count() - 2;  // before .shstrtab
  Patch(image, elf.header_offset(words) + offsetof(Elf64_Shdr, sh_size), 8,
        index * 4 + 3);
  OpenedFile file(std::move(image));
  EXPECT_EQ(file.symbols().Place(1, file.symbols().Get(1)),
            SymbolPlace::kSection);
  EXPECT_EQ(file.symbols().Place(index, file.symbols().Get(index)),
            SymbolPlace::kBad);
}

// A plain number cannot tell section 0xfff1 from SHN_ABS (wild#1783).
TEST(SymbolsTest, SectionWithTheNumberOfShnAbs) {
  ElfBuilder elf;
  for (uint32_t i = 1; i <= SHN_ABS; ++i) {
    elf.Add({.name = ".text", .flags = SHF_ALLOC});
  }
  const uint32_t in_section = elf.AddSymbol({.section = SHN_ABS});
  const uint32_t absolute = elf.AddSymbol({.special = SHN_ABS});
  OpenedFile file(elf);
  const Symbol symbol = file.symbols().Get(in_section);
  EXPECT_EQ(symbol.section, static_cast<uint32_t>(SHN_ABS));
  EXPECT_EQ(file.symbols().Place(in_section, symbol), SymbolPlace::kSection);
  EXPECT_EQ(file.symbols().Get(absolute).section, kNoSection);
  EXPECT_EQ(file.symbols().Place(absolute, file.symbols().Get(absolute)),
            SymbolPlace::kAbsolute);
}

TEST(SymbolsTest, UnnamedSectionSymbolHasItsSectionsName) {
  ElfBuilder elf;
  const uint32_t text = elf.Add({.name = ".text.unlikely"});
  const uint32_t index = elf.SectionSymbol(text);
  OpenedFile file(elf);
  EXPECT_EQ(file.symbols().Name(file.symbols().Get(index)), ".text.unlikely");
}

TEST(SymbolsTest, SectionSymbolIsTheFirstOfItsSection) {
  ElfBuilder elf(kX86_64);
  const uint32_t text = elf.Add({.name = ".text", .flags = SHF_ALLOC});
  const uint32_t data = elf.Add({.name = ".data", .flags = SHF_ALLOC});
  elf.AddSymbol({.name = "function", .section = text, .type = STT_FUNC});
  const uint32_t symbol = elf.AddSymbol({.section = text, .type = STT_SECTION});
  elf.AddSymbol({.section = text, .type = STT_SECTION});
  OpenedFile file(elf);
  EXPECT_EQ(file.symbols().SectionSymbol(text), symbol);
  EXPECT_EQ(file.symbols().SectionSymbol(data), kNoSymbol);
  EXPECT_EQ(file.symbols().SectionSymbol(0), kNoSymbol);
  EXPECT_EQ(file.symbols().SectionSymbol(kNoSection), kNoSymbol);
}

TEST(SymbolsTest, NoSymbolTable) {
  ElfBuilder elf;
  elf.OmitSymbolTable();
  OpenedFile file(elf);
  EXPECT_EQ(file.symbols().section_index(), kNoSection);
  EXPECT_EQ(file.symbols().count(), 0u);
}

TEST(SymbolsTest, TableOutsideTheFileIsNoTable) {
  ElfBuilder elf;
  elf.AddSymbol({.name = "x"});
  std::vector<uint8_t> image = elf.Build();
  Patch(
      image,
      elf.header_offset(elf.symbol_section()) + offsetof(Elf64_Shdr, sh_offset),
      8, UINT64_MAX - 3);
  OpenedFile file(std::move(image));
  EXPECT_EQ(file.symbols().count(), 0u);
}

// Entries of another size are not symbols that anyone can read.
TEST(SymbolsTest, WrongEntrySizeIsNoTable) {
  for (const uint64_t entsize : {1, 16, 23, 48}) {
    ElfBuilder elf;
    elf.AddSymbol({.name = "x"});
    elf.section(elf.symbol_section()).entsize = entsize;
    OpenedFile file(elf);
    EXPECT_EQ(file.symbols().count(), 0u) << entsize;
    EXPECT_EQ(file.symbols().section_index(), kNoSection) << entsize;
  }
  ElfBuilder elf;
  elf.AddSymbol({.name = "x"});
  elf.section(elf.symbol_section()).entsize = 0;
  OpenedFile file(elf);
  EXPECT_EQ(file.symbols().count(), 2u) << "0 is left by some writers";
}

TEST(SymbolsTest, CutEntryIsNotCounted) {
  ElfBuilder elf;
  elf.AddSymbol({.name = "x"});
  elf.section(elf.symbol_section()).size = 2 * sizeof(Elf64_Sym) - 1;
  OpenedFile file(elf);
  EXPECT_EQ(file.symbols().count(), 1u);
}

TEST(SymbolsTest, NamesOutsideTheStringTableAreEmpty) {
  ElfBuilder elf;
  const uint32_t index = elf.AddSymbol({.name = "name"});
  const uint32_t table = elf.symbol_section();
  std::vector<uint8_t> image = elf.Build();
  Patch(image, elf.contents_offset(table) + index * sizeof(Elf64_Sym), 4,
        0x7fffffff);
  OpenedFile file(image);
  EXPECT_EQ(file.symbols().Name(file.symbols().Get(index)), "");
  // sh_link to nothing.
  Patch(image, elf.header_offset(table) + offsetof(Elf64_Shdr, sh_link), 4,
        0xfffffff0);
  OpenedFile unlinked(image);
  EXPECT_EQ(unlinked.symbols().Name(unlinked.symbols().Get(index)), "");
  EXPECT_EQ(unlinked.symbols().count(), 2u);
}

}  // namespace
}  // namespace dwreloc::internal
