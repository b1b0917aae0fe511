// write/materialize: what readers find in the copy, in every mode and on every
// machine; compressed sections; what is left.

#include "write/materialize.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "dwarf/constants.h"
#include "dwarf/tree/die.h"
#include "dwarf/tree/strings.h"
#include "dwarf/tree/value.h"
#include "support/dwarf_file.h"
#include "support/elf_builder.h"
#include "support/module_file.h"

namespace dwreloc::internal {
namespace {

// A unit named "a.c" with its code at .text+0x10.
struct Sample {
  explicit Sample(const Target& target = kX86_64,
                  Compression compression = Compression::kNone)
      : elf(target) {
    text =
        elf.Add({.name = ".text", .flags = SHF_ALLOC, .contents = Zeros(64)});
    elf.AddSymbol({.name = "start", .value = 0x10, .section = text});
    DwarfBuilder dwarf(
        &elf, {.address_size = static_cast<uint8_t>(target.address_size()),
               .version = 5});
    dwarf
        .Abbrev(1, DW_TAG_compile_unit, false,
                {{DW_AT_name, DW_FORM_strp}, {DW_AT_low_pc, DW_FORM_addr}})
        .EndAbbrevs();
    dwarf.Str("something else");
    dwarf.Unit({}, [&](DieWriter& die) {
      die.Die(1).Strp("a.c").Addr(elf.SectionSymbol(text), 0x10);
    });
    info = dwarf.SectionIndex(".debug_info");
    dwarf.Finish();
    elf.section(info).compression = compression;
  }

