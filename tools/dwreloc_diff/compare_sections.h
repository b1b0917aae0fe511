// compare_sections.h - all that is not debugging information: headers and bytes
// of sections, symbols, and the records of sections that are no debug sections.
//
// Sections are known by their names; numbers of sections and symbols, string
// tables and the places of sections in the file do not count.
// Tested by tests/diff/same_test.py and tests/diff/changes_test.py.
#ifndef DWRELOC_TOOLS_DWRELOC_DIFF_COMPARE_SECTIONS_H_
#define DWRELOC_TOOLS_DWRELOC_DIFF_COMPARE_SECTIONS_H_

#include "dwreloc_diff/context.h"

namespace dwreloc_tools {

void CompareSections(Context& context);

}  // namespace dwreloc_tools

#endif  // DWRELOC_TOOLS_DWRELOC_DIFF_COMPARE_SECTIONS_H_
