// dwreloc.hpp and the language: what <ranges> and the type traits say of it,
// exceptions at the datum, what moves and what stays.
//
// With include_twice_test.cc it is one program of two sources that include the
// header: everything in it must be inline.  That the values are right is
// tested elsewhere.

#include <dwreloc/dwarf.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <dwreloc/dwreloc.hpp>
// Again, for the include guards.
#include <dwreloc/dwreloc.h>

#include <algorithm>
#include <cstdlib>
#include <dwreloc/dwreloc.hpp>
#include <fstream>
#include <iterator>
#include <optional>
#include <ranges>
#include <set>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <unordered_set>
#include <utility>
#include <vector>

// Of include_twice_test.cc.
std::size_t CountSymbolsElsewhere(const dwreloc::File& file);

namespace {

using testing::HasSubstr;

// The symbol table is a container like any other.
static_assert(std::ranges::random_access_range<dwreloc::Symbols>);
static_assert(std::ranges::random_access_range<const dwreloc::Symbols>);
static_assert(std::ranges::sized_range<dwreloc::Symbols>);
static_assert(std::ranges::common_range<dwreloc::Symbols>);
static_assert(std::ranges::view<dwreloc::Symbols>);
static_assert(std::is_same_v<std::ranges::range_value_t<dwreloc::Symbols>,
                             dwreloc::Symbol>);
static_assert(std::ranges::random_access_range<dwreloc::Sections>);
static_assert(std::ranges::random_access_range<dwreloc::Units>);
// What is read as it is iterated.
static_assert(std::ranges::input_range<dwreloc::Walk>);
static_assert(std::ranges::input_range<dwreloc::Children>);
static_assert(std::ranges::input_range<dwreloc::Rows>);
static_assert(std::ranges::input_range<dwreloc::LineInstructions>);
static_assert(std::ranges::input_range<dwreloc::RangeList>);
static_assert(std::ranges::input_range<dwreloc::LocationList>);
static_assert(std::ranges::input_range<dwreloc::ListEntries>);
static_assert(std::ranges::input_range<dwreloc::Records>);
static_assert(std::ranges::input_range<dwreloc::CfiEntries>);
static_assert(std::ranges::input_range<dwreloc::CfiInstructions>);
static_assert(std::ranges::input_range<dwreloc::CfiRows>);
static_assert(std::ranges::input_range<dwreloc::Frames>);
static_assert(std::ranges::input_range<dwreloc::Scopes>);
static_assert(std::ranges::input_range<dwreloc::Variables>);
// A file has one owner, values have none.
static_assert(!std::is_copy_constructible_v<dwreloc::File>);
static_assert(std::is_nothrow_move_constructible_v<dwreloc::File>);
static_assert(std::is_trivially_copyable_v<dwreloc::Relocatable>);
static_assert(std::is_trivially_copyable_v<dwreloc::Die>);
static_assert(std::is_trivially_copyable_v<dwreloc::Attribute>);
static_assert(std::totally_ordered<dwreloc::Relocatable>);
static_assert(std::is_base_of_v<std::runtime_error, dwreloc::Error>);

std::string DataPath(const std::string& name) {
  const char* directory = std::getenv("DWRELOC_TEST_DATA");
  return std::string(directory == nullptr ? "tests/data" : directory) + "/" +
         name;
}

dwreloc::File Tiny() { return dwreloc::File(DataPath("tiny/tiny5.o")); }

std::vector<std::uint8_t> LoadTiny() {
  std::ifstream stream(DataPath("tiny/tiny5.o"), std::ios::binary);
  return {std::istreambuf_iterator<char>(stream),
          std::istreambuf_iterator<char>()};
}

// The first DW_AT_low_pc of a DIE below the unit's.
dwreloc::Relocatable SomeAddress(const dwreloc::File& file) {
  for (const dwreloc::DieEntry& entry : file.units()[0].dies()) {
    const std::optional<dwreloc::Attribute> low = entry.find(DW_AT_low_pc);
    if (entry.depth() > 0 && low.has_value()) return low->AsRelocatable();
  }
  ADD_FAILURE() << "no DW_AT_low_pc";
  return dwreloc::Relocatable();
}

TEST(SymbolsTest, StandardAlgorithmsWork) {
  const dwreloc::File file = Tiny();
  const dwreloc::Symbols symbols = file.symbols();
  ASSERT_EQ(symbols.size(), file.info().symbol_count);
  EXPECT_EQ(std::ranges::distance(symbols),
            static_cast<std::ptrdiff_t>(symbols.size()));
  // gABI "Symbol Table": local symbols come first.
  const auto first_global = std::ranges::partition_point(
      symbols,
      [](const dwreloc::Symbol& symbol) { return symbol.binding() == 0; });
  ASSERT_NE(first_global, symbols.end());
  EXPECT_EQ(static_cast<std::ptrdiff_t>((*first_global).index()),
            first_global - symbols.begin());
  std::set<std::string_view> undefined;
  for (const dwreloc::Symbol& symbol :
       symbols | std::views::drop(1) |
           std::views::filter([](const dwreloc::Symbol& candidate) {
             return candidate.st_shndx() == 0;
           })) {
    EXPECT_FALSE(symbol.section().has_value());
    undefined.insert(symbol.name());
  }
  EXPECT_TRUE(undefined.contains("elsewhere"));
  EXPECT_FALSE(undefined.contains("sum"));
  const auto backwards = symbols | std::views::reverse;
  EXPECT_EQ((*backwards.begin()).index(), symbols.size() - 1);
  EXPECT_EQ(std::ranges::find(symbols, "sum", &dwreloc::Symbol::name)[0].type(),
            2u);  // STT_FUNC
}

TEST(SymbolsTest, IteratorsMoveBothWays) {
  const dwreloc::File file = Tiny();
  const dwreloc::Symbols symbols = file.symbols();
  auto iterator = symbols.begin();
  EXPECT_EQ((*iterator++).index(), 0u);
  EXPECT_EQ((*++iterator).index(), 2u);
  EXPECT_EQ((*iterator--).index(), 2u);
  EXPECT_EQ((*--iterator).index(), 0u);
  EXPECT_EQ((*(3 + iterator)).index(), 3u);
  EXPECT_EQ((symbols.end() - 1)[0].index(), symbols.back().index());
  EXPECT_LT(symbols.begin(), symbols.end());
  // They outlive the range they came from.
  const auto kept = file.symbols().begin() + 2;
  EXPECT_EQ((*kept).index(), 2u);
}

TEST(SymbolsTest, IndexOutsideThrows) {
  const dwreloc::File file = Tiny();
  EXPECT_THROW(file.symbols()[file.symbols().size()], dwreloc::Error);
  EXPECT_THROW(file.sections()[file.sections().size()], dwreloc::Error);
  EXPECT_THROW(file.units()[file.units().size()], dwreloc::Error);
}

TEST(IncludeTest, TwoSourcesOfOneProgram) {
  const dwreloc::File file = Tiny();
  EXPECT_EQ(CountSymbolsElsewhere(file), file.symbols().size());
}

TEST(RelocatableTest, DefaultIsTheConstantZeroOfNoFile) {
  const dwreloc::Relocatable zero;
  EXPECT_EQ(zero.address(), 0u);
  EXPECT_EQ(zero.info().kind, DWRELOC_CONSTANT);
  EXPECT_EQ(zero.info().section_index, dwreloc::kNoSection);
  EXPECT_EQ((zero - 1).value(), UINT64_MAX);
  EXPECT_EQ(zero + 1 - 1, zero);
}

TEST(RelocatableTest, SetsFindEqualValues) {
  const dwreloc::File file = Tiny();
  const dwreloc::Relocatable low = SomeAddress(file);
  const std::unordered_set<dwreloc::Relocatable> hashed = {low, low + 0,
                                                           low + 1};
  EXPECT_EQ(hashed.size(), 2u);
  const std::set<dwreloc::Relocatable> ordered = {low + 1, low, low + 1};
  EXPECT_EQ(ordered.size(), 2u);
  EXPECT_EQ(*ordered.begin(), low);
}

// The callbacks belong to the file and move with it.
TEST(CallbacksTest, SurviveAMove) {
  dwreloc::File file = Tiny();
  int calls = 0;
  file.SetCallbacks({.section_address =
                         [&calls](const dwreloc::Section&) {
                           ++calls;
                           return dwreloc::Answer::Placed(0);
                         },
                     .symbol_address = {}});
  const dwreloc::Relocatable low = SomeAddress(file);
  const dwreloc::File moved = std::move(file);
  EXPECT_EQ(calls, 0);
  EXPECT_EQ(low.address(), low.value());
  EXPECT_EQ(low.address(), low.value());
  EXPECT_EQ(calls, 1);
}

TEST(ErrorTest, ThrownAtTheDatumAndTheRestIsRead) {
  // Without its strings: sh_size of .debug_str is 0.
  std::vector<std::uint8_t> image = LoadTiny();
  constexpr std::size_t kSectionTable = 0x28;  // e_shoff
  constexpr std::size_t kSize = 32;            // sh_size
  std::uint64_t table = 0;
  for (std::size_t i = 8; i-- > 0;) {
    table = table << 8 | image[kSectionTable + i];
  }
  const std::uint32_t index = Tiny().FindSection(".debug_str")->index();
  std::fill_n(
      image.begin() + static_cast<std::ptrdiff_t>(table + 64 * index + kSize),
      8, std::uint8_t{0});

  const dwreloc::File file = dwreloc::File::FromMemory(image, "cut");
  std::size_t dies = 0;
  std::size_t names = 0;
  std::size_t errors = 0;
  for (const dwreloc::DieEntry& entry : file.units()[0].dies()) {
    ++dies;
    const std::optional<dwreloc::Attribute> name = entry.find(DW_AT_name);
    if (!name.has_value()) continue;
    try {
      EXPECT_FALSE(name->AsString().empty());
      ++names;
    } catch (const dwreloc::Error& error) {
      ++errors;
      EXPECT_EQ(error.code(), DWRELOC_E_BAD_DWARF);
      EXPECT_EQ(error.section(), index);
      EXPECT_THAT(error.what(), HasSubstr("cut: .debug_str+0x"));
    }
  }
  EXPECT_GT(dies, 30u);
  EXPECT_GT(names, 5u);  // inline strings and .debug_line_str
  EXPECT_GT(errors, 5u);
}

// what() is the exception's own copy: the thread's last failure goes on.
TEST(ErrorTest, TextOutlivesTheNextFailure) {
  try {
    dwreloc::File file("/nonexistent/one.ko");
  } catch (const dwreloc::Error& first) {
    EXPECT_THROW(dwreloc::File("/nonexistent/two.ko"), dwreloc::Error);
    EXPECT_THAT(first.what(), HasSubstr("one.ko"));
  }
}

}  // namespace
