// audit/owners: which field consumed each record, by name, and what it
// belongs to.

#include "audit/owners.h"

#include <gtest/gtest.h>

#include <array>
#include <cstddef>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "dwarf/constants.h"
#include "support/dwarf_file.h"
#include "support/frame_builder.h"
#include "support/module_file.h"

namespace dwreloc::internal {
namespace {

constexpr Encoding kDwarf5 = {
    .address_size = 8, .format = Format::kDwarf32, .version = 5};
constexpr Encoding kDwarf4 = {
    .address_size = 8, .format = Format::kDwarf32, .version = 4};

struct Found {
  Record record;
  Owners::Found owner;
};

void ExpectSame(const Owners::Found& one, const Owners::Found& other) {
  EXPECT_EQ(one.uses, other.uses);
  EXPECT_STREQ(one.owner.field, other.owner.field);
  EXPECT_EQ(one.owner.unit, other.owner.unit);
  EXPECT_EQ(one.owner.die, other.owner.die);
  EXPECT_EQ(one.owner.list, other.owner.list);
  EXPECT_EQ(one.owner.section, other.owner.section);
  EXPECT_EQ(one.owner.attribute, other.owner.attribute);
}

// What a visit of all records tells of those of a section, in its order.
std::vector<Found> VisitedIn(ModuleFile& file, uint32_t section) {
  std::vector<Found> visited;
  const auto visit = [&](const Record& record, const Owners::Found& owner) {
    if (record.section == section) visited.push_back({record, owner});
    return true;
  };
  EXPECT_THAT(Owners::Visit(file.module(), {}, visit), IsOk());
  return visited;
}

// The records of a section with their owners, by r_offset.  A visit, a read for
// that section alone, or for one record, finds the same owners.
std::map<uint64_t, Found> OwnersOf(ModuleFile& file, std::string_view name) {
  const uint32_t section = file.Find(name);
  const Owners owners = Owners::Find(file.module(), {});
  const Owners own = Owners::Find(file.module(), {.section = section});
  const std::vector<Found> visited = VisitedIn(file, section);
  RecordReader reader(file.module(), section, 0, kNoOffset);
  std::map<uint64_t, Found> all;
  size_t count = 0;
  Record record;
  while (reader.Next(&record)) {
    if (count < visited.size()) {
      EXPECT_EQ(visited[count].record.index, record.index);
      ExpectSame(visited[count].owner, owners.Of(record));
    }
    ++count;
    all[record.raw.offset] = {record, owners.Of(record)};
    ExpectSame(own.Of(record), owners.Of(record));
    const uint64_t offset = record.raw.offset;
    const Owners one = Owners::Find(
        file.module(), {.section = section, .from = offset, .to = offset + 1});
    ExpectSame(one.Of(record), owners.Of(record));
  }
  EXPECT_EQ(visited.size(), count);
  EXPECT_THAT(reader.status(), IsOk());
  return all;
}

// Their fields alone, in the order of r_offset; "-" for no owner.
std::vector<std::string> FieldsOf(ModuleFile& file, std::string_view name) {
  std::vector<std::string> fields;
  for (const auto& [offset, found] : OwnersOf(file, name)) {
    const char* field = found.owner.owner.field;
    fields.emplace_back(field == nullptr ? "-" : field);
    EXPECT_EQ(found.owner.uses, field == nullptr ? 0u : 1u) << offset;
  }
  return fields;
}

struct Sample {
  explicit Sample(Encoding encoding = kDwarf5, const Target& target = kX86_64)
      : elf(target), dwarf(&elf, encoding) {}
  uint32_t text_symbol() { return elf.SectionSymbol(text); }

