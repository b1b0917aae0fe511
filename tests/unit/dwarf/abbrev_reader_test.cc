// dwarf/tree/abbrev_reader: declarations as stored, and tables that end early.

#include "dwarf/tree/abbrev_reader.h"

#include <gtest/gtest.h>

#include <vector>

#include "dwarf/constants.h"
#include "support/assembler.h"
#include "support/dwarf_file.h"

namespace dwreloc::internal {
namespace {

AbbrevReader ReaderOf(const std::vector<uint8_t>& bytes, uint64_t offset = 0) {
  return AbbrevReader({.index = 7, .bytes = bytes}, offset);
}

TEST(AbbrevReaderTest, DeclarationsAndAttributesSayWhereTheyAre) {
  Assembler out;
  out.U8(0xff);  // of no table
  out.Uleb(300).Uleb(DW_TAG_variable).U8(DW_CHILDREN_yes);
  out.Uleb(DW_AT_name).Uleb(DW_FORM_strp);
  out.Uleb(DW_AT_decl_file).Uleb(DW_FORM_implicit_const).Sleb(-300);
  out.Uleb(0).Uleb(0);
  out.Uleb(1).Uleb(DW_TAG_base_type).U8(0).Uleb(0).Uleb(0);
  out.Uleb(0).U8(0xff);
  const std::vector<uint8_t> bytes = out.bytes();
  AbbrevReader reader = ReaderOf(bytes, 1);
  RawAbbrevAttribute attribute;
  EXPECT_FALSE(reader.NextAttribute(&attribute));
  AbbrevReader::Declaration abbrev;
  ASSERT_TRUE(reader.Next(&abbrev));
  EXPECT_EQ(abbrev.offset, 1u);
  EXPECT_EQ(abbrev.code, 300u);
  EXPECT_EQ(abbrev.tag, DW_TAG_variable);
  EXPECT_EQ(abbrev.children, DW_CHILDREN_yes);
  EXPECT_EQ(abbrev.attribute_count, 2u);
  EXPECT_EQ(abbrev.end, 13u);
  ASSERT_TRUE(reader.NextAttribute(&attribute));
  EXPECT_EQ(attribute.offset, 5u);
  EXPECT_EQ(attribute.name, DW_AT_name);
  EXPECT_EQ(attribute.form, DW_FORM_strp);
  EXPECT_FALSE(attribute.has_implicit_const());
  ASSERT_TRUE(reader.NextAttribute(&attribute));
  EXPECT_EQ(attribute.offset, 7u);
  EXPECT_TRUE(attribute.has_implicit_const());
  EXPECT_EQ(attribute.implicit_const, -300);
  EXPECT_FALSE(reader.NextAttribute(&attribute));
  EXPECT_FALSE(reader.NextAttribute(&attribute));
  ASSERT_TRUE(reader.Next(&abbrev));
  EXPECT_EQ(abbrev.offset, 13u);
  EXPECT_EQ(abbrev.attribute_count, 0u);
  EXPECT_FALSE(reader.NextAttribute(&attribute));
  EXPECT_FALSE(reader.Next(&abbrev));
  EXPECT_THAT(reader.status(), IsOk());
  EXPECT_EQ(reader.offset(), out.offset() - 1);
  EXPECT_FALSE(reader.Next(&abbrev));
  EXPECT_EQ(reader.table_offset(), 1u);
}

TEST(AbbrevReaderTest, NumbersThatNoUnitCanUseAreGiven) {
  Assembler out;
  out.Uleb(UINT64_MAX).Uleb(UINT64_MAX - 1).U8(2);
  out.Uleb(UINT64_MAX - 2).Uleb(UINT64_MAX - 3);
  out.Uleb(0).Uleb(DW_FORM_string);  // no pair of zeros
  out.Uleb(DW_AT_name).Uleb(0);
  out.Uleb(0).Uleb(0).Uleb(0);
  const std::vector<uint8_t> bytes = out.bytes();
  AbbrevReader reader = ReaderOf(bytes);
  AbbrevReader::Declaration abbrev;
  ASSERT_TRUE(reader.Next(&abbrev));
  EXPECT_EQ(abbrev.code, UINT64_MAX);
  EXPECT_EQ(abbrev.tag, UINT64_MAX - 1);
  EXPECT_EQ(abbrev.children, 2);
  EXPECT_EQ(abbrev.attribute_count, 3u);
  RawAbbrevAttribute attribute;
  ASSERT_TRUE(reader.NextAttribute(&attribute));
  EXPECT_EQ(attribute.name, UINT64_MAX - 2);
  EXPECT_EQ(attribute.form, UINT64_MAX - 3);
  EXPECT_FALSE(reader.Next(&abbrev));
  EXPECT_THAT(reader.status(), IsOk());
}

TEST(AbbrevReaderTest, TruncatedAtEveryByteGivesWhatIsCompleteAndOneError) {
  Assembler out;
  out.Uleb(1).Uleb(DW_TAG_compile_unit).U8(1);
  out.Uleb(DW_AT_name).Uleb(DW_FORM_string).Uleb(0).Uleb(0);
  const uint64_t first_end = out.offset();
  out.Uleb(2).Uleb(DW_TAG_GNU_call_site).U8(0);
  out.Uleb(DW_AT_GNU_call_site_value).Uleb(DW_FORM_implicit_const);
  out.Sleb(-100000).Uleb(0).Uleb(0);
  const uint64_t second_end = out.offset();
  out.Uleb(0);
  const std::vector<uint8_t> whole = out.bytes();
  for (uint64_t size = 0; size < whole.size(); ++size) {
    const std::vector<uint8_t> bytes(
        whole.begin(), whole.begin() + static_cast<ptrdiff_t>(size));
    AbbrevReader reader = ReaderOf(bytes);
    AbbrevReader::Declaration abbrev;
    size_t count = 0;
    while (reader.Next(&abbrev)) ++count;
    EXPECT_EQ(count,
              (size >= first_end ? 1u : 0) + (size >= second_end ? 1 : 0))
        << size;
    const bool is_whole = size == 0 || size == first_end || size == second_end;
    const absl::Status status = reader.status();
    EXPECT_EQ(GetDetail(status).code, ErrorCode::kTruncated) << size;
    EXPECT_EQ(GetDetail(status).section, 7u) << size;
    EXPECT_LE(GetDetail(status).offset, size);
    EXPECT_EQ(status.message() == "the table has no end", is_whole) << size;
    // Nothing of the damaged one is given.
    RawAbbrevAttribute attribute;
    EXPECT_FALSE(reader.NextAttribute(&attribute)) << size;
    EXPECT_FALSE(reader.Next(&abbrev)) << size;
    EXPECT_FALSE(reader.ok()) << size;
  }
}

TEST(AbbrevReaderTest, OverlongNumbersAreAnError) {
  Assembler out;
  out.Uleb(1).Uleb(DW_TAG_member).U8(0);
  out.Raw({0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f});
  out.Uleb(0).Uleb(0).Uleb(0).Uleb(0);
  const std::vector<uint8_t> bytes = out.bytes();
  AbbrevReader reader = ReaderOf(bytes);
  AbbrevReader::Declaration abbrev;
  EXPECT_FALSE(reader.Next(&abbrev));
  EXPECT_THAT(reader.status(), FailsWith(ErrorCode::kBadDwarf, "64 bits"));
  EXPECT_EQ(GetDetail(reader.status()).offset, 3u);
}

}  // namespace
}  // namespace dwreloc::internal
