// compare_frames.h - .debug_frame (DWARF 5 6.4): each FDE with its CIE.
//
// An FDE is known by its place; which of several equal CIEs it names, and its
// padding, do not count.  .eh_frame is loaded, so its bytes and records are
// compared as those of any loaded section (compare_sections.h).
// Tested by tests/diff/same_test.py and tests/diff/changes_test.py.
#ifndef DWRELOC_TOOLS_DWRELOC_DIFF_COMPARE_FRAMES_H_
#define DWRELOC_TOOLS_DWRELOC_DIFF_COMPARE_FRAMES_H_

#include "dwreloc_diff/context.h"

namespace dwreloc_tools {

void CompareFrames(Context& context);

}  // namespace dwreloc_tools

#endif  // DWRELOC_TOOLS_DWRELOC_DIFF_COMPARE_FRAMES_H_
