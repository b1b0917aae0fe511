// dwarf/frames/cfi_instructions: the operands of every DW_CFA_*, those that
// records supply, and instructions that only some machines have.

#include "dwarf/frames/cfi_instructions.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "dwarf/constants.h"
#include "support/dwarf_file.h"

namespace dwreloc::internal {
namespace {

// Instructions that are all of a frame section, and a CIE for them.
struct Program {
  explicit Program(const Target& target = kX86_64,
                   const ElfSection& frames = {.name = ".debug_frame"})
      : elf(target),
        text(elf.Add(
            {.name = ".text", .flags = SHF_ALLOC, .contents = Zeros(512)})),
        section(elf.Add(frames)),
        a(target) {
    cie.encoding.address_size = static_cast<uint8_t>(target.address_size());
    cie.data_alignment_factor = -8;
  }

  // Those that end before `end`; `status` says how it ended.
  std::vector<CfaInstruction> Read(uint64_t end = UINT64_MAX) {
    if (!file.has_value()) {
      elf.Fill(section, a);
      file.emplace(elf);
    }
    CfaInstructionReader reader(file->sections(),
                                *file->sections().View(section), cie, 0, end);
    std::vector<CfaInstruction> all;
    CfaInstruction one;
    while (reader.Next(&one)) all.push_back(one);
    status = reader.status();
    return all;
  }

