// Ranges of dwreloc.hpp on damaged files: they throw, or go on after an error
// with what the C API gives there.
#include <dwreloc/dwarf.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <cstdlib>
#include <dwreloc/dwreloc.hpp>
#include <fstream>
#include <functional>
#include <iterator>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace {

using Image = std::vector<std::uint8_t>;

Image Read(const std::string& name) {
  const char* data = std::getenv("DWRELOC_TEST_DATA");
  std::ifstream stream(
      std::string(data == nullptr ? "tests/data" : data) + "/" + name,
      std::ios::binary);
  return {std::istreambuf_iterator<char>(stream),
          std::istreambuf_iterator<char>()};
}

// What one loop has met: "i" for an item, "-6" for an error of that code.
using Trace = std::string;
// More than any loop here has.
constexpr std::size_t kMaxTrace = 1 << 16;

// `goes_on`: items may come after an error.
template <typename Reader, typename Item>
Trace CTrace(int (*next)(Reader*, Item*), Reader reader, bool goes_on = false) {
  Trace trace;
  Item item;
  int result;
  while ((result = next(&reader, &item)) != 0 && trace.size() < kMaxTrace) {
    trace += result > 0 ? "i" : std::to_string(result);
    if (result < 0 && !goes_on) break;
  }
  return trace;
}

template <typename Range>
Trace CppTrace(Range range) {
  Trace trace;
  for ([[maybe_unused]] const auto& item :
       std::move(range).OnError([&trace](const dwreloc::Error& error) {
         trace += std::to_string(error.code());
         if (trace.size() >= kMaxTrace) throw std::length_error("no end");
       }))
    trace += "i";
  return trace;
}

// The same for what has another form, or begins in another way.

Trace CWalk(const dwreloc::Unit& unit) {
  Dwreloc_Walk walk;
  if (dwreloc_walk_begin(unit.raw(), &walk) < 0) return "";
  Trace trace;
  std::vector<Dwreloc_Attribute> attributes(64);
  Dwreloc_Die die;
  std::size_t count = 0;
  int result;
  while ((result = dwreloc_walk_next(&walk, &die, nullptr, attributes.data(),
                                     attributes.size(), &count)) != 0) {
    if (result < 0) trace += std::to_string(result);
    if (result < 0 && count == 0) continue;
    trace += "i" + std::to_string(count) + (result < 0 ? "cut" : "");
  }
  return trace;
}

Trace CppWalk(const dwreloc::Unit& unit) {
  Trace trace;
  for (const dwreloc::DieEntry& entry :
       unit.dies().OnError([&trace](const dwreloc::Error& error) {
         trace += std::to_string(error.code());
       }))
    trace += "i" + std::to_string(entry.attributes().size()) +
             (entry.is_cut() ? "cut" : "");
  return trace;
}

Trace CContributions(const dwreloc::FileView& file, std::uint32_t section) {
  Trace trace;
  Dwreloc_Contribution one;
  for (std::uint64_t offset = 0; offset != DWRELOC_NO_OFFSET;
       offset = one.next_offset) {
    const int result =
        dwreloc_contribution_at(file.raw(), section, offset, &one);
    if (result == 0 || trace.size() >= kMaxTrace) break;
    trace += result > 0 ? "i" : std::to_string(result);
  }
  return trace;
}

// Compares the two readings of everything that is read step by step; returns
// the number of errors met.
class Comparison {
 public:
  explicit Comparison(const dwreloc::File& file) : file_(file) {}

  std::size_t Run() {
    for (const dwreloc::Unit& unit : file_.units()) OfUnit(unit);
    for (const dwreloc::Section& section : file_.sections())
      if (section.holds_dwarf()) OfSection(section.index());
    return errors_;
  }

 private:
  void Same(std::string_view what, const Trace& c, const Trace& cpp) {
    EXPECT_EQ(c, cpp) << what;
    EXPECT_LT(c.size(), kMaxTrace) << what;
    errors_ += c.find('-') != Trace::npos ? 1 : 0;
  }

