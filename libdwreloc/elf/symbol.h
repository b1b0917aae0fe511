// One entry of the symbol table, decoded (gABI ch. 4 "Symbol Table").
//
// SHN_XINDEX is resolved: `section` is an index of a section or kNoSection,
// never a reserved index.
// Tested by tests/unit/elf/symbols_test.cc.

#ifndef LIBDWRELOC_ELF_SYMBOL_H_
#define LIBDWRELOC_ELF_SYMBOL_H_

#include <cstdint>

#include "base/status.h"

namespace dwreloc::internal {

struct Symbol {
  uint32_t name_offset = 0;       // st_name
  uint32_t section = kNoSection;  // where it is defined; SHN_XINDEX resolved
  uint16_t st_shndx = 0;          // as stored
  uint8_t type = 0;               // STT_*
  uint8_t binding = 0;            // STB_*
  uint8_t visibility = 0;         // STV_*
  uint8_t other = 0;              // st_other
  uint64_t value = 0;             // st_value
  uint64_t size = 0;              // st_size
};

}  // namespace dwreloc::internal

#endif  // LIBDWRELOC_ELF_SYMBOL_H_
