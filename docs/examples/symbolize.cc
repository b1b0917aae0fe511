// symbolize.c once more, in C++20.
//
//   symbolize FILE SECTION OFFSET

#include <dwreloc/dwarf.h>

#include <cstdlib>
#include <dwreloc/dwreloc.hpp>
#include <iostream>
#include <string>
#include <vector>

namespace {

// The name, which may stand in the DIE that this one is an instance of.
std::string NameOf(dwreloc::Die die) {
  for (int steps = 0; steps < 8; ++steps) {
    if (const auto name = die.attribute(DW_AT_name)) {
      return std::string(name->AsString());
    }
    auto origin = die.attribute(DW_AT_abstract_origin);
    if (!origin) origin = die.attribute(DW_AT_specification);
    if (!origin) break;
    die = origin->AsReference();
  }
  return "?";
}

std::uint64_t NumberOf(const dwreloc::Die& die, unsigned name) {
  const auto attribute = die.attribute(name);
  return attribute ? attribute->AsUnsigned() : 0;
}

// Functions that hold pc, the outermost first.
std::vector<dwreloc::Die> FindFrames(const dwreloc::Unit& unit,
                                     const dwreloc::Relocatable& pc) {
  std::vector<dwreloc::Die> frames;
  for (const dwreloc::DieEntry& entry : unit.dies()) {
    const unsigned tag = entry.die().tag();
    const bool is_function =
        tag == DW_TAG_subprogram || tag == DW_TAG_inlined_subroutine;
    if (is_function && entry.die().HasPc(pc)) frames.push_back(entry.die());
  }
  return frames;
}

bool Symbolize(const dwreloc::Unit& unit, const dwreloc::Relocatable& pc) {
  // The line table is the skeleton's, the DIEs are the split unit's.
  const std::vector<dwreloc::Die> frames =
      FindFrames(unit.split().value_or(unit), pc);
  const auto table = unit.line_table();
  const auto row = unit.FindRow(pc);
  std::uint64_t file = row ? row->file() : 0;
  std::uint64_t line = row ? row->line() : 0;
  for (auto frame = frames.rbegin(); frame != frames.rend(); ++frame) {
    const std::string path =
        table ? table->full_path(static_cast<std::uint32_t>(file)) : "?";
    std::cout << NameOf(*frame) << " at " << path << ':' << line << '\n';
    // Where the one around it calls it.
    file = NumberOf(*frame, DW_AT_call_file);
    line = NumberOf(*frame, DW_AT_call_line);
  }
  return !frames.empty();
}

bool Find(const dwreloc::File& file, const dwreloc::Relocatable& pc) {
  if (const auto arange = file.FindArange(pc)) {
    const auto unit = file.FindUnit(arange->unit_place());
    if (unit) return Symbolize(*unit, pc);
  }
  // Compilers may leave units out of .debug_aranges, or write none.
  for (const dwreloc::Unit& unit : file.units()) {
    if (unit.die().HasPc(pc) && Symbolize(unit, pc)) return true;
  }
  return false;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) {
    std::cerr << "usage: symbolize FILE SECTION OFFSET\n";
    return 2;
  }
  try {
    const dwreloc::File file(argv[1]);
    const auto section = file.FindSection(argv[2]);
    if (!section) {
      std::cerr << "no section " << argv[2] << '\n';
      return 1;
    }
    const bool is_found = Find(
        file,
        file.ValueAt(section->index(), std::strtoull(argv[3], nullptr, 0)));
    if (!is_found) std::cout << "??\n";
    return is_found ? 0 : 1;
  } catch (const dwreloc::Error& error) {
    std::cerr << error.what() << '\n';
    return 1;
  }
}
