// The twelve defects of the 2010 prototype of relocatable reading (elfutils,
// branch "relocate", libdw/relocate.c), one test each: none of them may come
// back.

#include <elf.h>
#include <pthread.h>

#include <set>
#include <thread>
#include <vector>

#include "elf/section.h"
#include "gtest/gtest.h"
#include "reloc/reloc_table.h"
#include "support/reloc_fixture.h"

namespace dwreloc::internal {
namespace {

// 1. The target was compared with sh_link, which is the symbol table.
TEST(PrototypeDefectsTest, TargetIsFoundByShInfoNotShLink) {
  ElfBuilder elf;
  const uint32_t symtab = elf.symbol_section();
  const uint32_t info = elf.Add({.name = ".debug_info", .contents = Zeros(8)});
  const uint32_t relocs = elf.AddRelocSection(
      info, {{.offset = 0, .type = R_X86_64_32, .addend = 7}});
  OpenedFile file(elf);
  ASSERT_EQ(file.file().Header(relocs).sh_link, symtab);
  EXPECT_EQ(file.reloc_sections().For(info).size(), 1u);
  EXPECT_TRUE(file.reloc_sections().For(symtab).empty());
}

// 2. The digest stood on the stack: 1.1 million records need 36 MB of it.
TEST(PrototypeDefectsTest, DigestDoesNotUseTheStack) {
  constexpr uint32_t kCount = 300000;
  RelocFixture f;
  for (uint32_t i = 0; i < kCount; ++i) f.a.Address(f.text, i);
  f.Open();
  pthread_attr_t attributes;
  ASSERT_EQ(pthread_attr_init(&attributes), 0);
  ASSERT_EQ(pthread_attr_setstacksize(&attributes, 256 * 1024), 0);
  pthread_t thread;
  const auto digest = [](void* fixture) -> void* {
    static_cast<RelocFixture*>(fixture)->Table();
    return nullptr;
  };
  ASSERT_EQ(pthread_create(&thread, &attributes, digest, &f), 0);
  pthread_join(thread, nullptr);
  pthread_attr_destroy(&attributes);
  EXPECT_EQ(f.Table().record_count(), kCount);
  EXPECT_EQ(f.Read(8 * (kCount - 1), 8), "[1]+0x493df");
}

// 3. A record that comes to 0 was dropped and the bytes in place returned.
TEST(PrototypeDefectsTest, RecordOfZeroBeatsTheBytesInPlace) {
  RelocFixture f(kX86_64.WithFill(0xa5));
  f.a.Offset(4, f.str, 0).Address(f.text, 0).Address(f.undefined, 0);
  EXPECT_EQ(f.Read(0, 4), "0x0");
  EXPECT_EQ(f.Read(4, 8), "[1]+0x0");
  EXPECT_EQ(f.Lookup(12, 8).value, 0u);
}

// 4. R_*_NONE, or one TLS record, failed the whole section.
TEST(PrototypeDefectsTest, NoneAndTlsDoNotFailTheSection) {
  RelocFixture f;
  f.a.Offset(4, f.str, 5);
  f.a.Reloc(4, R_X86_64_NONE, 0, 0);
  f.a.Reloc(8, R_X86_64_DTPOFF64, f.tls, 0);
  f.a.Address(f.text, 8);
  EXPECT_EQ(f.Read(0, 4), "0x5");
  EXPECT_EQ(f.Read(4, 4), "0x0");
  EXPECT_FALSE(f.Lookup(4, 4).has_record);
  EXPECT_EQ(f.Read(8, 8), "tls+0x18");
  EXPECT_EQ(f.Read(16, 8), "[1]+0x8");
  EXPECT_TRUE(f.Table().diagnostics().empty());
}

// 5. For REL, st_value was folded into an addend that nobody kept.
TEST(PrototypeDefectsTest, RelAddsTheSymbolsValue) {
  RelocFixture f(kI386);
  f.a.Address(f.function, 8).Offset(4, f.string, 3);
  EXPECT_EQ(f.Read(0, 4), "[1]+0x108");
  EXPECT_EQ(f.Read(4, 4), "0x23");
}

// 6. One exact match per offset: no pairs, no 1- and 2-byte fields.
TEST(PrototypeDefectsTest, TwoRecordsAtAnOffsetAndNarrowFieldsAreSeen) {
  RelocFixture f;
  f.a.U32(0).Reloc(2, R_X86_64_16, f.absolute, 1);
  f.a.Reloc(1, R_X86_64_8, 0, 0x42);
  f.elf.Reloc(f.info, {.offset = 0, .type = R_X86_64_32, .symbol = f.str});
  f.elf.Reloc(f.info, {.offset = 0, .type = R_X86_64_32, .symbol = f.text});
  EXPECT_EQ(f.Read(0, 4), "bad: invalid relocation record");
  EXPECT_EQ(f.Read(4, 2), "0x5001");
  EXPECT_EQ(f.Read(6, 1), "0x42");
}

// 7. An 8-byte read did not see a 4-byte record (gcc's DW_OP_const8u).
TEST(PrototypeDefectsTest, EightByteReadSeesAFourByteRecord) {
  RelocFixture f;
  f.a.Reloc(4, R_X86_64_DTPOFF32, f.tls, 0).U32(0);
  EXPECT_EQ(f.Read(0, 8), "tls+0x18");
}

// 8. SHN_XINDEX was never set up outside libdwfl.
TEST(PrototypeDefectsTest, ExtendedSectionIndexIsFollowed) {
  RelocFixture f;
  const uint32_t symbol = f.elf.AddSymbol(
      {.value = 0x40, .section = f.text_section, .extended = true});
  const uint32_t in_str =
      f.elf.AddSymbol({.section = f.str_section, .extended = true});
  f.a.Address(symbol, 2).Offset(4, in_str, 9);
  EXPECT_EQ(f.Read(0, 8), "[1]+0x42");
  EXPECT_EQ(f.Read(8, 4), "0x9");
}

// 9. Every lookup wrote the shared hint: two readers raced.
TEST(PrototypeDefectsTest, ReadersShareNothingThatIsWritten) {
  constexpr uint64_t kCount = 20000;
  RelocFixture f;
  for (uint64_t i = 0; i < kCount; ++i) {
    f.a.Offset(4, f.str, static_cast<int64_t>(i * 3));
  }
  const RelocTable& table = f.Table();
  std::vector<std::thread> readers;
  for (uint64_t reader = 0; reader < 4; ++reader) {
    readers.emplace_back([&table, reader] {
      RelocHint hint;
      uint64_t wrong = 0;
      for (uint64_t i = 0; i < kCount; ++i) {
        // Each in its own order.
        const uint64_t at = i * (2 * reader + 1) % kCount;
        wrong += table.Lookup(at * 4, 4, 0, hint).value != at * 3;
      }
      EXPECT_EQ(wrong, 0u);
    });
  }
  for (std::thread& reader : readers) reader.join();
}

// 10. The symbol's section was compared with the section that refers.
TEST(PrototypeDefectsTest, ReferenceIntoTheSameSectionAndIntoOthers) {
  RelocFixture f;
  const uint32_t info = f.elf.SectionSymbol(f.info);
  f.a.Offset(4, info, 4).Offset(4, f.str, 4).Address(f.text, 4);
  EXPECT_EQ(f.Read(0, 4), "0x4");
  EXPECT_EQ(f.Read(4, 4), "0x4");
  EXPECT_EQ(f.Read(8, 8), "[1]+0x4");
}

// 11. Addends beyond int32 were errors, though R_X86_64_32 is unsigned.
TEST(PrototypeDefectsTest, OffsetsOfTwoToFourGigabytes) {
  RelocFixture f;
  f.a.Offset(4, f.str, 0x80000000).Offset(4, f.str, 0xffffffff);
  f.a.Offset(4, f.str, 0x100000000);
  EXPECT_EQ(f.Read(0, 4), "0x80000000");
  EXPECT_EQ(f.Read(4, 4), "0xffffffff");
  EXPECT_EQ(f.Read(8, 4), "bad: relocated value does not fit its field");
}

// 12. The sections of DWARF 5 were not known.
TEST(PrototypeDefectsTest, SectionsOfDwarf5AreKnown) {
  std::set<SectionId> ids;
  for (const char* name :
       {".debug_addr", ".debug_str_offsets", ".debug_line_str",
        ".debug_rnglists", ".debug_loclists", ".debug_names", ".debug_macro"}) {
    const SectionId id = ClassifySectionName(name).id;
    EXPECT_NE(id, SectionId::kDebugOther) << name;
    EXPECT_TRUE(ids.insert(id).second) << name;
  }
}

}  // namespace
}  // namespace dwreloc::internal
