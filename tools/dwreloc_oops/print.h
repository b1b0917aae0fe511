// print.h - prints lines of a trace and what was found of them, as text or as
// JSON (docs/json.md).
//
// Tested by tests/cli/oops_test.py.
#ifndef DWRELOC_TOOLS_DWRELOC_OOPS_PRINT_H_
#define DWRELOC_TOOLS_DWRELOC_OOPS_PRINT_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "common/output.h"
#include "dwreloc_oops/decode.h"
#include "dwreloc_oops/options.h"
#include "dwreloc_oops/trace_line.h"

namespace dwreloc_tools {

// Thread-safety: one thread.
class Printer {
 public:
  Printer(const Options& options, bool has_color, Output& out)
      : options_(options), has_color_(has_color), out_(out) {}

  // `decoded` belongs to `places`, one to one.
  void Print(std::string_view line, const std::vector<TracePlace>& places,
             const std::vector<Decoded>& decoded);

 private:
  void PrintText(std::string_view line, const std::vector<TracePlace>& places,
                 const std::vector<Decoded>& decoded);
  void Frame(const AnsweredFrame& frame);
  void Source(const AnsweredFrame& frame);
  const std::vector<std::string>& LinesOf(std::string_view path);
  void PrintJson(std::string_view line, const std::vector<TracePlace>& places,
                 const std::vector<Decoded>& decoded);
  void JsonPlace(const TracePlace& place, const Decoded& decoded);
  void Colored(const char* color, std::string_view text);

  const Options& options_;
  const bool has_color_;
  Output& out_;
  std::unordered_map<std::string, std::vector<std::string>> sources_;
  std::unordered_set<std::string> told_;  // of files, each once
};

}  // namespace dwreloc_tools

#endif  // DWRELOC_TOOLS_DWRELOC_OOPS_PRINT_H_
