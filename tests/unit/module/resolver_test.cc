// placing/resolver: who is asked where a section or symbol is, when, how often,
// and what becomes of each answer.  The offline layout is held against libdwfl
// in offline_layout_test.cc.

#include "placing/resolver.h"

#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "placing/place.h"
#include "support/dwarf_file.h"
#include "support/elf_builder.h"
#include "support/opened_file.h"

namespace dwreloc::internal {
namespace {

// Answers what the test says, and counts.
class FakeOracle final : public PlacementOracle {
 public:
  Answer SectionAddress(uint32_t section, uint64_t* address) override {
    ++sections[section];
    if (on_section) return on_section(section, address);
    *address = uint64_t{section} << 16;
    return answer;
  }
  Answer SymbolAddress(uint32_t symbol, uint64_t* address) override {
    ++symbols[symbol];
    *address = uint64_t{symbol} << 24;
    return answer;
  }

  Answer answer = Answer::kPlaced;
  std::function<Answer(uint32_t, uint64_t*)> on_section;
  std::map<uint32_t, int> sections;
  std::map<uint32_t, int> symbols;
};

class ResolverTest : public testing::Test {
 protected:
  explicit ResolverTest(const Target& target = kX86_64)
      : elf_(target),
        text_(elf_.Add({.name = ".text",
                        .flags = SHF_ALLOC | SHF_EXECINSTR,
                        .contents = Zeros(64)})),
        data_(elf_.Add({.name = ".data",
                        .flags = SHF_ALLOC | SHF_WRITE,
                        .contents = Zeros(64)})),
        function_(elf_.AddSymbol(
            {.name = "function", .value = 0x10, .section = text_})),
        variable_(elf_.AddSymbol(
            {.name = "variable", .value = 0x8, .section = data_})),
        printk_(elf_.AddSymbol({.name = "printk", .binding = STB_GLOBAL})),
        absolute_(elf_.AddSymbol(
            {.name = "absolute", .value = 0x5000, .special = SHN_ABS})),
        file_(elf_),
        resolver_(file_.file(), file_.symbols()) {}

  RelocValue In(uint32_t section, uint64_t offset, uint8_t width = 8) const {
    return {.value = offset,
            .section = section,
            .kind = RelocKind::kSection,
            .width = width,
            .has_record = true};
  }
  RelocValue Of(uint32_t symbol, uint64_t addend) const {
    return {.value = addend,
            .symbol = symbol,
            .kind = RelocKind::kUndefined,
            .width = 8,
            .has_record = true};
  }
  // The number, which there must be.
  uint64_t Number(const RelocValue& value) const {
    const absl::StatusOr<uint64_t> number = resolver_.Resolve(value);
    EXPECT_THAT(number.status(), IsOk());
    return number.ok() ? *number : 0xbadbadbad;
  }
  // The failure, which there must be.
  ErrorCode Error(const RelocValue& value) const {
    const absl::StatusOr<uint64_t> number = resolver_.Resolve(value);
    EXPECT_FALSE(number.ok());
    return GetDetail(number.status()).code;
  }

