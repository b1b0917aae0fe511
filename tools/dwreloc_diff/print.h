// print.h - what a comparison has found, as text or JSON.
//
// Tested by tests/diff/status_test.py.
#ifndef DWRELOC_TOOLS_DWRELOC_DIFF_PRINT_H_
#define DWRELOC_TOOLS_DWRELOC_DIFF_PRINT_H_

#include "common/output.h"
#include "dwreloc_diff/compare.h"
#include "dwreloc_diff/options.h"

namespace dwreloc_tools {

// Troubles as text go to standard error, all else to `out`.
void PrintComparison(const Options& options, const Comparison& comparison,
                     Output& out);

}  // namespace dwreloc_tools

#endif  // DWRELOC_TOOLS_DWRELOC_DIFF_PRINT_H_
