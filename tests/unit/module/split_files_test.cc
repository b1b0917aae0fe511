// module/split_files: skeletons joined with split units in .dwo files, packages
// and the same file, in version 4 (GNU) and 5; what is read through the
// skeleton; and files that are missing, wrong or cut.

#include "module/split_files.h"

#include <gtest/gtest.h>
#include <stdlib.h>  // mkdtemp

#include <filesystem>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include "dwarf/constants.h"
#include "dwarf/lists/loc.h"
#include "dwarf/lists/pc.h"
#include "dwarf/lists/ranges.h"
#include "dwarf/tree/addr.h"
#include "dwarf/tree/strings.h"
#include "support/dwarf_file.h"
#include "support/module_file.h"

namespace dwreloc::internal {
namespace {

constexpr uint64_t kId = 0x1122334455667788;

class Folder {
 public:
  Folder() {
    std::string name = testing::TempDir() + "/split_XXXXXX";
    path_ = mkdtemp(name.data());
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  std::string File(const std::string& name) const { return path_ + "/" + name; }
  const std::string& path() const { return path_; }
  void Write(const std::string& name, const std::vector<uint8_t>& image) const {
    std::ofstream(File(name), std::ios::binary)
        .write(reinterpret_cast<const char*>(image.data()),
               static_cast<std::streamsize>(image.size()));
  }

 private:
  std::string path_;
};

// Writes a skeleton and its split unit: a subprogram at address 1 with ranges
// and a location list.
struct Pair {
  explicit Pair(uint16_t the_version, const Target& target = kX86_64)
      : version(the_version),
        encoding{.address_size = static_cast<uint8_t>(target.address_size()),
                 .version = the_version},
        skeleton_elf(target),
        split_elf(target) {}

  std::vector<uint8_t> Skeleton(const std::string& directory) {
    WriteSkeleton(directory);
    return skeleton_elf.Build();
  }
  void WriteSkeleton(const std::string& directory) {
    text = skeleton_elf.Add(
        {.name = ".text", .flags = SHF_ALLOC, .contents = Zeros(256)});
    away = skeleton_elf.AddSymbol({.name = "away", .binding = STB_GLOBAL});
    DwarfBuilder dwarf(&skeleton_elf, encoding);
    const uint32_t symbol = skeleton_elf.SectionSymbol(text);
    // Another unit's come first: the base counts.
    dwarf.AddrTable({{symbol, 0x99}});
    const uint64_t base =
        dwarf.AddrTable({{symbol, 0x10}, {symbol, 0x40}, {away, 4}});
    if (version >= 5) {
      dwarf.Abbrev(1, DW_TAG_skeleton_unit, false,
                   {{DW_AT_dwo_name, DW_FORM_string},
                    {DW_AT_comp_dir, DW_FORM_string},
                    {DW_AT_low_pc, DW_FORM_addrx},
                    {DW_AT_addr_base, DW_FORM_sec_offset},
                    {DW_AT_stmt_list, DW_FORM_sec_offset}});
    } else {
      dwarf.Abbrev(1, DW_TAG_compile_unit, false,
                   {{DW_AT_GNU_dwo_name, DW_FORM_string},
                    {DW_AT_comp_dir, DW_FORM_string},
                    {DW_AT_low_pc, DW_FORM_addr},
                    {DW_AT_GNU_addr_base, DW_FORM_sec_offset},
                    {DW_AT_stmt_list, DW_FORM_sec_offset},
                    {DW_AT_GNU_dwo_id, DW_FORM_data8},
                    {DW_AT_GNU_ranges_base, DW_FORM_sec_offset}});
      Assembler& ranges = dwarf.Section(".debug_ranges");
      ranges.Zeros(32);
      for (const int offset : {2, 3, 0, 0}) {
        ranges.Number(static_cast<uint64_t>(offset), encoding.address_size);
      }
    }
    dwarf.EndAbbrevs();
    const uint64_t lines =
        dwarf.LineProgram({.path_form = DW_FORM_string}, [&](LineWriter& line) {
          line.SetAddress(symbol, 0x10).Copy().AdvancePc(8).EndSequence();
        });
    dwarf.Unit({.unit_type = DW_UT_skeleton, .signature = kId},
               [&](DieWriter& die) {
                 die.Die(1).String("a.dwo").String(directory);
                 if (version >= 5) {
                   die.Index(0);
                 } else {
                   die.Addr(symbol, 0x10);
                 }
                 die.SecOffset(".debug_addr", base);
                 die.SecOffset(".debug_line", lines);
                 if (version < 5) {
                   die.Data8(kId).SecOffset(".debug_ranges", 32);
                 }
               });
    dwarf.Finish();
  }

