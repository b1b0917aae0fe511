// Reads all public names and types of a whole file or of a built one.
//
// Sections of built files: .debug_gnu_pubnames or, with bit 0 of the control
// byte, .debug_pubnames; .debug_info.

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "dwarf/lookup/pubnames.h"
#include "fuzz_file.h"
#include "lookup_sets.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace dwreloc::internal;
  const bool is_plain = size > 1 && (data[1] & 1) != 0;
  const FuzzFile file(
      data, size,
      {is_plain ? ".debug_pubnames" : ".debug_gnu_pubnames", ".debug_info"});
  if (!file.ok()) return 0;
  ReadSets<PubnamesReader, Pubname>(
      file, IsPubnamesSection,
      [](const PubnamesReader& reader, const Pubname& pubname) {
        Check(pubname.die_offset != 0);
        Check(std::strlen(pubname.name.data()) == pubname.name.size());
        Check(reader.has_flags() || pubname.flags == 0);
      });
  return 0;
}
