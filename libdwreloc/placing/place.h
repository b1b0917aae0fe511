// Ways to say where the sections and symbols of a file are: by name, by
// segment, and all at once.
//
// Tested by tests/unit/module/resolver_test.cc and, for the layout of
// PlaceOffline, offline_layout_test.cc.

#ifndef LIBDWRELOC_PLACING_PLACE_H_
#define LIBDWRELOC_PLACING_PLACE_H_

#include <cstdint>
#include <string_view>

#include "base/status.h"
#include "elf/elf_file.h"
#include "elf/symbols.h"
#include "placing/resolver.h"

namespace dwreloc::internal {

// How many sections have a name; how many of these can have a place, and how
// many of those take memory.
struct NamedSections {
  int found = 0;
  int placed = 0;
  int with_bytes = 0;
};

// Places every section of that name there.
NamedSections PlaceSections(const ElfFile& file, Resolver& resolver,
                            std::string_view name, uint64_t address);

// Moves the loaded sections of segment `index`, one of PT_LOAD in a linked
// file, as if the segment were loaded at `address`; returns how many there are.
absl::StatusOr<int> PlaceSegment(const ElfFile& file, Resolver& resolver,
                                 uint32_t index, uint64_t address);

// Places every undefined symbol of that name there; returns how many there are.
int PlaceSymbols(const SymbolTable& symbols, Resolver& resolver,
                 std::string_view name, uint64_t address);

// Places all SHF_ALLOC sections as LayOutOffline does, from `base` on; returns
// the end.
uint64_t PlaceOffline(const ElfFile& file, Resolver& resolver, uint64_t base);

}  // namespace dwreloc::internal

#endif  // LIBDWRELOC_PLACING_PLACE_H_
