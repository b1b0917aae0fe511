// Tests of reloc/explain: each reason in words.

#include "reloc/explain.h"

#include <elf.h>

#include "gtest/gtest.h"
#include "support/reloc_fixture.h"

namespace dwreloc::internal {
namespace {

TEST(ExplainTest, NamesTypeSymbolAndRule) {
  RelocFixture f(kX86_64);
  f.a.Zeros(72);
  const uint32_t lost =
      f.elf.AddSymbol({.name = "lost", .special = 0xfe00, .type = STT_FUNC});
  f.elf.Reloc(f.info, {0, R_X86_64_32, 9999, 0});
  f.elf.Reloc(f.info, {8, R_X86_64_32, lost, 0});
  f.elf.Reloc(f.info, {16, R_X86_64_64, f.text, 0});
  f.elf.Reloc(f.info, {20, R_X86_64_32, f.text, 0});
  f.elf.Reloc(f.info, {32, R_X86_64_GOTOFF64, f.function, 0x18});
  f.elf.Reloc(f.info, {40, R_X86_64_PC32, f.text, 0});
  f.elf.Reloc(f.info, {48, 222, f.text, 0});
  f.elf.Reloc(f.info, {56, R_X86_64_PLT32, f.text, 0});
  f.elf.Reloc(f.info, {69, R_X86_64_32, f.text, 0});
  const auto why = [&](uint64_t offset, int width) {
    const RelocValue value = f.Lookup(offset, width);
    return WhyNoNumber(f.Open().context(), value);
  };
  const std::string count = std::to_string(f.Open().symbols().count());
  EXPECT_EQ(why(0, 4),
            "invalid relocation record R_X86_64_32: its symbol index 9999 is "
            "beyond the symbol table of " +
                count);
  EXPECT_EQ(why(8, 4),
            "invalid relocation record R_X86_64_32: its symbol lost is in "
            "section 65024, which the file does not have");
  EXPECT_EQ(why(16, 8),
            "invalid relocation record R_X86_64_64: overlaps the record at "
            "0x14");
  EXPECT_EQ(why(20, 4),
            "invalid relocation record R_X86_64_32: overlaps the record at "
            "0x10");
  EXPECT_EQ(why(32, 8),
            "relocation R_X86_64_GOTOFF64 against function+0x18 counts from "
            "the GOT, which an unlinked file does not have");
  EXPECT_EQ(why(40, 4),
            "unsupported relocation type R_X86_64_PC32: it counts from its own "
            "place, and the value does not");
  EXPECT_EQ(why(48, 4), "unsupported relocation type 222");
  EXPECT_EQ(why(56, 4), "unsupported relocation type R_X86_64_PLT32");
  EXPECT_EQ(why(69, 2),
            "invalid relocation record R_X86_64_32: its field ends beyond the "
            "section");
}

TEST(ExplainTest, TextOfValues) {
  RelocFixture f(kX86_64);
  f.a.Address(f.text, 0x10)
      .Address(f.function, 0)
      .Address(f.function, -8)
      .Address(f.undefined, 0)
      .Address(f.undefined, 0x18)
      .Zeros(8);
  f.a.Reloc(8, R_X86_64_DTPOFF64, f.tls, 4);
  f.a.Reloc(8, R_X86_64_DTPOFF64, f.undefined, 4);
  f.elf.Reloc(f.info, {40, 222, f.text, 0});
  const auto text = [&](uint64_t offset) {
    const RelocValue value = f.Lookup(offset, 8);
    return ValueText(f.Open().context(), value);
  };
  EXPECT_EQ(text(0), ".text+0x10");
  EXPECT_EQ(text(8), "function");
  EXPECT_EQ(text(16), "function-0x8");
  EXPECT_EQ(text(24), "printk");
  EXPECT_EQ(text(32), "printk+0x18");
  EXPECT_EQ(text(40), "<unsupported relocation type 222>");
  EXPECT_EQ(text(48), "counter+0x4");
  EXPECT_EQ(text(56), "printk+0x4");
  EXPECT_EQ(ValueText(f.Open().context(), RelocValue::Constant(0x1f)), "0x1f");
  EXPECT_EQ(ValueText(f.Open().context(), RelocValue::Constant(0)), "0x0");
  RelocValue difference = f.Lookup(32, 8);
  difference.kind = RelocKind::kDifference;
  difference.detail = f.function;
  EXPECT_EQ(ValueText(f.Open().context(), difference), "printk+0x18-function");
  difference.value = 0;
  EXPECT_EQ(ValueText(f.Open().context(), difference), "printk-function");
}

TEST(ExplainTest, ValuesThatAreNoNumbers) {
  RelocFixture f(kX86_64);
  f.a.Address(f.function, 8).Address(f.undefined, 0);
  f.a.Reloc(8, R_X86_64_DTPOFF64, f.tls, 0);
  const auto why = [&](uint64_t offset) {
    const RelocValue value = f.Lookup(offset, 8);
    return WhyNoNumber(f.Open().context(), value);
  };
  EXPECT_EQ(why(0), "value requires relocation: it counts in [1] .text");
  EXPECT_EQ(
      why(8),
      "value requires relocation: it counts from printk, which the file does "
      "not define");
  EXPECT_EQ(why(16),
            "value requires relocation: it counts in thread-local storage, "
            "from counter");
  RelocValue difference = f.Lookup(8, 8);
  difference.kind = RelocKind::kDifference;
  EXPECT_EQ(WhyNoNumber(f.Open().context(), difference),
            "value requires relocation: it is a difference that linking "
            "decides");
}

TEST(ExplainTest, FailuresOfThemKeepCodeTypeAndSymbol) {
  RelocFixture f(kX86_64);
  f.a.Address(f.undefined, 0).Reloc(8, R_X86_64_PLT32, f.function, 0);
  const auto failure = [&](uint64_t offset) {
    return NoNumber(f.Open().context(), f.Lookup(offset, 8));
  };
  EXPECT_EQ(GetDetail(failure(0)).code, ErrorCode::kNeedsRelocation);
  EXPECT_EQ(GetDetail(failure(0)).symbol, f.undefined);
  EXPECT_EQ(GetDetail(failure(0)).reloc_type, 0u);
  EXPECT_EQ(GetDetail(failure(8)).code, ErrorCode::kRelocType);
  EXPECT_EQ(GetDetail(failure(8)).symbol, f.function);
  EXPECT_EQ(GetDetail(failure(8)).reloc_type, uint32_t{R_X86_64_PLT32});
  EXPECT_EQ(failure(8).message(),
            WhyNoNumber(f.Open().context(), f.Lookup(8, 8)));
}

TEST(ExplainTest, UnknownMachineIsNamed) {
  Target target = kX86_64;
  target.e_machine = EM_Z80;
  RelocFixture f(target);
  f.a.Offset(4, f.str, 1);
  const RelocValue value = f.Lookup(0, 4);
  EXPECT_EQ(WhyNoNumber(f.Open().context(), value),
            "unsupported relocation type 10 of machine EM_Z80");
}

TEST(ExplainTest, Diagnostics) {
  const Machine* machine = FindMachine(EM_X86_64, true);
  EXPECT_EQ(DescribeDiagnostic(
                machine, RelocDiagnostic{.code = ErrorCode::kOk, .type = 10}),
            "duplicate relocation record 10 (R_X86_64_32)");
  EXPECT_EQ(DescribeDiagnostic(machine, {.code = ErrorCode::kBadReloc,
                                         .fault = RelocFault::kOverlap,
                                         .type = 1}),
            "invalid relocation record 1 (R_X86_64_64): overlaps another "
            "record");
  EXPECT_EQ(DescribeDiagnostic(machine, {.code = ErrorCode::kRelocType,
                                         .fault = RelocFault::kFromGot,
                                         .type = R_X86_64_GOTOFF64}),
            "relocation 25 (R_X86_64_GOTOFF64) counts from the GOT, which an "
            "unlinked file does not have");
  EXPECT_EQ(
      DescribeDiagnostic(machine, {.code = ErrorCode::kRelocType, .type = 222}),
      "unsupported relocation type 222");
}

}  // namespace
}  // namespace dwreloc::internal
