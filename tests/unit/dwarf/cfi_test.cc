// dwarf/frames/cfi: headers of CIEs and FDEs of both sections, all encodings of
// pointers, and what is bad in them.

#include "dwarf/frames/cfi.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "support/dwarf_file.h"
#include "support/frame_builder.h"

namespace dwreloc::internal {
namespace {

// All entries; the errors of those that are bad.
struct Entries {
  std::vector<CfiEntry> good;
  std::vector<absl::Status> bad;
};

Entries Read(const DwarfFile& file, uint32_t section) {
  Entries entries;
  absl::StatusOr<CfiReader> reader = CfiReader::Of(file.sections(), section);
  if (!reader.ok()) {
    entries.bad.push_back(reader.status());
    return entries;
  }
  CfiEntry entry;
  while (true) {
    const absl::StatusOr<bool> found = reader->Next(&entry);
    if (!found.ok()) {
      entries.bad.push_back(found.status());
    } else if (*found) {
      entries.good.push_back(entry);
    } else {
      return entries;
    }
  }
}

uint32_t AddText(ElfBuilder& elf, uint64_t address = 0) {
  return elf.Add({.name = ".text",
                  .flags = SHF_ALLOC,
                  .addr = address,
                  .contents = Zeros(256)});
}

TEST(CfiTest, DebugFrameOnEveryMachine) {
  ForEachEncoding([](const Target& target, Encoding encoding) {
    const uint8_t version = encoding.version == 2   ? 1
                            : encoding.version == 3 ? 3
                                                    : 4;
    ElfBuilder elf(target);
    const uint32_t text = AddText(elf);
    const uint32_t symbol = elf.SectionSymbol(text);
    FrameBuilder frames(&elf, ".debug_frame", encoding.format);
    frames.Cie({.return_address_register = 1});
    const uint64_t cie =
        frames.Cie({.version = version,
                    .code_alignment_factor = 4,
                    .data_alignment_factor = -300,
                    .return_address_register = 65,
                    .instructions = [](Assembler& a) { a.Zeros(3); }});
    const uint64_t fde = frames.Fde(cie, [&](Assembler& a) {
      a.Address(symbol, 0x10).Number(0x20, target.address_size()).Zeros(5);
    });
    const uint64_t end = frames.out().offset();
    frames.Finish();
    const DwarfFile file(elf);
    const Entries entries = Read(file, frames.section());
    ASSERT_TRUE(entries.bad.empty()) << entries.bad[0];
    ASSERT_EQ(entries.good.size(), 3u);
    const Cie& found = entries.good[1].cie;
    EXPECT_TRUE(entries.good[1].is_cie);
    EXPECT_EQ(found.offset, cie);
    EXPECT_EQ(found.end, fde);
    EXPECT_EQ(found.instructions, fde - 3);
    EXPECT_EQ(found.encoding.version, version);
    EXPECT_EQ(found.encoding.format, encoding.format);
    EXPECT_EQ(found.encoding.address_size, target.address_size());
    EXPECT_EQ(found.code_alignment_factor, 4u);
    EXPECT_EQ(found.data_alignment_factor, -300);
    EXPECT_EQ(found.return_address_register, 65u);
    EXPECT_EQ(found.augmentation, "");
    EXPECT_FALSE(entries.good[2].is_cie);
    EXPECT_EQ(entries.good[2].cie.offset, cie);
    const Fde& second = entries.good[2].fde;
    EXPECT_EQ(second.offset, fde);
    EXPECT_EQ(second.end, end);
    EXPECT_EQ(second.instructions, end - 5);
    EXPECT_THAT(second.initial_location, InSection(text, 0x10));
    EXPECT_THAT(second.address_range, IsNumber(0x20));
    EXPECT_FALSE(second.has_lsda);
  });
}

// What RELA leaves under the record of a CIE_pointer may look like a CIE's id.
TEST(CfiTest, CiePointerIsTheRecordsNotTheBytes) {
  ElfBuilder elf(kX86_64.WithFill(0xff));
  const uint32_t text = AddText(elf);
  FrameBuilder frames(&elf, ".debug_frame");
  const uint64_t cie = frames.Cie({});
  frames.Fde(
      cie, [&](Assembler& a) { a.Address(elf.SectionSymbol(text), 4).U64(8); });
  frames.Finish();
  const DwarfFile file(elf);
  const Entries entries = Read(file, frames.section());
  ASSERT_EQ(entries.good.size(), 2u);
  EXPECT_FALSE(entries.good[1].is_cie);
}

TEST(CfiTest, CiePointerWhoseRecordIsBad) {
  ElfBuilder elf(kX86_64);
  FrameBuilder frames(&elf, ".debug_frame");
  const uint64_t cie = frames.Cie({});
  const uint64_t fde = frames.Fde(cie, [](Assembler& a) { a.U64(4).U64(8); });
  frames.Cie({});
  frames.Finish();
  elf.Reloc(frames.section(),
            {.offset = fde + 4, .type = R_X86_64_GOTPC32, .symbol = 0});
  const DwarfFile file(elf);
  const Entries entries = Read(file, frames.section());
  ASSERT_EQ(entries.bad.size(), 1u);
  EXPECT_FALSE(entries.bad[0].ok());
  EXPECT_EQ(GetDetail(entries.bad[0]).offset, fde + 4);
  EXPECT_EQ(entries.good.size(), 2u);
}

// A record that counts from its place gives what the field points at.
TEST(CfiTest, EhFrameOfRelocatableFiles) {
  struct Sample {
    Target target;
    uint32_t pc32;
  };
  for (const Sample& sample :
       {Sample{kX86_64, R_X86_64_PC32},
        Sample{kX86_64.WithFill(0xa5), R_X86_64_PC32},
        Sample{kX32, R_X86_64_PC32}, Sample{kI386, R_386_PC32}}) {
    SCOPED_TRACE(sample.target.name);
    ElfBuilder elf(sample.target);
    const uint32_t text = AddText(elf);
    const uint32_t table =
        elf.Add({.name = ".gcc_except_table", .flags = SHF_ALLOC});
    const uint32_t personality =
        elf.AddSymbol({.name = "__gxx_personality_v0", .binding = STB_GLOBAL});
    FrameBuilder frames(&elf, ".eh_frame");
    const uint64_t cie = frames.Cie(
        {.augmentation = "zPLR",
         .augmentation_data =
             [&](Assembler& a) {
               a.U8(DW_EH_PE_pcrel | DW_EH_PE_sdata4 | DW_EH_PE_indirect);
               a.Reloc(4, sample.pc32, personality, 0);
               a.U8(DW_EH_PE_pcrel | DW_EH_PE_sdata4);
               a.U8(DW_EH_PE_pcrel | DW_EH_PE_sdata4);
             },
         .instructions = [](Assembler& a) { a.Zeros(2); }});
    const auto fde = [&](uint64_t location, uint64_t lsda) {
      frames.Fde(cie, [&](Assembler& a) {
        a.Reloc(4, sample.pc32, elf.SectionSymbol(text),
                static_cast<int64_t>(location));
        a.U32(0x20);
        a.Block([&](Assembler& data) {
          if (lsda == 0) {
            data.U32(0);
          } else {
            data.Reloc(4, sample.pc32, elf.SectionSymbol(table),
                       static_cast<int64_t>(lsda));
          }
        });
      });
    };
    fde(0x40, 0x8);
    fde(0x80, 0);
    frames.Finish();
    const DwarfFile file(elf);
    const Entries entries = Read(file, frames.section());
    ASSERT_TRUE(entries.bad.empty()) << entries.bad[0];
    ASSERT_EQ(entries.good.size(), 3u);
    const Cie& found = entries.good[0].cie;
    EXPECT_THAT(found.personality, IsUndefined(personality, 0));
    EXPECT_EQ(found.personality_encoding, 0x9b);
    EXPECT_EQ(found.encoding.address_size, sample.target.address_size());
    EXPECT_EQ(found.end - found.instructions, 2u);
    const Fde& first = entries.good[1].fde;
    EXPECT_THAT(first.initial_location, InSection(text, 0x40));
    EXPECT_THAT(first.address_range, IsNumber(0x20));
    EXPECT_TRUE(first.has_lsda);
    EXPECT_THAT(first.lsda, InSection(table, 8));
    EXPECT_EQ(first.instructions, first.end);
    EXPECT_FALSE(entries.good[2].fde.has_lsda);
  }
}

// What the linker stores follows from the record, what a reader makes of it
// from the encoding; both have to be asked.
TEST(CfiTest, PointerEncodingAgainstItsRecord) {
  ElfBuilder elf(kX86_64);
  const uint32_t text = AddText(elf);
  const uint32_t absolute =
      elf.AddSymbol({.name = "fixed", .value = 0x5000, .special = SHN_ABS});
  FrameBuilder frames(&elf, ".eh_frame");
  const auto cie = [&](uint8_t encoding) {
    return frames.Cie(
        {.augmentation = "zR",
         .augmentation_data = [=](Assembler& a) { a.U8(encoding); }});
  };
  const auto fde = [&](uint64_t of, uint32_t type, uint32_t symbol) {
    return frames.Fde(of, [&](Assembler& a) {
      a.Reloc(4, type, symbol, 0x10).U32(1).Uleb(0);
    });
  };
  const uint64_t pcrel = cie(DW_EH_PE_pcrel | DW_EH_PE_sdata4);
  const uint64_t plain = cie(DW_EH_PE_absptr | DW_EH_PE_udata4);
  const uint32_t text_symbol = elf.SectionSymbol(text);
  const uint32_t own_symbol = elf.SectionSymbol(frames.section());
  fde(pcrel, R_X86_64_PC32, text_symbol);
  fde(plain, R_X86_64_32, text_symbol);
  fde(pcrel, R_X86_64_32, text_symbol);    // S + A + P
  fde(plain, R_X86_64_PC32, text_symbol);  // S + A - P
  const uint64_t sum = fde(pcrel, R_X86_64_32, absolute);
  const uint64_t difference = fde(plain, R_X86_64_PC32, own_symbol);
  frames.Finish();
  const DwarfFile file(elf);
  std::vector<RelocValue> found;
  for (const auto& entry : Read(file, frames.section()).good) {
    if (!entry.is_cie) found.push_back(entry.fde.initial_location);
  }
  ASSERT_EQ(found.size(), 6u);
  EXPECT_THAT(found[0], InSection(text, 0x10));
  EXPECT_THAT(found[1], InSection(text, 0x10));
  EXPECT_EQ(found[2].error, ErrorCode::kTwoRelocatable);
  EXPECT_EQ(found[3].fault(), RelocFault::kFromItsPlace);
  EXPECT_THAT(found[4], InSection(frames.section(), 0x5010 + sum + 8));
  EXPECT_THAT(found[5], IsNumber(0x10 - (difference + 8)));
}

// ld -r leaves FDEs whose function is gone, with R_*_NONE.
TEST(CfiTest, PointerWithoutRecordCountsFromItsSection) {
  ElfBuilder elf(kX86_64);
  FrameBuilder frames(&elf, ".eh_frame");
  const uint64_t cie =
      frames.Cie({.augmentation = "zR", .augmentation_data = [](Assembler& a) {
                    a.U8(DW_EH_PE_pcrel | DW_EH_PE_sdata4);
                  }});
  const uint64_t fde = frames.Fde(cie, [](Assembler& a) {
    a.Number(static_cast<uint64_t>(-4), 4).U32(0).Uleb(0);
  });
  frames.Finish();
  elf.Reloc(frames.section(), {.offset = fde + 8, .type = R_X86_64_NONE});
  const DwarfFile file(elf);
  const Entries entries = Read(file, frames.section());
  ASSERT_EQ(entries.good.size(), 2u);
  EXPECT_THAT(entries.good[1].fde.initial_location,
              InSection(frames.section(), fde + 8 - 4));
}

// In a linked file the place of the field is known.
TEST(CfiTest, EveryPointerEncodingOfLinkedFiles) {
  constexpr uint64_t kAddress = 0x401000;
  const struct {
    const char* what;
    uint8_t encoding;
    std::vector<uint8_t> bytes;
    uint64_t expected;  // pcrel: from the field
  } cases[] = {
      {"absptr", DW_EH_PE_absptr, {1, 2, 3, 4, 5, 6, 7, 0}, 0x7060504030201},
      {"udata2", DW_EH_PE_udata2, {0xfe, 0xff}, 0xfffe},
      {"sdata2", DW_EH_PE_sdata2, {0xfe, 0xff}, static_cast<uint64_t>(-2)},
      {"udata4", DW_EH_PE_udata4, {0xfe, 0xff, 0xff, 0xff}, 0xfffffffe},
      {"sdata4",
       DW_EH_PE_sdata4,
       {0xfe, 0xff, 0xff, 0xff},
       static_cast<uint64_t>(-2)},
      {"udata8", DW_EH_PE_udata8, {1, 0, 0, 0, 0, 0, 0, 0x80}, 1ull << 63 | 1},
      {"sdata8", DW_EH_PE_sdata8, {1, 0, 0, 0, 0, 0, 0, 0x80}, 1ull << 63 | 1},
      {"signed", DW_EH_PE_signed, {1, 0, 0, 0, 0, 0, 0, 0}, 1},
      {"uleb128", DW_EH_PE_uleb128, {0xff, 0x01}, 0xff},
      {"sleb128", DW_EH_PE_sleb128, {0x7f}, static_cast<uint64_t>(-1)},
      {"pcrel",
       DW_EH_PE_pcrel | DW_EH_PE_sdata4,
       {0xfc, 0xff, 0xff, 0xff},
       static_cast<uint64_t>(-4)},
      {"pcrel sleb128",
       DW_EH_PE_pcrel | DW_EH_PE_sleb128,
       {0x7e},
       static_cast<uint64_t>(-2)},
      {"pcrel udata2", DW_EH_PE_pcrel | DW_EH_PE_udata2, {0xff, 0xff}, 0xffff},
  };
  for (const auto& one : cases) {
    SCOPED_TRACE(one.what);
    ElfBuilder elf(kX86_64, ET_EXEC);
    FrameBuilder frames(&elf, ".eh_frame", Format::kDwarf32, kAddress);
    const uint64_t cie = frames.Cie(
        {.augmentation = "zR",
         .augmentation_data = [&](Assembler& a) { a.U8(one.encoding); }});
    const uint64_t fde = frames.Fde(cie, [&](Assembler& a) {
      a.Raw(Bytes(one.bytes)).Raw(Bytes(one.bytes)).Uleb(0);
    });
    frames.Finish();
    const DwarfFile file(elf);
    const Entries entries = Read(file, frames.section());
    ASSERT_TRUE(entries.bad.empty()) << entries.bad[0];
    ASSERT_EQ(entries.good.size(), 2u);
    const uint64_t base =
        (one.encoding & DW_EH_PE_pcrel) != 0 ? kAddress + fde + 8 : 0;
    EXPECT_THAT(entries.good[1].fde.initial_location,
                IsNumber(base + one.expected));
    EXPECT_EQ(entries.good[1].fde.instructions, entries.good[1].fde.end);
  }
}

TEST(CfiTest, BasesThatAreNotKnown) {
  for (const uint8_t base :
       {uint8_t{DW_EH_PE_textrel}, uint8_t{DW_EH_PE_datarel},
        uint8_t{DW_EH_PE_funcrel}}) {
    ElfBuilder elf(kX86_64, ET_EXEC);
    FrameBuilder frames(&elf, ".eh_frame");
    const uint64_t cie = frames.Cie(
        {.augmentation = "zR", .augmentation_data = [&](Assembler& a) {
           a.U8(base | DW_EH_PE_udata4);
         }});
    frames.Fde(cie, [](Assembler& a) { a.U32(8).U32(0x20).Uleb(0); });
    frames.Finish();
    const DwarfFile file(elf);
    const Entries entries = Read(file, frames.section());
    ASSERT_EQ(entries.good.size(), 2u);
    EXPECT_THAT(entries.good[1].fde.initial_location,
                IsBadWith(ErrorCode::kUnknownBase));
    EXPECT_THAT(entries.good[1].fde.address_range, IsNumber(0x20));
  }
}

TEST(CfiTest, LsdaCountsFromItsFunction) {
  ElfBuilder elf(kX86_64);
  const uint32_t text = AddText(elf);
  FrameBuilder frames(&elf, ".eh_frame");
  const uint64_t cie = frames.Cie(
      {.augmentation = "zLR", .augmentation_data = [](Assembler& a) {
         a.U8(DW_EH_PE_funcrel | DW_EH_PE_udata4).U8(DW_EH_PE_absptr);
       }});
  frames.Fde(cie, [&](Assembler& a) {
    a.Address(elf.SectionSymbol(text), 0x10).U64(8).Uleb(4).U32(0x60);
  });
  frames.Finish();
  const DwarfFile file(elf);
  const Entries entries = Read(file, frames.section());
  ASSERT_EQ(entries.good.size(), 2u);
  EXPECT_THAT(entries.good[1].fde.lsda, InSection(text, 0x70));
}

TEST(CfiTest, AlignedPointer) {
  ElfBuilder elf(kX86_64, ET_EXEC);
  FrameBuilder frames(&elf, ".eh_frame", Format::kDwarf32, 0x1003);
  const uint64_t cie =
      frames.Cie({.augmentation = "zP", .augmentation_data = [&](Assembler& a) {
                    a.U8(DW_EH_PE_aligned);
                    // Behind the CIE's 9 fixed bytes, "zP", 3 factors, length,
                    // encoding.
                    const uint64_t at = 0x1003 + 9 + 3 + 3 + 1 + 1;
                    a.Zeros((0 - at) & 7).U64(0x1234);
                  }});
  EXPECT_EQ(cie, 0u);
  frames.Finish();
  const DwarfFile file(elf);
  const Entries entries = Read(file, frames.section());
  ASSERT_EQ(entries.good.size(), 1u);
  EXPECT_THAT(entries.good[0].cie.personality, IsNumber(0x1234));
}

TEST(CfiTest, Augmentations) {
  ElfBuilder elf(kX86_64, ET_EXEC);
  FrameBuilder frames(&elf, ".eh_frame");
  frames.Cie({.augmentation = "eh"});
  frames.Cie({.augmentation = "zRSBG", .augmentation_data = [](Assembler& a) {
                a.U8(DW_EH_PE_udata4);
              }});
  // The length tells where the data of what is not known end.
  const uint64_t unknown = frames.Cie(
      {.augmentation = "zRXL",
       .augmentation_data = [](Assembler& a) { a.U8(DW_EH_PE_udata4).U64(5); },
       .instructions = [](Assembler& a) { a.Zeros(3); }});
  frames.Fde(unknown,
             [](Assembler& a) { a.U32(1).U32(2).Uleb(2).U16(0).U8(0); });
  const uint64_t strange = frames.Cie({.augmentation = "strange"});
  frames.Fde(strange, [](Assembler& a) { a.U64(0x10).U64(2).U8(0xff); });
  frames.Finish();
  const DwarfFile file(elf);
  const Entries entries = Read(file, frames.section());
  ASSERT_TRUE(entries.bad.empty()) << entries.bad[0];
  ASSERT_EQ(entries.good.size(), 6u);
  EXPECT_EQ(entries.good[0].cie.augmentation, "eh");
  EXPECT_EQ(entries.good[0].cie.data_alignment_factor, -8);
  const Cie& flags = entries.good[1].cie;
  EXPECT_TRUE(flags.is_signal_frame);
  EXPECT_TRUE(flags.is_b_key_frame);
  EXPECT_TRUE(flags.is_mte_tagged_frame);
  EXPECT_EQ(flags.fde_encoding, DW_EH_PE_udata4);
  EXPECT_EQ(entries.good[2].cie.unknown_augmentation, 'X');
  EXPECT_EQ(entries.good[2].cie.end - entries.good[2].cie.instructions, 3u);
  EXPECT_EQ(entries.good[2].cie.lsda_encoding, DW_EH_PE_omit);
  EXPECT_THAT(entries.good[3].fde.address_range, IsNumber(2));
  EXPECT_EQ(entries.good[3].fde.end - entries.good[3].fde.instructions, 1u);
  EXPECT_FALSE(entries.good[4].cie.is_understood);
  EXPECT_THAT(entries.good[5].fde.initial_location, IsNumber(0x10));
  EXPECT_EQ(entries.good[5].fde.instructions, entries.good[5].fde.end);
}

TEST(CfiTest, TerminatorInTheMiddle) {
  ElfBuilder elf(kX86_64, ET_EXEC);
  FrameBuilder frames(&elf, ".eh_frame");
  frames.out().U32(0);
  const uint64_t cie = frames.Cie({});
  frames.out().U32(0).U32(0);
  frames.Fde(cie, [](Assembler& a) { a.U64(1).U64(2); });
  frames.out().U32(0);
  frames.Finish();
  const DwarfFile file(elf);
  const Entries entries = Read(file, frames.section());
  EXPECT_TRUE(entries.bad.empty());
  EXPECT_EQ(entries.good.size(), 2u);
}

// What is stored is 0, as in a terminator.
TEST(CfiTest, LengthThatRecordsSupply) {
  ElfBuilder elf(kRiscv64);
  const uint32_t text = AddText(elf);
  const uint32_t begin = elf.AddSymbol({.value = 0x20, .section = text});
  const uint32_t end = elf.AddSymbol({.value = 0x29, .section = text});
  FrameBuilder frames(&elf, ".eh_frame");
  for (const uint64_t offset : {0, 13}) {
    frames.out().U32(0);
    frames.out().U32(0).U8(1).String("").Uleb(1).Sleb(-8).U8(1);
    elf.Reloc(frames.section(), {offset, R_RISCV_ADD32, end, 0});
    elf.Reloc(frames.section(), {offset, R_RISCV_SUB32, begin, 0});
  }
  frames.Finish();
  const DwarfFile file(elf);
  const Entries entries = Read(file, frames.section());
  ASSERT_TRUE(entries.bad.empty()) << entries.bad[0];
  ASSERT_EQ(entries.good.size(), 2u);
  EXPECT_EQ(entries.good[1].cie.offset, 13u);
  EXPECT_EQ(entries.good[1].cie.end, 26u);
}

TEST(CfiTest, Dwarf64EhFrameHasIdsOf4Bytes) {
  ElfBuilder elf(kX86_64, ET_EXEC);
  FrameBuilder frames(&elf, ".eh_frame", Format::kDwarf64);
  const uint64_t cie = frames.Cie({});
  frames.Fde(cie, [](Assembler& a) { a.U64(1).U64(2); });
  frames.Finish();
  const DwarfFile file(elf);
  const Entries entries = Read(file, frames.section());
  EXPECT_TRUE(entries.bad.empty());
  ASSERT_EQ(entries.good.size(), 2u);
  EXPECT_THAT(entries.good[1].fde.initial_location, IsNumber(1));
}

TEST(CfiTest, SegmentSelectorIsPassedOver) {
  ElfBuilder elf(kX86_64, ET_EXEC);
  FrameBuilder frames(&elf, ".debug_frame");
  const uint64_t cie = frames.Cie({.version = 4, .segment_selector_size = 2});
  frames.Fde(cie, [](Assembler& a) { a.U16(0xffff).U64(1).U64(2); });
  frames.Finish();
  const DwarfFile file(elf);
  const Entries entries = Read(file, frames.section());
  ASSERT_EQ(entries.good.size(), 2u);
  EXPECT_THAT(entries.good[1].fde.initial_location, IsNumber(1));
}

// A bad entry is an error of its own.
TEST(CfiTest, BadEntriesAreLeftBehind) {
  const struct {
    const char* text;
    ErrorCode code;
    std::function<void(FrameBuilder&, uint64_t cie)> write;
  } cases[] = {
      {"CIE version 2", ErrorCode::kUnsupported,
       [](FrameBuilder& frames, uint64_t) { frames.Cie({.version = 2}); }},
      {"segment_selector_size 9", ErrorCode::kUnsupported,
       [](FrameBuilder& frames, uint64_t) {
         frames.Cie({.version = 4, .segment_selector_size = 9});
       }},
      {"pointer encoding 0x5", ErrorCode::kUnsupported,
       [](FrameBuilder& frames, uint64_t) {
         frames.Cie({.augmentation = "zR",
                     .augmentation_data = [](Assembler& a) { a.U8(5); }});
       }},
      {"pointer encoding 0x63", ErrorCode::kUnsupported,
       [](FrameBuilder& frames, uint64_t) {
         frames.Cie({.augmentation = "zL",
                     .augmentation_data = [](Assembler& a) { a.U8(0x63); }});
       }},
      {"omitted", ErrorCode::kBadDwarf,
       [](FrameBuilder& frames, uint64_t) {
         frames.Cie(
             {.augmentation = "zR",
              .augmentation_data = [](Assembler& a) { a.U8(DW_EH_PE_omit); }});
       }},
      {"ends inside", ErrorCode::kTruncated,
       [](FrameBuilder& frames, uint64_t) {
         frames.Cie(
             {.augmentation = "zP", .augmentation_data = [](Assembler& a) {
                a.U8(DW_EH_PE_udata4);
              }});
       }},
      {"outside the section", ErrorCode::kBadDwarf,
       [](FrameBuilder& frames, uint64_t) {
         frames.Fde(100000, [](Assembler& a) { a.U64(1).U64(2); });
       }},
      {"not a CIE", ErrorCode::kBadDwarf,
       [](FrameBuilder& frames, uint64_t cie) {
         const uint64_t fde =
             frames.Fde(cie, [](Assembler& a) { a.U64(1).U64(2); });
         frames.Fde(fde, [](Assembler& a) { a.U64(1).U64(2); });
       }},
      {"CIE at 0x", ErrorCode::kTruncated,
       [](FrameBuilder& frames, uint64_t) {
         frames.Fde(frames.out().offset() + 2,
                    [](Assembler& a) { a.U64(1).U64(2); });
       }},
      {"ends inside", ErrorCode::kTruncated,
       [](FrameBuilder& frames, uint64_t cie) {
         frames.Fde(cie, [](Assembler& a) { a.U64(1).U32(2); });
       }},
  };
  for (const auto& one : cases) {
    SCOPED_TRACE(one.text);
    ElfBuilder elf(kX86_64, ET_EXEC);
    FrameBuilder frames(&elf, ".debug_frame");
    const uint64_t cie = frames.Cie({});
    one.write(frames, cie);
    frames.Fde(cie, [](Assembler& a) { a.U64(0x77).U64(2); });
    frames.Finish();
    const DwarfFile file(elf);
    const Entries entries = Read(file, frames.section());
    ASSERT_EQ(entries.bad.size(), 1u);
    EXPECT_THAT(entries.bad[0], FailsWith(one.code, one.text));
    EXPECT_EQ(GetDetail(entries.bad[0]).section, frames.section());
    ASSERT_FALSE(entries.good.empty());
    EXPECT_THAT(entries.good.back().fde.initial_location, IsNumber(0x77));
  }
}

// Behind a length that leads nowhere nothing can be read.
TEST(CfiTest, LengthThatIsTooLong) {
  for (const uint32_t length : {100u, 0xfffffff0u}) {
    ElfBuilder elf(kX86_64, ET_EXEC);
    FrameBuilder frames(&elf, ".eh_frame");
    const uint64_t cie = frames.Cie({});
    frames.out().U32(length).Zeros(20);
    frames.Fde(cie, [](Assembler& a) { a.U64(1).U64(2); });
    frames.Finish();
    const DwarfFile file(elf);
    const Entries entries = Read(file, frames.section());
    EXPECT_EQ(entries.good.size(), 1u);
    ASSERT_EQ(entries.bad.size(), 1u);
    EXPECT_THAT(
        entries.bad[0],
        FailsWith(length == 100 ? ErrorCode::kTruncated : ErrorCode::kBadDwarf,
                  length == 100 ? "length 100" : "reserved"));
  }
}

TEST(CfiTest, TruncatedAtEveryByte) {
  for (const char* name : {".debug_frame", ".eh_frame"}) {
    for (const Format format : {Format::kDwarf32, Format::kDwarf64}) {
      ElfBuilder elf(kX86_64);
      const uint32_t text = AddText(elf);
      FrameBuilder frames(&elf, name, format);
      const uint64_t cie =
          frames.Cie({.version = 4,
                      .augmentation = "zPLR",
                      .augmentation_data = [](Assembler& a) {
                        a.U8(DW_EH_PE_udata4).U32(1);
                        a.U8(DW_EH_PE_udata4).U8(DW_EH_PE_absptr);
                      }});
      const uint64_t fde = frames.Fde(cie, [&](Assembler& a) {
        a.Address(elf.SectionSymbol(text), 0).U64(2).Uleb(4).U32(3);
      });
      const uint64_t size = frames.out().offset();
      frames.Finish();
      const std::vector<uint8_t> image = elf.Build();
      for (uint64_t cut = 1; cut < size; ++cut) {
        if (cut == fde) continue;
        const DwarfFile file(CutSection(elf, image, frames.section(), cut));
        const Entries entries = Read(file, frames.section());
        ASSERT_EQ(entries.bad.size(), 1u) << cut;
        EXPECT_THAT(entries.bad[0], FailsWith(ErrorCode::kTruncated, ""));
        EXPECT_EQ(entries.good.size(), cut < fde ? 0u : 1u);
      }
    }
  }
}

TEST(CfiTest, OtherSectionsAreRefused) {
  ElfBuilder elf(kX86_64);
  const uint32_t text = AddText(elf);
  const uint32_t line = elf.Add({.name = ".debug_line"});
  const uint32_t frames = elf.Add({.name = ".debug_frame"});
  const DwarfFile file(elf);
  for (const uint32_t section : {text, line, kNoSection}) {
    EXPECT_THAT(CfiReader::Of(file.sections(), section),
                FailsWith(ErrorCode::kNotFound, "call frame"));
  }
  EXPECT_THAT(CfiReader::Of(file.sections(), frames, 1),
              FailsWith(ErrorCode::kBadDwarf, "outside the section"));
  EXPECT_TRUE(Read(file, frames).good.empty());
}

}  // namespace
}  // namespace dwreloc::internal
