// Call frame instructions, executed: the rows of the table that gives for each
// location how to find the CFA and the caller's registers (DWARF 5 6.4.1,
// 6.4.3).
//
// Rows are made one at a time and not kept; their rules are in an array inside
// the CfiRows, so that nothing is allocated.  The location is a RelocValue
// throughout.  Both the rules and the states that DW_CFA_remember_state saves
// are bounded by that array.
// Tested by tests/unit/dwarf/cfi_rows_test.cc.

#ifndef LIBDWRELOC_DWARF_FRAMES_CFI_ROWS_H_
#define LIBDWRELOC_DWARF_FRAMES_CFI_ROWS_H_

#include <array>
#include <cstdint>
#include <span>

#include "base/status.h"
#include "dwarf/frames/cfi_instructions.h"

namespace dwreloc::internal {

enum class CfiRuleKind : uint8_t {  // as Dwreloc_Cfi_Rule_Kind
  kNone = 0,                        // the CFA before it is defined
  kUndefined = 1,
  kSameValue = 2,
  kOffset = 3,      // saved at CFA + value
  kValOffset = 4,   // is CFA + value
  kRegister = 5,    // is in register `value`
  kExpression = 6,  // saved where the expression says
  kValExpression = 7,
  kArchitectural = 8,  // `value`: the machine's own meaning
  kCfaRegister = 9,    // the CFA is register `number` + value
};

// The rule of one register, or of the CFA.  It has no initializers because an
// array of them is made for each FDE.
struct CfiRule {
  uint64_t value;          // signed offset, register, or the expression's place
  uint64_t size;           // of the expression
  uint32_t number;         // of the register
  uint16_t address_space;  // of the CFA, DW_CFA_LLVM_def_aspace_cfa
  CfiRuleKind kind;
  bool is_in_cie;  // the expression is in one of the CIE's instructions
};

struct CfiRow {
  RelocValue begin;
  RelocValue end;
  CfiRule cfa = {};
  uint64_t args_size = 0;  // DW_CFA_GNU_args_size
  // By register; those without a rule are omitted.  Valid until the next row is
  // read.
  std::span<const CfiRule> registers;
};

// The rows of an FDE, or the one initial row of a CIE.  Borrows the sections.
// Not to be shared between threads.
class CfiRows {
 public:
  CfiRows(const DwarfSections& sections, const SectionView& view,
          const CfiEntry& entry);

  // Makes the next row.  Returns false at the end or on an error; see status().
  bool Next(CfiRow* row);
  // The same for the next one that holds at `pc`.
  bool Find(const RelocValue& pc, CfiRow* row);
  bool ok() const { return error_ == ErrorCode::kOk && reader_.ok(); }
  absl::Status status() const;

 private:
  // AArch64's pseudo-register that tells whether the return address is signed.
  static constexpr uint32_t kRaSignState = 34;
  static constexpr size_t kMaxRules = 256;
  static constexpr size_t kMaxRemembered = 24;

  bool Execute(const CfaInstruction& instruction);
  void Restore(uint64_t number);
  void Remember();
  void RestoreState();
  void SaveWindow();
  void NegateRaState(uint64_t bits);
  void SetRaState(uint64_t state);
  // Returns the place for the rule of a register, or nullptr on an error.
  CfiRule* RuleOf(uint64_t number);
  void Set(uint64_t number, CfiRuleKind kind, uint64_t value,
           uint64_t size = 0);
  void SetCfa(uint64_t number, uint64_t offset, uint64_t address_space = 0);
  void SetCfaExpression(const CfaInstruction& instruction);
  CfiRule& cfa() { return rules_[begin_]; }
  void Emit(const RelocValue& end, CfiRow* row);
  void Fail(ErrorCode code, const char* text);

  const DwarfSections* sections_;
  uint32_t section_;
  uint8_t address_size_;
  bool is_cie_;
  bool is_in_cie_ = true;  // true while executing the CIE's instructions
  bool is_done_ = false;
  CfaInstructionReader reader_;
  RelocValue location_;
  RelocValue end_;
  uint64_t args_size_ = 0;
  ErrorCode error_ = ErrorCode::kOk;
  const char* error_text_ = "";
  uint64_t instruction_offset_ = 0;
  // Consecutive states, each the CFA's rule and then those of the registers in
  // order: that of the CIE, those remembered, the current one.
  size_t initial_size_ = 0;
  size_t begin_ = 0;  // of the current state
  size_t size_ = 1;
  size_t remembered_ = 0;
  std::array<uint16_t, kMaxRemembered> begins_;  // of those that are remembered
  std::array<CfiRule, kMaxRules> rules_;
};

}  // namespace dwreloc::internal

#endif  // LIBDWRELOC_DWARF_FRAMES_CFI_ROWS_H_
