// expression_content.h - DWARF expressions by meaning (DWARF 5 2.5).
//
// Operation by operation: a number is a number whichever operation pushes it, a
// register whichever names it; an index of .debug_addr is its address, a branch
// leads to an operation and not over bytes, a DIE is a target.
// Tested by tests/diff/same_test.py and tests/diff/changes_test.py.
#ifndef DWRELOC_TOOLS_DWRELOC_DIFF_EXPRESSION_CONTENT_H_
#define DWRELOC_TOOLS_DWRELOC_DIFF_EXPRESSION_CONTENT_H_

#include <dwreloc/dwreloc.h>

#include "dwreloc_diff/context.h"

namespace dwreloc_tools {

// Appends an expression.  What cannot be read is told, and its bytes count.
// Returns true if it has an address.
bool PutExpression(const Reader& reader, const Dwreloc_Expression& expression,
                   Content& content);

}  // namespace dwreloc_tools

#endif  // DWRELOC_TOOLS_DWRELOC_DIFF_EXPRESSION_CONTENT_H_
