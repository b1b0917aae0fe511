// dwarf/lines/line_instructions: every kind of opcode with the places of its
// operands, and programs that are cut short or lie about themselves.

#include "dwarf/lines/line_instructions.h"

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "dwarf/constants.h"
#include "dwarf/lines/line_program.h"
#include "support/dwarf_file.h"

namespace dwreloc::internal {
namespace {

// A file with one line program.
class Program {
 public:
  explicit Program(const LineHeaderFields& header,
                   const std::function<void(LineWriter&)>& body,
                   const Target& target = kX86_64, Encoding encoding = {})
      : elf_(target), dwarf_(&elf_, encoding) {
    const uint64_t start = dwarf_.LineProgram(header, [&](LineWriter& line) {
      start_ = line.out().offset();
      body(line);
      end_ = line.out().offset();
    });
    file_ = std::make_unique<DwarfFile>(dwarf_);
    table_ = *LineTable::Parse({.sections = file_->sections(),
                                .family = Family::kPlain,
                                .address_size = encoding.address_size},
                               DebugLineOffset{start});
  }

  uint64_t start() const { return start_; }
  const LineTable& table() const { return *table_; }
  // Reads all; they follow one another from the first byte on.
  std::vector<LineInstruction> Read(absl::Status* status = nullptr) const {
    LineInstructionReader reader(*table_);
    std::vector<LineInstruction> found;
    LineInstruction instruction;
    uint64_t end = start_;
    while (reader.Next(&instruction)) {
      EXPECT_EQ(instruction.offset, end);
      end = instruction.end;
      found.push_back(instruction);
    }
    EXPECT_FALSE(reader.Next(&instruction));
    if (status != nullptr) {
      *status = reader.status();
    } else {
      EXPECT_THAT(reader.status(), IsOk());
      EXPECT_EQ(end, end_);
    }
    return found;
  }

