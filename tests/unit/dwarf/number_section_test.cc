// dwarf/tree/number_section: in which section a number is an offset, as an
// attribute's class says it.  tests/unit/module/records_test.cc has what
// records say.

#include "dwarf/tree/number_section.h"

#include <gtest/gtest.h>

#include "dwarf/constants.h"
#include "support/dwarf_file.h"

namespace dwreloc::internal {
namespace {

TEST(NumberSectionTest, OffsetsCountWhereTheirClassSays) {
  ForEachEncoding([](const Target& target, Encoding encoding) {
    ElfBuilder elf(target);
    DwarfBuilder dwarf(&elf, encoding);
    dwarf
        .Abbrev(1, DW_TAG_compile_unit, false,
                {{DW_AT_producer, DW_FORM_strp},
                 {DW_AT_name, DW_FORM_line_strp},
                 {DW_AT_comp_dir, DW_FORM_string},
                 {DW_AT_str_offsets_base, DW_FORM_sec_offset},
                 {DW_AT_language, DW_FORM_data1}})
        .EndAbbrevs();
    dwarf.Unit({}, [&](DieWriter& die) {
      die.Die(1).Strp("producer").LineStrp("a.c").String("/src");
      die.SecOffset(".debug_str_offsets", 0);
      die.Data1(12);
    });
    const DwarfFile file(dwarf);
    EXPECT_EQ(NumberSection(file.attribute(DW_AT_producer)),
              file.Find(".debug_str"));
    EXPECT_EQ(NumberSection(file.attribute(DW_AT_name)),
              file.Find(".debug_line_str"));
    EXPECT_EQ(NumberSection(file.attribute(DW_AT_str_offsets_base)),
              file.Find(".debug_str_offsets"));
    // An inline string has no offset that is stored, a constant is none.
    EXPECT_EQ(NumberSection(file.attribute(DW_AT_comp_dir)), kNoSection);
    EXPECT_EQ(NumberSection(file.attribute(DW_AT_language)), kNoSection);
  });
}

}  // namespace
}  // namespace dwreloc::internal
