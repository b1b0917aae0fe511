// dwarf/lookup/names and dwarf/lookup/names_entries: .debug_names on every
// machine, lookups with and without a hash table, every kind of unit, counts
// that lie, series that do not end, cut indexes.

#include "dwarf/lookup/names.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "dwarf/constants.h"
#include "dwarf/lookup/names_entries.h"
#include "support/dwarf_file.h"

namespace dwreloc::internal {
namespace {

// A name and the code that writes its entries, the last 0 excepted.
struct NameToWrite {
  std::string name;
  std::function<void(Assembler&)> entries;
};

// What an index is made of.
struct IndexToWrite {
  std::vector<uint64_t> comp_units = {0};
  std::vector<uint64_t> local_type_units{};
  std::vector<uint64_t> foreign_type_units{};
  uint32_t bucket_count = 2;
  std::vector<NameToWrite> names{};
  std::function<void(Assembler&)> abbrevs = [](Assembler& out) { out.U8(0); };
  std::string augmentation = "LLVM0700";
  uint16_t version = 5;
};

// Writes it to .debug_names; names are put into the order of their buckets.
void WriteIndex(DwarfBuilder& dwarf, IndexToWrite index) {
  Assembler& out = dwarf.Section(".debug_names");
  const Format format = dwarf.encoding().format;
  const int width = static_cast<int>(format);
  const auto bucket_of = [&](const NameToWrite& name) {
    return *NameHash(name.name) % index.bucket_count;
  };
  if (index.bucket_count != 0) {
    std::stable_sort(index.names.begin(), index.names.end(),
                     [&](const NameToWrite& a, const NameToWrite& b) {
                       return bucket_of(a) < bucket_of(b);
                     });
  }
  Assembler abbrevs(dwarf.elf().target());
  index.abbrevs(abbrevs);
  Assembler pool(dwarf.elf().target());
  std::vector<uint64_t> entries;
  for (const NameToWrite& name : index.names) {
    entries.push_back(pool.offset());
    if (name.entries) name.entries(pool);
    pool.U8(0);
  }
  out.Length(format, [&] {
    out.U16(index.version).U16(0);
    out.U32(index.comp_units.size()).U32(index.local_type_units.size());
    out.U32(index.foreign_type_units.size()).U32(index.bucket_count);
    out.U32(index.names.size()).U32(abbrevs.offset());
    out.U32(index.augmentation.size());
    for (const char c : index.augmentation) out.U8(static_cast<uint8_t>(c));
    out.Zeros((4 - index.augmentation.size() % 4) % 4);
    for (const uint64_t unit : index.comp_units) {
      dwarf.SectionOffset(out, ".debug_info", unit);
    }
    for (const uint64_t unit : index.local_type_units) {
      dwarf.SectionOffset(out, ".debug_info", unit);
    }
    for (const uint64_t signature : index.foreign_type_units) {
      out.U64(signature);
    }
    for (uint32_t bucket = 0; bucket < index.bucket_count; ++bucket) {
      uint32_t first = 0;
      for (size_t i = index.names.size(); i > 0; --i) {
        if (bucket_of(index.names[i - 1]) == bucket) {
          first = static_cast<uint32_t>(i);
        }
      }
      out.U32(first);
    }
    if (index.bucket_count != 0) {
      for (const NameToWrite& name : index.names) {
        out.U32(*NameHash(name.name));
      }
    }
    for (const NameToWrite& name : index.names) {
      dwarf.SectionOffset(out, ".debug_str", dwarf.Str(name.name));
    }
    for (const uint64_t offset : entries) out.Number(offset, width);
    out.Append(abbrevs);
    out.Append(pool);
  });
}

// Abbreviation 1: a compile unit's DIE; 2: with a parent and any unit.
void TwoAbbrevs(Assembler& out) {
  out.Uleb(1).Uleb(DW_TAG_subprogram);
  out.Uleb(DW_IDX_die_offset).Uleb(DW_FORM_ref4);
  out.Uleb(DW_IDX_parent).Uleb(DW_FORM_flag_present).U8(0).U8(0);
  out.Uleb(2).Uleb(DW_TAG_structure_type);
  out.Uleb(DW_IDX_compile_unit).Uleb(DW_FORM_data1);
  out.Uleb(DW_IDX_type_unit).Uleb(DW_FORM_udata);
  out.Uleb(DW_IDX_die_offset).Uleb(DW_FORM_ref4);
  out.Uleb(DW_IDX_parent).Uleb(DW_FORM_ref4);
  out.Uleb(DW_IDX_type_hash).Uleb(DW_FORM_data8);
  out.Uleb(DW_IDX_GNU_internal).Uleb(DW_FORM_flag_present);
  out.Uleb(0x2fff).Uleb(DW_FORM_string).U8(0).U8(0);
  out.U8(0);
}

std::vector<NameEntry> EntriesOf(const NameIndex& index,
                                 const IndexedName& name,
                                 absl::Status* status) {
  std::vector<NameEntry> entries;
  NameEntryReader reader(index, name.entries);
  NameEntry entry;
  while (reader.Next(&entry)) entries.push_back(entry);
  *status = reader.status();
  return entries;
}

std::vector<NameEntry> EntriesOf(const NameIndex& index,
                                 const IndexedName& name) {
  absl::Status status;
  std::vector<NameEntry> entries = EntriesOf(index, name, &status);
  EXPECT_THAT(status, IsOk());
  return entries;
}

// Each entry reads them anew, so they would multiply.
TEST(NamesTest, AbbreviationHasAtMost64AttributesOfNoBytes) {
  for (const int count : {64, 65}) {
    ElfBuilder elf;
    DwarfBuilder dwarf(&elf, {});
    WriteIndex(dwarf, {.names = {{"a", [](Assembler& out) { out.Uleb(1); }}},
                       .abbrevs = [count](Assembler& out) {
                         out.Uleb(1).Uleb(DW_TAG_subprogram);
                         for (int i = 0; i < count; ++i) {
                           out.Uleb(0x2000 + static_cast<uint64_t>(i));
                           out.Uleb(DW_FORM_flag_present);
                         }
                         out.U8(0).U8(0).U8(0);
                       }});
    const DwarfFile file(dwarf);
    const DebugNames names(file.sections());
    if (count == 64) {
      EXPECT_TRUE(names.errors().empty());
      ASSERT_EQ(names.indexes().size(), 1u);
      EXPECT_EQ(
          EntriesOf(*names.indexes()[0], names.indexes()[0]->NameAt(1)).size(),
          1u);
    } else {
      ASSERT_EQ(names.errors().size(), 1u);
      EXPECT_THAT(names.errors()[0],
                  FailsWith(ErrorCode::kBadDwarf,
                            "abbreviation 1 has 65 attributes that take no "
                            "bytes, more than 64"));
    }
  }
}

TEST(NamesTest, IndexOnEveryMachine) {
  ForEachEncoding([](const Target& target, Encoding encoding) {
    if (encoding.version < 5) return;
    for (const uint32_t bucket_count : {0, 1, 3}) {
      ElfBuilder elf(target);
      DwarfBuilder dwarf(&elf, encoding);
      dwarf.Section(".debug_info").Zeros(0x100);
      dwarf.Str("something in front");
      const auto one = [](Assembler& out) { out.Uleb(1).U32(0x23); };
      WriteIndex(dwarf, {.comp_units = {0x10},
                         .bucket_count = bucket_count,
                         .names = {{"main", one},
                                   {"Main", one},
                                   {"a",
                                    [](Assembler& out) {
                                      out.Uleb(1).U32(0x30).Uleb(1).U32(0x40);
                                    }},
                                   {"", one}},
                         .abbrevs = TwoAbbrevs});
      WriteIndex(dwarf, {.comp_units = {0x80}, .augmentation = "x"});
      const DwarfFile file(dwarf);
      const DebugNames names(file.sections());
      EXPECT_TRUE(names.errors().empty());
      ASSERT_EQ(names.indexes().size(), 2u);
      const NameIndex& index = *names.indexes()[0];
      EXPECT_EQ(index.header().augmentation_string, "LLVM0700");
      EXPECT_EQ(index.header().name_count, 4u);
      EXPECT_EQ(index.header().encoding.format, encoding.format);
      const NameUnit unit = index.UnitAt(NameUnitKind::kCompile, 0);
      EXPECT_EQ(unit.place, (SectionPlace{file.Find(".debug_info"), 0x10}));
      EXPECT_TRUE(unit.offset.has_record);
      for (const char* text : {"main", "Main", "a", ""}) {
        SCOPED_TRACE(text);
        const auto found = index.Find(text);
        ASSERT_THAT(found, IsOk());
        ASSERT_TRUE(found->has_value());
        EXPECT_EQ(index.String(**found).value(), text);
        const std::vector<NameEntry> entries = EntriesOf(index, **found);
        ASSERT_EQ(entries.size(), std::string_view(text) == "a" ? 2u : 1u);
        EXPECT_EQ(entries[0].tag, DW_TAG_subprogram);
        EXPECT_EQ(entries[0].unit.place.offset, 0x10u);
        EXPECT_EQ(entries[0].parent_kind, NameParent::kNotIndexed);
      }
      EXPECT_FALSE(index.Find("MAIN")->has_value());
      EXPECT_FALSE(index.Find("mai")->has_value());
      // More than ASCII: all names are compared.
      EXPECT_FALSE(index.Find("\xc3\xa4")->has_value());
      // The second one, with nothing in it.
      const NameIndex& empty = *names.indexes()[1];
      EXPECT_EQ(empty.header().offset, index.header().end);
      EXPECT_EQ(empty.header().augmentation_string, "x");
      EXPECT_FALSE(empty.Find("main")->has_value());
    }
  });
}

// abbrev_table_size says where the table ends; what follows its 0 there may be
// more declarations, or anything.
TEST(NamesTest, AbbreviationsAfterAZero) {
  const auto read = [](Assembler& abbrevs) {
    ElfBuilder elf;
    DwarfBuilder dwarf(&elf, {.version = 5});
    dwarf.Section(".debug_info").Zeros(0x100);
    WriteIndex(
        dwarf,
        {.comp_units = {0},
         .names = {{"main", [](Assembler& out) { out.Uleb(1).U32(0x23); }}},
         .abbrevs = [&](Assembler& out) {
           TwoAbbrevs(out);
           out.Append(abbrevs);
         }});
    const DwarfFile file(dwarf);
    const DebugNames names(file.sections());
    EXPECT_TRUE(names.errors().empty());
    EXPECT_EQ(names.indexes().size(), 1u);
    const NameIndex& index = *names.indexes().at(0);
    EXPECT_EQ(EntriesOf(index, index.NameAt(1)).size(), 1u);
    return index.FindAbbrev(3) != nullptr;
  };
  Assembler more;
  more.Zeros(2).Uleb(3).Uleb(DW_TAG_variable);
  more.Uleb(DW_IDX_die_offset).Uleb(DW_FORM_ref4).U8(0).U8(0).U8(0);
  EXPECT_TRUE(read(more));
  Assembler junk;
  junk.Uleb(3).Uleb(0x12345678);
  EXPECT_FALSE(read(junk));
}

TEST(NamesTest, HashFoldsCase) {
  EXPECT_EQ(NameHash(""), 5381u);
  EXPECT_EQ(NameHash("a"), 177670u);
  EXPECT_EQ(NameHash("Foo::BAR"), NameHash("foo::bar"));
  EXPECT_EQ(NameHash("\xc3\xa4"), std::nullopt);
}

TEST(NamesTest, EveryKindOfUnit) {
  ElfBuilder elf;
  DwarfBuilder dwarf(&elf, {});
  dwarf.Section(".debug_info").Zeros(0x100);
  const auto entry = [](uint8_t compile_unit, uint64_t type_unit,
                        uint32_t parent) {
    return [=](Assembler& out) {
      out.Uleb(2).U8(compile_unit).Uleb(type_unit).U32(0x33).U32(parent);
      out.U64(0x1122334455667788).String("skipped");
    };
  };
  WriteIndex(dwarf, {.comp_units = {0, 0x40},
                     .local_type_units = {0x60, 0x80},
                     .foreign_type_units = {0xfedc},
                     .bucket_count = 0,
                     .names = {{"local", entry(0, 1, 0)},
                               {"foreign", entry(1, 2, 7)},
                               {"none", entry(1, 3, 7)}},
                     .abbrevs = TwoAbbrevs});
  const DwarfFile file(dwarf);
  const DebugNames names(file.sections());
  ASSERT_EQ(names.indexes().size(), 1u);
  const NameIndex& index = *names.indexes()[0];
  const uint64_t pool = index.header().entry_pool;
  EXPECT_EQ(index.UnitAt(NameUnitKind::kCompile, 1).place.offset, 0x40u);

  const std::vector<NameEntry> local = EntriesOf(index, index.NameAt(1));
  ASSERT_EQ(local.size(), 1u);
  EXPECT_EQ(local[0].unit.kind, NameUnitKind::kLocalType);
  EXPECT_EQ(local[0].unit.place.offset, 0x80u);
  EXPECT_EQ(local[0].die_offset, 0x33u);
  EXPECT_EQ(local[0].parent_kind, NameParent::kEntry);
  EXPECT_EQ(local[0].parent, pool);
  EXPECT_EQ(local[0].type_hash, 0x1122334455667788u);
  EXPECT_EQ(local[0].linkage, NameLinkage::kInternal);

  const std::vector<NameEntry> foreign = EntriesOf(index, index.NameAt(2));
  ASSERT_EQ(foreign.size(), 1u);
  EXPECT_EQ(foreign[0].unit.kind, NameUnitKind::kForeignType);
  EXPECT_EQ(foreign[0].unit.signature, 0xfedcu);
  EXPECT_EQ(foreign[0].parent, pool + 7);

  absl::Status status;
  EXPECT_TRUE(EntriesOf(index, index.NameAt(3), &status).empty());
  EXPECT_THAT(status, FailsWith(ErrorCode::kBadDwarf, "names a unit"));
}

// With several compile units an entry may leave open which one.
TEST(NamesTest, EntryWithoutUnit) {
  ElfBuilder elf;
  DwarfBuilder dwarf(&elf, {});
  WriteIndex(dwarf,
             {.comp_units = {0, 0x40},
              .names = {{"a", [](Assembler& out) { out.Uleb(1).U32(2); }}},
              .abbrevs = TwoAbbrevs});
  const DwarfFile file(dwarf);
  const DebugNames names(file.sections());
  const NameIndex& index = *names.indexes().at(0);
  const std::vector<NameEntry> entries = EntriesOf(index, index.NameAt(1));
  ASSERT_EQ(entries.size(), 1u);
  EXPECT_EQ(entries[0].unit.kind, NameUnitKind::kNone);
}

TEST(NamesTest, TypeUnitsInSectionsOfTheirOwn) {
  ElfBuilder elf;
  const uint32_t infos[] = {
      elf.Add({.name = ".debug_info", .contents = Zeros(32)}),
      elf.Add({.name = ".debug_info", .contents = Zeros(32)}),
      elf.Add({.name = ".debug_info", .contents = Zeros(32)})};
  Assembler out(kX86_64);
  out.Length(Format::kDwarf32, [&] {
    out.U16(5).U16(0).U32(1).U32(2).U32(0).U32(0).U32(0).U32(0).U32(0);
    for (const uint32_t info : infos) out.Offset(4, elf.SectionSymbol(info));
  });
  elf.Add(".debug_names", out);
  const DwarfFile file(elf);
  const DebugNames names(file.sections());
  const NameIndex& index = *names.indexes().at(0);
  EXPECT_EQ(index.UnitAt(NameUnitKind::kCompile, 0).place,
            (SectionPlace{infos[0], 0}));
  EXPECT_EQ(index.UnitAt(NameUnitKind::kLocalType, 0).place,
            (SectionPlace{infos[1], 0}));
  EXPECT_EQ(index.UnitAt(NameUnitKind::kLocalType, 1).place,
            (SectionPlace{infos[2], 0}));
}

TEST(NamesTest, BadRecordsSpoilTheirDataOnly) {
  ElfBuilder elf;
  DwarfBuilder dwarf(&elf, {});
  WriteIndex(dwarf,
             {.names = {{"a", [](Assembler& out) { out.Uleb(1).U32(2); }},
                        {"b", [](Assembler& out) { out.Uleb(1).U32(3); }}},
              .abbrevs = TwoAbbrevs});
  // A second record on the unit and one of an unknown type on the first name.
  dwarf.Finish();
  const uint32_t section = dwarf.SectionIndex(".debug_names");
  const uint64_t units = 4 + 4 + 7 * 4 + 8;
  elf.Reloc(section, {.offset = units, .type = 0xff});
  elf.Reloc(section, {.offset = units + 4 + 2 * 4 + 2 * 4, .type = 0xff});
  const DwarfFile file(elf);
  const DebugNames names(file.sections());
  const NameIndex& index = *names.indexes().at(0);
  EXPECT_TRUE(index.UnitAt(NameUnitKind::kCompile, 0).offset.is_bad());
  EXPECT_EQ(index.UnitAt(NameUnitKind::kCompile, 0).place.section, kNoSection);
  const absl::StatusOr<std::string_view> lost = index.String(index.NameAt(1));
  EXPECT_FALSE(lost.ok());
  EXPECT_EQ(GetDetail(lost.status()).section, section);
  EXPECT_EQ(EntriesOf(index, index.NameAt(1)).size(), 1u);
  const absl::StatusOr<std::string_view> kept = index.String(index.NameAt(2));
  ASSERT_THAT(kept, IsOk());
  EXPECT_TRUE(index.Find(*kept)->has_value());
}

TEST(NamesTest, BadIndexLeavesTheNext) {
  struct Case {
    uint64_t offset;  // in the index
    int width;
    uint64_t value;
    ErrorCode code;
    const char* text;
    size_t rest;  // indexes that can be read all the same
  };
  const Case cases[] = {
      {0, 4, 0xfffffff1, ErrorCode::kBadDwarf, "reserved initial length", 0},
      {0, 4, 0x1000, ErrorCode::kTruncated, "unit_length 4096 exceeds", 0},
      {4, 2, 4, ErrorCode::kUnsupported, "name index version 4", 1},
      {8, 4, 0xffffffff, ErrorCode::kBadDwarf, "what the header counts", 1},
      {12, 4, 0x1000, ErrorCode::kBadDwarf, "what the header counts", 1},
      {16, 4, 0xffffffff, ErrorCode::kBadDwarf, "what the header counts", 1},
      {20, 4, 0xffffffff, ErrorCode::kBadDwarf, "what the header counts", 1},
      {24, 4, 0xffffffff, ErrorCode::kBadDwarf, "what the header counts", 1},
      {28, 4, 0xffffffff, ErrorCode::kBadDwarf, "what the header counts", 1},
      {32, 4, 0xffffffff, ErrorCode::kTruncated, "ends inside", 1},
      // The tag of abbreviation 1: beyond 16 bits.
      {4 + 4 + 28 + 8 + 4 + 8 + 4 + 8 + 1, 4, 0x01ffffff, ErrorCode::kBadDwarf,
       "beyond 16 bits", 1},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.text);
    ElfBuilder elf;
    DwarfBuilder dwarf(&elf, {});
    for (int i = 0; i < 2; ++i) {
      WriteIndex(dwarf,
                 {.names = {{"a", [](Assembler& out) { out.Uleb(1).U32(2); }}},
                  .abbrevs = TwoAbbrevs});
    }
    dwarf.Finish();
    std::vector<uint8_t> image = elf.Build();
    const uint32_t section = dwarf.SectionIndex(".debug_names");
    Patch(image, elf.contents_offset(section) + c.offset, c.width, c.value);
    const DwarfFile file(image);
    const DebugNames names(file.sections());
    ASSERT_EQ(names.errors().size(), 1u);
    EXPECT_THAT(names.errors()[0], FailsWith(c.code, c.text));
    EXPECT_EQ(GetDetail(names.errors()[0]).section, section);
    EXPECT_EQ(names.indexes().size(), c.rest);
  }
}

TEST(NamesTest, BadEntries) {
  ElfBuilder elf;
  DwarfBuilder dwarf(&elf, {});
  WriteIndex(dwarf,
             {.bucket_count = 1,
              .names = {{"code", [](Assembler& out) { out.Uleb(77); }},
                        {"form", [](Assembler& out) { out.Uleb(3).U8(0); }},
                        {"end", [](Assembler& out) { out.Uleb(1).U8(1); }}},
              .abbrevs = [](Assembler& out) {
                out.Uleb(1).Uleb(DW_TAG_base_type);
                out.Uleb(DW_IDX_die_offset).Uleb(DW_FORM_ref4).U8(0).U8(0);
                out.Uleb(3).Uleb(DW_TAG_base_type);
                out.Uleb(DW_IDX_die_offset).Uleb(0x7f).U8(0).U8(0).U8(0);
              }});
  dwarf.Finish();
  std::vector<uint8_t> image = elf.Build();
  const uint32_t section = dwarf.SectionIndex(".debug_names");
  const DwarfFile file(image);
  const DebugNames names(file.sections());
  const NameIndex& index = *names.indexes().at(0);
  const std::pair<const char*, const char*> cases[] = {
      {"code", "no abbreviation 77"},
      {"form", "unknown form 0x7f of DW_IDX_die_offset"},
      {"end", "ends inside"}};
  for (const auto& [name, text] : cases) {
    absl::Status status;
    EXPECT_TRUE(EntriesOf(index, **index.Find(name), &status).empty());
    EXPECT_FALSE(status.ok());
    EXPECT_NE(std::string(status.message()).find(text), std::string::npos)
        << status.message();
    EXPECT_EQ(GetDetail(status).section, section);
  }
  // Entries that are not in the pool.
  for (const uint64_t offset : {uint64_t{0}, index.header().end, UINT64_MAX}) {
    NameEntryReader reader(index, offset);
    NameEntry entry;
    EXPECT_FALSE(reader.Next(&entry));
    EXPECT_THAT(reader.status(), FailsWith(ErrorCode::kBadDwarf, "entry pool"));
  }
  // A bucket that begins behind the last name.
  Patch(image, elf.contents_offset(section) + index.header().buckets, 4, 9);
  const DwarfFile bad(image);
  const DebugNames bad_names(bad.sections());
  EXPECT_THAT(bad_names.indexes().at(0)->Find("code"),
              FailsWith(ErrorCode::kBadDwarf, "begins with name 9 of 3"));
}

TEST(NamesTest, CutAtEveryByte) {
  for (const bool has_length : {false, true}) {
    ElfBuilder elf;
    DwarfBuilder dwarf(&elf, {});
    WriteIndex(dwarf,
               {.names = {{"a", [](Assembler& out) { out.Uleb(1).U32(2); }},
                          {"b", [](Assembler& out) { out.Uleb(1).U32(3); }}},
                .abbrevs = TwoAbbrevs});
    dwarf.Finish();
    const std::vector<uint8_t> image = elf.Build();
    const uint32_t index = dwarf.SectionIndex(".debug_names");
    const uint64_t size = dwarf.Section(".debug_names").offset();
    for (uint64_t cut = 1; cut < size; ++cut) {
      std::vector<uint8_t> bad = CutSection(elf, image, index, cut);
      if (has_length && cut >= 4) {
        Patch(bad, elf.contents_offset(index), 4, cut - 4);
      }
      const DwarfFile file(bad);
      const DebugNames names(file.sections());
      EXPECT_LE(names.indexes().size() + names.errors().size(), 1u) << cut;
      for (const auto& each : names.indexes()) {
        for (uint32_t i = 1; i <= each->header().name_count; ++i) {
          absl::Status status;
          EXPECT_LE(EntriesOf(*each, each->NameAt(i), &status).size(), 1u);
        }
      }
    }
  }
}

}  // namespace
}  // namespace dwreloc::internal
