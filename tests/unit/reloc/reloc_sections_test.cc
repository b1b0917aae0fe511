// Tests of reloc/reloc_sections: records of all four shapes, and which section
// they belong to.

#include "reloc/reloc_sections.h"

#include <elf.h>

#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "support/elf_builder.h"
#include "support/opened_file.h"

namespace dwreloc::internal {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::Field;
using ::testing::IsEmpty;

std::vector<uint32_t> For(const OpenedFile& file, uint32_t target) {
  const auto sections = file.reloc_sections().For(target);
  return std::vector<uint32_t>(sections.begin(), sections.end());
}

RawReloc NthRecord(const RelocRecords& records, uint64_t index) {
  RelocStream stream(records);
  RawReloc record;
  while (stream.index() <= index && stream.Next(&record)) {
  }
  return record;
}

class RelocRecordsTest : public testing::TestWithParam<Target> {};

TEST_P(RelocRecordsTest, AllFields) {
  ElfBuilder elf(GetParam());
  const uint32_t info = elf.Add({.name = ".debug_info"});
  const bool is_64 = GetParam().is_64;
  const uint64_t offset = is_64 ? 0x123456789abc : 0xfedcba98;
  const uint32_t symbol = is_64 ? 0xfffffffe : 0xfedcba;
  // SPARC v9 keeps data above 8 bits of type.
  const bool has_long_type = is_64 && GetParam().e_machine != EM_SPARCV9;
  const uint32_t type = has_long_type ? 0x80000001 : 0xfe;
  const int64_t addend = is_64 ? INT64_MIN + 5 : INT32_MIN + 5;
  const uint32_t index =
      elf.AddRelocSection(info, {{1, 2, 3, 4}, {offset, type, symbol, addend}});
  OpenedFile file(elf);
  const auto records = RelocRecords::Open(file.file(), index);
  ASSERT_TRUE(records.ok()) << records.status();
  EXPECT_EQ(records->section_index(), index);
  EXPECT_EQ(records->symbol_section(), elf.symbol_section());
  EXPECT_EQ(records->is_rela(), GetParam().is_rela);
  EXPECT_EQ(records->is_64(), is_64);
  EXPECT_EQ(records->order(), GetParam().order);
  ASSERT_EQ(records->count(), 2u);
  const RawReloc first = NthRecord(*records, 0);
  EXPECT_EQ(first.offset, 1u);
  EXPECT_EQ(first.type, 2u);
  EXPECT_EQ(first.symbol, 3u);
  EXPECT_EQ(first.addend, GetParam().is_rela ? 4 : 0);
  const RawReloc second = NthRecord(*records, 1);
  EXPECT_EQ(second.offset, offset);
  EXPECT_EQ(second.type, type);
  EXPECT_EQ(second.symbol, symbol);
  EXPECT_EQ(second.addend, GetParam().is_rela ? addend : 0);
}

TEST(RelocSectionsTest, Sparc64TypeHasEightBits) {
  ElfBuilder elf(kSparcV9);
  const uint32_t info = elf.Add({.name = ".debug_info"});
  const uint32_t index =
      elf.AddRelocSection(info, {{0, 0x12345600 | R_SPARC_OLO10, 3, 4}});
  OpenedFile file(elf);
  const auto records = RelocRecords::Open(file.file(), index);
  ASSERT_TRUE(records.ok());
  EXPECT_EQ(NthRecord(*records, 0).type, uint32_t{R_SPARC_OLO10});
  EXPECT_EQ(NthRecord(*records, 0).symbol, 3u);
}

TEST_P(RelocRecordsTest, CutInsideARecord) {
  ElfBuilder elf(GetParam());
  const uint32_t info = elf.Add({.name = ".debug_info"});
  const uint32_t index = elf.AddRelocSection(info, {{}, {}});
  const uint64_t size = elf.section(index).entsize;
  elf.section(index).size = 2 * size - 1;
  OpenedFile file(elf);
  const absl::Status status = RelocRecords::Open(file.file(), index).status();
  EXPECT_EQ(GetDetail(status).code, ErrorCode::kBadElf);
  EXPECT_EQ(GetDetail(status).section, index);
  EXPECT_EQ(GetDetail(status).offset, size);
}

TEST_P(RelocRecordsTest, EntrySizeZeroIsTolerated) {
  ElfBuilder elf(GetParam());
  const uint32_t info = elf.Add({.name = ".debug_info"});
  const uint32_t index = elf.AddRelocSection(info, {{}, {}});
  elf.section(index).entsize = 0;
  OpenedFile file(elf);
  EXPECT_EQ(RelocRecords::Open(file.file(), index)->count(), 2u);
}

TEST_P(RelocRecordsTest, EntrySizeOfAnotherShapeIsRefused) {
  for (const uint64_t entsize : {1, 4, 20, 48, 1 << 30}) {
    ElfBuilder elf(GetParam());
    const uint32_t info = elf.Add({.name = ".debug_info"});
    const uint32_t index = elf.AddRelocSection(info, {{}, {}});
    elf.section(index).entsize = entsize;
    OpenedFile file(elf);
    const auto records = RelocRecords::Open(file.file(), index);
    EXPECT_EQ(GetDetail(records.status()).code, ErrorCode::kBadElf) << entsize;
  }
}

INSTANTIATE_TEST_SUITE_P(Targets, RelocRecordsTest, testing::ValuesIn(kTargets),
                         kTargetName);

ErrorCode OpenError(ElfBuilder& elf, uint32_t index) {
  OpenedFile file(elf);
  const absl::Status status = RelocRecords::Open(file.file(), index).status();
  EXPECT_TRUE(status.ok() || GetDetail(status).section == index);
  return GetDetail(status).code;
}

bool IsSame(const RawReloc& read, const ElfReloc& written) {
  return read.offset == written.offset && read.type == written.type &&
         read.symbol == written.symbol && read.addend == written.addend;
}

TEST(RelocSectionsTest, CrelCountsFromTheRecordBefore) {
  const std::vector<ElfReloc> relocs = {
      {8, 1, 5, 100},      {8, 2, 5, 100},         {24, 2, 4, -7},
      {0x80, 1, 900, -7},  {0x123456780, 1, 9, 0}, {0x123456788, 1, 9, 0},
      {16, 10, 3, 1 << 20}};  // backwards: the difference wraps
  for (const int shift : {0, 1, 2, 3}) {
    ElfBuilder elf;
    const uint32_t info = elf.Add({.name = ".debug_info"});
    const uint32_t crel = elf.AddCrelSection(info, true, shift, relocs);
    OpenedFile file(elf);
    const auto records = RelocRecords::Open(file.file(), crel);
    ASSERT_TRUE(records.ok()) << records.status();
    EXPECT_TRUE(records->is_rela());
    ASSERT_EQ(records->count(), relocs.size());
    RelocStream stream(*records);
    RawReloc record;
    // With a shift the number of bits that wrap is smaller.
    const size_t forward = shift == 0 ? relocs.size() : relocs.size() - 1;
    for (size_t i = 0; i < forward; ++i) {
      EXPECT_EQ(stream.index(), i);
      ASSERT_TRUE(stream.Next(&record));
      EXPECT_TRUE(IsSame(record, relocs[i])) << i << " shift " << shift;
    }
    EXPECT_THAT(For(file, info), ElementsAre(crel));
  }
}

TEST(RelocSectionsTest, CrelWithoutAddends) {
  ElfBuilder elf(kI386);
  const uint32_t info = elf.Add({.name = ".debug_info"});
  const uint32_t crel =
      elf.AddCrelSection(info, false, 0, {{4, 1, 2, 0}, {0x4000, 1, 3, 0}});
  OpenedFile file(elf);
  const auto records = RelocRecords::Open(file.file(), crel);
  ASSERT_TRUE(records.ok()) << records.status();
  EXPECT_FALSE(records->is_rela());
  EXPECT_TRUE(IsSame(NthRecord(*records, 0), {4, 1, 2, 0}));
  EXPECT_TRUE(IsSame(NthRecord(*records, 1), {0x4000, 1, 3, 0}));
}

TEST(RelocSectionsTest, CrelCutAtEveryByte) {
  ElfBuilder whole;
  const uint32_t info = whole.Add({.name = ".debug_info"});
  const uint32_t crel = whole.AddCrelSection(
      info, true, 0, {{0x1000, 300, 5, 100}, {0x2000, 1, 900, -700}});
  const std::vector<uint8_t> bytes = whole.section(crel).contents;
  for (size_t size = 0; size < bytes.size(); ++size) {
    ElfBuilder elf = whole;
    elf.section(crel).contents.resize(size);
    OpenedFile file(elf);
    const auto records = RelocRecords::Open(file.file(), crel);
    if (!records.ok()) {
      EXPECT_EQ(GetDetail(records.status()).code, ErrorCode::kBadElf);
      EXPECT_EQ(GetDetail(records.status()).section, crel);
      continue;
    }
    RelocStream stream(*records);
    RawReloc record;
    while (stream.Next(&record)) {
    }
    EXPECT_FALSE(stream.ok()) << size;
    EXPECT_LT(stream.index(), 2u);
  }
}

TEST(RelocSectionsTest, CrelCountsMoreThanTheSectionHolds) {
  ElfBuilder elf;
  const uint32_t info = elf.Add({.name = ".debug_info"});
  Assembler header(kX86_64);
  header.Uleb(UINT64_MAX).Zeros(24);
  const uint32_t crel = elf.Add({.name = ".crel.debug_info",
                                 .type = kShtCrel,
                                 .contents = header.bytes(),
                                 .info = info});
  EXPECT_EQ(OpenError(elf, crel), ErrorCode::kBadElf);
}

TEST(RelocSectionsTest, RecordsThatAreNotInTheFile) {
  ElfBuilder elf;
  const uint32_t info = elf.Add({.name = ".debug_info"});
  const uint32_t index = elf.AddRelocSection(info, {{}});
  elf.section(index).type = SHT_NOBITS;
  elf.section(index).size = 24;
  EXPECT_EQ(OpenError(elf, index), ErrorCode::kUnsupported);
}

TEST(RelocSectionsTest, ContentsOutsideTheFile) {
  ElfBuilder elf;
  const uint32_t info = elf.Add({.name = ".debug_info"});
  const uint32_t index = elf.AddRelocSection(info, {{}});
  elf.section(index).offset = UINT64_MAX - 23;
  EXPECT_EQ(OpenError(elf, index), ErrorCode::kBadElf);
}

// Its bytes would be taken for records.
TEST(RelocSectionsTest, CompressedRecordsAreUnsupported) {
  ElfBuilder elf;
  const uint32_t info = elf.Add({.name = ".debug_info"});
  const uint32_t index = elf.AddRelocSection(info, {{}});
  elf.section(index).flags |= SHF_COMPRESSED;
  EXPECT_EQ(OpenError(elf, index), ErrorCode::kUnsupported);
}

TEST(RelocSectionsTest, EmptySectionHasNoRecords) {
  ElfBuilder elf;
  const uint32_t info = elf.Add({.name = ".debug_info"});
  const uint32_t index = elf.AddRelocSection(info, {});
  OpenedFile file(elf);
  EXPECT_EQ(RelocRecords::Open(file.file(), index)->count(), 0u);
}

TEST(RelocSectionsTest, SeveralPerTargetInFileOrderOnEitherSide) {
  ElfBuilder elf;
  const uint32_t before = elf.AddRelocSection(0);
  const uint32_t info = elf.Add({.name = ".debug_info"});
  const uint32_t line = elf.Add({.name = ".debug_line"});
  const uint32_t of_line = elf.AddRelocSection(line);
  const uint32_t rel = elf.AddRelocSection(info, false, {});
  const uint32_t rela = elf.AddRelocSection(info, true, {});
  elf.section(before).info = info;
  OpenedFile file(elf);
  EXPECT_THAT(For(file, info), ElementsAre(before, rel, rela));
  EXPECT_THAT(For(file, line), ElementsAre(of_line));
  EXPECT_THAT(For(file, 0), IsEmpty());
  EXPECT_THAT(For(file, 9999), IsEmpty());
  EXPECT_THAT(file.reloc_sections().orphans(), IsEmpty());
}

// Same names, several groups: only sh_info tells them apart.
TEST(RelocSectionsTest, NamesDoNotMatter) {
  ElfBuilder elf;
  const uint32_t a = elf.Add({.name = ".debug_macro"});
  const uint32_t b = elf.Add({.name = ".debug_macro"});
  const uint32_t of_b = elf.AddRelocSection(b);
  const uint32_t of_a = elf.AddRelocSection(a);
  elf.section(of_a).name = ".rela.text";
  OpenedFile file(elf);
  EXPECT_THAT(For(file, a), ElementsAre(of_a));
  EXPECT_THAT(For(file, b), ElementsAre(of_b));
}

TEST(RelocSectionsTest, TargetsThatCannotBeAreOrphans) {
  ElfBuilder elf;
  const uint32_t info = elf.Add({.name = ".debug_info"});
  const uint32_t good = elf.AddRelocSection(info);
  const uint32_t none = elf.AddRelocSection(0);
  const uint32_t past = elf.AddRelocSection(5000);
  const uint32_t itself = elf.AddRelocSection(0);
  elf.section(itself).info = itself;
  const uint32_t of_relocs = elf.AddRelocSection(good);
  const uint32_t of_symbols = elf.AddRelocSection(elf.symbol_section());
  const uint32_t gone =
      elf.Add({.name = ".debug_line", .type = SHT_NOBITS, .size = 8});
  const uint32_t of_gone = elf.AddRelocSection(gone);
  // objcopy --only-keep-debug leaves such, and takes nothing that is read.
  const uint32_t text = elf.Add(
      {.name = ".text", .type = SHT_NOBITS, .flags = SHF_ALLOC, .size = 8});
  elf.AddRelocSection(text);
  OpenedFile file(elf);
  const auto is = [](uint32_t section, const char* why) {
    return AllOf(Field(&RelocSections::Orphan::section, section),
                 Field(&RelocSections::Orphan::why, EndsWith(why)));
  };
  EXPECT_THAT(
      file.reloc_sections().orphans(),
      ElementsAre(
          is(none, "sh_info 0 is no section"),
          is(past, "sh_info 5000 is beyond the section table"),
          is(itself, "is the section itself"),
          is(of_relocs, "is a section of relocation records"),
          is(of_symbols, "is a section of the file's own tables"),
          is(of_gone, "is a debug section without contents (SHT_NOBITS)")));
  EXPECT_THAT(For(file, info), ElementsAre(good));
  EXPECT_THAT(For(file, good), IsEmpty());
  EXPECT_THAT(For(file, itself), IsEmpty());
}

}  // namespace
}  // namespace dwreloc::internal
