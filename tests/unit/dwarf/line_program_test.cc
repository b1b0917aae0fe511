// dwarf/lines/line_program: every opcode, VLIW, relocated addresses, and
// programs that are cut short or lie about themselves.

#include "dwarf/lines/line_program.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <string>
#include <vector>

#include "dwarf/constants.h"
#include "support/dwarf_file.h"

namespace dwreloc::internal {
namespace {

// A file with one line program.
class Program {
 public:
  explicit Program(const LineHeaderFields& header,
                   const std::function<void(LineWriter&)>& body,
                   const Target& target = kX86_64, Encoding encoding = {})
      : elf_(target), dwarf_(&elf_, encoding), header_(header) {
    start_ = dwarf_.LineProgram(header_, [&](LineWriter& line) {
      body_start_ = line.out().offset();
      body(line);
    });
  }
  // `body` is handed .text and a writer.
  explicit Program(const std::function<void(Program&, LineWriter&)>& body,
                   const LineHeaderFields& header = {},
                   const Target& target = kX86_64, Encoding encoding = {})
      : Program(
            header, [&](LineWriter& line) { body(*this, line); }, target,
            encoding) {}

  uint32_t text() const { return text_; }
  uint32_t text_symbol() { return elf_.SectionSymbol(text_); }
  ElfBuilder& elf() { return elf_; }
  uint64_t body_start() const { return body_start_; }

  const LineTable& table() {
    if (file_ == nullptr) {
      file_ = std::make_unique<DwarfFile>(dwarf_);
      table_ =
          *LineTable::Parse({.sections = file_->sections(),
                             .family = Family::kPlain,
                             .address_size = dwarf_.encoding().address_size},
                            DebugLineOffset{start_});
    }
    return *table_;
  }
  std::vector<LineRow> Rows(absl::Status* status = nullptr) {
    LineProgram program(table());
    std::vector<LineRow> rows;
    LineRow row;
    while (program.Next(&row)) rows.push_back(row);
    EXPECT_FALSE(program.Next(&row));
    if (status != nullptr) {
      *status = program.status();
    } else {
      EXPECT_THAT(program.status(), IsOk());
    }
    return rows;
  }

