// Range lists, location lists and expressions: forwards.
// Tested by tests/api.

#include "capi/arguments.h"
#include "capi/expressions.h"
#include "capi/operands.h"
#include "capi/zero.h"
#include "dwarf/constants.h"
#include "dwarf/lists/any_list.h"
#include "dwarf/lists/expr.h"
#include "dwarf/lists/expr_operands.h"
#include "dwarf/lists/list_operands.h"

namespace dwreloc::internal {
namespace {

void GiveOperands(const ListReader& list, const ListEntry& entry,
                  const Module& module, Dwreloc_List_Entry* given) {
  const ListOperands found = OperandsOf(list, entry);
  given->is_pair = list.format() == ListFormat::kPairs ? 1 : 0;
  given->operand_count = static_cast<uint8_t>(found.count);
  for (int i = 0; i < found.count; ++i) {
    given->operands[i] = Wrap(module, found.operands[i]);
  }
}

// No location: nothing of an earlier one is left.
int None(Dwreloc_Relocatable* begin, Dwreloc_Relocatable* end,
         Dwreloc_Expression* expression) {
  *begin = {};
  *end = {};
  if (expression != nullptr) *expression = {};
  return 0;
}

[[gnu::noinline]] int NextUncommon(AnyList& list, Dwreloc_Relocatable* begin,
                                   Dwreloc_Relocatable* end,
                                   Dwreloc_Expression* expression) {
  ListBounds bounds;
  if (!list.NextUncommon(&bounds)) {
    None(begin, end, expression);
    return list.ok() ? 0 : Fail(ModuleOf(list.home()), list.status());
  }
  const Module& module = ModuleOf(list.unit().address_unit());
  *begin = Wrap(module, bounds.begin);
  *end = Wrap(module, bounds.end);
  if (expression != nullptr) {
    GiveExpression(list.unit(), list.view(), bounds.expression_offset,
                   bounds.expression_size, expression);
  }
  return bounds.is_default ? 2 : 1;
}

// The next location of a list.  `expression` may be nullptr.
int NextLocation(AnyList& list, Dwreloc_Relocatable* begin,
                 Dwreloc_Relocatable* end, Dwreloc_Expression* expression) {
  BoundsFromBase bounds;
  if (!list.NextCommon(&bounds)) {
    return NextUncommon(list, begin, end, expression);
  }
  const ListReader& reader = *list.list();
  const Module& module = ModuleOf(reader.unit().address_unit());
  Give(module, *bounds.base, bounds.begin, bounds.begin_width, begin);
  Give(module, *bounds.base, bounds.end, 0, end);
  if (expression != nullptr) {
    GiveExpression(reader.unit(), reader.view(), bounds.expression_offset,
                   bounds.expression_size, expression);
  }
  return 1;
}

// The operation that a caller holds, once more: the structure is the caller's.
absl::StatusOr<Operation> OperationAt(const Dwreloc_Expression& expression,
                                      const Dwreloc_Op& op) {
  const absl::StatusOr<SectionView>& view = ViewOf(expression);
  if (!view.ok()) return view.status();
  Operation operation;
  if (op.offset >= expression.size) return operation;
  ExpressionReader reader(
      ModuleOf(expression).sections(), EncodingOf(expression), *view,
      expression.offset + op.offset, expression.size - op.offset);
  if (!reader.Next(&operation)) return reader.status();
  return operation;
}

Dwreloc_Op Wrap(const Operation& operation, const SectionView& view) {
  Dwreloc_Op op = {};
  op.atom = operation.atom;
  op.sub_operation = operation.sub_operation;
  op.operand_count = operation.operand_count;
  op.relocatable = operation.is_relocatable || operation.is_index;
  op.is_signed = operation.is_signed;
  op.size = static_cast<uint32_t>(operation.size);
  op.offset = operation.offset;
  op.number = operation.number;
  op.number2 = operation.number2;
  op.operand_offset = operation.operand_offset;
  if (operation.has_block) {
    op.block = view.bytes.data() + operation.block_offset;
    op.block_size = operation.block_size;
  }
  return op;
}

}  // namespace
}  // namespace dwreloc::internal