  // Each section begins with `before` bytes that are not the unit's.
  std::vector<uint8_t> Split(uint64_t id = kId, uint64_t before = 0) {
    WriteSplit(&split_elf, id, before);
    return split_elf.Build();
  }
  void WriteSplit(ElfBuilder* elf, uint64_t id, uint64_t before = 0) {
    DwarfBuilder dwarf(elf, encoding, ".dwo");
    const char* const lists = version >= 5 ? ".debug_loclists" : ".debug_loc";
    std::vector<std::string> names = {".debug_info", ".debug_abbrev", lists,
                                      ".debug_str_offsets"};
    if (version >= 5) names.push_back(".debug_rnglists");
    for (const std::string& name : names) {
      Assembler& out = dwarf.Section(name);
      // Of .debug_info, a unit that cannot be read but for its length.
      if (before > 0) out.U32(before - 4);
      while (out.offset() < before) out.U8(0xff);
    }
    if (version >= 5) {
      dwarf.Abbrev(1, DW_TAG_compile_unit, true, {{DW_AT_name, DW_FORM_strx1}});
      dwarf.Abbrev(2, DW_TAG_subprogram, false,
                   {{DW_AT_low_pc, DW_FORM_addrx},
                    {DW_AT_high_pc, DW_FORM_data4},
                    {DW_AT_ranges, DW_FORM_rnglistx},
                    {DW_AT_location, DW_FORM_loclistx}});
      dwarf.StrOffsets({"other", "a.c"});
      dwarf.Lists(".debug_rnglists", {[](Assembler& out) {
                    out.U8(DW_RLE_offset_pair).Uleb(2).Uleb(3);
                    out.U8(DW_RLE_startx_length).Uleb(1).Uleb(5);
                    out.U8(DW_RLE_end_of_list);
                  }});
      dwarf.Lists(lists, {[](Assembler& out) {
                    out.U8(DW_LLE_offset_pair).Uleb(4).Uleb(6);
                    out.Uleb(1).U8(DW_OP_lit0);
                    out.U8(DW_LLE_startx_length).Uleb(2).Uleb(7);
                    out.Uleb(1).U8(DW_OP_lit0);
                    out.U8(DW_LLE_end_of_list);
                  }});
    } else {
      dwarf.Abbrev(1, DW_TAG_compile_unit, true,
                   {{DW_AT_name, DW_FORM_GNU_str_index},
                    {DW_AT_GNU_dwo_id, DW_FORM_data8}});
      dwarf.Abbrev(2, DW_TAG_subprogram, false,
                   {{DW_AT_low_pc, DW_FORM_GNU_addr_index},
                    {DW_AT_high_pc, DW_FORM_data4},
                    {DW_AT_ranges, DW_FORM_sec_offset},
                    {DW_AT_location, DW_FORM_sec_offset}});
      Assembler& offsets = dwarf.Section(".debug_str_offsets");
      offsets.U32(dwarf.Str("other")).U32(dwarf.Str("a.c"));
      dwarf.Section(lists)
          .U8(4)
          .U32(4)
          .U32(6)
          .U16(1)
          .U8(DW_OP_lit0)  // offset_pair
          .U8(3)
          .Uleb(2)
          .U32(7)
          .U16(1)
          .U8(DW_OP_lit0)  // start_length
          .U8(2)
          .Uleb(0)
          .Uleb(1)
          .U16(0)  // start_end
          .U8(1)
          .Uleb(1)  // base_address_selection
          .U8(4)
          .U32(0)
          .U32(1)
          .U16(0)
          .U8(0);
    }
    dwarf.EndAbbrevs();
    dwarf.Unit({.unit_type = DW_UT_split_compile, .signature = id},
               [&](DieWriter& die) {
                 if (version >= 5) {
                   die.Die(1).Index(1, 1);
                   die.Die(2).Index(1).Data4(0x20).Index(0).Index(0);
                 } else {
                   die.Die(1).Index(1).Data8(id);
                   die.Die(2).Index(1).Data4(0x20).Data4(0).Data4(0);
                 }
                 die.End();
               });
    if (before > 0) WriteIndex(elf, dwarf, id, before);
    dwarf.Finish();
  }
  void WriteIndex(ElfBuilder* elf, DwarfBuilder& dwarf, uint64_t id,
                  uint64_t before) {
    Assembler index(elf->target());
    const bool is_v5 = version >= 5;
    is_v5 ? index.U16(5).U16(0) : index.U32(2);
    std::vector<std::pair<uint32_t, std::string>> columns = {
        {DW_SECT_INFO, ".debug_info"},
        {DW_SECT_ABBREV, ".debug_abbrev"},
        {5, is_v5 ? ".debug_loclists" : ".debug_loc"},
        {DW_SECT_STR_OFFSETS, ".debug_str_offsets"}};
    if (is_v5) columns.push_back({DW_SECT_RNGLISTS, ".debug_rnglists"});
    index.U32(columns.size()).U32(1).U32(1).U64(id).U32(1);
    for (const auto& [column, name] : columns) index.U32(column);
    for (size_t i = 0; i < columns.size(); ++i) index.U32(before);
    for (const auto& [column, name] : columns) {
      index.U32(dwarf.Section(name).offset() - before - (column == cut));
    }
    elf->Add(".debug_cu_index", index);
  }

