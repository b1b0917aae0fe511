// query/scope_chain: the DIEs around a place, innermost first.

#include "query/scope_chain.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "dwarf/constants.h"
#include "dwarf/tree/strings.h"
#include "query/call_chain.h"
#include "support/code_file.h"
#include "support/dwarf_file.h"

namespace dwreloc::internal {
namespace {

// The abbreviations of all units here.  All but kUnit and kGap have a name,
// then those with code low_pc and a length.
enum : uint8_t {
  kUnit = 1,
  kNamespace,
  kFunction,
  kInlined,
  kBlock,
  kTry,
  kGap,       // a block of which nothing is told
  kUnknown,   // sibling, an unknown form
  kBadBlock,  // ranges, a list that is not there
};

void AddAbbrevs(DwarfBuilder& dwarf) {
  const bool is_new = dwarf.encoding().version >= 4;
  const uint32_t high = is_new ? DW_FORM_data4 : DW_FORM_addr;
  dwarf.Abbrev(kUnit, DW_TAG_compile_unit, true, {})
      .Abbrev(kNamespace, DW_TAG_namespace, true,
              {{DW_AT_name, DW_FORM_string}});
  for (const auto& [code, tag] :
       {std::pair(kFunction, DW_TAG_subprogram),
        std::pair(kInlined, DW_TAG_inlined_subroutine),
        std::pair(kBlock, DW_TAG_lexical_block),
        std::pair(kTry, DW_TAG_try_block)}) {
    dwarf.Abbrev(code, tag, true,
                 {{DW_AT_name, DW_FORM_string},
                  {DW_AT_low_pc, DW_FORM_addr},
                  {DW_AT_high_pc, high}});
  }
  dwarf.Abbrev(kGap, DW_TAG_lexical_block, true, {})
      .Abbrev(kUnknown, DW_TAG_variable, false,
              {{DW_AT_sibling, DW_FORM_ref4}, {DW_AT_name, 0x7f}})
      .Abbrev(kBadBlock, DW_TAG_lexical_block, true,
              {{DW_AT_ranges, DW_FORM_sec_offset}})
      .EndAbbrevs();
}

class ScopeChainTest : public testing::Test {
 protected:
  void Begin(Encoding encoding = CodeFile::kDwarf5,
             const Target& target = kX86_64, uint16_t e_type = ET_REL) {
    code_.emplace(encoding, target, e_type);
    AddAbbrevs(code_->dwarf);
  }
  void Unit(const std::function<void(DieWriter&)>& body) {
    code_->dwarf.Unit({}, [&](DieWriter& die) {
      body(die.Die(kUnit));
      die.End();
    });
  }
  DieWriter& Open(DieWriter& die, uint8_t abbrev, const char* name,
                  uint64_t begin, uint64_t end) {
    die.Die(abbrev).String(name);
    code_->Pc(die, code_->text, begin);
    if (code_->dwarf.encoding().version < 4) {
      code_->Pc(die, code_->text, end);
      return die;
    }
    return die.Data4(end - begin);
  }

  absl::StatusOr<std::optional<ScopeChain>> At(uint64_t offset) {
    return ScopeChain::At(code_->module(), code_->At(code_->text, offset));
  }
  // The scopes as "name ...", of the unit DIE "unit", of a gap "gap".
  std::string Scopes(uint64_t offset) {
    absl::StatusOr<std::optional<ScopeChain>> chain = At(offset);
    if (!chain.ok()) return absl::StrCat(chain.status().message());
    if (!chain->has_value()) return "";
    std::string text;
    for (;;) {
      const absl::StatusOr<std::optional<Die>> die = (*chain)->Next();
      if (!die.ok()) {
        absl::StrAppend(&text, "error ");
        continue;
      }
      if (!die->has_value()) break;
      absl::StrAppend(&text, NameOf(**die), " ");
    }
    EXPECT_FALSE((*chain)->Next()->has_value()) << "the end is the end";
    return text;
  }
  static std::string NameOf(const Die& die) {
    if (die.tag == DW_TAG_compile_unit) return "unit";
    const auto name = FindAttribute(die, DW_AT_name);
    if (!name->has_value()) return "gap";
    return std::string(*StringOf(**name));
  }

