// Reads range lists: all that the attributes of a whole file refer to, or of a
// built file the one in .debug_ranges or .debug_rnglists.
//
// Sections of built files: .debug_ranges and .debug_rnglists by the control
// byte (see AddListUnit), .debug_addr.

#include <cstddef>
#include <cstdint>

#include "dwarf/lists/ranges.h"
#include "fuzz_file.h"
#include "read_lists.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace dwreloc::internal;
  const bool is_v5 = size > 1 && (data[1] & 3) == 3;
  const FuzzFile file(
      data, size, {is_v5 ? ".debug_rnglists" : ".debug_ranges", ".debug_addr"},
      [](ElfBuilder& elf, uint8_t control) {
        AddListUnit(elf, control, DW_AT_ranges);
      });
  if (!file.ok()) return 0;
  ForEachOfClass(file, AttributeClass::kRnglist, ReadList<RangeList>);
  return 0;
}
