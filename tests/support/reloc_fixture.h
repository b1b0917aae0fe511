// RelocFixture: one .debug_info with relocations, and symbols of every kind to
// relocate against.
//
//   RelocFixture f(kX86_64);
//   f.a.U32(0).Address(f.function, 8);
//   EXPECT_EQ(f.Read(4, 8), "[1]+0x108");   // function is at .text+0x100

#ifndef TESTS_SUPPORT_RELOC_FIXTURE_H_
#define TESTS_SUPPORT_RELOC_FIXTURE_H_

#include <cstdint>
#include <memory>
#include <string>

#include "reloc/reloc_value.h"
#include "support/assembler.h"
#include "support/elf_builder.h"
#include "support/opened_file.h"

namespace dwreloc::internal {

// "0x10", "[section]+0x10", "undefined symbol+0x8", "tls+0x8",
// "bad: invalid relocation record".
std::string Show(const RelocValue& value);

struct RelocFixture {
  explicit RelocFixture(const Target& target = kX86_64);

  // Fills .debug_info and opens the file, once.
  OpenedFile& Open();
  const RelocTable& Table() { return Open().Table(info); }
  // Looks up a datum with a hint of its own.
  RelocValue Lookup(uint64_t offset, int width);
  std::string Read(uint64_t offset, int width) {
    return Show(Lookup(offset, width));
  }

  ElfBuilder elf;
  Assembler a;  // .debug_info to be
  // Sections.
  uint32_t text_section;   // [1], allocated, 4096 bytes
  uint32_t tdata_section;  // [2]
  uint32_t str_section;    // [3], never loaded
  uint32_t info;           // [4]
  // Symbols.
  uint32_t text;      // section symbol
  uint32_t function;  // .text+0x100
  uint32_t str;       // section symbol
  uint32_t string;    // .debug_str+0x20
  uint32_t undefined;
  uint32_t common;
  uint32_t absolute;  // 0x5000
  uint32_t tls;       // 0x18 in the thread's block

 private:
  std::unique_ptr<OpenedFile> file_;
};

}  // namespace dwreloc::internal

#endif  // TESTS_SUPPORT_RELOC_FIXTURE_H_
