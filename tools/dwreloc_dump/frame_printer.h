// frame_printer.h - one section of call frame information, printed.
//
// Prints for each CIE and FDE its header, its instructions, and the resulting
// rows.  In text as llvm-dwarfdump shows them; in JSON an object per entry
// (docs/json.md).  Registers have DWARF's numbers.
// Tested by tests/cli/frames_test.py.
#ifndef DWRELOC_TOOLS_DWRELOC_DUMP_FRAME_PRINTER_H_
#define DWRELOC_TOOLS_DWRELOC_DUMP_FRAME_PRINTER_H_

#include <cstdint>
#include <dwreloc/dwreloc.hpp>
#include <string>

#include "common/json.h"
#include "context.h"

namespace dwreloc_tools {

// Thread-safety: one thread.
class FramePrinter {
 public:
  FramePrinter(Context& context, std::uint32_t section)
      : context_(context),
        out_(context.out),
        section_(section),
        machine_(context.file.info().e_machine) {}

  void Print();

 private:
  Where where() const { return {section_, entry_.offset}; }
  std::string CfaName(std::uint8_t opcode) const {
    return NameOrNumber(dwreloc_cfa_name(opcode, machine_), opcode);
  }
  // Calls print(instruction) and print(row) for each; reports errors.
  template <typename PrintOne>
  void EachInstruction(PrintOne print);
  template <typename PrintOne>
  void EachRow(PrintOne print);
  void Expression(std::uint64_t offset, std::uint64_t size);
  void Expression(const Dwreloc_Cfi_Rule& rule);
  // Prints the expression of a call that returned `result`.
  void Expression(int result, const Dwreloc_Expression& expression);

  void Text();
  void CieText();
  void FdeText();
  void InstructionText(const Dwreloc_Cfi_Instruction& instruction);
  void RowText(const Dwreloc_Cfi_Row& row);
  void RuleText(const Dwreloc_Cfi_Rule& rule);
  void SignedText(std::int64_t number);
  // Prints a number, without leading zeros, if it is one, else a value.
  void NumberText(const Dwreloc_Relocatable& value);

  void Json();
  void CieJson(JsonObject& json);
  void CieFlags(JsonObject& json);
  void FdeJson(JsonObject& json);
  void InstructionJson(const Dwreloc_Cfi_Instruction& instruction);
  void RowJson(const Dwreloc_Cfi_Row& row);
  void RuleJson(JsonObject& json, const Dwreloc_Cfi_Rule& rule);
  // Prints a number if it is one, else a VALUE.
  void NumberJson(const Dwreloc_Relocatable& value);

  Context& context_;
  Output& out_;
  const std::uint32_t section_;
  const std::uint16_t machine_;
  Dwreloc_Cfi_Entry entry_{};
};

// Implementation.

template <typename PrintOne>
void FramePrinter::EachInstruction(PrintOne print) {
  Dwreloc_Cfi_Instructions instructions;
  Dwreloc_Cfi_Instruction instruction;
  int result = dwreloc_cfi_instructions_begin(&entry_, &instructions);
  while (result >= 0 && (result = dwreloc_cfi_instructions_next(
                             &instructions, &instruction)) > 0)
    print(instruction);
  if (result < 0) context_.report.LastError();
}

template <typename PrintOne>
void FramePrinter::EachRow(PrintOne print) {
  Dwreloc_Cfi_Rows rows;
  Dwreloc_Cfi_Row row;
  int result = dwreloc_cfi_rows_begin(&entry_, &rows);
  while (result >= 0 && (result = dwreloc_cfi_rows_next(&rows, &row)) > 0)
    print(row);
  if (result < 0) context_.report.LastError();
}

}  // namespace dwreloc_tools

#endif  // DWRELOC_TOOLS_DWRELOC_DUMP_FRAME_PRINTER_H_