  const uint16_t version;
  const Encoding encoding;
  ElfBuilder skeleton_elf;
  ElfBuilder split_elf;
  uint32_t text = 0;
  uint32_t away = 0;
  uint32_t cut = 0;  // the column whose part lacks its last byte
};

// The skeleton's file, opened where the compiler would have put it.
struct Joined {
  Joined(const Folder& folder, std::vector<uint8_t> skeleton)
      : image(std::move(skeleton)),
        module(ElfFile::OpenMemory(image, folder.File("a.o")).value()) {}
  const Unit& skeleton() const { return module.info().units().at(0); }
  absl::StatusOr<const Unit*> split() const {
    return module.split_files().SplitOf(skeleton());
  }

  const std::vector<uint8_t> image;
  Module module;
};

// What the split unit of a Pair has to say.
void ExpectAll(const Pair& pair, const Joined& joined) {
  const absl::StatusOr<const Unit*> found = joined.split();
  ASSERT_THAT(found, IsOk());
  ASSERT_NE(*found, nullptr);
  const Unit& split = **found;
  EXPECT_TRUE(split.is_split());
  EXPECT_EQ(split.skeleton(), &joined.skeleton());
  const Die root = RootDie(split).value();
  EXPECT_EQ(*StringOf(FindAttribute(root, DW_AT_name)->value()), "a.c");
  const Die die = FirstChild(root)->value();
  const auto range = LowHighPc(die);
  ASSERT_THAT(range, IsOk());
  EXPECT_THAT((*range)->begin, InSection(pair.text, 0x40));
  EXPECT_THAT((*range)->end, InSection(pair.text, 0x60));
  EXPECT_EQ((*range)->begin_unit, &joined.skeleton());
  EXPECT_EQ((*range)->end_unit, &joined.skeleton());
  EXPECT_THAT(*AddressAt(split, 2), IsUndefined(pair.away, 4));
  EXPECT_THAT(AddressAt(split, 1000),
              FailsWith(ErrorCode::kBadDwarf, "address index 1000"));

  ListBounds bounds;
  auto ranges = RangeList::Of(FindAttribute(die, DW_AT_ranges)->value());
  ASSERT_THAT(ranges, IsOk());
  ASSERT_TRUE(ranges->NextBounded(&bounds));
  EXPECT_THAT(bounds.begin, InSection(pair.text, 0x12));
  EXPECT_THAT(bounds.end, InSection(pair.text, 0x13));
  if (pair.version >= 5) {
    ASSERT_TRUE(ranges->NextBounded(&bounds));
    EXPECT_THAT(bounds.begin, InSection(pair.text, 0x40));
    EXPECT_THAT(bounds.end, InSection(pair.text, 0x45));
  }
  EXPECT_FALSE(ranges->NextBounded(&bounds));
  EXPECT_TRUE(ranges->ok());

  auto list = LocationList::Of(FindAttribute(die, DW_AT_location)->value());
  ASSERT_THAT(list, IsOk());
  ASSERT_TRUE(list->NextBounded(&bounds));
  EXPECT_THAT(bounds.begin, InSection(pair.text, 0x14));
  EXPECT_THAT(bounds.end, InSection(pair.text, 0x16));
  EXPECT_EQ(bounds.expression_size, 1u);
  ASSERT_TRUE(list->NextBounded(&bounds));
  EXPECT_THAT(bounds.begin, IsUndefined(pair.away, 4));
  EXPECT_THAT(bounds.end, IsUndefined(pair.away, 11));
  if (pair.version < 5) {
    ASSERT_TRUE(list->NextBounded(&bounds));
    EXPECT_THAT(bounds.begin, InSection(pair.text, 0x10));
    EXPECT_THAT(bounds.end, InSection(pair.text, 0x40));
    ASSERT_TRUE(list->NextBounded(&bounds));
    EXPECT_THAT(bounds.begin, InSection(pair.text, 0x40));
    EXPECT_THAT(bounds.end, InSection(pair.text, 0x41));
  }
  EXPECT_FALSE(list->NextBounded(&bounds));
  EXPECT_TRUE(list->ok());

  const auto table = joined.module.LineTableOf(split);
  ASSERT_THAT(table, IsOk());
  EXPECT_EQ(*table, *joined.module.LineTableOf(joined.skeleton()));
  EXPECT_NE(*table, nullptr);
}

class SplitFilesTest : public testing::TestWithParam<uint16_t> {};
INSTANTIATE_TEST_SUITE_P(Versions, SplitFilesTest, testing::Values(4, 5));

TEST_P(SplitFilesTest, InTheCompilersDirectoryOnEveryMachine) {
  for (const Target& target : kTargets) {
    SCOPED_TRACE(target.name);
    const Folder folder;
    const Folder elsewhere;
    Pair pair(GetParam(), target);
    elsewhere.Write("a.dwo", pair.Split());
    const Joined joined(folder, pair.Skeleton(elsewhere.path()));
    ExpectAll(pair, joined);
    EXPECT_EQ(*joined.split(), *joined.split());
  }
}

TEST_P(SplitFilesTest, BesideTheObject) {
  const Folder folder;
  Pair pair(GetParam());
  folder.Write("a.dwo", pair.Split());
  const Joined joined(folder, pair.Skeleton("/no/such/folder"));
  ExpectAll(pair, joined);
}

TEST_P(SplitFilesTest, InTheSameFile) {
  const Folder folder;
  Pair pair(GetParam());
  pair.WriteSkeleton("/no/such/folder");
  pair.WriteSplit(&pair.skeleton_elf, kId);
  const Joined joined(folder, pair.skeleton_elf.Build());
  ExpectAll(pair, joined);
  EXPECT_EQ(&(*joined.split())->sections(), &joined.module.sections());
}

TEST_P(SplitFilesTest, InAPackage) {
  for (const Target& target : kTargets) {
    SCOPED_TRACE(target.name);
    const Folder folder;
    Pair pair(GetParam(), target);
    folder.Write("a.o.dwp", pair.Split(kId, 24));
    const Joined joined(folder, pair.Skeleton("/no/such/folder"));
    ExpectAll(pair, joined);
  }
}

// A part that lacks a byte is an error of that section alone.
TEST_P(SplitFilesTest, PartsOfAPackageAreLimits) {
  const Folder folder;
  Pair pair(GetParam());
  pair.cut = DW_SECT_STR_OFFSETS;
  folder.Write("a.o.dwp", pair.Split(kId, 24));
  const Joined joined(folder, pair.Skeleton("/no/such/folder"));
  ASSERT_THAT(joined.split(), IsOk());
  const Unit& split = **joined.split();
  const Die root = RootDie(split).value();
  EXPECT_THAT(StringOf(FindAttribute(root, DW_AT_name)->value()),
              FailsWith(ErrorCode::kBadDwarf, "outside the section"));
  EXPECT_THAT(AddressAt(split, 1), IsOk());
}

TEST_P(SplitFilesTest, OfAnotherId) {
  const Folder folder;
  Pair pair(GetParam());
  folder.Write("a.dwo", pair.Split(0x77));
  const Joined joined(folder, pair.Skeleton(folder.path()));
  EXPECT_THAT(joined.split(),
              FailsWith(ErrorCode::kBadDwarf, "its first is 0x77"));
  EXPECT_THAT(joined.split(), FailsWith(ErrorCode::kBadDwarf, "a.dwo"));
}

TEST_P(SplitFilesTest, NotThere) {
  const Folder folder;
  Pair pair(GetParam());
  const Joined joined(folder, pair.Skeleton("/no/such/folder"));
  for (const char* tried : {"/no/such/folder/a.dwo", "/a.dwo", "a.o.dwp"}) {
    EXPECT_THAT(joined.split(), FailsWith(ErrorCode::kNotFound, tried));
  }
}

TEST_P(SplitFilesTest, NotAnElfFile) {
  const Folder folder;
  Pair pair(GetParam());
  folder.Write("a.dwo", {'n', 'o'});
  const Joined joined(folder, pair.Skeleton(folder.path()));
  EXPECT_THAT(joined.split(), FailsWith(ErrorCode::kNotElf, "a.dwo"));
}

// Wherever a split file ends, there is an answer or an error.
TEST_P(SplitFilesTest, CutAnywhere) {
  Pair pair(GetParam());
  const std::vector<uint8_t> whole = pair.Split();
  const std::vector<uint8_t> skeleton = pair.Skeleton("/no/such/folder");
  const Folder folder;
  for (size_t size = 0; size < whole.size(); size += 7) {
    folder.Write("a.dwo", {whole.begin(),
                           whole.begin() + static_cast<std::ptrdiff_t>(size)});
    const Joined joined(folder, skeleton);
    const absl::StatusOr<const Unit*> split = joined.split();
    EXPECT_TRUE(!split.ok() || *split != nullptr);
  }
}

TEST_P(SplitFilesTest, ByItselfItNeedsItsSkeleton) {
  Pair pair(GetParam());
  ModuleFile file(pair.Split());
  const Die die = file.child();
  EXPECT_EQ(file.unit().skeleton(), nullptr);
  EXPECT_THAT(LowHighPc(die),
              FailsWith(ErrorCode::kNoSkeleton, "needs its skeleton"));
  const auto ranges = RangeList::Of(FindAttribute(die, DW_AT_ranges)->value());
  if (GetParam() < 5) {
    EXPECT_THAT(ranges,
                FailsWith(ErrorCode::kNoSkeleton, "needs its skeleton"));
  } else {
    EXPECT_THAT(ranges, IsOk());
  }
  EXPECT_EQ(*StringOf(FindAttribute(file.root(), DW_AT_name)->value()), "a.c");
}

// What a Finder answers, and what it was asked.
struct Finding {
  RequestKind wanted = RequestKind::kSupplementary;
  Answer otherwise = Answer::kAbsent;
  std::string at;
  std::vector<RequestKind> asked;
};

class Finder final : public ModuleOracle {
 public:
  explicit Finder(Finding& finding) : finding_(finding) {}
  Answer SectionAddress(uint32_t, uint64_t*) override {
    return Answer::kUnknown;
  }
  Answer SymbolAddress(uint32_t, uint64_t*) override {
    return Answer::kUnknown;
  }
  Answer FindFile(const FileRequest& request, std::string* path) override {
    finding_.asked.push_back(request.kind);
    EXPECT_STREQ(request.name,
                 request.kind == RequestKind::kDwo ? "a.dwo" : nullptr);
    EXPECT_EQ(request.dwo_id, kId);
    if (request.kind != finding_.wanted) return finding_.otherwise;
    *path = finding_.at;
    return Answer::kPlaced;
  }

