// expressions.cc - see expressions.h.
#include "expressions.h"

#include <algorithm>

namespace dwreloc_dump {
namespace {

// The block is one of the operands; the others are numbers.
unsigned NumberCount(const Dwreloc_Op& op) {
  const unsigned blocks = op.block != nullptr ? 1 : 0;
  return op.operand_count > blocks ? op.operand_count - blocks : 0;
}

// Does the first operand index .debug_addr, so that its value is the address?
bool IsIndexed(std::uint8_t atom) {
  return atom == 0xa1 || atom == 0xa2 ||  // DW_OP_addrx, DW_OP_constx
         atom == 0xfb || atom == 0xfc;    // DW_OP_GNU_addr_index, _const_index
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
  // What is printed below may fail too.
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

void Expressions::Json(const Dwreloc_Expression& expression,
                       std::size_t depth) {
  bool failed = false;
  const std::span<const Dwreloc_Op> ops = Decode(expression, depth, &failed);
  if (failed) report_.LastError();
  out_.Char('[');
  bool first = true;
  for (const Dwreloc_Op& op : ops) {
    if (!first) out_.Char(',');
    first = false;
    JsonOperation(expression, op, depth);
  }
  out_.Char(']');
}

void Expressions::JsonOperation(const Dwreloc_Expression& expression,
                                const Dwreloc_Op& op, std::size_t depth) {
  out_.Text(R"({"op":")");
  out_.Text(names_.op(op.atom).view());
  out_.Char('"');
  const unsigned numbers = NumberCount(op);
  if (numbers >= 1) {
    out_.Text(R"(,"value":)");
    Dwreloc_Relocatable value;
    if (op.relocatable == 0) {
      values_.JsonAbsolute(op.number);
    } else if (dwreloc_getlocation_relocatable_addr(&expression, &op, &value) <
               0) {
      values_.JsonLastError();
    } else {
      values_.Json(value, {expression.section, expression.offset + op.offset});
    }
    if (IsIndexed(op.atom)) {
      out_.Text(R"(,"index":)");
      out_.Decimal(op.number);
    }
  }
  if (numbers >= 2) {
    out_.Text(R"(,"value2":)");
    values_.JsonAbsolute(op.number2);
  }
  if (op.block != nullptr) {
    Dwreloc_Expression inner;
    if (depth + 1 < kMaxDepth &&
        dwreloc_op_expression(&expression, &op, &inner) == 1) {
      out_.Text(R"(,"expression":)");
      Json(inner, depth + 1);
    } else {
      out_.Text(R"(,"block":")");
      out_.HexBytes(op.block, op.block_size);
      out_.Char('"');
    }
  }
  out_.Char('}');
}

}  // namespace dwreloc_dump
