// Tests of elf/compressed_file: what was packed comes out, whatever is cut or
// changed is an error or does not matter, and nothing grows beyond its limit.

#include "elf/compressed_file.h"

#include <lzma.h>

#include <string>
#include <vector>

#include "elf/file_kind.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "support/elf_builder.h"
#include "support/packed.h"

namespace dwreloc::internal {
namespace {

using ::testing::HasSubstr;
using Content = std::vector<uint8_t>;

constexpr uint64_t kMiB = uint64_t{1} << 20;

absl::StatusOr<Content> Unpack(Bytes file, uint64_t limit = 64 * kMiB) {
  EXPECT_TRUE(IsCompressedKind(FileKindOf(file)));
  DWRELOC_ASSIGN_OR_RETURN(const FileMemory unpacked, UnpackFile(file, limit));
  return Content(unpacked.bytes().begin(), unpacked.bytes().end());
}

ErrorCode Error(Bytes file, uint64_t limit = 64 * kMiB) {
  return GetDetail(Unpack(file, limit).status()).code;
}

std::string Text(Bytes file, uint64_t limit = 64 * kMiB) {
  return std::string(Unpack(file, limit).status().message());
}

Content Sample(size_t size) {
  Content sample(size);
  uint32_t state = 1;
  for (uint8_t& byte : sample) {
    state = state * 1664525 + 1013904223;
    byte = static_cast<uint8_t>(state >> 28);
  }
  return sample;
}

Content Join(std::initializer_list<Content> parts) {
  Content all;
  for (const Content& part : parts) {
    all.insert(all.end(), part.begin(), part.end());
  }
  return all;
}

class CompressedFileTest : public testing::TestWithParam<Packer> {
 protected:
  static Content Pack(Bytes contents) { return GetParam().pack(contents); }
};

TEST_P(CompressedFileTest, GivesBackTheContents) {
  for (const size_t size : {size_t{0}, size_t{1}, size_t{100}, size_t{65536},
                            size_t{65537}, size_t{3 * kMiB + 7}}) {
    const Content sample = Sample(size);
    const auto result = Unpack(Pack(sample));
    ASSERT_TRUE(result.ok()) << result.status();
    EXPECT_TRUE(*result == sample) << size;
  }
}

TEST_P(CompressedFileTest, CutAtEveryByte) {
  const Content file = Pack(Sample(300));
  for (size_t size = 6; size < file.size(); ++size) {
    const Bytes cut = Bytes(file).first(size);
    EXPECT_EQ(Error(cut), ErrorCode::kTruncated) << size;
    EXPECT_THAT(Text(cut), HasSubstr("offset " + std::to_string(size) + ","));
  }
}

// A bit may be one that says nothing, as those of the time in gzip's header.
TEST_P(CompressedFileTest, EachBitChanged) {
  const Content sample = Sample(300);
  Content file = Pack(sample);
  size_t failed = 0;
  for (size_t bit = 0; bit < 8 * file.size(); ++bit) {
    const uint8_t mask = static_cast<uint8_t>(1 << bit % 8);
    file[bit / 8] ^= mask;
    if (IsCompressedKind(FileKindOf(file))) {
      const auto result = Unpack(file, 4 * kMiB);
      if (result.ok()) {
        EXPECT_EQ(*result, sample) << bit;
      } else {
        EXPECT_FALSE(result.status().message().empty());
        ++failed;
      }
    }
    file[bit / 8] ^= mask;
  }
  EXPECT_GT(failed, 7 * file.size());
}

TEST_P(CompressedFileTest, DamageIsToldWithItsOffset) {
  Content file = Pack(Sample(3000));
  for (size_t i = 100; i < 200; ++i) file[i] ^= 0xff;
  EXPECT_EQ(Error(file), ErrorCode::kBadElf);
  EXPECT_THAT(Text(file), HasSubstr(" data damaged before offset "));
}

TEST_P(CompressedFileTest, SeveralBehindEachOther) {
  const Content first = Sample(70000), second = Sample(100);
  const auto result =
      Unpack(Join({Pack(first), Pack({}), Pack(second), Pack({})}));
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_TRUE(*result == Join({first, second}));
}

TEST_P(CompressedFileTest, GarbageBehind) {
  const Content file = Pack(Sample(300));
  for (size_t size = 1; size < 20; ++size) {
    const ErrorCode code = Error(Join({file, Content(size, 0xa5)}));
    EXPECT_TRUE(code == ErrorCode::kBadElf || code == ErrorCode::kTruncated)
        << size;
  }
}

TEST_P(CompressedFileTest, LimitIsExact) {
  const Content file = Pack(Sample(100000));
  EXPECT_EQ(Error(file, 100000), ErrorCode::kOk);
  for (const uint64_t limit : {0, 1, 65536, 99999}) {
    EXPECT_EQ(Error(file, limit), ErrorCode::kUnsupported) << limit;
  }
  EXPECT_THAT(Text(file, 99999), HasSubstr("more than 99999 bytes"));
  EXPECT_EQ(Error(Pack({}), 0), ErrorCode::kOk);
}

TEST_P(CompressedFileTest, BombStopsAtTheLimit) {
  const Content bomb = Pack(Content(96 * kMiB));
  EXPECT_LT(bomb.size(), 96 * kMiB / 1000);
  EXPECT_EQ(Error(bomb, 5 * kMiB), ErrorCode::kUnsupported);
  // gzip cannot do worse than 1032:1, which is allowed.
  EXPECT_EQ(
      GetDetail(UnpackFile(bomb, MaxUnpackedSize(bomb.size())).status()).code,
      GetParam().pack == PackGzip ? ErrorCode::kOk : ErrorCode::kUnsupported);
}

TEST_P(CompressedFileTest, NothingIsUnpackedTwice) {
  const Content inner = Pack(Sample(300));
  const auto result = Unpack(Pack(inner));
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_EQ(*result, inner);
}

INSTANTIATE_TEST_SUITE_P(Packers, CompressedFileTest,
                         testing::ValuesIn(kPackers),
                         [](const auto& packer) { return packer.param.name; });

TEST(MaxUnpackedSizeTest, IsBoundedInBothWays) {
  EXPECT_EQ(MaxUnpackedSize(0), 16 * kMiB);
  EXPECT_EQ(MaxUnpackedSize(kMiB), 2016 * kMiB);
  EXPECT_EQ(MaxUnpackedSize(3 * kMiB), 6016 * kMiB);
  EXPECT_EQ(MaxUnpackedSize(UINT64_MAX), UINT64_MAX);
}

TEST(UnpackGzipTest, ZerosBehindArePadding) {
  const Content sample = Sample(300);
  const auto result = Unpack(Join({PackGzip(sample), Content(512)}));
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_EQ(*result, sample);
}

TEST(UnpackGzipTest, WrongChecksumAndWrongSize) {
  const Content file = PackGzip(Sample(300));
  for (size_t from_end = 1; from_end <= 8; ++from_end) {
    Content wrong = file;
    wrong[wrong.size() - from_end] ^= 1;
    EXPECT_EQ(Error(wrong), ErrorCode::kBadElf) << from_end;
  }
  Content wrong = file;
  wrong[wrong.size() - 8] ^= 1;
  EXPECT_THAT(Text(wrong), HasSubstr("incorrect data check"));
}

TEST(UnpackXzTest, PaddingIsWordsOfZeros) {
  const Content sample = Sample(300);
  const auto result =
      Unpack(Join({PackXz(sample), Content(4), PackXz(sample), Content(8)}));
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_EQ(*result, Join({sample, sample}));
  EXPECT_NE(Error(Join({PackXz(sample), Content(3)})), ErrorCode::kOk);
}

TEST(UnpackXzTest, EveryCheck) {
  const Content sample = Sample(300);
  for (const lzma_check check : {LZMA_CHECK_NONE, LZMA_CHECK_CRC32,
                                 LZMA_CHECK_CRC64, LZMA_CHECK_SHA256}) {
    Content file(1000);
    size_t size = 0;
    ASSERT_EQ(
        lzma_easy_buffer_encode(6, check, nullptr, sample.data(), sample.size(),
                                file.data(), &size, file.size()),
        LZMA_OK);
    file.resize(size);
    const auto result = Unpack(file);
    ASSERT_TRUE(result.ok()) << result.status();
    EXPECT_EQ(*result, sample);
  }
}

TEST(UnpackXzTest, DictionaryOfFourGigabytes) {
  Content file = PackXz(Sample(300));
  // The block header (.xz 1.2.1, 3.1): its size in words less one, flags,
  // sizes, then LZMA2's ID 0x21, 1, and the dictionary's size.
  const size_t header = 12;
  const size_t size = (file[header] + size_t{1}) * 4;
  size_t at = header;
  while (file[at] != 0x21) ++at;
  ASSERT_LT(at, header + size);
  file[at + 2] = 40;
  Patch(file, header + size - 4, 4,
        lzma_crc32(file.data() + header, size - 4, 0));
  EXPECT_EQ(Error(file), ErrorCode::kUnsupported);
  EXPECT_THAT(Text(file), HasSubstr("bytes to unpack"));
}

TEST(UnpackZstdTest, SkippableFrames) {
  const Content sample = Sample(300);
  const Content skip = {0x5a, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 7, 8, 9};
  const auto result =
      Unpack(Join({skip, skip, PackZstd(sample), skip, PackZstd(sample)}));
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_EQ(*result, Join({sample, sample}));
  const auto nothing = Unpack(skip);
  ASSERT_TRUE(nothing.ok()) << nothing.status();
  EXPECT_TRUE(nothing->empty());
  for (size_t size = 4; size < skip.size(); ++size) {
    EXPECT_EQ(Error(Bytes(skip).first(size)), ErrorCode::kTruncated);
  }
}

TEST(UnpackZstdTest, WindowOf256Megabytes) {
  // A frame header without sizes, and the last block: raw and empty.
  const auto frame = [](int window_log) {
    const uint8_t window = static_cast<uint8_t>((window_log - 10) << 3);
    return Content{0x28, 0xb5, 0x2f, 0xfd, 0, window, 1, 0, 0};
  };
  EXPECT_EQ(Error(frame(27)), ErrorCode::kOk);
  EXPECT_EQ(Error(frame(28)), ErrorCode::kUnsupported);
  EXPECT_THAT(Text(frame(28)), HasSubstr("window"));
}

}  // namespace
}  // namespace dwreloc::internal
