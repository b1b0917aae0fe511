// query/variables: names, types and locations of variables at a place.

#include "query/variables.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "absl/strings/str_cat.h"
#include "dwarf/constants.h"
#include "dwarf/tree/value.h"
#include "support/code_file.h"
#include "support/dwarf_file.h"

namespace dwreloc::internal {
namespace {

// The abbreviations of all units here.
enum : uint8_t {
  kUnit = 1,
  kType,
  kPlain,     // name, type, expression
  kList,      // name, location list
  kConstant,  // parameter: name, const_value
  kNothing,   // name
  kConcrete,  // parameter: abstract_origin, location list
  kOrigin,    // variable: abstract_origin
  kBlock,     // with children
  kBadList,   // name, location: a string
  kBadForm,   // name, an unknown form
};

constexpr char kLists[] = ".debug_loclists";

class VariablesTest : public testing::Test {
 protected:
  void Begin(Encoding encoding = CodeFile::kDwarf5,
             const Target& target = kX86_64) {
    code_.emplace(encoding, target);
    const bool is_new = encoding.version >= 4;
    const uint32_t block = is_new ? DW_FORM_exprloc : DW_FORM_block1;
    const uint32_t list =
        is_new ? DW_FORM_sec_offset
               : (encoding.format == Format::kDwarf64 ? DW_FORM_data8
                                                      : DW_FORM_data4);
    code_->dwarf.Abbrev(kUnit, DW_TAG_compile_unit, true, {})
        .Abbrev(kType, DW_TAG_base_type, false, {})
        .Abbrev(kPlain, DW_TAG_variable, false,
                {{DW_AT_name, DW_FORM_string},
                 {DW_AT_type, DW_FORM_ref4},
                 {DW_AT_location, block}})
        .Abbrev(kList, DW_TAG_variable, false,
                {{DW_AT_name, DW_FORM_string}, {DW_AT_location, list}})
        .Abbrev(
            kConstant, DW_TAG_formal_parameter, false,
            {{DW_AT_name, DW_FORM_string}, {DW_AT_const_value, DW_FORM_data1}})
        .Abbrev(kNothing, DW_TAG_variable, false,
                {{DW_AT_name, DW_FORM_string}})
        .Abbrev(kConcrete, DW_TAG_formal_parameter, false,
                {{DW_AT_abstract_origin, DW_FORM_ref4}, {DW_AT_location, list}})
        .Abbrev(kOrigin, DW_TAG_variable, false,
                {{DW_AT_abstract_origin, DW_FORM_ref4}})
        .Abbrev(kBlock, DW_TAG_lexical_block, true, {})
        .Abbrev(
            kBadList, DW_TAG_variable, false,
            {{DW_AT_name, DW_FORM_string}, {DW_AT_location, DW_FORM_string}})
        .Abbrev(kBadForm, DW_TAG_variable, false,
                {{DW_AT_name, DW_FORM_string}, {DW_AT_type, 0x7f}})
        .EndAbbrevs();
  }
  void Unit(const std::function<void(DieWriter&)>& body) {
    code_->dwarf.Unit({}, [&](DieWriter& die) {
      body(die.Die(kUnit));
      die.End();
    });
  }

  // A list: reg1 in [0, 0x10), two in [8, 0x20), reg3 by default (version 5).
  uint64_t AddList() {
    const Encoding encoding = code_->dwarf.encoding();
    if (encoding.version >= 5) {
      const auto expression = [](uint8_t op) {
        return [op](Assembler& o) { o.U8(op); };
      };
      return code_->dwarf.Lists(
          kLists, {[&](Assembler& out) {
            out.U8(DW_LLE_start_length);
            code_->Pc(out, code_->text, 0)
                .Uleb(0x10)
                .Block(expression(DW_OP_reg1));
            out.U8(DW_LLE_start_length);
            code_->Pc(out, code_->text, 8)
                .Uleb(0x18)
                .Block(expression(DW_OP_reg2));
            out.U8(DW_LLE_start_length);
            code_->Pc(out, code_->text, 0x20).Uleb(8).Block([](Assembler&) {});
            out.U8(DW_LLE_default_location).Block(expression(DW_OP_reg3));
            out.U8(DW_LLE_end_of_list);
          }},
          false);
    }
    Assembler& out = code_->dwarf.Section(".debug_loc");
    const uint64_t start = out.offset();
    for (const auto& [begin, end, op] :
         {std::tuple(0, 0x10, DW_OP_reg1), std::tuple(8, 0x20, DW_OP_reg2)}) {
      code_->Pc(out, code_->text, static_cast<uint64_t>(begin));
      code_->Pc(out, code_->text, static_cast<uint64_t>(end));
      out.U16(1).U8(op);
    }
    code_->Pc(out, code_->text, 0x20);
    code_->Pc(out, code_->text, 0x28).U16(0);
    out.Zeros(2u * encoding.address_size);
    return start;
  }

