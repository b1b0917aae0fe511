// Addresses by index: what has addresses says the same, and each is in
// .debug_addr once; what is not certain stays as it is.

#include "dwreloc_compress/address_diet.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cstdint>
#include <functional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "compress/compressed.h"
#include "compress/sample.h"
#include "compress/small_file.h"

namespace dwreloc_tools::compress {
namespace {

using dwreloc::internal::kTargetName;
using testing::ElementsAre;
using Bytes = std::vector<std::uint8_t>;

Compressed Diet(const Bytes& image) {
  dwreloc::File file = dwreloc::File::FromMemory(image, "file");
  return Compress(file, {.diets = {.has_address_table = true}});
}

// The records of a section: symbol, addend.
std::vector<std::pair<std::uint32_t, std::int64_t>> RecordsOf(
    const Bytes& image, std::string_view name) {
  const dwreloc::File file = dwreloc::File::FromMemory(image, "file");
  std::vector<std::pair<std::uint32_t, std::int64_t>> found;
  for (const dwreloc::Section section : file.sections()) {
    if (section.name() != name) continue;
    Dwreloc_Records records;
    Dwreloc_Record record;
    dwreloc::detail::Check(dwreloc_records_begin(file.raw(), section.index(), 0,
                                                 DWRELOC_NO_OFFSET, &records));
    while (dwreloc::detail::Check(dwreloc_records_next(&records, &record)) != 0)
      found.emplace_back(record.symbol, record.addend);
  }
  return found;
}

bool HasTable(const Bytes& image) {
  return !SectionOf(image, ".debug_addr").empty();
}

// A unit with a variable, whose place an expression gives, a function with a
// list of ranges and, if there is `list`, one of locations, and `count` labels
// at the same 5 addresses. Its pieces can be changed.
struct AddressFile {
  explicit AddressFile(const Target& target = dwreloc::internal::kX86_64,
                       std::uint16_t version = 5,
                       Format format = Format::kDwarf32)
      : small(target, version, format),
        symbol(small.elf.SectionSymbol(small.text)) {}

  void Address(Assembler& out, std::int64_t offset) {
    small.dwarf.Address(out, symbol, offset);
  }

  Bytes Build() {
    DwarfBuilder& dwarf = small.dwarf;
    const std::uint32_t offset =
        dwarf.encoding().version >= 4 ? DW_FORM_sec_offset : DW_FORM_data4;
    dwarf
        .Abbrev(1, DW_TAG_compile_unit, true,
                {{DW_AT_name, DW_FORM_string},
                 {has_low_pc ? DW_AT_low_pc : DW_AT_entry_pc, DW_FORM_addr}})
        .Abbrev(2, DW_TAG_label, false, {{DW_AT_low_pc, DW_FORM_addr}})
        .Abbrev(3, DW_TAG_variable, false, {{DW_AT_location, DW_FORM_exprloc}})
        .Abbrev(4, DW_TAG_lexical_block, false, {{DW_AT_ranges, offset}})
        .Abbrev(5, DW_TAG_variable, false, {{DW_AT_location, offset}})
        .Abbrev(6, DW_TAG_variable, false,
                {{DW_AT_location, offset}, {DW_AT_GNU_locviews, offset}})
        .Abbrev(7, DW_TAG_base_type, false, {{DW_AT_byte_size, DW_FORM_data1}})
        .EndAbbrevs();
    std::vector<std::uint64_t> lists;
    if (locations)
      dwarf.Lists(".debug_loclists",
                  {[&](Assembler& out) { lists = locations(out); }}, false);
    std::uint64_t range = 0;
    if (ranges)
      range = dwarf.Lists(".debug_rnglists",
                          {[&](Assembler& out) { ranges(out); }}, false);
    dwarf.Unit({}, [&](DieWriter& die) {
      die.Die(1).String("a.c").Addr(symbol, 0);
      die.Die(7).Data1(4);
      for (int i = 0; i < labels; ++i) die.Die(2).Addr(symbol, i % 5);
      if (expression) die.Die(3).Exprloc(expression);
      if (ranges) die.Die(4).SecOffset(".debug_rnglists", range);
      for (const std::uint64_t list : lists) {
        die.Die(views == 0 ? 5 : 6).SecOffset(".debug_loclists", list);
        if (views != 0) die.SecOffset(".debug_loclists", views);
      }
      die.End();
    });
    if (change) change();
    return small.Build();
  }