 private:
  ElfBuilder elf_;
  DwarfBuilder dwarf_;
  uint64_t start_ = 0;
  uint64_t end_ = 0;
  std::unique_ptr<DwarfFile> file_;
  std::unique_ptr<const LineTable> table_;
};

void ExpectOperand(const RawOperand& operand, OperandEncoding encoding,
                   uint64_t offset, uint64_t size, uint64_t value) {
  EXPECT_EQ(operand.encoding, encoding);
  EXPECT_EQ(operand.offset, offset);
  EXPECT_EQ(operand.size, size);
  EXPECT_THAT(operand.value, IsNumber(value));
}

TEST(LineInstructionsTest, StandardOpcodesTellWhereTheirOperandsAre) {
  const Program program({}, [](LineWriter& line) {
    line.Copy().AdvancePc(300).AdvanceLine(-1000).SetFile(2).SetColumn(80);
    line.Op(DW_LNS_negate_stmt).Op(DW_LNS_set_isa, 128);
    line.FixedAdvancePc(0x1234);
  });
  const std::vector<LineInstruction> found = program.Read();
  ASSERT_EQ(found.size(), 8u);
  const uint8_t opcodes[] = {DW_LNS_copy,         DW_LNS_advance_pc,
                             DW_LNS_advance_line, DW_LNS_set_file,
                             DW_LNS_set_column,   DW_LNS_negate_stmt,
                             DW_LNS_set_isa,      DW_LNS_fixed_advance_pc};
  for (size_t i = 0; i < found.size(); ++i) {
    EXPECT_EQ(found[i].opcode_class, LineOpcodeClass::kStandard);
    EXPECT_EQ(found[i].opcode, opcodes[i]);
  }
  EXPECT_EQ(found[0].operand_count, 0);
  EXPECT_EQ(found[0].operands[0].encoding, OperandEncoding::kNone);
  const uint64_t at = program.start();
  ExpectOperand(found[1].operands[0], OperandEncoding::kUleb, at + 2, 2, 300);
  ExpectOperand(found[2].operands[0], OperandEncoding::kSleb, at + 5, 2,
                static_cast<uint64_t>(-1000));
  ExpectOperand(found[3].operands[0], OperandEncoding::kUleb, at + 8, 1, 2);
  ExpectOperand(found[6].operands[0], OperandEncoding::kUleb, at + 13, 2, 128);
  ExpectOperand(found[7].operands[0], OperandEncoding::kUnsigned, at + 16, 2,
                0x1234);
}

TEST(LineInstructionsTest, AddressesAreSymbolicOnEveryMachine) {
  ForEachEncoding([](const Target& target, Encoding encoding) {
    ElfBuilder elf(target);
    DwarfBuilder dwarf(&elf, encoding);
    const uint32_t text =
        elf.Add({.name = ".text", .flags = SHF_ALLOC, .contents = Zeros(256)});
    const uint32_t symbol = elf.SectionSymbol(text);
    const uint64_t start = dwarf.LineProgram({}, [&](LineWriter& line) {
      line.SetAddress(symbol, 0x10).EndSequence();
    });
    const DwarfFile file(dwarf);
    const auto table = LineTable::Parse({.sections = file.sections(),
                                         .family = Family::kPlain,
                                         .address_size = encoding.address_size},
                                        DebugLineOffset{start});
    ASSERT_THAT(table.status(), IsOk());
    LineInstructionReader reader(**table);
    LineInstruction instruction;
    ASSERT_TRUE(reader.Next(&instruction));
    EXPECT_EQ(instruction.opcode_class, LineOpcodeClass::kExtended);
    EXPECT_EQ(instruction.opcode, DW_LNE_set_address);
    ASSERT_EQ(instruction.operand_count, 1);
    const RawOperand& address = instruction.operands[0];
    EXPECT_THAT(address.value, InSection(text, 0x10));
    EXPECT_TRUE(address.value.has_record);
    EXPECT_EQ(address.encoding, OperandEncoding::kUnsigned);
    EXPECT_EQ(address.role, OperandRole::kAddress);
    EXPECT_EQ(address.offset, instruction.offset + 3);
    EXPECT_EQ(address.size, encoding.address_size);
    EXPECT_EQ(address.offset + address.size, instruction.end);
    ASSERT_TRUE(reader.Next(&instruction));
    EXPECT_EQ(instruction.opcode, DW_LNE_end_sequence);
    EXPECT_EQ(instruction.operand_count, 0);
    EXPECT_FALSE(reader.Next(&instruction));
  });
}

TEST(LineInstructionsTest, SpecialOpcodesSayWhatTheyAdd) {
  const Program program({.line_base = -3, .line_range = 12},
                        [](LineWriter& line) {
                          line.Special(-3, 0).Special(8, 5);
                          line.Op(DW_LNS_const_add_pc);
                        });
  const std::vector<LineInstruction> found = program.Read();
  ASSERT_EQ(found.size(), 3u);
  EXPECT_EQ(found[0].opcode_class, LineOpcodeClass::kSpecial);
  EXPECT_EQ(found[0].opcode, 13);
  EXPECT_EQ(found[0].line_advance, -3);
  EXPECT_EQ(found[0].operation_advance, 0u);
  EXPECT_EQ(found[1].line_advance, 8);
  EXPECT_EQ(found[1].operation_advance, 5u);
  EXPECT_EQ(found[2].opcode_class, LineOpcodeClass::kStandard);
  EXPECT_EQ(found[2].operation_advance, (255u - 13) / 12);
  EXPECT_EQ(found[2].line_advance, 0);
}

TEST(LineInstructionsTest, UnknownStandardOpcodesHaveAsManyOperandsAsDeclared) {
  LineHeaderFields header;
  header.opcode_lengths = {0, 1, 1, 1, 1, 0, 0, 0, 1, 0, 0, 1, 0, 3, 9};
  const Program program(header, [](LineWriter& line) {
    line.Op(13);
    line.Op(14).out().Uleb(1).Uleb(300).Raw(
        {0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 1});
    line.Op(15).out().Raw({1, 2, 3, 4, 5, 6, 7, 8, 0x80, 0});
    line.Copy();
  });
  const std::vector<LineInstruction> found = program.Read();
  ASSERT_EQ(found.size(), 4u);
  EXPECT_EQ(found[0].operand_count, 0);
  const uint64_t at = found[1].offset;
  ASSERT_EQ(found[1].operand_count, 3);
  ExpectOperand(found[1].operands[1], OperandEncoding::kUleb, at + 2, 2, 300);
  // Beyond 64 bits: no number.
  ExpectOperand(found[1].operands[2], OperandEncoding::kBytes, at + 4, 11, 0);
  EXPECT_EQ(found[2].operand_count, 9);
  ExpectOperand(found[2].operands[3], OperandEncoding::kUleb,
                found[2].offset + 4, 1, 4);
  EXPECT_EQ(found[2].end - found[2].offset, 11u);
}

TEST(LineInstructionsTest, ExtendedOpcodes) {
  const Program program({}, [](LineWriter& line) {
    line.Extended(DW_LNE_define_file, [](Assembler& out) {
      out.String("b.c").Uleb(1).Uleb(300).Uleb(400);
    });
    line.Extended(0x80, [](Assembler& out) { out.Raw({1, 2, 3}); });
    line.Extended(0xff, [](Assembler&) {});
    // Its length counts, though it says more than is needed.
    line.Extended(DW_LNE_set_discriminator,
                  [](Assembler& out) { out.Uleb(200).Zeros(3); });
  });
  const std::vector<LineInstruction> found = program.Read();
  ASSERT_EQ(found.size(), 4u);
  const uint64_t at = found[0].offset;
  ASSERT_EQ(found[0].operand_count, 4);
  ExpectOperand(found[0].operands[0], OperandEncoding::kString, at + 3, 4, 0);
  ExpectOperand(found[0].operands[1], OperandEncoding::kUleb, at + 7, 1, 1);
  ExpectOperand(found[0].operands[2], OperandEncoding::kUleb, at + 8, 2, 300);
  ExpectOperand(found[0].operands[3], OperandEncoding::kUleb, at + 10, 2, 400);
  ASSERT_EQ(found[1].operand_count, 1);
  ExpectOperand(found[1].operands[0], OperandEncoding::kBytes,
                found[1].offset + 3, 3, 0);
  ExpectOperand(found[2].operands[0], OperandEncoding::kBytes,
                found[2].offset + 3, 0, 0);
  ExpectOperand(found[3].operands[0], OperandEncoding::kUleb,
                found[3].offset + 3, 2, 200);
  EXPECT_EQ(found[3].end, found[3].offset + 8);
}

// What LineProgram refuses is refused here, in the same words.
void ExpectTheSameError(const Program& program, std::string_view text) {
  absl::Status status;
  program.Read(&status);
  EXPECT_THAT(status, FailsWith(GetDetail(status).code, text));
  LineProgram rows(program.table());
  LineRow row;
  while (rows.Next(&row)) {
  }
  EXPECT_EQ(status.message(), rows.status().message());
  EXPECT_EQ(GetDetail(status).offset, GetDetail(rows.status()).offset);
}

TEST(LineInstructionsTest, ErrorsAreThoseOfTheRows) {
  ExpectTheSameError(
      Program({}, [](LineWriter& line) { line.out().U8(0).U8(0); }),
      "extended opcode of length 0");
  ExpectTheSameError(
      Program({}, [](LineWriter& line) { line.out().U8(0).Uleb(200).U8(1); }),
      "data ends inside a datum");
  ExpectTheSameError(Program({},
                             [](LineWriter& line) {
                               line.Extended(
                                   DW_LNE_set_address,
                                   [](Assembler& out) { out.Zeros(3); });
                             }),
                     "odd size");
  ExpectTheSameError(Program({},
                             [](LineWriter& line) {
                               line.out().U8(0).Uleb(1);
                               line.out().U8(DW_LNE_set_discriminator).U8(1);
                             }),
                     "longer than it says");
  ExpectTheSameError(
      Program({.line_range = 0}, [](LineWriter& line) { line.out().U8(100); }),
      "special opcode");
  ExpectTheSameError(
      Program({.line_range = 0},
              [](LineWriter& line) { line.Op(DW_LNS_const_add_pc); }),
      "DW_LNS_const_add_pc");
  ExpectTheSameError(
      Program({}, [](LineWriter& line) { line.out().U8(2).U8(0x80); }),
      "data ends inside a datum");
}

}  // namespace
}  // namespace dwreloc::internal
