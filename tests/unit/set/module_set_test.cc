// set/module_set: modules by name, by address, opened once and on need.

#include "set/module_set.h"

#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "dwarf/constants.h"
#include "dwarf/tree/die.h"
#include "dwarf/tree/value.h"
#include "support/assembler.h"
#include "support/elf_builder.h"
#include "support/temp_directory.h"

namespace dwreloc::internal {
namespace {

// A module with 64 bytes of .text and as many of .init.text.
std::vector<uint8_t> Module64(uint16_t e_type = ET_REL) {
  ElfBuilder elf(kX86_64, e_type);
  for (const char* name : {".text", ".init.text"}) {
    elf.Add({.name = name,
             .flags = SHF_ALLOC | SHF_EXECINSTR,
             .contents = Zeros(64)});
  }
  elf.Add({.name = ".debug_info", .contents = Zeros(4)});
  return elf.Build();
}

TEST(ModuleSetTest, NamesOfFilesAndOfTheKernel) {
  ModuleSet set;
  EXPECT_EQ(set.Add({.path = "/m/snd-pcm.ko.xz"}), 0u);
  EXPECT_EQ(set.Add({.name = "xfs", .path = "/m/other.ko"}), 1u);
  EXPECT_EQ(set.Add({.name = "snd_pcm"}), 2u);
  EXPECT_EQ(set.report(0).name, "snd-pcm");
  EXPECT_EQ(set.Find("snd_pcm", 0), 0u);
  EXPECT_EQ(set.Find("snd-pcm", 1), 2u);
  EXPECT_EQ(set.Find("snd-pcm", 3), set.count());
  EXPECT_EQ(set.Find("xfs", 0), 1u);
  EXPECT_EQ(set.Find("other", 0), set.count());
  EXPECT_EQ(set.opened(), 0u);
}

TEST(ModuleSetTest, OpenedOnceAndOnNeed) {
  const TempDirectory directory;
  ModuleSet set;
  set.Add({.path = directory.Write("a.ko", Module64())});
  set.Add({.path = directory.path() + "/none.ko"});
  set.Add({.name = "unknown"});
  EXPECT_EQ(set.opened(), 0u);
  const auto first = set.Get(0);
  ASSERT_TRUE(first.ok()) << first.status();
  EXPECT_EQ(set.Get(0).value(), *first);
  EXPECT_EQ(set.opened(), 1u);
  EXPECT_EQ(GetDetail(set.Get(1).status()).code, ErrorCode::kSystem);
  EXPECT_EQ(GetDetail(set.Get(2).status()).code, ErrorCode::kNotFound);
  set.Close(0);
  EXPECT_TRUE(set.Get(0).ok());
  EXPECT_EQ(set.opened(), 2u);
}

TEST(ModuleSetTest, AnotherBuildIsRefused) {
  const TempDirectory directory;
  ModuleSet set;
  set.Add({.path = directory.Write("a.ko", Module64()), .build_id = {1, 2}});
  EXPECT_EQ(set.Get(0).status().message(),
            "another build of module a: its build-id differs");
}

// Adds a symbol table with `function` at 8 in .text, behind as many others as
// the index of one is in the other file.
void AddFunction(ElfBuilder& elf, uint32_t text) {
  elf.AddSymbol({.name = "other", .section = text});
  elf.AddSymbol({.name = "function",
                 .value = 8,
                 .size = 24,
                 .section = text,
                 .type = STT_FUNC,
                 .binding = STB_GLOBAL});
}

TEST(ModuleSetTest, SymbolsOfTheStrippedFileServeItsDebugFile) {
  constexpr uint32_t kFunction = 2;
  const TempDirectory directory;
  ElfBuilder main;
  main.Add({.name = ".note.gnu.build-id",
            .type = SHT_NOTE,
            .flags = SHF_ALLOC,
            .contents = BuildIdNote(kX86_64, "\x12\xab")});
  const uint32_t main_text = main.Add({.name = ".text",
                                       .flags = SHF_ALLOC | SHF_EXECINSTR,
                                       .contents = Zeros(64)});
  AddFunction(main, main_text);

  ElfBuilder debug;
  // Offsets in other debug sections are numbers, as eu-strip leaves them.
  Assembler info;
  info.Length(Format::kDwarf32, [&] {
    info.U16(5).U8(DW_UT_compile).U8(8).U32(0);
    info.Uleb(1).Address(kFunction, 4);
  });
  debug.Add(".debug_info", info);
  Assembler abbrevs;
  abbrevs.Uleb(1).Uleb(DW_TAG_compile_unit).U8(0);
  abbrevs.Uleb(DW_AT_low_pc).Uleb(DW_FORM_addr).U16(0).U8(0);
  debug.Add(".debug_abbrev", abbrevs);
  debug.Add({.name = ".note.gnu.build-id",
             .type = SHT_NOTE,
             .flags = SHF_ALLOC,
             .contents = BuildIdNote(kX86_64, "\x12\xab")});
  const uint32_t text = debug.Add({.name = ".text",
                                   .type = SHT_NOBITS,
                                   .flags = SHF_ALLOC | SHF_EXECINSTR,
                                   .size = 64});
  AddFunction(debug, text);
  ASSERT_NE(text, main_text);
  debug.section(debug.symbol_section()).type = SHT_NOBITS;
  directory.Write(".build-id/12/ab.debug", debug.Build());

  ModuleSet set;
  set.directories().Add(directory.path());
  set.Add({.path = directory.Write("a.ko", main.Build())});
  const absl::StatusOr<Module*> opened = set.Get(0);
  ASSERT_TRUE(opened.ok()) << opened.status();
  const Module& module = **opened;
  ASSERT_EQ(module.main_file(), set.main_file(0));
  ASSERT_NE(module.main_file(), nullptr);
  EXPECT_EQ(module.SectionInMain(text), main_text);
  EXPECT_EQ(module.SectionInMain(module.file().FindSection(".debug_info", 1)),
            kNoSection);

  // The symbol, with the section of the debug file.
  EXPECT_TRUE(module.symbols().is_of_main_file());
  const Symbol symbol = module.symbols().Get(kFunction);
  EXPECT_EQ(module.symbols().Name(symbol), "function");
  EXPECT_EQ(symbol.section, text);
  // And the value of a record that names it.
  ASSERT_EQ(module.info().units().size(), 1u);
  const Die root = RootDie(module.info().units().front()).value();
  const auto low = AttributeValue(FindAttribute(root, DW_AT_low_pc)->value());
  ASSERT_TRUE(low.ok()) << low.status();
  EXPECT_EQ(low->kind, RelocKind::kSection);
  EXPECT_EQ(low->section, text);
  EXPECT_EQ(low->value, 12u);
}

TEST(ModuleSetTest, OneSupplementaryFileForAll) {
  const TempDirectory directory;
  ElfBuilder shared;
  shared.Add({.name = ".note.gnu.build-id",
              .type = SHT_NOTE,
              .flags = SHF_ALLOC,
              .contents = BuildIdNote(kX86_64, "\x12\xab")});
  directory.Write("debug/.build-id/12/ab.debug", shared.Build());
  ElfBuilder elf;
  elf.Add({.name = ".debug_info", .contents = Zeros(4)});
  elf.Add({.name = ".gnu_debugaltlink",
           .contents = {'/', 'n', 'o', 'n', 'e', 0, 0x12, 0xab}});
  ModuleSet set;
  set.directories().Add(directory.path() + "/debug");
  for (const char* name : {"a.ko", "b.ko"}) {
    set.Add({.path = directory.Write(name, elf.Build())});
  }
  const auto first = set.Get(0).value()->supplementary().Supplementary();
  const auto second = set.Get(1).value()->supplementary().Supplementary();
  ASSERT_TRUE(first.ok()) << first.status();
  ASSERT_TRUE(second.ok()) << second.status();
  EXPECT_EQ(*first, *second);
  EXPECT_NE(&(*first)->sections(), &set.Get(0).value()->sections());
}

TEST(ModuleSetTest, AllModulesOfADirectory) {
  const TempDirectory directory;
  directory.Write("kernel/b.ko", Module64());
  directory.Write("kernel/fs/a.ko", Module64());
  ModuleSet set;
  EXPECT_EQ(set.AddDirectory(directory.path()).value(), 2u);
  EXPECT_EQ(set.report(0).name, "b");
  EXPECT_FALSE(set.AddDirectory(directory.path() + "/none").ok());
  EXPECT_EQ(set.opened(), 0u);
}

// A module that needs `wanted` and defines what `defined` says, with a variable
// for whose address it needs the former.
std::vector<uint8_t> ModuleThatNeeds(const std::string& wanted,
                                     const std::string& defined,
                                     std::string_view id) {
  ElfBuilder elf;
  elf.Add({.name = ".note.gnu.build-id",
           .type = SHT_NOTE,
           .contents = BuildIdNote(kX86_64, id)});
  const uint32_t text = elf.Add({.name = ".text",
                                 .flags = SHF_ALLOC | SHF_EXECINSTR,
                                 .contents = Zeros(64)});
  elf.AddSymbol({.name = wanted, .binding = STB_GLOBAL});
  elf.AddSymbol(
      {.name = defined, .value = 16, .section = text, .binding = STB_GLOBAL});
  elf.Add({.name = ".debug_info", .contents = Zeros(4)});
  return elf.Build();
}

class SymbolsOfSetTest : public testing::Test {
 protected:
  SymbolsOfSetTest() {
    set_.Add({.path = directory_.Write(
                  "a.ko", ModuleThatNeeds("in_b", "in_a", "\x01\x02"))});
    set_.Add({.path = directory_.Write(
                  "b.ko", ModuleThatNeeds("in_kernel", "in_b", "\x03\x04"))});
  }
  // The address of what the module needs, or the error.
  std::string Needed(uint32_t index) {
    const Module& module = *set_.Get(index).value();
    RelocValue value;
    value.kind = RelocKind::kUndefined;
    value.symbol = 1;
    const auto address = module.resolver().Resolve(value);
    return address.ok() ? absl::StrCat(absl::Hex(*address))
                        : std::string(address.status().message());
  }
  void PlaceB() {
    const Module& b = *set_.Get(1).value();
    set_.Get(1).value()->resolver().PlaceSection(
        b.file().FindSection(".text", 1), Answer::kPlaced, 0x5000);
  }
  void UseKernel(std::string_view text) {
    auto symbols = KernelSymbolIndex::Of(text);
    ASSERT_TRUE(symbols.ok()) << symbols.status();
    set_.SetKernelSymbols(*std::move(symbols));
  }

