// elf_names.cc - see elf_names.h.
#include "elf_names.h"

#include <dwreloc/dwreloc.h>

#include "names.h"

namespace dwreloc_tools {
namespace {

struct Constant {
  std::uint32_t value;
  const char* name;
};

template <std::size_t N>
std::string Find(const Constant (&constants)[N], std::uint32_t value) {
  for (const Constant& constant : constants)
    if (constant.value == value) return constant.name;
  return NameOrNumber(nullptr, value);
}

}  // namespace

std::string FileTypeName(unsigned e_type) {
  static constexpr Constant kTypes[] = {{0, "ET_NONE"},
                                        {1, "ET_REL"},
                                        {2, "ET_EXEC"},
                                        {3, "ET_DYN"},
                                        {4, "ET_CORE"}};
  return Find(kTypes, e_type);
}

std::string SectionTypeName(std::uint32_t sh_type) {
  static constexpr Constant kTypes[] = {
      {0, "SHT_NULL"},
      {1, "SHT_PROGBITS"},
      {2, "SHT_SYMTAB"},
      {3, "SHT_STRTAB"},
      {4, "SHT_RELA"},
      {5, "SHT_HASH"},
      {6, "SHT_DYNAMIC"},
      {7, "SHT_NOTE"},
      {8, "SHT_NOBITS"},
      {9, "SHT_REL"},
      {10, "SHT_SHLIB"},
      {11, "SHT_DYNSYM"},
      {14, "SHT_INIT_ARRAY"},
      {15, "SHT_FINI_ARRAY"},
      {16, "SHT_PREINIT_ARRAY"},
      {17, "SHT_GROUP"},
      {18, "SHT_SYMTAB_SHNDX"},
      {19, "SHT_RELR"},
      {20, "SHT_CREL"},
      {0x40000014, "SHT_CREL"},
      {0x6fff4c03, "SHT_LLVM_ADDRSIG"},
      {0x6ffffff6, "SHT_GNU_HASH"},
      {0x6ffffffd, "SHT_GNU_verdef"},
      {0x6ffffffe, "SHT_GNU_verneed"},
      {0x6fffffff, "SHT_GNU_versym"},
  };
  return Find(kTypes, sh_type);
}

std::string SymbolTypeName(unsigned type) {
  static constexpr Constant kTypes[] = {
      {0, "STT_NOTYPE"},  {1, "STT_OBJECT"},    {2, "STT_FUNC"},
      {3, "STT_SECTION"}, {4, "STT_FILE"},      {5, "STT_COMMON"},
      {6, "STT_TLS"},     {10, "STT_GNU_IFUNC"}};
  return Find(kTypes, type);
}

std::string SymbolBindingName(unsigned binding) {
  static constexpr Constant kBindings[] = {{0, "STB_LOCAL"},
                                           {1, "STB_GLOBAL"},
                                           {2, "STB_WEAK"},
                                           {10, "STB_GNU_UNIQUE"}};
  return Find(kBindings, binding);
}

std::string SymbolVisibilityName(unsigned visibility) {
  static constexpr Constant kVisibilities[] = {{0, "STV_DEFAULT"},
                                               {1, "STV_INTERNAL"},
                                               {2, "STV_HIDDEN"},
                                               {3, "STV_PROTECTED"}};
  return Find(kVisibilities, visibility);
}

std::string SectionFlagLetters(std::uint64_t sh_flags) {
  struct Flag {
    std::uint64_t bit;
    char letter;
  };
  static constexpr Flag kFlags[] = {
      {0x1, 'W'},   {0x2, 'A'},   {0x4, 'X'},   {0x10, 'M'},
      {0x20, 'S'},  {0x40, 'I'},  {0x80, 'L'},  {0x100, 'O'},
      {0x200, 'G'}, {0x400, 'T'}, {0x800, 'C'}, {0x80000000, 'E'}};
  std::string letters;
  for (const Flag& flag : kFlags) {
    if ((sh_flags & flag.bit) != 0) letters += flag.letter;
    sh_flags &= ~flag.bit;
  }
  if (sh_flags != 0) letters += 'x';
  return letters;
}

std::string SpecialSectionName(unsigned e_machine, unsigned st_shndx) {
  return NameOrNumber(dwreloc_special_index_name(e_machine, st_shndx),
                      st_shndx);
}

}  // namespace dwreloc_tools
