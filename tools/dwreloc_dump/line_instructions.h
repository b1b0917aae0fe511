// line_instructions.h - the program of a line table, instruction by
// instruction, for --lines --instructions.
//
// Tested by tests/cli/line_instructions_test.py.
#ifndef DWRELOC_TOOLS_DWRELOC_DUMP_LINE_INSTRUCTIONS_H_
#define DWRELOC_TOOLS_DWRELOC_DUMP_LINE_INSTRUCTIONS_H_

#include <cstdint>
#include <optional>

#include "context.h"

namespace dwreloc_tools {

// The unit that a table is printed for; no offset: none.
struct LineUnit {
  std::optional<std::uint64_t> offset;
  std::uint32_t section = DWRELOC_NO_SECTION;
};

// The object of JSON that says how the instructions are to be read.
void LineProgramJson(Context& context, const Dwreloc_Line_Info& info,
                     const LineUnit& unit);

// Prints all instructions.
void LineInstructions(Context& context, const Dwreloc_Line_Table* table,
                      const Dwreloc_Line_Info& info);

}  // namespace dwreloc_tools

#endif  // DWRELOC_TOOLS_DWRELOC_DUMP_LINE_INSTRUCTIONS_H_
