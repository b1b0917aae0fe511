// placing/kernel_symbols: undefined symbols by System.map and /proc/kallsyms.

#include "placing/kernel_symbols.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <optional>
#include <string_view>

#include "support/elf_builder.h"
#include "support/module_file.h"

namespace dwreloc::internal {
namespace {

TEST(KernelSymbolsTest, Lines) {
  const auto plain = ParseKernelSymbol("ffffffff81000000 T _text");
  ASSERT_TRUE(plain.has_value());
  EXPECT_EQ(plain->address, 0xffffffff81000000);
  EXPECT_EQ(plain->type, 'T');
  EXPECT_EQ(plain->name, "_text");
  EXPECT_EQ(plain->module, "");
  const auto of_module = ParseKernelSymbol("0 t f\t[xfs]\r");
  ASSERT_TRUE(of_module.has_value());
  EXPECT_EQ(of_module->name, "f");
  EXPECT_EQ(of_module->module, "xfs");
  for (const char* bad : {"", "g T f", "1 TT f", "1 T", "T f"}) {
    EXPECT_FALSE(ParseKernelSymbol(bad).has_value()) << bad;
  }
}

class PlaceKernelSymbolsTest : public testing::Test {
 protected:
  PlaceKernelSymbolsTest() {
    ElfBuilder elf;
    const uint32_t text =
        elf.Add({.name = ".text", .flags = SHF_ALLOC, .contents = Zeros(16)});
    elf.AddSymbol({.name = "here", .section = text});
    elf.AddSymbol({.name = "printk", .binding = STB_GLOBAL});
    elf.AddSymbol({.name = "common",
                   .size = 8,
                   .special = SHN_COMMON,
                   .binding = STB_GLOBAL});
    file_.emplace(elf);
  }
  absl::StatusOr<int> Place(std::string_view text) {
    return PlaceKernelSymbols(module().symbols(), module().resolver(), text);
  }
  uint64_t At(std::string_view name) {
    for (uint32_t i = 1; i < module().symbols().count(); ++i) {
      if (module().symbols().Name(module().symbols().Get(i)) != name) continue;
      return module()
          .resolver()
          .Resolve({.symbol = i, .kind = RelocKind::kUndefined})
          .value_or(0);
    }
    return 0;
  }
  Module& module() { return file_->module(); }

  std::optional<ModuleFile> file_;
};

TEST_F(PlaceKernelSymbolsTest, UndefinedAndCommonOnes) {
  EXPECT_EQ(Place("1000 T printk\n\n2000 B common\n3000 T here\n").value(), 2);
  EXPECT_EQ(At("printk"), 0x1000u);
  EXPECT_EQ(At("common"), 0x2000u);
}

TEST_F(PlaceKernelSymbolsTest, TheGlobalOneOfSeveral) {
  EXPECT_EQ(Place("1000 t printk\n2000 T printk [other]\n3000 T printk\n"
                  "4000 T printk\n5000 t printk")
                .value(),
            1);
  EXPECT_EQ(At("printk"), 0x3000u);
}

TEST_F(PlaceKernelSymbolsTest, HiddenOnesStayUnknown) {
  EXPECT_EQ(Place("0000000000000000 T printk\n").value(), 0);
  EXPECT_EQ(At("printk"), 0u);
}

TEST_F(PlaceKernelSymbolsTest, ABadLineHasPlacedNothing) {
  const absl::StatusOr<int> placed = Place("1000 T printk\nELF");
  EXPECT_EQ(placed.status().message(),
            "line 2 is not a symbol's address, type and name");
  EXPECT_EQ(At("printk"), 0u);
}

TEST(KernelSymbolIndexTest, TheBestOfAName) {
  const auto index = KernelSymbolIndex::Of(
      "10 t name\t[a]\n20 t name\n30 T name\t[b]\n40 T name\n50 t name\n"
      "0 T hidden\n\n60 d data\n");
  ASSERT_TRUE(index.ok()) << index.status();
  EXPECT_EQ((*index)->count(), 6);
  EXPECT_EQ((*index)->Find("name"), 0x40u);
  EXPECT_EQ((*index)->Find("data"), 0x60u);
  EXPECT_EQ((*index)->Find("hidden"), std::nullopt);
  EXPECT_EQ((*index)->Find(""), std::nullopt);
}

TEST(KernelSymbolIndexTest, NamesTheLineThatIsSomethingElse) {
  const auto index = KernelSymbolIndex::Of("10 t name\nsomething else\n");
  EXPECT_EQ(index.status().message(),
            "line 2 is not a symbol's address, type and name");
}

}  // namespace
}  // namespace dwreloc::internal
