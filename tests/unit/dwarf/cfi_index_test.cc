// dwarf/frames/cfi_index: which FDE covers a place.

#include "dwarf/frames/cfi_index.h"

#include <gtest/gtest.h>

#include "dwarf/constants.h"
#include "support/dwarf_file.h"
#include "support/frame_builder.h"

namespace dwreloc::internal {
namespace {

RelocValue In(uint32_t section, uint64_t offset) {
  return RelocValue{
      .value = offset, .section = section, .kind = RelocKind::kSection};
}

TEST(CfiIndexTest, PlacesOfRelocatableFiles) {
  ElfBuilder elf(kX86_64);
  const ElfSection code = {.flags = SHF_ALLOC, .contents = Zeros(256)};
  const uint32_t text = elf.Add(code);
  const uint32_t other = elf.Add(code);
  const uint32_t outside = elf.AddSymbol({.name = "outside"});
  FrameBuilder unwind(&elf, ".eh_frame");
  FrameBuilder frames(&elf, ".debug_frame");
  const auto fde = [&](FrameBuilder& to, uint64_t cie, uint32_t symbol,
                       int64_t begin, uint64_t size) {
    return to.Fde(cie,
                  [&](Assembler& a) { a.Address(symbol, begin).U64(size); });
  };
  const uint32_t in_text = elf.SectionSymbol(text);
  const uint64_t unwind_cie = unwind.Cie({});
  const uint64_t unwind_first = fde(unwind, unwind_cie, in_text, 0x10, 0x10);
  const uint64_t unwind_only = fde(unwind, unwind_cie, in_text, 0x80, 0x10);
  const uint64_t cie = frames.Cie({});
  const uint64_t last = fde(frames, cie, in_text, 0x40, 0x20);
  const uint64_t first = fde(frames, cie, in_text, 0x10, 0x10);
  fde(frames, cie, in_text, 0x30, 0);
  const uint64_t elsewhere =
      fde(frames, cie, elf.SectionSymbol(other), 0x10, 4);
  fde(frames, cie, outside, 0, 0x1000);
  unwind.Finish();
  frames.Finish();
  const DwarfFile file(elf);
  const CfiIndex index(file.sections());
  const uint32_t debug_frame = frames.section();
  const uint32_t eh_frame = unwind.section();
  const auto find = [&](uint32_t section, uint64_t offset,
                        uint32_t only = kNoSection) {
    return index.Find(In(section, offset), only).value_or(SectionPlace());
  };
  EXPECT_EQ(find(text, 0xf), SectionPlace());
  EXPECT_EQ(find(text, 0x10), (SectionPlace{debug_frame, first}));
  EXPECT_EQ(find(text, 0x1f), (SectionPlace{debug_frame, first}));
  EXPECT_EQ(find(text, 0x20), SectionPlace());
  EXPECT_EQ(find(text, 0x30), SectionPlace());
  EXPECT_EQ(find(text, 0x5f), (SectionPlace{debug_frame, last}));
  EXPECT_EQ(find(text, 0x80), (SectionPlace{eh_frame, unwind_only}));
  EXPECT_EQ(find(other, 0x10), (SectionPlace{debug_frame, elsewhere}));
  EXPECT_EQ(find(other, 0x50), SectionPlace());
  EXPECT_EQ(find(text, 0x10, eh_frame), (SectionPlace{eh_frame, unwind_first}));
  EXPECT_EQ(find(text, 0x80, debug_frame), SectionPlace());
  EXPECT_FALSE(index.Find(RelocValue::Constant(0x10), kNoSection).has_value());
  EXPECT_FALSE(index.Find(RelocValue::Bad(ErrorCode::kBadReloc), kNoSection)
                   .has_value());
}

TEST(CfiIndexTest, AddressesOfLinkedFiles) {
  ElfBuilder elf(kX86_64, ET_EXEC);
  FrameBuilder frames(&elf, ".eh_frame", Format::kDwarf32, 0x402000);
  const uint64_t cie =
      frames.Cie({.augmentation = "zR", .augmentation_data = [](Assembler& a) {
                    a.U8(DW_EH_PE_pcrel | DW_EH_PE_sdata4);
                  }});
  const uint64_t outer = frames.Fde(cie, [](Assembler& a) {
    const uint64_t field = 0x402000 + a.offset();
    a.U32(0x401000 - field).U32(0x1000).Uleb(0);
  });
  // Inside the one before: no producer does that; the inner one is meant.
  const uint64_t inner = frames.Fde(cie, [](Assembler& a) {
    const uint64_t field = 0x402000 + a.offset();
    a.U32(0x401100 - field).U32(0x10).Uleb(0);
  });
  frames.Cie({.version = 7});
  frames.Finish();
  const DwarfFile file(elf);
  const CfiIndex index(file.sections());
  const auto find = [&](uint64_t address) {
    const std::optional<SectionPlace> found =
        index.Find(RelocValue::Constant(address), kNoSection);
    return found.has_value() ? found->offset : kNoOffset;
  };
  EXPECT_EQ(find(0x400fff), kNoOffset);
  EXPECT_EQ(find(0x401000), outer);
  EXPECT_EQ(find(0x401fff), outer);
  EXPECT_EQ(find(0x402000), kNoOffset);
  EXPECT_EQ(find(0x401500), outer);
  EXPECT_EQ(find(0x401108), inner);
}

}  // namespace
}  // namespace dwreloc::internal
