// query/type_size: sizes of types through what they are made of.

#include "query/type_size.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <functional>
#include <map>
#include <string>

#include "dwarf/constants.h"
#include "dwarf/tree/strings.h"
#include "support/code_file.h"

namespace dwreloc::internal {
namespace {

// All but kUnit, the subranges and kOther have a name.
enum : uint8_t {
  kUnit = 1,
  kBase,      // byte_size
  kTypedef,   // type
  kConst,     // type
  kPointer,   // nothing
  kArray,     // type, children
  kStrided,   // type, byte_stride, children
  kVector,    // type, byte_size, children
  kUpper,     // upper_bound
  kBounds,    // lower_bound, upper_bound
  kCount,     // count
  kNoBound,   // nothing
  kDynamic,   // upper_bound: an expression
  kSubarray,  // a subrange with children
  kForward,   // a declared structure
  kEnum,      // type
  kVoid,      // a qualifier of nothing
  kUpper1,    // upper_bound in one byte
  kUpper4,    // upper_bound in four bytes
  kVariable,  // type
};

class TypeSizeTest : public testing::Test {
 protected:
  void Begin(uint64_t language, Encoding encoding = CodeFile::kDwarf5,
             const Target& target = kX86_64) {
    code_.emplace(encoding, target);
    language_ = language;
    const auto named = [&](uint8_t code, uint32_t tag, bool has_children,
                           uint32_t name = 0, uint32_t form = 0) {
      if (name == 0) {
        code_->dwarf.Abbrev(code, tag, has_children,
                            {{DW_AT_name, DW_FORM_string}});
      } else {
        code_->dwarf.Abbrev(code, tag, has_children,
                            {{DW_AT_name, DW_FORM_string}, {name, form}});
      }
    };
    code_->dwarf.Abbrev(kUnit, DW_TAG_compile_unit, true,
                        {{DW_AT_language, DW_FORM_data2}});
    named(kBase, DW_TAG_base_type, false, DW_AT_byte_size, DW_FORM_udata);
    named(kTypedef, DW_TAG_typedef, false, DW_AT_type, DW_FORM_ref4);
    named(kConst, DW_TAG_const_type, false, DW_AT_type, DW_FORM_ref4);
    named(kEnum, DW_TAG_enumeration_type, false, DW_AT_type, DW_FORM_ref4);
    named(kVariable, DW_TAG_variable, false, DW_AT_type, DW_FORM_ref4);
    named(kPointer, DW_TAG_pointer_type, false);
    named(kForward, DW_TAG_structure_type, false, DW_AT_declaration,
          DW_FORM_flag_present);
    named(kVoid, DW_TAG_const_type, false);
    named(kArray, DW_TAG_array_type, true, DW_AT_type, DW_FORM_ref4);
    code_->dwarf
        .Abbrev(kStrided, DW_TAG_array_type, true,
                {{DW_AT_name, DW_FORM_string},
                 {DW_AT_type, DW_FORM_ref4},
                 {DW_AT_byte_stride, DW_FORM_data1}})
        .Abbrev(kVector, DW_TAG_array_type, true,
                {{DW_AT_name, DW_FORM_string},
                 {DW_AT_type, DW_FORM_ref4},
                 {DW_AT_byte_size, DW_FORM_data1}})
        .Abbrev(kUpper, DW_TAG_subrange_type, false,
                {{DW_AT_upper_bound, DW_FORM_sdata}})
        .Abbrev(kBounds, DW_TAG_subrange_type, false,
                {{DW_AT_lower_bound, DW_FORM_sdata},
                 {DW_AT_upper_bound, DW_FORM_sdata}})
        .Abbrev(kCount, DW_TAG_subrange_type, false,
                {{DW_AT_count, DW_FORM_udata}})
        .Abbrev(kUpper1, DW_TAG_subrange_type, false,
                {{DW_AT_upper_bound, DW_FORM_data1}})
        .Abbrev(kUpper4, DW_TAG_subrange_type, false,
                {{DW_AT_upper_bound, DW_FORM_data4}})
        .Abbrev(kNoBound, DW_TAG_subrange_type, false, {})
        .Abbrev(kDynamic, DW_TAG_subrange_type, false,
                {{DW_AT_upper_bound, DW_FORM_exprloc}})
        .Abbrev(kSubarray, DW_TAG_subrange_type, true, {})
        .EndAbbrevs();
  }

  // The sizes of the named DIEs of a unit; -1: unknown, -2: an error.
  std::map<std::string, int64_t> Sizes(
      const std::function<void(DieWriter&)>& body) {
    code_->dwarf.Unit({}, [&](DieWriter& die) {
      die.Die(kUnit).Data2(language_);
      body(die);
      die.End();
    });
    std::map<std::string, int64_t> sizes;
    TypeSizes types;
    for (std::optional<Die> die = code_->Open().child(); die.has_value();
         die = *NextSibling(*die)) {
      const TypeSizes::Size size = types.Of(*die);
      const std::string name(*StringOf(**FindAttribute(*die, DW_AT_name)));
      sizes[name] = !size.ok()          ? -2
                    : size->has_value() ? static_cast<int64_t>(**size)
                                        : -1;
    }
    return sizes;
  }

