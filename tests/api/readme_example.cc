// The program of README.md, to the letter; tests/cli/readme_test.py compares
// it, and what it prints, with what stands there.

#include <dwreloc/dwarf.h>

#include <dwreloc/dwreloc.hpp>
#include <iostream>

int main() {
  dwreloc::File file("tests/data/module/meter.ko");
  for (const dwreloc::Unit& unit : file.units()) {
    for (const dwreloc::DieEntry& entry : unit.dies()) {
      if (entry.die().tag() != DW_TAG_subprogram) continue;
      const auto name = entry.find(DW_AT_name);
      const auto low_pc = entry.find(DW_AT_low_pc);
      if (!name || !low_pc) continue;
      const dwreloc::RelocatableInfo info = low_pc->AsRelocatable().info();
      std::cout << name->AsString() << " is at " << info.section << "+0x"
                << std::hex << info.section_offset << '\n';
    }
  }
}
