// dwarf/lists/loc: .debug_loclists with every DW_LLE_*, .debug_loc, and where
// their expressions are.  What lists have in common is tested with the ranges.

#include "dwarf/lists/loc.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "dwarf/constants.h"
#include "dwarf/lists/expr.h"
#include "support/dwarf_file.h"
#include "support/list_bounds.h"

namespace dwreloc::internal {
namespace {

struct Location {
  RelocValue begin;
  RelocValue end;
  bool is_default = false;
  uint64_t size = 0;
  int operation = -1;  // the first byte of the expression
};

std::vector<Location> LocationsOf(const Attribute& attribute,
                                  absl::Status* status) {
  std::vector<Location> locations;
  absl::StatusOr<LocationList> list = LocationList::Of(attribute);
  *status = list.status();
  if (!list.ok()) return locations;
  const BoundsRead read = ReadBounds(*list);
  EXPECT_TRUE(read.is_same_observed);
  for (const ListBounds& bounds : read.bounds) {
    Location location;
    location.begin = bounds.begin;
    location.end = bounds.end;
    location.is_default = bounds.is_default;
    location.size = bounds.expression_size;
    location.operation = bounds.expression_size == 0
                             ? -1
                             : list->view().bytes[bounds.expression_offset];
    locations.push_back(location);
  }
  *status = read.status;
  return locations;
}

std::vector<Location> LocationsOf(const Attribute& attribute) {
  absl::Status status;
  std::vector<Location> locations = LocationsOf(attribute, &status);
  EXPECT_THAT(status, IsOk());
  return locations;
}

// An expression of one operation: a length, in the width of the list's kind.
void One(Assembler& out, uint8_t op, int length_width = 0) {
  if (length_width == 0) {
    out.Uleb(1).U8(op);
  } else {
    out.Number(1, length_width).U8(op);
  }
}

struct Sample {
  explicit Sample(Encoding encoding, const Target& target = kX86_64)
      : elf(target), dwarf(&elf, encoding) {
    const uint16_t offset = encoding.version >= 4 ? DW_FORM_sec_offset
                            : encoding.format == Format::kDwarf64
                                ? DW_FORM_data8
                                : DW_FORM_data4;
    dwarf.Abbrev(1, DW_TAG_compile_unit, true, {{DW_AT_low_pc, DW_FORM_addr}})
        .Abbrev(2, DW_TAG_variable, false, {{DW_AT_location, offset}})
        .Abbrev(3, DW_TAG_compile_unit, true,
                {{DW_AT_low_pc, DW_FORM_addr},
                 {DW_AT_loclists_base, DW_FORM_sec_offset},
                 {DW_AT_addr_base, DW_FORM_sec_offset}})
        .Abbrev(4, DW_TAG_variable, false, {{DW_AT_location, DW_FORM_loclistx}})
        .EndAbbrevs();
  }
  const char* section() const {
    return dwarf.encoding().version < 5 ? ".debug_loc" : ".debug_loclists";
  }
  Assembler& out() { return dwarf.Section(section()); }
  uint32_t text_symbol() { return elf.SectionSymbol(text); }
  // A unit whose only child has the list at `list`.
  void Unit(uint64_t list) {
    dwarf.Unit({}, [&](DieWriter& die) {
      die.Die(1).Addr(text_symbol(), 0x10);
      die.Die(2).SecOffset(section(), list).End();
    });
  }

