// answer_json.h - the frames of an answer as a JSON array (docs/json.md).
//
// Tested by tests/cli/addr2line_test.py and oops_test.py.
#ifndef DWRELOC_TOOLS_COMMON_ANSWER_JSON_H_
#define DWRELOC_TOOLS_COMMON_ANSWER_JSON_H_

#include "common/answer.h"
#include "common/demangle.h"
#include "common/output.h"

namespace dwreloc_tools {

// With demangled names unless `demangle` is nullptr.
void PutJsonFrames(const Answer& answer, Demangler* demangle, Output& out);

}  // namespace dwreloc_tools

#endif  // DWRELOC_TOOLS_COMMON_ANSWER_JSON_H_
