// dwreloc.hpp on the module in the repository: what it gives must be what the
// C API gives, and its ranges must be ranges of the standard library.
//
// Numbers of the module itself are those of tests/data/module/README.md; the
// rest is compared, not known.
#include <dwreloc/dwarf.h>
#include <elf.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <dwreloc/dwreloc.hpp>
#include <fstream>
#include <functional>
#include <iterator>
#include <optional>
#include <ranges>
#include <set>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <type_traits>
#include <unordered_map>
#include <utility>
#include <vector>

namespace {

using dwreloc::Kind;

std::string DataPath(const std::string& name) {
  const char* data = std::getenv("DWRELOC_TEST_DATA");
  return std::string(data == nullptr ? "tests/data" : data) + "/" + name;
}
std::string ModulePath() { return DataPath("module/meter.ko"); }
std::string TinyPath(const std::string& name) {
  return DataPath("tiny/" + name);
}

class CppApiTest : public ::testing::Test {
 protected:
  // The first subprogram of that name with code in one piece.
  dwreloc::Die Function(std::string_view name) {
    for (const dwreloc::Unit& unit : file_.units()) {
      for (const dwreloc::DieEntry& entry : unit.dies()) {
        if (entry.die().tag() != DW_TAG_subprogram) continue;
        const auto found = entry.find(DW_AT_name);
        if (found && found->AsString() == name && entry.die().pc())
          return entry.die();
      }
    }
    throw std::out_of_range("no function " + std::string(name));
  }

