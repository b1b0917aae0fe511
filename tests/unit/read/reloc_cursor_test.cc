// Tests of read/reloc_cursor: the reads that relocate, those that do not, and
// who is told.

#include "read/reloc_cursor.h"

#include <elf.h>

#include <tuple>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "support/reloc_fixture.h"

namespace dwreloc::internal {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class Recorder : public RelocObserver {
 public:
  void OnRelocated(const RelocatedDatum& datum) override {
    seen.emplace_back(datum.section, datum.offset, datum.width);
    fields.emplace_back(datum.field == nullptr ? "" : datum.field);
  }
  std::vector<std::tuple<uint32_t, uint64_t, int>> seen;
  std::vector<std::string> fields;
};

RelocCursor CursorOf(RelocFixture& f, uint64_t offset = 0,
                     uint64_t end = UINT64_MAX) {
  return RelocCursor(f.Open().View(f.info), offset, end);
}

class RelocCursorTargetTest : public testing::TestWithParam<Target> {
 protected:
  Encoding encoding() const {
    return {.address_size = static_cast<uint8_t>(GetParam().address_size())};
  }
};

TEST_P(RelocCursorTargetTest, ReadsInOrder) {
  RelocFixture f(GetParam());
  f.a.U16(5).Offset(4, f.str, 0x11).Uleb(300).Address(f.function, 4);
  f.a.Offset(4, f.string, 1).U32(0x1234).String("x").Address(f.undefined, 8);
  RelocCursor cursor = CursorOf(f);
  RelocValue bad;
  EXPECT_EQ(cursor.U16(), 5u);
  EXPECT_EQ(cursor.SectionOffset(4, &bad), 0x11u);
  EXPECT_EQ(cursor.Uleb(), 300u);
  EXPECT_EQ(Show(cursor.Address(encoding())), "[1]+0x104");
  EXPECT_EQ(Show(cursor.Value(4)), "0x21");
  EXPECT_EQ(cursor.SectionOffset(4, &bad), 0x1234u);
  EXPECT_EQ(cursor.String(), "x");
  const RelocValue last = cursor.Address(encoding());
  EXPECT_EQ(last.kind, RelocKind::kUndefined);
  EXPECT_EQ(last.symbol, f.undefined);
  EXPECT_TRUE(cursor.at_end());
  EXPECT_TRUE(cursor.ok());
  EXPECT_FALSE(bad.is_bad());
}

TEST_P(RelocCursorTargetTest, WhateverTheHintOfAnotherReader) {
  RelocFixture f(GetParam());
  f.a.Offset(4, f.str, 1).U32(2).Address(f.function, 3).Offset(4, f.str, 4);
  const int address_size = GetParam().address_size();
  for (const uint32_t at : {0u, 1u, 2u, 3u, 4u, UINT32_MAX}) {
    RecordHint hint;
    hint.set(at);
    RelocCursor cursor = CursorOf(f);
    cursor.TakeHint(hint);
    EXPECT_EQ(Show(cursor.Value(4)), "0x1") << at;
    EXPECT_EQ(Show(cursor.Value(4)), "0x2") << at;
    EXPECT_EQ(Show(cursor.Value(address_size)), "[1]+0x103") << at;
    EXPECT_EQ(Show(cursor.Value(4)), "0x4") << at;
  }
}

TEST_P(RelocCursorTargetTest, AHintIsWhereTheReaderStopped) {
  RelocFixture f(GetParam());
  f.a.Offset(4, f.str, 1).Offset(4, f.str, 2).Offset(4, f.str, 3);
  RelocCursor cursor = CursorOf(f);
  EXPECT_EQ(Show(cursor.Value(4)), "0x1");
  EXPECT_EQ(Show(cursor.Value(4)), "0x2");
  RecordHint hint;
  cursor.GiveHint(hint);
  EXPECT_EQ(hint.at(), 2u);
}

TEST_P(RelocCursorTargetTest, WhereNothingHasARecordNoneIsLookedFor) {
  RelocFixture plain(GetParam());
  plain.a.U32(0x1234).U64(5);
  RelocCursor cursor = CursorOf(plain);
  EXPECT_TRUE(cursor.has_no_records());
  EXPECT_FALSE(cursor.has_odd_widths());
  RelocValue other;
  EXPECT_EQ(cursor.SectionOffset(4, &other), 0x1234u);
  EXPECT_EQ(Show(cursor.Value(8)), "0x5");
  RelocFixture relocated(GetParam());
  relocated.a.Offset(4, relocated.str, 0x11);
  EXPECT_FALSE(CursorOf(relocated).has_no_records());
}

TEST_P(RelocCursorTargetTest, EveryReadFromAnywhereAgreesWithTheTable) {
  RelocFixture f(GetParam());
  for (int i = 0; i < 50; ++i) {
    f.a.U8(0).Offset(4, f.str, i).Address(f.text, i).Offset(4, f.tls, i);
  }
  const SectionView view = f.Open().View(f.info);
  RelocCursor walker(view);
  for (uint64_t i = 0; i + 8 <= view.bytes.size(); ++i) {
    const uint64_t at = i * 37 % (view.bytes.size() - 8);
    for (const int width : {4, 8}) {
      walker.Seek(at);
      EXPECT_EQ(Show(walker.Value(width)), f.Read(at, width)) << at;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Targets, RelocCursorTargetTest,
                         testing::ValuesIn(kTargets), kTargetName);

TEST(RelocCursorTest, WithoutATableBytesAreValues) {
  Assembler a(kS390x);
  a.U64(0x1122334455667788).U32(0x99).U16(7);
  const std::vector<uint8_t> bytes = a.bytes();
  RelocCursor cursor(SectionView{
      .index = 1, .bytes = bytes, .relocs = nullptr, .order = ByteOrder::kBig});
  RelocValue bad;
  const RelocValue value = cursor.Value(8);
  EXPECT_EQ(Show(value), "0x1122334455667788");
  EXPECT_EQ(value.width, 8);
  EXPECT_FALSE(value.has_record);
  EXPECT_EQ(cursor.SectionOffset(4, &bad), 0x99u);
  EXPECT_EQ(Show(cursor.Small(2)), "0x7");
}

TEST(RelocCursorTest, SectionOffsetThatIsNoNumberIsBad) {
  RelocFixture f;
  f.a.Offset(4, f.text, 0x10).Offset(8, f.undefined, 4);
  f.a.Reloc(4, 200, f.str, 0).Offset(4, f.str, 3);
  RelocCursor cursor = CursorOf(f);
  RelocValue bad;
  EXPECT_EQ(cursor.SectionOffset(4, &bad), 0u) << "the bytes as stored";
  EXPECT_EQ(Show(bad), "[1]+0x10");
  bad = RelocValue();
  cursor.SectionOffset(8, &bad);
  EXPECT_EQ(bad.kind, RelocKind::kUndefined);
  bad = RelocValue();
  cursor.SectionOffset(4, &bad);
  EXPECT_EQ(bad.error, ErrorCode::kRelocType);
  EXPECT_EQ(bad.detail, 200u);
  bad = RelocValue();
  EXPECT_EQ(cursor.SectionOffset(4, &bad), 3u) << "reading goes on";
  EXPECT_FALSE(bad.is_bad());
  EXPECT_TRUE(cursor.ok());
}

TEST(RelocCursorTest, SectionOffsetSaysWhetherARecordSuppliedIt) {
  RelocFixture f;
  f.a.Offset(4, f.str, 3).U32(4).Offset(8, f.str, 5);
  RelocCursor cursor = CursorOf(f);
  for (const int width : {4, 4, 8}) {
    const bool has_record = cursor.offset() != 4;
    RelocValue other;
    cursor.SectionOffset(width, &other);
    EXPECT_EQ(other.has_record, has_record) << cursor.offset();
  }
}

TEST(RelocCursorTest, SectionOffsetOfEightBytes) {
  RelocFixture f;
  f.a.Offset(8, f.string, 0x100000000).U64(5);
  RelocCursor cursor = CursorOf(f);
  RelocValue bad;
  EXPECT_EQ(cursor.SectionOffset(8, &bad), 0x100000020u);
  EXPECT_EQ(cursor.SectionOffset(8, &bad), 5u);
  EXPECT_FALSE(bad.is_bad());
}

TEST(RelocCursorTest, SmallSeesNarrowRecordsOnly) {
  RelocFixture f;
  f.a.Reloc(2, R_X86_64_16, f.absolute, 2).Reloc(1, R_X86_64_8, 0, 3).U16(9);
  RelocCursor cursor = CursorOf(f);
  EXPECT_EQ(Show(cursor.Small(2)), "0x5002");
  EXPECT_EQ(Show(cursor.Small(1)), "0x3");
  EXPECT_EQ(Show(cursor.Small(2)), "0x9");
}

TEST(RelocCursorTest, TruncatedReadsReturnZero) {
  RelocFixture f;
  f.a.Address(f.text, 8).Offset(4, f.str, 9).U16(1);
  for (uint64_t end = 0; end < 12; ++end) {
    RelocCursor cursor = CursorOf(f, 0, end);
    RelocValue bad;
    const RelocValue address = cursor.Value(8);
    EXPECT_EQ(Show(address), end < 8 ? "0x0" : "[1]+0x8") << end;
    EXPECT_EQ(cursor.SectionOffset(4, &bad), 0u) << end;
    EXPECT_FALSE(cursor.ok());
    EXPECT_EQ(GetDetail(cursor.status()).offset, end < 8 ? 0u : 8u);
    EXPECT_FALSE(bad.is_bad());
  }
}

// The end of a unit is where the next begins: its records are not ours.
TEST(RelocCursorTest, AfterAnErrorNoRecordIsRead) {
  RelocFixture f;
  f.a.U32(0).Offset(4, f.str, 9).Address(f.text, 8);
  RelocCursor cursor = CursorOf(f, 0, 4);
  RelocValue bad;
  cursor.U64();
  ASSERT_FALSE(cursor.ok());
  EXPECT_EQ(cursor.SectionOffset(4, &bad), 0u);
  EXPECT_EQ(Show(cursor.Value(4)), "0x0");
  EXPECT_EQ(Show(cursor.Value(8)), "0x0");
  EXPECT_EQ(GetDetail(cursor.status()).offset, 0u);
}

TEST(RelocCursorTest, ObserverIsToldOfEachDatumWithARecord) {
  RelocFixture f;
  f.a.U32(0).Offset(4, f.str, 9).Address(f.text, 8).U64(0);
  f.a.Reloc(4, R_X86_64_DTPOFF32, f.tls, 0).U32(0).Reloc(4, 200, 0, 0);
  RelocCursor cursor = CursorOf(f);
  Recorder recorder;
  cursor.set_observer(&recorder);
  RelocValue bad;
  cursor.SectionOffset(4, &bad);
  cursor.SectionOffset(4, &bad);
  cursor.Value(8);
  cursor.Value(8);
  cursor.Value(8);
  cursor.Value(4);
  EXPECT_TRUE(cursor.ok());
  EXPECT_THAT(
      recorder.seen,
      ElementsAre(std::tuple(f.info, 4, 4), std::tuple(f.info, 8, 8),
                  std::tuple(f.info, 24, 8), std::tuple(f.info, 32, 4)));
}

TEST(RelocCursorTest, ObserverIsToldTheFieldThatTheReaderNames) {
  RelocFixture f;
  f.a.Address(f.text, 8).Address(f.text, 8).U64(0).Address(f.text, 8);
  RelocCursor cursor = CursorOf(f);
  Recorder recorder;
  cursor.set_observer(&recorder);
  cursor.Value(8);
  cursor.set_field("first");
  RelocCursor copy = cursor;
  copy.set_field("second");
  copy.Value(8);
  cursor.Skip(8);
  cursor.Value(8);
  cursor.Value(8);
  EXPECT_THAT(recorder.fields, ElementsAre("", "second", "first"));
}

// Each datum that a record supplies, by whichever named read.
TEST(RelocCursorTest, ObserverIsToldOnceByEachNamedRead) {
  RelocFixture f;
  const auto reads = {
      +[](RelocCursor& cursor) { cursor.Value(4); },
      +[](RelocCursor& cursor) { cursor.Pointer(4); },
      +[](RelocCursor& cursor) { cursor.Length("length", 4); },
      +[](RelocCursor& cursor) {
        RelocValue other;
        cursor.SectionOffset(4, &other);
      },
      +[](RelocCursor& cursor) {
        Format format;
        (void)cursor.EnterUnit(&format);
      },
  };
  for (int i = 0; i < static_cast<int>(reads.size()); ++i) {
    f.a.Offset(4, f.str, 9);
  }
  Recorder recorder;
  uint64_t offset = 0;
  for (const auto read : reads) {
    RelocCursor cursor = CursorOf(f, offset);
    cursor.set_observer(&recorder);
    read(cursor);
    offset += 4;
  }
  ASSERT_EQ(recorder.seen.size(), reads.size());
  for (size_t i = 0; i < recorder.seen.size(); ++i) {
    EXPECT_EQ(recorder.seen[i], std::tuple(f.info, 4 * i, 4));
  }
}

TEST(RelocCursorTest, ObserverIsNotToldOfReadsThatFail) {
  RelocFixture f;
  f.a.Offset(4, f.str, 9).Address(f.text, 8);
  RelocCursor cursor = CursorOf(f, 0, 3);
  Recorder recorder;
  cursor.set_observer(&recorder);
  RelocValue bad;
  cursor.SectionOffset(4, &bad);
  cursor.Value(8);
  EXPECT_THAT(recorder.seen, IsEmpty());
}

// Relocation sections of linked files describe what was done already
// (golang/go#46673): no table, so the bytes count.
TEST(RelocCursorTest, LinkedFilesAreNotRelocated) {
  ElfBuilder elf(kX86_64, ET_EXEC);
  Assembler a;
  a.U32(0x77);
  const uint32_t info = elf.Add(".debug_info", a);
  elf.Reloc(info, {.offset = 0, .type = R_X86_64_32, .addend = 5});
  OpenedFile file(elf);
  RelocCursor cursor(file.View(info));
  RelocValue bad;
  EXPECT_EQ(cursor.SectionOffset(4, &bad), 0x77u);
}

// Where linkers relax code, a pair of records may supply any length.
class RelocatedLengthTest : public testing::TestWithParam<bool> {
 protected:
  RelocatedLengthTest() : f_(kRiscv64) {
    end_ = f_.elf.AddSymbol({.value = 0x130, .section = f_.text_section});
  }
  int width() const { return GetParam() ? 8 : 4; }
  uint64_t at() const { return GetParam() ? 4 : 0; }
  void Pair(uint32_t plus, uint32_t minus) {
    const uint32_t add = GetParam() ? R_RISCV_ADD64 : R_RISCV_ADD32;
    const uint32_t sub = GetParam() ? R_RISCV_SUB64 : R_RISCV_SUB32;
    f_.elf.Reloc(f_.info, {at(), add, plus, 0});
    f_.elf.Reloc(f_.info, {at(), sub, minus, 0});
  }

  RelocFixture f_;
  uint32_t end_;
};

TEST_P(RelocatedLengthTest, PairOfRecords) {
  if (GetParam()) f_.a.U32(UINT32_MAX);
  f_.a.Number(0, width()).Number(7, width());
  Pair(end_, f_.function);
  RelocCursor cursor = CursorOf(f_);
  Recorder recorder;
  cursor.set_observer(&recorder);
  Format format;
  EXPECT_EQ(cursor.InitialLength(&format), 0x30u);
  EXPECT_EQ(format, GetParam() ? Format::kDwarf64 : Format::kDwarf32);
  // No record concerns the next.
  EXPECT_EQ(cursor.Length("header_length", width()), 7u);
  EXPECT_TRUE(cursor.ok());
  EXPECT_THAT(recorder.seen,
              ElementsAre(std::make_tuple(f_.info, at(), width())));
  EXPECT_THAT(recorder.fields, ElementsAre("unit_length"));
}

TEST_P(RelocatedLengthTest, DifferenceOfTwoSectionsIsNoLength) {
  if (GetParam()) f_.a.U32(UINT32_MAX);
  f_.a.Number(0, width());
  Pair(f_.undefined, f_.function);
  RelocCursor cursor = CursorOf(f_);
  Format format;
  EXPECT_EQ(cursor.InitialLength(&format), 0u);
  EXPECT_FALSE(cursor.ok());
  EXPECT_EQ(GetDetail(cursor.status()).code, ErrorCode::kBadReloc);
  EXPECT_EQ(GetDetail(cursor.status()).offset, at());
}

TEST_P(RelocatedLengthTest, CutsTheCursorToTheUnit) {
  if (GetParam()) f_.a.U32(UINT32_MAX);
  f_.a.Number(0, width());
  for (int i = 0; i < 0x31; ++i) f_.a.U8(0);
  Pair(end_, f_.function);
  Format format;
  RelocCursor cursor = CursorOf(f_);
  EXPECT_TRUE(cursor.EnterUnit(&format).ok());
  EXPECT_EQ(cursor.remaining(), 0x30u);
  // One byte less than it counts.
  const uint64_t behind_length = at() + static_cast<uint64_t>(width());
  cursor = CursorOf(f_, 0, behind_length + 0x2f);
  const absl::Status status = cursor.EnterUnit(&format, "length");
  EXPECT_EQ(GetDetail(status).code, ErrorCode::kTruncated);
  EXPECT_EQ(GetDetail(status).offset, 0u);
  EXPECT_THAT(std::string(status.message()),
              testing::HasSubstr("length 48 exceeds the 47 bytes left"));
}

TEST_P(RelocatedLengthTest, CutLengthFailsAsAnyOther) {
  f_.a.U32(GetParam() ? UINT32_MAX : 0);
  Pair(end_, f_.function);
  RelocCursor cursor = CursorOf(f_, 0, 3);
  Format format;
  cursor.InitialLength(&format);
  EXPECT_EQ(GetDetail(cursor.status()).code, ErrorCode::kTruncated);
}

INSTANTIATE_TEST_SUITE_P(Formats, RelocatedLengthTest, testing::Bool());

TEST(RelocCursorTest, UlebOfAPairOfRecords) {
  RelocFixture f(kRiscv64);
  const uint32_t end =
      f.elf.AddSymbol({.value = 0x130, .section = f.text_section});
  f.a.UlebPadded(0, 2).Uleb(300).U8(9);
  constexpr uint32_t kSetUleb128 = 60;
  constexpr uint32_t kSubUleb128 = 61;
  f.elf.Reloc(f.info, {0, kSetUleb128, end, 0});
  f.elf.Reloc(f.info, {0, kSubUleb128, f.function, 0});
  RelocCursor cursor = CursorOf(f);
  Recorder recorder;
  cursor.set_observer(&recorder);
  const RelocValue value = cursor.UlebValue();
  EXPECT_EQ(Show(value), "0x30");
  EXPECT_TRUE(value.has_record);
  EXPECT_EQ(Show(cursor.UlebValue()), "0x12c");
  EXPECT_EQ(Show(cursor.Small(1)), "0x9");
  EXPECT_TRUE(cursor.at_end());
  EXPECT_THAT(recorder.seen,
              ElementsAre(std::make_tuple(f.info, uint64_t{0}, 2)));
}

// Zeros in front of a table, however many, and a length that begins with zeros.
TEST(RelocCursorTest, PaddingInFrontOfATable) {
  for (const ByteOrder order : {ByteOrder::kLittle, ByteOrder::kBig}) {
    for (const uint32_t length : {0x10u, 0x100u, 0x10000u}) {
      for (uint64_t zeros = 0; zeros < 20; ++zeros) {
        std::vector<uint8_t> bytes(zeros + 4 + length);
        Patch(bytes, zeros, 4, length, order);
        Patch(bytes, zeros + 4, 2, 5, order);
        const SectionView view = {.index = 1, .bytes = bytes, .order = order};
        RelocCursor cursor(view);
        cursor.SkipPadding();
        EXPECT_EQ(cursor.offset(), zeros) << length;
      }
    }
  }
}

TEST(RelocCursorTest, PaddingAtTheEnd) {
  for (uint64_t zeros = 0; zeros < 9; ++zeros) {
    const std::vector<uint8_t> bytes(zeros);
    const SectionView view = {.index = 1, .bytes = bytes};
    RelocCursor cursor(view);
    cursor.SkipPadding();
    EXPECT_TRUE(cursor.at_end());
    EXPECT_TRUE(cursor.ok());
  }
}

TEST(RelocCursorTest, ZerosInFrontOfWhatIsNoTable) {
  const std::vector<uint8_t> bytes = {0, 0, 0, 0, 0, 9, 9, 9, 9, 9, 9, 9, 9};
  const SectionView view = {.index = 1, .bytes = bytes};
  RelocCursor cursor(view);
  cursor.SkipPadding();
  EXPECT_EQ(cursor.offset(), 4u);
  cursor.SkipPadding();
  EXPECT_EQ(cursor.offset(), 4u);
}

}  // namespace
}  // namespace dwreloc::internal
