// dwarf/lookup/pubnames: .debug_pubnames and its three kin on every machine,
// GNU's flags, sets without end, cut ones, bad headers.

#include "dwarf/lookup/pubnames.h"

#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

#include "support/dwarf_file.h"

namespace dwreloc::internal {
namespace {

struct Read {
  std::vector<Pubname> names;
  std::vector<LookupSet> sets;  // of each
  std::vector<RelocValue> lengths;
  std::vector<absl::Status> errors;
};

Read ReadSection(const DwarfFile& file, uint32_t section) {
  Read read;
  PubnamesReader reader(file.sections(), *file.sections().View(section));
  Pubname name;
  while (reader.Next(&name) || !reader.ok()) {
    if (!reader.ok()) {
      read.errors.push_back(reader.status());
      continue;
    }
    read.names.push_back(name);
    read.sets.push_back(reader.set());
    read.lengths.push_back(reader.debug_info_length());
  }
  return read;
}

// A set of the section for the unit at `unit`, of `length` bytes.
void AddSet(DwarfBuilder& dwarf, std::string_view section, uint64_t unit,
            uint64_t length, const std::function<void(Assembler&)>& body) {
  Assembler& out = dwarf.Section(section);
  const Format format = dwarf.encoding().format;
  out.Length(format, [&] {
    out.U16(2);
    dwarf.SectionOffset(out, ".debug_info", unit);
    out.Number(length, static_cast<int>(format));
    body(out);
  });
}

TEST(PubnamesTest, AllSectionsOnEveryMachine) {
  constexpr const char* kSections[] = {".debug_pubnames", ".debug_pubtypes",
                                       ".debug_gnu_pubnames",
                                       ".debug_gnu_pubtypes"};
  ForEachEncoding([&](const Target& target, Encoding encoding) {
    if (encoding.version != 4) return;
    ElfBuilder elf(target);
    DwarfBuilder dwarf(&elf, encoding);
    dwarf.Section(".debug_info").Zeros(0x80);
    const int width = static_cast<int>(encoding.format);
    for (const char* section : kSections) {
      const bool has_flags =
          std::string(section).find("gnu") != std::string::npos;
      for (const uint64_t unit : {0x0, 0x40}) {
        AddSet(dwarf, section, unit, 0x40, [&](Assembler& out) {
          out.Number(0x1b, width);
          if (has_flags) out.U8(0x30);
          out.String("main");
          out.Number(0x2c, width);
          if (has_flags) out.U8(0xa0);
          out.String("");
          out.Number(0, width);
        });
      }
    }
    const DwarfFile file(dwarf);
    for (const char* section : kSections) {
      SCOPED_TRACE(section);
      const Read read = ReadSection(file, file.Find(section));
      EXPECT_TRUE(read.errors.empty());
      ASSERT_EQ(read.names.size(), 4u);
      EXPECT_EQ(read.names[2].name, "main");
      EXPECT_EQ(read.names[2].die_offset, 0x1bu);
      EXPECT_EQ(read.names[3].name, "");
      EXPECT_EQ(read.sets[1].unit.offset, 0u);
      EXPECT_EQ(read.sets[2].unit,
                (SectionPlace{file.Find(".debug_info"), 0x40}));
      EXPECT_THAT(read.lengths[2], IsNumber(0x40u));
      const bool has_flags =
          std::string(section).find("gnu") != std::string::npos;
      EXPECT_EQ(read.names[0].flags, has_flags ? 0x30 : 0);
      EXPECT_EQ(read.names[1].flags, has_flags ? 0xa0 : 0);
    }
  });
}

TEST(PubnamesTest, Flags) {
  EXPECT_EQ(PubnameKind(0x30), 3);  // function
  EXPECT_FALSE(IsStaticPubname(0x30));
  EXPECT_EQ(PubnameKind(0xa0), 2);  // variable
  EXPECT_TRUE(IsStaticPubname(0xa0));
}

TEST(PubnamesTest, SetWithoutEndEndsWithItsLength) {
  ElfBuilder elf;
  DwarfBuilder dwarf(&elf, {});
  for (int i = 0; i < 2; ++i) {
    AddSet(dwarf, ".debug_pubnames", 0, 0x40,
           [](Assembler& out) { out.U32(0x10).String("a"); });
  }
  const DwarfFile file(dwarf);
  const Read read = ReadSection(file, file.Find(".debug_pubnames"));
  EXPECT_EQ(read.names.size(), 2u);
  EXPECT_TRUE(read.errors.empty());
}

TEST(PubnamesTest, OffsetOfZeroInTheMiddleEndsNothing) {
  for (const char* section : {".debug_pubnames", ".debug_gnu_pubtypes"}) {
    ElfBuilder elf;
    DwarfBuilder dwarf(&elf, {});
    const bool has_flags = section[7] == 'g';
    for (int i = 0; i < 2; ++i) {
      AddSet(dwarf, section, 0, 0x40, [&](Assembler& out) {
        for (const char* name : {"a", "b"}) {
          out.U32(0x10);
          if (has_flags) out.U8(0x30);
          out.String(name).U32(0);
        }
        out.Zeros(3);
      });
    }
    const DwarfFile file(dwarf);
    const Read read = ReadSection(file, file.Find(section));
    EXPECT_TRUE(read.errors.empty());
    ASSERT_EQ(read.names.size(), 4u);
    EXPECT_EQ(read.names[1].name, "b");
  }
}

// As ld -r --unique leaves them.
TEST(PubnamesTest, SecondSectionsNameUnitsOfSecondSections) {
  for (const char* name : {".debug_pubnames", ".debug_gnu_pubtypes"}) {
    const bool has_flags = std::string(name).find("gnu") != std::string::npos;
    ElfBuilder elf(kX86_64);
    std::vector<uint32_t> infos;
    std::vector<uint32_t> tables;
    for (const uint64_t unit : {0x20, 0x40}) {
      DwarfBuilder dwarf(&elf, {});
      dwarf.Section(".debug_info").Zeros(0x80);
      AddSet(dwarf, name, unit, 0x40, [&](Assembler& out) {
        out.U32(0x1b);
        if (has_flags) out.U8(0x30);
        out.String("f").U32(0);
      });
      dwarf.Finish();
      infos.push_back(dwarf.SectionIndex(".debug_info"));
      tables.push_back(dwarf.SectionIndex(name));
    }
    const DwarfFile file(elf);
    for (size_t i = 0; i < tables.size(); ++i) {
      const Read read = ReadSection(file, tables[i]);
      EXPECT_TRUE(read.errors.empty());
      ASSERT_EQ(read.names.size(), 1u);
      EXPECT_EQ(read.names[0].name, "f");
      EXPECT_EQ(read.sets[0].unit, (SectionPlace{infos[i], 0x20 * (i + 1)}));
    }
  }
}

TEST(PubnamesTest, BadSetLeavesTheNext) {
  struct Case {
    uint64_t offset;  // in the set
    int width;
    uint64_t value;
    ErrorCode code;
    const char* text;
    size_t names;
  };
  const Case cases[] = {
      {0, 4, 0xfffffff1, ErrorCode::kBadDwarf, "reserved initial length", 0},
      {0, 4, 0x1000, ErrorCode::kTruncated, "unit_length 4096 exceeds", 0},
      {4, 2, 3, ErrorCode::kUnsupported, "version 3 of the table", 1},
      // A name that goes on to the end of its set.
      {20, 2, 0x6161, ErrorCode::kTruncated, "ends inside an entry", 1},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.text);
    ElfBuilder elf;
    DwarfBuilder dwarf(&elf, {});
    for (int i = 0; i < 2; ++i) {
      AddSet(dwarf, ".debug_pubnames", 0, 0x40,
             [](Assembler& out) { out.U32(0x10).String("abc").U8(0); });
    }
    dwarf.Finish();
    std::vector<uint8_t> image = elf.Build();
    const uint32_t index = dwarf.SectionIndex(".debug_pubnames");
    Patch(image, elf.contents_offset(index) + c.offset, c.width, c.value,
          ByteOrder::kLittle);
    if (c.offset == 20) {
      image[elf.contents_offset(index) + 18] = 'x';
      image[elf.contents_offset(index) + 22] = 'x';
    }
    const DwarfFile file(image);
    const Read read = ReadSection(file, index);
    ASSERT_FALSE(read.errors.empty());
    EXPECT_THAT(read.errors[0], FailsWith(c.code, c.text));
    EXPECT_EQ(GetDetail(read.errors[0]).section, index);
    EXPECT_EQ(read.names.size(), c.names);
  }
}

TEST(PubnamesTest, CutAtEveryByte) {
  for (const char* section : {".debug_pubnames", ".debug_gnu_pubtypes"}) {
    for (const bool has_length : {false, true}) {
      ElfBuilder elf;
      DwarfBuilder dwarf(&elf, {});
      AddSet(dwarf, section, 0, 0x40, [](Assembler& out) {
        out.U32(0x1010).U8('a').String("b").U32(0x2020).U8('c').String("d");
        out.U32(0);
      });
      dwarf.Finish();
      const std::vector<uint8_t> image = elf.Build();
      const uint32_t index = dwarf.SectionIndex(section);
      const uint64_t size = dwarf.Section(section).offset();
      for (uint64_t cut = 0; cut < size; ++cut) {
        std::vector<uint8_t> bad = CutSection(elf, image, index, cut);
        if (has_length && cut >= 4) {
          Patch(bad, elf.contents_offset(index), 4, cut - 4,
                ByteOrder::kLittle);
        }
        const DwarfFile file(bad);
        const Read read = ReadSection(file, index);
        EXPECT_LE(read.errors.size(), 1u) << cut;
        EXPECT_LE(read.names.size(), 2u) << cut;
        for (const absl::Status& error : read.errors) {
          EXPECT_THAT(error, FailsWith(ErrorCode::kTruncated, "")) << cut;
        }
      }
    }
  }
}

}  // namespace
}  // namespace dwreloc::internal
