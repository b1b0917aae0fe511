// placement.h - places a file's sections and symbols as the options say:
// --offline, then --place-from and --symbols-from, then --place.
// Tested by tests/cli/values_test.py.
#ifndef DWRELOC_TOOLS_DWRELOC_DUMP_PLACEMENT_H_
#define DWRELOC_TOOLS_DWRELOC_DUMP_PLACEMENT_H_

#include <dwreloc/dwreloc.hpp>
#include <vector>

#include "options.h"
#include "report.h"

namespace dwreloc_tools {

// Adds a complaint for each thing that cannot be placed.
void PlaceAll(const Options& options, dwreloc::File& file,
              std::vector<Complaint>& complaints);

}  // namespace dwreloc_tools

#endif  // DWRELOC_TOOLS_DWRELOC_DUMP_PLACEMENT_H_