  const TempDirectory directory_;
  ModuleSet set_;
};

TEST_F(SymbolsOfSetTest, NobodyIsAskedAtFirst) {
  PlaceB();
  EXPECT_EQ(Needed(0), "value requires relocation: address of symbol in_b");
}

TEST_F(SymbolsOfSetTest, OfTheKernel) {
  UseKernel(
      "ffff0010 t in_kernel\t[other]\nffff0020 T in_kernel\n"
      "ffff0030 t in_kernel\n0 T in_b\n");
  EXPECT_EQ(Needed(1), "ffff0020") << "the global one";
  EXPECT_EQ(Needed(0), "value requires relocation: address of symbol in_b");
}

TEST_F(SymbolsOfSetTest, OfOtherModulesThatHavePlaces) {
  set_.SetUsesExports(true);
  PlaceB();
  EXPECT_EQ(Needed(0), "5010");
  EXPECT_EQ(Needed(1),
            "value requires relocation: address of symbol in_kernel");
}

TEST_F(SymbolsOfSetTest, ModulesWithoutPlacesAreNotAsked) {
  set_.SetUsesExports(true);
  EXPECT_EQ(Needed(0), "value requires relocation: address of symbol in_b");
  EXPECT_EQ(set_.opened(), 1u);
}

TEST_F(SymbolsOfSetTest, TheKernelGoesFirst) {
  set_.SetUsesExports(true);
  UseKernel("ffff0040 T in_b\n");
  PlaceB();
  EXPECT_EQ(Needed(0), "ffff0040");
}

// Answers for sections and for no symbols.
class Places final : public ModuleOracle {
 public:
  explicit Places(int& asked) : asked_(asked) {}
  Answer SectionAddress(uint32_t section, uint64_t* address) override {
    ++asked_;
    *address = 0x10000 * uint64_t{section};
    return Answer::kPlaced;
  }
  Answer SymbolAddress(uint32_t, uint64_t*) override {
    ++asked_;
    return Answer::kUnknown;
  }
  Answer FindFile(const FileRequest&, std::string*) override {
    return Answer::kUnknown;
  }
  void Opened(const Module&) override {}
  void Digested(uint32_t, uint64_t) override {}

