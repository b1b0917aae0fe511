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
  ReadOperands(instruction);
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

void CfaInstructionReader::ReadOperands(CfaInstruction* instruction) {
  const auto advance = [&](const RelocValue& delta) {
    instruction->moves_location = true;
    instruction->location = Factored(delta);
  };
  const auto add = [&](uint64_t operand) {
    instruction->operands[instruction->operand_count++] = operand;
  };
  const auto add_signed = [&](uint64_t operand) {
    instruction->is_signed |=
        static_cast<uint8_t>(1u << instruction->operand_count);
    add(operand);
  };
  const auto uleb = [this] { return cursor_.Uleb(); };
  const auto sleb = [this] { return static_cast<uint64_t>(cursor_.Sleb()); };

  const uint8_t stored = PeekOpcode() == DW_CFA_nop ? 0 : *cursor_.data();
  const RelocValue byte = cursor_.Small(1);
  instruction->opcode = OpcodeOf(stored);
  last_opcode_ = instruction->opcode;
  is_unknown_ = instruction->opcode >= DW_CFA_lo_user &&
                instruction->opcode < DW_CFA_advance_loc &&
                CfaName(instruction->opcode, e_machine_) == nullptr;
  if (is_unknown_) return;
  // If a record supplies the low bits, their sum may be anything; the opcode is
  // the stored one.
  const uint64_t low_bits = byte.value & kOperandMask;
  switch (instruction->opcode) {
    case DW_CFA_advance_loc: {
      RelocValue delta = byte;
      if (delta.is_constant()) delta.value = low_bits;
      advance(delta);
      return;
    }
    case DW_CFA_offset:
      add(low_bits);
      add_signed(FactoredOffset(uleb()));
      return;
    case DW_CFA_restore:
      add(low_bits);
      return;
    case DW_CFA_set_loc:
      instruction->moves_location = true;
      instruction->location =
          ReadPointer({.sections = *sections_, .address_size = address_size_},
                      cursor_, location_encoding_);
      return;
    case DW_CFA_advance_loc1:
      advance(cursor_.Small(1));
      return;
    case DW_CFA_advance_loc2:
      advance(cursor_.Small(2));
      return;
    case DW_CFA_advance_loc4:
      advance(cursor_.Value(4));
      return;
    case DW_CFA_MIPS_advance_loc8:
      advance(cursor_.Value(8));
      return;
    case DW_CFA_offset_extended:
    case DW_CFA_val_offset:
      add(uleb());
      add_signed(FactoredOffset(uleb()));
      return;
    case DW_CFA_offset_extended_sf:
    case DW_CFA_val_offset_sf:
    case DW_CFA_def_cfa_sf:
      add(uleb());
      add_signed(FactoredOffset(sleb()));
      return;
    case DW_CFA_GNU_negative_offset_extended:
      add(uleb());
      add_signed(0 - FactoredOffset(uleb()));
      return;
    case DW_CFA_restore_extended:
    case DW_CFA_undefined:
    case DW_CFA_same_value:
    case DW_CFA_def_cfa_register:
    case DW_CFA_def_cfa_offset:
    case DW_CFA_GNU_args_size:
      add(uleb());
      return;
    case DW_CFA_register:
    case DW_CFA_def_cfa:
      add(uleb());
      add(uleb());
      return;
    case DW_CFA_def_cfa_offset_sf:
      add_signed(FactoredOffset(sleb()));
      return;
    case DW_CFA_LLVM_def_aspace_cfa:
      add(uleb());
      add(uleb());
      add(uleb());
      return;
    case DW_CFA_LLVM_def_aspace_cfa_sf:
      add(uleb());
      add_signed(FactoredOffset(sleb()));
      add(uleb());
      return;
    case DW_CFA_def_cfa_expression:
      ReadExpression(instruction);
      return;
    case DW_CFA_expression:
    case DW_CFA_val_expression:
      add(uleb());
      ReadExpression(instruction);
      return;
    case DW_CFA_nop:
    case DW_CFA_remember_state:
    case DW_CFA_restore_state:
    case DW_CFA_GNU_window_save:  // and DW_CFA_AARCH64_negate_ra_state
    case DW_CFA_AARCH64_negate_ra_state_with_pc:
      return;
    case DW_CFA_AARCH64_set_ra_state:
      add(uleb());
      add_signed(sleb() * code_alignment_factor_);
      return;
    default:
      is_unknown_ = true;
      return;
  }
}

}  // namespace dwreloc::internal
