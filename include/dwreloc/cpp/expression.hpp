// cpp/expression.hpp - location expressions and their operations.
//
// A part of dwreloc.hpp, which is the header to include.
// Tested by tests/api/cpp_api_test.cc.
#ifndef DWRELOC_CPP_EXPRESSION_HPP
#define DWRELOC_CPP_EXPRESSION_HPP

#include <dwreloc/dwreloc.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <dwreloc/cpp/data.hpp>
#include <dwreloc/cpp/error.hpp>
#include <dwreloc/cpp/relocatable.hpp>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace dwreloc {

class Expression;

// One operation of a location expression.
class Op {
 public:
  Op(const Dwreloc_Expression& expression, const Dwreloc_Op& op)
      : expression_(expression), op_(op) {}

  const Dwreloc_Op& raw() const { return op_; }
  std::uint8_t atom() const { return op_.atom; }  // DW_OP_*
  std::string_view name() const {
    return detail::View(dwreloc_op_name(op_.atom));
  }
  unsigned operand_count() const { return op_.operand_count; }
  std::uint64_t number() const { return op_.number; }
  std::uint64_t number2() const { return op_.number2; }
  std::span<const std::uint8_t> block() const {
    return {op_.block, static_cast<std::size_t>(op_.block_size)};
  }
  // Can the first operand depend on where something is loaded?
  bool is_relocatable() const { return op_.relocatable != 0; }
  // The first operand as symbol + addend, if it can.
  Relocatable operand() const {
    Dwreloc_Relocatable value;
    detail::Check(
        dwreloc_getlocation_relocatable_addr(&expression_, &op_, &value));
    return Relocatable(value);
  }
  // The operands as stored, with the places of their bytes.
  std::vector<Operand> operands() const {
    std::vector<Operand> operands(3);
    std::size_t count = 0;
    detail::Check(
        dwreloc_op_operands(&expression_, &op_, operands.data(), &count));
    operands.resize(count);
    return operands;
  }
  // The expression that it holds, if it does (DW_OP_entry_value).
  inline std::optional<Expression> expression() const;

 private:
  Dwreloc_Expression expression_;
  Dwreloc_Op op_;
};

class Expression {
 public:
  Expression() = default;
  explicit Expression(const Dwreloc_Expression& expression)
      : expression_(expression) {}

  const Dwreloc_Expression& raw() const { return expression_; }
  std::span<const std::uint8_t> bytes() const {
    return {expression_.bytes, static_cast<std::size_t>(expression_.size)};
  }

  // All operations, for people: "DW_OP_breg7 rsp+8".
  std::string text() const {
    const int length =
        detail::Check(dwreloc_expression_text(&expression_, nullptr, 0));
    std::string text(static_cast<std::size_t>(length) + 1, '\0');
    detail::Check(
        dwreloc_expression_text(&expression_, text.data(), text.size()));
    text.pop_back();
    return text;
  }
  // All operations.  One allocation or two, unlike dwreloc_expression_ops.
  std::vector<Op> ops() const {
    std::array<Dwreloc_Op, 16> few;
    std::vector<Dwreloc_Op> many;
    std::size_t count = 0;
    Dwreloc_Op* found = few.data();
    detail::Check(
        dwreloc_expression_ops(&expression_, few.data(), few.size(), &count));
    if (count > few.size()) {
      many.resize(count);
      found = many.data();
      detail::Check(dwreloc_expression_ops(&expression_, many.data(),
                                           many.size(), &count));
    }
    std::vector<Op> ops;
    ops.reserve(count);
    for (std::size_t i = 0; i < count; ++i)
      ops.emplace_back(expression_, found[i]);
    return ops;
  }

 private:
  Dwreloc_Expression expression_{};
};

inline std::optional<Expression> Op::expression() const {
  Dwreloc_Expression nested;
  if (detail::Check(dwreloc_op_expression(&expression_, &op_, &nested)) == 0)
    return std::nullopt;
  return Expression(nested);
}

}  // namespace dwreloc

#endif  // DWRELOC_CPP_EXPRESSION_HPP