 private:
  int& asked_;
};

TEST_F(SymbolsOfSetTest, OraclesOfAllModules) {
  int asked = 0;
  ASSERT_TRUE(set_.Get(0).ok()) << "open before and after";
  set_.SetOracles(
      [&](const Module&) { return std::make_unique<Places>(asked); });
  for (uint32_t i = 0; i < 2; ++i) {
    const Module& module = *set_.Get(i).value();
    RelocValue value;
    value.kind = RelocKind::kSection;
    value.section = module.file().FindSection(".text", 1);
    EXPECT_EQ(module.resolver().Resolve(value).value(),
              0x10000u * value.section);
  }
  EXPECT_EQ(asked, 2);
  set_.SetUsesExports(true);
  EXPECT_EQ(Needed(0), "20010") << "what the oracle does not know";
  set_.SetOracles(nullptr);
  EXPECT_EQ(Needed(0), "value requires relocation: address of symbol in_b");
}

TEST_F(SymbolsOfSetTest, ByBuildId) {
  const std::vector<uint8_t> first = {1, 2};
  const std::vector<uint8_t> second = {3, 4};
  EXPECT_EQ(set_.FindBuildId(first, 0), 0u);
  EXPECT_EQ(set_.opened(), 1u);
  EXPECT_EQ(set_.FindBuildId(second, 0), 1u);
  EXPECT_EQ(set_.FindBuildId(second, 2), set_.count());
  EXPECT_EQ(set_.FindBuildId({}, 0), set_.count());
  EXPECT_EQ(set_.Add({.name = "reported", .build_id = {5, 6}}), 2u);
  const std::vector<uint8_t> third = {5, 6};
  EXPECT_EQ(set_.FindBuildId(third, 0), 2u) << "it has no file";
}

class LiveSetTest : public testing::Test {
 protected:
  LiveSetTest() {
    root_.Write("lib/a.ko", Module64());
    root_.Write("lib/b-c.ko", Module64());
    root_.Write("proc/modules",
                "a 4096 0 - Live 0x10000\nb_c 4096 0 - Live 0x20000\n"
                "gone 4096 0 - Live 0x30000\n");
    root_.Write("sys/module/a/sections/.text", "0x10000\n");
    root_.Write("sys/module/b_c/sections/.text", "0x20000\n");
    // Apart from the rest of the module, as since Linux 6.4.
    root_.Write("sys/module/b_c/sections/.init.text", "0x90000\n");
    EXPECT_TRUE(set_.AddDirectory(root_.path() + "/lib").ok());
    const auto live = set_.AddLive(root_.path());
    EXPECT_TRUE(live.ok()) << live.status();
    EXPECT_EQ(live.value_or(0), 3u);
  }
  // "name section+offset"
  std::string At(uint64_t address) {
    const auto found = set_.Locate(address);
    if (!found.ok()) return std::string(found.status().message());
    if (!found->has_value()) return "";
    const auto [index, place] = **found;
    return set_.report(index).name + " " +
           std::string(set_.Get(index).value()->file().Name(place.section)) +
           "+" + std::to_string(place.value);
  }

