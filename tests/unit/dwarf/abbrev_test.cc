// dwarf/tree/abbrev: declarations in and out of order, and tables that end
// early.

#include "dwarf/tree/abbrev.h"

#include <gtest/gtest.h>

#include <memory>
#include <vector>

#include "dwarf/constants.h"
#include "support/assembler.h"
#include "support/dwarf_file.h"

namespace dwreloc::internal {
namespace {

// A table over bytes of its own.
class Parsed {
 public:
  explicit Parsed(const Assembler& bytes, uint64_t offset = 0)
      : Parsed(bytes.bytes(), offset) {}
  explicit Parsed(std::vector<uint8_t> bytes, uint64_t offset = 0)
      : bytes_(std::move(bytes)),
        table_(AbbrevTable::Parse({.index = 7, .bytes = bytes_},
                                  DebugAbbrevOffset{offset}, Encoding())) {}
  const AbbrevTable& operator*() const { return **table_; }
  const AbbrevTable* operator->() const { return table_->get(); }
  absl::Status status() const { return table_.status(); }

 private:
  const std::vector<uint8_t> bytes_;
  const absl::StatusOr<std::unique_ptr<const AbbrevTable>> table_;
};

void Declare(Assembler& out, uint64_t code, uint64_t tag,
             bool has_children = false) {
  out.Uleb(code).Uleb(tag).U8(has_children ? 1 : 0);
  out.Uleb(DW_AT_name).Uleb(DW_FORM_string);
  out.Uleb(0).Uleb(0);
}

TEST(AbbrevTest, DeclarationsHaveTagChildrenAndAttributes) {
  Assembler bytes;
  bytes.Uleb(1).Uleb(DW_TAG_compile_unit).U8(1);
  bytes.Uleb(DW_AT_name).Uleb(DW_FORM_strp);
  bytes.Uleb(DW_AT_GNU_all_call_sites).Uleb(DW_FORM_flag_present);
  bytes.Uleb(0).Uleb(0);
  const uint64_t second = bytes.offset();
  bytes.Uleb(2).Uleb(DW_TAG_base_type).U8(0).Uleb(0).Uleb(0);
  bytes.Uleb(0);
  const Parsed table(bytes);
  EXPECT_THAT(table->status(), IsOk());
  const Abbrev* unit = table->Find(1);
  ASSERT_NE(unit, nullptr);
  EXPECT_EQ(unit->tag, DW_TAG_compile_unit);
  EXPECT_TRUE(unit->has_children);
  EXPECT_EQ(unit->offset, 0u);
  const std::span<const AttributeSpec> attributes = unit->attributes();
  ASSERT_EQ(attributes.size(), 2u);
  EXPECT_EQ(attributes[0].name, DW_AT_name);
  EXPECT_EQ(attributes[0].form, DW_FORM_strp);
  EXPECT_EQ(attributes[1].name, DW_AT_GNU_all_call_sites);
  const Abbrev* type = table->Find(2);
  ASSERT_NE(type, nullptr);
  EXPECT_FALSE(type->has_children);
  EXPECT_EQ(type->offset, second);
  EXPECT_TRUE(type->attributes().empty());
  EXPECT_EQ(table->Find(0), nullptr);
  EXPECT_EQ(table->Find(3), nullptr);
  EXPECT_EQ(table->Find(UINT64_MAX), nullptr);
}

TEST(AbbrevTest, OneDeclarationAloneIsThatOfTheWholeTable) {
  Assembler bytes;
  Declare(bytes, 3, DW_TAG_member);
  Declare(bytes, 1, DW_TAG_compile_unit, true);
  const uint64_t read = bytes.offset();
  Declare(bytes, 1, DW_TAG_variable);
  bytes.Uleb(0);
  const Parsed whole(bytes);
  const std::vector<uint8_t> copy = bytes.bytes();
  const auto one = AbbrevTable::ParseOne({.index = 7, .bytes = copy},
                                         DebugAbbrevOffset{0}, Encoding(), 1);
  ASSERT_THAT(one.status(), IsOk());
  ASSERT_EQ((*one)->abbrevs().size(), 1u);
  const Abbrev& abbrev = *(*one)->Find(1);
  EXPECT_EQ(abbrev.tag, DW_TAG_compile_unit);
  EXPECT_EQ(abbrev.offset, whole->Find(1)->offset);
  ASSERT_EQ(abbrev.attributes().size(), 1u);
  EXPECT_EQ(abbrev.attributes()[0].form, DW_FORM_string);
  EXPECT_EQ((*one)->size(), read);
  EXPECT_EQ((*one)->Find(3), nullptr);
  const auto none = AbbrevTable::ParseOne({.index = 7, .bytes = copy},
                                          DebugAbbrevOffset{0}, Encoding(), 2);
  EXPECT_TRUE((*none)->abbrevs().empty());
}

TEST(AbbrevTest, FixedSizeIsKnownIfEveryFormHasOne) {
  Assembler bytes;
  bytes.Uleb(1).Uleb(DW_TAG_variable).U8(0);
  bytes.Uleb(DW_AT_low_pc).Uleb(DW_FORM_addr);
  bytes.Uleb(DW_AT_producer).Uleb(DW_FORM_strp);
  bytes.Uleb(DW_AT_external).Uleb(DW_FORM_flag_present);
  bytes.Uleb(DW_AT_decl_file).Uleb(DW_FORM_implicit_const).Sleb(1);
  bytes.Uleb(DW_AT_const_value).Uleb(DW_FORM_data16);
  bytes.Uleb(0).Uleb(0);
  bytes.Uleb(2).Uleb(DW_TAG_variable).U8(0);
  bytes.Uleb(DW_AT_name).Uleb(DW_FORM_string);
  bytes.Uleb(DW_AT_decl_line).Uleb(DW_FORM_data1);
  bytes.Uleb(0).Uleb(0).Uleb(0);
  const Parsed table(bytes);
  EXPECT_EQ(table->Find(1)->fixed_size, 8u + 4 + 16);
  EXPECT_EQ(table->Find(2)->fixed_size, Abbrev::kVariableSize);
}

TEST(AbbrevTest, ImplicitConstIsStoredInTheDeclaration) {
  Assembler bytes;
  bytes.Uleb(1).Uleb(DW_TAG_variable).U8(0);
  bytes.Uleb(DW_AT_const_value).Uleb(DW_FORM_implicit_const).Sleb(-300);
  bytes.Uleb(DW_AT_name).Uleb(DW_FORM_string);
  bytes.Uleb(0).Uleb(0).Uleb(0);
  const Parsed table(bytes);
  EXPECT_THAT(table->status(), IsOk());
  const std::span<const AttributeSpec> attributes =
      table->Find(1)->attributes();
  ASSERT_EQ(attributes.size(), 2u);
  EXPECT_EQ(attributes[0].implicit_const, -300);
  EXPECT_EQ(attributes[1].name, DW_AT_name);
}

TEST(AbbrevTest, CodesMayBeSparseAndOutOfOrder) {
  Assembler bytes;
  const uint64_t codes[] = {70000, 3, 1, UINT64_MAX, 2, uint64_t{1} << 32};
  for (const uint64_t code : codes) {
    Declare(bytes, code, 0x100 + code % 0x100);
  }
  bytes.Uleb(0);
  const Parsed table(bytes);
  for (const uint64_t code : codes) {
    const Abbrev* abbrev = table->Find(code);
    ASSERT_NE(abbrev, nullptr) << code;
    EXPECT_EQ(abbrev->code, code);
    EXPECT_EQ(abbrev->tag, 0x100 + code % 0x100);
  }
  EXPECT_EQ(table->Find(4), nullptr);
  EXPECT_EQ(table->Find(70001), nullptr);
}

TEST(AbbrevTest, FirstOfDuplicateCodesCounts) {
  Assembler bytes;
  Declare(bytes, 1, DW_TAG_compile_unit);
  Declare(bytes, 2, DW_TAG_member);
  Declare(bytes, 1, DW_TAG_variable);
  Declare(bytes, 3, DW_TAG_typedef);
  Declare(bytes, 2, DW_TAG_typedef);
  bytes.Uleb(0);
  const Parsed table(bytes);
  EXPECT_EQ(table->Find(1)->tag, DW_TAG_compile_unit);
  EXPECT_EQ(table->Find(2)->tag, DW_TAG_member);
  EXPECT_EQ(table->Find(3)->tag, DW_TAG_typedef);
  EXPECT_EQ(table->Find(4), nullptr);
}

TEST(AbbrevTest, TableEndsAtCodeZero) {
  Assembler bytes;
  Declare(bytes, 1, DW_TAG_compile_unit);
  bytes.Uleb(0);
  const uint64_t second = bytes.offset();
  Declare(bytes, 1, DW_TAG_type_unit);
  Declare(bytes, 2, DW_TAG_member);
  bytes.Uleb(0);
  const Parsed first(bytes);
  EXPECT_EQ(first->abbrevs().size(), 1u);
  EXPECT_EQ(first->size(), second);
  const Parsed other(bytes, second);
  EXPECT_EQ(other->abbrevs().size(), 2u);
  EXPECT_EQ(other->Find(1)->tag, DW_TAG_type_unit);
}

TEST(AbbrevTest, EmptyTable) {
  const Parsed table(Assembler().Uleb(0));
  EXPECT_THAT(table->status(), IsOk());
  EXPECT_TRUE(table->abbrevs().empty());
  EXPECT_EQ(table->Find(1), nullptr);
}

TEST(AbbrevTest, TableOutsideTheSectionIsAnError) {
  Assembler bytes;
  Declare(bytes, 1, DW_TAG_compile_unit);
  bytes.Uleb(0);
  const Parsed behind(bytes, bytes.offset());
  EXPECT_THAT(behind.status(), FailsWith(ErrorCode::kBadDwarf, "outside"));
  EXPECT_EQ(GetDetail(behind.status()).section, 7u);
  EXPECT_THAT(Parsed(bytes, UINT64_MAX).status(),
              FailsWith(ErrorCode::kBadDwarf, "outside"));
}

TEST(AbbrevTest, TruncatedAtEveryByteKeepsWhatIsComplete) {
  Assembler bytes;
  Declare(bytes, 1, DW_TAG_compile_unit);
  const uint64_t first_end = bytes.offset();
  bytes.Uleb(2).Uleb(DW_TAG_GNU_call_site).U8(0);
  bytes.Uleb(DW_AT_GNU_call_site_value).Uleb(DW_FORM_implicit_const);
  bytes.Sleb(-100000);
  bytes.Uleb(0).Uleb(0);
  const uint64_t second_end = bytes.offset();
  bytes.Uleb(0);
  const std::vector<uint8_t> whole = bytes.bytes();
  for (uint64_t size = 1; size < whole.size(); ++size) {
    const Parsed table(std::vector<uint8_t>(
        whole.begin(), whole.begin() + static_cast<ptrdiff_t>(size)));
    // Even with all declarations there the end must be told.
    EXPECT_EQ(GetDetail(table->status()).code, ErrorCode::kTruncated) << size;
    // After a whole declaration nothing is cut, but the end is missing.
    EXPECT_EQ(table->status().message() == "the table has no end",
              size == first_end || size == second_end)
        << size;
    EXPECT_EQ(table->Find(1) != nullptr, size >= first_end) << size;
    EXPECT_EQ(table->Find(2) != nullptr, size >= second_end) << size;
  }
}

TEST(AbbrevTest, NumbersBeyondSixteenBitsEndTheTable) {
  for (const int field : {0, 1, 2}) {
    Assembler bytes;
    Declare(bytes, 1, DW_TAG_compile_unit);
    bytes.Uleb(2).Uleb(field == 0 ? 0x10000 : 0x2e).U8(0);
    bytes.Uleb(field == 1 ? 0x10000 : 3).Uleb(field == 2 ? 0x10008 : 8);
    bytes.Uleb(0).Uleb(0).Uleb(0);
    const Parsed table(bytes);
    EXPECT_THAT(table->status(),
                FailsWith(ErrorCode::kBadDwarf, "abbreviation 2"));
    EXPECT_NE(table->Find(1), nullptr);
    EXPECT_EQ(table->Find(2), nullptr);
  }
}

TEST(AbbrevTest, OverlongNumbersAreAnError) {
  Assembler bytes;
  Declare(bytes, 1, DW_TAG_compile_unit);
  bytes.Raw({0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f});
  bytes.Uleb(0);
  const Parsed table(bytes);
  EXPECT_THAT(table->status(), FailsWith(ErrorCode::kBadDwarf, "64 bits"));
  EXPECT_NE(table->Find(1), nullptr);
}

TEST(AbbrevTest, PaddedNumbersAreLegal) {
  Assembler bytes;
  bytes.UlebPadded(1, 12).UlebPadded(DW_TAG_member, 4).U8(1);
  bytes.UlebPadded(DW_AT_name, 3).UlebPadded(DW_FORM_string, 2);
  bytes.UlebPadded(0, 2).UlebPadded(0, 3).UlebPadded(0, 2);
  const Parsed table(bytes);
  EXPECT_THAT(table->status(), IsOk());
  EXPECT_EQ(table->Find(1)->tag, DW_TAG_member);
}

// Each DIE that names such a declaration, in a byte, would be as much work as
// all its attributes.
TEST(AbbrevTest, AttributesThatTakeNoBytesAreBounded) {
  for (const uint64_t form :
       {uint64_t{DW_FORM_flag_present}, uint64_t{DW_FORM_implicit_const}}) {
    for (const bool is_too_many : {false, true}) {
      SCOPED_TRACE(form);
      Assembler bytes;
      Declare(bytes, 1, DW_TAG_compile_unit);
      const uint64_t offset = bytes.offset();
      bytes.Uleb(2).Uleb(DW_TAG_variable).U8(0);
      const size_t count = kMaxAttributesWithoutBytes + (is_too_many ? 1 : 0);
      for (size_t i = 0; i < count; ++i) {
        bytes.Uleb(0x2000 + i).Uleb(form);
        if (form == DW_FORM_implicit_const) bytes.Uleb(1);
        // Those that take some do not count.
        bytes.Uleb(DW_AT_name).Uleb(DW_FORM_data1);
      }
      bytes.Uleb(0).Uleb(0);
      Declare(bytes, 3, DW_TAG_base_type);
      bytes.Uleb(0);
      const Parsed table(bytes);
      EXPECT_NE(table->Find(1), nullptr);
      EXPECT_NE(table->Find(3), nullptr) << "what follows is read";
      EXPECT_EQ(table->Find(3)->attributes()[0].name, DW_AT_name);
      if (!is_too_many) {
        EXPECT_THAT(table->status(), IsOk());
        ASSERT_NE(table->Find(2), nullptr);
        EXPECT_EQ(table->Find(2)->count, 2 * count);
        continue;
      }
      EXPECT_EQ(table->Find(2), nullptr);
      EXPECT_THAT(table->status(),
                  FailsWith(ErrorCode::kBadDwarf,
                            "abbreviation 2 has 65 attributes that take no "
                            "bytes, more than 64"));
      EXPECT_EQ(GetDetail(table->status()).offset, offset);
    }
  }
}

}  // namespace
}  // namespace dwreloc::internal
