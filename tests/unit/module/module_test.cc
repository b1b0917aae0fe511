// module/module: the build-id, line tables and rows of addresses, low and high
// pc in every class, which DIE holds a pc, and attributes as values.

#include "module/module.h"

#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstring>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "dwarf/constants.h"
#include "dwarf/lists/pc.h"
#include "dwarf/tree/value.h"
#include "elf/notes.h"
#include "support/dwarf_file.h"
#include "support/module_file.h"

namespace dwreloc::internal {
namespace {

constexpr Encoding kDwarf5 = {
    .address_size = 8, .format = Format::kDwarf32, .version = 5};

// Opening --------------------------------------------------------------------

TEST(OpeningTest, ReadsNothingBehindTheElfHeader) {
  const size_t page = static_cast<size_t>(sysconf(_SC_PAGESIZE));
  ElfBuilder elf(kTargets[0]);
  elf.Add({.name = ".text", .contents = std::vector<uint8_t>(page)});
  const uint32_t info = elf.Add({.name = ".debug_info", .contents = {1, 2, 3}});
  const std::vector<uint8_t> image = elf.Build();
  void* const memory = mmap(nullptr, image.size(), PROT_READ | PROT_WRITE,
                            MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  ASSERT_NE(memory, MAP_FAILED);
  std::memcpy(memory, image.data(), image.size());
  // Whoever reads there ends the process.
  uint8_t* const begin = static_cast<uint8_t*>(memory);
  ASSERT_EQ(mprotect(begin + page, image.size() - page, PROT_NONE), 0);

  auto file = ElfFile::OpenMemory(Bytes(begin, image.size()), "guarded");
  ASSERT_TRUE(file.ok()) << file.status();
  Module module(*std::move(file));
  module.SetOracle(nullptr);
  module.Trim();
  EXPECT_EQ(module.file().section_count(), elf.section_count());

  ASSERT_EQ(mprotect(begin, image.size(), PROT_READ), 0);
  EXPECT_EQ(module.sections().Find(SectionId::kDebugInfo, Family::kPlain),
            info);
  EXPECT_EQ(module.sections().View(info)->bytes.size(), 3u);
  munmap(memory, image.size());
}

// Build-id -------------------------------------------------------------------

// A note: names are padded to 4 bytes, and so are descriptors.
void Note(Assembler& out, std::string_view name, uint32_t type,
          std::string_view descriptor) {
  out.U32(name.size() + 1).U32(descriptor.size()).U32(type);
  out.String(name).Align(4);
  for (const char c : descriptor) out.U8(static_cast<uint8_t>(c));
  out.Align(4);
}

std::string BuildIdOf(const Target& target,
                      const std::function<void(Assembler&)>& notes) {
  ElfBuilder elf(target);
  Assembler out(target);
  notes(out);
  const uint32_t index = elf.Add(".note.gnu.build-id", out, SHF_ALLOC);
  elf.section(index).type = SHT_NOTE;
  ModuleFile file(elf);
  const absl::StatusOr<Bytes> id = BuildId(file->file());
  if (!id.ok()) {
    EXPECT_THAT(id.status(), FailsWith(ErrorCode::kNotFound, "build-id"));
    return "none";
  }
  return std::string(id->begin(), id->end());
}

TEST(BuildIdTest, OnEveryMachine) {
  for (const Target& target : kTargets) {
    EXPECT_EQ(BuildIdOf(target,
                        [](Assembler& out) {
                          Note(out, "GNU", NT_GNU_BUILD_ID, "twenty bytes, or");
                        }),
              "twenty bytes, or")
        << target;
  }
}

TEST(BuildIdTest, BehindOtherNotes) {
  EXPECT_EQ(BuildIdOf(kX86_64,
                      [](Assembler& out) {
                        Note(out, "Linux", 0x100, "12345");
                        Note(out, "GNU", NT_GNU_ABI_TAG, "1234");
                        Note(out, "XYZ", NT_GNU_BUILD_ID, "not this");
                        Note(out, "GNU", NT_GNU_BUILD_ID, "id");
                      }),
            "id");
}

TEST(BuildIdTest, NoneAndCutShort) {
  EXPECT_EQ(BuildIdOf(kX86_64, [](Assembler&) {}), "none");
  EXPECT_EQ(BuildIdOf(kX86_64,
                      [](Assembler& out) {
                        Note(out, "GNU", NT_GNU_ABI_TAG, "1234");
                      }),
            "none");
  for (int size = 1; size < 16; ++size) {
    EXPECT_EQ(
        BuildIdOf(kX86_64,
                  [size](Assembler& out) {
                    Assembler note;
                    Note(note, "GNU", NT_GNU_BUILD_ID, "1234");
                    out.Raw(
                        Bytes(note.bytes()).first(static_cast<size_t>(size)));
                  }),
        "none")
        << size;
  }
  // A descriptor as long as the address space.
  EXPECT_EQ(BuildIdOf(kX86_64,
                      [](Assembler& out) {
                        out.U32(4).U32(0xffffffff).U32(NT_GNU_BUILD_ID);
                        out.String("GNU");
                      }),
            "none");
}

// Sample: a unit whose only child is what a test is about --------------------

class Sample {
 public:
  explicit Sample(Encoding encoding = kDwarf5, const Target& target = kX86_64)
      : elf(target),
        text(elf.Add(
            {.name = ".text", .flags = SHF_ALLOC, .contents = Zeros(256)})),
        init(elf.Add({.name = ".init.text",
                      .flags = SHF_ALLOC,
                      .contents = Zeros(256)})),
        undefined(elf.AddSymbol({.name = "away", .binding = STB_GLOBAL})),
        dwarf(&elf, encoding) {}

  uint32_t text_symbol() { return elf.SectionSymbol(text); }
  uint32_t init_symbol() { return elf.SectionSymbol(init); }

  // The unit, its DIE without attributes.
  void Unit(std::initializer_list<AbbrevAttribute> attributes,
            const std::function<void(DieWriter&)>& values) {
    dwarf.Abbrev(1, DW_TAG_compile_unit, true, {});
    dwarf.Abbrev(2, DW_TAG_subprogram, false, attributes).EndAbbrevs();
    dwarf.Unit({}, [&](DieWriter& die) {
      die.Die(1).Die(2);
      values(die);
      die.End();
    });
  }
  ModuleFile& Open() {
    if (!file_.has_value()) file_.emplace(dwarf);
    return *file_;
  }
  RelocValue In(uint32_t section, uint64_t offset) const {
    return {.value = offset, .section = section, .kind = RelocKind::kSection};
  }
  // An attribute of the child, as a value.
  absl::StatusOr<RelocValue> Value(uint16_t name) {
    const Attribute attribute =
        FindAttribute(Open().child(), name).value().value();
    return AttributeValue(attribute);
  }

  ElfBuilder elf;
  const uint32_t text;
  const uint32_t init;
  const uint32_t undefined;
  DwarfBuilder dwarf;

 private:
  std::optional<ModuleFile> file_;
};

std::optional<PcRange> PcOf(Sample& sample) {
  const absl::StatusOr<std::optional<PcRange>> range =
      LowHighPc(sample.Open().child());
  EXPECT_THAT(range.status(), IsOk());
  return range.ok() ? *range : std::nullopt;
}

// DW_AT_low_pc and DW_AT_high_pc (DWARF 5 2.17.2) ----------------------------

TEST(LowHighPcTest, HighOfClassConstantIsALength) {
  ForEachEncoding([](const Target& target, Encoding encoding) {
    if (encoding.version < 4) return;
    Sample sample(encoding, target);
    sample.Unit({{DW_AT_low_pc, DW_FORM_addr}, {DW_AT_high_pc, DW_FORM_data4}},
                [&](DieWriter& die) {
                  die.Addr(sample.text_symbol(), 0x10).Data4(0x20);
                });
    const std::optional<PcRange> pc = PcOf(sample);
    ASSERT_TRUE(pc.has_value());
    EXPECT_THAT(pc->begin, InSection(sample.text, 0x10));
    EXPECT_THAT(pc->end, InSection(sample.text, 0x30));
  });
}

TEST(LowHighPcTest, HighOfClassAddressIsAnAddress) {
  Sample sample;
  sample.Unit({{DW_AT_low_pc, DW_FORM_addr}, {DW_AT_high_pc, DW_FORM_addr}},
              [&](DieWriter& die) {
                die.Addr(sample.text_symbol(), 0x10);
                die.Addr(sample.text_symbol(), 0x28);
              });
  const std::optional<PcRange> pc = PcOf(sample);
  ASSERT_TRUE(pc.has_value());
  EXPECT_THAT(pc->begin, InSection(sample.text, 0x10));
  EXPECT_THAT(pc->end, InSection(sample.text, 0x28));
}

TEST(LowHighPcTest, HighBeforeLowAndImplicit) {
  Sample sample;
  sample.Unit({{DW_AT_high_pc, DW_FORM_implicit_const, 0x18},
               {DW_AT_low_pc, DW_FORM_addr}},
              [&](DieWriter& die) { die.Addr(sample.init_symbol(), 8); });
  const std::optional<PcRange> pc = PcOf(sample);
  ASSERT_TRUE(pc.has_value());
  EXPECT_THAT(pc->begin, InSection(sample.init, 8));
  EXPECT_THAT(pc->end, InSection(sample.init, 0x20));
}

TEST(LowHighPcTest, OnlyOneOfThemOrNone) {
  const struct {
    uint32_t name;
    uint32_t form;
  } cases[] = {{DW_AT_low_pc, DW_FORM_addr},
               {DW_AT_high_pc, DW_FORM_addr},
               {DW_AT_entry_pc, DW_FORM_addr}};
  for (const auto& [name, form] : cases) {
    Sample sample;
    sample.Unit({{name, form}},
                [&](DieWriter& die) { die.Addr(sample.text_symbol(), 8); });
    EXPECT_FALSE(PcOf(sample).has_value());
  }
}

TEST(LowHighPcTest, BadRecordSpoilsBothEnds) {
  Sample sample;
  sample.Unit({{DW_AT_low_pc, DW_FORM_addr}, {DW_AT_high_pc, DW_FORM_data4}},
              [&](DieWriter& die) {
                die.out().Reloc(8, 200, sample.text_symbol(), 0);
                die.Data4(0x20);
              });
  const std::optional<PcRange> pc = PcOf(sample);
  ASSERT_TRUE(pc.has_value());
  EXPECT_THAT(pc->begin, IsBadWith(ErrorCode::kRelocType));
  EXPECT_THAT(pc->end, IsBadWith(ErrorCode::kRelocType));
}

// Base and length may not both be relocatable.
TEST(LowHighPcTest, RelocatableLengthIsAnErrorOfTheEnd) {
  Sample sample;
  sample.Unit({{DW_AT_low_pc, DW_FORM_addr}, {DW_AT_high_pc, DW_FORM_data8}},
              [&](DieWriter& die) {
                die.Addr(sample.text_symbol(), 8);
                die.DataReloc(8, sample.text_symbol(), 8);
              });
  const std::optional<PcRange> pc = PcOf(sample);
  ASSERT_TRUE(pc.has_value());
  EXPECT_THAT(pc->begin, InSection(sample.text, 8));
  EXPECT_THAT(pc->end, IsBadWith(ErrorCode::kTwoRelocatable));
}

// HasPc ----------------------------------------------------------------------

bool Holds(Sample& sample, const RelocValue& pc) {
  const absl::StatusOr<bool> result = HasPc(sample.Open().child(), pc);
  EXPECT_THAT(result.status(), IsOk());
  return result.ok() && *result;
}

TEST(HasPcTest, ByPair) {
  Sample sample;
  sample.Unit({{DW_AT_low_pc, DW_FORM_addr}, {DW_AT_high_pc, DW_FORM_data4}},
              [&](DieWriter& die) {
                die.Addr(sample.text_symbol(), 0x10).Data4(0x20);
              });
  EXPECT_FALSE(Holds(sample, sample.In(sample.text, 0xf)));
  EXPECT_TRUE(Holds(sample, sample.In(sample.text, 0x10)));
  EXPECT_TRUE(Holds(sample, sample.In(sample.text, 0x2f)));
  EXPECT_FALSE(Holds(sample, sample.In(sample.text, 0x30)));
  // The same offset elsewhere is another place.
  EXPECT_FALSE(Holds(sample, sample.In(sample.init, 0x10)));
  EXPECT_FALSE(Holds(sample, RelocValue::Constant(0x10)));
  EXPECT_FALSE(Holds(sample, RelocValue::Bad(ErrorCode::kRelocType)));
}

TEST(HasPcTest, ByPairOfAnUndefinedSymbol) {
  Sample sample;
  sample.Unit(
      {{DW_AT_low_pc, DW_FORM_addr}, {DW_AT_high_pc, DW_FORM_data4}},
      [&](DieWriter& die) { die.Addr(sample.undefined, 0x10).Data4(0x20); });
  RelocValue pc = {
      .value = 0x18, .symbol = sample.undefined, .kind = RelocKind::kUndefined};
  EXPECT_TRUE(Holds(sample, pc));
  pc.symbol = sample.undefined + 1;
  EXPECT_FALSE(Holds(sample, pc));
}

TEST(HasPcTest, ByRangeListOverTwoSections) {
  for (const uint16_t version : {uint16_t{4}, uint16_t{5}}) {
    Encoding encoding = kDwarf5;
    encoding.version = version;
    Sample sample(encoding);
    uint64_t list = 0;
    const char* section = version == 5 ? ".debug_rnglists" : ".debug_ranges";
    if (version == 5) {
      list = sample.dwarf.Lists(
          section, {[&](Assembler& out) {
            out.U8(DW_RLE_start_length).Address(sample.text_symbol(), 0x10);
            out.Uleb(0x10);
            out.U8(DW_RLE_start_end).Address(sample.init_symbol(), 4);
            out.Address(sample.init_symbol(), 8);
            out.U8(DW_RLE_end_of_list);
          }},
          false);
    } else {
      Assembler& out = sample.dwarf.Section(section);
      out.Address(sample.text_symbol(), 0x10);
      out.Address(sample.text_symbol(), 0x20);
      out.Address(sample.init_symbol(), 4).Address(sample.init_symbol(), 8);
      out.U64(0).U64(0);
    }
    sample.Unit({{DW_AT_ranges, DW_FORM_sec_offset}},
                [&](DieWriter& die) { die.SecOffset(section, list); });
    EXPECT_TRUE(Holds(sample, sample.In(sample.text, 0x10)));
    EXPECT_TRUE(Holds(sample, sample.In(sample.text, 0x1f)));
    EXPECT_FALSE(Holds(sample, sample.In(sample.text, 0x20)));
    EXPECT_FALSE(Holds(sample, sample.In(sample.text, 4)));
    EXPECT_TRUE(Holds(sample, sample.In(sample.init, 4)));
    EXPECT_FALSE(Holds(sample, sample.In(sample.init, 8)));
  }
}

TEST(HasPcTest, NeitherPairNorList) {
  Sample sample;
  sample.Unit({{DW_AT_name, DW_FORM_string}},
              [](DieWriter& die) { die.String("f"); });
  EXPECT_FALSE(Holds(sample, sample.In(sample.text, 0)));
}

TEST(HasPcTest, BrokenListIsAnError) {
  Sample sample;
  sample.dwarf.Section(".debug_rnglists").U8(DW_RLE_start_length).U32(0);
  sample.Unit({{DW_AT_ranges, DW_FORM_sec_offset}},
              [](DieWriter& die) { die.SecOffset(".debug_rnglists", 0); });
  EXPECT_THAT(HasPc(sample.Open().child(), sample.In(sample.text, 0)).status(),
              FailsWith(ErrorCode::kTruncated, ""));
}

// Lines ----------------------------------------------------------------------

// A unit with DW_AT_stmt_list and one sequence in .text, one in .init.text.
class LinesTest : public testing::Test {
 protected:
  LinesTest() {
    const uint64_t program = sample_.dwarf.LineProgram({}, [&](LineWriter& w) {
      w.SetAddress(sample_.text_symbol(), 0x10).Copy();
      w.AdvancePc(8).AdvanceLine(1).Copy().AdvancePc(8).EndSequence();
      w.SetAddress(sample_.init_symbol(), 0).AdvanceLine(99).Copy();
      w.AdvancePc(4).EndSequence();
      w.SetAddress(sample_.text_symbol(), 0x40).AdvanceLine(199).Copy();
      w.AdvancePc(4).EndSequence();
    });
    sample_.dwarf
        .Abbrev(1, DW_TAG_compile_unit, false,
                {{DW_AT_stmt_list, DW_FORM_sec_offset}})
        .Abbrev(2, DW_TAG_compile_unit, false, {})
        .EndAbbrevs();
    for (int i = 0; i < 2; ++i) {
      sample_.dwarf.Unit({}, [&](DieWriter& die) {
        die.Die(1).SecOffset(".debug_line", program);
      });
    }
    sample_.dwarf.Unit({}, [](DieWriter& die) { die.Die(2); });
  }

  // The line of an address, 0 if it has none.
  uint32_t LineAt(uint32_t section, uint64_t offset) {
    ModuleFile& file = sample_.Open();
    const absl::StatusOr<std::optional<LineRow>> row =
        file->FindRow(file.unit(), sample_.In(section, offset));
    EXPECT_THAT(row.status(), IsOk());
    return row.ok() && row->has_value() ? (*row)->line : 0;
  }

  Sample sample_;
};

TEST_F(LinesTest, RowThatCoversAnAddress) {
  EXPECT_EQ(LineAt(sample_.text, 0xf), 0u);
  EXPECT_EQ(LineAt(sample_.text, 0x10), 1u);
  EXPECT_EQ(LineAt(sample_.text, 0x17), 1u);
  EXPECT_EQ(LineAt(sample_.text, 0x18), 2u);
  EXPECT_EQ(LineAt(sample_.text, 0x1f), 2u);
  EXPECT_EQ(LineAt(sample_.text, 0x20), 0u) << "behind the end of a sequence";
  EXPECT_EQ(LineAt(sample_.text, 0x41), 200u);
  EXPECT_EQ(LineAt(sample_.init, 3), 100u);
  EXPECT_EQ(LineAt(sample_.init, 4), 0u);
}

TEST_F(LinesTest, TableIsSharedByItsUnits) {
  ModuleFile& file = sample_.Open();
  const absl::StatusOr<const LineTable*> first =
      file->LineTableOf(file.unit(0));
  ASSERT_THAT(first.status(), IsOk());
  ASSERT_NE(*first, nullptr);
  EXPECT_EQ(*file->LineTableOf(file.unit(0)), *first);
  EXPECT_EQ(*file->LineTableOf(file.unit(1)), *first);
}

TEST_F(LinesTest, UnitWithoutLines) {
  ModuleFile& file = sample_.Open();
  EXPECT_EQ(file->LineTableOf(file.unit(2)).value(), nullptr);
  EXPECT_FALSE(file->FindRow(file.unit(2), sample_.In(sample_.text, 0x10))
                   .value()
                   .has_value());
}

TEST(LineTableOfTest, ErrorIsKeptAndGivenAgain) {
  Sample sample;
  sample.dwarf.Section(".debug_line").U32(100).U16(5);
  sample.dwarf
      .Abbrev(1, DW_TAG_compile_unit, false,
              {{DW_AT_stmt_list, DW_FORM_sec_offset}})
      .EndAbbrevs();
  sample.dwarf.Unit(
      {}, [](DieWriter& die) { die.Die(1).SecOffset(".debug_line", 0); });
  ModuleFile& file = sample.Open();
  for (int i = 0; i < 2; ++i) {
    EXPECT_THAT(file->LineTableOf(file.unit()).status(),
                FailsWith(ErrorCode::kTruncated, "unit_length"));
    EXPECT_THAT(file->FindRow(file.unit(), sample.In(sample.text, 0)).status(),
                FailsWith(ErrorCode::kTruncated, "unit_length"));
  }
}

// 1000 units, each with a table of its own or, if they overlap, one that goes
// on to the end of the section.
TEST(LineTableOfTest, TablesThatOverlapTooOftenAreAnError) {
  constexpr uint64_t kTables = 1000;
  constexpr uint64_t kSize = 18;
  for (const bool overlap : {false, true}) {
    Sample sample;
    Assembler& lines = sample.dwarf.Section(".debug_line");
    for (uint64_t i = 0; i < kTables; ++i) {
      lines.U32((overlap ? kTables - i : 1) * kSize - 4).U16(4).U32(8);
      lines.U8(1).U8(1).U8(1).U8(0).U8(1).U8(1).U8(0).U8(0);
    }
    sample.dwarf
        .Abbrev(1, DW_TAG_compile_unit, false,
                {{DW_AT_stmt_list, DW_FORM_sec_offset}})
        .EndAbbrevs();
    for (uint64_t i = 0; i < kTables; ++i) {
      sample.dwarf.Unit({}, [i](DieWriter& die) {
        die.Die(1).SecOffset(".debug_line", i * kSize);
      });
    }
    ModuleFile& file = sample.Open();
    uint32_t read = 0;
    while (read < kTables && file->LineTableOf(file.unit(read)).ok()) ++read;
    if (!overlap) {
      EXPECT_EQ(read, kTables);
      continue;
    }
    ASSERT_GT(read, 64u);
    ASSERT_LT(read, kTables);
    EXPECT_THAT(
        file->LineTableOf(file.unit(read)).status(),
        FailsWith(ErrorCode::kBadDwarf, "too many line tables overlap"));
    // Those that were read stay.
    EXPECT_THAT(file->LineTableOf(file.unit(0)).status(), IsOk());
  }
}

// A table that is found by its place has the directory of the unit that names
// it, which only paths need.
TEST(LineTableAtTest, CompilationDirectoryIsThatOfTheUnit) {
  for (const uint16_t version : {2, 3, 4, 5}) {
    Encoding encoding = kDwarf5;
    encoding.version = version;
    Sample sample(encoding);
    sample.dwarf
        .Abbrev(1, DW_TAG_compile_unit, false,
                {{DW_AT_comp_dir, DW_FORM_string},
                 {DW_AT_stmt_list,
                  version >= 4 ? DW_FORM_sec_offset : DW_FORM_data4}})
        .EndAbbrevs();
    std::vector<uint64_t> tables;
    for (const char* directory : {"/one", "/two", "/lone"}) {
      LineHeaderFields header;
      header.directories = {version >= 5 ? directory : "sub"};
      header.files = {{"a.c", 0}};
      tables.push_back(sample.dwarf.LineProgram(header, [](LineWriter&) {}));
      if (tables.size() == 3) break;
      sample.dwarf.Unit({}, [&](DieWriter& die) {
        die.Die(1).String(directory).SecOffset(".debug_line", tables.back());
      });
    }
    ModuleFile& file = sample.Open();
    const uint32_t section =
        file->sections().Find(SectionId::kDebugLine, Family::kPlain);
    const auto path = [&](uint64_t offset) {
      const auto table = file->LineTableAt({section, offset});
      if (!table.ok()) return std::string(table.status().message());
      return *(*table)->PathOf((*table)->first_file(),
                               LineTable::PathStart::kRoot);
    };
    EXPECT_EQ(path(tables[0]), "/one/a.c");
    EXPECT_EQ(path(tables[1]), "/two/a.c");
    EXPECT_EQ(path(tables[2]), version >= 5 ? "/lone/a.c" : "a.c");
  }
}

// AttributeValue -------------------------------------------------------------

TEST(AttributeValueTest, AddressesOfEveryKindOfTarget) {
  Sample sample;
  sample.Unit({{DW_AT_low_pc, DW_FORM_addr},
               {DW_AT_entry_pc, DW_FORM_addr},
               {DW_AT_high_pc, DW_FORM_addr}},
              [&](DieWriter& die) {
                die.Addr(sample.text_symbol(), -4);
                die.Addr(sample.undefined, 0x10);
                die.out().U64(0x1234);  // no record
              });
  EXPECT_THAT(*sample.Value(DW_AT_low_pc), InSection(sample.text, -4));
  EXPECT_THAT(*sample.Value(DW_AT_entry_pc),
              IsUndefined(sample.undefined, 0x10));
  EXPECT_THAT(*sample.Value(DW_AT_high_pc), IsNumber(0x1234));
}

TEST(AttributeValueTest, ConstantsWithAndWithoutRecords) {
  Sample sample;
  sample.Unit({{DW_AT_byte_size, DW_FORM_data4},
               {DW_AT_const_value, DW_FORM_data8},
               {DW_AT_upper_bound, DW_FORM_udata},
               {DW_AT_lower_bound, DW_FORM_implicit_const, 77}},
              [&](DieWriter& die) {
                die.Data4(0x11223344);
                die.DataReloc(8, sample.text_symbol(), 0x30);
                die.Udata(300);
              });
  const RelocValue plain = *sample.Value(DW_AT_byte_size);
  EXPECT_THAT(plain, IsNumber(0x11223344));
  EXPECT_EQ(plain.width, 4);
  EXPECT_FALSE(plain.has_record);
  const RelocValue relocated = *sample.Value(DW_AT_const_value);
  EXPECT_THAT(relocated, InSection(sample.text, 0x30));
  EXPECT_TRUE(relocated.has_record);
  EXPECT_THAT(*sample.Value(DW_AT_upper_bound), IsNumber(300));
  EXPECT_THAT(*sample.Value(DW_AT_lower_bound), IsNumber(77));
}

TEST(AttributeValueTest, AddressIndex) {
  Sample sample;
  const uint64_t base = sample.dwarf.AddrTable(
      {{sample.text_symbol(), 0x10}, {sample.init_symbol(), 0x20}});
  sample.dwarf
      .Abbrev(1, DW_TAG_compile_unit, true,
              {{DW_AT_addr_base, DW_FORM_sec_offset}})
      .Abbrev(2, DW_TAG_subprogram, false,
              {{DW_AT_low_pc, DW_FORM_addrx},
               {DW_AT_entry_pc, DW_FORM_addrx1},
               {DW_AT_high_pc, DW_FORM_addrx}})
      .EndAbbrevs();
  sample.dwarf.Unit({}, [&](DieWriter& die) {
    die.Die(1).SecOffset(".debug_addr", base);
    die.Die(2).Index(1).Index(1, 0).Index(2).End();
  });
  EXPECT_THAT(*sample.Value(DW_AT_low_pc), InSection(sample.init, 0x20));
  EXPECT_THAT(*sample.Value(DW_AT_entry_pc), InSection(sample.text, 0x10));
  EXPECT_THAT(sample.Value(DW_AT_high_pc),
              FailsWith(ErrorCode::kBadDwarf, "address index 2"));
}

// As clang -mllvm -minimize-addr-in-v5=Form writes them.
TEST(AttributeValueTest, AddressIndexWithAnOffset) {
  Sample sample(kDwarf5, kRiscv64);
  const uint64_t base = sample.dwarf.AddrTable(
      {{sample.text_symbol(), 0x10}, {sample.undefined, 4}});
  sample.dwarf
      .Abbrev(1, DW_TAG_compile_unit, true,
              {{DW_AT_low_pc, DW_FORM_LLVM_addrx_offset},
               {DW_AT_addr_base, DW_FORM_sec_offset}})
      .Abbrev(2, DW_TAG_call_site, false,
              {{DW_AT_call_return_pc, DW_FORM_LLVM_addrx_offset},
               {DW_AT_call_pc, DW_FORM_LLVM_addrx_offset},
               {DW_AT_high_pc, DW_FORM_LLVM_addrx_offset},
               {DW_AT_low_pc, DW_FORM_LLVM_addrx_offset},
               {DW_AT_name, DW_FORM_string}})
      .EndAbbrevs();
  sample.dwarf.Unit({}, [&](DieWriter& die) {
    die.Die(1).Index(0).Data4(8).SecOffset(".debug_addr", base);
    die.Die(2).Index(1).Data4(0x20);
    die.Index(0);
    die.out()
        .Reloc(0, R_RISCV_ADD32, sample.text_symbol(), 0x30)
        .Reloc(4, R_RISCV_SUB32, sample.text_symbol(), 0x10);
    // Two symbolic parts, and an entry that is not there.
    die.Index(1).out().Reloc(4, R_RISCV_32, sample.text_symbol(), 0);
    die.Index(2).Data4(0).String("after").End();
  });
  EXPECT_THAT(*sample.Value(DW_AT_call_return_pc),
              IsUndefined(sample.undefined, 0x24));
  EXPECT_THAT(*sample.Value(DW_AT_call_pc), InSection(sample.text, 0x30));
  EXPECT_THAT(*sample.Value(DW_AT_high_pc),
              IsBadWith(ErrorCode::kTwoRelocatable));
  EXPECT_THAT(sample.Value(DW_AT_low_pc),
              FailsWith(ErrorCode::kBadDwarf, "address index 2"));
  EXPECT_THAT(sample.Open()->info().units()[0].bases().low_pc,
              InSection(sample.text, 0x18));
}

TEST(AttributeValueTest, SectionOffsetsAreNumbers) {
  Sample sample;
  sample.dwarf.Section(".debug_rnglists").Zeros(64);
  sample.Unit({{DW_AT_ranges, DW_FORM_sec_offset}},
              [](DieWriter& die) { die.SecOffset(".debug_rnglists", 0x22); });
  EXPECT_THAT(*sample.Value(DW_AT_ranges), IsNumber(0x22));
}

TEST(AttributeValueTest, WhatHasNoNumber) {
  Sample sample;
  sample.Unit({{DW_AT_name, DW_FORM_string},
               {DW_AT_location, DW_FORM_exprloc},
               {DW_AT_const_value, DW_FORM_block1},
               {DW_AT_upper_bound, DW_FORM_data16}},
              [](DieWriter& die) {
                die.String("name");
                die.Exprloc([](Assembler& out) { out.U8(DW_OP_lit0); });
                die.Block(1, [](Assembler& out) { out.U32(0); });
                die.out().Zeros(16);
              });
  for (const uint16_t name :
       {DW_AT_name, DW_AT_location, DW_AT_const_value, DW_AT_upper_bound}) {
    EXPECT_THAT(sample.Value(name),
                FailsWith(ErrorCode::kWrongForm, "no number"))
        << name;
  }
}

TEST(AttributeValueTest, BadRecordIsABadValue) {
  Sample sample;
  sample.Unit({{DW_AT_low_pc, DW_FORM_addr}, {DW_AT_byte_size, DW_FORM_data1}},
              [&](DieWriter& die) {
                die.out().Reloc(8, 200, sample.text_symbol(), 0);
                die.Data1(5);
              });
  const RelocValue value = *sample.Value(DW_AT_low_pc);
  EXPECT_THAT(value, IsBadWith(ErrorCode::kRelocType));
  EXPECT_EQ(value.detail, 200u);
  EXPECT_THAT(*sample.Value(DW_AT_byte_size), IsNumber(5));
}

// A section whose name is lost may hold units: its error stands with theirs.
TEST(DebugInfoTest, LostSectionNameIsAnError) {
  Sample sample;
  sample.Unit({}, [](DieWriter&) {});
  sample.dwarf.Finish();
  std::vector<uint8_t> image = sample.elf.Build();
  {
    ModuleFile good(image);
    EXPECT_EQ(good->info().units().size(), 1u);
    EXPECT_TRUE(good->info().errors().empty());
  }
  const uint32_t info = sample.dwarf.SectionIndex(".debug_info");
  Patch(image, sample.elf.header_offset(info), 4, 0xffffff);
  ModuleFile file(image);
  EXPECT_TRUE(file->info().units().empty());
  ASSERT_EQ(file->info().errors().size(), 1u);
  EXPECT_THAT(file->info().errors()[0],
              FailsWith(ErrorCode::kBadElf, "sh_name 16777215"));
  EXPECT_EQ(GetDetail(file->info().errors()[0]).section, info);
}

}  // namespace
}  // namespace dwreloc::internal