  ElfBuilder elf_;
  const uint32_t text_;
  const uint32_t data_;
  const uint32_t function_;
  const uint32_t variable_;
  const uint32_t printk_;
  const uint32_t absolute_;
  OpenedFile file_;
  Resolver resolver_;
  FakeOracle oracle_;
};

class Resolver32Test : public ResolverTest {
 protected:
  Resolver32Test() : ResolverTest(kI386) {}
};

TEST_F(ResolverTest, ConstantNeedsNobody) {
  resolver_.SetOracle(&oracle_);
  EXPECT_EQ(Number(RelocValue::Constant(0x123456789abcdef0)),
            0x123456789abcdef0u);
  EXPECT_TRUE(oracle_.sections.empty());
}

TEST_F(ResolverTest, NobodyKnowsIsNeedsRelocation) {
  const absl::Status section = resolver_.Resolve(In(text_, 8)).status();
  EXPECT_THAT(section, FailsWith(ErrorCode::kNeedsRelocation, ".text"));
  EXPECT_THAT(section, FailsWith(ErrorCode::kNeedsRelocation,
                                 "value requires relocation"));
  const absl::Status symbol = resolver_.Resolve(Of(printk_, 8)).status();
  EXPECT_THAT(symbol, FailsWith(ErrorCode::kNeedsRelocation, "printk"));
  EXPECT_EQ(GetDetail(symbol).symbol, printk_);
}

TEST_F(ResolverTest, ExplicitAnswersOfEachKind) {
  resolver_.PlaceSection(text_, Answer::kPlaced, 0xffffffffc0000000);
  EXPECT_EQ(Number(In(text_, 0x10)), 0xffffffffc0000010u);
  resolver_.PlaceSection(text_, Answer::kAbsent, 0);
  EXPECT_EQ(Error(In(text_, 0x10)), ErrorCode::kSectionAbsent);
  resolver_.PlaceSection(text_, Answer::kUnknown, 0);
  EXPECT_EQ(Error(In(text_, 0x10)), ErrorCode::kNeedsRelocation);
  resolver_.PlaceSection(text_, Answer::kFail, 0);
  EXPECT_EQ(Error(In(text_, 0x10)), ErrorCode::kCallback);
  resolver_.PlaceSymbol(printk_, 0x7000);
  EXPECT_EQ(Number(Of(printk_, UINT64_MAX)), 0x6fffu);
}

TEST_F(ResolverTest, PlaceAgainReplaces) {
  resolver_.PlaceSection(text_, Answer::kPlaced, 0x1000);
  EXPECT_EQ(Number(In(text_, 1)), 0x1001u);
  resolver_.PlaceSection(text_, Answer::kPlaced, 0x2000);
  EXPECT_EQ(Number(In(text_, 1)), 0x2001u);
  EXPECT_EQ(Error(In(data_, 1)), ErrorCode::kNeedsRelocation)
      << "other sections are not concerned";
}

TEST_F(ResolverTest, PlacingNoSectionIsIgnored) {
  resolver_.PlaceSection(1000, Answer::kPlaced, 0x1000);
  EXPECT_EQ(Error(In(1000, 0)), ErrorCode::kBadReloc);
}

TEST_F(ResolverTest, OracleIsAskedOnFirstNeedAndOnce) {
  resolver_.SetOracle(&oracle_);
  EXPECT_TRUE(oracle_.sections.empty());
  EXPECT_TRUE(oracle_.symbols.empty());
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(Number(In(text_, 5)), (uint64_t{text_} << 16) + 5);
    EXPECT_EQ(Number(In(text_, 6)), (uint64_t{text_} << 16) + 6);
    EXPECT_EQ(Number(Of(printk_, 7)), (uint64_t{printk_} << 24) + 7);
  }
  EXPECT_EQ(oracle_.sections, (std::map<uint32_t, int>{{text_, 1}}));
  EXPECT_EQ(oracle_.symbols, (std::map<uint32_t, int>{{printk_, 1}}));
  EXPECT_EQ(resolver_.sections_asked(), 1u);
  EXPECT_EQ(resolver_.symbols_asked(), 1u);
}

TEST_F(ResolverTest, OracleAnswersOfEachKindAreKept) {
  const struct {
    Answer answer;
    ErrorCode section;
    ErrorCode symbol;
  } cases[] = {
      {Answer::kAbsent, ErrorCode::kSectionAbsent, ErrorCode::kSymbolAbsent},
      {Answer::kUnknown, ErrorCode::kNeedsRelocation,
       ErrorCode::kNeedsRelocation},
      {Answer::kFail, ErrorCode::kCallback, ErrorCode::kCallback},
  };
  for (const auto& [answer, section, symbol] : cases) {
    FakeOracle oracle;
    oracle.answer = answer;
    resolver_.SetOracle(&oracle);
    for (int i = 0; i < 3; ++i) {
      EXPECT_EQ(Error(In(text_, 0)), section);
      EXPECT_EQ(Error(Of(printk_, 0)), symbol);
    }
    EXPECT_EQ(oracle.sections[text_], 1);
    EXPECT_EQ(oracle.symbols[printk_], 1);
  }
}

TEST_F(ResolverTest, ExplicitPlaceGoesBeforeTheOracle) {
  resolver_.SetOracle(&oracle_);
  resolver_.PlaceSection(text_, Answer::kPlaced, 0x9000);
  resolver_.PlaceSymbol(printk_, 0x9000);
  EXPECT_EQ(Number(In(text_, 1)), 0x9001u);
  EXPECT_EQ(Number(Of(printk_, 1)), 0x9001u);
  EXPECT_TRUE(oracle_.sections.empty());
  EXPECT_TRUE(oracle_.symbols.empty());
  // After an answer, too.
  EXPECT_EQ(Number(In(data_, 0)), uint64_t{data_} << 16);
  resolver_.PlaceSection(data_, Answer::kAbsent, 0);
  EXPECT_EQ(Error(In(data_, 0)), ErrorCode::kSectionAbsent);
}

TEST_F(ResolverTest, ForgetAsksAnewAndDropsPlaces) {
  resolver_.SetOracle(&oracle_);
  resolver_.PlaceSection(data_, Answer::kPlaced, 0x9000);
  EXPECT_EQ(Number(In(text_, 0)), uint64_t{text_} << 16);
  EXPECT_EQ(Number(Of(printk_, 0)), uint64_t{printk_} << 24);
  resolver_.Forget();
  oracle_.answer = Answer::kAbsent;
  EXPECT_EQ(Error(In(text_, 0)), ErrorCode::kSectionAbsent);
  EXPECT_EQ(Error(In(data_, 0)), ErrorCode::kSectionAbsent);
  EXPECT_EQ(Error(Of(printk_, 0)), ErrorCode::kSymbolAbsent);
  EXPECT_EQ(oracle_.sections[text_], 2);
  EXPECT_EQ(oracle_.sections[data_], 1);
  EXPECT_EQ(oracle_.symbols[printk_], 2);
}

TEST_F(ResolverTest, ForgetBeforeAnythingIsKnown) {
  resolver_.Forget();
  EXPECT_EQ(Error(In(text_, 0)), ErrorCode::kNeedsRelocation);
}

TEST_F(ResolverTest, AnotherOracleForgetsTheAnswersOfTheFirst) {
  resolver_.SetOracle(&oracle_);
  EXPECT_EQ(Number(In(text_, 0)), uint64_t{text_} << 16);
  FakeOracle other;
  other.answer = Answer::kUnknown;
  resolver_.SetOracle(&other);
  EXPECT_EQ(Error(In(text_, 0)), ErrorCode::kNeedsRelocation);
  resolver_.SetOracle(nullptr);
  EXPECT_EQ(Error(In(text_, 0)), ErrorCode::kNeedsRelocation);
  EXPECT_EQ(oracle_.sections[text_], 1);
  EXPECT_EQ(other.sections[text_], 1);
}

TEST_F(ResolverTest, AnExceptionOfTheOracleLeavesTheQuestionOpen) {
  resolver_.SetOracle(&oracle_);
  oracle_.on_section = [](uint32_t, uint64_t*) -> Answer {
    throw std::bad_alloc();
  };
  EXPECT_THROW((void)Number(In(text_, 5)), std::bad_alloc);
  EXPECT_THROW((void)Number(In(text_, 5)), std::bad_alloc);
  oracle_.on_section = nullptr;
  EXPECT_EQ(Number(In(text_, 5)), (uint64_t{text_} << 16) + 5);
  EXPECT_EQ(oracle_.sections[text_], 3);
}

TEST_F(ResolverTest, OracleThatAsksForItsOwnAnswer) {
  resolver_.SetOracle(&oracle_);
  std::vector<ErrorCode> inner;
  oracle_.on_section = [&](uint32_t section, uint64_t* address) {
    inner.push_back(Error(In(section, 0)));
    *address = 0x4000;
    return Answer::kPlaced;
  };
  EXPECT_EQ(Number(In(text_, 1)), 0x4001u) << "the outer question is answered";
  EXPECT_EQ(inner, std::vector{ErrorCode::kRecursion});
  EXPECT_EQ(oracle_.sections[text_], 1);
}

TEST_F(ResolverTest, OracleMayAskForAnotherSection) {
  resolver_.SetOracle(&oracle_);
  oracle_.on_section = [&](uint32_t section, uint64_t* address) {
    // .data follows .text, wherever that is.
    *address = section == data_ ? Number(In(text_, 0x100)) : 0x4000;
    return Answer::kPlaced;
  };
  EXPECT_EQ(Number(In(data_, 1)), 0x4101u);
  EXPECT_EQ(oracle_.sections,
            (std::map<uint32_t, int>{{text_, 1}, {data_, 1}}));
}

TEST_F(ResolverTest, RecursionOverTwoSections) {
  resolver_.SetOracle(&oracle_);
  std::vector<ErrorCode> inner;
  oracle_.on_section = [&](uint32_t section, uint64_t*) {
    inner.push_back(Error(In(section == text_ ? data_ : text_, 0)));
    return Answer::kFail;
  };
  EXPECT_EQ(Error(In(text_, 0)), ErrorCode::kCallback);
  EXPECT_EQ(inner, (std::vector{ErrorCode::kRecursion, ErrorCode::kCallback}));
  EXPECT_EQ(oracle_.sections,
            (std::map<uint32_t, int>{{text_, 1}, {data_, 1}}));
}

TEST_F(ResolverTest, TlsOffsetIsNotAnAddress) {
  RelocValue value = In(data_, 8);
  value.kind = RelocKind::kTls;
  value.symbol = variable_;
  const absl::Status status = resolver_.Resolve(value).status();
  EXPECT_THAT(status, FailsWith(ErrorCode::kNotNumeric, "thread-local"));
  EXPECT_EQ(GetDetail(status).symbol, variable_);
}

TEST_F(ResolverTest, BadValueKeepsItsError) {
  const absl::Status status =
      resolver_.Resolve(RelocValue::Bad(ErrorCode::kRelocType, 42, printk_))
          .status();
  EXPECT_THAT(status, FailsWith(ErrorCode::kRelocType, "unsupported"));
  EXPECT_EQ(GetDetail(status).reloc_type, 42u);
  EXPECT_EQ(GetDetail(status).symbol, printk_);
}

TEST_F(ResolverTest, DifferenceNeedsBothEnds) {
  RelocValue difference = {.value = 3,
                           .symbol = function_,
                           .detail = variable_,
                           .kind = RelocKind::kDifference,
                           .width = 8,
                           .has_record = true};
  EXPECT_EQ(Error(difference), ErrorCode::kNeedsRelocation);
  resolver_.PlaceSection(text_, Answer::kPlaced, 0x10000);
  EXPECT_EQ(Error(difference), ErrorCode::kNeedsRelocation);
  resolver_.PlaceSection(data_, Answer::kPlaced, 0x8000);
  EXPECT_EQ(Number(difference), 0x10010u - 0x8008u + 3u);
  difference.detail = absolute_;
  EXPECT_EQ(Number(difference), 0x10010u - 0x5000u + 3u);
  difference.detail = printk_;
  EXPECT_EQ(Error(difference), ErrorCode::kNeedsRelocation);
  resolver_.PlaceSymbol(printk_, 0x100);
  EXPECT_EQ(Number(difference), 0x10010u - 0x100u + 3u);
  difference.detail = 1000;
  EXPECT_EQ(Error(difference), ErrorCode::kBadReloc);
}

// psABI: R_X86_64_32 zero-extends, R_X86_64_32S sign-extends; what neither can
// store is no value.
TEST_F(ResolverTest, FourByteFieldOfA64BitFile) {
  resolver_.PlaceSection(text_, Answer::kPlaced, 0xfffffff0);
  EXPECT_EQ(Number(In(text_, 0xf, 4)), 0xffffffffu);
  EXPECT_EQ(Error(In(text_, 0x10, 4)), ErrorCode::kRange);
  EXPECT_EQ(Number(In(text_, 0x10, 8)), 0x100000000u);
  resolver_.PlaceSection(text_, Answer::kPlaced, 0xffffffff80000000);
  EXPECT_EQ(Number(In(text_, 0x10, 4)), 0xffffffff80000010u);
  EXPECT_EQ(Error(In(text_, UINT64_MAX, 4)), ErrorCode::kRange);
  // A computed value has no field to fit.
  RelocValue computed = In(text_, 0x100000000, 4);
  computed.has_record = false;
  resolver_.PlaceSection(text_, Answer::kPlaced, 0x100000000);
  EXPECT_EQ(Number(computed), 0x200000000u);
}

TEST_F(ResolverTest, SumsWrapAt64Bits) {
  resolver_.PlaceSection(text_, Answer::kPlaced, 0xfffffffffffffff0);
  EXPECT_EQ(Number(In(text_, 0x20)), 0x10u);
}

TEST_F(Resolver32Test, SumsWrapAt32Bits) {
  resolver_.PlaceSection(text_, Answer::kPlaced, 0xfffffff0);
  EXPECT_EQ(Number(In(text_, 0x20, 4)), 0x10u);
  EXPECT_EQ(Number(In(text_, static_cast<uint64_t>(-16), 4)), 0xffffffe0u);
  resolver_.PlaceSymbol(printk_, 0);
  EXPECT_EQ(Number(Of(printk_, UINT64_MAX)), 0xffffffffu);
}

// Where the layout puts each section, by name.
std::map<std::string, uint64_t> Layout(std::vector<uint8_t> image,
                                       uint64_t base, uint64_t* end) {
  const OpenedFile file(std::move(image));
  Resolver resolver(file.file(), file.symbols());
  *end = PlaceOffline(file.file(), resolver, base);
  std::map<std::string, uint64_t> layout;
  for (uint32_t i = 1; i < file.file().section_count(); ++i) {
    const absl::StatusOr<uint64_t> address =
        resolver.Resolve({.section = i, .kind = RelocKind::kSection});
    if (address.ok()) layout[std::string(file.file().Name(i))] = *address;
  }
  return layout;
}

TEST(OfflineLayoutTest, FileOrderAtTheSectionsAlignment) {
  ElfBuilder elf;
  elf.Add({.name = ".a", .flags = SHF_ALLOC, .contents = Zeros(3)});
  elf.Add({.name = ".debug_info", .contents = Zeros(100)});
  elf.Add({.name = ".b", .flags = SHF_ALLOC, .contents = Zeros(5), .align = 8});
  elf.Add({.name = ".bss",
           .type = SHT_NOBITS,
           .flags = SHF_ALLOC,
           .align = 32,
           .size = 7});
  elf.Add({.name = ".c", .flags = SHF_ALLOC, .contents = Zeros(1), .align = 0});
  uint64_t end = 0;
  EXPECT_EQ(Layout(elf.Build(), 0x10000, &end),
            (std::map<std::string, uint64_t>{{".a", 0x10000},
                                             {".b", 0x10008},
                                             {".bss", 0x10020},
                                             {".c", 0x10027}}));
  EXPECT_EQ(end, 0x10028u);
}

TEST(OfflineLayoutTest, StrictAlignmentStartsOverFromABetterBase) {
  ElfBuilder elf;
  elf.Add({.name = ".a", .flags = SHF_ALLOC, .contents = Zeros(16)});
  elf.Add({.name = ".b",
           .flags = SHF_ALLOC,
           .contents = Zeros(16),
           .align = 0x40000});
  elf.Add({.name = ".c", .flags = SHF_ALLOC, .contents = Zeros(16)});
  uint64_t end = 0;
  EXPECT_EQ(Layout(elf.Build(), 0x10000, &end),
            (std::map<std::string, uint64_t>{
                {".a", 0x40000}, {".b", 0x80000}, {".c", 0x80010}}));
  EXPECT_EQ(end, 0x80020u);
}

TEST(OfflineLayoutTest, NothingIsLoaded) {
  ElfBuilder elf;
  elf.Add({.name = ".debug_info", .contents = Zeros(16)});
  uint64_t end = 0;
  EXPECT_TRUE(Layout(elf.Build(), 0x10001, &end).empty());
  EXPECT_EQ(end, 0x10100u);
}

// Whatever the headers say, it ends, and divides by nothing.
TEST(OfflineLayoutTest, AbsurdSizesAndAlignments) {
  constexpr uint64_t kSize = 32;   // sh_size in Elf64_Shdr
  constexpr uint64_t kAlign = 48;  // sh_addralign
  for (const uint64_t align :
       {uint64_t{0}, uint64_t{3}, uint64_t{1} << 63, UINT64_MAX}) {
    ElfBuilder elf;
    const uint32_t sections[] = {
        elf.Add({.name = ".a", .type = SHT_NOBITS, .flags = SHF_ALLOC}),
        elf.Add({.name = ".b", .type = SHT_NOBITS, .flags = SHF_ALLOC})};
    std::vector<uint8_t> image = elf.Build();
    for (const uint32_t section : sections) {
      Patch(image, elf.header_offset(section) + kSize, 8, UINT64_MAX - 7);
      Patch(image, elf.header_offset(section) + kAlign, 8, align);
    }
    uint64_t end = 0;
    EXPECT_EQ(Layout(image, 0x10000, &end).size(), 2u);
    EXPECT_EQ(Layout(image, UINT64_MAX, &end).size(), 2u);
  }
}

TEST_F(ResolverTest, AddressesLeadBackToSections) {
  EXPECT_FALSE(resolver_.HasPlaces());
  EXPECT_FALSE(resolver_.Locate(0x1010).has_value());
  resolver_.PlaceSection(text_, Answer::kPlaced, 0x1000);
  EXPECT_TRUE(resolver_.HasPlaces());
  const std::optional<RelocValue> found = resolver_.Locate(0x1010);
  ASSERT_TRUE(found.has_value());
  EXPECT_EQ(found->section, text_);
  EXPECT_EQ(found->value, 0x10u);
  EXPECT_EQ(Number(*found), 0x1010u);
  EXPECT_FALSE(resolver_.Locate(0x1040).has_value()) << "64 bytes";
  resolver_.PlaceSection(text_, Answer::kPlaced, 0x2000);
  EXPECT_FALSE(resolver_.Locate(0x1010).has_value()) << "it was moved";
  resolver_.Forget();
  EXPECT_FALSE(resolver_.Locate(0x2010).has_value());
}

TEST_F(ResolverTest, AddressesAskForAllSectionsOnce) {
  FakeOracle oracle;
  resolver_.SetOracle(&oracle);
  EXPECT_EQ(resolver_.FindOverlap(), std::nullopt);
  EXPECT_TRUE(oracle.sections.empty()) << "overlaps ask nobody";
  for (int round = 0; round < 2; ++round) {
    const auto found = resolver_.Locate((uint64_t{data_} << 16) + 3);
    ASSERT_TRUE(found.has_value());
    EXPECT_EQ(found->section, data_);
  }
  EXPECT_EQ(oracle.sections, (std::map<uint32_t, int>{{text_, 1}, {data_, 1}}));
}

// Whoever is asked for a section has no answer yet for what it may hold.
TEST_F(ResolverTest, AddressInsideTheQuestion) {
  FakeOracle oracle;
  bool is_found = true;
  oracle.on_section = [&](uint32_t section, uint64_t* address) {
    is_found = resolver_.Locate(0x10000).has_value();
    *address = uint64_t{section} << 16;
    return Answer::kPlaced;
  };
  resolver_.SetOracle(&oracle);
  EXPECT_TRUE(resolver_.Locate(uint64_t{text_} << 16).has_value());
  EXPECT_FALSE(is_found);
}

TEST_F(ResolverTest, OverlappingPlaces) {
  resolver_.PlaceSection(text_, Answer::kPlaced, 0x1000);
  resolver_.PlaceSection(data_, Answer::kPlaced, 0x103f);
  EXPECT_EQ(resolver_.FindOverlap(), std::pair(text_, data_));
  resolver_.PlaceSection(data_, Answer::kPlaced, 0x1040);
  EXPECT_EQ(resolver_.FindOverlap(), std::nullopt);
  resolver_.PlaceSection(data_, Answer::kAbsent, 0x1000);
  EXPECT_EQ(resolver_.FindOverlap(), std::nullopt);
}

TEST_F(ResolverTest, WhatCanBePlaced) {
  EXPECT_TRUE(resolver_.IsPlaceable(text_));
  EXPECT_FALSE(resolver_.IsPlaceable(0));
  EXPECT_FALSE(resolver_.IsPlaceable(file_.file().symbol_section()));
  EXPECT_FALSE(resolver_.IsPlaceable(9999));
  EXPECT_TRUE(resolver_.IsAddress(UINT64_MAX));
}

}  // namespace
}  // namespace dwreloc::internal
