// module/supplementary_file and dwarf/tree/supplementary: strings, DIEs, names
// of line tables and macros in a file that several share, in the forms of dwz
// and of DWARF 5; where that file is searched for; and those that are missing,
// of another build or cut.

#include "module/supplementary_file.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "dwarf/constants.h"
#include "dwarf/lines/line.h"
#include "dwarf/macros/macro.h"
#include "dwarf/tree/die.h"
#include "dwarf/tree/reference.h"
#include "dwarf/tree/strings.h"
#include "module/module.h"
#include "query/function_name.h"
#include "support/dwarf_file.h"
#include "support/temp_directory.h"

namespace dwreloc::internal {
namespace {

constexpr std::string_view kId = "\x12\xab\xcd";

// Which forms are meant, and which section names the file.
enum class Style { kDwz, kStandard };

// The shared file: a partial unit with a function `shared`, and "other" in
// .debug_str.
struct SharedFile {
  explicit SharedFile(Style style,
                      Encoding encoding = {.address_size = 8, .version = 5},
                      const Target& target = kX86_64, std::string_view id = kId)
      : elf(target, ET_EXEC) {
    if (style == Style::kDwz) {
      elf.Add({.name = ".note.gnu.build-id",
               .type = SHT_NOTE,
               .flags = SHF_ALLOC,
               .contents = BuildIdNote(target, id),
               .align = 4});
    } else {
      Assembler sup(target);
      sup.U16(5).U8(1).U8(0).Uleb(id.size());
      for (const char c : id) sup.U8(static_cast<uint8_t>(c));
      elf.Add(".debug_sup", sup);
    }
    DwarfBuilder dwarf(&elf, encoding);
    dwarf.Str("unused");
    other = dwarf.Str("other");
    dwarf.Abbrev(1, DW_TAG_partial_unit, true, {{DW_AT_name, DW_FORM_string}})
        .Abbrev(2, DW_TAG_subprogram, false, {{DW_AT_name, DW_FORM_strp}})
        .EndAbbrevs();
    dwarf.Unit({.unit_type = DW_UT_partial}, [&](DieWriter& die) {
      die.Die(1).String("common");
      const Label function = die.Here();
      die.Die(2).Strp("shared").End();
      die_offset = die.out().Find(function);
    });
    dwarf.Finish();
    image = elf.Build();
  }

  ElfBuilder elf;
  uint64_t other = 0;
  uint64_t die_offset = 0;
  std::vector<uint8_t> image;
};

// A file that refers to it: the name of its unit is "other", and a function's
// origin is `shared`.
std::vector<uint8_t> UserOf(
    const SharedFile& shared, Style style, const std::string& name,
    Encoding encoding = {.address_size = 8, .version = 5},
    const Target& target = kX86_64, uint64_t beyond = 0) {
  ElfBuilder elf(target);
  const bool is_dwz = style == Style::kDwz;
  Assembler link(target);
  if (is_dwz) {
    link.String(name);
  } else {
    link.U16(5).U8(0).String(name).Uleb(kId.size());
  }
  for (const char c : kId) link.U8(static_cast<uint8_t>(c));
  elf.Add(is_dwz ? ".gnu_debugaltlink" : ".debug_sup", link);
  DwarfBuilder dwarf(&elf, encoding);
  const int width = encoding.offset_size();
  const uint32_t string_form = is_dwz ? DW_FORM_GNU_strp_alt : DW_FORM_strp_sup;
  const uint32_t reference = is_dwz       ? uint32_t{DW_FORM_GNU_ref_alt}
                             : width == 4 ? uint32_t{DW_FORM_ref_sup4}
                                          : uint32_t{DW_FORM_ref_sup8};
  dwarf.Abbrev(1, DW_TAG_compile_unit, true, {{DW_AT_name, string_form}})
      .Abbrev(2, DW_TAG_subprogram, false, {{DW_AT_abstract_origin, reference}})
      .EndAbbrevs();
  dwarf.Unit({}, [&](DieWriter& die) {
    die.Die(1).out().Number(shared.other + beyond, width);
    die.Die(2).out().Number(shared.die_offset + beyond, width);
    die.End();
  });
  dwarf.Finish();
  return elf.Build();
}

absl::StatusOr<std::string_view> NameOf(const Module& module) {
  const Die root = RootDie(module.info().units().at(0)).value();
  return StringOf(FindAttribute(root, DW_AT_name)->value());
}

absl::StatusOr<Die> OriginIn(const Module& module) {
  const Die root = RootDie(module.info().units().at(0)).value();
  const Die function = FirstChild(root)->value();
  return FollowReference(
      FindAttribute(function, DW_AT_abstract_origin)->value());
}

class Finder final : public ModuleOracle {
 public:
  Finder(Answer answer, std::string path)
      : answer_(answer), path_(std::move(path)) {}
  Answer SectionAddress(uint32_t, uint64_t*) override {
    return Answer::kUnknown;
  }
  Answer SymbolAddress(uint32_t, uint64_t*) override {
    return Answer::kUnknown;
  }
  Answer FindFile(const FileRequest& request, std::string* path) override {
    EXPECT_EQ(request.kind, RequestKind::kSupplementary);
    EXPECT_STREQ(request.name, "a.dwz");
    EXPECT_EQ(request.build_id.size(), kId.size());
    *path = path_;
    return answer_;
  }

