// The rows of a line table made of its instructions as stored: the state
// machine of DWARF 5 6.2.2 once more, in the plainest way, to prove that
// dwreloc_line_instructions_next and dwreloc_rows_next read the same.
// Uses the C API alone.

#ifndef LIBDWRELOC_TESTS_SUPPORT_LINE_ROWS_H_
#define LIBDWRELOC_TESTS_SUPPORT_LINE_ROWS_H_

#include <dwreloc/dwreloc.h>

#include <string>

namespace dwreloc::internal {

// What is wrong with the table's instructions, or an empty string.
std::string CompareLineInstructions(const Dwreloc_Line_Table* table);

}  // namespace dwreloc::internal

#endif  // LIBDWRELOC_TESTS_SUPPORT_LINE_ROWS_H_
