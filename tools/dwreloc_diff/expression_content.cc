// expression_content.cc - see expression_content.h.
#include "dwreloc_diff/expression_content.h"

#include <dwreloc/dwarf.h>

#include <algorithm>
#include <cstddef>
#include <span>
#include <string_view>

#include "common/checked.h"
#include "dwreloc_diff/bytes.h"

namespace dwreloc_tools {
namespace {

// Expressions in expressions (DW_OP_entry_value): more of them is damage.
constexpr int kMaxDepth = 8;

class Writer {
 public:
  Writer(const Reader& reader, const Dwreloc_Expression& expression,
         Content& content, int depth)
      : reader_(reader),
        expression_(expression),
        content_(content),
        depth_(depth),
        module_(expression.unit != nullptr
                    ? dwreloc_unit_module(expression.unit)
                    : expression.module) {}

  void PutAll() {
    Dwreloc_Op few[8];
    std::size_t count = 0;
    int result = Checked(
        dwreloc_expression_ops(&expression_, few, std::size(few), &count));
    if (result >= 0 && count <= std::size(few)) {
      Put({few, count});
      return;
    }
    std::vector<Dwreloc_Op> many(count);
    if (result >= 0)
      result = Checked(dwreloc_expression_ops(&expression_, many.data(),
                                              many.size(), &count));
    if (result >= 0) {
      Put(many);
      return;
    }
    reader_.TellError();
    content_.bytes.push_back('!');
    PutBlock(expression_.bytes, expression_.size);
  }

  bool has_address() const { return has_address_; }

 private:
  void Put(std::span<const Dwreloc_Op> ops) {
    PutNumber(content_.bytes, ops.size());
    for (const Dwreloc_Op& op : ops)
      if (!PutCommon(op)) PutOther(op, ops);
  }

  void PutBlock(const std::uint8_t* bytes, std::uint64_t size) {
    PutString(content_.bytes, {reinterpret_cast<const char*>(bytes),
                               static_cast<std::size_t>(size)});
  }
  void PutAtom(unsigned atom) {
    content_.bytes.push_back(static_cast<char>(atom));
  }
  void PutValueOf(const Dwreloc_Op& op) {
    Dwreloc_Relocatable value;
    if (Checked(dwreloc_getlocation_relocatable_addr(&expression_, &op,
                                                     &value)) < 0) {
      reader_.TellError();
      PutNumber(content_.bytes, op.number);
      return;
    }
    reader_.PutValue(content_.bytes, value, module_, expression_.section,
                     op.operand_offset);
  }

  // What nearly all operations are; false for others.
  bool PutCommon(const Dwreloc_Op& op) {
    const unsigned atom = op.atom;
    std::string& bytes = content_.bytes;
    if (atom >= DW_OP_lit0 && atom <= DW_OP_lit31) {
      PutAtom(DW_OP_constu);
      bytes.push_back('c');
      PutNumber(bytes, atom - DW_OP_lit0);
    } else if (atom >= DW_OP_const1u && atom <= DW_OP_consts) {
      // Whichever operation pushes it, the same bits are on the stack.
      PutAtom(DW_OP_constu);
      if (op.relocatable != 0) {
        PutValueOf(op);
      } else {
        bytes.push_back('c');
        PutNumber(bytes, op.number);
      }
    } else if (atom >= DW_OP_reg0 && atom <= DW_OP_reg31) {
      PutAtom(DW_OP_regx);
      PutNumber(bytes, atom - DW_OP_reg0);
    } else if (atom >= DW_OP_breg0 && atom <= DW_OP_breg31) {
      PutAtom(DW_OP_bregx);
      PutNumber(bytes, atom - DW_OP_breg0);
      PutNumber(bytes, op.number);
    } else if (atom == DW_OP_addr || atom == DW_OP_addrx ||
               atom == DW_OP_GNU_addr_index) {
      PutAtom(DW_OP_addr);
      has_address_ = true;
      PutValueOf(op);
    } else if (atom == DW_OP_constx || atom == DW_OP_GNU_const_index) {
      PutAtom(DW_OP_constx);
      PutValueOf(op);
    } else if (IsPlain(atom)) {
      PutAtom(atom);
      if (op.operand_count > 0) PutNumber(bytes, op.number);
      if (op.operand_count > 1) PutNumber(bytes, op.number2);
    } else {
      return false;
    }
    return true;
  }
  // Operations of DWARF 2 to 4 whose operands are nothing but numbers.
  static bool IsPlain(unsigned atom) {
    return atom < 0xa0 && atom != DW_OP_bra && atom != DW_OP_skip &&
           atom != DW_OP_call2 && atom != DW_OP_call4 &&
           atom != DW_OP_call_ref && atom != DW_OP_implicit_value;
  }