  void Opened(const Module&) override {}
  void Digested(uint32_t, uint64_t) override {}

 private:
  const Answer answer_;
  const std::string path_;
};

class SupplementaryFileTest : public testing::TestWithParam<Style> {
 protected:
  std::unique_ptr<Module> Open(const std::vector<uint8_t>& image) const {
    const std::string path = folder_.Write("bin/user.o", image);
    return std::make_unique<Module>(
        ElfFile::OpenPath(path.c_str()).value(),
        ModuleContext{.directories = &directories_});
  }
  // The same, of a file that names a.dwz.
  std::unique_ptr<Module> OpenUser(uint64_t beyond = 0) const {
    return Open(UserOf(SharedFile(GetParam()), GetParam(), "a.dwz",
                       {.address_size = 8, .version = 5}, kX86_64, beyond));
  }

  const TempDirectory folder_;
  const TempDirectory debug_;
  const DebugDirectories directories_{{debug_.path()}};
};
INSTANTIATE_TEST_SUITE_P(Styles, SupplementaryFileTest,
                         testing::Values(Style::kDwz, Style::kStandard));

TEST_P(SupplementaryFileTest, StringsAndDiesInEveryEncoding) {
  ForEachEncoding([&](const Target& target, Encoding encoding) {
    const SharedFile shared(GetParam(), encoding, target);
    folder_.Write("bin/a.dwz", shared.image);
    const auto module =
        Open(UserOf(shared, GetParam(), "a.dwz", encoding, target));
    const auto name = NameOf(*module);
    ASSERT_THAT(name, IsOk());
    EXPECT_EQ(*name, "other");
    const absl::StatusOr<Die> origin = OriginIn(*module);
    ASSERT_THAT(origin, IsOk());
    EXPECT_EQ(origin->tag, DW_TAG_subprogram);
    EXPECT_EQ(origin->offset, shared.die_offset);
    EXPECT_NE(&origin->unit->sections(), &module->sections());
    EXPECT_EQ(*StringOf(FindAttribute(*origin, DW_AT_name)->value()), "shared");
  });
}

TEST_P(SupplementaryFileTest, NothingIsOpenedBeforeItIsNeeded) {
  const auto module = OpenUser();
  EXPECT_EQ(module->info().units().size(), 1u);
  // There by the time that something in it is read.
  folder_.Write("bin/a.dwz", SharedFile(GetParam()).image);
  EXPECT_THAT(NameOf(*module), IsOk());
}

TEST_P(SupplementaryFileTest, NamesOfFunctionsComeFromIt) {
  folder_.Write("bin/a.dwz", SharedFile(GetParam()).image);
  const auto module = OpenUser();
  const Die root = RootDie(module->info().units().at(0)).value();
  const FunctionName name = FunctionNameOf(FirstChild(root)->value());
  EXPECT_THAT(name.status, IsOk());
  EXPECT_EQ(name.name, "shared");
}

TEST_P(SupplementaryFileTest, ByItsPathFromTheDirectoryOfTheFile) {
  const SharedFile shared(GetParam());
  folder_.Write("dwz/deep/x", shared.image);
  EXPECT_THAT(NameOf(*Open(UserOf(shared, GetParam(), "../dwz/deep/x"))),
              IsOk());
  EXPECT_THAT(
      NameOf(*Open(UserOf(shared, GetParam(), folder_.path() + "/dwz/deep/x"))),
      IsOk());
}

TEST_P(SupplementaryFileTest, BelowTheDebugDirectories) {
  const SharedFile shared(GetParam());
  const std::vector<uint8_t> user =
      UserOf(shared, GetParam(), "/no/such/a.dwz");
  EXPECT_THAT(NameOf(*Open(user)),
              FailsWith(ErrorCode::kNotFound,
                        debug_.path() + "/.build-id/12/abcd.debug"));
  debug_.Write(".build-id/12/abcd.debug", shared.image);
  EXPECT_THAT(NameOf(*Open(user)), IsOk());
  std::filesystem::remove_all(debug_.path() + "/.build-id");
  debug_.Write(".dwz/a.dwz", shared.image);
  EXPECT_THAT(NameOf(*Open(user)), IsOk());
}

TEST_P(SupplementaryFileTest, NotThatOfAnotherBuild) {
  folder_.Write("bin/a.dwz",
                SharedFile(GetParam(), {.address_size = 8, .version = 5},
                           kX86_64, "\x12\xab\xce")
                    .image);
  const auto module = OpenUser();
  EXPECT_THAT(NameOf(*module), FailsWith(ErrorCode::kNotFound, "differs"));
  EXPECT_THAT(OriginIn(*module), FailsWith(ErrorCode::kNotFound, "a.dwz"));
  // The right one is found behind it.
  debug_.Write(".build-id/12/abcd.debug", SharedFile(GetParam()).image);
  EXPECT_THAT(NameOf(*OpenUser()), IsOk());
}

TEST_P(SupplementaryFileTest, AFileWithoutIdentityIsNotIt) {
  ElfBuilder empty;
  folder_.Write("bin/a.dwz", empty.Build());
  EXPECT_THAT(NameOf(*OpenUser()), FailsWith(ErrorCode::kNotFound, "differs"));
  folder_.Write("bin/a.dwz", "no ELF file");
  EXPECT_THAT(NameOf(*OpenUser()), FailsWith(ErrorCode::kNotElf, "a.dwz"));
}

TEST_P(SupplementaryFileTest, WhereTheCallerSays) {
  const std::string path =
      debug_.Write("elsewhere", SharedFile(GetParam()).image);
  const auto module = OpenUser();
  EXPECT_THAT(NameOf(*module), FailsWith(ErrorCode::kNotFound, "looked for"));
  module->SetOracle(std::make_unique<Finder>(Answer::kPlaced, path));
  EXPECT_THAT(NameOf(*module), IsOk());
  EXPECT_THAT(OriginIn(*module), IsOk());
}

TEST_P(SupplementaryFileTest, WhereTheCallerSaysThereIsNone) {
  folder_.Write("bin/a.dwz", SharedFile(GetParam()).image);
  const auto module = OpenUser();
  module->SetOracle(std::make_unique<Finder>(Answer::kAbsent, ""));
  EXPECT_THAT(NameOf(*module),
              FailsWith(ErrorCode::kNotFound, "by the caller"));
  module->SetOracle(std::make_unique<Finder>(Answer::kFail, ""));
  EXPECT_THAT(NameOf(*module), FailsWith(ErrorCode::kCallback, "callback"));
  module->SetOracle(std::make_unique<Finder>(Answer::kUnknown, ""));
  EXPECT_THAT(NameOf(*module), IsOk());
}

TEST_P(SupplementaryFileTest, OffsetsBeyondItsEndNameTheFile) {
  folder_.Write("bin/a.dwz", SharedFile(GetParam()).image);
  const auto module = OpenUser(0x1000);
  const auto name = NameOf(*module);
  EXPECT_THAT(name, FailsWith(ErrorCode::kBadDwarf, "bin/a.dwz: .debug_str"));
  // The place is the datum's, in the file that is read.
  const ErrorDetail detail = GetDetail(name.status());
  EXPECT_EQ(module->file().Name(detail.section), ".debug_info");
  EXPECT_THAT(OriginIn(*module),
              FailsWith(ErrorCode::kNotFound, "bin/a.dwz: .debug_info"));
}

TEST_P(SupplementaryFileTest, CutShort) {
  SharedFile shared(GetParam());
  const std::vector<uint8_t> whole = shared.image;
  for (uint64_t size = 0; size < whole.size(); size += 7) {
    folder_.Write("bin/a.dwz",
                  std::vector<uint8_t>(
                      whole.begin(), whole.begin() + static_cast<long>(size)));
    const auto module = OpenUser();
    EXPECT_FALSE(NameOf(*module).ok() && OriginIn(*module).ok()) << size;
  }
}

TEST_P(SupplementaryFileTest, ItHasNoneItself) {
  SharedFile shared(GetParam());
  folder_.Write("bin/a.dwz", shared.image);
  const auto module = OpenUser();
  const absl::StatusOr<Die> origin = OriginIn(*module);
  ASSERT_THAT(origin, IsOk());
  const Module& other = Module::Of(origin->unit->sections());
  EXPECT_THAT(other.supplementary().Supplementary(),
              FailsWith(ErrorCode::kNotFound, "no .debug_sup"));
}

TEST(SupplementaryFileOfTest, AFileWithoutALink) {
  ElfBuilder elf;
  DwarfBuilder dwarf(&elf, {.address_size = 8, .version = 5});
  dwarf.Abbrev(1, DW_TAG_compile_unit, false, {{DW_AT_name, DW_FORM_strp_sup}})
      .EndAbbrevs();
  dwarf.Unit({}, [&](DieWriter& die) { die.Die(1).Data4(0); });
  dwarf.Finish();
  const std::vector<uint8_t> image = elf.Build();
  const Module module(ElfFile::OpenMemory(image, "test").value());
  EXPECT_THAT(NameOf(module), FailsWith(ErrorCode::kNotFound, "no .debug_sup"));
}

TEST(SupplementaryFileOfTest, NamesOfLineTablesAndMacros) {
  const TempDirectory folder;
  const SharedFile shared(Style::kStandard);
  folder.Write("a.dwz", shared.image);
  ElfBuilder elf;
  Assembler link;
  link.U16(5).U8(0).String("a.dwz").Uleb(kId.size());
  for (const char c : kId) link.U8(static_cast<uint8_t>(c));
  elf.Add(".debug_sup", link);
  DwarfBuilder dwarf(&elf, {.address_size = 8, .version = 5});
  dwarf.Section(".debug_line").Length(Format::kDwarf32, [&] {
    Assembler& out = dwarf.Section(".debug_line");
    out.U16(5).U8(8).U8(0);
    out.LengthOf(4, [&] {
      out.U8(1).U8(1).U8(1).U8(0xfb).U8(14).U8(1);
      out.U8(1).Uleb(DW_LNCT_path).Uleb(DW_FORM_strp_sup).Uleb(1);
      out.U32(shared.other);
      out.U8(1).Uleb(DW_LNCT_path).Uleb(DW_FORM_strp_sup).Uleb(2);
      out.U32(shared.other).U32(shared.other + 0x1000);
    });
  });
  dwarf.Section(".debug_macro")
      .U16(5)
      .U8(0)
      .U8(DW_MACRO_define_sup)
      .Uleb(7)
      .U32(shared.other)
      .U8(0);
  dwarf.Finish();
  const std::string path = folder.Write("user.o", elf.Build());
  const Module module(ElfFile::OpenPath(path.c_str()).value());

  const auto table = module.LineTableAt(SectionPlace{
      module.file().PrimarySection(SectionId::kDebugLine, Family::kPlain), 0});
  ASSERT_THAT(table, IsOk());
  const auto& files = (*table)->files();
  ASSERT_EQ(files.size(), 2u);
  EXPECT_EQ(files[0].name, "other");

  const uint32_t section =
      module.file().PrimarySection(SectionId::kDebugMacro, Family::kPlain);
  auto macros = MacroReader::At(module.sections(), {section, 0}, nullptr);
  ASSERT_THAT(macros, IsOk());
  MacroEntry entry;
  ASSERT_TRUE(macros->Next(&entry));
  const auto text = MacroStringOf(module.sections(), entry);
  ASSERT_THAT(text, IsOk());
  EXPECT_EQ(*text, "other");
}

}  // namespace
}  // namespace dwreloc::internal
