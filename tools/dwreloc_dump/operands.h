// operands.h - one Dwreloc_Operand, printed: of line programs and lists as
// stored.
//
// In JSON an OPERAND object (docs/json.md).
// Tested by tests/cli/line_instructions_test.py.
#ifndef DWRELOC_TOOLS_DWRELOC_DUMP_OPERANDS_H_
#define DWRELOC_TOOLS_DWRELOC_DUMP_OPERANDS_H_

#include <cstdint>

#include "common/output.h"
#include "values.h"

namespace dwreloc_tools {

// `bytes` are those of the operand.
void OperandText(Output& out, Values& values, const Dwreloc_Operand& operand,
                 const std::uint8_t* bytes, std::uint32_t section);
void OperandJson(Output& out, Values& values, const Dwreloc_Operand& operand,
                 const std::uint8_t* bytes, std::uint32_t section);

}  // namespace dwreloc_tools

#endif  // DWRELOC_TOOLS_DWRELOC_DUMP_OPERANDS_H_