  void PutOther(const Dwreloc_Op& op, std::span<const Dwreloc_Op> ops) {
    PutAtom(op.atom);
    if (op.atom == DW_OP_LLVM_user) PutNumber(content_.bytes, op.sub_operation);
    Dwreloc_Expression nested;
    if (depth_ < kMaxDepth &&
        Checked(dwreloc_op_expression(&expression_, &op, &nested)) == 1) {
      Writer(reader_, nested, content_, depth_ + 1).PutAll();
      return;
    }
    Dwreloc_Operand operands[3];
    std::size_t count = 0;
    if (Checked(dwreloc_op_operands(&expression_, &op, operands, &count)) < 0) {
      reader_.TellError();
      return;
    }
    PutNumber(content_.bytes, count);
    for (std::size_t i = 0; i < count; ++i) PutOperand(op, operands[i], ops);
  }

  void PutOperand(const Dwreloc_Op& op, const Dwreloc_Operand& operand,
                  std::span<const Dwreloc_Op> ops) {
    std::string& bytes = content_.bytes;
    switch (operand.role) {
      case DWRELOC_ROLE_UNIT_DIE:
        PutUnitDie(operand.value.value);
        return;
      case DWRELOC_ROLE_INFO_DIE: {
        Dwreloc_Relocatable value;
        if (Checked(dwreloc_getlocation_relocatable_addr(&expression_, &op,
                                                         &value)) < 0) {
          reader_.TellError();
        } else if (value.kind == DWRELOC_CONSTANT) {
          PutInfoDie(value);
          return;
        }
        break;
      }
      case DWRELOC_ROLE_DISTANCE:
        PutBranch(op, static_cast<std::int64_t>(operand.value.value), ops);
        return;
      default:
        break;
    }
    if (operand.encoding == DWRELOC_OPERAND_BYTES) {
      PutBlock(op.block, op.block_size);
      return;
    }
    reader_.PutValue(bytes, operand.value, module_, expression_.section,
                     operand.offset);
  }

  // 0 is the generic type, and no DIE.
  void PutUnitDie(std::uint64_t offset) {
    Dwreloc_Unit_Info unit;
    if (offset == 0 || expression_.unit == nullptr ||
        Checked(dwreloc_unit_info(expression_.unit, &unit)) < 0) {
      content_.bytes.push_back('-');
      PutNumber(content_.bytes, offset);
      return;
    }
    PutTarget({module_, unit.offset + offset, unit.section});
  }
  void PutInfoDie(const Dwreloc_Relocatable& value) {
    std::uint32_t section = value.section;
    Dwreloc_Unit_Info unit;
    if (section == DWRELOC_NO_SECTION && expression_.unit != nullptr &&
        Checked(dwreloc_unit_info(expression_.unit, &unit)) == 0)
      section = unit.section;
    PutTarget({module_, value.value, section});
  }
  void PutTarget(const Target& target) {
    content_.bytes.push_back('>');
    content_.targets.push_back(target);
  }

  // To the operation of that number; to their number: to the end.
  void PutBranch(const Dwreloc_Op& op, std::int64_t distance,
                 std::span<const Dwreloc_Op> ops) {
    const std::uint64_t to =
        op.offset + op.size + static_cast<std::uint64_t>(distance);
    const auto found =
        std::lower_bound(ops.begin(), ops.end(), to,
                         [](const Dwreloc_Op& a, std::uint64_t wanted) {
                           return a.offset < wanted;
                         });
    const auto number = static_cast<std::size_t>(found - ops.begin());
    const bool is_found =
        found != ops.end() ? found->offset == to : to == expression_.size;
    content_.bytes.push_back(is_found ? '#' : '?');
    PutNumber(content_.bytes, is_found ? number : to);
  }

  const Reader& reader_;
  const Dwreloc_Expression& expression_;
  Content& content_;
  const int depth_;
  const Dwreloc_Module* const module_;
  bool has_address_ = false;
};

}  // namespace

bool PutExpression(const Reader& reader, const Dwreloc_Expression& expression,
                   Content& content) {
  Writer writer(reader, expression, content, 0);
  writer.PutAll();
  return writer.has_address();
}

}  // namespace dwreloc_tools