  ElfBuilder elf;
  DwarfBuilder dwarf;
  const uint32_t text =
      elf.Add({.name = ".text", .flags = SHF_ALLOC, .contents = Zeros(64)});
};

TEST(OwnersTest, UnitHeaderAndEveryRelocatableForm) {
  Sample sample;
  const uint32_t text = sample.text_symbol();
  sample.dwarf.Section(".debug_line").Zeros(4);
  sample.dwarf
      .Abbrev(1, DW_TAG_compile_unit, true,
              {{DW_AT_producer, DW_FORM_strp},
               {DW_AT_comp_dir, DW_FORM_line_strp},
               {DW_AT_low_pc, DW_FORM_addr},
               {DW_AT_high_pc, DW_FORM_data8},
               {DW_AT_macros, DW_FORM_sec_offset}})
      .Abbrev(2, DW_TAG_variable, false,
              {{DW_AT_type, DW_FORM_ref_addr},
               {DW_AT_const_value, DW_FORM_data4},
               {DW_AT_decl_line, DW_FORM_data1}})
      .EndAbbrevs();
  const uint64_t unit = sample.dwarf.Unit({}, [&](DieWriter& die) {
    die.Die(1).Strp("producer").LineStrp("/src").Addr(text, 0);
    die.DataReloc(8, text, 8).SecOffset(".debug_str", 0);
    die.Die(2).RefAddr(12).DataReloc(4, text, 0).Data1(1).End();
  });
  ModuleFile file(sample.dwarf);
  EXPECT_EQ(FieldsOf(file, ".debug_info"),
            (std::vector<std::string>{"debug_abbrev_offset", "DW_FORM_strp",
                                      "DW_FORM_line_strp", "DW_FORM_addr",
                                      "DW_FORM_data8", "DW_FORM_sec_offset",
                                      "DW_FORM_ref_addr", "DW_FORM_data4"}));
  const std::map<uint64_t, Found> owners = OwnersOf(file, ".debug_info");
  const Owner& header = owners.begin()->second.owner.owner;
  EXPECT_EQ(header.unit, unit);
  EXPECT_EQ(header.die, kNoOffset);
  EXPECT_EQ(header.attribute, 0);
  EXPECT_EQ(header.section, file.Find(".debug_info"));
  const Owner& producer = std::next(owners.begin())->second.owner.owner;
  EXPECT_EQ(producer.unit, unit);
  EXPECT_EQ(producer.die, file.root().offset);
  EXPECT_EQ(producer.attribute, DW_AT_producer);
  EXPECT_EQ(producer.list, kNoOffset);
  const Owner& last = owners.rbegin()->second.owner.owner;
  EXPECT_EQ(last.die, file.child().offset);
  EXPECT_EQ(last.attribute, DW_AT_const_value);
}

// What a listener can rely on that must not miss a record.
TEST(FullReadTest, TellsTheDatumOfEachRecordOnce) {
  Sample sample;
  const uint32_t text = sample.text_symbol();
  sample.dwarf
      .Abbrev(1, DW_TAG_compile_unit, true,
              {{DW_AT_producer, DW_FORM_strp}, {DW_AT_low_pc, DW_FORM_addr}})
      .Abbrev(2, DW_TAG_variable, false, {{DW_AT_location, DW_FORM_exprloc}})
      .EndAbbrevs();
  for (int i = 0; i < 2; ++i) {
    sample.dwarf.Unit({}, [&](DieWriter& die) {
      die.Die(1).Strp("producer").Addr(text, 0);
      for (int j = 0; j < 2; ++j) {
        die.Die(2).Exprloc(
            [&](Assembler& out) { out.U8(DW_OP_addr).Address(text, 8); });
      }
      die.End();
    });
  }
  ModuleFile file(sample.dwarf);
  class Listener final : public ReadListener {
   public:
    void OnDatum(const RelocatedDatum& datum, const Owner& owner) override {
      EXPECT_STREQ(owner.field, datum.field);
      ++told[{datum.section, datum.offset}];
    }
    std::map<std::pair<uint32_t, uint64_t>, int> told;
  } listener;
  FullReader(file.module(), listener).Run();
  size_t records = 0;
  for (const DebugSection& section : file.module().file().debug_sections()) {
    RecordReader reader(file.module(), section.index, 0, kNoOffset);
    Record record;
    while (reader.Next(&record)) {
      const std::pair place(section.index, record.raw.offset);
      EXPECT_EQ(listener.told[place], 1) << record.raw.offset;
      ++records;
    }
  }
  EXPECT_EQ(records, 10u);
  EXPECT_EQ(listener.told.size(), records);
}

// What the attributes of DIEs tell of records, for whoever walks with an
// observer and for whoever does a full read.
struct HeardDatum {
  uint64_t die;
  uint16_t attribute;
  std::string field;
  uint64_t offset;
  int width;
  bool operator==(const HeardDatum&) const = default;
};

struct Heard {
  std::vector<HeardDatum> data;
  std::vector<uint16_t> attributes;
  std::vector<std::string> errors;
  bool operator==(const Heard&) const = default;
};

Heard HearWalk(const Unit& unit) {
  struct Observer final : public RelocObserver {
    void OnRelocated(const RelocatedDatum& datum) override {
      told.push_back({die.offset, attribute,
                      datum.field == nullptr ? "-" : datum.field, datum.offset,
                      datum.width});
    }
    Die die;
    uint16_t attribute = 0;
    std::vector<HeardDatum> told;
  } observer;
  Heard heard;
  absl::StatusOr<DieWalk> walk = DieWalk::OfUnit(unit);
  if (!walk.ok()) return heard;
  walk->set_observer(&observer);
  uint32_t depth = 0;
  const auto begin = [&](const AttributeSpec& spec) {
    observer.attribute = spec.name;
  };
  const auto visit = [&](const Attribute& attribute) {
    heard.attributes.push_back(attribute.name);
  };
  while (walk->NextObserved(&observer.die, &depth, begin, visit) ||
         !walk->ok()) {
    if (!walk->ok()) heard.errors.emplace_back(walk->status().message());
  }
  heard.data = std::move(observer.told);
  return heard;
}

Heard HearFullRead(ModuleFile& file, bool hears_attributes) {
  class Listener final : public ReadListener {
   public:
    explicit Listener(bool hears_attributes) : hears_(hears_attributes) {}
    void OnDatum(const RelocatedDatum& datum, const Owner& owner) override {
      if (owner.die == kNoOffset) return;  // of a header
      heard.data.push_back(
          {owner.die, owner.attribute, owner.field, datum.offset, datum.width});
    }
    void OnError(const absl::Status& error) override {
      heard.errors.emplace_back(error.message());
    }
    void OnAttribute(const Attribute& attribute) override {
      if (hears_) heard.attributes.push_back(attribute.name);
    }
    bool HearsAttributes() const override { return hears_; }
    Heard heard;

   private:
    const bool hears_;
  } listener(hears_attributes);
  FullReader(file.module(), listener, {.section = file.Find(".debug_info")})
      .Run();
  return listener.heard;
}

TEST(FullReadTest, TellsOfDiesWhatAnObservedWalkTells) {
  ForEachEncoding([](const Target& target, Encoding encoding) {
    constexpr uint64_t kSparseCode = 500;
    constexpr uint64_t kUnknownCode = 77;
    Sample sample(encoding, target);
    DwarfBuilder& dwarf = sample.dwarf;
    const uint32_t text = sample.text_symbol();
    dwarf.Abbrev(1, DW_TAG_compile_unit, true, {})
        .Abbrev(2, DW_TAG_variable, false,
                {{DW_AT_name, DW_FORM_strp},
                 {DW_AT_low_pc, DW_FORM_addr},
                 {DW_AT_decl_line, DW_FORM_data2},
                 {DW_AT_decl_file, DW_FORM_data1},
                 {DW_AT_const_value, DW_FORM_data4}})
        .Abbrev(3, DW_TAG_variable, false,
                {{DW_AT_low_pc, DW_FORM_LLVM_addrx_offset},
                 {DW_AT_decl_line, DW_FORM_udata}})
        .Abbrev(4, DW_TAG_variable, false,
                {{DW_AT_low_pc, DW_FORM_indirect},
                 {DW_AT_const_value, DW_FORM_block1},
                 {DW_AT_name, DW_FORM_string}})
        .Abbrev(kSparseCode, DW_TAG_variable, false,
                {{DW_AT_name, DW_FORM_strp}, {DW_AT_low_pc, DW_FORM_addr}})
        .EndAbbrevs();
    dwarf.Unit({}, [&](DieWriter& die) {
      die.Die(1);
      for (int i = 0; i < 70; ++i) {
        die.Die(2).Strp("plain").Addr(text, i).Data2(1).Data1(2);
        die.DataReloc(4, text, i);
        if (i % 20 == 3) {
          die.Die(3).Udata(1).DataReloc(4, text, 0).Udata(5);
        } else if (i % 20 == 7) {
          die.Die(4).Udata(DW_FORM_addr).Addr(text, 4);
          die.Block(1, [&](Assembler& out) { out.Offset(4, text, 0); });
          die.String("indirect");
        } else if (i % 20 == 11) {
          die.Die(kSparseCode).Strp("sparse").Addr(text, 8);
        }
      }
      die.Die(kUnknownCode);
    });
    ModuleFile file(dwarf);
    Heard expected = HearWalk(file->info().units().at(0));
    EXPECT_GT(expected.data.size(), 70u * 2);
    EXPECT_EQ(expected.errors.size(), 1u);
    EXPECT_EQ(HearFullRead(file, true), expected);
    expected.attributes.clear();
    EXPECT_EQ(HearFullRead(file, false), expected);
  });
}

TEST(OwnersTest, FieldsOfCallFrames) {
  ElfBuilder elf(kX86_64);
  const uint32_t text = elf.SectionSymbol(
      elf.Add({.name = ".text", .flags = SHF_ALLOC, .contents = Zeros(64)}));
  FrameBuilder unwind(&elf, ".eh_frame");
  const uint64_t cie = unwind.Cie(
      {.augmentation = "zPLR", .augmentation_data = [&](Assembler& a) {
         a.U8(DW_EH_PE_pcrel | DW_EH_PE_sdata4);
         a.Reloc(4, R_X86_64_PC32, text, 0);
         a.U8(DW_EH_PE_absptr).U8(DW_EH_PE_pcrel | DW_EH_PE_sdata4);
       }});
  const uint64_t fde = unwind.Fde(cie, [&](Assembler& a) {
    a.Reloc(4, R_X86_64_PC32, text, 0).U32(8);
    a.Block([&](Assembler& data) { data.Address(text, 4); });
    a.U8(DW_CFA_advance_loc4).Reloc(4, R_X86_64_32, 0, 4);
    a.U8(DW_CFA_expression).Uleb(3).Block([&](Assembler& expression) {
      expression.U8(DW_OP_addr).Address(text, 8);
    });
    a.U8(DW_CFA_set_loc).Reloc(4, R_X86_64_PC32, text, 8);
  });
  // Another CIE between them: that of the FDE is read again, and owned once.
  unwind.Cie({});
  unwind.Fde(cie, [&](Assembler& a) {
    a.Reloc(4, R_X86_64_PC32, text, 16).U32(8).Uleb(0);
  });
  unwind.Finish();
  FrameBuilder frames(&elf, ".debug_frame");
  const uint64_t plain = frames.Cie({});
  frames.Fde(plain, [&](Assembler& a) { a.Address(text, 0).Address(text, 8); });
  frames.Finish();
  ModuleFile file(elf);
  EXPECT_EQ(FieldsOf(file, ".eh_frame"),
            (std::vector<std::string>{"personality routine", "initial_location",
                                      "LSDA pointer", "DW_CFA_advance_loc4",
                                      "DW_OP_addr", "DW_CFA_set_loc",
                                      "initial_location"}));
  EXPECT_EQ(FieldsOf(file, ".debug_frame"),
            (std::vector<std::string>{"CIE_pointer", "initial_location",
                                      "address_range"}));
  const std::map<uint64_t, Found> owners = OwnersOf(file, ".eh_frame");
  EXPECT_EQ(owners.begin()->second.owner.owner.list, cie);
  EXPECT_EQ(std::next(owners.begin())->second.owner.owner.list, fde);
  EXPECT_EQ(owners.begin()->second.owner.owner.unit, kNoOffset);
}

TEST(OwnersTest, OperationsOfAnExpression) {
  Sample sample;
  const uint32_t text = sample.text_symbol();
  sample.dwarf
      .Abbrev(1, DW_TAG_variable, false, {{DW_AT_location, DW_FORM_exprloc}})
      .EndAbbrevs();
  sample.dwarf.Unit({}, [&](DieWriter& die) {
    die.Die(1).Exprloc([&](Assembler& out) {
      out.U8(DW_OP_addr).Address(text, 0);
      out.U8(DW_OP_const4u).Offset(4, text, 0);
      out.U8(DW_OP_const8u).Offset(8, text, 0);
      out.U8(DW_OP_implicit_pointer).Offset(4, text, 0).Sleb(0);
      out.U8(DW_OP_call_ref).Offset(4, text, 0);
      // An expression in an expression.
      out.U8(DW_OP_entry_value).Block([&](Assembler& inner) {
        inner.U8(DW_OP_const8s).Offset(8, text, 4);
      });
    });
  });
  ModuleFile file(sample.dwarf);
  EXPECT_EQ(
      FieldsOf(file, ".debug_info"),
      (std::vector<std::string>{
          "debug_abbrev_offset", "DW_OP_addr", "DW_OP_const4u", "DW_OP_const8u",
          "DW_OP_implicit_pointer", "DW_OP_call_ref", "DW_OP_const8s"}));
  for (const auto& [offset, found] : OwnersOf(file, ".debug_info")) {
    if (offset < 12) continue;  // the header's
    EXPECT_EQ(found.owner.owner.attribute, DW_AT_location) << offset;
    EXPECT_EQ(found.owner.owner.die, file.root().offset) << offset;
  }
}

TEST(OwnersTest, ListsOfDwarf5) {
  Sample sample;
  const uint32_t text = sample.text_symbol();
  const uint64_t ranges = sample.dwarf.Lists(
      ".debug_rnglists", {[&](Assembler& out) {
        out.U8(DW_RLE_base_address).Address(text, 0);
        out.U8(DW_RLE_offset_pair).Uleb(1).Uleb(2);
        out.U8(DW_RLE_start_end).Address(text, 4).Address(text, 8);
        out.U8(DW_RLE_end_of_list);
      }},
      false);
  const uint64_t locations =
      sample.dwarf.Lists(".debug_loclists", {[&](Assembler& out) {
                           out.U8(DW_LLE_start_length).Address(text, 0).Uleb(4);
                           out.Block([&](Assembler& expression) {
                             expression.U8(DW_OP_addr).Address(text, 0x20);
                           });
                           out.U8(DW_LLE_end_of_list);
                         }},
                         false);
  sample.dwarf
      .Abbrev(1, DW_TAG_variable, false,
              {{DW_AT_ranges, DW_FORM_sec_offset},
               {DW_AT_location, DW_FORM_sec_offset}})
      .EndAbbrevs();
  sample.dwarf.Unit({}, [&](DieWriter& die) {
    die.Die(1).SecOffset(".debug_rnglists", ranges);
    die.SecOffset(".debug_loclists", locations);
  });
  ModuleFile file(sample.dwarf);
  EXPECT_EQ(FieldsOf(file, ".debug_rnglists"),
            (std::vector<std::string>{"range list entry", "range list entry",
                                      "range list entry"}));
  EXPECT_EQ(FieldsOf(file, ".debug_loclists"),
            (std::vector<std::string>{"location list entry", "DW_OP_addr"}));
  for (const auto& [offset, found] : OwnersOf(file, ".debug_loclists")) {
    EXPECT_EQ(found.owner.owner.list, locations) << offset;
    EXPECT_EQ(found.owner.owner.attribute, DW_AT_location) << offset;
    EXPECT_EQ(found.owner.owner.die, file.root().offset) << offset;
    EXPECT_EQ(found.owner.owner.section, file.Find(".debug_info")) << offset;
  }
}

TEST(OwnersTest, ListsOfDwarf4SharedByTwoDies) {
  Sample sample(kDwarf4);
  const uint32_t text = sample.text_symbol();
  Assembler& ranges = sample.dwarf.Section(".debug_ranges");
  ranges.Address(text, 0).Address(text, 8).U64(0).U64(0);
  Assembler& locations = sample.dwarf.Section(".debug_loc");
  locations.Address(text, 0).Address(text, 8);
  locations.U16(9).U8(DW_OP_addr).Address(text, 0x10).U64(0).U64(0);
  sample.dwarf.Abbrev(1, DW_TAG_compile_unit, true, {})
      .Abbrev(2, DW_TAG_variable, false,
              {{DW_AT_ranges, DW_FORM_sec_offset},
               {DW_AT_location, DW_FORM_sec_offset}})
      .EndAbbrevs();
  sample.dwarf.Unit({}, [&](DieWriter& die) {
    die.Die(1);
    for (int i = 0; i < 2; ++i) {
      die.Die(2).SecOffset(".debug_ranges", 0).SecOffset(".debug_loc", 0);
    }
    die.End();
  });
  ModuleFile file(sample.dwarf);
  // FieldsOf also checks that each was consumed once.
  EXPECT_EQ(FieldsOf(file, ".debug_ranges"),
            (std::vector<std::string>{"range list entry", "range list entry"}));
  EXPECT_EQ(FieldsOf(file, ".debug_loc"),
            (std::vector<std::string>{"location list entry",
                                      "location list entry", "DW_OP_addr"}));
  EXPECT_EQ(OwnersOf(file, ".debug_loc").begin()->second.owner.owner.die,
            file.child().offset)
      << "the first of the two";
}

// GNU DebugFission: the .dwo file refers to lists from the skeleton's base on.
TEST(OwnersTest, ListsOfTwoSkeletons) {
  Sample sample(kDwarf4);
  const uint32_t text = sample.text_symbol();
  Assembler& ranges = sample.dwarf.Section(".debug_ranges");
  // Nobody's; one of the first skeleton's split unit, its own, another of the
  // split unit's; one of the second one's.
  for (int list = 0; list < 5; ++list) {
    ranges.Address(text, list).U64(8).U64(0).U64(0);
  }
  constexpr uint64_t kListSize = 32;
  sample.dwarf
      .Abbrev(1, DW_TAG_compile_unit, false,
              {{DW_AT_ranges, DW_FORM_sec_offset},
               {DW_AT_GNU_dwo_id, DW_FORM_data8},
               {DW_AT_GNU_ranges_base, DW_FORM_sec_offset}})
      .Abbrev(2, DW_TAG_compile_unit, false,
              {{DW_AT_GNU_dwo_id, DW_FORM_data8},
               {DW_AT_GNU_ranges_base, DW_FORM_sec_offset}})
      .EndAbbrevs();
  sample.dwarf.Unit({}, [&](DieWriter& die) {
    die.Die(2).Data8(2).SecOffset(".debug_ranges", 4 * kListSize);
  });
  sample.dwarf.Unit({}, [&](DieWriter& die) {
    die.Die(1).SecOffset(".debug_ranges", 2 * kListSize).Data8(1);
    die.SecOffset(".debug_ranges", kListSize);
  });
  ModuleFile file(sample.dwarf);
  // FieldsOf also checks that each was consumed once.
  EXPECT_EQ(
      FieldsOf(file, ".debug_ranges"),
      (std::vector<std::string>{"-", "range list entry", "range list entry",
                                "range list entry", "range list entry"}));
  const std::map<uint64_t, Found> owners = OwnersOf(file, ".debug_ranges");
  const uint64_t second = file.module().info().units()[0].offset();
  const uint64_t first = file.module().info().units()[1].offset();
  const auto expect = [&](int list, uint64_t unit, uint16_t attribute) {
    const uint64_t offset = static_cast<uint64_t>(list) * kListSize;
    const Owner& owner = owners.at(offset).owner.owner;
    EXPECT_EQ(owner.unit, unit) << list;
    EXPECT_EQ(owner.attribute, attribute) << list;
    EXPECT_EQ(owner.list, offset) << list;
  };
  expect(1, first, DW_AT_GNU_ranges_base);
  expect(2, first, DW_AT_ranges);
  expect(3, first, DW_AT_GNU_ranges_base);
  expect(4, second, DW_AT_GNU_ranges_base);
}

TEST(OwnersTest, LineHeaderAndProgram) {
  Sample sample;
  const uint64_t program = sample.dwarf.LineProgram(
      {.path_form = DW_FORM_line_strp}, [&](LineWriter& line) {
        line.SetAddress(sample.text_symbol(), 0).Copy().EndSequence();
        line.SetAddress(sample.text_symbol(), 8).Copy().EndSequence();
      });
  sample.dwarf
      .Abbrev(1, DW_TAG_compile_unit, false,
              {{DW_AT_stmt_list, DW_FORM_sec_offset}})
      .EndAbbrevs();
  // Two units of one table, as type units have it.
  for (int i = 0; i < 2; ++i) {
    sample.dwarf.Unit({}, [&](DieWriter& die) {
      die.Die(1).SecOffset(".debug_line", program);
    });
  }
  ModuleFile file(sample.dwarf);
  EXPECT_EQ(
      FieldsOf(file, ".debug_line"),
      (std::vector<std::string>{"file_names entry", "file_names entry",
                                "DW_LNE_set_address", "DW_LNE_set_address"}));
  EXPECT_EQ(OwnersOf(file, ".debug_line").begin()->second.owner.owner.list,
            program);
}

TEST(OwnersTest, AddressAndStringTables) {
  Sample sample;
  const uint64_t addr = sample.dwarf.AddrTable(
      {{sample.text_symbol(), 0}, {sample.text_symbol(), 8}});
  const uint64_t offsets = sample.dwarf.StrOffsets({"one", "two", "three"});
  sample.dwarf
      .Abbrev(1, DW_TAG_compile_unit, false,
              {{DW_AT_addr_base, DW_FORM_sec_offset},
               {DW_AT_str_offsets_base, DW_FORM_sec_offset},
               {DW_AT_name, DW_FORM_strx},
               {DW_AT_low_pc, DW_FORM_addrx}})
      .EndAbbrevs();
  sample.dwarf.Unit({}, [&](DieWriter& die) {
    die.Die(1).SecOffset(".debug_addr", addr);
    die.SecOffset(".debug_str_offsets", offsets).Index(1).Index(0);
  });
  ModuleFile file(sample.dwarf);
  EXPECT_EQ(FieldsOf(file, ".debug_addr"),
            std::vector<std::string>(2, "debug_addr entry"));
  EXPECT_EQ(FieldsOf(file, ".debug_str_offsets"),
            std::vector<std::string>(3, "debug_str_offsets entry"));
}

TEST(OwnersTest, RecordThatNoFieldConsumes) {
  Sample sample;
  sample.dwarf
      .Abbrev(1, DW_TAG_compile_unit, false,
              {{DW_AT_const_value, DW_FORM_block1}})
      .EndAbbrevs();
  sample.dwarf.Unit({}, [&](DieWriter& die) {
    // Bytes without meaning to a reader.
    die.Die(1).Block(
        1, [&](Assembler& out) { out.Offset(4, sample.text_symbol(), 0); });
  });
  sample.dwarf.Section(".debug_ranges").Address(sample.text_symbol(), 0);
  ModuleFile file(sample.dwarf);
  EXPECT_EQ(FieldsOf(file, ".debug_info"),
            (std::vector<std::string>{"debug_abbrev_offset", "-"}));
  EXPECT_EQ(FieldsOf(file, ".debug_ranges"), std::vector<std::string>{"-"});
  const Owners::Found none =
      OwnersOf(file, ".debug_ranges").begin()->second.owner;
  EXPECT_EQ(none.owner.unit, kNoOffset);
  EXPECT_EQ(none.owner.die, kNoOffset);
  EXPECT_EQ(none.owner.list, kNoOffset);
  EXPECT_EQ(none.owner.section, kNoSection);
}

// DIEs are read many at a time: what is odd about one changes nothing for the
// others.
TEST(OwnersTest, OddDiesAmongMany) {
  constexpr int kDies = 100;
  constexpr int kManyAttributes = 300;
  Sample sample;
  const uint32_t text = sample.text_symbol();
  sample.dwarf.Abbrev(1, DW_TAG_compile_unit, true, {})
      .Abbrev(2, DW_TAG_variable, false,
              {{DW_AT_name, DW_FORM_strp},
               {DW_AT_location, DW_FORM_exprloc},
               {DW_AT_low_pc, DW_FORM_addr}})
      .Abbrev(3, DW_TAG_variable, false,
              {{DW_AT_name, DW_FORM_strp},
               {DW_AT_const_value, DW_FORM_block1},
               {DW_AT_decl_line, DW_FORM_data2}});
  Assembler& many = sample.dwarf.Section(".debug_abbrev");
  many.Uleb(4).Uleb(DW_TAG_variable).U8(0);
  for (int i = 1; i < kManyAttributes; ++i) {
    many.Uleb(DW_AT_decl_line).Uleb(DW_FORM_data1);
  }
  many.Uleb(DW_AT_name).Uleb(DW_FORM_strp).Uleb(0).Uleb(0);
  sample.dwarf.EndAbbrevs();
  std::vector<std::string> fields = {"debug_abbrev_offset"};
  sample.dwarf.Unit({}, [&](DieWriter& die) {
    die.Die(1);
    for (int i = 0; i < kDies; ++i) {
      die.Die(2).Strp("plain");
      die.Exprloc([&](Assembler& out) { out.U8(DW_OP_addr).Address(text, 0); });
      die.Addr(text, 0);
      fields.insert(fields.end(),
                    {"DW_FORM_strp", "DW_OP_addr", "DW_FORM_addr"});
      if (i == 40) {
        die.Die(3).Strp("with a record in bytes without meaning");
        die.Block(1, [&](Assembler& out) { out.Offset(4, text, 0); });
        die.Data2(1);
        fields.insert(fields.end(), {"DW_FORM_strp", "-"});
      } else if (i == 60) {
        die.Die(4);
        for (int j = 1; j < kManyAttributes; ++j) die.Data1(j & 0xff);
        die.Strp("last of many");
        fields.emplace_back("DW_FORM_strp");
      }
    }
    die.End();
  });
  ModuleFile file(sample.dwarf);
  EXPECT_EQ(FieldsOf(file, ".debug_info"), fields);
}

// A list that begins in the middle of another one's entry: both read the
// records there, which no producer means.
TEST(OwnersTest, RecordThatTwoFieldsConsume) {
  Sample sample(kDwarf4);
  const uint32_t text = sample.text_symbol();
  Assembler& ranges = sample.dwarf.Section(".debug_ranges");
  ranges.Address(text, 0).Address(text, 8);
  ranges.Address(text, 0x10).Address(text, 0x18).Zeros(48);
  sample.dwarf.Abbrev(1, DW_TAG_compile_unit, true, {})
      .Abbrev(2, DW_TAG_lexical_block, false,
              {{DW_AT_ranges, DW_FORM_sec_offset}})
      .EndAbbrevs();
  sample.dwarf.Unit({}, [](DieWriter& die) {
    die.Die(1);
    for (const uint64_t list : {0, 8}) {
      die.Die(2).SecOffset(".debug_ranges", list);
    }
    die.End();
  });
  ModuleFile file(sample.dwarf);
  std::map<uint64_t, uint32_t> uses;
  for (const auto& [offset, found] : OwnersOf(file, ".debug_ranges")) {
    uses[offset] = found.owner.uses;
    EXPECT_EQ(found.owner.owner.list, 0u) << "the first to consume " << offset;
  }
  EXPECT_EQ(uses,
            (std::map<uint64_t, uint32_t>{{0, 1}, {8, 2}, {16, 2}, {24, 2}}));
}

// A ULEB128 number whose records are those of a difference (RISC-V) may have
// more bytes than any other datum.
TEST(OwnersTest, RecordFarIntoAWideNumber) {
  constexpr uint32_t kAdd8 = 33;
  constexpr uint32_t kSetUleb128 = 60;
  constexpr uint32_t kSubUleb128 = 61;
  constexpr int kBytes = 12;
  constexpr int kAt = 9;
  Sample sample(kDwarf5, kRiscv64);
  const uint32_t text = sample.text_symbol();
  sample.dwarf
      .Abbrev(1, DW_TAG_compile_unit, false, {{DW_AT_high_pc, DW_FORM_udata}})
      .EndAbbrevs();
  sample.dwarf.Unit({}, [&](DieWriter& die) {
    Assembler& out = die.Die(1).out();
    out.Reloc(0, kSetUleb128, text, 8).Reloc(0, kSubUleb128, text, 0);
    for (int i = 0; i < kBytes; ++i) {
      if (i == kAt) out.Reloc(0, kAdd8, text, 0);
      out.U8(i + 1 < kBytes ? 0x80 : 0);
    }
  });
  ModuleFile file(sample.dwarf);
  const std::map<uint64_t, Found> owners = OwnersOf(file, ".debug_info");
  EXPECT_EQ(owners.size(), 3u);  // that of the header, at the number, inside
  for (const auto& [offset, found] : owners) {
    EXPECT_EQ(found.owner.uses, 1u) << offset;
  }
}

// Units of one address each.
struct AddressUnits : Sample {
  AddressUnits() {
    dwarf.Abbrev(1, DW_TAG_compile_unit, false, {{DW_AT_low_pc, DW_FORM_addr}})
        .EndAbbrevs();
  }
  // Returns where the unit begins.
  uint64_t Add() {
    return dwarf.Unit({},
                      [&](DieWriter& die) { die.Die(1).Addr(text_symbol()); });
  }
};

TEST(OwnersTest, OneSectionAlone) {
  AddressUnits sample;
  sample.Add();
  ModuleFile file(sample.dwarf);
  const std::map<uint64_t, Found> owners = OwnersOf(file, ".debug_info");
  ASSERT_EQ(owners.size(), 2u);
  EXPECT_STREQ(owners.rbegin()->second.owner.owner.field, "DW_FORM_addr");
  EXPECT_EQ(owners.rbegin()->second.owner.uses, 1u);
}

struct ThreeUnits : AddressUnits {
  const std::array<uint64_t, 3> units = {Add(), Add(), Add()};
};

// Of all sections, or of one: no record before or after.
TEST(OwnersTest, RecordsOfARangeAlone) {
  ThreeUnits sample;
  const uint64_t from = sample.units[1];
  const uint64_t to = sample.units[2];
  ModuleFile file(sample.dwarf);
  std::vector<uint64_t> offsets;
  const auto visit = [&](const Record& record, const Owners::Found& found) {
    EXPECT_EQ(found.uses, 1u);
    EXPECT_EQ(found.owner.unit, from);
    offsets.push_back(record.raw.offset);
    return true;
  };
  for (const uint32_t section : {file.Find(".debug_info"), kNoSection}) {
    offsets.clear();
    EXPECT_THAT(
        Owners::Visit(file.module(),
                      {.section = section, .from = from, .to = to}, visit),
        IsOk());
    // debug_abbrev_offset and the address.
    EXPECT_EQ(offsets, (std::vector<uint64_t>{from + 8, from + 13}));
  }
}

// Owners are found unit by unit: records between units and behind the last one
// have none, and keep their place.
TEST(OwnersTest, RecordsOutsideOfUnits) {
  AddressUnits sample;
  const uint32_t text = sample.text_symbol();
  Assembler& info = sample.dwarf.Section(".debug_info");
  sample.Add();
  sample.Add();
  // Padding, which a linker leaves.
  info.Offset(4, text, 0).Zeros(8);
  sample.Add();
  info.Offset(4, text, 0).Zeros(8);
  ModuleFile file(sample.dwarf);
  EXPECT_EQ(
      FieldsOf(file, ".debug_info"),
      (std::vector<std::string>{"debug_abbrev_offset", "DW_FORM_addr",
                                "debug_abbrev_offset", "DW_FORM_addr", "-",
                                "debug_abbrev_offset", "DW_FORM_addr", "-"}));
}

// Records that are not in order have to wait for the last unit.
TEST(OwnersTest, UnsortedRecordsAreVisitedInTheirOrder) {
  ThreeUnits sample;
  const uint64_t fourth =
      sample.dwarf.Unit({}, [](DieWriter& die) { die.Die(1).out().Zeros(8); });
  // Before all others.
  sample.elf.Reloc(sample.dwarf.SectionIndex(".debug_info"),
                   {.offset = fourth + 13,
                    .type = R_X86_64_64,
                    .symbol = sample.text_symbol()});
  ModuleFile file(sample.dwarf);
  std::vector<uint64_t> units;
  for (const Found& found : VisitedIn(file, file.Find(".debug_info"))) {
    units.push_back(found.owner.owner.unit);
  }
  const auto& [first, second, third] = sample.units;
  EXPECT_EQ(units, (std::vector<uint64_t>{fourth, first, first, second, second,
                                          third, third, fourth}));
}

TEST(OwnersTest, VisitEndsWhereTheVisitorSaysSo) {
  // Visited before units are read, and after.
  constexpr std::string_view kFirst = ".debug_frame";
  constexpr std::string_view kLast = ".debug_ranges";
  AddressUnits sample;
  const uint32_t text = sample.text_symbol();
  sample.dwarf.Section(kFirst).Address(text).Address(text);
  for (int i = 0; i < 3; ++i) sample.Add();
  sample.dwarf.Section(kLast).Address(text);
  ModuleFile file(sample.dwarf);
  std::vector<uint32_t> sections(2, file.Find(kFirst));
  sections.insert(sections.end(), 6, file.Find(".debug_info"));
  sections.push_back(file.Find(kLast));
  for (size_t most = 1; most <= sections.size(); ++most) {
    std::vector<uint32_t> visited;
    const auto visit = [&](const Record& record, const Owners::Found&) {
      visited.push_back(record.section);
      return visited.size() < most;
    };
    EXPECT_THAT(Owners::Visit(file.module(), {}, visit), IsOk());
    EXPECT_EQ(visited, std::vector<uint32_t>(
                           sections.begin(),
                           sections.begin() + static_cast<ptrdiff_t>(most)));
  }
}

// What a full read for those records is told.
struct Told final : ReadListener {
  Told(ModuleFile& file, ReadScope scope) {
    FullReader(file.module(), *this, scope).Run();
  }
  void OnAttribute(const Attribute& attribute) override {
    units.push_back(attribute.unit->offset());
  }
  void OnDatum(const RelocatedDatum& datum, const Owner& /*owner*/) override {
    data.emplace(datum.section, datum.offset);
  }
  std::vector<uint64_t> units;  // by attribute
  std::set<std::pair<uint32_t, uint64_t>> data;
};

TEST(FullReadTest, UnitsOutOfScopeAreNotRead) {
  ThreeUnits sample;
  const uint64_t to = sample.units[2];
  const uint64_t middle = sample.units[1];
  ModuleFile file(sample.dwarf);
  const uint32_t info = file.Find(".debug_info");
  for (const uint32_t section : {info, kNoSection}) {
    EXPECT_EQ(
        Told(file, {.section = section, .from = to - 1 - 8, .to = to}).units,
        std::vector<uint64_t>{middle});
  }
  // Without records there is nothing to read.
  EXPECT_TRUE(Told(file, {.section = info, .from = 1, .to = 2}).data.empty());
  EXPECT_TRUE(Told(file, {.from = 1, .to = 2}).data.empty());
}

// Of all sections: lists have no record where .debug_info has some.
TEST(FullReadTest, KindsOutOfScopeAreNotRead) {
  Sample sample;
  const uint64_t list = sample.dwarf.Lists(
      ".debug_rnglists", {[&](Assembler& out) {
        for (int i = 0; i < 100; ++i) out.U8(DW_RLE_offset_pair).U8(1).U8(2);
        out.U8(DW_RLE_base_address).Address(sample.text_symbol(), 0);
        out.U8(DW_RLE_end_of_list);
      }},
      false);
  sample.dwarf
      .Abbrev(1, DW_TAG_compile_unit, false,
              {{DW_AT_ranges, DW_FORM_sec_offset}})
      .EndAbbrevs();
  sample.dwarf.Unit({}, [&](DieWriter& die) {
    die.Die(1).SecOffset(".debug_rnglists", list);
  });
  ModuleFile file(sample.dwarf);
  const auto sections_of = [&](ReadScope scope) {
    std::set<uint32_t> sections;
    for (const auto& [section, offset] : Told(file, scope).data)
      sections.insert(section);
    return sections;
  };
  const uint32_t info = file.Find(".debug_info");
  const uint32_t lists = file.Find(".debug_rnglists");
  EXPECT_EQ(sections_of({}), (std::set<uint32_t>{info, lists}));
  EXPECT_EQ(sections_of({.to = 100}), std::set<uint32_t>{info});
}

TEST(FullReadTest, ListsAndLineTablesBehindTheRangeAreNotRead) {
  Sample sample;
  uint64_t tables[2];
  for (uint64_t& table : tables) {
    table = sample.dwarf.LineProgram({}, [&](LineWriter& line) {
      line.SetAddress(sample.text_symbol(), 0).Copy().EndSequence();
    });
  }
  uint64_t lists[2];
  for (uint64_t& list : lists) {
    list = sample.dwarf.Lists(
        ".debug_rnglists", {[&](Assembler& out) {
          out.U8(DW_RLE_base_address).Address(sample.text_symbol(), 0);
          out.U8(DW_RLE_end_of_list);
        }},
        false);
  }
  sample.dwarf
      .Abbrev(1, DW_TAG_compile_unit, false,
              {{DW_AT_stmt_list, DW_FORM_sec_offset},
               {DW_AT_ranges, DW_FORM_sec_offset}})
      .EndAbbrevs();
  for (int i = 0; i < 2; ++i) {
    sample.dwarf.Unit({}, [&](DieWriter& die) {
      die.Die(1).SecOffset(".debug_line", tables[i]);
      die.SecOffset(".debug_rnglists", lists[i]);
    });
  }
  ModuleFile file(sample.dwarf);
  const auto data_of = [&](std::string_view name, uint64_t to) {
    const uint32_t section = file.Find(name);
    size_t count = 0;
    for (const auto& [in, offset] :
         Told(file, {.section = section, .to = to}).data)
      count += in == section ? 1 : 0;
    return count;
  };
  // Of each table two paths and an address.
  EXPECT_EQ(data_of(".debug_line", kNoOffset), 6u);
  EXPECT_EQ(data_of(".debug_line", tables[1]), 3u);
  EXPECT_EQ(data_of(".debug_rnglists", kNoOffset), 2u);
  EXPECT_EQ(data_of(".debug_rnglists", lists[1]), 1u);
}

TEST(OwnersTest, LookupTables) {
  Sample sample;
  const uint32_t text = sample.text_symbol();
  const uint32_t info =
      sample.elf.SectionSymbol(sample.dwarf.SectionIndex(".debug_info"));
  const uint32_t strings =
      sample.elf.SectionSymbol(sample.dwarf.SectionIndex(".debug_str"));
  sample.dwarf.Section(".debug_info").Zeros(16);
  sample.dwarf.Section(".debug_str").String("a");
  Assembler& aranges = sample.dwarf.Section(".debug_aranges");
  for (int i = 0; i < 2; ++i) {
    aranges.Length(Format::kDwarf32, [&] {
      aranges.U16(2).Offset(4, info).U8(8).U8(8).Zeros(12);
      aranges.Address(text).Address(text).Address(text, 16);
      aranges.U64(0).Address(text).U64(8);
      aranges.Zeros(24);
    });
  }
  Assembler& pubnames = sample.dwarf.Section(".debug_pubnames");
  pubnames.Length(Format::kDwarf32, [&] {
    pubnames.U16(2).Offset(4, info).Offset(4, strings).U32(4).String("a");
    pubnames.U32(0);
  });
  Assembler& names = sample.dwarf.Section(".debug_names");
  names.Length(Format::kDwarf32, [&] {
    names.U16(5).U16(0).U32(1).U32(1).U32(0).U32(0).U32(2).U32(6).U32(0);
    names.Offset(4, info).Offset(4, info, 8);
    names.Offset(4, strings).Offset(4, strings).U32(0).U32(0);
    names.Uleb(1).Uleb(DW_TAG_variable).Uleb(DW_IDX_die_offset);
    names.Uleb(DW_FORM_data4).U8(0).U8(0);
    names.Uleb(1).Offset(4, strings, 3).U8(0);
  });
  sample.dwarf.Finish();
  ModuleFile file(sample.elf);
  using testing::ElementsAre;
  EXPECT_THAT(FieldsOf(file, ".debug_aranges"),
              ElementsAre("debug_info_offset", "segment", "address", "length",
                          "address", "debug_info_offset", "segment", "address",
                          "length", "address"));
  EXPECT_THAT(FieldsOf(file, ".debug_pubnames"),
              ElementsAre("debug_info_offset", "debug_info_length"));
  EXPECT_THAT(FieldsOf(file, ".debug_names"),
              ElementsAre("CU offset", "local TU offset", "string offset",
                          "string offset", "name index entry"));
  // The header that each belongs to.
  const auto owners = OwnersOf(file, ".debug_aranges");
  EXPECT_EQ(owners.begin()->second.owner.owner.list, 0u);
  EXPECT_EQ(owners.rbegin()->second.owner.owner.list, aranges.offset() / 2);
}

TEST(OwnersTest, MacroUnitsOfEverySection) {
  Sample sample;
  const uint32_t away =
      sample.elf.AddSymbol({.name = "away", .binding = STB_GLOBAL});
  sample.dwarf.Section(".debug_line").Zeros(4);
  Assembler& out = sample.dwarf.Section(".debug_macro");
  out.U16(5).U8(6);
  sample.dwarf.SectionOffset(out, ".debug_line", 0);
  out.U8(1).U8(0xe0).Uleb(1).U8(DW_FORM_strp);
  out.U8(DW_MACRO_define_strp).Uleb(1);
  sample.dwarf.SectionOffset(out, ".debug_str", sample.dwarf.Str("A"));
  out.U8(DW_MACRO_import);
  sample.dwarf.SectionOffset(out, ".debug_macro", 0);
  out.U8(0xe0);
  sample.dwarf.SectionOffset(out, ".debug_str", 0);
  out.U8(0);
  const uint64_t second = out.offset();
  out.U16(4).U8(0).U8(DW_MACRO_GNU_undef_indirect).Uleb(1);
  sample.dwarf.SectionOffset(out, ".debug_str", 0);
  out.U8(0xff).U8(0);  // not known: the rest of the section is lost, but
  const uint64_t third = out.offset();
  out.U16(5).U8(0).U8(DW_MACRO_import);
  sample.dwarf.SectionOffset(out, ".debug_macro", 0);
  out.U8(0);
  sample.dwarf
      .Abbrev(1, DW_TAG_compile_unit, false,
              {{DW_AT_macros, DW_FORM_sec_offset}})
      .EndAbbrevs();
  sample.dwarf.Unit({}, [&](DieWriter& die) {
    die.Die(1).SecOffset(".debug_macro", third);  // a unit knows of it
  });
  Assembler group(kX86_64);
  group.U16(5).U8(0).U8(DW_MACRO_import).Offset(4, away, 0).U8(0);
  const uint32_t other = sample.elf.Add(".debug_macro", group);
  ModuleFile file(sample.dwarf);
  EXPECT_EQ(FieldsOf(file, ".debug_macro"),
            (std::vector<std::string>{
                "debug_line_offset", "DW_MACRO_define_strp", "DW_MACRO_import",
                "unknown", "DW_MACRO_GNU_undef_indirect", "DW_MACRO_import"}));
  const std::map<uint64_t, Found> owners = OwnersOf(file, ".debug_macro");
  EXPECT_EQ(owners.begin()->second.owner.owner.list, 0u);
  EXPECT_EQ(owners.rbegin()->second.owner.owner.list, third);
  EXPECT_EQ(std::prev(owners.end(), 2)->second.owner.owner.list, second);
  const Owners all = Owners::Find(file.module(), {});
  RecordReader reader(file.module(), other, 0, kNoOffset);
  Record record;
  ASSERT_TRUE(reader.Next(&record));
  EXPECT_STREQ(all.Of(record).owner.field, "DW_MACRO_import");
}

}  // namespace
}  // namespace dwreloc::internal
