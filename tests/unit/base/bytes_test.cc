// Tests of base/bytes: loads of either byte order, and arithmetic that cannot
// be made to overflow.

#include "base/bytes.h"

#include "gtest/gtest.h"

namespace dwreloc::internal {
namespace {

constexpr uint8_t kBytes[] = {0x81, 0x02, 0x03, 0x04, 0x05,
                              0x06, 0x07, 0x88, 0x99};

TEST(BytesTest, LoadsLittleEndian) {
  EXPECT_EQ(Load<uint8_t>(kBytes, ByteOrder::kLittle), 0x81u);
  EXPECT_EQ(Load<uint16_t>(kBytes, ByteOrder::kLittle), 0x0281u);
  EXPECT_EQ(Load<uint32_t>(kBytes, ByteOrder::kLittle), 0x04030281u);
  EXPECT_EQ(Load<uint64_t>(kBytes, ByteOrder::kLittle), 0x8807060504030281u);
}

TEST(BytesTest, LoadsBigEndian) {
  EXPECT_EQ(Load<uint8_t>(kBytes, ByteOrder::kBig), 0x81u);
  EXPECT_EQ(Load<uint16_t>(kBytes, ByteOrder::kBig), 0x8102u);
  EXPECT_EQ(Load<uint32_t>(kBytes, ByteOrder::kBig), 0x81020304u);
  EXPECT_EQ(Load<uint64_t>(kBytes, ByteOrder::kBig), 0x8102030405060788u);
}

TEST(BytesTest, LoadsAtOddAddresses) {
  EXPECT_EQ(Load<uint64_t>(kBytes + 1, ByteOrder::kBig), 0x0203040506078899u);
  EXPECT_EQ(Load<uint32_t>(kBytes + 3, ByteOrder::kLittle), 0x07060504u);
}

TEST(BytesTest, LoadWidthKnowsEveryWidth) {
  constexpr uint64_t kLittle[] = {
      0x81,         0x0281,         0x030281,         0x04030281,
      0x0504030281, 0x060504030281, 0x07060504030281, 0x8807060504030281};
  for (int width = 1; width <= 8; ++width) {
    EXPECT_EQ(LoadWidth(kBytes, width, ByteOrder::kLittle), kLittle[width - 1])
        << width;
    EXPECT_EQ(LoadWidth(kBytes, width, ByteOrder::kBig),
              0x8102030405060788u >> (64 - 8 * width))
        << width;
  }
}

TEST(BytesTest, SignAndZeroExtend) {
  EXPECT_EQ(SignExtend(0x1ff, 1), -1);
  EXPECT_EQ(SignExtend(0x17f, 1), 127);
  EXPECT_EQ(SignExtend(0x80000000, 4), INT32_MIN);
  EXPECT_EQ(SignExtend(0x7fffffff, 4), INT32_MAX);
  EXPECT_EQ(SignExtend(UINT64_MAX, 8), -1);
  EXPECT_EQ(ZeroExtend(UINT64_MAX, 1), 0xffu);
  EXPECT_EQ(ZeroExtend(UINT64_MAX, 4), 0xffffffffu);
  EXPECT_EQ(ZeroExtend(UINT64_MAX, 8), UINT64_MAX);
}

TEST(BytesTest, FitsDoesNotOverflow) {
  EXPECT_TRUE(Fits(0, 0, 0));
  EXPECT_TRUE(Fits(4, 4, 8));
  EXPECT_TRUE(Fits(8, 0, 8));
  EXPECT_FALSE(Fits(5, 4, 8));
  EXPECT_FALSE(Fits(9, 0, 8));
  EXPECT_FALSE(Fits(UINT64_MAX, 1, 8));
  EXPECT_FALSE(Fits(1, UINT64_MAX, 8));
  EXPECT_FALSE(Fits(UINT64_MAX, UINT64_MAX, UINT64_MAX));
  EXPECT_TRUE(Fits(0, UINT64_MAX, UINT64_MAX));
}

TEST(BytesTest, SliceIsAllOrNothing) {
  const Bytes bytes(kBytes);
  ASSERT_TRUE(Slice(bytes, 2, 3).has_value());
  EXPECT_EQ(Slice(bytes, 2, 3)->data(), kBytes + 2);
  EXPECT_EQ(Slice(bytes, 2, 3)->size(), 3u);
  EXPECT_TRUE(Slice(bytes, 9, 0).has_value());
  EXPECT_FALSE(Slice(bytes, 9, 1).has_value());
  EXPECT_FALSE(Slice(bytes, UINT64_MAX, 2).has_value());
  EXPECT_TRUE(Slice(Bytes(), 0, 0).has_value());
}

}  // namespace
}  // namespace dwreloc::internal
