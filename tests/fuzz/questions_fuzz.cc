// Reads all of a file through dwreloc.h and asks what is at some of its places:
// frames, functions, symbols, scopes, variables.  Answers must not contradict
// one another.
//
// Sections of built files: .debug_info, .debug_abbrev, .debug_line,
// .debug_rnglists, .debug_loclists, .debug_addr, .debug_str.

#include <dwreloc/dwreloc.h>

#include <cstddef>
#include <cstdint>
#include <cstdio>

#include "fuzz_file.h"
#include "support/full_read.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace dwreloc::internal;
  const FuzzFile file(
      data, size,
      {".debug_info", ".debug_abbrev", ".debug_line", ".debug_rnglists",
       ".debug_loclists", ".debug_addr", ".debug_str"});
  if (!file.ok()) return 0;
  Dwreloc_Module* module = nullptr;
  if (dwreloc_open_memory(file.image().data(), file.image().size(), "fuzz",
                          &module) != 0) {
    return 0;
  }
  // Owners and sections have targets of their own.
  const FullRead read = ReadEverything(
      module, {.max_items = 20'000, .sections = false, .owners = false});
  for (const std::string& complaint : read.complaints) {
    std::fprintf(stderr, "%s\n", complaint.c_str());
  }
  Check(read.complaints.empty());
  dwreloc_close(module);
  return 0;
}
