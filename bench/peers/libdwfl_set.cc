// What bench/set_cost.cc does, by elfutils' libdwfl: all modules reported with
// dwfl_report_offline, then the DWARF of all of them, as a program does that
// wants to know which module has an address and what is there.
//
//   libdwfl_set < paths

#include <elfutils/libdw.h>
#include <elfutils/libdwfl.h>
#include <stdlib.h>

#include "set_cost.h"

namespace {

using dwreloc_bench::Phase;

void Check(bool is_good, const char* what) {
  if (is_good) return;
  fprintf(stderr, "libdwfl_set: %s: %s\n", what, dwfl_errmsg(-1));
  exit(1);
}

int TakeDwarf(Dwfl_Module* module, void**, const char* name, Dwarf_Addr,
              void*) {
  Dwarf_Addr bias;
  Check(dwfl_module_getdwarf(module, &bias) != nullptr, name);
  return DWARF_CB_OK;
}

}  // namespace

int main() {
  const std::vector<std::string> paths = dwreloc_bench::PathsOnStandardInput();
  Dwfl_Callbacks callbacks = {};
  callbacks.section_address = dwfl_offline_section_address;
  callbacks.find_debuginfo = dwfl_standard_find_debuginfo;
  const Phase reported;
  Dwfl* dwfl = dwfl_begin(&callbacks);
  Check(dwfl != nullptr, "begin");
  dwfl_report_begin(dwfl);
  for (const std::string& path : paths) {
    Check(dwfl_report_offline(dwfl, path.c_str(), path.c_str(), -1) != nullptr,
          path.c_str());
  }
  Check(dwfl_report_end(dwfl, nullptr, nullptr) == 0, "end");
  reported.Print("libdwfl", "reported");
  const Phase read;
  Check(dwfl_getmodules(dwfl, TakeDwarf, nullptr, 0) == 0, "modules");
  read.Print("libdwfl", "getdwarf");
  dwfl_end(dwfl);
  return 0;
}
