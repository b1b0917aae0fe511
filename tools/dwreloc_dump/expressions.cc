// expressions.cc - see expressions.h.
#include "expressions.h"

#include <dwreloc/dwarf.h>

#include <algorithm>

#include "operands.h"

namespace dwreloc_tools {
namespace {

// The operation after DW_OP_LLVM_user, which has a number of its own.
std::string SubOperation(const Dwreloc_Op& op) {
  return NameOrNumber(dwreloc_llvm_op_name(op.sub_operation), op.sub_operation);
}

// The block is one of the operands; the others are numbers.
unsigned NumberCount(const Dwreloc_Op& op) {
  const unsigned blocks = op.block != nullptr ? 1 : 0;
  return op.operand_count > blocks ? op.operand_count - blocks : 0;
}

// Returns true if the first operand indexes .debug_addr, so that its value is
// the address.
bool IsIndexed(std::uint8_t atom) {
  return atom == DW_OP_addrx || atom == DW_OP_constx ||
         atom == DW_OP_GNU_addr_index || atom == DW_OP_GNU_const_index;
}

}  // namespace

std::span<const Dwreloc_Op> Expressions::Decode(
    const Dwreloc_Expression& expression, std::size_t depth, bool* failed) {
  std::vector<Dwreloc_Op>& ops = ops_[depth];
  if (ops.empty()) ops.resize(16);
  std::size_t count = 0;
  int result =
      dwreloc_expression_ops(&expression, ops.data(), ops.size(), &count);
  if (count > ops.size()) {
    ops.resize(count);
    result =
        dwreloc_expression_ops(&expression, ops.data(), ops.size(), &count);
  }
  *failed = result < 0;
  return {ops.data(), std::min(count, ops.size())};
}

void Expressions::Text(const Dwreloc_Expression& expression,
                       std::size_t depth) {
  bool failed = false;
  const std::span<const Dwreloc_Op> ops = Decode(expression, depth, &failed);
  // Reported first, because the code below may fail too.
  if (failed) report_.LastError();
  bool first = true;
  for (const Dwreloc_Op& op : ops) {
    if (!first) out_.Text(", ");
    first = false;
    TextOperation(expression, op, depth);
  }
  if (failed) out_.Text(first ? "<error>" : ", <error>");
}

void Expressions::TextOperation(const Dwreloc_Expression& expression,
                                const Dwreloc_Op& op, std::size_t depth) {
  out_.Text(names_.op(op.atom).view());
  if (op.atom == DW_OP_LLVM_user) out_.Text(' ' + SubOperation(op));
  const unsigned numbers = NumberCount(op);
  if (numbers >= 1) {
    out_.Char(' ');
    Dwreloc_Relocatable value;
    if (op.relocatable == 0) {
      if ((op.is_signed & 1) != 0) {
        if (static_cast<std::int64_t>(op.number) >= 0) out_.Char('+');
        out_.Signed(static_cast<std::int64_t>(op.number));
      } else {
        out_.Hex(op.number);
      }
    } else if (dwreloc_getlocation_relocatable_addr(&expression, &op, &value) <
               0) {
      values_.TextLastError();
    } else {
      values_.Text(value, {expression.section, expression.offset + op.offset});
    }
  }
  if (numbers >= 2) {
    out_.Char(' ');
    if ((op.is_signed & 2) != 0) {
      if (static_cast<std::int64_t>(op.number2) >= 0) out_.Char('+');
      out_.Signed(static_cast<std::int64_t>(op.number2));
    } else {
      out_.Hex(op.number2);
    }
  }
  if (op.block == nullptr) return;
  Dwreloc_Expression inner;
  if (depth + 1 < kMaxDepth &&
      dwreloc_op_expression(&expression, &op, &inner) == 1) {
    out_.Char('(');
    Text(inner, depth + 1);
    out_.Char(')');
    return;
  }
  out_.Text(" <");
  out_.Hex(op.block_size);
  out_.Char('>');
  if (op.block_size != 0) out_.Char(' ');
  out_.HexBytes(op.block, op.block_size, ' ');
}

void Expressions::JsonKeys(const Dwreloc_Expression& expression) {
  JsonObject json(out_, JsonPlace::kNextKey);
  json.Key("expression");
  Json(expression, 0);
  json.Bytes("block", expression.bytes,
             static_cast<std::size_t>(expression.size));
  json.Number("expression_section_index", expression.section);
  json.Number("expression_offset", expression.offset);
}

void Expressions::Json(const Dwreloc_Expression& expression,
                       std::size_t depth) {
  bool failed = false;
  const std::span<const Dwreloc_Op> ops = Decode(expression, depth, &failed);
  if (failed) report_.LastError();
  out_.Char('[');
  JsonComma comma(out_);
  for (const Dwreloc_Op& op : ops) {
    comma();
    JsonOperation(expression, op, depth);
  }
  out_.Char(']');
}

void Expressions::JsonOperation(const Dwreloc_Expression& expression,
                                const Dwreloc_Op& op, std::size_t depth) {
  JsonObject json(out_);
  json.Name("op", names_.op(op.atom).view());
  const unsigned numbers = NumberCount(op);
  if (numbers >= 1) {
    json.Key("value");
    Dwreloc_Relocatable value;
    if (op.relocatable == 0) {
      values_.JsonAbsolute(op.number);
    } else if (dwreloc_getlocation_relocatable_addr(&expression, &op, &value) <
               0) {
      values_.JsonLastError();
    } else {
      values_.Json(value, {expression.section, expression.offset + op.offset});
    }
    if (IsIndexed(op.atom)) json.Number("index", op.number);
  }
  if (numbers >= 2) {
    json.Key("value2");
    values_.JsonAbsolute(op.number2);
  }
  if (op.block != nullptr) {
    Dwreloc_Expression inner;
    if (depth + 1 < kMaxDepth &&
        dwreloc_op_expression(&expression, &op, &inner) == 1) {
      json.Key("expression");
      Json(inner, depth + 1);
    }
    json.Bytes("block", op.block, static_cast<std::size_t>(op.block_size));
  }
  json.Number("offset", op.offset);
  json.Number("size", op.size);
  if (op.atom == DW_OP_LLVM_user) json.Name("sub_op", SubOperation(op));
  if (operands_) JsonOperands(expression, op, json);
  json.End();
}

void Expressions::JsonOperands(const Dwreloc_Expression& expression,
                               const Dwreloc_Op& op, JsonObject& json) {
  Dwreloc_Operand operands[3];
  std::size_t count = 0;
  if (dwreloc_op_operands(&expression, &op, operands, &count) < 0)
    report_.LastError();
  json.Key("operands");
  out_.Char('[');
  JsonComma comma(out_);
  for (std::size_t i = 0; i < count; ++i) {
    comma();
    OperandJson(out_, values_, operands[i],
                expression.bytes + (operands[i].offset - expression.offset),
                expression.section);
  }
  out_.Char(']');
}

}  // namespace dwreloc_tools