  dwreloc::File file_{ModulePath()};
};

TEST_F(CppApiTest, OpensInFourWays) {
  std::ifstream stream(ModulePath(), std::ios::binary);
  const std::vector<char> content{std::istreambuf_iterator<char>(stream),
                                  std::istreambuf_iterator<char>()};
  const dwreloc::File memory = dwreloc::File::FromMemory(
      {reinterpret_cast<const std::uint8_t*>(content.data()), content.size()},
      "memory");
  EXPECT_EQ(memory.info().size, file_.info().size);
  EXPECT_STREQ(memory.info().name, "memory");
  FILE* opened = std::fopen(ModulePath().c_str(), "rb");
  ASSERT_NE(opened, nullptr);
  const dwreloc::File from_fd = dwreloc::File::FromFd(fileno(opened));
  std::fclose(opened);
  EXPECT_EQ(from_fd.units().size(), file_.units().size());
}

TEST_F(CppApiTest, FailureThrowsAnErrorWithCodeAndText) {
  try {
    const dwreloc::File missing("/nonexistent.ko");
    FAIL() << "opened";
  } catch (const dwreloc::Error& error) {
    EXPECT_EQ(error.code(), DWRELOC_E_SYSTEM);
    EXPECT_EQ(error.system_error(), ENOENT);
    EXPECT_EQ(error.section(), dwreloc::kNoSection);
    EXPECT_THAT(error.what(), ::testing::HasSubstr("/nonexistent.ko"));
  }
}

TEST_F(CppApiTest, MovingAFileKeepsWhatBorrowsFromIt) {
  const dwreloc::Die die = Function("meter_add");
  const dwreloc::File moved = std::move(file_);
  EXPECT_EQ(die.attribute(DW_AT_name)->AsString(), "meter_add");
}

TEST_F(CppApiTest, AFileThatIsAssignedToClosesTheOneBefore) {
  dwreloc::File other(TinyPath("tiny5.o"));
  const Dwreloc_Module* raw = other.raw();
  file_ = std::move(other);
  EXPECT_EQ(std::as_const(file_).raw(), raw);
  EXPECT_EQ(other.raw(), nullptr);  // NOLINT(bugprone-use-after-move)
  EXPECT_EQ(file_.units().size(), 1u);
}

// Whoever gets a view can read, and change nothing.
TEST_F(CppApiTest, AViewReadsWhatAnotherKeepsOpen) {
  const dwreloc::FileView view = file_;
  EXPECT_EQ(view.raw(), std::as_const(file_).raw());
  EXPECT_EQ(view.units().size(), file_.units().size());
  EXPECT_EQ(file_.units()[0].file().raw(), view.raw());
  static_assert(
      std::is_same_v<decltype(std::declval<dwreloc::FileView&>().raw()),
                     const Dwreloc_Module*>);
}

TEST_F(CppApiTest, SymbolsAreARandomAccessRange) {
  const dwreloc::Symbols symbols = file_.symbols();
  EXPECT_EQ(symbols.size(), file_.info().symbol_count);
  EXPECT_EQ(symbols.end() - symbols.begin(),
            static_cast<std::ptrdiff_t>(symbols.size()));
  const auto found =
      std::ranges::find(symbols, "init_module", &dwreloc::Symbol::name);
  ASSERT_NE(found, symbols.end());
  EXPECT_EQ(symbols[(*found).index()].name(), "init_module");
  ASSERT_TRUE((*found).section().has_value());
  EXPECT_EQ(file_.sections()[*(*found).section()].name(), ".init.text");
  // Indices are sorted, so binary search works on them.
  const auto at = std::ranges::lower_bound(symbols, (*found).index(), {},
                                           &dwreloc::Symbol::index);
  EXPECT_EQ(at, found);
}

TEST_F(CppApiTest, SectionsHaveTheirBytes) {
  const auto section = file_.FindSection(".modinfo");
  ASSERT_TRUE(section.has_value());
  const auto data = section->data();
  const std::string text(data.begin(), data.end());
  EXPECT_THAT(text, ::testing::HasSubstr("license=GPL"));
  EXPECT_FALSE(file_.FindSection(".nowhere").has_value());
  EXPECT_FALSE(file_.FindSection(".modinfo", section->index() + 1));
  EXPECT_GT(
      std::ranges::count_if(file_.sections(), &dwreloc::Section::is_debug), 5);
}

// Values that nothing was put into are errors, not crashes.
TEST(DefaultValuesTest, EveryCallOnThemThrows) {
  const auto is_refused = [](auto call) {
    try {
      (void)call();
    } catch (const dwreloc::Error& error) {
      return error.code() == DWRELOC_E_INVALID_ARGUMENT;
    }
    return false;
  };
  const dwreloc::Attribute attribute;
  EXPECT_TRUE(is_refused([&] { return attribute.AsUnsigned(); }));
  EXPECT_TRUE(is_refused([&] { return attribute.AsSigned(); }));
  EXPECT_TRUE(is_refused([&] { return attribute.AsFlag(); }));
  EXPECT_TRUE(is_refused([&] { return attribute.AsString(); }));
  EXPECT_TRUE(is_refused([&] { return attribute.string_place(); }));
  EXPECT_TRUE(is_refused([&] { return attribute.AsBlock(); }));
  EXPECT_TRUE(is_refused([&] { return attribute.AsAddress(); }));
  EXPECT_TRUE(is_refused([&] { return attribute.AsRelocatable(); }));
  EXPECT_TRUE(is_refused([&] { return attribute.AsReference(); }));
  EXPECT_TRUE(is_refused([&] { return attribute.locations(); }));
  const dwreloc::Die die;
  EXPECT_TRUE(is_refused([&] { return die.first_child(); }));
  EXPECT_TRUE(is_refused([&] { return die.sibling(); }));
  EXPECT_TRUE(is_refused([&] { return die.parent(); }));
  EXPECT_TRUE(is_refused([&] { return die.attribute(DW_AT_name); }));
  EXPECT_TRUE(is_refused([&] { return die.attributes(); }));
  EXPECT_TRUE(is_refused([&] { return die.pc(); }));
  EXPECT_TRUE(is_refused([&] { return die.HasPc(dwreloc::Relocatable()); }));
  EXPECT_TRUE(is_refused([&] { return die.ranges(); }));
  EXPECT_TRUE(is_refused([&] { return die.walk(); }));
  EXPECT_TRUE(is_refused([] { return dwreloc::Unit().info(); }));
  EXPECT_TRUE(is_refused([] { return dwreloc::Unit().die(); }));
  EXPECT_TRUE(is_refused([] { return dwreloc::Unit().line_table(); }));
  EXPECT_TRUE(is_refused([] { return dwreloc::Section().data(); }));
  EXPECT_TRUE(is_refused([] { return dwreloc::Expression().ops(); }));
  EXPECT_TRUE(is_refused([] { return dwreloc::CfiEntry().rows(); }));
  EXPECT_TRUE(is_refused([] { return dwreloc::CfiEntry().instructions(); }));
  EXPECT_TRUE(is_refused([] { return dwreloc::Contribution().value(0); }));
  EXPECT_TRUE(is_refused([] { return dwreloc::Macro().string(); }));
  EXPECT_TRUE(is_refused([] { return dwreloc::Name().string(); }));
  EXPECT_TRUE(is_refused([] { return dwreloc::NameIndex().info(); }));
  EXPECT_TRUE(is_refused([] { return dwreloc::Row().address().address(); }));
  // But the default value is the number 0, and a symbol has no section.
  EXPECT_EQ(dwreloc::Relocatable().address(), 0u);
  EXPECT_FALSE(dwreloc::Symbol().section().has_value());
}

TEST_F(CppApiTest, MadeValuesAreThoseThatAreRead) {
  for (const dwreloc::DieEntry& entry : file_.units()[0].dies()) {
    const std::optional<dwreloc::Range> range = entry.die().pc();
    if (!range) continue;
    const dwreloc::RelocatableInfo info = range->begin.info();
    const dwreloc::Relocatable made =
        file_.ValueAt(info.section_index, info.section_offset);
    EXPECT_EQ(made, range->begin);
    EXPECT_EQ(file_.ValueOf(info.symbol_index, info.addend), made);
    EXPECT_TRUE(range->Contains(made));
    EXPECT_FALSE(range->Contains(range->end));
    EXPECT_EQ(made + (range->end - range->begin), range->end);
    const auto low_pc = entry.find(DW_AT_low_pc);
    ASSERT_TRUE(low_pc.has_value());
    const auto record = file_.FindRecord(*low_pc);
    ASSERT_TRUE(record.has_value());
    EXPECT_EQ(record->type(), 1u);  // R_X86_64_64
    EXPECT_NE(file_.SentenceOf(*record).find("writes the address of "),
              std::string::npos);
    const auto symbol = file_.SectionSymbol(info.section_index);
    ASSERT_TRUE(symbol.has_value());
    EXPECT_EQ(symbol->section(), info.section_index);
  }
  EXPECT_EQ(dwreloc::Relocatable::Number(7).address(), 7u);
  EXPECT_THROW((void)(file_.ValueAt(1, 0) - dwreloc::Relocatable::Number(7)),
               dwreloc::Error);
}

TEST_F(CppApiTest, BadValuesSayWhy) {
  const dwreloc::Relocatable good = file_.ValueAt(1, 0);
  EXPECT_EQ(good.why(), "");
  EXPECT_EQ(dwreloc::Relocatable::Number(7).why(), "");
  Dwreloc_Relocatable raw = good.raw();
  raw.kind = DWRELOC_BAD;
  raw.error = static_cast<std::uint8_t>(-DWRELOC_E_BAD_RELOC);
  raw.section = DWRELOC_NO_SECTION;
  raw.detail = 1;  // R_X86_64_64
  EXPECT_EQ(dwreloc::Relocatable(raw).why(),
            "invalid relocation record R_X86_64_64");
}

TEST_F(CppApiTest, ExpressionsInExpressionsAreRead) {
  int nested = 0;
  for (const dwreloc::Unit& unit : file_.units()) {
    for (const dwreloc::DieEntry& entry : unit.dies()) {
      for (const dwreloc::ListEntry& stored : entry.die().range_entries()) {
        EXPECT_EQ(stored.operands().empty(), stored.kind() == 0);
      }
      std::size_t own_views = 0;
      for (const Dwreloc_View_Pair& pair : entry.die().views()) {
        EXPECT_EQ(pair.begin.offset + pair.begin.size, pair.end.offset);
        ++own_views;
      }
      EXPECT_EQ(own_views != 0, entry.find(DW_AT_GNU_locviews).has_value());
      const auto location = entry.find(DW_AT_location);
      if (!location) continue;
      for (const dwreloc::Location& found : location->locations()) {
        for (const dwreloc::Op& op : found.expression.ops()) {
          const auto inner = op.expression();
          EXPECT_EQ(inner.has_value(), op.name() == "DW_OP_entry_value");
          if (!inner) continue;
          ++nested;
          ASSERT_EQ(inner->ops().size(), 1u);
          EXPECT_EQ(inner->bytes().data(), op.block().data());
        }
      }
    }
  }
  EXPECT_GT(nested, 0);
}

TEST_F(CppApiTest, WalkTreeAndOffsetsAgree) {
  const dwreloc::Unit unit = file_.units()[0];
  std::vector<std::uint64_t> children;
  for (const dwreloc::Die& child : unit.die().children())
    children.push_back(child.offset());
  std::vector<std::uint64_t> at_depth_one;
  for (const dwreloc::DieEntry& entry : unit.dies())
    if (entry.depth() == 1) at_depth_one.push_back(entry.die().offset());
  EXPECT_EQ(children, at_depth_one);
  ASSERT_FALSE(children.empty());

  const dwreloc::Die last = file_.DieAt({unit.info().section, children.back()});
  EXPECT_EQ(last.parent()->offset(), unit.die().offset());
  EXPECT_FALSE(last.sibling().has_value());
  EXPECT_EQ(last.unit(), unit);
}

TEST_F(CppApiTest, WalkAttributesAreTheDies) {
  for (const dwreloc::DieEntry& entry : file_.units()[1].dies()) {
    const std::vector<dwreloc::Attribute> attributes = entry.die().attributes();
    ASSERT_EQ(attributes.size(), entry.attributes().size());
    for (std::size_t i = 0; i < attributes.size(); ++i) {
      EXPECT_EQ(attributes[i].name(), entry.attributes()[i].name());
      EXPECT_EQ(attributes[i].raw().value, entry.attributes()[i].raw().value);
      EXPECT_EQ(attributes[i].raw().offset, entry.attributes()[i].raw().offset);
    }
  }
}

TEST_F(CppApiTest, SubtreeWalkBeginsAtDepthZero) {
  const dwreloc::Die function = Function("meter_summarize");
  std::size_t count = 0;
  for (const dwreloc::DieEntry& entry : function.walk()) {
    if (count++ == 0) {
      EXPECT_EQ(entry.die().offset(), function.offset());
      EXPECT_EQ(entry.depth(), 0u);
    } else {
      EXPECT_GT(entry.depth(), 0u);
    }
  }
  EXPECT_GT(count, 10u);
}

TEST_F(CppApiTest, ReferencesLeadToDies) {
  const dwreloc::Die function = Function("meter_add");
  const auto type = function.attribute(DW_AT_type);
  ASSERT_TRUE(type.has_value());
  EXPECT_EQ(type->AsReference().attribute(DW_AT_name)->AsString(), "int");
  EXPECT_EQ(type->AsReference().offset(), type->reference_place().offset);
  EXPECT_THROW(type->AsString(), dwreloc::Error);
  EXPECT_FALSE(function.attribute(0x3fff).has_value());
}

TEST_F(CppApiTest, RelocatableIsAValue) {
  const dwreloc::Relocatable low = Function("meter_summarize").pc()->begin;
  ASSERT_EQ(low.kind(), Kind::kSection);
  const dwreloc::RelocatableInfo info = low.info();
  EXPECT_STREQ(info.section, ".text");
  EXPECT_EQ(info.section_offset, low.value());

  const dwreloc::Relocatable next = low + 1;
  EXPECT_LT(low, next);
  EXPECT_EQ(next - 1, low);
  EXPECT_EQ(1 + low, next);
  EXPECT_NE(low, next);
  EXPECT_EQ(std::hash<dwreloc::Relocatable>()(next - 1),
            std::hash<dwreloc::Relocatable>()(low));
  const std::unordered_map<dwreloc::Relocatable, int> map = {{low, 1},
                                                             {next, 2}};
  EXPECT_EQ(map.at(low), 1);
  const std::set<dwreloc::Relocatable> set = {next, low};
  EXPECT_EQ(*set.begin(), low);

  const dwreloc::Relocatable zero;
  EXPECT_TRUE(zero.is_constant());
  EXPECT_EQ((zero + 5).address(), 5u);
}

TEST_F(CppApiTest, PlacesAreAskedForAndForgotten) {
  const dwreloc::Relocatable low = Function("meter_summarize").pc()->begin;
  EXPECT_FALSE(low.try_address().has_value());
  try {
    low.address();
    FAIL() << "nobody said where .text is";
  } catch (const dwreloc::Error& error) {
    EXPECT_EQ(error.code(), DWRELOC_E_NEEDS_RELOCATION);
  }
  EXPECT_FALSE(file_.Locate(0x1000 + low.value()).has_value());
  EXPECT_EQ(file_.Place(".text", 0x1000), 0);
  EXPECT_EQ(low.address(), 0x1000 + low.value());
  EXPECT_EQ(file_.Locate(low.address()), low);
  EXPECT_EQ(low.current_address(), low.address());
  EXPECT_THROW(file_.PlaceSegment(0, 0x1000), dwreloc::Error);
  EXPECT_FALSE(file_.FindOverlap().has_value());
  file_.Place(".init.text", 0x1000);
  EXPECT_TRUE(file_.FindOverlap().has_value());
  EXPECT_THROW(file_.Place(".debug_info", 1), dwreloc::Error);
  file_.ForgetPlaces();
  EXPECT_FALSE(low.try_address().has_value());
  EXPECT_GT(file_.PlaceOffline(), 0x10000u);
  EXPECT_GE(low.address(), 0x10000u);
  EXPECT_THROW(file_.Place(".nowhere", 1), dwreloc::Error);
}

TEST_F(CppApiTest, CallbacksAreAskedOncePerSection) {
  const dwreloc::Relocatable low = Function("meter_summarize").pc()->begin;
  std::vector<std::string> asked;
  file_.SetCallbacks({.section_address =
                          [&](const dwreloc::Section& section) {
                            asked.emplace_back(section.name());
                            return dwreloc::Answer::Placed(0x400000);
                          },
                      .symbol_address = {}});
  EXPECT_EQ(low.address(), 0x400000 + low.value());
  EXPECT_EQ((low + 4).address(), 0x400004 + low.value());
  EXPECT_THAT(asked, ::testing::ElementsAre(".text"));

  // What borrows from a moved file still asks the same callbacks.
  dwreloc::File moved = std::move(file_);
  moved.ForgetPlaces();
  EXPECT_EQ(low.address(), 0x400000 + low.value());
  EXPECT_EQ(asked.size(), 2u);
  moved.RemoveCallbacks();
  EXPECT_FALSE(low.try_address().has_value());
}

TEST_F(CppApiTest, AThrowingCallbackFails) {
  const dwreloc::Relocatable low = Function("meter_summarize").pc()->begin;
  file_.SetCallbacks(
      {.section_address = [](const dwreloc::Section&) -> dwreloc::Answer {
         throw 1;
       },
       .symbol_address = {}});
  try {
    low.address();
    FAIL();
  } catch (const dwreloc::Error& error) {
    EXPECT_EQ(error.code(), DWRELOC_E_CALLBACK);
  }
}

// Callbacks of the C API, written in C++ and less careful.
TEST(CApiFromCppTest, AnExceptionThatLeavesACallbackEndsTheCall) {
  Dwreloc_Module* module = nullptr;
  ASSERT_EQ(dwreloc_open(ModulePath().c_str(), &module), 0);
  bool is_throwing = true;
  Dwreloc_Callbacks callbacks = {};
  callbacks.size = sizeof(callbacks);
  callbacks.user = &is_throwing;
  callbacks.section_address = [](void* user, const Dwreloc_Module*,
                                 const Dwreloc_Section*,
                                 uint64_t* address) -> int {
    if (*static_cast<bool*>(user)) throw std::runtime_error("mine");
    *address = 0x1000;
    return DWRELOC_PLACED;
  };
  ASSERT_EQ(dwreloc_set_callbacks(module, &callbacks), 0);
  Dwreloc_Relocatable value;
  uint64_t address = 0;
  for (uint32_t section = 0; address == 0; ++section) {
    Dwreloc_Section info;
    ASSERT_EQ(dwreloc_section(module, section, &info), 0);
    if (std::string_view(info.name) != ".debug_info") continue;
    for (uint64_t at = 0; address == 0; ++at) {
      ASSERT_EQ(dwreloc_section_value(module, section, at, 8, &value), 0);
      if (value.kind != DWRELOC_SECTION) continue;
      is_throwing = true;
      EXPECT_EQ(dwreloc_relocatable_address(&value, &address),
                DWRELOC_E_CALLBACK);
      Dwreloc_Error error;
      EXPECT_EQ(dwreloc_error(&error), DWRELOC_E_CALLBACK);
      EXPECT_STREQ(error.text, "a callback threw an exception");
      is_throwing = false;
      EXPECT_EQ(dwreloc_relocatable_address(&value, &address), 0);
    }
  }
  const auto visit = [](void*, const Dwreloc_Record*,
                        const Dwreloc_Owner*) -> int { throw 1; };
  EXPECT_EQ(dwreloc_owners(module, DWRELOC_NO_SECTION, visit, nullptr),
            DWRELOC_E_CALLBACK);
  dwreloc_close(module);
}

// A skeleton and its split unit: once as found beside it, once as told.
class CppSplitTest : public ::testing::TestWithParam<const char*> {
 protected:
  static std::string Path(const std::string& suffix) {
    return DataPath(std::string("split/") + GetParam() + suffix);
  }
  dwreloc::Unit FirstUnit() const { return *file_.units().begin(); }
  static std::string NameOf(const dwreloc::Unit& unit) {
    return std::string(unit.die().attribute(DW_AT_name)->AsString());
  }

