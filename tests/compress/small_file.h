// SmallFile: an object of one unit or a few, that a test writes itself.
//
//   SmallFile file;
//   file.dwarf.Abbrev(1, DW_TAG_compile_unit, true, {{DW_AT_name,
//                     DW_FORM_string}}).EndAbbrevs();
//   file.dwarf.Unit({}, [&](DieWriter& die) { die.Die(1).String("a.c").End();
//   }); EXPECT_EQ(CompressImage(file.Build()).why, "");
//
// Tested by being used: tests/compress/graph_test.cc.
#ifndef TESTS_COMPRESS_SMALL_FILE_H_
#define TESTS_COMPRESS_SMALL_FILE_H_

#include <dwreloc/dwarf.h>

#include <cstdint>
#include <functional>
#include <vector>

#include "support/dwarf_builder.h"
#include "support/elf_builder.h"
#include "support/target.h"

namespace dwreloc_tools::compress {

using dwreloc::internal::Assembler;
using dwreloc::internal::DieWriter;
using dwreloc::internal::DwarfBuilder;
using dwreloc::internal::ElfBuilder;
using dwreloc::internal::Format;
using dwreloc::internal::Label;
using dwreloc::internal::Target;

struct SmallFile {
  explicit SmallFile(const Target& target = dwreloc::internal::kX86_64,
                     std::uint16_t version = 5,
                     Format format = Format::kDwarf32)
      : elf(target),
        text(elf.Add({.name = ".text",
                      .flags = SHF_ALLOC | SHF_EXECINSTR,
                      .contents = dwreloc::internal::Zeros(64)})),
        dwarf(&elf,
              {.address_size = static_cast<std::uint8_t>(target.address_size()),
               .format = format,
               .version = version}) {}

  // A unit that is a name and no more; the abbreviations must be its own.
  void AddPlainUnit() {
    dwarf.Abbrev(1, DW_TAG_compile_unit, false, {{DW_AT_name, DW_FORM_strp}})
        .EndAbbrevs();
    dwarf.Unit({}, [&](DieWriter& die) { die.Die(1).Strp("the_unit.c"); });
  }

  std::vector<std::uint8_t> Build() {
    dwarf.Finish();
    return elf.Build();
  }

  ElfBuilder elf;
  const std::uint32_t text;
  DwarfBuilder dwarf;
};

}  // namespace dwreloc_tools::compress

#endif  // TESTS_COMPRESS_SMALL_FILE_H_
