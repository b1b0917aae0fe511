// raw_lists.h - range and location lists as stored, and the view numbers that
// belong to them, for --ranges and --locations with --raw.
//
// Tested by tests/cli/raw_lists_test.py.
#ifndef DWRELOC_TOOLS_DWRELOC_DUMP_RAW_LISTS_H_
#define DWRELOC_TOOLS_DWRELOC_DUMP_RAW_LISTS_H_

#include "context.h"
#include "walk.h"

namespace dwreloc_tools {

// The list of DW_AT_ranges.
void RawRanges(Context& context, const WalkedDie& walked);

// Returns true if the attribute is a location list, or its views.
bool IsRaw(const Dwreloc_Attribute& attribute);
void RawLocations(Context& context, const WalkedDie& walked,
                  const Dwreloc_Attribute& attribute);

}  // namespace dwreloc_tools

#endif  // DWRELOC_TOOLS_DWRELOC_DUMP_RAW_LISTS_H_
