// dwarf/tree/unit_index: both versions, both byte orders, lookup by signature,
// and headers that promise more than there is.

#include "dwarf/tree/unit_index.h"

#include <gtest/gtest.h>

#include <vector>

#include "dwarf/constants.h"
#include "support/dwarf_file.h"

namespace dwreloc::internal {
namespace {

constexpr uint64_t kFirst = 0x1122334455667701;
constexpr uint64_t kSecond = 0x1122334655667709;  // the same slot, then 0

// Two units of three sections in eight slots.
Assembler Index(const Target& target, uint16_t version, uint32_t third_id) {
  Assembler out(target);
  if (version == 2) {
    out.U32(2);
  } else {
    out.U16(version).U16(0);
  }
  out.U32(3).U32(2).U32(8);
  const uint64_t signatures[8] = {kSecond, kFirst, 0, 0, 0, 0, 0, 0};
  const uint32_t rows[8] = {1, 2, 0, 0, 0, 0, 0, 0};
  for (const uint64_t signature : signatures) out.U64(signature);
  for (const uint32_t row : rows) out.U32(row);
  out.U32(DW_SECT_INFO).U32(DW_SECT_ABBREV).U32(third_id);
  for (uint32_t i = 0; i < 6; ++i) out.U32(0x100 + i);
  for (uint32_t i = 0; i < 6; ++i) out.U32(0x200 + i);
  return out;
}

struct Opened {
  explicit Opened(const Assembler& contents,
                  const char* name = ".debug_cu_index")
      : file([&] {
          ElfBuilder elf(contents.target());
          elf.Add(name, contents);
          return elf.Build();
        }()),
        index(UnitIndex::Open(file.sections(), file.Find(name))) {}
  DwarfFile file;
  absl::StatusOr<UnitIndex> index;
};

TEST(UnitIndexTest, BothVersionsOnEveryMachine) {
  for (const Target& target : kTargets) {
    for (const uint16_t version : {uint16_t{2}, uint16_t{5}}) {
      SCOPED_TRACE(std::string(target.name) + " " + std::to_string(version));
      const Opened opened(Index(target, version, 8));
      ASSERT_THAT(opened.index, IsOk());
      const UnitIndex& index = *opened.index;
      EXPECT_EQ(index.version(), version);
      EXPECT_EQ(index.section_count(), 3u);
      EXPECT_EQ(index.unit_count(), 2u);
      EXPECT_EQ(index.slot_count(), 8u);
      EXPECT_EQ(index.FindRow(kFirst)->value(), 2u);
      EXPECT_EQ(index.FindRow(kSecond)->value(), 1u);
      EXPECT_FALSE(index.FindRow(7)->has_value());
      const auto info = index.Find(kFirst, SectionId::kDebugInfo);
      ASSERT_THAT(info, IsOk());
      EXPECT_EQ((*info)->section_id, DW_SECT_INFO);
      EXPECT_EQ((*info)->offset, 0x103u);
      EXPECT_EQ((*info)->size, 0x203u);
      // Number 8 is one thing in version 2 and another in 5.
      const SectionId third =
          version == 2 ? SectionId::kDebugMacro : SectionId::kDebugRnglists;
      EXPECT_EQ((*index.Find(kSecond, third))->offset, 0x102u);
      EXPECT_FALSE(index.Find(kSecond, SectionId::kDebugLine)->has_value());
      EXPECT_FALSE(index.Find(9, SectionId::kDebugInfo)->has_value());
      EXPECT_FALSE(index.Slot(2).has_value());
      EXPECT_EQ(index.Slot(1)->signature, kFirst);
      EXPECT_STREQ(SectionIdentifierName(version, 8),
                   version == 2 ? "DW_SECT_GNU_MACRO" : "DW_SECT_RNGLISTS");
    }
  }
}

TEST(UnitIndexTest, TypeUnits) {
  const Opened opened(Index(kX86_64, 5, 4), ".debug_tu_index");
  ASSERT_THAT(opened.index, IsOk());
  EXPECT_EQ(opened.index->FindRow(kFirst)->value(), 2u);
}

TEST(UnitIndexTest, SectionIdentifiers) {
  EXPECT_EQ(SectionOf(2, 2), SectionId::kDebugTypes);
  EXPECT_EQ(SectionOf(5, 2), SectionId::kNone);
  EXPECT_EQ(SectionOf(2, 5), SectionId::kDebugLoc);
  EXPECT_EQ(SectionOf(5, 5), SectionId::kDebugLoclists);
  EXPECT_EQ(SectionOf(2, 7), SectionId::kDebugMacinfo);
  EXPECT_EQ(SectionOf(5, 7), SectionId::kDebugMacro);
  EXPECT_EQ(SectionOf(2, 6), SectionId::kDebugStrOffsets);
  EXPECT_EQ(SectionOf(5, 9), SectionId::kNone);
  EXPECT_EQ(SectionIdentifierName(5, 9), nullptr);
  EXPECT_STREQ(SectionIdentifierName(2, 3), "DW_SECT_ABBREV");
}

TEST(UnitIndexTest, CutAtEveryByte) {
  const std::vector<uint8_t> bytes = Index(kX86_64, 5, 4).bytes();
  for (size_t cut = 0; cut < bytes.size(); ++cut) {
    Assembler part(kX86_64);
    part.Raw(Bytes(bytes.data(), cut));
    const Opened opened(part);
    EXPECT_THAT(opened.index.status(), FailsWith(ErrorCode::kTruncated, ""))
        << cut;
  }
}

TEST(UnitIndexTest, CountsBeyondTheSection) {
  constexpr uint32_t kMany = UINT32_MAX;
  struct {
    uint32_t sections;
    uint32_t units;
    uint32_t slots;
  } const cases[] = {{1, 1, kMany},
                     {kMany, 1, 1},
                     {1, kMany, 1},
                     {kMany, kMany, kMany},
                     {0x80000000, 0x80000000, 0}};
  for (const auto& [sections, units, slots] : cases) {
    const Opened opened(Assembler(kX86_64)
                            .U16(5)
                            .U16(0)
                            .U32(sections)
                            .U32(units)
                            .U32(slots)
                            .Zeros(64));
    EXPECT_THAT(opened.index.status(), FailsWith(ErrorCode::kTruncated, ""));
  }
}

TEST(UnitIndexTest, EmptyIndex) {
  const Opened opened(Assembler(kX86_64).U16(5).U16(0).Zeros(12));
  ASSERT_THAT(opened.index, IsOk());
  EXPECT_FALSE(opened.index->FindRow(1)->has_value());
}

TEST(UnitIndexTest, UnknownVersion) {
  const Opened opened(Index(kX86_64, 3, 4));
  EXPECT_THAT(opened.index.status(),
              FailsWith(ErrorCode::kUnsupported, "version 3, expected 2 or 5"));
}

TEST(UnitIndexTest, FullTableEndsTheSearch) {
  Assembler out(kX86_64);
  out.U16(5).U16(0).U32(0).U32(2).U32(2);
  out.U64(1).U64(2).U32(1).U32(2);
  const Opened opened(out);
  ASSERT_THAT(opened.index, IsOk());
  EXPECT_FALSE(opened.index->FindRow(3)->has_value());
}

TEST(UnitIndexTest, BadRowsAndSlots) {
  Assembler out(kX86_64);
  out.U16(5).U16(0).U32(1).U32(1).U32(3);
  out.U64(1).U64(2).U64(3).U32(1).U32(9).U32(0).U32(1).U32(7).U32(8);
  const Opened opened(out);
  ASSERT_THAT(opened.index, IsOk());
  EXPECT_THAT(opened.index->FindRow(1),
              FailsWith(ErrorCode::kBadDwarf, "not a power of 2"));
  EXPECT_EQ(opened.index->Slot(1)->row, 9u);
  EXPECT_THAT(opened.index->Contribution(9, 0),
              FailsWith(ErrorCode::kBadDwarf, "no row 9 and column 0"));
  EXPECT_THAT(opened.index->Contribution(0, 0),
              FailsWith(ErrorCode::kBadDwarf, "no row 0"));
  EXPECT_THAT(opened.index->Contribution(1, 1),
              FailsWith(ErrorCode::kBadDwarf, "column 1"));
  EXPECT_EQ(opened.index->Contribution(1, 0)->size, 8u);
}

TEST(UnitIndexTest, OtherSections) {
  const Opened opened(Index(kX86_64, 5, 4), ".debug_info");
  EXPECT_THAT(opened.index.status(),
              FailsWith(ErrorCode::kNotFound, "not a unit index"));
}

}  // namespace
}  // namespace dwreloc::internal
