// dwarf/lists/loc_views: as many pairs as the list has bounded entries, and
// what makes views unreadable.

#include "dwarf/lists/loc_views.h"

#include <gtest/gtest.h>

#include <optional>
#include <vector>

#include "dwarf/constants.h"
#include "support/dwarf_file.h"

namespace dwreloc::internal {
namespace {

// A variable with views and, after them, a list of two bounded entries.
class Sample {
 public:
  explicit Sample(Encoding encoding, const std::vector<uint8_t>& views,
                  bool has_location = true, bool has_views = true)
      : dwarf_(&elf_, encoding) {
    const bool is_old = encoding.version < 5;
    const char* section = is_old ? ".debug_loc" : ".debug_loclists";
    // An attribute that is left out has another name.
    dwarf_.Abbrev(1, DW_TAG_compile_unit, true, {})
        .Abbrev(2, DW_TAG_variable, false,
                {{has_location ? DW_AT_location : DW_AT_lo_user,
                  DW_FORM_sec_offset},
                 {has_views ? DW_AT_GNU_locviews : DW_AT_lo_user,
                  DW_FORM_sec_offset}})
        .EndAbbrevs();
    Assembler& out = dwarf_.Section(section);
    if (is_old) {
      out.U64(1).U64(2).U16(1).U8(DW_OP_reg0);
      out.U64(UINT64_MAX).U64(0x10);
      out.U64(3).U64(4).U16(0);
      out.U64(0).U64(0);
    } else {
      out.U8(DW_LLE_base_address).U64(0x10);
      out.U8(DW_LLE_offset_pair).Uleb(1).Uleb(2).Uleb(1).U8(DW_OP_reg0);
      out.U8(DW_LLE_start_length).U64(3).Uleb(1).Uleb(0);
      out.U8(DW_LLE_end_of_list);
    }
    start_ = out.offset();
    out.Raw(views);
    dwarf_.Unit({}, [&](DieWriter& die) {
      die.Die(1);
      die.Die(2);
      die.SecOffset(section, 0).SecOffset(section, start_).End();
    });
    file_.emplace(dwarf_);
  }

  uint64_t start() const { return start_; }
  // They read this sample's file: a temporary has none to give.
  absl::StatusOr<std::optional<LocationViews>> Views() const& {
    return LocationViews::Of(FirstChild(file_->root())->value());
  }
  absl::StatusOr<std::optional<LocationViews>> Views() const&& = delete;

 private:
  ElfBuilder elf_{kX86_64};
  DwarfBuilder dwarf_;
  uint64_t start_ = 0;
  std::optional<DwarfFile> file_;
};

TEST(LocViewsTest, OnePairForEachBoundedEntry) {
  for (const uint16_t version : {4, 5}) {
    const Sample sample({.version = version}, {0, 1, 0x81, 1, 3, 9, 9, 9});
    const auto found = sample.Views();
    ASSERT_THAT(found.status(), IsOk());
    ASSERT_TRUE(found->has_value());
    LocationViews views = **found;
    EXPECT_EQ(views.offset(), sample.start());
    EXPECT_EQ(EndOf(views).value_or(0), sample.start() + 5);
    ViewPair pair;
    ASSERT_TRUE(views.Next(&pair));
    EXPECT_THAT(pair.begin.value, IsNumber(0));
    EXPECT_THAT(pair.end.value, IsNumber(1));
    EXPECT_EQ(pair.end.offset, sample.start() + 1);
    ASSERT_TRUE(views.Next(&pair));
    EXPECT_THAT(pair.begin.value, IsNumber(129));
    EXPECT_EQ(pair.begin.size, 2u);
    EXPECT_EQ(pair.begin.encoding, OperandEncoding::kUleb);
    EXPECT_THAT(pair.end.value, IsNumber(3));
    EXPECT_FALSE(views.Next(&pair));
    EXPECT_THAT(views.status(), IsOk());
  }
}

TEST(LocViewsTest, ADieMayHaveNone) {
  const Sample sample({.version = 5}, {0, 1, 2, 3}, true, false);
  const auto found = sample.Views();
  ASSERT_THAT(found.status(), IsOk());
  EXPECT_FALSE(found->has_value());
}

TEST(LocViewsTest, WithoutALocationTheirNumberIsUnknown) {
  const Sample sample({.version = 5}, {0, 1, 2, 3}, false);
  EXPECT_THAT(sample.Views().status(),
              FailsWith(ErrorCode::kBadDwarf, "no DW_AT_location"));
}

TEST(LocViewsTest, ViewsCutShortGiveWhatIsWhole) {
  const Sample sample({.version = 5}, {0, 1, 2});
  const auto found = sample.Views();
  ASSERT_THAT(found.status(), IsOk());
  LocationViews views = **found;
  ViewPair pair;
  EXPECT_TRUE(views.Next(&pair));
  EXPECT_FALSE(views.Next(&pair));
  EXPECT_THAT(views.status(), FailsWith(ErrorCode::kTruncated, ""));
  EXPECT_FALSE(views.Next(&pair));
}

}  // namespace
}  // namespace dwreloc::internal
