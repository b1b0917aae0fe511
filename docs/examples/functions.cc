// functions.c once more, in C++20.
//
//   functions FILE      c++ -std=c++20 functions.cc $(pkg-config --cflags
//                           --libs libdwreloc)

#include <dwreloc/dwarf.h>

#include <dwreloc/dwreloc.hpp>
#include <iostream>

namespace {

void PrintPlace(const dwreloc::Relocatable& value) {
  const dwreloc::RelocatableInfo info = value.info();
  if (info.section != nullptr) {
    std::cout << info.section << "+0x" << std::hex << info.section_offset;
  } else {
    std::cout << "0x" << std::hex << info.addend;
  }
  std::cout << std::dec;
}

void PrintFunction(const dwreloc::Die& die) {
  const std::optional<dwreloc::Range> range = die.pc();
  const std::optional<dwreloc::Attribute> name = die.attribute(DW_AT_name);
  if (!range || !name) return;
  PrintPlace(range->begin);
  std::cout << ' ' << range->end - range->begin << " bytes " << name->AsString()
            << '\n';
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "usage: functions FILE\n";
    return 2;
  }
  try {
    const dwreloc::File file(argv[1]);
    for (const dwreloc::Unit& unit : file.units()) {
      for (const dwreloc::DieEntry& entry : unit.dies()) {
        if (entry.die().tag() == DW_TAG_subprogram) PrintFunction(entry.die());
      }
    }
  } catch (const dwreloc::Error& error) {
    std::cerr << error.what() << '\n';
    return 1;
  }
}
