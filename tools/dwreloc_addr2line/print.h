// print.h - prints answers, in the format of binutils' addr2line or as JSON
// (docs/json.md).
//
// Tested by tests/cli/addr2line_test.py.
#ifndef DWRELOC_TOOLS_DWRELOC_ADDR2LINE_PRINT_H_
#define DWRELOC_TOOLS_DWRELOC_ADDR2LINE_PRINT_H_

#include <dwreloc/dwreloc.hpp>
#include <string_view>

#include "common/answer.h"
#include "common/demangle.h"
#include "common/output.h"
#include "dwreloc_addr2line/options.h"
#include "dwreloc_addr2line/places.h"

namespace dwreloc_tools {

// Thread-safety: one thread.
class Printer {
 public:
  Printer(const Options& options, const dwreloc::File& file, Output& out);

  // `text`: the place as the user wrote it.
  void Print(std::string_view text, const Place& place, const Answer& answer);

 private:
  void PrintText(const Place& place, const Answer& answer);
  void PrintJson(std::string_view text, const Place& place,
                 const Answer& answer);
  void Function(const AnsweredFrame& frame);
  void Source(const AnsweredFrame& frame);
  void JsonPlace(const Answer& answer);

  const Options& options_;
  const int address_digits_;
  Output& out_;
  Demangler demangle_;
};

}  // namespace dwreloc_tools

#endif  // DWRELOC_TOOLS_DWRELOC_ADDR2LINE_PRINT_H_
