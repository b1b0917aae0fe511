// query/call_chain: the frames of a place, with names and places in sources.

#include "query/call_chain.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "dwarf/constants.h"
#include "support/code_file.h"
#include "support/dwarf_file.h"

namespace dwreloc::internal {
namespace {

enum : uint8_t { kUnit = 1, kAbstract, kFunction, kInlined };

// "name line:column/discriminator path; ..." of each frame.
std::string Frames(const Module& module, const RelocValue& place) {
  absl::StatusOr<std::optional<CallChain>> chain = CallChain::At(module, place);
  if (!chain.ok()) return "error";
  if (!chain->has_value()) return "";
  std::string text;
  CallFrame frame;
  while ((*chain)->Next(&frame)) {
    absl::StrAppend(
        &text, text.empty() ? "" : "; ",
        frame.name.name.data() == nullptr ? "?" : std::string(frame.name.name),
        " ", frame.place.line, ":", frame.place.column, "/",
        frame.place.discriminator, " ",
        frame.place.path == nullptr ? "?" : frame.place.path);
    EXPECT_EQ(
        frame.is_inlined,
        frame.die.has_value() && frame.die->tag == DW_TAG_inlined_subroutine);
  }
  EXPECT_FALSE((*chain)->Next(&frame)) << "the end is the end";
  return text;
}

// f, with g inlined at 0x10 and h into that at 0x14; nothing is known of what
// is at 0x40 but its lines.
class CallChainTest : public testing::Test {
 protected:
  void Build(Encoding encoding, const Target& target) {
    code_.emplace(encoding, target);
    const uint64_t lines = AddLines(encoding);
    const bool is_new = encoding.version >= 4;
    const uint32_t offset =
        is_new ? DW_FORM_sec_offset
               : (encoding.format == Format::kDwarf64 ? DW_FORM_data8
                                                      : DW_FORM_data4);
    const uint32_t high = is_new ? DW_FORM_data4 : DW_FORM_addr;
    code_->dwarf
        .Abbrev(kUnit, DW_TAG_compile_unit, true,
                {{DW_AT_stmt_list, offset},
                 {DW_AT_comp_dir, DW_FORM_string},
                 {DW_AT_low_pc, DW_FORM_addr},
                 {DW_AT_high_pc, high}})
        .Abbrev(kAbstract, DW_TAG_subprogram, false,
                {{DW_AT_name, DW_FORM_string}, {DW_AT_inline, DW_FORM_data1}})
        .Abbrev(kFunction, DW_TAG_subprogram, true,
                {{DW_AT_name, DW_FORM_string},
                 {DW_AT_low_pc, DW_FORM_addr},
                 {DW_AT_high_pc, high}})
        .Abbrev(kInlined, DW_TAG_inlined_subroutine, true,
                {{DW_AT_abstract_origin, DW_FORM_ref4},
                 {DW_AT_low_pc, DW_FORM_addr},
                 {DW_AT_high_pc, high},
                 {DW_AT_call_file, DW_FORM_data1},
                 {DW_AT_call_line, DW_FORM_data2},
                 {DW_AT_call_column, DW_FORM_data1},
                 {DW_AT_GNU_discriminator, DW_FORM_data1}})
        .EndAbbrevs();
    code_->dwarf.Unit({}, [&](DieWriter& die) { WriteUnit(die, lines); });
  }

  uint64_t AddLines(Encoding encoding) {
    LineHeaderFields header;
    header.directories = {"/src", "include"};
    header.files = {{"a.c", 0}, {"b.h", 1}};
    // Before DWARF 5 the compilation directory is not among the directories.
    if (encoding.version < 5) header.directories = {"include"};
    first_file_ = encoding.version < 5 ? 1 : 0;
    return code_->dwarf.LineProgram(header, [&](LineWriter& w) {
      code_->Pc(w, code_->text, 0).SetFile(first_file_).AdvanceLine(9);
      w.SetColumn(3).Copy().AdvancePc(0x14).SetFile(first_file_ + 1);
      w.AdvanceLine(-5).SetColumn(7);
      w.Extended(DW_LNE_set_discriminator, [](Assembler& o) { o.Uleb(2); });
      w.Copy().AdvancePc(4).AdvanceLine(10).Copy();
      w.AdvancePc(0x40).EndSequence();
    });
  }

  void Range(DieWriter& die, uint64_t begin, uint64_t end) {
    code_->Pc(die, code_->text, begin);
    if (code_->dwarf.encoding().version < 4) {
      code_->Pc(die, code_->text, end);
    } else {
      die.Data4(end - begin);
    }
  }

  void WriteUnit(DieWriter& die, uint64_t lines) {
    const Label g = die.Forward();
    const Label h = die.Forward();
    die.Die(kUnit).SecOffset(".debug_line", lines).String("/src");
    Range(die, 0, 0x50);
    die.Bind(g).Die(kAbstract).String("g").Data1(1);
    die.Bind(h).Die(kAbstract).String("h").Data1(1);
    die.Die(kFunction).String("f");
    Range(die, 0, 0x40);
    die.Die(kInlined).Ref(4, g);
    Range(die, 0x10, 0x20);
    die.Data1(first_file_).Data2(20).Data1(5).Data1(4);
    die.Die(kInlined).Ref(4, h);
    Range(die, 0x14, 0x18);
    die.Data1(first_file_ + 1).Data2(500).Data1(9).Data1(0).End();
    die.End().End().End();
  }