  ElfBuilder elf;
  DwarfBuilder dwarf;
  uint32_t text =
      elf.Add({.name = ".text", .flags = SHF_ALLOC, .contents = Zeros(256)});
};

Attribute LocationAttribute(const DwarfFile& file, size_t unit = 0) {
  return FindAttribute(FirstChild(file.root(unit))->value(), DW_AT_location)
      .value()
      .value();
}

TEST(LocTest, EveryKindOfEntryOnEveryMachine) {
  ForEachEncoding([](const Target& target, Encoding encoding) {
    if (encoding.version < 5) return;
    Sample sample(encoding, target);
    const uint32_t text = sample.text_symbol();
    const uint64_t addr_base =
        sample.dwarf.AddrTable({{text, 0x80}, {text, 0x90}});
    const uint64_t base = sample.dwarf.Lists(
        ".debug_loclists", {[&](Assembler& out) {
          out.U8(DW_LLE_GNU_view_pair).Uleb(1).Uleb(300);
          out.U8(DW_LLE_offset_pair).Uleb(1).Uleb(2);
          One(out, DW_OP_reg0);
          out.U8(DW_LLE_base_addressx).Uleb(0);
          out.U8(DW_LLE_offset_pair).Uleb(3).Uleb(4);
          One(out, DW_OP_reg1);
          out.U8(DW_LLE_startx_endx).Uleb(0).Uleb(1);
          One(out, DW_OP_reg2);
          out.U8(DW_LLE_startx_length).Uleb(1).Uleb(5);
          One(out, DW_OP_reg3);
          out.U8(DW_LLE_default_location);
          One(out, DW_OP_reg4);
          out.U8(DW_LLE_base_address).Address(text, 0x40);
          out.U8(DW_LLE_offset_pair).Uleb(0).Uleb(1);
          One(out, DW_OP_reg5);
          out.U8(DW_LLE_start_end).Address(text, 1).Address(text, 9);
          One(out, DW_OP_reg6);
          out.U8(DW_LLE_start_length).Address(text, 0x20).Uleb(0x10);
          out.Uleb(0);  // no expression: optimized out
          out.U8(DW_LLE_end_of_list);
        }});
    sample.dwarf.Unit({}, [&](DieWriter& die) {
      die.Die(3).Addr(text, 0x10).SecOffset(".debug_loclists", base);
      die.SecOffset(".debug_addr", addr_base).Die(4).Index(0).End();
    });
    const DwarfFile file(sample.dwarf);
    const std::vector<Location> found = LocationsOf(LocationAttribute(file));
    ASSERT_EQ(found.size(), 8u);
    const struct {
      uint64_t begin;
      uint64_t end;
      int operation;
    } expected[] = {{0x11, 0x12, DW_OP_reg0}, {0x83, 0x84, DW_OP_reg1},
                    {0x80, 0x90, DW_OP_reg2}, {0x90, 0x95, DW_OP_reg3},
                    {0, 0, DW_OP_reg4},       {0x40, 0x41, DW_OP_reg5},
                    {1, 9, DW_OP_reg6},       {0x20, 0x30, -1}};
    for (size_t i = 0; i < found.size(); ++i) {
      SCOPED_TRACE(i);
      EXPECT_EQ(found[i].operation, expected[i].operation);
      EXPECT_EQ(found[i].is_default, i == 4);
      if (i == 4) continue;
      EXPECT_THAT(found[i].begin, InSection(sample.text, expected[i].begin));
      EXPECT_THAT(found[i].end, InSection(sample.text, expected[i].end));
    }
  });
}

TEST(LocTest, DebugLocOnEveryMachine) {
  ForEachEncoding([](const Target& target, Encoding encoding) {
    if (encoding.version >= 5) return;
    Sample sample(encoding, target);
    Assembler& out = sample.out();
    const int size = encoding.address_size;
    const uint32_t text = sample.text_symbol();
    out.Zeros(5);
    const uint64_t start = out.offset();
    out.Number(1, size).Number(2, size);  // from low_pc
    One(out, DW_OP_reg0, 2);
    out.Number(UINT64_MAX, size).Number(0, size);  // base 0; no expression
    out.Address(text, 5).Address(text, 6);
    One(out, DW_OP_reg1, 2);
    out.Address(text, 0).Address(text, 0);  // empty, not the end
    One(out, DW_OP_reg2, 2);
    out.Number(UINT64_MAX, size).Address(text, 0x40);
    out.Number(3, size).Number(4, size).U16(0);
    out.Number(0, size).Number(0, size);
    out.U8(0xee);
    sample.Unit(start);
    const DwarfFile file(sample.dwarf);
    const std::vector<Location> found = LocationsOf(LocationAttribute(file));
    ASSERT_EQ(found.size(), 4u);
    EXPECT_THAT(found[0].begin, InSection(sample.text, 0x11));
    EXPECT_THAT(found[0].end, InSection(sample.text, 0x12));
    EXPECT_EQ(found[0].operation, DW_OP_reg0);
    EXPECT_THAT(found[1].begin, InSection(sample.text, 5));
    EXPECT_EQ(found[1].operation, DW_OP_reg1);
    EXPECT_THAT(found[2].begin, InSection(sample.text, 0));
    EXPECT_THAT(found[2].end, InSection(sample.text, 0));
    EXPECT_EQ(found[2].operation, DW_OP_reg2);
    EXPECT_THAT(found[3].begin, InSection(sample.text, 0x43));
    EXPECT_THAT(found[3].end, InSection(sample.text, 0x44));
    EXPECT_EQ(found[3].size, 0u);
  });
}

// llvm#210990: expressions inside lists carry records, too.
TEST(LocTest, ExpressionsInListsAreRelocated) {
  for (const uint16_t version : {4, 5}) {
    Sample sample({.version = version});
    Assembler& out = sample.out();
    if (version == 5) {
      out.U8(DW_LLE_start_length).Address(sample.text_symbol(), 0).Uleb(4);
      out.Uleb(9);
    } else {
      out.Number(0, 8).Number(4, 8).U16(9);
    }
    out.U8(DW_OP_addr).Address(sample.text_symbol(), 0x33);
    out.Zeros(16);
    sample.Unit(0);
    const DwarfFile file(sample.dwarf);
    absl::StatusOr<LocationList> list =
        LocationList::Of(LocationAttribute(file));
    ASSERT_THAT(list, IsOk());
    EXPECT_TRUE(list->is_location_list());
    ListEntry entry;
    ASSERT_TRUE(list->NextEntry(&entry));
    EXPECT_EQ(entry.size, version == 5 ? 1u + 8 + 1 + 1 + 9 : 16u + 2 + 9);
    ExpressionReader reader(file.unit(), list->view(), entry.expression_offset,
                            entry.expression_size);
    Operation operation;
    ASSERT_TRUE(reader.Next(&operation));
    EXPECT_THAT(operation.value, InSection(sample.text, 0x33));
    EXPECT_FALSE(reader.Next(&operation));
    EXPECT_TRUE(reader.ok());
  }
}

TEST(LocTest, TruncatedAtEveryByte) {
  for (const uint16_t version : {3, 5}) {
    Sample sample({.version = version});
    Assembler& out = sample.out();
    const uint32_t text = sample.text_symbol();
    if (version == 5) {
      out.U8(DW_LLE_GNU_view_pair).Uleb(200).Uleb(200);
      out.U8(DW_LLE_base_address).Address(text, 0);
      out.U8(DW_LLE_offset_pair).Uleb(200).Uleb(300);
      One(out, DW_OP_reg0);
      out.U8(DW_LLE_default_location).UlebPadded(2, 2).Raw({0x30, 0x31});
      out.U8(DW_LLE_start_length).Address(text, 1).Uleb(300);
      One(out, DW_OP_reg0);
      out.U8(DW_LLE_end_of_list);
    } else {
      out.Address(text, 0).Address(text, 1).U16(3).Zeros(3);
      out.Zeros(16);
    }
    const uint64_t size = out.offset();
    sample.Unit(0);
    sample.dwarf.Finish();
    const std::vector<uint8_t> image = sample.elf.Build();
    const uint32_t section = sample.dwarf.SectionIndex(sample.section());
    for (uint64_t cut = 1; cut < size; ++cut) {
      const DwarfFile file(CutSection(sample.elf, image, section, cut));
      absl::Status status;
      LocationsOf(LocationAttribute(file), &status);
      EXPECT_THAT(status, FailsWith(ErrorCode::kTruncated, "")) << cut;
      EXPECT_EQ(GetDetail(status).section, section);
    }
  }
}

// What follows a list decides which of two ways it is read, and changes
// nothing.
TEST(LocTest, EntriesWithAnythingBehindThem) {
  for (const size_t tail : {0u, 1u, 4u, 8u, 24u}) {
    for (const size_t size : {0u, 1u, 127u, 128u, 300u}) {
      Sample sample({.version = 5});
      const auto expression = [&] {
        sample.out().Uleb(size).Zeros(size);
        return sample.out().offset() - size;
      };
      sample.out().U8(DW_LLE_view_pair).Uleb(1).Uleb(200);
      sample.out().U8(DW_LLE_offset_pair).Uleb(1).Uleb(0x4001);
      const uint64_t first = expression();
      sample.out().U8(DW_LLE_start_length);
      sample.out().Address(sample.text_symbol(), 0x40).Uleb(3);
      const uint64_t second = expression();
      sample.out().U8(DW_LLE_end_of_list).Zeros(tail);
      sample.Unit(0);
      const DwarfFile file(sample.dwarf);
      const BoundsRead read =
          ReadBounds(LocationList::Of(LocationAttribute(file)).value());
      EXPECT_THAT(read.status, IsOk());
      EXPECT_TRUE(read.is_same_observed);
      ASSERT_EQ(read.bounds.size(), 2u);
      EXPECT_THAT(read.bounds[0].begin, InSection(sample.text, 0x11));
      EXPECT_THAT(read.bounds[0].end, InSection(sample.text, 0x4011));
      EXPECT_EQ(read.bounds[0].expression_offset, first);
      EXPECT_EQ(read.bounds[0].expression_size, size);
      EXPECT_THAT(read.bounds[1].begin, InSection(sample.text, 0x40));
      EXPECT_THAT(read.bounds[1].end, InSection(sample.text, 0x43));
      EXPECT_EQ(read.bounds[1].expression_offset, second);
    }
  }
}

TEST(LocTest, HugeExpressionIsTruncatedNotWrapped) {
  Sample sample({.version = 5});
  sample.out().U8(DW_LLE_default_location).Uleb(UINT64_MAX).Zeros(64);
  sample.Unit(0);
  const DwarfFile file(sample.dwarf);
  absl::Status status;
  EXPECT_TRUE(LocationsOf(LocationAttribute(file), &status).empty());
  EXPECT_THAT(status, FailsWith(ErrorCode::kTruncated, ""));
}

TEST(LocTest, UnknownKind) {
  Sample sample({.version = 5});
  sample.out().U8(10).Zeros(64);
  sample.Unit(0);
  const DwarfFile file(sample.dwarf);
  absl::Status status;
  LocationsOf(LocationAttribute(file), &status);
  EXPECT_THAT(status, FailsWith(ErrorCode::kBadDwarf, "kind 10"));
}

TEST(LocTest, MissingSectionIsNamed) {
  for (const uint16_t version : {2, 4, 5}) {
    ElfBuilder elf(kX86_64);
    DwarfBuilder dwarf(&elf, {.version = version});
    dwarf
        .Abbrev(1, DW_TAG_variable, false,
                {{DW_AT_location,
                  version < 4 ? DW_FORM_data4 : DW_FORM_sec_offset}})
        .EndAbbrevs();
    dwarf.Unit({}, [](DieWriter& die) { die.Die(1).Data4(0); });
    const DwarfFile file(dwarf);
    EXPECT_THAT(LocationList::Of(file.attribute(DW_AT_location)),
                FailsWith(ErrorCode::kNotFound,
                          version == 5 ? ".debug_loclists" : ".debug_loc"));
  }
}

TEST(LocTest, SingleExpressionsAreNoLists) {
  for (const uint16_t version : {2, 5}) {
    ElfBuilder elf(kX86_64);
    DwarfBuilder dwarf(&elf, {.version = version});
    dwarf
        .Abbrev(
            1, DW_TAG_variable, false,
            {{DW_AT_location, version < 4 ? DW_FORM_block1 : DW_FORM_exprloc}})
        .EndAbbrevs();
    dwarf.Unit({}, [](DieWriter& die) { die.Die(1).Data1(1).Data1(0x30); });
    const DwarfFile file(dwarf);
    EXPECT_EQ(file.attribute(DW_AT_location).attribute_class,
              AttributeClass::kExprloc);
    EXPECT_THAT(LocationList::Of(file.attribute(DW_AT_location)),
                FailsWith(ErrorCode::kWrongForm, "not a location list"));
  }
}

// What the entries mean, tests/unit/module/split_files_test.cc proves.
TEST(LocTest, GnuSplitListsCutAtEveryByte) {
  const Assembler whole = Assembler()
                              .U8(1)
                              .Uleb(300)
                              .U8(2)
                              .Uleb(1)
                              .Uleb(2)
                              .U16(1)
                              .U8(DW_OP_lit0)
                              .U8(3)
                              .Uleb(1)
                              .U32(9)
                              .U16(1)
                              .U8(DW_OP_lit0)
                              .U8(4)
                              .U32(1)
                              .U32(2)
                              .U16(1)
                              .U8(DW_OP_lit0)
                              .U8(5);
  const std::vector<uint8_t> bytes = whole.bytes();
  for (size_t size = 1; size <= bytes.size(); ++size) {
    ElfBuilder elf(kX86_64);
    elf.Add(".debug_abbrev.dwo", Assembler()
                                     .Raw({1, DW_TAG_variable, 0,
                                           DW_AT_location, DW_FORM_sec_offset})
                                     .Raw({0, 0, 0}));
    Assembler info;
    info.Length(Format::kDwarf32,
                [&] { info.U16(4).U32(0).U8(8).U8(1).U32(0); });
    elf.Add(".debug_info.dwo", info);
    elf.Add(".debug_loc.dwo", Assembler().Raw(Bytes(bytes.data(), size)));
    const DwarfFile file(elf);
    auto list = LocationList::Of(file.attribute(DW_AT_location));
    ASSERT_THAT(list, IsOk());
    ListEntry entry;
    uint64_t end = 0;
    while (list->NextEntry(&entry)) end = entry.offset + entry.size;
    EXPECT_LE(end, size);
    if (size == bytes.size()) {
      EXPECT_THAT(list->status(),
                  FailsWith(ErrorCode::kBadDwarf, "entry kind 5"));
      EXPECT_EQ(end, size - 1);
    } else {
      EXPECT_THAT(list->status(), FailsWith(ErrorCode::kTruncated, ""));
    }
  }
}

}  // namespace
}  // namespace dwreloc::internal
