// write/store: numbers of every width in both byte orders, padded ULEB128.

#include "write/store.h"

#include <gtest/gtest.h>

#include <vector>

#include "base/leb128.h"

namespace dwreloc::internal {
namespace {

TEST(StoreTest, EveryWidthInBothOrders) {
  constexpr uint64_t kNumber = 0x8877665544332211;
  for (const ByteOrder order : {ByteOrder::kLittle, ByteOrder::kBig}) {
    for (size_t width = 1; width <= 8; ++width) {
      std::vector<uint8_t> bytes(10, 0xee);
      StoreWidth(bytes.data() + 1, width, kNumber, order);
      EXPECT_EQ(LoadWidth(bytes.data() + 1, static_cast<int>(width), order),
                ZeroExtend(kNumber, static_cast<int>(width)));
      EXPECT_EQ(bytes[0], 0xee);
      EXPECT_EQ(bytes[width + 1], 0xee) << "behind the number";
    }
  }
}

TEST(StoreTest, Uleb128KeepsItsLength) {
  for (const uint64_t number : {0, 1, 127, 128, 16383}) {
    std::vector<uint8_t> bytes(4, 0xee);
    ASSERT_TRUE(StoreUleb128(bytes.data(), 3, number));
    EXPECT_EQ(Leb128Size(bytes, 0), 3u);
    EXPECT_EQ(bytes[3], 0xee);
    const uint8_t* p = bytes.data();
    uint64_t read = 0;
    ASSERT_EQ(ReadUleb128(&p, bytes.data() + 4, &read), LebError::kNone);
    EXPECT_EQ(read, number);
  }
}

TEST(StoreTest, Uleb128TooLargeForItsPlace) {
  uint8_t bytes[2];
  EXPECT_TRUE(StoreUleb128(bytes, 2, 16383));
  EXPECT_FALSE(StoreUleb128(bytes, 2, 16384));
  EXPECT_FALSE(StoreUleb128(bytes, 1, 128));
}

}  // namespace
}  // namespace dwreloc::internal