  ElfBuilder elf;
  uint32_t text = 0;
  uint32_t info = 0;
};

std::string NameIn(ModuleFile& file) {
  const auto name = StringOf(FindAttribute(file.root(), DW_AT_name)->value());
  return name.ok() ? std::string(*name) : std::string(name.status().message());
}
RelocValue LowPcIn(ModuleFile& file) {
  return AttributeValue(FindAttribute(file.root(), DW_AT_low_pc)->value())
      .value();
}
uint64_t RecordsOf(ModuleFile& file, uint32_t section) {
  return file->sections().reloc_sections().CountRecords(file->file(), section);
}

TEST(MaterializeTest, FullOnEveryMachine) {
  for (const Target& plain : kTargets) {
    const Target target = plain.WithFill(0xa5);
    SCOPED_TRACE(target.name);
    Sample sample(target);
    ModuleFile file(sample.elf);
    file->resolver().PlaceSection(sample.text, Answer::kPlaced, 0x4000);
    const auto made = Materialize(file.module(), {});
    ASSERT_THAT(made, IsOk());
    EXPECT_EQ(made->placed, 1u);
    EXPECT_EQ(made->left, 0u);
    EXPECT_GE(made->applied, 3u);
    EXPECT_THAT(made->first_failure, IsOk());
    ModuleFile copy(made->image);
    EXPECT_EQ(copy->file().Header(sample.text).sh_addr, 0x4000u);
    EXPECT_EQ(RecordsOf(copy, sample.info), 0u);
    EXPECT_EQ(NameIn(copy), "a.c");
    EXPECT_THAT(LowPcIn(copy), IsNumber(0x4010));
    // The original is as it was.
    EXPECT_THAT(LowPcIn(file), InSection(sample.text, 0x10));
  }
}

TEST(MaterializeTest, WhatIsNotPlacedIsLeft) {
  Sample sample;
  ModuleFile file(sample.elf);
  const auto made = Materialize(file.module(), {});
  ASSERT_THAT(made, IsOk());
  EXPECT_EQ(made->placed, 0u);
  EXPECT_EQ(made->left, 1u);
  EXPECT_THAT(made->first_failure,
              FailsWith(ErrorCode::kNeedsRelocation, ".text"));
  ModuleFile copy(made->image);
  EXPECT_EQ(RecordsOf(copy, sample.info), 1u);
  EXPECT_EQ(NameIn(copy), "a.c");
  EXPECT_THAT(LowPcIn(copy), InSection(sample.text, 0x10)) << "symbolic still";
  EXPECT_THAT(Materialize(file.module(), {.is_strict = true}),
              FailsWith(ErrorCode::kNeedsRelocation, ".text"));
}

TEST(MaterializeTest, AddressesOnly) {
  Sample sample;
  ModuleFile file(sample.elf);
  file->resolver().PlaceSection(sample.text, Answer::kPlaced, 0x4000);
  const auto made =
      Materialize(file.module(), {.mode = MaterializeMode::kAddresses});
  ASSERT_THAT(made, IsOk());
  EXPECT_EQ(made->applied, 0u);
  ModuleFile copy(made->image);
  EXPECT_EQ(copy->file().Header(sample.text).sh_addr, 0x4000u);
  EXPECT_EQ(RecordsOf(copy, sample.info), RecordsOf(file, sample.info));
}

TEST(MaterializeTest, StaticOnly) {
  Sample sample;
  ModuleFile file(sample.elf);
  file->resolver().PlaceSection(sample.text, Answer::kPlaced, 0x4000);
  const auto made = Materialize(
      file.module(), {.mode = MaterializeMode::kStatic, .is_strict = true});
  ASSERT_THAT(made, IsOk());
  ModuleFile copy(made->image);
  EXPECT_EQ(copy->file().Header(sample.text).sh_addr, 0u);
  EXPECT_EQ(RecordsOf(copy, sample.info), 1u);
  EXPECT_EQ(NameIn(copy), "a.c");
  EXPECT_THAT(LowPcIn(copy), InSection(sample.text, 0x10));
  // Once more changes nothing.
  const auto again =
      Materialize(copy.module(), {.mode = MaterializeMode::kStatic});
  ASSERT_THAT(again, IsOk());
  EXPECT_EQ(again->applied, 0u);
  EXPECT_EQ(again->image, made->image);
}

TEST(MaterializeTest, Executable) {
  for (const Target& target : kTargets) {
    SCOPED_TRACE(target.name);
    Sample sample(target);
    ModuleFile file(sample.elf);
    file->resolver().PlaceSection(sample.text, Answer::kPlaced, 0x4000);
    const auto made = Materialize(file.module(), {.make_executable = true});
    ASSERT_THAT(made, IsOk());
    ModuleFile copy(made->image);
    EXPECT_EQ(copy->file().e_type(), ET_EXEC);
    EXPECT_FALSE(copy->file().is_relocatable());
    EXPECT_EQ(copy->symbols().Get(1).value, 0x4010u);
    EXPECT_THAT(LowPcIn(copy), IsNumber(0x4010));
  }
}

TEST(MaterializeTest, WithoutCode) {
  Sample sample;
  ModuleFile file(sample.elf);
  const auto made = Materialize(file.module(), {.drop_code = true});
  ASSERT_THAT(made, IsOk());
  ModuleFile copy(made->image);
  EXPECT_EQ(copy->file().Header(sample.text).sh_type, uint32_t{SHT_NOBITS});
  EXPECT_EQ(copy->file().Header(sample.text).sh_size, 64u);
  EXPECT_EQ(NameIn(copy), "a.c");
}

TEST(MaterializeTest, CompressedSectionsAreStoredPlain) {
  for (const Compression compression :
       {Compression::kZlib, Compression::kZstd, Compression::kZdebug}) {
    Sample sample(kX86_64, compression);
    ModuleFile file(sample.elf);
    file->resolver().PlaceSection(sample.text, Answer::kPlaced, 0x4000);
    const auto made = Materialize(file.module(), {});
    ASSERT_THAT(made, IsOk());
    ModuleFile copy(made->image);
    EXPECT_EQ(copy->file().Name(sample.info), ".debug_info");
    EXPECT_FALSE(copy->file().IsCompressed(sample.info));
    EXPECT_EQ(NameIn(copy), "a.c");
    EXPECT_THAT(LowPcIn(copy), IsNumber(0x4010));
  }
}

TEST(MaterializeTest, LinkedFilesAreRefused) {
  ElfBuilder elf(kX86_64, ET_EXEC);
  ModuleFile file(elf);
  EXPECT_THAT(Materialize(file.module(), {}),
              FailsWith(ErrorCode::kInvalidArgument, "is linked"));
}

}  // namespace
}  // namespace dwreloc::internal
