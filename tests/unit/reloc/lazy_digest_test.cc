// Tests of reloc/lazy_digest: digested on first use, dropped, digested again.

#include "reloc/lazy_digest.h"

#include <elf.h>

#include "gtest/gtest.h"
#include "read/reloc_cursor.h"
#include "support/reloc_fixture.h"

namespace dwreloc::internal {
namespace {

TEST(LazyDigestTest, IsMadeOnFirstUseAndKept) {
  RelocFixture f;
  f.a.Reloc(8, R_X86_64_64, f.text, 0x10);
  const LazyDigest digest(f.Open().context(), f.info);
  EXPECT_EQ(digest.Peek(), nullptr);
  const RelocTable* table = digest.Get();
  ASSERT_NE(table, nullptr);
  EXPECT_EQ(table->record_count(), 1u);
  EXPECT_EQ(digest.Peek(), table);
  EXPECT_EQ(digest.Get(), table);
}

TEST(LazyDigestTest, AfterDropItIsMadeAgain) {
  RelocFixture f;
  f.a.Reloc(8, R_X86_64_64, f.text, 0x10);
  LazyDigest digest(f.Open().context(), f.info);
  digest.Drop();  // of what was never made
  const uint64_t memory = digest.Get()->memory();
  digest.Drop();
  EXPECT_EQ(digest.Peek(), nullptr);
  EXPECT_EQ(digest.Get()->memory(), memory);
}

// A view is older than the digest it leads to.
TEST(LazyDigestTest, ViewOutlivesTheDigest) {
  RelocFixture f;
  f.a.Reloc(8, R_X86_64_64, f.text, 0x10);
  LazyDigest digest(f.Open().context(), f.info);
  SectionView view = f.Open().View(f.info);
  view.relocs = &digest;
  EXPECT_EQ(digest.Peek(), nullptr);
  EXPECT_EQ(Show(RelocCursor(view).Value(8)), Show(f.Lookup(0, 8)));
  digest.Drop();
  EXPECT_EQ(Show(RelocCursor(view).Value(8)), Show(f.Lookup(0, 8)));
}

}  // namespace
}  // namespace dwreloc::internal
