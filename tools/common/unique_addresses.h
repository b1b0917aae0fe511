// unique_addresses.h - addresses for the code of an unlinked file, one for each
// byte, so that an address alone says what is meant.
//
// Scripts take the address of a symbol from nm, add an offset, and ask
// addr2line.  In an unlinked file every section begins at 0, and the answer is
// about another section.  dwreloc-nm prints these addresses instead, and
// dwreloc-addr2line takes them: no offset in a section is as large.
// Tested by tests/cli/addr2line_test.py.
#ifndef DWRELOC_TOOLS_COMMON_UNIQUE_ADDRESSES_H_
#define DWRELOC_TOOLS_COMMON_UNIQUE_ADDRESSES_H_

#include <cstdint>
#include <dwreloc/dwreloc.hpp>

namespace dwreloc_tools {

// Lays the sections of an unlinked file out from 4 GiB on, those of a 32-bit
// one from 2 GiB on.
inline void PlaceUniquely(dwreloc::File& file) {
  if (file.info().relocatable == 0) return;
  const bool is_64 = file.info().elf_class == 64;
  file.PlaceOffline(std::uint64_t{1} << (is_64 ? 32 : 31));
}

}  // namespace dwreloc_tools

#endif  // DWRELOC_TOOLS_COMMON_UNIQUE_ADDRESSES_H_
