// Reads location lists and the expressions in them: all that the attributes of
// a whole file refer to, or of a built file the one in .debug_loc or
// .debug_loclists.
//
// Sections of built files: .debug_loc and .debug_loclists by the control byte
// (see AddListUnit), .debug_addr.

#include <cstddef>
#include <cstdint>

#include "dwarf/lists/loc.h"
#include "fuzz_file.h"
#include "read_lists.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace dwreloc::internal;
  const bool is_v5 = size > 1 && (data[1] & 3) == 3;
  const FuzzFile file(data, size,
                      {is_v5 ? ".debug_loclists" : ".debug_loc", ".debug_addr"},
                      [](ElfBuilder& elf, uint8_t control) {
                        AddListUnit(elf, control, DW_AT_location);
                      });
  if (!file.ok()) return 0;
  ForEachOfClass(file, AttributeClass::kLoclist, ReadList<LocationList>);
  return 0;
}
