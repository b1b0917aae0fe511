/* Prints where each variable and parameter is: expressions as they are, with
 * symbols where an address depends on where something will be loaded.
 *
 *   variables FILE */
#include <dwreloc/dwarf.h>
#include <dwreloc/dwreloc.h>
#include <inttypes.h>
#include <stdio.h>

enum { kMostOps = 64 };

static void PrintError(void) {
  Dwreloc_Error error;
  dwreloc_error(&error);
  fprintf(stderr, "%s\n", error.text);
}

static void PrintValue(const Dwreloc_Relocatable *value) {
  Dwreloc_Relocatable_Info info;
  if (dwreloc_relocatable_info(value, &info) < 0) {
    PrintError();
  } else if (info.named) {
    printf("%s%+" PRId64, info.symbol.name, info.addend);
  } else if (info.section != NULL) {
    printf("%s+0x%" PRIx64, info.section, info.section_offset);
  } else {
    printf("0x%" PRIx64, (uint64_t)info.addend);
  }
}

static void PrintExpression(const Dwreloc_Expression *expression);

static void PrintOp(const Dwreloc_Expression *expression,
                    const Dwreloc_Op *op) {
  const char *name = dwreloc_op_name(op->atom);
  Dwreloc_Expression nested;
  Dwreloc_Relocatable value;
  printf(" %s", name != NULL ? name : "?");
  if (dwreloc_op_expression(expression, op, &nested) == 1) {
    /* DW_OP_entry_value: what it says of the time when the function began. */
    printf("(");
    PrintExpression(&nested);
    printf(" )");
  } else if (op->relocatable && dwreloc_getlocation_relocatable_addr(
                                    expression, op, &value) == 0) {
    printf(" ");
    PrintValue(&value);
  } else if (op->operand_count > 0) {
    printf(" %" PRId64, (int64_t)op->number);
    if (op->operand_count > 1) printf(" %" PRId64, (int64_t)op->number2);
  }
}

static void PrintExpression(const Dwreloc_Expression *expression) {
  Dwreloc_Op ops[kMostOps];
  size_t count, i;
  if (dwreloc_expression_ops(expression, ops, kMostOps, &count) < 0) {
    PrintError();
  }
  for (i = 0; i < count && i < kMostOps; ++i) PrintOp(expression, &ops[i]);
}

static void PrintVariable(const char *name,
                          const Dwreloc_Attribute *attribute) {
  Dwreloc_List list;
  Dwreloc_Relocatable begin, end;
  Dwreloc_Expression expression;
  int result = dwreloc_locations_begin(attribute, &list);
  while (result > 0 && (result = dwreloc_locations_next(&list, &begin, &end,
                                                        &expression)) > 0) {
    printf("%s:", name);
    PrintExpression(&expression);
    if (result == 1) { /* 2: valid everywhere */
      printf(" while pc in [");
      PrintValue(&begin);
      printf(", ");
      PrintValue(&end);
      printf(")");
    }
    printf("\n");
  }
  if (result < 0) PrintError();
}

static void PrintUnit(const Dwreloc_Unit *unit) {
  Dwreloc_Walk walk;
  Dwreloc_Die die;
  Dwreloc_Attribute attribute;
  int result = dwreloc_walk_begin(unit, &walk);
  while (result > 0 &&
         (result = dwreloc_walk_next(&walk, &die, NULL, NULL, 0, NULL)) > 0) {
    const char *name = "?";
    if (dwreloc_attr(&die, DW_AT_name, &attribute) == 1 &&
        dwreloc_formstring(&attribute, &name, NULL) < 0) {
      PrintError();
    }
    if (dwreloc_attr(&die, DW_AT_location, &attribute) == 1) {
      PrintVariable(name, &attribute);
    }
  }
  if (result < 0) PrintError();
}

int main(int argc, char **argv) {
  Dwreloc_Module *module;
  const Dwreloc_Unit *unit = NULL;
  if (argc != 2) {
    fprintf(stderr, "usage: variables FILE\n");
    return 2;
  }
  if (dwreloc_open(argv[1], &module) < 0) {
    PrintError();
    return 1;
  }
  while (dwreloc_units_next(module, &unit) > 0) PrintUnit(unit);
  dwreloc_close(module);
  return 0;
}
