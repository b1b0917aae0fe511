// expressions.cc - see expressions.h.
#include "dwreloc_compress/expressions.h"

#include <dwreloc/dwarf.h>

#include <span>
#include <stdexcept>

#include "dwreloc_compress/graph.h"

namespace dwreloc_tools::compress {
namespace {

using dwreloc::detail::Check;

// DW_OP_entry_value holds an expression, which holds no more in valid files.
constexpr int kMaxNesting = 8;

// No operation before it has the place of a DIE, or an expression (DWARF 5,
// table 7.9).
constexpr std::uint8_t kFirstOfDies = DW_OP_call2;

Dwreloc_Expression ExpressionOf(const Dwreloc_Attribute& attribute) {
  Dwreloc_List list;
  Dwreloc_Relocatable begin, end;
  Dwreloc_Expression expression{};
  Check(dwreloc_locations_begin(&attribute, &list));
  Check(dwreloc_locations_next(&list, &begin, &end, &expression));
  return expression;
}

bool IsDie(const Dwreloc_Operand& operand) {
  return operand.role == DWRELOC_ROLE_UNIT_DIE ||
         operand.role == DWRELOC_ROLE_INFO_DIE;
}

// Is it one of those that nearly all entries of lists have: a register, a place
// on the stack, a small number, what a parameter was? These hold no places.
bool IsSimple(std::span<const std::uint8_t> bytes) {
  const std::size_t size = bytes.size();
  const auto is_in = [](unsigned atom, unsigned first) {
    return atom >= first && atom < first + 32;
  };
  const auto ends_with_value = [&](std::size_t at) {
    return size == at + 1 && bytes[at] == DW_OP_stack_value;
  };
  if (size == 0) return true;
  const unsigned atom = bytes[0];
  if (is_in(atom, DW_OP_reg0)) return size == 1;
  if (is_in(atom, DW_OP_lit0)) return ends_with_value(1);
  if (is_in(atom, DW_OP_breg0) || atom == DW_OP_fbreg) {
    std::size_t at = 1;
    while (at < size && (bytes[at] & 0x80) != 0) ++at;
    return size == at + 1 || ends_with_value(at + 1);
  }
  switch (atom) {
    case DW_OP_const1u:
    case DW_OP_const1s:
      return ends_with_value(2);
    case DW_OP_entry_value:
    case DW_OP_GNU_entry_value:
      return ends_with_value(3) && bytes[1] == 1 && is_in(bytes[2], DW_OP_reg0);
    default:
      return false;
  }
}

}  // namespace

std::span<const Dwreloc_Op> ExpressionReader::Ops(
    const Dwreloc_Expression& expression, std::vector<Dwreloc_Op>& room) const {
  if (room.size() < 16) room.resize(16);
  std::size_t count = 0;
  Check(dwreloc_expression_ops(&expression, room.data(), room.size(), &count));
  if (count > room.size()) {
    room.resize(count);
    Check(
        dwreloc_expression_ops(&expression, room.data(), room.size(), &count));
  }
  return {room.data(), count};
}

bool ExpressionReader::HoldsPlaces(const Dwreloc_Expression& expression,
                                   int nesting) {
  std::vector<Dwreloc_Op> room;
  for (const Dwreloc_Op& op : Ops(expression, nesting == 0 ? ops_ : room)) {
    if (op.relocatable != 0) return true;
    if (op.atom < kFirstOfDies) continue;
    Dwreloc_Operand operands[3];
    std::size_t count = 0;
    Check(dwreloc_op_operands(&expression, &op, operands, &count));
    for (std::size_t i = 0; i < count; ++i)
      if (IsDie(operands[i])) return true;
    Dwreloc_Expression nested;
    if (nesting < kMaxNesting &&
        Check(dwreloc_op_expression(&expression, &op, &nested)) != 0 &&
        HoldsPlaces(nested, nesting + 1))
      return true;
  }
  return false;
}

template <typename ExpressionOf>
bool ExpressionReader::IsPinned(std::uint32_t blob,
                                const ExpressionOf& expression_of) {
  if (blob >= is_pinned_.size())
    is_pinned_.resize(std::size_t{2} * graph_.blobs.size());
  Answer& answer = is_pinned_[blob];
  if (answer == Answer::kUnknown)
    answer = HoldsPlaces(expression_of(), 0) ? Answer::kYes : Answer::kNo;
  return answer == Answer::kYes;
}

bool ExpressionReader::IsPinned(const Dwreloc_Attribute& attribute,
                                std::uint32_t blob) {
  return IsPinned(blob, [&] { return ExpressionOf(attribute); });
}

void ExpressionReader::AddOperands(const Dwreloc_Expression& expression,
                                   std::vector<DieOperand>& operands,
                                   int nesting) {
  std::vector<Dwreloc_Op> room;
  for (const Dwreloc_Op& op : Ops(expression, room)) {
    if (op.atom < kFirstOfDies) continue;
    Dwreloc_Operand found[3];
    std::size_t count = 0;
    Check(dwreloc_op_operands(&expression, &op, found, &count));
    for (std::size_t i = 0; i < count; ++i) {
      const Dwreloc_Operand& operand = found[i];
      if (!IsDie(operand)) continue;
      const bool is_of_unit = operand.role == DWRELOC_ROLE_UNIT_DIE;
      // The generic type.
      if (is_of_unit && operand.value.value == 0) continue;
      const std::uint64_t base = is_of_unit ? graph_.units.back().offset : 0;
      // Cut to a word it would lead to another one.
      const InfoSection& section =
          graph_.sections[is_of_unit ? graph_.units.back().section : 0];
      if (operand.value.value >= kNone - base ||
          !section.Has(base + operand.value.value))
        throw std::runtime_error("an operand leads to no DIE");
      operands.push_back(
          {.section = expression.section,
           .offset = static_cast<std::uint32_t>(operand.offset),
           .die = static_cast<std::uint32_t>(base + operand.value.value),
           .size = static_cast<std::uint8_t>(operand.size),
           .is_uleb = operand.encoding == DWRELOC_OPERAND_ULEB128,
           .is_of_unit = is_of_unit});
    }
    Dwreloc_Expression nested;
    if (nesting < kMaxNesting &&
        Check(dwreloc_op_expression(&expression, &op, &nested)) != 0)
      AddOperands(nested, operands, nesting + 1);
  }
}

// Such a record goes with all that make a number, and the bytes under it are
// not that number.
void ExpressionReader::CheckAddresses(const Dwreloc_Expression& expression) {
  for (const Dwreloc_Op& op : Ops(expression, ops_)) {
    if (op.relocatable == 0) continue;
    Dwreloc_Operand found[3];
    std::size_t count = 0;
    Check(dwreloc_op_operands(&expression, &op, found, &count));
    for (std::size_t i = 0; i < count; ++i) {
      const Dwreloc_Relocatable& value = found[i].value;
      if (IsDie(found[i]) || value.has_record == 0 ||
          value.kind != DWRELOC_CONSTANT)
        continue;
      Dwreloc_Records records;
      Dwreloc_Record record;
      Check(dwreloc_records_begin(value.module, expression.section,
                                  found[i].offset, found[i].offset + 1,
                                  &records));
      while (Check(dwreloc_records_next(&records, &record)) != 0)
        if (record.value.section != DWRELOC_NO_SECTION)
          throw std::runtime_error(
              "an address in a section that is not loaded");
    }
  }
}

std::uint32_t ExpressionReader::Read(const Dwreloc_Attribute& attribute) {
  const Dwreloc_Expression expression = ExpressionOf(attribute);
  PinnedExpression added = {
      .offset = static_cast<std::uint32_t>(expression.offset),
      .size = static_cast<std::uint32_t>(expression.size),
      .written_size = static_cast<std::uint32_t>(expression.size),
      .first_operand = static_cast<std::uint32_t>(graph_.operands.size())};
  CheckAddresses(expression);
  AddOperands(expression, graph_.operands, 0);
  added.operand_count =
      static_cast<std::uint32_t>(graph_.operands.size()) - added.first_operand;
  graph_.expressions.push_back(added);
  return static_cast<std::uint32_t>(graph_.expressions.size() - 1);
}

void ExpressionReader::ReadList(const Dwreloc_Attribute& attribute) {
  Dwreloc_List list;
  Check(dwreloc_locations_begin(&attribute, &list));
  Dwreloc_List_Entry entry;
  while (Check(dwreloc_list_next(&list, &entry)) != 0) {
    if (IsSimple({entry.expression.bytes,
                  static_cast<std::size_t>(entry.expression.size)}))
      continue;
    const std::uint32_t blob =
        graph_.blobs.Add({reinterpret_cast<const char*>(entry.expression.bytes),
                          static_cast<std::size_t>(entry.expression.size)});
    // gcc lets a list begin inside another one.
    if (IsPinned(blob, [&] { return entry.expression; }) &&
        lists_.insert(entry.offset).second)
      AddOperands(entry.expression, graph_.list_operands, 0);
  }
}

}  // namespace dwreloc_tools::compress