  void OfUnit(const dwreloc::Unit& unit) {
    Same("walk", CWalk(unit), CppWalk(unit));
    const Dwreloc_Line_Table* table = nullptr;
    Dwreloc_Rows rows;
    if (dwreloc_line_table(unit.raw(), &table) > 0 &&
        dwreloc_rows_begin(table, &rows) > 0)
      Same("rows", CTrace(dwreloc_rows_next, rows),
           CppTrace(dwreloc::LineTable(table).rows()));
    Dwreloc_Line_Instructions instructions;
    if (table != nullptr &&
        dwreloc_line_instructions_begin(table, &instructions) > 0)
      Same("line instructions",
           CTrace(dwreloc_line_instructions_next, instructions),
           CppTrace(dwreloc::LineTable(table).instructions()));
    Dwreloc_Macros macros;
    if (dwreloc_macros_begin(unit.raw(), &macros) > 0)
      Same("macros", CTrace(dwreloc_macros_next, macros),
           CppTrace(dwreloc::MacroUnit(macros).macros()));
    Dwreloc_Abbrevs abbrevs;
    if (dwreloc_abbrevs_begin(unit.raw(), &abbrevs) > 0)
      Same("abbrevs", CTrace(dwreloc_abbrevs_next, abbrevs, true),
           CppTrace(unit.abbrevs()));
    for (const dwreloc::DieEntry& entry :
         unit.dies().OnError([](const auto&) {})) {
      Dwreloc_List list;
      if (dwreloc_ranges_begin(&entry.die().raw(), &list) > 0)
        Same("entries", CTrace(dwreloc_list_next, list),
             CppTrace(entry.die().range_entries()));
      Dwreloc_Views views;
      if (dwreloc_views_begin(&entry.die().raw(), &views) > 0)
        Same("views", CTrace(dwreloc_views_next, views),
             CppTrace(entry.die().views()));
      for (const dwreloc::Attribute& attribute : entry.attributes())
        if (dwreloc_locations_begin(&attribute.raw(), &list) > 0)
          Same("location entries", CTrace(dwreloc_list_next, list),
               CppTrace(attribute.location_entries()));
      OfPlace(entry.die());
    }
  }

  // Where a DIE begins to have code.
  void OfPlace(const dwreloc::Die& die) {
    Dwreloc_Relocatable low;
    Dwreloc_Relocatable high;
    if (dwreloc_pc_relocatable(&die.raw(), &low, &high) <= 0) return;
    const dwreloc::Relocatable place(low);
    Dwreloc_Frames frames;
    if (dwreloc_frames_begin(file_.raw(), &low, &frames) > 0)
      Same("frames of a place", CTrace(dwreloc_frames_next, frames),
           CppTrace(file_.FramesAt(place)));
    Dwreloc_Scopes scopes;
    if (dwreloc_scopes_begin(file_.raw(), &low, &scopes) > 0)
      Same("scopes", CTrace(dwreloc_scopes_next, scopes, true),
           CppTrace(file_.ScopesAt(place)));
    Dwreloc_Variables variables;
    if (dwreloc_variables_begin(&die.raw(), &low, &variables) > 0)
      Same("variables", CTrace(dwreloc_variables_next, variables),
           CppTrace(die.VariablesAt(place)));
  }

  void OfSection(std::uint32_t section) {
    const Dwreloc_Module* module = file_.raw();
    Dwreloc_Abbrevs abbrevs;
    if (dwreloc_abbrevs_begin_all(module, section, &abbrevs) > 0)
      Same("all abbrevs", CTrace(dwreloc_abbrevs_next, abbrevs, true),
           CppTrace(file_.abbrevs(section)));
    Dwreloc_Aranges aranges;
    if (dwreloc_aranges_begin(module, section, &aranges) > 0)
      Same("aranges", CTrace(dwreloc_aranges_next, aranges, true),
           CppTrace(file_.aranges(section)));
    Dwreloc_Pubnames pubnames;
    if (dwreloc_pubnames_begin(module, section, &pubnames) > 0)
      Same("pubnames", CTrace(dwreloc_pubnames_next, pubnames, true),
           CppTrace(file_.pubnames(section)));
    Dwreloc_Records records;
    if (dwreloc_records_begin(module, section, 0, dwreloc::kNoOffset,
                              &records) > 0)
      Same("records", CTrace(dwreloc_records_next, records),
           CppTrace(file_.records(section)));
    Same("contributions", CContributions(file_, section),
         CppTrace(file_.contributions(section)));
    Dwreloc_Cfi cfi;
    if (dwreloc_cfi_begin(module, section, &cfi) > 0) OfFrames(section, cfi);
  }

  void OfFrames(std::uint32_t section, const Dwreloc_Cfi& cfi) {
    Same("frames", CTrace(dwreloc_cfi_next, cfi, true),
         CppTrace(file_.frames(section)));
    for (const dwreloc::CfiEntry& entry :
         file_.frames(section).OnError([](const auto&) {})) {
      Dwreloc_Cfi_Instructions instructions;
      if (dwreloc_cfi_instructions_begin(&entry.raw(), &instructions) > 0)
        Same("instructions",
             CTrace(dwreloc_cfi_instructions_next, instructions),
             CppTrace(entry.instructions()));
      Dwreloc_Cfi_Rows rows;
      if (dwreloc_cfi_rows_begin(&entry.raw(), &rows) > 0)
        Same("frame rows", CTrace(dwreloc_cfi_rows_next, rows),
             CppTrace(entry.rows()));
    }
  }

  const dwreloc::File& file_;
  std::size_t errors_ = 0;
};

TEST(CppStepsTest, AfterEachErrorComesWhatTheCApiGives) {
  std::size_t errors = 0;
  for (const char* name : {"tiny/tiny4.o", "tiny/tiny5.o", "tiny/tinyc.o"}) {
    const Image image = Read(name);
    const dwreloc::File sound = dwreloc::File::FromMemory(image);
    EXPECT_EQ(Comparison(sound).Run(), 0u);
    for (const dwreloc::Section& section : sound.sections()) {
      if (!section.holds_dwarf() || section.file_size() == 0) continue;
      const std::uint64_t step = section.file_size() / 40 + 1;
      for (std::uint64_t at = 0; at < section.file_size(); at += step) {
        SCOPED_TRACE(std::string(section.name()) + "+" + std::to_string(at));
        Image damaged = image;
        damaged[section.raw().file_offset + at] ^= 0xff;
        errors += Comparison(dwreloc::File::FromMemory(damaged)).Run();
      }
    }
  }
  EXPECT_GT(errors, 100u);
}

