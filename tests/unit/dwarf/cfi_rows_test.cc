// dwarf/frames/cfi_rows: what every DW_CFA_* does to the rows, and what a
// program may not do.

#include "dwarf/frames/cfi_rows.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "support/dwarf_file.h"
#include "support/frame_builder.h"

namespace dwreloc::internal {
namespace {

// One CIE and one FDE of .text+0x10, 0x100 bytes long.
class Program {
 public:
  Program(const FrameBuilder::Write& initial, const FrameBuilder::Write& write,
          const Target& target = kX86_64, uint64_t code_alignment_factor = 1)
      : elf_(target),
        text_(elf_.Add(
            {.name = ".text", .flags = SHF_ALLOC, .contents = Zeros(512)})) {
    FrameBuilder frames(&elf_, ".debug_frame");
    section_ = frames.section();
    const uint64_t cie =
        frames.Cie({.code_alignment_factor = code_alignment_factor,
                    .instructions = initial});
    frames.Fde(cie, [&](Assembler& a) {
      a.Address(elf_.SectionSymbol(text_), 0x10);
      a.Number(0x100, target.address_size());
      begin_ = a.offset();
      write(a);
    });
    frames.Finish();
  }

  ElfBuilder& elf() { return elf_; }
  uint32_t text() const { return text_; }
  uint32_t section() const { return section_; }
  uint64_t begin() const { return begin_; }  // of the FDE's instructions

  void Open() {
    file_.emplace(elf_);
    CfiReader reader = CfiReader::Of(file_->sections(), section_).value();
    ASSERT_TRUE(*reader.Next(&cie_));
    ASSERT_TRUE(*reader.Next(&fde_));
    view_ = reader.view();
  }
  const DwarfSections& sections() const { return file_->sections(); }

  // Rows as text: "begin..end CFA rules".
  std::vector<std::string> Rows(absl::Status* status, bool of_cie = false) {
    if (!file_.has_value()) Open();
    CfiRows rows(sections(), view_, of_cie ? cie_ : fde_);
    std::vector<std::string> all;
    CfiRow row;
    while (rows.Next(&row)) {
      all.push_back(Text(row));
      last_ = row;
    }
    *status = rows.status();
    return all;
  }
  const CfiRow& last() const { return last_; }
  // The row that holds at .text+offset, or the error.
  std::string RowAt(uint64_t offset) {
    if (!file_.has_value()) Open();
    CfiRows rows(sections(), view_, fde_);
    CfiRow row;
    const RelocValue pc = {
        .value = offset, .section = text_, .kind = RelocKind::kSection};
    if (rows.Find(pc, &row)) return Text(row);
    return rows.ok() ? "" : "error";
  }

 private:
  static std::string Place(const RelocValue& value) {
    if (value.is_bad()) return "bad";
    const std::string number = std::to_string(value.value);
    return value.kind == RelocKind::kSection ? "text+" + number : number;
  }
  static std::string Signed(uint64_t value) {
    return std::to_string(static_cast<int64_t>(value));
  }
  static std::string Text(const CfiRule& rule) {
    switch (rule.kind) {
      case CfiRuleKind::kNone:
        return "none";
      case CfiRuleKind::kUndefined:
        return "u";
      case CfiRuleKind::kSameValue:
        return "s";
      case CfiRuleKind::kOffset:
        return "c" + Signed(rule.value);
      case CfiRuleKind::kValOffset:
        return "v" + Signed(rule.value);
      case CfiRuleKind::kRegister:
        return "r" + Signed(rule.value);
      case CfiRuleKind::kExpression:
        return "exp" + std::to_string(rule.size);
      case CfiRuleKind::kValExpression:
        return "vexp" + std::to_string(rule.size);
      case CfiRuleKind::kArchitectural:
        return "a" + Signed(rule.value);
      case CfiRuleKind::kCfaRegister:
        return "r" + std::to_string(rule.number) + "+" + Signed(rule.value);
    }
    return "?";
  }
  static std::string Text(const CfiRow& row) {
    std::string text =
        Place(row.begin) + ".." + Place(row.end) + " " + Text(row.cfa);
    for (const CfiRule& rule : row.registers) {
      text += " " + std::to_string(rule.number) + "=" + Text(rule);
    }
    return text;
  }

