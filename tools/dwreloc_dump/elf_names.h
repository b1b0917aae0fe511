// elf_names.h - names of the constants in ELF headers and symbols (gABI ch. 4).
//
// Only for printing: the program makes its decisions by number.  Values without
// a name are printed as hexadecimal numbers.
#ifndef DWRELOC_TOOLS_DWRELOC_DUMP_ELF_NAMES_H_
#define DWRELOC_TOOLS_DWRELOC_DUMP_ELF_NAMES_H_

#include <cstdint>
#include <string>

namespace dwreloc_tools {

std::string FileTypeName(unsigned e_type);           // "ET_REL"
std::string SectionTypeName(std::uint32_t sh_type);  // "SHT_PROGBITS"
std::string SymbolTypeName(unsigned type);           // "STT_FUNC"
std::string SymbolBindingName(unsigned binding);     // "STB_GLOBAL"
std::string SymbolVisibilityName(unsigned visibility);
// "WAX", the letters that readelf uses.
std::string SectionFlagLetters(std::uint64_t sh_flags);
// For a symbol without section: "SHN_UNDEF", "SHN_MIPS_SCOMMON", ...
std::string SpecialSectionName(unsigned e_machine, unsigned st_shndx);

}  // namespace dwreloc_tools

#endif  // DWRELOC_TOOLS_DWRELOC_DUMP_ELF_NAMES_H_