// The second of two sets of .debug_aranges is damaged, with another after it.
class DamagedArangesTest : public ::testing::Test {
 protected:
  DamagedArangesTest() : image_(Read("module/meter.ko")) {
    const dwreloc::File sound = dwreloc::File::FromMemory(image_);
    const auto section = sound.FindSection(".debug_aranges");
    std::uint64_t second = dwreloc::kNoOffset;
    for (const dwreloc::Arange& arange : sound.aranges()) {
      if (arange.raw().set_offset == 0) {
        ++before_;
        continue;
      }
      if (second == dwreloc::kNoOffset) second = arange.raw().set_offset;
      after_ += arange.raw().set_offset != second ? 1 : 0;
    }
    // The version comes after the four bytes of the length.
    image_[section->raw().file_offset + second + 4] = 0x77;
    file_.emplace(dwreloc::File::FromMemory(image_));
  }

  Image image_;
  std::size_t before_ = 0;
  std::size_t after_ = 0;
  std::optional<dwreloc::File> file_;
};

TEST_F(DamagedArangesTest, ALoopThrowsAtTheBadSet) {
  ASSERT_GT(before_, 0u);
  ASSERT_GT(after_, 0u);
  std::size_t count = 0;
  try {
    for ([[maybe_unused]] const dwreloc::Arange& arange : file_->aranges())
      ++count;
    FAIL() << "no error";
  } catch (const dwreloc::Error& error) {
    EXPECT_EQ(error.code(), DWRELOC_E_UNSUPPORTED);
  }
  EXPECT_EQ(count, before_);
}

TEST_F(DamagedArangesTest, NextGoesOnWithTheSetAfterIt) {
  dwreloc::Aranges aranges = file_->aranges();
  for (std::size_t i = 0; i < before_; ++i) EXPECT_TRUE(aranges.Next());
  EXPECT_THROW(aranges.Next(), dwreloc::Error);
  std::size_t count = 0;
  while (aranges.Next()) ++count;
  EXPECT_EQ(count, after_);
  EXPECT_FALSE(aranges.Next());
}

TEST_F(DamagedArangesTest, AHandlerIsToldAndTheLoopGoesOn) {
  std::vector<dwreloc::Error> errors;
  std::size_t count = 0;
  for ([[maybe_unused]] const dwreloc::Arange& arange :
       file_->aranges().OnError(
           [&errors](const dwreloc::Error& error) { errors.push_back(error); }))
    ++count;
  EXPECT_EQ(count, before_ + after_);
  ASSERT_EQ(errors.size(), 1u);
  EXPECT_EQ(errors[0].section(), file_->FindSection(".debug_aranges")->index());
}

TEST_F(DamagedArangesTest, AHandlerMayThrow) {
  dwreloc::Aranges aranges = file_->aranges().OnError(
      [](const dwreloc::Error&) { throw std::out_of_range("stop"); });
  for (std::size_t i = 0; i < before_; ++i) EXPECT_TRUE(aranges.Next());
  EXPECT_THROW(aranges.Next(), std::out_of_range);
}

// A form that is not known: what comes before it in the DIE can be read.
TEST(CppWalkTest, ADieIsCutWhereItsFormIsUnknown) {
  Image image = Read("tiny/tiny5.o");
  {
    const dwreloc::File sound = dwreloc::File::FromMemory(image);
    const auto section = sound.FindSection(".debug_abbrev");
    const dwreloc::Abbrev* found = nullptr;
    dwreloc::Abbrevs abbrevs = sound.abbrevs();
    while (found == nullptr && abbrevs.Next())
      if (abbrevs.current().tag() == DW_TAG_subprogram)
        found = &abbrevs.current();
    ASSERT_NE(found, nullptr);
    // The form of its third attribute is the byte after the name.
    image[section->raw().file_offset + found->attributes()[2].offset + 1] =
        0x7f;
  }
  const dwreloc::File file = dwreloc::File::FromMemory(image);
  std::size_t errors = 0;
  std::size_t cut = 0;
  for (const dwreloc::DieEntry& entry :
       file.units()[0].dies().OnError([&errors](const dwreloc::Error& error) {
         EXPECT_EQ(error.code(), DWRELOC_E_UNSUPPORTED);
         ++errors;
       })) {
    if (!entry.is_cut()) continue;
    ++cut;
    EXPECT_EQ(entry.die().tag(), DW_TAG_subprogram);
    EXPECT_EQ(entry.attributes().size(), 2u);
  }
  EXPECT_GT(cut, 0u);
  EXPECT_EQ(errors, cut);
}

}  // namespace
