// Compression as the kernel's build does it, and compressed sections of either
// class and byte order.

#include "dwreloc_compress/pack.h"

#include <elf.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <lzma.h>

#include "compress/compressed.h"
#include "compress/sample.h"
#include "dwreloc_compress/emit.h"

namespace dwreloc_tools::compress {
namespace {

const std::vector<std::uint8_t> kZeros(5000, 0);

TEST(PackTest, GzipHasNeitherNameNorTime) {
  const std::vector<std::uint8_t> packed = Pack(kZeros, Packing::kGzip);
  ASSERT_GT(packed.size(), 10u);
  EXPECT_EQ(packed[0], 0x1f);
  EXPECT_EQ(packed[1], 0x8b);
  EXPECT_EQ(packed[3], 0);                              // FLG
  for (int i = 4; i < 8; ++i) EXPECT_EQ(packed[i], 0);  // MTIME
}

// The kernel's decoder has CRC32 only, and a window of that size.
TEST(PackTest, XzHasCrc32AndADictionaryOf1Mib) {
  const std::vector<std::uint8_t> packed = Pack(kZeros, Packing::kXz);
  ASSERT_GT(packed.size(), std::size_t{LZMA_STREAM_HEADER_SIZE} + 1);
  lzma_stream_flags flags;
  ASSERT_EQ(lzma_stream_header_decode(&flags, packed.data()), LZMA_OK);
  EXPECT_EQ(flags.check, LZMA_CHECK_CRC32);
  lzma_filter filters[LZMA_FILTERS_MAX + 1];
  lzma_block block{};
  block.check = flags.check;
  block.filters = filters;
  const std::uint8_t* const header = packed.data() + LZMA_STREAM_HEADER_SIZE;
  block.header_size = lzma_block_header_size_decode(header[0]);
  ASSERT_EQ(lzma_block_header_decode(&block, nullptr, header), LZMA_OK);
  ASSERT_EQ(filters[0].id, LZMA_FILTER_LZMA2);
  EXPECT_EQ(static_cast<lzma_options_lzma*>(filters[0].options)->dict_size,
            1u << 20);
  free(filters[0].options);
}

TEST(PackTest, EachReadsAsTheFile) {
  const std::vector<std::uint8_t> image = BuildSample(
      {.name = "", .target = dwreloc::internal::kX86_64, .version = 5});
  for (const Packing packing :
       {Packing::kPlain, Packing::kGzip, Packing::kXz, Packing::kZstd}) {
    const std::vector<std::uint8_t> packed = Pack(image, packing);
    EXPECT_EQ(packed == image, packing == Packing::kPlain);
    EXPECT_EQ(DifferenceOf(image, packed), "");
  }
}

TEST(PackTest, HeadersOfSectionsInEveryClassAndOrder) {
  for (const bool is_64 : {false, true}) {
    for (const bool is_big : {false, true}) {
      for (const SectionPacking packing :
           {SectionPacking::kZlib, SectionPacking::kZstd}) {
        const std::vector<std::uint8_t> packed =
            PackSection(kZeros, 8, is_64, is_big, packing);
        const unsigned word = is_64 ? 8 : 4;
        ASSERT_GT(packed.size(), 3 * word);
        const NumberWriter numbers(is_big);
        EXPECT_EQ(numbers.Get(&packed[0], 4),
                  packing == SectionPacking::kZlib ? ELFCOMPRESS_ZLIB : 2u);
        EXPECT_EQ(numbers.Get(&packed[word], word), kZeros.size());
        EXPECT_EQ(numbers.Get(&packed[2 * word], word), 8u);
      }
    }
  }
}

TEST(PackTest, WhatWouldNotBeSmallerStaysAsItIs) {
  std::vector<std::uint8_t> noise;
  for (std::uint64_t i = 0; i < 20; ++i)
    noise.push_back(static_cast<std::uint8_t>(Mix(i + 1)));
  EXPECT_TRUE(
      PackSection(noise, 1, true, false, SectionPacking::kZlib).empty());
  EXPECT_TRUE(PackSection({}, 1, true, false, SectionPacking::kZlib).empty());
  EXPECT_TRUE(
      PackSection(kZeros, 1, true, false, SectionPacking::kPlain).empty());
}

TEST(PackTest, CompressedSectionsOfAFileSayTheSame) {
  for (const Sample& sample : AllSamples()) {
    const std::vector<std::uint8_t> image = BuildSample(sample);
    const Compressed compressed = CompressImage(image, SectionPacking::kZlib);
    ASSERT_EQ(compressed.why, "") << sample.name;
    EXPECT_EQ(DifferenceOf(image, compressed.image), "") << sample.name;
  }
}

}  // namespace
}  // namespace dwreloc_tools::compress