  std::string InText(uint64_t offset) {
    return Frames(code_->module(), code_->At(code_->text, offset));
  }

  std::optional<CodeFile> code_;
  uint64_t first_file_ = 0;
};

TEST_F(CallChainTest, InnermostFirstOnEveryMachineAndVersion) {
  ForEachEncoding([this](const Target& target, Encoding encoding) {
    Build(encoding, target);
    EXPECT_EQ(InText(0), "f 10:3/0 /src/a.c");
    EXPECT_EQ(InText(0x10), "g 10:3/0 /src/a.c; f 20:5/4 /src/a.c");
    EXPECT_EQ(InText(0x14),
              "h 5:7/2 /src/include/b.h; g 500:9/0 /src/include/b.h; "
              "f 20:5/4 /src/a.c");
    EXPECT_EQ(InText(0x18), "g 15:7/0 /src/include/b.h; f 20:5/4 /src/a.c");
    EXPECT_EQ(InText(0x20), "f 15:7/0 /src/include/b.h");
    EXPECT_EQ(InText(0x40), "? 15:7/0 /src/include/b.h") << "only lines";
    EXPECT_EQ(InText(0x50), "") << "nothing";
    EXPECT_EQ(Frames(code_->module(), code_->At(code_->init, 0)), "");
  });
}

TEST_F(CallChainTest, FunctionIsTheOutermost) {
  Build(CodeFile::kDwarf5, kX86_64);
  const auto chain =
      CallChain::At(code_->module(), code_->At(code_->text, 0x14));
  ASSERT_TRUE(chain.ok() && chain->has_value());
  const absl::StatusOr<std::optional<Die>> function = (*chain)->Function();
  ASSERT_TRUE(function.ok() && function->has_value());
  EXPECT_EQ((*function)->tag, DW_TAG_subprogram);
  EXPECT_EQ(FunctionNameOf(**function).name, "f");
}

TEST_F(CallChainTest, TrimmedModuleAnswersAgain) {
  Build(CodeFile::kDwarf5, kX86_64);
  const std::string before = InText(0x14);
  absl::StatusOr<std::optional<CallChain>> chain =
      CallChain::At(code_->module(), code_->At(code_->text, 0x14));
  CallFrame frame;
  ASSERT_TRUE((*chain)->Next(&frame));
  code_->Open().module().Trim();
  ASSERT_TRUE((*chain)->Next(&frame));
  EXPECT_EQ(frame.name.name, "g") << "a chain goes on after a trim";
  EXPECT_EQ(InText(0x14), before);
}

TEST_F(CallChainTest, ManyThreadsGetTheSameFrames) {
  Build(CodeFile::kDwarf5, kX86_64);
  const Module& module = code_->module();
  const RelocValue place = code_->At(code_->text, 0x14);
  std::vector<std::string> texts(8);
  std::vector<std::thread> threads;
  for (std::string& text : texts) {
    threads.emplace_back([&] { text = Frames(module, place); });
  }
  for (std::thread& thread : threads) thread.join();
  for (const std::string& text : texts) EXPECT_EQ(text, InText(0x14));
}

TEST(CallChainErrorTest, LinesThatCannotBeReadLeaveTheNames) {
  CodeFile code;
  code.dwarf
      .Abbrev(kUnit, DW_TAG_compile_unit, true,
              {{DW_AT_stmt_list, DW_FORM_sec_offset}})
      .Abbrev(kFunction, DW_TAG_subprogram, false,
              {{DW_AT_name, DW_FORM_string},
               {DW_AT_low_pc, DW_FORM_addr},
               {DW_AT_high_pc, DW_FORM_data4}})
      .EndAbbrevs();
  code.dwarf.Section(".debug_line").U32(100).U16(5);
  code.dwarf.Unit({}, [&](DieWriter& die) {
    die.Die(kUnit).SecOffset(".debug_line", 0);
    die.Die(kFunction).String("f");
    code.Pc(die, code.text, 0).Data4(8).End();
  });
  absl::StatusOr<std::optional<CallChain>> chain =
      CallChain::At(code.module(), code.At(code.text, 0));
  ASSERT_TRUE(chain.ok() && chain->has_value());
  CallFrame frame;
  ASSERT_TRUE((*chain)->Next(&frame));
  EXPECT_EQ(frame.name.name, "f");
  EXPECT_EQ(frame.place.table, nullptr);
  EXPECT_THAT(frame.place_status, FailsWith(ErrorCode::kTruncated, ""));
  EXPECT_FALSE((*chain)->Next(&frame));
}

// Where no unit has the place, one that could not be read may have it.
TEST(CallChainErrorTest, PlaceThatMayBeInABadUnit) {
  CodeFile code;
  code.dwarf.Abbrev(kUnit, DW_TAG_compile_unit, false, {}).EndAbbrevs();
  code.dwarf.Unit({}, [](DieWriter& die) { die.Die(99); });
  EXPECT_THAT(CallChain::At(code.module(), code.At(code.text, 0)).status(),
              FailsWith(ErrorCode::kBadDwarf, "99"));
}

}  // namespace
}  // namespace dwreloc::internal
