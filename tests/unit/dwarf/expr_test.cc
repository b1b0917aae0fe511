// dwarf/lists/expr: every operation of DWARF 5 table 7.9 and of GNU with its
// operands, relocated ones, and expressions cut short.

#include "dwarf/lists/expr.h"

#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

#include "dwarf/constants.h"
#include "dwarf/lists/expr_operands.h"
#include "support/dwarf_file.h"

namespace dwreloc::internal {
namespace {

// An expression as a section of its own, and a unit of an encoding.
class Expression {
 public:
  explicit Expression(const Target& target = kX86_64, Encoding encoding = {})
      : elf_(target), dwarf_(&elf_, encoding), out(target) {}

  uint32_t text() const { return text_; }
  uint32_t text_symbol() { return elf_.SectionSymbol(text_); }
  uint32_t info_symbol() { return dwarf_.SectionSymbol(".debug_info"); }
  ElfBuilder& elf() { return elf_; }

  // Reads `out`; the status of the end goes to *status, if that is given.
  std::vector<Operation> Read(absl::Status* status = nullptr) {
    if (file_ == nullptr) Open();
    ExpressionReader reader(file_->unit(), *view_, 0, out.offset());
    std::vector<Operation> operations;
    Operation operation;
    while (reader.Next(&operation)) {
      operations.push_back(operation);
      ExpectOperandsFill(operation);
    }
    if (status != nullptr) {
      *status = reader.status();
    } else {
      EXPECT_THAT(reader.status(), IsOk());
    }
    return operations;
  }
  Operation One() {
    const std::vector<Operation> operations = Read();
    EXPECT_EQ(operations.size(), 1u);
    return operations.empty() ? Operation() : operations[0];
  }
  const DwarfFile& file() const { return *file_; }
  const SectionView& view() const { return *view_; }
  DwarfBuilder& dwarf() { return dwarf_; }

 private:
  // Operands lie one after the other between the opcode and the end, and hold
  // the operation's numbers.
  void ExpectOperandsFill(const Operation& operation) const {
    const OperationOperands found =
        OperandsOf(*view_, file_->unit().encoding(), operation);
    const uint64_t end = operation.offset + operation.size;
    uint64_t at = operation.operand_offset;
    const bool is_encoded = operation.atom == DW_OP_GNU_encoded_addr;
    for (int i = 0; i < found.count; ++i) {
      const RawOperand& operand = found.operands[i];
      if (is_encoded && i == 1) {
        EXPECT_EQ(operand.offset, operation.offset + 1);
        EXPECT_EQ(operand.size, 1u);
        continue;
      }
      if (!is_encoded) {
        EXPECT_EQ(operand.offset, at) << OpName(operation.atom);
      }
      at = operand.offset + operand.size;
      if (operand.encoding == OperandEncoding::kBytes) continue;
      EXPECT_EQ(operand.value.value,
                i == 0 ? operation.number : operation.number2);
      if (is_encoded || !operand.value.is_constant()) continue;
      EXPECT_EQ(operand.encoding == OperandEncoding::kSigned ||
                    operand.encoding == OperandEncoding::kSleb,
                (operation.is_signed >> i & 1) != 0)
          << OpName(operation.atom) << " " << i;
    }
    EXPECT_EQ(at, end) << OpName(operation.atom);
    if (!operation.has_block && operation.atom != DW_OP_LLVM_user) {
      EXPECT_EQ(found.count, operation.operand_count) << OpName(operation.atom);
    }
  }

  void Open() {
    dwarf_.Abbrev(1, DW_TAG_compile_unit, false, {}).EndAbbrevs();
    dwarf_.Unit({}, [](DieWriter& die) { die.Die(1); });
    const uint32_t index = elf_.Add(".debug_loc", out);
    file_ = std::make_unique<DwarfFile>(dwarf_);
    view_ = &*file_->sections().View(index);
  }

  ElfBuilder elf_;
  DwarfBuilder dwarf_;
  const uint32_t text_ =
      elf_.Add({.name = ".text", .flags = SHF_ALLOC, .contents = Zeros(256)});
  std::unique_ptr<DwarfFile> file_;
  const SectionView* view_ = nullptr;

