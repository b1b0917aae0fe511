// Expressions as text, for people: "DW_OP_breg7 rsp+8, DW_OP_deref".
//
// Registers have the names of the machine, addresses that of their symbol or
// section, as in ".bss+0x10"; DIEs are hexadecimal offsets, all other numbers
// are decimal.  An expression inside of another one is in parentheses.
// Tested by tests/unit/dwarf/expr_text_test.cc.

#ifndef LIBDWRELOC_DWARF_LISTS_EXPR_TEXT_H_
#define LIBDWRELOC_DWARF_LISTS_EXPR_TEXT_H_

#include <cstdint>
#include <string>

#include "base/status.h"
#include "dwarf/sections.h"
#include "dwarf/tree/unit.h"
#include "read/encoding.h"

namespace dwreloc::internal {

// Bytes of a section that are an expression, and how they are read.
struct ExpressionPlace {
  const DwarfSections& sections;
  const Unit* unit;  // nullptr: it belongs to none
  Encoding encoding;
  const SectionView& view;
  uint64_t offset;
  uint64_t size;
};

// Appends the operations to *text: on an error those before it.
absl::Status ExpressionText(const ExpressionPlace& place, std::string* text);

}  // namespace dwreloc::internal

#endif  // LIBDWRELOC_DWARF_LISTS_EXPR_TEXT_H_
