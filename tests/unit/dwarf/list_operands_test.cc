// dwarf/lists/list_operands: where the operands of every kind of entry are, in
// lists of all versions, and the extent of lists.

#include "dwarf/lists/list_operands.h"

#include <gtest/gtest.h>

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "dwarf/constants.h"
#include "dwarf/lists/loc.h"
#include "dwarf/lists/ranges.h"
#include "support/dwarf_file.h"

namespace dwreloc::internal {
namespace {

// A file with a list of its own section and one DIE that refers to it.
class Sample {
 public:
  Sample(const Target& target, Encoding encoding, uint16_t attribute,
         const char* section,
         const std::function<void(Sample&, Assembler&)>& body)
      : elf_(target), dwarf_(&elf_, encoding) {
    const uint16_t offset = encoding.version >= 4 ? DW_FORM_sec_offset
                            : encoding.format == Format::kDwarf64
                                ? DW_FORM_data8
                                : DW_FORM_data4;
    dwarf_.Abbrev(1, DW_TAG_compile_unit, true, {})
        .Abbrev(2, DW_TAG_variable, false, {{attribute, offset}})
        .EndAbbrevs();
    Assembler& out = dwarf_.Section(section);
    out.Zeros(7);
    body(*this, out);
    end_ = out.offset();
    out.Zeros(40);
    dwarf_.Unit({}, [&](DieWriter& die) {
      die.Die(1);
      die.Die(2).SecOffset(section, 7).End();
    });
    file_.emplace(dwarf_);
    attribute_ = FindAttribute(FirstChild(file_->root())->value(), attribute)
                     .value()
                     .value();
  }

  uint32_t text_symbol() { return elf_.SectionSymbol(text_); }
  uint32_t text() const { return text_; }
  uint8_t address_size() const { return dwarf_.encoding().address_size; }
  uint64_t end() const { return end_; }
  const Attribute& attribute() const { return attribute_; }

  // "offset+size kind role" of each operand, an entry per string, from the
  // entry's first byte.
  static std::vector<std::string> Describe(ListReader& list) {
    std::vector<std::string> found;
    ListEntry entry;
    uint64_t end = 7;
    while (list.NextEntry(&entry)) {
      EXPECT_EQ(entry.offset, end);
      end = entry.offset + entry.size;
      std::string text;
      const ListOperands operands = OperandsOf(list, entry);
      for (int i = 0; i < operands.count; ++i) {
        static constexpr const char* kEncodings[] = {"-", "u", "s", "U",
                                                     "S", "z", "b"};
        const RawOperand& operand = operands.operands[i];
        text += std::to_string(operand.offset - entry.offset) + "+" +
                std::to_string(operand.size) +
                kEncodings[static_cast<int>(operand.encoding)] +
                std::to_string(static_cast<int>(operand.role)) + " ";
      }
      found.push_back(text);
    }
    EXPECT_THAT(list.status(), IsOk());
    return found;
  }