 public:
  Assembler out;
};

// One operation: its operands' bytes (little-endian) and what they mean.
struct Case {
  uint8_t op;
  std::vector<uint8_t> operands;
  uint8_t count = 0;
  uint64_t number = 0;
  uint64_t number2 = 0;
  uint8_t is_signed = 0;
  int block = -1;  // its size
};

constexpr uint64_t Minus(uint64_t value) { return uint64_t{0} - value; }

const Case kCases[] = {
    {DW_OP_addr, {1, 2, 3, 4, 5, 6, 7, 8}, 1, 0x0807060504030201},
    {DW_OP_const1u, {0xfe}, 1, 0xfe},
    {DW_OP_const1s, {0xfe}, 1, Minus(2), 0, 1},
    {DW_OP_const2u, {0xfe, 0xff}, 1, 0xfffe},
    {DW_OP_const2s, {0xfe, 0xff}, 1, Minus(2), 0, 1},
    {DW_OP_const4u, {0xfe, 0xff, 0xff, 0xff}, 1, 0xfffffffe},
    {DW_OP_const4s, {0xfe, 0xff, 0xff, 0xff}, 1, Minus(2), 0, 1},
    {DW_OP_const8u, {1, 0, 0, 0, 0, 0, 0, 0x80}, 1, 0x8000000000000001},
    {DW_OP_const8s, {1, 0, 0, 0, 0, 0, 0, 0x80}, 1, 0x8000000000000001, 0, 1},
    {DW_OP_constu, {0xe5, 0x8e, 0x26}, 1, 624485},
    {DW_OP_consts, {0xc0, 0xbb, 0x78}, 1, Minus(123456), 0, 1},
    {DW_OP_pick, {3}, 1, 3},
    {DW_OP_plus_uconst, {0x80, 1}, 1, 128},
    {DW_OP_bra, {0xfd, 0xff}, 1, Minus(3), 0, 1},
    {DW_OP_skip, {3, 0}, 1, 3, 0, 1},
    {DW_OP_regx, {0x90, 1}, 1, 144},
    {DW_OP_fbreg, {0x70}, 1, Minus(16), 0, 1},
    {DW_OP_bregx, {0x90, 1, 0x7f}, 2, 144, Minus(1), 2},
    {DW_OP_breg0, {0x08}, 1, 8, 0, 1},
    {DW_OP_breg31, {0x78}, 1, Minus(8), 0, 1},
    {DW_OP_piece, {0x88, 1}, 1, 136},
    {DW_OP_deref_size, {4}, 1, 4},
    {DW_OP_xderef_size, {2}, 1, 2},
    {DW_OP_call2, {0x34, 0x12}, 1, 0x1234},
    {DW_OP_call4, {0x78, 0x56, 0x34, 0x12}, 1, 0x12345678},
    {DW_OP_call_ref, {4, 3, 2, 1}, 1, 0x01020304},
    {DW_OP_bit_piece, {0x81, 1, 7}, 2, 129, 7},
    {DW_OP_implicit_value, {3, 9, 8, 7}, 1, 3, 0, 0, 3},
    {DW_OP_implicit_pointer, {4, 3, 2, 1, 0x7e}, 2, 0x01020304, Minus(2), 2},
    {DW_OP_WASM_location, {0, 0x81, 1}, 2, 0, 129},
    {DW_OP_WASM_location, {3, 4, 3, 2, 1}, 2, 3, 0x01020304},
    {DW_OP_addrx, {0x80, 1}, 1, 128},
    {DW_OP_constx, {0x80, 1}, 1, 128},
    {DW_OP_entry_value, {1, DW_OP_reg5}, 1, 1, 0, 0, 1},
    {DW_OP_const_type, {0x80, 1, 2, 0xaa, 0xbb}, 2, 128, 2, 0, 2},
    {DW_OP_regval_type, {17, 0x80, 1}, 2, 17, 128},
    {DW_OP_deref_type, {8, 0x80, 1}, 2, 8, 128},
    {DW_OP_xderef_type, {8, 0x80, 1}, 2, 8, 128},
    {DW_OP_convert, {0x80, 1}, 1, 128},
    {DW_OP_reinterpret, {0x80, 1}, 1, 128},
    {DW_OP_GNU_implicit_pointer, {4, 3, 2, 1, 2}, 2, 0x01020304, 2, 2},
    {DW_OP_GNU_entry_value, {2, DW_OP_breg7, 0}, 1, 2, 0, 0, 2},
    {DW_OP_GNU_const_type, {5, 1, 0xaa}, 2, 5, 1, 0, 1},
    {DW_OP_GNU_regval_type, {17, 5}, 2, 17, 5},
    {DW_OP_GNU_deref_type, {8, 5}, 2, 8, 5},
    {DW_OP_GNU_convert, {0}, 1, 0},
    {DW_OP_GNU_reinterpret, {5}, 1, 5},
    {DW_OP_GNU_parameter_ref, {4, 3, 2, 1}, 1, 0x01020304},
    {DW_OP_GNU_addr_index, {6}, 1, 6},
    {DW_OP_GNU_const_index, {6}, 1, 6},
    {DW_OP_GNU_variable_value, {4, 3, 2, 1}, 1, 0x01020304},
};

// Operations without operands.
const uint8_t kPlain[] = {DW_OP_deref,
                          DW_OP_dup,
                          DW_OP_drop,
                          DW_OP_over,
                          DW_OP_swap,
                          DW_OP_rot,
                          DW_OP_xderef,
                          DW_OP_abs,
                          DW_OP_and,
                          DW_OP_div,
                          DW_OP_minus,
                          DW_OP_mod,
                          DW_OP_mul,
                          DW_OP_neg,
                          DW_OP_not,
                          DW_OP_or,
                          DW_OP_plus,
                          DW_OP_shl,
                          DW_OP_shr,
                          DW_OP_shra,
                          DW_OP_xor,
                          DW_OP_eq,
                          DW_OP_ge,
                          DW_OP_gt,
                          DW_OP_le,
                          DW_OP_lt,
                          DW_OP_ne,
                          DW_OP_nop,
                          DW_OP_push_object_address,
                          DW_OP_form_tls_address,
                          DW_OP_call_frame_cfa,
                          DW_OP_stack_value,
                          DW_OP_GNU_push_tls_address,
                          DW_OP_GNU_uninit};

TEST(ExprTest, EveryOperationWithItsOperands) {
  for (const Case& test : kCases) {
    SCOPED_TRACE(OpName(test.op));
    Expression expression;
    expression.out.U8(DW_OP_lit3).U8(test.op).Raw(test.operands);
    expression.out.U8(DW_OP_nop);
    const std::vector<Operation> operations = expression.Read();
    ASSERT_EQ(operations.size(), 3u);
    const Operation& operation = operations[1];
    EXPECT_EQ(operation.atom, test.op);
    EXPECT_EQ(operation.offset, 1u);
    EXPECT_EQ(operation.operand_offset, 2u);
    EXPECT_EQ(operation.size, 1 + test.operands.size());
    EXPECT_EQ(operation.operand_count, test.count);
    EXPECT_EQ(operation.number, test.number);
    EXPECT_EQ(operation.number2, test.number2);
    EXPECT_EQ(operation.is_signed, test.is_signed);
    EXPECT_EQ(operation.has_block, test.block >= 0);
    if (test.block >= 0) {
      EXPECT_EQ(operation.block_size, static_cast<uint64_t>(test.block));
      EXPECT_EQ(operation.block_offset,
                2 + test.operands.size() - operation.block_size);
    }
    EXPECT_EQ(operation.is_index, test.op == DW_OP_addrx ||
                                      test.op == DW_OP_constx ||
                                      test.op == DW_OP_GNU_addr_index ||
                                      test.op == DW_OP_GNU_const_index);
    if (operation.is_relocatable) {
      EXPECT_THAT(operation.value, IsNumber(test.number));
    }
    EXPECT_EQ(operations[2].atom, DW_OP_nop);
  }
}

TEST(ExprTest, OperationsWithoutOperands) {
  Expression expression;
  std::vector<uint8_t> all(std::begin(kPlain), std::end(kPlain));
  for (int op = DW_OP_lit0; op <= DW_OP_reg31; ++op) {
    all.push_back(static_cast<uint8_t>(op));
  }
  expression.out.Raw(all);
  const std::vector<Operation> operations = expression.Read();
  ASSERT_EQ(operations.size(), all.size());
  for (size_t i = 0; i < all.size(); ++i) {
    EXPECT_EQ(operations[i].atom, all[i]);
    EXPECT_EQ(operations[i].offset, i);
    EXPECT_EQ(operations[i].size, 1u);
    EXPECT_EQ(operations[i].operand_count, 0);
    EXPECT_FALSE(operations[i].is_relocatable);
  }
}

// Together the two lists above are all there is.
TEST(ExprTest, EveryNamedOperationIsReadAndNoOther) {
  for (int op = 0; op <= 0xff; ++op) {
    Expression expression;
    expression.out.U8(static_cast<uint64_t>(op)).Zeros(16);
    absl::Status status;
    const std::vector<Operation> operations = expression.Read(&status);
    // Of LLVM's, 0 is none; the other one is AArch64's.
    const bool is_known = OpName(static_cast<uint64_t>(op)) != nullptr &&
                          op != DW_OP_LLVM_user &&
                          op != DW_OP_AARCH64_operation;
    if (is_known) {
      ASSERT_FALSE(operations.empty()) << op;
      EXPECT_EQ(operations[0].atom, op);
    } else {
      EXPECT_TRUE(operations.empty()) << op;
      EXPECT_THAT(status,
                  FailsWith(ErrorCode::kUnsupported, "unknown operation 0x"));
      EXPECT_EQ(GetDetail(status).offset, 0u);
    }
  }
}

TEST(ExprTest, UnknownOperationEndsReadingWithItsPlace) {
  Expression expression;
  expression.out.U8(DW_OP_lit0).U8(0xec).U8(DW_OP_lit1);
  absl::Status status;
  EXPECT_EQ(expression.Read(&status).size(), 1u);
  EXPECT_THAT(status, FailsWith(ErrorCode::kUnsupported, "0xec"));
  EXPECT_EQ(GetDetail(status).offset, 1u);
}

TEST(ExprTest, EveryOperationTruncatedAtEveryByte) {
  for (const Case& test : kCases) {
    SCOPED_TRACE(OpName(test.op));
    for (size_t size = 0; size < test.operands.size(); ++size) {
      Expression expression;
      expression.out.U8(test.op).Raw(Bytes(test.operands.data(), size));
      absl::Status status;
      EXPECT_TRUE(expression.Read(&status).empty());
      EXPECT_THAT(status, FailsWith(ErrorCode::kTruncated, ""));
    }
  }
}

TEST(ExprTest, EmptyExpression) {
  Expression expression;
  expression.out.Zeros(0);
  EXPECT_TRUE(expression.Read().empty());
}

TEST(ExprTest, ExpressionEndsWhereItSaysNotWithTheSection) {
  Expression expression;
  expression.out.U8(DW_OP_lit0).U8(DW_OP_const2u).U8(1).U8(2);
  expression.Read();
  ExpressionReader cut(expression.file().unit(), expression.view(), 0, 3);
  Operation operation;
  EXPECT_TRUE(cut.Next(&operation));
  EXPECT_FALSE(cut.Next(&operation));
  EXPECT_THAT(cut.status(), FailsWith(ErrorCode::kTruncated, ""));
  ExpressionReader part(expression.file().unit(), expression.view(), 1, 3);
  EXPECT_TRUE(part.Next(&operation));
  EXPECT_EQ(operation.offset, 0u);
  EXPECT_EQ(operation.operand_offset, 2u);
  EXPECT_EQ(operation.number, 0x0201u);
}

TEST(ExprTest, BoundsOutsideTheSectionAreHarmless) {
  Expression expression;
  expression.out.U8(DW_OP_lit0);
  expression.Read();
  Operation operation;
  for (const uint64_t offset : {uint64_t{1}, uint64_t{2}, UINT64_MAX}) {
    for (const uint64_t size : {uint64_t{1}, UINT64_MAX}) {
      ExpressionReader reader(expression.file().unit(), expression.view(),
                              offset, size);
      EXPECT_FALSE(reader.Next(&operation));
    }
  }
}

TEST(ExprTest, HugeBlocksAreTruncatedNotWrapped) {
  for (const uint8_t op : {DW_OP_implicit_value, DW_OP_entry_value}) {
    Expression expression;
    expression.out.U8(op).Uleb(UINT64_MAX).Zeros(32);
    absl::Status status;
    EXPECT_TRUE(expression.Read(&status).empty());
    EXPECT_THAT(status, FailsWith(ErrorCode::kTruncated, ""));
  }
}

TEST(ExprTest, AddressesOnEveryMachine) {
  ForEachEncoding([](const Target& target, Encoding encoding) {
    Expression expression(target, encoding);
    const uint32_t away =
        expression.elf().AddSymbol({.name = "away", .binding = STB_GLOBAL});
    expression.out.U8(DW_OP_addr).Address(expression.text_symbol(), 0x20);
    expression.out.U8(DW_OP_addr).Address(away, 4);
    expression.out.U8(DW_OP_const4u).Offset(4, expression.text_symbol(), 8);
    if (target.abs64 != 0) {
      expression.out.U8(DW_OP_const8u).Offset(8, away, 0);
    }
    const std::vector<Operation> operations = expression.Read();
    ASSERT_EQ(operations.size(), target.abs64 != 0 ? 4u : 3u);
    const auto value = [&](size_t i) {
      return OperandValue(&expression.file().unit(), operations[i]).value();
    };
    EXPECT_THAT(value(0), InSection(expression.text(), 0x20));
    EXPECT_EQ(operations[0].size,
              1u + static_cast<uint64_t>(target.address_size()));
    EXPECT_THAT(value(1), IsUndefined(away, 4));
    EXPECT_THAT(value(2), InSection(expression.text(), 8));
    if (target.abs64 != 0) {
      EXPECT_THAT(value(3), IsUndefined(away, 0));
    }
  });
}

// The same operand against .debug_info: from DWARF 3 on an offset, in DWARF 2
// an address by size.
TEST(ExprTest, DieReferencesFollowVersionAndFormat) {
  ForEachEncoding([](const Target& target, Encoding encoding) {
    const uint64_t width = static_cast<uint64_t>(
        encoding.version == 2 ? target.address_size() : encoding.offset_size());
    if (width == 8 && target.abs64 == 0) return;
    for (const uint8_t op :
         {DW_OP_call_ref, DW_OP_GNU_variable_value, DW_OP_implicit_pointer,
          DW_OP_GNU_implicit_pointer}) {
      SCOPED_TRACE(OpName(op));
      Expression expression(target, encoding);
      expression.out.U8(op).Offset(static_cast<int>(width),
                                   expression.info_symbol(), 0xb);
      const bool is_pointer =
          op == DW_OP_implicit_pointer || op == DW_OP_GNU_implicit_pointer;
      if (is_pointer) expression.out.Sleb(-4);
      const Operation operation = expression.One();
      EXPECT_THAT(operation.value, IsNumber(0xb));
      EXPECT_TRUE(operation.value.has_record);
      EXPECT_EQ(operation.number, 0xbu);
      EXPECT_EQ(operation.size, 1 + width + (is_pointer ? 1 : 0));
      EXPECT_EQ(static_cast<int64_t>(operation.number2), is_pointer ? -4 : 0);
    }
  });
}

// gcc: R_X86_64_DTPOFF32 under the 8 bytes of const8u; clang: DTPOFF64.
TEST(ExprTest, TlsOffsetUnderConst8u) {
  for (const uint32_t type : {R_X86_64_DTPOFF32, R_X86_64_DTPOFF64}) {
    Expression expression;
    const uint32_t tdata = expression.elf().Add({.name = ".tdata",
                                                 .flags = SHF_ALLOC | SHF_TLS,
                                                 .contents = Zeros(64)});
    const uint32_t symbol = expression.elf().AddSymbol(
        {.name = "counter", .value = 16, .section = tdata, .type = STT_TLS});
    expression.out.U8(DW_OP_const8u);
    if (type == R_X86_64_DTPOFF32) {
      expression.out.Reloc(4, type, symbol, 4).U32(0);
    } else {
      expression.out.Reloc(8, type, symbol, 4);
    }
    expression.out.U8(DW_OP_GNU_push_tls_address);
    const std::vector<Operation> operations = expression.Read();
    ASSERT_EQ(operations.size(), 2u);
    EXPECT_THAT(operations[0].value, IsTls(20));
    EXPECT_EQ(operations[0].value.symbol, symbol);
  }
}

TEST(ExprTest, SignedConstantsKeepTheirSignUnderARecord) {
  Expression expression;
  const uint32_t absolute =
      expression.elf().AddSymbol({.name = "minus_two",
                                  .value = static_cast<uint64_t>(-2),
                                  .special = SHN_ABS});
  expression.out.U8(DW_OP_const4s).Reloc(4, R_X86_64_32S, absolute, 0);
  const Operation operation = expression.One();
  EXPECT_TRUE(operation.value.has_record);
  EXPECT_EQ(static_cast<int64_t>(operation.number), -2);
  EXPECT_EQ(operation.is_signed, 1);
}

// On machines of 16 bits these are addresses.
TEST(ExprTest, SmallConstantsAreRelocatedWhereARecordStands) {
  Expression expression;
  expression.out.U8(DW_OP_const2u);
  expression.out.Reloc(2, R_X86_64_16, expression.text_symbol(), 3);
  expression.out.U8(DW_OP_const2u).U16(0x1234);
  expression.out.U8(DW_OP_const1s);
  expression.out.Reloc(1, R_X86_64_GOTPCREL, expression.text_symbol(), 3);
  const std::vector<Operation> operations = expression.Read();
  ASSERT_EQ(operations.size(), 3u);
  EXPECT_TRUE(operations[0].is_relocatable);
  EXPECT_THAT(operations[0].value, InSection(expression.text(), 3));
  EXPECT_FALSE(operations[1].is_relocatable);
  EXPECT_EQ(operations[1].number, 0x1234u);
  EXPECT_TRUE(operations[2].is_relocatable);
  EXPECT_THAT(operations[2].value, IsBadWith(ErrorCode::kRelocType));
}

TEST(ExprTest, UnsupportedRelocationSpoilsItsOperandAlone) {
  Expression expression;
  expression.out.U8(DW_OP_addr);
  expression.out.Reloc(8, R_X86_64_GOT64, expression.text_symbol(), 0);
  expression.out.U8(DW_OP_addr).Address(expression.text_symbol(), 1);
  const std::vector<Operation> operations = expression.Read();
  ASSERT_EQ(operations.size(), 2u);
  EXPECT_THAT(operations[0].value, IsBadWith(ErrorCode::kRelocType));
  EXPECT_EQ(operations[0].value.detail, uint32_t{R_X86_64_GOT64});
  EXPECT_THAT(operations[1].value, InSection(expression.text(), 1));
}

TEST(ExprTest, RelocationThatTouchesHalfAnOperandIsBad) {
  Expression expression;
  expression.out.U8(DW_OP_addr).U32(0);
  expression.out.Reloc(4, R_X86_64_32, expression.text_symbol(), 0);
  EXPECT_THAT(expression.One().value, IsBadWith(ErrorCode::kBadReloc));
}

TEST(ExprTest, IndicesAreLookedUpInDebugAddr) {
  Expression expression;
  DwarfBuilder& dwarf = expression.dwarf();
  dwarf.AddrTable({{expression.text_symbol(), 0x50}});
  for (const uint8_t op : {DW_OP_addrx, DW_OP_constx, DW_OP_GNU_addr_index,
                           DW_OP_GNU_const_index}) {
    expression.out.U8(op).Uleb(0);
  }
  expression.out.U8(DW_OP_addrx).Uleb(1);
  expression.out.U8(DW_OP_reg0);
  const std::vector<Operation> operations = expression.Read();
  ASSERT_EQ(operations.size(), 6u);
  const Unit& unit = expression.file().unit();
  for (size_t i = 0; i < 4; ++i) {
    EXPECT_THAT(OperandValue(&unit, operations[i]).value(),
                InSection(expression.text(), 0x50));
  }
  EXPECT_THAT(OperandValue(&unit, operations[4]),
              FailsWith(ErrorCode::kBadDwarf, "address index 1"));
  EXPECT_THAT(OperandValue(&unit, operations[5]),
              FailsWith(ErrorCode::kWrongForm, ""));
}

// golang/go#46698.
TEST(ExprTest, RecordsOfALinkedFileAreNotApplied) {
  ElfBuilder elf(kX86_64, ET_DYN);
  const uint32_t text = elf.Add({.name = ".text",
                                 .flags = SHF_ALLOC,
                                 .addr = 0x1000,
                                 .contents = Zeros(16)});
  DwarfBuilder dwarf(&elf, {});
  dwarf.Abbrev(1, DW_TAG_variable, false, {{DW_AT_location, DW_FORM_exprloc}})
      .EndAbbrevs();
  dwarf.Unit({}, [](DieWriter& die) {
    die.Die(1).Exprloc([](Assembler& out) { out.U8(DW_OP_addr).U64(0x1008); });
  });
  const uint64_t at = dwarf.Section(".debug_info").offset() - 8;
  elf.Reloc(dwarf.SectionIndex(".debug_info"),
            {at, R_X86_64_64, elf.SectionSymbol(text), 8});
  const DwarfFile file(dwarf);
  const Attribute location = file.attribute(DW_AT_location);
  ExpressionReader reader(file.unit(), file.unit().view(), location.data,
                          location.value);
  Operation operation;
  ASSERT_TRUE(reader.Next(&operation));
  EXPECT_THAT(operation.value, IsNumber(0x1008));
}

TEST(ExprTest, OperationsOfLlvmUser) {
  const struct {
    uint64_t operation;
    std::vector<uint8_t> operands;
    uint8_t count;
    uint64_t number;
    uint64_t number2;
    uint8_t is_signed;
  } cases[] = {
      {DW_OP_LLVM_nop, {}, 0, 0, 0, 0},
      {DW_OP_LLVM_form_aspace_address, {}, 0, 0, 0, 0},
      {DW_OP_LLVM_push_lane, {}, 0, 0, 0, 0},
      {DW_OP_LLVM_offset, {}, 0, 0, 0, 0},
      {DW_OP_LLVM_offset_uconst, {0x80, 1}, 1, 128, 0, 0},
      {DW_OP_LLVM_bit_offset, {}, 0, 0, 0, 0},
      {DW_OP_LLVM_call_frame_entry_reg, {0x80, 1}, 1, 128, 0, 0},
      {DW_OP_LLVM_undefined, {}, 0, 0, 0, 0},
      {DW_OP_LLVM_aspace_bregx, {49, 0x78}, 2, 49, Minus(8), 2},
      {DW_OP_LLVM_piece_end, {}, 0, 0, 0, 0},
      {DW_OP_LLVM_extend, {32, 64}, 2, 32, 64, 0},
      {DW_OP_LLVM_select_bit_piece, {32, 64}, 2, 32, 64, 0},
  };
  for (const auto& one : cases) {
    SCOPED_TRACE(LlvmOpName(one.operation));
    Expression expression;
    expression.out.U8(DW_OP_LLVM_user).Uleb(one.operation);
    expression.out.Raw(Bytes(one.operands)).U8(DW_OP_lit0);
    const std::vector<Operation> operations = expression.Read();
    ASSERT_EQ(operations.size(), 2u);
    EXPECT_EQ(operations[0].sub_operation, one.operation);
    EXPECT_EQ(operations[0].operand_count, one.count);
    EXPECT_EQ(operations[0].number, one.number);
    EXPECT_EQ(operations[0].number2, one.number2);
    EXPECT_EQ(operations[0].is_signed, one.is_signed);
    EXPECT_EQ(operations[0].size, 2 + one.operands.size());
  }
}

TEST(ExprTest, OperandsSayWhatTheirNumbersCount) {
  const auto roles_of = [](uint8_t op, std::vector<uint8_t> operands) {
    Expression expression(kX86_64, {.version = 5});
    expression.out.U8(op).Raw(operands);
    const Operation operation = expression.One();
    const OperationOperands found =
        OperandsOf(expression.view(), {.version = 5}, operation);
    std::vector<OperandRole> roles;
    for (int i = 0; i < found.count; ++i) {
      roles.push_back(found.operands[i].role);
    }
    return roles;
  };
  using Roles = std::vector<OperandRole>;
  constexpr OperandRole kNumber = OperandRole::kNumber;
  EXPECT_EQ(roles_of(DW_OP_addr, {1, 2, 3, 4, 5, 6, 7, 8}),
            Roles{OperandRole::kAddress});
  EXPECT_EQ(roles_of(DW_OP_addrx, {1}), Roles{OperandRole::kAddressIndex});
  EXPECT_EQ(roles_of(DW_OP_call2, {1, 2}), Roles{OperandRole::kUnitDie});
  EXPECT_EQ(roles_of(DW_OP_call4, {1, 2, 3, 4}), Roles{OperandRole::kUnitDie});
  EXPECT_EQ(roles_of(DW_OP_GNU_parameter_ref, {1, 2, 3, 4}),
            Roles{OperandRole::kUnitDie});
  EXPECT_EQ(roles_of(DW_OP_call_ref, {1, 2, 3, 4}),
            Roles{OperandRole::kInfoDie});
  EXPECT_EQ(roles_of(DW_OP_implicit_pointer, {1, 2, 3, 4, 5}),
            (Roles{OperandRole::kInfoDie, kNumber}));
  EXPECT_EQ(roles_of(DW_OP_convert, {0x80, 1}), Roles{OperandRole::kUnitDie});
  EXPECT_EQ(roles_of(DW_OP_regval_type, {1, 2}),
            (Roles{kNumber, OperandRole::kUnitDie}));
  EXPECT_EQ(roles_of(DW_OP_deref_type, {1, 2}),
            (Roles{kNumber, OperandRole::kUnitDie}));
  EXPECT_EQ(roles_of(DW_OP_const_type, {1, 1, 7}),
            (Roles{OperandRole::kUnitDie, kNumber, kNumber}));
  EXPECT_EQ(roles_of(DW_OP_skip, {0, 0}), Roles{OperandRole::kDistance});
  EXPECT_EQ(roles_of(DW_OP_fbreg, {0}), Roles{kNumber});
}

TEST(ExprTest, RelocatedOperandsSayWhichRecordMadeThem) {
  Expression expression;
  expression.out.U8(DW_OP_addr).Address(expression.text_symbol(), 0x20);
  const Operation operation = expression.One();
  const OperationOperands found = OperandsOf(expression.view(), {}, operation);
  ASSERT_EQ(found.count, 1);
  EXPECT_THAT(found.operands[0].value, InSection(expression.text(), 0x20));
  EXPECT_TRUE(found.operands[0].value.has_record);
  EXPECT_EQ(found.operands[0].offset, 1u);
  EXPECT_EQ(found.operands[0].size, 8u);
}

TEST(ExprTest, UnknownSubOperationsAreNamed) {
  Expression expression;
  expression.out.U8(DW_OP_lit0).U8(DW_OP_LLVM_user).Uleb(0x7f).U8(DW_OP_lit0);
  absl::Status status;
  EXPECT_EQ(expression.Read(&status).size(), 1u);
  EXPECT_THAT(status, FailsWith(ErrorCode::kUnsupported,
                                "unknown operation 0xe9 0x7f"));
  EXPECT_EQ(GetDetail(status).offset, 1u);
}

TEST(ExprTest, OperationOfAArch64) {
  for (const Target& target : {kAArch64, kX86_64}) {
    Expression expression(target);
    expression.out.U8(DW_OP_AARCH64_operation).Uleb(0).Uleb(1);
    absl::Status status;
    const std::vector<Operation> operations = expression.Read(&status);
    ASSERT_EQ(status.ok(), target.e_machine == EM_AARCH64);
    if (!status.ok()) continue;
    ASSERT_EQ(operations.size(), 1u);
    EXPECT_EQ(operations[0].operand_count, 2);
    EXPECT_EQ(operations[0].number2, 1u);
  }
  Expression unknown(kAArch64);
  unknown.out.U8(DW_OP_AARCH64_operation).Uleb(1);
  absl::Status status;
  EXPECT_TRUE(unknown.Read(&status).empty());
  EXPECT_THAT(status, FailsWith(ErrorCode::kUnsupported, "0xea"));
}

TEST(ExprTest, EncodedAddresses) {
  for (const Target& target : {kX86_64, kI386, kPpc64}) {
    SCOPED_TRACE(target.name);
    Expression expression(
        target, {.address_size = static_cast<uint8_t>(target.address_size())});
    expression.out.U8(DW_OP_GNU_encoded_addr).U8(DW_EH_PE_absptr);
    expression.out.Address(expression.text_symbol(), 0x10);
    expression.out.U8(DW_OP_GNU_encoded_addr).U8(DW_EH_PE_udata2).U16(0x1234);
    const std::vector<Operation> operations = expression.Read();
    ASSERT_EQ(operations.size(), 2u);
    EXPECT_TRUE(operations[0].is_relocatable);
    EXPECT_THAT(operations[0].value, InSection(expression.text(), 0x10));
    EXPECT_EQ(operations[0].number2, uint64_t{DW_EH_PE_absptr});
    EXPECT_EQ(operations[0].operand_offset, 2u);
    EXPECT_THAT(operations[1].value, IsNumber(0x1234));
  }
  Expression unknown;
  unknown.out.U8(DW_OP_GNU_encoded_addr).U8(0x0f).Zeros(8);
  absl::Status status;
  EXPECT_TRUE(unknown.Read(&status).empty());
  EXPECT_THAT(status, FailsWith(ErrorCode::kUnsupported, "operation 0xf1"));
}

}  // namespace
}  // namespace dwreloc::internal