using namespace dwreloc::internal;  // NOLINT: the C API is global

int dwreloc_ranges_begin(const Dwreloc_Die* die, Dwreloc_List* list) try {
  DWRELOC_NOT_NULL(die, list);
  Clear(list);
  DWRELOC_FILLED(die);
  const absl::StatusOr<std::optional<Attribute>> attribute =
      FindAttribute(Unwrap(die), DW_AT_ranges);
  if (!attribute.ok()) return FailAt(Unwrap(die), attribute.status());
  if (!attribute->has_value()) return 0;
  const absl::StatusOr<AnyList> ranges = AnyList::OfRanges(**attribute);
  if (!ranges.ok()) return FailAt(**attribute, ranges.status());
  Emplace(list, *ranges);
  return 1;
} catch (...) {
  return FailCaught();
}

int dwreloc_ranges_next(Dwreloc_List* list, Dwreloc_Relocatable* begin,
                        Dwreloc_Relocatable* end) try {
  DWRELOC_NOT_NULL(list, begin, end);
  AnyList* state = In<AnyList>(list);
  if (state == nullptr) None(begin, end, nullptr);
  DWRELOC_BEGUN(state, list);
  return NextLocation(*state, begin, end, nullptr);
} catch (...) {
  return FailCaught();
}

int dwreloc_locations_begin(const Dwreloc_Attribute* attribute,
                            Dwreloc_List* list) try {
  DWRELOC_NOT_NULL(attribute, list);
  Clear(list);
  DWRELOC_FILLED(attribute);
  const Attribute& a = Unwrap(attribute);
  const absl::StatusOr<AnyList> locations = AnyList::OfLocations(a);
  if (!locations.ok()) return FailAt(a, locations.status());
  Emplace(list, *locations);
  return 1;
} catch (...) {
  return FailCaught();
}

int dwreloc_locations_next(Dwreloc_List* list, Dwreloc_Relocatable* begin,
                           Dwreloc_Relocatable* end,
                           Dwreloc_Expression* expression) try {
  DWRELOC_NOT_NULL(list, begin, end, expression);
  AnyList* state = In<AnyList>(list);
  if (state == nullptr) None(begin, end, expression);
  DWRELOC_BEGUN(state, list);
  return NextLocation(*state, begin, end, expression);
} catch (...) {
  return FailCaught();
}

int dwreloc_list_next(Dwreloc_List* list, Dwreloc_List_Entry* entry) try {
  DWRELOC_NOT_NULL(list, entry);
  SetZero(entry);
  AnyList* state = In<AnyList>(list);
  DWRELOC_BEGUN(state, list);
  const Module& module = ModuleOf(state->home());
  ListEntry next;
  if (!state->NextEntry(&next)) {
    return state->ok() ? 0 : Fail(module, state->status());
  }
  entry->kind = next.kind;
  entry->offset = next.offset;
  entry->size = next.size;
  entry->first = Wrap(module, next.first);
  entry->second = Wrap(module, next.second);
  GiveExpression(state->unit(), state->view(), next.expression_offset,
                 next.expression_size, &entry->expression);
  if (state->list() != nullptr) {
    GiveOperands(*state->list(), next, module, entry);
  }
  return 1;
} catch (...) {
  return FailCaught();
}

int dwreloc_list_extent(const Dwreloc_List* list, uint32_t* section,
                        uint64_t* offset, uint64_t* size) try {
  DWRELOC_NOT_NULL(list, section, offset, size);
  const AnyList* state = In<const AnyList>(list);
  DWRELOC_BEGUN(state, list);
  if (state->list() == nullptr) return 0;
  const ListReader& reader = *state->list();
  const absl::StatusOr<uint64_t> end = EndOf(reader);
  if (!end.ok()) return Fail(ModuleOf(reader.home()), end.status());
  *section = reader.view().index;
  *offset = reader.offset();
  *size = *end - reader.offset();
  return 1;
} catch (...) {
  return FailCaught();
}

