// frame_printer_json.cc - see frame_printer.h.
#include <dwreloc/dwarf.h>

#include <span>
#include <string_view>

#include "common/json.h"
#include "common/quote.h"
#include "frame_printer.h"

namespace dwreloc_tools {

void FramePrinter::Json() {
  JsonObject json(out_);
  json.Name("kind", entry_.is_cie != 0 ? "cie" : "fde");
  json.Keys(context_.values.SectionJson(section_));
  json.Number("offset", entry_.offset);
  json.Number("size", entry_.end - entry_.offset);
  if (entry_.is_cie != 0)
    CieJson(json);
  else
    FdeJson(json);
  json.Key("instructions");
  out_.Char('[');
  JsonComma instruction_comma(out_);
  EachInstruction([&](const Dwreloc_Cfi_Instruction& one) {
    instruction_comma();
    InstructionJson(one);
  });
  out_.Char(']');
  json.Key("rows");
  out_.Char('[');
  JsonComma row_comma(out_);
  EachRow([&](const Dwreloc_Cfi_Row& row) {
    row_comma();
    RowJson(row);
  });
  out_.Char(']');
  json.Number("offset_size", entry_.offset_size);
  if (entry_.is_cie != 0)
    CieFlags(json);
  else if (entry_.cie_section != entry_.section)
    json.Number("cie_section_index", entry_.cie_section);
  if (entry_.augmentation_data != nullptr)
    json.Bytes("augmentation_data", entry_.augmentation_data,
               static_cast<std::size_t>(entry_.augmentation_size));
  json.EndLine();
}

void FramePrinter::CieJson(JsonObject& json) {
  json.Number("version", entry_.version);
  json.String("augmentation", entry_.augmentation);
  json.Number("address_size", entry_.address_size);
  json.Number("code_alignment_factor", entry_.code_alignment_factor);
  json.Signed("data_alignment_factor", entry_.data_alignment_factor);
  json.Number("return_address_register", entry_.return_address_register);
  if (entry_.augmentation_data == nullptr) return;
  json.Number("fde_encoding", entry_.fde_encoding);
  if (entry_.lsda_encoding != DW_EH_PE_omit)
    json.Number("lsda_encoding", entry_.lsda_encoding);
  if (entry_.personality_encoding != DW_EH_PE_omit) {
    json.Number("personality_encoding", entry_.personality_encoding);
    json.Key("personality");
    context_.values.Json(entry_.personality, where());
  }
}

void FramePrinter::CieFlags(JsonObject& json) {
  json.Number("segment_selector_size", entry_.segment_selector_size);
  json.Bool("is_signal_frame", entry_.is_signal_frame != 0);
  json.Bool("is_b_key_frame", entry_.is_b_key_frame != 0);
  json.Bool("is_mte_tagged_frame", entry_.is_mte_tagged_frame != 0);
  json.Bool("is_understood",
            entry_.is_understood != 0 && entry_.unknown_augmentation == '\0');
}

void FramePrinter::NumberJson(const Dwreloc_Relocatable& value) {
  if (value.kind == DWRELOC_CONSTANT)
    out_.Decimal(value.value);
  else
    context_.values.Json(value, where());
}

void FramePrinter::FdeJson(JsonObject& json) {
  json.Number("cie", entry_.cie);
  json.Key("begin");
  context_.values.Json(entry_.initial_location, where());
  json.Key("range");
  NumberJson(entry_.address_range);
  if (entry_.has_lsda != 0 || entry_.has_null_lsda != 0) {
    json.Key("lsda");
    context_.values.Json(entry_.lsda, where());
  }
}

void FramePrinter::InstructionJson(const Dwreloc_Cfi_Instruction& instruction) {
  JsonObject json(out_);
  json.Name("op", CfaName(instruction.opcode));
  if (instruction.moves_location != 0) {
    if (instruction.opcode == DW_CFA_set_loc) {
      json.Key("location");
      context_.values.Json(instruction.location,
                           {section_, instruction.offset});
    } else {
      json.Key("delta");
      NumberJson(instruction.location);
    }
  }
  if (instruction.operand_count != 0) {
    json.Key("operands");
    out_.Char('[');
    JsonComma comma(out_);
    for (unsigned i = 0; i < instruction.operand_count; ++i) {
      comma();
      if ((instruction.is_signed >> i & 1) != 0)
        out_.Signed(static_cast<std::int64_t>(instruction.operands[i]));
      else
        out_.Decimal(instruction.operands[i]);
    }
    out_.Char(']');
  }
  if (instruction.has_expression != 0)
    Expression(instruction.expression_offset, instruction.expression_size);
  json.Number("offset", instruction.offset);
  json.Number("size", instruction.size);
  json.End();
}

// The fields of a rule other than its register.
void FramePrinter::RuleJson(JsonObject& json, const Dwreloc_Cfi_Rule& rule) {
  static constexpr std::string_view kNames[] = {
      "none",     "undefined",  "same_value",     "offset",        "val_offset",
      "register", "expression", "val_expression", "architectural", "register"};
  json.Name("rule", kNames[rule.kind]);
  switch (rule.kind) {
    case DWRELOC_CFI_CFA_REGISTER:
      json.Number("register", rule.number);
      [[fallthrough]];
    case DWRELOC_CFI_OFFSET:
    case DWRELOC_CFI_VAL_OFFSET:
      json.Signed("offset", rule.value);
      if (rule.address_space != 0)
        json.Number("address_space", rule.address_space);
      break;
    case DWRELOC_CFI_REGISTER:
      json.Number("in", static_cast<std::uint64_t>(rule.value));
      break;
    case DWRELOC_CFI_EXPRESSION:
    case DWRELOC_CFI_VAL_EXPRESSION:
      Expression(rule);
      break;
    case DWRELOC_CFI_ARCHITECTURAL:
      json.Number("value", static_cast<std::uint64_t>(rule.value));
      break;
    default:
      break;
  }
}

void FramePrinter::RowJson(const Dwreloc_Cfi_Row& row) {
  JsonObject json(out_);
  if (entry_.is_cie == 0) {
    json.Key("begin");
    context_.values.Json(row.begin, where());
    json.Key("end");
    context_.values.Json(row.end, where());
  }
  if (row.cfa.kind == DWRELOC_CFI_NONE) {
    json.Null("cfa");
  } else {
    json.Key("cfa");
    JsonObject cfa(out_);
    RuleJson(cfa, row.cfa);
    cfa.End();
  }
  json.Key("registers");
  out_.Char('[');
  JsonComma comma(out_);
  for (const Dwreloc_Cfi_Rule& rule :
       std::span(row.registers, row.register_count)) {
    comma();
    JsonObject one(out_);
    one.Number("register", rule.number);
    RuleJson(one, rule);
    one.End();
  }
  out_.Char(']');
  if (row.args_size != 0) json.Number("args_size", row.args_size);
  json.End();
}

}  // namespace dwreloc_tools
