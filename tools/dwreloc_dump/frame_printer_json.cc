// frame_printer_json.cc - see frame_printer.h.
#include <span>
#include <string_view>

#include "dwarf_numbers.h"
#include "frame_printer.h"
#include "quote.h"

namespace dwreloc_dump {

void FramePrinter::Json() {
  out_.Text(entry_.is_cie != 0 ? R"({"kind":"cie",)" : R"({"kind":"fde",)");
  out_.Text(context_.values.SectionJson(section_));
  out_.Text(R"(,"offset":)");
  out_.Decimal(entry_.offset);
  out_.Text(R"(,"size":)");
  out_.Decimal(entry_.end - entry_.offset);
  if (entry_.is_cie != 0)
    CieJson();
  else
    FdeJson();
  std::string_view separator;
  out_.Text(R"(,"instructions":[)");
  EachInstruction([&](const Dwreloc_Cfi_Instruction& one) {
    out_.Text(separator);
    separator = ",";
    InstructionJson(one);
  });
  separator = "";
  out_.Text(R"(],"rows":[)");
  EachRow([&](const Dwreloc_Cfi_Row& row) {
    out_.Text(separator);
    separator = ",";
    RowJson(row);
  });
  out_.Text("]}\n");
}

void FramePrinter::CieJson() {
  out_.Text(R"(,"version":)");
  out_.Decimal(entry_.version);
  out_.Text(R"(,"augmentation":)");
  AppendJsonString(out_, entry_.augmentation);
  out_.Text(R"(,"address_size":)");
  out_.Decimal(entry_.address_size);
  out_.Text(R"(,"code_alignment_factor":)");
  out_.Decimal(entry_.code_alignment_factor);
  out_.Text(R"(,"data_alignment_factor":)");
  out_.Signed(entry_.data_alignment_factor);
  out_.Text(R"(,"return_address_register":)");
  out_.Decimal(entry_.return_address_register);
  if (entry_.augmentation_data == nullptr) return;
  out_.Text(R"(,"fde_encoding":)");
  out_.Decimal(entry_.fde_encoding);
  if (entry_.lsda_encoding != DW_EH_PE_omit) {
    out_.Text(R"(,"lsda_encoding":)");
    out_.Decimal(entry_.lsda_encoding);
  }
  if (entry_.personality_encoding != DW_EH_PE_omit) {
    out_.Text(R"(,"personality_encoding":)");
    out_.Decimal(entry_.personality_encoding);
    out_.Text(R"(,"personality":)");
    context_.values.Json(entry_.personality, where());
  }
}

void FramePrinter::NumberJson(const Dwreloc_Relocatable& value) {
  if (value.kind == DWRELOC_CONSTANT)
    out_.Decimal(value.value);
  else
    context_.values.Json(value, where());
}

void FramePrinter::FdeJson() {
  out_.Text(R"(,"cie":)");
  out_.Decimal(entry_.cie);
  if (entry_.cie_section != entry_.section) {
    out_.Text(R"(,"cie_section_index":)");
    out_.Decimal(entry_.cie_section);
  }
  out_.Text(R"(,"begin":)");
  context_.values.Json(entry_.initial_location, where());
  out_.Text(R"(,"range":)");
  NumberJson(entry_.address_range);
  if (entry_.has_lsda != 0) {
    out_.Text(R"(,"lsda":)");
    context_.values.Json(entry_.lsda, where());
  }
}

void FramePrinter::InstructionJson(const Dwreloc_Cfi_Instruction& instruction) {
  out_.Text(R"({"op":")");
  out_.Text(CfaName(instruction.opcode));
  out_.Char('"');
  if (instruction.moves_location != 0) {
    if (instruction.opcode == DW_CFA_set_loc) {
      out_.Text(R"(,"location":)");
      context_.values.Json(instruction.location,
                           {section_, instruction.offset});
    } else {
      out_.Text(R"(,"delta":)");
      NumberJson(instruction.location);
    }
  }
  if (instruction.operand_count != 0) {
    std::string_view separator;
    out_.Text(R"(,"operands":[)");
    for (unsigned i = 0; i < instruction.operand_count; ++i) {
      out_.Text(separator);
      separator = ",";
      if ((instruction.is_signed >> i & 1) != 0)
        out_.Signed(static_cast<std::int64_t>(instruction.operands[i]));
      else
        out_.Decimal(instruction.operands[i]);
    }
    out_.Char(']');
  }
  if (instruction.has_expression != 0) {
    out_.Text(R"(,"expression":)");
    Expression(instruction.expression_offset, instruction.expression_size);
  }
  out_.Char('}');
}

// The members of a rule behind its register.
void FramePrinter::RuleJson(const Dwreloc_Cfi_Rule& rule) {
  static constexpr std::string_view kNames[] = {
      "none",     "undefined",  "same_value",     "offset",        "val_offset",
      "register", "expression", "val_expression", "architectural", "register"};
  out_.Text(R"("rule":")");
  out_.Text(kNames[rule.kind]);
  out_.Char('"');
  switch (rule.kind) {
    case DWRELOC_CFI_CFA_REGISTER:
      out_.Text(R"(,"register":)");
      out_.Decimal(rule.number);
      [[fallthrough]];
    case DWRELOC_CFI_OFFSET:
    case DWRELOC_CFI_VAL_OFFSET:
      out_.Text(R"(,"offset":)");
      out_.Signed(rule.value);
      if (rule.address_space != 0) {
        out_.Text(R"(,"address_space":)");
        out_.Decimal(rule.address_space);
      }
      break;
    case DWRELOC_CFI_REGISTER:
      out_.Text(R"(,"in":)");
      out_.Decimal(static_cast<std::uint64_t>(rule.value));
      break;
    case DWRELOC_CFI_EXPRESSION:
    case DWRELOC_CFI_VAL_EXPRESSION:
      out_.Text(R"(,"expression":)");
      Expression(rule);
      break;
    case DWRELOC_CFI_ARCHITECTURAL:
      out_.Text(R"(,"value":)");
      out_.Decimal(static_cast<std::uint64_t>(rule.value));
      break;
    default:
      break;
  }
}

void FramePrinter::RowJson(const Dwreloc_Cfi_Row& row) {
  out_.Char('{');
  if (entry_.is_cie == 0) {
    out_.Text(R"("begin":)");
    context_.values.Json(row.begin, where());
    out_.Text(R"(,"end":)");
    context_.values.Json(row.end, where());
    out_.Char(',');
  }
  out_.Text(R"("cfa":)");
  if (row.cfa.kind == DWRELOC_CFI_NONE) {
    out_.Text("null");
  } else {
    out_.Char('{');
    RuleJson(row.cfa);
    out_.Char('}');
  }
  out_.Text(R"(,"registers":[)");
  std::string_view separator;
  for (const Dwreloc_Cfi_Rule& rule :
       std::span(row.registers, row.register_count)) {
    out_.Text(separator);
    separator = ",";
    out_.Text(R"({"register":)");
    out_.Decimal(rule.number);
    out_.Char(',');
    RuleJson(rule);
    out_.Char('}');
  }
  out_.Char(']');
  if (row.args_size != 0) {
    out_.Text(R"(,"args_size":)");
    out_.Decimal(row.args_size);
  }
  out_.Char('}');
}

}  // namespace dwreloc_dump
