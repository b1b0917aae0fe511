// frame_printer_text.cc - see frame_printer.h.
#include <dwreloc/dwarf.h>

#include <span>
#include <string_view>

#include "common/quote.h"
#include "frame_printer.h"

namespace dwreloc_tools {

void FramePrinter::Text() {
  out_.Text(context_.palette.offset);
  out_.Hex(entry_.offset, 8);
  out_.Text(context_.palette.end);
  if (entry_.is_cie != 0)
    CieText();
  else
    FdeText();
  EachInstruction(
      [this](const Dwreloc_Cfi_Instruction& one) { InstructionText(one); });
  out_.Char('\n');
  EachRow([this](const Dwreloc_Cfi_Row& row) { RowText(row); });
  out_.Char('\n');
}

void FramePrinter::CieText() {
  out_.Text(": CIE version = ");
  out_.Decimal(entry_.version);
  out_.Text(", format = ");
  out_.Text(entry_.offset_size == 8 ? "DWARF64" : "DWARF32");
  out_.Text(", augmentation = \"");
  AppendEscaped(out_, entry_.augmentation);
  out_.Text("\", address_size = ");
  out_.Decimal(entry_.address_size);
  out_.Text(", code_align = ");
  out_.Decimal(entry_.code_alignment_factor);
  out_.Text(", data_align = ");
  out_.Signed(entry_.data_alignment_factor);
  out_.Text(", return_address = r");
  out_.Decimal(entry_.return_address_register);
  if (entry_.is_signal_frame != 0) out_.Text(", signal_frame");
  if (entry_.is_b_key_frame != 0) out_.Text(", b_key_frame");
  if (entry_.is_mte_tagged_frame != 0) out_.Text(", mte_tagged_frame");
  if (entry_.is_understood == 0 || entry_.unknown_augmentation != '\0')
    out_.Text(", unknown augmentation");
  if (entry_.personality_encoding != DW_EH_PE_omit) {
    out_.Text(", personality = ");
    if ((entry_.personality_encoding & DW_EH_PE_indirect) != 0) out_.Char('*');
    context_.values.Text(entry_.personality, where());
  }
  out_.Char('\n');
}

void FramePrinter::FdeText() {
  out_.Text(": FDE cie = ");
  if (entry_.cie_section != entry_.section) {
    out_.Text(context_.values.SectionLabel(entry_.cie_section));
    out_.Char('+');
  }
  out_.Hex(entry_.cie, 8);
  out_.Text(", pc = ");
  context_.values.Text(entry_.initial_location, where());
  out_.Text(", range = ");
  NumberText(entry_.address_range);
  if (entry_.has_lsda != 0 || entry_.has_null_lsda != 0) {
    out_.Text(", lsda = ");
    if ((entry_.lsda_encoding & DW_EH_PE_indirect) != 0 && entry_.has_lsda != 0)
      out_.Char('*');
    context_.values.Text(entry_.lsda, where());
  }
  out_.Char('\n');
}

void FramePrinter::NumberText(const Dwreloc_Relocatable& value) {
  if (value.kind == DWRELOC_CONSTANT)
    out_.Hex(value.value);
  else
    context_.values.Text(value, where());
}

void FramePrinter::SignedText(std::int64_t number) {
  if (number >= 0) out_.Char('+');
  out_.Signed(number);
}

// Prints the operands in the form that suits the operation.
void FramePrinter::InstructionText(const Dwreloc_Cfi_Instruction& instruction) {
  out_.Text("  ");
  out_.Text(CfaName(instruction.opcode));
  std::string_view separator = ": ";
  if (instruction.moves_location != 0) {
    out_.Text(separator);
    separator = " ";
    if (instruction.opcode == DW_CFA_set_loc)
      context_.values.Text(instruction.location,
                           {section_, instruction.offset});
    else
      NumberText(instruction.location);
  }
  for (unsigned i = 0; i < instruction.operand_count; ++i) {
    out_.Text(separator);
    separator = " ";
    if ((instruction.is_signed >> i & 1) != 0)
      SignedText(static_cast<std::int64_t>(instruction.operands[i]));
    else
      out_.Decimal(instruction.operands[i]);
  }
  if (instruction.has_expression != 0) {
    out_.Text(separator);
    Expression(instruction.expression_offset, instruction.expression_size);
  }
  out_.Char('\n');
}

void FramePrinter::RuleText(const Dwreloc_Cfi_Rule& rule) {
  const std::uint64_t value = static_cast<std::uint64_t>(rule.value);
  switch (rule.kind) {
    case DWRELOC_CFI_UNDEFINED:
      out_.Text("undefined");
      break;
    case DWRELOC_CFI_SAME_VALUE:
      out_.Text("same");
      break;
    case DWRELOC_CFI_OFFSET:
      out_.Text("[CFA");
      SignedText(rule.value);
      out_.Char(']');
      break;
    case DWRELOC_CFI_VAL_OFFSET:
      out_.Text("CFA");
      SignedText(rule.value);
      break;
    case DWRELOC_CFI_REGISTER:
      out_.Char('r');
      out_.Decimal(value);
      break;
    case DWRELOC_CFI_EXPRESSION:
      out_.Char('[');
      Expression(rule);
      out_.Char(']');
      break;
    case DWRELOC_CFI_VAL_EXPRESSION:
      Expression(rule);
      break;
    case DWRELOC_CFI_ARCHITECTURAL:
      out_.Decimal(value);
      break;
    case DWRELOC_CFI_CFA_REGISTER:
      out_.Char('r');
      out_.Decimal(rule.number);
      SignedText(rule.value);
      if (rule.address_space != 0) {
        out_.Text(" in addrspace");
        out_.Decimal(rule.address_space);
      }
      break;
    default:
      out_.Text("unspecified");
      break;
  }
}

void FramePrinter::RowText(const Dwreloc_Cfi_Row& row) {
  out_.Text("  ");
  if (entry_.is_cie == 0) {
    context_.values.Text(row.begin, where());
    out_.Text(": ");
  }
  out_.Text("CFA=");
  // The value is that of the expression, so no brackets are printed.
  if (row.cfa.kind == DWRELOC_CFI_EXPRESSION)
    Expression(row.cfa);
  else
    RuleText(row.cfa);
  std::string_view separator = ": ";
  for (const Dwreloc_Cfi_Rule& rule :
       std::span(row.registers, row.register_count)) {
    out_.Text(separator);
    separator = ", ";
    out_.Char('r');
    out_.Decimal(rule.number);
    out_.Char('=');
    RuleText(rule);
  }
  if (row.args_size != 0) {
    out_.Text("; args_size = ");
    out_.Decimal(row.args_size);
  }
  out_.Char('\n');
}

}  // namespace dwreloc_tools
