// Tests of reloc/evaluate and reloc_digest: fields that several records supply
// together, and fields that are no whole bytes (RISC-V, LoongArch, MSP430).

#include <elf.h>

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "reloc/howto.h"
#include "support/reloc_fixture.h"

namespace dwreloc::internal {
namespace {

// Newer than glibc's elf.h of 2022.
constexpr uint32_t kSetUleb128 = 60;
constexpr uint32_t kSubUleb128 = 61;

constexpr char kBadRecord[] = "bad: invalid relocation record";

// Symbols of the fixture, and three more at code that the linker may move.
class SequenceTest : public testing::Test {
 protected:
  SequenceTest() : f_(kRiscv64) {
    begin_ = Label(f_.text_section, 0x100);
    end_ = Label(f_.text_section, 0x130);
    f_.elf.Add({.name = ".text.other", .flags = SHF_ALLOC | SHF_EXECINSTR});
    elsewhere_ = Label(f_.elf.section_count() - 1, 0x40);
  }

  uint32_t Label(uint32_t section, uint64_t value) {
    return f_.elf.AddSymbol({.value = value, .section = section});
  }
  void Record(uint64_t offset, uint32_t type, uint32_t symbol,
              int64_t addend = 0) {
    f_.elf.Reloc(f_.info, {offset, type, symbol, addend});
  }
  // end - begin at `offset`.
  void Pair(uint64_t offset, uint32_t plus, uint32_t minus) {
    Record(offset, plus, end_);
    Record(offset, minus, begin_);
  }

