// query/symbol_map: symbols by place and by name, aliases and labels.

#include "query/symbol_map.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <optional>
#include <string>

#include "absl/strings/str_cat.h"
#include "query/questions.h"
#include "support/code_file.h"

namespace dwreloc::internal {
namespace {

// "name+offset" of the symbol at a place, or "".
std::string At(CodeFile& file, const RelocValue& place) {
  const auto found = Questions::Of(file.module()).symbols().At(place);
  if (!found.has_value()) return "";
  const SymbolTable& symbols = file.module().symbols();
  return absl::StrCat(std::string(symbols.Name(symbols.Get(found->symbol))),
                      "+", found->offset);
}

ElfSymbol Function(const std::string& name, uint32_t section, uint64_t value,
                   uint64_t size, uint8_t binding = STB_LOCAL) {
  return {.name = name,
          .value = value,
          .size = size,
          .section = section,
          .type = STT_FUNC,
          .binding = binding};
}

TEST(SymbolMapTest, TheCoveringSymbolOfItsSection) {
  CodeFile file;
  file.elf.AddSymbol(Function("f", file.text, 0x10, 0x20));
  file.elf.AddSymbol(Function("g", file.init, 0x10, 0x20));
  EXPECT_EQ(At(file, file.At(file.text, 0xf)), "");
  EXPECT_EQ(At(file, file.At(file.text, 0x10)), "f+0");
  EXPECT_EQ(At(file, file.At(file.text, 0x2f)), "f+31");
  EXPECT_EQ(At(file, file.At(file.text, 0x30)), "");
  EXPECT_EQ(At(file, file.At(file.init, 0x10)), "g+0");
  EXPECT_EQ(At(file, RelocValue::Constant(0x10)), "");
}

TEST(SymbolMapTest, AddressesInLinkedFiles) {
  CodeFile file(CodeFile::kDwarf5, kX86_64, ET_EXEC);
  file.elf.AddSymbol(Function("f", file.text, 0x400010, 0x20));
  file.elf.AddSymbol({.name = "tail", .value = 0x500800, .section = file.init});
  EXPECT_EQ(At(file, file.At(file.text, 0x11)), "f+1");
  EXPECT_EQ(At(file, file.At(file.init, 0x7ff)), "");
  EXPECT_EQ(At(file, file.At(file.init, 0xfff)), "tail+2047");
  EXPECT_EQ(At(file, file.At(file.init, 0x1000)), "") << "the section ends";
}

TEST(SymbolMapTest, LabelsWithoutSizeReachToTheNextSymbol) {
  CodeFile file;
  file.elf.AddSymbol({.name = "a", .value = 0x10, .section = file.text});
  file.elf.AddSymbol({.name = "b", .value = 0x40, .section = file.text});
  file.elf.AddSymbol(Function("f", file.text, 0x20, 0x10));
  file.elf.AddSymbol({.name = "inner", .value = 0x28, .section = file.text});
  EXPECT_EQ(At(file, file.At(file.text, 0x1f)), "a+15");
  EXPECT_EQ(At(file, file.At(file.text, 0x28)), "f+8")
      << "a symbol with a size goes before labels inside it";
  EXPECT_EQ(At(file, file.At(file.text, 0x30)), "inner+8");
  EXPECT_EQ(At(file, file.At(file.text, 0x41)), "b+1");
  EXPECT_EQ(At(file, file.At(file.text, CodeFile::kSize - 1)), "b+4031");
}

TEST(SymbolMapTest, TheBestOfAliases) {
  CodeFile file;
  file.elf.AddSymbol(
      {.name = "label", .section = file.text, .binding = STB_GLOBAL});
  file.elf.AddSymbol(Function("local", file.text, 0, 0x10));
  file.elf.AddSymbol(Function("weak", file.text, 0, 0x10, STB_WEAK));
  file.elf.AddSymbol(Function("global", file.text, 0, 0x10, STB_GLOBAL));
  file.elf.AddSymbol(Function("later", file.text, 0, 0x10, STB_GLOBAL));
  EXPECT_EQ(At(file, file.At(file.text, 4)), "global+4");
}

TEST(SymbolMapTest, WhatBeginsLastIsInnermost) {
  CodeFile file;
  file.elf.AddSymbol(Function("outer", file.text, 0, 0x40));
  file.elf.AddSymbol(Function("inner", file.text, 0x10, 0x10));
  EXPECT_EQ(At(file, file.At(file.text, 0x18)), "inner+8");
  EXPECT_EQ(At(file, file.At(file.text, 0x20)), "outer+32");
}

TEST(SymbolMapTest, MappingSymbolsAndSectionsNameNothing) {
  CodeFile file;
  for (const char* name : {"$a", "$d.1", "$x", "$xrv64i"}) {
    file.elf.AddSymbol({.name = name, .section = file.text});
  }
  file.elf.SectionSymbol(file.text);
  file.elf.AddSymbol({.name = "f.c", .special = SHN_ABS, .type = STT_FILE});
  EXPECT_EQ(At(file, file.At(file.text, 0)), "");
}

TEST(SymbolMapTest, BadSectionsAndSizesAreLeftOut) {
  CodeFile file;
  file.elf.AddSymbol(Function("endless", file.text, 0x20, UINT64_MAX));
  file.elf.AddSymbol({.name = "nowhere", .special = 0x1234, .type = STT_FUNC});
  file.elf.AddSymbol(Function("good", file.text, 0x10, 8));
  EXPECT_EQ(At(file, file.At(file.text, 0x10)), "good+0");
  EXPECT_EQ(At(file, file.At(file.text, 0x20)), "")
      << "its end is before its begin";
}

TEST(SymbolMapTest, EveryBearerOfAName) {
  CodeFile file;
  const uint32_t first = file.elf.AddSymbol(Function("init", file.text, 0, 4));
  file.elf.AddSymbol(Function("other", file.text, 4, 4));
  const uint32_t second = file.elf.AddSymbol(Function("init", file.init, 0, 8));
  const SymbolMap& map = Questions::Of(file.module()).symbols();
  const SymbolTable& symbols = file.module().symbols();
  const uint32_t one = map.Find("init", 0);
  ASSERT_NE(one, kNoSymbol);
  const uint32_t two = map.Find("init", one + 1);
  ASSERT_NE(two, kNoSymbol);
  EXPECT_LT(first, second);
  EXPECT_EQ(symbols.Get(one).section, file.text);
  EXPECT_EQ(symbols.Get(two).section, file.init);
  EXPECT_EQ(map.Find("init", two + 1), kNoSymbol);
  EXPECT_EQ(map.Find("ini", 0), kNoSymbol);
  EXPECT_EQ(map.Find("", 0), kNoSymbol);
}

TEST(SymbolMapTest, NoSymbolTable) {
  CodeFile file;
  file.elf.OmitSymbolTable();
  EXPECT_EQ(At(file, file.At(file.text, 0)), "");
  EXPECT_EQ(Questions::Of(file.module()).symbols().Find("f", 0), kNoSymbol);
}

TEST(SymbolMapTest, ANameWithSizeAndSection) {
  CodeFile file;
  file.elf.AddSymbol(Function("init", file.text, 0x10, 0x20));
  const uint32_t second =
      file.elf.AddSymbol(Function("init", file.text, 0x40, 0x30));
  const uint32_t third =
      file.elf.AddSymbol(Function("init", file.init, 0x40, 0x30));
  const SymbolMap& symbols = Questions::Of(file.module()).symbols();
  const auto match = [&](uint64_t size, uint32_t section) {
    return symbols.Match("init", size, section);
  };
  EXPECT_EQ(match(0, kNoSection).count, 3u) << "nobody knows which";
  EXPECT_EQ(match(0x30, kNoSection).count, 2u);
  EXPECT_EQ(match(0x30, kNoSection).first, second);
  EXPECT_EQ(match(0x30, file.init).count, 1u);
  EXPECT_EQ(match(0x30, file.init).first, third);
  EXPECT_EQ(match(0, file.text).count, 2u);
  EXPECT_EQ(match(0x31, kNoSection).count, 0u);
  EXPECT_EQ(match(0x31, kNoSection).first, kNoSymbol);
  EXPECT_EQ(symbols.Match("in", 0, kNoSection).count, 0u);
}

TEST(SymbolMapTest, AliasesAndFoldedFunctionsAreTold) {
  for (const uint16_t e_type : {uint16_t{ET_REL}, uint16_t{ET_EXEC}}) {
    CodeFile file(CodeFile::kDwarf5, kX86_64, e_type);
    const uint64_t base = e_type == ET_REL ? 0 : 0x400000;
    const uint32_t folded =
        file.elf.AddSymbol(Function("folded", file.text, base + 0x10, 0x20));
    const uint32_t into =
        file.elf.AddSymbol(Function("into", file.text, base + 0x10, 0x20));
    const uint32_t weak = file.elf.AddSymbol(
        Function("weak", file.text, base + 0x10, 0x20, STB_WEAK));
    const uint32_t alone =
        file.elf.AddSymbol(Function("alone", file.text, base + 0x30, 8));
    file.elf.AddSymbol(
        Function("other", file.init, e_type == ET_REL ? 0x10 : 0x500010, 8));
    const uint32_t outside = file.elf.AddSymbol({.name = "outside"});
    const SymbolMap& symbols = Questions::Of(file.module()).symbols();
    EXPECT_EQ(symbols.FindAlias(weak, 0), folded);
    EXPECT_EQ(symbols.FindAlias(weak, folded + 1), into);
    EXPECT_EQ(symbols.FindAlias(weak, into + 1), kNoSymbol);
    EXPECT_EQ(symbols.FindAlias(folded, 0), into);
    EXPECT_EQ(symbols.FindAlias(folded, into + 1), weak);
    EXPECT_EQ(symbols.FindAlias(alone, 0), kNoSymbol);
    EXPECT_EQ(symbols.FindAlias(outside, 0), kNoSymbol);
    EXPECT_EQ(symbols.FindAlias(0, 0), kNoSymbol);
  }
}

}  // namespace
}  // namespace dwreloc::internal
