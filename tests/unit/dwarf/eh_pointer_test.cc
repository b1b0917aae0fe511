// dwarf/tree/eh_pointer: every format and every base of DW_EH_PE_*, in
// relocatable and in linked files, and what is bad in them.

#include "dwarf/tree/eh_pointer.h"

#include <gtest/gtest.h>

#include <initializer_list>
#include <optional>
#include <string>
#include <vector>

#include "dwarf/constants.h"
#include "support/dwarf_file.h"

namespace dwreloc::internal {
namespace {

constexpr uint64_t kAddress = 0x401000;  // of .eh_frame in linked files

// Pointers that are all of an .eh_frame.
struct Pointers {
  explicit Pointers(const Target& target = kX86_64, uint16_t e_type = ET_REL)
      : elf(target, e_type),
        text(elf.Add(
            {.name = ".text", .flags = SHF_ALLOC, .contents = Zeros(512)})),
        section(elf.Add({.name = ".eh_frame",
                         .flags = SHF_ALLOC,
                         .addr = e_type == ET_REL ? 0 : kAddress})),
        a(target) {}

  // The pointer at `offset` of the section, which ends at `end`.
  RelocValue Read(uint8_t encoding, uint64_t offset = 0,
                  uint64_t end = UINT64_MAX) {
    cursor = RelocCursor(View(), offset, end);
    return ReadPointer({.sections = file->sections(),
                        .address_size = address_size(),
                        .function = function,
                        .may_be_null = may_be_null},
                       cursor, encoding);
  }
  const SectionView& View() {
    if (!file.has_value()) {
      elf.Fill(section, a);
      file.emplace(elf);
    }
    return *file->sections().View(section);
  }
  uint8_t address_size() const {
    return static_cast<uint8_t>(a.target().address_size());
  }

