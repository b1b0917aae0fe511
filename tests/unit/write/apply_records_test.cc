// write/apply_records: fields of every width and kind, and records that cannot
// be applied.

#include "write/apply_records.h"

#include <gtest/gtest.h>

#include <vector>

#include "support/dwarf_file.h"
#include "support/elf_builder.h"
#include "support/module_file.h"

namespace dwreloc::internal {
namespace {

// A .debug_info with an offset in .debug_str (static), an address in .text, one
// in .gone, and one of an undefined symbol, of the address size each.
struct Sample {
  explicit Sample(const Target& target = kX86_64) : elf(target) {
    text =
        elf.Add({.name = ".text", .flags = SHF_ALLOC, .contents = Zeros(64)});
    gone =
        elf.Add({.name = ".gone", .flags = SHF_ALLOC, .contents = Zeros(64)});
    strings = elf.Add({.name = ".debug_str", .contents = Zeros(64)});
    away = elf.AddSymbol({.name = "away", .binding = STB_GLOBAL});
    Assembler out(target);
    out.Offset(4, elf.SectionSymbol(strings), 5);
    out.Address(elf.SectionSymbol(text), 0x10);
    out.Address(elf.SectionSymbol(gone), 2);
    out.Address(away, 3);
    info = elf.Add(".debug_info", out);
  }