  const TempDirectory root_;
  ModuleSet set_;
};

TEST_F(LiveSetTest, OpensTheModuleOfTheAddressOnly) {
  EXPECT_EQ(At(0x10004), "a .text+4");
  EXPECT_EQ(set_.opened(), 1u);
  EXPECT_EQ(At(0x2003f), "b_c .text+63");
  EXPECT_EQ(set_.opened(), 2u);
}

TEST_F(LiveSetTest, PartsOfAModuleMayLieApart) {
  EXPECT_EQ(At(0x90001), "b_c .init.text+1");
}

TEST_F(LiveSetTest, Nowhere) {
  EXPECT_EQ(At(0x10040), "") << "in the range, but in no section";
  EXPECT_EQ(At(0), "");
  EXPECT_EQ(At(0x30000), "no file of module gone is known");
}

TEST_F(LiveSetTest, AnotherBuildThanTheLoadedOneIsRefused) {
  const std::vector<uint8_t> note = BuildIdNote(kX86_64, "\x12\xab");
  root_.Write("sys/module/a/notes/.note.gnu.build-id", note);
  EXPECT_EQ(At(0x10004), "another build of module a: its build-id differs");
  // What is no note says nothing.
  root_.Write("sys/module/b_c/notes/.note.gnu.build-id", "\1");
  EXPECT_EQ(At(0x20004), "b_c .text+4");
}

TEST_F(LiveSetTest, AModuleWithoutAFileIsFoundByItsBuildId) {
  root_.Write("sys/module/gone/notes/.note.gnu.build-id",
              BuildIdNote(kX86_64, "\x12\xab"));
  root_.Write("sys/module/gone/sections/.text", "0x30000\n");
  ElfBuilder elf;
  elf.Add({.name = ".note.gnu.build-id",
           .type = SHT_NOTE,
           .contents = BuildIdNote(kX86_64, "\x12\xab")});
  elf.Add({.name = ".text",
           .flags = SHF_ALLOC | SHF_EXECINSTR,
           .contents = Zeros(64)});
  elf.Add({.name = ".debug_info", .contents = Zeros(4)});
  root_.Write("debug/.build-id/12/ab.debug", elf.Build());
  set_.directories().Add(root_.path() + "/debug");
  EXPECT_EQ(At(0x30008), "gone .text+8");
}

TEST_F(LiveSetTest, ManyThreadsOpenEachModuleOnce) {
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([this] {
      for (int round = 0; round < 100; ++round) {
        EXPECT_EQ(At(0x10004), "a .text+4");
        EXPECT_EQ(At(0x20004), "b_c .text+4");
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(set_.opened(), 2u);
}

TEST(ModuleSetTest, LinkedFilesBySlide) {
  const TempDirectory directory;
  ModuleSet set;
  set.Add({.path = directory.Write("vmlinux", Module64(ET_EXEC)),
           .begin = 0x2000,
           .end = 0x3000,
           .slide = 0x1000});
  const auto found = set.Locate(0x2010);
  ASSERT_TRUE(found.ok() && found->has_value());
  EXPECT_TRUE((*found)->second.is_constant());
  EXPECT_EQ((*found)->second.value, 0x1010u);
  EXPECT_FALSE(set.Locate(0x3000)->has_value());
}

}  // namespace
}  // namespace dwreloc::internal