  ElfBuilder elf;
  uint32_t text;
  uint32_t section;
  Assembler a;
  const RelocValue* function = nullptr;
  bool may_be_null = false;
  RelocCursor cursor;  // where the last Read ended
  std::optional<DwarfFile> file;
};

TEST(EhPointerTest, KnownEncodingsHaveAFormatAndABase) {
  const auto is_known = [](int encoding) {
    const int format = encoding & 0x0f;
    const int base = encoding & 0x70;
    return (format <= 4 || (format >= 8 && format <= 12)) && base <= 0x50;
  };
  for (int encoding = 0; encoding < 256; ++encoding) {
    EXPECT_EQ(IsKnownPointerEncoding(static_cast<uint8_t>(encoding)),
              is_known(encoding))
        << encoding;
  }
  EXPECT_FALSE(IsKnownPointerEncoding(DW_EH_PE_omit));
}

// What is stored is all ones but for its first byte.
TEST(EhPointerTest, FormatsOfFixedSizeInBothByteOrders) {
  for (const Target& target : {kX86_64, kI386, kArmBig, kPpc64}) {
    const int address_size = target.address_size();
    const struct {
      uint8_t format;
      int width;
      bool is_signed;
    } formats[] = {
        {DW_EH_PE_absptr, address_size, false},
        {DW_EH_PE_udata2, 2, false},
        {DW_EH_PE_udata4, 4, false},
        {DW_EH_PE_udata8, 8, false},
        {DW_EH_PE_signed, address_size, true},
        {DW_EH_PE_sdata2, 2, true},
        {DW_EH_PE_sdata4, 4, true},
        {DW_EH_PE_sdata8, 8, true},
    };
    for (const auto& [format, width, is_signed] : formats) {
      SCOPED_TRACE(std::string(target.name) + ", format " +
                   std::to_string(format));
      Pointers pointers(target, ET_EXEC);
      pointers.a.Number(static_cast<uint64_t>(-2), width).U8(0x55);
      const RelocValue value = pointers.Read(format);
      const int kept = is_signed || width > address_size ? address_size : width;
      const uint64_t expected = kept == 8   ? static_cast<uint64_t>(-2)
                                : kept == 4 ? 0xfffffffe
                                            : 0xfffe;
      EXPECT_THAT(value, IsNumber(expected));
      EXPECT_EQ(value.width, width);
      EXPECT_FALSE(value.has_record);
      EXPECT_EQ(pointers.cursor.offset(), static_cast<uint64_t>(width));
      for (int cut = 0; cut < width; ++cut) {
        pointers.Read(format, 0, static_cast<uint64_t>(cut));
        EXPECT_THAT(pointers.cursor, FailsWith(ErrorCode::kTruncated, ""))
            << cut;
      }
    }
  }
}

TEST(EhPointerTest, Leb128Formats) {
  const struct {
    uint8_t format;
    std::initializer_list<uint8_t> bytes;
    uint64_t expected;
  } cases[] = {
      {DW_EH_PE_uleb128, {0x7f}, 0x7f},
      {DW_EH_PE_uleb128, {0xff, 0x80, 0x01}, 0x407f},
      {DW_EH_PE_sleb128, {0x7f}, static_cast<uint64_t>(-1)},
      {DW_EH_PE_sleb128, {0x80, 0x80, 0x7f}, static_cast<uint64_t>(-0x4000)},
  };
  for (const auto& one : cases) {
    Pointers pointers(kX86_64, ET_EXEC);
    pointers.a.Raw(one.bytes).U8(0x55);
    EXPECT_THAT(pointers.Read(one.format), IsNumber(one.expected));
    EXPECT_EQ(pointers.cursor.offset(), one.bytes.size());
    for (size_t cut = 0; cut < one.bytes.size(); ++cut) {
      pointers.Read(one.format, 0, cut);
      EXPECT_THAT(pointers.cursor, FailsWith(ErrorCode::kTruncated, "")) << cut;
    }
  }
}

// Without a base a pointer of a linked file is a number.
TEST(EhPointerTest, PcRelativePointersOfLinkedFiles) {
  for (const Target& target : {kX86_64, kI386, kArmBig}) {
    SCOPED_TRACE(target.name);
    Pointers pointers(target, ET_EXEC);
    pointers.a.U32(0).Number(static_cast<uint64_t>(-4), 4);
    EXPECT_THAT(pointers.Read(DW_EH_PE_pcrel | DW_EH_PE_sdata4, 4),
                IsNumber(kAddress + 4 - 4));
    // It says where the address is kept; that is the value.
    EXPECT_THAT(
        pointers.Read(DW_EH_PE_indirect | DW_EH_PE_pcrel | DW_EH_PE_sdata4, 4),
        IsNumber(kAddress + 4 - 4));
  }
}

TEST(EhPointerTest, PcRelativeSumsWrapAtTheAddressSize) {
  Pointers pointers(kI386, ET_EXEC);
  pointers.a.U32(0xffffffff);
  EXPECT_THAT(pointers.Read(DW_EH_PE_pcrel | DW_EH_PE_udata4),
              IsNumber(kAddress - 1));
}

TEST(EhPointerTest, RelocatedPointerOnEveryMachine) {
  for (const Target& machine : kTargets) {
    SCOPED_TRACE(machine.name);
    Pointers pointers(machine.WithFill(0xa5));
    pointers.a.Address(pointers.elf.SectionSymbol(pointers.text), 0x20);
    const RelocValue value = pointers.Read(DW_EH_PE_absptr);
    EXPECT_THAT(value, InSection(pointers.text, 0x20));
    EXPECT_TRUE(value.has_record);
    EXPECT_EQ(value.width, machine.address_size());
  }
}

// The linker subtracts the place of the pointer, and the reader adds it.
TEST(EhPointerTest, PcRelativeRecordOfPcRelativePointer) {
  const struct {
    Target target;
    uint32_t type;
  } cases[] = {{kX86_64.WithFill(0xa5), R_X86_64_PC32},
               {kI386, R_386_PC32},
               {kAArch64, R_AARCH64_PREL32},
               {kPpc64, R_PPC64_REL32},
               {kS390xRel, R_390_PC32}};
  for (const auto& [target, type] : cases) {
    SCOPED_TRACE(target.name);
    Pointers pointers(target);
    const uint32_t text = pointers.elf.SectionSymbol(pointers.text);
    pointers.a.U32(0).Reloc(4, type, text, 0x20);
    const RelocValue value = pointers.Read(DW_EH_PE_pcrel | DW_EH_PE_sdata4, 4);
    EXPECT_THAT(value, InSection(pointers.text, 0x20));
    EXPECT_TRUE(value.has_record);
    EXPECT_FALSE(value.counts_from_place());
  }
}

TEST(EhPointerTest, PcRelativeRecordOfAbsolutePointer) {
  Pointers pointers;
  pointers.a.U32(0)
      .Reloc(4, R_X86_64_PC32, pointers.elf.SectionSymbol(pointers.section), 24)
      .Reloc(4, R_X86_64_PC32, pointers.elf.SectionSymbol(pointers.text), 24);
  // In one section a distance is a number; in two it is not.
  EXPECT_THAT(pointers.Read(DW_EH_PE_udata4, 4), IsNumber(24 - 4));
  const RelocValue other = pointers.Read(DW_EH_PE_udata4, 8);
  EXPECT_THAT(other, IsBadWith(ErrorCode::kBadReloc));
  EXPECT_EQ(other.fault(), RelocFault::kFromItsPlace);
  EXPECT_EQ(other.width, 4);
}

TEST(EhPointerTest, PcRelativePointerWithoutRecordCountsFromItsSection) {
  Pointers pointers;
  pointers.a.U32(0).Number(static_cast<uint64_t>(-3), 4);
  EXPECT_THAT(pointers.Read(DW_EH_PE_pcrel | DW_EH_PE_sdata4, 4),
              InSection(pointers.section, 4 - 3));
}

TEST(EhPointerTest, AbsoluteRecordOfPcRelativePointerHasTwoBases) {
  Pointers pointers;
  pointers.a.Reloc(4, R_X86_64_32, pointers.elf.SectionSymbol(pointers.text),
                   0x20);
  EXPECT_THAT(pointers.Read(DW_EH_PE_pcrel | DW_EH_PE_sdata4),
              IsBadWith(ErrorCode::kTwoRelocatable));
}

TEST(EhPointerTest, UnusableRecordIsToldAndPassed) {
  Pointers pointers;
  pointers.a.Reloc(4, R_X86_64_GOTPC32,
                   pointers.elf.SectionSymbol(pointers.text), 0);
  const RelocValue value = pointers.Read(DW_EH_PE_pcrel | DW_EH_PE_sdata4);
  EXPECT_TRUE(value.is_bad());
  EXPECT_EQ(pointers.cursor.offset(), 4u);
  EXPECT_TRUE(pointers.cursor.ok());
}

TEST(EhPointerTest, FunctionRelativePointer) {
  Pointers pointers;
  pointers.a.U32(0x60);
  EXPECT_THAT(pointers.Read(DW_EH_PE_funcrel | DW_EH_PE_udata4),
              IsBadWith(ErrorCode::kUnknownBase));
  const RelocValue function = {
      .value = 0x10, .section = pointers.text, .kind = RelocKind::kSection};
  pointers.function = &function;
  EXPECT_THAT(pointers.Read(DW_EH_PE_funcrel | DW_EH_PE_udata4),
              InSection(pointers.text, 0x70));
}

TEST(EhPointerTest, BasesThatNoFileTells) {
  for (const uint8_t base : {DW_EH_PE_textrel, DW_EH_PE_datarel}) {
    for (const uint16_t e_type : {ET_REL, ET_EXEC}) {
      Pointers pointers(kX86_64, e_type);
      pointers.a.U32(8);
      const RelocValue value = pointers.Read(base | DW_EH_PE_udata4);
      EXPECT_THAT(value, IsBadWith(ErrorCode::kUnknownBase));
      EXPECT_EQ(value.width, 4);
      EXPECT_FALSE(value.has_record);
      EXPECT_EQ(pointers.cursor.offset(), 4u);
    }
  }
}

// Padding is counted in addresses, not in offsets of the section.
TEST(EhPointerTest, AlignedPointer) {
  for (const uint16_t e_type : {ET_REL, ET_EXEC}) {
    for (uint64_t at = 0; at <= 8; ++at) {
      Pointers pointers(kX86_64, e_type);
      const uint64_t shift = e_type == ET_REL ? 0 : 4;
      pointers.elf.section(pointers.section).addr += shift;
      const uint64_t aligned = (at + shift + 7) / 8 * 8 - shift;
      pointers.a.Zeros(aligned).U64(0x1122334455667788).Zeros(8);
      EXPECT_THAT(pointers.Read(DW_EH_PE_aligned, at),
                  IsNumber(0x1122334455667788));
      EXPECT_EQ(pointers.cursor.offset(), aligned + 8);
      pointers.Read(DW_EH_PE_aligned, at, aligned + 7);
      EXPECT_THAT(pointers.cursor, FailsWith(ErrorCode::kTruncated, ""));
    }
  }
}

// A stored 0 is null where that may be; the sum of a record is an address.
TEST(EhPointerTest, NullPointer) {
  Pointers pointers;
  pointers.a.U32(0).U32(0).Reloc(4, R_X86_64_PC32,
                                 pointers.elf.SectionSymbol(pointers.text), 0);
  constexpr uint8_t kEncoding = DW_EH_PE_pcrel | DW_EH_PE_sdata4;
  EXPECT_THAT(pointers.Read(kEncoding, 4), InSection(pointers.section, 4));
  pointers.may_be_null = true;
  EXPECT_THAT(pointers.Read(kEncoding, 4), IsNumber(0));
  EXPECT_THAT(pointers.Read(kEncoding, 8), InSection(pointers.text, 0));
}

// The size of a function has the format of its location, and no base.
TEST(EhPointerTest, FormatAloneCountsFromNothing) {
  Pointers pointers(kX86_64, ET_EXEC);
  pointers.a.U32(0x20).Uleb(0x80);
  RelocCursor cursor(pointers.View());
  EXPECT_THAT(ReadPointerFormat(cursor, DW_EH_PE_pcrel | DW_EH_PE_sdata4, 8),
              IsNumber(0x20));
  EXPECT_THAT(ReadPointerFormat(cursor, DW_EH_PE_pcrel | DW_EH_PE_uleb128, 8),
              IsNumber(0x80));
  EXPECT_EQ(cursor.offset(), 6u);
}

// The distance from the function's begin to its end, as a number that linkers
// shorten.
TEST(EhPointerTest, UlebThatRecordsSupply) {
  Pointers pointers(kRiscv64);
  ElfBuilder& elf = pointers.elf;
  const uint32_t begin =
      elf.AddSymbol({.value = 0x20, .section = pointers.text});
  const uint32_t end = elf.AddSymbol({.value = 0x49, .section = pointers.text});
  constexpr uint32_t kSetUleb128 = 60, kSubUleb128 = 61;  // R_RISCV_*
  elf.Reloc(pointers.section, {0, kSetUleb128, end, 0});
  elf.Reloc(pointers.section, {0, kSubUleb128, begin, 0});
  pointers.a.Raw({0x80, 0x00, 0x55});
  const RelocValue value = pointers.Read(DW_EH_PE_uleb128);
  EXPECT_THAT(value, IsNumber(0x29));
  EXPECT_TRUE(value.has_record);
  EXPECT_EQ(pointers.cursor.offset(), 2u);
}

// Assemblers of machines that relax leave a pointer as the difference of what
// it points at and of itself.
TEST(EhPointerTest, DifferenceFromAPlaceOfItsSection) {
  Pointers pointers;
  ElfBuilder& elf = pointers.elf;
  const uint32_t text = pointers.text;
  const uint32_t frames = pointers.section;
  pointers.a.Zeros(0x40);
  const uint32_t function = elf.AddSymbol({.value = 0x40, .section = text});
  const uint32_t here = elf.AddSymbol({.value = 0x1c, .section = frames});
  const uint32_t away = elf.AddSymbol({.name = "away"});
  pointers.View();
  const SymbolTable& symbols = pointers.file->sections().symbols();
  const auto difference = [](uint32_t plus, uint32_t minus) {
    return RelocValue{.value = 2,
                      .symbol = plus,
                      .detail = minus,
                      .kind = RelocKind::kDifference};
  };
  const RelocValue place = {
      .value = 0x20, .section = frames, .kind = RelocKind::kSection};
  EXPECT_THAT(AddToPlace(symbols, place, difference(function, here), 8),
              InSection(text, 0x40 + 2 + 4));
  EXPECT_THAT(AddToPlace(symbols, place, difference(away, here), 8),
              IsUndefined(away, 2 + 4));
  EXPECT_THAT(AddToPlace(symbols, place, difference(here, function), 8),
              IsBadWith(ErrorCode::kTwoRelocatable));
  EXPECT_THAT(AddToPlace(symbols, place, difference(function, 999), 8),
              IsBadWith(ErrorCode::kTwoRelocatable));
  EXPECT_THAT(AddToPlace(symbols, place, RelocValue::Constant(5), 8),
              InSection(frames, 0x25));
}

}  // namespace
}  // namespace dwreloc::internal
