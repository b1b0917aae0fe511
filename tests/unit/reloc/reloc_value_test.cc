// Tests of reloc/reloc_value: order and hash go by place.

#include "reloc/reloc_value.h"

#include <compare>
#include <vector>

#include "gtest/gtest.h"

namespace dwreloc::internal {
namespace {

RelocValue In(uint32_t section, uint64_t value, uint32_t symbol) {
  return RelocValue{.value = value,
                    .section = section,
                    .symbol = symbol,
                    .kind = RelocKind::kSection};
}

RelocValue Undefined(uint32_t symbol, uint64_t value) {
  return RelocValue{
      .value = value, .symbol = symbol, .kind = RelocKind::kUndefined};
}

TEST(RelocValueTest, DefaultIsTheConstantZero) {
  const RelocValue value;
  EXPECT_TRUE(value.is_constant());
  EXPECT_FALSE(value.is_bad());
  EXPECT_EQ(value.value, 0u);
  EXPECT_FALSE(value.has_record);
}

TEST(RelocValueTest, SymbolOfAPlaceDoesNotMatter) {
  EXPECT_EQ(ComparePlace(In(1, 0x10, 5), In(1, 0x10, 9)),
            std::strong_ordering::equal);
  EXPECT_EQ(HashPlace(In(1, 0x10, 5)), HashPlace(In(1, 0x10, 9)));
}

TEST(RelocValueTest, WidthDoesNotMatter) {
  RelocValue wide = RelocValue::Constant(7);
  wide.width = 8;
  wide.has_record = true;
  EXPECT_EQ(ComparePlace(wide, RelocValue::Constant(7)),
            std::strong_ordering::equal);
  EXPECT_EQ(HashPlace(wide), HashPlace(RelocValue::Constant(7)));
}

// Two thread-local variables of other files are two places.
TEST(RelocValueTest, TlsGoesBySectionAndUndefinedTlsBySymbol) {
  RelocValue defined = In(3, 8, 5);
  defined.kind = RelocKind::kTls;
  RelocValue by_section_symbol = defined;
  by_section_symbol.symbol = 6;
  EXPECT_EQ(ComparePlace(defined, by_section_symbol),
            std::strong_ordering::equal);
  EXPECT_EQ(HashPlace(defined), HashPlace(by_section_symbol));
  RelocValue undefined = Undefined(7, 0);
  undefined.kind = RelocKind::kTls;
  RelocValue another = undefined;
  another.symbol = 8;
  EXPECT_EQ(ComparePlace(undefined, another), std::strong_ordering::less);
  EXPECT_NE(HashPlace(undefined), HashPlace(another));
}

TEST(RelocValueTest, OrderIsKindThenWhatThenOffset) {
  RelocValue tls;
  tls.kind = RelocKind::kTls;
  RelocValue difference;
  difference.kind = RelocKind::kDifference;
  difference.symbol = 1;
  difference.detail = 1;
  RelocValue other_difference = difference;
  other_difference.detail = 2;
  const std::vector<RelocValue> ascending = {
      RelocValue::Constant(0),
      RelocValue::Constant(UINT64_MAX),
      In(1, 0, 0),
      In(1, 1, 0),
      In(2, 0, 0),
      Undefined(3, 5),
      Undefined(4, 0),
      tls,
      difference,
      other_difference,
      RelocValue::Bad(ErrorCode::kRelocType, 1),
      RelocValue::Bad(ErrorCode::kRelocType, 2),
      RelocValue::Bad(ErrorCode::kBadReloc, 0),
  };
  for (size_t i = 0; i < ascending.size(); ++i) {
    for (size_t j = 0; j < ascending.size(); ++j) {
      EXPECT_EQ(ComparePlace(ascending[i], ascending[j]), i <=> j)
          << i << " " << j;
      EXPECT_EQ(HashPlace(ascending[i]) == HashPlace(ascending[j]), i == j)
          << i << " " << j;
    }
  }
}

TEST(RelocValueTest, RangesAreHalfOpenAndInOneSection) {
  EXPECT_TRUE(IsInRange(In(1, 4, 0), In(1, 4, 0), In(1, 8, 0)));
  EXPECT_TRUE(IsInRange(In(1, 7, 0), In(1, 4, 9), In(1, 8, 9)));
  EXPECT_FALSE(IsInRange(In(1, 8, 0), In(1, 4, 0), In(1, 8, 0)));
  EXPECT_FALSE(IsInRange(In(1, 3, 0), In(1, 4, 0), In(1, 8, 0)));
  EXPECT_FALSE(IsInRange(In(2, 5, 0), In(1, 4, 0), In(1, 8, 0)));
  EXPECT_FALSE(IsInRange(In(1, 5, 0), In(1, 4, 0), In(2, 8, 0)));
  EXPECT_FALSE(IsInRange(RelocValue::Constant(5), In(1, 4, 0), In(1, 8, 0)));
  const RelocValue bad = RelocValue::Bad(ErrorCode::kBadReloc);
  EXPECT_FALSE(IsInRange(bad, bad, bad));
}

TEST(RelocValueTest, DifferenceNeedsOneBase) {
  EXPECT_EQ(DifferenceOf(In(1, 4, 0), In(1, 10, 7)), -6);
  EXPECT_EQ(DifferenceOf(Undefined(3, 5), Undefined(3, 1)), 4);
  EXPECT_EQ(DifferenceOf(RelocValue::Constant(0), RelocValue::Constant(1)), -1);
  EXPECT_EQ(DifferenceOf(In(1, 4, 0), In(2, 4, 0)), std::nullopt);
  EXPECT_EQ(DifferenceOf(In(1, 4, 0), RelocValue::Constant(4)), std::nullopt);
  EXPECT_EQ(DifferenceOf(Undefined(3, 5), Undefined(4, 5)), std::nullopt);
  const RelocValue bad = RelocValue::Bad(ErrorCode::kBadReloc);
  EXPECT_EQ(DifferenceOf(bad, bad), std::nullopt);
}

TEST(RelocValueTest, BadKeepsWhy) {
  const RelocValue bad = RelocValue::Bad(ErrorCode::kRelocType, 42, 7);
  EXPECT_TRUE(bad.is_bad());
  EXPECT_EQ(bad.error, ErrorCode::kRelocType);
  EXPECT_EQ(bad.detail, 42u);
  EXPECT_EQ(bad.symbol, 7u);
  EXPECT_TRUE(bad.has_record);
}

}  // namespace
}  // namespace dwreloc::internal