  ElfBuilder elf_;
  uint32_t text_;
  uint32_t section_ = 0;
  uint64_t begin_ = 0;
  std::optional<DwarfFile> file_;
  CfiEntry cie_;
  CfiEntry fde_;
  SectionView view_;
  CfiRow last_;
};

// What every x86-64 CIE says.
void Usual(Assembler& a) {
  a.U8(DW_CFA_def_cfa).Uleb(7).Uleb(8);
  a.U8(DW_CFA_offset | 16).Uleb(1);
}

std::vector<std::string> RowsOf(const FrameBuilder::Write& write,
                                const Target& target = kX86_64) {
  Program program(Usual, write, target);
  absl::Status status;
  std::vector<std::string> rows = program.Rows(&status);
  EXPECT_THAT(status, IsOk());
  return rows;
}

// What a linker that relaxes has yet to write.
TEST(CfiRowsTest, RelocatedAdvances) {
  Program program(Usual, [](Assembler& a) {
    a.U8(DW_CFA_advance_loc1).U8(0xee);
    a.U8(DW_CFA_advance_loc2).U16(0xeeee);
    a.U8(DW_CFA_advance_loc4).U32(0xeeeeeeee);
    a.U8(DW_CFA_advance_loc | 3);
  });
  ElfBuilder& elf = program.elf();
  const uint32_t absolute = elf.AddSymbol({.value = 2, .special = SHN_ABS});
  const auto add = [&](uint64_t offset, uint32_t type, int64_t addend) {
    elf.Reloc(program.section(), {.offset = program.begin() + offset,
                                  .type = type,
                                  .symbol = absolute,
                                  .addend = addend});
  };
  add(1, R_X86_64_8, 1);
  add(3, R_X86_64_16, 2);
  add(6, R_X86_64_32, 3);
  add(10, R_X86_64_GOTPC32, 0);
  absl::Status status;
  EXPECT_EQ(program.Rows(&status),
            (std::vector<std::string>{
                "text+16..text+19 r7+8 16=c-8", "text+19..text+23 r7+8 16=c-8",
                "text+23..text+28 r7+8 16=c-8", "text+28..bad r7+8 16=c-8",
                "bad..text+272 r7+8 16=c-8"}));
}

TEST(CfiRowsTest, NoRowOfUnknownInstructions) {
  Program program(Usual, [](Assembler& a) { a.U8(0).U8(0x3f).U8(0); });
  absl::Status status;
  EXPECT_TRUE(program.Rows(&status).empty());
  EXPECT_THAT(status, FailsWith(ErrorCode::kUnsupported, "unknown"));
  EXPECT_EQ(GetDetail(status).offset, program.begin() + 1);
}

TEST(CfiRowsTest, TheRowThatHoldsAtAPlace) {
  Program program(Usual, [](Assembler& a) {
    a.U8(DW_CFA_advance_loc | 4).U8(DW_CFA_def_cfa_offset).Uleb(16);
    a.U8(DW_CFA_advance_loc | 4).U8(DW_CFA_def_cfa_offset).Uleb(24);
  });
  EXPECT_EQ(program.RowAt(0xf), "");
  EXPECT_EQ(program.RowAt(0x10), "text+16..text+20 r7+8 16=c-8");
  EXPECT_EQ(program.RowAt(0x13), "text+16..text+20 r7+8 16=c-8");
  EXPECT_EQ(program.RowAt(0x14), "text+20..text+24 r7+16 16=c-8");
  EXPECT_EQ(program.RowAt(0x10f), "text+24..text+272 r7+24 16=c-8");
  EXPECT_EQ(program.RowAt(0x110), "");
}

// What comes after the row does not matter, what comes before it does.
TEST(CfiRowsTest, TheRowBeforeABadInstruction) {
  Program program(Usual, [](Assembler& a) {
    a.U8(DW_CFA_advance_loc | 4).U8(DW_CFA_def_cfa_offset).Uleb(16);
    a.U8(DW_CFA_advance_loc | 4).U8(0x3f);
  });
  EXPECT_EQ(program.RowAt(0x12), "text+16..text+20 r7+8 16=c-8");
  EXPECT_EQ(program.RowAt(0x17), "text+20..text+24 r7+16 16=c-8");
  EXPECT_EQ(program.RowAt(0x18), "error");
  Program cut(Usual, [](Assembler& a) { a.U8(DW_CFA_def_cfa).Uleb(7); });
  EXPECT_EQ(cut.RowAt(0x10), "error");
}

TEST(CfiRowsTest, EveryRule) {
  EXPECT_EQ(
      RowsOf([](Assembler& a) {
        a.U8(DW_CFA_offset | 3).Uleb(2);
        a.U8(DW_CFA_undefined).Uleb(4);
        a.U8(DW_CFA_same_value).Uleb(5);
        a.U8(DW_CFA_register).Uleb(6).Uleb(12);
        a.U8(DW_CFA_val_offset).Uleb(8).Uleb(3);
        a.U8(DW_CFA_expression).Uleb(9).Uleb(2).U8(0x77).U8(8);
        a.U8(DW_CFA_val_expression).Uleb(10).Uleb(1).U8(0x30);
        a.U8(DW_CFA_GNU_negative_offset_extended).Uleb(11).Uleb(1);
        a.U8(DW_CFA_offset_extended_sf).Uleb(200).Sleb(-1);
        a.U8(DW_CFA_val_offset_sf).Uleb(201).Sleb(1);
        a.U8(DW_CFA_advance_loc | 4);
        a.U8(DW_CFA_def_cfa_expression).Uleb(1).U8(0x30);
        a.U8(DW_CFA_offset_extended).Uleb(4).Uleb(0);
        a.U8(DW_CFA_nop);
      }),
      (std::vector<std::string>{
          "text+16..text+20 r7+8 3=c-16 4=u 5=s 6=r12 8=v-24 9=exp2 10=vexp1 "
          "11=c8 16=c-8 200=c8 201=v-8",
          "text+20..text+272 exp1 3=c-16 4=c0 5=s 6=r12 8=v-24 9=exp2 "
          "10=vexp1 11=c8 16=c-8 200=c8 201=v-8"}));
}

TEST(CfiRowsTest, CfaByParts) {
  EXPECT_EQ(
      RowsOf([](Assembler& a) {
        a.U8(DW_CFA_def_cfa_offset).Uleb(16).U8(DW_CFA_advance_loc | 1);
        a.U8(DW_CFA_def_cfa_register).Uleb(6).U8(DW_CFA_advance_loc | 1);
        a.U8(DW_CFA_def_cfa_sf).Uleb(5).Sleb(-4);
        a.U8(DW_CFA_advance_loc | 1);
        a.U8(DW_CFA_def_cfa_offset_sf).Sleb(2);
        a.U8(DW_CFA_advance_loc | 1);
        a.U8(DW_CFA_LLVM_def_aspace_cfa).Uleb(9).Uleb(1).Uleb(6);
      }),
      (std::vector<std::string>{
          "text+16..text+17 r7+16 16=c-8", "text+17..text+18 r6+16 16=c-8",
          "text+18..text+19 r5+32 16=c-8", "text+19..text+20 r5+-16 16=c-8",
          "text+20..text+272 r9+1 16=c-8"}));
}

TEST(CfiRowsTest, RememberedStatesNest) {
  EXPECT_EQ(
      RowsOf([](Assembler& a) {
        a.U8(DW_CFA_remember_state).U8(DW_CFA_def_cfa_offset).Uleb(16);
        a.U8(DW_CFA_offset | 3).Uleb(2);
        a.U8(DW_CFA_remember_state).U8(DW_CFA_offset | 6).Uleb(3);
        a.U8(DW_CFA_advance_loc | 1).U8(DW_CFA_restore_state);
        a.U8(DW_CFA_advance_loc | 1).U8(DW_CFA_restore_state);
        a.U8(DW_CFA_advance_loc | 1);
      }),
      (std::vector<std::string>{"text+16..text+17 r7+16 3=c-16 6=c-24 16=c-8",
                                "text+17..text+18 r7+16 3=c-16 16=c-8",
                                "text+18..text+19 r7+8 16=c-8",
                                "text+19..text+272 r7+8 16=c-8"}));
}

TEST(CfiRowsTest, RestoreIsToWhatTheCieSays) {
  EXPECT_EQ(RowsOf([](Assembler& a) {
              a.U8(DW_CFA_offset | 3).Uleb(2).U8(DW_CFA_offset | 16).Uleb(5);
              a.U8(DW_CFA_remember_state).U8(DW_CFA_advance_loc | 1);
              a.U8(DW_CFA_restore | 3).U8(DW_CFA_restore | 4);
              a.U8(DW_CFA_restore_extended).Uleb(16);
            }),
            (std::vector<std::string>{"text+16..text+17 r7+8 3=c-16 16=c-40",
                                      "text+17..text+272 r7+8 16=c-8"}));
}

TEST(CfiRowsTest, SetLoc) {
  Program program(Usual, [](Assembler& a) {
    a.U8(DW_CFA_set_loc).U64(0xeeee).U8(DW_CFA_advance_loc | 2);
  });
  program.elf().Reloc(program.section(),
                      {.offset = program.begin() + 1,
                       .type = R_X86_64_64,
                       .symbol = program.elf().SectionSymbol(program.text()),
                       .addend = 0x30});
  absl::Status status;
  EXPECT_EQ(program.Rows(&status),
            (std::vector<std::string>{"text+16..text+48 r7+8 16=c-8",
                                      "text+48..text+50 r7+8 16=c-8",
                                      "text+50..text+272 r7+8 16=c-8"}));
}

TEST(CfiRowsTest, ACieHasOneRow) {
  Program program(Usual, [](Assembler&) {});
  absl::Status status;
  EXPECT_EQ(program.Rows(&status, true),
            (std::vector<std::string>{"0..0 r7+8 16=c-8"}));
  EXPECT_THAT(status, IsOk());
}

TEST(CfiRowsTest, NothingIsDefined) {
  Program program({}, [](Assembler&) {});
  absl::Status status;
  EXPECT_EQ(program.Rows(&status),
            (std::vector<std::string>{"text+16..text+272 none"}));
}

// As gas begins the CIEs of RISC-V.
TEST(CfiRowsTest, RegisterOfACfaThatNothingDefined) {
  Program program([](Assembler& a) { a.U8(DW_CFA_def_cfa_register).Uleb(2); },
                  [](Assembler& a) { a.U8(DW_CFA_def_cfa_offset).Uleb(16); });
  absl::Status status;
  EXPECT_EQ(program.Rows(&status, true),
            (std::vector<std::string>{"0..0 r2+0"}));
  EXPECT_EQ(program.Rows(&status),
            (std::vector<std::string>{"text+16..text+272 r2+16"}));
}

TEST(CfiRowsTest, ArgumentsSize) {
  Program program(Usual,
                  [](Assembler& a) { a.U8(DW_CFA_GNU_args_size).Uleb(48); });
  absl::Status status;
  program.Rows(&status);
  EXPECT_EQ(program.last().args_size, 48u);
}

// One opcode, three machines.
TEST(CfiRowsTest, WindowSaveAndRaState) {
  Target sparc = kPpc64;
  sparc.e_machine = EM_SPARCV9;
  sparc.abs32 = R_SPARC_UA32;
  sparc.abs64 = R_SPARC_UA64;
  const auto write = [](Assembler& a) {
    a.U8(DW_CFA_GNU_window_save).U8(DW_CFA_advance_loc | 1);
    a.U8(DW_CFA_GNU_window_save);
  };
  EXPECT_EQ(RowsOf(write, kAArch64),
            (std::vector<std::string>{"text+16..text+17 r7+8 16=c-8 34=a1",
                                      "text+17..text+272 r7+8 16=c-8 34=a0"}));
  EXPECT_EQ(
      RowsOf([](Assembler& a) { a.U8(DW_CFA_AARCH64_negate_ra_state_with_pc); },
             kAArch64),
      (std::vector<std::string>{"text+16..text+272 r7+8 16=c-8 34=a3"}));
  EXPECT_EQ(RowsOf(
                [](Assembler& a) {
                  a.U8(DW_CFA_AARCH64_set_ra_state).Uleb(2).Sleb(-4);
                  a.U8(DW_CFA_advance_loc | 1);
                  a.U8(DW_CFA_AARCH64_set_ra_state).Uleb(0).Sleb(0);
                },
                kAArch64),
            (std::vector<std::string>{"text+16..text+17 r7+8 16=c-8 34=a2",
                                      "text+17..text+272 r7+8 16=c-8 34=a0"}));
  if (FindMachine(EM_SPARCV9, true) != nullptr) {
    EXPECT_EQ(RowsOf(write, sparc)[0],
              "text+16..text+17 r7+8 16=c0 17=c8 18=c16 19=c24 20=c32 21=c40 "
              "22=c48 23=c56 24=c64 25=c72 26=c80 27=c88 28=c96 29=c104 "
              "30=c112 31=c120");
  }
  for (const uint8_t opcode :
       {DW_CFA_GNU_window_save, DW_CFA_AARCH64_set_ra_state,
        DW_CFA_AARCH64_negate_ra_state_with_pc}) {
    Program program(Usual, [=](Assembler& a) { a.U8(opcode).Zeros(8); });
    absl::Status status;
    EXPECT_TRUE(program.Rows(&status).empty());
    EXPECT_THAT(status, FailsWith(ErrorCode::kUnsupported,
                                  "unknown call frame instruction 0x2"));
  }
}

TEST(CfiRowsTest, WhatProgramsMayNotDo) {
  const auto usual = FrameBuilder::Write(Usual);
  const struct {
    const char* text;
    FrameBuilder::Write initial;
    FrameBuilder::Write write;
  } cases[] = {
      {"without a state", usual,
       [](Assembler& a) { a.U8(DW_CFA_restore_state); }},
      {"too many states", usual,
       [](Assembler& a) {
         for (int i = 0; i < 1000; ++i) a.U8(DW_CFA_remember_state);
       }},
      {"too many register rules", usual,
       [](Assembler& a) {
         for (uint64_t i = 0; i < 1000; ++i) a.U8(DW_CFA_undefined).Uleb(i);
       }},
      {"too many states", usual,
       [](Assembler& a) {
         for (uint64_t i = 0; i < 150; ++i) a.U8(DW_CFA_undefined).Uleb(i);
         a.U8(DW_CFA_remember_state);
       }},
      {"beyond 32 bits", usual,
       [](Assembler& a) { a.U8(DW_CFA_undefined).Uleb(uint64_t{1} << 32); }},
      {"too big", usual,
       [](Assembler& a) {
         a.U8(DW_CFA_def_cfa_register).Uleb(uint64_t{1} << 32);
       }},
      {"no offset", usual,
       [](Assembler& a) {
         a.U8(DW_CFA_def_cfa_expression).Uleb(0);
         a.U8(DW_CFA_def_cfa_register).Uleb(1);
       }},
      {"no register",
       {},
       [](Assembler& a) { a.U8(DW_CFA_def_cfa_offset).Uleb(1); }},
      {"moves in a CIE", [](Assembler& a) { a.U8(DW_CFA_advance_loc | 1); },
       [](Assembler&) {}},
      {"restored in a CIE", [](Assembler& a) { a.U8(DW_CFA_restore | 1); },
       [](Assembler&) {}},
      {"remembered in a CIE", [](Assembler& a) { a.U8(DW_CFA_remember_state); },
       [](Assembler&) {}},
      {"unknown call frame", [](Assembler& a) { a.U8(0x3f); },
       [](Assembler&) {}},
  };
  for (const auto& one : cases) {
    SCOPED_TRACE(one.text);
    Program program(one.initial, one.write);
    absl::Status status;
    EXPECT_TRUE(program.Rows(&status).empty());
    EXPECT_NE(status.message().find(one.text), std::string::npos) << status;
    EXPECT_EQ(GetDetail(status).section, program.section());
  }
}

// The rows before what is bad are good.
TEST(CfiRowsTest, RowsBeforeAnError) {
  Program program(Usual, [](Assembler& a) {
    a.U8(DW_CFA_advance_loc | 1).U8(DW_CFA_restore_state);
  });
  absl::Status status;
  EXPECT_EQ(program.Rows(&status).size(), 1u);
  EXPECT_THAT(status, FailsWith(ErrorCode::kBadDwarf, "without a state"));
}

TEST(CfiRowsTest, UnknownAugmentation) {
  ElfBuilder elf(kX86_64, ET_EXEC);
  FrameBuilder frames(&elf, ".debug_frame");
  const uint64_t cie = frames.Cie({.augmentation = "strange"});
  frames.Fde(cie, [](Assembler& a) { a.U64(0x10).U64(2); });
  frames.Finish();
  const DwarfFile file(elf);
  CfiReader reader = CfiReader::Of(file.sections(), frames.section()).value();
  CfiEntry entry;
  while (*reader.Next(&entry)) {
    CfiRows rows(file.sections(), reader.view(), entry);
    CfiRow row;
    EXPECT_FALSE(rows.Next(&row));
    EXPECT_THAT(rows.status(),
                FailsWith(ErrorCode::kUnsupported, "augmentation"));
  }
}

// They are executed once more for every FDE.
TEST(CfiRowsTest, InitialInstructionsAreBounded) {
  for (const size_t size : {size_t{4000}, size_t{5000}}) {
    Program program([&](Assembler& a) { a.Zeros(size); },
                    [](Assembler& a) { a.U8(DW_CFA_nop); });
    absl::Status status;
    const std::vector<std::string> rows = program.Rows(&status);
    if (size < 4096) {
      EXPECT_THAT(status, IsOk());
      EXPECT_EQ(rows.size(), 1u);
      continue;
    }
    EXPECT_THAT(status, FailsWith(ErrorCode::kUnsupported, "initial"));
    EXPECT_EQ(rows.size(), 0u);
    // The CIE's own row is one execution.
    program.Rows(&status, true);
    EXPECT_THAT(status, IsOk());
  }
}

}  // namespace
}  // namespace dwreloc::internal