  std::optional<CodeFile> code_;
  uint64_t language_ = 0;
};

using Map = std::map<std::string, int64_t>;

TEST_F(TypeSizeTest, ThroughTypedefsAndQualifiers) {
  Begin(DW_LANG_C99);
  EXPECT_EQ(Sizes([](DieWriter& die) {
              const Label base = die.Here();
              die.Die(kBase).String("int").Udata(4);
              const Label alias = die.Here();
              die.Die(kTypedef).String("t").Ref(4, base);
              const Label constant = die.Here();
              die.Die(kConst).String("c").Ref(4, alias);
              die.Die(kTypedef).String("u").Ref(4, constant);
              die.Die(kEnum).String("e").Ref(4, base);
              die.Die(kPointer).String("p");
              die.Die(kForward).String("f");
              die.Die(kVoid).String("v");
            }),
            (Map{{"int", 4},
                 {"t", 4},
                 {"c", 4},
                 {"u", 4},
                 {"e", 4},
                 {"p", 8},
                 {"f", -1},
                 {"v", -1}}));
}

TEST_F(TypeSizeTest, Arrays) {
  Begin(DW_LANG_C99);
  EXPECT_EQ(Sizes([](DieWriter& die) {
              const Label base = die.Here();
              die.Die(kBase).String("int").Udata(4);
              die.Die(kArray).String("ten").Ref(4, base);
              die.Die(kUpper).Sdata(9).End();
              die.Die(kArray).String("matrix").Ref(4, base);
              die.Die(kUpper).Sdata(2).Die(kCount).Udata(5).End();
              die.Die(kArray).String("empty").Ref(4, base);
              die.Die(kUpper).Sdata(-1).End();
              die.Die(kArray).String("flexible").Ref(4, base);
              die.Die(kNoBound).End();
              die.Die(kArray).String("dynamic").Ref(4, base);
              die.Die(kDynamic).Exprloc([](Assembler& o) { o.U8(DW_OP_lit3); });
              die.End();
              die.Die(kArray).String("bounds").Ref(4, base);
              die.Die(kBounds).Sdata(-2).Sdata(2).End();
              die.Die(kStrided).String("strided").Ref(4, base).Data1(16);
              die.Die(kUpper).Sdata(2).End();
              die.Die(kVector).String("vector").Ref(4, base).Data1(32);
              die.Die(kNoBound).End();
              die.Die(kArray).String("nested").Ref(4, base);
              die.Die(kSubarray).Die(kNoBound).End().End();
            }),
            (Map{{"int", 4},
                 {"ten", 40},
                 {"matrix", 60},
                 {"empty", 0},
                 {"flexible", -1},
                 {"dynamic", -1},
                 {"bounds", 20},
                 {"strided", 48},
                 {"vector", 32},
                 {"nested", -1}}));
}

// As gcc writes them: 255 in a byte is no -1.
TEST_F(TypeSizeTest, BoundsWhoseFormHasNoSign) {
  Begin(DW_LANG_C99);
  EXPECT_EQ(Sizes([](DieWriter& die) {
              const Label base = die.Here();
              die.Die(kBase).String("int").Udata(4);
              const Label array = die.Here();
              die.Die(kArray).String("page").Ref(4, base);
              die.Die(kUpper1).Data1(0xff).End();
              die.Die(kArray).String("none").Ref(4, base);
              die.Die(kUpper4).Data4(UINT32_MAX).End();
              die.Die(kVariable).String("variable").Ref(4, array);
            }),
            (Map{{"int", 4}, {"page", 1024}, {"none", 0}, {"variable", 1024}}));
}

TEST_F(TypeSizeTest, WhereIndexesBeginIsUpToTheLanguage) {
  Begin(DW_LANG_Fortran95);
  EXPECT_EQ(Sizes([](DieWriter& die) {
              const Label base = die.Here();
              die.Die(kBase).String("real").Udata(8);
              die.Die(kArray).String("ten").Ref(4, base);
              die.Die(kUpper).Sdata(10).End();
            }),
            (Map{{"real", 8}, {"ten", 80}}));
}

TEST_F(TypeSizeTest, WhatIsTooMuchIsUnknown) {
  Begin(DW_LANG_C99);
  EXPECT_EQ(Sizes([](DieWriter& die) {
              const Label base = die.Here();
              die.Die(kBase).String("big").Udata(uint64_t{1} << 62);
              die.Die(kArray).String("bigger").Ref(4, base);
              die.Die(kCount).Udata(5).End();
              die.Die(kArray).String("none").Ref(4, base);
              die.Die(kCount).Udata(0).End();
            }),
            (Map{{"big", int64_t{1} << 62}, {"bigger", -1}, {"none", 0}}));
}

TEST_F(TypeSizeTest, CirclesEndAndBadReferencesAreErrors) {
  Begin(DW_LANG_C99);
  const Map sizes = Sizes([](DieWriter& die) {
    const Label first = die.Here();
    const Label second = die.Forward();
    die.Die(kTypedef).String("first").Ref(4, second);
    die.Bind(second);
    die.Die(kTypedef).String("second").Ref(4, first);
    die.Die(kTypedef).String("lost");
    die.out().U32(0xffff);
  });
  EXPECT_EQ(sizes, (Map{{"first", -1}, {"second", -1}, {"lost", -2}}));
}

TEST_F(TypeSizeTest, PointersAreAsWideAsTheUnitSays) {
  Begin(DW_LANG_C99,
        {.address_size = 4, .format = Format::kDwarf32, .version = 4}, kI386);
  EXPECT_EQ(Sizes([](DieWriter& die) { die.Die(kPointer).String("p"); }),
            (Map{{"p", 4}}));
}

}  // namespace
}  // namespace dwreloc::internal
