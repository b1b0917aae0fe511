// query/function_name: names that other DIEs have.

#include "query/function_name.h"

#include <gtest/gtest.h>

#include <cstdint>

#include "dwarf/constants.h"
#include "support/code_file.h"
#include "support/dwarf_file.h"

namespace dwreloc::internal {
namespace {

enum : uint8_t { kUnit = 1, kDeclared, kSpecified, kConcrete, kNamed, kFar };

class FunctionNameTest : public testing::Test {
 protected:
  FunctionNameTest() {
    code.dwarf.Abbrev(kUnit, DW_TAG_compile_unit, true, {})
        .Abbrev(kDeclared, DW_TAG_subprogram, false,
                {{DW_AT_name, DW_FORM_string},
                 {DW_AT_linkage_name, DW_FORM_string},
                 {DW_AT_declaration, DW_FORM_flag_present}})
        .Abbrev(kSpecified, DW_TAG_subprogram, false,
                {{DW_AT_specification, DW_FORM_ref4}})
        .Abbrev(kConcrete, DW_TAG_subprogram, false,
                {{DW_AT_abstract_origin, DW_FORM_ref4}})
        .Abbrev(kNamed, DW_TAG_subprogram, false,
                {{DW_AT_specification, DW_FORM_ref4},
                 {DW_AT_MIPS_linkage_name, DW_FORM_string}})
        .Abbrev(kFar, DW_TAG_inlined_subroutine, false,
                {{DW_AT_abstract_origin, DW_FORM_ref_addr}})
        .EndAbbrevs();
  }

  FunctionName NameOfChild(size_t unit = 0) {
    return FunctionNameOf(code.Open().child(unit));
  }

  CodeFile code;
};

TEST_F(FunctionNameTest, ThroughAbstractOriginAndSpecification) {
  code.dwarf.Unit({}, [&](DieWriter& die) {
    const Label abstract = die.Forward();
    const Label declared = die.Forward();
    die.Die(kUnit);
    die.Die(kConcrete).Ref(4, abstract);
    die.Bind(abstract).Die(kSpecified).Ref(4, declared);
    die.Bind(declared).Die(kDeclared).String("f").String("_Z1fv");
    die.End();
  });
  const FunctionName name = NameOfChild();
  EXPECT_EQ(name.name, "f");
  EXPECT_EQ(name.linkage_name, "_Z1fv");
  EXPECT_THAT(name.status, IsOk());
}

TEST_F(FunctionNameTest, NearestOneCounts) {
  code.dwarf.Unit({}, [&](DieWriter& die) {
    const Label declared = die.Forward();
    die.Die(kUnit).Die(kNamed).Ref(4, declared).String("_Z1fi");
    die.Bind(declared).Die(kDeclared).String("f").String("_Z1fv");
    die.End();
  });
  const FunctionName name = NameOfChild();
  EXPECT_EQ(name.name, "f");
  EXPECT_EQ(name.linkage_name, "_Z1fi");
}

TEST_F(FunctionNameTest, InAnotherUnit) {
  uint64_t place = 0;
  code.dwarf.Unit({}, [&](DieWriter& die) {
    die.Die(kUnit);
    place = die.out().offset();
    die.Die(kDeclared).String("f").String("_Z1fv").End();
  });
  code.dwarf.Unit({}, [&](DieWriter& die) {
    die.Die(kUnit).Die(kFar).RefAddr(place).End();
  });
  EXPECT_EQ(NameOfChild(1).name, "f");
}

TEST_F(FunctionNameTest, CircleEndsWithoutAName) {
  code.dwarf.Unit({}, [&](DieWriter& die) {
    const Label self = die.Forward();
    die.Die(kUnit).Bind(self).Die(kConcrete).Ref(4, self).End();
  });
  const FunctionName name = NameOfChild();
  EXPECT_EQ(name.name.data(), nullptr);
  EXPECT_THAT(name.status, IsOk());
}

TEST_F(FunctionNameTest, ReferenceToNowhereIsAnError) {
  code.dwarf.Unit({}, [](DieWriter& die) {
    die.Die(kUnit).Die(kFar).RefAddr(0x1000).End();
  });
  const FunctionName name = NameOfChild();
  EXPECT_EQ(name.name.data(), nullptr);
  EXPECT_THAT(name.status, FailsWith(ErrorCode::kNotFound, "no unit there"));
}

}  // namespace
}  // namespace dwreloc::internal