int dwreloc_expression_ops(const Dwreloc_Expression* expression,
                           Dwreloc_Op* ops, size_t capacity,
                           size_t* count) try {
  DWRELOC_NOT_NULL(expression, count);
  DWRELOC_EXPECT(ops != nullptr || capacity == 0, ops, "is NULL");
  *count = 0;
  DWRELOC_FILLED(expression);
  const Module& module = ModuleOf(*expression);
  const absl::StatusOr<SectionView>& view = ViewOf(*expression);
  if (!view.ok()) return Fail(module, view.status());
  ExpressionReader reader(module.sections(), EncodingOf(*expression), *view,
                          expression->offset, expression->size);
  const absl::Status status = reader.ForEach([&](const Operation& operation) {
    if (*count < capacity) ops[*count] = Wrap(operation, *view);
    ++*count;
  });
  return status.ok() ? DWRELOC_OK : Fail(module, status);
} catch (...) {
  return FailCaught();
}

int dwreloc_getlocation_relocatable_addr(const Dwreloc_Expression* expression,
                                         const Dwreloc_Op* op,
                                         Dwreloc_Relocatable* value) try {
  DWRELOC_NOT_NULL(expression, op, value);
  *value = {};
  DWRELOC_FILLED(expression);
  DWRELOC_FILLED(op);
  const Module& module = ModuleOf(*expression);
  const absl::StatusOr<Operation> decoded = OperationAt(*expression, *op);
  if (!decoded.ok()) return Fail(module, decoded.status());
  const Operation& operation = *decoded;
  const absl::StatusOr<RelocValue> found = OperandValue(
      expression->unit != nullptr ? &Unwrap(expression->unit) : nullptr,
      operation);
  if (!found.ok()) {
    return FailAt(module, {expression->section, op->operand_offset},
                  found.status());
  }
  // Only a unit has indices.
  *value = Wrap(operation.is_index
                    ? ModuleOf(Unwrap(expression->unit).address_unit())
                    : module,
                *found);
  return DWRELOC_OK;
} catch (...) {
  return FailCaught();
}

int dwreloc_op_operands(const Dwreloc_Expression* expression,
                        const Dwreloc_Op* op, Dwreloc_Operand* operands,
                        size_t* count) try {
  DWRELOC_NOT_NULL(expression, op, operands, count);
  *count = 0;
  DWRELOC_FILLED(expression);
  DWRELOC_FILLED(op);
  const Module& module = ModuleOf(*expression);
  const absl::StatusOr<Operation> operation = OperationAt(*expression, *op);
  if (!operation.ok()) return Fail(module, operation.status());
  const OperationOperands found =
      OperandsOf(*ViewOf(*expression), EncodingOf(*expression), *operation);
  *count = static_cast<size_t>(found.count);
  for (size_t i = 0; i < *count; ++i) {
    operands[i] = Wrap(module, found.operands[i]);
  }
  return DWRELOC_OK;
} catch (...) {
  return FailCaught();
}

int dwreloc_op_expression(const Dwreloc_Expression* expression,
                          const Dwreloc_Op* op,
                          Dwreloc_Expression* nested) try {
  DWRELOC_NOT_NULL(expression, op, nested);
  // *nested may be *expression.
  const Dwreloc_Expression outer = *expression;
  *nested = {};
  DWRELOC_EXPECT(IsFilled(outer), expression, "was not filled in");
  DWRELOC_FILLED(op);
  const absl::StatusOr<Operation> operation = OperationAt(outer, *op);
  if (!operation.ok()) return Fail(ModuleOf(outer), operation.status());
  if (!operation->has_block || !HoldsExpression(operation->atom)) return 0;
  *nested = outer;
  nested->bytes = ViewOf(outer)->bytes.data() + operation->block_offset;
  nested->size = operation->block_size;
  nested->offset = operation->block_offset;
  return 1;
} catch (...) {
  return FailCaught();
}