  dwreloc::File file_{Path(".o")};
};
INSTANTIATE_TEST_SUITE_P(Versions, CppSplitTest,
                         ::testing::Values("split4", "split5"));

TEST_P(CppSplitTest, AUnitAndItsSkeleton) {
  const dwreloc::Unit skeleton = FirstUnit();
  EXPECT_FALSE(skeleton.skeleton().has_value());
  const std::optional<dwreloc::Unit> split = skeleton.split();
  ASSERT_TRUE(split.has_value());
  EXPECT_EQ(split->skeleton(), skeleton);
  EXPECT_FALSE(split->split().has_value());
  EXPECT_EQ(NameOf(*split), "split.c");
  // Its types are units of its file.
  const dwreloc::FileView split_file = split->file();
  EXPECT_EQ(split_file.info().name, Path(".dwo"));
  EXPECT_GE(split_file.units().size(), 1u);
  int functions = 0;
  for (const dwreloc::DieEntry& entry : split->dies()) {
    if (entry.die().tag() != DW_TAG_subprogram || !entry.die().pc()) continue;
    ++functions;
    const dwreloc::Relocatable begin = entry.die().pc()->begin;
    EXPECT_EQ(begin.kind(), Kind::kSection);
    EXPECT_EQ(begin.raw().module, file_.raw());
    EXPECT_TRUE(split->FindRow(begin).has_value());
  }
  // Where the compiler has not cut the other in two.
  EXPECT_GE(functions, 1);
}

// Code is in the skeleton's file, DIEs in the other one; addresses and bounds
// go through the skeleton's .debug_addr.
TEST_P(CppSplitTest, ScopesAndVariablesOfAPlace) {
  const dwreloc::Unit skeleton = FirstUnit();
  std::size_t located = 0;
  std::size_t bounded = 0;
  std::size_t named = 0;
  for (const dwreloc::DieEntry& entry : skeleton.split()->dies()) {
    if (entry.die().tag() != DW_TAG_subprogram) continue;
    const std::optional<dwreloc::Range> pc = entry.die().pc();
    if (!pc.has_value()) continue;
    for (std::uint64_t i = pc->begin.raw().value; i < pc->end.raw().value;
         ++i) {
      const dwreloc::Relocatable place =
          file_.ValueAt(pc->begin.raw().section, i);
      std::vector<std::uint16_t> tags;
      for (const dwreloc::Die& scope : file_.ScopesAt(place)) {
        tags.push_back(scope.tag());
        EXPECT_EQ(scope.unit(), *skeleton.split());
        for (const dwreloc::Variable& variable : scope.VariablesAt(place)) {
          EXPECT_EQ(variable.raw().name_error, 0);
          EXPECT_EQ(variable.raw().location_error, 0);
          // Clang describes literals, which have none.
          named += variable.name().empty() ? 0 : 1;
          const std::optional<dwreloc::Location> location = variable.location();
          if (!location.has_value()) continue;
          ++located;
          EXPECT_FALSE(location->expression.text().empty());
          if (!location->range.has_value()) continue;
          ++bounded;
          EXPECT_EQ(location->range->begin.raw().module, file_.raw());
          EXPECT_TRUE(location->range->Contains(place));
        }
      }
      ASSERT_GE(tags.size(), 2u);
      EXPECT_EQ(tags.back(), DW_TAG_compile_unit);
      EXPECT_EQ(tags[tags.size() - 2], DW_TAG_subprogram);
      EXPECT_EQ(file_.FunctionAt(place)->offset(), entry.die().offset());
    }
  }
  EXPECT_GT(named, 20u);
  EXPECT_GT(located, 20u);
  EXPECT_GT(bounded, 20u);
}

// What is bad in the split file is told in its own words, at the skeleton.
TEST_P(CppSplitTest, ErrorsNameTheFileThatTheyAreIn) {
  std::ifstream stream(Path(".dwo"), std::ios::binary);
  std::string image((std::istreambuf_iterator<char>(stream)),
                    std::istreambuf_iterator<char>());
  const dwreloc::FileView sound = FirstUnit().split()->file();
  const auto abbrevs = sound.FindSection(".debug_abbrev.dwo");
  ASSERT_TRUE(abbrevs.has_value());
  // Forms that nobody knows, but not in the first declaration, the unit's.
  for (std::uint64_t i = abbrevs->file_size() / 2; i < abbrevs->file_size();
       ++i)
    image[abbrevs->raw().file_offset + i] = 0x7f;
  const std::string path = ::testing::TempDir() + "damaged.dwo";
  std::ofstream(path, std::ios::binary) << image;
  dwreloc::File file{Path(".o")};
  file.SetCallbacks(
      {.find_file = [&](const dwreloc::FileRequest&, std::string* found) {
        *found = path;
        return DWRELOC_PLACED;
      }});
  const auto text = file.FindSection(".text");
  ASSERT_TRUE(text.has_value());
  try {
    for (const dwreloc::Die& scope :
         file.ScopesAt(file.ValueAt(text->index(), 0)))
      (void)scope;
    FAIL();
  } catch (const dwreloc::Error& error) {
    EXPECT_THAT(error.what(), ::testing::HasSubstr("split unit in " + path));
    EXPECT_EQ(file.sections()[error.section()].name(), ".debug_info")
        << error.what();
  }
}

// The variables of the file are where its symbols say.
TEST_P(CppSplitTest, VariablesAtTheirSymbols) {
  std::size_t told = 0;
  for (const dwreloc::Symbol& symbol : file_.symbols()) {
    if (symbol.type() != STT_OBJECT) continue;
    const auto found = file_.VariableAt(file_.ValueOf(symbol.index(), 0));
    if (!found.has_value()) continue;
    ++told;
    EXPECT_EQ(found->first.name(), symbol.name());
    EXPECT_EQ(found->second, 0u);
    EXPECT_EQ(found->first.byte_size(), symbol.size());
  }
  EXPECT_GT(told, 0u);
}

TEST_P(CppSplitTest, TheCallerSaysWhere) {
  std::vector<int> asked;
  file_.SetCallbacks({.find_file = [&](const dwreloc::FileRequest& request,
                                       std::string* path) {
    asked.push_back(request.kind);
    if (request.kind != DWRELOC_FILE_DWP) return DWRELOC_ABSENT;
    *path = Path(".dwp");
    return DWRELOC_PLACED;
  }});
  const std::optional<dwreloc::Unit> split = FirstUnit().split();
  ASSERT_TRUE(split.has_value());
  EXPECT_EQ(NameOf(*split), "split.c");
  EXPECT_THAT(asked,
              ::testing::ElementsAre(DWRELOC_FILE_DWO, DWRELOC_FILE_DWP));
}

TEST_P(CppSplitTest, AThrowingFinderFails) {
  file_.SetCallbacks(
      {.find_file = [](const dwreloc::FileRequest&,
                       std::string*) -> Dwreloc_Answer { throw 1; }});
  try {
    (void)FirstUnit().split();
    FAIL();
  } catch (const dwreloc::Error& error) {
    EXPECT_EQ(error.code(), DWRELOC_E_CALLBACK);
  }
}

TEST_F(CppApiTest, PathFieldsAndBytes) {
  const auto table = file_.units()[0].line_table();
  ASSERT_TRUE(table.has_value());
  const dwreloc::LineInfo info = table->info();
  const std::vector<dwreloc::PathField> fields = table->path_fields();
  EXPECT_EQ(fields.size(), info.directory_count + info.file_count);
  for (const dwreloc::PathField& field : fields) {
    EXPECT_EQ(field.form, DW_FORM_line_strp);
    EXPECT_EQ(field.size, 4u);
    EXPECT_LT(field.offset, info.program_offset);
  }
  EXPECT_EQ(file_.bytes().size(), file_.info().size);
}

TEST_F(CppApiTest, LinesRangesAndLocations) {
  std::size_t rows = 0;
  std::size_t ranges = 0;
  std::size_t locations = 0;
  std::size_t operations = 0;
  for (const dwreloc::Unit& unit : file_.units()) {
    const auto table = unit.line_table();
    if (table) {
      for (const dwreloc::Row& row : table->rows()) {
        ++rows;
        EXPECT_EQ(row.address().kind(), Kind::kSection);
        EXPECT_FALSE(table->path(row.file()).empty());
      }
      std::uint64_t end = table->info().program_offset;
      for (const dwreloc::LineInstruction& instruction :
           table->instructions()) {
        EXPECT_EQ(instruction.offset, end);
        end += instruction.size;
      }
      EXPECT_EQ(end, table->info().end);
    }
    for (const dwreloc::DieEntry& entry : unit.dies()) {
      std::size_t own_ranges = 0;
      for (const dwreloc::Range& range : entry.die().ranges()) {
        EXPECT_LE(range.begin, range.end);
        if (range.begin != range.end) {
          EXPECT_TRUE(entry.die().HasPc(range.begin));
        }
        ++own_ranges;
      }
      EXPECT_EQ(own_ranges != 0, entry.find(DW_AT_ranges).has_value());
      ranges += own_ranges;
      const auto location = entry.find(DW_AT_location);
      if (!location) continue;
      for (const dwreloc::Location& where : location->locations()) {
        ++locations;
        for (const dwreloc::Op& op : where.expression.ops()) {
          ++operations;
          EXPECT_FALSE(op.name().empty());
          EXPECT_EQ(op.operands().size(),
                    op.operand_count() + (op.block().empty() ? 0 : 1));
          if (op.is_relocatable()) {
            EXPECT_NO_THROW(op.operand());
          }
        }
      }
    }
  }
  EXPECT_GT(rows, 100u);
  EXPECT_GT(ranges, 10u);
  EXPECT_GT(locations, 100u);
  EXPECT_GE(operations, locations);
}

TEST_F(CppApiTest, RowOfAnAddress) {
  const dwreloc::Die function = Function("meter_summarize");
  const auto row = function.unit().FindRow(function.pc()->begin);
  ASSERT_TRUE(row.has_value());
  EXPECT_EQ(row->address(), function.pc()->begin);
  const std::string path = function.unit().line_table()->path(row->file());
  EXPECT_THAT(path, ::testing::EndsWith("summary.c"));
}

TEST_F(CppApiTest, FramesOfAPlace) {
  const auto text = file_.FindSection(".text");
  ASSERT_TRUE(text.has_value());
  const dwreloc::Relocatable place = file_.ValueAt(text->index(), 0x150);
  std::vector<std::string> names;
  for (const dwreloc::Frame& frame : file_.FramesAt(place)) {
    names.emplace_back(frame.name());
    EXPECT_THAT(std::string(frame.path()), ::testing::EndsWith("ring.c"));
    EXPECT_GT(frame.line(), 0u);
    EXPECT_GT(frame.column(), 0u);
    EXPECT_EQ(frame.discriminator(), frame.raw().discriminator);
    EXPECT_TRUE(frame.linkage_name().empty());
    EXPECT_EQ(frame.is_inlined(), names.size() == 1);
    EXPECT_TRUE(frame.die()->HasPc(place));
  }
  EXPECT_THAT(names,
              ::testing::ElementsAre("meter_sample_valid", "meter_ring_put"));
  EXPECT_TRUE(file_.FunctionAt(place)->HasPc(place));
  const dwreloc::Relocatable nowhere = file_.ValueAt(text->index(), 0x1000);
  EXPECT_FALSE(file_.FunctionAt(nowhere).has_value());
  for (const dwreloc::Frame& frame : file_.FramesAt(nowhere)) {
    ADD_FAILURE() << frame.name();
  }
}

TEST_F(CppApiTest, ScopesOfAPlaceAndTheirVariables) {
  const auto text = file_.FindSection(".text");
  ASSERT_TRUE(text.has_value());
  const dwreloc::Relocatable place = file_.ValueAt(text->index(), 0x150);
  std::vector<std::uint16_t> tags;
  std::vector<std::string> located;
  for (const dwreloc::Die& scope : file_.ScopesAt(place)) {
    tags.push_back(scope.tag());
    if (scope.tag() == DW_TAG_compile_unit) break;
    for (const dwreloc::Variable& variable : scope.VariablesAt(place)) {
      EXPECT_EQ(variable.raw().location_error, 0);
      EXPECT_FALSE(variable.constant().has_value());
      EXPECT_TRUE(variable.type().has_value());
      const std::optional<dwreloc::Location> location = variable.location();
      if (!location.has_value()) continue;
      EXPECT_TRUE(location->range->Contains(place));
      EXPECT_EQ(location->expression.ops().size(), 1u);
      EXPECT_EQ(location->expression.text(), variable.name() == "ring"
                                                 ? "DW_OP_reg5 rdi"
                                                 : "DW_OP_reg4 rsi");
      located.emplace_back(variable.name());
    }
  }
  EXPECT_THAT(
      tags, ::testing::ElementsAre(DW_TAG_inlined_subroutine, DW_TAG_subprogram,
                                   DW_TAG_compile_unit));
  EXPECT_THAT(located, ::testing::ElementsAre("sample", "ring", "sample"));
  for (const dwreloc::Die& scope :
       file_.ScopesAt(file_.ValueAt(text->index(), 0x1000))) {
    ADD_FAILURE() << scope.offset();
  }
}

TEST_F(CppApiTest, SymbolsByPlaceAndName) {
  const auto symbol = file_.FindSymbol("meter_ring_put");
  ASSERT_TRUE(symbol.has_value());
  EXPECT_FALSE(
      file_.FindSymbol("meter_ring_put", symbol->index() + 1).has_value());
  const auto found = file_.SymbolAt(file_.ValueOf(symbol->index(), 3));
  ASSERT_TRUE(found.has_value());
  EXPECT_EQ(found->symbol.index(), symbol->index());
  EXPECT_EQ(found->offset, 3u);
  EXPECT_FALSE(file_.SymbolAt(file_.ValueAt(1, 0x1000)).has_value());
}

TEST_F(CppApiTest, SymbolsThatAreNotOne) {
  const auto [init, count] = file_.MatchSymbol("meter_init", 0);
  ASSERT_EQ(count, 1u);
  EXPECT_EQ(
      file_.MatchSymbol("meter_init", init->size(), init->section().value())
          .second,
      1u);
  EXPECT_EQ(file_.MatchSymbol("meter_init", init->size() + 1).second, 0u);
  const auto alias = file_.FindAlias(*init);
  ASSERT_TRUE(alias.has_value());
  EXPECT_EQ(alias->name(), "init_module");
  EXPECT_FALSE(file_.FindAlias(*init, alias->index() + 1).has_value());
}

TEST_F(CppApiTest, VariablesAtAPlace) {
  const auto symbol = file_.FindSymbol("meter_drop_count");
  ASSERT_TRUE(symbol.has_value());
  const auto found = file_.VariableAt(file_.ValueOf(symbol->index(), 3));
  ASSERT_TRUE(found.has_value());
  EXPECT_EQ(found->second, 3u);
  EXPECT_EQ(found->first.name(), "meter_drop_count");
  EXPECT_EQ(found->first.linkage_name(), "");
  EXPECT_EQ(found->first.byte_size(), 4u);
  EXPECT_EQ(found->first.attribute(DW_AT_type)->AsReference().byte_size(), 4u);
  EXPECT_FALSE(
      file_.VariableAt(file_.ValueOf(symbol->index(), 3), 1).has_value());
}

TEST_F(CppApiTest, TheFrameRowOfAPlace) {
  const dwreloc::Range pc = *Function("meter_summarize").pc();
  const auto found = file_.FindFrameRow(pc.begin);
  ASSERT_TRUE(found.has_value());
  EXPECT_EQ(found->range().begin, pc.begin);
  EXPECT_EQ(found->entry().offset(), file_.FindFrame(pc.begin)->offset());
  EXPECT_EQ(found->cfa().number, 7u);
  EXPECT_EQ(found->cfa().value, 8);
  ASSERT_EQ(found->registers().size(), 1u);
  EXPECT_EQ(found->registers()[0].number, 16u);
  EXPECT_FALSE(file_.FindFrameRow(file_.ValueAt(1, 0x1000)).has_value());
}

TEST_F(CppApiTest, PlacesAsAKernelTellsThem) {
  EXPECT_EQ(file_.PlaceFromText(".text 1000"), 1);
  EXPECT_EQ(file_.PlaceFromText({}), 0);
  EXPECT_EQ(file_.PlaceSymbolsFromText("1000 T _printk"), 1);
  EXPECT_EQ(file_.PlaceSymbolsFromText({}), 0);
  EXPECT_THROW(file_.PlaceFromDirectory("/nowhere"), dwreloc::Error);
}

TEST_F(CppApiTest, SetsOfModules) {
  dwreloc::Set set;
  EXPECT_EQ(set.AddFile(std::string(file_.info().name)), 0u);
  const std::uint8_t build_id[] = {1};
  dwreloc::SetEntry entry{};
  entry.name = "other";
  entry.path = file_.info().name;
  entry.build_id = build_id;
  entry.build_id_size = 1;
  EXPECT_EQ(set.Add(entry), 1u);
  EXPECT_EQ(set.size(), 2u);
  EXPECT_EQ(set.opened(), 0u);
  EXPECT_EQ(set.Find("meter"), 0u);
  EXPECT_EQ(set.Find("meter", 1), std::nullopt);
  EXPECT_STREQ(set.entry(1).name, "other");
  EXPECT_EQ(set.module(0).info().symbol_count, file_.info().symbol_count);
  EXPECT_EQ(set.opened(), 1u);
  EXPECT_THROW(set.module(1), dwreloc::Error) << "another build";
  EXPECT_THROW(set.module(2), dwreloc::Error);
  EXPECT_EQ(set.Locate(0x1000).has_value(), false);
  dwreloc_place(const_cast<Dwreloc_Module*>(set.module(0).raw()), ".text",
                0x1000);
  const auto found = set.Locate(0x1150);
  ASSERT_TRUE(found.has_value());
  EXPECT_EQ(found->module, 0u);
  EXPECT_EQ(found->place.info().section_offset, 0x150u);
  EXPECT_THROW(set.AddDirectory("/nowhere"), dwreloc::Error);
  EXPECT_THROW(set.AddLive("/nowhere"), dwreloc::Error);
  set.AddDebugDirectory("/nowhere");
  set.AllowServers(true);
  std::vector<std::uint32_t> events;
  dwreloc::Callbacks callbacks;
  callbacks.section_address = [](const dwreloc::Section&) {
    return dwreloc::Answer::Placed(0x5000);
  };
  callbacks.observe = [&](const dwreloc::Event& event) {
    events.push_back(event.kind);
    EXPECT_NE(event.name, nullptr);
    if (event.kind == DWRELOC_EVENT_DIGEST) {
      EXPECT_GT(event.records, 0u);
      throw std::out_of_range("an observer's own affair");
    }
  };
  set.SetCallbacks(std::move(callbacks));
  EXPECT_EQ(events, std::vector<std::uint32_t>{DWRELOC_EVENT_OPEN});
  for (const dwreloc::Unit unit : set.module(0).units()) {
    for (const dwreloc::Attribute& attribute : unit.die().attributes())
      static_cast<void>(attribute);
  }
  EXPECT_NE(std::find(events.begin(), events.end(), DWRELOC_EVENT_DIGEST),
            events.end());
  EXPECT_TRUE(set.Locate(0x5010).has_value());
  EXPECT_NE(std::find(events.begin(), events.end(), DWRELOC_EVENT_ASK_SECTION),
            events.end());
  set.RemoveCallbacks();
  EXPECT_EQ(set.SymbolsFromText("10 T name\n"), 1);
  EXPECT_THROW(set.SymbolsFromText("no symbols"), dwreloc::Error);
  set.SymbolsFromModules(true);
  EXPECT_FALSE(set.FindBuildId(std::vector<std::uint8_t>{1, 2}).has_value());
  EXPECT_THROW(file_.supplementary(), dwreloc::Error);
  set.Close(0);
}

TEST_F(CppApiTest, CopiesForReadersWithoutRelocations) {
  const dwreloc::Image all_static(file_, DWRELOC_MATERIALIZE_STATIC,
                                  DWRELOC_MATERIALIZE_STRICT);
  EXPECT_EQ(all_static.info().first_failure, 0);
  EXPECT_EQ(all_static.info().sections_placed, 0u);
  EXPECT_GT(all_static.info().records_applied, 100u);
  EXPECT_GT(all_static.info().records_left, 10u);

  EXPECT_THROW(dwreloc::Image(file_, DWRELOC_MATERIALIZE_FULL,
                              DWRELOC_MATERIALIZE_STRICT),
               dwreloc::Error)
      << "nothing is placed";
  file_.PlaceOffline();
  dwreloc::Image full(file_, DWRELOC_MATERIALIZE_FULL);
  EXPECT_EQ(full.info().records_left, 0u);
  // It stays readable where it is moved to, and as a file.
  const dwreloc::Image moved = std::move(full);
  const dwreloc::File copy = dwreloc::File::FromMemory(moved.bytes(), "copy");
  EXPECT_EQ(copy.sections().size(), file_.sections().size());
  const int fd = moved.MemoryFile();
  ASSERT_GE(fd, 0);
  const dwreloc::File named("/proc/self/fd/" + std::to_string(fd));
  EXPECT_EQ(named.info().size, moved.bytes().size());
  close(fd);
  for (const dwreloc::Unit unit : copy.units()) {
    const auto low_pc = unit.die().attribute(DW_AT_low_pc);
    EXPECT_FALSE(low_pc && low_pc->is_symbolic());
  }
}

TEST_F(CppApiTest, OwnersCanBeCutShortAndThrow) {
  std::size_t all = 0;
  file_.VisitOwners(dwreloc::kNoSection, [&](const dwreloc::Record&,
                                             const dwreloc::Owner&) { ++all; });
  std::size_t some = 0;
  file_.VisitOwners(dwreloc::kNoSection,
                    [&](const dwreloc::Record&, const dwreloc::Owner&) {
                      return ++some < 10;
                    });
  EXPECT_GT(all, 1000u);
  EXPECT_EQ(some, 10u);
  const std::uint32_t info = file_.FindSection(".debug_info")->index();
  std::vector<std::uint64_t> offsets;
  for (const dwreloc::Record& record : file_.records(info, 0x100, 0x200))
    offsets.push_back(record.offset());
  EXPECT_FALSE(offsets.empty());
  std::vector<std::uint64_t> owned;
  file_.VisitOwners(
      info, 0x100, 0x200,
      [&](const dwreloc::Record& record, const dwreloc::Owner& owner) {
        EXPECT_EQ(owner.uses, 1u);
        owned.push_back(record.offset());
      });
  EXPECT_EQ(owned, offsets);
  EXPECT_THROW(
      file_.VisitOwners(dwreloc::kNoSection,
                        [](const dwreloc::Record&, const dwreloc::Owner&) {
                          throw std::out_of_range("enough");
                        }),
      std::out_of_range);
}

TEST_F(CppApiTest, RecordsOfASectionAndARange) {
  const auto info = file_.FindSection(".debug_info");
  ASSERT_TRUE(info.has_value());
  std::uint64_t count = 0;
  for (const dwreloc::Record& record : file_.records(info->index())) {
    EXPECT_EQ(record.section(), info->index());
    EXPECT_FALSE(record.type_name().empty());
    ++count;
  }
  EXPECT_EQ(count, info->reloc_count());
  auto few = file_.records(info->index(), 8, 14);
  std::vector<std::uint64_t> offsets;
  for (const dwreloc::Record& record : few) offsets.push_back(record.offset());
  EXPECT_THAT(offsets, ::testing::ElementsAre(8, 13));
}

TEST_F(CppApiTest, FramesAndTheirRows) {
  const auto section = file_.FindFrameSection();
  ASSERT_TRUE(section.has_value());
  EXPECT_EQ(section->name(), ".debug_frame");
  EXPECT_FALSE(file_.FindFrameSection(section->index() + 1).has_value());
  std::size_t fdes = 0;
  for (const dwreloc::CfiEntry& entry : file_.frames(section->index())) {
    std::size_t moves = 0;
    for (const dwreloc::CfiInstruction& one : entry.instructions())
      moves += one.location().has_value() ? 1 : 0;
    std::size_t rows = 0;
    for (const dwreloc::CfiRow& row : entry.rows()) {
      EXPECT_FALSE(row.registers().empty());
      if (rows++ == 0 && !entry.is_cie()) {
        EXPECT_EQ(row.range().begin, entry.initial_location());
      }
    }
    EXPECT_EQ(rows, moves + 1);
    if (entry.is_cie()) continue;
    ++fdes;
    EXPECT_FALSE(entry.lsda().has_value());
    const auto found = file_.FindFrame(entry.initial_location());
    ASSERT_TRUE(found.has_value());
    EXPECT_EQ(found->offset(), entry.offset());
  }
  EXPECT_EQ(2 * fdes, section->reloc_count());
  const dwreloc::Range pc = *Function("meter_summarize").pc();
  const auto frame = file_.FindFrame(pc.begin);
  ASSERT_TRUE(frame.has_value());
  EXPECT_EQ(frame->address_range().address(),
            pc.end.raw().value - pc.begin.raw().value);
  EXPECT_THROW(file_.frames(0), dwreloc::Error);
}

TEST_F(CppApiTest, ReadingNothingDigestsNothing) {
  EXPECT_EQ(file_.stats().sections_digested, 0u);
  const auto info = file_.FindSection(".debug_info");
  ASSERT_TRUE(info.has_value());
  EXPECT_FALSE(file_.is_digested(info->index()));
  file_.DigestAll();
  EXPECT_TRUE(file_.is_digested(info->index()));
  EXPECT_TRUE(file_.diagnostics().empty());
  EXPECT_TRUE(file_.unit_errors().empty());
}

TEST_F(CppApiTest, ThreadsOfTheCallerDigest) {
  size_t parts = 0;
  file_.DigestAll([&](size_t count, const auto& run) {
    parts = count;
    std::vector<std::thread> threads;
    for (size_t i = 0; i < count; ++i) threads.emplace_back(run, i);
    for (std::thread& thread : threads) thread.join();
  });
  EXPECT_GT(parts, 1u);
  EXPECT_TRUE(file_.is_digested(file_.FindSection(".debug_info")->index()));
  EXPECT_TRUE(file_.is_digested(file_.FindSection(".debug_line")->index()));
  EXPECT_THROW(file_.DigestAll(
                   [](size_t, const auto&) { throw std::bad_function_call(); }),
               std::bad_function_call);
}

TEST_F(CppApiTest, TrimGivesBackDigestsAndChangesNoValue) {
  // Each DIE with the number of its attributes and the place of its low_pc.
  const auto read = [this] {
    std::vector<std::string> lines;
    for (const dwreloc::Unit& unit : file_.units()) {
      for (const dwreloc::DieEntry& entry : unit.dies()) {
        std::string line = std::to_string(entry.die().offset()) + " " +
                           std::to_string(entry.attributes().size());
        if (const auto name = entry.find(DW_AT_name)) line += name->AsString();
        if (const auto low_pc = entry.find(DW_AT_low_pc)) {
          const dwreloc::RelocatableInfo info = low_pc->AsRelocatable().info();
          line += std::to_string(info.section_index) + "+" +
                  std::to_string(info.section_offset);
        }
        lines.push_back(line);
      }
    }
    return lines;
  };
  const std::vector<std::string> before = read();
  const std::uint32_t section = file_.FindSection(".debug_info")->index();
  const dwreloc::SectionMemory memory = file_.memory(section);
  EXPECT_GT(memory.digest_bytes, 0u);
  file_.Trim();
  EXPECT_EQ(file_.stats().digest_bytes, 0u);
  EXPECT_EQ(file_.memory(section).digest_bytes, 0u);
  EXPECT_EQ(read(), before);
  EXPECT_EQ(file_.memory(section).digest_bytes, memory.digest_bytes);
  EXPECT_THROW(file_.memory(10'000), dwreloc::Error);
}

TEST_F(CppApiTest, ArangesLeadToUnits) {
  int count = 0;
  for (const dwreloc::Arange& arange : file_.aranges()) {
    ++count;
    EXPECT_TRUE(arange.length().is_constant());
    const auto unit = file_.FindUnit(arange.unit_place());
    ASSERT_TRUE(unit.has_value());
    const auto found = file_.FindArange(arange.begin());
    ASSERT_TRUE(found.has_value());
    EXPECT_EQ(found->raw().offset, arange.raw().offset);
  }
  EXPECT_GT(count, 0);
  EXPECT_FALSE(file_.FindUnit({0, 0}).has_value());
  EXPECT_TRUE(file_.name_indexes().empty());
  EXPECT_TRUE(file_.pubnames().begin() == std::default_sentinel);
}

TEST_F(CppApiTest, SectionsAreRewritableOrSayWhyNot) {
  const std::uint32_t info = file_.FindSection(".debug_info")->index();
  EXPECT_FALSE(file_.FindObstacle(info).has_value());
  const auto obstacles = file_.obstacles();
  EXPECT_GT(obstacles.size(), 8u);
  EXPECT_TRUE(obstacles.at(info).empty());
  const std::uint32_t text = file_.FindSection(".text")->index();
  EXPECT_FALSE(obstacles.contains(text));
  const auto obstacle = file_.FindObstacle(text);
  ASSERT_TRUE(obstacle.has_value());
  EXPECT_EQ(obstacle->kind, DWRELOC_OBSTACLE_ROLE);
  EXPECT_NE(obstacle->text, nullptr);
  EXPECT_THROW((void)file_.FindObstacle(9999), dwreloc::Error);
}

TEST_F(CppApiTest, DeclarationsOfUnitsAreAmongThoseOfTheFile) {
  std::set<std::uint64_t> all;
  std::size_t attributes = 0;
  for (const dwreloc::Abbrev& abbrev : file_.abbrevs()) {
    all.insert(abbrev.raw().offset);
    EXPECT_EQ(abbrev.attributes().size(), abbrev.raw().attribute_count);
    attributes += abbrev.attributes().size();
  }
  EXPECT_GT(attributes, all.size());
  std::size_t count = 0;
  for (const dwreloc::Unit& unit : file_.units()) {
    for (const dwreloc::Abbrev& abbrev : unit.abbrevs()) {
      ++count;
      EXPECT_TRUE(all.contains(abbrev.raw().offset));
    }
  }
  EXPECT_GT(count, 0u);
  EXPECT_THROW((void)file_.abbrevs(1), dwreloc::Error);
}

TEST(CppLookupTest, PublicNames) {
  const dwreloc::File file(TinyPath("tiny4g.o"));
  int count = 0;
  for (const dwreloc::Pubname& pubname : file.pubnames()) {
    ++count;
    EXPECT_FALSE(pubname.name().empty());
    EXPECT_EQ(file.DieAt(pubname.die_place()).offset(),
              pubname.raw().die_offset);
  }
  EXPECT_GT(count, 0);
}

TEST(CppLookupTest, NamesOfAnIndex) {
  const dwreloc::File file(TinyPath("tiny5n.o"));
  EXPECT_TRUE(file.name_index_errors().empty());
  ASSERT_EQ(file.name_indexes().size(), 1u);
  const dwreloc::NameIndex index = file.name_indexes()[0];
  EXPECT_EQ(index.unit(DWRELOC_NAME_UNIT_COMPILE, 0).unit_offset, 0u);
  EXPECT_GT(index.names().size(), 0u);
  for (const dwreloc::Name& name : index.names()) {
    const auto found = index.Find(std::string(name.string()).c_str());
    ASSERT_TRUE(found.has_value());
    EXPECT_EQ(found->raw().number, name.raw().number);
    for (const dwreloc::NameEntry& entry : name.entries()) {
      ASSERT_TRUE(entry.die_place().has_value());
      EXPECT_EQ(file.DieAt(*entry.die_place()).tag(), entry.tag());
    }
  }
}

TEST(CppTablesTest, MacrosContributionsIndexesAndLinks) {
  const char* data = std::getenv("DWRELOC_TEST_DATA");
  const dwreloc::File file(std::string(data == nullptr ? "tests/data" : data) +
                           "/tiny/tinyc.o");
  const dwreloc::Unit unit = *file.units().begin();
  const std::optional<dwreloc::MacroUnit> macros = unit.macros();
  ASSERT_TRUE(macros.has_value());
  EXPECT_EQ(macros->info().version, 5);
  EXPECT_EQ(macros->line_table()->info().offset,
            unit.line_table()->info().offset);
  std::vector<std::string> names;
  for (const dwreloc::Macro& macro : macros->macros(true)) {
    if (macro.kind() == DWRELOC_MACRO_DEFINE)
      names.emplace_back(macro.string());
  }
  EXPECT_THAT(names, ::testing::Contains("NAME 1"));
  EXPECT_THROW((void)macros->macros().begin()->import(), dwreloc::Error);
  const std::uint32_t section = macros->info().section;
  EXPECT_TRUE(file.macros(section).has_value());
  EXPECT_FALSE(file.macros(1).has_value());

  std::size_t tables = 0;
  for (const dwreloc::Contribution& table :
       file.contributions(file.FindSection(".debug_str_offsets")->index())) {
    ++tables;
    EXPECT_EQ(table.string(1), "tiny.c");
    EXPECT_EQ(table.value(1).raw().value, 1u);
    EXPECT_THROW((void)table.value(table.size()), dwreloc::Error);
  }
  EXPECT_EQ(tables, 1u);
  dwreloc::Contributions none = file.contributions(section);
  EXPECT_EQ(none.begin(), none.end());
  EXPECT_FALSE(file.unit_index(section).has_value());
  EXPECT_FALSE(file.link(section).has_value());
}

TEST(CppNamesTest, KnownAndUnknown) {
  EXPECT_EQ(dwreloc::TagName(DW_TAG_subprogram), "DW_TAG_subprogram");
  EXPECT_EQ(dwreloc::AttributeName(DW_AT_name), "DW_AT_name");
  EXPECT_EQ(dwreloc::FormName(DW_FORM_strp), "DW_FORM_strp");
  EXPECT_EQ(dwreloc::OpName(DW_OP_addr), "DW_OP_addr");
  EXPECT_EQ(dwreloc::ConstantName(DW_AT_language, DW_LANG_C99), "DW_LANG_C99");
  EXPECT_EQ(dwreloc::TagName(0x3fff), "");
}

}  // namespace