  SmallFile small;
  const std::uint32_t symbol;
  bool has_low_pc = true;  // the unit
  int labels = 100;
  std::function<void(Assembler&)> expression{};
  // Returns where lists begin.
  std::function<std::vector<std::uint64_t>(Assembler&)> locations{};
  std::function<void(Assembler&)> ranges{};
  std::uint64_t views = 0;  // where they begin, if there are any
  std::function<void()> change{};
};

// Compresses, and expects that it says the same and stays that way.
Bytes DietOf(const Bytes& image) {
  const Compressed once = Diet(image);
  EXPECT_EQ(once.why, "");
  if (once.image.empty()) return {};
  EXPECT_EQ(DifferenceOf(image, once.image), "");
  EXPECT_TRUE(Diet(once.image).is_small);
  EXPECT_TRUE(CompressImage(once.image).is_small);
  return once.image;
}

class AddressDietTest : public testing::TestWithParam<Target> {};

INSTANTIATE_TEST_SUITE_P(Targets, AddressDietTest,
                         testing::ValuesIn(dwreloc::internal::kTargets),
                         kTargetName);

// Attributes, expressions and both kinds of lists.
TEST_P(AddressDietTest, AnAddressIsThereOnce) {
  const bool has_pairs = GetParam().e_machine == EM_RISCV;
  AddressFile file(GetParam());
  file.expression = [&](Assembler& out) {
    out.U8(DW_OP_addr);
    file.Address(out, 8);
    out.U8(DW_OP_stack_value);
  };
  file.locations = [&](Assembler& out) {
    const std::vector<std::uint64_t> starts = {out.offset()};
    out.U8(DW_LLE_base_address);
    file.Address(out, 1);
    out.U8(DW_LLE_offset_pair).Uleb(1).Uleb(2).Uleb(1).U8(DW_OP_reg0);
    out.U8(DW_LLE_start_length);
    file.Address(out, 2);
    out.Uleb(300).Uleb(1).U8(DW_OP_reg0 + 1);
    out.U8(DW_LLE_start_end);
    file.Address(out, 3);
    file.Address(out, 4);
    out.Uleb(1).U8(DW_OP_reg0 + 2);
    out.U8(DW_LLE_default_location).Uleb(1).U8(DW_OP_reg0 + 3);
    out.U8(DW_LLE_end_of_list);
    return starts;
  };
  file.ranges = [&](Assembler& out) {
    out.U8(DW_RLE_base_address);
    file.Address(out, 1);
    out.U8(DW_RLE_offset_pair).Uleb(1).Uleb(2);
    out.U8(DW_RLE_start_length);
    file.Address(out, 8);
    out.Uleb(3);
    out.U8(DW_RLE_start_end);
    file.Address(out, 3);
    file.Address(out, 4);
    out.U8(DW_RLE_end_of_list);
  };
  const Bytes image = file.Build();
  const Bytes smaller = DietOf(image);
  if (has_pairs) {
    EXPECT_FALSE(HasTable(smaller));
    return;
  }
  ASSERT_TRUE(HasTable(smaller));
  // 0 to 4, 8.
  const auto records = RecordsOf(smaller, ".debug_addr");
  const std::set distinct(records.begin(), records.end());
  EXPECT_EQ(distinct.size(), 6u);
  EXPECT_EQ(records.size(), 6u);
  EXPECT_EQ(RecordsOf(smaller, ".debug_info").size(), 0u);
  EXPECT_EQ(RecordsOf(smaller, ".debug_loclists").size(), 0u);
  EXPECT_EQ(RecordsOf(smaller, ".debug_rnglists").size(), 0u);
}

TEST_P(AddressDietTest, Dwarf64) {
  if (GetParam().abs64 == 0 || GetParam().e_machine == EM_RISCV) return;
  AddressFile file(GetParam(), 5, Format::kDwarf64);
  file.ranges = [&](Assembler& out) {
    out.U8(DW_RLE_start_length);
    file.Address(out, 9);
    out.Uleb(3).U8(DW_RLE_end_of_list);
  };
  EXPECT_TRUE(HasTable(DietOf(file.Build())));
}

// Two location lists, one of which begins inside of the other one: with an
// entry at each address.
void SetNestedLists(AddressFile& file, std::uint64_t first,
                    std::uint64_t second) {
  file.locations = [&file, first, second](Assembler& out) {
    std::vector<std::uint64_t> starts = {out.offset()};
    out.U8(DW_LLE_start_length);
    file.Address(out, first);
    out.Uleb(3).Uleb(1).U8(DW_OP_reg0 + 1);
    starts.push_back(out.offset());
    out.U8(DW_LLE_start_length);
    file.Address(out, second);
    out.Uleb(4).Uleb(1).U8(DW_OP_reg0 + 2);
    out.U8(DW_LLE_end_of_list);
    return starts;
  };
}

TEST(AddressDietOfSamplesTest, SayTheSame) {
  for (const Sample& sample : AllSamples()) {
    SCOPED_TRACE(sample.name);
    const Bytes image = BuildSample(sample);
    const Compressed compressed = Diet(image);
    ASSERT_EQ(compressed.why, "");
    EXPECT_EQ(DifferenceOf(image, compressed.image), "");
    EXPECT_TRUE(Diet(compressed.image).is_small);
    if (sample.is_linked || sample.version < 5) {
      EXPECT_FALSE(HasTable(compressed.image));
    }
  }
}

// gcc puts views in front of lists, and lets lists begin inside of others.
TEST(AddressDietListsTest, ViewsAndNestedListsStay) {
  AddressFile file;
  file.locations = [&](Assembler& out) {
    file.views = out.offset();
    out.Uleb(7).Uleb(8).Uleb(9).Uleb(300);
    std::vector<std::uint64_t> starts = {out.offset()};
    out.U8(DW_LLE_start_length);
    file.Address(out, 2);
    out.Uleb(3).Uleb(1).U8(DW_OP_reg0 + 1);
    out.U8(DW_LLE_start_length);
    file.Address(out, 3);
    out.Uleb(4).Uleb(1).U8(DW_OP_reg0 + 2);
    out.U8(DW_LLE_end_of_list);
    return starts;
  };
  const Bytes with_views = DietOf(file.Build());
  ASSERT_TRUE(HasTable(with_views));
  // Header, views, and entries with the indexes 2 and 3.
  EXPECT_EQ(SectionOf(with_views, ".debug_loclists").size(), 12u + 5 + 11);

  AddressFile nested;
  SetNestedLists(nested, 2, 3);
  const Bytes inside = DietOf(nested.Build());
  ASSERT_TRUE(HasTable(inside));
  EXPECT_EQ(SectionOf(inside, ".debug_loclists").size(), 12u + 11);
}

TEST(AddressDietListsTest, AnExpressionInAListGetsItsLength) {
  AddressFile file;
  file.locations = [&](Assembler& out) {
    const std::vector<std::uint64_t> starts = {out.offset()};
    out.U8(DW_LLE_start_length);
    file.Address(out, 2);
    // 9 + 121: two bytes of length, one afterwards.
    out.Uleb(3).Uleb(130).U8(DW_OP_addr);
    file.Address(out, 4);
    for (int i = 0; i < 121; ++i) out.U8(DW_OP_nop);
    out.U8(DW_LLE_default_location).Uleb(9).U8(DW_OP_addr);
    file.Address(out, 3);
    out.U8(DW_LLE_end_of_list);
    return starts;
  };
  const Bytes smaller = DietOf(file.Build());
  ASSERT_TRUE(HasTable(smaller));
  EXPECT_EQ(SectionOf(smaller, ".debug_loclists").size(),
            12u + (1 + 1 + 1 + 1 + 2 + 121) + (1 + 1 + 2) + 1);
}

// A list whose addresses nothing else has: it counts from the unit's.
TEST(AddressDietListsTest, AddressesOfListsAloneAreCountedFromTheUnits) {
  AddressFile file;
  file.locations = [&](Assembler& out) {
    const std::vector<std::uint64_t> starts = {out.offset()};
    out.U8(DW_LLE_base_address);
    file.Address(out, 20);
    out.U8(DW_LLE_offset_pair).Uleb(1).Uleb(2).Uleb(1).U8(DW_OP_reg0);
    out.U8(DW_LLE_start_length);
    file.Address(out, 30);
    out.Uleb(3).Uleb(1).U8(DW_OP_reg0 + 1);
    out.U8(DW_LLE_start_end);
    file.Address(out, 31);
    file.Address(out, 32);
    out.Uleb(1).U8(DW_OP_reg0 + 2);
    out.U8(DW_LLE_end_of_list);
    return starts;
  };
  const Bytes smaller = DietOf(file.Build());
  const Bytes lists = SectionOf(smaller, ".debug_loclists");
  EXPECT_THAT(
      std::vector(lists.begin() + 12, lists.end()),
      ElementsAre(DW_LLE_offset_pair, 21, 22, 1, DW_OP_reg0, DW_LLE_offset_pair,
                  30, 33, 1, DW_OP_reg0 + 1, DW_LLE_offset_pair, 31, 32, 1,
                  DW_OP_reg0 + 2, DW_LLE_end_of_list));
  EXPECT_EQ(RecordsOf(smaller, ".debug_addr").size(), 5u);
}

// Where the unit has none, from one of its others, and that has to be said.
TEST(AddressDietListsTest, OrFromAnotherAddressOfTheUnit) {
  AddressFile file;
  file.has_low_pc = false;
  file.ranges = [&](Assembler& out) {
    out.U8(DW_RLE_start_length);
    file.Address(out, 30);
    out.Uleb(3).U8(DW_RLE_start_length);
    file.Address(out, 40);
    out.Uleb(4).U8(DW_RLE_end_of_list);
  };
  const Bytes smaller = DietOf(file.Build());
  const Bytes lists = SectionOf(smaller, ".debug_rnglists");
  EXPECT_THAT(std::vector(lists.begin() + 12, lists.end()),
              ElementsAre(DW_RLE_base_addressx, 0, DW_RLE_offset_pair, 30, 33,
                          DW_RLE_offset_pair, 40, 44, DW_RLE_end_of_list));
  EXPECT_EQ(RecordsOf(smaller, ".debug_addr").size(), 5u);
}

// What begins inside of it would count from something else.
TEST(AddressDietListsTest, ListsInsideOfOthersAreNotCounted) {
  AddressFile file;
  SetNestedLists(file, 20, 30);
  const Bytes smaller = DietOf(file.Build());
  EXPECT_EQ(RecordsOf(smaller, ".debug_addr").size(), 7u);
}

// An address in front of the base, or of another section, has no distance.
TEST(AddressDietListsTest, AddressesElsewhereAreNotCounted) {
  AddressFile file;
  const std::uint32_t other =
      file.small.elf.Add({.name = ".init.text",
                          .flags = SHF_ALLOC | SHF_EXECINSTR,
                          .contents = dwreloc::internal::Zeros(64)});
  const std::uint32_t other_symbol = file.small.elf.SectionSymbol(other);
  file.ranges = [&](Assembler& out) {
    out.U8(DW_RLE_start_length);
    file.Address(out, 30);
    out.Uleb(3).U8(DW_RLE_start_length);
    file.small.dwarf.Address(out, other_symbol, 4);
    out.Uleb(4).U8(DW_RLE_end_of_list);
  };
  const Bytes smaller = DietOf(file.Build());
  EXPECT_EQ(RecordsOf(smaller, ".debug_addr").size(), 7u);
}

// One number without a record, one with.
TEST(AddressDietListsTest, EndsThatAreNumbersStay) {
  AddressFile file;
  file.ranges = [&](Assembler& out) {
    out.U8(DW_RLE_start_end);
    file.Address(out, 2);
    out.U64(100).U8(DW_RLE_base_address).U64(50);
    out.U8(DW_RLE_end_of_list);
  };
  const Bytes smaller = DietOf(file.Build());
  EXPECT_TRUE(HasTable(smaller));
  EXPECT_EQ(SectionOf(smaller, ".debug_rnglists").size(), 12u + 17 + 9 + 1);
  EXPECT_EQ(RecordsOf(smaller, ".debug_rnglists").size(), 1u);
}

// An index that leads nowhere must not lead to one of the new entries.
TEST(AddressDietListsTest, AnIndexWithoutATableKeepsTheFileFromIt) {
  AddressFile file;
  file.ranges = [&](Assembler& out) {
    out.U8(DW_RLE_startx_length).Uleb(1).Uleb(3).U8(DW_RLE_end_of_list);
  };
  EXPECT_FALSE(HasTable(Diet(file.Build()).image));
  AddressFile expression;
  expression.expression = [](Assembler& out) { out.U8(DW_OP_addrx).Uleb(1); };
  EXPECT_FALSE(HasTable(Diet(expression.Build()).image));
}

TEST(AddressDietListsTest, OffsetsInFrontOfListsKeepTheFileFromIt) {
  AddressFile file;
  file.ranges = [&](Assembler& out) {
    out.U8(DW_RLE_start_length);
    file.Address(out, 9);
    out.Uleb(3).U8(DW_RLE_end_of_list);
  };
  file.change = [&] {
    file.small.dwarf.Lists(".debug_rnglists",
                           {[](Assembler& out) { out.U8(DW_RLE_end_of_list); }},
                           true);
  };
  EXPECT_FALSE(HasTable(DietOf(file.Build())));
}

TEST(AddressDietExpressionsTest, BranchesOverAddressesStay) {
  AddressFile file;
  file.expression = [&](Assembler& out) {
    out.U8(DW_OP_lit0).U8(DW_OP_bra).U16(9).U8(DW_OP_addr);
    file.Address(out, 8);
    out.U8(DW_OP_stack_value);
  };
  const Bytes smaller = DietOf(file.Build());
  EXPECT_TRUE(HasTable(smaller));
  EXPECT_EQ(RecordsOf(smaller, ".debug_info").size(), 1u);
}

// The place of a DIE behind an address moves with it.
TEST(AddressDietExpressionsTest, PlacesOfDiesBehindAddresses) {
  AddressFile file;
  file.expression = [&](Assembler& out) {
    out.U8(DW_OP_addr);
    file.Address(out, 8);
    // The DIE behind that of the unit: header, code, "a.c", address.
    out.U8(DW_OP_convert).UlebPadded(12 + 1 + 4 + 8, 2);
    out.U8(DW_OP_addr);
    file.Address(out, 9);
    out.U8(DW_OP_plus).U8(DW_OP_stack_value);
  };
  const Bytes smaller = DietOf(file.Build());
  EXPECT_TRUE(HasTable(smaller));
  EXPECT_EQ(RecordsOf(smaller, ".debug_info").size(), 0u);
}

TEST(AddressDietFilesTest, AFileWithATableKeepsIt) {
  AddressFile file;
  file.change = [&] { file.small.dwarf.AddrTable({{file.symbol, 0}}); };
  const Bytes image = file.Build();
  const Bytes table = SectionOf(image, ".debug_addr");
  EXPECT_EQ(SectionOf(DietOf(image), ".debug_addr"), table);
}

TEST(AddressDietFilesTest, WithFewAddressesNothingIsSaved) {
  AddressFile file;
  file.labels = 2;
  const Bytes image = file.Build();
  const Compressed compressed = Diet(image);
  EXPECT_FALSE(HasTable(compressed.image));
}

TEST(AddressDietFilesTest, OlderVersionsStay) {
  AddressFile file(dwreloc::internal::kX86_64, 4);
  EXPECT_FALSE(HasTable(DietOf(file.Build())));
}

TEST(AddressDietFilesTest, UnitsOfSeveralSizesStay) {
  AddressFile file;
  file.change = [&] {
    file.small.dwarf.set_encoding(
        {.address_size = 4, .format = Format::kDwarf32, .version = 5});
    file.small.dwarf.Unit({}, [&](DieWriter& die) {
      die.Die(1).String("b.c").Addr(file.symbol, 0).End();
    });
  };
  EXPECT_FALSE(HasTable(DietOf(file.Build())));
}

TEST(AddressDietFilesTest, SectionsCanBeCompressed) {
  AddressFile file;
  file.labels = 1000;
  file.ranges = [&](Assembler& out) {
    for (int i = 0; i < 60; ++i) {
      out.U8(DW_RLE_start_length);
      file.Address(out, i);
      out.Uleb(3);
    }
    out.U8(DW_RLE_end_of_list);
  };
  const Bytes image = file.Build();
  dwreloc::File opened = dwreloc::File::FromMemory(image, "file");
  const Compressed compressed = Compress(
      opened,
      {.packing = SectionPacking::kZlib, .diets = {.has_address_table = true}});
  ASSERT_EQ(compressed.why, "");
  EXPECT_EQ(DifferenceOf(image, compressed.image), "");
  const dwreloc::File written =
      dwreloc::File::FromMemory(compressed.image, "file");
  bool is_compressed = false;
  for (const dwreloc::Section section : written.sections())
    if (section.name() == ".debug_addr")
      is_compressed = (section.flags() & SHF_COMPRESSED) != 0;
  EXPECT_TRUE(is_compressed);
}

// The records are those of a section that ld can read.
TEST(AddressDietFilesTest, HeadersOfTheAddedSections) {
  for (const bool is_rela : {true, false}) {
    AddressFile file(is_rela ? dwreloc::internal::kX86_64
                             : dwreloc::internal::kX86_64Rel);
    const Bytes image = DietOf(file.Build());
    const dwreloc::File opened = dwreloc::File::FromMemory(image, "file");
    std::uint32_t table = 0;
    std::uint32_t symbols = 0;
    for (const dwreloc::Section section : opened.sections()) {
      if (section.name() == ".debug_addr") table = section.index();
      if (section.type() == SHT_SYMTAB) symbols = section.index();
    }
    const dwreloc::Section records =
        opened.sections()[opened.sections().size() - 1];
    EXPECT_EQ(records.name(), is_rela ? ".rela.debug_addr" : ".rel.debug_addr");
    EXPECT_EQ(records.type(), is_rela ? SHT_RELA : SHT_REL);
    EXPECT_EQ(records.raw().info, table);
    EXPECT_EQ(records.raw().link, symbols);
    EXPECT_EQ(records.flags(), SHF_INFO_LINK);
  }
}

}  // namespace
}  // namespace dwreloc_tools::compress
