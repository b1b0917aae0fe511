// program.h - what the programs' main functions have in common: wrong usage,
// --help, --version, and exceptions that nothing else has caught.
//
// Tested by tests/cli/addr2line_test.py and oops_test.py.
#ifndef DWRELOC_TOOLS_COMMON_PROGRAM_H_
#define DWRELOC_TOOLS_COMMON_PROGRAM_H_

#include <stdio.h>
#include <unistd.h>

#include <dwreloc/dwreloc.hpp>
#include <exception>
#include <new>
#include <optional>
#include <string>
#include <string_view>

#include "common/output.h"

namespace dwreloc_tools {

// "program: text" on standard error.
inline void Complain(std::string_view program, std::string_view text) {
  std::string line(program);
  line.append(": ").append(text).append("\n");
  fwrite(line.data(), 1, line.size(), stderr);
}

// Runs a program: parse(argc, argv, &error) gives its options, or says what is
// wrong with the command line; run(*options, out) returns the exit status,
// which is `failure` if an exception leaves it.
template <typename Options, typename Run>
int RunProgram(const char* program, int argc, const char* const* argv,
               std::optional<Options> (*parse)(int, const char* const*,
                                               std::string*),
               std::string (*help)(), const Run& run, int failure = 1) {
  std::string error;
  const std::optional<Options> options = parse(argc, argv, &error);
  if (!options) {
    Complain(program, error + "; see " + program + " --help");
    return 2;
  }
  FileSink sink(STDOUT_FILENO, program);
  Output out(sink);
  if (options->help || options->version) {
    out.Text(options->help ? help()
                           : std::string(program) + " (libdwreloc) " +
                                 dwreloc_version() + "\n");
    out.Flush();
    return 0;
  }
  try {
    return run(*options, out);
  } catch (const std::bad_alloc&) {
    out.Flush();
    Complain(program, "out of memory");
  } catch (const std::exception& exception) {
    out.Flush();
    Complain(program, exception.what());
  }
  return failure;
}

}  // namespace dwreloc_tools

#endif  // DWRELOC_TOOLS_COMMON_PROGRAM_H_
