// audit/records: records one by one, as stored, with the value that readers
// of their data get.

#include "audit/records.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "reloc/bpf_instruction.h"
#include "support/dwarf_file.h"
#include "support/module_file.h"
#include "support/reloc_fixture.h"

namespace dwreloc::internal {
namespace {

std::vector<Record> ReadAll(const Module& module, uint32_t section,
                            uint64_t from = 0, uint64_t to = kNoOffset,
                            std::vector<absl::Status>* errors = nullptr) {
  RecordReader reader(module, section, from, to);
  std::vector<Record> records;
  Record record;
  while (true) {
    while (reader.Next(&record)) records.push_back(record);
    if (reader.status().ok()) return records;
    if (errors == nullptr) {
      ADD_FAILURE() << reader.status();
      return records;
    }
    errors->push_back(reader.status());
  }
}

// The fixture's .debug_info, opened as a module.
struct RecordsFixture : RelocFixture {
  using RelocFixture::RelocFixture;
  ModuleFile OpenModule() {
    elf.Fill(info, a);
    return ModuleFile(elf);
  }
};

TEST(RecordsTest, AddendsOfRelaAndRel) {
  for (const Target& machine : kTargets) {
    const Target target = machine.WithFill(0xa5);
    SCOPED_TRACE(target.name);
    RecordsFixture f(target);
    const int width = target.address_size();
    f.a.U32(0).Address(f.text, -8).Offset(4, f.str, 0x20);
    ModuleFile file = f.OpenModule();
    const std::vector<Record> records = ReadAll(file.module(), f.info);
    ASSERT_EQ(records.size(), 2u);
    EXPECT_EQ(records[0].is_rela, target.is_rela);
    EXPECT_EQ(records[0].raw.offset, 4u);
    EXPECT_EQ(records[0].raw.symbol, f.text);
    EXPECT_EQ(records[0].raw.type, target.abs(width));
    EXPECT_EQ(records[0].addend, -8);
    EXPECT_EQ(records[0].index, 0u);
    EXPECT_EQ(records[0].section, f.info);
    EXPECT_EQ(records[0].reloc_section, f.elf.reloc_section(f.info));
    EXPECT_EQ(records[0].howto.width, width);
    EXPECT_THAT(records[0].value, InSection(f.text_section, -8));
    EXPECT_EQ(records[1].addend, 0x20);
    EXPECT_EQ(records[1].index, 1u);
    EXPECT_THAT(records[1].value, IsNumber(0x20));
    // REL keeps the addend in place, RELA leaves there what it likes.
    EXPECT_EQ(records[1].in_place, target.is_rela ? 0xa5a5a5a5u : 0x20u);
  }
}

TEST(RecordsTest, InFileOrderHoweverUnsorted) {
  RecordsFixture f;
  f.a.Zeros(64);
  for (const uint64_t offset : {40, 0, 24, 8}) {
    f.elf.Reloc(f.info, {.offset = offset,
                         .type = R_X86_64_64,
                         .symbol = f.text,
                         .addend = static_cast<int64_t>(offset) + 1});
  }
  ModuleFile file = f.OpenModule();
  const std::vector<Record> records = ReadAll(file.module(), f.info);
  ASSERT_EQ(records.size(), 4u);
  const uint64_t expected[] = {40, 0, 24, 8};
  for (size_t i = 0; i < 4; ++i) {
    EXPECT_EQ(records[i].raw.offset, expected[i]);
    EXPECT_EQ(records[i].index, i);
    EXPECT_THAT(records[i].value, InSection(f.text_section, expected[i] + 1));
  }
}

TEST(RecordsTest, OfSomeBytesOnly) {
  RecordsFixture f;
  f.a.Address(f.text, 1).Address(f.text, 2).Address(f.text, 3);
  ModuleFile file = f.OpenModule();
  EXPECT_EQ(ReadAll(file.module(), f.info, 0, 0).size(), 0u);
  EXPECT_EQ(ReadAll(file.module(), f.info, 0, 1).size(), 1u);
  EXPECT_EQ(ReadAll(file.module(), f.info, 0, 8).size(), 1u);
  EXPECT_EQ(ReadAll(file.module(), f.info, 1, 8).size(), 0u);
  EXPECT_EQ(ReadAll(file.module(), f.info, 8, 17).size(), 2u);
  EXPECT_EQ(ReadAll(file.module(), f.info, 9).size(), 1u);
  EXPECT_EQ(ReadAll(file.module(), f.info, 9)[0].index, 2u);
}

// Sorted ones are searched, others are looked through: the answer is one.
TEST(RecordsTest, EachIsFoundByItsOffset) {
  for (const Target& target : kTargets) {
    for (const bool is_sorted : {true, false}) {
      SCOPED_TRACE(target.name);
      RecordsFixture f(target);
      for (int i = 0; i < 20; ++i) f.a.Offset(4, f.str, i).Zeros(4);
      if (!is_sorted) {
        f.a.Zeros(8);
        f.elf.Reloc(f.info,
                    {.offset = 4, .type = target.abs(4), .symbol = f.str});
      }
      ModuleFile file = f.OpenModule();
      for (uint64_t offset = 0; offset < 168; ++offset) {
        const std::vector<Record> found =
            ReadAll(file.module(), f.info, offset, offset + 1);
        const bool is_there =
            (offset % 8 == 0 && offset < 160) || (!is_sorted && offset == 4);
        ASSERT_EQ(found.size(), is_there ? 1u : 0u) << offset;
        if (is_there) {
          EXPECT_EQ(found[0].raw.offset, offset);
        }
      }
    }
  }
}

// R_X86_64_NONE supplies nothing, so data are in order; the records are not.
TEST(RecordsTest, EachIsFoundAmongThoseThatSupplyNothing) {
  for (const uint64_t none : {0, 12, 100}) {
    RecordsFixture f;
    f.a.Zeros(104);
    f.elf.Reloc(f.info, {.offset = 16, .type = R_X86_64_64, .symbol = f.text});
    f.elf.Reloc(f.info, {.offset = none, .type = R_X86_64_NONE});
    for (const uint64_t offset : {24, 32, 40, 48})
      f.elf.Reloc(f.info,
                  {.offset = offset, .type = R_X86_64_64, .symbol = f.text});
    ModuleFile file = f.OpenModule();
    for (const uint64_t offset : {uint64_t{16}, none, uint64_t{24},
                                  uint64_t{32}, uint64_t{40}, uint64_t{48}})
      EXPECT_EQ(ReadAll(file.module(), f.info, offset, offset + 1).size(), 1u)
          << offset << " and " << none;
  }
}

// A half of a pair waits for the other one, which never comes.
TEST(RecordsTest, EachIsFoundAmongLoneParts) {
  RecordsFixture f(kRiscv64);
  f.a.Zeros(128);
  f.elf.Reloc(f.info, {.offset = 100, .type = R_RISCV_ADD32, .symbol = f.text});
  for (const uint64_t offset : {8, 16, 24, 32})
    f.elf.Reloc(f.info,
                {.offset = offset, .type = R_RISCV_64, .symbol = f.text});
  ModuleFile file = f.OpenModule();
  for (const uint64_t offset : {8, 16, 24, 32, 100})
    EXPECT_EQ(ReadAll(file.module(), f.info, offset, offset + 1).size(), 1u)
        << offset;
}

void ExpectSame(const Record& one, const Record& other) {
  EXPECT_EQ(one.raw.offset, other.raw.offset);
  EXPECT_EQ(one.raw.type, other.raw.type);
  EXPECT_EQ(one.raw.symbol, other.raw.symbol);
  EXPECT_EQ(one.raw.addend, other.raw.addend);
  EXPECT_EQ(one.section, other.section);
  EXPECT_EQ(one.reloc_section, other.reloc_section);
  EXPECT_EQ(one.index, other.index);
  EXPECT_EQ(one.info, other.info);
  EXPECT_EQ(one.is_rela, other.is_rela);
  EXPECT_STREQ(one.howto.name, other.howto.name);
  EXPECT_EQ(one.addend, other.addend);
  EXPECT_EQ(one.in_place, other.in_place);
  EXPECT_EQ(one.size, other.size);
  EXPECT_EQ(Show(one.value), Show(other.value));
  EXPECT_EQ(one.value.section, other.value.section);
  EXPECT_EQ(one.value.symbol, other.value.symbol);
  EXPECT_EQ(one.value.detail, other.value.detail);
  EXPECT_EQ(one.value.width, other.value.width);
  EXPECT_EQ(one.value.has_record, other.value.has_record);
}

// Addresses and offsets, with other bytes between them.
struct ManyRecords : RecordsFixture {
  ManyRecords(const Target& target, uint64_t flags) : RecordsFixture(target) {
    elf.section(info).flags |= flags;
    const uint32_t zero = elf.AddSymbol({.name = "zero", .special = SHN_ABS});
    // Readers keep what they know of some symbols, not of all.
    std::vector<uint32_t> others;
    for (int i = 0; i < 9; ++i) {
      others.push_back(elf.SectionSymbol(
          elf.Add({.name = ".never_loaded." + std::to_string(i),
                   .contents = Zeros(4)})));
    }
    for (const uint32_t symbol : {text, function, undefined, text, common}) {
      a.Offset(8, symbol, -8).U16(0xffff).Offset(4, str, 0x20);
      a.Offset(4, zero, 7).Offset(4, 0, 9).Offset(8, text, 4);
      for (const uint32_t other : others) a.Offset(4, other, 1);
      for (const uint32_t other : others) a.Offset(4, other, 2);
    }
  }
};

constexpr Target kBpf = {"Bpf", EM_BPF,       true,        ByteOrder::kLittle,
                         true,  kBpfCallType, kBpfLoadType};

// Records that the digest looks up where they are have a reader of their own.
// One more that supplies nothing makes the digest copy them all.
TEST(RecordsTest, RecordsInTheFileAreLikeCopiedOnes) {
  constexpr uint32_t kNone = 0;  // R_X86_64_NONE and so on
  for (const Target& target : {kX86_64, kAArch64, kRiscv64, kBpf}) {
    for (const uint64_t flags : {0, SHF_EXECINSTR}) {
      SCOPED_TRACE(target.name);
      ManyRecords staying(target.WithFill(0xa5), flags);
      ManyRecords copied(target.WithFill(0xa5), flags);
      const uint64_t end = copied.a.offset();
      copied.a.Reloc(0, kNone, 0, 0);
      ModuleFile file = staying.OpenModule();
      ModuleFile other = copied.OpenModule();
      for (const uint64_t from : {uint64_t{0}, uint64_t{9}, end - 8, end}) {
        for (const uint64_t to : {uint64_t{10}, end, kNoOffset}) {
          const std::vector<Record> records =
              ReadAll(file.module(), staying.info, from, to);
          std::vector<Record> expected =
              ReadAll(other.module(), copied.info, from, to);
          if (to > end) expected.pop_back();
          ASSERT_EQ(records.size(), expected.size()) << from << " to " << to;
          for (size_t i = 0; i < records.size(); ++i) {
            SCOPED_TRACE(i);
            ExpectSame(records[i], expected[i]);
          }
        }
      }
      EXPECT_TRUE(
          file->sections().PeekDigest(staying.info)->ordered().is_used());
      EXPECT_TRUE(other->sections().PeekDigest(copied.info)->has_columns());
    }
  }
}

TEST(RecordsTest, InfoIsAsStored) {
  RecordsFixture f;
  f.a.Offset(4, f.str, 0x20);
  ModuleFile file = f.OpenModule();
  const std::vector<Record> records = ReadAll(file.module(), f.info);
  ASSERT_EQ(records.size(), 1u);
  EXPECT_EQ(records[0].info,
            uint64_t{records[0].raw.symbol} << 32 | records[0].raw.type);
}

TEST(RecordsTest, LastOffsetThereIs) {
  RecordsFixture f;
  f.a.Zeros(16);
  f.elf.Reloc(f.info,
              {.offset = UINT64_MAX, .type = R_X86_64_64, .symbol = f.text});
  ModuleFile file = f.OpenModule();
  const std::vector<Record> records = ReadAll(file.module(), f.info);
  ASSERT_EQ(records.size(), 1u);
  EXPECT_THAT(records[0].value, IsBadWith(ErrorCode::kBadReloc));
  EXPECT_TRUE(ReadAll(file.module(), f.info, 0, UINT64_MAX - 1).empty());
}

TEST(RecordsTest, SeveralSectionsForOneTarget) {
  RecordsFixture f;
  f.a.Zeros(32);
  const uint32_t first = f.elf.AddRelocSection(
      f.info, {{.offset = 8, .type = R_X86_64_64, .symbol = f.text}});
  const uint32_t second = f.elf.AddRelocSection(
      f.info, {{.offset = 0, .type = R_X86_64_64, .symbol = f.text},
               {.offset = 16, .type = R_X86_64_32, .symbol = f.str}});
  ModuleFile file = f.OpenModule();
  const std::vector<Record> records = ReadAll(file.module(), f.info);
  ASSERT_EQ(records.size(), 3u);
  EXPECT_EQ(records[0].reloc_section, first);
  EXPECT_EQ(records[1].reloc_section, second);
  EXPECT_EQ(records[1].index, 0u);
  EXPECT_EQ(records[2].index, 1u);
}

TEST(RecordsTest, BadSectionIsAnErrorAndTheNextIsRead) {
  RecordsFixture f;
  f.a.Zeros(32);
  const uint32_t bad = f.elf.AddRelocSection(
      f.info, {{.offset = 8, .type = R_X86_64_64, .symbol = f.text}});
  f.elf.section(bad).entsize = 17;
  const uint32_t good = f.elf.AddRelocSection(
      f.info, {{.offset = 0, .type = R_X86_64_64, .symbol = f.text}});
  ModuleFile file = f.OpenModule();
  std::vector<absl::Status> errors;
  const std::vector<Record> records =
      ReadAll(file.module(), f.info, 0, kNoOffset, &errors);
  ASSERT_EQ(records.size(), 1u);
  EXPECT_EQ(records[0].reloc_section, good);
  ASSERT_EQ(errors.size(), 1u);
  EXPECT_THAT(errors[0], FailsWith(ErrorCode::kBadElf, "sh_entsize is 17"));
  EXPECT_EQ(GetDetail(errors[0]).section, bad);
}

// Nobody reads those, so nothing is digested for them.
TEST(RecordsTest, OfASectionThatIsNotDwarf) {
  RecordsFixture f;
  f.elf.Reloc(
      f.text_section,
      {.offset = 4, .type = R_X86_64_64, .symbol = f.undefined, .addend = 3});
  f.elf.Reloc(f.text_section,
              {.offset = 5000, .type = R_X86_64_64, .symbol = f.text});
  f.elf.Reloc(f.text_section,
              {.offset = 16, .type = R_X86_64_PLT32, .symbol = f.undefined});
  ModuleFile file = f.OpenModule();
  const std::vector<Record> records = ReadAll(file.module(), f.text_section);
  ASSERT_EQ(records.size(), 3u);
  EXPECT_THAT(records[0].value, IsUndefined(f.undefined, 3));
  EXPECT_THAT(records[1].value, IsBadWith(ErrorCode::kBadReloc));
  EXPECT_THAT(records[2].value, IsBadWith(ErrorCode::kRelocType));
  EXPECT_EQ(file->sections().PeekDigest(f.text_section), nullptr);
}

TEST(RecordsTest, UnknownTypeAndNone) {
  RecordsFixture f;
  f.a.Zeros(32);
  f.elf.Reloc(f.info, {.offset = 0, .type = 200, .symbol = f.text});
  f.elf.Reloc(f.info, {.offset = 8, .type = R_X86_64_NONE});
  ModuleFile file = f.OpenModule();
  const std::vector<Record> records = ReadAll(file.module(), f.info);
  ASSERT_EQ(records.size(), 2u);
  EXPECT_THAT(records[0].value, IsBadWith(ErrorCode::kRelocType));
  EXPECT_EQ(records[0].value.detail, 200u);
  EXPECT_EQ(records[0].howto.name, nullptr);
  EXPECT_THAT(records[1].value, IsNumber(0));
}

// A number says nothing of its section; the record's symbol does.
TEST(RecordsTest, NumbersKeepTheSectionTheyCountIn) {
  for (const Target& target : kTargets) {
    SCOPED_TRACE(target.name);
    RecordsFixture f(target);
    f.a.Offset(4, f.str, 0x20).Offset(4, f.string, 1).Offset(4, f.absolute, 0);
    ModuleFile file = f.OpenModule();
    const std::vector<Record> records = ReadAll(file.module(), f.info);
    ASSERT_EQ(records.size(), 3u);
    EXPECT_EQ(records[0].value.section, f.str_section);
    EXPECT_THAT(records[1].value, IsNumber(0x21));
    EXPECT_EQ(records[1].value.section, f.str_section);
    // An absolute symbol counts in none.
    EXPECT_EQ(records[2].value.section, kNoSection);
    EXPECT_TRUE(ComparePlace(records[0].value, RelocValue::Constant(0x20)) ==
                0);
  }
}

TEST(RecordsTest, DifferencesAreNoOffsets) {
  RecordsFixture f(kRiscv64);
  f.a.U32(0);
  const uint32_t other =
      f.elf.AddSymbol({.value = 0x30, .section = f.str_section});
  f.elf.Reloc(f.info, {.offset = 0, .type = R_RISCV_ADD32, .symbol = other});
  f.elf.Reloc(f.info, {.offset = 0, .type = R_RISCV_SUB32, .symbol = f.string});
  ModuleFile file = f.OpenModule();
  for (const Record& record : ReadAll(file.module(), f.info)) {
    EXPECT_THAT(record.value, IsNumber(0x10));
    EXPECT_EQ(record.value.section, kNoSection);
  }
}

TEST(RecordsTest, UlebFieldsHaveTheSizeTheyTake) {
  constexpr uint32_t kSetUleb128 = 60;
  constexpr uint32_t kSubUleb128 = 61;
  RecordsFixture f(kRiscv64);
  // One byte, then three.
  f.a.U8(0x00).U8(0x80).U8(0x80).U8(0x00);
  for (const uint64_t offset : {0, 1}) {
    f.elf.Reloc(f.info, {offset, kSetUleb128, f.function, 8});
    f.elf.Reloc(f.info, {offset, kSubUleb128, f.function, 0});
  }
  ModuleFile file = f.OpenModule();
  const std::vector<Record> records = ReadAll(file.module(), f.info);
  ASSERT_EQ(records.size(), 4u);
  EXPECT_EQ(records[0].size, 1u);
  EXPECT_EQ(records[1].size, 1u);
  EXPECT_EQ(records[2].size, 3u);
  EXPECT_EQ(records[3].size, 3u);
}

TEST(RecordsTest, ErrorsKeepSymbolAndAddend) {
  RecordsFixture f;
  f.a.Zeros(16);
  f.elf.Reloc(f.info,
              {.offset = 0, .type = 200, .symbol = f.undefined, .addend = -4});
  // 4 bytes cannot hold it.
  f.elf.Reloc(f.info, {.offset = 8,
                       .type = R_X86_64_32,
                       .symbol = f.absolute,
                       .addend = int64_t{1} << 40});
  ModuleFile file = f.OpenModule();
  const std::vector<Record> records = ReadAll(file.module(), f.info);
  ASSERT_EQ(records.size(), 2u);
  EXPECT_THAT(records[0].value, IsBadWith(ErrorCode::kRelocType));
  EXPECT_EQ(records[0].value.symbol, f.undefined);
  EXPECT_EQ(static_cast<int64_t>(records[0].value.value), -4);
  EXPECT_THAT(records[1].value, IsBadWith(ErrorCode::kRange));
  EXPECT_EQ(records[1].value.symbol, f.absolute);
  EXPECT_EQ(records[1].value.value, uint64_t{1} << 40);
}

// golang/go#46673: the linker has been there already.
TEST(RecordsTest, LinkedFileKeepsItsBytes) {
  for (const uint16_t e_type : {ET_EXEC, ET_DYN}) {
    ElfBuilder elf(kX86_64, e_type);
    const uint32_t text =
        elf.Add({.name = ".text", .flags = SHF_ALLOC, .contents = Zeros(16)});
    Assembler a(kX86_64);
    a.U64(0x401000);
    const uint32_t info = elf.Add(".debug_info", a);
    elf.Reloc(info, {.offset = 0,
                     .type = R_X86_64_64,
                     .symbol = elf.SectionSymbol(text),
                     .addend = 0x77});
    ModuleFile file(elf);
    const std::vector<Record> records = ReadAll(file.module(), info);
    ASSERT_EQ(records.size(), 1u);
    EXPECT_THAT(records[0].value, IsNumber(0x401000));
    EXPECT_EQ(records[0].addend, 0x77);
  }
}

TEST(RecordsTest, SectionWithoutRecords) {
  RecordsFixture f;
  f.a.Zeros(8);
  ModuleFile file = f.OpenModule();
  EXPECT_TRUE(ReadAll(file.module(), f.info).empty());
  EXPECT_TRUE(ReadAll(file.module(), 0).empty());
}

}  // namespace
}  // namespace dwreloc::internal
