// demangle.h - names of functions as the source has them, from those of the
// linker: C++ (Itanium C++ ABI 5.1), by the demangler of the C++ runtime, and
// Rust's older scheme, which is that one with a hash at the end.  Rust's newer
// one (RFC 2603, which the kernel has) by LLVM's demangler, where the programs
// were built with it.
//
// Tested by tests/cli/addr2line_test.py.
#ifndef DWRELOC_TOOLS_COMMON_DEMANGLE_H_
#define DWRELOC_TOOLS_COMMON_DEMANGLE_H_

#include <string>
#include <string_view>
#include <unordered_map>

namespace dwreloc_tools {

// Keeps what it has demangled.
// Thread-safety: one thread.
class Demangler {
 public:
  // The name itself if it is not mangled.  Valid until the next call.
  std::string_view operator()(std::string_view name);

 private:
  std::unordered_map<std::string, std::string> known_;
};

}  // namespace dwreloc_tools

#endif  // DWRELOC_TOOLS_COMMON_DEMANGLE_H_
