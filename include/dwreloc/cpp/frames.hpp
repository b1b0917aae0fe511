// cpp/frames.hpp - call frame information.
//
// A part of dwreloc.hpp, which is the header to include.
// Tested by tests/api/cpp_api_test.cc.
#ifndef DWRELOC_CPP_FRAMES_HPP
#define DWRELOC_CPP_FRAMES_HPP

#include <dwreloc/dwreloc.h>

#include <cstdint>
#include <dwreloc/cpp/error.hpp>
#include <dwreloc/cpp/expression.hpp>
#include <dwreloc/cpp/relocatable.hpp>
#include <dwreloc/cpp/step_range.hpp>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace dwreloc {

using CfiRule = Dwreloc_Cfi_Rule;

// One DW_CFA_* of a CIE or an FDE.
class CfiInstruction {
 public:
  CfiInstruction() = default;
  explicit CfiInstruction(const Dwreloc_Cfi_Instruction& instruction)
      : instruction_(instruction) {}

  const Dwreloc_Cfi_Instruction& raw() const { return instruction_; }
  std::uint8_t opcode() const { return instruction_.opcode; }  // DW_CFA_*
  std::uint64_t offset() const { return instruction_.offset; }
  // Multiplied by the alignment factors; signed ones in two's complement.
  std::span<const std::uint64_t> operands() const {
    return {instruction_.operands, instruction_.operand_count};
  }
  // The location, or by how many bytes it advances.
  std::optional<Relocatable> location() const {
    if (instruction_.moves_location == 0) return std::nullopt;
    return Relocatable(instruction_.location);
  }

 private:
  Dwreloc_Cfi_Instruction instruction_{};
};

// What holds for locations begin <= pc < end.
class CfiRow {
 public:
  CfiRow() = default;
  explicit CfiRow(const Dwreloc_Cfi_Row& row) : row_(row) {}

  const Dwreloc_Cfi_Row& raw() const { return row_; }
  Range range() const {
    return {Relocatable(row_.begin), Relocatable(row_.end)};
  }
  const CfiRule& cfa() const { return row_.cfa; }
  // By register; valid until the range they came from steps on.
  std::span<const CfiRule> registers() const {
    return {row_.registers, row_.register_count};
  }

 private:
  Dwreloc_Cfi_Row row_{};
};

// An error ends them.
using CfiInstructions =
    detail::NextRange<dwreloc_cfi_instructions_next, CfiInstruction>;
using CfiRows = detail::NextRange<dwreloc_cfi_rows_next, CfiRow>;

// A CIE, or an FDE with what it needs of its CIE.
class CfiEntry {
 public:
  CfiEntry() = default;
  explicit CfiEntry(const Dwreloc_Cfi_Entry& entry) : entry_(entry) {}

  const Dwreloc_Cfi_Entry& raw() const { return entry_; }
  bool is_cie() const { return entry_.is_cie != 0; }
  std::uint64_t offset() const { return entry_.offset; }
  std::uint64_t cie_offset() const { return entry_.cie; }
  std::string_view augmentation() const {
    return detail::View(entry_.augmentation);
  }
  // Of an FDE.
  Relocatable initial_location() const {
    return Relocatable(entry_.initial_location);
  }
  Relocatable address_range() const {
    return Relocatable(entry_.address_range);
  }
  std::optional<Relocatable> lsda() const {
    if (entry_.has_lsda == 0) return std::nullopt;
    return Relocatable(entry_.lsda);
  }
  // Has it a pointer to one, which is null?
  bool has_null_lsda() const { return entry_.has_null_lsda != 0; }

  // Its own: an FDE's without those of its CIE.
  CfiInstructions instructions() const {
    Dwreloc_Cfi_Instructions instructions;
    detail::Check(dwreloc_cfi_instructions_begin(&entry_, &instructions));
    return CfiInstructions(instructions);
  }
  // What they make.
  CfiRows rows() const {
    Dwreloc_Cfi_Rows rows;
    detail::Check(dwreloc_cfi_rows_begin(&entry_, &rows));
    return CfiRows(rows);
  }
  // That of a rule or an instruction.
  Expression expression(const CfiRule& rule) const {
    Dwreloc_Expression expression;
    detail::Check(dwreloc_cfi_rule_expression(&entry_, &rule, &expression));
    return Expression(expression);
  }
  Expression expression(const CfiInstruction& instruction) const {
    Dwreloc_Expression expression;
    detail::Check(
        dwreloc_cfi_expression(&entry_, instruction.raw().expression_offset,
                               instruction.raw().expression_size, &expression));
    return Expression(expression);
  }

 private:
  Dwreloc_Cfi_Entry entry_{};
};

// The row that holds at a place, of the FDE that covers it.
class CfiPlace {
 public:
  // In one section, or with DWRELOC_NO_SECTION in all.
  static std::optional<CfiPlace> Find(const Dwreloc_Module* module,
                                      std::uint32_t section,
                                      const Relocatable& pc) {
    Dwreloc_Cfi_Entry entry;
    Dwreloc_Cfi_Rows rows;
    Dwreloc_Cfi_Row row;
    if (detail::Check(dwreloc_cfi_row_at(module, section, &pc.raw(), &entry,
                                         &rows, &row)) == 0)
      return std::nullopt;
    return CfiPlace(entry, row);
  }

  const CfiEntry& entry() const { return entry_; }
  Range range() const {
    return {Relocatable(row_.begin), Relocatable(row_.end)};
  }
  const CfiRule& cfa() const { return row_.cfa; }
  // By register.
  const std::vector<CfiRule>& registers() const { return registers_; }

 private:
  CfiPlace(const Dwreloc_Cfi_Entry& entry, const Dwreloc_Cfi_Row& row)
      : entry_(entry),
        row_(row),
        registers_(row.registers, row.registers + row.register_count) {
    row_.registers = nullptr;  // those of the row are gone
  }

  CfiEntry entry_;
  Dwreloc_Cfi_Row row_;
  std::vector<CfiRule> registers_;
};

// The entries of one section.  An error is that of one entry; the next one
// comes after it.
using CfiEntries =
    detail::NextRange<dwreloc_cfi_next, CfiEntry, detail::AfterError::kMore>;

}  // namespace dwreloc

#endif  // DWRELOC_CPP_FRAMES_HPP
