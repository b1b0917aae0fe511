// dwarf/tree/addr: entries of .debug_addr, relocated, on every machine.

#include "dwarf/tree/addr.h"

#include <gtest/gtest.h>

#include "dwarf/constants.h"
#include "support/dwarf_file.h"

namespace dwreloc::internal {
namespace {

// A unit whose DW_AT_addr_base is that of the second of two tables.
struct Sample {
  explicit Sample(const Target& target = kX86_64, Encoding encoding = {})
      : elf(target), dwarf(&elf, encoding) {
    text =
        elf.Add({.name = ".text", .flags = SHF_ALLOC, .contents = Zeros(256)});
    away = elf.AddSymbol({.name = "away", .binding = STB_GLOBAL});
    dwarf.AddrTable({{elf.SectionSymbol(text), 0x99}});
    base = dwarf.AddrTable({{elf.SectionSymbol(text), 0x10}, {away, 4}});
    dwarf
        .Abbrev(1, DW_TAG_skeleton_unit, false,
                {{DW_AT_addr_base, DW_FORM_sec_offset}})
        .EndAbbrevs();
    dwarf.Unit({}, [this](DieWriter& die) {
      die.Die(1).SecOffset(".debug_addr", base);
    });
  }
  ElfBuilder elf;
  DwarfBuilder dwarf;
  uint32_t text = 0;
  uint32_t away = 0;
  uint64_t base = 0;
};

TEST(AddrTest, EntriesAreSymbolic) {
  ForEachEncoding([](const Target& target, Encoding encoding) {
    Sample sample(target, encoding);
    const DwarfFile file(sample.dwarf);
    const absl::StatusOr<RelocValue> first = AddressAt(file.unit(), 0);
    ASSERT_THAT(first, IsOk());
    if (encoding.version >= 4) {
      EXPECT_THAT(*first, InSection(sample.text, 0x10));
      EXPECT_THAT(*AddressAt(file.unit(), 1), IsUndefined(sample.away, 4));
    }
    EXPECT_THAT(*AddressAt(file.sections(), Family::kPlain, encoding,
                           DebugAddrBase{sample.base}, 1),
                IsUndefined(sample.away, 4));
  });
}

TEST(AddrTest, IndexOutsideTheSection) {
  Sample sample;
  const DwarfFile file(sample.dwarf);
  for (const uint64_t index :
       {uint64_t{2}, UINT64_MAX, UINT64_MAX / 8 + 1, uint64_t{1} << 61}) {
    EXPECT_THAT(AddressAt(file.unit(), index),
                FailsWith(ErrorCode::kBadDwarf, "outside"))
        << index;
  }
  EXPECT_THAT(
      AddressAt(file.sections(), Family::kPlain, {}, DebugAddrBase{1 << 20}, 0),
      FailsWith(ErrorCode::kBadDwarf, "outside"));
}

TEST(AddrTest, EntryCutShort) {
  Sample sample;
  sample.dwarf.Finish();
  const std::vector<uint8_t> image = sample.elf.Build();
  const uint32_t section = sample.dwarf.SectionIndex(".debug_addr");
  for (uint64_t size = sample.base; size < sample.base + 16; ++size) {
    const DwarfFile file(CutSection(sample.elf, image, section, size));
    EXPECT_EQ(AddressAt(file.unit(), 0).ok(), size >= sample.base + 8);
    EXPECT_FALSE(AddressAt(file.unit(), 1).ok());
  }
}

TEST(AddrTest, MissingSectionIsNamed) {
  ElfBuilder elf(kX86_64);
  DwarfBuilder dwarf(&elf, {});
  dwarf.Abbrev(1, DW_TAG_compile_unit, false, {}).EndAbbrevs();
  dwarf.Unit({}, [](DieWriter& die) { die.Die(1); });
  const DwarfFile file(dwarf);
  EXPECT_THAT(AddressAt(file.unit(), 0),
              FailsWith(ErrorCode::kNotFound, ".debug_addr"));
}

TEST(AddrTest, UnsupportedRelocationSpoilsItsEntryAlone) {
  Sample sample;
  Assembler& out = sample.dwarf.Section(".debug_addr");
  const uint64_t base = out.offset();
  out.Reloc(8, R_X86_64_GOTPC64, sample.away, 0);
  out.Address(sample.elf.SectionSymbol(sample.text), 5);
  const DwarfFile file(sample.dwarf);
  const auto at = [&](uint64_t index) {
    return *AddressAt(file.sections(), Family::kPlain, {}, DebugAddrBase{base},
                      index);
  };
  EXPECT_THAT(at(0), IsBadWith(ErrorCode::kRelocType));
  EXPECT_THAT(at(1), InSection(sample.text, 5));
}

// clang's split objects have their TLS offsets here.
TEST(AddrTest, TlsOffsets) {
  Sample sample;
  const uint32_t tdata = sample.elf.Add(
      {.name = ".tdata", .flags = SHF_ALLOC | SHF_TLS, .contents = Zeros(16)});
  const uint32_t counter = sample.elf.AddSymbol(
      {.name = "counter", .value = 8, .section = tdata, .type = STT_TLS});
  Assembler& out = sample.dwarf.Section(".debug_addr");
  const uint64_t base = out.offset();
  out.Reloc(8, R_X86_64_DTPOFF64, counter, 0);
  const DwarfFile file(sample.dwarf);
  EXPECT_THAT(
      *AddressAt(file.sections(), Family::kPlain, {}, DebugAddrBase{base}, 0),
      IsTls(8));
}

// DWARF 5 7.3.2.2: a split unit's addresses stay with the skeleton.
TEST(AddrTest, SplitUnitsReadThePlainSection) {
  Sample sample;
  const DwarfFile file(sample.dwarf);
  EXPECT_THAT(*AddressAt(file.sections(), Family::kDwo, {},
                         DebugAddrBase{sample.base}, 0),
              InSection(sample.text, 0x10));
}

}  // namespace
}  // namespace dwreloc::internal
