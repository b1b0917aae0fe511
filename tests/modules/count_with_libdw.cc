// A second reader's opinion on how much is in a module: elfutils' libdw, which
// relocates the whole file first.  How many DIEs there are depends on
// relocations through debug_abbrev_offset alone, but there it does so fully.

#include "module_reader.h"

#ifdef DWRELOC_HAVE_LIBDW

#include <dwarf.h>
#include <elfutils/libdw.h>
#include <elfutils/libdwfl.h>

namespace dwreloc_modules {
namespace {

int CountAttribute(Dwarf_Attribute*, void* user) {
  ++static_cast<Totals*>(user)->attributes;
  return DWARF_CB_OK;
}

// The DIEs below one, without recursion over siblings.
void CountTree(Dwarf_Die die, Totals* totals) {
  for (;;) {
    ++totals->dies;
    dwarf_getattrs(&die, CountAttribute, totals, 0);
    Dwarf_Die next;
    if (dwarf_child(&die, &next) == 0) CountTree(next, totals);
    if (dwarf_siblingof(&die, &next) != 0) return;
    die = next;
  }
}

int CountModule(Dwfl_Module* module, void**, const char*, Dwarf_Addr,
                void* user) {
  auto* totals = static_cast<Totals*>(user);
  Dwarf_Addr bias;
  Dwarf* dwarf = dwfl_module_getdwarf(module, &bias);
  if (dwarf == nullptr) return DWARF_CB_OK;
  Dwarf_CU* unit = nullptr;
  Dwarf_Die die;
  while (dwarf_get_units(dwarf, unit, &unit, nullptr, nullptr, &die, nullptr) ==
         0) {
    ++totals->units;
    CountTree(die, totals);
  }
  return DWARF_CB_OK;
}

}  // namespace

bool CountWithLibdw(const std::string& path, Totals* totals,
                    Complaints* complaints) {
  Dwfl_Callbacks callbacks = {};
  callbacks.section_address = dwfl_offline_section_address;
  Dwfl* dwfl = dwfl_begin(&callbacks);
  if (dwfl == nullptr ||
      dwfl_report_offline(dwfl, "", path.c_str(), -1) == nullptr) {
    complaints->Add(std::string("libdw: ") + dwfl_errmsg(-1));
  } else {
    dwfl_report_end(dwfl, nullptr, nullptr);
    dwfl_getmodules(dwfl, CountModule, totals, 0);
  }
  if (dwfl != nullptr) dwfl_end(dwfl);
  return true;
}

}  // namespace dwreloc_modules

#else

namespace dwreloc_modules {

bool CountWithLibdw(const std::string&, Totals*, Complaints*) { return false; }

}  // namespace dwreloc_modules

#endif