  ElfBuilder elf;
  uint32_t text, gone, strings, away, info;
};

uint64_t NumberAt(const Module& module, const AppliedSection& section,
                  uint64_t offset, int width) {
  return LoadWidth(section.bytes.data() + offset, width, module.file().order());
}

TEST(ApplyRecordsTest, OnEveryMachine) {
  for (const Target& plain : kTargets) {
    // What RELA leaves under its records must make no difference.
    const Target target = plain.WithFill(0xa5);
    SCOPED_TRACE(target.name);
    Sample sample(target);
    ModuleFile file(sample.elf);
    const int width = target.address_size();
    file->resolver().PlaceSection(sample.text, Answer::kPlaced, 0x4000);
    file->resolver().PlaceSection(sample.gone, Answer::kAbsent, 0);
    const auto all = ApplyRecords(file.module(), sample.info, Applying::kAll);
    ASSERT_THAT(all, IsOk());
    ASSERT_EQ(all->records.size(), 1u);
    EXPECT_EQ(all->records[0].applied, 2u);
    EXPECT_EQ(all->records[0].left, (std::vector<uint64_t>{2, 3}));
    EXPECT_THAT(all->first_failure,
                FailsWith(ErrorCode::kSectionAbsent, ".gone"));
    EXPECT_EQ(GetDetail(all->first_failure).section, sample.info);
    EXPECT_EQ(GetDetail(all->first_failure).offset,
              4u + static_cast<uint64_t>(width));
    EXPECT_EQ(NumberAt(file.module(), *all, 0, 4), 5u);
    EXPECT_EQ(NumberAt(file.module(), *all, 4, width), 0x4010u);

    file->resolver().PlaceSection(sample.gone, Answer::kPlaced, 0x8000);
    file->resolver().PlaceSymbol(sample.away, 0x9000);
    const auto placed =
        ApplyRecords(file.module(), sample.info, Applying::kAll);
    ASSERT_THAT(placed, IsOk());
    EXPECT_EQ(placed->records[0].applied, 4u);
    EXPECT_TRUE(placed->records[0].left.empty());
    EXPECT_THAT(placed->first_failure, IsOk());
    EXPECT_EQ(NumberAt(file.module(), *placed, 4 + 2 * width, width), 0x9003u);
  }
}

TEST(ApplyRecordsTest, StaticOnesNeedNoPlaces) {
  Sample sample;
  ModuleFile file(sample.elf);
  file->resolver().PlaceSection(sample.text, Answer::kPlaced, 0x4000);
  const auto applied =
      ApplyRecords(file.module(), sample.info, Applying::kStatic);
  ASSERT_THAT(applied, IsOk());
  EXPECT_EQ(applied->records[0].applied, 1u);
  EXPECT_EQ(applied->records[0].left, (std::vector<uint64_t>{1, 2, 3}));
  EXPECT_THAT(applied->first_failure, IsOk()) << "they are left on purpose";
  EXPECT_EQ(NumberAt(file.module(), *applied, 0, 4), 5u);
}

TEST(ApplyRecordsTest, OffsetsInOneOfSeveralSectionsKeepTheirRecord) {
  ElfBuilder elf;
  const uint32_t first =
      elf.Add({.name = ".debug_macro", .contents = Zeros(8)});
  const uint32_t second =
      elf.Add({.name = ".debug_macro", .contents = Zeros(8)});
  const uint32_t info = elf.Add({.name = ".debug_info", .contents = Zeros(8)});
  elf.Reloc(info, {.offset = 0,
                   .type = R_X86_64_32,
                   .symbol = elf.SectionSymbol(first),
                   .addend = 1});
  elf.Reloc(info, {.offset = 4,
                   .type = R_X86_64_32,
                   .symbol = elf.SectionSymbol(second),
                   .addend = 2});
  ModuleFile file(elf);
  for (const Applying applying : {Applying::kAll, Applying::kStatic}) {
    const auto applied = ApplyRecords(file.module(), info, applying);
    ASSERT_THAT(applied, IsOk());
    EXPECT_EQ(applied->records[0].applied, 1u);
    EXPECT_EQ(applied->records[0].left, (std::vector<uint64_t>{1}));
    EXPECT_EQ(applied->first_failure.ok(), applying == Applying::kStatic);
  }
}

TEST(ApplyRecordsTest, UnsortedRecordsAndTwoSections) {
  ElfBuilder elf;
  const uint32_t text =
      elf.Add({.name = ".text", .flags = SHF_ALLOC, .contents = Zeros(64)});
  const uint32_t info = elf.Add({.name = ".debug_info", .contents = Zeros(24)});
  const uint32_t symbol = elf.SectionSymbol(text);
  elf.AddRelocSection(info, {{16, R_X86_64_64, symbol, 3}});
  elf.AddRelocSection(
      info, {{8, R_X86_64_64, symbol, 2}, {0, R_X86_64_64, symbol, 1}});
  ModuleFile file(elf);
  file->resolver().PlaceSection(text, Answer::kPlaced, 0x100);
  const auto applied = ApplyRecords(file.module(), info, Applying::kAll);
  ASSERT_THAT(applied, IsOk());
  ASSERT_EQ(applied->records.size(), 2u);
  EXPECT_EQ(applied->records[0].applied, 1u);
  EXPECT_EQ(applied->records[1].applied, 2u);
  for (uint64_t i = 0; i < 3; ++i) {
    EXPECT_EQ(NumberAt(file.module(), *applied, 8 * i, 8), 0x101 + i);
  }
}

TEST(ApplyRecordsTest, WhatDoesNotFitIsLeft) {
  ElfBuilder elf;
  const uint32_t text =
      elf.Add({.name = ".text", .flags = SHF_ALLOC, .contents = Zeros(64)});
  const uint32_t info = elf.Add({.name = ".debug_info", .contents = Zeros(8)});
  elf.Reloc(
      info,
      {.offset = 0, .type = R_X86_64_32, .symbol = elf.SectionSymbol(text)});
  elf.Reloc(
      info,
      {.offset = 6, .type = R_X86_64_32, .symbol = elf.SectionSymbol(text)});
  elf.Reloc(info, {.offset = 4, .type = 0xff, .symbol = 0});
  ModuleFile file(elf);
  file->resolver().PlaceSection(text, Answer::kPlaced, uint64_t{1} << 40);
  const auto applied = ApplyRecords(file.module(), info, Applying::kAll);
  ASSERT_THAT(applied, IsOk());
  EXPECT_EQ(applied->records[0].applied, 0u);
  EXPECT_EQ(applied->records[0].left.size(), 3u);
  EXPECT_THAT(applied->first_failure, FailsWith(ErrorCode::kRange, ""));
  EXPECT_EQ(applied->bytes, Zeros(8)) << "nothing is half written";
}

TEST(ApplyRecordsTest, CallFramesCountFromTheirPlace) {
  ElfBuilder elf;
  const uint32_t text =
      elf.Add({.name = ".text", .flags = SHF_ALLOC, .contents = Zeros(64)});
  const uint32_t frames =
      elf.Add({.name = ".eh_frame", .flags = SHF_ALLOC, .contents = Zeros(16)});
  elf.Reloc(frames, {.offset = 4,
                     .type = R_X86_64_PC32,
                     .symbol = elf.SectionSymbol(text),
                     .addend = 8});
  ModuleFile file(elf);
  file->resolver().PlaceSection(text, Answer::kPlaced, 0x1000);
  const auto unplaced = ApplyRecords(file.module(), frames, Applying::kAll);
  ASSERT_THAT(unplaced, IsOk());
  EXPECT_EQ(unplaced->records[0].applied, 0u) << "where it is itself counts";
  file->resolver().PlaceSection(frames, Answer::kPlaced, 0x2000);
  const auto applied = ApplyRecords(file.module(), frames, Applying::kAll);
  ASSERT_THAT(applied, IsOk());
  EXPECT_EQ(applied->records[0].applied, 1u);
  EXPECT_EQ(static_cast<int32_t>(NumberAt(file.module(), *applied, 4, 4)),
            0x1008 - 0x2004);
}

}  // namespace
}  // namespace dwreloc::internal
