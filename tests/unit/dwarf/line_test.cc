// dwarf/lines/line: headers and file tables of every version, format and
// machine.

#include "dwarf/lines/line.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "dwarf/constants.h"
#include "support/dwarf_file.h"

namespace dwreloc::internal {
namespace {

using Table = absl::StatusOr<std::unique_ptr<const LineTable>>;

Table Parse(const DwarfFile& file, uint64_t offset = 0,
            uint8_t address_size = 8, std::string_view comp_dir = "/build") {
  return LineTable::Parse(
      {.sections = file.sections(),
       .family = Family::kPlain,
       .address_size = address_size,
       .comp_dir = [comp_dir](const LineTable&) { return comp_dir; }},
      DebugLineOffset{offset});
}

void NoProgram(LineWriter&) {}

// A line section of plain bytes.
class Bare {
 public:
  explicit Bare(const Target& target = kX86_64) : out(target), elf_(target) {}
  const DwarfFile& Open() {
    elf_.Add(".debug_line", out);
    file_ = std::make_unique<DwarfFile>(elf_);
    return *file_;
  }
  Assembler out;

 private:
  ElfBuilder elf_;
  std::unique_ptr<DwarfFile> file_;
};

TEST(LineTest, HeaderOnEveryMachineFormatAndVersion) {
  ForEachEncoding([](const Target& target, Encoding encoding) {
    for (const uint32_t path_form :
         {DW_FORM_string, DW_FORM_line_strp, DW_FORM_strp}) {
      if (encoding.version < 5 && path_form != DW_FORM_string) continue;
      ElfBuilder elf(target);
      DwarfBuilder dwarf(&elf, encoding);
      dwarf.Str("another");
      dwarf.LineStr("another");
      dwarf.Section(".debug_line").Zeros(3);
      const LineHeaderFields header = {.min_inst_length = 4,
                                       .max_ops_per_inst = 3,
                                       .default_is_stmt = false,
                                       .line_base = -3,
                                       .line_range = 12,
                                       .path_form = path_form,
                                       .directories = {"/src", "include"},
                                       .files = {{"a.c", 0}, {"b.h", 1}}};
      const uint64_t start = dwarf.LineProgram(
          header, [](LineWriter& line) { line.Copy().Copy(); });
      dwarf.Section(".debug_line").Zeros(8);
      const DwarfFile file(dwarf);
      const Table table = Parse(file, start, encoding.address_size);
      ASSERT_THAT(table, IsOk());
      const LineHeader& read = (*table)->header();
      EXPECT_EQ(read.offset.value, start);
      EXPECT_EQ(read.encoding, encoding);
      EXPECT_EQ(read.end, read.program + 2);
      EXPECT_EQ(read.minimum_instruction_length, 4);
      EXPECT_EQ(read.maximum_operations_per_instruction,
                encoding.version >= 4 ? 3 : 1);
      EXPECT_FALSE(read.default_is_stmt);
      EXPECT_EQ(read.line_base, -3);
      EXPECT_EQ(read.line_range, 12);
      EXPECT_EQ(read.opcode_base, 13);
      EXPECT_EQ(read.standard_opcode_lengths.size(), 12u);
      EXPECT_EQ(read.standard_opcode_lengths[1], 1);  // DW_LNS_advance_pc
      // Numbers are those that the register "file" takes.
      const uint64_t first = encoding.version >= 5 ? 0 : 1;
      EXPECT_EQ((*table)->first_file(), first);
      ASSERT_EQ((*table)->files().size(), 2u);
      EXPECT_EQ((*table)->FindFile(first)->name, "a.c");
      EXPECT_EQ((*table)->FindFile(first + 1)->name, "b.h");
      EXPECT_EQ((*table)->FindFile(first + 1)->directory, 1u);
      EXPECT_EQ((*table)->FindFile(first + 2), nullptr);
      EXPECT_EQ((*table)->FindFile(UINT64_MAX), nullptr);
      if (first == 1) {
        EXPECT_EQ((*table)->FindFile(0), nullptr);
      }
      // Before version 5 directory 0 is the compilation's.
      EXPECT_EQ((*table)->FindDirectory(0), first == 0 ? "/src" : "/build");
      EXPECT_EQ((*table)->FindDirectory(1), first == 0 ? "include" : "/src");
      EXPECT_EQ((*table)->FindDirectory(3).data(), nullptr);
      EXPECT_EQ((*table)->FindDirectory(UINT64_MAX).data(), nullptr);
    }
  });
}

// Directory 0 is where all others count from; a path says it once, or not.
TEST(LineTest, PathsWithAndWithoutTheCompilationDirectory) {
  using Start = LineTable::PathStart;
  for (const uint16_t version : {2, 3, 4, 5}) {
    ElfBuilder elf(kX86_64);
    DwarfBuilder dwarf(&elf, {.version = version});
    LineHeaderFields header = {
        .directories = {"include", "/usr/include"},
        .files = {{"a.c", 0}, {"b.h", 1}, {"c.h", 2}, {"/d.h", 1}, {"e.h", 9}}};
    if (version >= 5)
      header.directories.insert(header.directories.begin(), "rel");
    dwarf.LineProgram(header, NoProgram);
    const DwarfFile file(dwarf);
    const Table table = Parse(file, 0, 8, "rel");
    ASSERT_THAT(table, IsOk());
    const LineTable& lines = **table;
    const uint64_t first = lines.first_file();
    const auto paths = [&](uint64_t i) {
      const auto near = lines.PathOf(first + i, Start::kCompilationDirectory);
      const auto whole = lines.PathOf(first + i, Start::kRoot);
      EXPECT_THAT(near, IsOk());
      EXPECT_THAT(whole, IsOk());
      return near.ok() && whole.ok() ? *near + " " + *whole : "";
    };
    EXPECT_EQ(lines.compilation_directory(), "rel");
    EXPECT_EQ(paths(0), "a.c rel/a.c");
    EXPECT_EQ(paths(1), "include/b.h rel/include/b.h");
    EXPECT_EQ(paths(2), "/usr/include/c.h /usr/include/c.h");
    EXPECT_EQ(paths(3), "/d.h /d.h");
    for (const Start start : {Start::kCompilationDirectory, Start::kRoot}) {
      EXPECT_EQ(GetDetail(lines.PathOf(first + 4, start).status()).code,
                ErrorCode::kNotFound);
      EXPECT_EQ(GetDetail(lines.PathOf(first + 5, start).status()).code,
                ErrorCode::kNotFound);
    }
  }
}

// gcc -gdwarf64 with gas: formats mix in one file.
TEST(LineTest, Dwarf64TableInADwarf32File) {
  ElfBuilder elf(kX86_64);
  DwarfBuilder dwarf(&elf, {.format = Format::kDwarf32, .version = 5});
  dwarf.LineProgram({}, NoProgram);
  dwarf.set_encoding({.format = Format::kDwarf64, .version = 5});
  const uint64_t second = dwarf.LineProgram({.files = {{"wide.c"}}}, NoProgram);
  const DwarfFile file(dwarf);
  EXPECT_EQ((*Parse(file, 0))->header().encoding.format, Format::kDwarf32);
  const Table table = Parse(file, second);
  ASSERT_THAT(table, IsOk());
  EXPECT_EQ((*table)->header().encoding.format, Format::kDwarf64);
  EXPECT_EQ((*table)->FindFile(0)->name, "wide.c");
}

TEST(LineTest, OldFilesHaveTimesAndLengths) {
  Bare bare;
  bare.out.Length(Format::kDwarf32, [&] {
    bare.out.U16(3).LengthOf(4, [&] {
      bare.out.U8(1).U8(1).U8(0xfb).U8(14).U8(1);  // opcode_base 1
      bare.out.String("inc").U8(0);
      bare.out.String("a.c").Uleb(1).Uleb(1000000).Uleb(200);
      bare.out.String("b.c").Uleb(0).Uleb(0).Uleb(0).U8(0);
      bare.out.Raw({1, 2, 3});  // of a later version: skipped by its length
    });
    bare.out.U8(DW_LNS_copy);
  });
  const Table table = Parse(bare.Open());
  ASSERT_THAT(table, IsOk());
  EXPECT_TRUE((*table)->header().standard_opcode_lengths.empty());
  EXPECT_EQ((*table)->header().program + 1, (*table)->header().end);
  const LineFile* file = (*table)->FindFile(1);
  ASSERT_NE(file, nullptr);
  EXPECT_EQ(file->directory, 1u);
  EXPECT_EQ(file->mtime, 1000000u);
  EXPECT_EQ(file->length, 200u);
  EXPECT_EQ(file->md5, nullptr);
  EXPECT_EQ((*table)->files().size(), 2u);
}

TEST(LineTest, Md5IsWhereItStands) {
  ElfBuilder elf(kS390x);
  DwarfBuilder dwarf(&elf, {.version = 5});
  dwarf.LineProgram({.md5 = true, .files = {{"a.c", 0, "0123456789abcdef"}}},
                    NoProgram);
  const DwarfFile file(dwarf);
  const Table table = Parse(file);
  ASSERT_THAT(table, IsOk());
  const LineFile* first = (*table)->FindFile(0);
  ASSERT_NE(first->md5, nullptr);
  // Bytes, whatever the byte order.
  EXPECT_EQ(std::string_view(reinterpret_cast<const char*>(first->md5), 16),
            "0123456789abcdef");
}

// A version 5 header up to its entry formats, which `tables` writes.
Assembler Version5(const std::function<void(Assembler&)>& tables,
                   const Target& target = kX86_64, uint8_t address_size = 8,
                   uint8_t segment_selector_size = 0) {
  Assembler out(target);
  out.Length(Format::kDwarf32, [&] {
    out.U16(5).U8(address_size).U8(segment_selector_size);
    out.LengthOf(4, [&] {
      out.U8(1).U8(1).U8(1).U8(0xfb).U8(14).U8(1);
      tables(out);
    });
  });
  return out;
}

Assembler Version5Files(const std::function<void(Assembler&)>& files) {
  return Version5([&](Assembler& out) {
    out.U8(0).Uleb(0);  // no directories
    files(out);
  });
}

Table ParseBytes(const Assembler& bytes, Bare& bare) {
  bare.out.Append(bytes);
  return Parse(bare.Open());
}

TEST(LineTest, EntryFormatsMayBeInAnyOrderAndUnknown) {
  Bare bare;
  const Table table =
      ParseBytes(Version5Files([](Assembler& out) {
                   out.U8(7);
                   out.Uleb(DW_LNCT_size).Uleb(DW_FORM_udata);
                   out.Uleb(0x2001).Uleb(DW_FORM_block);  // a vendor's
                   out.Uleb(DW_LNCT_directory_index).Uleb(DW_FORM_data2);
                   out.Uleb(DW_LNCT_timestamp).Uleb(DW_FORM_data8);
                   out.Uleb(0x3fff).Uleb(DW_FORM_string);
                   out.Uleb(uint64_t{1} << 40).Uleb(DW_FORM_data1);
                   out.Uleb(DW_LNCT_path).Uleb(DW_FORM_string);
                   out.Uleb(1);
                   out.Uleb(300).Uleb(2).U16(0).U16(7).U64(123456789);
                   out.String("source").U8(9).String("a.c");
                 }),
                 bare);
  ASSERT_THAT(table, IsOk());
  ASSERT_EQ((*table)->files().size(), 1u);
  const LineFile& file = (*table)->files()[0];
  EXPECT_EQ(file.name, "a.c");
  EXPECT_EQ(file.length, 300u);
  EXPECT_EQ(file.directory, 7u);
  EXPECT_EQ(file.mtime, 123456789u);
}

TEST(LineTest, TimestampMayBeABlock) {
  Bare bare;
  const Table table = ParseBytes(Version5Files([](Assembler& out) {
                                   out.U8(1);
                                   out.Uleb(DW_LNCT_timestamp);
                                   out.Uleb(DW_FORM_block);
                                   out.Uleb(1).Uleb(3).Raw({1, 2, 3});
                                 }),
                                 bare);
  ASSERT_THAT(table, IsOk());
  EXPECT_EQ((*table)->files()[0].mtime, 0u);
}

// Its size is unknown, and what follows it lost, up to the program.
TEST(LineTest, UnknownFormEndsTheFilesAndNotTheTable) {
  Bare bare;
  const Table table =
      ParseBytes(Version5([](Assembler& out) {
                   out.U8(1).Uleb(DW_LNCT_path).Uleb(DW_FORM_string);
                   out.Uleb(1).String("/build");
                   out.U8(2).Uleb(DW_LNCT_path).Uleb(DW_FORM_string);
                   out.Uleb(0x2001).Uleb(0x77);
                   out.Uleb(2).String("a.c").Zeros(8);
                 }),
                 bare);
  ASSERT_THAT(table, IsOk());
  EXPECT_THAT((*table)->entries_status(),
              FailsWith(ErrorCode::kUnsupported, "0x77"));
  EXPECT_EQ((*table)->header().program, (*table)->header().end);
  EXPECT_EQ((*table)->FindDirectory(0), "/build");
  EXPECT_EQ((*table)->FindFile(1), nullptr);
  EXPECT_THAT((*table)->PathOf(1, LineTable::PathStart::kRoot),
              FailsWith(ErrorCode::kUnsupported, "file 1: unknown form 0x77"));
}

TEST(LineTest, UnknownFormOfAPathIsNamed) {
  Bare bare;
  const Table table =
      ParseBytes(Version5Files([](Assembler& out) {
                   out.U8(1).Uleb(DW_LNCT_path).Uleb(DW_FORM_udata);
                   out.Uleb(1).Zeros(8);
                 }),
                 bare);
  ASSERT_THAT(table, IsOk());
  EXPECT_THAT((*table)->entries_status(),
              FailsWith(ErrorCode::kUnsupported, "DW_LNCT_path"));
}

// They may not cost time or memory before it is clear that they cannot be.
TEST(LineTest, HugeCountsAreRejectedQuickly) {
  for (const uint64_t count : {uint64_t{1} << 20, UINT64_MAX}) {
    for (const bool with_format : {false, true}) {
      Bare bare;
      EXPECT_THAT(ParseBytes(Version5Files([&](Assembler& out) {
                               out.U8(with_format ? 1 : 0);
                               if (with_format) {
                                 out.Uleb(DW_LNCT_size);
                                 out.Uleb(DW_FORM_implicit_const);
                               }
                               out.Uleb(count).Zeros(100);
                             }),
                             bare),
                  FailsWith(ErrorCode::kBadDwarf, "entries"));
    }
  }
}

// As many entries as bytes are left, each of which would be made of nothing.
TEST(LineTest, EntriesOfNoBytes) {
  for (const uint64_t form : {uint64_t{DW_FORM_flag_present},
                              uint64_t{DW_FORM_implicit_const}, uint64_t{0}}) {
    Bare bare;
    EXPECT_THAT(ParseBytes(Version5Files([&](Assembler& out) {
                             out.U8(form == 0 ? 0 : 1);
                             if (form != 0) out.Uleb(DW_LNCT_size).Uleb(form);
                             out.Uleb(50).Zeros(100);
                           }),
                           bare),
                FailsWith(ErrorCode::kBadDwarf, "50 entries of no bytes"));
  }
}

TEST(LineTest, WrongVersions) {
  for (const uint16_t version : {0, 1, 6, 0x0500}) {
    Bare bare;
    bare.out.Length(Format::kDwarf32, [&] { bare.out.U16(version).Zeros(64); });
    const Table table = Parse(bare.Open());
    EXPECT_THAT(table, FailsWith(ErrorCode::kUnsupported, "version"));
    EXPECT_EQ(GetDetail(table.status()).offset, 4u);
  }
}

// What is computed with it later must be a size that there is.
TEST(LineTest, WrongAddressAndSegmentSizes) {
  const auto no_files = [](Assembler& out) { out.Zeros(4); };
  for (const uint8_t size : {0, 1, 3, 9, 255}) {
    Bare bare;
    const Table table = ParseBytes(Version5(no_files, kX86_64, size), bare);
    EXPECT_THAT(table, FailsWith(ErrorCode::kUnsupported, "address_size"));
    EXPECT_EQ(GetDetail(table.status()).offset, 6u);
  }
  Bare bare;
  EXPECT_THAT(ParseBytes(Version5(no_files, kX86_64, 8, 4), bare),
              FailsWith(ErrorCode::kUnsupported, "segment_selector_size"));
}

TEST(LineTest, OpcodeBaseZero) {
  Bare bare;
  bare.out.Length(Format::kDwarf32, [&] {
    bare.out.U16(2).LengthOf(
        4, [&] { bare.out.U8(1).U8(1).U8(0xfb).U8(14).U8(0).Zeros(2); });
  });
  EXPECT_THAT(Parse(bare.Open()),
              FailsWith(ErrorCode::kBadDwarf, "opcode_base"));
}

TEST(LineTest, OffsetAndLengthsOutside) {
  Bare bare;
  bare.out.U32(100).U16(4).Zeros(20);
  const DwarfFile& file = bare.Open();
  EXPECT_THAT(Parse(file, 0), FailsWith(ErrorCode::kTruncated, "unit_length"));
  EXPECT_THAT(Parse(file, 26), FailsWith(ErrorCode::kBadDwarf, "outside"));
  EXPECT_THAT(Parse(file, kNoOffset), FailsWith(ErrorCode::kBadDwarf, ""));
  Bare header;
  header.out.Length(Format::kDwarf32,
                    [&] { header.out.U16(4).U32(1000).Zeros(20); });
  EXPECT_THAT(Parse(header.Open()),
              FailsWith(ErrorCode::kTruncated, "header_length"));
  Bare reserved;
  reserved.out.U32(0xfffffff3).Zeros(20);
  EXPECT_THAT(Parse(reserved.Open()),
              FailsWith(ErrorCode::kBadDwarf, "reserved"));
}

TEST(LineTest, MissingSectionsAreNamed) {
  ElfBuilder elf(kX86_64);
  elf.Add({.name = ".debug_info"});
  const DwarfFile none(elf);
  EXPECT_THAT(Parse(none), FailsWith(ErrorCode::kNotFound, ".debug_line"));
  Bare bare;
  // Rows can be read all the same.
  const auto table = ParseBytes(Version5Files([](Assembler& out) {
                                  out.U8(1).Uleb(DW_LNCT_path);
                                  out.Uleb(DW_FORM_line_strp).Uleb(1).U32(0);
                                }),
                                bare);
  ASSERT_TRUE(table.ok()) << table.status();
  EXPECT_THAT((*table)->FileError(0),
              FailsWith(ErrorCode::kNotFound, "path of file 0"));
}

TEST(LineTest, TruncatedAtEveryByte) {
  for (const Format format : {Format::kDwarf32, Format::kDwarf64}) {
    for (const uint16_t version : {2, 4, 5}) {
      ElfBuilder elf(kX86_64);
      DwarfBuilder dwarf(&elf, {.format = format, .version = version});
      dwarf.LineProgram({.path_form = version >= 5 ? uint32_t{DW_FORM_line_strp}
                                                   : uint32_t{DW_FORM_string},
                         .md5 = true,
                         .directories = {"/src", "inc"},
                         .files = {{"a.c", 0}, {"b.c", 1}}},
                        NoProgram);
      const uint64_t size = dwarf.Section(".debug_line").offset();
      dwarf.Finish();
      const std::vector<uint8_t> image = elf.Build();
      const uint32_t section = dwarf.SectionIndex(".debug_line");
      const int width = static_cast<int>(format);
      const uint64_t length_size = format == Format::kDwarf64 ? 12 : 4;
      const uint64_t at = elf.contents_offset(section);
      for (uint64_t cut = 1; cut < size; ++cut) {
        SCOPED_TRACE(cut);
        const DwarfFile file(CutSection(elf, image, section, cut));
        const Table table = Parse(file);
        EXPECT_THAT(table, FailsWith(ErrorCode::kTruncated, ""));
        EXPECT_EQ(GetDetail(table.status()).section, section);
        // The same with lengths that agree: unit_length, then header_length.
        if (cut < length_size) continue;
        std::vector<uint8_t> shorter = image;
        Patch(shorter, at + length_size - static_cast<uint64_t>(width), width,
              cut - length_size);
        EXPECT_THAT(Parse(DwarfFile(shorter)),
                    FailsWith(ErrorCode::kTruncated, ""));
        const uint64_t header_length_at =
            length_size + 2 + (version >= 5 ? 2 : 0);
        const uint64_t header_at =
            header_length_at + static_cast<uint64_t>(width);
        if (cut < header_at) continue;
        Patch(shorter, at + header_length_at, width, cut - header_at);
        const Table both = Parse(DwarfFile(shorter));
        EXPECT_FALSE(both.ok());
      }
    }
  }
}

// Entries are passed when a table is parsed, decoded only where their records
// are observed, and read later: all three find the same of them.
TEST(LineTest, EntriesArePassedAsTheyAreRead) {
  struct : RelocObserver {
    void OnRelocated(const RelocatedDatum&) override {}
  } observer;
  for (const uint32_t path_form :
       {DW_FORM_string, DW_FORM_line_strp, DW_FORM_udata, DW_FORM_block1}) {
    const std::vector<uint8_t> whole =
        Version5([&](Assembler& out) {
          for (int table = 0; table < 2; ++table) {
            out.U8(3).Uleb(DW_LNCT_path).Uleb(path_form);
            out.Uleb(DW_LNCT_directory_index).Uleb(DW_FORM_udata);
            out.Uleb(DW_LNCT_MD5).Uleb(DW_FORM_data16);
            out.Uleb(5);
            for (const uint32_t directory : {0x80, 0, 0x4000, 1, 0x80}) {
              out.U8(1).U8('a').U8(0).U8(0).Uleb(directory).Zeros(16);
            }
          }
        }).bytes();
    constexpr uint64_t kHeaderLengthAt = 8;
    for (uint64_t length = 0; length + kHeaderLengthAt + 4 <= whole.size();
         ++length) {
      SCOPED_TRACE(length);
      std::vector<uint8_t> cut = whole;
      Patch(cut, kHeaderLengthAt, 4, length);
      Bare bare;
      bare.out.Raw(Bytes(cut));
      const DwarfFile& file = bare.Open();
      const Table passed = Parse(file);
      const Table observed = LineTable::Parse({.sections = file.sections(),
                                               .family = Family::kPlain,
                                               .address_size = 8},
                                              DebugLineOffset{0}, &observer);
      ASSERT_EQ(passed.status(), observed.status());
      if (!passed.ok()) continue;
      EXPECT_EQ((*passed)->entries_status(), (*observed)->entries_status());
      EXPECT_EQ((*passed)->directory_count(), (*passed)->directories().size());
      EXPECT_EQ((*passed)->file_count(), (*passed)->files().size());
      EXPECT_EQ((*observed)->file_count(), (*observed)->files().size());
    }
  }
}

TEST(LineTest, PathWithABadRelocationSpoilsItsFileOnly) {
  ElfBuilder elf(kX86_64);
  DwarfBuilder dwarf(&elf, {.version = 5});
  dwarf.LineStr("a.c");
  dwarf.Section(".debug_line").Append(Version5Files([&](Assembler& out) {
    out.U8(1).Uleb(DW_LNCT_path).Uleb(DW_FORM_line_strp).Uleb(3);
    out.Reloc(4, R_X86_64_GOTPCREL, dwarf.SectionSymbol(".debug_line_str"), 0);
    out.Reloc(4, R_X86_64_32, dwarf.SectionSymbol(".debug_line_str"), 0);
    out.Reloc(4, R_X86_64_32, dwarf.SectionSymbol(".debug_line_str"), 99);
  }));
  const DwarfFile file(dwarf);
  const auto table = Parse(file);
  ASSERT_TRUE(table.ok()) << table.status();
  ASSERT_EQ((*table)->files().size(), 3u);
  EXPECT_THAT((*table)->FileError(0),
              FailsWith(ErrorCode::kRelocType, "path of file 0"));
  EXPECT_EQ((*table)->files()[0].name.data(), nullptr);
  EXPECT_EQ((*table)->files()[1].name, "a.c");
  EXPECT_THAT((*table)->FileError(1), IsOk());
  // Outside .debug_line_str.
  EXPECT_THAT((*table)->FileError(2),
              FailsWith(ErrorCode::kBadDwarf, "outside the section"));
}

TEST(LineTest, TablesOneAfterTheOther) {
  ElfBuilder elf;
  DwarfBuilder dwarf(&elf, {.address_size = 8, .version = 4});
  dwarf.Section(".debug_line").Zeros(3);
  const uint64_t first = dwarf.LineProgram({}, [](LineWriter&) {});
  dwarf.Section(".debug_line").Zeros(5);
  const uint64_t second = dwarf.LineProgram({}, [](LineWriter&) {});
  dwarf.Section(".debug_line").Zeros(4);
  const DwarfFile file(dwarf);
  const SectionView& view = *file.sections().View(file.Find(".debug_line"));
  const auto one = NextLineTable(view, 0);
  ASSERT_TRUE(one.has_value());
  EXPECT_EQ(one->offset, first);
  EXPECT_EQ(one->next, second - 5);
  const auto two = NextLineTable(view, one->next);
  ASSERT_TRUE(two.has_value());
  EXPECT_EQ(two->offset, second);
  EXPECT_FALSE(NextLineTable(view, two->next).has_value());
}

}  // namespace
}  // namespace dwreloc::internal
