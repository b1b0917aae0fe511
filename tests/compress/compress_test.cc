// All rooms together, on built files of every machine and version: what comes
// out is smaller, says the same, and is not made smaller again.

#include "dwreloc_compress/compress.h"

#include <gtest/gtest.h>

#include "compress/compressed.h"
#include "compress/sample.h"

namespace dwreloc_tools::compress {
namespace {

class CompressTest : public testing::TestWithParam<Sample> {};

TEST_P(CompressTest, SaysTheSameInLess) {
  const std::vector<std::uint8_t> image = BuildSample(GetParam());
  const Compressed compressed = CompressImage(image);
  ASSERT_EQ(compressed.why, "");
  EXPECT_LT(compressed.image.size(), image.size());
  EXPECT_EQ(DifferenceOf(image, compressed.image), "");
  const bool has_types = GetParam().has_types;
  EXPECT_EQ(compressed.units, has_types ? 4u : 3u);
  EXPECT_EQ(compressed.partial_units, has_types ? 0u : 1u);
  if (!has_types) {
    EXPECT_LT(compressed.dies_after, compressed.dies_before);
  }
  if (!GetParam().is_linked) {
    EXPECT_LT(compressed.records_after, compressed.records_before);
  }
}

TEST_P(CompressTest, TwiceChangesNothing) {
  const Compressed once = CompressImage(BuildSample(GetParam()));
  ASSERT_EQ(once.why, "");
  const Compressed twice = CompressImage(once.image);
  EXPECT_TRUE(twice.is_small) << twice.why << twice.image.size();
}

INSTANTIATE_TEST_SUITE_P(Samples, CompressTest, testing::ValuesIn(AllSamples()),
                         [](const auto& sample) { return sample.param.name; });

}  // namespace
}  // namespace dwreloc_tools::compress
