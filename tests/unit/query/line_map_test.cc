// query/line_map: the row of each place, compared with a run of the whole
// program.

#include "query/line_map.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <functional>
#include <optional>
#include <random>

#include "dwarf/constants.h"
#include "query/code_ranges.h"
#include "support/code_file.h"
#include "support/dwarf_file.h"

namespace dwreloc::internal {
namespace {

void AddLines(CodeFile& code, const std::function<void(LineWriter&)>& body,
              const LineHeaderFields& header = {}) {
  const uint64_t program = code.dwarf.LineProgram(header, body);
  code.dwarf
      .Abbrev(1, DW_TAG_compile_unit, false,
              {{DW_AT_stmt_list, DW_FORM_sec_offset}})
      .EndAbbrevs();
  code.dwarf.Unit({}, [&](DieWriter& die) {
    die.Die(1).SecOffset(".debug_line", program);
  });
}

LineMap MapOf(CodeFile& code) {
  ModuleFile& file = code.Open();
  return LineMap(**file->LineTableOf(file.unit()), Tombstones(file->file()));
}

uint32_t LineAt(const LineMap& map, const RelocValue& place) {
  const std::optional<LineRow> row = map.Find(place);
  return row.has_value() ? row->line : 0;
}

// Compares all places below `size` of both sections.
void ExpectRowsOfTheProgram(CodeFile& code, uint64_t size) {
  const LineMap map = MapOf(code);
  ModuleFile& file = code.Open();
  for (const uint32_t section : {code.text, code.init}) {
    for (uint64_t offset = 0; offset < size; ++offset) {
      const RelocValue place = code.At(section, offset);
      const auto expected = file->FindRow(file.unit(), place);
      const std::optional<LineRow> found = map.Find(place);
      ASSERT_THAT(expected.status(), IsOk());
      ASSERT_EQ(found.has_value(), expected->has_value()) << offset;
      if (!found.has_value()) continue;
      EXPECT_EQ(found->offset, (*expected)->offset) << offset;
      EXPECT_EQ(found->address.value, (*expected)->address.value) << offset;
      EXPECT_EQ(found->line, (*expected)->line) << offset;
      EXPECT_EQ(found->discriminator, (*expected)->discriminator) << offset;
      EXPECT_EQ(found->is_stmt, (*expected)->is_stmt) << offset;
      EXPECT_EQ(found->file, (*expected)->file) << offset;
      EXPECT_EQ(found->column, (*expected)->column) << offset;
      EXPECT_EQ(found->isa, (*expected)->isa) << offset;
      EXPECT_EQ(found->basic_block, (*expected)->basic_block) << offset;
      EXPECT_EQ(found->prologue_end, (*expected)->prologue_end) << offset;
    }
  }
}

TEST(LineMapTest, NothingBetweenSequences) {
  CodeFile code;
  AddLines(code, [&](LineWriter& w) {
    code.Pc(w, code.text, 0x10).Copy().AdvancePc(8).EndSequence();
    code.Pc(w, code.text, 0x20).AdvanceLine(9).Copy().AdvancePc(8);
    w.EndSequence();
  });
  const LineMap map = MapOf(code);
  EXPECT_EQ(LineAt(map, code.At(code.text, 0xf)), 0u);
  EXPECT_EQ(LineAt(map, code.At(code.text, 0x10)), 1u);
  EXPECT_EQ(LineAt(map, code.At(code.text, 0x17)), 1u);
  EXPECT_EQ(LineAt(map, code.At(code.text, 0x18)), 0u);
  EXPECT_EQ(LineAt(map, code.At(code.text, 0x20)), 10u);
  EXPECT_EQ(LineAt(map, code.At(code.text, 0x28)), 0u);
  EXPECT_THAT(map.status(), IsOk());
}

TEST(LineMapTest, OffsetZeroOfManySections) {
  CodeFile code;
  AddLines(code, [&](LineWriter& w) {
    code.Pc(w, code.init, 0).AdvanceLine(4).Copy().AdvancePc(4).EndSequence();
    code.Pc(w, code.text, 0).AdvanceLine(6).Copy().AdvancePc(4).EndSequence();
  });
  const LineMap map = MapOf(code);
  EXPECT_EQ(LineAt(map, code.At(code.init, 0)), 5u);
  EXPECT_EQ(LineAt(map, code.At(code.text, 3)), 7u);
  EXPECT_EQ(LineAt(map, RelocValue::Constant(0)), 0u);
}

TEST(LineMapTest, LastRowOfAnAddressCountsAndSoDoesLineZero) {
  CodeFile code;
  AddLines(code, [&](LineWriter& w) {
    code.Pc(w, code.text, 0).Copy().AdvanceLine(1).Copy();
    w.AdvancePc(4).AdvanceLine(-2).Op(DW_LNS_negate_stmt).Copy();
    w.AdvancePc(4).EndSequence();
  });
  const LineMap map = MapOf(code);
  EXPECT_EQ(map.Find(code.At(code.text, 0))->line, 2u);
  const std::optional<LineRow> row = map.Find(code.At(code.text, 5));
  ASSERT_TRUE(row.has_value());
  EXPECT_EQ(row->line, 0u);
  EXPECT_FALSE(row->is_stmt);
}

TEST(LineMapTest, DiscardedSequencesOfALinkedFile) {
  for (const uint64_t tombstone : {uint64_t{0}, uint64_t{1}}) {
    CodeFile code(CodeFile::kDwarf5, kX86_64, ET_EXEC);
    AddLines(code, [&](LineWriter& w) {
      w.Extended(2, [&](Assembler& out) { out.U64(tombstone); });
      w.Copy().AdvancePc(0x400100).AdvanceLine(7).EndSequence();
      code.Pc(w, code.text, 0x10).AdvanceLine(1).Copy().AdvancePc(4);
      w.EndSequence();
    });
    const LineMap map = MapOf(code);
    EXPECT_EQ(LineAt(map, RelocValue::Constant(tombstone)), 0u);
    EXPECT_EQ(LineAt(map, RelocValue::Constant(0x10)), 0u);
    EXPECT_EQ(LineAt(map, code.At(code.text, 0x10)), 2u);
  }
}

TEST(LineMapTest, RowsBeforeAnErrorCount) {
  CodeFile code;
  AddLines(code, [&](LineWriter& w) {
    code.Pc(w, code.text, 0).Copy().AdvancePc(4).Copy();
    w.Extended(2, [](Assembler& out) { out.U8(1); });
  });
  const LineMap map = MapOf(code);
  EXPECT_EQ(LineAt(map, code.At(code.text, 3)), 1u);
  EXPECT_EQ(LineAt(map, code.At(code.text, 4)), 0u) << "its end is unknown";
  EXPECT_FALSE(map.status().ok());
}

void ChangeSomeRegister(std::mt19937& random, LineWriter& w) {
  switch (random() % 12) {
    case 0:
      w.Op(DW_LNS_negate_stmt);
      break;
    case 1:
      w.Op(DW_LNS_set_basic_block);
      break;
    case 2:
      w.SetColumn(random() % 200);
      break;
    case 3:
      w.SetFile(random() % 3);
      break;
    case 4:
      w.Extended(DW_LNE_set_discriminator,
                 [&](Assembler& out) { out.Uleb(random() % 5); });
      break;
    case 5:
      w.Op(DW_LNS_set_prologue_end);
      break;
    case 6:
      w.Op(DW_LNS_set_isa, random() % 3);
      break;
    default:
      break;
  }
}

// Programs of many rows, some of which go back, change the section or have no
// end.
TEST(LineMapTest, RowsOfRandomPrograms) {
  std::mt19937 random(2);
  for (uint16_t version = 2; version <= 5; ++version) {
    for (int round = 0; round < 20; ++round) {
      Encoding encoding = CodeFile::kDwarf5;
      encoding.version = version;
      CodeFile code(encoding);
      AddLines(code, [&](LineWriter& w) {
        for (uint64_t sequence = 0; sequence < 8; ++sequence) {
          const uint32_t section = random() % 3 == 0 ? code.init : code.text;
          code.Pc(w, section, sequence * 100 + random() % 8);
          const uint32_t rows = random() % 90;
          for (uint32_t i = 0; i < rows; ++i) {
            if (random() % 40 == 0) {
              code.Pc(w, code.text, sequence * 100 + random() % 90);
            }
            ChangeSomeRegister(random, w);
            w.Special(static_cast<int>(random() % 4),
                      static_cast<int>(random() % 3));
          }
          if (random() % 6 != 0) w.AdvancePc(random() % 4).EndSequence();
        }
      });
      SCOPED_TRACE(testing::Message()
                   << "version " << version << ", round " << round);
      ExpectRowsOfTheProgram(code, 1000);
      if (testing::Test::HasFatalFailure()) return;
    }
  }
}

TEST(LineMapTest, PathsAreInFullAndKept) {
  CodeFile code;
  AddLines(code,
           [&](LineWriter& w) {
             code.Pc(w, code.text, 0).Copy().AdvancePc(4).EndSequence();
           },
           {.directories = {"/build", "sub"}, .files = {{"a.c"}, {"b.h", 1}}});
  const LineMap map = MapOf(code);
  EXPECT_STREQ(*map.PathOf(0), "/build/a.c");
  EXPECT_STREQ(*map.PathOf(1), "/build/sub/b.h");
  EXPECT_EQ(*map.PathOf(1), *map.PathOf(1));
  EXPECT_THAT(map.PathOf(2).status(),
              FailsWith(ErrorCode::kNotFound, "no file 2"));
}

}  // namespace
}  // namespace dwreloc::internal
