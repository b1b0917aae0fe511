// placing/section_addresses: places from a text and from a directory such as
// /sys/module/NAME/sections.

#include "placing/section_addresses.h"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "support/elf_builder.h"
#include "support/module_file.h"

namespace dwreloc::internal {
namespace {

constexpr char kLongName[] = ".data..a_name_of_more_than_31_characters";

class SectionAddressesTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string path = testing::TempDir() + "/sectionsXXXXXX";
    ASSERT_NE(mkdtemp(path.data()), nullptr);
    directory_ = path;
  }
  void TearDown() override { std::filesystem::remove_all(directory_); }

  void Open(const Target& target = kX86_64, uint16_t e_type = ET_REL) {
    ElfBuilder elf(target, e_type);
    const auto add = [&](const char* name, uint64_t flags) {
      return elf.Add({.name = name, .flags = flags, .contents = Zeros(16)});
    };
    text_ = add(".text", SHF_ALLOC);
    init_ = add(".init.text", SHF_ALLOC);
    percpu_ = add(".data..percpu", SHF_ALLOC);
    long_ = add(kLongName, SHF_ALLOC);
    again_ = add(".text", SHF_ALLOC);
    comment_ = add(".comment", 0);
    add("../outside", SHF_ALLOC);
    file_.emplace(elf);
  }
  void Write(const std::string& name, const std::string& contents) {
    std::ofstream(directory_ / name) << contents;
  }
  absl::StatusOr<int> FromDirectory() {
    return PlaceFromDirectory(module().file(), module().resolver(),
                              directory_.c_str());
  }
  absl::StatusOr<int> FromText(std::string_view text) {
    DWRELOC_ASSIGN_OR_RETURN(const std::vector<NamedAddress> addresses,
                             ParseAddresses(text));
    return PlaceAddresses(module().file(), module().resolver(), addresses);
  }
  // The address, or minus the code of the error.
  int64_t At(uint32_t section) {
    const absl::StatusOr<uint64_t> address = module().resolver().Resolve(
        {.section = section, .kind = RelocKind::kSection});
    if (address.ok()) return static_cast<int64_t>(*address);
    return -static_cast<int64_t>(GetDetail(address.status()).code);
  }
  Module& module() { return file_->module(); }

  static constexpr auto kAbsent =
      -static_cast<int64_t>(ErrorCode::kSectionAbsent);
  static constexpr auto kUnknown =
      -static_cast<int64_t>(ErrorCode::kNeedsRelocation);

  std::filesystem::path directory_;
  std::optional<ModuleFile> file_;
  uint32_t text_ = 0, init_ = 0, percpu_ = 0, long_ = 0, again_ = 0,
           comment_ = 0;
};

TEST_F(SectionAddressesTest, DirectoryAsTheKernelWritesIt) {
  Open();
  Write(".text", "0x00007fffc0000000\n");
  Write(".comment", "0x1000\n");
  const absl::StatusOr<int> placed = FromDirectory();
  ASSERT_TRUE(placed.ok()) << placed.status();
  EXPECT_EQ(*placed, 1);
  EXPECT_EQ(At(text_), 0x7fffc0000000);
  EXPECT_EQ(At(again_), kAbsent) << "only the first of a name has the file";
  EXPECT_EQ(At(init_), kAbsent);
  EXPECT_EQ(At(percpu_), kUnknown);
}

TEST_F(SectionAddressesTest, NamesThatKernelsChange) {
  Open();
  Write("_init.text", "0x2000\n");
  Write(std::string(kLongName).substr(0, 31), "0x3000\n");
  const absl::StatusOr<int> placed = FromDirectory();
  ASSERT_TRUE(placed.ok()) << placed.status();
  EXPECT_EQ(*placed, 2);
  EXPECT_EQ(At(init_), 0x2000);
  EXPECT_EQ(At(long_), 0x3000);
}

TEST_F(SectionAddressesTest, HiddenAddressesAreUnknown) {
  Open();
  Write(".text", "0x0000000000000000\n");
  const absl::StatusOr<int> placed = FromDirectory();
  ASSERT_TRUE(placed.ok()) << placed.status();
  EXPECT_EQ(*placed, 0);
  EXPECT_EQ(At(text_), kUnknown);
}

TEST_F(SectionAddressesTest, NothingOutsideOfTheDirectoryIsRead) {
  Open();
  const std::filesystem::path outside = directory_.parent_path() / "outside";
  std::ofstream(outside) << "no number";
  EXPECT_TRUE(FromDirectory().ok());
  std::filesystem::remove(outside);
}

TEST_F(SectionAddressesTest, ABadFileHasPlacedNothing) {
  Open();
  Write(".text", "0x1000\n");
  Write(".init.text", "nonsense\n");
  const absl::StatusOr<int> placed = FromDirectory();
  EXPECT_EQ(GetDetail(placed.status()).code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(placed.status().message(), "the file .init.text holds no address");
  EXPECT_EQ(At(text_), kUnknown);
}

TEST_F(SectionAddressesTest, NoSuchDirectory) {
  Open();
  const absl::StatusOr<int> none = PlaceFromDirectory(
      module().file(), module().resolver(), "/nowhere/sections");
  EXPECT_EQ(GetDetail(none.status()).system_error, ENOENT);
  Write("file", "");
  const absl::StatusOr<int> file = PlaceFromDirectory(
      module().file(), module().resolver(), (directory_ / "file").c_str());
  EXPECT_EQ(GetDetail(file.status()).system_error, ENOTDIR);
}

TEST_F(SectionAddressesTest, Text) {
  Open();
  const absl::StatusOr<int> placed = FromText(
      "# of a captured module\n\n.text 0x1000\r\n\t.init.text   2000\n"
      ".not.there 1");
  ASSERT_TRUE(placed.ok()) << placed.status();
  EXPECT_EQ(*placed, 2);
  EXPECT_EQ(At(text_), 0x1000);
  EXPECT_EQ(At(init_), 0x2000);
  EXPECT_EQ(At(long_), kAbsent);
}

TEST_F(SectionAddressesTest, TextWithABadLine) {
  Open();
  for (const char* bad : {".text", ".text 0x", ".text 1 g", "0x1000 .text"}) {
    const absl::StatusOr<int> placed =
        FromText(std::string(".init.text 1\n") + bad);
    EXPECT_EQ(placed.status().message(),
              "line 2 is not a section's name and address")
        << bad;
    EXPECT_EQ(At(init_), kUnknown);
  }
}

TEST_F(SectionAddressesTest, AnAddressThatTheFileCannotHold) {
  Open(kI386);
  const absl::StatusOr<int> placed = FromText(".text 123456789a");
  EXPECT_EQ(GetDetail(placed.status()).code, ErrorCode::kInvalidArgument);
  EXPECT_TRUE(FromText(".text ffffffff80000000").ok());
  EXPECT_EQ(At(text_), 0x80000000);
}

}  // namespace
}  // namespace dwreloc::internal