  // "name=opcodes[begin,end) ..."; constants as numbers, else "?".
  std::string At(uint64_t offset) {
    Module& module = code_->Open().module();
    const RelocValue place = code_->At(code_->text, offset);
    VariableReader reader(RootDie(module.info().units().at(0)).value(), place);
    std::string text;
    for (;;) {
      Variable variable;
      const absl::StatusOr<bool> result = reader.Next(&variable);
      if (!result.ok()) absl::StrAppend(&text, "error ");
      if (!result.ok() || !*result) break;
      absl::StrAppend(&text, text.empty() ? "" : " ", Text(variable));
    }
    Variable variable;
    EXPECT_FALSE(*reader.Next(&variable)) << "the end is the end";
    return text;
  }
  static std::string Text(const Variable& variable) {
    std::string text = absl::StrCat(std::string(variable.name), "=");
    if (!variable.location_status.ok()) return absl::StrCat(text, "error");
    switch (variable.kind) {
      case VariableKind::kConstant:
        return absl::StrCat(text, *UnsignedValue(variable.constant));
      case VariableKind::kUnavailable:
        return absl::StrCat(
            text, variable.location.unit == nullptr ? "?" : "nowhere");
      case VariableKind::kLocation:
        break;
    }
    const VariableLocation& location = variable.location;
    for (uint64_t i = 0; i < location.size; ++i) {
      absl::StrAppend(&text,
                      absl::Hex(location.view->bytes[location.offset + i]));
    }
    if (!location.is_bounded) return text;
    return absl::StrCat(text, "[", absl::Hex(location.begin.value), ",",
                        absl::Hex(location.end.value), ")");
  }
  std::optional<CodeFile> code_;
};

TEST_F(VariablesTest, WhatCountsAtThePlaceOnEveryMachineAndVersion) {
  ForEachEncoding([this](const Target& target, Encoding encoding) {
    Begin(encoding, target);
    const bool is_new = encoding.version >= 4;
    const bool has_default = encoding.version >= 5;
    const uint64_t list = AddList();
    Unit([&](DieWriter& die) {
      const Label type = die.Here();
      die.Die(kType).Die(kPlain).String("plain").Ref(4, type);
      const auto lit1 = [](Assembler& out) { out.U8(DW_OP_lit1); };
      is_new ? die.Exprloc(lit1) : die.Block(1, lit1);
      die.Die(kList).String("list").SecOffset(
          has_default ? kLists : ".debug_loc", list);
      die.Die(kBlock).Die(kNothing).String("inner").End();
      die.Die(kConstant).String("constant").Data1(7);
      die.Die(kNothing).String("nothing");
    });
    const std::string rest = " constant=7 nothing=?";
    EXPECT_EQ(At(0), "plain=31 list=51[0,10)" + rest);
    EXPECT_EQ(At(8), "plain=31 list=51[0,10)" + rest) << "the first of two";
    EXPECT_EQ(At(0x10), "plain=31 list=52[8,20)" + rest);
    EXPECT_EQ(At(0x20), "plain=31 list=nowhere" + rest) << "empty";
    EXPECT_EQ(At(0x28),
              (has_default ? "plain=31 list=53" : "plain=31 list=?") + rest);
  });
}

TEST_F(VariablesTest, OriginHasWhatTheDieLeavesOut) {
  Begin();
  const uint64_t list = AddList();
  Unit([&](DieWriter& die) {
    const Label type = die.Here();
    const Label origin = die.Forward();
    const Label constant = die.Forward();
    die.Die(kType);
    die.Die(kConcrete).Ref(4, origin).SecOffset(kLists, list);
    die.Die(kOrigin).Ref(4, constant);
    die.Die(kOrigin).Ref(4, origin);
    die.Die(kBlock);
    die.Bind(origin).Die(kPlain).String("p").Ref(4, type);
    die.Exprloc([](Assembler& out) { out.U8(DW_OP_lit2); });
    die.Bind(constant).Die(kConstant).String("c").Data1(9).End();
  });
  EXPECT_EQ(At(0), "p=51[0,10) c=9 p=32") << "the nearer location counts";
  VariableReader reader(code_->Open().root(), code_->At(code_->text, 0));
  Variable variable;
  ASSERT_TRUE(*reader.Next(&variable));
  ASSERT_NE(variable.type.unit, nullptr);
  EXPECT_EQ(variable.type.name, DW_AT_type);
  EXPECT_EQ(variable.die.tag, DW_TAG_formal_parameter);
  ASSERT_TRUE(*reader.Next(&variable));
  EXPECT_EQ(variable.type.unit, nullptr);
}

TEST_F(VariablesTest, CircleOfOriginsEnds) {
  Begin();
  Unit([](DieWriter& die) {
    const Label self = die.Here();
    die.Die(kOrigin).Ref(4, self);
  });
  EXPECT_EQ(At(0), "=?");
}

TEST_F(VariablesTest, BadLocationSpoilsItselfOnly) {
  Begin();
  Unit([](DieWriter& die) {
    die.Die(kBadList).String("bad").String("x");
    die.Die(kList).String("absent").SecOffset(kLists, 0x1000);
    die.Die(kNothing).String("good");
  });
  code_->dwarf.Section(kLists).Zeros(16);
  EXPECT_EQ(At(0), "bad=error absent=error good=?");
}

TEST_F(VariablesTest, ListThatEndsInsideAnEntry) {
  Begin();
  code_->dwarf.Section(kLists).Zeros(12).U8(DW_LLE_start_length);
  code_->Pc(code_->dwarf.Section(kLists), code_->text, 0)
      .Uleb(0x10)
      .Block([](Assembler& out) { out.U8(DW_OP_reg1); });
  code_->dwarf.Section(kLists).U8(DW_LLE_default_location);
  Unit([](DieWriter& die) {
    die.Die(kList).String("list").SecOffset(kLists, 12);
  });
  EXPECT_EQ(At(0), "list=51[0,10)") << "found before the end";
  EXPECT_EQ(At(0x10), "list=error") << "one that is lost may count";
}

// Neither the wrong location nor none: one with a bad bound may count.
TEST_F(VariablesTest, BoundThatIsBad) {
  Begin();
  Assembler& lists = code_->dwarf.Section(kLists);
  lists.Zeros(12).U8(DW_LLE_start_length);
  lists.Reloc(8, 200, code_->elf.SectionSymbol(code_->text), 0).Uleb(0x10);
  lists.Block([](Assembler& out) { out.U8(DW_OP_reg1); });
  lists.U8(DW_LLE_start_length);
  code_->Pc(lists, code_->text, 0x10).Uleb(0x10).Block([](Assembler& out) {
    out.U8(DW_OP_reg2);
  });
  lists.U8(DW_LLE_end_of_list);
  Unit([](DieWriter& die) {
    die.Die(kList).String("list").SecOffset(kLists, 12);
  });
  EXPECT_EQ(At(0), "list=error");
  EXPECT_EQ(At(0x10), "list=52[10,20)");
}

TEST_F(VariablesTest, DieThatCannotBeReadEndsThem) {
  Begin();
  Unit([](DieWriter& die) {
    die.Die(kNothing).String("a");
    die.Die(kBadForm).String("b").Data4(1);
    die.Die(kNothing).String("c");
  });
  EXPECT_EQ(At(0), "a=? b=errorerror ");
}

}  // namespace
}  // namespace dwreloc::internal
