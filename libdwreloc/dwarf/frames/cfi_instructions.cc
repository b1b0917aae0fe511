#include "dwarf/frames/cfi_instructions.h"

#include "absl/strings/str_cat.h"
#include "dwarf/tree/eh_pointer.h"

namespace dwreloc::internal {
namespace {

constexpr uint8_t kPrimaryMask = 0xc0;
constexpr uint8_t kOperandMask = 0x3f;

uint8_t OpcodeOf(uint8_t byte) {
  const uint8_t primary = byte & kPrimaryMask;
  return primary != 0 ? primary : byte;
}

}  // namespace

CfaInstructionReader::CfaInstructionReader(const DwarfSections& sections,
                                           const SectionView& view,
                                           const Cie& cie, uint64_t begin,
                                           uint64_t end)
    : sections_(&sections),
      cursor_(view, begin, end),
      code_alignment_factor_(cie.code_alignment_factor),
      data_alignment_factor_(cie.data_alignment_factor),
      address_size_(cie.encoding.address_size),
      location_encoding_(cie.fde_encoding),
      e_machine_(sections.file().e_machine()) {}

uint8_t CfaInstructionReader::PeekOpcode() const {
  return cursor_.at_end() ? uint8_t{DW_CFA_nop} : OpcodeOf(*cursor_.data());
}

absl::Status CfaInstructionReader::status() const {
  if (!cursor_.ok()) return cursor_.status();
  if (!is_unknown_) return absl::OkStatus();
  return MakeError(
      ErrorCode::kUnsupported, cursor_.section(), last_offset_,
      absl::StrCat("unknown call frame instruction 0x", absl::Hex(last_opcode_),
                   " of machine ", e_machine_));
}

bool CfaInstructionReader::Next(CfaInstruction* instruction) {
  if (!ok() || cursor_.at_end()) return false;
  *instruction = CfaInstruction();
  // Named before it is read: a record may supply a part of the opcode's byte.
  if (cursor_.observer() != nullptr) [[unlikely]]
    cursor_.set_field(CfaName(PeekOpcode(), e_machine_));
  instruction->offset = cursor_.offset();
  last_offset_ = cursor_.offset();
  ReadInstruction(instruction);
  instruction->size = cursor_.offset() - instruction->offset;
  return ok();
}

// A distance in code: a number is multiplied by code_alignment_factor; a value
// that is not a number yet must not need multiplying.
RelocValue CfaInstructionReader::Factored(RelocValue delta) const {
  if (delta.is_constant()) {
    delta.value *= code_alignment_factor_;
  } else if (!delta.is_bad() && code_alignment_factor_ != 1) {
    return RelocValue::Bad(ErrorCode::kUnsupported, 0, delta.symbol);
  }
  return delta;
}

void CfaInstructionReader::ReadExpression(CfaInstruction* instruction) {
  instruction->has_expression = true;
  instruction->expression_size = cursor_.Uleb();
  instruction->expression_offset = cursor_.offset();
  cursor_.Skip(instruction->expression_size);
}

void CfaInstructionReader::ReadInstruction(CfaInstruction* instruction) {
  // If a record supplies the low bits, their sum may be anything; the opcode is
  // the stored one.
  const uint8_t stored = *cursor_.data();
  RelocValue byte = cursor_.Small(1);
  instruction->opcode = OpcodeOf(stored);
  last_opcode_ = instruction->opcode;
  const CfaRow row = CfaRowOf(stored, e_machine_);
  instruction->effect = row.effect;
  const uint64_t low_bits = byte.value & kOperandMask;
  if (row.operands == CfaOperands::kAdvance) {
    if (byte.is_constant()) byte.value = low_bits;
    instruction->moves_location = true;
    instruction->location = Factored(byte);
    return;
  }
  ReadOperands(row.operands, low_bits, instruction);
}

inline void CfaInstructionReader::ReadOperands(CfaOperands operands,
                                               uint64_t low_bits,
                                               CfaInstruction* instruction) {
  const auto advance = [&](const RelocValue& delta) {
    instruction->moves_location = true;
    instruction->location = Factored(delta);
  };
  const auto number = [&](uint64_t operand) {
    instruction->operands[instruction->operand_count++] = operand;
  };
  const auto offset = [&](uint64_t operand) {
    instruction->is_signed |=
        static_cast<uint8_t>(1u << instruction->operand_count);
    number(operand);
  };
  const auto uleb = [this] { return cursor_.Uleb(); };
  const auto sleb = [this] { return static_cast<uint64_t>(cursor_.Sleb()); };

  switch (operands) {
    case CfaOperands::kUnknown:
      is_unknown_ = true;
      return;
    case CfaOperands::kNone:
    case CfaOperands::kAdvance:  // read before
      return;
    case CfaOperands::kAdvance1:
      return advance(cursor_.Small(1));
    case CfaOperands::kAdvance2:
      return advance(cursor_.Small(2));
    case CfaOperands::kAdvance4:
      return advance(cursor_.Value(4));
    case CfaOperands::kAdvance8:
      return advance(cursor_.Value(8));
    case CfaOperands::kLocation:
      instruction->moves_location = true;
      instruction->location =
          ReadPointer({.sections = *sections_, .address_size = address_size_},
                      cursor_, location_encoding_);
      return;
    case CfaOperands::kLow:
      return number(low_bits);
    case CfaOperands::kLowOffset:
      number(low_bits);
      return offset(FactoredOffset(uleb()));
    case CfaOperands::kNumberNumberNumber:
      number(uleb());
      [[fallthrough]];
    case CfaOperands::kNumberNumber:
      number(uleb());
      [[fallthrough]];
    case CfaOperands::kNumber:
      return number(uleb());
    case CfaOperands::kNumberOffset:
      number(uleb());
      return offset(FactoredOffset(uleb()));
    case CfaOperands::kNumberOffsetNegated:
      number(uleb());
      return offset(0 - FactoredOffset(uleb()));
    case CfaOperands::kNumberOffsets:
      number(uleb());
      [[fallthrough]];
    case CfaOperands::kOffsets:
      return offset(FactoredOffset(sleb()));
    case CfaOperands::kNumberOffsetsNumber:
      number(uleb());
      offset(FactoredOffset(sleb()));
      return number(uleb());
    case CfaOperands::kNumberAdvances:
      number(uleb());
      return offset(sleb() * code_alignment_factor_);
    case CfaOperands::kNumberExpression:
      number(uleb());
      [[fallthrough]];
    case CfaOperands::kExpression:
      return ReadExpression(instruction);
  }
}

}  // namespace dwreloc::internal
