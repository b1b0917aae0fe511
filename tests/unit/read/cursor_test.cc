// Tests of read/cursor: every datum, cut at every byte, and the sticky error.

#include "read/cursor.h"

#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "support/assembler.h"

namespace dwreloc::internal {
namespace {

Cursor Over(const std::vector<uint8_t>& bytes,
            ByteOrder order = ByteOrder::kLittle) {
  return Cursor(bytes, order, 3);
}

ErrorDetail Detail(const Cursor& cursor) { return GetDetail(cursor.status()); }

class CursorOrderTest : public testing::TestWithParam<Target> {};

TEST_P(CursorOrderTest, ReadsWhatWasWritten) {
  Assembler a(GetParam());
  a.U8(0x12).U16(0x3456).U24(0x789abc).U32(0xdef01234);
  a.U64(0x56789abcdef01234).Uleb(624485).Sleb(-123456).String("text");
  a.Raw({1, 2, 3}).U8(9);
  const std::vector<uint8_t> bytes = a.bytes();
  Cursor cursor = Over(bytes, GetParam().order);
  EXPECT_EQ(cursor.U8(), 0x12u);
  EXPECT_EQ(cursor.U16(), 0x3456u);
  EXPECT_EQ(cursor.Unsigned(3), 0x789abcu);
  EXPECT_EQ(cursor.U32(), 0xdef01234u);
  EXPECT_EQ(cursor.U64(), 0x56789abcdef01234u);
  EXPECT_EQ(cursor.Uleb(), 624485u);
  EXPECT_EQ(cursor.Sleb(), -123456);
  EXPECT_EQ(cursor.String(), "text");
  EXPECT_EQ(cursor.Block(3).back(), 3u);
  EXPECT_EQ(cursor.remaining(), 1u);
  cursor.Skip(1);
  EXPECT_TRUE(cursor.at_end());
  EXPECT_TRUE(cursor.ok());
  EXPECT_TRUE(cursor.status().ok());
}

// Every datum at the end of bytes that hold all but its last byte.
TEST_P(CursorOrderTest, TruncatedAtEveryDatum) {
  Assembler a(GetParam());
  a.U8(1).U16(2).U24(3).U32(4).U64(5).Uleb(300).Sleb(-300).String("abc");
  a.Raw({1, 2, 3});
  const std::vector<uint8_t> bytes = a.bytes();
  const uint64_t starts[] = {0, 1, 3, 6, 10, 18, 20, 22, 26, 29};
  for (uint64_t size = 0; size < bytes.size(); ++size) {
    const std::vector<uint8_t> cut(bytes.begin(),
                                   bytes.begin() + static_cast<long>(size));
    Cursor cursor = Over(cut, GetParam().order);
    cursor.U8();
    cursor.U16();
    cursor.Unsigned(3);
    cursor.U32();
    cursor.U64();
    cursor.Uleb();
    cursor.Sleb();
    cursor.String();
    cursor.Block(3);
    ASSERT_FALSE(cursor.ok()) << size;
    EXPECT_EQ(Detail(cursor).code, ErrorCode::kTruncated);
    EXPECT_EQ(Detail(cursor).section, 3u);
    uint64_t begin = 0;  // of the datum that is cut
    for (const uint64_t start : starts) {
      if (start <= size) begin = start;
    }
    EXPECT_EQ(Detail(cursor).offset, begin) << size;
  }
}

TEST_P(CursorOrderTest, InitialLength) {
  Assembler a(GetParam());
  a.U32(0xffffffef).U32(0xffffffff).U64(0x123456789a).U32(0xfffffff0);
  const std::vector<uint8_t> bytes = a.bytes();
  Cursor cursor = Over(bytes, GetParam().order);
  Format format;
  EXPECT_EQ(cursor.InitialLength(&format), 0xffffffefu);
  EXPECT_EQ(format, Format::kDwarf32);
  EXPECT_EQ(cursor.InitialLength(&format), 0x123456789au);
  EXPECT_EQ(format, Format::kDwarf64);
  EXPECT_EQ(cursor.InitialLength(&format), 0u);
  EXPECT_EQ(Detail(cursor).code, ErrorCode::kBadDwarf);
  EXPECT_EQ(Detail(cursor).offset, 16u);
}

INSTANTIATE_TEST_SUITE_P(Orders, CursorOrderTest,
                         testing::Values(kX86_64, kS390x), kTargetName);

TEST(CursorTest, ErrorIsStickyAndReadsReturnZero) {
  const std::vector<uint8_t> bytes = {1, 2, 3, 4, 5};
  Cursor cursor = Over(bytes);
  EXPECT_EQ(cursor.U8(), 1u);
  EXPECT_EQ(cursor.U64(), 0u);
  Format format;
  EXPECT_EQ(cursor.U8(), 0u);
  EXPECT_EQ(cursor.U16(), 0u);
  EXPECT_EQ(cursor.U32(), 0u);
  EXPECT_EQ(cursor.Unsigned(1), 0u);
  EXPECT_EQ(cursor.Uleb(), 0u);
  EXPECT_EQ(cursor.Sleb(), 0);
  EXPECT_EQ(cursor.String(), "");
  EXPECT_TRUE(cursor.Block(1).empty());
  EXPECT_EQ(cursor.InitialLength(&format), 0u);
  cursor.SkipLeb();
  EXPECT_TRUE(cursor.at_end());
  EXPECT_EQ(Detail(cursor).offset, 1u) << "the first error";
}

TEST(CursorTest, SeekDoesNotForgiveAnError) {
  const std::vector<uint8_t> bytes = {1, 2, 3, 4, 5};
  Cursor cursor = Over(bytes);
  cursor.U64();
  cursor.Seek(0);
  EXPECT_FALSE(cursor.ok());
  EXPECT_EQ(cursor.U8(), 0u);
}

TEST(CursorTest, StartAndEnd) {
  const std::vector<uint8_t> bytes = {1, 2, 3, 4, 5};
  Cursor part(bytes, ByteOrder::kLittle, 3, 1, 3);
  EXPECT_EQ(part.offset(), 1u);
  EXPECT_EQ(part.end(), 3u);
  EXPECT_EQ(part.U16(), 0x0302u);
  EXPECT_TRUE(part.at_end());
  const Cursor beyond(bytes, ByteOrder::kLittle, 3, 6);
  EXPECT_FALSE(beyond.ok());
  const Cursor at_end(bytes, ByteOrder::kLittle, 3, 5);
  EXPECT_TRUE(at_end.ok());
  EXPECT_TRUE(at_end.at_end());
  const Cursor clamped(bytes, ByteOrder::kLittle, 3, 0, 99);
  EXPECT_EQ(clamped.end(), 5u);
  const Cursor backwards(bytes, ByteOrder::kLittle, 3, 4, 2);
  EXPECT_FALSE(backwards.ok());
  const Cursor huge(bytes, ByteOrder::kLittle, 3, UINT64_MAX);
  EXPECT_FALSE(huge.ok());
  Cursor nothing;
  EXPECT_EQ(nothing.U8(), 0u);
  EXPECT_FALSE(nothing.ok());
}

TEST(CursorTest, SeekAndTruncate) {
  const std::vector<uint8_t> bytes = {1, 2, 3, 4, 5};
  Cursor cursor = Over(bytes);
  cursor.Seek(2);
  EXPECT_EQ(cursor.U8(), 3u);
  cursor.Truncate(4);
  EXPECT_EQ(cursor.U8(), 4u);
  EXPECT_TRUE(cursor.at_end());
  EXPECT_EQ(cursor.U8(), 0u);
  EXPECT_FALSE(cursor.ok());
}

TEST(CursorTest, BlockOfAnAbsurdSize) {
  const std::vector<uint8_t> bytes = {1, 2, 3};
  for (const uint64_t size : {uint64_t{4}, UINT64_MAX, UINT64_MAX - 2}) {
    Cursor cursor = Over(bytes);
    EXPECT_TRUE(cursor.Block(size).empty());
    EXPECT_EQ(Detail(cursor).code, ErrorCode::kTruncated);
  }
}

TEST(CursorTest, StringWithoutNul) {
  const std::vector<uint8_t> bytes = {'a', 'b'};
  Cursor cursor = Over(bytes);
  EXPECT_EQ(cursor.String(), "");
  EXPECT_EQ(Detail(cursor).code, ErrorCode::kTruncated);
  EXPECT_EQ(Detail(cursor).offset, 0u);
}

TEST(CursorTest, EmptyString) {
  const std::vector<uint8_t> bytes = {0};
  Cursor cursor = Over(bytes);
  EXPECT_EQ(cursor.String(), "");
  EXPECT_TRUE(cursor.ok());
}

TEST(CursorTest, LebValuesOfEverySize) {
  for (int bit = 0; bit < 64; ++bit) {
    for (const uint64_t value : {uint64_t{1} << bit, (uint64_t{1} << bit) - 1,
                                 ~(uint64_t{1} << bit), ~uint64_t{0} << bit}) {
      Assembler a;
      a.Uleb(value).Sleb(static_cast<int64_t>(value)).U8(0x77);
      const std::vector<uint8_t> bytes = a.bytes();
      Cursor cursor = Over(bytes);
      ASSERT_EQ(cursor.Uleb(), value);
      ASSERT_EQ(cursor.Sleb(), static_cast<int64_t>(value));
      ASSERT_EQ(cursor.U8(), 0x77u);
      Cursor skipper = Over(bytes);
      skipper.SkipLeb();
      skipper.SkipLeb();
      ASSERT_EQ(skipper.U8(), 0x77u);
    }
  }
}

// Relaxing assemblers leave LEB128 numbers with padding.
TEST(CursorTest, PaddedLebIsLegal) {
  Assembler a;
  a.UlebPadded(5, 4).UlebPadded(5, 12).UlebPadded(UINT64_MAX, 20);
  a.Raw({0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f});
  a.Raw({0x85, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x00});
  const std::vector<uint8_t> bytes = a.bytes();
  Cursor cursor = Over(bytes);
  EXPECT_EQ(cursor.Uleb(), 5u);
  EXPECT_EQ(cursor.Uleb(), 5u);
  EXPECT_EQ(cursor.Uleb(), UINT64_MAX);
  EXPECT_EQ(cursor.Sleb(), -1);
  EXPECT_EQ(cursor.Sleb(), 5);
  EXPECT_TRUE(cursor.ok());
}

TEST(CursorTest, LebBeyond64Bits) {
  const std::vector<std::vector<uint8_t>> too_long = {
      {0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x02},
      {0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x01},
  };
  for (const std::vector<uint8_t>& bytes : too_long) {
    Cursor cursor = Over(bytes);
    EXPECT_EQ(cursor.Uleb(), 0u);
    EXPECT_EQ(Detail(cursor).code, ErrorCode::kBadDwarf);
    EXPECT_EQ(Detail(cursor).offset, 0u);
    Cursor signed_cursor = Over(bytes);
    EXPECT_EQ(signed_cursor.Sleb(), 0);
    EXPECT_EQ(Detail(signed_cursor).code, ErrorCode::kBadDwarf);
    // What is skipped is not read.
    Cursor skipper = Over(bytes);
    skipper.SkipLeb();
    EXPECT_TRUE(skipper.ok());
  }
}

TEST(CursorTest, LebWithoutEnd) {
  const std::vector<uint8_t> bytes(30, 0x80);
  Cursor cursor = Over(bytes);
  EXPECT_EQ(cursor.Uleb(), 0u);
  EXPECT_EQ(Detail(cursor).code, ErrorCode::kTruncated);
  Cursor signed_cursor = Over(bytes);
  EXPECT_EQ(signed_cursor.Sleb(), 0);
  EXPECT_EQ(Detail(signed_cursor).code, ErrorCode::kTruncated);
  Cursor skipper = Over(bytes);
  skipper.SkipLeb();
  EXPECT_FALSE(skipper.ok());
}

TEST(EncodingTest, SizesFollowFormatAndVersion) {
  Encoding encoding{
      .address_size = 8, .format = Format::kDwarf32, .version = 5};
  EXPECT_EQ(encoding.offset_size(), 4);
  EXPECT_EQ(encoding.ref_addr_size(), 4);
  encoding.format = Format::kDwarf64;
  EXPECT_EQ(encoding.offset_size(), 8);
  EXPECT_EQ(encoding.ref_addr_size(), 8);
  // DWARF 2 gave DW_FORM_ref_addr the size of an address.
  encoding = {.address_size = 8, .format = Format::kDwarf32, .version = 2};
  EXPECT_EQ(encoding.ref_addr_size(), 8);
  encoding = {.address_size = 4, .format = Format::kDwarf64, .version = 2};
  EXPECT_EQ(encoding.ref_addr_size(), 4);
}

}  // namespace
}  // namespace dwreloc::internal
