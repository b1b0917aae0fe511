// Tests of elf/decompress: what comes out has exactly the size that was told,
// or there is an error, and a lie costs no memory.

#include "elf/decompress.h"

#include <vector>

#include "gtest/gtest.h"
#include "support/elf_builder.h"

namespace dwreloc::internal {
namespace {

struct Codec {
  const char* name;
  std::vector<uint8_t> (*compress)(Bytes);
  absl::StatusOr<std::vector<uint8_t>> (*decompress)(Bytes, uint64_t);
};

class DecompressTest : public testing::TestWithParam<Codec> {
 protected:
  std::vector<uint8_t> Compress(Bytes bytes) const {
    return GetParam().compress(bytes);
  }
  absl::StatusOr<std::vector<uint8_t>> Decompress(Bytes bytes,
                                                  uint64_t size) const {
    return GetParam().decompress(bytes, size);
  }
  ErrorCode Error(Bytes bytes, uint64_t size) const {
    return GetDetail(Decompress(bytes, size).status()).code;
  }
  static std::vector<uint8_t> Sample(size_t size) {
    std::vector<uint8_t> sample(size);
    uint32_t state = 1;
    for (uint8_t& byte : sample) {
      state = state * 1664525 + 1013904223;
      byte = static_cast<uint8_t>(state >> 28);
    }
    return sample;
  }
};

TEST_P(DecompressTest, GivesBackTheContents) {
  for (const size_t size : {1, 100, 70000}) {
    const std::vector<uint8_t> sample = Sample(size);
    const auto result = Decompress(Compress(sample), size);
    ASSERT_TRUE(result.ok()) << result.status();
    EXPECT_EQ(*result, sample);
  }
}

TEST_P(DecompressTest, GivesBackMoreThanItAllocatesAtOnce) {
  const std::vector<uint8_t> sample = Sample(40 * 1024 * 1024 + 7);
  const auto result = Decompress(Compress(sample), sample.size());
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_TRUE(*result == sample);
}

TEST_P(DecompressTest, NothingFromNothing) {
  const auto result = Decompress(Compress({}), 0);
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_TRUE(result->empty());
}

TEST_P(DecompressTest, TruncatedAtEveryByte) {
  const std::vector<uint8_t> sample = Sample(300);
  const std::vector<uint8_t> input = Compress(sample);
  for (size_t size = 0; size < input.size(); ++size) {
    EXPECT_EQ(Error(Bytes(input).first(size), sample.size()),
              ErrorCode::kBadElf)
        << size;
  }
}

TEST_P(DecompressTest, HeaderClaimsMoreThanThereIs) {
  const std::vector<uint8_t> input = Compress(Sample(300));
  EXPECT_EQ(Error(input, 301), ErrorCode::kBadElf);
}

TEST_P(DecompressTest, HeaderClaimsLessThanThereIs) {
  const std::vector<uint8_t> input = Compress(Sample(300));
  EXPECT_EQ(Error(input, 299), ErrorCode::kBadElf);
  EXPECT_EQ(Error(input, 1), ErrorCode::kBadElf);
  EXPECT_EQ(Error(input, 0), ErrorCode::kBadElf);
}

TEST_P(DecompressTest, ClaimThatNoInputCanKeepIsRefusedAtOnce) {
  const std::vector<uint8_t> input = Compress(Sample(300));
  for (const uint64_t claim :
       {uint64_t{1} << 34, uint64_t{1} << 63, UINT64_MAX}) {
    EXPECT_EQ(Error(input, claim), ErrorCode::kBadElf) << claim;
  }
}

TEST_P(DecompressTest, BombStopsAtTheClaim) {
  // 64 MiB of zeros in a few KiB, said to be 1000 bytes.
  const std::vector<uint8_t> input =
      Compress(std::vector<uint8_t>(64 * 1024 * 1024));
  EXPECT_EQ(Error(input, 1000), ErrorCode::kBadElf);
}

TEST_P(DecompressTest, PaddingBehindTheStreamIsLegal) {
  std::vector<uint8_t> input = Compress(Sample(300));
  input.resize(input.size() + 3);
  EXPECT_EQ(Error(input, 300), ErrorCode::kOk);
  input.back() = 1;
  EXPECT_EQ(Error(input, 300), ErrorCode::kBadElf);
}

TEST_P(DecompressTest, GarbageIsAnError) {
  const std::vector<uint8_t> garbage(64, 0xa5);
  EXPECT_EQ(Error(garbage, 100), ErrorCode::kBadElf);
  EXPECT_EQ(Error({}, 100), ErrorCode::kBadElf);
}

// binutils' -r of .zdebug_ sections put one stream behind the other.
TEST_P(DecompressTest, SeveralStreamsBehindEachOther) {
  std::vector<uint8_t> sample = Sample(300);
  std::vector<uint8_t> input = Compress(Bytes(sample).first(100));
  const std::vector<uint8_t> rest = Compress(Bytes(sample).subspan(100));
  input.insert(input.end(), rest.begin(), rest.end());
  const auto result = Decompress(input, sample.size());
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_EQ(*result, sample);
}

INSTANTIATE_TEST_SUITE_P(
    Codecs, DecompressTest,
    testing::Values(Codec{"Zlib", CompressZlib, DecompressZlib},
                    Codec{"Zstd", CompressZstd, DecompressZstd}),
    [](const auto& codec) { return codec.param.name; });

TEST(DecompressZlibTest, ChecksumIsChecked) {
  const std::vector<uint8_t> sample(300, 'x');
  std::vector<uint8_t> input = CompressZlib(sample);
  input.back() ^= 1;
  EXPECT_EQ(GetDetail(DecompressZlib(input, 300).status()).code,
            ErrorCode::kBadElf);
}

}  // namespace
}  // namespace dwreloc::internal