 private:
  ElfBuilder elf_;
  DwarfBuilder dwarf_;
  const uint32_t text_ =
      elf_.Add({.name = ".text", .flags = SHF_ALLOC, .contents = Zeros(256)});
  uint64_t end_ = 0;
  std::optional<DwarfFile> file_;
  Attribute attribute_;
};

using Texts = std::vector<std::string>;

TEST(ListOperandsTest, RangeListsOfVersion5) {
  const Sample sample(
      kX86_64, {.version = 5}, DW_AT_ranges, ".debug_rnglists",
      [](Sample& self, Assembler& out) {
        const uint32_t text = self.text_symbol();
        out.U8(DW_RLE_base_addressx).Uleb(300);
        out.U8(DW_RLE_startx_endx).Uleb(1).Uleb(200);
        out.U8(DW_RLE_startx_length).Uleb(200).Uleb(1);
        out.U8(DW_RLE_offset_pair).Uleb(1).Uleb(70000);
        out.U8(DW_RLE_base_address).Address(text, 4);
        out.U8(DW_RLE_start_end).Address(text, 4).Address(text, 8);
        out.U8(DW_RLE_start_length).Address(text, 4).Uleb(200);
        out.U8(DW_RLE_end_of_list);
      });
  absl::StatusOr<RangeList> list = RangeList::Of(sample.attribute());
  ASSERT_THAT(list.status(), IsOk());
  EXPECT_EQ(EndOf(*list).value_or(0), sample.end());
  EXPECT_EQ(Sample::Describe(*list),
            (Texts{"1+2U2 ", "1+1U2 2+2U2 ", "1+2U2 3+1U0 ", "1+1U0 2+3U0 ",
                   "1+8u1 ", "1+8u1 9+8u1 ", "1+8u1 9+2U0 ", ""}));
}

TEST(ListOperandsTest, ValuesSayWhichRecordMadeThem) {
  ForEachEncoding([](const Target& target, Encoding encoding) {
    const bool is_old = encoding.version < 5;
    const Sample sample(target, encoding, DW_AT_ranges,
                        is_old ? ".debug_ranges" : ".debug_rnglists",
                        [is_old](Sample& self, Assembler& out) {
                          const uint32_t text = self.text_symbol();
                          if (!is_old) out.U8(DW_RLE_start_end);
                          out.Address(text, 4).Address(text, 8);
                          if (!is_old) out.U8(DW_RLE_end_of_list);
                          if (is_old) out.Zeros(2 * self.address_size());
                        });
    absl::StatusOr<RangeList> list = RangeList::Of(sample.attribute());
    ASSERT_THAT(list.status(), IsOk());
    ListEntry entry;
    ASSERT_TRUE(list->NextEntry(&entry));
    const ListOperands found = OperandsOf(*list, entry);
    ASSERT_EQ(found.count, 2);
    uint64_t at = entry.offset + (is_old ? 0 : 1);
    for (int i = 0; i < 2; ++i) {
      const RawOperand& operand = found.operands[i];
      EXPECT_THAT(operand.value,
                  InSection(sample.text(), 4 * (static_cast<uint64_t>(i) + 1)));
      EXPECT_TRUE(operand.value.has_record);
      EXPECT_EQ(operand.offset, at);
      EXPECT_EQ(operand.size, encoding.address_size);
      at += operand.size;
    }
    EXPECT_EQ(at, entry.offset + entry.size);
    EXPECT_EQ(EndOf(*list).value_or(0), sample.end());
  });
}

TEST(ListOperandsTest, LocationListsOfVersion5HaveALength) {
  const Sample sample(
      kX86_64, {.version = 5}, DW_AT_location, ".debug_loclists",
      [](Sample&, Assembler& out) {
        out.U8(DW_LLE_GNU_view_pair).Uleb(1).Uleb(300);
        out.U8(DW_LLE_offset_pair).Uleb(1).Uleb(2).Uleb(1).U8(DW_OP_reg0);
        out.U8(DW_LLE_default_location).Uleb(200).Zeros(200);
        out.U8(DW_LLE_offset_pair).Uleb(1).Uleb(2).Uleb(0);
        out.U8(DW_LLE_end_of_list);
      });
  absl::StatusOr<LocationList> list = LocationList::Of(sample.attribute());
  ASSERT_THAT(list.status(), IsOk());
  EXPECT_EQ(Sample::Describe(*list),
            (Texts{"1+1U0 2+2U0 ", "1+1U0 2+1U0 3+1U0 ", "1+2U0 ",
                   "1+1U0 2+1U0 3+1U0 ", ""}));
}

TEST(ListOperandsTest, PairsOfOldLists) {
  const Sample sample(kX86_64, {.version = 4}, DW_AT_location, ".debug_loc",
                      [](Sample& self, Assembler& out) {
                        out.U64(1).U64(2).U16(1).U8(DW_OP_reg0);
                        out.U64(UINT64_MAX).Address(self.text_symbol(), 4);
                        out.U64(0).U64(0);
                      });
  absl::StatusOr<LocationList> list = LocationList::Of(sample.attribute());
  ASSERT_THAT(list.status(), IsOk());
  LocationList again = *list;
  EXPECT_EQ(Sample::Describe(*list),
            (Texts{"0+8u1 8+8u1 16+2u0 ", "0+8u1 8+8u1 ", "0+8u1 8+8u1 "}));
  ListEntry entry;
  ASSERT_TRUE(again.NextEntry(&entry));
  ASSERT_TRUE(again.NextEntry(&entry));
  const ListOperands base = OperandsOf(again, entry);
  EXPECT_THAT(base.operands[0].value, IsNumber(UINT64_MAX));
  EXPECT_THAT(base.operands[1].value, InSection(sample.text(), 4));
  EXPECT_EQ(EndOf(again).value_or(0), sample.end());
}

TEST(ListOperandsTest, AListWithoutAnEndHasNoExtent) {
  const Sample sample(kX86_64, {.version = 5}, DW_AT_ranges, ".debug_rnglists",
                      [](Sample&, Assembler& out) {
                        out.U8(DW_RLE_offset_pair).Uleb(1).Uleb(2).U8(0x77);
                      });
  absl::StatusOr<RangeList> list = RangeList::Of(sample.attribute());
  ASSERT_THAT(list.status(), IsOk());
  EXPECT_THAT(EndOf(*list).status(),
              FailsWith(ErrorCode::kBadDwarf, "unknown list entry kind"));
}

}  // namespace
}  // namespace dwreloc::internal
