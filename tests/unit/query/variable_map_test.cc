// query/variable_map: which variable is at a place of data.

#include "query/variable_map.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "absl/strings/str_cat.h"
#include "dwarf/constants.h"
#include "query/function_name.h"
#include "query/questions.h"
#include "support/code_file.h"

namespace dwreloc::internal {
namespace {

enum : uint8_t {
  kUnit = 1,
  kInt,       // byte_size 4
  kUnknown,   // a declared structure
  kVariable,  // name, type, location
  kFunction,  // with children
  kOriginal,  // name, type, declaration
  kDefined,   // specification, location
  kUntyped,   // name, location
  kList,      // name, location: a list
  kBadForm,   // an unknown form
};

// The sections of a CodeFile stand for sections of data here.
class VariableMapTest : public testing::Test {
 protected:
  void Begin(uint16_t e_type = ET_REL, Encoding encoding = CodeFile::kDwarf5) {
    code_.emplace(encoding, kX86_64, e_type);
    const uint32_t block =
        encoding.version >= 4 ? DW_FORM_exprloc : DW_FORM_block1;
    code_->dwarf.Abbrev(kUnit, DW_TAG_compile_unit, true, {})
        .Abbrev(kInt, DW_TAG_base_type, false,
                {{DW_AT_byte_size, DW_FORM_data1}})
        .Abbrev(kUnknown, DW_TAG_structure_type, false, {})
        .Abbrev(kVariable, DW_TAG_variable, false,
                {{DW_AT_name, DW_FORM_string},
                 {DW_AT_type, DW_FORM_ref4},
                 {DW_AT_location, block}})
        .Abbrev(kFunction, DW_TAG_subprogram, true, {})
        .Abbrev(kOriginal, DW_TAG_variable, false,
                {{DW_AT_name, DW_FORM_string}, {DW_AT_type, DW_FORM_ref4}})
        .Abbrev(kDefined, DW_TAG_variable, false,
                {{DW_AT_specification, DW_FORM_ref4}, {DW_AT_location, block}})
        .Abbrev(kUntyped, DW_TAG_variable, false,
                {{DW_AT_name, DW_FORM_string}, {DW_AT_location, block}})
        .Abbrev(
            kList, DW_TAG_variable, false,
            {{DW_AT_name, DW_FORM_string}, {DW_AT_location, DW_FORM_loclistx}})
        .Abbrev(kBadForm, DW_TAG_variable, false,
                {{DW_AT_name, 0x7f}, {DW_AT_location, block}})
        .EndAbbrevs();
  }
  void Unit(const std::function<void(DieWriter&)>& body) {
    code_->dwarf.Unit({}, [&](DieWriter& die) {
      die.Die(kUnit);
      int_ = die.Here();
      die.Die(kInt).Data1(4);
      body(die);
      die.End();
    });
  }
  void Location(DieWriter& die, uint32_t section, uint64_t offset,
                const std::function<void(Assembler&)>& more = nullptr) {
    const auto ops = [&](Assembler& out) {
      out.U8(DW_OP_addr);
      code_->Pc(out, section, offset);
      if (more != nullptr) more(out);
    };
    if (code_->dwarf.encoding().version >= 4) {
      die.Exprloc(ops);
    } else {
      die.Block(1, ops);
    }
  }
  void Int(DieWriter& die, const char* name, uint32_t section,
           uint64_t offset) {
    die.Die(kVariable).String(name).Ref(4, int_);
    Location(die, section, offset);
  }

  const VariableMap& map() {
    return Questions::Of(code_->module()).variables();
  }
  // "name+offset/size", or "".
  std::string At(const RelocValue& place, uint32_t number = 0) {
    const std::optional<VariableMap::Found> found = map().Find(place, number);
    if (!found.has_value()) return "";
    const Die die = **ReadDie(*found->unit, found->die);
    return absl::StrCat(std::string(FunctionNameOf(die).name), "+",
                        found->offset, "/", found->size);
  }
  std::string At(uint64_t offset, uint32_t number = 0) {
    return At(code_->At(code_->text, offset), number);
  }

