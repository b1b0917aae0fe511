// line_instructions.cc - see line_instructions.h.
#include "line_instructions.h"

#include <dwreloc/dwarf.h>

#include <algorithm>
#include <string_view>

#include "common/json.h"
#include "names.h"
#include "operands.h"

namespace dwreloc_tools {
namespace {

// Unknown standard opcodes may have more operands.
int GivenOperands(const Dwreloc_Line_Instruction& instruction) {
  return std::min<int>(instruction.operand_count,
                       std::size(instruction.operands));
}

const std::uint8_t* BytesOf(const Dwreloc_Line_Instruction& instruction,
                            const Dwreloc_Operand& operand) {
  return instruction.bytes + (operand.offset - instruction.offset);
}

// "DW_LNS_copy"; "0x80", written into `room`, if it has no name.
std::string_view NameOf(const Dwreloc_Line_Instruction& instruction,
                        char (&room)[18]) {
  const char* const name = instruction.opcode_class == DWRELOC_LINE_STANDARD
                               ? dwreloc_lns_name(instruction.opcode)
                               : dwreloc_lne_name(instruction.opcode);
  if (name != nullptr) return name;
  return {room, PutHex(room, instruction.opcode)};
}

bool IsConstAddPc(const Dwreloc_Line_Instruction& instruction) {
  return instruction.opcode_class == DWRELOC_LINE_STANDARD &&
         instruction.opcode == DW_LNS_const_add_pc;
}

class InstructionPrinter {
 public:
  InstructionPrinter(Context& context, const Dwreloc_Line_Info& info)
      : context_(context), out_(context.out), info_(info) {}

  void Text(const Dwreloc_Line_Instruction& instruction);
  void Json(const Dwreloc_Line_Instruction& instruction);

 private:
  void Name(const Dwreloc_Line_Instruction& instruction);
  void SpecialText(const Dwreloc_Line_Instruction& instruction);

  Context& context_;
  Output& out_;
  const Dwreloc_Line_Info& info_;
};

void InstructionPrinter::Name(const Dwreloc_Line_Instruction& instruction) {
  char room[18];
  const std::string_view name = NameOf(instruction, room);
  const bool is_standard = instruction.opcode_class == DWRELOC_LINE_STANDARD;
  if (!name.starts_with("DW_")) out_.Text(is_standard ? "DW_LNS " : "DW_LNE ");
  out_.Text(name);
}

// After the offset; most instructions are special ones.
void InstructionPrinter::SpecialText(
    const Dwreloc_Line_Instruction& instruction) {
  char* p = PutText(out_.Reserve(128), "special ");
  p = PutDecimal(p, instruction.opcode);
  p = PutText(p, ": operations += ");
  p = PutDecimal(p, instruction.operation_advance);
  p = PutText(p, ", line += ");
  p = PutSigned(p, instruction.line_advance);
  *p++ = '\n';
  out_.Commit(p);
}

void InstructionPrinter::Text(const Dwreloc_Line_Instruction& instruction) {
  char* p = out_.Reserve(64);
  p = PutText(p, context_.palette.offset);
  p = PutHex(p, instruction.offset, 8);
  p = PutText(p, context_.palette.end);
  out_.Commit(PutText(p, ": "));
  if (instruction.opcode_class == DWRELOC_LINE_SPECIAL) {
    SpecialText(instruction);
    return;
  }
  Name(instruction);
  for (int i = 0; i < GivenOperands(instruction); ++i) {
    const Dwreloc_Operand& operand = instruction.operands[i];
    out_.Char(' ');
    OperandText(out_, context_.values, operand, BytesOf(instruction, operand),
                info_.section);
  }
  if (GivenOperands(instruction) < instruction.operand_count) out_.Text(" ...");
  if (IsConstAddPc(instruction)) {
    out_.Text(": operations += ");
    out_.Decimal(instruction.operation_advance);
  }
  out_.Char('\n');
}

void InstructionPrinter::Json(const Dwreloc_Line_Instruction& instruction) {
  static constexpr std::string_view kClasses[] = {"standard", "extended",
                                                  "special"};
  const bool is_special = instruction.opcode_class == DWRELOC_LINE_SPECIAL;
  JsonObject json(out_, "line_instruction");
  json.Keys(context_.values.SectionJson(info_.section));
  json.Number("table", info_.offset);
  json.Number("offset", instruction.offset);
  json.Number("size", instruction.size);
  json.Name("class", kClasses[instruction.opcode_class]);
  json.Number("opcode", instruction.opcode);
  char room[18];
  if (!is_special) json.Name("op", NameOf(instruction, room));
  json.Key("operands");
  out_.Char('[');
  JsonComma comma(out_);
  for (int i = 0; i < GivenOperands(instruction); ++i) {
    const Dwreloc_Operand& operand = instruction.operands[i];
    comma();
    OperandJson(out_, context_.values, operand, BytesOf(instruction, operand),
                info_.section);
  }
  out_.Char(']');
  json.Number("operand_count", instruction.operand_count);
  if (is_special || IsConstAddPc(instruction))
    json.Number("operation_advance", instruction.operation_advance);
  if (is_special) json.Signed("line_advance", instruction.line_advance);
  json.EndLine();
}

}  // namespace

void LineProgramJson(Context& context, const Dwreloc_Line_Info& info,
                     const LineUnit& unit) {
  JsonObject json(context.out, "line_program");
  json.Number("unit", unit.offset.value_or(DWRELOC_NO_OFFSET),
              DWRELOC_NO_OFFSET);
  json.Keys(context.values.SectionJson(info.section));
  json.Number("offset", info.offset);
  json.Number("program_offset", info.program_offset);
  json.Number("end", info.end);
  json.Number("version", info.version);
  json.Number("offset_size", info.offset_size);
  json.Number("address_size", info.address_size);
  json.Number("minimum_instruction_length", info.minimum_instruction_length);
  json.Number("maximum_operations_per_instruction",
              info.maximum_operations_per_instruction);
  json.Bool("default_is_stmt", info.default_is_stmt != 0);
  json.Signed("line_base", info.line_base);
  json.Number("line_range", info.line_range);
  json.Number("opcode_base", info.opcode_base);
  json.Number("unit_section_index", unit.section, DWRELOC_NO_SECTION);
  json.EndLine();
}

void LineInstructions(Context& context, const Dwreloc_Line_Table* table,
                      const Dwreloc_Line_Info& info) {
  Dwreloc_Line_Instructions instructions;
  if (dwreloc_line_instructions_begin(table, &instructions) < 0) {
    context.report.LastError();
    return;
  }
  InstructionPrinter printer(context, info);
  Dwreloc_Line_Instruction instruction;
  int result;
  while ((result = dwreloc_line_instructions_next(&instructions,
                                                  &instruction)) > 0) {
    if (!context.WantsOffset(instruction.offset)) continue;
    if (context.json())
      printer.Json(instruction);
    else
      printer.Text(instruction);
    context.report.FlushObjects();
  }
  if (result < 0) context.report.LastError();
  context.report.FlushObjects();
  if (!context.json()) context.out.Char('\n');
}

}  // namespace dwreloc_tools
