// Places of a module's sections as the kernel, or a text, gives them.
//
// Linux has one file per loaded section in /sys/module/NAME/sections, named
// after the section, with its address in hexadecimal (kernel/module/sysfs.c).
// A copy of such a directory will do.  A text has a line per section.
// Tested by tests/unit/module/section_addresses_test.cc.

#ifndef LIBDWRELOC_PLACING_SECTION_ADDRESSES_H_
#define LIBDWRELOC_PLACING_SECTION_ADDRESSES_H_

#include <cstdint>
#include <string_view>
#include <vector>

#include "base/status.h"
#include "elf/elf_file.h"
#include "placing/resolver.h"

namespace dwreloc::internal {

struct NamedAddress {
  std::string_view name;
  uint64_t address = 0;
};

// Lines of "NAME ADDRESS", the address in hexadecimal with or without 0x; blank
// lines and those that begin with # are passed over.  Borrows the text. The
// error names the line that is something else.
absl::StatusOr<std::vector<NamedAddress>> ParseAddresses(std::string_view text);

// Places the loaded sections that are named; of several of one name, the first
// (so does the kernel).  Those that are not named are absent.  An address of 0
// is one that the kernel hides (kptr_restrict), and .data..percpu has none that
// a reader could use: their places stay unknown.
// Returns the number of sections that have a place.
// REQUIRES: the file is relocatable.
absl::StatusOr<int> PlaceAddresses(const ElfFile& file, Resolver& resolver,
                                   const std::vector<NamedAddress>& addresses);

// The same from a directory with a file per section.
absl::StatusOr<int> PlaceFromDirectory(const ElfFile& file, Resolver& resolver,
                                       const char* path);

}  // namespace dwreloc::internal

#endif  // LIBDWRELOC_PLACING_SECTION_ADDRESSES_H_
