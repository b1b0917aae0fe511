// forms.h - how each DIE is written: its abbreviation.
//
// An abbreviation is what DIEs have in common: tag, attributes, forms, and
// values that are one in all of them. The smallest forms are taken; lengths of
// references follow from the layout (layout.h), which no abbreviation depends
// on.
//
// Tested by tests/compress/layout_test.cc and
// tests/fixtures/compressed_test.py.
#ifndef DWRELOC_TOOLS_DWRELOC_COMPRESS_FORMS_H_
#define DWRELOC_TOOLS_DWRELOC_COMPRESS_FORMS_H_

#include <cstdint>
#include <vector>

#include "dwreloc_compress/graph.h"
#include "dwreloc_compress/plan.h"
#include "dwreloc_compress/string_table.h"

namespace dwreloc_tools::compress {

struct FormAttribute {
  std::uint16_t name;  // DW_AT_*
  std::uint16_t form;  // DW_FORM_*
  // Of DW_FORM_implicit_const.
  std::int64_t value = 0;
};

struct Abbreviation {
  std::uint32_t shape = 0;
  std::uint32_t table = 0;
  std::uint64_t choices = 0;
  std::uint32_t count = 0;  // DIEs
  std::uint32_t code = 0;
  // As those of its shape, and DW_AT_sibling last if it has one.
  std::vector<FormAttribute> attributes{};
  bool has_sibling = false;
};

struct AbbreviationTable {
  std::uint16_t version = 0;
  std::uint32_t offset = 0;            // in .debug_abbrev
  std::vector<std::uint32_t> order{};  // by code - 1
};

struct Forms {
  std::vector<Abbreviation> abbreviations{};
  std::vector<std::uint32_t> of_die{};  // by number, of DIEs that are written
  std::vector<AbbreviationTable> tables{};
  std::vector<std::uint32_t> table_of{};  // by planned unit
  std::vector<std::uint8_t> bytes{};      // of .debug_abbrev
};

// Strings in `strings` and `line_strings` are those other sections use; the
// uses of DIEs are added. Both are placed.
Forms ChooseForms(const Graph& graph, const Plan& plan, StringTable& strings,
                  StringTable& line_strings,
                  std::vector<std::uint32_t> order_of_others);

// The DIE that is written in place of one.
inline std::uint32_t HomeOf(const Graph& graph, const Plan& plan,
                            std::uint32_t die) {
  const std::uint32_t tree = graph.die_trees[die];
  return graph.trees[plan.home[tree]].die + (die - graph.trees[tree].die);
}

}  // namespace dwreloc_tools::compress

#endif  // DWRELOC_TOOLS_DWRELOC_COMPRESS_FORMS_H_
