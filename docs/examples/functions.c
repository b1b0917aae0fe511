/* Lists the functions of a file with their places.
 *
 *   functions FILE        cc functions.c $(pkg-config --cflags --libs
 * libdwreloc)
 *
 * In a kernel module or .o file a place is a section and an offset: nothing has
 * to be loaded or placed to tell it.  In a linked file it is an address. */
#include <dwreloc/dwarf.h>
#include <dwreloc/dwreloc.h>
#include <inttypes.h>
#include <stdio.h>

/* What went wrong last: the file, section, offset and fact. */
static void PrintError(void) {
  Dwreloc_Error error;
  dwreloc_error(&error);
  fprintf(stderr, "%s\n", error.text);
}

static void PrintPlace(const Dwreloc_Relocatable *value) {
  Dwreloc_Relocatable_Info info;
  if (dwreloc_relocatable_info(value, &info) < 0) {
    PrintError();
  } else if (info.section != NULL) {
    printf("%s+0x%" PRIx64, info.section, info.section_offset);
  } else {
    printf("0x%" PRIx64, (uint64_t)info.addend);
  }
}

/* A function that code was made of has DW_AT_low_pc and DW_AT_high_pc. */
static void PrintFunction(const Dwreloc_Die *die) {
  Dwreloc_Relocatable low, high;
  Dwreloc_Attribute attribute;
  const char *name;
  int64_t size;
  if (dwreloc_pc_relocatable(die, &low, &high) != 1 ||
      dwreloc_attr(die, DW_AT_name, &attribute) != 1 ||
      dwreloc_formstring(&attribute, &name, NULL) < 0) {
    return;
  }
  PrintPlace(&low);
  if (dwreloc_relocatable_difference(&high, &low, &size) == 0) {
    printf(" %" PRId64 " bytes", size);
  }
  printf(" %s\n", name);
}

/* 1 if something could not be read. */
static int PrintUnit(const Dwreloc_Unit *unit) {
  Dwreloc_Walk walk;
  Dwreloc_Die die;
  int result, status = 0;
  if (dwreloc_walk_begin(unit, &walk) < 0) {
    PrintError();
    return 1;
  }
  /* NULL and 0: the DIEs alone, without their attributes. */
  while ((result = dwreloc_walk_next(&walk, &die, NULL, NULL, 0, NULL)) != 0) {
    if (result < 0) { /* a bad DIE: the next call goes on after it */
      PrintError();
      status = 1;
    } else if (die.tag == DW_TAG_subprogram) {
      PrintFunction(&die);
    }
  }
  return status;
}

int main(int argc, char **argv) {
  Dwreloc_Module *module;
  const Dwreloc_Unit *unit = NULL; /* before the first */
  int status = 0;
  if (argc != 2) {
    fprintf(stderr, "usage: functions FILE\n");
    return 2;
  }
  if (dwreloc_open(argv[1], &module) < 0) {
    PrintError();
    return 1;
  }
  while (dwreloc_units_next(module, &unit) > 0) {
    status |= PrintUnit(unit);
  }
  /* Ends the life of all that was read: units, DIEs, values, strings. */
  dwreloc_close(module);
  return status;
}
