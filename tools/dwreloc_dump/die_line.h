// die_line.h - which DIE a list belongs to, as --ranges and --locations say it.
//
// Tested by tests/cli/lists_test.py.
#ifndef DWRELOC_TOOLS_DWRELOC_DUMP_DIE_LINE_H_
#define DWRELOC_TOOLS_DWRELOC_DUMP_DIE_LINE_H_

#include "common/json.h"
#include "context.h"
#include "walk.h"

namespace dwreloc_tools {

// "0x0000002d: DW_TAG_subprogram".
void DieLine(Context& context, const WalkedDie& walked);
// "die" and "section".
void DieKeys(Context& context, JsonObject& json, const WalkedDie& walked);

}  // namespace dwreloc_tools

#endif  // DWRELOC_TOOLS_DWRELOC_DUMP_DIE_LINE_H_
