// Tests of reloc/reloc_table and reloc/reloc_digest: each kind of record by
// hand, bad records one by one, and random ones against a plain map.

#include "reloc/reloc_table.h"

#include <elf.h>

#include <algorithm>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "support/reloc_fixture.h"

namespace dwreloc::internal {
namespace {

using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr char kBadRecord[] = "bad: invalid relocation record";
constexpr char kBadType[] = "bad: unsupported relocation type";
constexpr char kTooBig[] = "bad: relocated value does not fit its field";

// On every machine, class, byte order and format.

class RelocTableTargetTest : public testing::TestWithParam<Target> {
 protected:
  int address_size() const { return GetParam().address_size(); }
};

TEST_P(RelocTableTargetTest, WhatEachSymbolMeans) {
  RelocFixture f(GetParam());
  const int w = address_size();
  f.a.Offset(4, f.str, 7);       // 0
  f.a.Offset(4, f.string, 7);    // 4
  f.a.Offset(4, f.absolute, 7);  // 8
  f.a.Offset(4, 0, 7);           // 12: symbol removed by strip
  f.a.Address(f.text, 7);        // 16
  f.a.Address(f.function, 7);
  f.a.Address(f.undefined, 7);
  f.a.Address(f.common, 7);
  f.a.Address(f.absolute, 7);
  f.a.Address(f.tls, 7);
  const auto at = [w](int i) { return static_cast<uint64_t>(16 + i * w); };
  EXPECT_EQ(f.Read(0, 4), "0x7");
  EXPECT_EQ(f.Read(4, 4), "0x27");
  EXPECT_EQ(f.Read(8, 4), "0x5007");
  EXPECT_EQ(f.Read(12, 4), "0x7");
  EXPECT_EQ(f.Read(at(0), w), "[1]+0x7");
  EXPECT_EQ(f.Read(at(1), w), "[1]+0x107");
  EXPECT_EQ(f.Lookup(at(1), w).symbol, f.function);
  EXPECT_EQ(f.Lookup(at(2), w).kind, RelocKind::kUndefined);
  EXPECT_EQ(f.Lookup(at(2), w).symbol, f.undefined);
  EXPECT_EQ(f.Lookup(at(2), w).value, 7u);
  // The value of a common symbol is its alignment, not part of a place.
  EXPECT_EQ(f.Lookup(at(3), w).kind, RelocKind::kUndefined);
  EXPECT_EQ(f.Lookup(at(3), w).symbol, f.common);
  EXPECT_EQ(f.Lookup(at(3), w).value, 7u);
  EXPECT_EQ(f.Read(at(4), w), "0x5007");
  EXPECT_EQ(f.Read(at(5), w), "tls+0x1f");
  EXPECT_EQ(f.Table().record_count(), 10u);
  EXPECT_EQ(f.Table().static_count(), 5u);
  EXPECT_TRUE(f.Table().was_sorted());
  EXPECT_THAT(f.Table().diagnostics(), IsEmpty());
}

TEST_P(RelocTableTargetTest, ValuesSayThatARecordMadeThem) {
  RelocFixture f(GetParam());
  f.a.Offset(4, f.str, 7).U32(9).Address(f.text, 0);
  EXPECT_TRUE(f.Lookup(0, 4).has_record);
  EXPECT_EQ(f.Lookup(0, 4).width, 4);
  EXPECT_FALSE(f.Lookup(4, 4).has_record);
  EXPECT_EQ(f.Read(4, 4), "0x9");
  EXPECT_TRUE(f.Lookup(8, address_size()).has_record);
  EXPECT_EQ(f.Lookup(8, address_size()).width, address_size());
}

TEST_P(RelocTableTargetTest, TlsOffsetWithoutTheMachinesBias) {
  RelocFixture f(GetParam());
  const int64_t bias = static_cast<int64_t>(
      FindMachine(GetParam().e_machine, GetParam().is_64)->tls_bias);
  // What the compiler writes: the linker subtracts the bias (PPC: 0x8000).
  f.a.Reloc(address_size(), GetParam().tls, f.tls, bias);
  f.a.Reloc(address_size(), GetParam().tls, f.tls, bias + 4);
  EXPECT_EQ(f.Read(0, address_size()), "tls+0x18");
  EXPECT_EQ(f.Read(static_cast<uint64_t>(address_size()), address_size()),
            "tls+0x1c");
}

TEST_P(RelocTableTargetTest, NegativeAddend) {
  RelocFixture f(GetParam());
  const int w = address_size();
  f.a.Address(f.text, -4).Address(f.function, -4);
  f.a.Address(f.undefined, -4).Offset(4, f.string, -4);
  const uint64_t step = static_cast<uint64_t>(w);
  EXPECT_EQ(f.Read(0, w), "[1]-0x4");
  EXPECT_EQ(f.Read(step, w), "[1]+0xfc");
  EXPECT_EQ(static_cast<int64_t>(f.Lookup(2 * step, w).value), -4);
  EXPECT_EQ(f.Read(3 * step, 4), "0x1c");
}

// For RELA the bytes in place never count (nasm leaves offsets there).
TEST_P(RelocTableTargetTest, JunkUnderRelaDoesNotMatter) {
  if (!GetParam().is_rela) return;
  RelocFixture f(GetParam().WithFill(0xa5));
  f.a.Offset(4, f.str, 7).Address(f.text, 8);
  EXPECT_EQ(f.Read(0, 4), "0x7");
  EXPECT_EQ(f.Read(4, address_size()), "[1]+0x8");
}

TEST_P(RelocTableTargetTest, UnsortedRecords) {
  RelocFixture f(GetParam());
  const uint32_t abs32 = GetParam().abs32;
  f.a.U32(3).U32(2).U32(1).U32(0);
  for (const uint64_t at : {12, 0, 8, 4}) {
    const int64_t addend = static_cast<int64_t>(3 - at / 4);
    f.elf.Reloc(f.info, {at, abs32, f.string, addend});
  }
  for (const uint64_t at : {0, 4, 8, 12}) {
    EXPECT_EQ(f.Lookup(at, 4).value, 0x20 + 3 - at / 4) << at;
  }
  EXPECT_FALSE(f.Table().was_sorted());
  EXPECT_FALSE(f.Table().has_sorted_records());
  EXPECT_THAT(f.Table().diagnostics(), IsEmpty());
}

// Of data and of records: those that supply nothing are no data.
TEST(RelocTableTest, OrderOfRecordsThatSupplyNothing) {
  for (const uint64_t none : {4, 100}) {
    RelocFixture f(kX86_64);
    f.a.Zeros(128);
    for (const uint64_t at : {0, 8}) {
      f.elf.Reloc(f.info, {.offset = at, .type = R_X86_64_32});
      if (at == 0) {
        f.elf.Reloc(f.info, {.offset = none, .type = R_X86_64_NONE});
      }
    }
    EXPECT_TRUE(f.Table().was_sorted());
    EXPECT_EQ(f.Table().has_sorted_records(), none == 4);
  }
}

TEST_P(RelocTableTargetTest, CompressedTarget) {
  for (const Compression compression :
       {Compression::kZlib, Compression::kZstd, Compression::kZdebug}) {
    RelocFixture f(GetParam());
    f.a.Zeros(1000).Offset(4, f.str, 7).Address(f.function, 8);
    f.elf.section(f.info).compression = compression;
    EXPECT_EQ(f.Read(1000, 4), "0x7");
    EXPECT_EQ(f.Read(1004, address_size()), "[1]+0x108");
  }
}

TEST_P(RelocTableTargetTest, DigestOfRelaDoesNotDecompress) {
  RelocFixture f(GetParam());
  f.a.Zeros(1000).Offset(4, f.str, 7);
  f.elf.section(f.info).compression = Compression::kZlib;
  f.Table();
  EXPECT_EQ(f.Open().file().sections_decompressed(), 0u + !GetParam().is_rela);
}

TEST_P(RelocTableTargetTest, RecordAtTheVeryEndAndBeyond) {
  RelocFixture f(GetParam());
  f.a.Offset(4, f.str, 1).U32(2).Offset(4, f.str, 3);
  const uint32_t abs32 = GetParam().abs32;
  f.elf.Reloc(f.info, {.offset = 12, .type = abs32, .symbol = f.str});
  f.elf.Reloc(f.info, {.offset = 0xfffffffe, .type = abs32, .symbol = f.str});
  EXPECT_EQ(f.Read(0, 4), "0x1");
  EXPECT_EQ(f.Read(4, 4), "0x2");
  EXPECT_EQ(f.Read(8, 4), "0x3");
  ASSERT_THAT(f.Table().diagnostics(), SizeIs(1));
  EXPECT_EQ(f.Table().diagnostics()[0].code, ErrorCode::kBadReloc);
  EXPECT_EQ(f.Table().diagnostics()[0].type, abs32);
  EXPECT_EQ(f.Table().diagnostics()[0].count, 2u);
  EXPECT_EQ(f.Table().diagnostics()[0].first_offset, 12u);
}

TEST(RelocTableTest, RecordsWhoseEndsWrapHideNoOther) {
  RelocFixture f;
  f.a.U64(0).U32(3);
  constexpr uint32_t kUnknown = 0xfd;
  for (const uint64_t offset : {UINT64_MAX, UINT64_MAX}) {
    f.elf.Reloc(f.info, {.offset = offset, .type = kUnknown});
  }
  f.elf.Reloc(f.info, {.offset = 0, .type = R_X86_64_32, .symbol = f.str});
  f.elf.Reloc(f.info, {.offset = 4, .type = kUnknown});
  EXPECT_TRUE(f.Lookup(0, 4).has_record);
  EXPECT_EQ(f.Read(4, 4), kBadType);
  EXPECT_EQ(f.Read(8, 4), "0x3");
  EXPECT_FALSE(f.Table().was_sorted());
}

TEST_P(RelocTableTargetTest, RecordAcrossTheEndSpoilsItsBytesOnly) {
  RelocFixture f(GetParam());
  f.a.Offset(4, f.str, 1).U16(2);
  f.elf.Reloc(f.info, {.offset = 4, .type = GetParam().abs32});
  EXPECT_EQ(f.Read(0, 4), "0x1");
  EXPECT_EQ(f.Read(4, 2), kBadRecord);
}

TEST_P(RelocTableTargetTest, SymbolIndexPastTheEnd) {
  RelocFixture f(GetParam());
  f.a.Offset(4, f.str, 1).Offset(4, 5000, 2).Address(5000, 3);
  EXPECT_EQ(f.Read(0, 4), "0x1");
  EXPECT_EQ(f.Read(4, 4), kBadRecord);
  EXPECT_EQ(f.Read(8, address_size()), kBadRecord);
  EXPECT_EQ(f.Lookup(4, 4).symbol, 5000u);
}

TEST_P(RelocTableTargetTest, UnknownTypeSpoilsItsDatumOnly) {
  RelocFixture f(GetParam());
  f.a.Offset(4, f.str, 1).Reloc(4, 0xfd, f.str, 2).Offset(4, f.str, 3);
  EXPECT_EQ(f.Read(0, 4), "0x1");
  EXPECT_EQ(f.Read(4, 4), kBadType);
  EXPECT_EQ(f.Lookup(4, 4).detail, 0xfdu);
  EXPECT_EQ(f.Read(8, 4), "0x3");
  ASSERT_THAT(f.Table().diagnostics(), SizeIs(1));
  EXPECT_EQ(f.Table().diagnostics()[0].code, ErrorCode::kRelocType);
  EXPECT_EQ(f.Table().diagnostics()[0].type, 0xfdu);
  EXPECT_EQ(f.Table().diagnostics()[0].first_offset, 4u);
}

TEST_P(RelocTableTargetTest, NoneLeavesTheBytes) {
  RelocFixture f(GetParam());
  f.a.U32(0x1234).Offset(4, f.str, 3);
  f.elf.Reloc(f.info, {.offset = 0, .type = 0});
  f.elf.Reloc(f.info, {.offset = 4, .type = 0});
  f.elf.Reloc(f.info, {.offset = 99999, .type = 0});
  EXPECT_EQ(f.Read(0, 4), "0x1234");
  EXPECT_EQ(f.Read(4, 4), "0x3");
  EXPECT_THAT(f.Table().diagnostics(), IsEmpty());
}

TEST_P(RelocTableTargetTest, TwoRecordsAtAPlaceSpoilTheirDatumOnly) {
  RelocFixture f(GetParam());
  f.a.Offset(4, f.str, 1).Offset(4, f.str, 2).Offset(4, f.str, 3);
  f.elf.Reloc(f.info, {4, GetParam().abs32, f.string, 2});
  EXPECT_EQ(f.Read(0, 4), "0x1");
  EXPECT_EQ(f.Read(4, 4), kBadRecord);
  EXPECT_EQ(f.Lookup(4, 4).fault(), RelocFault::kOverlap);
  EXPECT_EQ(f.Lookup(4, 4).value, 4u);
  EXPECT_EQ(f.Lookup(4, 4).detail, GetParam().abs32);
  EXPECT_EQ(f.Read(8, 4), "0x3");
  ASSERT_THAT(f.Table().diagnostics(), SizeIs(1));
  EXPECT_EQ(f.Table().diagnostics()[0].code, ErrorCode::kBadReloc);
  EXPECT_EQ(f.Table().diagnostics()[0].type, GetParam().abs32);
  EXPECT_EQ(f.Table().diagnostics()[0].count, 2u);
}

// A linker writes S + A for each, one over the other; with the addend in the
// field the second one adds S once more.
TEST_P(RelocTableTargetTest, ARepeatedRecordIsOneValueWhereItIsRela) {
  RelocFixture f(GetParam());
  const int w = address_size();
  f.a.Offset(4, f.str, 2).Address(f.function, 8).Offset(4, f.str, 3);
  const uint64_t at = 4;
  for (int i = 0; i < 2; ++i) {
    f.elf.Reloc(f.info, {0, GetParam().abs32, f.str, 2});
    f.elf.Reloc(f.info, {at, GetParam().abs(w), f.function, 8});
  }
  if (!GetParam().is_rela) {
    EXPECT_EQ(f.Read(0, 4), kBadRecord);
    EXPECT_EQ(f.Read(at, w), kBadRecord);
    return;
  }
  EXPECT_EQ(f.Read(0, 4), "0x2");
  EXPECT_EQ(f.Read(at, w), "[1]+0x108");
  EXPECT_EQ(f.Read(at + static_cast<uint64_t>(w), 4), "0x3");
  ASSERT_FALSE(f.Table().diagnostics().empty());
  uint64_t count = 0;
  for (const RelocDiagnostic& diagnostic : f.Table().diagnostics()) {
    EXPECT_EQ(diagnostic.code, ErrorCode::kOk);
    EXPECT_TRUE(diagnostic.type == GetParam().abs32 ||
                diagnostic.type == GetParam().abs(w));
    count += diagnostic.count;
  }
  EXPECT_EQ(count, 4u);
}

TEST_P(RelocTableTargetTest, OverlappingRecordsSpoilBoth) {
  RelocFixture f(GetParam());
  f.a.Offset(4, f.str, 1).Offset(4, f.str, 2).U32(0).Offset(4, f.str, 3);
  f.elf.Reloc(f.info, {6, GetParam().abs32, f.str, 2});
  EXPECT_EQ(f.Read(0, 4), "0x1");
  EXPECT_EQ(f.Read(4, 4), kBadRecord);
  EXPECT_EQ(f.Read(6, 4), kBadRecord);
  EXPECT_EQ(f.Read(8, 4), kBadRecord);
  EXPECT_EQ(f.Read(12, 4), "0x3");
}

TEST_P(RelocTableTargetTest, ReadAcrossTheEdgesOfARecord) {
  RelocFixture f(GetParam());
  f.a.U32(0).Offset(4, f.str, 7).U32(0);
  EXPECT_EQ(f.Read(2, 4), kBadRecord);
  EXPECT_EQ(f.Read(6, 4), kBadRecord);
  EXPECT_EQ(f.Read(5, 2), kBadRecord);
  EXPECT_EQ(f.Read(0, 4), "0x0");
  EXPECT_EQ(f.Read(8, 4), "0x0");
}

TEST_P(RelocTableTargetTest, NobitsTargetHasNothingToRelocate) {
  RelocFixture f(GetParam());
  f.a.Offset(4, f.str, 7).Address(f.text, 8);
  f.elf.section(f.info).type = SHT_NOBITS;
  EXPECT_EQ(f.Table().record_count(), 0u);
  EXPECT_EQ(f.Table().static_count(), 0u);
}

TEST_P(RelocTableTargetTest, NoSymbolTable) {
  RelocFixture f(GetParam());
  f.a.Offset(4, 0, 7).Offset(4, f.str, 8);
  f.elf.OmitSymbolTable();
  EXPECT_EQ(f.Read(0, 4), "0x7") << "symbol 0 needs no table";
  EXPECT_EQ(f.Read(4, 4), kBadRecord);
}

TEST_P(RelocTableTargetTest, LinkToWhatIsNoSymbolTable) {
  RelocFixture f(GetParam());
  f.a.Zeros(8);
  const uint32_t index = f.elf.AddRelocSection(
      f.info, {{0, GetParam().abs32, 0, 7}, {4, GetParam().abs32, f.str, 8}});
  f.elf.section(index).link = f.text_section;
  EXPECT_EQ(f.Lookup(0, 4).is_bad(), false);
  EXPECT_EQ(f.Read(4, 4), kBadRecord);
}

TEST_P(RelocTableTargetTest, UnreadableRecordSectionSpoilsWhatItMayHold) {
  RelocFixture f(GetParam());
  f.a.Offset(4, f.str, 7).U32(5).U16(6);
  const uint32_t broken = f.elf.AddRelocSection(f.info, {{}});
  f.elf.section(broken).entsize = 5;
  EXPECT_EQ(f.Read(0, 4), "0x7") << "of the section that can be read";
  EXPECT_EQ(f.Read(4, 4), "bad: invalid ELF file");
  EXPECT_FALSE(f.Lookup(4, 4).has_record);
  ASSERT_THAT(f.Table().diagnostics(), SizeIs(1));
  EXPECT_EQ(f.Table().diagnostics()[0].code, ErrorCode::kBadElf);
}

TEST_P(RelocTableTargetTest, Crel) {
  RelocFixture f(GetParam());
  const bool is_rela = GetParam().is_rela;
  const int w = address_size();
  f.a.U32(is_rela ? 0 : 1).Number(is_rela ? 0 : 2, w);
  f.elf.AddCrelSection(
      f.info, is_rela, 2,
      {{0, GetParam().abs32, f.string, 1}, {4, GetParam().abs(w), f.text, 2}});
  EXPECT_EQ(f.Read(0, 4), "0x21");
  EXPECT_EQ(f.Read(4, w), "[1]+0x2");
  EXPECT_EQ(f.Table().record_count(), 2u);
}

TEST_P(RelocTableTargetTest, CrelThatCannotBeReadIsNeverNoRelocations) {
  RelocFixture f(GetParam());
  f.a.U32(5);
  // One record with addend, whose numbers are not there.
  f.elf.Add({.name = ".crel.debug_info",
             .type = kShtCrelLlvm,
             .contents = {1 * 8 + 4, 7},
             .info = f.info});
  EXPECT_EQ(f.Read(0, 4), "bad: invalid ELF file");
  RelocHint hint;
  uint64_t value = 0;
  EXPECT_FALSE(f.Table().FindStatic4(0, hint.at4, &value));
  EXPECT_FALSE(f.Table().SurelyNone(0, 4, hint.at4, hint));
  ASSERT_THAT(f.Table().diagnostics(), SizeIs(1));
  EXPECT_EQ(f.Table().diagnostics()[0].code, ErrorCode::kBadElf);
}

// objcopy --only-keep-debug leaves the header of records that it takes out.
TEST_P(RelocTableTargetTest, NobitsRecordsAreNeverNoRelocations) {
  RelocFixture f(GetParam());
  f.a.U32(5);
  f.elf.Add({.name = ".rela.debug_info",
             .type = SHT_NOBITS,
             .flags = SHF_INFO_LINK,
             .info = f.info,
             .size = 24});
  EXPECT_EQ(f.Read(0, 4), "bad: not supported");
}

TEST_P(RelocTableTargetTest, SeveralRelocationSectionsOfOneTarget) {
  RelocFixture f(GetParam());
  const bool is_rela = GetParam().is_rela;
  f.a.U32(is_rela ? 0 : 1).U32(is_rela ? 0 : 2).U32(is_rela ? 0 : 3);
  f.elf.AddRelocSection(f.info, {{8, GetParam().abs32, f.string, 3}});
  f.elf.AddRelocSection(f.info, {{0, GetParam().abs32, f.string, 1}});
  f.elf.AddRelocSection(f.info, {});
  f.elf.AddRelocSection(f.info, {{4, GetParam().abs32, f.string, 2}});
  EXPECT_EQ(f.Read(0, 4), "0x21");
  EXPECT_EQ(f.Read(4, 4), "0x22");
  EXPECT_EQ(f.Read(8, 4), "0x23");
  EXPECT_EQ(f.Table().record_count(), 3u);
}

INSTANTIATE_TEST_SUITE_P(Targets, RelocTableTargetTest,
                         testing::ValuesIn(kTargets), kTargetName);

// 8-byte data.

class RelocTable64Test : public testing::TestWithParam<Target> {};

TEST_P(RelocTable64Test, EightByteReadOverFourByteRecord) {
  for (const bool is_tls : {false, true}) {
    RelocFixture f(GetParam());
    const bool is_big = GetParam().order == ByteOrder::kBig;
    // The record is for the low half, wherever that is.
    if (is_big) f.a.U32(0);
    f.a.Offset(4, is_tls ? f.tls : f.string, 8);
    if (!is_big) f.a.U32(0);
    EXPECT_EQ(f.Read(0, 8), is_tls ? "tls+0x20" : "0x28");
    EXPECT_EQ(f.Lookup(0, 8).width, 8);
    EXPECT_TRUE(f.Lookup(0, 8).has_record);
  }
}

TEST_P(RelocTable64Test, EightByteReadKeepsTheOtherHalf) {
  RelocFixture f(GetParam());
  const bool is_big = GetParam().order == ByteOrder::kBig;
  if (is_big) f.a.U32(0x12);
  f.a.Offset(4, f.string, 8);
  if (!is_big) f.a.U32(0x12);
  EXPECT_EQ(f.Read(0, 8), "0x1200000028");
}

TEST_P(RelocTable64Test, EightByteReadOverRecordOfTheHighHalf) {
  RelocFixture f(GetParam());
  const bool is_big = GetParam().order == ByteOrder::kBig;
  if (!is_big) f.a.U32(0);
  f.a.Offset(4, f.string, 8);
  if (is_big) f.a.U32(0);
  EXPECT_EQ(f.Read(0, 8), kBadRecord);
}

TEST_P(RelocTable64Test, SymbolicLowHalfNeedsAnEmptyHighHalf) {
  RelocFixture f(GetParam());
  const bool is_big = GetParam().order == ByteOrder::kBig;
  if (is_big) f.a.U32(1);
  f.a.Offset(4, f.text, 8);
  if (!is_big) f.a.U32(1);
  EXPECT_EQ(f.Read(0, 8), kBadRecord);
}

TEST_P(RelocTable64Test, EightByteReadOverTwoFourByteRecords) {
  RelocFixture f(GetParam());
  f.a.Offset(4, f.str, 1).Offset(4, f.str, 2);
  EXPECT_EQ(f.Read(0, 8), kBadRecord);
  EXPECT_EQ(f.Read(0, 4), "0x1");
  EXPECT_EQ(f.Read(4, 4), "0x2");
}

TEST_P(RelocTable64Test, FourByteReadInsideAnEightByteRecord) {
  RelocFixture f(GetParam());
  f.a.Address(f.text, 8);
  EXPECT_EQ(f.Read(0, 4), kBadRecord);
  EXPECT_EQ(f.Read(4, 4), kBadRecord);
  EXPECT_EQ(f.Read(3, 1), kBadRecord);
}

TEST_P(RelocTable64Test, StaticEightByteRecord) {
  RelocFixture f(GetParam());
  f.a.Offset(8, f.string, 0x123456789a).Offset(8, f.absolute, -0x6000);
  EXPECT_EQ(f.Read(0, 8), "0x12345678ba");
  EXPECT_EQ(f.Read(8, 8), "0xfffffffffffff000");
}

TEST_P(RelocTable64Test, FourAndEightByteRecordsThatOverlap) {
  RelocFixture f(GetParam());
  f.a.Address(f.text, 1).Address(f.text, 2).Offset(4, f.str, 3);
  f.elf.Reloc(f.info, {4, GetParam().abs32, f.str, 0});
  EXPECT_EQ(f.Read(0, 8), kBadRecord);
  EXPECT_EQ(f.Read(4, 4), kBadRecord);
  EXPECT_EQ(f.Read(8, 8), "[1]+0x2");
  EXPECT_EQ(f.Read(16, 4), "0x3");
}

INSTANTIATE_TEST_SUITE_P(Targets, RelocTable64Test,
                         testing::Values(kX86_64, kX86_64Rel, kAArch64, kPpc64,
                                         kS390x, kS390xRel),
                         kTargetName);

// One by one.

// gcc writes R_X86_64_DTPOFF32 under the 8 bytes of DW_OP_const8u.
TEST(RelocTableTest, EightByteReadOverFourByteTlsRecord) {
  RelocFixture f;
  f.a.U8(0x0e).Reloc(4, R_X86_64_DTPOFF32, f.tls, 4).U32(0);
  EXPECT_EQ(f.Read(1, 8), "tls+0x1c");
}

TEST(RelocTableTest, UnsignedAndSignedFourByteNumbers) {
  RelocFixture f;
  f.a.Reloc(4, R_X86_64_32, 0, 0xffffffff);
  f.a.Reloc(4, R_X86_64_32S, 0, -1);
  f.a.Reloc(4, R_X86_64_32S, f.absolute, -0x5001);
  f.a.Reloc(4, R_X86_64_32, 0, INT64_MAX);
  f.a.Reloc(4, R_X86_64_32, 0, int64_t{INT32_MIN} - 1);
  EXPECT_EQ(f.Read(0, 4), "0xffffffff");
  EXPECT_EQ(f.Read(4, 4), "0xffffffff");
  EXPECT_EQ(f.Read(8, 4), "0xffffffff");
  EXPECT_EQ(f.Read(12, 4), kTooBig);
  EXPECT_EQ(f.Read(16, 4), kTooBig);
  ASSERT_THAT(f.Table().diagnostics(), SizeIs(1));
  EXPECT_EQ(f.Table().diagnostics()[0].code, ErrorCode::kRange);
  EXPECT_EQ(f.Table().diagnostics()[0].count, 2u);
}

// The addend of a symbolic 4-byte record may have 33 bits and more; whether
// the sum fits is known once the section is placed.
TEST(RelocTableTest, SymbolicAddendsOfEverySize) {
  RelocFixture f;
  f.a.Offset(4, f.text, INT32_MAX).Offset(4, f.text, 0x80000000);
  f.a.Offset(4, f.text, INT32_MIN).Offset(4, f.text, 0x123456789a);
  f.a.Address(f.text, INT64_MIN).Address(f.undefined, INT64_MAX);
  EXPECT_EQ(f.Read(0, 4), "[1]+0x7fffffff");
  EXPECT_EQ(f.Read(4, 4), "[1]+0x80000000");
  EXPECT_EQ(f.Read(8, 4), "[1]-0x80000000");
  EXPECT_EQ(f.Read(12, 4), "[1]+0x123456789a");
  EXPECT_EQ(f.Read(16, 8), "[1]-0x8000000000000000");
  EXPECT_EQ(f.Lookup(24, 8).value, static_cast<uint64_t>(INT64_MAX));
}

TEST(RelocTableTest, NarrowRecords) {
  RelocFixture f;
  f.a.Reloc(2, R_X86_64_16, f.absolute, 0x234).Reloc(1, R_X86_64_8, 0, 255);
  f.a.Reloc(1, R_X86_64_8, 0, 256).Reloc(2, R_X86_64_16, f.text, 4).U16(9);
  EXPECT_EQ(f.Read(0, 2), "0x5234");
  EXPECT_EQ(f.Read(2, 1), "0xff");
  EXPECT_EQ(f.Read(3, 1), kTooBig);
  EXPECT_EQ(f.Read(4, 2), "[1]+0x4");
  EXPECT_EQ(f.Read(6, 2), "0x9");
  EXPECT_TRUE(f.Table().has_odd_widths());
}

TEST(RelocTableTest, PlainTablesHaveNoOddWidths) {
  RelocFixture f;
  f.a.Offset(4, f.str, 1).Address(f.text, 2).Offset(4, f.text, 3);
  EXPECT_FALSE(f.Table().has_odd_widths());
}

// A weak hidden definition in .debug_info, as ld -r leaves it of LTO objects,
// is an offset like any other.
TEST(RelocTableTest, WeakHiddenSymbolOfADebugSectionFolds) {
  RelocFixture f;
  const uint32_t symbol = f.elf.AddSymbol({.name = "a.c.cca5afe2",
                                           .value = 0x30,
                                           .section = f.info,
                                           .binding = STB_WEAK,
                                           .visibility = STV_HIDDEN});
  f.a.Offset(4, symbol, 4);
  EXPECT_EQ(f.Read(0, 4), "0x34");
}

TEST(RelocTableTest, SymbolOfASectionThatIsNotThere) {
  RelocFixture f;
  const uint32_t symbol = f.elf.AddSymbol({.section = 9000});
  const uint32_t processor = f.elf.AddSymbol({.special = SHN_LOPROC});
  f.a.Offset(4, symbol, 4).Address(symbol, 4).Address(processor, 4);
  EXPECT_EQ(f.Read(0, 4), kBadRecord);
  EXPECT_EQ(f.Read(4, 8), kBadRecord);
  EXPECT_EQ(f.Read(12, 8), kBadRecord);
}

TEST(RelocTableTest, PcRelativeRecordsAreNotSupportedYet) {
  RelocFixture f;
  f.a.Reloc(4, R_X86_64_PC32, f.text, 4);
  EXPECT_EQ(f.Read(0, 4), kBadType);
}

TEST(RelocTableTest, UnknownMachineIsNeverNoRelocations) {
  Target unknown = kX86_64;
  unknown.e_machine = 0x4242;
  RelocFixture f(unknown);
  f.a.Offset(4, f.str, 1).U32(2);
  EXPECT_EQ(f.Read(0, 4), kBadType);
  EXPECT_EQ(f.Read(4, 4), "0x2");
}

TEST(RelocTableTest, NoRecords) {
  RelocFixture f;
  f.a.U64(0x1122334455667788);
  EXPECT_EQ(f.Read(0, 8), "0x1122334455667788");
  RelocHint hint;
  uint64_t value = 0;
  EXPECT_TRUE(f.Table().SurelyNone(0, 8, hint.at4, hint));
  EXPECT_FALSE(f.Table().FindStatic4(0, hint.at4, &value));
  EXPECT_EQ(f.Table().record_count(), 0u);
}

// The offset behind the last record in a column is a number as any other.
TEST(RelocTableTest, SentinelIsNoRecord) {
  for (const bool has_record : {false, true}) {
    RelocFixture f;
    f.a.U32(0);
    if (has_record) f.a.Offset(4, f.str, 1);
    RelocHint hint;
    uint64_t value = 0;
    for (const uint64_t offset :
         {uint64_t{UINT32_MAX}, uint64_t{UINT32_MAX} + 1, UINT64_MAX - 8}) {
      EXPECT_FALSE(f.Table().FindStatic4(offset, hint.at4, &value)) << offset;
      EXPECT_EQ(Show(f.Table().Lookup(offset, 4, 7, hint)), "0x7") << offset;
      EXPECT_EQ(Show(f.Table().Lookup(offset, 8, 7, hint)), "0x7") << offset;
    }
  }
}

TEST(RelocTableTest, FindStatic4IsExact) {
  RelocFixture f;
  f.a.U32(0).Offset(4, f.str, 9).U32(0);
  RelocHint hint;
  uint64_t value = 0;
  for (const uint64_t offset : {0, 3, 5, 8}) {
    EXPECT_FALSE(f.Table().FindStatic4(offset, hint.at4, &value)) << offset;
  }
  ASSERT_TRUE(f.Table().FindStatic4(4, hint.at4, &value));
  EXPECT_EQ(value, 9u);
}

// An offset in thread-local storage counts from a symbol, also from symbol 0.
TEST(RelocTableTest, ThreadLocalOffsetWithoutASymbolTable) {
  RelocFixture f;
  f.a.Reloc(8, R_X86_64_DTPOFF64, 0, 7);
  f.elf.OmitSymbolTable();
  EXPECT_EQ(f.Read(0, 8), kBadRecord);
}

TEST(RelocTableTest, FindStatic4GivesNoSymbolicValue) {
  RelocFixture f;
  f.a.Offset(4, f.str, 1).Offset(4, f.text, 9);
  RelocHint hint;
  uint64_t value = 0;
  EXPECT_FALSE(f.Table().FindStatic4(4, hint.at4, &value));
  EXPECT_EQ(f.Read(0, 4), "0x1");
  EXPECT_EQ(f.Read(4, 4), "[1]+0x9");
}

TEST(RelocTableTest, SurelyNoneSeesEveryTouchingRecord) {
  RelocFixture f;
  f.a.Zeros(16).Offset(4, f.str, 1).Zeros(12).Address(f.text).Zeros(16);
  const auto none = [&f](uint64_t offset, int width) {
    RelocHint hint;
    return f.Table().SurelyNone(offset, width, hint.at4, hint);
  };
  for (uint64_t offset = 0; offset < 48; ++offset) {
    for (const int width : {1, 2, 4, 8}) {
      const uint64_t end = offset + static_cast<uint64_t>(width);
      const bool touches =
          (offset < 20 && end > 16) || (offset < 40 && end > 32);
      EXPECT_EQ(none(offset, width), !touches) << offset << " " << width;
    }
  }
}

TEST(RelocTableTest, StaticFourByteRecordsCostEightBytes) {
  constexpr uint64_t kCount = 1000;
  RelocFixture f;
  for (uint64_t i = 0; i < kCount; ++i) f.a.Offset(4, f.str, 1);
  EXPECT_LE(f.Table().memory(), kCount * 8 + sizeof(RelocTable) + 64);
}

// A record of an unknown type beside a good one at the same place: the type
// is what the user must hear of.
TEST(RelocTableTest, UnknownTypeIsNamedBeforeTheOverlap) {
  RelocFixture f;
  f.a.Offset(4, f.str, 1);
  f.elf.Reloc(f.info, {0, 200, f.str, 0});
  EXPECT_EQ(f.Read(0, 4), kBadType);
  EXPECT_EQ(f.Lookup(0, 4).detail, 200u);
}

// Bounded time whatever the file holds: many types, many records in one place.
TEST(RelocTableTest, ManyUnknownTypesAreCountedInBoundedTime) {
  constexpr uint32_t kCount = 300000;
  RelocFixture f;
  f.a.Zeros(8);
  for (uint32_t i = 0; i < kCount; ++i) {
    f.elf.Reloc(f.info, {0, 1000 + i, 0, 0});
  }
  EXPECT_THAT(f.Table().diagnostics(), SizeIs(kCount));
  uint64_t bad = 0;
  RelocHint hint;
  for (uint32_t i = 0; i < 100000; ++i) {
    bad += f.Table().Lookup(0, 8, 0, hint).is_bad() ? 1 : 0;
  }
  EXPECT_EQ(bad, 100000u);
  EXPECT_LT(f.Table().memory(), 10000u) << "one entry per place";
}

// Types that count from the beginning of their symbol's section.

struct SectionRelative {
  const char* name;
  uint16_t e_machine;
  bool is_64;
  ByteOrder order;
  uint32_t type;
  int width;
};

class SectionRelativeTest : public testing::TestWithParam<SectionRelative> {};

TEST_P(SectionRelativeTest, TheFirstSectionOfANameIsANumberASecondIsNot) {
  const SectionRelative& param = GetParam();
  const Target target = {.name = param.name,
                         .e_machine = param.e_machine,
                         .is_64 = param.is_64,
                         .order = param.order,
                         .is_rela = true};
  ElfBuilder elf(target);
  const uint32_t first =
      elf.Add({.name = ".debug_macro", .contents = Zeros(8)});
  const uint32_t second =
      elf.Add({.name = ".debug_macro", .contents = Zeros(8)});
  const uint32_t loaded =
      elf.Add({.name = ".text", .flags = SHF_ALLOC, .contents = Zeros(64)});
  const uint32_t named =
      elf.AddSymbol({.name = "wm4", .value = 2, .section = second});
  Assembler a(target);
  a.Reloc(param.width, param.type, elf.SectionSymbol(first), 4);
  a.Reloc(param.width, param.type, elf.SectionSymbol(second), 4);
  a.Reloc(param.width, param.type, named, 4);
  a.Reloc(param.width, param.type, elf.SectionSymbol(loaded), 4);
  const uint32_t info = elf.Add(".debug_info", a);
  OpenedFile file(elf);
  const auto read = [&](uint64_t index) {
    RelocHint hint;
    const uint64_t at = index * static_cast<uint64_t>(param.width);
    return Show(file.Table(info).Lookup(at, param.width, 0, hint));
  };
  EXPECT_EQ(read(0), "0x4");
  EXPECT_EQ(read(1), "[2]+0x4");
  EXPECT_EQ(read(2), "[2]+0x6");
  EXPECT_EQ(read(3), "0x4");
}

INSTANTIATE_TEST_SUITE_P(
    Types, SectionRelativeTest,
    testing::Values(SectionRelative{"Hppa", EM_PARISC, false, ByteOrder::kBig,
                                    R_PARISC_SECREL32, 4},
                    SectionRelative{"Hppa64", EM_PARISC, true, ByteOrder::kBig,
                                    R_PARISC_SECREL32, 4},
                    SectionRelative{"Hppa64Wide", EM_PARISC, true,
                                    ByteOrder::kBig, R_PARISC_SECREL64, 8},
                    SectionRelative{"Ia64", EM_IA_64, true, ByteOrder::kLittle,
                                    R_IA64_SECREL32LSB, 4},
                    SectionRelative{"Ia64Wide", EM_IA_64, true,
                                    ByteOrder::kLittle, R_IA64_SECREL64LSB, 8},
                    SectionRelative{"Ia64Big", EM_IA_64, true, ByteOrder::kBig,
                                    R_IA64_SECREL32MSB, 4},
                    SectionRelative{"Ia64BigWide", EM_IA_64, true,
                                    ByteOrder::kBig, R_IA64_SECREL64MSB, 8},
                    SectionRelative{"Arc", EM_ARC_COMPACT, false,
                                    ByteOrder::kLittle, 13, 4}),
    kTargetName);

// Which rule a record breaks.
TEST(RelocTableTest, BadRecordsSayWhichRuleTheyBreak) {
  RelocFixture f(kX86_64);
  f.a.Zeros(64);
  const uint32_t lost =
      f.elf.AddSymbol({.name = "lost", .special = 0xfe00, .type = STT_FUNC});
  f.elf.Reloc(f.info, {0, R_X86_64_32, 9999, 0});
  f.elf.Reloc(f.info, {8, R_X86_64_32, lost, 0});
  f.elf.Reloc(f.info, {16, R_X86_64_64, f.text, 0});
  f.elf.Reloc(f.info, {20, R_X86_64_32, f.text, 0});
  f.elf.Reloc(f.info, {32, R_X86_64_GOTOFF64, f.function, 0x18});
  f.elf.Reloc(f.info, {40, R_X86_64_PC32, f.text, 0});
  f.elf.Reloc(f.info, {48, R_X86_64_64, f.text, 0});
  f.elf.Reloc(f.info, {61, R_X86_64_32, f.text, 0});
  EXPECT_EQ(f.Lookup(0, 4).fault(), RelocFault::kSymbolIndex);
  EXPECT_EQ(f.Lookup(8, 4).fault(), RelocFault::kSymbolSection);
  EXPECT_EQ(f.Lookup(16, 8).fault(), RelocFault::kOverlap);
  EXPECT_EQ(f.Lookup(16, 8).value, 20u);
  EXPECT_EQ(f.Lookup(20, 4).fault(), RelocFault::kOverlap);
  EXPECT_EQ(f.Lookup(20, 4).value, 16u);
  EXPECT_EQ(f.Lookup(20, 4).detail, uint32_t{R_X86_64_32});
  EXPECT_EQ(f.Lookup(32, 8).fault(), RelocFault::kFromGot);
  EXPECT_EQ(f.Lookup(32, 8).symbol, f.function);
  EXPECT_EQ(f.Lookup(32, 8).value, 0x18u);
  EXPECT_EQ(f.Lookup(40, 4).fault(), RelocFault::kFromItsPlace);
  EXPECT_EQ(f.Lookup(50, 2).fault(), RelocFault::kOtherField);
  EXPECT_EQ(f.Lookup(60, 4).fault(), RelocFault::kBeyondSection);
}

// Code symbols with a mode bit.

constexpr Target kMips = {.name = "Mips",
                          .e_machine = EM_MIPS,
                          .is_64 = false,
                          .order = ByteOrder::kBig,
                          .is_rela = false,
                          .abs32 = R_MIPS_32};
constexpr Target kMipsRela = {.name = "MipsRela",
                              .e_machine = EM_MIPS,
                              .is_64 = false,
                              .order = ByteOrder::kLittle,
                              .is_rela = true,
                              .abs32 = R_MIPS_32};

class MipsModeTest : public testing::TestWithParam<Target> {};

TEST_P(MipsModeTest, LabelsGiveTheBitAndSectionSymbolsDoNot) {
  RelocFixture f(GetParam());
  const auto label = [&](const char* name, uint8_t st_other) {
    return f.elf.AddSymbol({.name = name,
                            .value = 0x100,
                            .section = f.text_section,
                            .visibility = st_other});
  };
  const int w = GetParam().address_size();
  f.a.Address(label("micro", 0x80), 4).Address(label("mips16", 0xf0), 0);
  f.a.Address(f.text, 0x100).Address(f.function, 0);
  f.a.Address(label("micro2", 0x82), 1).Offset(4, label("micro3", 0x80), -2);
  const auto at = [w](int i) { return static_cast<uint64_t>(i * w); };
  EXPECT_EQ(f.Read(at(0), w), "[1]+0x104");
  EXPECT_EQ(f.Lookup(at(0), w).mode(), 1u);
  EXPECT_EQ(f.Read(at(1), w), "[1]+0x100");
  EXPECT_EQ(f.Lookup(at(1), w).mode(), 1u);
  EXPECT_EQ(f.Read(at(2), w), "[1]+0x100");
  EXPECT_EQ(f.Lookup(at(2), w).mode(), 0u);
  EXPECT_EQ(f.Lookup(at(3), w).mode(), 0u);
  // (S | 1) + 1.
  EXPECT_EQ(f.Read(at(4), w), "[1]+0x102");
  EXPECT_EQ(f.Lookup(at(4), w).mode(), 0u);
  EXPECT_EQ(f.Read(at(5), 4), "[1]+0xfe");
  EXPECT_EQ(f.Lookup(at(5), 4).mode(), 1u);
  EXPECT_THAT(f.Table().diagnostics(), IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(Targets, MipsModeTest,
                         testing::Values(kMips, kMipsRela, kMips64El),
                         kTargetName);

TEST(RelocTableTest, ThumbFunctionsGiveTheBit) {
  RelocFixture f(kArmBig);
  const uint32_t thumb = f.elf.AddSymbol({.name = "thumb",
                                          .value = 0x201,
                                          .section = f.text_section,
                                          .type = STT_FUNC});
  const uint32_t data = f.elf.AddSymbol({.name = "data",
                                         .value = 0x201,
                                         .section = f.text_section,
                                         .type = STT_OBJECT});
  const uint32_t fixed = f.elf.AddSymbol(
      {.name = "fixed", .value = 0x301, .special = SHN_ABS, .type = STT_FUNC});
  f.a.Address(thumb, 0).Address(thumb, 3).Address(data, 0).Address(fixed, 2);
  EXPECT_EQ(f.Read(0, 4), "[1]+0x200");
  EXPECT_EQ(f.Lookup(0, 4).mode(), 1u);
  RelocHint hint;
  for (const uint64_t offset : {0, 4, 0, 8}) {
    RelocValue found;
    ASSERT_TRUE(f.Table().Find4(offset, hint.at4, hint, &found));
    EXPECT_EQ(Show(found), f.Read(offset, 4));
    EXPECT_EQ(found.mode(), f.Lookup(offset, 4).mode()) << offset;
  }
  // (S + A) | T.
  EXPECT_EQ(f.Read(4, 4), "[1]+0x202");
  EXPECT_EQ(f.Lookup(4, 4).mode(), 1u);
  EXPECT_EQ(f.Read(8, 4), "[1]+0x201");
  EXPECT_EQ(f.Lookup(8, 4).mode(), 0u);
  EXPECT_EQ(f.Read(12, 4), "0x303");
}

// The sums are those of GNU ld: S + A, S without the bit of st_value.
TEST(RelocTableTest, SomeTypesOfArmMakeThumbAddressesWithoutTheBit) {
  constexpr Target kArmRela = {.name = "ArmRela",
                               .e_machine = EM_ARM,
                               .is_64 = false,
                               .order = ByteOrder::kLittle,
                               .is_rela = true,
                               .abs32 = R_ARM_ABS32};
  for (const Target& target : {kArmBig, kArmRela}) {
    RelocFixture f(target);
    const uint32_t thumb = f.elf.AddSymbol({.name = "thumb",
                                            .value = 0x21,
                                            .section = f.text_section,
                                            .type = STT_FUNC});
    const uint32_t fixed = f.elf.AddSymbol(
        {.name = "fixed", .value = 0x31, .special = SHN_ABS, .type = STT_FUNC});
    struct {
      uint32_t type;
      uint32_t symbol;
      int64_t addend;
      int width;
      const char* text;
      uint32_t mode;
    } const kCases[] = {
        {R_ARM_ABS32, thumb, 0, 4, "[1]+0x20", 1},
        {R_ARM_ABS32, thumb, 1, 4, "[1]+0x20", 1},
        {R_ARM_ABS16, thumb, 0, 2, "[1]+0x20", 0},
        {R_ARM_ABS16, thumb, 1, 2, "[1]+0x21", 0},
        {R_ARM_ABS16, thumb, -2, 2, "[1]+0x1e", 0},
        {R_ARM_ABS8, thumb, 0, 1, "[1]+0x20", 0},
        {R_ARM_ABS8, thumb, 3, 1, "[1]+0x23", 0},
        {R_ARM_ABS8, fixed, 2, 1, "0x32", 0},
        {R_ARM_ABS32_NOI, thumb, 0, 4, "[1]+0x20", 0},
        {R_ARM_ABS32_NOI, thumb, 5, 4, "[1]+0x25", 0},
        {R_ARM_ABS32_NOI, fixed, 0, 4, "0x30", 0},
    };
    for (const auto& test : kCases) {
      f.a.Reloc(test.width, test.type, test.symbol, test.addend);
    }
    uint64_t at = 0;
    for (const auto& test : kCases) {
      EXPECT_EQ(f.Read(at, test.width), test.text) << at;
      EXPECT_EQ(f.Lookup(at, test.width).mode(), test.mode) << at;
      at += static_cast<uint64_t>(test.width);
    }
    EXPECT_THAT(f.Table().diagnostics(), IsEmpty());
  }
}

// Random tables against a plain map.

struct Expected {
  uint64_t offset;
  int width;
  std::string text;  // as Show has it
  bool is_constant;
  uint64_t value;
  bool is_spoiled;
};

class RelocTablePropertyTest : public testing::TestWithParam<Target> {
 protected:
  uint64_t Random(uint64_t limit) {
    return std::uniform_int_distribution<uint64_t>(0, limit - 1)(random_);
  }

  int64_t RandomAddend() {
    switch (Random(6)) {
      case 0:
        return 0;
      case 1:
        return -static_cast<int64_t>(Random(1000));
      case 2:
        return static_cast<int64_t>(Random(uint64_t{1} << 32));
      case 3:
        return static_cast<int64_t>(random_());
      default:
        return static_cast<int64_t>(Random(100000));
    }
  }

  // S + A as the psABIs have it, written independently of the library.
  Expected Expect(const RelocFixture& f, uint64_t offset, int width,
                  uint32_t symbol, int64_t addend) {
    const bool is_64 = GetParam().is_64;
    uint64_t a = static_cast<uint64_t>(addend);
    if (!GetParam().is_rela) {
      a = static_cast<uint64_t>(SignExtend(a, width));
    } else if (!is_64) {
      a = static_cast<uint64_t>(SignExtend(a, 4));
    }
    std::map<uint32_t, uint64_t> values = {
        {f.function, 0x100}, {f.string, 0x20}, {f.absolute, 0x5000},
        {f.tls, 0x18},       {high_, kHigh},
    };
    const uint64_t s = values[symbol];
    RelocValue value;
    value.value = s + a;
    if (symbol == f.text || symbol == f.function || symbol == high_) {
      value.kind = RelocKind::kSection;
      value.section = f.text_section;
    } else if (symbol == f.undefined) {
      value.kind = RelocKind::kUndefined;
      value.symbol = symbol;
    } else if (symbol == f.tls) {
      value.kind = RelocKind::kTls;
      value.section = f.tdata_section;
    } else if (width == 4) {
      const bool fits =
          value.value <= UINT32_MAX ||
          static_cast<int64_t>(value.value) == SignExtend(value.value, 4);
      if (is_64 && GetParam().is_rela && !fits) {
        value = RelocValue::Bad(ErrorCode::kRange);
      } else {
        value.value &= UINT32_MAX;
      }
    }
    if (!is_64 && !value.is_constant()) {
      value.value = static_cast<uint64_t>(SignExtend(value.value, 4));
    }
    return {offset,      width, Show(value), value.is_constant(),
            value.value, false};
  }

  std::string Oracle(const std::map<uint64_t, Expected>& records,
                     uint64_t offset, int width, uint64_t in_place) {
    std::vector<const Expected*> touching;
    const uint64_t end = offset + static_cast<uint64_t>(width);
    for (auto record = records.lower_bound(offset < 8 ? 0 : offset - 8);
         record != records.end() && record->first < end; ++record) {
      if (record->first + static_cast<uint64_t>(record->second.width) >
          offset) {
        touching.push_back(&record->second);
      }
    }
    if (touching.empty()) return Show(RelocValue::Constant(in_place));
    const Expected& first = *touching[0];
    for (const Expected* record : touching) {
      if (record->is_spoiled || record->text.starts_with("bad")) return "bad";
    }
    if (touching.size() > 1) return "bad";
    if (first.offset == offset && first.width == width) return first.text;
    const uint64_t low =
        GetParam().order == ByteOrder::kLittle ? offset : offset + 4;
    if (width == 8 && first.width == 4 && first.offset == low) {
      const uint64_t rest = in_place >> 32 << 32;
      if (first.is_constant) {
        return Show(RelocValue::Constant(first.value | rest));
      }
      if (rest == 0) return first.text;
    }
    return "bad";
  }

  void Run(uint32_t seed, bool shuffle, bool overlap) {
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    random_.seed(seed);
    RelocFixture f(GetParam());
    high_ = f.elf.AddSymbol({.value = kHigh, .section = f.text_section});
    const std::vector<uint32_t> symbols = {
        0,           f.text, f.function, f.str, f.string, f.str,
        f.undefined, f.tls,  f.absolute, f.str, high_};
    std::map<uint64_t, Expected> records;
    Assembler bytes(GetParam());
    std::vector<ElfReloc> relocs;
    // Now and then enough for an index and for more than one digit to sort by.
    const uint64_t count = Random(seed % 10 == 0 ? 1500 : 200);
    for (uint64_t i = 0; i < count; ++i) {
      while (Random(3) == 0) bytes.U8(Random(2) == 0 ? 0 : random_());
      const int width = GetParam().abs64 != 0 && Random(3) == 0 ? 8 : 4;
      const uint32_t symbol = symbols[Random(symbols.size())];
      const int64_t addend = RandomAddend();
      records[bytes.offset()] =
          Expect(f, bytes.offset(), width, symbol, addend);
      bytes.Offset(width, symbol, addend);
    }
    bytes.Zeros(16);
    relocs = bytes.relocs();
    if (overlap && GetParam().is_rela) {
      // Some more, over those that are there.
      for (uint64_t i = 0; i < 1 + count / 10; ++i) {
        const uint64_t offset = Random(bytes.offset() - 4);
        if (records.contains(offset)) continue;
        relocs.push_back({offset, GetParam().abs32, f.str, 5});
        records[offset] = Expect(f, offset, 4, f.str, 5);
      }
    }
    for (auto& [offset, record] : records) {
      for (auto& [other_offset, other] : records) {
        if (offset != other_offset &&
            offset < other_offset + static_cast<uint64_t>(other.width) &&
            other_offset < offset + static_cast<uint64_t>(record.width)) {
          record.is_spoiled = true;
        }
      }
    }
    if (shuffle) std::shuffle(relocs.begin(), relocs.end(), random_);
    Assembler plain(GetParam());
    plain.Raw(bytes.bytes());
    f.a.Append(plain);
    for (const ElfReloc& reloc : relocs) f.elf.Reloc(f.info, reloc);

    const SectionView view = f.Open().View(f.info);
    const RelocTable& table = f.Table();
    RelocHint hint;
    uint64_t offset = 0;
    for (int i = 0; i < 3000; ++i) {
      const int width = 1 << Random(4);
      // Mostly onward, sometimes anywhere.
      offset = Random(4) == 0 ? Random(view.bytes.size()) : offset + Random(6);
      if (!Fits(offset, static_cast<uint64_t>(width), view.bytes.size())) {
        offset = 0;
        continue;
      }
      const uint64_t in_place =
          LoadWidth(view.bytes.data() + offset, width, view.order);
      const std::string expected = Oracle(records, offset, width, in_place);
      const RelocHint before = hint;
      RelocHint fresh;
      const RelocValue value = table.Lookup(offset, width, in_place, hint);
      ASSERT_EQ(value.is_bad() ? "bad" : Show(value),
                expected.starts_with("bad") ? "bad" : expected)
          << offset << " width " << width << " hints " << before.at4 << " "
          << before.at8;
      ASSERT_EQ(Show(table.Lookup(offset, width, in_place, fresh)),
                Show(value));
      RelocHint copy = before;
      if (table.SurelyNone(offset, width, copy.at4, copy)) {
        ASSERT_FALSE(value.has_record);
      }
      uint64_t number = 0;
      if (width == 4 && table.FindStatic4(offset, copy.at4, &number)) {
        ASSERT_TRUE(value.is_constant());
        ASSERT_EQ(number, value.value);
      }
      // One hint, which remembers a symbol, for both.
      RelocValue found;
      if ((width == 4 && table.Find4(offset, hint.at4, hint, &found)) ||
          (width == 8 && table.Find8(offset, hint.at4, hint, &found))) {
        ASSERT_EQ(Show(found), Show(value)) << offset;
        ASSERT_EQ(found.mode(), value.mode());
        ASSERT_EQ(found.width, value.width);
      }
    }
  }

  static constexpr uint64_t kHigh = 0xfffffff0;
  std::mt19937_64 random_;
  uint32_t high_ = 0;
};

TEST_P(RelocTablePropertyTest, SortedRecords) {
  for (uint32_t seed = 1; seed <= 30; ++seed) Run(seed, false, false);
}

TEST_P(RelocTablePropertyTest, ShuffledRecords) {
  for (uint32_t seed = 101; seed <= 130; ++seed) Run(seed, true, false);
}

TEST_P(RelocTablePropertyTest, OverlappingRecords) {
  for (uint32_t seed = 201; seed <= 230; ++seed) Run(seed, true, true);
}

INSTANTIATE_TEST_SUITE_P(Targets, RelocTablePropertyTest,
                         testing::ValuesIn(kTargets), kTargetName);

TEST(RelocTableTest, PcRelativeRecordGivesItsTargetInEhFrameOnly) {
  RelocFixture f(kX86_64);
  const uint32_t frame = f.elf.Add(
      {.name = ".eh_frame", .flags = SHF_ALLOC, .contents = Zeros(16)});
  f.elf.Reloc(
      frame,
      {.offset = 8, .type = R_X86_64_PC32, .symbol = f.text, .addend = 0x10});
  f.elf.Reloc(
      f.info,
      {.offset = 4, .type = R_X86_64_PC32, .symbol = f.text, .addend = 0x10});
  f.a.U64(0);
  RelocHint hint;
  EXPECT_EQ(Show(f.Open().Table(frame).Lookup(8, 4, 0, hint)), "[1]+0x10");
  EXPECT_TRUE(f.Open().Table(frame).Lookup(8, 4, 0, hint).counts_from_place());
  EXPECT_EQ(f.Read(4, 4), "bad: unsupported relocation type");
}

// The value for listings is the value of the table.
TEST_P(RelocTablePropertyTest, EvaluateRecordAgreesWithTheTable) {
  random_.seed(7);
  RelocFixture f(GetParam());
  high_ = f.elf.AddSymbol({.value = kHigh, .section = f.text_section});
  const std::vector<uint32_t> symbols = {
      0, f.text, f.function, f.str, f.undefined, f.tls, f.absolute, high_};
  for (int i = 0; i < 500; ++i) {
    const int width = GetParam().abs64 != 0 && Random(2) == 0 ? 8 : 4;
    f.a.Offset(width, symbols[Random(symbols.size())], RandomAddend());
  }
  const SectionView view = f.Open().View(f.info);
  const RelocContext& context = f.Open().context();
  const auto records =
      RelocRecords::Open(f.Open().file(), f.elf.reloc_section(f.info));
  ASSERT_TRUE(records.ok());
  RelocStream stream(*records);
  RawReloc record;
  while (stream.Next(&record)) {
    const Howto howto = FindHowto(context.machine, record.type);
    const uint64_t in_place =
        LoadWidth(view.bytes.data() + record.offset, howto.width, view.order);
    const RelocValue value = EvaluateRecord(
        context, view.index, record, records->is_rela(), howto, in_place);
    RelocHint hint;
    EXPECT_EQ(Show(value), Show(f.Table().Lookup(record.offset, howto.width,
                                                 in_place, hint)));
  }
}

}  // namespace
}  // namespace dwreloc::internal
