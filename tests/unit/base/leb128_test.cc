// Tests of base/leb128: the standard's examples (DWARF 5 tables 7.7 and 7.8),
// padding, and the two ways to be bad.

#include "base/leb128.h"

#include <optional>
#include <vector>

#include "gtest/gtest.h"

namespace dwreloc::internal {
namespace {

using ByteList = std::vector<uint8_t>;

// The number, if all bytes belong to it.
template <typename T, typename Read>
std::optional<T> ReadAll(const ByteList& bytes, Read read) {
  const uint8_t* p = bytes.data();
  const uint8_t* const end = p + bytes.size();
  T value = 0;
  if (read(&p, end, &value) != LebError::kNone || p != end) return std::nullopt;
  return value;
}
std::optional<uint64_t> Uleb(const ByteList& bytes) {
  return ReadAll<uint64_t>(bytes, ReadUleb128);
}
std::optional<int64_t> Sleb(const ByteList& bytes) {
  return ReadAll<int64_t>(bytes, ReadSleb128);
}

TEST(Leb128Test, StandardsExamples) {
  EXPECT_EQ(Uleb({2}), 2u);
  EXPECT_EQ(Uleb({127}), 127u);
  EXPECT_EQ(Uleb({0x80, 1}), 128u);
  EXPECT_EQ(Uleb({0xb9, 0x64}), 12857u);
  EXPECT_EQ(Sleb({2}), 2);
  EXPECT_EQ(Sleb({0x7e}), -2);
  EXPECT_EQ(Sleb({0xff, 0}), 127);
  EXPECT_EQ(Sleb({0x81, 0x7f}), -127);
  EXPECT_EQ(Sleb({0x80, 0x7f}), -128);
  EXPECT_EQ(Sleb({0xff, 0x7e}), -129);
}

TEST(Leb128Test, PaddingDoesNotCount) {
  EXPECT_EQ(Uleb({0x85, 0x80, 0x00}), 5u);
  EXPECT_EQ(Sleb({0xfe, 0xff, 0x7f}), -2);
  ByteList long_zero(20, 0x80);
  long_zero.push_back(0);
  EXPECT_EQ(Uleb(long_zero), 0u);
  EXPECT_EQ(Sleb(long_zero), 0);
}

TEST(Leb128Test, SixtyFourBits) {
  ByteList ones(9, 0xff);
  ones.push_back(1);
  EXPECT_EQ(Uleb(ones), UINT64_MAX);
  ones.back() = 2;
  const uint8_t* p = ones.data();
  uint64_t value = 0;
  EXPECT_EQ(ReadUleb128(&p, p + ones.size(), &value), LebError::kTooLong);
  EXPECT_EQ(p, ones.data());
  ByteList lowest(9, 0x80);
  lowest.push_back(0x7f);
  EXPECT_EQ(Sleb(lowest), INT64_MIN);
  lowest.back() = 1;
  int64_t number = 0;
  p = lowest.data();
  EXPECT_EQ(ReadSleb128(&p, p + lowest.size(), &number), LebError::kTooLong);
}

TEST(Leb128Test, CutNumbers) {
  const ByteList bytes = {0x80, 0x80};
  for (size_t size = 0; size <= bytes.size(); ++size) {
    const uint8_t* p = bytes.data();
    uint64_t value = 0;
    int64_t number = 0;
    EXPECT_EQ(ReadUleb128(&p, p + size, &value), LebError::kTruncated);
    EXPECT_EQ(ReadSleb128(&p, p + size, &number), LebError::kTruncated);
    EXPECT_EQ(p, bytes.data());
  }
}

TEST(Leb128Test, SizeWithPadding) {
  const ByteList bytes = {5, 0x80, 0x80, 0, 0x80};
  EXPECT_EQ(Leb128Size(bytes, 0), 1u);
  EXPECT_EQ(Leb128Size(bytes, 1), 3u);
  EXPECT_EQ(Leb128Size(bytes, 4), 0u);
  EXPECT_EQ(Leb128Size(bytes, 9), 0u);
}

}  // namespace
}  // namespace dwreloc::internal