  std::optional<CodeFile> code_;
};

TEST_F(ScopeChainTest, InnermostFirstOnEveryMachineAndVersion) {
  ForEachEncoding([this](const Target& target, Encoding encoding) {
    Begin(encoding, target);
    Unit([this](DieWriter& die) {
      Open(die, kFunction, "f", 0, 0x40);
      Open(die, kBlock, "b", 8, 0x38);
      die.Die(kGap);
      Open(die, kInlined, "g", 0x10, 0x20);
      Open(die, kBlock, "gb", 0x14, 0x18).End();
      die.End();
      Open(die, kTry, "c", 0x28, 0x30).End();
      die.End().End().End();
      die.Die(kNamespace).String("n");
      Open(die, kFunction, "h", 0x50, 0x60).End();
      die.End();
    });
    EXPECT_EQ(Scopes(0), "f unit ");
    EXPECT_EQ(Scopes(8), "b f unit ");
    EXPECT_EQ(Scopes(0x10), "g gap b f unit ");
    EXPECT_EQ(Scopes(0x14), "gb g gap b f unit ");
    EXPECT_EQ(Scopes(0x18), "g gap b f unit ");
    EXPECT_EQ(Scopes(0x2f), "c gap b f unit ");
    EXPECT_EQ(Scopes(0x30), "b f unit ");
    EXPECT_EQ(Scopes(0x38), "f unit ");
    EXPECT_EQ(Scopes(0x55), "h n unit ");
    EXPECT_EQ(Scopes(0x40), "") << "no unit has it";
  });
}

TEST_F(ScopeChainTest, AddressesOfLinkedFiles) {
  Begin(CodeFile::kDwarf5, kX86_64, ET_EXEC);
  Unit([this](DieWriter& die) {
    Open(die, kFunction, "f", 0, 0x40);
    Open(die, kBlock, "b", 8, 0x38).End();
    die.End();
  });
  EXPECT_EQ(Scopes(4), "f unit ");
  EXPECT_EQ(Scopes(0x37), "b f unit ");
}

// A producer may say that an inlined function reaches beyond the block that it
// is in, and that blocks overlap: functions are those of the frames.
TEST_F(ScopeChainTest, FunctionsAreThoseOfTheFrames) {
  Begin();
  Unit([this](DieWriter& die) {
    Open(die, kFunction, "f", 0, 0x40);
    Open(die, kBlock, "b", 8, 0x10);
    Open(die, kInlined, "g", 8, 0x20).End();
    die.End();
    Open(die, kBlock, "c", 0x18, 0x30);
    Open(die, kBlock, "d", 0x18, 0x30).End();
    die.End().End();
  });
  EXPECT_EQ(Scopes(0x1c), "g b f unit ");
  EXPECT_EQ(Scopes(0x20), "d c f unit ");
  for (uint64_t offset = 0; offset < 0x40; ++offset) {
    std::vector<uint64_t> of_frames;
    std::vector<uint64_t> of_scopes;
    auto chain = CallChain::At(code_->module(), code_->At(code_->text, offset));
    CallFrame frame;
    while ((*chain)->Next(&frame)) of_frames.push_back(frame.die->offset);
    auto scopes = At(offset);
    for (;;) {
      const std::optional<Die> die = (*scopes)->Next().value();
      if (!die.has_value()) break;
      if (die->tag == DW_TAG_subprogram ||
          die->tag == DW_TAG_inlined_subroutine) {
        of_scopes.push_back(die->offset);
      }
    }
    EXPECT_EQ(of_scopes, of_frames) << offset;
  }
}

TEST_F(ScopeChainTest, DeeperThanWhatIsKept) {
  Begin();
  constexpr int kDepth = 100;
  Unit([this](DieWriter& die) {
    Open(die, kFunction, "f", 0, 0x400);
    for (uint64_t i = 1; i < kDepth; ++i) Open(die, kBlock, "b", i, 0x400 - i);
    for (int i = 0; i < kDepth; ++i) die.End();
  });
  std::string expected;
  for (int i = 1; i < kDepth; ++i) expected += "b ";
  EXPECT_EQ(Scopes(0x200), expected + "f unit ");
  EXPECT_EQ(Scopes(0), "f unit ");
}

TEST_F(ScopeChainTest, OwnerIsTheParentOfEveryDie) {
  Begin();
  Unit([this](DieWriter& die) {
    die.Die(kNamespace).String("n");
    Open(die, kFunction, "f", 0, 0x40);
    Open(die, kBlock, "b", 8, 0x38).End();
    die.Die(kGap).End().End();
    Open(die, kFunction, "g", 0x40, 0x50).End();
    die.End();
    die.Die(kNamespace).String("m").End();
  });
  absl::StatusOr<DieWalk> walk = DieWalk::OfUnit(code_->Open().unit());
  Die die;
  uint32_t depth;
  size_t count;
  int dies = 0;
  while (walk->Next(&die, &depth, nullptr, 0, &count)) {
    const std::optional<Die> owner = OwnerOf(die).value();
    const std::optional<Die> parent = Parent(die).value();
    ASSERT_EQ(owner.has_value(), parent.has_value());
    if (owner.has_value()) {
      EXPECT_EQ(owner->offset, parent->offset);
    }
    ++dies;
  }
  EXPECT_EQ(dies, 7);
  die.offset += 1;
  EXPECT_THAT(OwnerOf(die).status(),
              FailsWith(ErrorCode::kNotFound, "no DIE begins there"));
}

TEST_F(ScopeChainTest, BadDieBeforeAndInsideIsPassed) {
  Begin();
  Unit([this](DieWriter& die) {
    Label sibling = die.Forward();
    die.Die(kUnknown).Ref(4, sibling).Data1(1);
    die.Bind(sibling);
    Open(die, kFunction, "f", 0, 0x40);
    sibling = die.Forward();
    die.Die(kUnknown).Ref(4, sibling).Data1(1);
    die.Bind(sibling);
    Open(die, kBlock, "b", 8, 0x38).End();
    die.End();
  });
  EXPECT_EQ(Scopes(0x10), "b f unit ");
}

TEST_F(ScopeChainTest, BlockThatCannotBeReadIsToldFirst) {
  Begin();
  Unit([this](DieWriter& die) {
    Open(die, kFunction, "f", 0, 0x40);
    Open(die, kBlock, "b", 8, 0x38);
    die.Die(kBadBlock).SecOffset(".debug_rnglists", 0x1000).End();
    die.End().End();
  });
  code_->dwarf.Section(".debug_rnglists").Zeros(16);
  EXPECT_EQ(Scopes(0x10), "error b f unit ");
}

TEST_F(ScopeChainTest, UnitAloneAndUnitThatCannotBeRead) {
  code_.emplace();
  code_->dwarf
      .Abbrev(kUnit, DW_TAG_compile_unit, false,
              {{DW_AT_low_pc, DW_FORM_addr}, {DW_AT_high_pc, DW_FORM_data4}})
      .EndAbbrevs();
  code_->dwarf.Unit({}, [this](DieWriter& die) {
    die.Die(kUnit);
    code_->Pc(die, code_->text, 0).Data4(0x10);
  });
  code_->dwarf.Unit({}, [](DieWriter& die) { die.Die(99); });
  EXPECT_EQ(Scopes(8), "unit ");
  EXPECT_THAT(At(0x10).status(), FailsWith(ErrorCode::kBadDwarf, "99"));
}

}  // namespace
}  // namespace dwreloc::internal
