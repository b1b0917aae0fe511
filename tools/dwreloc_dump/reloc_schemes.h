// reloc_schemes.h - what relocating takes in memory and time, by how it is
// done.
//
// A model: bytes follow from sizes of structures, or were measured, as the man
// page and docs/debuggers.md say of each; time is known where it was measured,
// and else only to who measures it on his device (--record-ns).
// Tested by tests/cli/footprint_test.py.
#ifndef DWRELOC_TOOLS_DWRELOC_DUMP_RELOC_SCHEMES_H_
#define DWRELOC_TOOLS_DWRELOC_DUMP_RELOC_SCHEMES_H_

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "footprint.h"

namespace dwreloc_tools {

// For the records of one kind of sections.
struct SchemeCost {
  std::uint64_t bytes = 0;  // that stay
  std::uint64_t peak = 0;   // while it is done
  std::optional<std::uint64_t> ns;
};

struct Scheme {
  std::string_view key;   // in JSON
  std::string_view text;  // in the table
  std::optional<std::uint64_t> ns_per_record;
  SchemeCost loaded;  // for records of code and data
  SchemeCost debug;
};

// `record_ns`: what the user says one record takes; goes before what was
// measured.
std::vector<Scheme> RelocSchemes(const Footprint& footprint,
                                 std::optional<std::uint64_t> record_ns);

}  // namespace dwreloc_tools

#endif  // DWRELOC_TOOLS_DWRELOC_DUMP_RELOC_SCHEMES_H_
