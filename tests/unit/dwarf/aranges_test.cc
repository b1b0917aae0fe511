// dwarf/lookup/aranges and dwarf/lookup/lookup_set: .debug_aranges on every
// machine, sets that end early or lie about themselves, tuples of zeros with
// and without records, units in several sections, lookups by address.

#include "dwarf/lookup/aranges.h"

#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

#include "dwarf/constants.h"
#include "support/dwarf_file.h"

namespace dwreloc::internal {
namespace {

struct Read {
  std::vector<Arange> aranges;
  std::vector<LookupSet> sets;  // of each
  std::vector<absl::Status> errors;
};

Read ReadSection(const DwarfFile& file, uint32_t section) {
  Read read;
  ArangeReader reader(file.sections(), *file.sections().View(section));
  Arange arange;
  while (reader.Next(&arange) || !reader.ok()) {
    if (!reader.ok()) {
      read.errors.push_back(reader.status());
      continue;
    }
    read.aranges.push_back(arange);
    read.sets.push_back(reader.set());
  }
  EXPECT_THAT(reader.status(), IsOk());
  return read;
}

// A file with two loaded sections and sets of address ranges.
class Sample {
 public:
  explicit Sample(const Target& target = kX86_64,
                  Format format = Format::kDwarf32)
      : elf(target),
        dwarf(&elf,
              {.address_size = static_cast<uint8_t>(target.address_size()),
               .format = format}) {}

  Assembler& out() { return dwarf.Section(".debug_aranges"); }
  int address_size() const { return elf.target().address_size(); }
  uint32_t text_symbol() { return elf.SectionSymbol(text); }

  // A header for the unit at `unit`, padded, and what `body` writes.
  void Set(uint64_t unit, const std::function<void(Assembler&)>& body,
           int segment_size = 0, uint16_t version = 2) {
    Assembler& bytes = out();
    const uint64_t start = bytes.offset();
    bytes.Length(dwarf.encoding().format, [&] {
      bytes.U16(version);
      dwarf.SectionOffset(bytes, ".debug_info", unit);
      bytes.U8(static_cast<uint64_t>(address_size()));
      bytes.U8(static_cast<uint64_t>(segment_size));
      const uint64_t size =
          static_cast<uint64_t>(segment_size + 2 * address_size());
      while ((bytes.offset() - start) % size != 0) bytes.U8(0xee);
      body(bytes);
    });
  }
  void Tuple(Assembler& bytes, uint32_t symbol, int64_t addend,
             uint64_t length) {
    bytes.Address(symbol, addend).Number(length, address_size());
  }
  void End(Assembler& bytes) {
    bytes.Number(0, address_size()).Number(0, address_size());
  }

  const DwarfFile& Open() {
    file_ = std::make_unique<DwarfFile>(dwarf);
    return *file_;
  }
  Read ReadAll() {
    const DwarfFile& file = Open();
    return ReadSection(file, file.Find(".debug_aranges"));
  }

  ElfBuilder elf;
  DwarfBuilder dwarf;
  uint32_t text =
      elf.Add({.name = ".text", .flags = SHF_ALLOC, .contents = Zeros(256)});
  uint32_t cold = elf.Add(
      {.name = ".text.unlikely", .flags = SHF_ALLOC, .contents = Zeros(256)});

