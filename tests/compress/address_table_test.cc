// The bytes of .debug_addr and its records, and that no address is lost.

#include "dwreloc_compress/address_table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>

namespace dwreloc_tools::compress {
namespace {

using testing::ElementsAre;

TEST(AddressTableTest, AnAddressIsThereOnce) {
  AddressTable table;
  EXPECT_EQ(table.Use({.info = 1, .addend = 5}), 0u);
  EXPECT_EQ(table.Use({.info = 2, .addend = 5}), 1u);
  EXPECT_EQ(table.Use({.info = 1, .addend = 5}), 0u);
  EXPECT_EQ(table.Use({.info = 1, .addend = 6}), 2u);
  EXPECT_EQ(table.size(), 3u);
  EXPECT_EQ(table.use_count(), 4u);
}

// What is used often is among the first 128, and there in order.
TEST(AddressTableTest, FrequentOnesHaveShortIndexes) {
  AddressTable table;
  for (std::uint64_t i = 0; i < 200; ++i) table.Use({.info = 1, .addend = i});
  table.Use({.info = 1, .addend = 199});
  table.Sort();
  EXPECT_EQ(table.IndexOf(0), 0u);
  EXPECT_EQ(table.IndexOf(126), 126u);
  EXPECT_EQ(table.IndexOf(199), 127u);
  EXPECT_EQ(table.IndexOf(127), 128u);
}

TEST(AddressTableTest, RecordsHoldAddressesOfRela) {
  AddressTable table;
  table.Use({.info = 0x301, .addend = 7});
  table.Sort();
  const Section section = table.Emit(4, 8, true, NumberWriter(false));
  EXPECT_THAT(section.bytes,
              ElementsAre(12, 0, 0, 0, 5, 0, 8, 0, 0, 0, 0, 0, 0, 0, 0, 0));
  ASSERT_EQ(section.records.size(), 1u);
  EXPECT_EQ(section.records[0].offset, 8u);
  EXPECT_EQ(section.records[0].info, 0x301u);
  EXPECT_EQ(section.records[0].addend, 7);
}

TEST(AddressTableTest, BytesHoldAddendsOfRel) {
  AddressTable table;
  table.Use({.info = 0x301, .addend = 0x102});
  table.Sort();
  const Section section = table.Emit(8, 4, false, NumberWriter(true));
  EXPECT_THAT(section.bytes, ElementsAre(0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0, 0,
                                         0, 0, 8, 0, 5, 4, 0, 0, 0, 1, 2));
  ASSERT_EQ(section.records.size(), 1u);
  EXPECT_EQ(section.records[0].offset, 16u);
  EXPECT_EQ(section.records[0].addend, 0);
}

TEST(AddressTableTest, IsCompleteIfEachHasLostARecord) {
  AddressTable table;
  table.Use({.info = 1, .addend = 1});
  table.Use({.info = 1, .addend = 2});
  table.Sort();
  table.Take({.info = 1, .addend = 1});
  table.Take({.info = 1, .addend = 1});
  EXPECT_FALSE(table.IsComplete());
  table.Take({.info = 1, .addend = 2});
  EXPECT_TRUE(table.IsComplete());
  EXPECT_THROW(table.Take({.info = 2, .addend = 1}), std::runtime_error);
}

}  // namespace
}  // namespace dwreloc_tools::compress