  RelocFixture f_;
  uint32_t begin_;
  uint32_t end_;
  uint32_t elsewhere_;
};

TEST_F(SequenceTest, DifferenceInOneSectionIsANumber) {
  f_.a.U8(0).U16(0).U32(0).U64(0);
  Pair(0, R_RISCV_ADD8, R_RISCV_SUB8);
  Pair(1, R_RISCV_ADD16, R_RISCV_SUB16);
  Pair(3, R_RISCV_ADD32, R_RISCV_SUB32);
  Pair(7, R_RISCV_ADD64, R_RISCV_SUB64);
  EXPECT_EQ(f_.Read(0, 1), "0x30");
  EXPECT_EQ(f_.Read(1, 2), "0x30");
  EXPECT_EQ(f_.Read(3, 4), "0x30");
  EXPECT_EQ(f_.Read(7, 8), "0x30");
  EXPECT_TRUE(f_.Lookup(1, 2).has_record);
  EXPECT_TRUE(f_.Table().was_sorted());
  EXPECT_EQ(f_.Table().record_count(), 8u);
  EXPECT_THAT(f_.Table().diagnostics(), testing::IsEmpty());
}

TEST_F(SequenceTest, WhatIsInPlaceIsPartOfTheSum) {
  f_.a.U32(5).U16(0xfff0);
  Pair(0, R_RISCV_ADD32, R_RISCV_SUB32);
  Pair(4, R_RISCV_ADD16, R_RISCV_SUB16);
  EXPECT_EQ(f_.Read(0, 4), "0x35");
  // Modulo the field.
  EXPECT_EQ(f_.Read(4, 2), "0x20");
}

TEST_F(SequenceTest, SetForgetsWhatIsInPlace) {
  f_.a.U8(0x77).U16(0x7777).U32(0x77777777);
  Pair(0, R_RISCV_SET8, R_RISCV_SUB8);
  Pair(1, R_RISCV_SET16, R_RISCV_SUB16);
  Pair(3, R_RISCV_SET32, R_RISCV_SUB32);
  EXPECT_EQ(f_.Read(0, 1), "0x30");
  EXPECT_EQ(f_.Read(1, 2), "0x30");
  EXPECT_EQ(f_.Read(3, 4), "0x30");
}

// DW_CFA_advance_loc keeps its operation in the high two bits.
TEST_F(SequenceTest, SixBits) {
  f_.a.U8(0x40 | 3).U8(0x40);
  Pair(0, R_RISCV_SET6, R_RISCV_SUB6);
  Record(1, R_RISCV_SET6,
         f_.elf.AddSymbol({.value = 0x155, .section = f_.text_section}));
  Record(1, R_RISCV_SUB6, begin_);
  EXPECT_EQ(f_.Read(0, 1), "0x70");
  // 0x55 does not fit 6 bits; the linker cuts it, too.
  EXPECT_EQ(f_.Read(1, 1), "0x55");
}

TEST_F(SequenceTest, Uleb128KeepsItsLength) {
  f_.a.UlebPadded(0, 1).UlebPadded(0, 2).UlebPadded(1, 5);
  Pair(0, kSetUleb128, kSubUleb128);
  Pair(1, kSetUleb128, kSubUleb128);
  Pair(3, kSetUleb128, kSubUleb128);
  EXPECT_EQ(f_.Read(0, 1), "0x30");
  EXPECT_EQ(f_.Read(1, 2), "0x30");
  EXPECT_EQ(f_.Read(3, 5), "0x30");
}

TEST_F(SequenceTest, Uleb128ThatDoesNotFit) {
  f_.a.UlebPadded(0, 1).U8(0x80);
  Record(0, kSetUleb128, end_, 0x60);
  Record(0, kSubUleb128, begin_);
  Pair(1, kSetUleb128, kSubUleb128);
  EXPECT_EQ(f_.Read(0, 1), "bad: relocated value does not fit its field");
  // Nothing ends the number.
  EXPECT_EQ(f_.Read(1, 1), kBadRecord);
}

TEST_F(SequenceTest, DifferenceOfTwoSectionsStaysOne) {
  f_.a.U32(0).U64(0);
  Record(0, R_RISCV_ADD32, elsewhere_, 2);
  Record(0, R_RISCV_SUB32, begin_, 1);
  Record(4, R_RISCV_ADD64, f_.undefined);
  Record(4, R_RISCV_SUB64, begin_);
  const RelocValue value = f_.Lookup(0, 4);
  EXPECT_EQ(value.kind, RelocKind::kDifference);
  EXPECT_EQ(value.symbol, elsewhere_);
  EXPECT_EQ(value.detail, begin_);
  EXPECT_EQ(value.value, 1u);
  EXPECT_EQ(f_.Lookup(4, 8).kind, RelocKind::kDifference);
}

// The symbol of the value is that of the part added, wherever that stands.
TEST_F(SequenceTest, NumberSubtractedFirst) {
  const uint32_t number = f_.elf.AddSymbol({.value = 7, .special = SHN_ABS});
  f_.a.U32(0).U64(0);
  Record(0, R_RISCV_SUB32, number);
  Record(0, R_RISCV_ADD32, end_, 0x10);
  Record(4, R_RISCV_SUB64, number);
  Record(4, R_RISCV_ADD64, end_, 0x10);
  for (const RelocValue& value : {f_.Lookup(0, 4), f_.Lookup(4, 8)}) {
    EXPECT_EQ(value.kind, RelocKind::kSection);
    EXPECT_EQ(value.symbol, end_);
    EXPECT_EQ(value.section, f_.text_section);
    EXPECT_EQ(value.value, 0x139u);
  }
}

// Where they are in the module's block is known only after the link.
TEST_F(SequenceTest, DifferenceOfTwoUndefinedTlsSymbolsIsNoNumber) {
  const auto undefined_tls = [&] {
    return f_.elf.AddSymbol({.type = STT_TLS});
  };
  const uint32_t a = undefined_tls(), b = undefined_tls();
  f_.a.U32(0).U32(0);
  Record(0, R_RISCV_ADD32, a);
  Record(0, R_RISCV_SUB32, b);
  Record(4, R_RISCV_ADD32, a, 9);
  Record(4, R_RISCV_SUB32, a, 1);
  EXPECT_EQ(f_.Read(0, 4), kBadRecord);
  EXPECT_EQ(f_.Read(4, 4), "0x8");
}

TEST_F(SequenceTest, DifferenceOfOneUndefinedSymbolIsANumber) {
  f_.a.U32(0);
  Record(0, R_RISCV_ADD32, f_.undefined, 9);
  Record(0, R_RISCV_SUB32, f_.undefined, 1);
  EXPECT_EQ(f_.Read(0, 4), "0x8");
}

TEST_F(SequenceTest, DifferenceOfDebugSectionsIsANumber) {
  f_.a.U32(0);
  Record(0, R_RISCV_ADD32, f_.string, 1);
  Record(0, R_RISCV_SUB32, f_.str);
  EXPECT_EQ(f_.Read(0, 4), "0x21");
}

TEST_F(SequenceTest, OneThatAddsOrSetsAlone) {
  f_.a.U32(3).U32(3).U32(3);
  Record(0, R_RISCV_ADD32, f_.string);
  Record(4, R_RISCV_SET32, f_.string);
  Record(8, R_RISCV_SUB32, f_.string);
  EXPECT_EQ(f_.Read(0, 4), "0x23");
  EXPECT_EQ(f_.Read(4, 4), "0x20");
  EXPECT_EQ(f_.Read(8, 4), "0xffffffe3");
}

TEST_F(SequenceTest, SubtractingAPlaceFromNothing) {
  f_.a.U32(0);
  Record(0, R_RISCV_SUB32, begin_);
  EXPECT_EQ(f_.Read(0, 4), kBadRecord);
}

TEST_F(SequenceTest, PartsThatAreNotNeighbours) {
  f_.a.U32(0).U32(0).U16(0);
  Record(0, R_RISCV_ADD32, end_);
  Record(8, R_RISCV_SUB16, begin_);
  Record(4, R_RISCV_32, f_.string);
  Record(8, R_RISCV_ADD16, end_);
  Record(0, R_RISCV_SUB32, begin_);
  EXPECT_EQ(f_.Read(0, 4), "0x30");
  EXPECT_EQ(f_.Read(4, 4), "0x20");
  EXPECT_EQ(f_.Read(8, 2), "0x30");
}

TEST_F(SequenceTest, MarkersBetweenPartsDoNotCount) {
  f_.a.U32(0);
  Record(0, R_RISCV_ADD32, end_);
  Record(0, R_RISCV_RELAX, 0);
  Record(0, R_RISCV_SUB32, begin_);
  Record(0, R_RISCV_NONE, 0);
  EXPECT_EQ(f_.Read(0, 4), "0x30");
}

TEST_F(SequenceTest, WhatMakesNoSenseTogetherIsBad) {
  f_.a.U32(0).U32(0).U32(0).U32(0).U32(0);
  // Two of a sort, of different sizes, one that writes all of it.
  Record(0, R_RISCV_ADD32, end_);
  Record(0, R_RISCV_ADD32, end_);
  Record(4, R_RISCV_ADD32, end_);
  Record(4, R_RISCV_SUB16, begin_);
  Pair(8, R_RISCV_ADD32, R_RISCV_SUB32);
  Record(8, R_RISCV_32, end_);
  Record(12, R_RISCV_ADD32, 999999);
  Record(12, R_RISCV_SUB32, begin_);
  Record(16, R_RISCV_ADD32, f_.tls);
  Record(16, R_RISCV_SUB32, begin_);
  for (const uint64_t offset : {0, 4, 8, 12, 16}) {
    EXPECT_EQ(f_.Read(offset, 4), kBadRecord) << offset;
  }
}

TEST_F(SequenceTest, FieldThatRunsOverTheEnd) {
  f_.a.U16(0);
  Pair(0, R_RISCV_ADD32, R_RISCV_SUB32);
  Pair(1, R_RISCV_ADD16, R_RISCV_SUB16);
  EXPECT_EQ(f_.Read(0, 1), kBadRecord);
  EXPECT_EQ(f_.Read(1, 1), kBadRecord);
}

// R_MSP430_SYM_DIFF says what the next record at its place subtracts.
TEST(SequencePrefixTest, Msp430SymDiff) {
  constexpr uint32_t kAbs32 = 1;
  constexpr uint32_t kAbs16 = 2;
  constexpr uint32_t kSymDiff = 21;
  const Target msp430 = {"Msp430", EM_MSP430, false, ByteOrder::kLittle,
                         true,     kAbs32,    0,     0};
  RelocFixture f(msp430);
  f.a.U32(0).U16(0).U16(0);
  f.elf.Reloc(f.info, {0, kSymDiff, f.text, 4});
  f.elf.Reloc(f.info, {0, kAbs32, f.function, 0});
  f.elf.Reloc(f.info, {4, kSymDiff, f.text, 0x80});
  f.elf.Reloc(f.info, {4, kAbs16, f.function, 0});
  f.elf.Reloc(f.info, {6, kAbs16, f.string, 0});
  EXPECT_EQ(f.Read(0, 4), "0xfc");
  EXPECT_EQ(f.Read(4, 2), "0x80");
  EXPECT_EQ(f.Read(6, 2), "0x20");
}

// The DIFF types leave the assembler's number where it is.
TEST(SequencePrefixTest, AvrDiffIsInPlace) {
  constexpr uint32_t kAvr32 = 1;
  constexpr uint32_t kAvrDiff16 = 31;
  const Target avr = {"Avr", EM_AVR, false, ByteOrder::kLittle,
                      true,  kAvr32, 0,     0};
  RelocFixture f(avr);
  f.a.U16(0x1234).U16(7);
  f.elf.Reloc(f.info, {0, kAvrDiff16, f.function, 0x50});
  EXPECT_EQ(f.Read(0, 2), "0x1234");
  EXPECT_TRUE(f.Lookup(0, 2).has_record);
  EXPECT_FALSE(f.Lookup(2, 2).has_record);
}

// SuperH: RELA records whose addend stands in the section.
TEST(SequencePrefixTest, AddendInPlaceAndInTheRecord) {
  const Target sh = {"Sh", EM_SH,      false, ByteOrder::kLittle,
                     true, R_SH_DIR32, 0,     0};
  RelocFixture f(sh);
  f.a.U32(7).U32(3);
  f.elf.Reloc(f.info, {0, R_SH_DIR32, f.string, 0});
  f.elf.Reloc(f.info, {4, R_SH_DIR32, f.text, 0x10});
  EXPECT_EQ(f.Read(0, 4), "0x27");
  EXPECT_EQ(f.Read(4, 4), "[1]+0x13");
}

// Three types in one record mean nothing in data but for the first.
TEST(SequencePrefixTest, Mips64RecordOfThreeTypes) {
  RelocFixture f(kMips64El);
  f.a.U32(0).U32(0);
  f.elf.Reloc(f.info, {0, R_MIPS_32 | R_MIPS_SUB << 8, f.string, 0});
  f.elf.Reloc(f.info, {4, R_MIPS_32, f.string, 0});
  EXPECT_EQ(f.Read(0, 4), "bad: unsupported relocation type");
  EXPECT_EQ(f.Read(4, 4), "0x20");
}

}  // namespace
}  // namespace dwreloc::internal