 private:
  std::unique_ptr<DwarfFile> file_;
};

TEST(ArangesTest, SetsOnEveryMachine) {
  ForEachEncoding([](const Target& target, Encoding encoding) {
    if (encoding.version != 2) return;
    Sample sample(target, encoding.format);
    const uint32_t text = sample.text_symbol();
    const uint32_t cold = sample.elf.SectionSymbol(sample.cold);
    const uint32_t away =
        sample.elf.AddSymbol({.name = "away", .binding = STB_GLOBAL});
    sample.dwarf.Section(".debug_info").Zeros(0x100);
    sample.Set(0, [&](Assembler& out) {
      sample.Tuple(out, text, 0x10, 0x20);
      sample.Tuple(out, cold, 0, 7);
      sample.End(out);
    });
    sample.Set(0x40, [&](Assembler& out) {
      sample.Tuple(out, away, 8, 1);
      sample.End(out);
    });
    const Read read = sample.ReadAll();
    EXPECT_TRUE(read.errors.empty());
    ASSERT_EQ(read.aranges.size(), 3u);
    EXPECT_THAT(read.aranges[0].address, InSection(sample.text, 0x10));
    EXPECT_THAT(read.aranges[0].length, IsNumber(0x20u));
    EXPECT_THAT(read.aranges[0].segment, IsNumber(0u));
    EXPECT_THAT(read.aranges[1].address, InSection(sample.cold, 0));
    EXPECT_THAT(read.aranges[2].address, IsUndefined(away, 8));
    EXPECT_EQ(read.sets[0].unit.offset, 0u);
    EXPECT_EQ(read.sets[2].unit.offset, 0x40u);
    EXPECT_EQ(read.sets[2].unit.section,
              sample.dwarf.SectionIndex(".debug_info"));
    EXPECT_TRUE(read.sets[2].debug_info_offset.has_record);
    EXPECT_EQ(read.sets[0].encoding.format, encoding.format);
    EXPECT_EQ(read.sets[0].end, read.sets[2].offset);
  });
}

// At the start of a section, address and length may both be 0 in place.
TEST(ArangesTest, ZerosWithARecordAreNoTerminator) {
  for (const Target& target : {kX86_64, kX86_64Rel, kI386, kS390x}) {
    SCOPED_TRACE(target.name);
    Sample sample(target);
    const uint32_t text = sample.text_symbol();
    const uint32_t cold = sample.elf.SectionSymbol(sample.cold);
    sample.Set(0, [&](Assembler& out) {
      sample.Tuple(out, text, 0, 0);
      sample.Tuple(out, cold, 0, 4);
      sample.End(out);
    });
    const Read read = sample.ReadAll();
    ASSERT_EQ(read.aranges.size(), 2u);
    EXPECT_THAT(read.aranges[0].address, InSection(sample.text, 0));
    EXPECT_THAT(read.aranges[0].length, IsNumber(0u));
    EXPECT_THAT(read.aranges[1].address, InSection(sample.cold, 0));
  }
}

// ld -r joins what compilers wrote for functions that are gone: the set's
// length says where it ends.
TEST(ArangesTest, ZerosInTheMiddleAreNoTerminator) {
  ForEachEncoding([](const Target& target, Encoding encoding) {
    if (encoding.version != 2) return;
    for (const int segment_size : {0, 4}) {
      Sample sample(target, encoding.format);
      const uint32_t text = sample.text_symbol();
      for (int set = 0; set < 2; ++set) {
        sample.Set(
            0,
            [&](Assembler& out) {
              for (int i = 0; i < 2; ++i) {
                out.Zeros(static_cast<uint64_t>(segment_size));
                sample.Tuple(out, text, i, 1);
                out.Zeros(static_cast<uint64_t>(segment_size));
                sample.End(out);
                out.Zeros(static_cast<uint64_t>(segment_size));
                sample.End(out);
              }
            },
            segment_size);
      }
      const Read read = sample.ReadAll();
      EXPECT_TRUE(read.errors.empty());
      ASSERT_EQ(read.aranges.size(), 4u);
      EXPECT_THAT(read.aranges[1].address, InSection(sample.text, 1));
      EXPECT_EQ(read.sets[1].offset, 0u);
      EXPECT_EQ(read.sets[2].offset, read.sets[0].end);
    }
  });
}

TEST(ArangesTest, WhatIsLeftAfterTheTerminator) {
  for (int size = 1; size < 16; ++size) {
    for (const uint8_t last : {0, 1}) {
      Sample sample;
      sample.Set(0, [&](Assembler& out) {
        sample.Tuple(out, sample.text_symbol(), 0, 1);
        sample.End(out);
        out.Zeros(static_cast<uint64_t>(size) - 1).U8(last);
      });
      const Read read = sample.ReadAll();
      EXPECT_EQ(read.aranges.size(), 1u);
      ASSERT_EQ(read.errors.size(), last == 0 ? 0u : 1u);
      if (last != 0) {
        EXPECT_THAT(read.errors[0],
                    FailsWith(ErrorCode::kTruncated, "ends inside an entry"));
      }
    }
  }
}

TEST(ArangesTest, RelocatedLength) {
  Sample sample;
  const uint32_t text = sample.text_symbol();
  const uint32_t size =
      sample.elf.AddSymbol({.name = "size", .value = 0x18, .special = SHN_ABS});
  sample.Set(0, [&](Assembler& out) {
    out.Address(text).Address(size, 2);
    out.Address(text).Address(text, 0x10);  // unknown until it is placed
    sample.End(out);
  });
  const Read read = sample.ReadAll();
  ASSERT_EQ(read.aranges.size(), 2u);
  EXPECT_THAT(read.aranges[0].length, IsNumber(0x1au));
  EXPECT_THAT(read.aranges[1].length, InSection(sample.text, 0x10));
}

TEST(ArangesTest, SegmentsMoveTheFirstTuple) {
  for (const int segment_size : {1, 2, 4, 8}) {
    Sample sample;
    const uint32_t text = sample.text_symbol();
    sample.Set(
        0,
        [&](Assembler& out) {
          out.Number(0, segment_size).Address(text, 4).U64(8);
          out.Number(5, segment_size).U64(0).U64(0);
          out.Number(0, segment_size).U64(0).U64(0);
        },
        segment_size);
    const Read read = sample.ReadAll();
    EXPECT_TRUE(read.errors.empty());
    ASSERT_EQ(read.aranges.size(), 2u);
    EXPECT_THAT(read.aranges[0].address, InSection(sample.text, 4));
    EXPECT_THAT(read.aranges[1].segment, IsNumber(5u));
  }
}

TEST(ArangesTest, BadRecordSpoilsItsDatumOnly) {
  Sample sample;
  const uint32_t text = sample.text_symbol();
  sample.Set(0, [&](Assembler& out) {
    out.Reloc(8, 0xff, text, 0).U64(8);
    sample.Tuple(out, text, 0x20, 8);
    sample.End(out);
  });
  const Read read = sample.ReadAll();
  ASSERT_EQ(read.aranges.size(), 2u);
  EXPECT_THAT(read.aranges[0].address, IsBadWith(ErrorCode::kRelocType));
  EXPECT_THAT(read.aranges[1].address, InSection(sample.text, 0x20));
}

TEST(ArangesTest, BadUnitOffsetLeavesTheTuples) {
  Sample sample;
  const uint32_t text = sample.text_symbol();
  Assembler& out = sample.out();
  out.Length(Format::kDwarf32, [&] {
    out.U16(2).Reloc(4, 0xff, text, 0).U8(8).U8(0).Zeros(4);
    sample.Tuple(out, text, 0, 1);
    sample.End(out);
  });
  const Read read = sample.ReadAll();
  ASSERT_EQ(read.aranges.size(), 1u);
  EXPECT_THAT(read.sets[0].debug_info_offset, IsBadWith(ErrorCode::kRelocType));
  EXPECT_EQ(read.sets[0].unit.section, kNoSection);
}

// One .debug_info and one .debug_aranges for each COMDAT group, say: all
// offsets are 0, and only the records tell the units apart.
TEST(ArangesTest, RecordsTellSectionsApart) {
  for (const bool is_sorted : {true, false}) {
    ElfBuilder elf;
    const uint32_t text =
        elf.Add({.name = ".text", .flags = SHF_ALLOC, .contents = Zeros(16)});
    const uint32_t infos[] = {
        elf.Add({.name = ".debug_info", .contents = Zeros(32)}),
        elf.Add({.name = ".debug_info", .contents = Zeros(32)}),
        elf.Add({.name = ".debug_types", .contents = Zeros(32)})};
    std::vector<uint32_t> sections;
    for (int section = 0; section < 2; ++section) {
      Assembler out(kX86_64);
      for (const uint32_t info : infos) {
        out.Length(Format::kDwarf32, [&] {
          out.U16(2).Offset(4, elf.SectionSymbol(info), 16).U8(8).U8(0).U32(0);
          out.Address(elf.SectionSymbol(text), section).U64(1);
          out.U64(0).U64(0);
        });
      }
      const uint32_t index =
          elf.Add({.name = ".debug_aranges", .contents = out.bytes()});
      std::vector<ElfReloc> relocs = out.relocs();
      if (!is_sorted) std::reverse(relocs.begin(), relocs.end());
      for (const ElfReloc& reloc : relocs) elf.Reloc(index, reloc);
      sections.push_back(index);
    }
    const DwarfFile file(elf);
    for (int section = 0; section < 2; ++section) {
      const Read read = ReadSection(file, sections[section]);
      ASSERT_EQ(read.aranges.size(), 3u);
      for (int i = 0; i < 3; ++i) {
        EXPECT_THAT(read.aranges[i].address, InSection(text, section));
        EXPECT_EQ(read.sets[i].unit, (SectionPlace{infos[i], 16}));
      }
    }
  }
}

TEST(ArangesTest, UnitNeedNotBeThere) {
  Sample sample;
  const uint32_t text = sample.text_symbol();
  sample.Set(0x4000, [&](Assembler& out) {
    sample.Tuple(out, text, 0, 1);
    sample.End(out);
  });
  const Read read = sample.ReadAll();
  ASSERT_EQ(read.aranges.size(), 1u);
  EXPECT_EQ(read.sets[0].unit.offset, 0x4000u);
  EXPECT_EQ(sample.Open().info().FindUnit(read.sets[0].unit), nullptr);
}

TEST(ArangesTest, BadHeadersEndTheirSet) {
  struct Case {
    uint64_t offset;  // in the set
    int width;
    uint64_t value;
    ErrorCode code;
    const char* text;
    size_t rest;  // tuples that can be read all the same
  };
  const Case cases[] = {
      {0, 4, 0xfffffff1, ErrorCode::kBadDwarf, "reserved initial length", 0},
      {0, 4, 0x1000, ErrorCode::kTruncated, "unit_length 4096 exceeds", 0},
      {4, 2, 5, ErrorCode::kUnsupported, "version 5 of the table", 1},
      {10, 1, 3, ErrorCode::kUnsupported, "address_size 3", 1},
      {11, 1, 3, ErrorCode::kUnsupported, "segment_selector_size 3", 1},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.text);
    Sample sample;
    const uint32_t text = sample.text_symbol();
    for (int i = 0; i < 2; ++i) {
      sample.Set(0, [&](Assembler& out) {
        sample.Tuple(out, text, 0, 1);
        sample.End(out);
      });
    }
    sample.dwarf.Finish();
    std::vector<uint8_t> image = sample.elf.Build();
    const uint32_t index = sample.dwarf.SectionIndex(".debug_aranges");
    Patch(image, sample.elf.contents_offset(index) + c.offset, c.width, c.value,
          ByteOrder::kLittle);
    const DwarfFile file(image);
    const Read read = ReadSection(file, index);
    ASSERT_EQ(read.errors.size(), 1u);
    EXPECT_THAT(read.errors[0], FailsWith(c.code, c.text));
    EXPECT_EQ(GetDetail(read.errors[0]).section, index);
    EXPECT_EQ(read.aranges.size(), c.rest);
  }
}

TEST(ArangesTest, CutAtEveryByte) {
  for (const Target& target : {kX86_64, kPpc32}) {
    for (const bool has_length : {false, true}) {
      Sample sample(target);
      const uint32_t text = sample.text_symbol();
      sample.Set(0, [&](Assembler& out) {
        sample.Tuple(out, text, 0, 1);
        sample.Tuple(out, text, 8, 1);
        sample.End(out);
      });
      sample.dwarf.Finish();
      const std::vector<uint8_t> image = sample.elf.Build();
      const uint32_t index = sample.dwarf.SectionIndex(".debug_aranges");
      const uint64_t size = sample.out().offset();
      for (uint64_t cut = 0; cut < size; ++cut) {
        std::vector<uint8_t> bad = CutSection(sample.elf, image, index, cut);
        // With a unit_length that fits, the set is what ends too early.
        if (has_length && cut >= 4) {
          Patch(bad, sample.elf.contents_offset(index), 4, cut - 4,
                target.order);
        }
        const DwarfFile file(bad);
        const Read read = ReadSection(file, index);
        EXPECT_LE(read.errors.size(), 1u) << cut;
        EXPECT_LE(read.aranges.size(), 2u) << cut;
        for (const absl::Status& error : read.errors) {
          EXPECT_THAT(error, FailsWith(ErrorCode::kTruncated, "")) << cut;
        }
      }
    }
  }
}

TEST(ArangesTest, PaddingBehindTheSets) {
  Sample sample;
  const uint32_t text = sample.text_symbol();
  sample.Set(0, [&](Assembler& out) {
    sample.Tuple(out, text, 0, 1);
    sample.End(out);
  });
  sample.out().Zeros(24);
  const Read read = sample.ReadAll();
  EXPECT_EQ(read.aranges.size(), 1u);
  EXPECT_TRUE(read.errors.empty());
}

TEST(ArangeIndexTest, FindsWhatFollowsZeros) {
  Sample sample;
  const uint32_t text = sample.text_symbol();
  sample.Set(0, [&](Assembler& out) {
    sample.Tuple(out, text, 0, 2);
    sample.End(out);
    sample.Tuple(out, text, 8, 3);
    sample.End(out);
  });
  const DwarfFile& file = sample.Open();
  const ArangeIndex index = ArangeIndex::Build(file.sections());
  RelocValue place = {
      .value = 10, .section = sample.text, .kind = RelocKind::kSection};
  const ArangeIndex::Entry* entry = index.Find(place);
  ASSERT_NE(entry, nullptr);
  EXPECT_THAT(entry->begin, InSection(sample.text, 8));
  ArangeReader reader(file.sections(), *file.sections().View(entry->section));
  Arange found;
  ASSERT_TRUE(reader.ReadAt(entry->set_offset, entry->offset, &found));
  EXPECT_THAT(found.length, IsNumber(3u));
}

TEST(ArangeIndexTest, FindsTheUnitOfAnAddress) {
  Sample sample;
  const uint32_t text = sample.text_symbol();
  const uint32_t cold = sample.elf.SectionSymbol(sample.cold);
  sample.dwarf.Section(".debug_info").Zeros(0x100);
  sample.Set(0x10, [&](Assembler& out) {
    sample.Tuple(out, text, 0x40, 0x20);
    sample.Tuple(out, cold, 0, 0x10);
    sample.Tuple(out, text, 0, 0);
    sample.End(out);
  });
  sample.Set(0x20, [&](Assembler& out) {
    sample.Tuple(out, text, 0, 0x100);  // around the other's
    sample.Tuple(out, cold, 0x10, 4);
    sample.End(out);
  });
  const DwarfFile& file = sample.Open();
  const ArangeIndex index = ArangeIndex::Build(file.sections());
  const auto unit_of = [&](uint32_t section, uint64_t offset) {
    const ArangeIndex::Entry* entry = index.Find(
        {.value = offset, .section = section, .kind = RelocKind::kSection});
    if (entry == nullptr) return kNoOffset;
    ArangeReader reader(file.sections(), *file.sections().View(entry->section));
    Arange arange;
    EXPECT_TRUE(reader.ReadAt(entry->set_offset, entry->offset, &arange));
    EXPECT_EQ(arange.offset, entry->offset);
    return reader.set().unit.offset;
  };
  EXPECT_EQ(unit_of(sample.text, 0x40), 0x10u);
  EXPECT_EQ(unit_of(sample.text, 0x5f), 0x10u);
  EXPECT_EQ(unit_of(sample.text, 0x60), 0x20u);
  EXPECT_EQ(unit_of(sample.text, 0), 0x20u);
  EXPECT_EQ(unit_of(sample.text, 0xff), 0x20u);
  EXPECT_EQ(unit_of(sample.text, 0x100), kNoOffset);
  EXPECT_EQ(unit_of(sample.cold, 0xf), 0x10u);
  EXPECT_EQ(unit_of(sample.cold, 0x10), 0x20u);
  EXPECT_EQ(unit_of(sample.cold, 0x14), kNoOffset);
  EXPECT_EQ(index.Find(RelocValue::Constant(0x40)), nullptr);
}

}  // namespace
}  // namespace dwreloc::internal
