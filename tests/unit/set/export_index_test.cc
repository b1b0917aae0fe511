// set/export_index: which module defines a name for the others.

#include "set/export_index.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

#include "support/elf_builder.h"
#include "support/opened_file.h"

namespace dwreloc::internal {
namespace {

struct Definition {
  std::string name;
  uint8_t binding = STB_GLOBAL;
};

OpenedFile ModuleWith(const std::vector<Definition>& definitions) {
  ElfBuilder elf;
  const uint32_t text = elf.Add({.name = ".text",
                                 .flags = SHF_ALLOC | SHF_EXECINSTR,
                                 .contents = Zeros(64)});
  for (const Definition& definition : definitions) {
    elf.AddSymbol({.name = definition.name,
                   .section = text,
                   .binding = definition.binding});
  }
  elf.AddSymbol({.name = "undefined", .binding = STB_GLOBAL});
  return OpenedFile(elf);
}

// The module that defines the name for module 9, or -1.
int Of(const ExportIndex& index, std::string_view name, uint32_t asker = 9) {
  const auto found = index.Find(name, asker);
  return found.has_value() ? static_cast<int>(found->module) : -1;
}

TEST(ExportIndexTest, GlobalDefinitions) {
  const OpenedFile a = ModuleWith({{"one"}, {"hidden", STB_LOCAL}});
  const OpenedFile b = ModuleWith({{"two"}, {"weak", STB_WEAK}});
  ExportIndex index;
  index.Add(0, a.symbols());
  index.Add(1, b.symbols());
  EXPECT_EQ(Of(index, "one"), 0);
  EXPECT_EQ(Of(index, "two"), 1);
  EXPECT_EQ(Of(index, "weak"), 1);
  EXPECT_EQ(Of(index, "hidden"), -1);
  EXPECT_EQ(Of(index, "undefined"), -1);
  EXPECT_EQ(Of(index, "nowhere"), -1);
  EXPECT_EQ(Of(index, "one", 0), -1) << "the asker does not define it";
  const std::optional<ExportIndex::Place> place = index.Find("two", 0);
  ASSERT_TRUE(place.has_value());
  EXPECT_EQ(b.symbols().Name(b.symbols().Get(place->symbol)), "two");
}

TEST(ExportIndexTest, AnExportGoesFirst) {
  const OpenedFile plain = ModuleWith({{"name"}});
  const OpenedFile exporter =
      ModuleWith({{"name"}, {"__ksymtab_name", STB_LOCAL}});
  for (const bool plain_is_first : {true, false}) {
    ExportIndex index;
    if (plain_is_first) index.Add(0, plain.symbols());
    index.Add(1, exporter.symbols());
    if (!plain_is_first) index.Add(0, plain.symbols());
    EXPECT_EQ(Of(index, "name"), 1);
  }
}

TEST(ExportIndexTest, OfTwoAlikeNeither) {
  const OpenedFile a = ModuleWith({{"name"}, {"init_module"}});
  const OpenedFile b = ModuleWith({{"name"}, {"init_module"}});
  ExportIndex index;
  index.Add(0, a.symbols());
  index.Add(1, b.symbols());
  EXPECT_EQ(Of(index, "name"), -1);
  EXPECT_EQ(Of(index, "init_module"), -1) << "each module has one";
  const OpenedFile exporter = ModuleWith({{"name"}, {"__ksymtab_name"}});
  index.Add(2, exporter.symbols());
  EXPECT_EQ(Of(index, "name"), 2) << "one exports it after all";
  index.Add(3, exporter.symbols());
  EXPECT_EQ(Of(index, "name"), -1);
}

}  // namespace
}  // namespace dwreloc::internal