  std::optional<CodeFile> code_;
  Label int_;
};

TEST_F(VariableMapTest, EndsAreNotPartOfThem) {
  Begin();
  Unit([&](DieWriter& die) {
    Int(die, "a", code_->text, 0x10);
    Int(die, "b", code_->init, 0x10);
    die.Die(kFunction);
    Int(die, "in_function", code_->text, 0x20);
    die.End();
  });
  EXPECT_EQ(At(0xf), "");
  EXPECT_EQ(At(0x10), "a+0/4");
  EXPECT_EQ(At(0x13), "a+3/4");
  EXPECT_EQ(At(0x14), "") << "a hole";
  EXPECT_EQ(At(0x20), "in_function+0/4");
  EXPECT_EQ(At(code_->At(code_->init, 0x11)), "b+1/4");
  EXPECT_EQ(At(RelocValue::Constant(0x10)), "");
  EXPECT_EQ(At(0x10, 1), "");
  EXPECT_EQ(At(0x14, 1), "");
  EXPECT_TRUE(map().status().ok());
}

TEST_F(VariableMapTest, OldVersionsAndLinkedFiles) {
  for (const uint16_t version : {uint16_t{2}, uint16_t{3}, uint16_t{4}}) {
    Begin(ET_EXEC,
          {.address_size = 8, .format = Format::kDwarf32, .version = version});
    Unit([&](DieWriter& die) {
      Int(die, "a", code_->text, 0x10);
      // Discarded by the linker.
      die.Die(kVariable).String("gone").Ref(4, int_);
      const auto ops = [](Assembler& out) { out.U8(DW_OP_addr).U64(0); };
      if (version >= 4) {
        die.Exprloc(ops);
      } else {
        die.Block(1, ops);
      }
    });
    EXPECT_EQ(At(0x12), "a+2/4");
    EXPECT_EQ(At(RelocValue::Constant(0)), "");
  }
}

TEST_F(VariableMapTest, DefinitionsHaveTheTypeOfTheirDeclaration) {
  Begin();
  Unit([&](DieWriter& die) {
    const Label original = die.Here();
    die.Die(kOriginal).String("member").Ref(4, int_);
    die.Die(kDefined).Ref(4, original);
    Location(die, code_->text, 8);
  });
  EXPECT_EQ(At(0xb), "member+3/4");
  EXPECT_EQ(At(0xc), "");
}

TEST_F(VariableMapTest, TheSmallestFirstThenTheFirst) {
  Begin();
  Unit([&](DieWriter& die) {
    const Label big = die.Here();
    die.Die(kInt).Data1(64);
    die.Die(kVariable).String("all").Ref(4, big);
    Location(die, code_->text, 0);
    Int(die, "first", code_->text, 8);
    Int(die, "alias", code_->text, 8);
    Int(die, "later", code_->text, 10);
    Int(die, "far", code_->text, 0x80);
  });
  EXPECT_EQ(At(8), "first+0/4");
  EXPECT_EQ(At(8, 1), "all+8/64");
  EXPECT_EQ(At(8, 2), "alias+0/4");
  EXPECT_EQ(At(8, 3), "");
  EXPECT_EQ(At(11), "first+3/4");
  EXPECT_EQ(At(11, 3), "later+1/4");
  EXPECT_EQ(At(11, 4), "");
  EXPECT_EQ(At(13), "later+3/4");
  EXPECT_EQ(At(13, 1), "all+13/64");
  EXPECT_EQ(At(63), "all+63/64");
  EXPECT_EQ(At(64), "");
}

TEST_F(VariableMapTest, WithoutASizeAsLongAsTheSymbolOrAByte) {
  Begin();
  code_->elf.AddSymbol({.name = "table",
                        .value = 0x40,
                        .size = 0x20,
                        .section = code_->text,
                        .type = STT_OBJECT});
  Unit([&](DieWriter& die) {
    const Label unknown = die.Here();
    die.Die(kUnknown);
    die.Die(kVariable).String("table").Ref(4, unknown);
    Location(die, code_->text, 0x40);
    const Label empty = die.Here();
    die.Die(kInt).Data1(0);
    die.Die(kVariable).String("empty").Ref(4, empty);
    Location(die, code_->text, 0x90);
    die.Die(kUntyped).String("byte");
    Location(die, code_->text, 0x80);
  });
  EXPECT_EQ(At(0x5f), "table+31/0");
  EXPECT_EQ(At(0x60), "");
  EXPECT_EQ(At(0x80), "byte+0/0");
  EXPECT_EQ(At(0x81), "");
  EXPECT_EQ(At(0x90), "") << "it has no bytes";
}

// A structure that ends with an array without bounds.
TEST_F(VariableMapTest, AsLongAsTheSymbolOfTheirName) {
  Begin();
  for (const auto& [name, value] :
       {std::pair("table", 0x10), std::pair("count.2", 0x30),
        std::pair("merged", 0x50)}) {
    code_->elf.AddSymbol({.name = name,
                          .value = static_cast<uint64_t>(value),
                          .size = 0x18,
                          .section = code_->text,
                          .type = STT_OBJECT});
  }
  Unit([&](DieWriter& die) {
    Int(die, "table", code_->text, 0x10);
    Int(die, "count", code_->text, 0x30);
    Int(die, "part", code_->text, 0x50);
  });
  EXPECT_EQ(At(0x27), "table+23/4");
  EXPECT_EQ(At(0x28), "");
  EXPECT_EQ(At(0x47), "count+23/4");
  EXPECT_EQ(At(0x53), "part+3/4");
  EXPECT_EQ(At(0x54), "") << "the symbol is of all that was merged";
}

TEST_F(VariableMapTest, PlacesOfUndefinedAndCommonSymbols) {
  Begin();
  const uint32_t common = code_->elf.AddSymbol({.name = "shared",
                                                .value = 8,
                                                .size = 4,
                                                .special = SHN_COMMON,
                                                .type = STT_OBJECT,
                                                .binding = STB_GLOBAL});
  Unit([&](DieWriter& die) {
    die.Die(kVariable).String("shared").Ref(4, int_);
    die.Exprloc([&](Assembler& out) { out.U8(DW_OP_addr).Address(common, 0); });
  });
  EXPECT_EQ(At({.value = 3, .symbol = common, .kind = RelocKind::kUndefined}),
            "shared+3/4");
  EXPECT_EQ(At({.value = 4, .symbol = common, .kind = RelocKind::kUndefined}),
            "");
}

TEST_F(VariableMapTest, OnlyOneAddressIsAPlace) {
  Begin();
  Unit([&](DieWriter& die) {
    die.Die(kVariable).String("part").Ref(4, int_);
    Location(die, code_->text, 0x10,
             [](Assembler& out) { out.U8(DW_OP_plus_uconst).Uleb(8); });
    die.Die(kVariable).String("pointed_at").Ref(4, int_);
    Location(die, code_->text, 0x20,
             [](Assembler& out) { out.U8(DW_OP_deref); });
    die.Die(kVariable).String("in_register").Ref(4, int_);
    die.Exprloc([](Assembler& out) { out.U8(DW_OP_reg3); });
    die.Die(kVariable).String("nowhere").Ref(4, int_);
    die.Exprloc([](Assembler&) {});
    die.Die(kVariable).String("cut").Ref(4, int_);
    die.Exprloc([](Assembler& out) { out.U8(DW_OP_addr).U32(0x30); });
    die.Die(kList).String("list").Udata(0);
  });
  EXPECT_EQ(At(0x10), "");
  EXPECT_EQ(At(0x18), "part+0/4");
  EXPECT_EQ(At(0x20), "");
  EXPECT_EQ(At(0x30), "");
  EXPECT_TRUE(map().status().ok());
}

TEST_F(VariableMapTest, WhatCannotBeReadIsToldAndTheRestIsThere) {
  Begin();
  Unit([&](DieWriter& die) {
    die.Die(kVariable).String("lost_type");
    die.out().U32(0xfff0);
    Location(die, code_->text, 0x20);
    Int(die, "a", code_->text, 0x10);
    die.Die(kBadForm);
  });
  Unit([&](DieWriter& die) { Int(die, "b", code_->text, 0x40); });
  EXPECT_EQ(At(0x10), "a+0/4");
  EXPECT_EQ(At(0x20), "lost_type+0/0");
  EXPECT_EQ(At(0x40), "b+0/4");
  EXPECT_FALSE(map().status().ok());
  EXPECT_NE(GetDetail(map().status()).section, kNoSection);
  EXPECT_EQ(map().status_unit(), &code_->Open().unit(0));
}

}  // namespace
}  // namespace dwreloc::internal
