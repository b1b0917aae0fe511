// decode.h - from a place in a trace to functions, files and lines.
//
// Tested by tests/cli/oops_test.py.
#ifndef DWRELOC_TOOLS_DWRELOC_OOPS_DECODE_H_
#define DWRELOC_TOOLS_DWRELOC_OOPS_DECODE_H_

#include <set>
#include <string>
#include <vector>

#include "common/answer.h"
#include "dwreloc_oops/module_files.h"
#include "dwreloc_oops/trace_line.h"

namespace dwreloc_tools {

struct Decoded {
  Answer answer;               // without frames: nothing is known
  std::string note;            // why that is, or what is doubtful about it
  bool is_about_file = false;  // the note is the same for all its places
};

// Thread-safety: one thread.
class Decoder {
 public:
  explicit Decoder(ModuleFiles& files) : files_(files) {}

  // *decoded is to be used again, so that little is allocated.
  void Decode(const TracePlace& place, Decoded* decoded);

 private:
  ModuleFiles& files_;
  std::string name_;
  std::vector<dwreloc::Relocatable> candidates_;
  std::vector<dwreloc::Error> errors_;
};

}  // namespace dwreloc_tools

#endif  // DWRELOC_TOOLS_DWRELOC_OOPS_DECODE_H_
