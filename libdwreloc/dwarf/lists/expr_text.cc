#include "dwarf/lists/expr_text.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "dwarf/constants.h"
#include "dwarf/lists/expr.h"
#include "dwarf/lists/op_table.h"
#include "dwarf/register_names.h"
#include "reloc/explain.h"

namespace dwreloc::internal {
namespace {

// Expressions in one another; compilers write two.  What is deeper is bytes.
constexpr int kMostDepth = 8;

std::string Signed(uint64_t number) {
  return absl::StrFormat("%+d", static_cast<int64_t>(number));
}

class Writer {
 public:
  Writer(const ExpressionPlace& place, std::string* text)
      : place_(place), text_(*text) {}

  absl::Status Write(uint64_t offset, uint64_t size, int depth) {
    ExpressionReader reader(place_.sections, place_.encoding, place_.view,
                            offset, size);
    bool is_first = true;
    absl::Status nested;
    const absl::Status status = reader.ForEach([&](const Operation& operation) {
      if (!nested.ok()) return;
      if (!is_first) absl::StrAppend(&text_, ", ");
      is_first = false;
      nested = WriteOne(operation, depth);
    });
    return nested.ok() ? status : nested;
  }

 private:
  absl::Status WriteOne(const Operation& op, int depth) {
    const char* name = OpName(op.atom);
    text_ += name != nullptr ? std::string(name)
                             : absl::StrCat("DW_OP_0x", absl::Hex(op.atom));
    if (op.atom == DW_OP_LLVM_user) {
      const char* sub = LlvmOpName(op.sub_operation);
      absl::StrAppend(&text_, " ",
                      sub != nullptr ? sub : absl::StrCat(op.sub_operation));
    }
    if (!WriteRegister(op)) {
      DWRELOC_RETURN_IF_ERROR(WriteNumbers(op));
    }
    return op.has_block ? WriteBlock(op, depth) : absl::OkStatus();
  }

  const char* Name(uint64_t number) const {
    return RegisterName(place_.sections.file().e_machine(), number);
  }

  // An operation that names a register; returns false if it does not.
  bool WriteRegister(const Operation& op) {
    if (op.atom >= DW_OP_reg0 && op.atom <= DW_OP_reg31) {
      const char* name = Name(op.atom - uint64_t{DW_OP_reg0});
      if (name != nullptr) absl::StrAppend(&text_, " ", name);
      return true;
    }
    if (op.atom >= DW_OP_breg0 && op.atom <= DW_OP_breg31) {
      const char* name = Name(op.atom - uint64_t{DW_OP_breg0});
      absl::StrAppend(&text_, " ", name != nullptr ? name : "",
                      Signed(op.number));
      return true;
    }
    switch (op.atom) {
      case DW_OP_regx:
      case DW_OP_bregx:
      case DW_OP_regval_type:
      case DW_OP_GNU_regval_type:
        break;
      default:
        return false;
    }
    const char* name = Name(op.number);
    absl::StrAppend(&text_, " ",
                    name != nullptr ? name : absl::StrCat(op.number));
    if (op.atom == DW_OP_bregx) {
      text_ += Signed(op.number2);
    } else if (op.atom != DW_OP_regx) {
      WriteDie(op.number2);
    }
    return true;
  }

  void WriteDie(uint64_t offset) {
    absl::StrAppend(&text_, " 0x", absl::Hex(offset));
  }
  void WriteNumber(uint64_t number, bool is_signed) {
    text_ += ' ';
    if (is_signed) {
      absl::StrAppend(&text_, static_cast<int64_t>(number));
    } else {
      absl::StrAppend(&text_, number);
    }
  }

  absl::Status WriteNumbers(const Operation& op) {
    const OpRow row = OpRowOf(op.atom);
    const int numbers = op.operand_count - (op.has_block ? 1 : 0);
    if (numbers >= 1) {
      DWRELOC_RETURN_IF_ERROR(WriteFirst(op, row.first));
    }
    if (numbers < 2) return absl::OkStatus();
    if (row.second == OpOperand::kType) {
      WriteDie(op.number2);
    } else {
      WriteNumber(op.number2, (op.is_signed & 2) != 0);
    }
    return absl::OkStatus();
  }

  absl::Status WriteFirst(const Operation& op, OpOperand operand) {
    const bool is_die = operand == OpOperand::kType ||
                        operand == OpOperand::kUnitDie2 ||
                        operand == OpOperand::kUnitDie4;
    const bool is_address = op.is_index || operand == OpOperand::kAddress ||
                            operand == OpOperand::kInfoDie ||
                            !op.value.is_constant();
    if (is_die) {
      WriteDie(op.number);
    } else if (is_address && (op.is_index || op.is_relocatable)) {
      DWRELOC_ASSIGN_OR_RETURN(const RelocValue value,
                               OperandValue(place_.unit, op));
      // Addresses of a split unit count in the file of its skeleton.
      const DwarfSections& sections =
          op.is_index ? place_.unit->address_unit().sections()
                      : place_.sections;
      absl::StrAppend(&text_, " ", ValueText(sections.context(), value));
    } else {
      WriteNumber(op.number, (op.is_signed & 1) != 0);
    }
    return absl::OkStatus();
  }

  absl::Status WriteBlock(const Operation& op, int depth) {
    if (HoldsExpression(op.atom) && depth < kMostDepth) {
      text_ += '(';
      DWRELOC_RETURN_IF_ERROR(Write(op.block_offset, op.block_size, depth + 1));
      text_ += ')';
      return absl::OkStatus();
    }
    absl::StrAppend(&text_, " <", op.block_size, ">");
    for (const uint8_t byte :
         place_.view.bytes.subspan(op.block_offset, op.block_size)) {
      absl::StrAppend(&text_, " ", absl::Hex(byte, absl::kZeroPad2));
    }
    return absl::OkStatus();
  }

  const ExpressionPlace& place_;
  std::string& text_;
};

}  // namespace

absl::Status ExpressionText(const ExpressionPlace& place, std::string* text) {
  return Writer(place, text).Write(place.offset, place.size, 0);
}

}  // namespace dwreloc::internal