  void Opened(const Module&) override {}
  void Digested(uint32_t, uint64_t) override {}

 private:
  Finding& finding_;
};

TEST_P(SplitFilesTest, TheCallerSaysWhere) {
  const Folder folder;
  Pair pair(GetParam());
  folder.Write("moved", pair.Split());
  Joined joined(folder, pair.Skeleton(folder.path()));
  Finding finding;
  joined.module.SetOracle(std::make_unique<Finder>(finding));
  EXPECT_TRUE(finding.asked.empty());
  EXPECT_THAT(joined.split(), FailsWith(ErrorCode::kNotFound, "by the caller"));
  EXPECT_EQ(finding.asked,
            (std::vector<RequestKind>{RequestKind::kDwo, RequestKind::kDwp}));
  finding.otherwise = Answer::kFail;
  joined.module.SetOracle(std::make_unique<Finder>(finding));
  EXPECT_THAT(joined.split(), FailsWith(ErrorCode::kCallback, "callback"));
  finding.wanted = RequestKind::kDwo;
  finding.at = folder.File("moved");
  joined.module.SetOracle(std::make_unique<Finder>(finding));
  ExpectAll(pair, joined);
}

TEST_P(SplitFilesTest, ManyThreads) {
  const Folder folder;
  Pair pair(GetParam());
  folder.Write("a.dwo", pair.Split());
  const Joined joined(folder, pair.Skeleton(folder.path()));
  std::vector<const Unit*> found(4);
  std::vector<std::thread> threads;
  for (const Unit*& unit : found) {
    threads.emplace_back([&] { unit = joined.split().value_or(nullptr); });
  }
  for (std::thread& thread : threads) thread.join();
  for (const Unit* unit : found) EXPECT_EQ(unit, found[0]);
  ExpectAll(pair, joined);
}

TEST(SplitFilesRelocsTest, AreReportedAndApplied) {
  const Folder folder;
  Pair pair(5);
  ElfBuilder elf(kX86_64);
  pair.WriteSplit(&elf, kId);
  // high_pc, the field behind abbreviation code 2 and address index 1.
  uint32_t info = 0;
  for (uint32_t i = 1; i < elf.section_count(); ++i) {
    if (elf.section(i).name == ".debug_info.dwo") info = i;
  }
  const uint32_t constant =
      elf.AddSymbol({.name = "constant", .value = 0x30, .section = SHN_ABS});
  elf.Reloc(info, {.offset = 24, .type = R_X86_64_32, .symbol = constant});
  folder.Write("a.dwo", elf.Build());
  const Joined joined(folder, pair.Skeleton(folder.path()));
  ASSERT_THAT(joined.split(), IsOk());
  const Unit& split = **joined.split();
  ASSERT_FALSE(split.info().errors().empty());
  EXPECT_THAT(split.info().errors()[0],
              FailsWith(ErrorCode::kBadReloc, "split file"));
  const Die die = FirstChild(RootDie(split).value())->value();
  const auto range = LowHighPc(die);
  ASSERT_THAT(range, IsOk());
  EXPECT_THAT((*range)->begin, InSection(pair.text, 0x40));
}

TEST(SplitFilesPlainTest, OtherUnitsHaveNone) {
  ElfBuilder elf(kX86_64);
  DwarfBuilder dwarf(&elf, {});
  dwarf.Abbrev(1, DW_TAG_compile_unit, false, {}).EndAbbrevs();
  dwarf.Unit({}, [](DieWriter& die) { die.Die(1); });
  ModuleFile file(dwarf);
  const auto split = file->split_files().SplitOf(file.unit());
  ASSERT_THAT(split, IsOk());
  EXPECT_EQ(*split, nullptr);
}

}  // namespace
}  // namespace dwreloc::internal