 private:
  ElfBuilder elf_;
  DwarfBuilder dwarf_;
  const LineHeaderFields header_;
  const uint32_t text_ =
      elf_.Add({.name = ".text", .flags = SHF_ALLOC, .contents = Zeros(256)});
  uint64_t start_ = 0;
  uint64_t body_start_ = 0;
  std::unique_ptr<DwarfFile> file_;
  std::unique_ptr<const LineTable> table_;
};

TEST(LineProgramTest, InitialRegisters) {
  for (const bool is_stmt : {false, true}) {
    Program program(LineHeaderFields{.default_is_stmt = is_stmt},
                    [](LineWriter& line) { line.Copy(); });
    const std::vector<LineRow> rows = program.Rows();
    ASSERT_EQ(rows.size(), 1u);
    const LineRow& row = rows[0];
    EXPECT_THAT(row.address, IsNumber(0));
    EXPECT_EQ(row.op_index, 0);
    EXPECT_EQ(row.file, 1u);  // in version 5, too
    EXPECT_EQ(row.line, 1u);
    EXPECT_EQ(row.column, 0u);
    EXPECT_EQ(row.is_stmt, is_stmt);
    EXPECT_FALSE(row.basic_block);
    EXPECT_FALSE(row.end_sequence);
    EXPECT_FALSE(row.prologue_end);
    EXPECT_FALSE(row.epilogue_begin);
    EXPECT_EQ(row.isa, 0u);
    EXPECT_EQ(row.discriminator, 0u);
    EXPECT_EQ(row.offset, program.body_start());
  }
}

TEST(LineProgramTest, AddressesAreSymbolicOnEveryMachine) {
  ForEachEncoding([](const Target& target, Encoding encoding) {
    Program program(
        [](Program& self, LineWriter& line) {
          line.SetAddress(self.text_symbol(), 0x10).Copy();
          line.Special(2, 3).AdvancePc(5).Copy().FixedAdvancePc(0x100).Copy();
          line.EndSequence();
        },
        {}, target, encoding);
    const std::vector<LineRow> rows = program.Rows();
    ASSERT_EQ(rows.size(), 5u);
    const uint64_t offsets[] = {0x10, 0x13, 0x18, 0x118, 0x118};
    for (size_t i = 0; i < rows.size(); ++i) {
      EXPECT_THAT(rows[i].address, InSection(program.text(), offsets[i]));
    }
    EXPECT_TRUE(rows[0].address.has_record);
    EXPECT_EQ(rows[1].line, 3u);
    EXPECT_TRUE(rows[4].end_sequence);
  });
}

TEST(LineProgramTest, StandardOpcodes) {
  Program program({}, [](LineWriter& line) {
    line.AdvancePc(300).AdvanceLine(1000).SetFile(2).SetColumn(80);
    line.Op(DW_LNS_negate_stmt).Op(DW_LNS_set_basic_block);
    line.Op(DW_LNS_set_prologue_end).Op(DW_LNS_set_epilogue_begin);
    line.Op(DW_LNS_set_isa, 7).Copy();
    line.AdvanceLine(-500).Op(DW_LNS_negate_stmt);
    line.Op(DW_LNS_const_add_pc).Copy();
  });
  const std::vector<LineRow> rows = program.Rows();
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_THAT(rows[0].address, IsNumber(300));
  EXPECT_EQ(rows[0].line, 1001u);
  EXPECT_EQ(rows[0].file, 2u);
  EXPECT_EQ(rows[0].column, 80u);
  EXPECT_FALSE(rows[0].is_stmt);
  EXPECT_TRUE(rows[0].basic_block);
  EXPECT_TRUE(rows[0].prologue_end);
  EXPECT_TRUE(rows[0].epilogue_begin);
  EXPECT_EQ(rows[0].isa, 7u);
  // DWARF 5 6.2.5.2: copy resets four registers, and no others.
  EXPECT_FALSE(rows[1].basic_block);
  EXPECT_FALSE(rows[1].prologue_end);
  EXPECT_FALSE(rows[1].epilogue_begin);
  EXPECT_EQ(rows[1].isa, 7u);
  EXPECT_EQ(rows[1].file, 2u);
  EXPECT_EQ(rows[1].line, 501u);
  EXPECT_TRUE(rows[1].is_stmt);
  // As special opcode 255: (255 - 13) / 14.
  EXPECT_THAT(rows[1].address, IsNumber(300 + 17));
}

// DWARF 5 6.2.5.1, and D.5.2's numbers: line_base -3, line_range 12.
TEST(LineProgramTest, SpecialOpcodes) {
  Program program(
      LineHeaderFields{.line_base = -3, .line_range = 12},
      [](LineWriter& line) { line.out().U8(13).U8(255).U8(13 + 5 + 12 * 2); });
  const std::vector<LineRow> rows = program.Rows();
  ASSERT_EQ(rows.size(), 3u);
  EXPECT_THAT(rows[0].address, IsNumber(0));
  EXPECT_EQ(rows[0].line, static_cast<uint32_t>(1 - 3));
  // 255 - 13 = 242 = 20 * 12 + 2.
  EXPECT_THAT(rows[1].address, IsNumber(20));
  EXPECT_EQ(rows[1].line, static_cast<uint32_t>(1 - 3 - 3 + 2));
  EXPECT_THAT(rows[2].address, IsNumber(22));
  EXPECT_EQ(rows[2].line, static_cast<uint32_t>(1 - 3 - 1 + 2));
}

TEST(LineProgramTest, SpecialOpcodesResetWhatCopyResets) {
  Program program({}, [](LineWriter& line) {
    line.Op(DW_LNS_set_basic_block).Op(DW_LNS_set_prologue_end);
    line.Extended(DW_LNE_set_discriminator,
                  [](Assembler& out) { out.Uleb(9); });
    line.Special(1, 0).Special(1, 0);
  });
  const std::vector<LineRow> rows = program.Rows();
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_TRUE(rows[0].basic_block);
  EXPECT_EQ(rows[0].discriminator, 9u);
  EXPECT_FALSE(rows[1].basic_block);
  EXPECT_FALSE(rows[1].prologue_end);
  EXPECT_EQ(rows[1].discriminator, 0u);
}

TEST(LineProgramTest, MinimumInstructionLength) {
  Program program(LineHeaderFields{.min_inst_length = 4}, [](LineWriter& line) {
    line.AdvancePc(3).Copy().Special(0, 2).Op(DW_LNS_const_add_pc).Copy();
    // The one advance that is in bytes.
    line.FixedAdvancePc(3).Copy();
  });
  const std::vector<LineRow> rows = program.Rows();
  ASSERT_EQ(rows.size(), 4u);
  EXPECT_THAT(rows[0].address, IsNumber(12));
  EXPECT_THAT(rows[1].address, IsNumber(20));
  EXPECT_THAT(rows[2].address, IsNumber(20 + 17 * 4));
  EXPECT_THAT(rows[3].address, IsNumber(20 + 17 * 4 + 3));
}

// DWARF 4 6.2.5.1: op_index counts operations of a bundle.
TEST(LineProgramTest, VliwOpIndex) {
  Program program(
      LineHeaderFields{.min_inst_length = 16, .max_ops_per_inst = 3},
      [](LineWriter& line) {
        line.AdvancePc(2).Copy();                // 0, 2
        line.Special(0, 2).AdvancePc(7).Copy();  // 1,1; 3,2...
        line.Op(DW_LNS_const_add_pc).Copy();
        line.FixedAdvancePc(1).Copy();
        line.AdvancePc(1).EndSequence();
        line.Copy();
      });
  const std::vector<LineRow> rows = program.Rows();
  ASSERT_EQ(rows.size(), 7u);
  const struct {
    uint64_t address;
    int op_index;
  } expected[] = {
      {0, 2},           // 2 operations
      {16, 1},          // 4
      {16 * 3, 2},      // 11
      {16 * 9, 1},      // 28 = 11 + 17
      {16 * 9 + 1, 0},  // fixed_advance_pc sets op_index to 0
      {16 * 9 + 1, 1},  //
      {0, 0},           // a new sequence
  };
  for (size_t i = 0; i < rows.size(); ++i) {
    SCOPED_TRACE(i);
    EXPECT_THAT(rows[i].address, IsNumber(expected[i].address));
    EXPECT_EQ(rows[i].op_index, expected[i].op_index);
  }
}

TEST(LineProgramTest, SetAddressResetsOpIndex) {
  Program program(
      [](Program& self, LineWriter& line) {
        line.AdvancePc(1).SetAddress(self.text_symbol(), 4).Copy();
      },
      {.max_ops_per_inst = 2});
  const std::vector<LineRow> rows = program.Rows();
  EXPECT_THAT(rows.at(0).address, InSection(program.text(), 4));
  EXPECT_EQ(rows.at(0).op_index, 0);
}

// Before version 4 there is no such field, and it counts as 1.
TEST(LineProgramTest, MaximumOperationsZeroIsTakenForOne) {
  Program program(LineHeaderFields{.max_ops_per_inst = 0},
                  [](LineWriter& line) { line.AdvancePc(3).Copy(); });
  EXPECT_THAT(program.Rows().at(0).address, IsNumber(3));
}

TEST(LineProgramTest, EndSequenceResetsAllRegisters) {
  Program program([](Program& self, LineWriter& line) {
    line.SetAddress(self.text_symbol(), 4).SetFile(3).SetColumn(9);
    line.AdvanceLine(7).Op(DW_LNS_set_isa, 2).Op(DW_LNS_negate_stmt);
    line.EndSequence().Copy();
  });
  const std::vector<LineRow> rows = program.Rows();
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_TRUE(rows[0].end_sequence);
  EXPECT_EQ(rows[0].line, 8u);
  EXPECT_FALSE(rows[1].end_sequence);
  EXPECT_THAT(rows[1].address, IsNumber(0));
  EXPECT_EQ(rows[1].file, 1u);
  EXPECT_EQ(rows[1].line, 1u);
  EXPECT_EQ(rows[1].column, 0u);
  EXPECT_EQ(rows[1].isa, 0u);
  EXPECT_TRUE(rows[1].is_stmt);
}

// opcode_base below 10: the opcodes from there on are special ones.
TEST(LineProgramTest, SmallOpcodeBase) {
  for (uint8_t opcode_base = 1; opcode_base <= 12; ++opcode_base) {
    const std::vector<uint8_t> all = {0, 1, 1, 1, 1, 0, 0, 0, 1, 0, 0, 1};
    LineHeaderFields header;
    header.opcode_lengths.assign(all.begin(), all.begin() + opcode_base - 1);
    Program program(
        header, [&](LineWriter& line) { line.out().U8(opcode_base).U8(12); });
    const std::vector<LineRow> rows = program.Rows();
    ASSERT_EQ(rows.size(), 2u);
    EXPECT_THAT(rows[0].address, IsNumber(0));
    EXPECT_EQ(rows[0].line, static_cast<uint32_t>(1 - 5));
    EXPECT_EQ(rows[1].line, static_cast<uint32_t>(1 - 10 + 12 - opcode_base));
  }
}

TEST(LineProgramTest, UnknownStandardOpcodesAreSkippedByTheirLength) {
  LineHeaderFields header;
  header.opcode_lengths.insert(header.opcode_lengths.end(), {0, 3});
  Program program(header, [](LineWriter& line) {
    line.out().U8(13);
    line.out().U8(14).Uleb(1).Uleb(300).Uleb(uint64_t{1} << 60);
    line.SetColumn(4).Copy();
    line.out().U8(15);  // the first special one
  });
  const std::vector<LineRow> rows = program.Rows();
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_EQ(rows[0].column, 4u);
  EXPECT_EQ(rows[1].line, static_cast<uint32_t>(1 - 5));
}

TEST(LineProgramTest, UnknownOpcodeWithMoreOperandsThanThereAre) {
  LineHeaderFields header;
  header.opcode_lengths.push_back(255);
  Program program(header,
                  [](LineWriter& line) { line.out().U8(13).Zeros(100); });
  absl::Status status;
  EXPECT_TRUE(program.Rows(&status).empty());
  EXPECT_THAT(status, FailsWith(ErrorCode::kTruncated, ""));
}

TEST(LineProgramTest, LineRangeZero) {
  Program unused({.line_range = 0},
                 [](LineWriter& line) { line.AdvancePc(1).Copy(); });
  EXPECT_EQ(unused.Rows().size(), 1u);
  for (const uint8_t opcode : {DW_LNS_const_add_pc, uint16_t{200}}) {
    Program program(LineHeaderFields{.line_range = 0}, [&](LineWriter& line) {
      line.Copy();
      line.out().U8(opcode).U8(1);
    });
    absl::Status status;
    EXPECT_EQ(program.Rows(&status).size(), 1u);
    EXPECT_THAT(status, FailsWith(ErrorCode::kBadDwarf, "line_range is 0"));
    EXPECT_EQ(GetDetail(status).offset, program.body_start() + 1);
  }
}

TEST(LineProgramTest, DefineFile) {
  Program program(LineHeaderFields{.files = {{"a.c", 0}}},
                  [](LineWriter& line) {
                    for (const char* name : {"b.c", "c.c"}) {
                      line.Extended(DW_LNE_define_file, [&](Assembler& out) {
                        out.String(name).Uleb(1).Uleb(300).Uleb(400);
                      });
                      line.Copy();
                    }
                  },
                  kX86_64, {.version = 4});
  EXPECT_EQ(program.Rows().size(), 2u);
  const LineTable& table = program.table();
  EXPECT_EQ(table.files().size(), 1u);  // the header's
  EXPECT_EQ(table.FindFile(1)->name, "a.c");
  ASSERT_NE(table.FindFile(2), nullptr);
  EXPECT_EQ(table.FindFile(2)->name, "b.c");
  EXPECT_EQ(table.FindFile(2)->directory, 1u);
  EXPECT_EQ(table.FindFile(2)->mtime, 300u);
  EXPECT_EQ(table.FindFile(2)->length, 400u);
  EXPECT_EQ(table.FindFile(3)->name, "c.c");
  EXPECT_EQ(table.FindFile(4), nullptr);
}

TEST(LineProgramTest, UnknownExtendedOpcodesAreSkipped) {
  Program program({}, [](LineWriter& line) {
    line.Extended(0x80, [](Assembler& out) { out.Raw({1, 2, 3, 4, 5}); });
    line.Extended(0, [](Assembler&) {});
    line.Extended(0xff, [](Assembler& out) { out.Zeros(300); });
    line.SetColumn(3).Copy();
  });
  const std::vector<LineRow> rows = program.Rows();
  ASSERT_EQ(rows.size(), 1u);
  EXPECT_EQ(rows[0].column, 3u);
}

// The length is what counts, should an opcode say more than it needs.
TEST(LineProgramTest, ExtendedOpcodeShorterThanItsLength) {
  Program program({}, [](LineWriter& line) {
    line.Extended(DW_LNE_set_discriminator,
                  [](Assembler& out) { out.Uleb(5).Zeros(3); });
    line.Extended(DW_LNE_end_sequence, [](Assembler& out) { out.Zeros(2); });
    line.Copy();
  });
  const std::vector<LineRow> rows = program.Rows();
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_EQ(rows[0].discriminator, 5u);
  EXPECT_TRUE(rows[0].end_sequence);
}

// What follows decides which of two ways an opcode is read, and changes
// nothing.
TEST(LineProgramTest, DiscriminatorsOfEverySizeApplyToOneRow) {
  for (const size_t tail : {0u, 1u, 7u, 8u, 20u}) {
    for (const uint64_t value :
         {uint64_t{0}, uint64_t{1}, uint64_t{127}, uint64_t{128}, uint64_t{300},
          uint64_t{16383}, uint64_t{16384}, uint64_t{1} << 31,
          uint64_t{1} << 40}) {
      for (const size_t padding : {0u, 1u, 3u}) {
        Program program({}, [&](LineWriter& line) {
          const auto discriminator = [&](Assembler& out) {
            out.Uleb(value).Zeros(padding);
          };
          line.Copy();
          line.Extended(DW_LNE_set_discriminator, discriminator);
          line.Special(1, 1).Special(1, 1);
          line.Extended(DW_LNE_set_discriminator, discriminator);
          line.Extended(DW_LNE_set_discriminator,
                        [](Assembler& out) { out.Uleb(9); });
          line.SetColumn(5).Copy().Copy();
          for (size_t i = 0; i < tail; ++i) line.Op(DW_LNS_negate_stmt);
        });
        const std::vector<LineRow> rows = program.Rows();
        ASSERT_EQ(rows.size(), 5u);
        EXPECT_EQ(rows[0].discriminator, 0u);
        EXPECT_EQ(rows[1].discriminator, std::min<uint64_t>(value, UINT32_MAX));
        EXPECT_EQ(rows[2].discriminator, 0u);
        EXPECT_EQ(rows[3].discriminator, 9u);
        EXPECT_EQ(rows[4].discriminator, 0u);
        EXPECT_EQ(rows[4].column, 5u);
      }
    }
  }
}

TEST(LineProgramTest, ExtendedOpcodeLongerThanItsLength) {
  const std::function<void(Assembler&)> bodies[] = {
      [](Assembler& out) {
        out.U8(0).Uleb(2).U8(DW_LNE_set_discriminator).Uleb(300);
      },
      [](Assembler& out) {
        out.U8(0).Uleb(3).U8(DW_LNE_define_file).String("a.c").Zeros(3);
      },
  };
  for (const auto& body : bodies) {
    for (const size_t tail : {0u, 16u}) {
      Program program({}, [&](LineWriter& line) {
        body(line.out());
        line.Copy();
        for (size_t i = 0; i < tail; ++i) line.Op(DW_LNS_negate_stmt);
      });
      absl::Status status;
      EXPECT_TRUE(program.Rows(&status).empty());
      EXPECT_THAT(status, FailsWith(ErrorCode::kBadDwarf, "longer"));
      EXPECT_EQ(GetDetail(status).offset, program.body_start());
    }
  }
}

TEST(LineProgramTest, ExtendedOpcodeOfLengthZero) {
  Program program({}, [](LineWriter& line) {
    line.Copy();
    line.out().U8(0).U8(0);
    line.Copy();
  });
  absl::Status status;
  EXPECT_EQ(program.Rows(&status).size(), 1u);
  EXPECT_THAT(status, FailsWith(ErrorCode::kBadDwarf, "length 0"));
}

TEST(LineProgramTest, ExtendedOpcodeOfHugeLength) {
  for (const uint64_t length : {uint64_t{100}, UINT64_MAX}) {
    Program program({}, [&](LineWriter& line) {
      line.out().U8(0).Uleb(length).U8(DW_LNE_end_sequence);
    });
    absl::Status status;
    EXPECT_TRUE(program.Rows(&status).empty());
    EXPECT_THAT(status, FailsWith(ErrorCode::kTruncated, ""));
  }
}

TEST(LineProgramTest, SetAddressOfOddSize) {
  for (const uint64_t size : {0, 1, 3, 5, 9, 200}) {
    Program program({}, [&](LineWriter& line) {
      line.Extended(DW_LNE_set_address,
                    [&](Assembler& out) { out.Zeros(size); });
      line.Copy();
    });
    absl::Status status;
    EXPECT_TRUE(program.Rows(&status).empty());
    EXPECT_THAT(status, FailsWith(ErrorCode::kBadDwarf, "DW_LNE_set_address"));
  }
  // A size that is one, but not the machine's: the operand says.
  Program program({}, [](LineWriter& line) {
    line.Extended(DW_LNE_set_address,
                  [](Assembler& out) { out.U32(0xfffffff0); });
    line.Copy();
  });
  EXPECT_THAT(program.Rows().at(0).address, IsNumber(0xfffffff0));
}

TEST(LineProgramTest, AddressesWrapAtTheirSize) {
  Program narrow(
      [](Program& self, LineWriter& line) {
        line.AdvancePc(0xffffffff).Copy().AdvancePc(3).Copy();
        line.SetAddress(self.text_symbol(), 0x20);
        line.AdvancePc(0xfffffff0).Copy();  // 16 back
      },
      {}, kI386, {.address_size = 4, .version = 4});
  std::vector<LineRow> rows = narrow.Rows();
  ASSERT_EQ(rows.size(), 3u);
  EXPECT_THAT(rows[0].address, IsNumber(0xffffffff));
  EXPECT_THAT(rows[1].address, IsNumber(2));
  EXPECT_THAT(rows[2].address, InSection(narrow.text(), 0x10));
  Program wide([](Program& self, LineWriter& line) {
    line.AdvancePc(UINT64_MAX).Copy().AdvancePc(3).Copy();
    line.SetAddress(self.text_symbol(), 0x20);
    line.AdvancePc(uint64_t{0} - 0x10).Copy();
  });
  rows = wide.Rows();
  ASSERT_EQ(rows.size(), 3u);
  EXPECT_THAT(rows[0].address, IsNumber(UINT64_MAX));
  EXPECT_THAT(rows[1].address, IsNumber(2));
  EXPECT_THAT(rows[2].address, InSection(wide.text(), 0x10));
}

TEST(LineProgramTest, HugeRegistersAreMarkedNotTruncated) {
  for (const size_t tail : {0u, 16u}) {
    Program program({}, [&](LineWriter& line) {
      line.SetFile(uint64_t{1} << 32).SetColumn(UINT64_MAX).Copy();
      for (size_t i = 0; i < tail; ++i) line.Op(DW_LNS_negate_stmt);
    });
    EXPECT_EQ(program.Rows().at(0).file, UINT32_MAX);
    EXPECT_EQ(program.Rows().at(0).column, UINT32_MAX);
  }
}

TEST(LineProgramTest, UnsupportedRelocationSpoilsItsSequenceAlone) {
  Program program([](Program& self, LineWriter& line) {
    line.Extended(DW_LNE_set_address, [&](Assembler& out) {
      out.Reloc(8, R_X86_64_GOT64, self.text_symbol(), 0);
    });
    line.Copy().AdvancePc(4).EndSequence();
    line.SetAddress(self.text_symbol(), 8).Copy();
  });
  const std::vector<LineRow> rows = program.Rows();
  ASSERT_EQ(rows.size(), 3u);
  EXPECT_THAT(rows[0].address, IsBadWith(ErrorCode::kRelocType));
  EXPECT_EQ(rows[0].address.detail, uint32_t{R_X86_64_GOT64});
  EXPECT_THAT(rows[1].address, IsBadWith(ErrorCode::kRelocType));
  EXPECT_THAT(rows[2].address, InSection(program.text(), 8));
}

// RISC-V has ADD16 and SUB16 there; of what is not known nothing is guessed.
TEST(LineProgramTest, RelocatedFixedAdvancePcThatCannotBeApplied) {
  for (const uint32_t type : {R_X86_64_GOTPCREL, R_X86_64_16}) {
    Program program([&](Program& self, LineWriter& line) {
      line.SetAddress(self.text_symbol(), 8).Copy();
      line.out().U8(DW_LNS_fixed_advance_pc);
      line.out().Reloc(2, type, self.text_symbol(), 3);
      line.Copy();
    });
    const std::vector<LineRow> rows = program.Rows();
    ASSERT_EQ(rows.size(), 2u);
    EXPECT_THAT(rows[0].address, InSection(program.text(), 8));
    EXPECT_THAT(rows[1].address,
                IsBadWith(type == R_X86_64_16 ? ErrorCode::kTwoRelocatable
                                              : ErrorCode::kRelocType));
  }
}

TEST(LineProgramTest, EmptyProgram) {
  Program program({}, [](LineWriter&) {});
  EXPECT_TRUE(program.Rows().empty());
}

// Each opcode with an operand, as the last of its table and cut short.
TEST(LineProgramTest, TruncatedOperands) {
  const std::function<void(Assembler&)> bodies[] = {
      [](Assembler& out) { out.U8(DW_LNS_advance_pc).U8(0x80); },
      [](Assembler& out) { out.U8(DW_LNS_advance_line).U8(0x80); },
      [](Assembler& out) { out.U8(DW_LNS_set_file); },
      [](Assembler& out) { out.U8(DW_LNS_set_column).U8(0xff); },
      [](Assembler& out) { out.U8(DW_LNS_set_isa); },
      [](Assembler& out) { out.U8(DW_LNS_fixed_advance_pc).U8(1); },
      [](Assembler& out) { out.U8(0); },
      [](Assembler& out) { out.U8(0).U8(9).U8(DW_LNE_set_address).U32(0); },
      [](Assembler& out) { out.U8(0).U8(1); },
      [](Assembler& out) {
        out.U8(0).U8(4).U8(DW_LNE_define_file).Raw({'a', 'b', 'c'});
      },
  };
  for (const auto& body : bodies) {
    Program program({}, [&](LineWriter& line) {
      line.Copy();
      body(line.out());
    });
    absl::Status status;
    EXPECT_EQ(program.Rows(&status).size(), 1u);
    EXPECT_THAT(status, FailsWith(ErrorCode::kTruncated, ""));
  }
}

TEST(LineProgramTest, OverlongNumbersAreAnError) {
  Program program({}, [](LineWriter& line) {
    line.out().U8(DW_LNS_advance_pc);
    line.out().Raw({0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 2});
    line.Copy();
  });
  absl::Status status;
  EXPECT_TRUE(program.Rows(&status).empty());
  EXPECT_THAT(status, FailsWith(ErrorCode::kBadDwarf, "64 bits"));
}

// golang/go#46698.
TEST(LineProgramTest, RecordsOfALinkedFileAreNotApplied) {
  ElfBuilder elf(kX86_64, ET_EXEC);
  const uint32_t text = elf.Add({.name = ".text",
                                 .flags = SHF_ALLOC,
                                 .addr = 0x1000,
                                 .contents = Zeros(16)});
  DwarfBuilder dwarf(&elf, {.version = 4});
  uint64_t at = 0;
  dwarf.LineProgram({}, [&](LineWriter& line) {
    line.Extended(DW_LNE_set_address, [](Assembler& out) { out.U64(0x1004); });
    at = line.out().offset() - 8;
    line.Copy();
  });
  elf.Reloc(dwarf.SectionIndex(".debug_line"),
            {at, R_X86_64_64, elf.SectionSymbol(text), 4});
  const DwarfFile file(dwarf);
  const auto table = *LineTable::Parse({.sections = file.sections(),
                                        .family = Family::kPlain,
                                        .address_size = 8},
                                       DebugLineOffset{0});
  LineProgram program(*table);
  LineRow row;
  ASSERT_TRUE(program.Next(&row));
  EXPECT_THAT(row.address, IsNumber(0x1004));
}

}  // namespace
}  // namespace dwreloc::internal
