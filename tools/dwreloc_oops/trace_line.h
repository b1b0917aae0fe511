// trace_line.h - the places of code that a line of a kernel's text names.
//
// What kernels print by %pS and %pB (lib/vsprintf.c): "symbol+0x10/0x20", then
// " [module]" or " [module build-id]" where a module has it.  perf script and
// ftrace print "symbol+0x10 ([module])" or "symbol+0x10 [module]", crash
// "symbol+16 at ffffffffc0a00010 [module]" (bt -s).  All else in the line,
// time, CPU, task, addresses, colours, is passed over. Tested by
// tests/cli/oops_test.py; fuzzed by tests/fuzz/text_fuzz.cc.
#ifndef DWRELOC_TOOLS_DWRELOC_OOPS_TRACE_LINE_H_
#define DWRELOC_TOOLS_DWRELOC_OOPS_TRACE_LINE_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace dwreloc_tools {

// Is the code at the place itself, or before it?
enum class PlaceKind {
  kExact,   // a program counter: the instruction there
  kReturn,  // a return address: the call is the instruction before it
};

// Texts are parts of the line.
struct TracePlace {
  std::string_view symbol;
  std::uint64_t offset = 0;
  std::optional<std::uint64_t> size;  // of the symbol; perf has none
  std::string_view module;            // empty: the kernel itself
  std::string_view build_id;          // in hexadecimal; empty: not there
  PlaceKind kind = PlaceKind::kReturn;
  std::size_t begin = 0;  // in the line
  std::size_t end = 0;
};

// The release of the kernel in a line such as "CPU: 1 PID: 7 Comm: sh Not
// tainted 6.1.0-57-amd64 #1 Debian 6.1.99"; empty if there is none.
std::string_view ReleaseIn(std::string_view line);

// Reads lines in order: whether a place is a return address depends on the
// line before, too.
// Thread-safety: one thread.
class TraceReader {
 public:
  // The places of a line, in the order in which they stand there.
  const std::vector<TracePlace>& Read(std::string_view line);

 private:
  std::vector<TracePlace> places_;
  // The next line is the first of an arm64 or riscv backtrace: it begins with
  // the program counter.
  bool is_first_of_trace_ = false;
};

}  // namespace dwreloc_tools

#endif  // DWRELOC_TOOLS_DWRELOC_OOPS_TRACE_LINE_H_
