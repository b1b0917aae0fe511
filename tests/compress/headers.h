// What of a section's header is the same in a copy of the file.
//
// Tested by being used: tests/compress/elf_copy_test.cc.
#ifndef TESTS_COMPRESS_HEADERS_H_
#define TESTS_COMPRESS_HEADERS_H_

#include <dwreloc/dwreloc.h>
#include <elf.h>
#include <gtest/gtest.h>

namespace dwreloc_tools::compress {

// All but its place and its size; it is where its alignment wants it.
inline void ExpectSameHeader(const Dwreloc_Section& before,
                             const Dwreloc_Section& after) {
  EXPECT_STREQ(before.name, after.name);
  EXPECT_EQ(before.type, after.type);
  EXPECT_EQ(before.flags, after.flags);
  EXPECT_EQ(before.address, after.address);
  EXPECT_EQ(before.alignment, after.alignment);
  EXPECT_EQ(before.entry_size, after.entry_size);
  EXPECT_EQ(before.link, after.link);
  EXPECT_EQ(before.info, after.info);
  if (after.alignment > 1 && after.type != SHT_NOBITS) {
    EXPECT_EQ(after.file_offset % after.alignment, 0u) << before.name;
  }
}

}  // namespace dwreloc_tools::compress

#endif  // TESTS_COMPRESS_HEADERS_H_