  ElfBuilder elf;
  uint32_t text;
  uint32_t section;
  Assembler a;
  Cie cie;
  absl::Status status;
  std::optional<DwarfFile> file;
};

// One instruction and what it is to be read as.
struct Sample {
  std::vector<uint8_t> bytes;
  std::vector<int64_t> operands;
  uint8_t is_signed = 0;
  uint64_t expression_size = 0;
};

void ExpectReadsAs(const Sample& sample, uint8_t opcode,
                   const Target& target = kX86_64) {
  Program program(target);
  program.cie.code_alignment_factor = 4;
  program.a.Raw(Bytes(sample.bytes)).U8(DW_CFA_nop);
  const std::vector<CfaInstruction> found = program.Read();
  ASSERT_THAT(program.status, IsOk());
  ASSERT_EQ(found.size(), 2u);
  EXPECT_EQ(found[0].opcode, opcode);
  EXPECT_EQ(found[0].offset, 0u);
  EXPECT_EQ(found[0].size, sample.bytes.size());
  EXPECT_EQ(found[0].is_signed, sample.is_signed);
  EXPECT_FALSE(found[0].moves_location);
  const std::vector<int64_t> operands(
      found[0].operands, found[0].operands + found[0].operand_count);
  EXPECT_EQ(operands, sample.operands);
  EXPECT_EQ(found[0].expression_size, sample.expression_size);
  if (found[0].has_expression) {
    EXPECT_EQ(found[0].expression_offset + found[0].expression_size,
              sample.bytes.size());
  }
  EXPECT_EQ(found[1].opcode, DW_CFA_nop);
  for (size_t cut = 1; cut < sample.bytes.size(); ++cut) {
    EXPECT_TRUE(program.Read(cut).empty()) << cut;
    EXPECT_THAT(program.status, FailsWith(ErrorCode::kTruncated, "")) << cut;
  }
}

// Data are multiplied by -8; the distance in code, by 4, is not among these.
TEST(CfiInstructionsTest, OperandsOfEveryInstruction) {
  const std::pair<uint8_t, Sample> samples[] = {
      {DW_CFA_nop, {{DW_CFA_nop}, {}}},
      {DW_CFA_offset, {{DW_CFA_offset | 5, 2}, {5, -16}, 2}},
      {DW_CFA_restore, {{DW_CFA_restore | 63}, {63}}},
      {DW_CFA_offset_extended,
       {{DW_CFA_offset_extended, 0x80, 1, 2}, {128, -16}, 2}},
      {DW_CFA_restore_extended, {{DW_CFA_restore_extended, 9}, {9}}},
      {DW_CFA_undefined, {{DW_CFA_undefined, 9}, {9}}},
      {DW_CFA_same_value, {{DW_CFA_same_value, 9}, {9}}},
      {DW_CFA_register, {{DW_CFA_register, 9, 10}, {9, 10}}},
      {DW_CFA_remember_state, {{DW_CFA_remember_state}, {}}},
      {DW_CFA_restore_state, {{DW_CFA_restore_state}, {}}},
      {DW_CFA_def_cfa, {{DW_CFA_def_cfa, 7, 16}, {7, 16}}},
      {DW_CFA_def_cfa_register, {{DW_CFA_def_cfa_register, 6}, {6}}},
      {DW_CFA_def_cfa_offset, {{DW_CFA_def_cfa_offset, 16}, {16}}},
      {DW_CFA_def_cfa_expression,
       {{DW_CFA_def_cfa_expression, 2, 0x77, 8}, {}, 0, 2}},
      {DW_CFA_expression, {{DW_CFA_expression, 3, 1, 0x30}, {3}, 0, 1}},
      {DW_CFA_offset_extended_sf,
       {{DW_CFA_offset_extended_sf, 3, 0x7e}, {3, 16}, 2}},
      {DW_CFA_def_cfa_sf, {{DW_CFA_def_cfa_sf, 7, 0x7e}, {7, 16}, 2}},
      {DW_CFA_def_cfa_offset_sf, {{DW_CFA_def_cfa_offset_sf, 0x7e}, {16}, 1}},
      {DW_CFA_val_offset, {{DW_CFA_val_offset, 3, 2}, {3, -16}, 2}},
      {DW_CFA_val_offset_sf, {{DW_CFA_val_offset_sf, 3, 0x7f}, {3, 8}, 2}},
      {DW_CFA_val_expression, {{DW_CFA_val_expression, 3, 0}, {3}}},
      {DW_CFA_GNU_args_size, {{DW_CFA_GNU_args_size, 32}, {32}}},
      {DW_CFA_GNU_negative_offset_extended,
       {{DW_CFA_GNU_negative_offset_extended, 3, 2}, {3, 16}, 2}},
      {DW_CFA_LLVM_def_aspace_cfa,
       {{DW_CFA_LLVM_def_aspace_cfa, 7, 8, 5}, {7, 8, 5}}},
      {DW_CFA_LLVM_def_aspace_cfa_sf,
       {{DW_CFA_LLVM_def_aspace_cfa_sf, 7, 0x7f, 5}, {7, 8, 5}, 2}},
  };
  for (const auto& [opcode, sample] : samples) {
    SCOPED_TRACE(CfaName(opcode, EM_X86_64));
    ExpectReadsAs(sample, opcode);
  }
}

TEST(CfiInstructionsTest, InstructionsOfOneMachine) {
  ExpectReadsAs({{DW_CFA_GNU_window_save}, {}}, DW_CFA_GNU_window_save,
                kSparcV9);
  ExpectReadsAs({{DW_CFA_AARCH64_negate_ra_state}, {}},
                DW_CFA_AARCH64_negate_ra_state, kAArch64);
  ExpectReadsAs({{DW_CFA_AARCH64_negate_ra_state_with_pc}, {}},
                DW_CFA_AARCH64_negate_ra_state_with_pc, kAArch64);
  // A state and a distance in code.
  ExpectReadsAs({{DW_CFA_AARCH64_set_ra_state, 1, 0x7f}, {1, -4}, 2},
                DW_CFA_AARCH64_set_ra_state, kAArch64);
}

// An instruction that has a name on a machine is read there, and no other.
TEST(CfiInstructionsTest, UnknownInstructionsOfEachMachine) {
  Target c6000 = kI386;
  c6000.e_machine = EM_TI_C6000;
  for (const Target& target : {kX86_64, kArmBig, kAArch64, kSparcV9, c6000}) {
    for (int opcode = 1; opcode < 0x40; ++opcode) {
      SCOPED_TRACE(std::to_string(target.e_machine) + ", opcode " +
                   std::to_string(opcode));
      Program program(target);
      program.a.U8(DW_CFA_nop).U8(static_cast<uint64_t>(opcode)).Zeros(16);
      const size_t count = program.Read().size();
      if (CfaName(static_cast<uint64_t>(opcode), target.e_machine) != nullptr) {
        EXPECT_THAT(program.status, IsOk());
        EXPECT_GT(count, 1u);
      } else {
        EXPECT_EQ(count, 1u);
        EXPECT_THAT(program.status,
                    FailsWith(ErrorCode::kUnsupported,
                              "unknown call frame instruction 0x"));
        EXPECT_EQ(GetDetail(program.status).offset, 1u);
      }
    }
  }
}

TEST(CfiInstructionsTest, NothingIsReadAfterAnUnknownInstruction) {
  Program program;
  program.a.U8(0x3f).U8(DW_CFA_nop);
  EXPECT_TRUE(program.Read().empty());
  CfaInstructionReader reader(program.file->sections(),
                              *program.file->sections().View(program.section),
                              program.cie, 0, 2);
  CfaInstruction none;
  EXPECT_EQ(reader.PeekOpcode(), 0x3f);
  EXPECT_FALSE(reader.Next(&none));
  EXPECT_FALSE(reader.Next(&none));
  EXPECT_FALSE(reader.ok());
}

TEST(CfiInstructionsTest, OpcodeAheadIsWithoutItsOperand) {
  Program program;
  program.a.U8(DW_CFA_offset | 5).Uleb(1).U8(DW_CFA_remember_state);
  ASSERT_EQ(program.Read().size(), 2u);
  CfaInstructionReader reader(program.file->sections(),
                              *program.file->sections().View(program.section),
                              program.cie, 0, 3);
  CfaInstruction one;
  EXPECT_EQ(reader.PeekOpcode(), DW_CFA_offset);
  ASSERT_TRUE(reader.Next(&one));
  EXPECT_EQ(reader.PeekOpcode(), DW_CFA_remember_state);
  ASSERT_TRUE(reader.Next(&one));
  EXPECT_EQ(reader.PeekOpcode(), DW_CFA_nop);
  EXPECT_FALSE(reader.Next(&one));
  EXPECT_THAT(reader.status(), IsOk());
}

TEST(CfiInstructionsTest, AdvancesAreMultipliedInBothByteOrders) {
  for (const Target& target : {kX86_64, kArmBig, kPpc64}) {
    SCOPED_TRACE(target.name);
    Program program(target);
    program.cie.code_alignment_factor = 4;
    program.a.U8(DW_CFA_advance_loc | 3);
    program.a.U8(DW_CFA_advance_loc1).U8(0xff);
    program.a.U8(DW_CFA_advance_loc2).U16(0x1234);
    program.a.U8(DW_CFA_advance_loc4).U32(0x12345678);
    program.a.U8(DW_CFA_MIPS_advance_loc8).U64(5);
    const std::vector<CfaInstruction> found = program.Read();
    ASSERT_THAT(program.status, IsOk());
    ASSERT_EQ(found.size(), 5u);
    const uint64_t expected[] = {3, 0xff, 0x1234, 0x12345678, 5};
    for (size_t i = 0; i < 5; ++i) {
      EXPECT_TRUE(found[i].moves_location);
      EXPECT_THAT(found[i].location, IsNumber(4 * expected[i]));
    }
    // Bytes of the operand and of those before it.
    const uint64_t ends[] = {1, 3, 6, 11, 20};
    for (size_t i = 1; i < 5; ++i) {
      for (uint64_t cut = ends[i - 1] + 1; cut < ends[i]; ++cut) {
        EXPECT_EQ(program.Read(cut).size(), i) << cut;
        EXPECT_THAT(program.status, FailsWith(ErrorCode::kTruncated, ""));
      }
    }
  }
}

// The new location is an address, relocated like every other.
TEST(CfiInstructionsTest, SetLocOnEveryMachine) {
  for (const Target& machine : kTargets) {
    SCOPED_TRACE(machine.name);
    Program program(machine.WithFill(0xa5));
    program.a.U8(DW_CFA_set_loc)
        .Address(program.elf.SectionSymbol(program.text), 0x20);
    const std::vector<CfaInstruction> found = program.Read();
    ASSERT_THAT(program.status, IsOk());
    ASSERT_EQ(found.size(), 1u);
    EXPECT_TRUE(found[0].moves_location);
    EXPECT_THAT(found[0].location, InSection(program.text, 0x20));
    EXPECT_TRUE(found[0].location.has_record);
    const auto size = static_cast<uint64_t>(machine.address_size());
    for (uint64_t cut = 1; cut <= size; ++cut) {
      EXPECT_TRUE(program.Read(cut).empty());
      EXPECT_THAT(program.status, FailsWith(ErrorCode::kTruncated, ""));
    }
  }
}

// It is encoded as the CIE says of the locations of its FDEs.
TEST(CfiInstructionsTest, SetLocOfTheCiesEncoding) {
  Program program(kX86_64, {.name = ".eh_frame", .flags = SHF_ALLOC});
  program.cie.fde_encoding = DW_EH_PE_pcrel | DW_EH_PE_sdata4;
  program.a.U8(DW_CFA_set_loc)
      .Reloc(4, R_X86_64_PC32, program.elf.SectionSymbol(program.text), 0x20);
  const std::vector<CfaInstruction> found = program.Read();
  ASSERT_THAT(program.status, IsOk());
  ASSERT_EQ(found.size(), 1u);
  EXPECT_THAT(found[0].location, InSection(program.text, 0x20));
}

// What a linker that relaxes has yet to write.
TEST(CfiInstructionsTest, RelocatedAdvances) {
  Program program(kX86_64.WithFill(0xee));
  const uint32_t absolute =
      program.elf.AddSymbol({.value = 2, .special = SHN_ABS});
  program.a.U8(DW_CFA_advance_loc1).Reloc(1, R_X86_64_8, absolute, 1);
  program.a.U8(DW_CFA_advance_loc2).Reloc(2, R_X86_64_16, absolute, 2);
  program.a.U8(DW_CFA_advance_loc4).Reloc(4, R_X86_64_32, absolute, 3);
  // A byte whose record cannot be used keeps its opcode.
  program.elf.Reloc(program.section, {.offset = program.a.offset(),
                                      .type = R_X86_64_GOTPC32,
                                      .symbol = absolute});
  program.a.U8(DW_CFA_advance_loc | 3);
  const std::vector<CfaInstruction> found = program.Read();
  ASSERT_THAT(program.status, IsOk());
  ASSERT_EQ(found.size(), 4u);
  EXPECT_THAT(found[0].location, IsNumber(3));
  EXPECT_THAT(found[1].location, IsNumber(4));
  EXPECT_THAT(found[2].location, IsNumber(5));
  EXPECT_EQ(found[3].opcode, DW_CFA_advance_loc);
  EXPECT_TRUE(found[3].location.is_bad());
}

// R_RISCV_SET6 and SUB6 write the low six bits and leave the opcode alone.
TEST(CfiInstructionsTest, LowBitsThatRecordsSupply) {
  Program program(kRiscv64);
  const uint32_t begin =
      program.elf.AddSymbol({.value = 0x20, .section = program.text});
  const uint32_t end =
      program.elf.AddSymbol({.value = 0x2a, .section = program.text});
  program.elf.Reloc(program.section, {0, R_RISCV_SET6, end, 0});
  program.elf.Reloc(program.section, {0, R_RISCV_SUB6, begin, 0});
  program.a.U8(DW_CFA_advance_loc).U8(DW_CFA_nop);
  const std::vector<CfaInstruction> found = program.Read();
  ASSERT_THAT(program.status, IsOk());
  ASSERT_EQ(found.size(), 2u);
  EXPECT_EQ(found[0].opcode, DW_CFA_advance_loc);
  EXPECT_THAT(found[0].location, IsNumber(0xa));
}

// A distance that is not a number yet cannot be multiplied.
TEST(CfiInstructionsTest, SymbolicAdvanceMustNotNeedMultiplying) {
  for (const uint64_t factor : {1, 4}) {
    Program program;
    program.cie.code_alignment_factor = factor;
    const uint32_t away = program.elf.AddSymbol({.name = "away"});
    program.a.U8(DW_CFA_advance_loc4).Reloc(4, R_X86_64_32, away, 3);
    const std::vector<CfaInstruction> found = program.Read();
    ASSERT_THAT(program.status, IsOk());
    ASSERT_EQ(found.size(), 1u);
    if (factor == 1) {
      EXPECT_THAT(found[0].location, IsUndefined(away, 3));
    } else {
      EXPECT_THAT(found[0].location, IsBadWith(ErrorCode::kUnsupported));
    }
  }
}

TEST(CfiInstructionsTest, ExpressionBeyondTheEnd) {
  for (const uint8_t opcode :
       {DW_CFA_def_cfa_expression, DW_CFA_expression, DW_CFA_val_expression}) {
    Program program;
    program.a.U8(opcode);
    if (opcode != DW_CFA_def_cfa_expression) program.a.Uleb(3);
    program.a.Uleb(UINT64_MAX).U8(0x30);
    EXPECT_TRUE(program.Read().empty());
    EXPECT_THAT(program.status, FailsWith(ErrorCode::kTruncated, ""));
  }
}

}  // namespace
}  // namespace dwreloc::internal
