#include "dwarf/frames/cfi_rows.h"

#include <algorithm>

#include "dwarf/tree/eh_pointer.h"

namespace dwreloc::internal {
namespace {

// They are executed again for every FDE.  Producers write a few rules.
constexpr uint64_t kMaxInitialInstructions = 4096;

}  // namespace

CfiRows::CfiRows(const DwarfSections& sections, const SectionView& view,
                 const CfiEntry& entry)
    : sections_(&sections),
      section_(entry.cie.section),
      address_size_(entry.cie.encoding.address_size),
      is_cie_(entry.is_cie),
      location_(entry.fde.initial_location) {
  rules_[0] = {};
  if (!entry.cie.is_understood) {
    instruction_offset_ = entry.cie.offset;
    Fail(ErrorCode::kUnsupported, "unknown augmentation of the CIE");
    return;
  }
  if (!is_cie_ &&
      entry.cie.end - entry.cie.instructions > kMaxInitialInstructions) {
    instruction_offset_ = entry.cie.instructions;
    Fail(ErrorCode::kUnsupported,
         "initial instructions of the CIE take more than 4096 bytes");
    return;
  }
  const SectionView* cie_view = &view;
  if (entry.cie.section != view.index) {
    const absl::StatusOr<SectionView>& other = sections.View(entry.cie.section);
    if (!other.ok()) {
      Fail(ErrorCode::kBadDwarf, "the section of its CIE cannot be read");
      return;
    }
    cie_view = &*other;
  }
  reader_ = CfaInstructionReader(sections, *cie_view, entry.cie,
                                 entry.cie.instructions, entry.cie.end);
  CfaInstruction instruction;
  while (ok() && reader_.Next(&instruction)) {
    instruction_offset_ = instruction.offset;
    if (Execute(instruction)) {
      Fail(ErrorCode::kBadDwarf, "location moves in a CIE");
    }
  }
  if (!ok() || is_cie_) return;
  if (remembered_ != 0) {
    Fail(ErrorCode::kBadDwarf, "state remembered in a CIE");
    return;
  }
  section_ = view.index;
  is_in_cie_ = false;
  // The CIE's rules are kept for DW_CFA_restore.
  Remember();
  initial_size_ = begin_;
  remembered_ = 0;
  end_ = AddToPlace(sections.symbols(), location_, entry.fde.address_range,
                    address_size_);
  if (!ok()) return;
  reader_ = CfaInstructionReader(sections, view, entry.cie,
                                 entry.fde.instructions, entry.fde.end);
}

void CfiRows::Fail(ErrorCode code, const char* text) {
  if (error_ == ErrorCode::kOk) {
    error_ = code;
    error_text_ = text;
  }
}

bool CfiRows::Find(const RelocValue& pc, CfiRow* row) {
  while (Next(row)) {
    if (IsInRange(pc, row->begin, row->end)) return true;
  }
  return false;
}

absl::Status CfiRows::status() const {
  if (!reader_.ok()) return reader_.status();
  if (error_ == ErrorCode::kOk) return absl::OkStatus();
  return MakeError(error_, section_, instruction_offset_, error_text_);
}

void CfiRows::Emit(const RelocValue& end, CfiRow* row) {
  row->begin = location_;
  row->end = end;
  row->cfa = cfa();
  row->args_size = args_size_;
  row->registers = std::span(rules_).subspan(begin_ + 1, size_ - 1);
}

bool CfiRows::Next(CfiRow* row) {
  if (is_done_ || !ok()) return false;
  CfaInstruction instruction;
  while (!is_cie_ && reader_.Next(&instruction)) {
    instruction_offset_ = instruction.offset;
    const bool moves = Execute(instruction);
    if (!ok()) return false;
    if (!moves) continue;
    const RelocValue next =
        instruction.opcode == DW_CFA_set_loc
            ? instruction.location
            : AddToPlace(sections_->symbols(), location_, instruction.location,
                         address_size_);
    Emit(next, row);
    location_ = next;
    return true;
  }
  if (!ok()) return false;
  is_done_ = true;
  Emit(end_, row);
  return true;
}

CfiRule* CfiRows::RuleOf(uint64_t number) {
  if (number > UINT32_MAX) {
    Fail(ErrorCode::kBadDwarf, "register number beyond 32 bits");
    return nullptr;
  }
  CfiRule* const end = rules_.data() + begin_ + size_;
  CfiRule* rule = std::lower_bound(
      rules_.data() + begin_ + 1, end, number,
      [](const CfiRule& one, uint64_t value) { return one.number < value; });
  if (rule != end && rule->number == number) return rule;
  if (begin_ + size_ == kMaxRules) {
    Fail(ErrorCode::kUnsupported, "too many register rules");
    return nullptr;
  }
  std::move_backward(rule, end, end + 1);
  ++size_;
  *rule = {};
  rule->number = static_cast<uint32_t>(number);
  return rule;
}

void CfiRows::Set(uint64_t number, CfiRuleKind kind, uint64_t value,
                  uint64_t size) {
  CfiRule* rule = RuleOf(number);
  if (rule == nullptr) return;
  rule->kind = kind;
  rule->value = value;
  rule->size = size;
  rule->is_in_cie = is_in_cie_ && size != 0;
}

void CfiRows::SetCfa(uint64_t number, uint64_t offset, uint64_t address_space) {
  if (number > UINT32_MAX || address_space > UINT16_MAX) {
    Fail(ErrorCode::kBadDwarf, "register or address space of the CFA too big");
    return;
  }
  cfa() = {};
  cfa().kind = CfiRuleKind::kCfaRegister;
  cfa().number = static_cast<uint32_t>(number);
  cfa().value = offset;
  cfa().address_space = static_cast<uint16_t>(address_space);
}

void CfiRows::SetCfaExpression(const CfaInstruction& instruction) {
  cfa() = {};
  cfa().kind = CfiRuleKind::kExpression;
  cfa().value = instruction.expression_offset;
  cfa().size = instruction.expression_size;
  cfa().is_in_cie = is_in_cie_;
}

// Restores the rule of the CIE.
void CfiRows::Restore(uint64_t number) {
  const auto before = [](const CfiRule& one, uint64_t value) {
    return one.number < value;
  };
  if (initial_size_ == 0) {
    Fail(ErrorCode::kBadDwarf, "rule restored in a CIE");
    return;
  }
  CfiRule* const initial_end = rules_.data() + initial_size_;
  const CfiRule* initial =
      std::lower_bound(rules_.data() + 1, initial_end, number, before);
  if (initial != initial_end && initial->number == number) {
    Set(number, initial->kind, initial->value, initial->size);
    return;
  }
  CfiRule* const end = rules_.data() + begin_ + size_;
  CfiRule* rule =
      std::lower_bound(rules_.data() + begin_ + 1, end, number, before);
  if (rule == end || rule->number != number) return;
  std::move(rule + 1, end, rule);
  --size_;
}

void CfiRows::Remember() {
  if (remembered_ == kMaxRemembered || begin_ + 2 * size_ > kMaxRules) {
    Fail(ErrorCode::kUnsupported, "too many states remembered");
    return;
  }
  std::copy_n(rules_.data() + begin_, size_, rules_.data() + begin_ + size_);
  begins_[remembered_++] = static_cast<uint16_t>(begin_);
  begin_ += size_;
}

void CfiRows::RestoreState() {
  if (remembered_ == 0) {
    Fail(ErrorCode::kBadDwarf, "DW_CFA_restore_state without a state");
    return;
  }
  const size_t begin = begins_[--remembered_];
  size_ = begin_ - begin;
  begin_ = begin;
}

// On SPARC %l0 to %i7 are saved at the CFA.
void CfiRows::SaveWindow() {
  for (uint32_t number = 16; number < 32; ++number) {
    Set(number, CfiRuleKind::kOffset, (number - 16) * uint64_t{address_size_});
  }
}

// The state before any signing is 0.
void CfiRows::NegateRaState(uint64_t bits) {
  const CfiRule* rule = RuleOf(kRaSignState);
  if (rule == nullptr) return;
  const bool is_set = rule->kind == CfiRuleKind::kArchitectural;
  SetRaState((is_set ? rule->value : 0) ^ bits);
}

void CfiRows::SetRaState(uint64_t state) {
  Set(kRaSignState, CfiRuleKind::kArchitectural, state);
}

// Returns true if the instruction moves the location.
bool CfiRows::Execute(const CfaInstruction& instruction) {
  const uint64_t* const operands = instruction.operands;
  switch (instruction.effect) {
    case CfaEffect::kDefCfa:
      SetCfa(operands[0], operands[1]);
      break;
    case CfaEffect::kDefCfaInSpace:
      SetCfa(operands[0], operands[1], operands[2]);
      break;
    case CfaEffect::kDefCfaRegister:
      // After an expression there is no offset to keep.  If nothing has been
      // defined yet, it is 0: the CIEs of gas for RISC-V begin that way.
      if (cfa().kind == CfiRuleKind::kExpression) {
        Fail(ErrorCode::kBadDwarf, "CFA has no offset to keep");
      }
      SetCfa(operands[0], cfa().value, cfa().address_space);
      break;
    case CfaEffect::kDefCfaOffset:
      if (cfa().kind != CfiRuleKind::kCfaRegister) {
        Fail(ErrorCode::kBadDwarf, "CFA has no register to keep");
      }
      SetCfa(cfa().number, operands[0], cfa().address_space);
      break;
    case CfaEffect::kDefCfaExpression:
      SetCfaExpression(instruction);
      break;
    case CfaEffect::kUndefined:
      Set(operands[0], CfiRuleKind::kUndefined, 0);
      break;
    case CfaEffect::kSameValue:
      Set(operands[0], CfiRuleKind::kSameValue, 0);
      break;
    case CfaEffect::kOffset:
      Set(operands[0], CfiRuleKind::kOffset, operands[1]);
      break;
    case CfaEffect::kValOffset:
      Set(operands[0], CfiRuleKind::kValOffset, operands[1]);
      break;
    case CfaEffect::kRegister:
      Set(operands[0], CfiRuleKind::kRegister, operands[1]);
      break;
    case CfaEffect::kExpression:
      Set(operands[0], CfiRuleKind::kExpression, instruction.expression_offset,
          instruction.expression_size);
      break;
    case CfaEffect::kValExpression:
      Set(operands[0], CfiRuleKind::kValExpression,
          instruction.expression_offset, instruction.expression_size);
      break;
    case CfaEffect::kRestore:
      Restore(operands[0]);
      break;
    case CfaEffect::kRememberState:
      Remember();
      break;
    case CfaEffect::kRestoreState:
      RestoreState();
      break;
    case CfaEffect::kArgsSize:
      args_size_ = operands[0];
      break;
    case CfaEffect::kSaveWindow:
      SaveWindow();
      break;
    case CfaEffect::kNegateRaState:
      NegateRaState(1);
      break;
    case CfaEffect::kNegateRaStateWithPc:
      NegateRaState(3);
      break;
    case CfaEffect::kSetRaState:
      SetRaState(operands[0]);
      break;
    case CfaEffect::kNothing:
      break;
  }
  return instruction.moves_location;
}

}  // namespace dwreloc::internal
