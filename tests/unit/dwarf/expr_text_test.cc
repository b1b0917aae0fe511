// dwarf/lists/expr_text: operations as text.

#include "dwarf/lists/expr_text.h"

#include <gtest/gtest.h>

#include <functional>
#include <string>

#include "dwarf/constants.h"
#include "support/dwarf_file.h"

namespace dwreloc::internal {
namespace {

class ExprTextTest : public testing::Test {
 protected:
  // What `body` writes, as text; the error goes to status_.
  std::string Text(const std::function<void(Assembler&)>& body,
                   const Target& target = kX86_64) {
    ElfBuilder elf(target);
    DwarfBuilder dwarf(&elf, {.address_size = 8, .version = 5});
    bss_ = elf.SectionSymbol(
        elf.Add({.name = ".bss", .flags = SHF_ALLOC, .contents = Zeros(64)}));
    symbol_ = elf.AddSymbol({.name = "other"});
    dwarf.Abbrev(1, DW_TAG_compile_unit, false, {}).EndAbbrevs();
    dwarf.Unit({}, [](DieWriter& die) { die.Die(1); });
    Assembler out(target);
    body(out);
    const uint32_t index = elf.Add(".debug_loc", out);
    const DwarfFile file(dwarf);
    const SectionView& view = *file.sections().View(index);
    std::string text;
    status_ = ExpressionText({.sections = file.sections(),
                              .unit = &file.unit(),
                              .encoding = file.unit().encoding(),
                              .view = view,
                              .offset = 0,
                              .size = out.offset()},
                             &text);
    return text;
  }

  uint32_t bss_ = 0;
  uint32_t symbol_ = 0;
  absl::Status status_;
};

TEST_F(ExprTextTest, RegistersAndNumbers) {
  EXPECT_EQ(Text([](Assembler& o) {
              o.U8(DW_OP_fbreg).Sleb(-20).U8(DW_OP_breg7).Sleb(8);
              o.U8(DW_OP_breg7).Sleb(0).U8(DW_OP_reg5).U8(DW_OP_lit3);
            }),
            "DW_OP_fbreg -20, DW_OP_breg7 rsp+8, DW_OP_breg7 rsp+0, "
            "DW_OP_reg5 rdi, DW_OP_lit3");
  EXPECT_EQ(Text([](Assembler& o) {
              o.U8(DW_OP_regx).Uleb(67).U8(DW_OP_regx).Uleb(1000);
              o.U8(DW_OP_bregx).Uleb(6).Sleb(-16);
              o.U8(DW_OP_regval_type).Uleb(17).Uleb(0x2a);
              o.U8(DW_OP_convert).Uleb(0x2a).U8(DW_OP_piece).Uleb(4);
              o.U8(DW_OP_const1s).U8(0xfe).U8(DW_OP_const1u).U8(0xfe);
              o.U8(DW_OP_bit_piece).Uleb(3).Uleb(5);
            }),
            "DW_OP_regx xmm16, DW_OP_regx 1000, DW_OP_bregx rbp-16, "
            "DW_OP_regval_type xmm0 0x2a, DW_OP_convert 0x2a, DW_OP_piece 4, "
            "DW_OP_const1s -2, DW_OP_const1u 254, DW_OP_bit_piece 3 5");
  EXPECT_EQ(Text([](Assembler&) {}), "");
  EXPECT_THAT(status_, IsOk());
}

TEST_F(ExprTextTest, AddressesKeepWhatTheyCountFrom) {
  EXPECT_EQ(Text([this](Assembler& o) {
              o.U8(DW_OP_addr).Address(bss_, 0x10);
              o.U8(DW_OP_addr).Address(symbol_, 0);
              o.U8(DW_OP_addr).Address(symbol_, -8);
              o.U8(DW_OP_addr).U64(0x1234);
            }),
            "DW_OP_addr .bss+0x10, DW_OP_addr other, DW_OP_addr other-0x8, "
            "DW_OP_addr 0x1234");
  EXPECT_THAT(status_, IsOk());
}

TEST_F(ExprTextTest, ExpressionsAndBytesInside) {
  EXPECT_EQ(Text([](Assembler& o) {
              o.U8(DW_OP_entry_value).Block([](Assembler& inner) {
                inner.U8(DW_OP_reg5);
              });
              o.U8(DW_OP_stack_value).U8(DW_OP_implicit_value).Uleb(2);
              o.U8(0xab).U8(1);
            }),
            "DW_OP_entry_value(DW_OP_reg5 rdi), DW_OP_stack_value, "
            "DW_OP_implicit_value <2> ab 01");
  EXPECT_THAT(status_, IsOk());
}

TEST_F(ExprTextTest, ErrorLeavesWhatComesBefore) {
  EXPECT_EQ(Text([](Assembler& o) { o.U8(DW_OP_lit1).U8(DW_OP_addr).U8(1); }),
            "DW_OP_lit1");
  EXPECT_THAT(status_, FailsWith(ErrorCode::kTruncated, ""));
}

}  // namespace
}  // namespace dwreloc::internal
